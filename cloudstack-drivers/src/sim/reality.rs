//! The simulator as the outside of a [`World`](cloudstack_core::testkit::world::World).

use super::{Condition, Effect, FaultRule, Method, RuleId, SimConfig, SimWorld};
use cloudstack_core::{
    CloudBuilder,
    base::{Seed, Span},
    port::{
        driver::{DriverErrorKind, GuestPower},
        platform::Platform,
    },
    testkit::reality::{Facts, PortFact, Reality},
};
use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// A simulated world with the fault rules somebody put upon it.
#[derive(Debug)]
pub struct SimReality {
    world: SimWorld,
    platform: Arc<dyn Platform>,
    rules: Mutex<Rules>,
}

#[derive(Debug, Default)]
struct Rules {
    live: Vec<RuleId>,
    /// Calls that rules took which are gone.
    taken: u64,
}

/// Methods that change something, or tell something.
const METHODS: &[Method] = &[
    Method::Probe,
    Method::Ping,
    Method::EnsureRunning,
    Method::EnsureStopped,
    Method::EnsureRebooted,
    Method::EnsurePool,
    Method::EnsureVolume,
    Method::EnsureNoVolume,
    Method::EnsureTemplate,
    Method::EnsureNetwork,
    Method::EnsureNoNetwork,
    Method::EnsurePort,
    Method::EnsureNoPort,
    Method::EnsureRouter,
    Method::EnsureFilter,
];

impl SimReality {
    /// A world of the default shapes; its draws come from `seed`, its time from `platform`.
    #[must_use]
    pub fn new(seed: u64, platform: Arc<dyn Platform>) -> Self {
        let world = SimWorld::with(SimConfig { seed, ..SimConfig::default() }, Arc::clone(&platform));
        Self { world, platform, rules: Mutex::default() }
    }

    /// The world itself.
    #[must_use]
    pub fn world(&self) -> &SimWorld {
        &self.world
    }

    fn rules(&self) -> std::sync::MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rule(&self, seed: &mut Seed) -> FaultRule {
        use DriverErrorKind::{Failed, NoCapacity, Refused, Unreachable};
        let mut method = seed.chance(4, 5).then(|| METHODS[seed.below(METHODS.len() as u64) as usize]);
        let kinds = [Failed, Unreachable, NoCapacity, Refused];
        let effect = match seed.below(10) {
            0..=3 => Effect::Fail(kinds[seed.below(4) as usize]),
            4..=5 => Effect::LoseAnswer,
            6 => Effect::Hang(self.platform.now().after(Span::secs(seed.below(2_400)))),
            7 => {
                // A start that comes true after a later stop breaks the driver contract, and no orchestrator could help it. A
                // stop, however late, does at most what the guest might do by itself.
                method = Some([Method::EnsureStopped, Method::EnsureRebooted][seed.below(2) as usize]);
                Effect::Late(Span::millis(seed.below(120_000)))
            }
            _ => Effect::Obey,
        };
        let delay = if seed.chance(1, 3) || effect == Effect::Obey {
            Span::millis(seed.below(20_000))
        } else {
            Span::default()
        };
        let permille = [1_000, 300, 50][seed.below(3) as usize];
        let count = seed.chance(2, 3).then(|| 1 + seed.below(12) as u32);
        let delay = if matches!(effect, Effect::Late(_)) { Span::default() } else { delay };
        FaultRule { method, permille, count, delay, ..FaultRule::new(effect) }
    }
}

impl Reality for SimReality {
    fn equip(&self, cloud: CloudBuilder) -> CloudBuilder {
        cloud
            .hypervisor("Simulator", self.world.hypervisor())
            .port_filter("Simulator", self.world.port_filter())
            .primary_storage("NetworkFilesystem", self.world.storage())
            .image_storage("NFS", self.world.images())
            .network_device("VirtualRouter", self.world.router())
            .virtual_switch("Simulator", self.world.virtual_switch())
    }

    fn disturb(&self, seed: &mut Seed) -> String {
        let rule = self.rule(seed);
        let text = format!("{rule:?}");
        let id = self.world.inject(rule);
        self.rules().live.push(id);
        text
    }

    fn heal(&self) {
        let mut rules = self.rules();
        let gone: u64 = rules.live.iter().filter_map(|id| self.world.remove(*id)).map(|uses| uses.taken).sum();
        rules.taken += gone;
        rules.live.clear();
        let down = |condition| condition != Condition::Up;
        let hosts = self.world.snapshot().hosts;
        for host in hosts.iter().filter(|(_, h)| down(h.condition)).map(|(address, _)| *address) {
            self.world.restore_host(host);
        }
    }

    fn cut(&self, host: IpAddr, crash: bool) {
        self.rules().taken += 1;
        if crash {
            self.world.crash_host(host)
        } else {
            self.world.isolate_host(host)
        };
    }

    fn restore(&self, host: IpAddr) {
        self.world.restore_host(host);
    }

    fn power_off(&self, host: IpAddr, guest: &str) {
        self.rules().taken += 1;
        self.world.power_off(host, guest);
    }

    fn plant(&self, host: IpAddr, guest: &str) {
        self.rules().taken += 1;
        self.world.plant_guest(host, guest);
    }

    fn facts(&self) -> Facts {
        let snapshot = self.world.snapshot();
        let rules = self.rules();
        let live: u64 = rules.live.iter().filter_map(|id| self.world.uses(*id)).map(|uses| uses.taken).sum();
        let mut facts = Facts { faults: rules.taken + live, ..Facts::default() };
        for (address, host) in snapshot.hosts {
            let guests = host.guests.into_iter().map(|(name, guest)| (name, guest.power == GuestPower::On));
            facts.guests.insert(address, guests.collect());
            facts.filters.extend(self.world.filter(address).map(|filter| (address, filter)));
        }
        for (url, pool) in snapshot.pools {
            let volumes: BTreeMap<_, _> = pool.volumes.into_iter().map(|(name, v)| (name, v.size)).collect();
            facts.volumes.insert(url, volumes);
        }
        for (id, network) in snapshot.networks {
            facts.networks.insert(id, network.spec.vlan);
            facts.routers.extend(network.router.map(|router| (id, router)));
            for (nic, port) in network.ports {
                let v4 = port.spec.ip4.map(IpAddr::V4);
                let addresses = v4.into_iter().chain(port.spec.ip6.map(IpAddr::V6)).collect();
                facts.ports.insert(nic, PortFact { network: id, host: port.host, mac: port.spec.mac, addresses });
            }
        }
        facts.joined = self.world.joined().into_iter().map(|(at, domain)| (at, domain.network)).collect();
        facts.violations = snapshot.violations.iter().map(|v| format!("{v:?}")).collect();
        facts
    }
}

#![doc = include_str!("sim/docs.md")]

mod call;
mod config;
mod deed;
mod fault;
mod filter;
mod hypervisor;
mod image;
mod journal;
mod network;
#[cfg(feature = "testkit")]
mod reality;
mod site;
mod snapshot;
mod state;
mod storage;
#[cfg(test)]
mod tests;

pub use call::Method;
pub use config::{HostShape, PoolShape, SimConfig, SimHost};
pub use fault::{Effect, FaultRule, RuleId, RuleUses};
pub use journal::BadJournal;
#[cfg(feature = "testkit")]
pub use reality::SimReality;
pub use snapshot::{
    Condition, GuestState, HostState, NetworkState, PoolState, PortState, Snapshot, Violation, VolumeState,
};

use cloudstack_core::{
    base::Bytes,
    port::{
        driver::{
            BroadcastDomain, Capabilities, Hypervisor, ImageStorage, NetworkDevice, PortFilter, PrimaryStorage,
            VirtualSwitch,
        },
        platform::Platform,
    },
    rules::ir::Tap,
};
use state::{Guest, HostIndex, Pool, State};
use std::{
    collections::BTreeMap,
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A simulated world. Clones are handles to the same one.
#[derive(Clone)]
pub struct SimWorld {
    world: Arc<World>,
}

/// What all handles and drivers of one world share; the driver ports are implemented on it.
struct World {
    sheet: Capabilities,
    platform: Arc<dyn Platform>,
    /// One lock for everything: a call holds it for a microsecond or two and never across an await.
    state: Arc<Mutex<State>>,
}

impl World {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A panic under the lock is a broken invariant that was already reported; the other threads may go on.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for SimWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.world.lock();
        f.debug_struct("SimWorld")
            .field("hosts", &state.hosts.len())
            .field("running", &state.running.len())
            .field("pools", &state.pools.len())
            .field("networks", &state.networks.len())
            .finish_non_exhaustive()
    }
}

/// Its making, and the drivers to hand to a cloud.
impl SimWorld {
    /// An empty world with the default configuration. Delays of its fault rules pass on `platform`.
    #[must_use]
    pub fn new(platform: Arc<dyn Platform>) -> Self {
        Self::with(SimConfig::default(), platform)
    }

    /// An empty world.
    #[must_use]
    pub fn with(config: SimConfig, platform: Arc<dyn Platform>) -> Self {
        let state = Arc::new(Mutex::new(State::new(&config)));
        Self { world: Arc::new(World { sheet: config.sheet, platform, state }) }
    }

    /// The driver of its hosts.
    #[must_use]
    pub fn hypervisor(&self) -> Arc<dyn Hypervisor> {
        self.world.clone()
    }

    /// The driver of its primary pools.
    #[must_use]
    pub fn storage(&self) -> Arc<dyn PrimaryStorage> {
        self.world.clone()
    }

    /// The driver of its image stores.
    #[must_use]
    pub fn images(&self) -> Arc<dyn ImageStorage> {
        self.world.clone()
    }

    /// The filter of its hosts.
    #[must_use]
    pub fn port_filter(&self) -> Arc<dyn PortFilter> {
        self.world.clone()
    }

    /// The driver of its networks.
    #[must_use]
    pub fn router(&self) -> Arc<dyn NetworkDevice> {
        self.world.clone()
    }

    /// What joins its interfaces to broadcast domains.
    #[must_use]
    pub fn virtual_switch(&self) -> Arc<dyn VirtualSwitch> {
        self.world.clone()
    }

    /// The interfaces that hosts have by its switches, and the domains they are in.
    #[must_use]
    pub fn joined(&self) -> BTreeMap<(IpAddr, Tap), BroadcastDomain> {
        self.world.lock().joined.clone()
    }
}

/// What its owner does to it, behind the orchestrator's back.
impl SimWorld {
    /// Puts a host there; one that is there already gets the new shape and keeps its guests.
    pub fn add_host(&self, host: SimHost) {
        self.world.lock().put_host(host.address, host.shape);
    }

    /// The shape of every host that is discovered from now on.
    pub fn set_default_host(&self, shape: HostShape) {
        self.world.lock().default_host = shape;
    }

    /// Puts a pool there; one that is there already gets the new shape and keeps its volumes.
    pub fn add_pool(&self, url: &str, shape: PoolShape) {
        self.world.lock().pools.entry(url.to_owned()).or_insert_with(|| Pool::new(shape)).shape = shape;
    }

    /// The shape of every pool that is first connected from now on.
    pub fn set_default_pool(&self, shape: PoolShape) {
        self.world.lock().default_pool = shape;
    }

    /// Cuts the power of a guest, which the host still knows. False if it does not run there.
    pub fn power_off(&self, host: IpAddr, guest: &str) -> bool {
        self.on_host(host, |state, index| state.power_off(index, guest))
    }

    /// Starts a guest that the host knows. False if it runs already or is not there.
    pub fn power_on(&self, host: IpAddr, guest: &str) -> bool {
        self.on_host(host, |state, index| state.power_on(index, guest))
    }

    /// A guest that no orchestrator asked for begins to run. False if the host is not there or has one of this name.
    pub fn plant_guest(&self, host: IpAddr, guest: &str) -> bool {
        self.on_host(host, |state, index| {
            let guests = &mut state.host_mut(index).guests;
            if guests.contains_key(guest) {
                return false;
            }
            guests.insert(Arc::from(guest), Guest::off());
            state.power_on(index, guest)
        })
    }

    /// The host loses power: its guests are gone and it does not answer. False if it is not there.
    pub fn crash_host(&self, host: IpAddr) -> bool {
        self.on_host(host, |state, index| {
            state.crash(index);
            true
        })
    }

    /// The host loses its link: it does not answer, and its guests run on. False if it is not there or has crashed.
    pub fn isolate_host(&self, host: IpAddr) -> bool {
        self.on_host(host, |state, index| {
            let host = state.host_mut(index);
            let alive = host.condition != Condition::Crashed;
            if alive {
                host.condition = Condition::Isolated;
            }
            alive
        })
    }

    /// The host answers again: with its guests if it was isolated, empty if it had crashed. False if it is not there.
    pub fn restore_host(&self, host: IpAddr) -> bool {
        self.on_host(host, |state, index| {
            state.host_mut(index).condition = Condition::Up;
            true
        })
    }

    /// Somebody else fills the pool until `left` is free; [`Bytes::ZERO`] makes it full. More room than there was gives
    /// back what was filled before. False if the pool is not there.
    pub fn fill_pool(&self, url: &str, left: Bytes) -> bool {
        let mut state = self.world.lock();
        let Some(pool) = state.pools.get_mut(url) else { return false };
        pool.foreign = Bytes::ZERO;
        let facts = pool.facts();
        pool.foreign = facts.capacity.less(facts.used).less(left);
        true
    }

    fn on_host(&self, address: IpAddr, act: impl FnOnce(&mut State, HostIndex) -> bool) -> bool {
        let mut state = self.world.lock();
        match state.by_address.get(&address) {
            Some(&index) => act(&mut state, index),
            None => false,
        }
    }
}

/// Its fault rules and counters.
impl SimWorld {
    /// Adds a fault rule after all others.
    pub fn inject(&self, rule: FaultRule) -> RuleId {
        self.world.lock().faults.inject(rule)
    }

    /// Removes one rule, and tells how it was used. None if it is not there.
    pub fn remove(&self, rule: RuleId) -> Option<RuleUses> {
        self.world.lock().faults.remove(rule)
    }

    /// Removes every rule.
    pub fn clear(&self) {
        self.world.lock().faults.clear();
    }

    /// How often a rule was met. None if it was removed.
    #[must_use]
    pub fn uses(&self, rule: RuleId) -> Option<RuleUses> {
        self.world.lock().faults.uses(rule)
    }

    /// How many calls of this method arrived, whatever became of them.
    #[must_use]
    pub fn calls(&self, method: Method) -> u64 {
        self.world.lock().calls(method)
    }
}

//! A cloud over a simulated world, on a clock that jumps ahead whenever nobody has anything to do.
#![allow(dead_code, reason = "each test program uses a part of it")]

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Bytes, Caller, Error, Mib, Name, Seed, Span, Timestamp};
use cloudstack_core::flow::image::RegisterTemplate;
use cloudstack_core::flow::infra::host::Expected;
use cloudstack_core::flow::infra::{AddHost, AddPool, ApplySite};
use cloudstack_core::flow::network::AddNetwork;
use cloudstack_core::flow::offering::AddComputeOffering;
use cloudstack_core::flow::org::AddAccount;
use cloudstack_core::flow::setting::SetSetting;
use cloudstack_core::flow::verb::Verb;
use cloudstack_core::flow::vm::DeployVm;
use cloudstack_core::flow::volume::{AddVolume, AttachVolume};
use cloudstack_core::ledger::View;
use cloudstack_core::model::vm::Vm;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::Platform;
use cloudstack_core::port::driver::DriverErrorKind;
use cloudstack_core::port::platform::Boxed;
use cloudstack_core::{Cloud, base::Result};
use cloudstack_drivers::sim::{Effect, FaultRule, HostShape, Method, PoolShape, SimConfig, SimWorld};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The test runtime's paused clock as a platform: waiting takes no time.
pub(crate) struct Paused {
    began: tokio::time::Instant,
    seed: Mutex<Seed>,
}

impl Paused {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { began: tokio::time::Instant::now(), seed: Mutex::new(Seed::new(7)) })
    }
}

/// The clock shows this when a test begins.
const DAWN: u64 = 1_700_000_000_000_000;

impl Platform for Paused {
    fn now(&self) -> Timestamp {
        let passed = tokio::time::Instant::now() - self.began;
        Timestamp::from_micros(DAWN + u64::try_from(passed.as_micros()).unwrap())
    }
    fn sleep_until(&self, until: Timestamp) -> Boxed<()> {
        // The timer counts in whole milliseconds; a clock that shows too little at the end would spin.
        let wait = until.since(self.now()).to_std();
        Box::pin(tokio::time::sleep(wait))
    }
    fn spawn(&self, task: Boxed<()>) {
        tokio::spawn(task);
    }
    fn entropy(&self) -> Seed {
        self.seed.lock().unwrap().fork()
    }
}

/// A cloud, the world under it, and its administrator.
pub(crate) struct Lab {
    pub(crate) cloud: Cloud,
    pub(crate) world: SimWorld,
    pub(crate) admin: Caller,
    pub(crate) platform: Arc<Paused>,
}

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// What the simulator is made of, so that plans can foresee it.
pub(crate) fn shape() -> HostShape {
    HostShape { flags: BTreeSet::new(), version: String::new(), ..HostShape::default() }
}

impl Lab {
    /// Nothing but what every cloud begins with; no loops.
    pub(crate) async fn empty() -> Self {
        Self::start(false).await
    }

    async fn start(loops: bool) -> Self {
        let platform = Paused::new();
        let pool = PoolShape { capacity: Bytes::gib(1_024), thick: false };
        let world = SimWorld::with(SimConfig { host: shape(), pool, ..SimConfig::default() }, platform.clone());
        let builder = Cloud::in_memory()
            .platform(platform.clone())
            .hypervisor("Simulator", world.hypervisor())
            .hypervisor("Other", world.hypervisor())
            .port_filter("Simulator", world.port_filter())
            .port_filter("Other", world.port_filter())
            .primary_storage("NetworkFilesystem", world.storage())
            .image_storage("NFS", world.images())
            .network_device("VirtualRouter", world.router())
            .virtual_switch("Simulator", world.virtual_switch());
        let builder = if loops { builder } else { builder.without_loops() };
        let cloud = builder.start().await.unwrap();
        let admin = cloud.root_caller();
        Self { cloud, world, admin, platform }
    }

    /// A basic zone with security groups and this many hosts in one cluster; no loops.
    pub(crate) async fn basic(hosts: u32) -> Self {
        Self::built(false, &basic(hosts)).await
    }

    /// An advanced zone without security groups and this many hosts; no loops.
    pub(crate) async fn advanced(hosts: u32) -> Self {
        Self::built(false, &advanced(hosts)).await
    }

    /// With its loops running.
    pub(crate) async fn live(plan: &str) -> Self {
        Self::built(true, plan).await
    }

    pub(crate) async fn built(loops: bool, plan: &str) -> Self {
        let lab = Self::start(loops).await;
        lab.run(ApplySite { plan: SitePlan::from_toml(plan).unwrap() }).await.unwrap();
        lab
    }

    /// Does a verb as the administrator, to its end.
    pub(crate) async fn run<V: Verb>(&self, verb: V) -> Result<V::Answer> {
        self.run_as(&self.admin, verb).await
    }

    pub(crate) async fn run_as<V: Verb>(&self, caller: &Caller, verb: V) -> Result<V::Answer> {
        self.cloud.run(caller, verb).await?.done().await
    }

    /// Refused at once, or failed in the end: why.
    pub(crate) async fn refused<V: Verb>(&self, verb: V) -> Error {
        self.run(verb).await.expect_err("it should be refused")
    }

    pub(crate) fn view(&self) -> Arc<View> {
        self.cloud.view()
    }
    /// By name: ids made within a millisecond, which on this clock many are, are in no order.
    pub(crate) fn zone(&self) -> ZoneId {
        self.view().zones().iter().min_by_key(|z| z.name.as_str() != "z1").unwrap().id
    }
    pub(crate) fn pod(&self) -> PodId {
        self.view().pods().iter().next().unwrap().id
    }
    pub(crate) fn cluster(&self) -> ClusterId {
        self.view().clusters().iter().next().unwrap().id
    }
    pub(crate) fn hosts(&self) -> Vec<HostId> {
        self.view().hosts().iter().map(|h| h.id).collect()
    }
    pub(crate) fn address(&self, host: HostId) -> IpAddr {
        self.view().host(host).unwrap().address
    }
    pub(crate) fn template(&self) -> TemplateId {
        self.view().templates().iter().find(|t| t.name.as_str() == "linux").unwrap().id
    }
    pub(crate) fn small(&self) -> ComputeOfferingId {
        let view = self.view();
        view.compute_offerings().iter().find(|o| o.name.as_str() == "Small Instance").unwrap().id
    }
    pub(crate) fn network_offering(&self, called: &str) -> NetworkOfferingId {
        self.view().network_offerings().iter().find(|o| o.name.as_str() == called).unwrap().id
    }
    pub(crate) fn guest_network(&self) -> NetworkId {
        self.view().networks().iter().next().unwrap().id
    }
    pub(crate) fn vm(&self, id: VmId) -> Vm {
        self.view().vm(id).unwrap().clone()
    }
    /// The hosts on which the machine's guest really runs.
    pub(crate) fn really(&self, vm: VmId) -> BTreeSet<IpAddr> {
        self.world.hosts_running(&self.vm(vm).instance_name())
    }

    /// A request for a small machine.
    pub(crate) fn small_vm(&self) -> DeployVm {
        DeployVm::new(self.zone(), self.small(), self.template())
    }
    /// A small machine of the administrator, running.
    pub(crate) async fn deploy(&self) -> VmId {
        self.run(self.small_vm()).await.unwrap()
    }
    /// A plain user's account in the root domain.
    /// A data disk of 2 GiB that no machine has.
    pub(crate) fn disk(&self, called: &str) -> AddVolume {
        let offering = self.view().disk_offerings().iter().find(|o| o.size.is_none()).unwrap().id;
        AddVolume { zone: self.zone(), name: name(called), offering, size: Some(Bytes::gib(2)), account: None }
    }

    /// One that this machine has.
    pub(crate) async fn attached(&self, vm: VmId) -> VolumeId {
        let volume = self.run(self.disk("data")).await.unwrap();
        self.run(AttachVolume { volume, vm, device: None }).await.unwrap()
    }

    pub(crate) async fn user(&self, called: &str) -> Caller {
        self.run(AddAccount::new(self.admin.domain, name(called))).await.unwrap()
    }
    pub(crate) async fn set(&self, setting: &str, value: &str) {
        self.run(SetSetting { name: setting.into(), value: Some(value.into()) }).await.unwrap();
    }
    /// A pool for the whole zone.
    pub(crate) fn pool(&self, called: &str, tags: &[&str]) -> AddPool {
        AddPool {
            zone: self.zone(),
            cluster: None,
            host: None,
            name: name(called),
            kind: "NetworkFilesystem".into(),
            url: format!("nfs://192.168.1.2/{called}"),
            tags: tags.iter().map(|t| (*t).to_owned()).collect(),
            overprovisioning: None,
            expected: Bytes::gib(1_024),
        }
    }
    /// A template for this kind of hypervisor.
    pub(crate) fn image(&self, called: &str, hypervisor: &str) -> RegisterTemplate {
        RegisterTemplate {
            zone: self.zone(),
            name: name(called),
            hypervisor: hypervisor.into(),
            format: "RAW".into(),
            size: Bytes::gib(2),
            os: "Other".into(),
            url: "http://192.168.1.4/image.raw".into(),
            public: true,
            checksum: None,
        }
    }
    /// One more host of the first cluster, as it will report itself.
    pub(crate) fn host(&self, called: &str, address: &str) -> AddHost {
        let shape = shape();
        let expected = Expected { cores: shape.cores, speed: shape.speed, ram: shape.ram };
        AddHost { expected, ..AddHost::new(self.cluster(), name(called), ip(address)) }
    }
    /// A size of machine that takes this many cores of 8 GHz, and memory.
    pub(crate) async fn size(&self, called: &str, cores: u32, ram: Mib) -> ComputeOfferingId {
        let speed = cloudstack_core::base::Mhz(8_000);
        self.run(AddComputeOffering::new(name(called), cores, speed, ram)).await.unwrap()
    }
    /// An isolated network of the administrator.
    pub(crate) async fn isolated(&self, called: &str) -> NetworkId {
        let offering = self.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
        self.run(AddNetwork::isolated(self.zone(), name(called), offering)).await.unwrap()
    }

    /// Lets time pass, with everything that happens in it.
    pub(crate) async fn pass(&self, span: Span) {
        tokio::time::sleep(Duration::from_micros(span.as_micros())).await;
    }

    /// Waits, for an hour at most, until it holds.
    pub(crate) async fn until(&self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        for _ in 0..36_000 {
            if holds(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("not within an hour: {what}");
    }

    /// The next `count` calls of this method fail with this kind.
    pub(crate) fn fail(&self, method: Method, kind: DriverErrorKind, count: Option<u32>) {
        self.world.inject(FaultRule { method: Some(method), count, ..FaultRule::new(Effect::Fail(kind)) });
    }

    /// How often each driver method was called.
    pub(crate) fn calls(&self) -> Vec<u64> {
        Method::ALL.iter().map(|m| self.world.calls(*m)).collect()
    }

    /// Every row but jobs, as text.
    pub(crate) fn rows(&self) -> BTreeSet<(&'static str, u128, String)> {
        rows(&self.view())
    }

    /// What the view believes and what the world holds agree, and nothing bad has happened.
    pub(crate) fn check(&self) {
        assert_eq!(self.world.violations(), []);
        let (view, world) = (self.view(), self.world.snapshot());
        let volumes: usize = world.pools.values().map(|p| p.volumes.len()).sum();
        assert_eq!(volumes, view.volumes().iter().filter(|v| v.pool.is_some()).count(), "volumes");
        for vm in view.vms().iter().filter(|vm| vm.job.is_none()) {
            let really = self.world.hosts_running(&vm.instance_name());
            let believed = vm.host.map(|h| self.address(h)).into_iter().collect();
            assert_eq!(really, believed, "{} is {}", vm.name, vm.state);
        }
        let ports: usize = world.networks.values().map(|n| n.ports.len()).sum();
        let reserved = cloudstack_core::model::network::NicState::Reserved;
        assert_eq!(ports, view.nics().iter().filter(|n| n.state == reserved).count(), "ports");
    }
}

/// Every row but jobs, as text.
pub(crate) fn rows(view: &View) -> BTreeSet<(&'static str, u128, String)> {
    view.listing().filter(|(table, ..)| *table != "job").collect()
}

/// A plan for a basic zone `z1` with security groups: pod `p1`, cluster `c1`, this many hosts.
pub(crate) fn basic(hosts: u32) -> String {
    format!(
        r#"
name = "basic"
[[zones]]
name = "z1"
kind = "Basic"
security_groups = true
dns1 = "192.168.1.1"
physical_networks = [{{ name = "lan", traffic = [{{ kind = "Management" }}, {{ kind = "Guest" }}] }}]
secondary_storage = [
    {{ name = "images", provider = "NFS", server = "192.168.1.2", path = "/images", capacity = "100 GB" }},
]
[[zones.pods]]
name = "p1"
subnet = "192.168.1.0/24"
gateway = "192.168.1.1"
system = "192.168.1.10-15"
guest = {{ addresses = "192.168.1.100-199" }}
{}{TEMPLATE}"#,
        cluster(hosts)
    )
}

/// A plan for an advanced zone `z1`: VLANs 600-603, public 10.9.0.10-13, pod `p1`, cluster `c1`, this many hosts.
pub(crate) fn advanced(hosts: u32) -> String {
    format!(
        r#"
name = "advanced"
[[zones]]
name = "z1"
kind = "Advanced"
dns1 = "192.168.1.1"
guest_cidr = "10.1.1.0/24"
physical_networks = [
    {{ name = "lan", vlans = ["600-603"], traffic = [
        {{ kind = "Management" }}, {{ kind = "Guest" }}, {{ kind = "Public" }},
    ] }},
]
public = [{{ subnet = "10.9.0.0/24", gateway = "10.9.0.1", vlan = 500, addresses = "10.9.0.10-13" }}]
secondary_storage = [
    {{ name = "images", provider = "NFS", server = "192.168.1.2", path = "/images", capacity = "100 GB" }},
]
[[zones.pods]]
name = "p1"
subnet = "192.168.1.0/24"
gateway = "192.168.1.1"
system = "192.168.1.10-15"
{}{TEMPLATE}"#,
        cluster(hosts)
    )
}

fn cluster(hosts: u32) -> String {
    format!(
        r#"
[[zones.pods.clusters]]
name = "c1"
hypervisor = "Simulator"
hosts = [{{ name = "h##", count = {hosts}, addresses = "192.168.1.20-49", cores = 4, speed = "8000 MHz", ram = "8 GiB" }}]
primary_storage = [
    {{ name = "primary", protocol = "NetworkFilesystem", server = "192.168.1.2", path = "/p", capacity = "1024 GiB" }},
]
"#
    )
}

const TEMPLATE: &str = r#"
[[templates]]
name = "linux"
os = "Other Linux (64-bit)"
format = "RAW"
hypervisor = "Simulator"
size = "2 GiB"
"#;

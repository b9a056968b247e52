//! Drivers are other people's code: one that panics, hangs or talks nonsense takes nothing with it.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "common/lab.rs"]
mod lab;

use async_trait::async_trait;
use cloudstack_core::base::id::VmId;
use cloudstack_core::base::{Caller, ErrorKind, Mhz, Mib};
use cloudstack_core::flow::infra::{AddHost, ApplySite};
use cloudstack_core::flow::security_group::Authorize;
use cloudstack_core::flow::vm::{DeployVm, StopVm};
use cloudstack_core::model::infra::HostStatus;
use cloudstack_core::model::network::security_rule::{Direction, Peer, Service};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::driver::{
    Capabilities, Console, DriverResult, FilterUpdate, GuestSpec, GuestStats, HostFacts, HostReport, HostTarget,
    Hypervisor, PortFilter, StopMode,
};
use cloudstack_core::port::{Platform, platform::Tokio};
use cloudstack_core::{Cloud, CloudBuilder};
use cloudstack_drivers::sim::SimWorld;
use lab::Paused;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// What the driver does wrong from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Good,
    StartPanics,
    StartHangs,
    StopPanics,
    ProbePanics,
    PingPanics,
    FilterPanics,
    NoCores,
    EndlessMemory,
    ManyGuests,
}

/// The simulator's hosts behind a driver with moods.
struct Moody {
    hosts: Arc<dyn Hypervisor>,
    filter: Arc<dyn PortFilter>,
    mood: Mutex<Mood>,
    /// Rung when a call begins to hang.
    hangs: Notify,
}

impl Moody {
    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
    fn panics_if(&self, mood: Mood) {
        let now = *self.mood.lock().unwrap();
        assert!(now != mood, "this driver has a fault");
    }
    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }
}

#[async_trait]
impl Hypervisor for Moody {
    fn capabilities(&self) -> &Capabilities {
        self.hosts.capabilities()
    }
    async fn probe(&self, host: &HostTarget) -> DriverResult<HostFacts> {
        self.panics_if(Mood::ProbePanics);
        let mut facts = self.hosts.probe(host).await?;
        match self.mood() {
            Mood::NoCores => facts.cores = 0,
            Mood::EndlessMemory => facts.ram = Mib(u64::MAX),
            Mood::ManyGuests => facts.guests = vec!["g\u{1b}[31m".to_owned(); 1_000],
            _ => {}
        }
        Ok(facts)
    }
    async fn ping(&self, host: &HostTarget) -> DriverResult<HostReport> {
        self.panics_if(Mood::PingPanics);
        self.hosts.ping(host).await
    }
    async fn ensure_running(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        self.panics_if(Mood::StartPanics);
        if self.mood() == Mood::StartHangs {
            self.hangs.notify_one();
            pending::<()>().await;
        }
        self.hosts.ensure_running(host, guest).await
    }
    async fn ensure_stopped(&self, host: &HostTarget, guest: &str, mode: StopMode) -> DriverResult<()> {
        self.panics_if(Mood::StopPanics);
        self.hosts.ensure_stopped(host, guest, mode).await
    }
    async fn ensure_rebooted(&self, host: &HostTarget, guest: &str, token: u128) -> DriverResult<()> {
        self.hosts.ensure_rebooted(host, guest, token).await
    }
    async fn ensure_migrated(&self, from: &HostTarget, to: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        self.hosts.ensure_migrated(from, to, guest).await
    }
    async fn ensure_devices(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        self.hosts.ensure_devices(host, guest).await
    }
    async fn stats(&self, host: &HostTarget) -> DriverResult<Vec<GuestStats>> {
        self.hosts.stats(host).await
    }
    async fn consoles(&self, host: &HostTarget, guest: &str) -> DriverResult<Vec<Console>> {
        self.hosts.consoles(host, guest).await
    }
}

#[async_trait]
impl PortFilter for Moody {
    fn capabilities(&self) -> &Capabilities {
        self.filter.capabilities()
    }
    async fn ensure_filter(&self, host: &HostTarget, update: &FilterUpdate<'_>) -> DriverResult<()> {
        self.panics_if(Mood::FilterPanics);
        self.filter.ensure_filter(host, update).await
    }
}

struct Site {
    cloud: Cloud,
    admin: Caller,
    world: SimWorld,
    driver: Arc<Moody>,
    wish: DeployVm,
}

fn driven(cloud: CloudBuilder, world: &SimWorld, driver: &Arc<Moody>) -> CloudBuilder {
    let (hosts, filter): (Arc<dyn Hypervisor>, Arc<dyn PortFilter>) = (driver.clone(), driver.clone());
    cloud
        .hypervisor("Simulator", hosts)
        .port_filter("Simulator", filter)
        .primary_storage("NetworkFilesystem", world.storage())
        .image_storage("NFS", world.images())
        .network_device("VirtualRouter", world.router())
}

async fn site(cloud: CloudBuilder, platform: Arc<dyn Platform>) -> Site {
    let world = SimWorld::new(Arc::clone(&platform));
    let mood = Mutex::new(Mood::Good);
    let driver = Arc::new(Moody { hosts: world.hypervisor(), filter: world.port_filter(), mood, hangs: Notify::new() });
    let cloud = driven(cloud, &world, &driver).platform(platform).start().await.unwrap();
    let admin = cloud.root_caller();
    let tiny = include_str!("../../examples/clouds/tiny.toml");
    let plan = SitePlan::from_toml(tiny).unwrap();
    let built = cloud.sites().apply(&admin, ApplySite { plan }).await.unwrap().done().await.unwrap();
    let view = cloud.view();
    let (size, image) = (view.compute_offerings().iter().next().unwrap(), view.templates().iter().next().unwrap());
    let wish = DeployVm::new(built.zones[0], size.id, image.id);
    Site { cloud, admin, world, driver, wish }
}

impl Site {
    async fn deploy(&self) -> Result<VmId, cloudstack_core::base::Error> {
        self.cloud.vms().deploy(&self.admin, self.wish.clone()).await?.done().await
    }
}

/// The clock of these tests jumps; this is long for any of them.
const LONG: Duration = Duration::from_secs(7_200);

#[tokio::test(start_paused = true)]
async fn a_start_that_panics_fails_and_is_undone() {
    let site = site(Cloud::in_memory(), Paused::new()).await;
    site.driver.set(Mood::StartPanics);
    let error = timeout(LONG, site.deploy()).await.expect("it ends").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Device | ErrorKind::NoCapacity), "{error:?}");
    site.driver.set(Mood::Good);
    assert!(site.cloud.view().vms().iter().all(|vm| vm.job.is_none() && vm.state != VmState::Starting));
    assert!(site.cloud.is_quiet());
    site.deploy().await.unwrap();
    assert_eq!(site.world.violations(), []);
}

#[tokio::test(start_paused = true)]
async fn a_stop_and_a_probe_that_panic_leave_nothing_stuck() {
    let site = site(Cloud::in_memory(), Paused::new()).await;
    let vm = site.deploy().await.unwrap();
    site.driver.set(Mood::StopPanics);
    let stop = StopVm { vm, forced: true };
    let stopped = async { site.cloud.vms().stop(&site.admin, stop.clone()).await?.done().await };
    timeout(LONG, stopped).await.expect("it ends").unwrap_err();
    site.driver.set(Mood::Good);
    site.cloud.vms().stop(&site.admin, stop.clone()).await.unwrap().done().await.unwrap();

    let cluster = site.cloud.view().clusters().iter().next().unwrap().id;
    let host = || AddHost::new(cluster, "h2".parse().unwrap(), "192.168.1.4".parse().unwrap());
    site.driver.set(Mood::ProbePanics);
    let added = async { site.cloud.hosts().add(&site.admin, host()).await?.done().await };
    timeout(LONG, added).await.expect("it ends").unwrap_err();
    site.driver.set(Mood::Good);
    assert_eq!(site.cloud.view().hosts().len(), 1);
    site.cloud.hosts().add(&site.admin, host()).await.unwrap().done().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_host_whose_driver_panicked_is_asked_again() {
    let site = site(Cloud::in_memory(), Paused::new()).await;
    let status = || site.cloud.view().hosts().iter().next().unwrap().status;
    site.driver.set(Mood::PingPanics);
    let becomes = async |wanted| {
        while status() != wanted {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    timeout(LONG, becomes(HostStatus::Alert)).await.expect("it is noticed");
    site.driver.set(Mood::Good);
    timeout(LONG, becomes(HostStatus::Up)).await.expect("it is asked again");
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_panicked_is_told_again() {
    let site = site(Cloud::in_memory(), Paused::new()).await;
    site.deploy().await.unwrap();
    site.driver.set(Mood::FilterPanics);
    // The group's rules change, and the host must hear of it.
    let view = site.cloud.view();
    let group = view.security_groups().iter().next().unwrap().id;
    let (direction, service) = (Direction::Ingress, Service::Icmp(None));
    let rules = Authorize { group, direction, service, peers: vec![Peer::Cidr("10.0.0.0/8".parse().unwrap())] };
    site.cloud.security_groups().authorize(&site.admin, rules).await.unwrap().done().await.unwrap();
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert!(!site.cloud.is_quiet());
    site.driver.set(Mood::Good);
    let quiet = async {
        while !site.cloud.is_quiet() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    timeout(LONG, quiet).await.expect("the host hears at last");
}

#[tokio::test(start_paused = true)]
async fn facts_that_no_machine_has_are_refused() {
    let site = site(Cloud::in_memory(), Paused::new()).await;
    let cluster = site.cloud.view().clusters().iter().next().unwrap().id;
    for (mood, part) in [
        (Mood::NoCores, "says it has 0 cores"),
        (Mood::EndlessMemory, "18446744073709551615 MiB of memory"),
        (Mood::ManyGuests, r"g\u{1b}[31m and 992 more"),
    ] {
        site.driver.set(mood);
        let host = AddHost::new(cluster, "h2".parse().unwrap(), "192.168.1.4".parse().unwrap());
        let error = site.cloud.hosts().add(&site.admin, host).await.unwrap().done().await.unwrap_err();
        assert!(error.public().contains(part), "{mood:?}: {error}");
        assert!(error.public().len() < 300, "{mood:?}: {error}");
        assert_eq!(site.cloud.view().hosts().len(), 1);
    }
    assert_eq!(site.cloud.view().hosts().iter().next().unwrap().speed, Mhz(8_000));
}

#[tokio::test]
async fn who_waits_for_a_hanging_driver_hears_when_the_cloud_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.db");
    let site = site(Cloud::open(&file), Tokio::current().unwrap()).await;
    site.driver.set(Mood::StartHangs);
    let handle = site.cloud.vms().deploy(&site.admin, site.wish.clone()).await.unwrap();
    let vm = handle.answer;
    let waiting = tokio::spawn(handle.done());
    site.driver.hangs.notified().await;
    let Site { cloud, world, driver, .. } = site;
    drop(cloud);
    let error = timeout(Duration::from_secs(5), waiting).await.expect("it is told").unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);

    driver.set(Mood::Good);
    // Another thread closes the file.
    let again = loop {
        match driven(Cloud::open(&file), &world, &driver).start().await {
            Ok(cloud) => break cloud,
            Err(error) => assert!(error.public().contains("in use"), "{error}"),
        }
        tokio::task::yield_now().await;
    };
    let job = again.view().jobs().iter().find(|job| job.finished.is_none()).unwrap().id;
    again.wait(job).await.unwrap();
    assert_eq!(again.view().vm(vm).unwrap().state, VmState::Running);
    assert_eq!(world.violations(), []);
}

//! A cloud that is started again and again over the same disk and the same devices, on a clock that jumps ahead whenever
//! nobody has anything to do.

use cloudstack_client::serve::Api;
use cloudstack_core::Cloud;
use cloudstack_core::base::{Seed, Timestamp};
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::ledger::memory::MemoryDisk;
use cloudstack_core::ledger::{View, Writing};
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Boxed;
use cloudstack_core::port::{KeySource, Platform};
use cloudstack_core::testkit::fault_store::{FaultPlan, FaultStore, Faults};
use cloudstack_drivers::sim::SimReality;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::time::Instant;

/// The clock shows this when a test begins.
pub(crate) const DAWN: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

const SITE: &str = r##"
name = "storm"
[[zones]]
name = "z1"
kind = "Basic"
security_groups = true
dns1 = "192.168.1.1"
[[zones.physical_networks]]
name = "lan"
traffic = [{ kind = "Management" }, { kind = "Guest" }]
[[zones.secondary_storage]]
name = "images"
provider = "NFS"
server = "192.168.1.2"
path = "/export/secondary"
capacity = "100 GB"
[[zones.pods]]
name = "p1"
subnet = "192.168.1.0/24"
gateway = "192.168.1.1"
system = "192.168.1.10-15"
guest = { addresses = "192.168.1.20-99" }
[[zones.pods.clusters]]
name = "c1"
hypervisor = "Simulator"
[[zones.pods.clusters.hosts]]
name = "h##"
count = 6
addresses = "192.168.1.3-8"
cores = 16
speed = "8000 MHz"
ram = "64 GiB"
[[zones.pods.clusters.primary_storage]]
name = "primary"
protocol = "NetworkFilesystem"
server = "192.168.1.2"
path = "/export/primary"
capacity = "1 TB"
[[templates]]
name = "linux"
os = "Other Linux (64-bit)"
format = "RAW"
hypervisor = "Simulator"
size = "2 GB"
"##;

/// The paused clock of one runtime after the other.
pub(crate) struct Clock {
    /// What it shows while no runtime has it, or showed when the runtime began.
    at: Mutex<(Timestamp, Option<Instant>)>,
    seed: Mutex<Seed>,
}

impl Clock {
    fn turn(&self, running: bool) {
        let now = self.now();
        *self.at.lock().unwrap() = (now, running.then(Instant::now));
    }
}

impl Platform for Clock {
    fn now(&self) -> Timestamp {
        let (base, began) = *self.at.lock().unwrap();
        let passed = began.map_or(0, |began| u64::try_from((Instant::now() - began).as_micros()).unwrap());
        Timestamp::from_micros(base.as_micros() + passed)
    }
    fn sleep_until(&self, until: Timestamp) -> Boxed<()> {
        Box::pin(tokio::time::sleep(until.since(self.now()).to_std()))
    }
    fn spawn(&self, task: Boxed<()>) {
        tokio::spawn(task);
    }
    fn entropy(&self) -> Seed {
        self.seed.lock().unwrap().fork()
    }
}

/// What outlives the process.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) disk: MemoryDisk,
    pub(crate) devices: SimReality,
    clock: Arc<Clock>,
    plan: SitePlan,
    keys: tempfile::TempDir,
    dice: Mutex<Seed>,
    /// How often the store did not simply keep what it was given.
    pub(crate) store_faults: AtomicU64,
}

/// One process.
pub(crate) struct Life {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) api: Api,
    pub(crate) faults: Faults,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Seed::new(seed);
        let clock = Arc::new(Clock { at: Mutex::new((DAWN, None)), seed: Mutex::new(dice.fork()) });
        let devices = SimReality::new(dice.next(), clock.clone());
        let plan = SitePlan::from_toml(SITE).unwrap();
        devices.world().furnish(&plan);
        let keys = tempfile::tempdir().unwrap();
        Self {
            seed,
            disk: MemoryDisk::new(),
            devices,
            clock,
            plan,
            keys,
            dice: Mutex::new(dice),
            store_faults: AtomicU64::new(0),
        }
    }

    pub(crate) fn dice(&self) -> Seed {
        self.dice.lock().unwrap().fork()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Starts the cloud in this runtime; the site is built the first time.
    pub(crate) async fn start(&self) -> Life {
        self.clock.turn(true);
        let store = Box::new(self.disk.open().unwrap());
        let seed = self.dice.lock().unwrap().next();
        let (store, faults) = FaultStore::new(store, FaultPlan { seed, ..FaultPlan::default() });
        let builder = Cloud::with_store(Box::new(store), Writing::Task).platform(self.clock.clone());
        let builder = builder.key(KeySource::MadeFile(self.keys.path().join("key")));
        let cloud = Arc::new(self.devices.world().drive(builder, &self.plan).start().await.unwrap());
        if cloud.view().zones().is_empty() {
            let wish = ApplySite { plan: self.plan.clone() };
            cloud.sites().apply(&cloud.root_caller(), wish).await.unwrap().done().await.unwrap();
        }
        Life { api: Api::new(Arc::clone(&cloud)), cloud, faults }
    }

    /// The rows that the disk holds, as a process that only looks reads them.
    pub(crate) async fn read(&self) -> Arc<View> {
        let builder = Cloud::with_store(Box::new(self.disk.open_shared()), Writing::Inline);
        let builder = builder.key(KeySource::MadeFile(self.keys.path().join("key"))).platform(self.clock.clone());
        builder.without_loops().start().await.unwrap().view()
    }

    /// The clock stands still until the next start.
    pub(crate) fn leave(&self, life: &Life) {
        let counts = life.faults.counts();
        self.store_faults.fetch_add(counts.failed + counts.torn + counts.lost_acks, Ordering::Relaxed);
        self.clock.turn(false);
    }
}

//! Putting a cloud together.

use super::Cloud;
use crate::base::{Caller, Error, ErrorKind, Result, RoleType};
use crate::engine::Engine;
use crate::flow::event::EventLog;
use crate::flow::running::Running;
use crate::flow::sync::{self, Dirty, Memory};
use crate::flow::{Outside, keys, org, setting};
use crate::ledger::{Cause, Ledger, Writing};
use crate::port::driver::{Hypervisor, ImageStorage, NetworkDevice, PortFilter, PrimaryStorage, VirtualSwitch};
use crate::port::{KeyMaker, KeySource, Platform, Store, platform::Tokio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

enum Where {
    #[cfg(feature = "sqlite")]
    Sqlite(std::path::PathBuf),
    Store(Box<dyn Store>, Writing),
}

/// A cloud that is being put together: its store, its drivers, its platform.
#[must_use = "call `start`"]
pub struct CloudBuilder {
    at: Where,
    outside: Outside,
    platform: Option<Arc<dyn Platform>>,
    key: Option<KeySource>,
    /// Without a key of the operator's, make one that nobody keeps.
    fleeting: bool,
    loops: bool,
}

impl std::fmt::Debug for CloudBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CloudBuilder").field("outside", &self.outside).finish_non_exhaustive()
    }
}

impl CloudBuilder {
    #[cfg(feature = "sqlite")]
    pub(super) fn sqlite(path: std::path::PathBuf) -> Self {
        let mut beside = path.clone().into_os_string();
        beside.push(".key");
        let key = Some(KeySource::MadeFile(beside.into()));
        Self { key, ..Self::store_at(Where::Sqlite(path)) }
    }
    pub(super) fn store(store: Box<dyn Store>, writing: Writing) -> Self {
        Self::store_at(Where::Store(store, writing))
    }
    fn store_at(at: Where) -> Self {
        Self { at, outside: Outside::default(), platform: None, key: None, fleeting: false, loops: true }
    }
    pub(super) fn fleeting(self) -> Self {
        Self { fleeting: true, ..self }
    }
    /// Where the operator's key comes from, which opens the secrets that rows hold (CRYPT-01).
    ///
    /// Unless it is given, [`Cloud::open`] keeps one beside the database (`cloud.db.key` for `cloud.db`; made at the first
    /// start, for its owner alone): good against who gets a copy of the database, not against who can read the folder.
    /// [`Cloud::in_memory`] makes one that ends with it. [`Cloud::with_store`] has none, and verbs that would keep a secret
    /// are refused.
    pub fn key(self, source: KeySource) -> Self {
        Self { key: Some(source), ..self }
    }
    /// The driver of hosts of this kind.
    pub fn hypervisor(mut self, kind: impl Into<String>, driver: Arc<dyn Hypervisor>) -> Self {
        self.outside.hypervisors.insert(kind.into(), driver);
        self
    }
    /// The driver of primary pools of this kind.
    pub fn primary_storage(mut self, kind: impl Into<String>, driver: Arc<dyn PrimaryStorage>) -> Self {
        self.outside.storage.insert(kind.into(), driver);
        self
    }
    /// The driver of image stores of this kind.
    pub fn image_storage(mut self, kind: impl Into<String>, driver: Arc<dyn ImageStorage>) -> Self {
        self.outside.images.insert(kind.into(), driver);
        self
    }
    /// The driver of network devices of this kind.
    pub fn network_device(mut self, kind: impl Into<String>, driver: Arc<dyn NetworkDevice>) -> Self {
        self.outside.devices.insert(kind.into(), driver);
        self
    }
    /// What makes SSH key pairs.
    pub fn key_maker(mut self, maker: Arc<dyn KeyMaker>) -> Self {
        self.outside.key_maker = Some(maker);
        self
    }
    /// The filter of hosts of this kind of hypervisor.
    pub fn port_filter(mut self, kind: impl Into<String>, driver: Arc<dyn PortFilter>) -> Self {
        self.outside.filters.insert(kind.into(), driver);
        self
    }
    /// What joins guests of hosts of this kind to their networks. Without one, the hypervisor does it by itself.
    pub fn virtual_switch(mut self, kind: impl Into<String>, driver: Arc<dyn VirtualSwitch>) -> Self {
        self.outside.switches.insert(kind.into(), driver);
        self
    }
    /// The clock, executor and entropy, if not those of the tokio runtime the cloud is started in.
    pub fn platform(self, platform: Arc<dyn Platform>) -> Self {
        Self { platform: Some(platform), ..self }
    }
    /// Without the loops that keep hosts and rows in step: for tools that only read or decide.
    pub fn without_loops(self) -> Self {
        Self { loops: false, ..self }
    }

    /// What happens to steps: for tests.
    #[cfg(feature = "testkit")]
    pub fn trouble(mut self, trouble: crate::flow::trouble::Trouble) -> Self {
        self.outside.trouble = trouble;
        self
    }

    /// Opens the store, takes unfinished jobs up again, and starts the loops.
    ///
    /// # Errors
    /// If the store cannot be opened, or the key does not open its secrets; it is as it was then.
    pub async fn start(self) -> Result<Cloud> {
        let platform = match self.platform {
            Some(platform) => platform,
            None => Tokio::current().map_err(|e| {
                Error::new(ErrorKind::Unavailable, format!("no runtime: {e}"))
                    .remedy("start the cloud inside a tokio runtime, or give it a platform")
            })?,
        };
        let (store, writing): (Box<dyn Store>, Writing) = match self.at {
            #[cfg(feature = "sqlite")]
            Where::Sqlite(path) => {
                let opened = crate::ledger::sqlite::SqliteStore::open(&path);
                (
                    Box::new(
                        opened.map_err(|e| Error::new(ErrorKind::Store, e.to_string()).remedy(e.remedy()).source(e))?,
                    ),
                    Writing::Thread,
                )
            }
            Where::Store(store, writing) => (store, writing),
        };
        let ledger = Ledger::open(store, Arc::clone(&platform), writing)?;
        let keyring =
            keys::ring(&ledger.view(), &*platform, self.key.as_ref(), self.fleeting).inspect_err(|_| ledger.close())?;
        ledger.unlock(Arc::clone(&keyring));
        let first = keys::first(&keyring, &*platform);
        let bootstrap = |desk: &mut crate::flow::step::Desk<'_>| {
            org::bootstrap(desk)?;
            keys::bootstrap(desk, first.as_ref())
        };
        ledger.transact(&Cause::system("cloud.bootstrap"), bootstrap).await?;
        let outside = Arc::new(self.outside);
        let root = org::root_caller(&ledger.view())?;
        let running = Running {
            engine: Engine::new(ledger.clone(), Arc::clone(&platform), Arc::clone(&outside), |view| {
                setting::seconds(view, "wait")
            }),
            system: Caller { role: RoleType::System, ..root.clone() },
            pings: Memory::default(),
            dirty: Arc::new(Dirty::default()),
            astray: Arc::new(Dirty::default()),
            stopped: AtomicBool::new(false),
            events: EventLog::default(),
            ledger,
            outside,
            platform,
        };
        let cloud = Cloud::over(running, root);
        cloud.inner.engine.resume();
        if self.loops {
            sync::start(&cloud.inner);
        }
        Ok(cloud)
    }
}

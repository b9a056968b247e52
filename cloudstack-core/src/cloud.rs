//! [`Cloud`], the one way in.

mod builder;
mod explain;
mod nouns;

pub use builder::CloudBuilder;
pub use explain::Explanation;
pub use nouns::{Hosts, Networks, Offerings, Pools, SecurityGroups, Settings, Sites, Templates, Vms, Zones};

use crate::base::id::{HostId, JobId};
use crate::base::{Caller, Error, ErrorKind, Result, Span};
use crate::engine::{Engine, Outcome};
use crate::flow::sync::{Dirty, Memory};
use crate::flow::verb::{self, Begun, Plan, Verb};
use crate::flow::{Outside, Room, Steps, setting};
use crate::ledger::{Commit, Ledger, View};
use crate::port::Platform;
use crate::port::store::{CommitRecord, HistoryQuery};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{broadcast, oneshot};

/// A cloud: its rows, its jobs, its loops, its drivers.
///
/// Dropping it stops it cleanly: steps under way are cut off, and the next start takes their jobs up again.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use cloudstack_core::{Cloud, flow::infra::AddZone, model::infra::ZoneKind};
///
/// let cloud = Cloud::in_memory().start().await?;
/// let admin = cloud.root_caller();
/// let zone = cloud.zones().add(&admin, AddZone::new("dev".parse()?, ZoneKind::Basic)).await?.done().await?;
/// assert_eq!(cloud.view().zone(zone).unwrap().name.as_str(), "dev");
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct Cloud {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) ledger: Ledger<Room>,
    pub(crate) engine: Engine<Steps>,
    pub(crate) outside: Arc<Outside>,
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) system: Caller,
    pub(crate) pings: Memory,
    pub(crate) dirty: Arc<Dirty>,
    root: Caller,
    stopped: AtomicBool,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cloud").field("view", &self.ledger.view().number()).finish_non_exhaustive()
    }
}

/// How long one step of a job may take, tries included.
fn patience(view: &View) -> Span {
    setting::seconds(view, "wait")
}

impl Inner {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    pub(crate) fn wake_filters(&self, hosts: impl IntoIterator<Item = HostId>) {
        self.dirty.add(hosts);
    }

    /// Decides a verb, makes it durable, and starts its job.
    pub(crate) async fn run<V: Verb>(&self, caller: &Caller, verb: V) -> Result<Handle<V::Answer>> {
        let cause = verb::cause::<V>(caller);
        let begun =
            self.ledger.transact(&cause, |desk| verb::begin(&verb, caller, desk).map(|(begun, _)| begun)).await?;
        Ok(self.follow(begun))
    }

    fn follow<T>(&self, begun: Begun<T>) -> Handle<T> {
        let outcome = begun.job.map(|job| self.engine.start_new(job));
        Handle { answer: begun.answer, job: begun.job, outcome }
    }
}

/// A verb under way: the answer is there at once, the outcome comes later. Dropping it does not stop the verb.
#[derive(Debug)]
#[must_use = "the verb goes on in any case; call `done` to learn what became of it"]
pub struct Handle<T> {
    /// The answer, such as the new machine's id.
    pub answer: T,
    /// The job, if there was anything to do outside.
    pub job: Option<JobId>,
    outcome: Option<oneshot::Receiver<Outcome>>,
}

impl<T> Handle<T> {
    /// Waits until it is done.
    ///
    /// # Errors
    /// Why it failed. What it had done was undone, unless the job says that it is being repaired.
    pub async fn done(self) -> Result<T> {
        if let Some(outcome) = self.outcome {
            let gone = |_| Err(Error::new(ErrorKind::Unavailable, "the cloud is shutting down; the job goes on later"));
            outcome.await.unwrap_or_else(gone)?;
        }
        Ok(self.answer)
    }
}

impl Cloud {
    /// A cloud whose rows live in this SQLite file, made if it is missing. Nobody else can open it meanwhile.
    #[cfg(feature = "sqlite")]
    pub fn open(path: impl AsRef<Path>) -> CloudBuilder {
        CloudBuilder::sqlite(path.as_ref().to_owned())
    }

    /// A cloud whose rows are gone when it is dropped.
    pub fn in_memory() -> CloudBuilder {
        CloudBuilder::store(Box::new(crate::ledger::memory::MemoryStore::new()), crate::ledger::Writing::Inline)
    }

    /// A cloud whose rows live in this store. `writing` says who carries changes there.
    pub fn with_store(store: Box<dyn crate::port::Store>, writing: crate::ledger::Writing) -> CloudBuilder {
        CloudBuilder::store(store, writing)
    }

    fn over(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// The root administrator.
    #[must_use]
    pub fn root_caller(&self) -> Caller {
        self.inner.root.clone()
    }

    /// The newest durable rows: to read, to list, to ask what-if on.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.inner.ledger.view()
    }

    /// Every commit from now on, once it is durable.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Arc<Commit>> {
        self.inner.ledger.watch()
    }

    /// Looks at what is derived from rows: room on hosts, free addresses. Nobody decides meanwhile: be quick.
    pub fn peek<T>(&self, look: impl FnOnce(&View, &mut Room) -> T) -> T {
        self.inner.ledger.peek(look)
    }

    /// Who did what and when, oldest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn history(&self, query: &HistoryQuery) -> Result<Vec<CommitRecord>> {
        self.inner.ledger.history(query)
    }

    /// Does a verb. Every verb can be called so; those of [`Cloud::vms`] and its like only have shorter names.
    ///
    /// # Errors
    /// Why it cannot be done; nothing has changed then.
    pub async fn run<V: Verb>(&self, caller: &Caller, verb: V) -> Result<Handle<V::Answer>> {
        self.inner.run(caller, verb).await
    }

    /// Says what a verb would change, and calls no driver.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn plan<V: Verb>(&self, caller: &Caller, verb: V) -> Result<Plan<V>> {
        let cause = verb::cause::<V>(caller);
        let mut steps = Vec::new();
        let dry = self.inner.ledger.dry_run(&cause, |desk| {
            let (begun, then) = verb::begin(&verb, caller, desk)?;
            steps = then;
            Ok(begun)
        })?;
        let difference = self.inner.ledger.dry_run_as(&cause, &dry, |desk| {
            let (begun, steps) = verb::begin(&verb, caller, desk)?;
            verb::foresee(desk, begun.job, &steps)
        })?;
        Ok(Plan { verb, caller: caller.clone(), dry, difference })
    }

    /// Does what was planned.
    ///
    /// # Errors
    /// [`ErrorKind::Stale`] if it would not come out as planned any more; nothing has changed then.
    pub async fn execute<V: Verb>(&self, plan: Plan<V>) -> Result<Handle<V::Answer>> {
        let cause = verb::cause::<V>(&plan.caller);
        let decide = |desk: &mut crate::flow::step::Desk<'_>| {
            verb::begin(&plan.verb, &plan.caller, desk).map(|(begun, _)| begun)
        };
        let begun = self.inner.ledger.execute(&cause, &plan.dry, decide).await?;
        Ok(self.inner.follow(begun))
    }

    /// Listens to a job that is under way, or has ended.
    ///
    /// # Errors
    /// If there is no such job.
    pub async fn wait(&self, job: JobId) -> Result<()> {
        self.view().need::<crate::model::job::Job>(job)?;
        let gone = |_| Err(Error::new(ErrorKind::Unavailable, "the cloud is shutting down; the job goes on later"));
        self.inner.engine.start(job).await.unwrap_or_else(gone)
    }

    /// True if no job is under way in this process and every host's filter is as it should be.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.inner.engine.running() == 0 && self.inner.dirty.is_empty()
    }

    /// What a thing is doing, what it waits for, and what happens next.
    #[must_use]
    pub fn explain(&self, id: u128) -> Option<Explanation> {
        explain::explain(&self.view(), id, self.inner.platform.now())
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.inner.stopped.store(true, Ordering::Release);
        self.inner.engine.stop();
        self.inner.ledger.close();
        self.inner.dirty.add([]);
    }
}

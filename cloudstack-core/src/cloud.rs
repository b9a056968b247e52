//! [`Cloud`], the one way in.

mod builder;
mod explain;
#[cfg(feature = "password")]
pub mod login;
mod nouns;

pub use builder::CloudBuilder;
pub use explain::Explanation;
pub use nouns::{
    Accounts, Alerts, Details, Hosts, Limits, Networks, Offerings, Pools, Projects, Roles, SecurityGroups, Settings,
    Sites, SshKeys, Tags, Templates, UserDatas, Users, Vms, Zones,
};

use crate::base::id::{AccountId, JobId, SshKeyPairId};
use crate::base::{Caller, Error, ErrorKind, Name, Result, Secret, Span, Timestamp};
pub use crate::flow::Handle;
use crate::flow::event::{EventPage, EventQuery};
use crate::flow::running::Running;
use crate::flow::ssh_key::RegisterSshKeyPair;
use crate::flow::topology::topology;
use crate::flow::usage::{self, UsagePage, UsageQuery};
use crate::flow::verb::{self, Plan, Verb};
use crate::flow::{Room, keys};
use crate::ledger::{Commit, Keys, View};
use crate::plan::draw::Topology;
use crate::port::driver::{Ended, watched};
use crate::port::store::{CommitRecord, HistoryQuery, StoreError};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::broadcast;

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
    inner: Arc<Running>,
    root: Caller,
}

impl Cloud {
    /// A cloud whose rows live in this SQLite file, made if it is missing. Nobody else can open it meanwhile.
    #[cfg(feature = "sqlite")]
    pub fn open(path: impl AsRef<std::path::Path>) -> CloudBuilder {
        CloudBuilder::sqlite(path.as_ref().to_owned())
    }

    /// A cloud whose rows are gone when it is dropped.
    pub fn in_memory() -> CloudBuilder {
        CloudBuilder::store(Box::new(crate::ledger::memory::MemoryStore::new()), crate::ledger::Writing::Inline)
            .fleeting()
    }

    /// A cloud whose rows live in this store. `writing` says who carries changes there.
    pub fn with_store(store: Box<dyn crate::port::Store>, writing: crate::ledger::Writing) -> CloudBuilder {
        CloudBuilder::store(store, writing)
    }

    fn over(running: Running, root: Caller) -> Self {
        Self { inner: Arc::new(running), root }
    }

    /// The root administrator.
    #[must_use]
    pub fn root_caller(&self) -> Caller {
        self.root.clone()
    }

    /// The cloud itself, for what nobody asked for: it may do what the root administrator may.
    #[must_use]
    pub fn system_caller(&self) -> Caller {
        self.inner.system.clone()
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

    /// What there is, what is given out of it and what is left: figures to list, and to [draw](crate::plan::draw::svg).
    #[must_use]
    pub fn topology(&self) -> Topology {
        self.peek(|view, room| topology(view, room))
    }

    /// Why the store does not take commits, if it does not: a full disk, a lost connection. Jobs wait until it does.
    #[must_use]
    pub fn store_refusal(&self) -> Option<StoreError> {
        self.inner.ledger.refusal()
    }

    /// Who did what and when, oldest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn history(&self, query: &HistoryQuery) -> Result<Vec<CommitRecord>> {
        self.inner.ledger.history(query)
    }

    /// The events that a caller may see, newest first. [`CutEvents`](crate::flow::event::CutEvents) has an example.
    ///
    /// # Errors
    /// If the store cannot be read, or the caller may not see what it asks for.
    pub fn events(&self, caller: &Caller, query: &EventQuery) -> Result<EventPage> {
        self.inner.events.list(&self.inner.ledger, caller, query)
    }

    /// Makes an SSH key pair and registers its public half (AUTH-04). The private half is answered, once, and not kept.
    ///
    /// # Errors
    /// As [`RegisterSshKeyPair`]; [`ErrorKind::Unavailable`] if the cloud was given nothing that makes keys.
    pub async fn make_ssh_key_pair(
        &self,
        caller: &Caller,
        account: Option<AccountId>,
        name: Name,
    ) -> Result<(SshKeyPairId, Secret)> {
        let none = || Error::new(ErrorKind::Unavailable, "this cloud makes no keys").remedy("register a public key");
        let made = self.inner.outside.key_maker.as_ref().ok_or_else(none)?.make(name.as_str())?;
        let register = RegisterSshKeyPair { account, name, public_key: made.public_key };
        Ok((self.run(caller, register).await?.done().await?, made.private_key))
    }

    /// Counts usage up to a time, or up to now: all that was not counted yet. Answers the range that was, in milliseconds.
    ///
    /// What was counted before is not counted again, however often this is called. While the cloud runs, a loop does the
    /// same for each day (USAGE-01).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
    /// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
    /// # use cloudstack_core::base::{Timestamp, id::EntityId};
    /// # use cloudstack_core::{flow::usage::UsageQuery, model::usage::ALLOCATED_VM};
    /// assert!(cloud.generate_usage(&admin, None).await?.is_some());
    /// let all = UsageQuery::between(Timestamp::default(), Timestamp::from_micros(u64::MAX));
    /// let found = cloud.usage(&admin, &UsageQuery { kind: Some(ALLOCATED_VM), ..all })?;
    /// assert_eq!((found.total, found.records[0].line.meter.resource), (1, vm.to_u128()));
    /// # Ok(()) }); }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] for all but root administrators; if the store cannot be read or does not take the records.
    pub async fn generate_usage(&self, caller: &Caller, until: Option<Timestamp>) -> Result<Option<(u64, u64)>> {
        usage::asked(&self.inner, caller, until).await
    }

    /// The usage records that a caller may see, oldest first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if an account is asked for that is not the caller's.
    pub fn usage(&self, caller: &Caller, query: &UsageQuery) -> Result<UsagePage> {
        usage::list(&self.view(), caller, query)
    }

    /// The keys that seal and open secrets in rows, with the newest rows.
    #[must_use]
    pub fn keyring(&self) -> Keys {
        self.inner.ledger.keys()
    }

    /// Fills `bytes` with what nobody can guess, for who makes keys, tokens and passwords before a verb is decided.
    pub fn fill_secret(&self, bytes: &mut [u8]) {
        self.inner.platform.fill_secret(bytes);
    }

    /// Puts a new data key to use: what rows hold is sealed anew with it, and the old ones go (CRYPT-02).
    ///
    /// May be repeated; broken off, it is finished by the next one. The history keeps what it kept, sealed with keys that
    /// are gone then: nobody can open it any more.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] for all but root administrators, and without an operator's key.
    pub async fn rotate_data_key(&self, caller: &Caller) -> Result<()> {
        keys::rotate_data_key(&self.inner, caller).await
    }

    /// Seals the data keys with another operator's key. From the next start on, that one must be given.
    ///
    /// # Errors
    /// As [`Cloud::rotate_data_key`], and if the new key cannot be had. The old key stays in use then.
    pub async fn rotate_operator_key(&self, caller: &Caller, to: &crate::port::KeySource) -> Result<()> {
        keys::rotate_operator_key(&self.inner, caller, to).await
    }

    /// Does a verb. Every verb can be called so; those of [`Cloud::vms`] and its like only have shorter names.
    ///
    /// # Errors
    /// Why it cannot be done; nothing has changed then.
    pub async fn run<V: Verb>(&self, caller: &Caller, verb: V) -> Result<Handle<V::Answer>> {
        self.inner.run(caller, verb).await
    }

    /// Does a verb that leaves a job to ask after in any case, also when it only changes rows. `request` is what the one who
    /// asks calls it; `about` says which thing an answer is about, where the decision does not.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use cloudstack_core::base::id::EntityId;
    /// use cloudstack_core::flow::org::AddDomain;
    ///
    /// let cloud = cloudstack_core::Cloud::in_memory().start().await?;
    /// let admin = cloud.root_caller();
    /// let sales = AddDomain::new(admin.domain, "sales".parse()?);
    /// let begun = cloud.run_with(&admin, sales, "make a domain", |id| Some(id.to_u128())).await?;
    /// let (view, job) = (cloud.view(), begun.job.ok_or("there is a job")?);
    /// let job = view.job(job).ok_or("it is kept")?;
    /// assert_eq!((job.request.as_deref(), job.entity), (Some("make a domain"), Some(begun.answer.to_u128())));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    /// As [`Cloud::run`].
    pub async fn run_with<V: Verb>(
        &self,
        caller: &Caller,
        verb: V,
        request: &str,
        about: impl Fn(&V::Answer) -> Option<u128> + Send + Sync,
    ) -> Result<Handle<V::Answer>> {
        self.inner.run_with(caller, verb, (request, &about)).await
    }

    /// The time by the clock the cloud runs on.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.platform.now()
    }

    /// Waits for what a program does beside the cloud, by the cloud's clock: so long and no longer.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use cloudstack_core::base::{ErrorKind, Span};
    ///
    /// let cloud = cloudstack_core::Cloud::in_memory().start().await?;
    /// assert_eq!(cloud.within(Span::secs(1), async { 7 }).await?, 7);
    /// let never = std::future::pending::<()>();
    /// assert_eq!(cloud.within(Span::millis(1), never).await.unwrap_err().kind(), ErrorKind::Unavailable);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`] if it takes longer, or breaks down. It is dropped then.
    pub async fn within<T>(&self, limit: Span, work: impl Future<Output = T>) -> Result<T> {
        let platform = &self.inner.platform;
        match watched(&**platform, platform.now().after(limit), work).await {
            Ended::Done(answer) => Ok(answer),
            Ended::Late => Err(Error::new(ErrorKind::Unavailable, "it took too long").retryable()),
            Ended::Panicked => Err(Error::new(ErrorKind::Unavailable, "it broke down")),
        }
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

    /// True if no job is under way in this process, and every host's filter and every network's router is as it should be.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.inner.engine.running() == 0 && self.inner.dirty.is_empty() && self.inner.astray.is_empty()
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
        self.inner.dirty.ring();
        self.inner.astray.ring();
    }
}

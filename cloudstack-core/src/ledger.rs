//! The one place where state changes, and the only code that knows how rows become durable.
//!
//! [`Ledger::transact`] runs a decision on the newest state, adds its change to the head, and answers once the change is
//! durable. Whoever decides next already sees it. The writer groups all that waits into one store transaction; if a change
//! is lost (somebody else was faster, the disk said no), it is taken back with everything decided on top of it, and those
//! decisions, being pure, simply run again.

pub mod change;
pub mod draft;
pub mod keyring;
pub mod memory;
pub mod rows;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod view;
mod writer;

pub use change::{Cause, Change, Commit, RowChange};
pub use draft::{Derived, Draft, State};
pub use keyring::{Keyring, Keys};
pub use rows::{Clash, Rows};
pub use view::{Row, TABLES, Table, View};

use crate::base::{Error, ErrorKind, Result, Seed, Timestamp};
use crate::port::store::{CommitRecord, HistoryQuery, StoreError};
use crate::port::{Platform, Store};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock};
use tokio::sync::{Notify, broadcast, oneshot, watch};
use writer::{Fate, Pending, Reader};

/// How often a decision that keeps being lost is made again before it is refused.
const TRIES: u32 = 100;

/// How many commits a slow watcher may fall behind before it must read the history.
const FEED: usize = 4_096;

/// Who carries changes to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// The caller itself: right for a store that never waits.
    Inline,
    /// A task of the platform: changes decided in between share a group. Right for a virtual platform.
    Task,
    /// A thread: right for a store that waits for a disk.
    Thread,
}

/// The ledger. A handle: clones share everything.
#[derive(Debug)]
pub struct Ledger<D: Derived> {
    shared: Arc<Shared<D>>,
}

impl<D: Derived> Clone for Ledger<D> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

struct Shared<D: Derived> {
    head: Mutex<Head<D>>,
    /// Gone once the ledger is closed.
    store: Mutex<Option<Box<dyn Store>>>,
    published: RwLock<Arc<View>>,
    feed: broadcast::Sender<Arc<Commit>>,
    /// How often changes were taken back out of the head.
    losses: watch::Sender<u64>,
    platform: Arc<dyn Platform>,
    /// Whether the store has no other writer. If it has, it writes guards, and the head follows.
    exclusive: bool,
    /// Where decisions get their random numbers from.
    seed: Mutex<Seed>,
    writing: Writing,
    bell: Condvar,
    notify: Arc<Notify>,
    closed: AtomicBool,
    groups: AtomicU64,
    /// What the store said to the last group, if it was no.
    refusal: Mutex<Option<StoreError>>,
}

impl<D: Derived> std::fmt::Debug for Shared<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("writing", &self.writing).finish_non_exhaustive()
    }
}

struct Head<D> {
    state: State<D>,
    pending: Vec<Pending>,
    /// Answers that changed nothing and wait until what they read is durable.
    readers: Vec<Reader>,
    /// The number of the last commit that is durable.
    durable: u64,
    /// Whether the store has kept more than that is not known: it must be asked before it is given anything.
    unsure: bool,
}

impl<D> Head<D> {
    /// True if somebody who reads this state may read what is lost later, or misses what the store has kept.
    fn is_ahead(&self) -> bool {
        self.unsure || self.state.view.number() > self.durable
    }

    /// True if there is nothing to be carried to the store, and nothing to ask it.
    fn is_idle(&self) -> bool {
        self.pending.is_empty() && (!self.unsure || self.readers.is_empty())
    }
}

impl<D: Derived> Shared<D> {
    /// A decision that panicked has taken its writes back, so a poisoned head is whole.
    fn lock(&self) -> MutexGuard<'_, Head<D>> {
        self.head.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn fork(&self) -> Seed {
        self.seed.lock().unwrap_or_else(|e| e.into_inner()).fork()
    }

    fn publish(&self, view: Arc<View>) {
        let mut head = self.lock();
        head.durable = head.durable.max(view.number());
        *self.published.write().unwrap_or_else(|e| e.into_inner()) = view;
        let durable = head.durable;
        for reader in head.readers.extract_if(.., |reader| reader.number <= durable) {
            reader.tell(Fate::Durable);
        }
    }
}

/// A decision that was made and not committed: what it answered, and what it would change.
#[derive(Debug, Clone)]
pub struct Dry<T> {
    /// The decision's answer.
    pub answer: T,
    /// What it would change.
    pub change: Change,
    /// What it was given; deciding again with it gives the same ids.
    pub seed: Seed,
    /// The time it was given.
    pub now: Timestamp,
}

impl<D: Derived> Ledger<D> {
    /// Opens a store and reads every row.
    ///
    /// # Errors
    /// What [`Store::prepare`] and [`Store::load`] refuse, as [`ErrorKind::Store`]; the [`StoreError`] is the cause.
    pub fn open(mut store: Box<dyn Store>, platform: Arc<dyn Platform>, writing: Writing) -> Result<Self> {
        let no = |e: StoreError| Error::new(ErrorKind::Store, e.to_string()).remedy(e.remedy()).source(e);
        store.prepare(TABLES).map_err(no)?;
        let mut view = View::default();
        let number = store.load(&mut |table, row| view.load(table, &row)).map_err(no)?;
        view.stamp(number, platform.now());
        let head = Head {
            state: State::of(view.clone()),
            pending: Vec::new(),
            readers: Vec::new(),
            durable: number,
            unsure: false,
        };
        let shared = Arc::new(Shared {
            exclusive: store.exclusive(),
            head: Mutex::new(head),
            store: Mutex::new(Some(store)),
            published: RwLock::new(Arc::new(view)),
            feed: broadcast::channel(FEED).0,
            seed: Mutex::new(platform.entropy()),
            losses: watch::Sender::new(0),
            platform,
            writing,
            bell: Condvar::new(),
            notify: Arc::new(Notify::new()),
            closed: AtomicBool::new(false),
            groups: AtomicU64::new(0),
            refusal: Mutex::default(),
        });
        start_writer(&shared)
            .map_err(|e| Error::new(ErrorKind::Unavailable, format!("no thread for the writer: {e}")))?;
        Ok(Self { shared })
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.platform.now()
    }

    /// The newest durable view.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.shared.published.read().unwrap_or_else(|e| e.into_inner()))
    }

    /// Gives decisions the keys to seal and open with. Without, the ledger's keyring is locked.
    pub fn unlock(&self, keyring: Arc<Keyring>) {
        self.shared.lock().state.keyring = keyring;
    }

    /// The keys, with the newest durable rows.
    #[must_use]
    pub fn keys(&self) -> Keys {
        let ring = Arc::clone(&self.shared.lock().state.keyring);
        Keys { ring, view: self.view() }
    }

    /// Looks at the newest state, durable or not, with what is derived from it. Nobody decides meanwhile: be quick.
    pub fn peek<T>(&self, look: impl FnOnce(&View, &mut D) -> T) -> T {
        let mut head = self.shared.lock();
        let State { view, derived, .. } = &mut head.state;
        look(view, derived)
    }

    /// Every commit from now on, once it is durable. A watcher that falls far behind is told so and can read
    /// [`Ledger::history`].
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Arc<Commit>> {
        self.shared.feed.subscribe()
    }

    /// Tells whenever changes that [`Ledger::peek`] showed were lost: who acted on what it saw must look again.
    #[must_use]
    pub fn losses(&self) -> watch::Receiver<u64> {
        self.shared.losses.subscribe()
    }

    /// Reads the history, oldest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn history(&self, query: &HistoryQuery) -> Result<Vec<CommitRecord>> {
        let mut store = self.shared.store.lock().unwrap_or_else(|e| e.into_inner());
        store.as_mut().ok_or_else(closed)?.history(query).map_err(writer::refused)
    }

    /// Forgets the oldest commits of the history: those decided before `before`, up to the first that was not. `counted` is
    /// the number up to which whoever counts by the history (usage, audit) has counted: nothing after it is forgotten,
    /// however old. Rows stay as they are. Answers how many commits went; fewer may go than asked, none means that there
    /// are none to go or that the store keeps all.
    ///
    /// # Errors
    /// If the store cannot be written; nothing is forgotten then.
    pub fn forget(&self, before: Timestamp, counted: u64) -> Result<u64> {
        let mut store = self.shared.store.lock().unwrap_or_else(|e| e.into_inner());
        let durable = self.shared.lock().durable;
        store.as_mut().ok_or_else(closed)?.forget(before, counted.min(durable)).map_err(writer::refused)
    }

    /// How many groups of commits the store has taken.
    #[must_use]
    pub fn groups(&self) -> u64 {
        self.shared.groups.load(Ordering::Relaxed)
    }

    /// What the store said to the last group of commits, if it did not take it: a full disk, a lost connection. Jobs go on
    /// once it takes commits again.
    #[must_use]
    pub fn refusal(&self) -> Option<StoreError> {
        self.shared.refusal.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Runs a pure decision on the newest state and makes its change durable.
    ///
    /// `decide` may run several times; only the last run counts. It must not act on the outside.
    ///
    /// A decision that changes nothing, and one that refuses, is answered once all that it could have read is durable, and
    /// made again if any of that is lost: nobody is told that a thing is there already, or taken, or gone, because of a
    /// change that nobody keeps.
    ///
    /// # Errors
    /// What `decide` refuses; [`ErrorKind::Store`] if the store does not take the change, [`ErrorKind::Unavailable`] if the
    /// ledger is closed or the decision keeps being lost.
    pub async fn transact<T>(
        &self,
        cause: &Cause,
        mut decide: impl FnMut(&mut Draft<'_, D>) -> Result<T>,
    ) -> Result<T> {
        let seed = self.shared.fork();
        for _ in 0..TRIES {
            let now = self.shared.platform.now();
            let (answer, wait) = self.decide(&seed, now, cause, &mut decide, |_| Ok(()))?;
            if self.stands(wait).await? {
                return answer;
            }
        }
        Err(Error::new(ErrorKind::Unavailable, "others keep changing the same things; try again").retryable())
    }

    /// Runs a decision on the newest state and commits nothing. What it answers, or refuses, may rest on changes that are
    /// not durable yet; who acts on it does so through [`Ledger::execute`], which decides again.
    ///
    /// # Errors
    /// What `decide` refuses.
    pub fn dry_run<T>(&self, cause: &Cause, decide: impl FnOnce(&mut Draft<'_, D>) -> Result<T>) -> Result<Dry<T>> {
        let (seed, now) = (self.shared.fork(), self.shared.platform.now());
        let mut head = self.shared.lock();
        let mut draft = Draft::new(&mut head.state, &seed, now, cause.job);
        let answer = decide(&mut draft)?;
        Ok(Dry { answer, change: draft.discard(), seed, now })
    }

    /// Runs another decision with what a dry run was given, and commits nothing: what it would change.
    ///
    /// # Errors
    /// What `decide` refuses.
    pub fn dry_run_as<T, U>(
        &self,
        cause: &Cause,
        dry: &Dry<T>,
        decide: impl FnOnce(&mut Draft<'_, D>) -> Result<U>,
    ) -> Result<Change> {
        let mut head = self.shared.lock();
        let mut draft = Draft::new(&mut head.state, &dry.seed, dry.now, cause.job);
        decide(&mut draft)?;
        Ok(draft.discard())
    }

    /// Makes the decision of a dry run for real, if it still comes out the same.
    ///
    /// # Errors
    /// [`ErrorKind::Stale`] if anything it read has changed in a way that changes the outcome; else as
    /// [`Ledger::transact`].
    pub async fn execute<T>(
        &self,
        cause: &Cause,
        dry: &Dry<T>,
        mut decide: impl FnMut(&mut Draft<'_, D>) -> Result<T>,
    ) -> Result<T> {
        let same = |change: &Change| if *change == dry.change { Ok(()) } else { Err(stale()) };
        for _ in 0..TRIES {
            let (answer, wait) = self.decide(&dry.seed, dry.now, cause, &mut decide, same)?;
            if self.stands(wait).await? {
                return answer.map_err(|e| match e.kind() {
                    ErrorKind::Store | ErrorKind::Unavailable => e,
                    _ => stale().source(e),
                });
            }
        }
        Err(stale())
    }

    /// Decides once on the head; answers what to wait for before the answer may be given, or nothing if nothing was
    /// changed or read that is not durable.
    fn decide<T>(
        &self,
        seed: &Seed,
        now: Timestamp,
        cause: &Cause,
        decide: &mut impl FnMut(&mut Draft<'_, D>) -> Result<T>,
        check: impl Fn(&Change) -> Result<()>,
    ) -> Result<(Result<T>, Option<oneshot::Receiver<Fate>>)> {
        let mut head = self.shared.lock();
        if self.shared.closed.load(Ordering::Acquire) {
            return Err(closed());
        }
        let mut draft = Draft::new(&mut head.state, seed, now, cause.job);
        let answer = decide(&mut draft).and_then(|answer| check(draft.change()).map(|()| answer));
        let change = if answer.is_ok() { draft.keep() } else { draft.discard() };
        let wait = if answer.is_ok() && !change.is_empty() {
            if !self.shared.exclusive {
                change.untouched().for_each(|(table, id, generation)| head.state.guard(table, id, generation + 1));
            }
            Some(Shared::enqueue(&mut head, change, cause.clone(), now))
        } else {
            head.is_ahead().then(|| Shared::read(&mut head))
        };
        Ok((answer, wait))
    }

    /// Waits until an answer may be given. False if it must be decided again.
    async fn stands(&self, wait: Option<oneshot::Receiver<Fate>>) -> Result<bool> {
        let Some(wait) = wait else { return Ok(true) };
        match self.outcome(wait).await? {
            Fate::Durable => Ok(true),
            Fate::Again => Ok(false),
            Fate::Refused(error) => Err(writer::refused(error)),
        }
    }

    async fn outcome(&self, wait: oneshot::Receiver<Fate>) -> Result<Fate> {
        match self.shared.writing {
            Writing::Inline => drop(writer::flush(&self.shared)),
            Writing::Task => self.shared.notify.notify_one(),
            Writing::Thread => self.shared.bell.notify_one(),
        }
        wait.await.map_err(|_| closed())
    }

    /// Makes durable what waits, and closes the store: when this returns, somebody else may open it. Decisions from now on
    /// are refused.
    pub fn close(&self) {
        self.shared.closed.store(true, Ordering::Release);
        // Who decides looks at the mark under the same lock as the queue, so nothing comes after what is taken here.
        while writer::flush(&self.shared) {}
        drop(self.shared.store.lock().unwrap_or_else(|e| e.into_inner()).take());
        self.shared.notify.notify_one();
        self.shared.bell.notify_all();
    }
}

fn stale() -> Error {
    Error::new(ErrorKind::Stale, "the plan no longer fits: something it relies on has changed").remedy("plan again")
}

fn closed() -> Error {
    Error::new(ErrorKind::Unavailable, "the cloud is shutting down; the change was not made")
}

/// Starts the thread or task that carries changes to the store. It ends when the ledger is closed or dropped.
fn start_writer<D: Derived>(shared: &Arc<Shared<D>>) -> std::io::Result<()> {
    let weak = Arc::downgrade(shared);
    match shared.writing {
        Writing::Inline => {}
        Writing::Task => {
            let notify = Arc::clone(&shared.notify);
            shared.platform.spawn(Box::pin(async move {
                loop {
                    notify.notified().await;
                    let Some(shared) = weak.upgrade() else { break };
                    while writer::flush(&shared) {}
                    if shared.closed.load(Ordering::Acquire) {
                        break;
                    }
                }
            }));
        }
        Writing::Thread => {
            std::thread::Builder::new().name("ledger".into()).spawn(move || {
                while let Some(shared) = weak.upgrade() {
                    if writer::flush(&shared) {
                        continue;
                    }
                    if shared.closed.load(Ordering::Acquire) {
                        break;
                    }
                    let head = shared.lock();
                    if head.is_idle() {
                        // Woken at least so often, to see whether everybody has gone.
                        let waited = shared.bell.wait_timeout(head, std::time::Duration::from_millis(200));
                        let (head, waited) = waited.unwrap_or_else(|e| e.into_inner());
                        let idle = waited.timed_out() && head.is_idle();
                        drop(head);
                        if let (true, Some(store)) =
                            (idle, shared.store.lock().unwrap_or_else(|e| e.into_inner()).as_mut())
                        {
                            store.rest();
                        }
                    }
                }
            })?;
        }
    }
    Ok(())
}

impl<D: Derived> Drop for Shared<D> {
    fn drop(&mut self) {
        self.notify.notify_one();
    }
}

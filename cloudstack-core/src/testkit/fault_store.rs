//! A store that fails on command: refused groups, torn groups, lost answers and the death of the process.

use crate::base::{Seed, Timestamp};
use crate::port::store::{CommitRecord, GroupOutcome, HistoryQuery, Store, StoreError, StoredRow, TableSpec};
use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Which faults, how often. The same plan on the same calls gives the same faults.
#[derive(Debug, Clone, Copy, Default)]
pub struct FaultPlan {
    /// Where the dice begin.
    pub seed: u64,
    /// So many groups in a thousand are refused and nothing of them is kept: the disk is full, read-only or failing.
    pub fail_permille: u64,
    /// So many groups in a thousand are torn: some commits of it, at least the first and not the last, are kept and
    /// reported so, then the disk is full. Groups of one are not torn.
    pub torn_permille: u64,
    /// So many groups in a thousand are kept entirely and answered with [`StoreError::Unknown`]. Until the next
    /// [`Store::load`] every further commit is answered so too, and is not kept.
    pub lost_ack_permille: u64,
    /// The process dies after so many commits: the group is cut there, and every later call fails.
    pub crash_after: Option<u64>,
}

/// What a [`FaultStore`] has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FaultCounts {
    /// Groups given.
    pub groups: u64,
    /// Commits kept.
    pub commits: u64,
    /// Groups refused.
    pub failed: u64,
    /// Groups torn.
    pub torn: u64,
    /// Groups kept and not acknowledged.
    pub lost_acks: u64,
    /// Calls after the crash.
    pub after_crash: u64,
}

/// Watches and steers a [`FaultStore`] that somebody else owns. A clone steers the same store.
#[derive(Debug, Clone)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    plan: FaultPlan,
    dice: Seed,
    counts: FaultCounts,
    crashed: bool,
    unsure: bool,
}

impl Faults {
    /// What was done so far.
    #[must_use]
    pub fn counts(&self) -> FaultCounts {
        self.state().counts
    }

    /// Lets the process die now: every later call fails. What the wrapped store has kept stays kept.
    pub fn crash(&self) {
        self.state().crashed = true;
    }

    /// True once the process has died.
    #[must_use]
    pub fn crashed(&self) -> bool {
        self.state().crashed
    }

    /// Changes what may happen from now on; the dice roll on. `FaultPlan::default()` ends all faults.
    pub fn plan(&self, plan: FaultPlan) {
        self.state().plan = plan;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What happens to one group.
enum Fate {
    Kept,
    Refused(StoreError),
    /// Only so many are kept.
    Torn(usize),
    Unanswered,
}

impl State {
    fn alive(&mut self) -> Result<(), StoreError> {
        self.counts.after_crash += u64::from(self.crashed);
        if self.crashed { Err(other("the process died")) } else { Ok(()) }
    }

    fn fate(&mut self, commits: usize) -> Fate {
        if self.unsure {
            return Fate::Refused(unknown());
        }
        // Always the same number of dice, so that one kind of fault does not shift the others.
        let [fail, torn, lost, which] = [(); 4].map(|()| self.dice.next());
        let hit = |die: u64, permille: u64| die % 1_000 < permille;
        if hit(fail, self.plan.fail_permille) {
            self.counts.failed += 1;
            Fate::Refused(refusal(which))
        } else if commits > 1 && hit(torn, self.plan.torn_permille) {
            self.counts.torn += 1;
            Fate::Torn(1 + Seed::new(which).below(commits as u64 - 1) as usize)
        } else if hit(lost, self.plan.lost_ack_permille) {
            self.counts.lost_acks += 1;
            self.unsure = true;
            Fate::Unanswered
        } else {
            Fate::Kept
        }
    }
}

fn other(why: &'static str) -> StoreError {
    StoreError::Other(Arc::new(io::Error::other(why)))
}

fn unknown() -> StoreError {
    StoreError::Unknown { detail: "the answer was lost (simulated)".to_owned() }
}

fn full() -> StoreError {
    StoreError::Full { path: PathBuf::from("faulty"), detail: "no space (simulated)".to_owned() }
}

fn refusal(which: u64) -> StoreError {
    match which % 3 {
        0 => full(),
        1 => StoreError::ReadOnly { path: PathBuf::from("faulty"), detail: "read-only (simulated)".to_owned() },
        _ => other("input/output error (simulated)"),
    }
}

/// Wraps a store and fails as planned.
///
/// ```
/// use cloudstack_core::ledger::memory::MemoryStore;
/// use cloudstack_core::port::store::Store;
/// use cloudstack_core::testkit::fault_store::{FaultPlan, FaultStore};
/// let plan = FaultPlan { fail_permille: 1_000, ..FaultPlan::default() };
/// let (mut store, faults) = FaultStore::new(Box::new(MemoryStore::new()), plan);
/// assert!(store.commit(&[]).error.is_some());
/// assert_eq!(faults.counts().failed, 1);
/// ```
pub struct FaultStore {
    inner: Box<dyn Store>,
    faults: Faults,
}

impl FaultStore {
    /// The store, and what steers it.
    #[must_use]
    pub fn new(inner: Box<dyn Store>, plan: FaultPlan) -> (Self, Faults) {
        let (dice, counts) = (Seed::new(plan.seed), FaultCounts::default());
        let faults = Faults(Arc::new(Mutex::new(State { plan, dice, counts, crashed: false, unsure: false })));
        (Self { inner, faults: faults.clone() }, faults)
    }

    /// Commits in the wrapped store, up to the planned crash.
    fn keep(&mut self, group: &[CommitRecord]) -> GroupOutcome {
        let crash_after = self.faults.state().plan.crash_after;
        let before = self.faults.counts().commits;
        let room = crash_after.map_or(u64::MAX, |after| after.saturating_sub(before));
        let cut = usize::try_from(room).unwrap_or(usize::MAX).min(group.len());
        let mut outcome = self.inner.commit(&group[..cut]);
        let mut state = self.faults.state();
        state.counts.commits += outcome.applied as u64;
        if crash_after.is_some_and(|after| state.counts.commits >= after) {
            // Nobody lives to hear what was kept.
            state.crashed = true;
            outcome = GroupOutcome { applied: 0, error: Some(other("the process died")) };
        }
        outcome
    }
}

impl Store for FaultStore {
    fn prepare(&mut self, tables: &[TableSpec]) -> Result<(), StoreError> {
        self.faults.state().alive()?;
        self.inner.prepare(tables)
    }

    fn load(
        &mut self,
        each: &mut dyn FnMut(&'static str, StoredRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        self.faults.state().alive()?;
        let last = self.inner.load(each)?;
        self.faults.state().unsure = false;
        Ok(last)
    }

    fn commit(&mut self, group: &[CommitRecord]) -> GroupOutcome {
        let fate = {
            let mut state = self.faults.state();
            state.counts.groups += 1;
            match state.alive() {
                Ok(()) => state.fate(group.len()),
                Err(error) => Fate::Refused(error),
            }
        };
        match fate {
            Fate::Kept => self.keep(group),
            Fate::Refused(error) => GroupOutcome { applied: 0, error: Some(error) },
            Fate::Torn(at) => {
                let outcome = self.keep(&group[..at]);
                GroupOutcome { error: outcome.error.or_else(|| Some(full())), ..outcome }
            }
            Fate::Unanswered => {
                let outcome = self.keep(group);
                let error = outcome.error.filter(|_| self.faults.crashed()).unwrap_or_else(unknown);
                GroupOutcome { applied: 0, error: Some(error) }
            }
        }
    }

    fn history(&mut self, query: &HistoryQuery) -> Result<Vec<CommitRecord>, StoreError> {
        self.faults.state().alive()?;
        self.inner.history(query)
    }

    fn forget(&mut self, before: Timestamp, counted: u64) -> Result<u64, StoreError> {
        self.faults.state().alive()?;
        self.inner.forget(before, counted)
    }

    fn rest(&mut self) {
        if !self.faults.crashed() {
            self.inner.rest();
        }
    }

    fn exclusive(&self) -> bool {
        self.inner.exclusive()
    }
}

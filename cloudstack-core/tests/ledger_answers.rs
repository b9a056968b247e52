//! What a ledger answers without changing anything: that a thing is there already, that a name is taken, that a row is
//! gone. Each rests on what others have just decided, so none is given before that is durable.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_core::base::{Error, ErrorKind, Name, id::RegionId};
use cloudstack_core::ledger::memory::MemoryStore;
use cloudstack_core::ledger::{Cause, Draft, Ledger, Writing};
use cloudstack_core::model::infra::Region;
use cloudstack_core::port::platform::Tokio;
use cloudstack_core::port::store::{CommitRecord, GroupOutcome, HistoryQuery, StoreError, StoredRow, TableSpec};
use cloudstack_core::port::{Platform, Store};
use cloudstack_core::testkit::fault_store::{FaultPlan, FaultStore};
use cloudstack_core::testkit::platform::Clock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

type Desk<'a> = Draft<'a, ()>;
type Answer = Result<&'static str, Error>;
type Decide = fn(&mut Desk<'_>) -> Answer;

const ALL_FAIL: FaultPlan =
    FaultPlan { seed: 1, fail_permille: 1_000, torn_permille: 0, lost_ack_permille: 0, crash_after: None };

fn named(desk: &Desk<'_>, name: &str) -> Option<RegionId> {
    desk.view().regions().iter().find(|r| r.name.as_str() == name).map(|r| r.id)
}

fn add(desk: &mut Desk<'_>) -> Answer {
    let (id, number) = (desk.id(), 1);
    desk.insert(Region { id, number, name: Name::new("north")? })?;
    Ok("made")
}

/// Made, or there already: the answer that changes nothing.
fn ensure(desk: &mut Desk<'_>) -> Answer {
    if named(desk, "north").is_some() { Ok("there") } else { add(desk) }
}

fn remove(desk: &mut Desk<'_>) -> Answer {
    let id = named(desk, "north").ok_or_else(|| Error::new(ErrorKind::NotFound, "gone"))?;
    desk.remove::<Region>(id)?;
    Ok("removed")
}

/// What is done first and lost, what is done upon it meanwhile, and what must be answered once the store is well again.
const TABLE: &[(&str, bool, Decide, Decide, &str)] = &[
    ("it is there already", false, add, ensure, "made"),
    ("it is taken", false, add, add, "made"),
    ("it is gone", true, remove, remove, "removed"),
];

/// A store whose groups wait at a gate. Whoever opens it says whether the group is kept; a gate without a keeper stays open.
struct Gate {
    inner: MemoryStore,
    came: Sender<()>,
    kept: Receiver<bool>,
}

impl Store for Gate {
    fn prepare(&mut self, tables: &[TableSpec]) -> Result<(), StoreError> {
        self.inner.prepare(tables)
    }
    fn load(
        &mut self,
        each: &mut dyn FnMut(&'static str, StoredRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        self.inner.load(each)
    }
    fn commit(&mut self, group: &[CommitRecord]) -> GroupOutcome {
        let _nobody = self.came.send(());
        if self.kept.recv() == Ok(false) {
            let error = StoreError::Full { path: "gate".into(), detail: "closed".into() };
            return GroupOutcome { applied: 0, error: Some(error) };
        }
        self.inner.commit(group)
    }
    fn history(&mut self, query: &HistoryQuery) -> Result<Vec<CommitRecord>, StoreError> {
        self.inner.history(query)
    }
    fn exclusive(&self) -> bool {
        self.inner.exclusive()
    }
}

fn transact(ledger: &Ledger<()>, decide: Decide) -> impl Future<Output = Answer> + use<> {
    let ledger = ledger.clone();
    async move { ledger.transact(&Cause::system("test"), decide).await }
}

fn kept(ledger: &Ledger<()>) -> usize {
    ledger.view().regions().len()
}

#[test]
fn no_answer_rests_on_what_is_lost_while_a_task_writes() {
    for (what, before, lost, upon, then) in TABLE {
        for seed in 0..32 {
            let clock = Clock::new(seed);
            let process = clock.process();
            let (store, faults) = FaultStore::new(Box::new(MemoryStore::new()), FaultPlan::default());
            let ledger: Ledger<()> = Ledger::open(Box::new(store), process.clone(), Writing::Task).unwrap();
            let answers: Arc<Mutex<Vec<(usize, Answer)>>> = Arc::default();
            let ask = |who: usize, decide: Decide| {
                let (answers, work) = (Arc::clone(&answers), transact(&ledger, decide));
                process.spawn(Box::pin(async move {
                    let answer = work.await;
                    answers.lock().unwrap().push((who, answer));
                }));
            };
            if *before {
                ask(0, add);
                while clock.poll_one() {}
                answers.lock().unwrap().clear();
            }
            faults.plan(ALL_FAIL);
            ask(1, *lost);
            ask(2, *upon);
            while clock.poll_one() {
                if faults.counts().failed > 0 {
                    faults.plan(FaultPlan::default());
                }
            }
            let answers = answers.lock().unwrap();
            let acknowledged: Vec<_> = answers.iter().filter_map(|(_, a)| a.as_ref().ok().copied()).collect();
            let refused: Vec<_> = answers.iter().filter_map(|(_, a)| a.as_ref().err().map(Error::kind)).collect();
            assert_eq!(acknowledged, [*then], "{what}, seed {seed}");
            assert_eq!(refused, [ErrorKind::Store], "{what}, seed {seed}: only what the store refused");
            assert_eq!(kept(&ledger), usize::from(!before), "{what}, seed {seed}");
        }
    }
}

/// The ways to a durable answer: at once, or through a plan that was made before.
#[derive(Debug, Clone, Copy)]
enum Way {
    Transact,
    Execute,
}

/// What is answered to who decides upon a change that is on its way to the disk, and never arrives.
fn upon_what_is_lost(runtime: &tokio::runtime::Runtime, writing: Writing, way: Way, case: usize) -> Answer {
    let (_, before, lost, upon, _) = TABLE[case];
    let ((came, arrivals), (open, opened)) = (channel(), channel());
    let gate = Gate { inner: MemoryStore::new(), came, kept: opened };
    let ledger: Ledger<()> = Ledger::open(Box::new(gate), Tokio::current().unwrap(), writing).unwrap();
    if before {
        open.send(true).unwrap();
        runtime.block_on(transact(&ledger, add)).unwrap();
        arrivals.recv().unwrap();
    }
    let cause = Cause::system("test");
    let plan = ledger.dry_run(&cause, upon).unwrap();
    let first = runtime.spawn(transact(&ledger, lost));
    arrivals.recv().unwrap();
    // It is in the head and at the gate. What is decided now has read it.
    let (decided, hear) = channel();
    let ledger_too = ledger.clone();
    let second = runtime.spawn(async move {
        let decide = |desk: &mut Desk<'_>| {
            let answer = upon(desk);
            decided.send(()).unwrap();
            answer
        };
        match way {
            Way::Transact => ledger_too.transact(&cause, decide).await,
            Way::Execute => ledger_too.execute(&cause, &plan, decide).await,
        }
    });
    hear.recv().unwrap();
    open.send(false).unwrap();
    drop(open);
    assert_eq!(runtime.block_on(first).unwrap().unwrap_err().kind(), ErrorKind::Store);
    let answer = runtime.block_on(second).unwrap();
    assert_eq!(kept(&ledger), usize::from(!before));
    answer
}

#[test]
fn no_answer_rests_on_what_is_lost_while_a_thread_or_the_caller_writes() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap();
    let _inside = runtime.enter();
    for writing in [Writing::Inline, Writing::Thread] {
        for way in [Way::Transact, Way::Execute] {
            for (case, (what, .., then)) in TABLE.iter().enumerate() {
                let answer = upon_what_is_lost(&runtime, writing, way, case);
                assert_eq!(answer.unwrap(), *then, "{what}, {writing:?}, {way:?}");
            }
        }
    }
}

/// A store that keeps what it is given and may not say so, nor load.
struct Mute {
    inner: MemoryStore,
    mute: Arc<AtomicBool>,
}

impl Mute {
    fn word(&self) -> Result<(), StoreError> {
        if self.mute.load(Ordering::Relaxed) { Err(StoreError::Unknown { detail: "mute".into() }) } else { Ok(()) }
    }
}

impl Store for Mute {
    fn prepare(&mut self, tables: &[TableSpec]) -> Result<(), StoreError> {
        self.inner.prepare(tables)
    }
    fn load(
        &mut self,
        each: &mut dyn FnMut(&'static str, StoredRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        self.word().and_then(|()| self.inner.load(each))
    }
    fn commit(&mut self, group: &[CommitRecord]) -> GroupOutcome {
        let outcome = self.inner.commit(group);
        self.word().map_or_else(|error| GroupOutcome { applied: 0, error: Some(error) }, |()| outcome)
    }
    fn history(&mut self, query: &HistoryQuery) -> Result<Vec<CommitRecord>, StoreError> {
        self.word().and_then(|()| self.inner.history(query))
    }
    fn exclusive(&self) -> bool {
        self.inner.exclusive()
    }
}

#[test]
fn while_the_store_does_not_say_what_it_kept_nobody_is_told_that_a_thing_is_there() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    for writing in [Writing::Inline, Writing::Task, Writing::Thread] {
        let mute = Arc::new(AtomicBool::new(false));
        let store = Mute { inner: MemoryStore::new(), mute: Arc::clone(&mute) };
        let ledger: Ledger<()> = Ledger::open(Box::new(store), Tokio::current().unwrap(), writing).unwrap();
        let ask = |decide: Decide| runtime.block_on(transact(&ledger, decide));
        assert_eq!(ask(ensure).unwrap(), "made");
        mute.store(true, Ordering::Relaxed);
        // It is gone from the disk, and only the disk knows.
        assert_eq!(ask(remove).unwrap_err().kind(), ErrorKind::Store);
        assert_eq!(ask(ensure).unwrap_err().kind(), ErrorKind::Store, "{writing:?}");
        mute.store(false, Ordering::Relaxed);
        assert_eq!(ask(ensure).unwrap(), "made", "{writing:?}");
        assert_eq!(kept(&ledger), 1);
    }
}

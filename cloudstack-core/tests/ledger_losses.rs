//! The ledger over a store that fails: nothing is acknowledged that is not kept, nothing is kept twice, and what was built
//! on a lost change is decided again.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_core::base::{Error, ErrorKind, Name, Span, id::RegionId};
use cloudstack_core::ledger::memory::MemoryDisk;
use cloudstack_core::ledger::{Cause, Draft, Ledger, Writing};
use cloudstack_core::model::infra::Region;
use cloudstack_core::port::Platform;
use cloudstack_core::port::store::HistoryQuery;
use cloudstack_core::testkit::fault_store::{FaultPlan, FaultStore, Faults};
use cloudstack_core::testkit::platform::{Clock, Process};
use proptest::prelude::*;
use std::sync::{Arc, Mutex};

type Desk<'a> = Draft<'a, ()>;

/// A ledger over a disk, on a virtual platform.
struct Lab {
    clock: Clock,
    process: Arc<Process>,
    disk: MemoryDisk,
    ledger: Ledger<()>,
    faults: Faults,
}

fn lab(seed: u64, plan: FaultPlan) -> Lab {
    let (clock, disk) = (Clock::new(seed), MemoryDisk::new());
    let process = clock.process();
    let (store, faults) = FaultStore::new(Box::new(disk.open().unwrap()), plan);
    let ledger = Ledger::open(Box::new(store), process.clone(), Writing::Task).unwrap();
    Lab { clock, process, disk, ledger, faults }
}

/// One more region, numbered after those that are there.
fn region(desk: &mut Desk<'_>) -> Result<u32, Error> {
    let number = desk.view().regions().iter().map(|r| r.number).max().unwrap_or(0) + 1;
    let id: RegionId = desk.id();
    desk.insert(Region { id, number, name: Name::new(&format!("r{number}"))? })?;
    Ok(number)
}

type Answers = Arc<Mutex<Vec<Result<u32, Error>>>>;

impl Lab {
    fn ask(&self, answers: &Answers) {
        let (ledger, answers) = (self.ledger.clone(), Arc::clone(answers));
        self.process.spawn(Box::pin(async move {
            let answer = ledger.transact(&Cause::system("region.add"), region).await;
            answers.lock().unwrap().push(answer);
        }));
    }

    fn run(&self) {
        while self.clock.poll_one() {}
    }

    fn history(&self) -> Vec<(u64, String)> {
        let query = HistoryQuery { limit: usize::MAX, ..HistoryQuery::default() };
        self.ledger.history(&query).unwrap().into_iter().map(|c| (c.number, c.verb)).collect()
    }

    /// The numbers a process that starts now would see.
    fn stored(&self) -> Vec<u32> {
        self.disk.crash();
        let (clock, store) = (Clock::new(9), self.disk.open().unwrap());
        let again = Ledger::<()>::open(Box::new(store), clock.process(), Writing::Inline).unwrap();
        let mut numbers: Vec<u32> = again.view().regions().iter().map(|r| r.number).collect();
        numbers.sort_unstable();
        numbers
    }
}

fn oks(answers: &Answers) -> Vec<u32> {
    let mut numbers: Vec<u32> = answers.lock().unwrap().iter().filter_map(|a| a.as_ref().ok().copied()).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn a_torn_group_is_decided_again_from_where_it_tore() {
    let lab = lab(1, FaultPlan { torn_permille: 1_000, ..FaultPlan::default() });
    let answers = Answers::default();
    (0..8).for_each(|_| lab.ask(&answers));
    lab.run();
    assert!(lab.faults.counts().torn > 0);
    assert_eq!(answers.lock().unwrap().len(), 8);
    let numbers: Vec<u32> = lab.ledger.view().regions().iter().map(|r| r.number).collect();
    let acknowledged = oks(&answers);
    assert_eq!(acknowledged.len(), numbers.len(), "kept is what was acknowledged");
    assert_eq!(acknowledged, (1..=acknowledged.len() as u32).collect::<Vec<_>>(), "no gap, no double");
    assert_eq!(lab.stored(), acknowledged);
}

#[test]
fn a_change_that_was_kept_without_an_answer_is_acknowledged() {
    let lab = lab(2, FaultPlan { lost_ack_permille: 1_000, ..FaultPlan::default() });
    let answers = Answers::default();
    (0..5).for_each(|_| lab.ask(&answers));
    lab.run();
    assert_eq!(oks(&answers), [1, 2, 3, 4, 5]);
    lab.ask(&answers);
    lab.run();
    assert_eq!(oks(&answers), [1, 2, 3, 4, 5, 6], "the store was asked what it kept, and goes on");
    assert_eq!(lab.history().iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(lab.stored(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_refused_group_leaves_nothing_and_the_next_is_taken() {
    let lab = lab(3, FaultPlan { fail_permille: 1_000, ..FaultPlan::default() });
    let answers = Answers::default();
    lab.ask(&answers);
    lab.run();
    assert_eq!(answers.lock().unwrap()[0].as_ref().unwrap_err().kind(), ErrorKind::Store);
    assert_eq!(lab.ledger.peek(|view, ()| view.regions().len()), 0, "the head forgot it too");
    lab.faults.plan(FaultPlan::default());
    lab.ask(&answers);
    lab.run();
    assert_eq!(oks(&answers), [1]);
}

#[test]
fn a_dry_run_leaves_nothing_and_a_stale_plan_is_refused() {
    let lab = lab(4, FaultPlan::default());
    let cause = Cause::system("region.add");
    let dry = lab.ledger.dry_run(&cause, region).unwrap();
    assert_eq!((dry.answer, dry.change.rows().count()), (1, 1));
    assert_eq!(lab.ledger.peek(|view, ()| view.regions().len()), 0);
    let answers = Answers::default();
    let execute = |dry: cloudstack_core::ledger::Dry<u32>| {
        let (ledger, answers, cause) = (lab.ledger.clone(), Arc::clone(&answers), cause.clone());
        lab.process.spawn(Box::pin(async move {
            let answer = ledger.execute(&cause, &dry, region).await;
            answers.lock().unwrap().push(answer);
        }));
        lab.run();
    };
    execute(dry.clone());
    execute(dry);
    let answers = answers.lock().unwrap();
    assert_eq!(*answers[0].as_ref().unwrap(), 1);
    assert_eq!(answers[1].as_ref().unwrap_err().kind(), ErrorKind::Stale);
}

#[test]
fn the_feed_tells_every_durable_commit_once_and_in_order() {
    let plan = FaultPlan { seed: 5, fail_permille: 100, torn_permille: 300, lost_ack_permille: 100, crash_after: None };
    let lab = lab(5, plan);
    let mut feed = lab.ledger.watch();
    let answers = Answers::default();
    for _ in 0..30 {
        (0..4).for_each(|_| lab.ask(&answers));
        lab.run();
    }
    let mut told = Vec::new();
    while let Ok(commit) = feed.try_recv() {
        told.push(commit.number);
    }
    let kept: Vec<u64> = lab.history().iter().map(|(number, _)| *number).collect();
    assert_eq!(told, kept);
    assert_eq!(oks(&answers).len(), kept.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_store_does_kept_is_what_was_acknowledged(
        seed: u64, fail in 0_u64..300, torn in 0_u64..600, lost in 0_u64..300, crash in proptest::option::of(1_u64..20),
    ) {
        let plan = FaultPlan {
            seed, fail_permille: fail, torn_permille: torn, lost_ack_permille: lost, crash_after: crash,
        };
        let lab = lab(seed, plan);
        let answers = Answers::default();
        for round in 0..12 {
            (0..1 + seed.rotate_left(round) % 5).for_each(|_| lab.ask(&answers));
            if seed.rotate_right(round) % 3 == 0 {
                lab.run();
            }
        }
        lab.run();
        lab.clock.advance_to(lab.clock.now().after(Span::secs(1)));
        lab.run();
        let (acknowledged, stored) = (oks(&answers), lab.stored());
        if lab.faults.crashed() {
            // What was kept in the last breath may be more than anybody heard of, never less.
            prop_assert!(acknowledged.iter().all(|n| stored.contains(n)));
        } else {
            prop_assert_eq!(&acknowledged, &stored);
        }
        prop_assert_eq!(stored.clone(), (1..=stored.len() as u32).collect::<Vec<_>>());
    }
}

/// One region that relies on the first.
fn beside(desk: &mut Desk<'_>) -> Result<u32, Error> {
    let first = desk.view().regions().iter().map(|r| r.id).min();
    first.into_iter().for_each(|id| desk.rely_on::<Region>(id));
    region(desk)
}

#[tokio::test]
async fn nodes_that_share_a_store_rely_on_the_same_row_again_and_again() {
    let (clock, disk) = (Clock::new(1), MemoryDisk::new());
    let node = || Ledger::<()>::open(Box::new(disk.open_shared()), clock.process(), Writing::Inline).unwrap();
    let (one, two) = (node(), node());
    let mut runs = 0;
    for turn in 1..=20_u32 {
        // Twice in a row on each: once after the other's commit, once after its own.
        let ledger = if turn / 2 % 2 == 0 { &one } else { &two };
        let decide = |desk: &mut Desk<'_>| {
            runs += 1;
            beside(desk)
        };
        assert_eq!(ledger.transact(&Cause::system("region.add"), decide).await.unwrap(), turn);
    }
    assert!(runs <= 40, "no more than one of two decisions is lost: {runs}");
}

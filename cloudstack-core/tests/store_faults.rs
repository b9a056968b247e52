//! The store that fails on command: what it claims to have kept, it has kept.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its small functions too")]

use cloudstack_core::base::{Seed, Timestamp};
use cloudstack_core::ledger::memory::MemoryDisk;
use cloudstack_core::port::store::{CommitRecord, HistoryQuery, Store, StoreError, StoredRow, TableSpec, Write};
use cloudstack_core::testkit::conformance::store::suite;
use cloudstack_core::testkit::fault_store::{FaultCounts, FaultPlan, FaultStore, Faults};
use proptest::prelude::*;

const TABLE: TableSpec = TableSpec { name: "thing", columns: &[], unique: &[], promote: |_| Ok(vec![]) };

fn commit(number: u64) -> CommitRecord {
    let row = StoredRow { id: number.into(), generation: 1, columns: vec![], body: "{}".to_owned() };
    CommitRecord {
        number,
        at: Timestamp::from_micros(number),
        actor: String::new(),
        job: None,
        verb: String::new(),
        writes: vec![Write::Insert { table: "thing", row }],
        events: vec![],
    }
}

fn opened(disk: &MemoryDisk, plan: FaultPlan) -> (FaultStore, Faults) {
    let (mut store, faults) = FaultStore::new(Box::new(disk.open().unwrap()), plan);
    store.prepare(&[TABLE]).unwrap();
    (store, faults)
}

/// Commits in groups of changing size for some rounds, as a careful caller: it believes what it is told, and loads again
/// when it is told that nothing is known. Answers the number it believes to be the last.
fn drive(store: &mut FaultStore, faults: &Faults, rounds: u64) -> u64 {
    let mut dice = Seed::new(1);
    let mut last = store.load(&mut |_, _| Ok(())).unwrap();
    for _ in 0..rounds {
        let group: Vec<_> = (last + 1..=last + 1 + dice.below(6)).map(commit).collect();
        let outcome = store.commit(&group);
        last += outcome.applied as u64;
        match outcome.error {
            Some(StoreError::Unknown { .. }) => {
                assert!(matches!(store.commit(&group).error, Some(StoreError::Unknown { .. })), "not before a load");
                last = store.load(&mut |_, _| Ok(())).unwrap();
            }
            Some(error) => assert!(faults.crashed() || !error.is_lost(), "the caller and the store disagree: {error}"),
            None => assert_eq!(outcome.applied, group.len()),
        }
    }
    last
}

fn kept(disk: &MemoryDisk) -> Vec<u64> {
    let query = HistoryQuery { limit: usize::MAX, ..HistoryQuery::default() };
    disk.open_shared().history(&query).unwrap().iter().map(|c| c.number).collect()
}

#[test]
fn without_a_plan_it_is_the_store_it_wraps() {
    suite(|| {
        let disk = MemoryDisk::new();
        Box::new(move || Box::new(FaultStore::new(Box::new(disk.open().unwrap()), FaultPlan::default()).0))
    });
}

#[test]
fn the_counts_are_what_happened() {
    let all = |plan| {
        let disk = MemoryDisk::new();
        let (mut store, faults) = opened(&disk, plan);
        (drive(&mut store, &faults, 10), faults.counts())
    };
    let none = FaultPlan::default();
    let (last, counts) = all(FaultPlan { fail_permille: 1_000, ..none });
    assert_eq!((last, counts), (0, FaultCounts { groups: 10, failed: 10, ..FaultCounts::default() }));
    let (last, counts) = all(FaultPlan { lost_ack_permille: 1_000, ..none });
    assert_eq!((counts.lost_acks, counts.commits, counts.groups), (10, last, 20));
    let (last, counts) = all(FaultPlan { torn_permille: 1_000, ..none });
    assert!(counts.torn > 3 && counts.commits == last && last > counts.torn);
}

#[test]
fn the_planned_crash_cuts_the_group_and_ends_everything() {
    let disk = MemoryDisk::new();
    let (mut store, faults) = opened(&disk, FaultPlan { crash_after: Some(5), ..FaultPlan::default() });
    let group: Vec<_> = (1..=3).map(commit).collect();
    assert!(store.commit(&group).error.is_none());
    let outcome = store.commit(&(4..=9).map(commit).collect::<Vec<_>>());
    assert_eq!(outcome.applied, 0, "nobody lives to hear it");
    assert!(faults.crashed());
    assert!(store.load(&mut |_, _| Ok(())).is_err() && store.history(&HistoryQuery::default()).is_err());
    assert_eq!(faults.counts().after_crash, 2);
    drop(store);
    assert_eq!(kept(&disk), [1, 2, 3, 4, 5]);
}

#[test]
fn a_crashed_memory_disk_cuts_its_stores_off() {
    let disk = MemoryDisk::new();
    let mut old = disk.open().unwrap();
    old.prepare(&[TABLE]).unwrap();
    assert!(old.commit(&[commit(1)]).error.is_none());
    disk.crash();
    let mut new = disk.open().unwrap();
    assert!(old.commit(&[commit(2)]).error.is_some());
    drop(old);
    assert!(disk.open().is_err(), "dropping the dead store does not free the lock of the living one");
    new.prepare(&[TABLE]).unwrap();
    assert!(new.commit(&[commit(2)]).error.is_none());
}

#[test]
fn a_bounded_history_keeps_the_newest() {
    let disk = MemoryDisk::with_history(3);
    let (mut store, _) = opened(&disk, FaultPlan::default());
    assert!(store.commit(&(1..=7).map(commit).collect::<Vec<_>>()).error.is_none());
    assert_eq!(kept(&disk), [5, 6, 7]);
}

proptest! {
    #[test]
    fn whatever_fails_the_caller_and_the_disk_agree(
        seed: u64, fail_permille in 0..300_u64, torn_permille in 0..300_u64, lost_ack_permille in 0..300_u64,
    ) {
        let plan = FaultPlan { seed, fail_permille, torn_permille, lost_ack_permille, crash_after: None };
        let run = || {
            let disk = MemoryDisk::new();
            let (mut store, faults) = opened(&disk, plan);
            let last = drive(&mut store, &faults, 60);
            assert!(kept(&disk).into_iter().eq(1..=last));
            assert_eq!(faults.counts().commits, last);
            (last, faults.counts())
        };
        prop_assert_eq!(run(), run(), "the same plan gives the same faults");
    }
}

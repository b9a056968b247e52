//! What every store must do. Run [`suite`] against yours; it panics with what was wrong.

mod rows;

use crate::base::Timestamp;
use crate::port::store::{GroupOutcome, HistoryQuery, Store, StoreError, Write};
use rows::{Disk as Opened, commit, row};
use std::collections::BTreeMap;

pub use rows::TABLES;

/// Something that outlives the stores opened on it: calling it opens a store, not yet prepared. The suite drops one
/// store before it opens the next.
pub type Disk = Box<dyn Fn() -> Box<dyn Store>>;

/// Runs every check, each on an empty disk.
///
/// ```
/// use cloudstack_core::{ledger::memory::MemoryDisk, testkit::conformance::store};
/// store::suite(|| {
///     let disk = MemoryDisk::new();
///     Box::new(move || Box::new(disk.open().expect("nobody else has it")))
/// });
/// ```
///
/// # Panics
/// At the first thing that is not as the contract says.
pub fn suite(fresh: impl Fn() -> Disk) {
    for (name, check) in CHECKS {
        let disk = Opened(fresh());
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&disk)));
        if outcome.is_err() {
            panic!("the store is not sound: {name}");
        }
    }
}

type Check = fn(&Opened);

/// Every check and what it shows.
const CHECKS: &[(&str, Check)] = &[
    ("an empty disk has no rows, no commits and no history", empty),
    ("every kind of value comes back as it was given", values),
    ("rows, numbers and history outlive the store", reopened),
    ("a write on another generation than the stored one is lost", generations),
    ("a unique set refuses a second holder, and nulls never clash", unique),
    ("a unique value that is given up can be taken, in the same commit too", handed_over),
    ("a group keeps the commits before the failing one, entirely, and none after it", prefix),
    ("a commit is kept entirely or not at all", atomic),
    ("a row can go and come back", back_again),
    ("a guard is checked, and written unless the store is exclusive", guards),
    ("a commit must have the next number", numbers),
    ("what is old and counted can be forgotten, and nothing else", forgotten),
    ("history is in order, honours after and limit, and finds a row's commits", history),
    ("events come back with their commit, in order", events),
    ("a group of thousands is kept, through a rest too", big),
    ("preparing again changes nothing", prepared_twice),
];

fn all_kept(outcome: &GroupOutcome, applied: usize) {
    assert!(outcome.error.is_none(), "{:?}", outcome.error);
    assert_eq!(outcome.applied, applied);
}

fn lost(outcome: &GroupOutcome, applied: usize) {
    assert!(matches!(outcome.error, Some(StoreError::Lost { .. })), "{:?} should be lost", outcome.error);
    assert_eq!(outcome.applied, applied);
}

fn insert(id: u128, name: &str) -> Write {
    Write::Insert { table: "thing", row: row(id, 1, name) }
}

fn update(id: u128, generation: u64, name: &str) -> Write {
    Write::Update { table: "thing", row: row(id, generation, name) }
}

const fn remove(id: u128, generation: u64) -> Write {
    Write::Remove { table: "thing", id, generation }
}

fn everything(limit: usize) -> HistoryQuery {
    HistoryQuery { limit, ..HistoryQuery::default() }
}

fn empty(disk: &Opened) {
    let mut store = disk.open();
    assert_eq!(rows::content(&mut *store), (0, BTreeMap::new()));
    assert_eq!(store.history(&everything(10)).expect("history can be read"), vec![]);
    all_kept(&store.commit(&[]), 0);
    assert_eq!(rows::content(&mut *store), (0, BTreeMap::new()));
}

fn values(disk: &Opened) {
    let given: Vec<_> =
        (1..).zip(rows::odd_rows()).map(|(n, row)| commit(n, vec![Write::Insert { table: "user", row }])).collect();
    let mut store = disk.open();
    all_kept(&store.commit(&given), given.len());
    let (_, kept) = rows::content(&mut *store);
    for row in rows::odd_rows() {
        assert_eq!(kept.get(&("user", row.id)), Some(&row));
    }
    assert_eq!(store.history(&everything(usize::MAX)).expect("history can be read"), given);
}

fn reopened(disk: &Opened) {
    let (first, second) = (commit(1, vec![insert(1, "a"), insert(2, "b")]), commit(2, vec![update(1, 2, "c")]));
    let mut store = disk.open();
    all_kept(&store.commit(&[first.clone(), second.clone()]), 2);
    let before = rows::content(&mut *store);
    assert_eq!((before.0, before.1.len()), (2, 2));
    drop(store);
    let mut store = disk.open();
    assert_eq!(rows::content(&mut *store), before);
    assert_eq!(store.history(&everything(10)).expect("history can be read"), vec![first, second]);
    all_kept(&store.commit(&[commit(3, vec![remove(1, 2)])]), 1);
    drop(store);
    let (last, rows) = rows::content(&mut *disk.open());
    assert_eq!((last, rows.len()), (3, 1));
}

fn generations(disk: &Opened) {
    let mut store = disk.open();
    all_kept(&store.commit(&[commit(1, vec![insert(1, "a"), insert(2, "b")]), commit(2, vec![update(1, 2, "c")])]), 2);
    let before = rows::content(&mut *store);
    let too_new = Write::Insert { table: "thing", row: row(9, 2, "d") };
    let wrong = [
        insert(1, "other"),
        too_new,
        update(1, 2, "c"),
        update(1, 4, "c"),
        update(7, 2, "c"),
        remove(1, 1),
        remove(1, 3),
        remove(7, 1),
    ];
    for write in wrong {
        lost(&store.commit(&[commit(3, vec![write.clone()])]), 0);
        assert_eq!(rows::content(&mut *store), before, "{write:?} left something");
    }
    all_kept(&store.commit(&[commit(3, vec![update(1, 3, "d"), remove(2, 1)])]), 1);
}

fn unique(disk: &Opened) {
    let with =
        |id, name: Option<&str>, owner: Option<u128>| Write::Insert { table: "user", row: rows::user(id, name, owner) };
    let mut store = disk.open();
    // (owner, name) is unique; with a null in it, it is not checked.
    let fine = vec![
        with(1, Some("a"), Some(1)),
        with(2, Some("b"), Some(1)),
        with(3, Some("a"), Some(2)),
        with(4, None, Some(1)),
        with(5, None, Some(1)),
        with(6, Some("a"), None),
        with(7, Some("a"), None),
        with(8, None, None),
        with(9, Some("A"), Some(1)),
        with(10, Some("a "), Some(1)),
        with(11, Some(""), Some(1)),
    ];
    all_kept(&store.commit(&[commit(1, fine)]), 1);
    lost(&store.commit(&[commit(2, vec![with(20, Some("a"), Some(1))])]), 0);
    lost(&store.commit(&[commit(2, vec![with(20, Some(""), Some(1))])]), 0);
    let clash = rows::user(2, Some("a"), Some(1)).at(2);
    lost(&store.commit(&[commit(2, vec![Write::Update { table: "user", row: clash }])]), 0);
    let same = rows::user(2, Some("b"), Some(1)).at(2);
    all_kept(&store.commit(&[commit(2, vec![Write::Update { table: "user", row: same }])]), 1);
}

fn handed_over(disk: &Opened) {
    let mut store = disk.open();
    all_kept(&store.commit(&[commit(1, vec![insert(1, "a"), insert(2, "b")])]), 1);
    all_kept(&store.commit(&[commit(2, vec![remove(1, 1), insert(3, "a")])]), 1);
    all_kept(&store.commit(&[commit(3, vec![update(2, 2, "c"), insert(4, "b")])]), 1);
    lost(&store.commit(&[commit(4, vec![insert(5, "c"), remove(2, 2)])]), 0);
    // What was refused holds nothing.
    all_kept(&store.commit(&[commit(4, vec![remove(2, 2), insert(5, "c")])]), 1);
}

fn prefix(disk: &Opened) {
    let mut store = disk.open();
    let group = [
        commit(1, vec![insert(1, "a")]),
        commit(2, vec![insert(2, "b"), update(1, 2, "c")]),
        commit(3, vec![insert(3, "d"), insert(4, "c")]),
        commit(4, vec![insert(5, "e")]),
    ];
    lost(&store.commit(&group), 2);
    let after = rows::content(&mut *store);
    assert_eq!(after.0, 2);
    assert_eq!(after.1.keys().map(|(_, id)| *id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(store.history(&everything(10)).expect("history can be read"), group[..2]);
    drop(store);
    let mut store = disk.open();
    assert_eq!(rows::content(&mut *store), after);
    all_kept(&store.commit(&[commit(3, vec![insert(3, "d")]), commit(4, vec![insert(5, "e")])]), 2);
}

fn atomic(disk: &Opened) {
    let mut store = disk.open();
    all_kept(&store.commit(&[commit(1, vec![insert(1, "a"), insert(2, "b")])]), 1);
    let before = rows::content(&mut *store);
    let first_ones = vec![update(1, 2, "c"), remove(2, 1), insert(3, "b"), insert(4, "a"), update(4, 2, "z")];
    for at in 0..=first_ones.len() {
        let mut writes = first_ones.clone();
        writes.insert(at, remove(99, 1));
        lost(&store.commit(&[commit(2, writes)]), 0);
        assert_eq!(rows::content(&mut *store), before);
        assert_eq!(store.history(&everything(10)).expect("history can be read").len(), 1);
    }
    all_kept(&store.commit(&[commit(2, first_ones)]), 1);
}

fn back_again(disk: &Opened) {
    let mut store = disk.open();
    let there_and_back = vec![insert(1, "a"), remove(1, 1), insert(1, "b"), update(1, 2, "c")];
    all_kept(&store.commit(&[commit(1, there_and_back), commit(2, vec![remove(1, 2)])]), 2);
    assert_eq!(rows::content(&mut *store), (2, BTreeMap::new()));
    all_kept(&store.commit(&[commit(3, vec![insert(1, "a")])]), 1);
    assert_eq!(rows::content(&mut *store).1[&("thing", 1)], row(1, 1, "a"));
}

fn guards(disk: &Opened) {
    let mut store = disk.open();
    let guard = |id, generation| Write::Guard { table: "thing", id, generation };
    all_kept(&store.commit(&[commit(1, vec![insert(1, "a"), insert(2, "b")])]), 1);
    for wrong in [guard(1, 2), guard(1, 0), guard(7, 1)] {
        lost(&store.commit(&[commit(2, vec![insert(3, "c"), wrong])]), 0);
    }
    let guarded = commit(2, vec![guard(1, 1), update(2, 2, "d")]);
    all_kept(&store.commit(std::slice::from_ref(&guarded)), 1);
    let generation = rows::content(&mut *store).1[&("thing", 1)].generation;
    assert_eq!(generation, if store.exclusive() { 1 } else { 2 });
    let exclusive = store.exclusive();
    assert_eq!(store.history(&everything(10)).expect("history can be read")[1], guarded.for_history(exclusive));
    let second = store.commit(&[commit(3, vec![guard(1, 1)])]);
    if exclusive { all_kept(&second, 1) } else { lost(&second, 0) }
}

fn numbers(disk: &Opened) {
    let mut store = disk.open();
    lost(&store.commit(&[commit(2, vec![])]), 0);
    lost(&store.commit(&[commit(0, vec![])]), 0);
    lost(&store.commit(&[commit(1, vec![]), commit(3, vec![])]), 1);
    lost(&store.commit(&[commit(1, vec![])]), 0);
    all_kept(&store.commit(&[commit(2, vec![]), commit(3, vec![])]), 2);
    assert_eq!(rows::content(&mut *store).0, 3);
}

fn history(disk: &Opened) {
    let mut store = disk.open();
    let group = [
        commit(1, vec![insert(1, "a")]),
        commit(2, vec![insert(2, "b")]),
        commit(3, vec![update(1, 2, "c")]),
        // Mentions row 1 in its body and a column, and does not write it.
        commit(4, vec![Write::Insert { table: "user", row: rows::user(3, Some("x"), Some(1)) }]),
        commit(5, vec![remove(1, 2), update(2, 2, "d")]),
    ];
    all_kept(&store.commit(&group), 5);
    let mut numbers = |after, entity, limit| -> Vec<u64> {
        let found = store.history(&HistoryQuery { after, entity, limit }).expect("history can be read");
        found.iter().for_each(|c| assert_eq!(*c, group[c.number as usize - 1]));
        found.iter().map(|c| c.number).collect()
    };
    assert_eq!(numbers(0, None, usize::MAX), [1, 2, 3, 4, 5]);
    assert_eq!(numbers(2, None, 2), [3, 4]);
    assert!(numbers(5, None, 2).is_empty());
    assert!(numbers(9, None, 2).is_empty());
    assert!(numbers(0, None, 0).is_empty());
    assert_eq!(numbers(0, Some(1), usize::MAX), [1, 3, 5]);
    assert_eq!(numbers(1, Some(1), 1), [3]);
    assert_eq!(numbers(0, Some(2), usize::MAX), [2, 5]);
    assert!(numbers(0, Some(77), usize::MAX).is_empty());
}

fn forgotten(disk: &Opened) {
    let mut store = disk.open();
    let group: Vec<_> = (1..=5_u64).map(|n| commit(n, vec![insert(u128::from(n), &n.to_string())])).collect();
    all_kept(&store.commit(&group), 5);
    let (content, young) = (rows::content(&mut *store), group[3].at);
    let numbers = |store: &mut dyn Store| -> Vec<u64> {
        store.history(&everything(9)).expect("history can be read").iter().map(|c| c.number).collect()
    };
    let mut forget = |before, counted| store.forget(before, counted).expect("history can be forgotten");
    assert_eq!(forget(group[0].at, u64::MAX), 0, "nothing is older than the oldest");
    assert_eq!(forget(young, 0), 0, "nothing was counted");
    if forget(young, 2) == 0 {
        return assert_eq!(numbers(&mut *store), [1, 2, 3, 4, 5], "a store may keep all");
    }
    assert_eq!(numbers(&mut *store), [3, 4, 5], "what was not counted stays");
    assert_eq!(store.forget(young, u64::MAX).expect("history can be forgotten"), 1);
    let late = Timestamp::from_micros(group[4].at.as_micros() + 1);
    assert_eq!(store.forget(late, u64::MAX).expect("history can be forgotten"), 1);
    assert_eq!(numbers(&mut *store), [5], "the newest stays");
    assert_eq!(rows::content(&mut *store), content, "rows stay");
    drop(store);
    let mut store = disk.open();
    assert_eq!((numbers(&mut *store), rows::content(&mut *store)), (vec![5], content));
    all_kept(&store.commit(&[commit(6, vec![])]), 1);
    assert_eq!(numbers(&mut *store), [5, 6]);
}

fn events(disk: &Opened) {
    let mut given = commit(1, vec![insert(1, "a")]);
    given.events = rows::odd_events();
    let mut second = commit(2, vec![]);
    (second.job, second.events) = (None, rows::odd_events().split_off(1));
    let mut store = disk.open();
    all_kept(&store.commit(&[given.clone(), second.clone()]), 2);
    drop(store);
    assert_eq!(disk.open().history(&everything(10)).expect("history can be read"), vec![given, second]);
}

fn big(disk: &Opened) {
    let group: Vec<_> = (1..=3_000_u64)
        .map(|n| commit(n, (0..3).map(|part| insert(u128::from(n * 3 + part), &format!("{n}-{part}"))).collect()))
        .collect();
    let mut store = disk.open();
    all_kept(&store.commit(&group), group.len());
    store.rest();
    drop(store);
    let (last, rows) = rows::content(&mut *disk.open());
    assert_eq!((last, rows.len()), (3_000, 9_000));
}

fn prepared_twice(disk: &Opened) {
    let mut store = disk.open();
    all_kept(&store.commit(&[commit(1, vec![insert(1, "a")])]), 1);
    let before = rows::content(&mut *store);
    store.prepare(TABLES).expect("tables can be made");
    assert_eq!(rows::content(&mut *store), before);
    all_kept(&store.commit(&[commit(2, vec![update(1, 2, "b")])]), 1);
}

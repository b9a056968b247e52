//! What only the inside can provoke: a full disk, a failing migration.

use super::{SqliteStore, schema};
use crate::base::Timestamp;
use crate::model::{Column, ColumnKind, Value};
use crate::port::store::{CommitRecord, HistoryQuery, Store, StoreError, StoredRow, TableSpec, Write};

const TABLE: TableSpec = TableSpec {
    name: "thing",
    columns: &[Column { name: "name", kind: ColumnKind::Text }],
    unique: &[&[0]],
    promote: |body| Ok(vec![Value::Text(body.len().to_string().into())]),
};

fn commit(number: u64, size: usize) -> CommitRecord {
    let columns = vec![Value::Text(number.to_string().into())];
    let row = StoredRow { id: number.into(), generation: 1, columns, body: format!("\"{}\"", "x".repeat(size)) };
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

fn opened(path: &std::path::Path) -> SqliteStore {
    let mut store = SqliteStore::open(path).unwrap();
    store.prepare(&[TABLE]).unwrap();
    store
}

#[test]
fn a_full_disk_keeps_what_was_kept_and_goes_on_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cloud.db");
    let mut store = opened(&path);
    assert!(store.commit(&[commit(1, 10)]).error.is_none());
    let pages: u32 = store.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    store.db.pragma_update_and_check(None, "max_page_count", pages + 8, |_| Ok(())).unwrap();

    // The second of these does not fit; the first does, and is kept when written again without it.
    let outcome = store.commit(&[commit(2, 10), commit(3, 100_000), commit(4, 10)]);
    assert!(matches!(outcome.error, Some(StoreError::Full { .. })), "{outcome:?}");
    assert_eq!(outcome.applied, 1);
    let outcome = store.commit(&[commit(3, 100_000)]);
    assert!(matches!(outcome.error, Some(StoreError::Full { .. })), "{outcome:?}");
    assert_eq!(outcome.applied, 0);

    store.db.pragma_update_and_check(None, "max_page_count", pages + 1_000, |_| Ok(())).unwrap();
    assert!(store.commit(&[commit(3, 100_000)]).error.is_none());
    store.verify().unwrap();
    drop(store);
    let found = opened(&path).history(&HistoryQuery { limit: 9, ..HistoryQuery::default() }).unwrap();
    assert_eq!(found, [commit(1, 10), commit(2, 10), commit(3, 100_000)]);
}

#[test]
fn steps_run_once_and_in_order_and_a_failing_one_leaves_the_file_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cloud.db");
    drop(opened(&path));
    let steps: &[schema::Step] = &[
        |_| panic!("version 1 is there already"),
        |_| panic!("version 2 is there already"),
        |_| panic!("version 3 is there already"),
        |tx| tx.execute_batch("CREATE TABLE second(a)"),
        |tx| tx.execute_batch("INSERT INTO second VALUES (3)"),
    ];
    let mut store = opened(&path);
    let mut failing = steps.to_vec();
    failing[4] = |tx| tx.execute_batch("INSERT INTO nowhere VALUES (3)");
    assert!(schema::migrate(&path, &mut store.db, &failing, &[TABLE]).is_err());
    let version = |store: &SqliteStore| -> u32 { store.db.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap() };
    assert_eq!(version(&store), 3);
    schema::migrate(&path, &mut store.db, steps, &[TABLE]).unwrap();
    schema::migrate(&path, &mut store.db, steps, &[TABLE]).unwrap();
    assert_eq!(version(&store), 5);
    assert_eq!(store.db.query_row("SELECT count(*), a FROM second", [], |r| Ok((r.get(0)?, r.get(1)?))), Ok((1, 3)));
}

#[test]
fn a_long_burst_files_the_oldest_rows_and_a_rest_files_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = opened(&dir.path().join("cloud.db"));
    let filed = |store: &SqliteStore| -> (u64, u64) {
        let sql = "SELECT (SELECT number FROM filed), (SELECT count(*) FROM thing)";
        let number = |row: &rusqlite::Row<'_>, at| row.get::<_, i64>(at).map(i64::unsigned_abs);
        store.db.query_row(sql, [], |row| Ok((number(row, 0)?, number(row, 1)?))).unwrap()
    };
    let size = super::late::ROOM / 10;
    for number in 1..=8 {
        assert!(store.commit(&[commit(number, size)]).error.is_none());
    }
    assert_eq!(filed(&store), (0, 0), "there was room");
    for number in 9..=14 {
        assert!(store.commit(&[commit(number, size)]).error.is_none());
    }
    let (until, rows) = filed(&store);
    assert!(until == rows && (4..10).contains(&until), "{until}, {rows}");
    while !store.late.is_empty() {
        store.rest();
    }
    assert_eq!(filed(&store), (14, 14));
}

//! The SQLite store against bad files, other processes, older files and sudden death.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its small functions too")]

use cloudstack_core::base::{Seed, Timestamp};
use cloudstack_core::ledger::sqlite::SqliteStore;
use cloudstack_core::model::{Column, ColumnKind, Value};
use cloudstack_core::port::store::{CommitRecord, HistoryQuery, Store, StoreError, StoredRow, TableSpec, Write};
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

const NAME: Column = Column { name: "name", kind: ColumnKind::Text };
const OWNER: Column = Column { name: "owner", kind: ColumnKind::Link };
const AGE: Column = Column { name: "age", kind: ColumnKind::Int };

/// As version 1 knew it.
const OLD: TableSpec = TableSpec { name: "user", columns: &[NAME], unique: &[&[0]], promote: |body| promote(body, 1) };
/// With two more promoted fields, and names unique per owner only.
const NEW: TableSpec =
    TableSpec { name: "user", columns: &[NAME, OWNER, AGE], unique: &[&[1, 0]], promote: |body| promote(body, 3) };
const EXTRA: TableSpec = TableSpec { name: "extra", columns: &[], unique: &[], promote: |_| Ok(vec![]) };

fn promote(body: &str, columns: usize) -> Result<Vec<Value<'static>>, String> {
    let body: serde_json::Value = serde_json::from_str(body).map_err(|e| e.to_string())?;
    let name = body["name"].as_str().ok_or("no name")?.to_owned();
    let owner = body["owner"].as_str().map(|id| Value::Id(uuid::Uuid::parse_str(id).unwrap().as_u128()));
    let all =
        [Value::Text(name.into()), owner.unwrap_or(Value::Null), body["age"].as_i64().map_or(Value::Null, Value::Int)];
    Ok(all[..columns].to_vec())
}

fn commit(number: u64) -> CommitRecord {
    let body = format!(r#"{{"name":"n{number}","text":"{}"}}"#, "abc".repeat(100));
    let columns = promote(&body, 1).unwrap();
    CommitRecord {
        number,
        at: Timestamp::from_micros(number),
        actor: "root".to_owned(),
        job: None,
        verb: "user.add".to_owned(),
        writes: vec![Write::Insert {
            table: "user",
            row: StoredRow { id: number.into(), generation: 1, columns, body },
        }],
        events: vec![],
    }
}

fn opened(path: &Path, tables: &[TableSpec]) -> Result<SqliteStore, StoreError> {
    let mut store = SqliteStore::open(path)?;
    store.prepare(tables)?;
    Ok(store)
}

fn rows(store: &mut SqliteStore) -> (u64, BTreeMap<u128, StoredRow>) {
    let mut rows = BTreeMap::new();
    let last = store.load(&mut |_, row| {
        rows.insert(row.id, row);
        Ok(())
    });
    (last.unwrap(), rows)
}

/// A closed file with a few hundred commits.
fn filled(dir: &Path) -> PathBuf {
    let path = dir.join("cloud.db");
    let mut store = opened(&path, &[OLD]).unwrap();
    let group: Vec<_> = (1..=300).map(commit).collect();
    assert!(store.commit(&group).error.is_none());
    path
}

/// Opening must fail, with every byte of the file and its log left as it was.
fn refused(path: &Path, tables: &[TableSpec]) -> StoreError {
    let log = path.with_extension("db-wal");
    let before = (fs::read(path).unwrap(), fs::read(&log).unwrap_or_default());
    let error = opened(path, tables).map(|_| ()).unwrap_err();
    let after = (fs::read(path).unwrap(), fs::read(&log).unwrap_or_default());
    assert!(before == after, "the file was changed by a refusal: {error}");
    error
}

#[test]
fn a_second_store_in_this_process_is_refused_until_the_first_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cloud.db");
    let first = SqliteStore::open(&path).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(StoreError::InUse { path: p }) if p == path));
    drop(first);
    let mut second = opened(&path, &[OLD]).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(StoreError::InUse { .. })));
    assert!(second.commit(&[commit(1)]).error.is_none());
    assert!(matches!(SqliteStore::open(&path), Err(StoreError::InUse { .. })));
    drop(second);
    assert_eq!(rows(&mut opened(&path, &[OLD]).unwrap()).0, 1);
}

#[test]
fn a_newer_file_is_left_alone_with_its_log() {
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let other = rusqlite::Connection::open(&path).unwrap();
    other.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    other.pragma_update(None, "user_version", 99).unwrap();
    drop(other);
    assert!(fs::metadata(path.with_extension("db-wal")).unwrap().len() > 0, "the version stands in the log");
    let error = refused(&path, &[OLD]);
    assert!(matches!(error, StoreError::Newer { found: 99, known: 3, .. }), "{error}");
}

#[test]
fn a_newer_file_without_a_log_is_left_without_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let other = rusqlite::Connection::open(&path).unwrap();
    other.pragma_update(None, "user_version", 99).unwrap();
    drop(other);
    let names = || fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(names(), ["cloud.db"]);
    assert!(matches!(refused(&path, &[OLD]), StoreError::Newer { .. }));
    assert_eq!(names(), ["cloud.db"], "looking at it has left something");
}

#[test]
fn what_is_not_a_database_of_this_program_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("notes.db");
    fs::write(&text, "Dear diary, ".repeat(1_000)).unwrap();
    assert!(matches!(refused(&text, &[OLD]), StoreError::Damaged { .. }));
    fs::write(&text, "short").unwrap();
    assert!(matches!(refused(&text, &[OLD]), StoreError::Damaged { .. }));
    let foreign = dir.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE theirs(a)").unwrap();
    assert!(matches!(refused(&foreign, &[OLD]), StoreError::Damaged { .. }));
}

#[test]
fn an_empty_file_is_a_new_database() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cloud.db");
    fs::write(&path, "").unwrap();
    drop(SqliteStore::open(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().len(), 0, "opening alone writes nothing");
    assert_eq!(rows(&mut opened(&path, &[OLD]).unwrap()).0, 0);
}

#[test]
fn a_file_cut_short_anywhere_is_damaged_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let whole = fs::read(&path).unwrap();
    // SQLite takes a file of one byte for an empty one.
    let end = whole.len();
    for length in [2, 17, 99, 100, 101, 511, 512, 4_096, 8_191, 8_192, 8_193, end / 2, end - 8_192, end - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = refused(&path, &[OLD]);
        assert!(matches!(error, StoreError::Damaged { .. }), "{length} bytes: {error:?}");
    }
}

#[test]
fn overwritten_pages_of_a_table_are_damage_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    bytes[8_192 * 2..].fill(0xaa);
    fs::write(&path, &bytes).unwrap();
    let error = refused(&path, &[OLD]);
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
}

#[test]
fn a_flipped_byte_never_brings_the_program_down_and_a_refused_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let whole = fs::read(&path).unwrap();
    let mut dice = Seed::new(5);
    for round in 0..200 {
        let mut bytes = whole.clone();
        // Half of them in the first pages, where headers and schema are.
        let reach = if round % 2 == 0 { 8_192 } else { bytes.len() };
        let at = dice.below(reach as u64) as usize;
        bytes[at] ^= 1 << dice.below(8);
        fs::write(&path, &bytes).unwrap();
        let _ = fs::remove_file(path.with_extension("db-wal"));
        match opened(&path, &[OLD]) {
            Ok(mut store) => drop(store.load(&mut |_, _| Ok(()))),
            Err(_) => assert!(fs::read(&path).unwrap() == bytes, "byte {at}: changed by a refusal"),
        }
    }
}

#[test]
fn a_place_that_cannot_be_written_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    for path in [file.join("cloud.db"), dir.path().join("missing").join("cloud.db"), dir.path().to_owned()] {
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(&error, StoreError::ReadOnly { path: p, .. } if *p == path), "{path:?}: {error:?}");
    }
}

/// For root permission bits do not count; there only the path without them is taken.
#[cfg(unix)]
#[test]
fn read_only_files_and_directories_say_so() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let mode = |of: &Path, mode| fs::set_permissions(of, fs::Permissions::from_mode(mode)).unwrap();
    mode(&path, 0o444);
    mode(dir.path(), 0o555);
    let is_root = fs::write(dir.path().join("probe"), "").is_ok();
    if is_root {
        assert_eq!(rows(&mut opened(&path, &[OLD]).unwrap()).0, 300);
    } else {
        assert!(matches!(refused(&path, &[OLD]), StoreError::ReadOnly { .. }));
        let fresh = opened(&dir.path().join("fresh.db"), &[OLD]);
        assert!(matches!(fresh, Err(StoreError::ReadOnly { .. })));
    }
    mode(dir.path(), 0o755);
}

fn version_1(dir: &Path) -> PathBuf {
    let path = dir.join("cloud.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(include_str!("data/store_version_1.sql")).unwrap();
    path
}

#[test]
fn a_file_of_version_1_opens_with_todays_tables() {
    let dir = tempfile::tempdir().unwrap();
    let path = version_1(dir.path());
    for tables in [&[OLD][..], &[NEW, EXTRA], &[NEW, EXTRA], &[OLD], &[NEW]] {
        let mut store = opened(&path, tables).unwrap();
        let (last, rows) = rows(&mut store);
        assert_eq!((last, rows.len()), (3, 2));
        for row in rows.values() {
            assert_eq!(row.columns, promote(&row.body, tables[0].columns.len()).unwrap());
        }
        assert_eq!(rows[&2].generation, 2);
        let history = store.history(&HistoryQuery { limit: 9, ..HistoryQuery::default() }).unwrap();
        assert_eq!(history.iter().map(|c| c.writes.len()).collect::<Vec<_>>(), [2, 1, 1]);
        assert_eq!(history[0].writes[1].table(), "gone");
        assert_eq!(history[2].events[0].text, "b is now bo");
        store.verify().unwrap();
    }
    let db = rusqlite::Connection::open(&path).unwrap();
    let event = "SELECT number, position, level, account, text FROM event";
    let event = db.query_row(event, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)));
    assert_eq!(event, Ok((3, 0, "Warn".to_owned(), None::<String>, "b is now bo".to_owned())));
    drop(db);
    let mut store = opened(&path, &[NEW, EXTRA]).unwrap();
    let row = |id, owner| {
        let body = format!(r#"{{"name":"ada","owner":"00000000-0000-0000-0000-0000000000{owner}"}}"#);
        Write::Insert { table: "user", row: StoredRow { id, generation: 1, columns: promote(&body, 3).unwrap(), body } }
    };
    let clash = CommitRecord { writes: vec![row(5, "0a")], ..commit(4) };
    assert!(store.commit(&[clash]).error.is_some_and(|e| e.is_lost()));
    let fine = CommitRecord { writes: vec![row(5, "0b")], ..commit(4) };
    assert!(store.commit(&[fine]).error.is_none());
}

#[test]
fn rows_that_today_cannot_hold_are_damage_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    for change in [
        r#"UPDATE "user" SET body = '{"name":"ada"' WHERE name = 'ada'"#,
        r#"UPDATE "user" SET body = '{"name":"ada","owner":"00000000-0000-0000-0000-00000000000a"}'"#,
    ] {
        let path = version_1(dir.path());
        rusqlite::Connection::open(&path).unwrap().execute_batch(change).unwrap();
        let error = refused(&path, &[NEW]);
        assert!(matches!(&error, StoreError::Damaged { detail, .. } if detail.starts_with("user ")), "{error:?}");
        fs::remove_file(&path).unwrap();
    }
}

/// As a crash leaves it: the file and its log while the store is open, before anything was filed.
#[test]
fn rows_that_were_not_filed_when_a_process_died_are_filed_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copy) = (dir.path().join("cloud.db"), dir.path().join("copy.db"));
    let mut store = opened(&path, &[OLD]).unwrap();
    assert!(store.commit(&(1..=5).map(commit).collect::<Vec<_>>()).error.is_none());
    let row = |id: u128, generation, owner: &str| {
        let body = format!(r#"{{"name":"x{id}","owner":"00000000-0000-0000-0000-0000000000{owner}","age":7}}"#);
        StoredRow { id, generation, columns: promote(&body, 1).unwrap(), body }
    };
    let writes = vec![
        Write::Update { table: "user", row: row(1, 2, "0a") },
        Write::Remove { table: "user", id: 2, generation: 1 },
        Write::Remove { table: "user", id: 3, generation: 1 },
        Write::Insert { table: "user", row: row(3, 1, "0b") },
        Write::Update { table: "user", row: row(1, 3, "0c") },
    ];
    assert!(store.commit(&[CommitRecord { writes, ..commit(6) }]).error.is_none());
    for name in ["db", "db-wal"] {
        fs::copy(path.with_extension(name), copy.with_extension(name)).unwrap();
    }
    let late = |path: &Path| -> u64 {
        let db = rusqlite::Connection::open(path).unwrap();
        db.query_row("SELECT 6 - number FROM filed", [], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs()
    };
    let wanted = rows(&mut store);
    assert_eq!(wanted.1.keys().copied().collect::<Vec<_>>(), [1, 3, 4, 5]);
    assert_eq!(wanted.1[&1].generation, 3);
    drop(store);
    assert_eq!(late(&path), 0, "a closed store has filed everything");

    // Fields come to be promoted in the same start.
    let found = rows(&mut opened(&copy, &[NEW, EXTRA]).unwrap());
    assert_eq!(found.0, 6);
    for (id, row) in &wanted.1 {
        let columns = promote(&row.body, 3).unwrap();
        assert_eq!(found.1[id], StoredRow { columns, ..row.clone() });
    }
    assert_eq!(rows(&mut opened(&copy, &[OLD]).unwrap()), wanted);
    assert_eq!(late(&copy), 0);
}

const CHILD: &str = "STORE_TEST_CHILD";

/// Not a test of its own: what the process that gets killed does. Says each number once it was acknowledged.
#[test]
fn child_that_commits_until_it_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let mut store = opened(Path::new(&path), &[OLD]).unwrap();
    let mut last = rows(&mut store).0;
    let mut dice = Seed::new(last);
    loop {
        let size = 1 + dice.below(20);
        let group: Vec<_> = (last + 1..=last + size).map(commit).collect();
        assert!(store.commit(&group).error.is_none());
        last += size;
        let mut out = std::io::stdout().lock();
        writeln!(out, "kept {last}").and_then(|()| out.flush()).unwrap();
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cloud.db");
    let mut dice = Seed::new(11);
    let mut before = 0;
    for round in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_commits_until_it_is_killed", "--nocapture"])
            .env(CHILD, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // The harness may have begun the line, so the words need not be at its start.
        let mut kept = |line: String| line.rsplit_once("kept ").and_then(|(_, n)| n.parse::<u64>().ok());
        let first = lines.by_ref().find_map(&mut kept).expect("the child commits");
        assert!(matches!(SqliteStore::open(&path), Err(StoreError::InUse { .. })), "another process has it");
        std::thread::sleep(Duration::from_micros(dice.below(60_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        let acknowledged = lines.filter_map(kept).last().unwrap_or(first);

        let mut store = opened(&path, &[OLD]).unwrap();
        let (last, rows) = rows(&mut store);
        assert!(last >= acknowledged && acknowledged > before, "round {round}: {acknowledged} said, {last} found");
        assert_eq!(rows.len() as u64, last, "every commit has its row");
        let history = store.history(&HistoryQuery { limit: usize::MAX, ..HistoryQuery::default() }).unwrap();
        assert!(history.iter().zip(1..).all(|(c, n)| *c == commit(n)) && history.len() as u64 == last);
        store.verify().unwrap();
        before = last;
    }
}

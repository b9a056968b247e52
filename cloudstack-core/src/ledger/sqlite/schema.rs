//! What lies in the file: whose it is, which version, and whether its tables are those of the model.

use super::{
    claims::Claims,
    error, history,
    row::{Binder, Id, Table},
};
use crate::model::ColumnKind;
use crate::port::store::{StoreError, TableSpec};
use rusqlite::{Connection, OptionalExtension, Transaction};
use std::{fmt::Write as _, path::Path};

/// Marks the files of this program: `CSrs`.
const APPLICATION: i32 = 0x4353_7273;

/// One step from a version of the file to the next.
pub(super) type Step = fn(&Transaction<'_>) -> rusqlite::Result<()>;

/// The steps, from an empty file on: step `n` makes version `n + 1`. A release never changes a step, it adds one.
///
/// Steps are for what the store itself keeps and for bodies that must be rewritten. A noun or a promoted field that
/// comes or goes needs no step, see [`migrate`].
pub(super) const STEPS: &[Step] = &[|tx| tx.execute_batch(VERSION_1), version_2, |tx| tx.execute_batch(VERSION_3)];

const VERSION_1: &str = "
    CREATE TABLE history(
        number INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        job TEXT,
        verb TEXT NOT NULL,
        writes TEXT NOT NULL
    ) STRICT;
    CREATE TABLE event(
        number INTEGER NOT NULL,
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        level TEXT NOT NULL,
        account TEXT,
        entity TEXT,
        job TEXT,
        text TEXT NOT NULL,
        PRIMARY KEY(number, position)
    ) STRICT, WITHOUT ROWID;";

/// Events came to lie with their commit, and unique sets to be watched over in memory.
const VERSION_2: &str = "
    ALTER TABLE history ADD COLUMN events TEXT NOT NULL DEFAULT '[]';
    UPDATE history SET events = (
        SELECT json_group_array(json_object('id', id, 'at', at, 'kind', kind, 'level', level, 'account', account,
            'entity', entity, 'job', job, 'text', text) ORDER BY position)
        FROM event WHERE event.number = history.number
    ) WHERE number IN (SELECT number FROM event);
    DROP TABLE event;
    CREATE VIEW event AS SELECT number, entry.key AS position, value->>'id' AS id, value->>'at' AS at,
        value->>'kind' AS kind, value->>'level' AS level, value->>'account' AS account, value->>'entity' AS entity,
        value->>'job' AS job, value->>'text' AS text
    FROM history, json_each(events) AS entry;";

/// Rows came to be filed later than their commits: every commit up to this number is in the tables.
const VERSION_3: &str = "
    CREATE TABLE filed(number INTEGER NOT NULL) STRICT;
    INSERT INTO filed SELECT ifnull(max(number), 0) FROM history;";

fn version_2(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let indexes: Vec<String> = tx
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    indexes.iter().try_for_each(|index| tx.execute_batch(&format!("DROP INDEX \"{index}\"")))?;
    tx.execute_batch(VERSION_2)
}

/// Refuses a file that is another program's or a newer one's.
pub(super) fn identify(path: &Path, db: &Connection) -> Result<(), StoreError> {
    let (application, found, tables): (i32, u32, u32) = db
        .query_row(
            "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
             FROM pragma_application_id, pragma_user_version",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .map_err(|e| error::of(path, e))?;
    let known = newest(STEPS);
    if application != APPLICATION && tables > 0 {
        return Err(damaged(path, "it belongs to another program"));
    }
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    if db.is_readonly("main").map_err(|e| error::of(path, e))? {
        return Err(StoreError::ReadOnly { path: path.to_owned(), detail: "it is read-only".to_owned() });
    }
    Ok(())
}

/// Refuses a file whose last page is torn: SQLite takes what is missing of it for zeros. While there is a log, the page
/// may be in there.
pub(super) fn whole(path: &Path, db: &Connection) -> Result<(), StoreError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let page: i64 = db.query_row("PRAGMA page_size", [], |row| row.get(0)).map_err(|e| error::of(path, e))?;
    let torn = length(path) % page.unsigned_abs().max(1);
    match torn > 0 && length(path) > 1 && length(Path::new(&log)) == 0 {
        true => Err(damaged(path, "its last page is cut off")),
        false => Ok(()),
    }
}

/// Runs a check that answers `ok` or what is wrong.
pub(super) fn check(path: &Path, db: &Connection, sql: &str) -> Result<(), StoreError> {
    match db.query_row(sql, [], |row| row.get::<_, String>(0)) {
        Ok(found) if found == "ok" => Ok(()),
        Ok(found) => Err(damaged(path, &found)),
        Err(e) => Err(error::of(path, e)),
    }
}

/// Checks the pages of one table, if it is there.
pub(super) fn check_table(path: &Path, db: &Connection, name: &str) -> Result<(), StoreError> {
    if shape(db, name).map_err(|e| error::of(path, e))?.is_none() {
        return Ok(());
    }
    check(path, db, &format!("PRAGMA quick_check(\"{name}\")"))
}

/// Brings the file to the newest version and its tables to what the model declares, in one transaction.
///
/// A table whose columns differ is written anew, its promoted values taken from the bodies. A table of a noun that the
/// model does not have stays as it is. Answers the tables by name, with what is claimed in their unique sets.
pub(super) fn migrate(
    path: &Path,
    db: &mut Connection,
    steps: &[Step],
    tables: &[TableSpec],
) -> Result<(Vec<Table>, Claims), StoreError> {
    let fail = |e| error::of(path, e);
    let tx = db.transaction().map_err(fail)?;
    let version: u32 = tx.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fail)?;
    for step in steps.iter().skip(version as usize) {
        step(&tx).map_err(fail)?;
    }
    if version < newest(steps) {
        tx.pragma_update(None, "application_id", APPLICATION).map_err(fail)?;
        tx.pragma_update(None, "user_version", newest(steps)).map_err(fail)?;
    }
    // The tables still are as they were when these commits were made.
    history::file_rest(path, &tx)?;
    for spec in tables {
        let found = shape(&tx, spec.name).map_err(fail)?;
        if found.as_ref() == Some(&declared(spec)) {
            continue;
        }
        let old = found.map(|_| set_aside(&tx, spec.name)).transpose().map_err(fail)?;
        tx.execute_batch(&declared(spec)).map_err(fail)?;
        if let Some(old) = old {
            refill(path, &tx, spec, &old)?;
        }
    }
    let mut tables: Vec<_> = tables.iter().map(Table::new).collect();
    tables.sort_by_key(|table| table.name);
    let claims = claimed(path, &tx, &tables)?;
    tx.commit().map_err(fail)?;
    Ok((tables, claims))
}

/// The highest id of each table.
pub(super) fn newest_ids(db: &Connection, tables: &[Table]) -> rusqlite::Result<Vec<u128>> {
    let newest = |table: &Table| db.query_row(&table.newest, [], |row| row.get::<_, Option<Id>>(0));
    tables.iter().map(|table| newest(table).map(|id| id.map_or(0, |id| id.0))).collect()
}

fn newest(steps: &[Step]) -> u32 {
    u32::try_from(steps.len()).expect("there are few steps")
}

fn damaged(path: &Path, detail: &str) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}

/// The statement that made a table; none if there is no such table.
fn shape(db: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// The statement that makes a table.
fn declared(spec: &TableSpec) -> String {
    let name = spec.name;
    let mut columns = String::new();
    for column in spec.columns {
        let kind = if column.kind == ColumnKind::Int { "INTEGER" } else { "TEXT" };
        let _ = write!(columns, "\"{}\" {kind}, ", column.name);
    }
    format!(
        "CREATE TABLE \"{name}\"(id TEXT PRIMARY KEY NOT NULL, generation INTEGER NOT NULL, {columns}body TEXT NOT NULL) \
         STRICT"
    )
}

/// Takes a table out of the way and answers its new name.
fn set_aside(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<String> {
    let old = format!("{name} as it was");
    tx.execute_batch(&format!("ALTER TABLE \"{name}\" RENAME TO \"{old}\""))?;
    Ok(old)
}

/// What the rows of the tables hold in their unique sets.
fn claimed(path: &Path, tx: &Transaction<'_>, tables: &[Table]) -> Result<Claims, StoreError> {
    let fail = |e| error::of(path, e);
    let mut claims = Claims::new(tables);
    for (at, table) in tables.iter().enumerate().filter(|(_, table)| !table.unique.is_empty()) {
        let mut rows = tx.prepare(&table.load).map_err(fail)?;
        let mut rows = rows.query([]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let id = row.get::<_, Id>(0).map_err(fail)?.0;
            let values = table.read_values(row, 2).map_err(fail)?;
            let clash = |why| damaged(path, &format!("{} {id:032x}: {why}", table.name));
            claims.change(at, table, id, None, Some(&values)).map_err(clash)?;
            claims.keep();
        }
    }
    Ok(claims)
}

/// Moves the rows of the old table over.
fn refill(path: &Path, tx: &Transaction<'_>, spec: &TableSpec, old: &str) -> Result<(), StoreError> {
    let fail = |e| error::of(path, e);
    let table = Table::new(spec);
    let mut rows = tx.prepare(&format!("SELECT id, generation, body FROM \"{old}\"")).map_err(fail)?;
    let mut rows = rows.query([]).map_err(fail)?;
    while let Some(row) = rows.next().map_err(fail)? {
        let (id, generation, body) = Table::read_bare(row).map_err(fail)?;
        let because = |why: &dyn std::fmt::Display| damaged(path, &format!("{} {id:032x}: {why}", spec.name));
        let columns = (spec.promote)(&body).map_err(|why| because(&why))?;
        let mut insert = tx.prepare_cached(&table.insert).map_err(fail)?;
        table.bind(id, generation, &columns, &body, &mut Binder::new(&mut insert)).map_err(fail)?;
        insert.raw_execute().map_err(|e| if error::is_clash(&e) { because(&e) } else { fail(e) })?;
    }
    tx.execute_batch(&format!("DROP TABLE \"{old}\"")).map_err(fail)
}

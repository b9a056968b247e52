//! What lies in the file: whose it is, which version, and whether its tables are those of the model.

use super::{
    error,
    row::{Binder, Table},
};
use crate::model::ColumnKind;
use crate::port::store::{StoreError, StoredRow, TableSpec};
use rusqlite::{Connection, Transaction};
use std::{fmt::Write as _, path::Path};

/// Marks the files of this program: `CSrs`.
const APPLICATION: i32 = 0x4353_7273;

/// One step from a version of the file to the next.
pub(super) type Step = fn(&Transaction<'_>) -> rusqlite::Result<()>;

/// The steps, from an empty file on: step `n` makes version `n + 1`. A release never changes a step, it adds one.
///
/// Steps are for what the store itself keeps and for bodies that must be rewritten. A noun, a promoted field or a
/// unique set that comes or goes needs no step, see [`migrate`].
pub(super) const STEPS: &[Step] = &[|tx| tx.execute_batch(VERSION_1)];

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
    if shape(db, name).map_err(|e| error::of(path, e))?.is_empty() {
        return Ok(());
    }
    check(path, db, &format!("PRAGMA quick_check(\"{name}\")"))
}

/// Brings the file to the newest version and its tables to what the model declares, in one transaction.
///
/// A table whose columns or unique sets differ is written anew, its promoted values taken from the bodies. A table of a
/// noun that the model does not have stays as it is.
pub(super) fn migrate(
    path: &Path,
    db: &mut Connection,
    steps: &[Step],
    tables: &[TableSpec],
) -> Result<(), StoreError> {
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
    for spec in tables {
        let found = shape(&tx, spec.name).map_err(fail)?;
        if found == declared(spec) {
            continue;
        }
        let old = (!found.is_empty()).then(|| set_aside(&tx, spec.name)).transpose().map_err(fail)?;
        create(&tx, spec).map_err(fail)?;
        if let Some(old) = old {
            refill(path, &tx, spec, &old)?;
        }
    }
    tx.commit().map_err(fail)
}

fn newest(steps: &[Step]) -> u32 {
    u32::try_from(steps.len()).expect("there are few steps")
}

fn damaged(path: &Path, detail: &str) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}

/// The statements that made a table and its indexes (the table first); none if there is no such table.
fn shape(db: &Connection, name: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        db.prepare_cached("SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY sql")?;
    statement.query_map([name], |row| row.get(0))?.collect()
}

/// The statements that make a table and its indexes.
fn declared(spec: &TableSpec) -> Vec<String> {
    let name = spec.name;
    let mut columns = String::new();
    for column in spec.columns {
        let kind = if column.kind == ColumnKind::Int { "INTEGER" } else { "TEXT" };
        let _ = write!(columns, "\"{}\" {kind}, ", column.name);
    }
    let mut statements = vec![format!(
        "CREATE TABLE \"{name}\"(id TEXT PRIMARY KEY NOT NULL, generation INTEGER NOT NULL, {columns}body TEXT NOT NULL) \
         STRICT"
    )];
    let indexes = spec.unique.iter().map(|set| {
        let names: Vec<_> = set.iter().map(|&at| spec.columns[at].name).collect();
        let quoted: Vec<_> = names.iter().map(|n| format!("\"{n}\"")).collect();
        let (list, some) = (quoted.join(", "), quoted.join(" IS NOT NULL AND "));
        format!("CREATE UNIQUE INDEX \"{name}_{}\" ON \"{name}\"({list}) WHERE {some} IS NOT NULL", names.join("_"))
    });
    statements.extend(indexes);
    statements.sort();
    statements
}

fn create(tx: &Transaction<'_>, spec: &TableSpec) -> rusqlite::Result<()> {
    declared(spec).iter().try_for_each(|sql| tx.execute_batch(sql))
}

/// Takes a table and its indexes out of the way and answers its new name.
fn set_aside(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<String> {
    let indexes: Vec<String> = tx
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL")?
        .query_map([name], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for index in indexes {
        tx.execute_batch(&format!("DROP INDEX \"{index}\""))?;
    }
    let old = format!("{name} as it was");
    tx.execute_batch(&format!("ALTER TABLE \"{name}\" RENAME TO \"{old}\""))?;
    Ok(old)
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
        table.bind(&StoredRow { id, generation, columns, body }, &mut Binder::new(&mut insert)).map_err(fail)?;
        insert.raw_execute().map_err(|e| if error::is_clash(&e) { because(&e) } else { fail(e) })?;
    }
    tx.execute_batch(&format!("DROP TABLE \"{old}\"")).map_err(fail)
}

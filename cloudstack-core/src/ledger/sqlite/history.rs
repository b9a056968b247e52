//! The history: one row per commit, what it wrote and its events as JSON.

use super::{
    commit::at_hand,
    error,
    row::{Binder, Id, Table},
};
use crate::base::Timestamp;
use crate::model::Value;
use crate::port::store::{CommitRecord, FORGET_AT_ONCE, HistoryQuery, StoreError, StoredRow, Write};
use rusqlite::{CachedStatement, Connection, Row};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{
    borrow::Cow,
    collections::BTreeSet,
    fmt::Write as _,
    path::Path,
    sync::{Mutex, PoisonError},
};
use uuid::{Uuid, fmt::Hyphenated};

const APPEND: &str =
    "INSERT INTO history(number, at, actor, job, verb, writes, events) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const READ: &str = "SELECT number, at, actor, job, verb, writes, events FROM history
    WHERE number > ?1 AND (?2 IS NULL OR instr(writes, ?2)) ORDER BY number";

/// What commits wrote whose rows may not be in their tables.
const UNFILED: &str = "SELECT writes FROM history WHERE number > (SELECT number FROM filed) ORDER BY number";

/// The oldest commits up to the first that is young enough to stay, which need not be there; never the newest, nor one whose
/// rows may not be in their tables.
const FORGET: &str = "DELETE FROM history WHERE number <= ?2 AND number < (SELECT max(number) FROM history)
     AND number <= (SELECT number FROM filed)
    AND number < (SELECT min(number) FROM history) + ?3
    AND number < ifnull((SELECT number FROM history WHERE at >= ?1 ORDER BY number LIMIT 1), 9223372036854775807)";

/// Forgets commits decided before `before`, none of a number above `counted`.
pub(super) fn forget(db: &Connection, before: Timestamp, counted: u64) -> rusqlite::Result<u64> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    db.prepare_cached(FORGET)?
        .execute([number(before.as_micros()), number(counted), number(FORGET_AT_ONCE)])
        .map(|rows| rows as u64)
}

/// The number of the last commit; 0 if there is none.
pub(super) fn last(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("SELECT ifnull(max(number), 0) FROM history", [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Appends commits with their events.
#[derive(Default)]
pub(super) struct Appender<'s> {
    statement: Option<CachedStatement<'s>>,
    /// The text being made, kept for its room.
    text: String,
}

impl<'s> Appender<'s> {
    pub(super) fn append(&mut self, db: &'s Connection, commit: &CommitRecord) -> rusqlite::Result<()> {
        let statement = at_hand(&mut self.statement, db, APPEND)?;
        let mut binder = Binder::new(statement);
        binder.number(commit.number)?;
        binder.number(commit.at.as_micros())?;
        binder.bind(commit.actor.as_str())?;
        binder.bind(commit.job.as_deref())?;
        binder.bind(commit.verb.as_str())?;
        self.text.clear();
        encode(&mut self.text, &commit.writes);
        binder.bind(self.text.as_str())?;
        if commit.events.is_empty() {
            binder.bind("[]")?;
        } else {
            binder.bind(serde_json::to_string(&commit.events).expect("an event is always JSON").as_str())?;
        }
        statement.raw_execute().map(|_| ())
    }
}

/// Reads what the query asks for. An entity is looked for in the text of every commit: seconds per million commits.
pub(super) fn read(
    path: &Path,
    db: &Connection,
    tables: &[Table],
    query: &HistoryQuery,
) -> Result<Vec<CommitRecord>, StoreError> {
    let fail = |e| error::of(path, e);
    let mut statement = db.prepare_cached(READ).map_err(fail)?;
    let mut binder = Binder::new(&mut statement);
    binder.number(query.after).map_err(fail)?;
    binder.value(&query.entity.map_or(Value::Null, Value::Id)).map_err(fail)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while found.len() < query.limit {
        let Some(row) = rows.next().map_err(fail)? else { break };
        let commit = read_commit(path, tables, row)?;
        if query.entity.is_none_or(|id| commit.touches(id)) {
            found.push(commit);
        }
    }
    Ok(found)
}

fn read_commit(path: &Path, tables: &[Table], row: &Row<'_>) -> Result<CommitRecord, StoreError> {
    let head = || -> rusqlite::Result<CommitRecord> {
        Ok(CommitRecord {
            number: row.get::<_, i64>(0)?.unsigned_abs(),
            at: Timestamp::from_micros(row.get::<_, i64>(1)?.unsigned_abs()),
            actor: row.get(2)?,
            job: row.get(3)?,
            verb: row.get(4)?,
            writes: Vec::new(),
            events: Vec::new(),
        })
    };
    let mut commit = head().map_err(|e| error::of(path, e))?;
    let damaged = |e: serde_json::Error| {
        let detail = format!("history {}: {e}", commit.number);
        StoreError::Damaged { path: path.to_owned(), detail }
    };
    let text = |at| row.get_ref(at).and_then(|text| Ok(text.as_str()?)).map_err(|e| error::of(path, e));
    let entries: Vec<Entry<'_>> = serde_json::from_str(text(5)?).map_err(damaged)?;
    let events = serde_json::from_str(text(6)?).map_err(damaged)?;
    commit.writes = entries.into_iter().map(|entry| entry.decode(tables)).collect();
    commit.events = events;
    Ok(commit)
}

/// Files the rows of commits that were kept and whose rows were not filed when the process before this one ended.
pub(super) fn file_rest(path: &Path, db: &Connection) -> Result<(), StoreError> {
    let fail = |e| error::of(path, e);
    let mut statement = db.prepare(UNFILED).map_err(fail)?;
    let mut rows = statement.query([]).map_err(fail)?;
    while let Some(row) = rows.next().map_err(fail)? {
        let text = row.get_ref(0).and_then(|text| Ok(text.as_str()?)).map_err(fail)?;
        let entries: Vec<Entry<'_>> = serde_json::from_str(text)
            .map_err(|e| StoreError::Damaged { path: path.to_owned(), detail: format!("history: {e}") })?;
        entries.iter().try_for_each(|entry| entry.file(db)).map_err(fail)?;
    }
    db.execute("UPDATE filed SET number = (SELECT ifnull(max(number), 0) FROM history)", []).map(drop).map_err(fail)
}

/// A write, read back from the history. [`encode`] writes the same form.
#[derive(Deserialize)]
struct Entry<'a> {
    op: Op,
    #[serde(borrow)]
    table: Cow<'a, str>,
    id: Uuid,
    generation: u64,
    #[serde(default)]
    columns: Vec<Cell>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Op {
    Insert,
    Update,
    Remove,
}

/// A promoted value. An id is `{"id": "…"}`; for the rest JSON itself says what it is.
#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Int(i64),
    Text(String),
    Id { id: Uuid },
    Null(()),
}

impl Cell {
    fn to_sql(&self) -> rusqlite::types::Value {
        match self {
            Self::Int(n) => (*n).into(),
            Self::Text(text) => text.clone().into(),
            Self::Id { id } => Id(id.as_u128()).encode(&mut [0; Hyphenated::LENGTH]).to_owned().into(),
            Self::Null(()) => rusqlite::types::Value::Null,
        }
    }
}

impl Entry<'_> {
    /// Does the write, whatever the table has: it may have this or a later one already, and the later ones follow.
    fn file(&self, db: &Connection) -> rusqlite::Result<()> {
        let table = self.table.replace('"', "\"\"");
        let id = Id(self.id.as_u128());
        let mut buffer = [0; Hyphenated::LENGTH];
        let id = id.encode(&mut buffer).to_owned();
        if matches!(self.op, Op::Remove) {
            return db.prepare_cached(&format!("DELETE FROM \"{table}\" WHERE id = ?1"))?.execute([id]).map(drop);
        }
        let mut values: Vec<rusqlite::types::Value> = vec![id.into(), self.generation.cast_signed().into()];
        values.extend(self.columns.iter().map(Cell::to_sql));
        values.push(self.body.map_or_else(String::new, |body| body.get().to_owned()).into());
        let places = vec!["?"; values.len()].join(", ");
        let sql = format!("INSERT OR REPLACE INTO \"{table}\" VALUES ({places})");
        db.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(values)).map(drop)
    }

    fn decode(self, tables: &[Table]) -> Write {
        let table = match tables.iter().find(|known| known.name == self.table) {
            Some(known) => known.name,
            None => lost_noun(&self.table),
        };
        let (id, generation) = (self.id.as_u128(), self.generation);
        let columns = self.columns.into_iter().map(|cell| match cell {
            Cell::Null(()) => Value::Null,
            Cell::Int(n) => Value::Int(n),
            Cell::Id { id } => Value::Id(id.as_u128()),
            Cell::Text(text) => Value::Text(Cow::Owned(text)),
        });
        let row = || StoredRow {
            id,
            generation,
            columns: columns.collect(),
            body: self.body.map_or_else(String::new, |body| body.get().to_owned()),
        };
        match self.op {
            Op::Insert => Write::Insert { table, row: row() },
            Op::Update => Write::Update { table, row: row() },
            Op::Remove => Write::Remove { table, id, generation },
        }
    }
}

/// The name of a table that the model has lost, kept as long as the program lives: there can be few.
fn lost_noun(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = String::leak(name.to_owned());
    names.insert(kept);
    kept
}

/// Adds the JSON of these writes to an empty text, without the guards: this store has one writer and only checks them.
///
/// Bodies are JSON already and are pasted, which is why this is not a derived serialiser.
fn encode(out: &mut String, writes: &[Write]) {
    for write in writes {
        match write {
            Write::Insert { table, row } => encode_row(out, "insert", table, row),
            Write::Update { table, row } => encode_row(out, "update", table, row),
            Write::Remove { table, id, generation } => {
                encode_head(out, "remove", table, *id, *generation);
                out.push('}');
            }
            Write::Guard { .. } => {}
        }
    }
    out.push_str(if out.is_empty() { "[]" } else { "]" });
}

fn encode_head(out: &mut String, op: &str, table: &str, id: u128, generation: u64) {
    out.push(if out.is_empty() { '[' } else { ',' });
    out.push_str("{\"op\":\"");
    out.push_str(op);
    out.push_str("\",\"table\":\"");
    out.push_str(table);
    out.push_str("\",\"id\":\"");
    out.push_str(Id(id).encode(&mut [0; Hyphenated::LENGTH]));
    let _ = write!(out, "\",\"generation\":{generation}");
}

fn encode_row(out: &mut String, op: &str, table: &str, row: &StoredRow) {
    encode_head(out, op, table, row.id, row.generation);
    out.push_str(",\"columns\":[");
    for (at, value) in row.columns.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        encode_value(out, value);
    }
    out.push_str("],\"body\":");
    out.push_str(&row.body);
    out.push('}');
}

fn encode_value(out: &mut String, value: &Value<'_>) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Int(n) => {
            let _ = write!(out, "{n}");
        }
        Value::Id(id) => {
            out.push_str("{\"id\":\"");
            out.push_str(Id(*id).encode(&mut [0; Hyphenated::LENGTH]));
            out.push_str("\"}");
        }
        Value::Text(text) => out.push_str(&serde_json::to_string(text).expect("a text is always JSON")),
    }
}

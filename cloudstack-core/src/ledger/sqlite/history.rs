//! The history: one row per commit, what it wrote as one JSON text; and the events beside it.

use super::{
    error,
    row::{Binder, Id, Table},
};
use crate::base::{Timestamp, id::EntityId};
use crate::model::{
    Value,
    event::{Event, EventLevel},
};
use crate::port::store::{CommitRecord, HistoryQuery, StoreError, StoredRow, Write};
use rusqlite::{Connection, Row};
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

const APPEND: &str = "INSERT INTO history(number, at, actor, job, verb, writes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const APPEND_EVENT: &str = "INSERT INTO event(number, position, id, at, kind, level, account, entity, job, text)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const READ: &str = "SELECT number, at, actor, job, verb, writes FROM history
    WHERE number > ?1 AND (?2 IS NULL OR instr(writes, ?2)) ORDER BY number";
const READ_EVENTS: &str = "SELECT id, at, kind, level, account, entity, job, text FROM event
    WHERE number = ?1 ORDER BY position";

/// The number of the last commit; 0 if there is none.
pub(super) fn last(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("SELECT ifnull(max(number), 0) FROM history", [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Appends a commit and its events.
pub(super) fn append(db: &Connection, commit: &CommitRecord) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(APPEND)?;
    let mut binder = Binder::new(&mut statement);
    binder.number(commit.number)?;
    binder.number(commit.at.as_micros())?;
    binder.bind(&commit.actor)?;
    binder.bind(&commit.job)?;
    binder.bind(&commit.verb)?;
    binder.bind(encode(&commit.writes))?;
    statement.raw_execute()?;
    (0..).zip(&commit.events).try_for_each(|(position, event)| append_event(db, commit.number, position, event))
}

fn append_event(db: &Connection, number: u64, position: u64, event: &Event) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(APPEND_EVENT)?;
    let mut binder = Binder::new(&mut statement);
    binder.number(number)?;
    binder.number(position)?;
    binder.id(event.id.to_u128())?;
    binder.number(event.at.as_micros())?;
    binder.bind(&event.kind)?;
    binder.bind(level_name(event.level))?;
    binder.value(&Value::maybe(event.account))?;
    binder.bind(&event.entity)?;
    binder.value(&Value::maybe(event.job))?;
    binder.bind(&event.text)?;
    statement.raw_execute().map(|_| ())
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
        let commit = read_commit(path, db, tables, row)?;
        if query.entity.is_none_or(|id| commit.touches(id)) {
            found.push(commit);
        }
    }
    Ok(found)
}

fn read_commit(path: &Path, db: &Connection, tables: &[Table], row: &Row<'_>) -> Result<CommitRecord, StoreError> {
    let head = || -> rusqlite::Result<CommitRecord> {
        let number = row.get::<_, i64>(0)?.unsigned_abs();
        Ok(CommitRecord {
            number,
            at: Timestamp::from_micros(row.get::<_, i64>(1)?.unsigned_abs()),
            actor: row.get(2)?,
            job: row.get(3)?,
            verb: row.get(4)?,
            writes: Vec::new(),
            events: read_events(db, number)?,
        })
    };
    let mut commit = head().map_err(|e| error::of(path, e))?;
    let text = row.get_ref(5).and_then(|text| Ok(text.as_str()?)).map_err(|e| error::of(path, e))?;
    let entries: Vec<Entry<'_>> = serde_json::from_str(text).map_err(|e| {
        let detail = format!("history {}: {e}", commit.number);
        StoreError::Damaged { path: path.to_owned(), detail }
    })?;
    commit.writes = entries.into_iter().map(|entry| entry.decode(tables)).collect();
    Ok(commit)
}

fn read_events(db: &Connection, number: u64) -> rusqlite::Result<Vec<Event>> {
    let mut statement = db.prepare_cached(READ_EVENTS)?;
    Binder::new(&mut statement).number(number)?;
    let mut rows = statement.raw_query();
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(Event {
            id: EntityId::from_u128(row.get::<_, Id>(0)?.0),
            at: Timestamp::from_micros(row.get::<_, i64>(1)?.unsigned_abs()),
            kind: row.get(2)?,
            level: level(row.get_ref(3)?.as_str()?),
            account: row.get::<_, Option<Id>>(4)?.map(|id| EntityId::from_u128(id.0)),
            entity: row.get(5)?,
            job: row.get::<_, Option<Id>>(6)?.map(|id| EntityId::from_u128(id.0)),
            text: row.get(7)?,
        });
    }
    Ok(events)
}

const fn level_name(level: EventLevel) -> &'static str {
    match level {
        EventLevel::Info => "Info",
        EventLevel::Warn => "Warn",
        EventLevel::Error => "Error",
    }
}

/// Only this program writes levels; what it cannot read is shown as an error.
fn level(name: &str) -> EventLevel {
    [EventLevel::Info, EventLevel::Warn]
        .into_iter()
        .find(|known| level_name(*known) == name)
        .unwrap_or(EventLevel::Error)
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

impl Entry<'_> {
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

/// The JSON of these writes, without the guards: this store has one writer and only checks them.
///
/// Bodies are JSON already and are pasted, which is why this is not a derived serialiser.
fn encode(writes: &[Write]) -> String {
    let bodies: usize = writes
        .iter()
        .map(|w| if let Write::Insert { row, .. } | Write::Update { row, .. } = w { row.body.len() } else { 0 })
        .sum();
    let mut out = String::with_capacity(bodies + writes.len() * 256);
    for write in writes {
        match write {
            Write::Insert { table, row } => encode_row(&mut out, "insert", table, row),
            Write::Update { table, row } => encode_row(&mut out, "update", table, row),
            Write::Remove { table, id, generation } => {
                encode_head(&mut out, "remove", table, *id, *generation);
                out.push('}');
            }
            Write::Guard { .. } => {}
        }
    }
    out.push_str(if out.is_empty() { "[]" } else { "]" });
    out
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

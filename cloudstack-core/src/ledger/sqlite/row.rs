//! Rows of nouns: their statements, and how ids and values are written and read.

use crate::model::{Column, ColumnKind, Value};
use crate::port::store::{StoredRow, TableSpec};
use rusqlite::{
    CachedStatement, Row, ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use std::{borrow::Cow, fmt::Write as _};
use uuid::{Uuid, fmt::Hyphenated};

/// An id as it stands in the file: a UUID in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Id(pub(super) u128);

impl Id {
    /// Its text.
    pub(super) fn encode(self, buffer: &mut [u8; Hyphenated::LENGTH]) -> &str {
        Uuid::from_u128(self.0).hyphenated().encode_lower(buffer)
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let id = Uuid::try_parse(value.as_str()?).map_err(FromSqlError::other)?;
        Ok(Self(id.as_u128()))
    }
}

/// Binds parameters one after the other.
pub(super) struct Binder<'a, 'db> {
    statement: &'a mut CachedStatement<'db>,
    next: usize,
}

impl<'a, 'db> Binder<'a, 'db> {
    pub(super) fn new(statement: &'a mut CachedStatement<'db>) -> Self {
        Self { statement, next: 1 }
    }

    pub(super) fn bind(&mut self, value: impl ToSql) -> rusqlite::Result<()> {
        self.statement.raw_bind_parameter(self.next, value)?;
        self.next += 1;
        Ok(())
    }

    pub(super) fn id(&mut self, id: u128) -> rusqlite::Result<()> {
        self.bind(Id(id).encode(&mut [0; Hyphenated::LENGTH]))
    }

    /// SQLite's numbers have a sign; 2⁶³ commits or microseconds are out of reach, and an error if not.
    pub(super) fn number(&mut self, n: u64) -> rusqlite::Result<()> {
        self.bind(i64::try_from(n).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?)
    }

    pub(super) fn value(&mut self, value: &Value<'_>) -> rusqlite::Result<()> {
        match value {
            Value::Null => self.bind(rusqlite::types::Null),
            Value::Int(n) => self.bind(n),
            Value::Id(id) => self.id(*id),
            Value::Text(text) => self.bind(ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))),
        }
    }
}

/// A table of a noun, with the texts of its statements.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
    /// Sets of columns whose values together occur once.
    pub(super) unique: &'static [&'static [usize]],
    /// Parameters: id, generation, the promoted values, the body.
    pub(super) insert: String,
    /// The same parameters.
    pub(super) update: String,
    /// Parameter: id.
    pub(super) remove: String,
    /// Parameter: id.
    pub(super) generation: String,
    /// The promoted values. Parameter: id.
    pub(super) values: String,
    /// Every row, by id.
    pub(super) load: String,
    /// The highest id.
    pub(super) newest: String,
}

impl Table {
    pub(super) fn new(spec: &TableSpec) -> Self {
        let name = spec.name;
        let mut columns = String::new();
        let mut places = String::new();
        let mut settings = String::new();
        for (at, column) in spec.columns.iter().enumerate() {
            let (column, place) = (column.name, at + 3);
            let _ = write!(columns, ", \"{column}\"");
            let _ = write!(places, ", ?{place}");
            let _ = write!(settings, ", \"{column}\" = ?{place}");
        }
        let body = spec.columns.len() + 3;
        Self {
            name,
            columns: spec.columns,
            unique: spec.unique,
            insert: format!("INSERT INTO \"{name}\" (id, generation{columns}, body) VALUES (?1, ?2{places}, ?{body})"),
            update: format!("UPDATE \"{name}\" SET generation = ?2{settings}, body = ?{body} WHERE id = ?1"),
            remove: format!("DELETE FROM \"{name}\" WHERE id = ?1"),
            generation: format!("SELECT generation FROM \"{name}\" WHERE id = ?1"),
            // A table without promoted fields has no values, and is never asked for them.
            values: format!("SELECT {} FROM \"{name}\" WHERE id = ?1", columns.get(2..).unwrap_or("NULL")),
            load: format!("SELECT id, generation{columns}, body FROM \"{name}\" ORDER BY id"),
            newest: format!("SELECT max(id) FROM \"{name}\""),
        }
    }

    /// Binds a row to [`Table::insert`] or [`Table::update`].
    pub(super) fn bind(
        &self,
        id: u128,
        generation: u64,
        columns: &[Value<'_>],
        body: &str,
        to: &mut Binder<'_, '_>,
    ) -> rusqlite::Result<()> {
        to.id(id)?;
        to.number(generation)?;
        columns.iter().try_for_each(|value| to.value(value))?;
        to.bind(body)
    }

    /// Reads id, generation and body.
    pub(super) fn read_bare(row: &Row<'_>) -> rusqlite::Result<(u128, u64, String)> {
        Ok((row.get::<_, Id>(0)?.0, row.get::<_, i64>(1)?.unsigned_abs(), row.get(2)?))
    }

    /// Reads the promoted values, which stand from this place on.
    pub(super) fn read_values(&self, row: &Row<'_>, first: usize) -> rusqlite::Result<Vec<Value<'static>>> {
        (first..).zip(self.columns).map(|(at, column)| value(row, at, column.kind)).collect()
    }

    /// Reads a row of [`Table::load`].
    pub(super) fn read(&self, row: &Row<'_>) -> rusqlite::Result<StoredRow> {
        let columns = self.read_values(row, 2)?;
        let generation = row.get::<_, i64>(1)?.unsigned_abs();
        Ok(StoredRow { id: row.get::<_, Id>(0)?.0, generation, columns, body: row.get(self.columns.len() + 2)? })
    }
}

fn value(row: &Row<'_>, at: usize, kind: ColumnKind) -> rusqlite::Result<Value<'static>> {
    Ok(match kind {
        ColumnKind::Text => row.get::<_, Option<String>>(at)?.map_or(Value::Null, |text| Value::Text(Cow::Owned(text))),
        ColumnKind::Int => row.get::<_, Option<i64>>(at)?.map_or(Value::Null, Value::Int),
        ColumnKind::Link => row.get::<_, Option<Id>>(at)?.map_or(Value::Null, |id| Value::Id(id.0)),
    })
}

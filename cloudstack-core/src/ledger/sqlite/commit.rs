//! Writing a group of commits.

use super::{
    SqliteStore,
    claims::Claims,
    error, history,
    row::{Binder, Table},
};
use crate::model::Value;
use crate::port::store::{CommitRecord, StoreError, Write};
use rusqlite::{CachedStatement, Connection};
use std::path::Path;

impl SqliteStore {
    /// Writes all these commits in one transaction, or none and answers which one failed and why. A failure of the
    /// transaction itself is put down to the first.
    pub(super) fn transact(&mut self, group: &[CommitRecord]) -> Result<(), (usize, StoreError)> {
        if group.is_empty() {
            return Ok(());
        }
        let Self { path, db, tables, claims, .. } = self;
        let whole = |result: rusqlite::Result<()>| result.map_err(|e| (0, error::of(path, e)));
        let execute = |sql: &str| whole(db.prepare_cached(sql).and_then(|mut s| s.raw_execute()).map(|_| ()));
        execute("BEGIN IMMEDIATE")?;
        let mut last = self.last;
        let mut writing = Writing::new(path, db, tables, claims);
        let written = group.iter().enumerate().try_for_each(|(at, commit)| {
            commit.check_number(last).and_then(|()| writing.apply(commit)).map_err(|e| (at, e))?;
            last = commit.number;
            Ok(())
        });
        drop(writing);
        let outcome = written.and_then(|()| execute("COMMIT"));
        if outcome.is_ok() {
            claims.keep();
            return outcome;
        }
        claims.undo();
        // After some failures, a full disk among them, SQLite has rolled back on its own.
        if !db.is_autocommit() {
            execute("ROLLBACK")?;
        }
        outcome
    }
}

/// What a table can be told; the place of the statement among those of its table.
#[derive(Clone, Copy)]
enum Does {
    Insert,
    Update,
    Remove,
    Generation,
    Values,
}

/// Statements per table: as many as [`Does`] has.
const PER_TABLE: usize = 5;

/// A group being written. It keeps its statements at hand: finding them anew for each row costs as much as a small row.
struct Writing<'s> {
    path: &'s Path,
    db: &'s Connection,
    tables: &'s [Table],
    claims: &'s mut Claims,
    statements: Vec<Option<CachedStatement<'s>>>,
    history: history::Appender<'s>,
}

impl<'s> Writing<'s> {
    fn new(path: &'s Path, db: &'s Connection, tables: &'s [Table], claims: &'s mut Claims) -> Self {
        let statements = (0..tables.len() * PER_TABLE).map(|_| None).collect();
        Self { path, db, tables, claims, statements, history: history::Appender::default() }
    }

    fn fail(&self, e: rusqlite::Error) -> StoreError {
        error::of(self.path, e)
    }

    fn apply(&mut self, commit: &CommitRecord) -> Result<(), StoreError> {
        commit.writes.iter().try_for_each(|write| self.write(write))?;
        self.history.append(self.db, commit).map_err(|e| self.fail(e))
    }

    fn write(&mut self, write: &Write) -> Result<(), StoreError> {
        let (table, id) = (write.table(), write.id());
        let lost = |why| StoreError::Lost { table, id, why };
        let Ok(at) = self.tables.binary_search_by_key(&table, |known| known.name) else {
            return Err(lost("no such table".to_owned()));
        };
        let held = self.held(at, write).map_err(|e| self.fail(e))?;
        match self.change(at, write) {
            Ok(true) => {}
            Ok(false) => {
                let found = self.generation(at, id).map_err(|e| self.fail(e))?;
                return Err(lost(
                    write.check_generation(found).err().unwrap_or_else(|| "it was not written".to_owned()),
                ));
            }
            Err(e) if error::is_clash(&e) => return Err(lost(e.to_string())),
            Err(e) => return Err(self.fail(e)),
        }
        let known = &self.tables[at];
        match (write, held) {
            (Write::Insert { row, .. }, _) => self.claims.change(at, known, id, None, Some(&row.columns)),
            (Write::Update { row, .. }, Some(held)) => {
                self.claims.change(at, known, id, Some(&held), Some(&row.columns))
            }
            (Write::Remove { .. }, Some(held)) => self.claims.change(at, known, id, Some(&held), None),
            _ => Ok(()),
        }
        .map_err(lost)
    }

    /// The promoted values of a row that may give up what it holds in a unique set; none if it cannot.
    fn held(&mut self, at: usize, write: &Write) -> rusqlite::Result<Option<Vec<Value<'static>>>> {
        let table = &self.tables[at];
        let stays = match write {
            Write::Insert { .. } | Write::Guard { .. } => true,
            Write::Remove { .. } => table.unique.is_empty(),
            Write::Update { row, .. } => self.claims.unchanged(at, table, row.id, &row.columns),
        };
        if stays {
            return Ok(None);
        }
        let statement = self.statement(at, Does::Values)?;
        Binder::new(statement).id(write.id())?;
        let mut rows = statement.raw_query();
        rows.next()?.map(|row| table.read_values(row, 0)).transpose()
    }

    /// Does the write; false if the row is not what it should be.
    fn change(&mut self, at: usize, write: &Write) -> rusqlite::Result<bool> {
        let (does, row) = match write {
            Write::Insert { row, .. } if row.generation != 1 => return Ok(false),
            Write::Insert { row, .. } => (Does::Insert, Some(row)),
            Write::Update { row, .. } => (Does::Update, Some(row)),
            Write::Remove { .. } => (Does::Remove, None),
            Write::Guard { id, generation, .. } => return Ok(self.generation(at, *id)? == Some(*generation)),
        };
        let table = &self.tables[at];
        let statement = self.statement(at, does)?;
        let mut binder = Binder::new(statement);
        match row {
            Some(row) => table.bind(row, &mut binder)?,
            None => {
                binder.id(write.id())?;
                binder.number(write.expects().unwrap_or_default())?;
            }
        }
        Ok(statement.raw_execute()? == 1)
    }

    fn generation(&mut self, at: usize, id: u128) -> rusqlite::Result<Option<u64>> {
        let statement = self.statement(at, Does::Generation)?;
        Binder::new(statement).id(id)?;
        let mut rows = statement.raw_query();
        rows.next()?.map(|row| row.get::<_, i64>(0).map(i64::unsigned_abs)).transpose()
    }

    fn statement(&mut self, at: usize, does: Does) -> rusqlite::Result<&mut CachedStatement<'s>> {
        let place = &mut self.statements[at * PER_TABLE + does as usize];
        let table = &self.tables[at];
        let sql = match does {
            Does::Insert => &table.insert,
            Does::Update => &table.update,
            Does::Remove => &table.remove,
            Does::Generation => &table.generation,
            Does::Values => &table.values,
        };
        at_hand(place, self.db, sql)
    }
}

/// The statement kept in this place, prepared when it is first asked for.
pub(super) fn at_hand<'a, 's>(
    place: &'a mut Option<CachedStatement<'s>>,
    db: &'s Connection,
    sql: &str,
) -> rusqlite::Result<&'a mut CachedStatement<'s>> {
    if place.is_none() {
        *place = Some(db.prepare_cached(sql)?);
    }
    Ok(place.as_mut().expect("it was just put there"))
}

//! Writing a group of commits.

use super::{
    SqliteStore,
    claims::Claims,
    error, history,
    late::{CHUNK, Known, Late, ROOM},
    row::{Binder, Table},
};
use crate::model::Value;
use crate::port::store::{CommitRecord, StoreError, StoredRow, Write};
use rusqlite::{CachedStatement, Connection};
use std::path::Path;

impl SqliteStore {
    /// Writes all these commits in one transaction, or none and answers which one failed and why. A failure of the
    /// transaction itself is put down to the first.
    pub(super) fn transact(&mut self, group: &[CommitRecord]) -> Result<(), (usize, StoreError)> {
        let Some(newest) = group.last() else { return Ok(()) };
        let (path, db, last) = (&self.path, &self.db, self.last);
        execute(path, db, "BEGIN IMMEDIATE").map_err(|e| (0, e))?;
        let mut writing = Writing {
            path,
            db,
            tables: &self.tables,
            claims: &mut self.claims,
            late: &mut self.late,
            statements: Statements::new(db, self.tables.len()),
            history: history::Appender::default(),
        };
        let written = writing.group(group, last);
        let filed = written.and_then(|()| writing.file((ROOM, usize::MAX, newest.number)).map_err(|e| (0, e)));
        drop(writing);
        let outcome = filed.and_then(|filed| execute(path, db, "COMMIT").map(|()| filed).map_err(|e| (0, e)));
        match outcome {
            Ok(filed) => {
                self.claims.keep();
                self.late.keep(filed);
                Ok(())
            }
            Err(error) => {
                self.claims.undo();
                self.late.undo();
                roll_back(path, db).map_err(|e| (0, e))?;
                Err(error)
            }
        }
    }

    /// Files some of the rows that are late; says whether any are left.
    pub(super) fn file_some(&mut self) -> Result<bool, StoreError> {
        if self.late.is_empty() {
            return Ok(false);
        }
        let (path, db) = (&self.path, &self.db);
        execute(path, db, "BEGIN IMMEDIATE")?;
        let mut statements = Statements::new(db, self.tables.len());
        let filed = self.late.file(path, &self.tables, &mut statements, (0, CHUNK, self.last));
        drop(statements);
        match filed.and_then(|filed| execute(path, db, "COMMIT").map(|()| filed)) {
            Ok(filed) => {
                self.late.keep(filed);
                Ok(!self.late.is_empty())
            }
            Err(error) => roll_back(path, db).and(Err(error)),
        }
    }

    /// Files every row that is late.
    pub(super) fn file_all(&mut self) -> Result<(), StoreError> {
        while self.file_some()? {}
        Ok(())
    }
}

fn execute(path: &Path, db: &Connection, sql: &str) -> Result<(), StoreError> {
    db.prepare_cached(sql).and_then(|mut s| s.raw_execute()).map(drop).map_err(|e| error::of(path, e))
}

/// After some failures, a full disk among them, SQLite has rolled back on its own.
fn roll_back(path: &Path, db: &Connection) -> Result<(), StoreError> {
    if db.is_autocommit() { Ok(()) } else { execute(path, db, "ROLLBACK") }
}

/// What a table can be told; the place of the statement among those of its table.
#[derive(Clone, Copy)]
pub(super) enum Does {
    Insert,
    Update,
    Remove,
    Generation,
    Values,
}

/// Statements per table: as many as [`Does`] has.
const PER_TABLE: usize = 5;

/// The statements at hand: finding them anew for each row costs as much as a small row.
pub(super) struct Statements<'s> {
    db: &'s Connection,
    of_tables: Vec<Option<CachedStatement<'s>>>,
}

impl<'s> Statements<'s> {
    fn new(db: &'s Connection, tables: usize) -> Self {
        Self { db, of_tables: (0..tables * PER_TABLE).map(|_| None).collect() }
    }

    /// What a table, the one at this place, can be told.
    pub(super) fn of(&mut self, at: usize, table: &Table, does: Does) -> rusqlite::Result<&mut CachedStatement<'s>> {
        let sql = match does {
            Does::Insert => &table.insert,
            Does::Update => &table.update,
            Does::Remove => &table.remove,
            Does::Generation => &table.generation,
            Does::Values => &table.values,
        };
        at_hand(&mut self.of_tables[at * PER_TABLE + does as usize], self.db, sql)
    }

    /// Writes down that every commit up to this number is in the tables.
    pub(super) fn filed_until(&mut self, number: u64) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached("UPDATE filed SET number = ?1")?;
        Binder::new(&mut statement).number(number)?;
        statement.raw_execute().map(drop)
    }
}

/// A group being written.
struct Writing<'s, 'l> {
    path: &'s Path,
    db: &'s Connection,
    tables: &'s [Table],
    claims: &'l mut Claims,
    late: &'l mut Late,
    statements: Statements<'s>,
    history: history::Appender<'s>,
}

impl Writing<'_, '_> {
    fn fail(&self, e: rusqlite::Error) -> StoreError {
        error::of(self.path, e)
    }

    /// Writes the commits that follow number `last`; says which one failed.
    fn group(&mut self, group: &[CommitRecord], mut last: u64) -> Result<(), (usize, StoreError)> {
        for (at, commit) in group.iter().enumerate() {
            commit.check_number(last).and_then(|()| self.apply(commit)).map_err(|e| (at, e))?;
            last = commit.number;
        }
        Ok(())
    }

    /// Makes room for rows that are late.
    fn file(&mut self, limits: (usize, usize, u64)) -> Result<usize, StoreError> {
        self.late.file(self.path, self.tables, &mut self.statements, limits)
    }

    fn apply(&mut self, commit: &CommitRecord) -> Result<(), StoreError> {
        commit.writes.iter().try_for_each(|write| self.write(commit.number, write))?;
        self.history.append(self.db, commit).map_err(|e| self.fail(e))
    }

    fn write(&mut self, number: u64, write: &Write) -> Result<(), StoreError> {
        let (table, id) = (write.table(), write.id());
        let lost = |why| StoreError::Lost { table, id, why };
        let Ok(at) = self.tables.binary_search_by_key(&table, |known| known.name) else {
            return Err(lost("no such table".to_owned()));
        };
        let found = self.generation(at, id).map_err(|e| self.fail(e))?;
        write.check_generation(found).map_err(lost)?;
        let row = match write {
            Write::Insert { row, .. } | Write::Update { row, .. } => Some(row),
            Write::Remove { .. } => None,
            Write::Guard { .. } => return Ok(()),
        };
        self.claim(at, id, found.is_some(), row)?.map_err(lost)?;
        self.late.put((at, id), number, found, row);
        Ok(())
    }

    /// Gives up and claims what a row holds in the unique sets of its table; the words for a clash name the other row.
    fn claim(
        &mut self,
        at: usize,
        id: u128,
        is_there: bool,
        row: Option<&StoredRow>,
    ) -> Result<Result<(), String>, StoreError> {
        let table = &self.tables[at];
        let stays = row.is_some_and(|row| self.claims.unchanged(at, table, id, &row.columns));
        if table.unique.is_empty() || stays {
            return Ok(Ok(()));
        }
        let after = row.map(|row| &*row.columns);
        if !is_there {
            return Ok(self.claims.change(at, table, id, None, after));
        }
        if let Some(held) = self.late.values((at, id), table) {
            return Ok(self.claims.change(at, table, id, Some(&held), after));
        }
        let held = self.filed_values(at, id).map_err(|e| self.fail(e))?;
        Ok(self.claims.change(at, table, id, held.as_deref(), after))
    }

    /// The promoted values that a table has.
    fn filed_values(&mut self, at: usize, id: u128) -> rusqlite::Result<Option<Vec<Value<'static>>>> {
        let table = &self.tables[at];
        let statement = self.statements.of(at, table, Does::Values)?;
        Binder::new(statement).id(id)?;
        let mut rows = statement.raw_query();
        rows.next()?.map(|row| table.read_values(row, 0)).transpose()
    }

    fn generation(&mut self, at: usize, id: u128) -> rusqlite::Result<Option<u64>> {
        if let Known::Yes(generation) = self.late.generation((at, id)) {
            return Ok(generation);
        }
        let statement = self.statements.of(at, &self.tables[at], Does::Generation)?;
        Binder::new(statement).id(id)?;
        let mut rows = statement.raw_query();
        let found = rows.next()?.map(|row| row.get::<_, i64>(0).map(i64::unsigned_abs)).transpose()?;
        if let Some(generation) = found {
            self.late.learn((at, id), generation);
        }
        Ok(found)
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

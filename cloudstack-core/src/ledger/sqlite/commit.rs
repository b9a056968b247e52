//! Writing a group of commits.

use super::{
    SqliteStore, error, history,
    row::{Binder, Table},
};
use crate::port::store::{CommitRecord, StoreError, Write};

impl SqliteStore {
    /// Writes all these commits in one transaction, or none and answers which one failed and why. A failure of the
    /// transaction itself is put down to the first.
    pub(super) fn transact(&self, group: &[CommitRecord]) -> Result<(), (usize, StoreError)> {
        if group.is_empty() {
            return Ok(());
        }
        let whole = |result: rusqlite::Result<()>| result.map_err(|e| (0, self.fail(e)));
        whole(self.execute("BEGIN IMMEDIATE"))?;
        let mut last = self.last;
        let written = group.iter().enumerate().try_for_each(|(at, commit)| {
            commit.check_number(last).and_then(|()| self.apply(commit)).map_err(|e| (at, e))?;
            last = commit.number;
            Ok(())
        });
        let outcome = written.and_then(|()| whole(self.execute("COMMIT")));
        // After some failures, a full disk among them, SQLite has rolled back on its own.
        if outcome.is_err() && !self.db.is_autocommit() {
            whole(self.execute("ROLLBACK"))?;
        }
        outcome
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.db.prepare_cached(sql)?.raw_execute().map(|_| ())
    }

    fn apply(&self, commit: &CommitRecord) -> Result<(), StoreError> {
        commit.writes.iter().try_for_each(|write| self.write(write))?;
        history::append(&self.db, commit).map_err(|e| self.fail(e))
    }

    fn write(&self, write: &Write) -> Result<(), StoreError> {
        let (table, id) = (write.table(), write.id());
        let lost = |why| StoreError::Lost { table, id, why };
        let Ok(at) = self.tables.binary_search_by_key(&table, |known| known.name) else {
            return Err(lost("no such table".to_owned()));
        };
        let known = &self.tables[at];
        match self.change(known, write) {
            Ok(true) => Ok(()),
            Ok(false) => {
                let found = self.generation(known, id).map_err(|e| self.fail(e))?;
                Err(lost(write.check_generation(found).err().unwrap_or_else(|| "it was not written".to_owned())))
            }
            Err(e) if error::is_clash(&e) => Err(lost(e.to_string())),
            Err(e) => Err(self.fail(e)),
        }
    }

    /// Does the write; false if the row is not what it should be.
    fn change(&self, table: &Table, write: &Write) -> rusqlite::Result<bool> {
        let (sql, row) = match write {
            Write::Insert { row, .. } if row.generation != 1 => return Ok(false),
            Write::Insert { row, .. } => (&table.insert, Some(row)),
            Write::Update { row, .. } => (&table.update, Some(row)),
            Write::Remove { .. } => (&table.remove, None),
            Write::Guard { id, generation, .. } => return Ok(self.generation(table, *id)? == Some(*generation)),
        };
        let mut statement = self.db.prepare_cached(sql)?;
        let mut binder = Binder::new(&mut statement);
        match row {
            Some(row) => table.bind(row, &mut binder)?,
            None => {
                binder.id(write.id())?;
                binder.number(write.expects().unwrap_or_default())?;
            }
        }
        Ok(statement.raw_execute()? == 1)
    }

    fn generation(&self, table: &Table, id: u128) -> rusqlite::Result<Option<u64>> {
        let mut statement = self.db.prepare_cached(&table.generation)?;
        Binder::new(&mut statement).id(id)?;
        let mut rows = statement.raw_query();
        rows.next()?.map(|row| row.get::<_, i64>(0).map(i64::unsigned_abs)).transpose()
    }
}

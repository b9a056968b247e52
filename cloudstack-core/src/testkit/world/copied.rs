//! A store in a file with a copy in memory, which can be read while the file is held.

use crate::base::Timestamp;
use crate::ledger::memory::MemoryStore;
use crate::ledger::sqlite::SqliteStore;
use crate::port::Store;
use crate::port::store::{CommitRecord, GroupOutcome, HistoryQuery, StoreError, StoredRow, TableSpec};

/// Everything is done by the file; what it has kept is written to the copy as well.
pub(super) struct Copied {
    file: SqliteStore,
    copy: MemoryStore,
}

impl Copied {
    pub(super) fn new(file: SqliteStore, copy: MemoryStore) -> Self {
        Self { file, copy }
    }
}

/// The two have parted: a fault of one of the stores.
fn parted(why: impl std::fmt::Display) -> StoreError {
    StoreError::Other(std::sync::Arc::from(Box::from(format!("the file and its copy differ: {why}"))))
}

impl Store for Copied {
    fn prepare(&mut self, tables: &[TableSpec]) -> Result<(), StoreError> {
        self.file.prepare(tables)?;
        self.copy.prepare(tables)
    }

    fn load(
        &mut self,
        each: &mut dyn FnMut(&'static str, StoredRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let mut copied = std::collections::BTreeMap::new();
        let number = self.copy.load(&mut |table, row| {
            copied.insert((table, row.id), row);
            Ok(())
        })?;
        let found = self.file.load(&mut |table, row| match copied.remove(&(table, row.id)) {
            Some(copy) if copy == row => each(table, row),
            other => Err(parted(format!("{row:?} against {other:?}"))),
        })?;
        if found != number || !copied.is_empty() {
            return Err(parted(format!("commit {found} against {number}, {} rows are missing", copied.len())));
        }
        Ok(found)
    }

    fn commit(&mut self, group: &[CommitRecord]) -> GroupOutcome {
        let outcome = self.file.commit(group);
        let copied = self.copy.commit(&group[..outcome.applied]);
        match copied.error {
            None => outcome,
            Some(error) => GroupOutcome { applied: copied.applied, error: Some(parted(error)) },
        }
    }

    fn rest(&mut self) {
        self.file.rest();
    }

    fn forget(&mut self, before: Timestamp, counted: u64) -> Result<u64, StoreError> {
        let (file, copy) = (self.file.forget(before, counted)?, self.copy.forget(before, counted)?);
        if file == copy { Ok(file) } else { Err(parted(format!("{file} commits are forgotten, and {copy}"))) }
    }

    fn history(&mut self, query: &HistoryQuery) -> Result<Vec<CommitRecord>, StoreError> {
        let (file, copy) = (self.file.history(query)?, self.copy.history(query)?);
        if file == copy { Ok(file) } else { Err(parted(format!("the history after {}", query.after))) }
    }

    fn exclusive(&self) -> bool {
        self.file.exclusive()
    }
}

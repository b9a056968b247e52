//! The store that forgets: rows in ordered maps, for tests, simulations and dry runs of a whole cloud.
//!
//! [`MemoryDisk`] is what would be the disk. It outlives the stores opened on it, so that a crash can be played: drop the
//! store (or [cut it off](MemoryDisk::crash)) and open the disk again.

use crate::base::Timestamp;
use crate::model::Value;
use crate::port::store::{
    CommitRecord, FORGET_AT_ONCE, GroupOutcome, HistoryQuery, Store, StoreError, StoredRow, TableSpec, Write,
};
use std::{
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What keeps the rows of a [`MemoryStore`]. A clone is the same disk.
///
/// ```
/// use cloudstack_core::ledger::memory::MemoryDisk;
/// let disk = MemoryDisk::new();
/// let store = disk.open()?;
/// assert!(disk.open().is_err(), "one writer at a time");
/// drop(store);
/// assert!(disk.open().is_ok());
/// # Ok::<(), cloudstack_core::port::store::StoreError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    tables: BTreeMap<&'static str, Table>,
    last: u64,
    history: VecDeque<CommitRecord>,
    keep: Option<usize>,
    /// Counts the crashes; a store opened before the last one is cut off.
    epoch: u64,
    held: bool,
}

impl MemoryDisk {
    /// An empty disk that keeps its whole history.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty disk that keeps the newest `commits` of its history.
    #[must_use]
    pub fn with_history(commits: usize) -> Self {
        let disk = Self::new();
        disk.content().keep = Some(commits);
        disk
    }

    /// Opens it for one writer: guards are checked and not written.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while another exclusive store is open on it.
    pub fn open(&self) -> Result<MemoryStore, StoreError> {
        let mut content = self.content();
        if std::mem::replace(&mut content.held, true) {
            return Err(StoreError::InUse { path: PathBuf::from("memory") });
        }
        Ok(MemoryStore { disk: self.clone(), epoch: content.epoch, exclusive: true })
    }

    /// Opens it for one of several writers: guards are written.
    #[must_use]
    pub fn open_shared(&self) -> MemoryStore {
        MemoryStore { disk: self.clone(), epoch: self.content().epoch, exclusive: false }
    }

    /// Plays a crash: every store open on this disk fails from now on, and the disk can be opened again.
    pub fn crash(&self) {
        let mut content = self.content();
        content.epoch += 1;
        content.held = false;
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        // A commit is undone before anything can unwind, so what a panicking thread left behind is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A store without durability, otherwise exactly as strict as the others.
#[derive(Debug)]
pub struct MemoryStore {
    disk: MemoryDisk,
    epoch: u64,
    exclusive: bool,
}

impl MemoryStore {
    /// A store of its own, on an empty disk, for one writer.
    #[must_use]
    pub fn new() -> Self {
        let disk = MemoryDisk::new();
        disk.content().held = true;
        Self { disk, epoch: 0, exclusive: true }
    }

    /// The disk it writes to.
    #[must_use]
    pub fn disk(&self) -> MemoryDisk {
        self.disk.clone()
    }

    fn content(&self) -> Result<MutexGuard<'_, Content>, StoreError> {
        let content = self.disk.content();
        if content.epoch == self.epoch {
            return Ok(content);
        }
        Err(StoreError::Other(Arc::from(Box::from("the process of this store crashed"))))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for MemoryStore {
    fn drop(&mut self) {
        let mut content = self.disk.content();
        if self.exclusive && content.epoch == self.epoch {
            content.held = false;
        }
    }
}

impl Store for MemoryStore {
    fn prepare(&mut self, tables: &[TableSpec]) -> Result<(), StoreError> {
        let mut content = self.content()?;
        let mut fresh = BTreeMap::new();
        for spec in tables {
            let old = content.tables.get(spec.name);
            fresh.insert(spec.name, Table::migrated(*spec, old).map_err(damaged)?);
        }
        content.tables.extend(fresh);
        Ok(())
    }

    fn load(
        &mut self,
        each: &mut dyn FnMut(&'static str, StoredRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let content = self.content()?;
        for (name, table) in &content.tables {
            table.rows.values().try_for_each(|row| each(name, row.clone()))?;
        }
        Ok(content.last)
    }

    fn commit(&mut self, group: &[CommitRecord]) -> GroupOutcome {
        let exclusive = self.exclusive;
        let mut content = match self.content() {
            Ok(content) => content,
            Err(error) => return GroupOutcome { applied: 0, error: Some(error) },
        };
        for (applied, commit) in group.iter().enumerate() {
            if let Err(error) = content.commit(commit, exclusive) {
                return GroupOutcome { applied, error: Some(error) };
            }
        }
        GroupOutcome { applied: group.len(), error: None }
    }

    fn forget(&mut self, before: Timestamp, counted: u64) -> Result<u64, StoreError> {
        let mut content = self.content()?;
        let last = content.last;
        let old = |c: &CommitRecord| c.at < before && c.number <= counted && c.number < last;
        let forgotten = content.history.iter().take(FORGET_AT_ONCE as usize).take_while(|c| old(c)).count();
        content.history.drain(..forgotten);
        Ok(forgotten as u64)
    }

    fn history(&mut self, query: &HistoryQuery) -> Result<Vec<CommitRecord>, StoreError> {
        let content = self.content()?;
        let first = content.history.partition_point(|c| c.number <= query.after);
        let wanted = content.history.range(first..).filter(|c| query.entity.is_none_or(|id| c.touches(id)));
        Ok(wanted.take(query.limit).cloned().collect())
    }

    fn exclusive(&self) -> bool {
        self.exclusive
    }
}

fn damaged(detail: String) -> StoreError {
    StoreError::Damaged { path: PathBuf::from("memory"), detail }
}

impl Content {
    fn commit(&mut self, commit: &CommitRecord, exclusive: bool) -> Result<(), StoreError> {
        commit.check_number(self.last)?;
        let mut undo = Vec::with_capacity(commit.writes.len());
        for write in &commit.writes {
            match self.write(write, exclusive) {
                Ok(before) => undo.extend(before),
                Err(error) => {
                    self.undo(undo);
                    return Err(error);
                }
            }
        }
        self.last = commit.number;
        self.history.push_back(commit.for_history(exclusive));
        while self.keep.is_some_and(|keep| self.history.len() > keep) {
            self.history.pop_front();
        }
        Ok(())
    }

    /// Does one write and answers what undoes it.
    fn write(&mut self, write: &Write, exclusive: bool) -> Result<Option<Before>, StoreError> {
        let (table, id) = (write.table(), write.id());
        let lost = |why| StoreError::Lost { table, id, why };
        let rows = self.tables.get_mut(table).ok_or_else(|| lost("no such table".to_owned()))?;
        let found = rows.rows.get(&id).map(|row| row.generation);
        write.check_generation(found).map_err(lost)?;
        let after = match write {
            Write::Insert { row, .. } | Write::Update { row, .. } => Some(row.clone()),
            Write::Remove { .. } => None,
            Write::Guard { .. } if exclusive => return Ok(None),
            Write::Guard { .. } => rows.rows.get(&id).map(|r| StoredRow { generation: r.generation + 1, ..r.clone() }),
        };
        let before = rows.replace(id, after).map_err(lost)?;
        Ok(Some(Before { table, id, row: before }))
    }

    fn undo(&mut self, steps: Vec<Before>) {
        for Before { table, id, row } in steps.into_iter().rev() {
            let rows = self.tables.get_mut(table).expect("a table that was written to exists");
            rows.replace(id, row).expect("undoing in reverse order never clashes");
        }
    }
}

/// How a row was before a write.
struct Before {
    table: &'static str,
    id: u128,
    row: Option<StoredRow>,
}

/// Which row holds a value of a unique set.
type Holders = BTreeMap<Vec<Value<'static>>, u128>;

#[derive(Debug)]
struct Table {
    spec: TableSpec,
    rows: BTreeMap<u128, StoredRow>,
    unique: Vec<Holders>,
}

impl Table {
    /// The table as the model declares it now, with the rows it had.
    fn migrated(spec: TableSpec, old: Option<&Self>) -> Result<Self, String> {
        let mut table = Self { spec, rows: BTreeMap::new(), unique: vec![Holders::new(); spec.unique.len()] };
        let Some(old) = old else { return Ok(table) };
        let same = old.spec.columns == spec.columns;
        for (&id, row) in &old.rows {
            let columns = if same { row.columns.clone() } else { (spec.promote)(&row.body)? };
            table.replace(id, Some(StoredRow { columns, ..row.clone() }))?;
        }
        Ok(table)
    }

    /// Puts `after` in the place of a row, or says which other row stands in the way. Answers the row as it was.
    fn replace(&mut self, id: u128, after: Option<StoredRow>) -> Result<Option<StoredRow>, String> {
        for (set, held) in self.spec.unique.iter().zip(&self.unique) {
            let Some(key) = after.as_ref().and_then(|row| key(set, row)) else { continue };
            if let Some(other) = held.get(&key).filter(|&&other| other != id) {
                let names: Vec<_> = set.iter().map(|&at| self.spec.columns[at].name).collect();
                return Err(format!("{} is taken by {other:032x}", names.join(", ")));
            }
        }
        let before = self.rows.remove(&id);
        for (set, held) in self.spec.unique.iter().zip(&mut self.unique) {
            if let Some(key) = before.as_ref().and_then(|row| key(set, row)) {
                held.remove(&key);
            }
            if let Some(key) = after.as_ref().and_then(|row| key(set, row)) {
                held.insert(key, id);
            }
        }
        self.rows.extend(after.map(|row| (id, row)));
        Ok(before)
    }
}

/// The values of a unique set; none if one of them is null.
fn key(set: &[usize], row: &StoredRow) -> Option<Vec<Value<'static>>> {
    set.iter().map(|&at| Some(row.columns[at].clone()).filter(|value| *value != Value::Null)).collect()
}

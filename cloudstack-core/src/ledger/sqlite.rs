//! The embedded store: one SQLite file, every row readable with any SQLite shell once the cloud is closed.
//!
//! # What lies in the file
//! One table per noun: `id` and `generation`, the promoted fields as columns, the whole row as JSON in `body`. Ids are
//! UUIDs in text, everywhere. `history` has one row per commit, with everything it wrote as JSON in `writes` and its
//! events as JSON in `events`; the view `event` lists them one by one. Nothing but ids and numbers is indexed, since the
//! view finds rows in memory, and since memory also knows who holds the values of the unique sets.
//!
//! What a machine of three rows and an event costs SQLite alone, measured in groups of 1,000: 23 µs with an index per
//! unique set and a table of events, 15 µs without the indexes, 12 µs without the table too. Ids as 16 bytes instead of
//! text then gain nothing, so that a person can read, copy and search them is free.
//!
//! # Durability
//! A commit is its row of the history. The rows it wrote follow it into their tables while nothing waits, when many are
//! late, and when the store is closed; what a process that was killed left behind is filed from the history when the file
//! is opened again. The table `filed` says up to which commit the tables are complete.
//!
//! Write-ahead log, synced once per group of commits ([`Durability::Full`]). A group is one transaction; if one of its
//! commits is refused, the transaction is rolled back and those before it are written again, which costs twice but only
//! when something is lost: a savepoint per commit costs every commit a copy of each page it touches. The log is folded
//! into the file while nothing waits, at the end, and when it has grown beyond 512 MiB.
//!
//! # One writer
//! The file stays locked while it is open; another process, or another store in this process, gets
//! [`StoreError::InUse`]. The lock belongs to the process and goes with it, however it ends. POSIX drops such a lock
//! when the same process opens and closes the file by other means, so do not read the file of an open store.
//!
//! # What is checked when it is opened
//! That it is a database of this program, not newer, not shorter than it says, and that the tables of nouns are sound
//! page by page (`quick_check`; they are read entirely anyway). `history` and `event` grow without end and are checked
//! by [`SqliteStore::verify`] only. Nothing is written before these checks have passed.

mod claims;
mod commit;
mod error;
mod history;
mod late;
mod row;
mod schema;
#[cfg(test)]
mod tests;

use crate::base::Timestamp;
use crate::port::store::{CommitRecord, GroupOutcome, HistoryQuery, Store, StoreError, StoredRow, TableSpec};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Pages kept in memory, in KiB.
const CACHE_KIB: i64 = 64 * 1024;
/// Bytes of a page of a new file. A commit in the history is about 2 KiB and pages of 4 KiB would be half empty:
/// measured, machines made in bursts then take 6.3 KB and a third more processor time instead of 4.8 KB; 16 and 32 KiB
/// gain little more and make single commits write more.
const PAGE: i64 = 8 * 1024;
/// The log is folded into the file at the latest when it has so many pages, 512 MiB: a burst of some 100,000 machines
/// ends before, and does not wait for it.
const CHECKPOINT_PAGES: i64 = 512 * 1024 * 1024 / PAGE;
/// A store at rest folds the log when it has so many commits, some 5 MiB.
const FOLD_COMMITS: u64 = 1_000;
/// Four statements for each of some fifty tables, and a few.
const STATEMENTS: usize = 256;

/// What an acknowledged commit survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The process, the machine and its power: synced before it is acknowledged.
    #[default]
    Full,
    /// The process only. A crash of the machine may lose the newest commits, never the older ones or the order.
    Process,
}

/// Rows in one SQLite file.
///
/// ```
/// use cloudstack_core::{ledger::sqlite::SqliteStore, model::vm::Vm, port::store::{Store, TableSpec}};
/// let dir = tempfile::tempdir()?;
/// let mut store = SqliteStore::open(dir.path().join("cloud.db"))?;
/// store.prepare(&[TableSpec::of::<Vm>()])?;
/// assert_eq!(store.load(&mut |_, _| Ok(()))?, 0, "no commit yet");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    durability: Durability,
    db: Connection,
    /// By name.
    tables: Vec<row::Table>,
    claims: claims::Claims,
    /// What is durable by the history alone.
    late: late::Late,
    /// The number of the last durable commit.
    last: u64,
    /// The number of the last commit that was folded from the log into the file.
    folded: u64,
}

impl SqliteStore {
    /// Opens or creates the file and takes its lock, with full durability.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`Newer`](StoreError::Newer), [`Damaged`](StoreError::Damaged),
    /// [`ReadOnly`](StoreError::ReadOnly). The file is left as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, Durability::Full)
    }

    /// Opens or creates the file with this durability.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_with(path: impl AsRef<Path>, durability: Durability) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let db = connect(path).map_err(|e| error::of(path, e))?;
        let fits = schema::identify(path, &db).and_then(|()| schema::whole(path, &db));
        fits.inspect_err(|_| leave_no_log(path, &db))?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self {
            path: path.to_owned(),
            durability,
            db,
            tables: Vec::new(),
            claims: claims::Claims::default(),
            late: late::Late::default(),
            last: 0,
            folded: 0,
        })
    }

    /// Checks every page, every index and the history: seconds per gigabyte.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing found.
    pub fn verify(&mut self) -> Result<(), StoreError> {
        self.file_all()?;
        schema::check(&self.path, &self.db, "PRAGMA integrity_check(1)")
    }

    fn fail(&self, e: rusqlite::Error) -> StoreError {
        error::of(&self.path, e)
    }

    /// Settles the file for writing, once it has been found sound.
    fn configure(&self) -> rusqlite::Result<()> {
        let sync = match self.durability {
            Durability::Full => "FULL",
            Durability::Process => "NORMAL",
        };
        self.db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        self.db.pragma_update(None, "synchronous", sync)?;
        self.db.pragma_update(None, "temp_store", "MEMORY")?;
        self.db.pragma_update(None, "cache_size", -CACHE_KIB)?;
        self.db.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
        // Until now closing must not touch the file; from now on it folds the log in.
        self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(())
    }
}

impl Drop for SqliteStore {
    /// Every row is in its table once the store is closed; if one cannot be, the next to open the file sees to it.
    fn drop(&mut self) {
        if let Err(error) = self.file_all() {
            tracing::warn!(path = %self.path.display(), %error, "rows are left to be filed");
        }
    }
}

/// Looking at a file makes an empty log beside it. While the lock is held nobody else has written to that, so that closing may
/// take it away again; a log that holds something is not this program's to fold.
fn leave_no_log(path: &Path, db: &Connection) {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(PathBuf::from(log)).is_ok_and(|log| log.len() == 0) {
        // If it cannot be told, an empty file stays.
        let _stays = db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
    }
}

/// Opens the file and takes the lock for good. Writes nothing.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // SQLite takes what begins with `file:` for a URI, and would open something else.
    let named = Path::new(".").join(path);
    let db = Connection::open_with_flags(if path.is_absolute() { path } else { &named }, flags)?;
    db.busy_timeout(Duration::ZERO)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
    db.pragma_update(None, "page_size", PAGE)?;
    // The lock stays after the transaction. Committed, it would make an empty file a database.
    db.execute_batch("BEGIN EXCLUSIVE; ROLLBACK")?;
    Ok(db)
}

impl Store for SqliteStore {
    fn prepare(&mut self, tables: &[TableSpec]) -> Result<(), StoreError> {
        for spec in tables {
            schema::check_table(&self.path, &self.db, spec.name)?;
        }
        self.configure().map_err(|e| self.fail(e))?;
        (self.tables, self.claims) = schema::migrate(&self.path, &mut self.db, schema::STEPS, tables)?;
        self.late = late::Late::new(schema::newest_ids(&self.db, &self.tables).map_err(|e| self.fail(e))?);
        self.last = history::last(&self.db).map_err(|e| self.fail(e))?;
        self.folded = self.last;
        Ok(())
    }

    fn load(
        &mut self,
        each: &mut dyn FnMut(&'static str, StoredRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        self.file_all()?;
        for table in &self.tables {
            let mut statement = self.db.prepare(&table.load).map_err(|e| self.fail(e))?;
            let mut rows = statement.query([]).map_err(|e| self.fail(e))?;
            while let Some(row) = rows.next().map_err(|e| self.fail(e))? {
                each(table.name, table.read(row).map_err(|e| self.fail(e))?)?;
            }
        }
        Ok(self.last)
    }

    fn commit(&mut self, group: &[CommitRecord]) -> GroupOutcome {
        let (applied, error) = match self.transact(group) {
            Ok(()) => (group.len(), None),
            Err((applied, error)) => match self.transact(&group[..applied]) {
                Ok(()) => (applied, Some(error)),
                Err((_, error)) => (0, Some(error)),
            },
        };
        self.last = group[..applied].last().map_or(self.last, |commit| commit.number);
        GroupOutcome { applied, error }
    }

    fn rest(&mut self) {
        // What is late is durable. If it cannot be filed now, it will be tried again.
        match self.file_some() {
            Ok(false) => {}
            Ok(true) => return,
            Err(error) => {
                tracing::warn!(path = %self.path.display(), %error, "rows cannot be filed");
                return;
            }
        }
        if self.last - self.folded < FOLD_COMMITS {
            return;
        }
        // What lies in the log is durable. If it cannot be folded now, it will be tried again after as many commits.
        if let Err(error) = self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(path = %self.path.display(), %error, "the log cannot be folded into the file");
        }
        self.folded = self.last;
    }

    fn forget(&mut self, before: Timestamp, counted: u64) -> Result<u64, StoreError> {
        history::forget(&self.db, before, counted).map_err(|e| self.fail(e))
    }

    fn history(&mut self, query: &HistoryQuery) -> Result<Vec<CommitRecord>, StoreError> {
        history::read(&self.path, &self.db, &self.tables, query)
    }

    fn exclusive(&self) -> bool {
        true
    }
}

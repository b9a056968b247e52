//! Where rows become durable.
//!
//! A store knows tables, promoted columns and bodies, and no noun. It is given whole commits in order and keeps each
//! entirely or not at all.

use crate::base::{Timestamp, id::EntityId};
use crate::model::{Column, Record, Value, event::Event};
use std::{cell::RefCell, path::PathBuf, sync::Arc};

/// One table, as the model declares it.
#[derive(Debug, Clone, Copy)]
pub struct TableSpec {
    /// Its name.
    pub name: &'static str,
    /// The promoted fields.
    pub columns: &'static [Column],
    /// Sets of columns (by position) whose values together occur once; a set with a null in it is not checked.
    pub unique: &'static [&'static [usize]],
    /// The promoted values of a body, in the order of `columns`. A store calls it only when the model has come to
    /// promote other fields than its table has.
    pub promote: fn(&str) -> Result<Vec<Value<'static>>, String>,
}

impl TableSpec {
    /// The table of a noun.
    #[must_use]
    pub const fn of<R: Record>() -> Self {
        Self { name: R::TABLE, columns: R::COLUMNS, unique: R::UNIQUE, promote: promoted::<R> }
    }
}

fn promoted<R: Record>(body: &str) -> Result<Vec<Value<'static>>, String> {
    let row: R = serde_json::from_str(body).map_err(|e| e.to_string())?;
    Ok((0..R::COLUMNS.len()).map(|i| row.column(i).into_owned()).collect())
}

/// A row as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// The row's id.
    pub id: u128,
    /// How often it was written: 1 after the insert, one more with each update.
    pub generation: u64,
    /// The promoted values, in the table's order.
    pub columns: Vec<Value<'static>>,
    /// The whole row as JSON.
    pub body: String,
}

thread_local! {
    /// Where bodies are written.
    static BODY: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl StoredRow {
    /// A row of a noun, as a store keeps it.
    ///
    /// # Panics
    /// Never for rows of the model: they hold nothing that JSON cannot.
    #[must_use]
    pub fn of<R: Record>(row: &R, generation: u64) -> Self {
        let columns = (0..R::COLUMNS.len()).map(|i| row.column(i).into_owned()).collect();
        // Written where there is room already, and copied once: a text that grows is copied at every step.
        let body = BODY.with_borrow_mut(|room| {
            room.clear();
            serde_json::to_writer(&mut *room, row).expect("a model row is always JSON");
            str::from_utf8(room).expect("JSON is a text").to_owned()
        });
        Self { id: row.id().to_u128(), generation, columns, body }
    }
}

/// What happens to one row in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// A new row, generation 1. Refused if the id exists, a unique set clashes or the generation is another.
    Insert {
        /// The table.
        table: &'static str,
        /// The row.
        row: StoredRow,
    },
    /// A changed row. Refused unless the stored generation is one less than the row's.
    Update {
        /// The table.
        table: &'static str,
        /// The row as it shall be.
        row: StoredRow,
    },
    /// A row that goes. Refused unless the stored generation is this one.
    Remove {
        /// The table.
        table: &'static str,
        /// Its id.
        id: u128,
        /// The generation that was read.
        generation: u64,
    },
    /// A row the decision relied on and did not change: its generation goes up by one, so that of two decisions relying
    /// on it at the same time one is lost. Refused unless the stored generation is this one. A store that has one
    /// writer only may merely check it, see [`Store::exclusive`].
    Guard {
        /// The table.
        table: &'static str,
        /// Its id.
        id: u128,
        /// The generation that was read.
        generation: u64,
    },
}

impl Write {
    /// The table.
    #[must_use]
    pub const fn table(&self) -> &'static str {
        match self {
            Self::Insert { table, .. }
            | Self::Update { table, .. }
            | Self::Remove { table, .. }
            | Self::Guard { table, .. } => table,
        }
    }

    /// The row's id.
    #[must_use]
    pub const fn id(&self) -> u128 {
        match self {
            Self::Insert { row, .. } | Self::Update { row, .. } => row.id,
            Self::Remove { id, .. } | Self::Guard { id, .. } => *id,
        }
    }

    /// The generation the row must have before this write; `None` if there must be no such row.
    #[must_use]
    pub const fn expects(&self) -> Option<u64> {
        match self {
            Self::Insert { .. } => None,
            Self::Update { row, .. } => Some(row.generation.saturating_sub(1)),
            Self::Remove { generation, .. } | Self::Guard { generation, .. } => Some(*generation),
        }
    }

    /// Checks this write against the generation that was found (`None`: no such row).
    ///
    /// # Errors
    /// The words for [`StoreError::Lost`].
    pub fn check_generation(&self, found: Option<u64>) -> Result<(), String> {
        match (self, self.expects(), found) {
            (Self::Insert { row, .. }, _, None) if row.generation != 1 => {
                Err(format!("a new row has generation 1, not {}", row.generation))
            }
            (_, expected, found) if expected == found => Ok(()),
            (_, None, Some(found)) => Err(format!("it exists already, generation {found}")),
            (_, Some(expected), None) => Err(format!("generation {expected} was read, now it is gone")),
            (_, Some(expected), Some(found)) => Err(format!("generation {expected} was read, now it is {found}")),
            (_, None, None) => Ok(()),
        }
    }
}

/// One commit: kept entirely or not at all, together with its place in the history.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitRecord {
    /// Its number: one more than the commit before.
    pub number: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// Who caused it: a user's id.
    pub actor: String,
    /// The job it belongs to, as its id.
    pub job: Option<String>,
    /// What caused it, such as `vm.deploy`.
    pub verb: String,
    /// The rows, written in this order: a unique value must be given up before another row takes it. Guards that were
    /// only checked leave no trace in the history.
    pub writes: Vec<Write>,
    /// The events.
    pub events: Vec<Event>,
}

impl CommitRecord {
    /// Checks that this commit follows the one with the number `last`.
    ///
    /// # Errors
    /// [`StoreError::Lost`] if somebody else was faster, or the caller counts wrongly.
    pub fn check_number(&self, last: u64) -> Result<(), StoreError> {
        if self.number == last + 1 {
            return Ok(());
        }
        let why = format!("commit {} cannot follow commit {last}", self.number);
        Err(StoreError::Lost { table: "history", id: u128::from(self.number), why })
    }

    /// True if the row is among its writes; a guard writes too if it is here, see [`Store::history`].
    #[must_use]
    pub fn touches(&self, id: u128) -> bool {
        self.writes.iter().any(|write| write.id() == id)
    }

    /// This commit as the history of a store keeps it: guards that were only checked (`exclusive`) leave no trace.
    #[must_use]
    pub fn for_history(&self, exclusive: bool) -> Self {
        let kept = |write: &&Write| !(exclusive && matches!(write, Write::Guard { .. }));
        Self { writes: self.writes.iter().filter(kept).cloned().collect(), ..self.clone() }
    }
}

/// How a group of commits fared.
#[derive(Debug)]
pub struct GroupOutcome {
    /// So many commits, from the first on, are durable.
    pub applied: usize,
    /// Why the next one is not. Those after it were not tried, since they may build on it. `None` when all are durable.
    pub error: Option<StoreError>,
}

/// Which part of the history is wanted. Answers are oldest first.
#[derive(Debug, Clone, Default)]
pub struct HistoryQuery {
    /// Only commits after this number.
    pub after: u64,
    /// Only commits that wrote this row.
    pub entity: Option<u128>,
    /// At most so many.
    pub limit: usize,
}

/// The most commits that one call of [`Store::forget`] forgets.
pub const FORGET_AT_ONCE: u64 = 10_000;

/// Keeps rows durably.
///
/// One caller at a time, from any thread; calls may block.
///
/// The suite that each must pass is `testkit::conformance::store::suite`. A store is given to a cloud by value:
///
/// ```
/// use cloudstack_core::ledger::{Writing, memory::MemoryStore};
/// use cloudstack_core::port::store::HistoryQuery;
/// use cloudstack_core::Cloud;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // `Inline` for a store that never waits; `Thread` for one that waits for a disk.
/// let cloud = Cloud::with_store(Box::new(MemoryStore::new()), Writing::Inline).start().await?;
/// let history = cloud.history(&HistoryQuery { after: 0, entity: None, limit: 10 })?;
/// assert_eq!(history[0].verb, "cloud.bootstrap");
/// # Ok(()) }
/// ```
pub trait Store: Send + 'static {
    /// Makes the tables if they are missing, and migrates older ones. Called once, before anything else.
    ///
    /// # Errors
    /// In use by another process, newer than this program, damaged: the data is left as it was.
    fn prepare(&mut self, tables: &[TableSpec]) -> Result<(), StoreError>;

    /// Hands over every live row, table by table, and answers the number of the last commit (0: none yet).
    ///
    /// # Errors
    /// If a row cannot be read.
    fn load(
        &mut self,
        each: &mut dyn FnMut(&'static str, StoredRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError>;

    /// Makes a group of commits durable, in order, each entirely or not at all.
    fn commit(&mut self, group: &[CommitRecord]) -> GroupOutcome;

    /// Nothing has come to be committed for a while: the moment for work that is not needed for durability and would make a burst wait.
    /// May be called at any time after [`Store::prepare`], or never.
    fn rest(&mut self) {}

    /// Forgets the oldest commits of the history: those decided before `before`, up to the first that was not, none of a
    /// number above `counted`, and never the newest. Rows stay. Answers how many went: at most [`FORGET_AT_ONCE`], so that
    /// whoever has something to commit does not wait long. May be repeated.
    ///
    /// A store that does not forget keeps all and answers 0.
    ///
    /// # Errors
    /// If it cannot be written; nothing is forgotten then.
    fn forget(&mut self, _before: Timestamp, _counted: u64) -> Result<u64, StoreError> {
        Ok(0)
    }

    /// Reads the history. Guards are in it only if they were written, see [`Store::exclusive`].
    ///
    /// # Errors
    /// If it cannot be read.
    fn history(&mut self, query: &HistoryQuery) -> Result<Vec<CommitRecord>, StoreError>;

    /// True if no other process can write while this store is open. Guards are then checked but not written.
    fn exclusive(&self) -> bool;
}

/// What a store can refuse.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has it open.
    #[error("{} is in use by another process; stop that one first, or give another data directory", .path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// It was written by a newer program.
    #[error("{} has schema version {found}, this program knows versions up to {known}; run a newer program", .path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version this program knows.
        known: u32,
    },
    /// It is not a database, or is damaged.
    #[error("{} is damaged or not a database of this program: {detail}; restore it from a backup", .path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// There is no room left.
    #[error("no room left to write {}: {detail}; free some space and try again", .path.display())]
    Full {
        /// The database.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// It cannot be written to.
    #[error("{} cannot be written: {detail}; check permissions and the file system", .path.display())]
    ReadOnly {
        /// The database or directory.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// A row was changed by somebody else since it was read, a unique set clashes, or the number of the commit is not the
    /// next one (the table is then `history`).
    #[error("{table} {id:032x}: {why}")]
    Lost {
        /// The table.
        table: &'static str,
        /// The row.
        id: u128,
        /// What was found instead.
        why: String,
    },
    /// Whether the commits were kept is unknown: contact was lost before the answer. [`Store::load`] tells; nothing may
    /// be committed before.
    #[error("whether the last commits were kept is unknown: {detail}; load again")]
    Unknown {
        /// What happened.
        detail: String,
    },
    /// Anything else.
    #[error("the store failed: {0}")]
    Other(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// What somebody may do about it.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "stop the other process, or give another data directory",
            Self::Newer { .. } => "run a newer program",
            Self::Damaged { .. } => "restore it from a backup",
            Self::Full { .. } => "free some space and try again",
            Self::ReadOnly { .. } => "check permissions and the file system",
            Self::Lost { .. } | Self::Unknown { .. } => "try again",
            Self::Other(_) => "look at what the system says of its disk",
        }
    }

    /// True if deciding again on a fresh view may help.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self, Self::Lost { .. })
    }
}

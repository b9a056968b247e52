//! Rows that lie in the history and not yet in their tables.
//!
//! A commit is durable once its row of the history is. The rows it wrote are kept here and filed later, the oldest first,
//! so that a row that is written several times within a short while is filed once: a machine that is made and then runs
//! costs its table one write, not two. What was not filed when a process ended is filed from the history when the next
//! one opens the file.

mod texts;

use super::{
    commit::{Does, Statements},
    error,
    row::{Binder, Table},
};
use crate::model::Value;
use crate::port::store::{StoreError, StoredRow};
use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
    path::Path,
};
use texts::{Place, Texts};

/// A row: the place of its table among the tables, and its id.
pub(super) type Key = (usize, u128);

/// Bytes of rows that may be late: some 6,000 machines, more than are under way at a time. Beyond that each group of commits
/// files as much as it adds. More is no gain: what is filed has then left the processor's caches, and is longer to file
/// again after a crash.
pub(super) const ROOM: usize = 16 * 1024 * 1024;
/// Bytes filed at a time while the store rests, some tens of milliseconds.
pub(super) const CHUNK: usize = 8 * 1024 * 1024;
/// How many generations of filed rows are remembered.
const KNOWN: usize = 1 << 17;

/// What a place in the map costs, about.
const ENTRY: usize = 150;

/// A late row.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Its generation in the table; none if it is not there.
    filed: Option<u64>,
    /// As it shall be, with its generation; none if it goes.
    row: Option<(u64, Place)>,
}

impl Row {
    fn bytes(&self) -> usize {
        ENTRY + self.row.map_or(0, |(_, place)| place.length)
    }
}

/// Hashes a [`Key`]. Ids are the cloud's own, random enough in their low half, and nobody can choose them.
#[derive(Debug, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
    fn write_u128(&mut self, n: u128) {
        self.write_u64(n as u64);
        self.write_u64((n >> 64) as u64);
    }
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

type Map<T> = HashMap<Key, T, BuildHasherDefault<KeyHasher>>;

/// The late rows, what is known of the others, and what undoes the group that is being written.
#[derive(Debug, Default)]
pub(super) struct Late {
    rows: Map<Row>,
    texts: Texts,
    /// Each late row once, with the number of the commit that made it late, the oldest first.
    order: VecDeque<(u64, Key)>,
    bytes: usize,
    /// By table: no row has an id above this one. Ids rise with time, so that a new row needs no look at the table.
    newest: Vec<u128>,
    /// Generations of filed rows that decisions relied on.
    known: Map<u64>,
    undo: Vec<(Key, Option<Row>)>,
}

/// What is known of a row without asking its table.
pub(super) enum Known {
    /// Its generation; none if there is no such row.
    Yes(Option<u64>),
    /// Its table knows.
    No,
}

impl Late {
    /// Nothing is late; the tables' ids end with these.
    pub(super) fn new(newest: Vec<u128>) -> Self {
        Self { newest, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The generation of a row.
    pub(super) fn generation(&self, key: Key) -> Known {
        if let Some(late) = self.rows.get(&key) {
            return Known::Yes(late.row.map(|(generation, _)| generation));
        }
        match self.known.get(&key) {
            Some(generation) => Known::Yes(Some(*generation)),
            None if key.1 > self.newest[key.0] => Known::Yes(None),
            None => Known::No,
        }
    }

    /// The promoted values of a row, if it is late.
    pub(super) fn values(&self, key: Key, table: &Table) -> Option<Vec<Value<'_>>> {
        self.rows.get(&key)?.row.map(|(_, place)| self.texts.get(place, table.columns.len()).0)
    }

    /// Remembers the generation that a table has.
    pub(super) fn learn(&mut self, key: Key, generation: u64) {
        if self.known.len() >= KNOWN {
            self.known.clear();
        }
        self.known.insert(key, generation);
    }

    /// A commit wrote a row, whose generation was `found` before; no row stands for one that goes.
    pub(super) fn put(&mut self, key: Key, number: u64, found: Option<u64>, row: Option<&StoredRow>) {
        self.newest[key.0] = self.newest[key.0].max(key.1);
        let row = row.map(|row| (row.generation, self.texts.put(row)));
        let mut late = Row { filed: found, row };
        let before = match self.rows.entry(key) {
            Entry::Occupied(mut place) => {
                late.filed = place.get().filed;
                Some(place.insert(late))
            }
            Entry::Vacant(place) => {
                self.order.push_back((number, key));
                place.insert(late);
                None
            }
        };
        self.bytes += late.bytes();
        self.bytes -= before.map_or(0, |row| row.bytes());
        self.undo.push((key, before));
    }

    /// Takes back what was put since the last [`Late::keep`].
    pub(super) fn undo(&mut self) {
        while let Some((key, before)) = self.undo.pop() {
            let after = match before {
                Some(row) => self.rows.insert(key, row),
                None => {
                    self.order.pop_back();
                    self.rows.remove(&key)
                }
            };
            self.bytes += before.map_or(0, |row| row.bytes());
            self.let_go(after);
        }
    }

    /// What was put stays, and so many of the oldest have been filed.
    pub(super) fn keep(&mut self, filed: usize) {
        while let Some((_, before)) = self.undo.pop() {
            if let Some((_, place)) = before.and_then(|row| row.row) {
                self.texts.drop(place);
            }
        }
        for _ in 0..filed {
            let Some((_, key)) = self.order.pop_front() else { break };
            let row = self.rows.remove(&key);
            self.let_go(row);
            // Who was relied on before will be again; who was not is not remembered.
            match (row.and_then(|row| row.row), self.known.get_mut(&key)) {
                (Some((generation, _)), Some(known)) => *known = generation,
                (None, Some(_)) => drop(self.known.remove(&key)),
                (_, None) => {}
            }
        }
    }

    fn let_go(&mut self, row: Option<Row>) {
        let Some(row) = row else { return };
        self.bytes -= row.bytes();
        if let Some((_, place)) = row.row {
            self.texts.drop(place);
        }
    }

    /// Files the oldest until at most `room` bytes are late, in the transaction that is open; at most `most` bytes of them.
    /// Answers how many were, to be told to [`Late::keep`] once that is committed. `last` is the newest commit.
    pub(super) fn file(
        &self,
        path: &Path,
        tables: &[Table],
        statements: &mut Statements<'_>,
        (room, most, last): (usize, usize, u64),
    ) -> Result<usize, StoreError> {
        let fail = |e| error::of(path, e);
        let (mut filed, mut gone) = (0, 0);
        for (_, key) in &self.order {
            let late = &self.rows[key];
            if self.bytes - gone <= room || gone >= most {
                break;
            }
            gone += late.bytes();
            if !self.write(late, tables, statements, *key).map_err(fail)? {
                let detail = format!("{} {:032x} is not as it was written", tables[key.0].name, key.1);
                return Err(StoreError::Damaged { path: path.to_owned(), detail });
            }
            filed += 1;
        }
        if filed > 0 {
            let all_until = self.order.get(filed).map_or(last, |(number, _)| number - 1);
            statements.filed_until(all_until).map_err(fail)?;
        }
        Ok(filed)
    }

    /// Writes a row to its table; false if the table did not have what it should have.
    fn write(
        &self,
        late: &Row,
        tables: &[Table],
        statements: &mut Statements<'_>,
        (at, id): Key,
    ) -> rusqlite::Result<bool> {
        let table = &tables[at];
        let does = match (late.filed, late.row) {
            (None, None) => return Ok(true),
            (None, Some(_)) => Does::Insert,
            (Some(_), Some(_)) => Does::Update,
            (Some(_), None) => Does::Remove,
        };
        let statement = statements.of(at, table, does)?;
        let mut binder = Binder::new(statement);
        match late.row {
            Some((generation, place)) => {
                let (values, body) = self.texts.get(place, table.columns.len());
                table.bind(id, generation, &values, body, &mut binder)?;
            }
            None => binder.id(id)?,
        }
        Ok(statement.raw_execute()? == 1)
    }
}

//! Who holds the values of the unique sets, in memory.
//!
//! An index per set in the file was measured to cost more than all rows and the history together: a burst of machines of
//! a hundred accounts writes a hundred pages anew for each set, though it says nothing that the rows do not. This store
//! has one writer, so memory can know it: some 60 bytes for each row and set, read from the rows on opening.

use super::row::{Id, Table};
use crate::model::Value;
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
};
use uuid::fmt::Hyphenated;

/// The holders, and what undoes the changes of the group that is being written.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// By table and set: which row has values of this digest.
    holders: Vec<Vec<HashMap<u128, u128>>>,
    /// Two keys nobody can guess: 128 bits do not collide, by chance or by will.
    digest: [RandomState; 2],
    done: Vec<Done>,
}

/// A change of one entry: which, and the holder before.
#[derive(Debug)]
struct Done {
    table: usize,
    set: usize,
    key: u128,
    before: Option<u128>,
}

impl Claims {
    /// No claims yet, for these tables.
    pub(super) fn new(tables: &[Table]) -> Self {
        let holders = tables.iter().map(|table| vec![HashMap::new(); table.unique.len()]).collect();
        Self { holders, ..Self::default() }
    }

    /// True if this row holds everything it would claim with these values, and so can have held nothing else.
    pub(super) fn unchanged(&self, at: usize, table: &Table, id: u128, values: &[Value<'_>]) -> bool {
        let mut sets = table.unique.iter().zip(&self.holders[at]);
        sets.all(|(set, held)| self.key(set, values).is_some_and(|key| held.get(&key) == Some(&id)))
    }

    /// Gives up what a row held and claims what it shall hold; no values stand for no row. The words for a clash name
    /// the other row. What was done until then is undone with the group.
    pub(super) fn change(
        &mut self,
        at: usize,
        table: &Table,
        id: u128,
        before: Option<&[Value<'_>]>,
        after: Option<&[Value<'_>]>,
    ) -> Result<(), String> {
        for (place, set) in table.unique.iter().enumerate() {
            let old = before.and_then(|values| self.key(set, values));
            let new = after.and_then(|values| self.key(set, values));
            if old == new {
                continue;
            }
            if let Some(key) = old {
                self.set(at, place, key, None);
            }
            if let Some(key) = new {
                if let Some(&other) = self.holders[at][place].get(&key) {
                    let names: Vec<_> = set.iter().map(|&column| table.columns[column].name).collect();
                    let other = Id(other).encode(&mut [0; Hyphenated::LENGTH]).to_owned();
                    return Err(format!("{} is taken by {other}", names.join(", ")));
                }
                self.set(at, place, key, Some(id));
            }
        }
        Ok(())
    }

    /// Makes what was changed since the last call final.
    pub(super) fn keep(&mut self) {
        self.done.clear();
    }

    /// Takes back what was changed since the last [`Claims::keep`].
    pub(super) fn undo(&mut self) {
        while let Some(Done { table, set, key, before }) = self.done.pop() {
            swap(&mut self.holders[table][set], key, before);
        }
    }

    fn set(&mut self, table: usize, set: usize, key: u128, holder: Option<u128>) {
        let before = swap(&mut self.holders[table][set], key, holder);
        self.done.push(Done { table, set, key, before });
    }

    /// The digest of the values of a set; none if one of them is null.
    fn key(&self, set: &[usize], values: &[Value<'_>]) -> Option<u128> {
        if set.iter().any(|&column| values[column] == Value::Null) {
            return None;
        }
        let half = |digest: &RandomState| {
            use std::hash::{Hash, Hasher};
            let mut hasher = digest.build_hasher();
            set.iter().for_each(|&column| values[column].hash(&mut hasher));
            u128::from(hasher.finish())
        };
        Some((half(&self.digest[0]) << 64) | half(&self.digest[1]))
    }
}

fn swap(held: &mut HashMap<u128, u128>, key: u128, holder: Option<u128>) -> Option<u128> {
    match holder {
        Some(id) => held.insert(key, id),
        None => held.remove(&key),
    }
}

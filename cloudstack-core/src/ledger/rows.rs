//! The rows of one noun with their indexes, in persistent maps: a copy costs nothing and shares everything.

use crate::base::id::EntityId;
use crate::model::{ColumnKind, Record, Value};
use imbl::{OrdMap, OrdSet};
use std::sync::Arc;

/// A row and how often it was written.
#[derive(Debug)]
pub(crate) struct Slot<R> {
    pub(crate) row: Arc<R>,
    pub(crate) generation: u64,
}

impl<R> Clone for Slot<R> {
    fn clone(&self) -> Self {
        Self { row: Arc::clone(&self.row), generation: self.generation }
    }
}

/// A part of a unique key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Nothing,
    Int(i64),
    Id(u128),
    Text(Arc<str>),
}

/// The values of a unique set: at most three columns.
type Key = [Part; 3];

/// Two rows want the same place: the same id, or the same values in a unique set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} `{values}` is taken by {table} {holder}", .columns.join(" + "))]
pub struct Clash {
    /// The table.
    pub table: &'static str,
    /// The columns of the set.
    pub columns: Vec<&'static str>,
    /// The values, joined with a slash.
    pub values: String,
    /// The row that holds them.
    pub holder: String,
}

/// The live rows of one noun, ordered by id.
#[derive(Debug)]
pub struct Rows<R: Record> {
    map: OrdMap<u128, Slot<R>>,
    links: Vec<OrdSet<(u128, u128)>>,
    unique: Vec<OrdMap<Key, u128>>,
}

impl<R: Record> Clone for Rows<R> {
    fn clone(&self) -> Self {
        Self { map: self.map.clone(), links: self.links.clone(), unique: self.unique.clone() }
    }
}

impl<R: Record> Default for Rows<R> {
    fn default() -> Self {
        let links = R::COLUMNS.iter().map(|_| OrdSet::new()).collect();
        Self { map: OrdMap::new(), links, unique: R::UNIQUE.iter().map(|_| OrdMap::new()).collect() }
    }
}

impl<R: Record> Rows<R> {
    /// The row with this id.
    #[must_use]
    pub fn get(&self, id: R::Id) -> Option<&R> {
        self.map.get(&id.to_u128()).map(|slot| &*slot.row)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Every row, in the order of ids: oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &R> {
        self.map.values().map(|slot| &*slot.row)
    }

    /// The rows whose promoted `column` links to `to`, in the order of ids. O(answer).
    ///
    /// # Panics
    /// If the noun has no promoted link of that name: a mistake in the program.
    pub fn by<I: EntityId>(&self, column: &str, to: I) -> impl Iterator<Item = &R> {
        let at = R::COLUMNS
            .iter()
            .position(|c| c.name == column && c.kind == ColumnKind::Link)
            .unwrap_or_else(|| panic!("{} has no link `{column}`", R::TABLE));
        let to = to.to_u128();
        self.links[at].range((to, 0)..=(to, u128::MAX)).filter_map(|(_, id)| self.map.get(id)).map(|slot| &*slot.row)
    }

    /// The row that has these values in its unique set number `set`. O(log n).
    #[must_use]
    pub fn find(&self, set: usize, values: &[Value<'_>]) -> Option<&R> {
        let key = key_of(values.iter().cloned())?;
        let id = self.unique.get(set)?.get(&key)?;
        self.map.get(id).map(|slot| &*slot.row)
    }

    pub(crate) fn slot(&self, id: u128) -> Option<&Slot<R>> {
        self.map.get(&id)
    }

    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot<R>> {
        self.map.values()
    }

    /// Puts a row in place of `before` (none: a new row). Nothing changes if it clashes.
    pub(crate) fn put(&mut self, before: Option<&R>, slot: Slot<R>) -> Result<(), Clash> {
        let row = &slot.row;
        let id = row.id().to_u128();
        if before.is_none() && self.map.contains_key(&id) {
            return Err(Self::clash(vec!["id"], row.id().to_string(), id));
        }
        let fresh = self.fresh_keys(before, row)?;
        for (set, old, new) in fresh {
            if let Some(old) = old {
                self.unique[set].remove(&old);
            }
            if let Some(new) = new {
                self.unique[set].insert(new, id);
            }
        }
        for (at, column) in R::COLUMNS.iter().enumerate().filter(|(_, c)| c.kind == ColumnKind::Link) {
            debug_assert_eq!(column.kind, ColumnKind::Link);
            let (old, new) = (before.map(|b| b.column(at)), row.column(at));
            if old.as_ref() == Some(&new) {
                continue;
            }
            if let Some(Value::Id(to)) = old {
                self.links[at].remove(&(to, id));
            }
            if let Value::Id(to) = new {
                self.links[at].insert((to, id));
            }
        }
        self.map.insert(id, slot);
        Ok(())
    }

    /// Takes a row away.
    pub(crate) fn take(&mut self, row: &R) {
        let id = row.id().to_u128();
        for (set, columns) in R::UNIQUE.iter().enumerate() {
            if let Some(key) = key_of(columns.iter().map(|&c| row.column(c))) {
                self.unique[set].remove(&key);
            }
        }
        for (at, column) in R::COLUMNS.iter().enumerate() {
            if let (ColumnKind::Link, Value::Id(to)) = (column.kind, row.column(at)) {
                self.links[at].remove(&(to, id));
            }
        }
        self.map.remove(&id);
    }

    /// The unique keys that change, old and new, after a check that every new one is free.
    #[expect(clippy::type_complexity, reason = "a private list of (set, old key, new key)")]
    fn fresh_keys(&self, before: Option<&R>, row: &R) -> Result<Vec<(usize, Option<Key>, Option<Key>)>, Clash> {
        let mut fresh = Vec::with_capacity(R::UNIQUE.len());
        for (set, columns) in R::UNIQUE.iter().enumerate() {
            let new = key_of(columns.iter().map(|&c| row.column(c)));
            let old = before.and_then(|b| key_of(columns.iter().map(|&c| b.column(c))));
            if old == new {
                continue;
            }
            if let Some(&holder) = new.as_ref().and_then(|key| self.unique[set].get(key)) {
                let values = columns.iter().map(|&c| text_of(&row.column(c))).collect::<Vec<_>>().join("/");
                return Err(Self::clash(columns.iter().map(|&c| R::COLUMNS[c].name).collect(), values, holder));
            }
            fresh.push((set, old, new));
        }
        Ok(fresh)
    }

    fn clash(columns: Vec<&'static str>, values: String, holder: u128) -> Clash {
        Clash { table: R::TABLE, columns, values, holder: R::Id::from_u128(holder).to_string() }
    }
}

fn key_of<'a>(values: impl Iterator<Item = Value<'a>>) -> Option<Key> {
    let mut key = [Part::Nothing, Part::Nothing, Part::Nothing];
    for (at, value) in values.enumerate() {
        key[at] = match value {
            Value::Null => return None,
            Value::Int(n) => Part::Int(n),
            Value::Id(id) => Part::Id(id),
            Value::Text(text) => Part::Text(text.as_ref().into()),
        };
    }
    Some(key)
}

fn text_of(value: &Value<'_>) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Id(id) => uuid::Uuid::from_u128(*id).to_string(),
        Value::Text(text) => text.to_string(),
    }
}

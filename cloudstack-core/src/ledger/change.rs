//! A change as plain data: the rows before and after, what was relied on, and the events.

use super::view::Row;
use crate::base::{Timestamp, id::JobId, id::UserId};
use crate::model::event::Event;
use crate::port::store::{CommitRecord, Write};
use std::collections::{BTreeMap, btree_map::Entry};

/// One row before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct RowChange {
    /// The row as it was read, with its generation; none if it is new.
    pub before: Option<(Row, u64)>,
    /// The row as it shall be, with its generation; none if it goes.
    pub after: Option<(Row, u64)>,
}

impl RowChange {
    /// The change that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self { before: self.after.clone(), after: self.before.clone() }
    }

    /// The row that is there on at least one side.
    fn any(&self) -> Option<&Row> {
        self.after.as_ref().or(self.before.as_ref()).map(|(row, _)| row)
    }

    /// The table of the row.
    #[must_use]
    pub fn table(&self) -> &'static str {
        self.any().map_or("", Row::table)
    }

    /// The id of the row as a number.
    #[must_use]
    pub fn raw_id(&self) -> u128 {
        self.any().map_or(0, Row::raw_id)
    }
}

/// What a decision changes: at most one entry per row, in the order in which rows were first touched.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    rows: Vec<RowChange>,
    places: BTreeMap<(&'static str, u128), usize>,
    guards: BTreeMap<(&'static str, u128), u64>,
    events: Vec<Event>,
}

impl Change {
    /// True if it changes nothing and says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows().next().is_none() && self.events.is_empty()
    }

    /// The rows, in the order in which they were first touched.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &RowChange> {
        self.rows.iter().filter(|c| c.before.is_some() || c.after.is_some())
    }

    /// What happens to this row, if anything.
    #[must_use]
    pub fn row(&self, table: &'static str, id: u128) -> Option<&RowChange> {
        self.places.get(&(table, id)).map(|&at| &self.rows[at])
    }

    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The rows relied on, as `(table, id, generation)`.
    pub fn guards(&self) -> impl Iterator<Item = (&'static str, u128, u64)> {
        self.guards.iter().map(|(&(table, id), &generation)| (table, id, generation))
    }

    /// The rows relied on and not changed, as `(table, id, generation)`.
    pub(crate) fn untouched(&self) -> impl Iterator<Item = (&'static str, u128, u64)> {
        self.guards().filter(|&(table, id, _)| !self.places.contains_key(&(table, id)))
    }

    /// Joins one more row change with what is there for that row.
    pub(crate) fn record(&mut self, change: RowChange) {
        match self.places.entry((change.table(), change.raw_id())) {
            Entry::Vacant(place) => {
                place.insert(self.rows.len());
                self.rows.push(change);
            }
            // A row made and taken back within one change is left with neither side, and counts as untouched.
            Entry::Occupied(place) => self.rows[*place.get()].after = change.after,
        }
    }

    pub(crate) fn rely(&mut self, table: &'static str, id: u128, generation: u64) {
        self.guards.insert((table, id), generation);
    }

    pub(crate) fn say(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Everything as one more commit for the store.
    pub(crate) fn to_record(&self, number: u64, at: Timestamp, cause: &Cause) -> CommitRecord {
        let mut writes: Vec<Write> = self.rows().filter_map(write_of).collect();
        writes.extend(self.untouched().map(|(table, id, generation)| Write::Guard { table, id, generation }));
        CommitRecord {
            number,
            at,
            actor: cause.actor.map(|a| a.to_string()).unwrap_or_default(),
            job: cause.job.map(|j| j.to_string()),
            verb: cause.verb.clone(),
            writes,
            events: self.events.clone(),
        }
    }
}

fn write_of(change: &RowChange) -> Option<Write> {
    let (table, id) = (change.table(), change.raw_id());
    match (&change.before, &change.after) {
        (None, Some((row, generation))) => Some(Write::Insert { table, row: row.stored(*generation) }),
        (Some(_), Some((row, generation))) => Some(Write::Update { table, row: row.stored(*generation) }),
        (Some((_, generation)), None) => Some(Write::Remove { table, id, generation: *generation }),
        (None, None) => None,
    }
}

/// Why a change is made, for the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The user who asked; none for the cloud itself.
    pub actor: Option<UserId>,
    /// The job it belongs to.
    pub job: Option<JobId>,
    /// The verb or loop.
    pub verb: String,
}

impl Cause {
    /// The cloud itself, in this loop or verb.
    pub fn system(verb: impl Into<String>) -> Self {
        Self { actor: None, job: None, verb: verb.into() }
    }
}

/// A change that is durable, as the feed tells it.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its number.
    pub number: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// Why.
    pub cause: Cause,
    /// What.
    pub change: Change,
}

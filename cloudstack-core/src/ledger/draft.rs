//! A decision under way: what it reads, and the change it builds.

use super::change::{Change, RowChange};
use super::keyring::{Keyring, cannot};
use super::rows::Clash;
use super::view::{Row, Table, View};
use crate::base::Secret;
use crate::base::secret::{Place, Sealed};
use crate::base::{
    Error, ErrorKind, Result, Seed, Timestamp,
    id::{AccountId, EntityId, JobId, Maker},
};
use crate::model::data_key::DataKey;
use crate::model::event::{Event, EventLevel};
use std::sync::Arc;

/// What is derived from rows and kept beside the view: room on hosts, free addresses. Every row change passes through it
/// in both directions, so it never drifts from the rows.
pub trait Derived: Default + Send + 'static {
    /// One row changed from `before` to `after`.
    fn follow(&mut self, before: Option<&Row>, after: Option<&Row>);
}

impl Derived for () {
    fn follow(&mut self, _: Option<&Row>, _: Option<&Row>) {}
}

/// The newest state: the view, and what is derived from it.
#[derive(Debug, Default)]
pub struct State<D> {
    pub(crate) view: View,
    pub(crate) derived: D,
    pub(crate) keyring: Arc<Keyring>,
}

impl<D: Derived> State<D> {
    /// The state that follows from a view.
    #[must_use]
    pub fn of(view: View) -> Self {
        let mut derived = D::default();
        view.each_row(&mut |row| derived.follow(None, Some(&row)));
        Self { view, derived, keyring: Arc::default() }
    }

    pub(crate) fn write(&mut self, change: &RowChange) -> Result<(), Clash> {
        self.view.write(change)?;
        self.derived.follow(change.before.as_ref().map(|(row, _)| row), change.after.as_ref().map(|(row, _)| row));
        Ok(())
    }

    /// Gives a row another generation, as a store of several writers does to one that a commit relied on. What is derived
    /// from the row stays.
    pub(crate) fn guard(&mut self, table: &str, id: u128, generation: u64) {
        if let Some(before) = self.view.row_at(table, id) {
            let after = (before.0.clone(), generation);
            let same = RowChange { before: Some(before), after: Some(after) };
            // The row's values are its own, so nothing can clash.
            let _never = self.view.write(&same);
        }
    }

    /// Takes a change back.
    ///
    /// # Panics
    /// If the change was not the last one made: the state is then no longer what the log says.
    pub(crate) fn undo(&mut self, change: &Change) {
        for row in change.rows().rev() {
            self.write(&row.inverse()).expect("a change just made can be taken back");
        }
    }
}

/// A decision under way. It reads the newest state and its own writes; nothing of it is seen by others before it is
/// committed, and nothing stays if it refuses.
#[derive(Debug)]
pub struct Draft<'a, D: Derived> {
    state: &'a mut State<D>,
    change: Change,
    now: Timestamp,
    ids: Maker,
    seed: Seed,
    job: Option<JobId>,
    kept: bool,
}

impl<'a, D: Derived> Draft<'a, D> {
    /// A draft on this state. The same state, seed and time always give the same decision.
    pub fn new(state: &'a mut State<D>, seed: &Seed, now: Timestamp, job: Option<JobId>) -> Self {
        let mut seed = seed.clone();
        let ids = Maker::new(seed.fork());
        Self { state, change: Change::default(), now, ids, seed, job, kept: false }
    }

    /// Every row as it is now, own writes included.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.state.view
    }

    /// What is derived from the rows, own writes included.
    #[must_use]
    pub fn derived(&mut self) -> &mut D {
        &mut self.state.derived
    }

    /// The time of the decision.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A fresh id.
    pub fn id<I: EntityId>(&mut self) -> I {
        self.ids.next(self.now)
    }

    /// Random numbers for this decision.
    pub fn seed(&mut self) -> &mut Seed {
        &mut self.seed
    }

    /// The change so far.
    #[must_use]
    pub fn change(&self) -> &Change {
        &self.change
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`ErrorKind::Taken`] if its id or the values of a unique set are taken; the cause is the [`Clash`].
    pub fn insert<R: Table>(&mut self, row: R) -> Result<()> {
        self.write(RowChange { before: None, after: Some((R::wrap(Arc::new(row)), 1)) })
    }

    /// Puts a row in place of the one with the same id. Does nothing if they are equal.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Taken`] if a unique set clashes.
    pub fn update<R: Table>(&mut self, row: R) -> Result<()> {
        let id = row.id();
        let slot = R::rows(&self.state.view).slot(id.to_u128()).ok_or_else(|| Error::not_found(R::Id::NOUN, id))?;
        if *slot.row == row {
            return Ok(());
        }
        let before = (R::wrap(Arc::clone(&slot.row)), slot.generation);
        // Two updates of one row in one change count as one.
        let generation = match self.change.row(R::TABLE, id.to_u128()) {
            Some(RowChange { before: Some((_, read)), .. }) => read + 1,
            Some(RowChange { before: None, .. }) => 1,
            None => before.1 + 1,
        };
        self.write(RowChange { before: Some(before), after: Some((R::wrap(Arc::new(row)), generation)) })
    }

    /// Takes a row away.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none.
    pub fn remove<R: Table>(&mut self, id: R::Id) -> Result<()> {
        let slot = R::rows(&self.state.view).slot(id.to_u128()).ok_or_else(|| Error::not_found(R::Id::NOUN, id))?;
        let before = (R::wrap(Arc::clone(&slot.row)), slot.generation);
        self.write(RowChange { before: Some(before), after: None })
    }

    /// Says that the decision relies on this row without changing it: the host whose room it counts, the network whose
    /// free addresses. Of two decisions that rely on one row at the same time, on two nodes, one is decided again.
    pub fn rely_on<R: Table>(&mut self, id: R::Id) {
        if let Some(slot) = R::rows(&self.state.view).slot(id.to_u128()) {
            self.change.rely(R::TABLE, id.to_u128(), slot.generation);
        }
    }

    /// Seals a text for a field of a row; it opens nowhere else. Repeatable: the nonce comes from the decision's seed.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] if the cloud was given no key.
    pub fn seal<R: Table>(&mut self, id: R::Id, field: &'static str, plain: &Secret) -> Result<Sealed> {
        let place = Place { table: R::TABLE, id: id.to_u128(), field };
        let ring = Arc::clone(&self.state.keyring);
        let sealed = ring.seal(&self.state.view, place, &mut self.seed, plain).map_err(cannot)?;
        // Nobody may take the data key away before this is committed.
        if let Some(key) = Keyring::current(&self.state.view).map(|key| key.id) {
            self.rely_on::<DataKey>(key);
        }
        Ok(sealed)
    }

    /// Opens what a field of a row holds.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] if the cloud has no key that opens it.
    pub fn open<R: Table>(&self, id: R::Id, field: &'static str, sealed: &Sealed) -> Result<Secret> {
        let place = Place { table: R::TABLE, id: id.to_u128(), field };
        self.state.keyring.open(&self.state.view, place, sealed).map_err(cannot)
    }

    /// Seals anew, with the newest data key, what a row holds that an older one sealed. False if there is nothing such.
    ///
    /// # Errors
    /// As [`Draft::seal`] and [`Draft::open`].
    pub(crate) fn reseal<R: Table>(&mut self, mut row: R, newest: u32) -> Result<bool> {
        let id = row.id();
        let mut stale = false;
        for (field, sealed) in row.sealed() {
            if sealed.key() != newest {
                let plain = self.open::<R>(id, field, sealed)?;
                *sealed = self.seal::<R>(id, field, &plain)?;
                stale = true;
            }
        }
        if stale {
            self.update(row)?;
        }
        Ok(stale)
    }

    /// Says what happened.
    pub fn event(&mut self, kind: &str, level: EventLevel, account: Option<AccountId>, entity: String, text: String) {
        let id = self.id();
        let (at, job) = (self.now, self.job);
        self.change.say(Event { id, at, kind: kind.to_owned(), level, account, entity: Some(entity), job, text });
    }

    fn write(&mut self, change: RowChange) -> Result<()> {
        self.state.write(&change).map_err(|clash| taken(&clash).source(clash))?;
        self.change.record(change);
        Ok(())
    }

    /// Ends the decision; its writes stay in the state.
    #[must_use]
    pub fn keep(mut self) -> Change {
        self.kept = true;
        std::mem::take(&mut self.change)
    }

    /// Ends the decision; the state is as it was before. The change says what would have happened.
    #[must_use]
    pub fn discard(mut self) -> Change {
        self.kept = true;
        let change = std::mem::take(&mut self.change);
        self.state.undo(&change);
        change
    }
}

impl<D: Derived> Drop for Draft<'_, D> {
    /// A decision that refused, or panicked, leaves nothing behind.
    fn drop(&mut self) {
        if !self.kept {
            let change = std::mem::take(&mut self.change);
            self.state.undo(&change);
        }
    }
}

fn taken(clash: &Clash) -> Error {
    Error::new(ErrorKind::Taken, clash.to_string())
        .on(&clash.holder)
        .remedy("choose another, or use the one that is there")
}

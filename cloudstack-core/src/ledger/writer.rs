//! The writer: groups the changes that wait into one store transaction, and sorts out what was lost.

use super::change::{Cause, Change, Commit};
use super::{Head, Shared, draft::Derived};
use crate::base::{Error, ErrorKind, Timestamp};
use crate::port::store::{CommitRecord, HistoryQuery, StoreError, Write};
use std::sync::{Arc, MutexGuard, atomic::Ordering};
use tokio::sync::oneshot;

/// A change that is in the head and not yet durable.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) commit: Arc<Commit>,
    pub(super) done: oneshot::Sender<Fate>,
}

/// What became of a change.
#[derive(Debug)]
pub(super) enum Fate {
    /// It is durable.
    Durable,
    /// It was lost, or built on one that was; deciding again may work.
    Again,
    /// The store refused it.
    Refused(StoreError),
}

/// Makes everything that waits durable. Returns false if nothing waited.
pub(super) fn flush<D: Derived>(shared: &Shared<D>) -> bool {
    let mut held = shared.store.lock().unwrap_or_else(|e| e.into_inner());
    let Some(store) = held.as_mut() else { return false };
    let (group, snapshot) = {
        let mut head = shared.lock();
        if head.pending.is_empty() {
            return false;
        }
        (std::mem::take(&mut head.pending), Arc::new(head.state.view.clone()))
    };
    let records: Vec<CommitRecord> =
        group.iter().map(|p| p.commit.change.to_record(p.commit.number, p.commit.at, &p.commit.cause)).collect();
    let outcome = store.commit(&records);
    *shared.refusal.lock().unwrap_or_else(|e| e.into_inner()) =
        outcome.error.as_ref().filter(|error| !error.is_lost()).cloned();
    let exclusive = store.exclusive();
    let Some(error) = outcome.error else {
        shared.publish(snapshot);
        shared.groups.fetch_add(1, Ordering::Relaxed);
        for pending in group {
            shared.tell(pending);
        }
        return true;
    };
    // Undo everything that is not durable, newest first, then see what the store really holds.
    let mut applied = group;
    let lost = applied.split_off(outcome.applied.min(applied.len()));
    let mut head = shared.lock();
    let later = std::mem::take(&mut head.pending);
    for pending in later.iter().rev().chain(lost.iter().rev()) {
        head.state.undo(&pending.commit.change);
    }
    let last = applied.last().map_or(head.durable, |p| p.commit.number);
    let at = applied.last().map_or(head.state.view.at(), |p| p.commit.at);
    head.state.view.stamp(last, at);
    head.durable = last;
    let kept = if error.is_lost() { Vec::new() } else { catch_up(&mut head, &mut **store) };
    let view = Arc::new(head.state.view.clone());
    drop(head);
    shared.publish(view);
    for pending in applied {
        shared.tell(pending);
    }
    settle(shared, lost.into_iter().chain(later), &kept, &error, exclusive);
    true
}

/// Tells each change that is not known to be durable what became of it.
fn settle<D: Derived>(
    shared: &Shared<D>,
    lost: impl Iterator<Item = Pending>,
    kept: &[CommitRecord],
    error: &StoreError,
    exclusive: bool,
) {
    for (place, pending) in lost.enumerate() {
        let commit = &pending.commit;
        // The store said no and yet kept it: a lost answer, not a lost change.
        let record = commit.change.to_record(commit.number, commit.at, &commit.cause).for_history(exclusive);
        if kept.contains(&record) {
            shared.tell(pending);
            continue;
        }
        let fate = if place > 0 || error.is_lost() { Fate::Again } else { Fate::Refused(error.clone()) };
        // A caller that has gone needs no answer: its change is not in the head either.
        let _gone = pending.done.send(fate);
    }
}

/// Applies what the store has and the head has not: after a group whose outcome is unknown.
fn catch_up<D: Derived>(head: &mut MutexGuard<'_, Head<D>>, store: &mut dyn crate::port::Store) -> Vec<CommitRecord> {
    let query = HistoryQuery { after: head.durable, entity: None, limit: usize::MAX };
    let Ok(records) = store.history(&query) else {
        return Vec::new();
    };
    for record in &records {
        for write in &record.writes {
            if let Err(why) = replay(head, write) {
                tracing::error!(commit = record.number, why, "the history does not fit the rows");
            }
        }
        head.state.view.stamp(record.number, record.at);
        head.durable = record.number;
    }
    records
}

/// Makes one stored write in the head.
fn replay<D: Derived>(head: &mut MutexGuard<'_, Head<D>>, write: &Write) -> Result<(), String> {
    use super::{change::RowChange, view::Row};
    let change = match write {
        Write::Insert { table, row } | Write::Update { table, row } => {
            let before = head.state.view.row_at(table, row.id);
            let after = Row::decode(table, row).map_err(|e| e.to_string())?.map(|r| (r, row.generation));
            RowChange { before, after }
        }
        Write::Remove { table, id, .. } => RowChange { before: head.state.view.row_at(table, *id), after: None },
        Write::Guard { .. } => return Ok(()),
    };
    head.state.write(&change).map_err(|clash| clash.to_string())
}

impl<D: Derived> Shared<D> {
    /// Puts a decided change at the end of the queue.
    pub(super) fn enqueue(head: &mut Head<D>, change: Change, cause: Cause, at: Timestamp) -> oneshot::Receiver<Fate> {
        let number = head.state.view.number() + 1;
        head.state.view.stamp(number, at);
        let (done, wait) = oneshot::channel();
        head.pending.push(Pending { commit: Arc::new(Commit { number, at, cause, change }), done });
        wait
    }

    fn tell(&self, pending: Pending) {
        // Nobody may be listening, and the caller may have gone: the change is durable all the same.
        let _nobody = self.feed.send(Arc::clone(&pending.commit));
        let _gone = pending.done.send(Fate::Durable);
    }
}

/// The error of a verb whose change the store refused.
pub(super) fn refused(error: StoreError) -> Error {
    Error::new(ErrorKind::Store, "the cloud's store did not take the change; nothing was changed")
        .detail(error.to_string())
        .remedy(error.to_string())
        .retryable()
        .source(error)
}

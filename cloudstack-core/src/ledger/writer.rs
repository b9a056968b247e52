//! The writer: groups the changes that wait into one store transaction, and sorts out what was lost.

use super::change::{Cause, Change, Commit};
use super::{Head, Shared, draft::Derived};
use crate::base::{Error, ErrorKind, Timestamp};
use crate::port::Store;
use crate::port::store::{CommitRecord, HistoryQuery, StoreError, Write};
use std::sync::{Arc, MutexGuard, atomic::Ordering};
use tokio::sync::oneshot;

/// A change that is in the head and not yet durable.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) commit: Arc<Commit>,
    pub(super) done: oneshot::Sender<Fate>,
}

/// An answer that changed nothing, and waits until what it could have read is durable.
#[derive(Debug)]
pub(super) struct Reader {
    /// The newest commit it could have read.
    pub(super) number: u64,
    done: oneshot::Sender<Fate>,
}

impl Reader {
    pub(super) fn tell(self, fate: Fate) {
        // A caller that has gone needs no answer.
        let _gone = self.done.send(fate);
    }
}

/// What became of a change, or of what an answer rests on.
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
    let (group, snapshot, unsure) = {
        let mut head = shared.lock();
        if head.is_idle() {
            return false;
        }
        (std::mem::take(&mut head.pending), Arc::new(head.state.view.clone()), head.unsure)
    };
    if unsure {
        lose(shared, &mut **store, group, 0, unknown());
        return true;
    }
    let records: Vec<CommitRecord> =
        group.iter().map(|p| p.commit.change.to_record(p.commit.number, p.commit.at, &p.commit.cause)).collect();
    let outcome = store.commit(&records);
    *shared.refusal.lock().unwrap_or_else(|e| e.into_inner()) =
        outcome.error.as_ref().filter(|error| !error.is_lost()).cloned();
    let Some(error) = outcome.error else {
        shared.publish(snapshot);
        shared.groups.fetch_add(1, Ordering::Relaxed);
        for pending in group {
            shared.tell(pending);
        }
        return true;
    };
    lose(shared, &mut **store, group, outcome.applied, error);
    true
}

/// Undoes everything that is not durable, newest first, then sees what the store really holds.
fn lose<D: Derived>(shared: &Shared<D>, store: &mut dyn Store, group: Vec<Pending>, durable: usize, error: StoreError) {
    let mut applied = group;
    let lost = applied.split_off(durable.min(applied.len()));
    let mut head = shared.lock();
    let later = std::mem::take(&mut head.pending);
    for pending in later.iter().rev().chain(lost.iter().rev()) {
        let change = &pending.commit.change;
        if !shared.exclusive {
            change.untouched().for_each(|(table, id, generation)| head.state.guard(table, id, generation));
        }
        head.state.undo(change);
    }
    let last = applied.last().map_or(head.durable, |p| p.commit.number);
    let at = applied.last().map_or(head.state.view.at(), |p| p.commit.at);
    head.state.view.stamp(last, at);
    head.durable = last;
    let unsure = matches!(error, StoreError::Unknown { .. });
    let kept = catch_up(&mut head, store, unsure);
    head.unsure = unsure && kept.is_none();
    let known = !head.unsure;
    // Numbers are given anew from here, so nobody may go on waiting for an old one.
    let (kept_readers, misled): (Vec<_>, Vec<_>) =
        std::mem::take(&mut head.readers).into_iter().partition(|reader| reader.number <= last && !unsure);
    let view = Arc::new(head.state.view.clone());
    drop(head);
    shared.publish(view);
    for pending in applied {
        shared.tell(pending);
    }
    kept_readers.into_iter().for_each(|reader| reader.tell(Fate::Durable));
    for reader in misled {
        reader.tell(if known { Fate::Again } else { Fate::Refused(error.clone()) });
    }
    // What is known not to have been kept, or was built on what is not there, can be decided again.
    let again = |place: usize| known && (place > 0 || unsure || error.is_lost());
    shared.losses.send_modify(|count| *count += 1);
    let exclusive = store.exclusive();
    let kept = kept.unwrap_or_default();
    for (place, pending) in lost.into_iter().chain(later).enumerate() {
        let commit = &pending.commit;
        let record = || commit.change.to_record(commit.number, commit.at, &commit.cause).for_history(exclusive);
        // The store said no and yet kept it: a lost answer, not a lost change.
        if kept.iter().any(|r| r.number == commit.number && *r == record()) {
            shared.tell(pending);
            continue;
        }
        let fate = if again(place) { Fate::Again } else { Fate::Refused(error.clone()) };
        // A caller that has gone needs no answer: its change is not in the head either.
        let _gone = pending.done.send(fate);
    }
}

fn unknown() -> StoreError {
    StoreError::Unknown { detail: "the store has not said yet what it kept".to_owned() }
}

/// Applies what the store has and the head has not, and answers it; none if the store does not say. A store whose last
/// answer was lost is made to load first, as it demands.
fn catch_up<D: Derived>(
    head: &mut MutexGuard<'_, Head<D>>,
    store: &mut dyn Store,
    load: bool,
) -> Option<Vec<CommitRecord>> {
    if load {
        store.load(&mut |_, _| Ok(())).ok()?;
    }
    let query = HistoryQuery { after: head.durable, entity: None, limit: usize::MAX };
    let records = store.history(&query).ok()?;
    for record in &records {
        for write in &record.writes {
            if let Err(why) = replay(head, write) {
                tracing::error!(commit = record.number, why, "the history does not fit the rows");
            }
        }
        head.state.view.stamp(record.number, record.at);
        head.durable = record.number;
    }
    Some(records)
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
        Write::Guard { table, id, generation } => {
            head.state.guard(table, *id, generation + 1);
            return Ok(());
        }
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

    /// Lets an answer wait for all that is in the head.
    pub(super) fn read(head: &mut Head<D>) -> oneshot::Receiver<Fate> {
        let (done, wait) = oneshot::channel();
        head.readers.push(Reader { number: head.state.view.number(), done });
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
    let text = match &error {
        StoreError::Unknown { .. } => "the cloud's store did not say whether it took the change",
        _ => "the cloud's store did not take the change; nothing was changed",
    };
    Error::new(ErrorKind::Store, text).detail(error.to_string()).remedy(error.remedy()).retryable().source(error)
}

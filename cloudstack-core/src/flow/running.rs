//! A cloud that runs: its rows, its jobs, its drivers, and what its loops remember.

use super::event::EventLog;
use super::sync::{Dirty, Memory};
use super::verb::{self, Begun, Receipt, Verb};
use super::{Outside, Room, Steps};
use crate::base::id::{HostId, JobId, NetworkId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::engine::{Engine, Outcome};
use crate::ledger::Ledger;
use crate::port::Platform;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::oneshot;

/// What a running cloud is made of; its loops and its face share it.
pub(crate) struct Running {
    pub(crate) ledger: Ledger<Room>,
    pub(crate) engine: Engine<Steps>,
    pub(crate) outside: Arc<Outside>,
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) system: Caller,
    pub(crate) pings: Memory,
    /// Hosts whose filter may not be as it should.
    pub(crate) dirty: Arc<Dirty<HostId>>,
    /// Networks whose router may not be as it should.
    pub(crate) astray: Arc<Dirty<NetworkId>>,
    pub(crate) stopped: AtomicBool,
    pub(crate) events: EventLog,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("view", &self.ledger.view().number()).finish_non_exhaustive()
    }
}

impl Running {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    pub(crate) fn wake_filters(&self, hosts: impl IntoIterator<Item = HostId>) {
        self.dirty.add(hosts);
    }

    /// Decides a verb, makes it durable, and starts its job.
    pub(crate) async fn run<V: Verb>(&self, caller: &Caller, verb: V) -> Result<Handle<V::Answer>> {
        let cause = verb::cause::<V>(caller);
        let begun =
            self.ledger.transact(&cause, |desk| verb::begin(&verb, caller, desk).map(|(begun, _)| begun)).await?;
        Ok(self.follow(begun))
    }

    /// As [`Running::run`], with a job to ask after in any case.
    pub(crate) async fn run_with<V: Verb>(
        &self,
        caller: &Caller,
        verb: V,
        receipt: Receipt<'_, V::Answer>,
    ) -> Result<Handle<V::Answer>> {
        let cause = verb::cause::<V>(caller);
        let decide = |desk: &mut super::step::Desk<'_>| {
            let (begun, steps) = verb::begin_for(&verb, caller, Some(receipt), desk)?;
            Ok((begun, !steps.is_empty()))
        };
        let (begun, steps) = self.ledger.transact(&cause, decide).await?;
        if steps {
            return Ok(self.follow(begun));
        }
        Ok(Handle { answer: begun.answer, job: begun.job, outcome: None })
    }

    /// Starts the job of what was begun.
    pub(crate) fn follow<T>(&self, begun: Begun<T>) -> Handle<T> {
        let outcome = begun.job.map(|job| self.engine.start_new(job));
        Handle { answer: begun.answer, job: begun.job, outcome }
    }
}

/// A verb under way: the answer is there at once, the outcome comes later. Dropping it does not stop the verb.
#[derive(Debug)]
#[must_use = "the verb goes on in any case; call `done` to learn what became of it"]
pub struct Handle<T> {
    /// The answer, such as the new machine's id.
    pub answer: T,
    /// The job, if there was anything to do outside.
    pub job: Option<JobId>,
    outcome: Option<oneshot::Receiver<Outcome>>,
}

impl<T> Handle<T> {
    /// Waits until it is done.
    ///
    /// # Errors
    /// Why it failed. What it had done was undone, unless the job says that it is being repaired.
    pub async fn done(self) -> Result<T> {
        if let Some(outcome) = self.outcome {
            let gone = |_| Err(Error::new(ErrorKind::Unavailable, "the cloud is shutting down; the job goes on later"));
            outcome.await.unwrap_or_else(gone)?;
        }
        Ok(self.answer)
    }
}

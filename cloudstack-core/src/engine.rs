//! What runs next, and what after a crash? Knows jobs and steps, and no noun.
//!
//! A job is a list of steps in a row of the ledger. Each step acts on the outside (drivers), then settles what came of it
//! in the ledger; a step that fails for good makes the job unwind: the steps done so far are undone, last first. An undo
//! that keeps failing leaves the job visibly `Repairing`, and it is tried again for ever, ever more slowly. No state needs
//! a hand on the tables to leave it.
//!
//! Acting is *ensure*-shaped and may be repeated, so progress need not be durable after each step: outcomes of quick steps
//! share a commit, and after a crash the job goes on from the last one.

mod backward;
mod forward;
pub mod step;

pub use step::{Context, OnFail, Step, StepError};

use crate::base::{Caller, Error, ErrorKind, Result, Span, Timestamp, id::EntityId, id::JobId};
use crate::ledger::{Cause, Draft, Ledger};
use crate::model::job::{JOB, Job, JobError, JobEvent, JobState, StepLog, StepState};
use crate::port::Platform;
use serde_json::value::to_raw_value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, oneshot};

/// Outcomes of steps that took longer than this are committed before the next step begins.
const CHECKPOINT: Span = Span::millis(50);
/// The wait before the first retry; it doubles up to [`SLOWEST`].
const FIRST_RETRY: Span = Span::millis(500);
/// The longest wait between two tries.
const SLOWEST: Span = Span::secs(60);
/// An undo may be tried for so long before the job is called stuck.
const UNDO_PATIENCE: Span = Span::mins(10);

/// What became of a job.
pub type Outcome = std::result::Result<(), Error>;

/// Runs jobs. A handle: clones share everything.
pub struct Engine<S: Step> {
    inner: Arc<Inner<S>>,
}

impl<S: Step> Clone for Engine<S> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<S: Step> std::fmt::Debug for Engine<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("running", &self.running()).finish_non_exhaustive()
    }
}

struct Inner<S: Step> {
    ledger: Ledger<S::Derived>,
    platform: Arc<dyn Platform>,
    outside: Arc<S::Outside>,
    patience: fn(&crate::ledger::View) -> Span,
    running: Mutex<BTreeMap<JobId, Vec<oneshot::Sender<Outcome>>>>,
    stopped: AtomicBool,
    /// Rung when it stops.
    halt: Notify,
}

impl<S: Step> Engine<S> {
    /// An engine for these steps. `patience` says how long one step may take, tries included.
    pub fn new(
        ledger: Ledger<S::Derived>,
        platform: Arc<dyn Platform>,
        outside: Arc<S::Outside>,
        patience: fn(&crate::ledger::View) -> Span,
    ) -> Self {
        let (running, stopped, halt) = (Mutex::default(), AtomicBool::new(false), Notify::new());
        Self { inner: Arc::new(Inner { ledger, platform, outside, patience, running, stopped, halt }) }
    }

    /// How many jobs are being run by this process.
    #[must_use]
    pub fn running(&self) -> usize {
        self.inner.table().len()
    }

    /// Runs a job that is in the ledger, in the background. Starting one that runs already only adds a listener.
    /// The receiver hears what became of it.
    ///
    /// A process before this one may have begun steps whose outcome it did not live to commit; if the job fails, they are
    /// undone too.
    #[must_use = "the job runs in any case; drop the receiver to say that nobody listens"]
    pub fn start(&self, id: JobId) -> oneshot::Receiver<Outcome> {
        self.launch(id, usize::MAX)
    }

    /// As [`Engine::start`], for a job that was decided just now: no step of it was begun by anybody.
    #[must_use = "the job runs in any case; drop the receiver to say that nobody listens"]
    pub fn start_new(&self, id: JobId) -> oneshot::Receiver<Outcome> {
        self.launch(id, 0)
    }

    fn launch(&self, id: JobId, begun: usize) -> oneshot::Receiver<Outcome> {
        let (tell, hear) = oneshot::channel();
        let mut running = self.inner.table();
        if let Some(listeners) = running.get_mut(&id) {
            listeners.push(tell);
            return hear;
        }
        running.insert(id, vec![tell]);
        drop(running);
        let inner = Arc::clone(&self.inner);
        self.inner.platform.spawn(Box::pin(async move {
            let outcome = inner.run(id, begun).await;
            let listeners = inner.table().remove(&id).unwrap_or_default();
            for listener in listeners {
                // Who stopped listening need not be told.
                let _gone = listener.send(outcome.clone());
            }
        }));
        hear
    }

    /// Takes up every unfinished job of the ledger: after a start, and after a crash.
    pub fn resume(&self) {
        let view = self.inner.ledger.view();
        for job in view.jobs().iter().filter(|j| j.finished.is_none()) {
            drop(self.start(job.id));
        }
    }

    /// Stops taking new steps. Steps that wait for a driver are cut off, and whoever listens is told so; the next process
    /// takes the jobs up again.
    pub fn stop(&self) {
        self.inner.stopped.store(true, Ordering::Release);
        self.inner.halt.notify_waiters();
        let listeners: Vec<_> = self.inner.table().values_mut().flat_map(std::mem::take).collect();
        for listener in listeners {
            // Who stopped listening need not be told.
            let _gone = listener.send(Err(shutting_down()));
        }
    }
}

/// Puts a job for these steps into a draft. It runs once the draft is committed and the engine is told. `request` is what
/// the one who asked calls it, and what the request is about if that is not the thing the job works on.
///
/// # Errors
/// Only if the ledger refuses the row.
pub fn begin<S: Step>(
    draft: &mut Draft<'_, S::Derived>,
    id: JobId,
    verb: &str,
    caller: &Caller,
    request: Option<(&str, Option<u128>)>,
    entity: Option<u128>,
    steps: &[S],
) -> Result<()> {
    let now = draft.now();
    // A job without steps is done when it is decided.
    let done = steps.is_empty();
    let steps = logs(steps);
    draft.insert(Job {
        id,
        verb: verb.to_owned(),
        caller: caller.clone(),
        request: request.map(|(name, _)| name.to_owned()),
        entity,
        about: request.and_then(|(_, about)| about).filter(|about| entity != Some(*about)),
        state: if done { JobState::Succeeded } else { JobState::InProgress },
        steps,
        tries: 0,
        deadline: Timestamp::default(),
        not_before: now,
        waiting: None,
        error: None,
        created: now,
        finished: done.then_some(now),
    })
}

fn logs<S: Step>(steps: &[S]) -> Vec<StepLog> {
    let log = |step: &S| StepLog {
        step: to_raw_value(step).expect("a step holds only ids and plain data").into(),
        state: StepState::Waiting,
    };
    steps.iter().map(log).collect()
}

/// The step of a log.
///
/// # Errors
/// If this program does not know it.
pub(crate) fn step_of<S: Step>(log: &StepLog) -> Result<S> {
    serde_json::from_str(log.step.get()).map_err(|e| {
        Error::new(ErrorKind::Store, "a job holds a step this program does not know")
            .detail(format!("{}: {e}", log.step.get()))
            .remedy("run the program version that began it")
    })
}

fn shutting_down() -> Error {
    Error::new(ErrorKind::Unavailable, "the cloud is shutting down; the job goes on later")
}

/// How long to wait before try number `tries`.
fn backoff(tries: u32) -> Span {
    let doubled = FIRST_RETRY.times(1 << tries.saturating_sub(1).min(10));
    if doubled > SLOWEST { SLOWEST } else { doubled }
}

impl<S: Step> Inner<S> {
    fn table(&self) -> std::sync::MutexGuard<'_, BTreeMap<JobId, Vec<oneshot::Sender<Outcome>>>> {
        self.running.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Runs a job to its end. So many of its steps may have been begun.
    async fn run(&self, id: JobId, mut begun: usize) -> Outcome {
        loop {
            if self.stopped.load(Ordering::Acquire) {
                return Err(shutting_down());
            }
            let view = self.ledger.view();
            let Some(job) = view.job(id) else {
                return Err(Error::not_found(JobId::NOUN, id));
            };
            if job.finished.is_some() {
                return match &job.error {
                    None => Ok(()),
                    Some(e) => Err(restored(e)),
                };
            }
            let progress = match job.state {
                JobState::InProgress => self.forward(job, &mut begun).await,
                _ => self.backward(job).await,
            };
            if let Err(error) = progress {
                // The store is away: nothing is lost, nothing more can be done now.
                tracing::warn!(job = %id, %error, "a job could not be moved on");
                if error.kind() == ErrorKind::Unavailable && self.stopped.load(Ordering::Acquire) {
                    return Err(error);
                }
                self.platform.sleep_until(self.platform.now().after(backoff(4))).await;
            }
        }
    }

    fn context(&self, job: &Job) -> Context<'_, S::Derived, S::Outside> {
        let view = self.ledger.view();
        Context { job: job.id, view, outside: &self.outside, ledger: &self.ledger, platform: &*self.platform }
    }

    fn cause(job: &Job) -> Cause {
        Cause { actor: Some(job.caller.user), job: Some(job.id), verb: job.verb.clone() }
    }

    /// Commits what a job learned about itself.
    async fn note(&self, job: &Job, edit: impl Fn(&mut Job)) -> Result<()> {
        self.ledger
            .transact(&Self::cause(job), |draft| {
                let mut job = draft.view().need::<Job>(job.id)?.clone();
                edit(&mut job);
                draft.update(job)
            })
            .await
    }
}

/// Moves a job by an event of its table.
fn moved(job: &mut Job, event: JobEvent) -> Result<()> {
    job.state = JOB.step(job.state, event)?;
    Ok(())
}

fn kept(error: &Error) -> JobError {
    let detail = error.admin_detail().map(str::to_owned);
    let public = error.advice().map_or_else(|| error.public().to_owned(), |a| format!("{} — {a}", error.public()));
    JobError { kind: error.kind(), public, detail }
}

fn restored(error: &JobError) -> Error {
    let restored = Error::new(error.kind, error.public.clone());
    match &error.detail {
        Some(detail) => restored.detail(detail.clone()),
        None => restored,
    }
}

/// Ends a job on a desk as if it had run: for plans.
///
/// # Errors
/// As its steps' own.
pub(crate) fn finish_dry<S: Step>(draft: &mut Draft<'_, S::Derived>, id: JobId) -> Result<()> {
    let mut job = draft.view().need::<Job>(id)?.clone();
    for log in &mut job.steps {
        log.state = StepState::Done;
    }
    forward::finish::<S>(draft, &mut job, JobEvent::Finish)?;
    draft.update(job)
}

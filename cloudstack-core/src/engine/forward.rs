//! Doing the steps of a job, one after the other.

use super::{CHECKPOINT, Inner, OnFail, Step, StepError, backoff, kept, logs, moved, step_of};
use crate::base::{Error, Result, Timestamp};
use crate::ledger::Draft;
use crate::model::job::{Job, JobEvent, StepState};
use crate::port::driver::{DriverError, DriverErrorKind, Ended, watched};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::task::Poll;

/// What came of a step.
enum Did<S: Step> {
    /// It acted.
    Acted(S::Found),
    /// It failed for good.
    Failed(StepError),
    /// What a step before it found was refused, and so that one has failed.
    Undone,
    /// The engine is stopped; the next start takes the job up again.
    Stopped,
}

/// A step that has acted and is not settled yet.
struct Acted<S: Step> {
    at: usize,
    step: S,
    found: S::Found,
}

impl<S: Step> Inner<S> {
    /// Does steps until one fails, or time enough has passed for a commit, or all are done.
    pub(super) async fn forward(&self, job: &Job, begun: &mut usize) -> Result<()> {
        let mut acted: Vec<Acted<S>> = Vec::new();
        let mut at = job.cursor().unwrap_or(job.steps.len());
        let began = self.platform.now();
        while let Some(log) = job.steps.get(at) {
            // Quick steps share a commit, but each sees what those before it settled only after that commit.
            if !acted.is_empty() && (self.platform.now().since(began) > CHECKPOINT || acted[acted.len() - 1].alone()) {
                return self.settle(job, acted, *begun).await.map(drop);
            }
            *begun = (*begun).max(at + 1);
            let step: S = step_of(log)?;
            match self.act(job, &step, &mut acted, *begun).await? {
                Did::Acted(found) => acted.push(Acted { at, step, found }),
                Did::Undone | Did::Stopped => return Ok(()),
                Did::Failed(error) => {
                    // What the quick steps before it did is written down first.
                    let settled = acted.is_empty() || self.settle(job, acted, *begun).await?;
                    return if settled { self.fail(job, at, &step, &error, *begun).await } else { Ok(()) };
                }
            }
            at += 1;
        }
        self.settle(job, acted, *begun).await.map(drop)
    }

    /// One step, tried until it works, fails for good, or its time is up. Before it waits, what the steps before it did is
    /// written down.
    ///
    /// # Errors
    /// Only what the ledger says: a store that does not take a note is no fault of the step, which is tried again later.
    async fn act(&self, job: &Job, step: &S, before: &mut Vec<Acted<S>>, begun: usize) -> Result<Did<S>> {
        let began = self.platform.now();
        let deadline = began.after((self.patience)(&self.ledger.view()));
        for tries in 1.. {
            let context = self.context(job);
            let error = match self.in_time(deadline, step, step.act(&context)).await {
                Some(Ok(found)) => return Ok(Did::Acted(found)),
                Some(Err(error)) => error,
                None => return Ok(Did::Stopped),
            };
            let next = self.platform.now().after(backoff(tries));
            if !error.may_retry() || next > deadline || tries >= step.tries() {
                return Ok(Did::Failed(error));
            }
            if !before.is_empty() && !self.settle(job, std::mem::take(before), begun).await? {
                return Ok(Did::Undone);
            }
            let why = format!("{}: {error}; try {} follows", step.name(), tries + 1);
            self.note(job, |job| {
                job.tries = tries;
                job.deadline = deadline;
                job.not_before = next;
                job.waiting = Some(why.clone());
            })
            .await?;
            self.platform.sleep_until(next).await;
        }
        Ok(Did::Failed(StepError::TooLong))
    }

    /// What a call of a step came to by `deadline`; nothing if the engine is stopped first.
    pub(super) async fn in_time<T>(
        &self,
        deadline: Timestamp,
        step: &S,
        call: impl Future<Output = Result<T, StepError>>,
    ) -> Option<Result<T, StepError>> {
        let mut call = pin!(watched(&*self.platform, deadline, call));
        let mut halt = None;
        let ended = std::future::poll_fn(|cx| {
            if let Poll::Ready(ended) = call.as_mut().poll(cx) {
                return Poll::Ready(Some(ended));
            }
            let halted = halt.get_or_insert_with(|| Box::pin(self.halt.notified())).as_mut().poll(cx).is_ready();
            // Looked at after listening: it may have been stopped just before.
            if halted || self.stopped.load(Ordering::Acquire) { Poll::Ready(None) } else { Poll::Pending }
        })
        .await?;
        Some(match ended {
            Ended::Done(answer) => answer,
            Ended::Late => Err(StepError::TooLong),
            Ended::Panicked => {
                let text = "the driver panicked; what it said is on standard error";
                Err(DriverError::new(DriverErrorKind::Failed, step.name(), text).into())
            }
        })
    }

    /// Commits what the steps found; ends the job if they were the last. False if one of them was refused, and so failed.
    async fn settle(&self, job: &Job, acted: Vec<Acted<S>>, begun: usize) -> Result<bool> {
        let mut refused: Option<(usize, Error)> = None;
        let done = self
            .ledger
            .transact(&Self::cause(job), |draft| {
                // What an earlier run said counts no more.
                refused = None;
                let mut job = draft.view().need::<Job>(job.id)?.clone();
                for done in &acted {
                    if let Err(error) = done.step.settle(draft, &done.found) {
                        refused = Some((done.at, error.clone()));
                        return Err(error);
                    }
                    job.steps[done.at].state = StepState::Done;
                }
                job.tries = 0;
                job.waiting = None;
                if job.cursor().is_none() {
                    finish::<S>(draft, &mut job, JobEvent::Finish)?;
                }
                draft.update(job)
            })
            .await;
        match (done, refused) {
            (Err(_), Some((at, error))) => {
                let step: S = step_of(&job.steps[at])?;
                self.fail(job, at, &step, &StepError::Refused(error), begun).await.map(|()| false)
            }
            (done, _) => done.map(|()| true),
        }
    }

    /// Decides what to do about a step that failed for good.
    async fn fail(&self, job: &Job, at: usize, step: &S, error: &StepError, begun: usize) -> Result<()> {
        self.ledger
            .transact(&Self::cause(job), |draft| {
                let mut job = draft.view().need::<Job>(job.id)?.clone();
                let (why, instead) = match step.failed(draft, &job, error) {
                    Ok(OnFail::Instead(steps)) => (error.to_error(), Some(steps)),
                    Ok(OnFail::Unwind) => (error.to_error(), None),
                    Err(why) => (why, None),
                };
                job.waiting = Some(format!("{}: {error}", step.name()));
                job.tries = 0;
                if let Some(steps) = instead {
                    job.steps.truncate(at);
                    job.steps.extend(logs(&steps));
                } else {
                    job.error = Some(kept(&why));
                    // Of what was never begun at most the rows are taken back; what failed may have done half of it.
                    let never = begun.clamp(at + 1, job.steps.len());
                    for log in job.steps[never..].iter_mut().rev() {
                        let step = step_of::<S>(log)?;
                        if step.decided() {
                            step.settle_undo(draft)?;
                        }
                        log.state = StepState::Undone;
                    }
                    moved(&mut job, JobEvent::Fail)?;
                }
                draft.update(job)
            })
            .await
    }
}

impl<S: Step> Acted<S> {
    /// What it found must be settled before the next step acts.
    fn alone(&self) -> bool {
        self.step.settles_alone()
    }
}

/// Ends a job.
pub(super) fn finish<S: Step>(draft: &mut Draft<'_, S::Derived>, job: &mut Job, event: JobEvent) -> Result<()> {
    moved(job, event)?;
    job.finished = Some(draft.now());
    job.waiting = None;
    job.steps = Vec::new();
    S::release(draft, job)
}

//! Undoing the steps of a job, last first.

use super::{Inner, Step, StepError, UNDO_PATIENCE, backoff, forward::finish, moved, step_of};
use crate::base::{Result, Timestamp};
use crate::model::job::{Job, JobEvent, JobState, StepState};

impl<S: Step> Inner<S> {
    /// Undoes one step, or ends the job when none is left.
    pub(super) async fn backward(&self, job: &Job) -> Result<()> {
        let Some(at) = job.cursor() else {
            return self
                .ledger
                .transact(&Self::cause(job), |draft| {
                    let mut job = draft.view().need::<Job>(job.id)?.clone();
                    finish::<S>(draft, &mut job, JobEvent::Undone)?;
                    draft.update(job)
                })
                .await;
        };
        let step: S = step_of(&job.steps[at])?;
        // The wait of an earlier try, which a crash may have cut short.
        if job.not_before > self.platform.now() && job.tries > 0 {
            self.platform.sleep_until(job.not_before).await;
        }
        let context = self.context(job);
        let deadline = self.platform.now().after((self.patience)(&context.view));
        // Cut off by the end of the process: the next one undoes it again.
        let Some(undone) = self.in_time(deadline, &step, step.undo(&context)).await else { return Ok(()) };
        let undone = match undone {
            Ok(()) => self.settle_undo(job, at, &step).await.map_err(StepError::Refused),
            Err(error) => Err(error),
        };
        match undone {
            Ok(()) => Ok(()),
            Err(error) => self.later(job, &step, &error).await,
        }
    }

    async fn settle_undo(&self, job: &Job, at: usize, step: &S) -> Result<()> {
        self.ledger
            .transact(&Self::cause(job), |draft| {
                let mut job = draft.view().need::<Job>(job.id)?.clone();
                step.settle_undo(draft)?;
                job.steps[at].state = StepState::Undone;
                job.tries = 0;
                job.deadline = Timestamp::default();
                if job.state == JobState::Repairing {
                    moved(&mut job, JobEvent::Retry)?;
                }
                draft.update(job)
            })
            .await
    }

    /// Writes down that an undo failed, and when it is tried again.
    async fn later(&self, job: &Job, step: &S, error: &StepError) -> Result<()> {
        let now = self.platform.now();
        let next = now.after(backoff(job.tries + 1));
        let why = format!("undo of {}: {error}", step.name());
        self.ledger
            .transact(&Self::cause(job), |draft| {
                let mut job = draft.view().need::<Job>(job.id)?.clone();
                if job.deadline == Timestamp::default() || job.tries == 0 {
                    job.deadline = now.after(UNDO_PATIENCE);
                }
                job.tries = job.tries.saturating_add(1);
                job.not_before = next;
                job.waiting = Some(why.clone());
                if job.state == JobState::Unwinding && now > job.deadline {
                    moved(&mut job, JobEvent::Stuck)?;
                }
                draft.update(job)
            })
            .await
    }
}

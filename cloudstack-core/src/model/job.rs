//! Jobs: verbs under way, with the log of their steps.

use super::{Value, closed, record::record};
use crate::base::{
    Caller, ErrorKind, Timestamp,
    fsm::{Machine, Move},
    id::JobId,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

closed! {
    /// The life of a job.
    JobState {
        InProgress "Its steps are being run.",
        Unwinding "A step failed for good; what was done is being undone.",
        Repairing "Neither forward nor back: a loop keeps trying, and says so.",
        Succeeded "It did what was asked.",
        Failed "It did not, and left nothing behind.",
    }
}
closed! {
    /// What may happen to a job.
    JobEvent {
        Finish "The last step is done.",
        Fail "A step failed for good.",
        Undone "The last undo is done.",
        Stuck "An undo failed for as long as it may.",
        Retry "The repair loop takes it up again.",
    }
}

/// What may happen to a job; a pair that is not listed is refused.
#[rustfmt::skip]
pub const JOB_MOVES: &[Move<JobState, JobEvent>] = {
    use {JobEvent::*, JobState::*};
    &[
        (InProgress, Finish, Succeeded),
        (InProgress, Fail,   Unwinding),
        (Unwinding,  Undone, Failed),
        (Unwinding,  Stuck,  Repairing),
        (Repairing,  Retry,  Unwinding),
        (Repairing,  Undone, Failed),
    ]
};

/// The machine of a job.
pub const JOB: Machine<'static, JobState, JobEvent> = Machine {
    noun: "job",
    moves: JOB_MOVES,
    initial: &[JobState::InProgress],
    finals: &[JobState::Succeeded, JobState::Failed],
    transitional: &[JobState::InProgress, JobState::Unwinding, JobState::Repairing],
};

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepState {
    /// Not done yet.
    Waiting,
    /// Done, and its outcome is committed.
    Done,
    /// Undone again, or never begun and not needed any more.
    Undone,
}

/// One step of a job: what to do, as its engine reads it, and how far it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepLog {
    /// The step, in the form the flow layer gave it. Shared: it never changes, and jobs are copied often.
    pub step: Arc<RawValue>,
    /// How far it is.
    pub state: StepState,
}

impl PartialEq for StepLog {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state && self.step.get() == other.step.get()
    }
}

/// Why a job failed, as kept in its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobError {
    /// The kind of error.
    pub kind: ErrorKind,
    /// The text anybody may see.
    pub public: String,
    /// The text for administrators.
    pub detail: Option<String>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The verb, such as `vm.deploy`.
    pub verb: String,
    /// Who asked.
    pub caller: Caller,
    /// What the one who asked calls the request, if it is to be asked after by that name.
    #[serde(default)]
    pub request: Option<String>,
    /// The thing it works on, and holds until it ends.
    pub entity: Option<u128>,
    /// What the request is about, where that is another thing: a volume, of which the job holds the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u128>,
    /// Where in its life it is.
    pub state: JobState,
    /// Its steps, in order.
    pub steps: Vec<StepLog>,
    /// Tries of the present step so far.
    pub tries: u32,
    /// The present step must be done by then, or it has failed.
    pub deadline: Timestamp,
    /// Not to be taken up before then.
    pub not_before: Timestamp,
    /// What it waits for or last ran into, for `explain`.
    pub waiting: Option<String>,
    /// Why it failed.
    pub error: Option<JobError>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
}
record! { Job: JobId in "job" {
    verb: Text = |r| Value::text(&r.verb),
    state: Text = |r| Value::text(r.state.as_str()),
    entity: Link = |r| r.entity.map_or(Value::Null, Value::Id),
    live: Int = |r| if r.finished.is_none() { Value::Int(1) } else { Value::Null },
} unique {} }

impl Job {
    /// The step to run or undo next, by position.
    #[must_use]
    pub fn cursor(&self) -> Option<usize> {
        match self.state {
            JobState::InProgress => self.steps.iter().position(|s| s.state == StepState::Waiting),
            JobState::Unwinding | JobState::Repairing => self.steps.iter().rposition(|s| s.state != StepState::Undone),
            JobState::Succeeded | JobState::Failed => None,
        }
    }
}

//! What a thing is doing, what it waits for, and what happens next.

use crate::base::Timestamp;
use crate::base::id::{EntityId, JobId, NetworkId, VmId};
use crate::ledger::View;
use crate::model::job::{Job, JobState};

/// The state of a thing, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What it is: `vm`, `job`, …
    pub noun: &'static str,
    /// The state it is in.
    pub state: String,
    /// The job that is changing it.
    pub job: Option<JobId>,
    /// What it waits for, or last ran into.
    pub waiting: Option<String>,
    /// What happens next, and when.
    pub next: String,
}

pub(super) fn explain(view: &View, id: u128, now: Timestamp) -> Option<Explanation> {
    if let Some(job) = view.job(JobId::from_u128(id)) {
        return Some(of_job(JobId::NOUN, job.state.to_string(), Some(job), now));
    }
    if let Some(vm) = view.vm(VmId::from_u128(id)) {
        let job = vm.job.and_then(|id| view.job(id));
        return Some(of_job(VmId::NOUN, vm.state.to_string(), job, now));
    }
    let network = view.network(NetworkId::from_u128(id))?;
    let job = view.jobs().by("entity", network.id).find(|job| job.finished.is_none());
    Some(of_job(NetworkId::NOUN, network.state.to_string(), job, now))
}

fn of_job(noun: &'static str, state: String, job: Option<&Job>, now: Timestamp) -> Explanation {
    let Some(job) = job else {
        return Explanation { noun, state, job: None, waiting: None, next: "nothing is under way".to_owned() };
    };
    let steps = job.steps.len();
    let at = job.cursor().map_or(steps, |at| at + 1);
    let when = if job.not_before > now { format!(" in {}", job.not_before.since(now)) } else { String::new() };
    let next = match job.state {
        JobState::InProgress => format!("step {at} of {steps} of {}{when}", job.verb),
        JobState::Unwinding => format!("undo of step {at} of {steps} of {}{when}", job.verb),
        JobState::Repairing => format!("undo of step {at} of {steps} of {} is tried again{when}", job.verb),
        JobState::Succeeded => "it is done".to_owned(),
        JobState::Failed => "it has failed, and what it did was undone".to_owned(),
    };
    Explanation { noun, state, job: Some(job.id), waiting: job.waiting.clone(), next }
}

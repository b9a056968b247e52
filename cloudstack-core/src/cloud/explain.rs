//! What a thing is doing, what it waits for, and what happens next.

use crate::base::Timestamp;
use crate::base::id::{EntityId, HostId, JobId, NetworkId, PoolId, TemplateId, VmId};
use crate::ledger::View;
use crate::model::job::{Job, JobError, JobState};

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
    let (noun, state) = state_of(view, id)?;
    let live = view.vm(VmId::from_u128(id)).and_then(|vm| view.job(vm.job?));
    let of = || view.jobs().by("entity", JobId::from_u128(id));
    if let Some(job) = live.or_else(|| of().find(|job| job.finished.is_none())) {
        return Some(of_job(noun, state, Some(job), now));
    }
    let last = of().max_by_key(|job| job.finished).filter(|job| job.state == JobState::Failed);
    let ran_into = last.and_then(|job| Some(format!("{}: {}", job.verb, words(job.error.as_ref()?))));
    Some(Explanation { waiting: ran_into, ..of_job(noun, state, None, now) })
}

/// What a thing is, and the state it is in.
fn state_of(view: &View, id: u128) -> Option<(&'static str, String)> {
    let vm = view.vm(VmId::from_u128(id)).map(|vm| (VmId::NOUN, vm.state.to_string()));
    let network = || view.network(NetworkId::from_u128(id)).map(|n| (NetworkId::NOUN, n.state.to_string()));
    let host = || view.host(HostId::from_u128(id)).map(|h| (HostId::NOUN, format!("{}, {}", h.status, h.resource)));
    let pool = || view.pool(PoolId::from_u128(id)).map(|p| (PoolId::NOUN, p.state.to_string()));
    let ready = |ready| if ready { "ready" } else { "not ready" }.to_owned();
    let template = || view.template(TemplateId::from_u128(id)).map(|t| (TemplateId::NOUN, ready(t.ready)));
    vm.or_else(network).or_else(host).or_else(pool).or_else(template)
}

/// All that is known of an error, for an administrator.
fn words(error: &JobError) -> &str {
    error.detail.as_deref().unwrap_or(&error.public)
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

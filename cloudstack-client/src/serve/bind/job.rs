//! Jobs: what became of what goes on.

use super::{Ask, Fault, Look, Object, binds};
use crate::catalogue;
use crate::serve::ask::{Page, Reply, Run};
use crate::serve::fault::{codes, readable};
use crate::serve::scope::Scope;
use crate::serve::write::Shown;
use cloudstack_core::base::id::JobId;
use cloudstack_core::model::job::{Job, JobState};

binds! {
    "queryAsyncJobResult" read query;
    "listAsyncJobs" read list_jobs;
}

fn query(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    // Whose job it is was checked when its id was read.
    let id = ask.args.need::<JobId>("jobid")?;
    let job = ask.view().job(id);
    let gone = || Fault::invalid("jobid", &id.to_string(), "give the id of a job that is kept");
    let job = job.ok_or_else(gone)?;
    let look = ask.look();
    reply.one(|o| job_fields(look, job, o));
    Ok(())
}

fn list_jobs(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let scope = Scope::of(ask)?;
    let since = ask.args.date("startdate");
    let rows = ask.view().jobs().iter().filter(|job| {
        // Jobs that nobody asked for by a command are the cloud's own business.
        job.request.is_some()
            && scope.holds(ask.view(), job.caller.account)
            && since.is_none_or(|since| job.created >= since)
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, job| job_fields(look, job, o));
    Ok(())
}

/// 0 under way, 1 done, 2 failed. One that is being repaired goes on.
const fn status(state: JobState) -> u32 {
    match state {
        JobState::InProgress | JobState::Unwinding | JobState::Repairing => 0,
        JobState::Succeeded => 1,
        JobState::Failed => 2,
    }
}

fn job_fields(look: Look<'_>, job: &Job, o: &mut Object<'_>) {
    let request = job.request.as_deref().unwrap_or(&job.verb);
    let row = catalogue::find(request);
    o.id("jobid", job.id);
    o.put("jobstatus", status(job.state));
    o.id("accountid", job.caller.account);
    o.put("account", look.view.account(job.caller.account).map(|a| a.name.as_str()));
    o.id("domainid", job.caller.domain);
    o.id("userid", job.caller.user);
    o.put("cmd", request);
    o.put("jobprocstatus", 0_u32);
    match (job.state, &job.error) {
        (JobState::Failed, Some(error)) => {
            let (code, _) = codes(error.kind);
            let text = readable(look.caller, code, &error.public, error.detail.as_deref());
            o.put("jobresultcode", code);
            o.put("jobresulttype", "object");
            o.nested("jobresult", None, |o| {
                o.bare("errorcode", code);
                o.put("errortext", text);
            });
        }
        (JobState::Failed, None) => {
            o.put("jobresultcode", 530_u32);
        }
        (JobState::Succeeded, _) => {
            o.put("jobresultcode", 0_u32);
            o.put("jobresulttype", "object");
            o.nested("jobresult", None, |o| result(look, job, request, o));
        }
        _ => o.put("jobresultcode", 0_u32),
    }
    o.put("jobinstancetype", row.map(|row| row.entity).filter(|entity| !entity.is_empty()));
    o.put(
        "jobinstanceid",
        job.about.or(job.entity).map(|id| Shown(<JobId as cloudstack_core::base::id::EntityId>::from_u128(id))),
    );
    o.put("created", job.created);
    o.put("completed", job.finished);
}

/// What a job made or changed, as its command shows it; success alone if it shows nothing, or that is gone by now.
fn result(look: Look<'_>, job: &Job, request: &str, o: &mut Object<'_>) {
    let shown = match super::find(request).map(|bind| bind.run) {
        Some(Run::Act(_, shown)) => shown,
        _ => None,
    };
    let row = catalogue::find(request);
    if let (Some(shown), Some(row), Some(id)) = (shown, row, job.about.or(job.entity)) {
        let mut there = false;
        let shape = shown.shape(row);
        let mark = o.mark();
        o.nested(row.object, Some(shape), |o| there = (shown.show)(look, id, o));
        if there {
            return;
        }
        o.rewind(mark);
    }
    o.bare("success", true);
}

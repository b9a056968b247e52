//! What the history says, as events.

use super::kinds::kind_of;
use crate::base::id::{AccountId, EntityId, EventId, JobId, UserId};
use crate::model::Value;
use crate::model::event::{Event, EventEntry, EventLevel, EventState};
use crate::model::job::{Job, JobState};
use crate::model::record::{Record, position};
use crate::port::store::{CommitRecord, StoredRow, Write};
use serde::Deserialize;

/// Which events of a job's life have which ids: the job's own, with other lowest bits.
const SCHEDULED: u128 = 1;
const STARTED: u128 = 2;
const COMPLETED: u128 = 3;

fn of_job(job: JobId, phase: u128) -> EventId {
    EventId::from_u128(job.to_u128() ^ phase)
}

/// The events of one commit, in order. Pure: the same commit gives the same events, with the same ids.
#[must_use]
pub fn entries(commit: &CommitRecord) -> Vec<EventEntry> {
    let mut told: Vec<&Event> = commit.events.iter().collect();
    let mut found = Vec::with_capacity(told.len() + 2);
    for (row, new) in commit.writes.iter().filter_map(job_row) {
        let Ok(job) = serde_json::from_str::<Job>(&row.body) else { continue };
        if new {
            begun(commit, &job, &mut told, &mut found);
        }
        if job.finished.is_some() {
            ended(commit, &job, &mut told, &mut found);
        }
    }
    let silent = commit.events.is_empty() && found.is_empty();
    // What a job says of itself on its way is told by its end, unless something is wrong.
    let own = kind_of(&commit.verb);
    let on_its_way = |event: &Event| event.job.is_some() && event.kind == own;
    for event in told.into_iter().filter(|event| event.level != EventLevel::Info || !on_its_way(event)) {
        let state = if on_its_way(event) { EventState::Started } else { EventState::Completed };
        found.push(EventEntry { state, ..explicit(commit, event) });
    }
    if silent && commit.job.is_none() && !commit.actor.is_empty() {
        found.push(simple(commit));
    }
    found
}

/// A job that began or ended in this commit, and whether it began.
fn job_row(write: &Write) -> Option<(&StoredRow, bool)> {
    const LIVE: usize = position(Job::COLUMNS, "live");
    match write {
        Write::Insert { table, row } if *table == Job::TABLE => Some((row, true)),
        Write::Update { table, row } if *table == Job::TABLE => {
            (row.columns.get(LIVE) == Some(&Value::Null)).then_some((row, false))
        }
        _ => None,
    }
}

/// Takes what was said in the same words out of the list.
fn said<'e>(told: &mut Vec<&'e Event>, kind: &str) -> Option<&'e Event> {
    let at = told.iter().position(|event| event.kind == kind)?;
    Some(told.remove(at))
}

fn begun(commit: &CommitRecord, job: &Job, told: &mut Vec<&Event>, found: &mut Vec<EventEntry>) {
    let scheduled = phase(commit, job, SCHEDULED);
    let words = said(told, &scheduled.kind);
    if let Some(event) = words.filter(|event| event.kind.ends_with(".CREATE")) {
        let created = explicit(commit, event);
        found.push(EventEntry { state: EventState::Created, start: scheduled.start, job: Some(job.id), ..created });
    }
    let text = words.map_or_else(|| format!("{} is asked for", job.verb), |event| event.text.clone());
    let started = EventEntry { text: format!("{} has begun", job.verb), ..phase(commit, job, STARTED) };
    found.push(EventEntry { text, ..scheduled });
    found.push(started);
}

fn ended(commit: &CommitRecord, job: &Job, told: &mut Vec<&Event>, found: &mut Vec<EventEntry>) {
    let completed = phase(commit, job, COMPLETED);
    let words = said(told, &completed.kind);
    let (level, text) = match (&job.error, job.state) {
        (Some(error), _) => (EventLevel::Error, format!("{} has failed: {}", job.verb, error.public)),
        (None, JobState::Failed) => (EventLevel::Error, format!("{} has failed", job.verb)),
        (None, _) => (
            words.map_or(EventLevel::Info, |event| event.level),
            words.map_or_else(|| format!("{} is done", job.verb), |event| event.text.clone()),
        ),
    };
    found.push(EventEntry { level, text, ..completed });
}

fn phase(commit: &CommitRecord, job: &Job, phase: u128) -> EventEntry {
    let (noun, owner) = job.entity.map_or((None, None), |id| about(commit, id));
    EventEntry {
        id: of_job(job.id, phase),
        commit: commit.number,
        at: commit.at,
        kind: kind_of(&job.verb).into_owned(),
        level: EventLevel::Info,
        state: match phase {
            SCHEDULED => EventState::Scheduled,
            STARTED => EventState::Started,
            _ => EventState::Completed,
        },
        start: Some(of_job(job.id, SCHEDULED)),
        user: Some(job.caller.user),
        account: owner.or(Some(job.caller.account)),
        noun,
        entity: job.entity.map(|id| uuid::Uuid::from_u128(id).to_string()),
        job: Some(job.id),
        text: String::new(),
    }
}

/// An event that was said in so many words.
fn explicit(commit: &CommitRecord, event: &Event) -> EventEntry {
    let id = event.entity.as_deref().and_then(|text| uuid::Uuid::try_parse(text).ok()).map(|id| id.as_u128());
    let (noun, owner) = id.map_or((None, None), |id| about(commit, id));
    EventEntry {
        id: event.id,
        commit: commit.number,
        at: event.at,
        kind: event.kind.clone(),
        level: event.level,
        state: EventState::Completed,
        start: event.job.map(|job| of_job(job, SCHEDULED)),
        user: actor(commit),
        account: event.account.or(owner),
        noun,
        entity: event.entity.clone(),
        job: event.job,
        text: event.text.clone(),
    }
}

/// The event of a verb that said nothing and had no steps.
fn simple(commit: &CommitRecord) -> EventEntry {
    let first = commit.writes.iter().find(|write| !matches!(write, Write::Guard { .. }));
    let (noun, owner) = first.map_or((None, None), |write| about(commit, write.id()));
    // The time in the high bits, as in every id; the commit's number makes it the only one.
    let id = u128::from(commit.at.as_micros() / 1_000) << 80 | 0x7 << 76 | 0b10 << 62 | u128::from(commit.number);
    EventEntry {
        id: EventId::from_u128(id),
        commit: commit.number,
        at: commit.at,
        kind: kind_of(&commit.verb).into_owned(),
        level: EventLevel::Info,
        state: EventState::Completed,
        start: None,
        user: actor(commit),
        account: owner,
        noun,
        entity: first.map(|write| uuid::Uuid::from_u128(write.id()).to_string()),
        job: None,
        text: format!("{} is done", commit.verb),
    }
}

fn actor(commit: &CommitRecord) -> Option<UserId> {
    commit.actor.parse().ok()
}

/// The table of a row, and whose it is, if this commit wrote it.
fn about(commit: &CommitRecord, id: u128) -> (Option<&'static str>, Option<AccountId>) {
    #[derive(Deserialize)]
    struct Owned {
        account: Option<AccountId>,
    }
    let Some(write) = commit.writes.iter().find(|write| write.id() == id) else { return (None, None) };
    let owner = match write {
        Write::Insert { row, .. } | Write::Update { row, .. } => {
            serde_json::from_str::<Owned>(&row.body).ok().and_then(|row| row.account)
        }
        Write::Remove { .. } | Write::Guard { .. } => None,
    };
    (Some(write.table()), owner)
}

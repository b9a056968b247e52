//! Events: what happened, for people.

use super::{closed, record::record};
use crate::base::{
    Timestamp,
    id::{AccountId, DomainId, EventCutId, EventId, JobId, UserId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventLevel {
    /// As it should be.
    Info,
    /// Worth a look.
    Warn,
    /// Something failed.
    Error,
}

/// Something that happened. Events are appended, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in CloudStack's spelling: `VM.START`.
    pub kind: String,
    /// How bad it is.
    pub level: EventLevel,
    /// Whose account it concerns.
    pub account: Option<AccountId>,
    /// The thing it happened to, as its id.
    pub entity: Option<String>,
    /// The job it belongs to.
    pub job: Option<JobId>,
    /// The words.
    pub text: String,
}

closed! {
    /// How far the thing an event tells of is.
    EventState {
        Created "What is asked for has a row.",
        Scheduled "A job for it is recorded.",
        Started "The job has begun.",
        Completed "It is over; the level says how.",
    }
}

/// An event as it is listed. Most are not stored: what a job's row and the history say is told in this form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventEntry {
    /// Its id; the same whenever it is listed.
    pub id: EventId,
    /// The commit it belongs to.
    pub commit: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in CloudStack's spelling: `VM.START`.
    pub kind: String,
    /// How bad it is.
    pub level: EventLevel,
    /// How far it is.
    pub state: EventState,
    /// The event with which it began; all events of one job name the same.
    pub start: Option<EventId>,
    /// Who asked; none for the cloud itself.
    pub user: Option<UserId>,
    /// Whose account it concerns.
    pub account: Option<AccountId>,
    /// The table of the thing it happened to, if that is known.
    pub noun: Option<&'static str>,
    /// The thing it happened to, as its id.
    pub entity: Option<String>,
    /// The job it belongs to.
    pub job: Option<JobId>,
    /// The words.
    pub text: String,
}

closed! {
    /// What is done to old events.
    EventCutAction {
        Archive "They are listed among archived ones only.",
        Delete "They are not listed any more.",
    }
}

/// Whose events a cut is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventReach {
    /// Everybody's.
    All,
    /// Those of accounts in this domain and below.
    Domain(DomainId),
    /// Those of this account.
    Account(AccountId),
}

/// A word that events are archived or deleted. The history itself stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventCut {
    /// Its id.
    pub id: EventCutId,
    /// What is done to them.
    pub action: EventCutAction,
    /// Whose events it is about.
    pub reach: EventReach,
    /// Only these; all that fit the rest, if empty.
    pub ids: BTreeSet<EventId>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only from then on.
    pub from: Timestamp,
    /// Only until then; never later than the cut itself.
    pub until: Timestamp,
    /// Only of commits up to this one: what happens later is not cut.
    pub commit: u64,
}
record! { EventCut: EventCutId in "event_cut" {
    action: Text = |r| crate::model::Value::text(r.action.as_str()),
} unique {} }

impl EventCut {
    /// Whether an event fits, but for whose it is.
    #[must_use]
    pub fn fits(&self, event: &EventEntry) -> bool {
        event.commit <= self.commit
            && (self.ids.is_empty() || self.ids.contains(&event.id))
            && self.kind.as_ref().is_none_or(|kind| *kind == event.kind)
            && (self.from..=self.until).contains(&event.at)
    }
}

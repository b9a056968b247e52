//! Archiving and deleting events.

use crate::base::id::{EventId, JobId};
use crate::base::{Caller, Error, Result, Timestamp};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::{EventCut, EventCutAction, EventReach};
use std::collections::BTreeSet;

/// The most events that one request names.
const IDS: usize = 1_000;

/// A request to archive or delete events that the caller may see: those named, or all of a kind or a time. What happens
/// later is not touched, and the history keeps everything in any case.
///
/// May be repeated. Ids that do not exist are no error: they name nothing.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::event::{CutEvents, EventQuery};
/// let query = EventQuery { kind: Some("VM.CREATE".into()), ..EventQuery::default() };
/// let told = cloud.events(&admin, &query)?.events;
/// // Newest first: completed, started, scheduled, created. All name the event with which it began.
/// assert_eq!(told.len(), 4);
/// assert!(told.iter().all(|event| event.start == Some(told[2].id)));
///
/// cloud.run(&admin, CutEvents::archive([told[0].id])).await?.done().await?;
/// assert_eq!(cloud.events(&admin, &query)?.total, 3);
/// assert_eq!(cloud.events(&admin, &EventQuery { archived: true, ..query })?.total, 1);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutEvents {
    /// What shall be done to them.
    pub action: EventCutAction,
    /// Only these.
    pub ids: BTreeSet<EventId>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only from then on.
    pub from: Option<Timestamp>,
    /// Only until then.
    pub until: Option<Timestamp>,
}

impl CutEvents {
    /// Archives these.
    #[must_use]
    pub fn archive(ids: impl IntoIterator<Item = EventId>) -> Self {
        Self::these(EventCutAction::Archive, ids)
    }
    /// Deletes these.
    #[must_use]
    pub fn delete(ids: impl IntoIterator<Item = EventId>) -> Self {
        Self::these(EventCutAction::Delete, ids)
    }
    fn these(action: EventCutAction, ids: impl IntoIterator<Item = EventId>) -> Self {
        Self { action, ids: ids.into_iter().collect(), kind: None, from: None, until: None }
    }
}

impl Verb for CutEvents {
    type Answer = ();
    const NAME: &'static str = "event.cut";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        if self.ids.is_empty() && self.kind.is_none() && self.from.is_none() && self.until.is_none() {
            return Err(Error::invalid("ids", "", "say which: ids, a kind, or a time"));
        }
        if self.ids.len() > IDS {
            return Err(Error::invalid("ids", self.ids.len(), format!("name at most {IDS} events")));
        }
        let from = self.from.unwrap_or_default();
        let until = self.until.map_or(desk.now(), |until| until.min(desk.now()));
        if from > until {
            return Err(Error::invalid("from", from.as_micros(), "the time ends before it begins"));
        }
        let reach = if caller.is_root() {
            EventReach::All
        } else if access::administer(desk.view(), caller, caller.domain).is_ok() {
            EventReach::Domain(caller.domain)
        } else {
            EventReach::Account(caller.account)
        };
        let (id, action, ids, kind) = (desk.id(), self.action, self.ids.clone(), self.kind.clone());
        let commit = desk.view().number();
        desk.insert(EventCut { id, action, reach, ids, kind, from, until, commit })?;
        Ok(Decision::done(()))
    }
}

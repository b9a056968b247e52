//! Alerts: raised by loops and by administrators, over by themselves or put away.

use super::access;
use super::setting;
use super::step::Desk;
use super::verb::{Decision, Verb};
use crate::base::id::{AlertId, ClusterId, EntityId, JobId, PodId, ZoneId};
use crate::base::{Caller, Error, Result, Span, Timestamp};
use crate::ledger::View;
use crate::model::Value;
use crate::model::alert::{self, Alert};
use crate::model::event::EventLevel;
use crate::model::infra::{Pod, Zone};
use std::collections::BTreeSet;

/// The most alerts that one request changes.
const BATCH: usize = 1_000;

/// What an alert is about. Two about the same thing are one, raised twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// A name of [`ALERT_KINDS`](alert::ALERT_KINDS).
    pub kind: &'static str,
    /// Where.
    pub zone: Option<ZoneId>,
    /// Where in the zone.
    pub pod: Option<PodId>,
    /// Where in the pod.
    pub cluster: Option<ClusterId>,
    /// The one thing it is about.
    pub entity: Option<u128>,
}

impl Alarm {
    /// About the whole cloud.
    ///
    /// # Panics
    /// If there is no such kind: a mistake in the program.
    #[must_use]
    pub fn of(kind: &str) -> Self {
        let spec = alert::find(kind).unwrap_or_else(|| panic!("there is no alert `{kind}`"));
        Self { kind: spec.name, zone: None, pod: None, cluster: None, entity: None }
    }
    /// About this thing.
    #[must_use]
    pub fn on<I: EntityId>(self, thing: I) -> Self {
        Self { entity: Some(thing.to_u128()), ..self }
    }
    fn key(&self) -> String {
        alert::key(self.kind, self.zone, self.pod, self.cluster, self.entity)
    }
}

fn open<'a>(view: &'a View, about: &Alarm) -> Option<&'a Alert> {
    view.alerts().find(0, &[Value::text(&about.key())])
}

/// Whether there is one that is not over.
pub(crate) fn is_open(view: &View, about: &Alarm) -> bool {
    open(view, about).is_some()
}

/// Raises an alert; one that is not over is raised once more.
///
/// # Errors
/// Only if the ledger refuses the row.
pub fn raise(desk: &mut Desk<'_>, about: &Alarm, subject: String, text: String) -> Result<()> {
    let now = desk.now();
    if let Some(row) = open(desk.view(), about).cloned() {
        return desk.update(Alert { updated: now, count: row.count.saturating_add(1), text, ..row });
    }
    let id: AlertId = desk.id();
    let Alarm { kind, zone, pod, cluster, entity } = about.clone();
    let event = alert::find(kind).map_or(kind, |spec| spec.event);
    desk.event(event, EventLevel::Warn, None, id.to_string(), subject.clone());
    let (created, updated, count, resolved, archived) = (now, now, 1, None, false);
    let kind = kind.to_owned();
    desk.insert(Alert {
        id,
        kind,
        subject,
        text,
        zone,
        pod,
        cluster,
        entity,
        created,
        updated,
        count,
        resolved,
        archived,
    })
}

/// Says that what was alerted is over. Does nothing if nothing was.
///
/// # Errors
/// Only if the ledger refuses the row.
pub fn calm(desk: &mut Desk<'_>, about: &Alarm) -> Result<()> {
    let Some(row) = open(desk.view(), about).cloned() else { return Ok(()) };
    let resolved = Some(desk.now());
    desk.update(Alert { resolved, ..row })
}

/// Forgets some alerts that are over and too old.
pub(crate) fn forget(desk: &mut Desk<'_>) -> Result<()> {
    let days = setting::int(desk.view(), "alert.purge.delay").unsigned_abs();
    if days == 0 {
        return Ok(());
    }
    let (now, kept) = (desk.now(), Span::mins(days.saturating_mul(24 * 60)));
    let over = |row: &&Alert| row.resolved.is_some() || row.archived;
    let old = desk.view().alerts().iter().filter(over).filter(|row| now.since(row.updated) > kept).map(|row| row.id);
    let old: Vec<AlertId> = old.take(BATCH).collect();
    old.into_iter().try_for_each(|id| desk.remove::<Alert>(id))
}

/// Which alerts are wanted. The default is all that were not put away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertQuery {
    /// Only of these ids.
    pub ids: BTreeSet<AlertId>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only those whose subject or text has this in it.
    pub keyword: Option<String>,
    /// Only in this zone.
    pub zone: Option<ZoneId>,
    /// Only first raised from then on.
    pub from: Option<Timestamp>,
    /// Only first raised until then.
    pub until: Option<Timestamp>,
    /// Those that were put away too.
    pub archived: bool,
}

impl AlertQuery {
    fn fits(&self, row: &Alert) -> bool {
        (self.ids.is_empty() || self.ids.contains(&row.id))
            && self.kind.as_ref().is_none_or(|kind| *kind == row.kind)
            && self.keyword.as_ref().is_none_or(|word| row.subject.contains(word) || row.text.contains(word))
            && self.zone.is_none_or(|zone| row.zone == Some(zone))
            && self.from.is_none_or(|from| row.created >= from)
            && self.until.is_none_or(|until| row.created <= until)
            && (self.archived || !row.archived)
    }
}

/// Alerts, newest first. Root administrators only.
///
/// # Errors
/// [`ErrorKind::Denied`](crate::base::ErrorKind::Denied).
pub fn list<'a>(view: &'a View, caller: &Caller, query: &AlertQuery) -> Result<Vec<&'a Alert>> {
    access::root(caller)?;
    Ok(view.alerts().iter().rev().filter(|row| query.fits(row)).collect())
}

/// A request to raise an alert by hand, or from another system.
///
/// Repeating it raises the same alert once more.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::flow::alert::{self, AlertQuery, ArchiveAlerts, GenerateAlert};
/// let request = GenerateAlert { zone: Some(zone), ..GenerateAlert::new("STORAGE_MISC", "a disk smells of smoke") };
/// let id = cloud.run(&admin, request.clone()).await?.done().await?;
/// assert_eq!(cloud.run(&admin, request).await?.done().await?, id);
///
/// let (view, all) = (cloud.view(), AlertQuery::default());
/// assert_eq!(alert::list(&view, &admin, &all)?[0].count, 2);
/// cloud.run(&admin, ArchiveAlerts(AlertQuery { ids: [id].into(), ..all.clone() })).await?.done().await?;
/// assert!(alert::list(&cloud.view(), &admin, &all)?.is_empty());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateAlert {
    /// A name of [`ALERT_KINDS`](alert::ALERT_KINDS).
    pub kind: String,
    /// The words, up to 999 characters.
    pub text: String,
    /// Where.
    pub zone: Option<ZoneId>,
    /// Where in the zone.
    pub pod: Option<PodId>,
}

impl GenerateAlert {
    /// An alert about the whole cloud.
    #[must_use]
    pub fn new(kind: &str, text: &str) -> Self {
        Self { kind: kind.to_owned(), text: text.to_owned(), zone: None, pod: None }
    }
}

impl Verb for GenerateAlert {
    type Answer = AlertId;
    const NAME: &'static str = "alert.generate";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<AlertId>> {
        access::root(caller)?;
        let spec = alert::find(&self.kind).ok_or_else(|| {
            let known: Vec<&str> = alert::ALERT_KINDS.iter().map(|spec| spec.name).collect();
            Error::invalid("kind", &self.kind, format!("give one of {}", known.join(", ")))
        })?;
        if self.text.is_empty() || self.text.chars().count() > 999 {
            return Err(Error::invalid("text", self.text.chars().count(), "give 1 to 999 characters"));
        }
        self.zone.map_or(Ok(()), |id| desk.view().need::<Zone>(id).map(drop))?;
        self.pod.map_or(Ok(()), |id| desk.view().need::<Pod>(id).map(drop))?;
        let about = Alarm { zone: self.zone, pod: self.pod, ..Alarm::of(spec.name) };
        raise(desk, &about, self.text.clone(), self.text.clone())?;
        let id =
            open(desk.view(), &about).map(|row| row.id).ok_or_else(|| Error::not_found(AlertId::NOUN, spec.name))?;
        Ok(Decision::done(id))
    }
}

/// What fits a request, checked.
fn chosen(caller: &Caller, desk: &Desk<'_>, query: &AlertQuery) -> Result<Vec<Alert>> {
    access::root(caller)?;
    if *query == AlertQuery::default() {
        return Err(Error::invalid("ids", "", "say which: ids, a kind, a zone, or a time"));
    }
    for id in &query.ids {
        desk.view().need::<Alert>(*id)?;
    }
    let found: Vec<Alert> =
        desk.view().alerts().iter().filter(|row| query.fits(row)).take(BATCH + 1).cloned().collect();
    if found.len() > BATCH {
        return Err(Error::invalid("ids", found.len(), format!("more than {BATCH} alerts fit; give a shorter time")));
    }
    Ok(found)
}

/// A request to put alerts away; they can still be listed, and the same can be raised anew. [`GenerateAlert`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveAlerts(pub AlertQuery);

impl Verb for ArchiveAlerts {
    type Answer = usize;
    const NAME: &'static str = "alert.archive";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<usize>> {
        let found = chosen(caller, desk, &self.0)?;
        let count = found.len();
        found.into_iter().try_for_each(|row| desk.update(Alert { archived: true, ..row }))?;
        Ok(Decision::done(count))
    }
}

/// A request to delete alerts, those that were put away too if it says so. [`GenerateAlert`] has an example of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteAlerts(pub AlertQuery);

impl Verb for DeleteAlerts {
    type Answer = usize;
    const NAME: &'static str = "alert.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<usize>> {
        let found = chosen(caller, desk, &self.0)?;
        let count = found.len();
        found.into_iter().try_for_each(|row| desk.remove::<Alert>(row.id))?;
        Ok(Decision::done(count))
    }
}

//! Events and alerts.

use super::{Ask, Fault, Look, Object, binds};
use crate::serve::ask::{Done, Page, Paging, Reply};
use crate::serve::scope::Scope;
use cloudstack_core::base::Span;
use cloudstack_core::base::id::{AlertId, EventId};
use cloudstack_core::flow::alert::{self, AlertQuery, ArchiveAlerts, DeleteAlerts, GenerateAlert};
use cloudstack_core::flow::event::{CutEvents, EventQuery, KINDS};
use cloudstack_core::model::alert::{ALERT_KINDS, Alert, AlertSpec};
use cloudstack_core::model::event::{EventCutAction, EventEntry, EventLevel, EventState};
use std::collections::BTreeSet;

binds! {
    "listEvents" read list_events;
    "listEventTypes" read list_types;
    "archiveEvents" act archive_events;
    "deleteEvents" act delete_events;
    "listAlerts" read list_alerts;
    "archiveAlerts" act archive_alerts;
    "deleteAlerts" act delete_alerts;
    "generateAlert" act generate_alert;
}

fn level(ask: &Ask<'_>) -> Result<Option<EventLevel>, Fault> {
    match ask.args.text("level").map(str::to_ascii_uppercase).as_deref() {
        None => Ok(None),
        Some("INFO") => Ok(Some(EventLevel::Info)),
        Some("WARN") => Ok(Some(EventLevel::Warn)),
        Some("ERROR") => Ok(Some(EventLevel::Error)),
        Some(other) => Err(Fault::invalid("level", other, "give INFO, WARN or ERROR")),
    }
}

fn state(ask: &Ask<'_>) -> Result<Option<EventState>, Fault> {
    let Some(text) = ask.args.text("state") else { return Ok(None) };
    let found = EventState::ALL.iter().find(|state| state.as_str().eq_ignore_ascii_case(text)).copied();
    let none = || Fault::invalid("state", text, "give Created, Scheduled, Started or Completed");
    found.map(Some).ok_or_else(none)
}

fn list_events(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let scope = Scope::of(ask)?;
    let paging = Paging::of(ask)?;
    let minutes = |name| -> Result<Option<Span>, Fault> { Ok(args.count(name)?.map(Span::mins)) };
    let pending = match (minutes("entrytime")?, minutes("duration")?) {
        (None, None) => None,
        (entry, duration) => Some((entry.unwrap_or(Span::mins(u64::from(u32::MAX))), duration.unwrap_or_default())),
    };
    let (account, domain) = scope.named();
    let query = EventQuery {
        ids: args.id::<EventId>("id").into_iter().collect(),
        kind: args.text("type").map(str::to_owned),
        level: level(ask)?,
        state: state(ask)?,
        from: args.date("startdate"),
        until: args.date("enddate"),
        start: args.id("startid"),
        entity: args.text("resourceid").map(str::to_owned),
        account,
        domain,
        keyword: args.text("keyword").map(str::to_owned),
        pending,
        archived: args.is("archived"),
        offset: paging.skip,
        limit: paging.take,
        ..EventQuery::default()
    };
    let page = ask.cloud().events(ask.caller, &query).map_err(|e| ask.fault(&e))?;
    let look = ask.look();
    let archived = query.archived;
    reply.some(page.total, &page.events, |o, event| event_fields(look, event, archived, o));
    Ok(())
}

fn event_fields(look: Look<'_>, event: &EventEntry, archived: bool, o: &mut Object<'_>) {
    o.id("id", event.id);
    let user = event.user.and_then(|id| look.view.user(id));
    o.put("username", user.map_or("system", |u| u.name.as_str()));
    o.put("type", &event.kind);
    o.put(
        "level",
        match event.level {
            EventLevel::Info => "INFO",
            EventLevel::Warn => "WARN",
            EventLevel::Error => "ERROR",
        },
    );
    o.put("description", &event.text);
    if let Some(account) = event.account {
        super::owner(look, account, o);
    }
    o.put("resourceid", event.entity.as_ref());
    o.put("resourcetype", event.noun);
    o.put("created", event.at);
    o.put("state", event.state.as_str());
    o.maybe("parentid", event.start.filter(|start| *start != event.id));
    o.put("archived", archived);
}

fn list_types(_: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let mut kinds: BTreeSet<&str> = KINDS.iter().map(|(_, kind)| *kind).collect();
    kinds.extend(ALERT_KINDS.iter().map(|spec| spec.event));
    reply.all(kinds.into_iter().collect(), |o, kind| o.put("name", kind));
    Ok(())
}

/// Which events a request is about.
fn cut(ask: &Ask<'_>, action: EventCutAction) -> CutEvents {
    let args = &ask.args;
    CutEvents {
        action,
        ids: args.ids("ids").into_iter().collect(),
        kind: args.text("type").map(str::to_owned),
        from: args.date("startdate"),
        until: args.date("enddate"),
    }
}

async fn archive_events(ask: &Ask<'_>) -> Result<Done, Fault> {
    ask.also(cut(ask, EventCutAction::Archive)).await?;
    Ok(Done::default())
}

async fn delete_events(ask: &Ask<'_>) -> Result<Done, Fault> {
    ask.also(cut(ask, EventCutAction::Delete)).await?;
    Ok(Done::default())
}

/// The kind of alert with this number.
fn numbered(number: &str) -> Result<&'static AlertSpec, Fault> {
    let found = ALERT_KINDS.iter().find(|spec| spec.number.to_string() == number);
    found.ok_or_else(|| Fault::invalid("type", number, "give the number of a kind of alert"))
}

/// Which alerts a request is about.
fn chosen(ask: &Ask<'_>, archived: bool) -> Result<AlertQuery, Fault> {
    let args = &ask.args;
    if !["ids", "type", "startdate", "enddate"].iter().any(|param| args.has(param)) {
        return Err(Fault::missing("ids"));
    }
    Ok(AlertQuery {
        ids: args.ids("ids").into_iter().collect(),
        kind: args.text("type").map(numbered).transpose()?.map(|spec| spec.name.to_owned()),
        from: args.date("startdate"),
        until: args.date("enddate"),
        archived,
        ..AlertQuery::default()
    })
}

async fn archive_alerts(ask: &Ask<'_>) -> Result<Done, Fault> {
    ask.also(ArchiveAlerts(chosen(ask, false)?)).await?;
    Ok(Done::default())
}

async fn delete_alerts(ask: &Ask<'_>) -> Result<Done, Fault> {
    ask.also(DeleteAlerts(chosen(ask, true)?)).await?;
    Ok(Done::default())
}

/// Raises an alert. A name other than that of its kind is said in its text.
async fn generate_alert(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let number = args.whole("type").ok_or_else(|| Fault::missing("type"))?;
    let kind = numbered(&number.to_string())?.name;
    let (name, text) = (args.need_text("name")?, args.need_text("description")?);
    let text = if name == kind { text.to_owned() } else { format!("{name}: {text}") };
    let wish = GenerateAlert { zone: args.id("zoneid"), pod: args.id("podid"), ..GenerateAlert::new(kind, &text) };
    ask.run(wish, |_| None).await.map(|(_, done)| done)
}

fn list_alerts(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let mut query = AlertQuery {
        ids: args.id::<AlertId>("id").into_iter().collect(),
        keyword: args.text("keyword").map(str::to_owned),
        kind: args.text("name").map(str::to_owned),
        ..AlertQuery::default()
    };
    if let Some(number) = args.text("type") {
        query.kind = Some(numbered(number)?.name.to_owned());
    }
    let rows = alert::list(ask.view(), ask.caller, &query).map_err(|e| ask.fault(&e))?;
    reply.list(Page::of(ask, Some(rows.len()), rows.into_iter())?, |o, alert: &Alert| {
        o.id("id", alert.id);
        o.put("type", ALERT_KINDS.iter().find(|spec| spec.name == alert.kind).map(|spec| spec.number));
        o.put("name", &alert.kind);
        o.put("description", &alert.text);
        o.put("sent", alert.updated);
    });
    Ok(())
}

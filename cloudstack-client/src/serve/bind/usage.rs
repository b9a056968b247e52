//! Usage: what is counted, the records, and counting up to now.

use super::{Ask, Fault, Look, Object, binds, owner, refuse, tags};
use crate::serve::ask::{Done, Paging, Reply};
use crate::serve::write::Shown;
use crate::serve::{entity, scope};
use cloudstack_core::base::Timestamp;
use cloudstack_core::base::id::{AccountId, DomainId, EntityId, NetworkId, PublicIpId, TemplateId, VmId, VolumeId};
use cloudstack_core::flow::usage::{UsageFound, UsageQuery};
use cloudstack_core::model::usage::{self, Meter, USAGE_TYPES};

binds! {
    "generateUsageRecords" act generate;
    "listUsageRecords" read list;
    "listUsageTypes" read list_types;
}

/// The last microsecond of the second that an end names.
fn whole_second(end: Timestamp) -> Timestamp {
    Timestamp::from_micros(end.as_micros().saturating_add(999_999))
}

/// Counts what was not counted yet: where that begins is known, so only the end can be given.
async fn generate(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["domainid"])?;
    let until = ask.args.date("enddate").map(whole_second);
    ask.cloud().generate_usage(ask.caller, until).await.map_err(|e| ask.fault(&e))?;
    Ok(Done::default())
}

/// The kind that a request names by its number.
fn kind(ask: &Ask<'_>) -> Result<Option<u16>, Fault> {
    let Some(number) = ask.args.whole("type") else { return Ok(None) };
    let found = USAGE_TYPES.iter().find(|spec| i64::from(spec.number) == number);
    let none = || Fault::invalid("type", &number.to_string(), "give a number that listUsageTypes answers");
    found.map(|spec| Some(spec.number)).ok_or_else(none)
}

fn list(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let Paging { skip, take } = Paging::of(ask)?;
    let day = |name| args.date(name).ok_or_else(|| Fault::missing(name));
    let (from, until) = (day("startdate")?, whole_second(day("enddate")?));
    if from > until {
        return Err(Fault::refused("parameter `startdate` must not be after `enddate`"));
    }
    let thing =
        |text: &str| entity::parse(text).ok_or_else(|| Fault::invalid("usageid", text, "give the id of what was used"));
    let kind = kind(ask)?;
    let resource = args.text("usageid").map(thing).transpose()?;
    if resource.is_some() && kind.is_none() {
        return Err(Fault::refused("parameter `usageid` needs `type` beside it"));
    }
    let account = match args.id::<AccountId>("accountid") {
        Some(id) => Some(id),
        None => scope::owner(ask)?,
    };
    let query = UsageQuery {
        kind,
        account,
        domain: args.id::<DomainId>("domainid").filter(|_| account.is_none()),
        below: args.is("isrecursive"),
        resource,
        offset: skip,
        limit: take,
        ..UsageQuery::between(from, until)
    };
    let page = ask.cloud().usage(ask.caller, &query).map_err(|e| ask.fault(&e))?;
    let (look, tagged) = (ask.look(), args.is("includetags"));
    reply.some(page.total, &page.records, |o, record| {
        fields(look, record, o);
        if tagged {
            tags(look, VmId::from_u128(record.line.meter.resource), o);
        }
    });
    Ok(())
}

fn fields(look: Look<'_>, record: &UsageFound, o: &mut Object<'_>) {
    let meter = &record.line.meter;
    o.id("accountid", record.account);
    owner(look, record.account, o);
    o.maybe("zoneid", meter.zone);
    let name = name_of(look, meter);
    let words =
        USAGE_TYPES.iter().find(|spec| spec.number == meter.kind).map_or(String::new(), |spec| words(spec.name));
    o.put("description", name.as_ref().map_or_else(|| words.clone(), |name| format!("{words} of {name}")));
    o.put("usage", record.line.text());
    o.put("usagetype", u32::from(meter.kind));
    // A point, also in whole numbers.
    o.put("rawusage", format!("{:?}", record.line.hours()));
    o.put("name", name);
    // Every id shows itself alike.
    let id = |raw: u128| Shown(VmId::from_u128(raw));
    match meter.kind {
        usage::RUNNING_VM | usage::ALLOCATED_VM => {
            o.put("virtualmachineid", id(meter.resource));
            o.put("usageid", id(meter.resource));
            o.put("offeringid", meter.offering.map(id));
            machine(look, VmId::from_u128(meter.resource), o);
        }
        usage::SECURITY_GROUP => {
            o.put("virtualmachineid", id(meter.resource));
            o.put("usageid", meter.offering.map(id));
        }
        usage::NETWORK_OFFERING => {
            o.put("virtualmachineid", id(meter.resource));
            o.put("usageid", id(meter.resource));
            o.put("offeringid", meter.offering.map(id));
            o.put("isdefault", meter.special);
        }
        usage::IP_ADDRESS => {
            o.put("usageid", id(meter.resource));
            o.put("issourcenat", meter.special);
            o.put("issystem", false);
        }
        usage::NETWORK => {
            o.put("usageid", id(meter.resource));
            o.put("networkid", id(meter.resource));
            o.put("offeringid", meter.offering.map(id));
        }
        _ => {
            o.put("usageid", id(meter.resource));
            o.put("offeringid", meter.offering.map(id));
            o.put("virtualsize", meter.size);
        }
    }
    o.put("templateid", meter.template.map(id));
    o.put("size", meter.size);
    let at = |millis: u64| Timestamp::from_micros(millis.saturating_mul(1_000));
    o.put("startdate", at(record.from));
    o.put("enddate", at(record.until));
}

/// What a machine is now, if it still is.
fn machine(look: Look<'_>, id: VmId, o: &mut Object<'_>) {
    let Some(vm) = look.view.vm(id) else { return };
    o.put("type", &vm.hypervisor);
    o.put("cpunumber", vm.cores);
    o.put("cpuspeed", vm.speed);
    o.put("memory", vm.ram);
}

/// What the thing is called, if it still is.
fn name_of(look: Look<'_>, meter: &Meter) -> Option<String> {
    let (view, id) = (look.view, meter.resource);
    match meter.kind {
        usage::VOLUME => view.volume(VolumeId::from_u128(id)).map(|row| row.name.to_string()),
        usage::TEMPLATE => view.template(TemplateId::from_u128(id)).map(|row| row.name.to_string()),
        usage::NETWORK => view.network(NetworkId::from_u128(id)).map(|row| row.name.to_string()),
        usage::IP_ADDRESS => view.public_ip(PublicIpId::from_u128(id)).map(|row| row.address.to_string()),
        _ => view.vm(VmId::from_u128(id)).map(|row| row.name.to_string()),
    }
}

/// The name of a kind as people say it.
fn words(name: &str) -> String {
    format!("{} usage", name.to_ascii_lowercase().replace('_', " "))
}

fn list_types(_: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    reply.all(USAGE_TYPES.iter().collect(), |o, spec| {
        o.put("id", u32::from(spec.number));
        o.put("name", spec.name);
        o.put("description", words(spec.name));
        o.put("usagetypeid", u32::from(spec.number));
    });
    Ok(())
}

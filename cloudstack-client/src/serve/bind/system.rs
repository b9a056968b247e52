//! The server itself: which commands it answers, what it can do, its settings.

use super::{Ask, Fault, Look, Object, binds, has_keyword, says};
use crate::catalogue::{self, Command, Kind, Param, Shape};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::{Api, VERSION, allowed, args, setting_is, setting_or, throttling};
use cloudstack_core::base::id::AccountId;
use cloudstack_core::base::id::EntityId;
use cloudstack_core::flow::setting::{self, SetSetting};
use cloudstack_core::model::setting::{CATALOGUE, Domain, SettingSpec};

binds! {
    "listApis" read list_apis;
    "listCapabilities" read list_capabilities;
    "listConfigurations" read list_settings;
    "updateConfiguration" act update_setting, show_setting;
    "cloudianIsEnabled" read cloudian;
    "getCloudIdentifier" read identifier;
    "listInfrastructure" read infrastructure;
    "listManagementServers" read list_servers;
    "readyForShutdown" read ready_for_shutdown;
}

/// What `listApis` calls a kind of value.
const fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::Decimal => "float",
        Kind::Integer => "integer",
        Kind::Long => "long",
        Kind::Text => "string",
        Kind::Uuid => "uuid",
        Kind::TextList | Kind::UuidList | Kind::Objects => "list",
        Kind::Map => "map",
        Kind::Object => "responseobject",
    }
}

fn list_apis(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let name = ask.args.text("name");
    let rows: Vec<&Command> =
        Api::commands().filter(|row| allowed(ask.caller, row) && name.is_none_or(|name| name == row.name)).collect();
    if let Some(name) = name.filter(|_| rows.is_empty()) {
        return Err(Fault::invalid("name", name, "give the name of a command that is open to you"));
    }
    let reader = args::role_of(ask.caller);
    reply.all(rows, |o, row| api_fields(row, o, |p| ask.caller.is_root() || p.roles.allows(reader)));
    Ok(())
}

fn api_fields(row: &'static Command, o: &mut Object<'_>, open: impl Fn(&Param) -> bool) {
    o.put("name", row.name);
    o.put("description", row.doc);
    o.put("since", if row.since.is_empty() { None } else { Some(row.since) });
    o.put("isasync", row.answer.is_async());
    o.put("related", "");
    o.each("params", row.params.iter().filter(|p| open(p)), |o, param| {
        o.put("name", param.name);
        o.put("description", param.doc);
        o.put("type", type_name(param.kind));
        o.put("length", param.max_len);
        o.put("required", param.required);
        o.put("since", if param.since.is_empty() { None } else { Some(param.since) });
        o.put("related", "");
    });
    o.each("response", row.reply.fields, |o, field| field_fields(field, o, 0));
    o.put("type", if row.entity.is_empty() { None } else { Some(row.entity) });
}

/// How deep shapes inside shapes are told: some hold themselves.
const DEEPEST: usize = 2;

fn field_fields(field: &'static catalogue::Field, o: &mut Object<'_>, depth: usize) {
    o.put("name", field.name);
    o.put("description", field.doc);
    o.put("type", type_name(field.kind));
    let inside: Option<&'static Shape> = field.shape.filter(|_| depth < DEEPEST);
    if let Some(shape) = inside {
        o.each("response", shape.fields, |o, field| field_fields(field, o, depth + 1));
    }
}

fn list_capabilities(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let view = ask.view();
    let (most, interval) = throttling(view);
    let groups = view.zones().iter().any(|zone| zone.security_groups);
    let throttled = setting_is(view, "api.throttling.enabled");
    reply.one(|o| {
        o.put("securitygroupsenabled", groups);
        o.put("dynamicrolesenabled", true);
        o.put("cloudstackversion", VERSION);
        o.put("userpublictemplateenabled", true);
        o.put("supportELB", "false");
        o.put("projectinviterequired", setting_is(view, "project.invite.required"));
        o.put("allowusercreateprojects", true);
        o.put("customdiskofferingminsize", setting_or(view, "custom.diskoffering.size.min", 1));
        o.put("customdiskofferingmaxsize", setting_or(view, "custom.diskoffering.size.max", 1_024));
        o.put("regionsecondaryenabled", false);
        o.put("apilimitinterval", throttled.then_some(interval.as_micros() / 1_000_000));
        o.put("kvmsnapshotenabled", false);
        o.put("snapshotshowchainsize", false);
        o.put("apilimitmax", throttled.then_some(most));
        o.put("allowuserviewdestroyedvm", setting_is(view, "allow.user.view.destroyed.vm"));
        o.put("allowuserexpungerecovervm", setting_is(view, "allow.user.expunge.recover.vm"));
        o.put("allowuserexpungerecovervolume", false);
        o.put("allowuserviewalldomainaccounts", false);
        o.put("allowuserforcestopvm", true);
        o.put("kubernetesserviceenabled", false);
        o.put("kubernetesclusterexperimentalfeaturesenabled", false);
        o.put("defaultuipagesize", setting_or(view, "default.ui.page.size", 20));
    });
    Ok(())
}

fn list_settings(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    super::refuse(ask, &["zoneid", "clusterid", "storageid", "accountid", "domainid", "imagestoreuuid"])?;
    let name = ask.args.text("name");
    let rows = CATALOGUE.iter().filter(|spec| {
        name.is_none_or(|name| name == spec.name)
            && says(ask, "category", "Advanced")
            && (has_keyword(ask, spec.name) || has_keyword(ask, spec.about))
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, spec| setting_fields(look, spec, o));
    Ok(())
}

fn setting_fields(look: Look<'_>, spec: &SettingSpec, o: &mut Object<'_>) {
    o.put("category", "Advanced");
    o.put("name", spec.name);
    o.put("value", (!spec.is_secret()).then(|| setting::text(look.view, spec.name)));
    o.put("defaultvalue", spec.default);
    o.put("description", spec.about);
    o.put("isdynamic", true);
    o.put("component", "management-server");
    o.put("displaytext", spec.name);
    let (kind, options) = match spec.domain {
        Domain::Bool => ("Boolean", None),
        Domain::Int(..) => ("Number", None),
        Domain::Decimal(..) => ("Decimal", None),
        Domain::OneOf(words) => ("Select", Some(words.join(","))),
        Domain::Text | Domain::Secret => ("String", None),
    };
    o.put("type", kind);
    o.put("options", options);
}

/// A setting has no id: its place in the catalogue stands for it.
fn show_setting(look: Look<'_>, at: u128, o: &mut Object<'_>) -> bool {
    let spec = usize::try_from(at).ok().and_then(|at| CATALOGUE.get(at));
    spec.map(|spec| setting_fields(look, spec, o)).is_some()
}

async fn update_setting(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    super::refuse(ask, &["zoneid", "clusterid", "storageid", "accountid", "domainid", "imagestoreuuid"])?;
    let name = args.need_text("name")?;
    let at = CATALOGUE.iter().position(|spec| spec.name == name);
    let at = at.ok_or_else(|| Fault::invalid("name", name, "listConfigurations has the names"))?;
    let value = args.any_text("value").ok_or_else(|| Fault::missing("value"))?;
    ask.run(SetSetting { name: name.to_owned(), value: Some(value.to_owned()) }, None::<AccountId>).await?;
    Ok(Done { id: Some(at as u128), job: None })
}

fn cloudian(_: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    reply.one(|o| o.put("enabled", false));
    Ok(())
}

fn identifier(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let user = ask.view().user(ask.caller.user).map(|user| user.id);
    // The region is as old as the cloud, and never changes.
    let cloud = ask.view().regions().iter().next().map(|region| region.id);
    reply.one(|o| {
        o.maybe("userid", user);
        o.maybe("cloudidentifier", cloud);
    });
    Ok(())
}

fn infrastructure(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let view = ask.view();
    let sockets = view.hosts().iter().count();
    reply.one(|o| {
        o.put("zones", view.zones().len());
        o.put("pods", view.pods().len());
        o.put("clusters", view.clusters().len());
        o.put("hosts", view.hosts().len());
        o.put("storagepools", view.pools().len());
        o.put("imagestores", view.image_stores().len());
        o.put("systemvms", 0_u32);
        o.put("routers", 0_u32);
        o.put("internallbs", 0_u32);
        o.put("cpusockets", sockets);
        o.put("managementservers", 1_u32);
    });
    Ok(())
}

fn list_servers(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let region = ask.view().regions().iter().next().map(|r| r.id.to_u128());
    let rows: Vec<u128> = region.into_iter().filter(|_| says(ask, "name", "embedded") && !ask.args.has("id")).collect();
    reply.all(rows, |o, _| {
        o.put("name", "embedded");
        o.put("state", "Up");
        o.put("version", VERSION);
    });
    Ok(())
}

fn ready_for_shutdown(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let under_way = ask.view().jobs().iter().filter(|job| job.finished.is_none()).count();
    reply.one(|o| {
        o.put("readyforshutdown", under_way == 0);
        o.put("shutdowntriggered", false);
        o.put("pendingjobscount", under_way);
    });
    Ok(())
}

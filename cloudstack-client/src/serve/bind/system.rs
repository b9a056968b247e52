//! The server itself: which commands it answers, what it can do, its settings.

use super::{Ask, Fault, Object, binds, says};
use crate::catalogue::{self, ApiDoc, Command, FieldDoc, Roles};
use crate::serve::ask::Reply;
use crate::serve::{Api, VERSION, allowed, args, throttling};
use cloudstack_core::base::id::EntityId;
use cloudstack_core::flow::setting;

binds! {
    "listApis" read list_apis;
    "listCapabilities" read list_capabilities;
    "cloudianIsEnabled" read cloudian;
    "getCloudIdentifier" read identifier;
    "listInfrastructure" read infrastructure;
    "listManagementServers" read list_servers;
    "readyForShutdown" read ready_for_shutdown;
}

fn list_apis(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let name = ask.args.text("name");
    let open = |row: &&Command| allowed(ask.view(), ask.caller, row) && name.is_none_or(|name| name == row.name);
    let rows: Vec<&'static Command> = Api::commands().filter(open).collect();
    if let Some(name) = name.filter(|_| rows.is_empty()) {
        return Err(Fault::invalid("name", name, "give the name of a command that is open to you"));
    }
    let reader = if ask.caller.is_root() { Roles::ANYONE } else { args::role_of(ask.caller) };
    reply.all(catalogue::apis(&rows, reader), |o, api| api_fields(&api, o));
    Ok(())
}

/// A text that says something.
fn told(text: &str) -> Option<&str> {
    if text.is_empty() { None } else { Some(text) }
}

fn api_fields(api: &ApiDoc, o: &mut Object<'_>) {
    o.put("name", api.name);
    o.put("description", api.description);
    o.put("since", told(api.since));
    o.put("isasync", api.isasync);
    o.put("related", api.related.as_str());
    o.each("params", &api.params, |o, param| {
        o.put("name", param.name);
        o.put("description", param.description);
        o.put("type", param.r#type);
        o.put("length", param.length);
        o.put("required", param.required);
        o.put("since", told(param.since));
        o.put("related", told(&param.related));
    });
    o.each("response", &api.response, field_fields);
}

fn field_fields(o: &mut Object<'_>, field: &FieldDoc) {
    o.put("name", field.name);
    o.put("description", field.description);
    o.put("type", field.r#type);
    if !field.response.is_empty() {
        o.each("response", &field.response, field_fields);
    }
}

fn list_capabilities(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let view = ask.view();
    let (most, interval) = throttling(view);
    let groups = view.zones().iter().any(|zone| zone.security_groups);
    let throttled = setting::is(view, "api.throttling.enabled");
    reply.one(|o| {
        o.put("securitygroupsenabled", groups);
        o.put("dynamicrolesenabled", true);
        o.put("cloudstackversion", VERSION);
        o.put("userpublictemplateenabled", setting::is(view, "allow.public.user.templates"));
        o.put("supportELB", "false");
        o.put("projectinviterequired", setting::is(view, "project.invite.required"));
        o.put("allowusercreateprojects", setting::is(view, "allow.user.create.projects"));
        o.put("customdiskofferingminsize", setting::int(view, "custom.diskoffering.size.min"));
        o.put("customdiskofferingmaxsize", setting::int(view, "custom.diskoffering.size.max"));
        o.put("regionsecondaryenabled", false);
        o.put("apilimitinterval", throttled.then_some(interval.as_micros() / 1_000_000));
        o.put("kvmsnapshotenabled", false);
        o.put("snapshotshowchainsize", false);
        o.put("apilimitmax", throttled.then_some(most));
        o.put("allowuserviewdestroyedvm", setting::is(view, "allow.user.view.destroyed.vm"));
        o.put("allowuserexpungerecovervm", setting::is(view, "allow.user.expunge.recover.vm"));
        o.put("allowuserexpungerecovervolume", false);
        o.put("allowuserviewalldomainaccounts", false);
        o.put("allowuserforcestopvm", true);
        o.put("kubernetesserviceenabled", false);
        o.put("kubernetesclusterexperimentalfeaturesenabled", false);
        o.put("defaultuipagesize", setting::int(view, "default.ui.page.size"));
    });
    Ok(())
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

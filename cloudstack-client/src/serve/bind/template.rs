//! Templates.

use super::{Ask, Fault, Look, Object, binds, has_keyword, need_name, owner, refuse, says, tags};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use cloudstack_core::base::Bytes;
use cloudstack_core::base::id::{AccountId, EntityId, ProjectId, TemplateId, ZoneId};
use cloudstack_core::flow::access;
use cloudstack_core::flow::image::RegisterTemplate;
use cloudstack_core::flow::image::share::{ShareTemplate, Sharing};
use cloudstack_core::model::Value;
use cloudstack_core::model::image::Template;
use std::collections::BTreeSet;

binds! {
    "listTemplates" read list_templates;
    "registerTemplate" act register, show_template;
    "listTemplatePermissions" read list_permissions;
    "updateTemplatePermissions" act share;
}

/// What `templatefilter` lets through.
fn filter(ask: &Ask<'_>) -> Result<impl Fn(&Template) -> bool, Fault> {
    let scope = Scope::of(ask)?;
    let word = ask.args.need_text("templatefilter")?.to_ascii_lowercase();
    let known = ["featured", "self", "selfexecutable", "sharedexecutable", "executable", "community", "shared", "all"];
    if !known.contains(&word.as_str()) {
        let given = ask.args.text("templatefilter").unwrap_or("");
        return Err(Fault::invalid("templatefilter", given, &format!("give one of {}", known.join(", "))));
    }
    if word == "all" && !ask.caller.is_root() {
        return Err(Fault::denied("parameter `templatefilter`: only administrators see all templates"));
    }
    let (view, own) = (ask.view(), ask.caller.account);
    let root = ask.caller.is_root();
    let see = |t: &Template| cloudstack_core::flow::access::see_template(view, ask.caller, t);
    Ok(move |t: &Template| match word.as_str() {
        "featured" => t.featured && t.ready && see(t),
        "community" => t.public && !t.featured && t.ready && see(t),
        "self" => scope.holds(view, t.account) || t.account == own,
        "selfexecutable" => (scope.holds(view, t.account) || t.account == own) && t.ready,
        "executable" => t.ready && (see(t) || scope.holds(view, t.account)),
        "sharedexecutable" | "shared" => !t.public && t.account != own && see(t),
        "all" => root,
        _ => false,
    })
}

fn list_templates(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, ids, zone) = (args.id::<TemplateId>("id"), args.ids::<TemplateId>("ids"), args.id::<ZoneId>("zoneid"));
    let passes = filter(ask)?;
    let rows = ask.view().templates().iter().filter(|template| {
        passes(template)
            && id.is_none_or(|id| id == template.id)
            && (ids.is_empty() || ids.contains(&template.id))
            && zone.is_none_or(|zone| zone == template.zone)
            && says(ask, "name", template.name.as_str())
            && says(ask, "hypervisor", &template.hypervisor)
            && args.flag("isready").is_none_or(|on| on == template.ready)
            && has_keyword(ask, template.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, template| template_fields(look, template, o));
    Ok(())
}

fn show_template(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.template(TemplateId::from_u128(id)).map(|template| template_fields(look, template, o)).is_some()
}

fn template_fields(look: Look<'_>, template: &Template, o: &mut Object<'_>) {
    o.id("id", template.id);
    o.put("name", template.name.as_str());
    o.put("displaytext", template.name.as_str());
    o.put("ispublic", template.public);
    o.put("isready", template.ready);
    o.put("passwordenabled", false);
    o.put("format", &template.format);
    o.put("isfeatured", template.featured);
    o.put("crossZones", false);
    o.put("ostypename", &template.os);
    owner(look, template.account, o);
    o.id("zoneid", template.zone);
    o.put("zonename", look.view.zone(template.zone).map(|z| z.name.as_str()));
    o.put("status", if template.ready { "Download Complete" } else { "Downloading" });
    o.put("size", template.size);
    o.put("templatetype", "USER");
    o.put("hypervisor", &template.hypervisor);
    o.put("isextractable", template.extractable);
    o.put("sshkeyenabled", false);
    o.put("isdynamicallyscalable", false);
    o.put("url", &template.url);
    tags(look, template.id, o);
}

async fn register(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["projectid", "account", "domainid", "extensionid"])?;
    let zones = args.ids::<ZoneId>("zoneids");
    let zone = match (args.id::<ZoneId>("zoneid"), zones.as_slice()) {
        (Some(zone), []) => zone,
        (None, [zone]) => *zone,
        (None, []) => return Err(Fault::missing("zoneid")),
        _ => return Err(Fault::refused("parameters `zoneid` and `zoneids`: give one zone")),
    };
    let wish = RegisterTemplate {
        zone,
        name: need_name(ask, "name")?,
        hypervisor: args.need_text("hypervisor")?.to_owned(),
        format: args.need_text("format")?.to_owned(),
        size: Bytes::ZERO,
        os: "Other (64-bit)".to_owned(),
        url: args.need_text("url")?.to_owned(),
        public: args.is("ispublic"),
        checksum: args.text("checksum").map(str::to_owned),
    };
    ask.make(wish).await
}

fn list_permissions(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let id = ask.args.need::<TemplateId>("id")?;
    let view = ask.view();
    // Who may use it is for its owner to know.
    let template = view
        .template(id)
        .filter(|t| view.account(t.account).is_some_and(|owner| access::may_see(view, ask.caller, owner)));
    let template = template.ok_or_else(|| Fault::foreign("id", &id.to_string()))?;
    let (mut accounts, mut projects) = (Vec::new(), Vec::new());
    for permission in view.launch_permissions().by("template", id) {
        let Some(account) = view.account(permission.account) else { continue };
        match access::project_of(view, account) {
            Some(project) => projects.push(project.id.to_string()),
            None => accounts.push(account.name.to_string()),
        }
    }
    reply.one(|o| {
        o.id("id", id);
        o.put("ispublic", template.public);
        o.maybe("domainid", view.account(template.account).map(|a| a.domain));
        o.texts("account", accounts);
        o.texts("projectids", projects);
    });
    Ok(())
}

async fn share(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let template = args.need::<TemplateId>("id")?;
    let domain = ask.view().template(template).and_then(|t| ask.view().account(t.account)).map(|a| a.domain);
    let domain = domain.unwrap_or(ask.caller.domain);
    let mut whom: BTreeSet<AccountId> = BTreeSet::new();
    for text in args.texts("accounts") {
        // Names of the owner's domain can be given, whoever they are.
        let found = ask.view().accounts().find(0, &[Value::link(domain), Value::text(text)]);
        let none = || Fault::invalid("accounts", text, "give names of accounts of the template's domain");
        whom.insert(found.ok_or_else(none)?.id);
    }
    for project in args.ids::<ProjectId>("projectids") {
        whom.insert(scope::project(ask, project)?);
    }
    let sharing = match args.text("op").map(str::to_ascii_lowercase).as_deref() {
        None if whom.is_empty() => None,
        Some("add") => Some(Sharing::Add(whom)),
        Some("remove") => Some(Sharing::Remove(whom)),
        Some("reset") => Some(Sharing::Reset),
        other => return Err(Fault::invalid("op", other.unwrap_or(""), "give add, remove or reset")),
    };
    let wish = ShareTemplate {
        public: args.flag("ispublic"),
        featured: args.flag("isfeatured"),
        extractable: args.flag("isextractable"),
        sharing,
        ..ShareTemplate::of(template)
    };
    ask.act(wish, template).await?;
    Ok(Done::default())
}

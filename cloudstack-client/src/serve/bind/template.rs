//! Templates.

use super::{Ask, Fault, Look, Object, binds, has_keyword, need_name, no_tags, owner, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::Scope;
use cloudstack_core::base::Bytes;
use cloudstack_core::base::id::{EntityId, TemplateId, ZoneId};
use cloudstack_core::flow::image::RegisterTemplate;
use cloudstack_core::model::image::Template;

binds! {
    "listTemplates" read list_templates;
    "registerTemplate" act register, show_template;
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
        // A public template of this cloud is a featured one.
        "featured" => t.public && t.ready,
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
    o.put("isfeatured", template.public);
    o.put("crossZones", false);
    o.put("ostypename", &template.os);
    owner(look, template.account, o);
    o.id("zoneid", template.zone);
    o.put("zonename", look.view.zone(template.zone).map(|z| z.name.as_str()));
    o.put("status", if template.ready { "Download Complete" } else { "Downloading" });
    o.put("size", template.size);
    o.put("templatetype", "USER");
    o.put("hypervisor", &template.hypervisor);
    o.put("isextractable", false);
    o.put("sshkeyenabled", false);
    o.put("isdynamicallyscalable", false);
    o.put("url", &template.url);
    no_tags(o);
}

async fn register(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["projectid", "account", "domainid", "checksum", "extensionid"])?;
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
    };
    ask.make(wish).await
}

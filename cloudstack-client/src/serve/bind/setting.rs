//! Settings, for the whole cloud and for parts of it.

use super::{Ask, Fault, Object, binds, has_keyword, says};
use crate::serve::ask::{Done, Page, Reply};
use cloudstack_core::flow::setting::{self, SetSettingAt, Shown};
use cloudstack_core::model::setting::{Domain, Scope, ScopeKind, SettingSpec, all, find};
use std::collections::BTreeSet;

binds! {
    "listConfigurations" read list_settings;
    "listConfigurationGroups" read list_groups;
    "updateConfiguration" act update_setting;
}

/// The part of the cloud that a request is about.
fn scope(ask: &Ask<'_>) -> Result<Scope, Fault> {
    let args = &ask.args;
    let scopes = [
        args.id("zoneid").map(Scope::Zone),
        args.id("clusterid").map(Scope::Cluster),
        args.id("storageid").map(Scope::Pool),
        args.id("imagestoreuuid").map(Scope::ImageStore),
        args.id("accountid").map(Scope::Account),
        args.id("domainid").map(Scope::Domain),
    ];
    let mut given = scopes.into_iter().flatten();
    match (given.next(), given.next()) {
        (None, _) => Ok(Scope::Global),
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(Fault::refused("a setting is asked for in one place: give one id")),
    }
}

fn list_settings(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    super::refuse(ask, &["managementserverid"])?;
    let scope = scope(ask)?;
    let shown = setting::list(ask.view(), ask.caller, scope, None).map_err(|e| ask.fault(&e))?;
    let rows = shown.iter().filter(|shown| {
        let spec = shown.spec;
        says(ask, "name", spec.name)
            && says(ask, "category", spec.category)
            && says(ask, "group", spec.category)
            && !ask.args.has("subgroup")
            && !ask.args.has("parent")
            && (has_keyword(ask, spec.name) || has_keyword(ask, spec.about))
    });
    reply.list(Page::of(ask, None, rows)?, |o, shown| setting_fields(shown, o));
    Ok(())
}

/// What clients call the kinds of scope of a setting.
fn scopes(spec: &SettingSpec) -> String {
    let word = |kind: ScopeKind| match kind {
        ScopeKind::Global => "Global",
        ScopeKind::Zone => "Zone",
        ScopeKind::Cluster => "Cluster",
        ScopeKind::Pool => "StoragePool",
        ScopeKind::ImageStore => "ImageStore",
        ScopeKind::Domain => "Domain",
        ScopeKind::Account => "Account",
    };
    let words: Vec<&str> = std::iter::once(ScopeKind::Global).chain(spec.scopes.iter()).map(word).collect();
    words.join(",")
}

fn setting_fields(shown: &Shown, o: &mut Object<'_>) {
    let spec = shown.spec;
    o.put("category", spec.category);
    o.put("group", spec.category);
    o.put("name", spec.name);
    o.put("value", &shown.value);
    o.put("defaultvalue", if spec.is_secret() { "" } else { spec.default });
    o.put("scope", scopes(spec));
    o.put("description", if spec.about.is_empty() { spec.name } else { spec.about });
    o.put("isdynamic", spec.hot);
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

fn list_groups(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let groups: BTreeSet<&str> = all().values().map(|spec| spec.category).collect();
    let rows = groups.into_iter().filter(|group| says(ask, "group", group) && has_keyword(ask, group)).collect();
    reply.all(rows, |o, group: &str| {
        o.put("name", group);
        o.each("subgroup", std::iter::empty::<()>(), |_, ()| {});
    });
    Ok(())
}

async fn update_setting(ask: &Ask<'_>) -> Result<Done, Fault> {
    super::refuse(ask, &["managementserverid"])?;
    let args = &ask.args;
    let (scope, name) = (scope(ask)?, args.need_text("name")?.to_owned());
    let spec = find(&name).ok_or_else(|| Fault::invalid("name", &name, "listConfigurations has the names"))?;
    let value = args.any_text("value").ok_or_else(|| Fault::missing("value"))?;
    ask.also(SetSettingAt { scope, name: name.clone(), value: Some(value.to_owned()) }).await?;
    Ok(Done::told(move |look, o| {
        let shown = setting::list(look.view, look.caller, scope, Some(spec.name)).unwrap_or_default();
        if let Some(shown) = shown.iter().find(|shown| shown.spec.name == spec.name) {
            setting_fields(shown, o);
        }
    }))
}

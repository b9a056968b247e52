//! Tags.

use super::{Ask, Fault, Look, Object, binds, has_keyword, owner};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::entity;
use crate::serve::scope::Scope;
use crate::serve::write::Shown;
use cloudstack_core::base::id::{EntityId, VmId};
use cloudstack_core::flow::resource::tag::{self, AddTags, RemoveTags, TagQuery};
use cloudstack_core::model::resource::{Resource, ResourceKind, Tag};
use std::collections::{BTreeMap, BTreeSet};

binds! {
    "createTags" act create;
    "deleteTags" act delete;
    "listTags" read list;
}

/// Kinds of things by the names that clients have for them.
const KINDS: &[(&str, ResourceKind)] = &[
    ("UserVm", ResourceKind::Vm),
    ("Volume", ResourceKind::Volume),
    ("Template", ResourceKind::Template),
    ("Network", ResourceKind::Network),
    ("Nic", ResourceKind::Nic),
    ("SecurityGroup", ResourceKind::SecurityGroup),
    ("PublicIpAddress", ResourceKind::PublicIp),
    ("FirewallRule", ResourceKind::FirewallRule),
    ("PortForwardingRule", ResourceKind::PortForward),
    ("LoadBalancer", ResourceKind::LoadBalancer),
    ("FirewallRule", ResourceKind::FirewallRule),
    ("PortForwardingRule", ResourceKind::PortForward),
    ("LoadBalancer", ResourceKind::LoadBalancer),
    ("Account", ResourceKind::Account),
    ("Domain", ResourceKind::Domain),
    ("Zone", ResourceKind::Zone),
    ("ServiceOffering", ResourceKind::ComputeOffering),
    ("DiskOffering", ResourceKind::DiskOffering),
    ("NetworkOffering", ResourceKind::NetworkOffering),
];

/// A kind by its name.
pub(super) fn kind(text: &str) -> Result<ResourceKind, Fault> {
    let found = KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, kind)| *kind);
    let names = || KINDS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| Fault::invalid("resourcetype", text, &format!("give one of {}", names())))
}

/// The name of a kind.
pub(super) fn kind_word(kind: ResourceKind) -> Option<&'static str> {
    KINDS.iter().find(|(_, known)| *known == kind).map(|(name, _)| *name)
}

/// The id of a thing of whatever kind.
pub(super) fn thing(text: &str) -> Result<u128, Fault> {
    entity::parse(text).ok_or_else(|| Fault::invalid("resourceid", text, "give the id of a thing"))
}

/// The things that a request names.
fn resources(ask: &Ask<'_>) -> Result<BTreeSet<Resource>, Fault> {
    let kind = kind(ask.args.need_text("resourcetype")?)?;
    let wrong = |text: &str| Fault::invalid("resourceids", text, "give ids");
    let one = |text: &&str| entity::parse(text).map(|id| Resource { kind, id }).ok_or_else(|| wrong(text));
    ask.args.texts("resourceids").iter().map(one).collect()
}

async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    let customer = ask.args.text("customer").map(str::to_owned);
    let pairs = ask.args.pairs("tags");
    let wish = AddTags { customer, ..AddTags::new(resources(ask)?, pairs) };
    ask.run(wish, |()| None).await.map(|(_, done)| done)
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let value = |text: &str| if text.is_empty() { None } else { Some(text.to_owned()) };
    let tags: BTreeMap<_, _> =
        ask.args.pairs("tags").into_iter().map(|(key, text)| (key.to_owned(), value(text))).collect();
    ask.run(RemoveTags { resources: resources(ask)?, tags }, |_| None).await.map(|(_, done)| done)
}

fn list(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let scope = Scope::of(ask)?;
    let text = |name| args.text(name).map(str::to_owned);
    let resource = args.text("resourceid").map(thing).transpose()?;
    let query = TagQuery {
        resource,
        kind: args.text("resourcetype").map(kind).transpose()?,
        key: text("key"),
        value: text("value"),
        customer: text("customer"),
    };
    let rows = tag::list(ask.view(), ask.caller, &query).filter(|tag| {
        tag.account.is_none_or(|account| resource.is_some() || scope.holds(ask.view(), account))
            && (has_keyword(ask, &tag.key) || has_keyword(ask, &tag.value))
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, tag| tag_fields(look, tag, o));
    Ok(())
}

/// A tag, in a list of its own or inside what has it.
pub(super) fn tag_fields(look: Look<'_>, tag: &Tag, o: &mut Object<'_>) {
    o.put("key", &tag.key);
    o.put("value", &tag.value);
    o.put("resourcetype", kind_word(tag.resource.kind));
    // Every id shows itself alike.
    o.put("resourceid", Shown(VmId::from_u128(tag.resource.id)));
    if let Some(account) = tag.account {
        owner(look, account, o);
    }
    o.put("customer", tag.customer.as_ref());
}

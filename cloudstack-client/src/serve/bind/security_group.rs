//! Security groups and their rules.

use super::{Ask, Fault, Look, Object, binds, has_keyword, need_name, no_tags, owner, says, tags};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use crate::serve::write::Shown;
use cloudstack_core::base::id::{EntityId, RuleId, SecurityGroupId, VmId};
use cloudstack_core::flow::security_group::{AddSecurityGroup, Authorize, DeleteSecurityGroup, Revoke, named};
use cloudstack_core::model::Value;
use cloudstack_core::model::network::SecurityGroup;
use cloudstack_core::model::network::security_rule::{Direction, IcmpKind, Peer, Ports, SecurityRule, Service};
use ipnet::IpNet;

binds! {
    "listSecurityGroups" read list_groups;
    "createSecurityGroup" act create, show_group;
    "deleteSecurityGroup" act delete;
    "authorizeSecurityGroupIngress" act authorize_ingress, show_group as "createSecurityGroup";
    "authorizeSecurityGroupEgress" act authorize_egress, show_group as "createSecurityGroup";
    "revokeSecurityGroupIngress" act revoke_ingress;
    "revokeSecurityGroupEgress" act revoke_egress;
}

fn list_groups(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let scope = Scope::of(ask)?;
    let id = args.id::<SecurityGroupId>("id");
    let of = args.id::<VmId>("virtualmachineid").and_then(|vm| ask.view().vm(vm));
    let rows = scope.rows::<SecurityGroup>(ask.view()).filter(|group| {
        id.is_none_or(|id| id == group.id)
            && of.is_none_or(|vm| vm.groups.contains(&group.id))
            && says(ask, "securitygroupname", group.name.as_str())
            && has_keyword(ask, group.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, group| group_fields(look, group, o));
    Ok(())
}

fn show_group(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.security_group(SecurityGroupId::from_u128(id)).map(|group| group_fields(look, group, o)).is_some()
}

fn group_fields(look: Look<'_>, group: &SecurityGroup, o: &mut Object<'_>) {
    o.id("id", group.id);
    o.put("name", group.name.as_str());
    o.put("description", &group.description);
    owner(look, group.account, o);
    let of = |direction| group.rules.iter().filter(move |rule| rule.direction == direction);
    o.each("ingressrule", of(Direction::Ingress), |o, rule| rule_fields(look, rule, o));
    o.each("egressrule", of(Direction::Egress), |o, rule| rule_fields(look, rule, o));
    tags(look, group.id, o);
}

fn rule_fields(look: Look<'_>, rule: &SecurityRule, o: &mut Object<'_>) {
    o.id("ruleid", rule.id);
    match rule.service {
        Service::All => o.put("protocol", "all"),
        Service::Tcp(ports) | Service::Udp(ports) => {
            o.put("protocol", if matches!(rule.service, Service::Tcp(_)) { "tcp" } else { "udp" });
            o.put("startport", ports.first);
            o.put("endport", ports.last);
        }
        Service::Icmp(kind) => {
            o.put("protocol", "icmp");
            o.put("icmptype", kind.map_or(-1, |k| i32::from(k.kind)));
            o.put("icmpcode", kind.map_or(-1, |k| i32::from(k.code)));
        }
        Service::Protocol(number) => o.put("protocol", Shown(number)),
    }
    match rule.peer {
        Peer::Cidr(net) => o.put("cidr", Shown(net)),
        Peer::Group(id) => {
            let group = look.view.security_group(id);
            o.put("securitygroupname", group.map(|g| g.name.as_str()));
            let account = group.and_then(|g| look.view.account(g.account));
            o.put("account", account.map(|a| a.name.as_str()));
        }
    }
    no_tags(o);
}

async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    let account = scope::owner(ask)?;
    let description = ask.args.text("description").unwrap_or("").to_owned();
    ask.make(AddSecurityGroup { name: need_name(ask, "name")?, description, account }).await
}

/// The group that a request names: by id, or by name in an account.
fn group(ask: &Ask<'_>, id: &str, name: &str) -> Result<SecurityGroupId, Fault> {
    match (ask.args.id::<SecurityGroupId>(id), ask.args.text(name)) {
        (Some(_), Some(_)) => Err(Fault::refused(format!("parameters `{id}` and `{name}` exclude each other"))),
        (Some(id), None) => Ok(id),
        (None, Some(text)) => {
            let account = scope::owner(ask)?.unwrap_or(ask.caller.account);
            let found = named(ask.view(), account, text).map(|g| g.id);
            found.ok_or_else(|| Fault::invalid(name, text, "give the name of a group of the account"))
        }
        (None, None) => Err(Fault::missing(id)),
    }
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let group = group(ask, "id", "name")?;
    ask.act(DeleteSecurityGroup { group }, group).await.map_err(Fault::or_in_use)
}

async fn authorize_ingress(ask: &Ask<'_>) -> Result<Done, Fault> {
    authorize(ask, Direction::Ingress).await
}

async fn authorize_egress(ask: &Ask<'_>) -> Result<Done, Fault> {
    authorize(ask, Direction::Egress).await
}

async fn authorize(ask: &Ask<'_>, direction: Direction) -> Result<Done, Fault> {
    let group = group(ask, "securitygroupid", "securitygroupname")?;
    let (service, peers) = (service(ask)?, peers(ask)?);
    ask.act(Authorize { group, direction, service, peers }, group).await
}

/// What kind of traffic a request names.
pub(super) fn service(ask: &Ask<'_>) -> Result<Service, Fault> {
    let args = &ask.args;
    let given = args.text("protocol");
    match given.map(str::to_ascii_lowercase).as_deref() {
        // Without a protocol it is TCP, as ever.
        None | Some("tcp" | "6") => ports(ask).map(Service::Tcp),
        Some("udp" | "17") => ports(ask).map(Service::Udp),
        Some("icmp" | "1" | "58" | "icmpv6") => icmp(ask).map(Service::Icmp),
        Some("all") => Ok(Service::All),
        Some(other) => match other.parse() {
            Ok(number) if number > 0 => Ok(Service::Protocol(number)),
            _ => Err(Fault::invalid("protocol", other, "give tcp, udp, icmp, all or a number from 1 to 255")),
        },
    }
}

fn ports(ask: &Ask<'_>) -> Result<Ports, Fault> {
    let read = |name| -> Result<Option<u16>, Fault> {
        let number = ask.args.whole(name);
        let port = |n: i64| u16::try_from(n).map_err(|_| Fault::invalid(name, &n.to_string(), "give 0 to 65535"));
        number.map(port).transpose()
    };
    let first = read("startport")?.ok_or_else(|| Fault::missing("startport"))?;
    let last = read("endport")?.unwrap_or(first);
    if first > last {
        return Err(Fault::invalid("endport", &last.to_string(), "it comes after startport"));
    }
    Ok(Ports { first, last })
}

fn icmp(ask: &Ask<'_>) -> Result<Option<IcmpKind>, Fault> {
    let read = |name| -> Result<Option<u8>, Fault> {
        match ask.args.whole(name) {
            None | Some(-1) => Ok(None),
            Some(n) => match u8::try_from(n) {
                Ok(n) => Ok(Some(n)),
                Err(_) => Err(Fault::invalid(name, &n.to_string(), "give 0 to 255, or -1 for all")),
            },
        }
    };
    match (read("icmptype")?, read("icmpcode")?) {
        (None, None) => Ok(None),
        (Some(kind), Some(code)) => Ok(Some(IcmpKind { kind, code })),
        _ => Err(Fault::refused("parameters `icmptype` and `icmpcode`: give both, or -1 for both")),
    }
}

/// The far ends that a request names: blocks of addresses, and groups by account and name.
fn peers(ask: &Ask<'_>) -> Result<Vec<Peer>, Fault> {
    let (args, view) = (&ask.args, ask.view());
    let mut peers = Vec::new();
    for text in args.texts("cidrlist") {
        let net = text.parse::<IpNet>();
        let net = net.map_err(|_| Fault::invalid("cidrlist", text, "give blocks as in 192.0.2.0/24"))?;
        peers.push(Peer::cidr(net));
    }
    for named in args.groups("usersecuritygrouplist") {
        let missing = || Fault::refused("parameter `usersecuritygrouplist`: give account and group");
        let (account, group) = named.get("account").zip(named.get("group")).ok_or_else(missing)?;
        // Groups of accounts of the caller's domain can be named, whoever owns them; nothing else is told of them.
        let owner = view.accounts().find(0, &[Value::link(ask.caller.domain), Value::text(account)]);
        let found = owner.and_then(|owner| self::named(view, owner.id, group));
        let none = || Fault::invalid("usersecuritygrouplist", group, "give a group of an account of the domain");
        peers.push(Peer::Group(found.ok_or_else(none)?.id));
    }
    if peers.is_empty() {
        return Err(Fault::missing("cidrlist"));
    }
    Ok(peers)
}

async fn revoke_ingress(ask: &Ask<'_>) -> Result<Done, Fault> {
    revoke(ask, Direction::Ingress).await
}

async fn revoke_egress(ask: &Ask<'_>) -> Result<Done, Fault> {
    revoke(ask, Direction::Egress).await
}

async fn revoke(ask: &Ask<'_>, direction: Direction) -> Result<Done, Fault> {
    let rule = ask.args.need::<RuleId>("id")?;
    let has = |g: &&SecurityGroup| g.rules.iter().any(|r| r.id == rule && r.direction == direction);
    let group = ask.view().security_groups().iter().find(has).map(|g| g.id);
    let none = || Fault::invalid("id", &rule.to_string(), "give the id of a rule that looks this way");
    let group = group.ok_or_else(none)?;
    ask.act(Revoke { group, rules: [rule].into() }, rule).await
}

//! Firewall, egress and port forwarding rules.

use super::security_group::service;
use super::{Ask, Fault, Look, Object, binds, refuse, tagged, tags};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::Scope;
use crate::serve::write::Shown;
use cloudstack_core::base::id::{EntityId, FirewallRuleId, NetworkId, PortForwardId, PublicIpId, VmId};
use cloudstack_core::flow::network::{
    AddPortForward, CloseEgress, CloseFirewall, DeletePortForward, OpenEgress, OpenFirewall,
};
use cloudstack_core::model::network::rule::{FirewallRule, PortForward, Transport};
use cloudstack_core::model::network::security_rule::{Direction, Ports, Service};
use ipnet::IpNet;
use std::collections::BTreeSet;

binds! {
    "createFirewallRule" act open_firewall, show_rule;
    "deleteFirewallRule" act close_firewall;
    "listFirewallRules" read list_firewall;
    "createEgressFirewallRule" act open_egress, show_rule;
    "deleteEgressFirewallRule" act close_egress;
    "listEgressFirewallRules" read list_egress;
    "createPortForwardingRule" act forward, show_forward;
    "deletePortForwardingRule" act end_forward;
    "listPortForwardingRules" read list_forwards;
}

/// Blocks of addresses.
pub(super) fn blocks(ask: &Ask<'_>, param: &str) -> Result<BTreeSet<IpNet>, Fault> {
    let read = |text: &&str| {
        let wrong = |_| Fault::invalid(param, text, "give blocks as in 192.0.2.0/24");
        text.parse::<IpNet>().map_err(wrong)
    };
    ask.args.texts(param).iter().map(read).collect()
}

/// Blocks as they are told.
pub(super) fn listed(blocks: &BTreeSet<IpNet>) -> String {
    blocks.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// A port that a request names.
pub(super) fn port(ask: &Ask<'_>, param: &str) -> Result<Option<u16>, Fault> {
    let read = |n: i64| {
        let port = u16::try_from(n).ok().filter(|port| *port > 0);
        port.ok_or_else(|| Fault::invalid(param, &n.to_string(), "give 1 to 65535"))
    };
    ask.args.whole(param).map(read).transpose()
}

fn ports(ask: &Ask<'_>, first: &str, last: &str) -> Result<Ports, Fault> {
    let start = port(ask, first)?.ok_or_else(|| Fault::missing(first))?;
    let end = port(ask, last)?.unwrap_or(start);
    if start > end {
        return Err(Fault::invalid(last, &end.to_string(), &format!("it comes after {first}")));
    }
    Ok(Ports { first: start, last: end })
}

/// The protocol of a rule that leads somewhere.
pub(super) fn transport(ask: &Ask<'_>) -> Result<Transport, Fault> {
    match ask.args.text("protocol").map(str::to_ascii_lowercase).as_deref() {
        None | Some("tcp" | "6") => Ok(Transport::Tcp),
        Some("udp" | "17") => Ok(Transport::Udp),
        Some(other) => Err(Fault::invalid("protocol", other, "give tcp or udp")),
    }
}

/// Rules are made by who asks for them; those of the system are not asked for.
fn of_user(ask: &Ask<'_>) -> Result<(), Fault> {
    match ask.args.text("type") {
        Some(text) if !text.eq_ignore_ascii_case("user") => Err(Fault::invalid("type", text, "give User")),
        _ => Ok(()),
    }
}

async fn open_firewall(ask: &Ask<'_>) -> Result<Done, Fault> {
    of_user(ask)?;
    let ip = ask.args.need("ipaddressid")?;
    ask.make(OpenFirewall { ip, service: service(ask)?, from: blocks(ask, "cidrlist")? }).await
}

async fn open_egress(ask: &Ask<'_>) -> Result<Done, Fault> {
    of_user(ask)?;
    let (from, to) = (blocks(ask, "cidrlist")?, blocks(ask, "destcidrlist")?);
    ask.make(OpenEgress { from, to, ..OpenEgress::new(ask.args.need("networkid")?, service(ask)?) }).await
}

async fn close_firewall(ask: &Ask<'_>) -> Result<Done, Fault> {
    let rule = ask.args.need("id")?;
    ask.act(CloseFirewall { rule }, rule).await
}

async fn close_egress(ask: &Ask<'_>) -> Result<Done, Fault> {
    let rule = ask.args.need("id")?;
    ask.act(CloseEgress { rule }, rule).await
}

async fn forward(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["vmguestip"])?;
    let (public, private) = (ports(ask, "publicport", "publicendport")?, ports(ask, "privateport", "privateendport")?);
    let (ip, vm) = (args.need("ipaddressid")?, args.need("virtualmachineid")?);
    let wish = AddPortForward {
        from: blocks(ask, "cidrlist")?,
        open_firewall: args.flag("openfirewall").unwrap_or(true),
        network: args.id("networkid"),
        ..AddPortForward::new(ip, transport(ask)?, public, vm, private)
    };
    ask.make(wish).await
}

async fn end_forward(ask: &Ask<'_>) -> Result<Done, Fault> {
    let rule = ask.args.need("id")?;
    ask.act(DeletePortForward { rule }, rule).await
}

fn list_firewall(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    list(ask, reply, Direction::Ingress)
}

fn list_egress(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    list(ask, reply, Direction::Egress)
}

fn list(ask: &Ask<'_>, reply: &mut Reply<'_>, direction: Direction) -> Result<(), Fault> {
    let (args, view) = (&ask.args, ask.view());
    let scope = Scope::of(ask)?;
    let (id, ip) = (args.id::<FirewallRuleId>("id"), args.id::<PublicIpId>("ipaddressid"));
    let network = args.id::<NetworkId>("networkid");
    let rows = scope.rows::<FirewallRule>(view).filter(|rule| {
        rule.direction == direction
            && scope.holds(view, rule.account)
            && id.is_none_or(|id| id == rule.id)
            && ip.is_none_or(|ip| rule.ip == Some(ip))
            && network.is_none_or(|network| network == rule.network)
            && tagged(ask, rule.id)
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, rule| rule_fields(look, rule, o));
    Ok(())
}

fn show_rule(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.firewall_rule(FirewallRuleId::from_u128(id)).map(|rule| rule_fields(look, rule, o)).is_some()
}

fn rule_fields(look: Look<'_>, rule: &FirewallRule, o: &mut Object<'_>) {
    o.id("id", rule.id);
    match rule.service {
        Service::All => o.put("protocol", "all"),
        Service::Protocol(number) => o.put("protocol", number.to_string()),
        Service::Icmp(kind) => {
            o.put("protocol", "icmp");
            o.put("icmptype", kind.map_or(-1, |kind| i32::from(kind.kind)));
            o.put("icmpcode", kind.map_or(-1, |kind| i32::from(kind.code)));
        }
        Service::Tcp(ports) | Service::Udp(ports) => {
            o.put("protocol", if matches!(rule.service, Service::Tcp(_)) { "tcp" } else { "udp" });
            o.put("startport", ports.first);
            o.put("endport", ports.last);
        }
    }
    if let Some(ip) = rule.ip.and_then(|ip| look.view.public_ip(ip)) {
        o.id("ipaddressid", ip.id);
        o.put("ipaddress", Shown(ip.address));
    }
    o.id("networkid", rule.network);
    o.put("state", rule.state.as_str());
    o.put("cidrlist", listed(&rule.from));
    let to = Some(listed(&rule.to)).filter(|to| !to.is_empty());
    o.put("destcidrlist", to);
    tags(look, rule.id, o);
    o.put("traffictype", if rule.direction == Direction::Ingress { "Ingress" } else { "Egress" });
    o.put("fordisplay", true);
}

fn list_forwards(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (args, view) = (&ask.args, ask.view());
    let scope = Scope::of(ask)?;
    let (id, ip) = (args.id::<PortForwardId>("id"), args.id::<PublicIpId>("ipaddressid"));
    let network = args.id::<NetworkId>("networkid");
    let rows = scope.rows::<PortForward>(view).filter(|rule| {
        scope.holds(view, rule.account)
            && id.is_none_or(|id| id == rule.id)
            && ip.is_none_or(|ip| ip == rule.ip)
            && network.is_none_or(|network| network == rule.network)
            && tagged(ask, rule.id)
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, rule| forward_fields(look, rule, o));
    Ok(())
}

fn show_forward(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.port_forward(PortForwardId::from_u128(id)).map(|rule| forward_fields(look, rule, o)).is_some()
}

/// The machine that a rule leads to.
fn guest(look: Look<'_>, vm: VmId, o: &mut Object<'_>) {
    o.id("virtualmachineid", vm);
    if let Some(vm) = look.view.vm(vm) {
        o.put("virtualmachinename", vm.name.as_str());
        o.put("virtualmachinedisplayname", vm.display_name.as_deref().unwrap_or(vm.name.as_str()));
    }
}

fn forward_fields(look: Look<'_>, rule: &PortForward, o: &mut Object<'_>) {
    o.id("id", rule.id);
    o.put("privateport", rule.to.first);
    o.put("privateendport", rule.to.last);
    o.put("protocol", rule.transport.as_str());
    o.put("publicport", rule.ports.first);
    o.put("publicendport", rule.ports.last);
    guest(look, rule.vm, o);
    o.id("ipaddressid", rule.ip);
    o.put("ipaddress", look.view.public_ip(rule.ip).map(|ip| Shown(ip.address)));
    o.put("state", rule.state.as_str());
    o.put("cidrlist", listed(&rule.from));
    tags(look, rule.id, o);
    o.put("vmguestip", look.view.nic(rule.nic).and_then(|nic| nic.ip4));
    o.id("networkid", rule.network);
    o.put("networkname", look.view.network(rule.network).map(|n| n.name.as_str()));
    o.put("fordisplay", true);
}

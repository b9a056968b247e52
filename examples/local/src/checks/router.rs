//! What a network's router lets out, lets in, and leads where.

use super::{Path, SOON};
use crate::cloud::guests::{http, refused, until};
use crate::cloud::{Lab, name};
use crate::failure::{Failure, Result};
use crate::space::{SITE, WORLD, WORLD_GATEWAY};
use crate::table::Table;
use cloudstack_core::base::id::PublicIpId;
use cloudstack_core::flow::network::router::router_spec;
use cloudstack_core::flow::network::{
    AcquireAddress, AddLoadBalancer, AddPortForward, AddStickiness, AssignMembers, CloseFirewall, EnableStaticNat,
    OpenEgress, OpenFirewall,
};
use cloudstack_core::model::network::rule::Transport;
use cloudstack_core::model::network::security_rule::{Ports, Service};
use cloudstack_core::rules::packet::{IpPacket, Payload, Tracked};
use cloudstack_core::rules::router::oracle::{Entry, Passage, Side, Target, Translation, fate};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// The kind of the device that routes.
const ROUTER: &str = "VirtualRouter";
/// A public port that leads to `web-1`.
const FORWARDED: u16 = 8080;
/// A public port that leads to both.
const BALANCED: u16 = 80;
/// Another one, where each client stays with its member.
const STICKY: u16 = 81;

/// Egress and source NAT, port forwarding behind a firewall, static NAT, and load balancing. Answers the way of a packet.
pub(super) async fn check(lab: &Lab, table: &mut Table) -> Option<Path> {
    outwards(lab, table).await;
    let forwarded = acquire(lab).await;
    let path = match &forwarded {
        Ok(ip) => inwards(lab, table, *ip).await,
        Err(failure) => {
            let failure = failure.clone();
            table.check("public address", "one is acquired for the network", async { Err(failure) }).await;
            None
        }
    };
    one_to_one(lab, table).await;
    if let Ok(ip) = forwarded {
        balanced(lab, table, ip).await;
    }
    path
}

async fn acquire(lab: &Lab) -> Result<(PublicIpId, Ipv4Addr)> {
    let wish = AcquireAddress::of(lab.network("app")?);
    let id = lab.cloud.addresses().acquire(&lab.admin, wish).await?.done().await?;
    let view = lab.cloud.view();
    match view.public_ip(id).map(|row| row.address) {
        Some(IpAddr::V4(address)) => Ok((id, address)),
        _ => Err(Failure::new("the address that was acquired has no row")),
    }
}

/// What a guest is answered by the web site in the world.
async fn out(lab: &Lab, guest: &str) -> Result<Result<String>> {
    lab.ask(guest, &format!("fetch {} {} index.html", SITE.ip(), SITE.port())).await
}

async fn outwards(lab: &Lab, table: &mut Table) {
    table.check("egress", "nothing leaves the network by itself", refused(out(lab, "web-1"))).await;
    let opened = async {
        let wish = OpenEgress::new(lab.network("app")?, Service::Tcp(Ports::one(SITE.port())));
        lab.cloud.rules().open_egress(&lab.admin, wish).await?.done().await?;
        until(SOON, || async { out(lab, "web-1").await? }).await
    };
    table.check("egress", "a rule lets it out", opened).await;
    let translated = async {
        let network = lab.network("app")?;
        let view = lab.cloud.view();
        let row = view.public_ips().by("network", network).find(|ip| ip.source_nat).map(|ip| ip.address);
        let address = row.ok_or_else(|| Failure::new("the network has no source NAT address"))?;
        is(&out(lab, "web-2").await??, &format!("you are {address}"))
    };
    table.check("source NAT", "the world sees the network's address", translated).await;
}

fn is(said: &str, wanted: &str) -> Result<String> {
    if said.trim() == wanted {
        Ok(wanted.to_owned())
    } else {
        Err(Failure::new(format!("{}, not {wanted}", said.trim())))
    }
}

async fn inwards(lab: &Lab, table: &mut Table, (ip, address): (PublicIpId, Ipv4Addr)) -> Option<Path> {
    let ask = || async { http(WORLD, address, FORWARDED, "/cgi-bin/who").await };
    let closed = async {
        let (public, own) = (Ports::one(FORWARDED), Ports::one(80));
        let vm = lab.vm("web-1")?.id;
        let wish = AddPortForward { open_firewall: false, ..AddPortForward::new(ip, Transport::Tcp, public, vm, own) };
        lab.cloud.rules().add_port_forward(&lab.admin, wish).await?.done().await?;
        refused(async { Ok(ask().await) }).await
    };
    table.check("firewall", "a forwarded port is closed until a rule opens it", closed).await;
    let mut rule = None;
    let open = async || {
        let wish = OpenFirewall { ip, service: Service::Tcp(Ports::one(FORWARDED)), from: BTreeSet::new() };
        Ok::<_, Failure>(lab.cloud.rules().open_firewall(&lab.admin, wish).await?.done().await?)
    };
    let opened = async {
        rule = Some(open().await?);
        is_from(&until(SOON, ask).await?, "web-1")
    };
    table.check("port forward", "HTTP from the world comes through it to web-1", opened).await;
    let again = async {
        let rule = rule.ok_or_else(|| Failure::new("no rule was made"))?;
        lab.cloud.rules().close_firewall(&lab.admin, CloseFirewall { rule }).await?.done().await?;
        let shut = || refused(async { Ok(ask().await) });
        until(SOON, shut).await?;
        open().await?;
        until(SOON, ask).await.map(|_| String::new())
    };
    table.check("firewall", "without the rule it is closed again; with it, open", again).await;
    let mut path = None;
    let oracle = async {
        let (way, said) = judged(lab, ip, address)?;
        path = Some(way);
        Ok(said)
    };
    table.check("oracle", "the packet oracle says the same of that packet, and by which rule", oracle).await;
    path
}

/// What the oracle says of the packet that was let in: where it goes, and why.
fn judged(lab: &Lab, ip: PublicIpId, address: Ipv4Addr) -> Result<(Path, String)> {
    let (view, network) = (lab.cloud.view(), lab.network("app")?);
    let row = view.network(network).ok_or_else(|| Failure::new("the network has no row"))?;
    let spec = router_spec(&view, row, ROUTER)?;
    let payload = Payload::Tcp { from: 40_000, to: FORWARDED };
    let packet = |to: Ipv4Addr| IpPacket { src: WORLD_GATEWAY.into(), dst: to.into(), payload, tracked: Tracked::New };
    let fate = fate(&spec.rules, &spec.inside(), Side::World, &packet(address));
    let Some(Passage { entry: Entry::Firewall(rule), target: Target::Guest { to, port: Some(port), by }, .. }) =
        fate.passage()
    else {
        return Err(Failure::new(format!("it says: {fate:?}")));
    };
    let guest = lab.address("web-1")?;
    let open = view.firewall_rules().by("ip", ip).any(|known| known.id == *rule);
    if !open || (*to, *port) != (IpAddr::V4(guest), 80) || !matches!(by, Translation::Forward(_)) {
        return Err(Failure::new(format!("it says: {fate:?}")));
    }
    let host = lab.vm("web-1")?.host.and_then(|id| view.host(id)).map_or("no host", |host| host.name.as_str());
    let path = Path {
        packet: format!("TCP to {address}:{FORWARDED}"),
        stations: vec![
            "the world".into(),
            format!("public address {address}"),
            "router of app".into(),
            format!("VXLAN {}", row.vlan.unwrap_or_default()),
            format!("web-1 {guest}:{port} on {host}"),
        ],
        rule: format!("firewall rule {rule} (TCP {FORWARDED} from anywhere), then port forward to {to}:{port}"),
    };
    Ok((path, format!("firewall rule {rule}, to {to}:{port}")))
}

/// `GUEST answers CLIENT`.
fn is_from(said: &str, guest: &str) -> Result<String> {
    let said = said.trim();
    if said.starts_with(&format!("{guest} answers ")) { Ok(said.to_owned()) } else { Err(Failure::new(said)) }
}

async fn one_to_one(lab: &Lab, table: &mut Table) {
    let acquired = acquire(lab).await;
    let inwards = async {
        let (ip, address) = acquired.clone()?;
        let wish = EnableStaticNat { ip, vm: lab.vm("web-2")?.id, network: None };
        lab.cloud.addresses().enable_static_nat(&lab.admin, wish).await?.done().await?;
        let wish = OpenFirewall { ip, service: Service::Tcp(Ports::one(80)), from: BTreeSet::new() };
        lab.cloud.rules().open_firewall(&lab.admin, wish).await?.done().await?;
        let ask = || async { http(WORLD, address, 80, "/cgi-bin/who").await };
        is_from(&until(SOON, ask).await?, "web-2")
    };
    table.check("static NAT", "HTTP from the world reaches web-2 at an address of its own", inwards).await;
    let outwards = async {
        let (_, address) = acquired.clone()?;
        is(&out(lab, "web-2").await??, &format!("you are {address}"))
    };
    table.check("static NAT", "and under that address the world sees it", outwards).await;
}

async fn balanced(lab: &Lab, table: &mut Table, (ip, address): (PublicIpId, Ipv4Addr)) {
    let add = async |called: &str, port| {
        let rule = AddLoadBalancer::new(ip, name(called)?, port, 80);
        let rule = lab.cloud.balancers().add(&lab.admin, rule).await?.done().await?;
        let vms = [lab.vm("web-1")?.id, lab.vm("web-2")?.id].into();
        lab.cloud.balancers().assign(&lab.admin, AssignMembers { rule, vms }).await?.done().await?;
        Ok::<_, Failure>(rule)
    };
    let both = async {
        add("even", BALANCED).await?;
        until(SOON, || async { members(address, BALANCED, 6).await.and_then(|seen| exactly(&seen, 2)) }).await
    };
    table.check("load balancer", "both members answer", both).await;
    let sticks = async {
        let rule = add("sticky", STICKY).await?;
        let policy = AddStickiness {
            rule,
            name: name("by-source")?,
            description: String::new(),
            method: "SourceBased".into(),
            parameters: BTreeMap::new(),
        };
        lab.cloud.balancers().add_stickiness(&lab.admin, policy).await?.done().await?;
        until(SOON, || async { members(address, STICKY, 6).await.and_then(|seen| exactly(&seen, 1)) }).await
    };
    table.check("load balancer", "with stickiness a client stays with its member", sticks).await;
}

/// Who answers, when asked this often.
async fn members(address: Ipv4Addr, port: u16, times: usize) -> Result<BTreeSet<String>> {
    let mut seen = BTreeSet::new();
    for _ in 0..times {
        let said = http(WORLD, address, port, "/cgi-bin/who").await?;
        seen.extend(said.split_whitespace().next().map(str::to_owned));
    }
    Ok(seen)
}

fn exactly(seen: &BTreeSet<String>, count: usize) -> Result<String> {
    let said = seen.iter().cloned().collect::<Vec<_>>().join(", ");
    if seen.len() == count { Ok(said) } else { Err(Failure::new(format!("answered by {said}"))) }
}

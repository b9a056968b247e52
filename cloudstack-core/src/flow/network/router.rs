//! What each device of a network shall make of its router: from rows to one specification, what was last told, and what
//! becomes final once it was heard.

use super::rule;
use crate::base::Result;
use crate::base::id::{EntityId, FirewallRuleId, LoadBalancerId, NetworkId, NicId, PortForwardId, PublicIpId};
use crate::engine::StepError;
use crate::flow::outside::{Outside, network_spec, port_spec};
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::told::Told;
use crate::flow::{Room, setting};
use crate::ledger::{Ledger, View};
use crate::model::infra::IpRange;
use crate::model::network::rule::RuleState;
use crate::model::network::security_rule::{Direction, Service};
use crate::model::network::{FirewallRule, LoadBalancer, Network, NetworkState, Nic, NicState, PortForward};
use crate::model::network::{PUBLIC_IP, PublicIp, PublicIpEvent, PublicIpState};
use crate::model::offering::NetworkOffering;
use crate::model::setting::Scope;
use crate::port::driver::{NetworkDevice, RouterSpec, RouterUpdate};
use crate::rules::router::{Balancer, Egress, EgressRule, Forward, Opening, PublicAddress, Router};
use async_trait::async_trait;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// True if a network has anything that its router was told to lead somewhere.
pub(crate) fn has_rules(view: &View, network: NetworkId) -> bool {
    view.port_forwards().by("network", network).next().is_some()
        || view.load_balancers().by("network", network).next().is_some()
        || view.public_ips().by("network", network).any(|ip| !ip.source_nat)
}

/// What each device was last told of each network's router.
pub(crate) type Routers = Told<(String, NetworkId), RouterSpec>;

/// The router of a network, as a device of this kind shall make it: the interfaces that machines use, and of its rules those
/// of services that the network's offering has from this device. Where the device is no firewall, it keeps nothing out and
/// nothing in.
///
/// # Errors
/// If a row that it hangs on is missing.
pub fn router_spec(view: &View, network: &Network, device: &str) -> Result<RouterSpec> {
    let offering = view.need::<NetworkOffering>(network.offering)?;
    let given = offering.services.iter().filter(|(_, kind)| *kind == device);
    let services: BTreeSet<String> = given.map(|(service, _)| service.clone()).collect();
    let used = |nic: &&Nic| matches!(nic.state, NicState::Reserving | NicState::Reserved);
    let mut ports = BTreeMap::new();
    for nic in view.nics().by("network", network.id).filter(used) {
        if let Some(vm) = view.vm(nic.vm) {
            ports.insert(nic.id, port_spec(view, vm, nic));
        }
    }
    let rules = rules(view, network, offering, &|service| services.contains(service))?;
    let usual = || setting::int_at(view, Scope::Zone(network.zone), "network.throttling.rate");
    let rate = offering.rate.unwrap_or_else(|| u32::try_from(usual()).unwrap_or(0));
    let rate = Some(rate).filter(|rate| *rate > 0);
    Ok(RouterSpec { network: network_spec(view, network.id)?, services, ports, rules, rate })
}

/// Services that need public addresses.
const PUBLIC: [&str; 5] = ["SourceNat", "StaticNat", "PortForwarding", "Lb", "Firewall"];

fn rules(view: &View, network: &Network, offering: &NetworkOffering, has: &dyn Fn(&str) -> bool) -> Result<Router> {
    let mut router = Router { egress: egress(view, network, offering, has), ..Router::default() };
    if !PUBLIC.into_iter().any(has) {
        return Ok(router);
    }
    for ip in view.public_ips().by("network", network.id).filter(|ip| ip.state != PublicIpState::Releasing) {
        router.public.insert(ip.address, public_address(view, ip, has)?);
        if ip.source_nat && has("SourceNat") {
            router.source_nat = Some(ip.address);
        }
    }
    let address = |ip: PublicIpId| view.public_ip(ip).filter(|ip| ip.state != PublicIpState::Releasing);
    if has("PortForwarding") {
        for row in view.port_forwards().by("network", network.id).filter(|row| row.state != RuleState::Revoke) {
            let (Some(ip), Some(to)) = (address(row.ip), guest(view, row.nic)) else { continue };
            let PortForward { transport, ports, from, .. } = row.clone();
            let forward = Forward { public: ip.address, transport, ports, to, to_first: row.to.first, from };
            router.forwards.insert(row.id, forward);
        }
    }
    if has("Lb") {
        for row in view.load_balancers().by("network", network.id).filter(|row| row.state != RuleState::Revoke) {
            let Some(ip) = address(row.ip) else { continue };
            let members = row.members.iter().filter_map(|nic| guest(view, *nic)).collect();
            let stickiness = row.stickiness.as_ref().map(|policy| policy.does.clone());
            let LoadBalancer { port, transport, algorithm, from, to, .. } = row.clone();
            let public = ip.address;
            let balancer = Balancer { public, port, transport, algorithm, stickiness, from, to, members };
            router.balancers.insert(row.id, balancer);
        }
    }
    Ok(router)
}

fn guest(view: &View, nic: NicId) -> Option<IpAddr> {
    view.nic(nic).and_then(|nic| nic.ip4).map(IpAddr::V4)
}

/// Every IPv4 address.
pub(crate) fn anywhere() -> IpNet {
    IpNet::V4(ipnet::Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0))
}

fn public_address(view: &View, ip: &PublicIp, has: &dyn Fn(&str) -> bool) -> Result<PublicAddress> {
    let range = view.need::<IpRange>(ip.range)?;
    let live = |rule: &&FirewallRule| rule.state != RuleState::Revoke;
    let opening = |rule: &FirewallRule| Opening { service: rule.service, from: rule.from.clone() };
    let firewall = match has("Firewall") {
        true => view.firewall_rules().by("ip", ip.id).filter(live).map(|rule| (rule.id, opening(rule))).collect(),
        // Somebody else keeps out what shall stay out.
        false => {
            let all = Opening { service: Service::All, from: [anywhere()].into() };
            [(FirewallRuleId::from_u128(ip.id.to_u128()), all)].into()
        }
    };
    let static_nat = ip.static_nat.filter(|_| has("StaticNat")).and_then(|nic| guest(view, nic));
    let (subnet, gateway, vlan) = (range.subnet, range.gateway, range.vlan);
    Ok(PublicAddress { subnet, gateway, vlan, static_nat, firewall })
}

fn egress(view: &View, network: &Network, offering: &NetworkOffering, has: &dyn Fn(&str) -> bool) -> Egress {
    if !has("Firewall") {
        return Egress { open: true, rules: BTreeMap::new() };
    }
    let live = |r: &&FirewallRule| r.direction == Direction::Egress && r.state != RuleState::Revoke;
    let rule = |r: &FirewallRule| EgressRule { service: r.service, from: r.from.clone(), to: r.to.clone() };
    let rules = view.firewall_rules().by("network", network.id).filter(live).map(|r| (r.id, rule(r))).collect();
    Egress { open: offering.egress_open, rules }
}

/// A part of a router that has a life of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Piece {
    /// A firewall rule.
    Firewall(FirewallRuleId),
    /// A port forwarding rule.
    Forward(PortForwardId),
    /// A load balancer rule.
    Balancer(LoadBalancerId),
    /// A public address.
    Address(PublicIpId),
}

/// What becomes final once the devices of a network were told all that its rows say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// They do it.
    on: BTreeSet<Piece>,
    /// They have forgotten it.
    off: BTreeSet<Piece>,
}

impl Heard {
    /// Nothing waits to be heard.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.on.is_empty() && self.off.is_empty()
    }

    /// Everything of a network that waits to be heard.
    fn of(view: &View, network: NetworkId) -> Self {
        let mut heard = Self::default();
        let mut rule = |piece, state| match state {
            RuleState::Add => drop(heard.on.insert(piece)),
            RuleState::Revoke => drop(heard.off.insert(piece)),
            RuleState::Active => {}
        };
        view.firewall_rules().by("network", network).for_each(|r| rule(Piece::Firewall(r.id), r.state));
        view.port_forwards().by("network", network).for_each(|r| rule(Piece::Forward(r.id), r.state));
        view.load_balancers().by("network", network).for_each(|r| rule(Piece::Balancer(r.id), r.state));
        for ip in view.public_ips().by("network", network) {
            match ip.state {
                PublicIpState::Allocating => drop(heard.on.insert(Piece::Address(ip.id))),
                PublicIpState::Releasing => drop(heard.off.insert(Piece::Address(ip.id))),
                PublicIpState::Allocated => {}
            }
        }
        heard
    }

    fn and(mut self, other: Self) -> Self {
        self.on.extend(other.on);
        self.off.extend(other.off);
        self
    }
}

/// Every device of the network does as the durable rows say. Says nothing to a device that was told so already; a network that
/// no device carries has nobody to tell. Answers what that makes final.
///
/// # Errors
/// What the first device that fails says.
pub(crate) async fn ensure(outside: &Outside, ledger: &Ledger<Room>, id: NetworkId) -> Result<Heard, StepError> {
    let view = ledger.view();
    // Read before anybody is told: what comes later may not be heard.
    let heard = Heard::of(&view, id);
    let Some(network) = view.network(id) else { return Ok(heard) };
    for (kind, device) in outside.devices_of(&view, network) {
        tell(outside, ledger, (kind, &**device), id).await?;
    }
    Ok(heard)
}

async fn tell(
    outside: &Outside,
    ledger: &Ledger<Room>,
    (kind, device): (&str, &dyn NetworkDevice),
    id: NetworkId,
) -> Result<(), StepError> {
    let told = outside.routers.of((kind.to_owned(), id));
    let mut known = told.lock().await;
    let view = ledger.view();
    let carried = |n: &&Network| n.carries() || n.state == NetworkState::Implementing;
    let Some(network) = view.network(id).filter(carried) else {
        *known = None;
        return Ok(());
    };
    let whole = router_spec(&view, network, kind)?;
    if known.as_ref() == Some(&whole) {
        return Ok(());
    }
    // What the device has is not known while it is being told, nor after it failed.
    let before = known.take();
    device.ensure_router(RouterUpdate { whole: &whole, known: before.as_ref() }).await?;
    *known = Some(whole);
    Ok(())
}

/// The device has neither network nor router. Nobody tells it of the router meanwhile.
pub(crate) async fn close(
    outside: &Outside,
    (kind, device): (&str, &dyn NetworkDevice),
    id: NetworkId,
) -> Result<(), StepError> {
    let told = outside.routers.of((kind.to_owned(), id));
    let mut known = told.lock().await;
    *known = None;
    Ok(device.ensure_no_network(id).await?)
}

/// Forgets what the devices were told of a network's router: they may have lost it.
pub(crate) fn distrust(outside: &Outside, network: NetworkId) {
    for kind in outside.devices.keys() {
        outside.routers.distrust((kind.clone(), network));
    }
}

/// The network is no more.
pub(crate) fn forget(outside: &Outside, network: NetworkId) {
    for kind in outside.devices.keys() {
        outside.routers.forget(&(kind.clone(), network));
    }
}

/// Writes down what was heard. Rows that have moved on meanwhile, or are gone, are left alone.
pub(crate) fn settle(desk: &mut Desk<'_>, heard: &Heard) -> Result<()> {
    for piece in &heard.on {
        match *piece {
            Piece::Firewall(id) => rule::applied::<FirewallRule>(desk, id)?,
            Piece::Forward(id) => rule::applied::<PortForward>(desk, id)?,
            Piece::Balancer(id) => rule::applied::<LoadBalancer>(desk, id)?,
            Piece::Address(id) => {
                let ip = desk.view().public_ip(id).filter(|ip| ip.state == PublicIpState::Allocating).cloned();
                if let Some(ip) = ip {
                    let state = PUBLIC_IP.step(ip.state, PublicIpEvent::Assigned)?;
                    desk.update(PublicIp { state, ..ip })?;
                }
            }
        }
    }
    for piece in &heard.off {
        match *piece {
            Piece::Firewall(id) => rule::gone::<FirewallRule>(desk, id)?,
            Piece::Forward(id) => rule::gone::<PortForward>(desk, id)?,
            Piece::Balancer(id) => rule::gone::<LoadBalancer>(desk, id)?,
            Piece::Address(id) => rule::erase::<PublicIp>(desk, id)?,
        }
    }
    Ok(())
}

/// The devices of these networks do as the rows say. It is not undone: whoever undoes rows leaves it to the loop that keeps
/// routers in step to tell them so.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellRouters {
    pub(crate) networks: BTreeSet<NetworkId>,
}

impl TellRouters {
    /// The router of one network.
    pub(crate) fn of(network: NetworkId) -> Self {
        Self { networks: [network].into() }
    }
}

#[async_trait]
impl Act for TellRouters {
    const NAME: &'static str = "tell routers";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let mut heard = Heard::default();
        for network in &self.networks {
            heard = heard.and(ensure(cx.outside, cx.ledger, *network).await?);
        }
        Ok(Found::Heard(heard))
    }
    fn foresee(&self, view: &View) -> Found {
        Found::Heard(self.networks.iter().fold(Heard::default(), |heard, id| heard.and(Heard::of(view, *id))))
    }
    fn settle(&self, desk: &mut Desk<'_>, found: &Found) -> Result<()> {
        if let Found::Heard(heard) = found { settle(desk, heard) } else { Ok(()) }
    }
}

/// Parts of a router have rows since the decision. Undone: they are withdrawn, and go when the devices have forgotten them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenRules {
    pub(crate) pieces: BTreeSet<Piece>,
}

#[async_trait]
impl Act for OpenRules {
    const NAME: &'static str = "open rules";

    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        self.pieces.iter().try_for_each(|piece| rule::withdraw(desk, *piece))
    }
}

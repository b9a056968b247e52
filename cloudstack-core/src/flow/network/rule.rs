//! What rules of all kinds have in common: how they are withdrawn, how they end, and which go with what.

use super::router::Piece;
use crate::base::Result;
use crate::base::id::{EntityId, FirewallRuleId, LoadBalancerId, NetworkId, NicId, PortForwardId, PublicIpId, VmId};
use crate::flow::resource;
use crate::flow::step::Desk;
use crate::ledger::{Table, View};
use crate::model::network::PublicIpState;
use crate::model::network::rule::{Related, Rule, RuleEvent, RuleState};
use crate::model::network::{FirewallRule, LoadBalancer, Nic, PUBLIC_IP, PortForward, PublicIp, PublicIpEvent};
use std::collections::BTreeSet;

/// The devices do as the rule says.
pub(super) fn applied<R: Table + Rule>(desk: &mut Desk<'_>, id: R::Id) -> Result<()> {
    let row = R::rows(desk.view()).get(id).filter(|row| row.state() == RuleState::Add).cloned();
    row.map_or(Ok(()), |row| desk.update(row.moved(RuleEvent::Applied)?))
}

/// The devices have forgotten the rule.
pub(super) fn gone<R: Table + Rule>(desk: &mut Desk<'_>, id: R::Id) -> Result<()> {
    match R::rows(desk.view()).get(id).filter(|row| row.state() == RuleState::Revoke) {
        Some(_) => erase::<R>(desk, id),
        None => Ok(()),
    }
}

/// Takes a row away, with what people added to it.
pub(super) fn erase<R: Table>(desk: &mut Desk<'_>, id: R::Id) -> Result<()> {
    if R::rows(desk.view()).get(id).is_none() {
        return Ok(());
    }
    resource::forget(desk, id.to_u128())?;
    desk.remove::<R>(id)
}

fn revoke<R: Table + Rule>(desk: &mut Desk<'_>, id: R::Id) -> Result<()> {
    let row = R::rows(desk.view()).get(id).filter(|row| row.state() != RuleState::Revoke).cloned();
    row.map_or(Ok(()), |row| desk.update(row.moved(RuleEvent::RevokeRequested)?))
}

/// Withdraws a part of a router, and what goes with it: the firewall rule that was opened for a rule, all that an address
/// does. Devices are yet to hear of it. May be repeated.
pub(super) fn withdraw(desk: &mut Desk<'_>, piece: Piece) -> Result<()> {
    match piece {
        Piece::Firewall(id) => revoke::<FirewallRule>(desk, id),
        Piece::Forward(id) => {
            related(desk, Related::Forward(id))?;
            revoke::<PortForward>(desk, id)
        }
        Piece::Balancer(id) => {
            related(desk, Related::Balancer(id))?;
            revoke::<LoadBalancer>(desk, id)
        }
        Piece::Address(id) => release(desk, id),
    }
}

fn related(desk: &mut Desk<'_>, rule: Related) -> Result<()> {
    let rules = desk.view().firewall_rules();
    let opened: Vec<FirewallRuleId> = match rule {
        Related::Forward(id) => rules.by("related", id).map(|r| r.id).collect(),
        Related::Balancer(id) => rules.by("related", id).map(|r| r.id).collect(),
    };
    opened.into_iter().try_for_each(|id| revoke::<FirewallRule>(desk, id))
}

/// Every rule of a public address that is not withdrawn yet.
pub(crate) fn of_address(view: &View, ip: PublicIpId) -> BTreeSet<Piece> {
    fn live<R: Rule>(row: &&R) -> bool {
        row.state() != RuleState::Revoke
    }
    let firewall = view.firewall_rules().by("ip", ip).filter(live).map(|r| Piece::Firewall(r.id));
    let forwards = view.port_forwards().by("ip", ip).filter(live).map(|r| Piece::Forward(r.id));
    let balancers = view.load_balancers().by("ip", ip).filter(live).map(|r| Piece::Balancer(r.id));
    firewall.chain(forwards).chain(balancers).collect()
}

fn release(desk: &mut Desk<'_>, id: PublicIpId) -> Result<()> {
    of_address(desk.view(), id).into_iter().try_for_each(|piece| withdraw(desk, piece))?;
    let Some(ip) = desk.view().public_ip(id).filter(|ip| ip.state != PublicIpState::Releasing).cloned() else {
        return Ok(());
    };
    let state = PUBLIC_IP.step(ip.state, PublicIpEvent::Release)?;
    desk.update(PublicIp { state, static_nat: None, ..ip })
}

/// The address stands for no machine any more; what it let in was meant for that one.
pub(super) fn end_static_nat(desk: &mut Desk<'_>, id: PublicIpId) -> Result<()> {
    let ip = desk.view().need::<PublicIp>(id)?.clone();
    let opened: Vec<FirewallRuleId> = desk.view().firewall_rules().by("ip", id).map(|r| r.id).collect();
    opened.into_iter().try_for_each(|id| revoke::<FirewallRule>(desk, id))?;
    desk.update(PublicIp { static_nat: None, ..ip })
}

/// An interface is on its way out: no rule leads to it any more. Answers its network if a router is yet to hear of that.
pub(crate) fn forsake(desk: &mut Desk<'_>, id: NicId) -> Result<Option<NetworkId>> {
    let Some(nic) = desk.view().nic(id).cloned() else { return Ok(None) };
    let forwards: Vec<PortForwardId> = desk.view().port_forwards().by("nic", id).map(|r| r.id).collect();
    let ips: Vec<PublicIpId> = desk.view().public_ips().by("static_nat", id).map(|ip| ip.id).collect();
    let member = |r: &&LoadBalancer| r.members.contains(&id) && r.state != RuleState::Revoke;
    let in_network = desk.view().load_balancers().by("network", nic.network);
    let balancers: Vec<LoadBalancerId> = in_network.filter(member).map(|r| r.id).collect();
    if forwards.is_empty() && ips.is_empty() && balancers.is_empty() {
        return Ok(None);
    }
    forwards.into_iter().try_for_each(|id| withdraw(desk, Piece::Forward(id)))?;
    ips.into_iter().try_for_each(|ip| end_static_nat(desk, ip))?;
    for rule in balancers {
        let mut row = desk.view().need::<LoadBalancer>(rule)?.moved(RuleEvent::Changed)?;
        row.members.remove(&id);
        desk.update(row)?;
    }
    Ok(Some(nic.network))
}

/// As [`forsake`], for every interface of a machine. Answers the networks whose routers are yet to hear of it.
pub(crate) fn forsake_all(desk: &mut Desk<'_>, vm: VmId) -> Result<BTreeSet<NetworkId>> {
    let nics: Vec<NicId> = desk.view().nics().by("vm", vm).map(|nic: &Nic| nic.id).collect();
    let mut networks = BTreeSet::new();
    for nic in nics {
        networks.extend(forsake(desk, nic)?);
    }
    Ok(networks)
}

/// The networks of a machine.
pub(crate) fn networks_of(view: &View, vm: VmId) -> BTreeSet<NetworkId> {
    view.nics().by("vm", vm).map(|nic| nic.network).collect()
}

/// Takes every rule and public address of a network away. No device carries it any more.
pub(super) fn erase_all(desk: &mut Desk<'_>, network: NetworkId) -> Result<()> {
    fn all<R: Table>(desk: &mut Desk<'_>, network: NetworkId) -> Result<()> {
        let ids: Vec<R::Id> = R::rows(desk.view()).by("network", network).map(crate::model::Record::id).collect();
        ids.into_iter().try_for_each(|id| erase::<R>(desk, id))
    }
    all::<FirewallRule>(desk, network)?;
    all::<PortForward>(desk, network)?;
    all::<LoadBalancer>(desk, network)?;
    all::<PublicIp>(desk, network)
}

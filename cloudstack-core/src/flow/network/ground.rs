//! What a rule stands on: a public address and its network, both the owner's, with the service that the rule needs, and no
//! other rule in the way.

use super::router::anywhere;
use crate::base::id::{EntityId, NetworkId, NicId, PublicIpId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::ledger::View;
use crate::model::network::rule::{LoadBalancer, Transport};
use crate::model::network::security_rule::{Direction, Ports, Service};
use crate::model::network::{
    FirewallRule, Network, NetworkState, Nic, PortForward, PublicIp, PublicIpState, RuleState,
};
use crate::model::offering::NetworkOffering;
use crate::model::vm::{Vm, VmState};
use crate::rules::conflict::{self, Claim, Conflict, Purpose};
use ipnet::IpNet;
use std::collections::BTreeSet;

/// The most blocks of addresses that one rule names.
const MOST_BLOCKS: usize = 256;
static EVERYWHERE: BTreeSet<IpNet> = BTreeSet::new();

/// A public address that a rule may stand on.
pub(super) struct Ground {
    pub(super) ip: PublicIp,
    pub(super) network: Network,
    pub(super) offering: NetworkOffering,
}

impl Ground {
    /// The address as the caller may use it for this service. One that serves no network yet serves this one from now on.
    pub(super) fn of(
        desk: &mut Desk<'_>,
        caller: &Caller,
        ip: PublicIpId,
        network: Option<NetworkId>,
        service: &str,
    ) -> Result<Self> {
        let ip = taken(desk.view(), caller, ip)?;
        let id = match (ip.network, network) {
            (Some(serves), Some(other)) if serves != other => {
                let why = format!("the address serves another network, {serves}");
                return Err(Error::new(ErrorKind::RuleConflict, why)
                    .on(ip.address)
                    .remedy("acquire one for the network"));
            }
            (Some(serves), _) => serves,
            (None, Some(other)) => other,
            (None, None) => {
                let accepted = "the address serves no network yet; name one";
                return Err(Error::invalid("network", "", accepted));
            }
        };
        let network = yours(desk.view(), &ip, id)?;
        let offering = desk.view().need::<NetworkOffering>(network.offering)?.clone();
        offers(&offering, service)?;
        let bound = PublicIp { network: Some(id), ..ip };
        desk.update(bound.clone())?;
        desk.rely_on::<Network>(id);
        Ok(Self { ip: bound, network, offering })
    }

    /// No rule that is there is in the new one's way.
    pub(super) fn free(&self, view: &View, new: &Claim<'_>) -> Result<()> {
        let ip = self.ip.id;
        let check = |there: &Claim<'_>, id: u128| {
            let done = conflict::beside(there, new, self.offering.conserve);
            done.map_err(|why| refused(why, there.purpose, &format!("{:032x}", id), &self.ip.address.to_string()))
        };
        for rule in view.firewall_rules().by("ip", ip).filter(|r| r.state != RuleState::Revoke) {
            check(&of_firewall(rule), rule.id.to_u128())?;
        }
        for rule in view.port_forwards().by("ip", ip).filter(|r| r.state != RuleState::Revoke) {
            check(&of_forward(rule), rule.id.to_u128())?;
        }
        for rule in view.load_balancers().by("ip", ip).filter(|r| r.state != RuleState::Revoke) {
            check(&of_balancer(rule), rule.id.to_u128())?;
        }
        match self.ip.static_nat {
            Some(nic) => check(&self.of_static_nat(nic), ip.to_u128()),
            None => Ok(()),
        }
    }

    /// What static NAT to an interface claims.
    pub(super) fn of_static_nat(&self, nic: NicId) -> Claim<'static> {
        let (from, to, network) = (&EVERYWHERE, &EVERYWHERE, self.network.id);
        Claim { purpose: Purpose::StaticNat, network, service: Service::All, from, to, target: Some(nic) }
    }

    /// Opens the firewall for a rule, if the address has one.
    pub(super) fn open(
        &self,
        desk: &mut Desk<'_>,
        service: Service,
        related: crate::model::network::rule::Related,
    ) -> Result<Option<super::router::Piece>> {
        if !self.offering.has("Firewall") {
            return Ok(None);
        }
        let rule = FirewallRule {
            id: desk.id(),
            account: self.ip.account,
            network: self.network.id,
            direction: Direction::Ingress,
            ip: Some(self.ip.id),
            service,
            from: [anywhere()].into(),
            to: BTreeSet::new(),
            related: Some(related),
            state: RuleState::Add,
        };
        self.free(desk.view(), &of_firewall(&rule))?;
        let piece = super::router::Piece::Firewall(rule.id);
        desk.insert(rule)?;
        Ok(Some(piece))
    }
}

/// A public address that the caller may act on, and that is not on its way out.
pub(super) fn taken(view: &View, caller: &Caller, id: PublicIpId) -> Result<PublicIp> {
    let ip = view.need::<PublicIp>(id)?;
    access::owned(view, caller, ip.account, PublicIpId::NOUN, id)?;
    if ip.state == PublicIpState::Releasing {
        let why = "the address is being released";
        return Err(Error::new(ErrorKind::Conflict, why).on(ip.address).remedy("acquire another"));
    }
    Ok(ip.clone())
}

/// A network that an address may serve.
fn yours(view: &View, ip: &PublicIp, id: NetworkId) -> Result<Network> {
    let network = view.need::<Network>(id)?;
    if network.account != Some(ip.account) {
        return Err(Error::invalid("network", id, "give a network of the account that holds the address"));
    }
    if network.zone != ip.zone {
        return Err(Error::invalid("network", id, "give a network of the zone that the address is of"));
    }
    if matches!(network.state, NetworkState::Shutdown | NetworkState::Destroy) {
        return Err(super::leaving(network));
    }
    Ok(network.clone())
}

/// The network's offering has this service.
pub(super) fn offers(offering: &NetworkOffering, service: &str) -> Result<()> {
    if offering.has(service) {
        return Ok(());
    }
    let why = format!("networks of {} have no service {service}", offering.name);
    Err(Error::new(ErrorKind::Conflict, why).on(&offering.name).remedy("use a network whose offering has the service"))
}

pub(super) fn of_firewall(rule: &FirewallRule) -> Claim<'_> {
    let (purpose, network, service, from, to) = (Purpose::Firewall, rule.network, rule.service, &rule.from, &rule.to);
    Claim { purpose, network, service, from, to, target: None }
}

pub(super) fn of_forward(rule: &PortForward) -> Claim<'_> {
    let (purpose, service) = (Purpose::PortForwarding, rule.transport.to(rule.ports));
    Claim { purpose, network: rule.network, service, from: &rule.from, to: &EVERYWHERE, target: None }
}

pub(super) fn of_balancer(rule: &LoadBalancer) -> Claim<'_> {
    let (purpose, service) = (Purpose::LoadBalancing, one(rule.transport, rule.port));
    Claim { purpose, network: rule.network, service, from: &rule.from, to: &EVERYWHERE, target: None }
}

/// What a transport carries to one port.
pub(super) const fn one(transport: Transport, port: u16) -> Service {
    transport.to(Ports::one(port))
}

/// A conflict as the error of a verb.
pub(super) fn refused(why: Conflict, purpose: Purpose, rule: &str, on: &str) -> Error {
    let kind = if why.is_between_rules() { ErrorKind::RuleConflict } else { ErrorKind::Conflict };
    let held = purpose.words();
    let (text, remedy) = match why {
        Conflict::OtherPurpose => {
            (format!("the address serves {held} and, by its network's offering, nothing else"), "use another address")
        }
        Conflict::SameMessage => {
            ("there is a rule for the same messages already".to_owned(), "use the rule that is there")
        }
        Conflict::Ports => {
            (format!("{held} has some of these ports already"), "choose other ports, or delete that rule")
        }
        Conflict::Whole => (format!("{held} is on the address"), "use another address, or delete that rule"),
        Conflict::OtherTarget => ("the address stands for another machine".to_owned(), "end its static NAT first"),
        Conflict::OtherNetwork => (format!("{held} on the address is of another network"), "use another address"),
    };
    Error::new(kind, text).on(on).remedy(remedy).detail(format!("rule {rule}"))
}

/// The interface by which a machine of the account is on the network; the machine's default one (FWNAT-09).
pub(super) fn target(view: &View, caller: &Caller, ground: &Ground, vm: VmId) -> Result<Nic> {
    let nic = on_network(view, caller, ground.ip.account, &ground.network, vm)?;
    if !nic.default {
        let why = "the machine answers by its default network, which is another one";
        return Err(Error::new(ErrorKind::Conflict, why).on(vm).remedy("make the network the machine's default one"));
    }
    Ok(nic)
}

/// The interface by which a machine of the account is on the network.
pub(super) fn on_network(
    view: &View,
    caller: &Caller,
    account: crate::base::id::AccountId,
    network: &Network,
    vm: VmId,
) -> Result<Nic> {
    let row = view.need::<Vm>(vm)?;
    access::owned(view, caller, row.account, VmId::NOUN, vm)?;
    if row.account != account {
        return Err(Error::invalid("vm", vm, "give a machine of the account that holds the address"));
    }
    if matches!(row.state, VmState::Destroyed | VmState::Expunging | VmState::Error) {
        return Err(Error::new(ErrorKind::Conflict, format!("the machine is {}", row.state)).on(vm));
    }
    let live = |nic: &&Nic| nic.network == network.id && nic.state != crate::model::network::NicState::Releasing;
    let nic = view.nics().by("vm", vm).find(live).filter(|nic| nic.ip4.is_some());
    nic.cloned().ok_or_else(|| Error::invalid("vm", vm, format!("give a machine on network {}", network.name)))
}

/// Blocks of IPv4 addresses, host bits cleared.
pub(super) fn blocks(field: &str, given: &BTreeSet<IpNet>) -> Result<BTreeSet<IpNet>> {
    if given.len() > MOST_BLOCKS {
        return Err(Error::invalid(field, given.len(), format!("give at most {MOST_BLOCKS} blocks")));
    }
    if let Some(other) = given.iter().find(|net| !matches!(net, IpNet::V4(_))) {
        return Err(Error::invalid(field, other, "give blocks of IPv4 addresses"));
    }
    Ok(given.iter().map(IpNet::trunc).collect())
}

/// Ports in order, the lowest at least 1.
pub(super) fn ports(field: &str, ports: Ports) -> Result<()> {
    if ports.first >= 1 && ports.first <= ports.last {
        return Ok(());
    }
    Err(Error::invalid(field, format!("{}-{}", ports.first, ports.last), "give 1 to 65535, the lower one first"))
}

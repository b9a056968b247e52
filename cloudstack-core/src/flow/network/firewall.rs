//! createFirewallRule and createEgressFirewallRule, and how each is taken back.

use super::ground::{self, Ground};
use super::router::{OpenRules, Piece, TellRouters, anywhere};
use super::rule;
use crate::base::id::{AccountId, EntityId, FirewallRuleId, JobId, NetworkId, PublicIpId};
use crate::base::{Caller, Error, Result};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Steps, access};
use crate::model::event::EventLevel;
use crate::model::network::security_rule::{Direction, Service};
use crate::model::network::{FirewallRule, GuestType, Network, NetworkState, RuleState};
use crate::model::offering::NetworkOffering;
use crate::rules::conflict::{self, Purpose};
use ipnet::IpNet;
use std::collections::BTreeSet;

/// A request that something may reach a public address (FWNAT-04). Without such rules nothing does (FWNAT-01).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routed.rs"));
/// # fn main() { routed(async |Routed { cloud, admin, ip, .. }| {
/// # use cloudstack_core::flow::network::{CloseFirewall, OpenFirewall};
/// # use cloudstack_core::model::network::security_rule::{Ports, Service};
/// let service = Service::Tcp(Ports { first: 80, last: 81 });
/// let wish = OpenFirewall { ip, service, from: ["198.51.100.0/24".parse()?].into() };
/// let rule = cloud.rules().open_firewall(&admin, wish).await?.done().await?;
/// assert_eq!(cloud.view().firewall_rule(rule).and_then(|rule| rule.ip), Some(ip));
/// cloud.rules().close_firewall(&admin, CloseFirewall { rule }).await?.done().await?;
/// assert!(cloud.view().firewall_rule(rule).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFirewall {
    /// The public address.
    pub ip: PublicIpId,
    /// The traffic: of TCP, UDP or ICMP.
    pub service: Service,
    /// Where it may come from; everywhere if empty.
    pub from: BTreeSet<IpNet>,
}

impl Verb for OpenFirewall {
    type Answer = FirewallRuleId;
    const NAME: &'static str = "firewall.open";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<FirewallRuleId>> {
        if !matches!(self.service, Service::Tcp(_) | Service::Udp(_) | Service::Icmp(_)) {
            return Err(Error::invalid("service", format!("{:?}", self.service), "give tcp, udp or icmp"));
        }
        in_order(self.service)?;
        let ground = Ground::of(desk, caller, self.ip, None, "Firewall")?;
        let given = ground::blocks("from", &self.from)?;
        let rule = FirewallRule {
            id: desk.id(),
            account: ground.ip.account,
            network: ground.network.id,
            direction: Direction::Ingress,
            ip: Some(self.ip),
            service: self.service,
            from: if given.is_empty() { [anywhere()].into() } else { given },
            to: BTreeSet::new(),
            related: None,
            state: RuleState::Add,
        };
        ground.free(desk.view(), &ground::of_firewall(&rule))?;
        let text = format!("{:?} to {}", self.service, ground.ip.address);
        let (id, steps) = put(desk, rule, "FIREWALL.OPEN", text)?;
        Ok(Decision::then(id, id, steps))
    }
}

/// Writes a new rule down, and says what makes it real.
fn put(desk: &mut Desk<'_>, rule: FirewallRule, event: &str, text: String) -> Result<(FirewallRuleId, Vec<Steps>)> {
    let (id, network, account) = (rule.id, rule.network, rule.account);
    desk.insert(rule)?;
    desk.event(event, EventLevel::Info, Some(account), id.to_string(), text);
    let pieces = [Piece::Firewall(id)].into();
    Ok((id, vec![OpenRules { pieces }.into(), TellRouters::of(network).into()]))
}

fn in_order(service: Service) -> Result<()> {
    match service {
        Service::Tcp(ports) | Service::Udp(ports) if ports.first > ports.last => {
            let given = format!("{}-{}", ports.first, ports.last);
            Err(Error::invalid("ports", given, "give the lower one first"))
        }
        _ => Ok(()),
    }
}

/// A request for an exception among what guests of a network may reach: allowed if the network's offering refuses what no rule
/// is about, refused if it allows that (FWNAT-02).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routed.rs"));
/// # fn main() { routed(async |Routed { cloud, admin, network, .. }| {
/// # use cloudstack_core::flow::network::{CloseEgress, OpenEgress};
/// # use cloudstack_core::model::network::security_rule::{Ports, Service};
/// let service = Service::Tcp(Ports::one(22));
/// let rule = cloud.rules().open_egress(&admin, OpenEgress::new(network, service)).await?.done().await?;
/// // Who sends is a guest of the network unless said otherwise.
/// let from = cloud.view().firewall_rule(rule).map(|rule| rule.from.clone());
/// assert_eq!(from, Some(["10.1.1.0/24".parse()?].into()));
/// cloud.rules().close_egress(&admin, CloseEgress { rule }).await?.done().await?;
/// assert!(cloud.view().firewall_rules().is_empty());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEgress {
    /// The network.
    pub network: NetworkId,
    /// The traffic: of TCP, UDP or ICMP, or all.
    pub service: Service,
    /// The guests that send it, within the network's addresses (FWNAT-03); all of them if empty.
    pub from: BTreeSet<IpNet>,
    /// Where they send it; everywhere if empty.
    pub to: BTreeSet<IpNet>,
}

impl OpenEgress {
    /// From all guests to everywhere.
    #[must_use]
    pub fn new(network: NetworkId, service: Service) -> Self {
        Self { network, service, from: BTreeSet::new(), to: BTreeSet::new() }
    }
}

impl Verb for OpenEgress {
    type Answer = FirewallRuleId;
    const NAME: &'static str = "egress.open";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<FirewallRuleId>> {
        if matches!(self.service, Service::Protocol(_)) {
            return Err(Error::invalid("service", format!("{:?}", self.service), "give tcp, udp, icmp or all"));
        }
        in_order(self.service)?;
        let (network, account) = egress_of(desk, caller, self.network)?;
        let given = ground::blocks("from", &self.from)?;
        if let Some(outside) = given.iter().find(|net| !network.cidr.contains(*net)) {
            return Err(Error::invalid("from", outside, format!("give blocks within {}", network.cidr)));
        }
        let rule = FirewallRule {
            id: desk.id(),
            account,
            network: network.id,
            direction: Direction::Egress,
            ip: None,
            service: self.service,
            from: if given.is_empty() { [network.cidr.trunc()].into() } else { given },
            to: ground::blocks("to", &self.to)?,
            related: None,
            state: RuleState::Add,
        };
        let live = |r: &&FirewallRule| r.direction == Direction::Egress && r.state != RuleState::Revoke;
        for there in desk.view().firewall_rules().by("network", network.id).filter(live) {
            conflict::egress_beside(&ground::of_firewall(there), &ground::of_firewall(&rule))
                .map_err(|why| ground::refused(why, Purpose::Firewall, &there.id.to_string(), network.name.as_str()))?;
        }
        desk.rely_on::<Network>(network.id);
        let text = format!("{:?} from {}", self.service, network.name);
        let (id, steps) = put(desk, rule, "FIREWALL.EGRESS.OPEN", text)?;
        Ok(Decision::then(id, id, steps))
    }
}

/// A network whose router says what leaves it, and its owner.
fn egress_of(desk: &Desk<'_>, caller: &Caller, id: NetworkId) -> Result<(Network, AccountId)> {
    let network = desk.view().need::<Network>(id)?.clone();
    let account = network.account.filter(|_| network.guest == GuestType::Isolated);
    let account = account.ok_or_else(|| Error::invalid("network", &network.name, "give an isolated network"))?;
    access::owned(desk.view(), caller, account, NetworkId::NOUN, id)?;
    if matches!(network.state, NetworkState::Shutdown | NetworkState::Destroy) {
        return Err(super::leaving(&network));
    }
    ground::offers(desk.view().need::<NetworkOffering>(network.offering)?, "Firewall")?;
    Ok((network, account))
}

/// Withdraws a rule, and says what makes it so.
fn close(
    desk: &mut Desk<'_>,
    caller: &Caller,
    id: FirewallRuleId,
    (direction, event): (Direction, &str),
) -> Result<Vec<Steps>> {
    let row = desk.view().need::<FirewallRule>(id)?.clone();
    access::owned(desk.view(), caller, row.account, FirewallRuleId::NOUN, id)?;
    if row.direction != direction {
        return Err(Error::not_found(FirewallRuleId::NOUN, id));
    }
    rule::withdraw(desk, Piece::Firewall(id))?;
    desk.event(event, EventLevel::Info, Some(row.account), id.to_string(), format!("{:?}", row.service));
    Ok(vec![TellRouters::of(row.network).into()])
}

/// A request to withdraw a rule of a public address's firewall.
///
/// There is no way back once it is decided; if a device does not answer, it is told until it has. [`OpenFirewall`] has an
/// example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseFirewall {
    /// The rule.
    pub rule: FirewallRuleId,
}

impl Verb for CloseFirewall {
    type Answer = ();
    const NAME: &'static str = "firewall.close";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let steps = close(desk, caller, self.rule, (Direction::Ingress, "FIREWALL.CLOSE"))?;
        Ok(Decision::then((), self.rule, steps))
    }
}

/// A request to withdraw an egress rule of a network. As [`CloseFirewall`]; [`OpenEgress`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseEgress {
    /// The rule.
    pub rule: FirewallRuleId,
}

impl Verb for CloseEgress {
    type Answer = ();
    const NAME: &'static str = "egress.close";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let steps = close(desk, caller, self.rule, (Direction::Egress, "FIREWALL.EGRESS.CLOSE"))?;
        Ok(Decision::then((), self.rule, steps))
    }
}

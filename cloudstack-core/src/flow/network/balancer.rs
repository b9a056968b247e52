//! createLoadBalancerRule, its changes, its members, and its end.

use super::ground::{self, Ground};
use super::router::{OpenRules, Piece, TellRouters};
use super::rule;
use crate::base::id::{EntityId, JobId, LoadBalancerId, NetworkId, NicId, PublicIpId, VmId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Steps, access};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::network::rule::{Algorithm, Related, Rule, RuleEvent, Transport};
use crate::model::network::{LoadBalancer, Network, RuleState};
use ipnet::IpNet;
use std::collections::BTreeSet;

/// The most machines that one request names.
const MOST: usize = 1_000;
/// The longest description, in characters.
const LONGEST: usize = 4_096;

/// A request that a public port of an address lead to one of several machines (LB-01). It has no members yet.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routed.rs"));
/// # fn main() { routed(async |Routed { cloud, admin, vm, ip, .. }| {
/// # use cloudstack_core::flow::network::{AddLoadBalancer, AssignMembers, DeleteLoadBalancer};
/// # use cloudstack_core::flow::network::{RemoveMembers, UpdateLoadBalancer};
/// # use cloudstack_core::model::network::rule::Algorithm;
/// let wish = AddLoadBalancer::new(ip, "web".parse()?, 80, 8080);
/// let rule = cloud.balancers().add(&admin, wish).await?.done().await?;
/// let vms = [vm].into();
/// cloud.balancers().assign(&admin, AssignMembers { rule, vms }).await?.done().await?;
/// assert_eq!(cloud.view().load_balancer(rule).map(|rule| rule.members.len()), Some(1));
///
/// let change = UpdateLoadBalancer { algorithm: Some(Algorithm::Source), ..UpdateLoadBalancer::of(rule) };
/// cloud.balancers().update(&admin, change).await?.done().await?;
/// assert_eq!(cloud.view().load_balancer(rule).map(|rule| rule.algorithm), Some(Algorithm::Source));
///
/// cloud.balancers().remove(&admin, RemoveMembers { rule, vms: [vm].into() }).await?.done().await?;
/// cloud.balancers().delete(&admin, DeleteLoadBalancer { rule }).await?.done().await?;
/// assert!(cloud.view().load_balancers().is_empty());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddLoadBalancer {
    /// The public address.
    pub ip: PublicIpId,
    /// Its name, unique for the address.
    pub name: Name,
    /// What people say of it.
    pub description: String,
    /// The public port.
    pub port: u16,
    /// The protocol.
    pub transport: Transport,
    /// The port of the members.
    pub to: u16,
    /// How a member is chosen.
    pub algorithm: Algorithm,
    /// Where clients may come from; everywhere if empty.
    pub from: BTreeSet<IpNet>,
    /// Open the firewall of the address for the port too; that rule goes with this one.
    pub open_firewall: bool,
    /// The network of the members, for an address that serves none yet.
    pub network: Option<NetworkId>,
}

impl AddLoadBalancer {
    /// TCP from everywhere, one member after the other, with the firewall opened.
    #[must_use]
    pub fn new(ip: PublicIpId, name: Name, port: u16, to: u16) -> Self {
        let (description, transport, algorithm) = (String::new(), Transport::Tcp, Algorithm::RoundRobin);
        let (from, open_firewall, network) = (BTreeSet::new(), true, None);
        Self { ip, name, description, port, transport, to, algorithm, from, open_firewall, network }
    }
}

impl Verb for AddLoadBalancer {
    type Answer = LoadBalancerId;
    const NAME: &'static str = "load_balancer.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<LoadBalancerId>> {
        for (field, port) in [("port", self.port), ("to", self.to)] {
            if port == 0 {
                return Err(Error::invalid(field, port, "give 1 to 65535"));
            }
        }
        described(&self.description)?;
        let ground = Ground::of(desk, caller, self.ip, self.network, "Lb")?;
        let rule = LoadBalancer {
            id: desk.id(),
            name: self.name.clone(),
            description: self.description.clone(),
            account: ground.ip.account,
            network: ground.network.id,
            ip: self.ip,
            port: self.port,
            transport: self.transport,
            to: self.to,
            algorithm: self.algorithm,
            stickiness: None,
            from: ground::blocks("from", &self.from)?,
            members: BTreeSet::new(),
            state: RuleState::Add,
        };
        own_port(&ground, &rule)?;
        ground.free(desk.view(), &ground::of_balancer(&rule))?;
        let (id, account) = (rule.id, rule.account);
        desk.insert(rule)?;
        let mut pieces = BTreeSet::from([Piece::Balancer(id)]);
        if self.open_firewall {
            pieces.extend(ground.open(desk, ground::one(self.transport, self.port), Related::Balancer(id))?);
        }
        let text = format!("{} port {} of {}", self.name, self.port, ground.ip.address);
        desk.event("LB.CREATE", EventLevel::Info, Some(account), id.to_string(), text);
        let steps = vec![OpenRules { pieces }.into(), TellRouters::of(ground.network.id).into()];
        Ok(Decision::then(id, id, steps))
    }
}

fn described(text: &str) -> Result<()> {
    if text.chars().count() <= LONGEST {
        return Ok(());
    }
    Err(Error::invalid("description", text.chars().take(32).collect::<String>(), "give at most 4096 characters"))
}

/// Where the router itself answers for names, on the address that hides its network, nobody else can.
fn own_port(ground: &Ground, rule: &LoadBalancer) -> Result<()> {
    if rule.port != 53 || !ground.ip.source_nat || !ground.offering.has("Dns") {
        return Ok(());
    }
    Err(Error::invalid("port", 53, "the router answers for names there; use another port, or another address"))
}

/// The rule, if the caller may act on it and it is not withdrawn.
pub(super) fn live(view: &View, caller: &Caller, id: LoadBalancerId) -> Result<LoadBalancer> {
    let row = view.need::<LoadBalancer>(id)?;
    access::owned(view, caller, row.account, LoadBalancerId::NOUN, id)?;
    if row.state == RuleState::Revoke {
        return Err(Error::new(ErrorKind::Conflict, "the rule is being withdrawn").on(id).remedy("make another one"));
    }
    Ok(row.clone())
}

/// Writes a changed rule down, for its devices to hear. They are told until they have heard, whatever becomes of the job.
pub(super) fn changed(desk: &mut Desk<'_>, row: &LoadBalancer, event: &str, text: String) -> Result<Vec<Steps>> {
    desk.update(row.moved(RuleEvent::Changed)?)?;
    desk.event(event, EventLevel::Info, Some(row.account), row.id.to_string(), text);
    Ok(vec![TellRouters::of(row.network).into()])
}

/// A request to change a load balancer rule. What is not given stays. If a device does not answer, the change stands, and the
/// device is told until it has heard. [`AddLoadBalancer`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateLoadBalancer {
    /// The rule.
    pub rule: LoadBalancerId,
    /// Its name.
    pub name: Option<Name>,
    /// What people say of it.
    pub description: Option<String>,
    /// How a member is chosen.
    pub algorithm: Option<Algorithm>,
    /// Where clients may come from; everywhere if empty.
    pub from: Option<BTreeSet<IpNet>>,
}

impl UpdateLoadBalancer {
    /// Nothing yet.
    #[must_use]
    pub fn of(rule: LoadBalancerId) -> Self {
        Self { rule, name: None, description: None, algorithm: None, from: None }
    }
}

impl Verb for UpdateLoadBalancer {
    type Answer = ();
    const NAME: &'static str = "load_balancer.update";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut row = live(desk.view(), caller, self.rule)?;
        if let Some(name) = &self.name {
            row.name.clone_from(name);
        }
        if let Some(text) = &self.description {
            described(text)?;
            row.description.clone_from(text);
        }
        row.algorithm = self.algorithm.unwrap_or(row.algorithm);
        if let Some(from) = &self.from {
            row.from = ground::blocks("from", from)?;
        }
        let text = format!("{} {}", row.name, row.algorithm.as_str());
        let steps = changed(desk, &row, "LB.UPDATE", text)?;
        Ok(Decision::then((), row.id, steps))
    }
}

/// A request to withdraw a load balancer rule, with its stickiness and the firewall rule that was opened for it.
///
/// There is no way back once it is decided; if a device does not answer, it is told until it has. [`AddLoadBalancer`] has an
/// example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteLoadBalancer {
    /// The rule.
    pub rule: LoadBalancerId,
}

impl Verb for DeleteLoadBalancer {
    type Answer = ();
    const NAME: &'static str = "load_balancer.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let row = desk.view().need::<LoadBalancer>(self.rule)?.clone();
        access::owned(desk.view(), caller, row.account, LoadBalancerId::NOUN, self.rule)?;
        rule::withdraw(desk, Piece::Balancer(self.rule))?;
        desk.event("LB.DELETE", EventLevel::Info, Some(row.account), row.id.to_string(), row.name.to_string());
        Ok(Decision::then((), row.id, vec![TellRouters::of(row.network).into()]))
    }
}

/// A request that machines be among those a load balancer chooses from. They must be on its network, and none a member yet.
///
/// If a device does not answer, it is told until it has. [`AddLoadBalancer`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignMembers {
    /// The rule.
    pub rule: LoadBalancerId,
    /// The machines.
    pub vms: BTreeSet<VmId>,
}

impl Verb for AssignMembers {
    type Answer = ();
    const NAME: &'static str = "load_balancer.assign";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        named(&self.vms)?;
        let mut row = live(desk.view(), caller, self.rule)?;
        let network = desk.view().need::<Network>(row.network)?.clone();
        for vm in &self.vms {
            let nic = ground::on_network(desk.view(), caller, row.account, &network, *vm)?;
            if !row.members.insert(nic.id) {
                return Err(Error::new(ErrorKind::Conflict, "the machine is a member already").on(vm));
            }
        }
        let text = format!("{} more for {}", self.vms.len(), row.name);
        let steps = changed(desk, &row, "LB.ASSIGN.TO.RULE", text)?;
        Ok(Decision::then((), row.id, steps))
    }
}

fn named(vms: &BTreeSet<VmId>) -> Result<()> {
    if (1..=MOST).contains(&vms.len()) {
        return Ok(());
    }
    Err(Error::invalid("vms", vms.len(), format!("give 1 to {MOST} machines")))
}

/// A request that machines be no longer among those a load balancer chooses from.
///
/// If a device does not answer, it is told until it has. [`AddLoadBalancer`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveMembers {
    /// The rule.
    pub rule: LoadBalancerId,
    /// The machines.
    pub vms: BTreeSet<VmId>,
}

impl Verb for RemoveMembers {
    type Answer = ();
    const NAME: &'static str = "load_balancer.remove";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        named(&self.vms)?;
        let mut row = live(desk.view(), caller, self.rule)?;
        for vm in &self.vms {
            let own = |nic: &NicId| desk.view().nic(*nic).is_some_and(|nic| nic.vm == *vm);
            let Some(nic) = row.members.iter().copied().find(own) else {
                return Err(Error::invalid("vms", vm, "give members of the rule"));
            };
            row.members.remove(&nic);
        }
        let text = format!("{} less for {}", self.vms.len(), row.name);
        let steps = changed(desk, &row, "LB.REMOVE.FROM.RULE", text)?;
        Ok(Decision::then((), row.id, steps))
    }
}

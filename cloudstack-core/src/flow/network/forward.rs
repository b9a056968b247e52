//! createPortForwardingRule and deletePortForwardingRule.

use super::ground::{self, Ground};
use super::router::{OpenRules, Piece, TellRouters};
use super::rule;
use crate::base::id::{EntityId, JobId, NetworkId, PortForwardId, PublicIpId, VmId};
use crate::base::{Caller, Error, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::network::rule::{Related, Transport};
use crate::model::network::security_rule::Ports;
use crate::model::network::{PortForward, RuleState};
use ipnet::IpNet;
use std::collections::BTreeSet;

/// A request that public ports of an address lead to a machine (FWNAT-08).
///
/// The firewall of the address is opened for them if asked (FWNAT-05); that rule goes with this one.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routed.rs"));
/// # fn main() { routed(async |Routed { cloud, admin, vm, ip, .. }| {
/// # use cloudstack_core::{base::ErrorKind, flow::network::{AddPortForward, DeletePortForward}};
/// # use cloudstack_core::model::network::{RuleState, rule::Transport, security_rule::Ports};
/// let wish = AddPortForward::new(ip, Transport::Tcp, Ports::one(2222), vm, Ports::one(22));
/// let rule = cloud.rules().add_port_forward(&admin, wish.clone()).await?.done().await?;
/// let view = cloud.view();
/// assert_eq!(view.port_forward(rule).map(|rule| rule.state), Some(RuleState::Active));
/// assert_eq!(view.firewall_rules().by("related", rule).count(), 1);
///
/// let refused = cloud.rules().add_port_forward(&admin, wish).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::RuleConflict);
/// cloud.rules().delete_port_forward(&admin, DeletePortForward { rule }).await?.done().await?;
/// assert!(cloud.view().firewall_rules().is_empty());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddPortForward {
    /// The public address.
    pub ip: PublicIpId,
    /// The protocol.
    pub transport: Transport,
    /// The public ports.
    pub ports: Ports,
    /// The machine.
    pub vm: VmId,
    /// The machine's ports: as many as public ones, and of a range the same.
    pub to: Ports,
    /// Where it may come from; everywhere if empty.
    pub from: BTreeSet<IpNet>,
    /// Open the firewall of the address for these ports too.
    pub open_firewall: bool,
    /// The network by which the machine is meant, for an address that serves none yet.
    pub network: Option<NetworkId>,
}

impl AddPortForward {
    /// From everywhere, with the firewall opened.
    #[must_use]
    pub fn new(ip: PublicIpId, transport: Transport, ports: Ports, vm: VmId, to: Ports) -> Self {
        let (from, open_firewall, network) = (BTreeSet::new(), true, None);
        Self { ip, transport, ports, vm, to, from, open_firewall, network }
    }

    fn check(&self) -> Result<()> {
        ground::ports("ports", self.ports)?;
        ground::ports("to", self.to)?;
        let count = |ports: Ports| ports.last - ports.first;
        if count(self.ports) != count(self.to) {
            let given = format!("{}-{}", self.to.first, self.to.last);
            return Err(Error::invalid("to", given, "give as many ports as there are public ones"));
        }
        if count(self.ports) > 0 && self.ports != self.to {
            let given = format!("{}-{}", self.to.first, self.to.last);
            return Err(Error::invalid("to", given, "a range leads to the same range"));
        }
        Ok(())
    }
}

impl Verb for AddPortForward {
    type Answer = PortForwardId;
    const NAME: &'static str = "port_forward.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<PortForwardId>> {
        self.check()?;
        let ground = Ground::of(desk, caller, self.ip, self.network, "PortForwarding")?;
        let nic = ground::target(desk.view(), caller, &ground, self.vm)?;
        let rule = PortForward {
            id: desk.id(),
            account: ground.ip.account,
            network: ground.network.id,
            ip: self.ip,
            transport: self.transport,
            ports: self.ports,
            vm: self.vm,
            nic: nic.id,
            to: self.to,
            from: ground::blocks("from", &self.from)?,
            state: RuleState::Add,
        };
        ground.free(desk.view(), &ground::of_forward(&rule))?;
        let (id, account) = (rule.id, rule.account);
        desk.insert(rule)?;
        let mut pieces = BTreeSet::from([Piece::Forward(id)]);
        if self.open_firewall {
            pieces.extend(ground.open(desk, self.transport.to(self.ports), Related::Forward(id))?);
        }
        let Ports { first, last } = self.ports;
        let text = format!("{} {}-{last} of {}", self.transport.as_str(), first, ground.ip.address);
        desk.event("NET.RULEADD", EventLevel::Info, Some(account), id.to_string(), text);
        let steps = vec![OpenRules { pieces }.into(), TellRouters::of(ground.network.id).into()];
        Ok(Decision::then(id, id, steps))
    }
}

/// A request to withdraw a port forwarding rule, with the firewall rule that was opened for it.
///
/// There is no way back once it is decided; if a device does not answer, it is told until it has. [`AddPortForward`] has an
/// example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletePortForward {
    /// The rule.
    pub rule: PortForwardId,
}

impl Verb for DeletePortForward {
    type Answer = ();
    const NAME: &'static str = "port_forward.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let row = desk.view().need::<PortForward>(self.rule)?.clone();
        access::owned(desk.view(), caller, row.account, PortForwardId::NOUN, self.rule)?;
        rule::withdraw(desk, Piece::Forward(self.rule))?;
        let text = format!("{} {}-{}", row.transport.as_str(), row.ports.first, row.ports.last);
        desk.event("NET.RULEDELETE", EventLevel::Info, Some(row.account), row.id.to_string(), text);
        Ok(Decision::then((), row.id, vec![TellRouters::of(row.network).into()]))
    }
}

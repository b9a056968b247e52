//! Rules of a network's router: firewall, port forwarding and load balancing. Rows of intent; what they mean to packets says
//! [`rules::router`](crate::rules::router).

use super::super::{Value, closed, record::record};
use super::security_rule::{Direction, Ports, Service};
use crate::base::{
    Name,
    fsm::{Illegal, Machine, Move},
    id::{
        AccountId, EntityId, FirewallRuleId, LoadBalancerId, NetworkId, NicId, PortForwardId, PublicIpId,
        StickinessPolicyId, VmId,
    },
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

closed! {
    /// The life of a rule. It ends by the row's removal.
    RuleState {
        Add "Its devices do not know it yet, or not as it is now.",
        Active "Its devices do as it says.",
        Revoke "It is withdrawn; its devices may not know yet. There is no way back.",
    }
}
closed! {
    /// What may happen to a rule.
    RuleEvent {
        Applied "Its devices were told.",
        Changed "It says something else now.",
        RevokeRequested "It is withdrawn.",
    }
}

/// What may happen to a rule; a pair that is not listed is refused.
#[rustfmt::skip]
pub const RULE_MOVES: &[Move<RuleState, RuleEvent>] = {
    use {RuleEvent::*, RuleState::*};
    &[
        (Add,    Applied,         Active),
        (Add,    Changed,         Add),
        (Add,    RevokeRequested, Revoke),
        (Active, Changed,         Add),
        (Active, RevokeRequested, Revoke),
        (Revoke, RevokeRequested, Revoke),
    ]
};

/// The machine of a rule: of the firewall, of port forwarding, of a load balancer.
pub const RULE: Machine<'static, RuleState, RuleEvent> = Machine {
    noun: "rule",
    moves: RULE_MOVES,
    initial: &[RuleState::Add],
    finals: &[],
    transitional: &[RuleState::Add],
};

/// A transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    /// As it is spelt in requests: `tcp`, `udp`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }

    /// Traffic of it to these ports.
    #[must_use]
    pub const fn to(self, ports: Ports) -> Service {
        match self {
            Self::Tcp => Service::Tcp(ports),
            Self::Udp => Service::Udp(ports),
        }
    }
}

/// How a load balancer chooses among members (LB-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// One after the other.
    RoundRobin,
    /// The one with the fewest connections.
    LeastConn,
    /// By the address of who asks.
    Source,
}

impl Algorithm {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::RoundRobin, Self::LeastConn, Self::Source];

    /// As it is spelt in requests: `roundrobin`, `leastconn`, `source`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoundRobin => "roundrobin",
            Self::LeastConn => "leastconn",
            Self::Source => "source",
        }
    }
}

/// What makes a client come back to the same member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stickiness {
    /// The method, as CloudStack spells it: `LbCookie`, `AppCookie` or `SourceBased`.
    pub method: String,
    /// Its parameters, checked against those of the method. A flag that is set has an empty value.
    pub parameters: BTreeMap<String, String>,
}

/// A rule of a firewall: what may reach a public address (ingress), or which traffic of guests a rule of the network is about
/// (egress; whether such rules allow or refuse says the network's offering).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirewallRule {
    /// Its id.
    pub id: FirewallRuleId,
    /// Who owns it.
    pub account: AccountId,
    /// The network whose router it is for.
    pub network: NetworkId,
    /// Towards the guests, or away from them.
    pub direction: Direction,
    /// The public address; none for egress.
    pub ip: Option<PublicIpId>,
    /// The traffic.
    pub service: Service,
    /// Where it comes from: the world's blocks for ingress, guests' for egress. Never empty.
    pub from: BTreeSet<IpNet>,
    /// Where guests send it; everywhere if empty. Egress only.
    pub to: BTreeSet<IpNet>,
    /// The rule that it was opened for, with which it goes.
    pub related: Option<Related>,
    /// Where in its life it is.
    pub state: RuleState,
}
record! { FirewallRule: FirewallRuleId in "firewall_rule" {
    account: Link = |r| Value::link(r.account),
    network: Link = |r| Value::link(r.network),
    ip: Link = |r| Value::maybe(r.ip),
    related: Link = |r| r.related.map_or(Value::Null, |rule| Value::Id(rule.raw())),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { } }

/// The rule that a firewall rule was opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Related {
    /// A port forwarding rule.
    Forward(PortForwardId),
    /// A load balancer rule.
    Balancer(LoadBalancerId),
}

impl Related {
    /// Its id as a number.
    #[must_use]
    pub fn raw(self) -> u128 {
        match self {
            Self::Forward(id) => id.to_u128(),
            Self::Balancer(id) => id.to_u128(),
        }
    }
}

/// A port forwarding rule: public ports of an address lead to a machine (FWNAT-08).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortForward {
    /// Its id.
    pub id: PortForwardId,
    /// Who owns it.
    pub account: AccountId,
    /// The network whose router it is for.
    pub network: NetworkId,
    /// The public address.
    pub ip: PublicIpId,
    /// The protocol.
    pub transport: Transport,
    /// The public ports.
    pub ports: Ports,
    /// The machine.
    pub vm: VmId,
    /// Its interface on the network.
    pub nic: NicId,
    /// The machine's ports: as many as public ones.
    pub to: Ports,
    /// Where it may come from; everywhere if empty.
    pub from: BTreeSet<IpNet>,
    /// Where in its life it is.
    pub state: RuleState,
}
record! { PortForward: PortForwardId in "port_forward" {
    account: Link = |r| Value::link(r.account),
    network: Link = |r| Value::link(r.network),
    ip: Link = |r| Value::link(r.ip),
    vm: Link = |r| Value::link(r.vm),
    nic: Link = |r| Value::link(r.nic),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { } }

/// A stickiness policy of a load balancer rule (LB-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StickinessPolicy {
    /// Its id.
    pub id: StickinessPolicyId,
    /// Its name.
    pub name: Name,
    /// What people say of it.
    pub description: String,
    /// What it does.
    pub does: Stickiness,
}

/// A load balancer rule: a public port of an address leads to one of several machines (LB-01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadBalancer {
    /// Its id.
    pub id: LoadBalancerId,
    /// Its name, unique for the public address.
    pub name: Name,
    /// What people say of it.
    pub description: String,
    /// Who owns it.
    pub account: AccountId,
    /// The network whose router it is for.
    pub network: NetworkId,
    /// The public address.
    pub ip: PublicIpId,
    /// The public port.
    pub port: u16,
    /// The protocol between client and member.
    pub transport: Transport,
    /// The port of the members.
    pub to: u16,
    /// How a member is chosen.
    pub algorithm: Algorithm,
    /// What makes a client come back to the same member.
    pub stickiness: Option<StickinessPolicy>,
    /// Where clients may come from; everywhere if empty.
    pub from: BTreeSet<IpNet>,
    /// The members' interfaces on the network.
    pub members: BTreeSet<NicId>,
    /// Where in its life it is.
    pub state: RuleState,
}
record! { LoadBalancer: LoadBalancerId in "load_balancer" {
    name: Text = |r| Value::text(r.name.as_str()),
    account: Link = |r| Value::link(r.account),
    network: Link = |r| Value::link(r.network),
    ip: Link = |r| Value::link(r.ip),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { [ip, name] } }

/// A row with the life of a rule.
pub trait Rule: Sized {
    /// Where in its life it is.
    fn state(&self) -> RuleState;
    /// The same rule after `event`.
    ///
    /// # Errors
    /// [`Illegal`] if its state does not allow the event.
    fn moved(&self, event: RuleEvent) -> Result<Self, Illegal>;
}

macro_rules! rules {
    ($($row:ident),*) => {
        $(impl Rule for $row {
            fn state(&self) -> RuleState {
                self.state
            }
            fn moved(&self, event: RuleEvent) -> Result<Self, Illegal> {
                Ok(Self { state: RULE.step(self.state, event)?, ..self.clone() })
            }
        })*
    };
}
rules!(FirewallRule, PortForward, LoadBalancer);

//! The device-neutral form of what the router of a guest network does to packets: network address translation, firewall,
//! egress, port forwarding and load balancing.
//!
//! A packet from the world to a public address is judged by the address's firewall as it arrives, before its target is
//! rewritten: nothing is let in unless a rule says so. Then static NAT, a port forwarding rule or a load balancer says where it
//! goes. A packet of a guest to the world is judged by the egress rules, and leaves under the address of its static NAT, or else
//! under the network's source NAT address. What belongs to a connection that was let through passes in both directions.
//!
//! [`oracle`] says what that means for any datagram, [`diff`] what of a router another version of it leaves as it was.

pub mod diff;
pub mod oracle;

use super::ir::Family;
use crate::base::id::{FirewallRuleId, LoadBalancerId, PortForwardId};
pub use crate::model::network::rule::{Algorithm, Stickiness, Transport};
use crate::model::network::security_rule::{Ports, Service};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What a router does to packets. Two equal values mean the same router, and compile to the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Router {
    /// Its public addresses.
    pub public: BTreeMap<IpAddr, PublicAddress>,
    /// The public address under which guests without one of their own reach the world.
    pub source_nat: Option<IpAddr>,
    /// What guests may reach.
    pub egress: Egress,
    /// Port forwarding rules.
    pub forwards: BTreeMap<PortForwardId, Forward>,
    /// Load balancer rules.
    pub balancers: BTreeMap<LoadBalancerId, Balancer>,
}

/// A public address of a router.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAddress {
    /// The subnet it is in.
    pub subnet: IpNet,
    /// The way from there to the world.
    pub gateway: IpAddr,
    /// The VLAN it lives on; none means untagged.
    pub vlan: Option<u32>,
    /// The guest's address that it stands for, one to one.
    pub static_nat: Option<IpAddr>,
    /// What may reach it.
    pub firewall: BTreeMap<FirewallRuleId, Opening>,
}

/// One thing that may reach a public address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Opening {
    /// The traffic.
    pub service: Service,
    /// Where it may come from.
    pub from: BTreeSet<IpNet>,
}

/// What guests may reach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Egress {
    /// What no rule is about is let out. Then rules refuse; otherwise rules allow.
    pub open: bool,
    /// The exceptions.
    pub rules: BTreeMap<FirewallRuleId, EgressRule>,
}

/// One exception among what guests may reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EgressRule {
    /// The traffic.
    pub service: Service,
    /// The guests.
    pub from: BTreeSet<IpNet>,
    /// Where they send it; everywhere if empty.
    pub to: BTreeSet<IpNet>,
}

/// A port forwarding rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    /// The public address.
    pub public: IpAddr,
    /// The protocol.
    pub transport: Transport,
    /// The public ports.
    pub ports: Ports,
    /// The guest's address.
    pub to: IpAddr,
    /// The guest's port for the first public one; the others follow in order.
    pub to_first: u16,
    /// Where it may come from; everywhere if empty. Beyond the firewall of the public address.
    pub from: BTreeSet<IpNet>,
}

/// A load balancer rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balancer {
    /// The public address.
    pub public: IpAddr,
    /// The public port.
    pub port: u16,
    /// The protocol between client and member.
    pub transport: Transport,
    /// How a member is chosen.
    pub algorithm: Algorithm,
    /// What makes a client come back to the same member.
    pub stickiness: Option<Stickiness>,
    /// Where clients may come from; everywhere if empty. Beyond the firewall of the public address.
    pub from: BTreeSet<IpNet>,
    /// The port of the members.
    pub to: u16,
    /// The members' addresses.
    pub members: BTreeSet<IpAddr>,
}

impl Router {
    /// The kinds of addresses it translates: IPv4 alone. IPv6 is routed.
    pub const FAMILY: Family = Family::V4;
}

//! The packet oracle of routers: what a [`Router`] does to a datagram, and why. Every compiled form is held against it.
//!
//! Where a datagram comes from decides who judges it:
//!
//! | from | to | judged by |
//! |---|---|---|
//! | either side | – | what belongs to a connection that was let through passes, rewritten as its first datagram was; what fits no connection is dropped |
//! | the world | a public address | its firewall, as it arrives |
//! | the world | anything else | dropped, also if it claims to be from a guest or from the router itself |
//! | a guest | the gateway | only what the router serves to guests, and echo requests |
//! | a guest | a public address of its own router | that address's firewall, with the guest's own address as the source; no egress rule is asked |
//! | a guest | the world | the egress rules |
//!
//! Once let in, a public address leads in this order: to the guest it stands for (static NAT), by the port forwarding rule with
//! the lowest id, by the balancer with the lowest id among those of its port; echo requests are answered by the router itself.
//! A rule whose source blocks do not hold the source does not lead anywhere: a forwarding rule then leaves it to the next, a
//! balancer does not. Guests that come in by a public address appear under the gateway's address to whom they reach, since the
//! answer has to come back the same way. A guest leaves under the lowest public address that stands for it, or else under the
//! source NAT address; if there is neither it does not leave.

use super::super::packet::{IpPacket, Payload, Tracked, serves};
use super::{Balancer, Forward, Router, Transport};
use crate::base::id::{FirewallRuleId, LoadBalancerId, PortForwardId};
use crate::model::network::security_rule::IcmpKind;
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

/// The guests' side of a router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// The guests' subnet.
    pub subnet: IpNet,
    /// The router's address in it.
    pub gateway: IpAddr,
    /// The ports at which the router itself serves guests. UDP port 67 means that it leases addresses, and so hears guests that
    /// have none.
    pub serves: BTreeSet<(Transport, u16)>,
}

/// Where a datagram arrives at a router.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// From outside.
    World,
    /// From the guest network.
    Guests,
}

/// What becomes of a datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It ends here.
    Dropped(Refusal),
    /// It goes on.
    Passed(Passage),
}

impl Fate {
    /// How it goes on, if it does.
    #[must_use]
    pub const fn passage(&self) -> Option<&Passage> {
        match self {
            Self::Passed(passage) => Some(passage),
            Self::Dropped(_) => None,
        }
    }
}

/// Why a datagram ends at the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// Connection tracking calls it invalid.
    Invalid,
    /// It claims to be from somebody who is not on that side.
    ForeignSource,
    /// It comes from the world and is for no public address, or from a guest and is for its own subnet.
    ForeignTarget,
    /// The router does not serve guests at this port.
    NotServed,
    /// The firewall of the public address has no rule for it. Nothing is let in without one.
    Firewall,
    /// This egress rule refuses it.
    Egress(FirewallRuleId),
    /// No egress rule allows it.
    NoEgress,
    /// The public address is open for it, but leads nowhere.
    NoTarget,
    /// The guest has no address in the world.
    NoAddress,
}

/// How a datagram goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// What let it in.
    pub entry: Entry,
    /// Whom it reaches.
    pub target: Target,
    /// The address it goes on under. That of what belongs to a connection, and of what reaches the router or a balancer, is its
    /// own: a balancer asks its members for itself.
    pub source: IpAddr,
}

/// What let a datagram in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Entry {
    /// It belongs to a connection, or is about one.
    Established,
    /// The router serves its guests.
    Served,
    /// This rule of the public address's firewall; the lowest of those that do.
    Firewall(FirewallRuleId),
    /// This egress rule; the lowest of those that do.
    Egress(FirewallRuleId),
    /// What no egress rule is about is let out.
    OpenEgress,
}

/// Whom a datagram reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// Whomever the first of its connection reached.
    Connection,
    /// The router.
    Router,
    /// The world, at the address it is for.
    World,
    /// A guest.
    Guest {
        /// Its address.
        to: IpAddr,
        /// The port, for UDP and TCP.
        port: Option<u16>,
        /// What led there.
        by: Translation,
    },
    /// One of these members.
    Member {
        /// The rule.
        of: LoadBalancerId,
        /// Its members; never empty.
        members: BTreeSet<IpAddr>,
        /// Their port.
        port: u16,
    },
}

/// What rewrites the target of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Translation {
    /// The public address stands for the guest.
    StaticNat,
    /// This rule.
    Forward(PortForwardId),
}

/// The port a datagram is for, with its transport.
const fn port(packet: &IpPacket) -> Option<(Transport, u16)> {
    match packet.payload {
        Payload::Tcp { to, .. } => Some((Transport::Tcp, to)),
        Payload::Udp { to, .. } => Some((Transport::Udp, to)),
        _ => None,
    }
}

const ECHO: Payload = Payload::Icmp(IcmpKind { kind: 8, code: 0 });

fn within(blocks: &BTreeSet<IpNet>, address: IpAddr) -> bool {
    blocks.iter().any(|block| block.contains(&address))
}

fn anywhere_or(blocks: &BTreeSet<IpNet>, address: IpAddr) -> bool {
    blocks.is_empty() || within(blocks, address)
}

const fn passed(entry: Entry, target: Target, source: IpAddr) -> Fate {
    Fate::Passed(Passage { entry, target, source })
}

/// What becomes of an IPv4 datagram that arrives on one side of a router. Both addresses are those of single hosts, save that a
/// guest that asks for a lease has none yet and asks everybody.
///
/// ```
/// use cloudstack_core::rules::packet::{IpPacket, Payload, Tracked};
/// use cloudstack_core::rules::router::{Router, oracle::{Fate, Inside, Refusal, Side, fate}};
///
/// let inside = Inside { subnet: "10.1.1.0/24".parse()?, gateway: "10.1.1.1".parse()?, serves: [].into() };
/// let payload = Payload::Tcp { from: 40_000, to: 22 };
/// let packet = IpPacket { src: "192.0.2.7".parse()?, dst: "10.1.1.5".parse()?, payload, tracked: Tracked::New };
/// // The world does not reach a guest by its own address, whatever it knows.
/// assert_eq!(fate(&Router::default(), &inside, Side::World, &packet), Fate::Dropped(Refusal::ForeignTarget));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn fate(router: &Router, inside: &Inside, side: Side, packet: &IpPacket) -> Fate {
    match packet.tracked {
        Tracked::Established | Tracked::Related => {
            return passed(Entry::Established, Target::Connection, packet.src);
        }
        Tracked::Invalid => return Fate::Dropped(Refusal::Invalid),
        Tracked::New => {}
    }
    let own = packet.src == inside.gateway || router.public.contains_key(&packet.src);
    match side {
        Side::World if own || inside.subnet.contains(&packet.src) => Fate::Dropped(Refusal::ForeignSource),
        Side::World if !router.public.contains_key(&packet.dst) => Fate::Dropped(Refusal::ForeignTarget),
        Side::World => arriving(router, packet, packet.src),
        Side::Guests if asks_for_lease(inside, packet) => passed(Entry::Served, Target::Router, packet.src),
        Side::Guests if own || !inside.subnet.contains(&packet.src) => Fate::Dropped(Refusal::ForeignSource),
        Side::Guests if packet.dst == inside.gateway => {
            let served = packet.payload == ECHO || port(packet).is_some_and(|at| inside.serves.contains(&at));
            match served {
                true => passed(Entry::Served, Target::Router, packet.src),
                false => Fate::Dropped(Refusal::NotServed),
            }
        }
        Side::Guests if router.public.contains_key(&packet.dst) => arriving(router, packet, inside.gateway),
        Side::Guests if inside.subnet.contains(&packet.dst) => Fate::Dropped(Refusal::ForeignTarget),
        Side::Guests => leaving(router, packet),
    }
}

fn asks_for_lease(inside: &Inside, packet: &IpPacket) -> bool {
    let unaddressed = packet.src == Ipv4Addr::UNSPECIFIED && packet.dst == Ipv4Addr::BROADCAST;
    unaddressed && packet.payload == Payload::Udp { from: 68, to: 67 } && inside.serves.contains(&(Transport::Udp, 67))
}

/// A datagram for a public address; who is reached by it sees it come from `seen_as`.
fn arriving(router: &Router, packet: &IpPacket, seen_as: IpAddr) -> Fate {
    let Some(address) = router.public.get(&packet.dst) else { return Fate::Dropped(Refusal::ForeignTarget) };
    let opens = |o: &super::Opening| serves(o.service, packet) && within(&o.from, packet.src);
    let Some((rule, _)) = address.firewall.iter().find(|(_, opening)| opens(opening)) else {
        return Fate::Dropped(Refusal::Firewall);
    };
    let entry = Entry::Firewall(*rule);
    if let Some(to) = address.static_nat {
        let target = Target::Guest { to, port: port(packet).map(|(_, port)| port), by: Translation::StaticNat };
        return passed(entry, target, seen_as);
    }
    if let Some((id, forward)) = router.forwards.iter().find(|(_, forward)| forward.takes(packet)) {
        let port = port(packet).map(|(_, port)| forward.port(port));
        let target = Target::Guest { to: forward.to, port, by: Translation::Forward(*id) };
        return passed(entry, target, seen_as);
    }
    match router.balancers.iter().find(|(_, balancer)| balancer.listens(packet)) {
        Some((of, balancer)) if !balancer.members.is_empty() && anywhere_or(&balancer.from, packet.src) => {
            let target = Target::Member { of: *of, members: balancer.members.clone(), port: balancer.to };
            passed(entry, target, packet.src)
        }
        None if packet.payload == ECHO => passed(entry, Target::Router, packet.src),
        _ => Fate::Dropped(Refusal::NoTarget),
    }
}

/// A guest's datagram for the world.
fn leaving(router: &Router, packet: &IpPacket) -> Fate {
    let about = |rule: &super::EgressRule| {
        serves(rule.service, packet) && within(&rule.from, packet.src) && anywhere_or(&rule.to, packet.dst)
    };
    let rule = router.egress.rules.iter().find(|(_, rule)| about(rule)).map(|(id, _)| *id);
    let entry = match (rule, router.egress.open) {
        (Some(rule), true) => return Fate::Dropped(Refusal::Egress(rule)),
        (None, false) => return Fate::Dropped(Refusal::NoEgress),
        (Some(rule), false) => Entry::Egress(rule),
        (None, true) => Entry::OpenEgress,
    };
    match router.world_address(packet.src) {
        Some(address) => passed(entry, Target::World, address),
        None => Fate::Dropped(Refusal::NoAddress),
    }
}

impl Router {
    /// The address under which a guest reaches the world: the lowest one that stands for it, or else the source NAT address.
    #[must_use]
    pub fn world_address(&self, guest: IpAddr) -> Option<IpAddr> {
        let own = self.public.iter().find(|(_, public)| public.static_nat == Some(guest));
        own.map(|(address, _)| *address).or(self.source_nat)
    }
}

impl Forward {
    fn takes(&self, packet: &IpPacket) -> bool {
        let at = port(packet).is_some_and(|(transport, port)| transport == self.transport && self.ports.holds(port));
        at && packet.dst == self.public && anywhere_or(&self.from, packet.src)
    }

    /// The guest's port for a public one. Ports behind the last one begin again at the first.
    #[must_use]
    pub const fn port(&self, public: u16) -> u16 {
        self.to_first.wrapping_add(public.wrapping_sub(self.ports.first))
    }
}

impl Balancer {
    fn listens(&self, packet: &IpPacket) -> bool {
        packet.dst == self.public && port(packet) == Some((self.transport, self.port))
    }
}

#[cfg(test)]
mod tests;

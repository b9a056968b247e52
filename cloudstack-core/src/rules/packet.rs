//! The packet oracle: what a policy does to a packet, and why.
//!
//! [`verdict`] reads either the intent ([`SecurityGroupPolicy`](super::security_group::SecurityGroupPolicy)) or its compiled
//! form ([`Ir`]). Both must answer alike, and so must every device's language.
//!
//! A frame that crosses a host's bridge is judged twice: where it leaves a guest (egress) and where it enters one
//! (ingress). At each port a guard comes first, which no rule can open or close; then the rules of the port's groups.

use super::ir::{Entry, Family, Far, Ir, Mac, Port, Tap, mask};
use crate::base::id::SecurityGroupId;
use crate::model::network::security_rule::{Direction, IcmpKind, Service};
use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What connection tracking says of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tracked {
    /// It would begin a connection.
    New,
    /// It belongs to a connection that was let through.
    Established,
    /// It is about such a connection: an ICMP error, a data channel.
    Related,
    /// It fits nowhere.
    Invalid,
}

/// What an IP packet carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payload {
    /// A TCP segment.
    Tcp {
        /// Source port.
        from: u16,
        /// Destination port.
        to: u16,
    },
    /// A UDP datagram.
    Udp {
        /// Source port.
        from: u16,
        /// Destination port.
        to: u16,
    },
    /// An ICMP message, or an ICMPv6 message if the addresses are IPv6.
    Icmp(IcmpKind),
    /// Anything else, by protocol number; never the number of one of the above.
    Other(u8),
}

/// An IP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IpPacket {
    /// Where it says it is from.
    pub src: IpAddr,
    /// Where it goes; of the same family as `src`.
    pub dst: IpAddr,
    /// What it carries.
    pub payload: Payload,
    /// What connection tracking says.
    pub tracked: Tracked,
}

impl IpPacket {
    /// The family of its addresses.
    #[must_use]
    pub const fn family(&self) -> Family {
        Family::of(self.src)
    }

    /// The protocol number in its header.
    #[must_use]
    pub const fn protocol(&self) -> u8 {
        match (self.payload, self.family()) {
            (Payload::Tcp { .. }, _) => 6,
            (Payload::Udp { .. }, _) => 17,
            (Payload::Icmp(_), Family::V4) => 1,
            (Payload::Icmp(_), Family::V6) => 58,
            (Payload::Other(number), _) => number,
        }
    }

    const fn far(&self, direction: Direction) -> IpAddr {
        match direction {
            Direction::Ingress => self.src,
            Direction::Egress => self.dst,
        }
    }
}

/// An ARP message for IPv4 over Ethernet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arp {
    /// 1 asks, 2 answers.
    pub operation: u16,
    /// Who says it.
    pub sender_mac: Mac,
    /// For which address.
    pub sender_ip: Ipv4Addr,
    /// To whom.
    pub target_mac: Mac,
    /// About which address.
    pub target_ip: Ipv4Addr,
}

/// What an Ethernet frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Frame {
    /// IPv4 or IPv6.
    Ip(IpPacket),
    /// ARP.
    Arp(Arp),
    /// Anything else, by its type; tagged frames are of type 0x8100.
    Other(u16),
}

/// A frame that crosses a host's bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Packet {
    /// The device it came in by.
    pub from: Tap,
    /// The device it goes out by.
    pub to: Tap,
    /// Its Ethernet source.
    pub mac: Mac,
    /// What it carries.
    pub frame: Frame,
}

/// Why a packet passes or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Passes: neither end is a guest port.
    NoGuest,
    /// Passes: an ARP question or answer with true addresses.
    Arp,
    /// Passes: what IPv6 needs to work on a link at all.
    Neighbour,
    /// Passes: a guest asks for its address, or is given it.
    Dhcp,
    /// Passes: a guest asks a name server, whatever its egress rules (SG-06).
    Dns,
    /// Passes: it belongs to what was let through before (SG-05).
    Established,
    /// Passes: a rule of this group, the first of the port's groups that has one.
    Rule(SecurityGroupId),
    /// Passes: none of the port's groups has an egress rule (SG-01, SG-06).
    OpenEgress,
    /// Dropped: the Ethernet source is not the port's.
    ForeignMac,
    /// Dropped: the source address, or the one an ARP message claims, is not the port's.
    ForeignSource,
    /// Dropped: it is for an address, or in an ARP answer for an Ethernet address, that is not the port's.
    ForeignTarget,
    /// Dropped: an ARP message that neither asks nor answers.
    ArpOperation,
    /// Dropped: a guest plays DHCP server.
    RogueDhcp,
    /// Dropped: a guest plays router (advertisement or redirect).
    RogueRouter,
    /// Dropped: neither IP nor ARP.
    NotIp,
    /// Dropped: connection tracking calls it invalid.
    Invalid,
    /// Dropped: no rule allows it.
    NoRule,
}

impl Reason {
    /// True if it is a reason to pass.
    #[must_use]
    pub const fn passes(self) -> bool {
        use Reason::{Arp, Dhcp, Dns, Established, Neighbour, NoGuest, OpenEgress, Rule};
        matches!(self, NoGuest | Arp | Neighbour | Dhcp | Dns | Established | Rule(_) | OpenEgress)
    }
}

/// What happens to a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// The port and direction that decided last; none if neither end is a guest port.
    pub at: Option<(Tap, Direction)>,
    /// Why.
    pub why: Reason,
}

impl Verdict {
    /// True if the packet arrives.
    #[must_use]
    pub const fn passes(&self) -> bool {
        self.why.passes()
    }
}

/// A form of a policy that packets can be held against.
pub trait Reading {
    /// The guest port on this device, if there is one.
    fn port(&self, tap: Tap) -> Option<Cow<'_, Port>>;

    /// What the rules of the port's groups say; called when the guard has not decided.
    fn rules(&self, port: &Port, direction: Direction, packet: &IpPacket) -> Reason;
}

/// What happens to `packet` under `policy`.
///
/// ```
/// use cloudstack_core::base::id::{EntityId, NicId, RuleId, SecurityGroupId};
/// use cloudstack_core::model::network::security_rule::{Direction, Peer, Ports, SecurityRule, Service};
/// use cloudstack_core::rules::{ir::Mac, packet::*, security_group::*};
///
/// let (group, mac) = (SecurityGroupId::from_u128(1), Mac([2, 0, 0, 0, 0, 1]));
/// let mut policy = SecurityGroupPolicy::default();
/// policy.put_member(Member {
///     nic: NicId::from_u128(1), mac, tap: Some("vnet0".parse()?), groups: [group].into(),
///     addresses: vec!["10.1.1.5".parse()?], secondary: vec![],
/// })?;
/// let mut to_port = |port| {
///     let payload = Payload::Tcp { from: 40_000, to: port };
///     let ip = IpPacket { src: "192.0.2.1".parse()?, dst: "10.1.1.5".parse()?, payload, tracked: Tracked::New };
///     let packet = Packet { from: "eth0".parse()?, to: "vnet0".parse()?, mac: Mac([2, 0, 0, 0, 0, 9]), frame: Frame::Ip(ip) };
///     Ok::<_, Box<dyn std::error::Error>>(verdict(&policy, &packet).why)
/// };
/// assert_eq!(to_port(22)?, Reason::NoRule);
/// # let _ = to_port;
/// policy.add_rule(group, &SecurityRule {
///     id: RuleId::from_u128(1), direction: Direction::Ingress, service: Service::Tcp(Ports::one(22)),
///     peer: Peer::cidr("192.0.2.0/24".parse()?),
/// });
/// # let mut to_port = |port| {
/// #     let payload = Payload::Tcp { from: 40_000, to: port };
/// #     let ip = IpPacket { src: "192.0.2.1".parse()?, dst: "10.1.1.5".parse()?, payload, tracked: Tracked::New };
/// #     let packet = Packet { from: "eth0".parse()?, to: "vnet0".parse()?, mac: Mac([2, 0, 0, 0, 0, 9]), frame: Frame::Ip(ip) };
/// #     Ok::<_, Box<dyn std::error::Error>>(verdict(&policy, &packet).why)
/// # };
/// assert_eq!(to_port(22)?, Reason::Rule(group));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn verdict(policy: &impl Reading, packet: &Packet) -> Verdict {
    let mut last = Verdict { at: None, why: Reason::NoGuest };
    for (tap, direction) in [(packet.from, Direction::Egress), (packet.to, Direction::Ingress)] {
        let Some(port) = policy.port(tap) else { continue };
        let guard = match direction {
            Direction::Egress => leaving(&port, packet),
            Direction::Ingress => entering(&port, &packet.frame),
        };
        let why = match guard {
            Guard::Decided(why) => why,
            Guard::AskRules(ip) => policy.rules(&port, direction, ip),
        };
        last = Verdict { at: Some((tap, direction)), why };
        if !why.passes() {
            break;
        }
    }
    last
}

enum Guard<'a> {
    Decided(Reason),
    AskRules(&'a IpPacket),
}

/// ICMPv6 types a guest may always send: errors, router and neighbour solicitation, neighbour advertisement, multicast
/// listener report.
const V6_OUT: &[u8] = &[1, 2, 3, 4, 133, 135, 136, 143];
/// The same for what it may always be sent: a router's advertisement and a listener query instead of what asks for them.
const V6_IN: &[u8] = &[1, 2, 3, 4, 130, 134, 135, 136];
/// Those it must send before it has an address.
const V6_UNADDRESSED: &[u8] = &[133, 135, 143];
/// Those only a router sends: advertisement, redirect.
const V6_ROUTER: &[u8] = &[134, 137];

const fn udp(packet: &IpPacket) -> Option<(u16, u16)> {
    match packet.payload {
        Payload::Udp { from, to } => Some((from, to)),
        _ => None,
    }
}

fn icmpv6(packet: &IpPacket, kinds: &[u8]) -> bool {
    matches!((packet.payload, packet.family()), (Payload::Icmp(icmp), Family::V6) if kinds.contains(&icmp.kind))
}

fn leaving<'a>(port: &Port, packet: &'a Packet) -> Guard<'a> {
    use Guard::{AskRules, Decided};
    if packet.mac != port.mac {
        return Decided(Reason::ForeignMac);
    }
    let ip = match &packet.frame {
        Frame::Ip(ip) => ip,
        Frame::Arp(arp) => return Decided(arp_leaving(port, arp)),
        Frame::Other(_) => return Decided(Reason::NotIp),
    };
    let (client, server) = match ip.family() {
        Family::V4 => (68, 67),
        Family::V6 => (546, 547),
    };
    let own = port.owns(ip.src);
    Decided(match udp(ip) {
        Some((from, _)) if from == server => Reason::RogueDhcp,
        _ if icmpv6(ip, V6_ROUTER) => Reason::RogueRouter,
        Some(ports) if ports == (client, server) && (own || ip.src == Ipv4Addr::UNSPECIFIED) => Reason::Dhcp,
        _ if icmpv6(ip, V6_UNADDRESSED) && ip.src == Ipv6Addr::UNSPECIFIED => Reason::Neighbour,
        _ if !own => Reason::ForeignSource,
        _ if icmpv6(ip, V6_OUT) => Reason::Neighbour,
        _ => match (ip.tracked, ip.payload) {
            (Tracked::Established | Tracked::Related, _) => Reason::Established,
            (Tracked::Invalid, _) => Reason::Invalid,
            (Tracked::New, Payload::Tcp { to: 53, .. } | Payload::Udp { to: 53, .. }) => Reason::Dns,
            (Tracked::New, _) => return AskRules(ip),
        },
    })
}

fn entering<'a>(port: &Port, frame: &'a Frame) -> Guard<'a> {
    use Guard::{AskRules, Decided};
    let ip = match frame {
        Frame::Ip(ip) => ip,
        Frame::Arp(arp) => return Decided(arp_entering(port, arp)),
        Frame::Other(_) => return Decided(Reason::NotIp),
    };
    let (client, server) = match ip.family() {
        Family::V4 => (68, 67),
        Family::V6 => (546, 547),
    };
    Decided(match ip.tracked {
        _ if udp(ip) == Some((server, client)) => Reason::Dhcp,
        _ if icmpv6(ip, V6_IN) => Reason::Neighbour,
        _ if !port.owns(ip.dst) => Reason::ForeignTarget,
        Tracked::Established | Tracked::Related => Reason::Established,
        Tracked::Invalid => Reason::Invalid,
        Tracked::New => return AskRules(ip),
    })
}

fn arp_leaving(port: &Port, arp: &Arp) -> Reason {
    match arp.operation {
        _ if arp.sender_mac != port.mac || !port.owns(arp.sender_ip.into()) => Reason::ForeignSource,
        1 | 2 => Reason::Arp,
        _ => Reason::ArpOperation,
    }
}

fn arp_entering(port: &Port, arp: &Arp) -> Reason {
    match arp.operation {
        _ if !port.owns(arp.target_ip.into()) => Reason::ForeignTarget,
        1 => Reason::Arp,
        2 if arp.target_mac == port.mac => Reason::Arp,
        2 => Reason::ForeignTarget,
        _ => Reason::ArpOperation,
    }
}

/// True if `packet` is traffic of this kind.
#[must_use]
pub fn serves(service: Service, packet: &IpPacket) -> bool {
    match (service, packet.payload) {
        (Service::All, _) | (Service::Icmp(None), Payload::Icmp(_)) => true,
        (Service::Tcp(ports), Payload::Tcp { to, .. }) | (Service::Udp(ports), Payload::Udp { to, .. }) => {
            ports.holds(to)
        }
        (Service::Icmp(Some(kind)), Payload::Icmp(is)) => kind == is,
        (Service::Protocol(number), _) => number == packet.protocol(),
        _ => false,
    }
}

impl Reading for Ir {
    fn port(&self, tap: Tap) -> Option<Cow<'_, Port>> {
        self.ports.get(&tap).map(Cow::Borrowed)
    }

    fn rules(&self, port: &Port, direction: Direction, packet: &IpPacket) -> Reason {
        let chains = || port.groups.iter().filter_map(|g| self.groups.get(g).map(|chains| (*g, chains)));
        let allowed = |entry: &Entry| serves(entry.service, packet) && self.reaches(entry.far, packet.far(direction));
        if let Some((group, _)) = chains().find(|(_, chains)| chains.of(direction).iter().any(allowed)) {
            return Reason::Rule(group);
        }
        match direction {
            Direction::Egress if chains().all(|(_, chains)| chains.egress.is_empty()) => Reason::OpenEgress,
            _ => Reason::NoRule,
        }
    }
}

impl Ir {
    fn reaches(&self, far: Far, address: IpAddr) -> bool {
        far.family() == Family::of(address)
            && match far {
                Far::Any(_) => true,
                Far::Set(key) => self.sets.get(&key).is_some_and(|set| set.contains(&mask(address, key.prefix()))),
            }
    }
}

//! The small part of the nftables language that filters need, as values, and its two spellings.

use crate::render::{Out, decimal, hex};
use cloudstack_core::base::id::{EntityId, SecurityGroupId};
use cloudstack_core::model::network::security_rule::{Direction, IcmpKind, Service};
use cloudstack_core::rules::ir::{Family, Mac, SetKey, Tap};
use std::net::IpAddr;

/// Something of a frame that a term looks at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    In,
    Out,
    EtherType,
    EtherSource,
    ArpOperation,
    ArpSenderMac,
    ArpSenderIp,
    ArpTargetMac,
    ArpTargetIp,
    Source(Family),
    Target(Family),
    Protocol,
    TcpTo,
    UdpFrom,
    UdpTo,
    IcmpKind(Family),
    IcmpCode(Family),
    Tracked,
}

/// What it is compared with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Number(u16),
    Range(u16, u16),
    OneOf(&'a [u16]),
    Word(&'a str),
    /// Alternatives that are bits of one field.
    Flags(&'a [&'a str]),
}

/// One condition of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) enum Term<'a> {
    Is(Field, Value<'a>),
    /// The device and a second field, together, are not in a set.
    PairNotIn(Field, Field, &'a str),
    /// The field, all but its first bits cleared, is in a set.
    In(Field, SetKey),
}

/// What a rule does when all its terms hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act<'a> {
    Accept,
    Drop,
    Goto(Chain<'a>),
    Jump(Chain<'a>),
    /// What the map says of a device.
    Look(Field, &'a str),
}

/// The name of a chain. Names of different chains differ: a port's holds at most 15 characters after the direction, a
/// group's 32.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chain<'a> {
    Fixed(&'a str),
    Port(Tap, Direction),
    Group(SecurityGroupId, Direction),
    /// Holds a drop if the group has egress rules.
    End(SecurityGroupId),
}

/// The name of a set or map.
#[derive(Debug, Clone, Copy)]
pub(super) enum Set<'a> {
    Fixed(&'a str),
    Key(SetKey),
}

/// An element of a set or map.
#[derive(Debug, Clone, Copy)]
pub(super) enum Element {
    Address(IpAddr),
    Device(Tap),
    /// A device with its Ethernet address.
    Mac(Tap, Mac),
    /// A device with an address of its own.
    Own(Tap, IpAddr),
    /// A device with the chain that judges it.
    Port(Tap, Direction),
}

/// One command.
#[derive(Clone, Copy)]
pub(super) enum Command<'a> {
    AddTable,
    DeleteTable,
    AddChain(Chain<'a>),
    /// The chain the kernel enters by, for frames that cross a bridge.
    AddHook(&'a str),
    Flush(Chain<'a>),
    DeleteChain(Chain<'a>),
    AddSet(Set<'a>, &'a [&'a str]),
    AddMap(&'a str),
    DeleteSet(Set<'a>),
    AddRule(Chain<'a>, &'a [Term<'a>], Act<'a>),
    DeleteElement(Set<'a>, Element),
}

/// A spelling of the language.
pub(super) trait Script {
    fn command(&mut self, command: Command<'_>);
    /// Adds any number of elements by one command; none if there are none.
    fn elements(&mut self, set: Set<'_>, elements: impl Iterator<Item = Element>);
}

pub(super) const fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "in",
        Direction::Egress => "out",
    }
}

impl Chain<'_> {
    pub(super) fn name(self, out: &mut Out) {
        match self {
            Self::Fixed(name) => out.push_str(name),
            Self::Port(tap, direction) => {
                out.push_str(way(direction));
                out.push(b'-');
                out.push_str(tap.as_str());
            }
            Self::Group(group, direction) => {
                out.push_str(way(direction));
                out.push(b'-');
                hex(out, group.to_u128());
            }
            Self::End(group) => {
                out.push_str("end-");
                hex(out, group.to_u128());
            }
        }
    }
}

impl Set<'_> {
    pub(super) fn name(self, out: &mut Out) {
        match self {
            Self::Fixed(name) => out.push_str(name),
            Self::Key(SetKey::Members { group, family }) => {
                out.push_str(if family == Family::V4 { "m4-" } else { "m6-" });
                hex(out, group.to_u128());
            }
            Self::Key(SetKey::Blocks { group, direction, service, family, prefix }) => {
                out.push_str(if family == Family::V4 { "b4-" } else { "b6-" });
                hex(out, group.to_u128());
                out.push(b'-');
                out.push_str(way(direction));
                service_name(out, service);
                out.push(b'-');
                decimal(out, prefix.into());
            }
        }
    }
}

fn service_name(out: &mut Out, service: Service) {
    let mut numbers = |name: &str, numbers: &[u16]| {
        out.push_str(name);
        for number in numbers {
            out.push(b'-');
            decimal(out, *number);
        }
    };
    match service {
        Service::All => numbers("-all", &[]),
        Service::Tcp(ports) => numbers("-tcp", &[ports.first, ports.last]),
        Service::Udp(ports) => numbers("-udp", &[ports.first, ports.last]),
        Service::Icmp(None) => numbers("-icmp", &[]),
        Service::Icmp(Some(IcmpKind { kind, code })) => numbers("-icmp", &[kind.into(), code.into()]),
        Service::Protocol(number) => numbers("-proto", &[number.into()]),
    }
}

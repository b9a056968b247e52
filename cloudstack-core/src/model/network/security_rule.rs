//! The rows of a security group's rules: what may reach its members, and what they may reach.

use crate::base::id::{RuleId, SecurityGroupId};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr};

/// Which way a rule looks, seen from the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Towards the member. Nothing is let in unless a rule says so.
    Ingress,
    /// Away from the member. Everything is let out until the first such rule; then only what the rules say (SG-06).
    Egress,
}

impl Direction {
    /// Both, in order.
    pub const ALL: [Self; 2] = [Self::Ingress, Self::Egress];
}

/// An inclusive range of ports, first ≤ last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ports {
    /// The lowest port.
    pub first: u16,
    /// The highest port.
    pub last: u16,
}

impl Ports {
    /// Every port.
    pub const ALL: Self = Self { first: 0, last: u16::MAX };

    /// One port.
    #[must_use]
    pub const fn one(port: u16) -> Self {
        Self { first: port, last: port }
    }

    /// True if `port` is in the range.
    #[must_use]
    pub const fn holds(self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }
}

/// What kind of traffic a rule is about.
///
/// In a rule about IPv6 addresses `Icmp` means ICMPv6, and type and code are ICMPv6's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Any IP protocol.
    All,
    /// TCP to these destination ports.
    Tcp(Ports),
    /// UDP to these destination ports.
    Udp(Ports),
    /// ICMP of this type and code; of any type and code if `None` (written −1 and −1 on the wire).
    Icmp(Option<IcmpKind>),
    /// An IP protocol by its number, 1 to 255, other than TCP, UDP and ICMP.
    Protocol(u8),
}

/// Type and code of an ICMP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IcmpKind {
    /// The type: 8 is an IPv4 echo request.
    pub kind: u8,
    /// The code.
    pub code: u8,
}

/// The far end a rule allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Peer {
    /// Every address in a block. The host bits are zero.
    Cidr(IpNet),
    /// The members of a group, whichever they are at the time; it may be the rule's own group (SG-08).
    Group(SecurityGroupId),
}

impl Peer {
    /// The block an address range names, host bits cleared.
    #[must_use]
    pub fn cidr(net: IpNet) -> Self {
        Self::Cidr(net.trunc())
    }

    /// A single address.
    #[must_use]
    pub fn host(address: IpAddr) -> Self {
        Self::Cidr(IpNet::from(address))
    }
}

/// One rule of a security group. Rules only allow; they are added and removed, never edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityRule {
    /// Its identity.
    pub id: RuleId,
    /// Which way it looks.
    pub direction: Direction,
    /// The traffic it allows.
    pub service: Service,
    /// The far end it allows.
    pub peer: Peer,
}

impl SecurityRule {
    /// What makes two rules of one group the same rule, whatever their ids (SG-07).
    #[must_use]
    pub const fn key(&self) -> RuleKey {
        RuleKey { direction: self.direction, service: self.service, peer: self.peer }
    }
}

/// The substance of a rule without its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleKey {
    /// Which way it looks.
    pub direction: Direction,
    /// The traffic it allows.
    pub service: Service,
    /// The far end it allows.
    pub peer: Peer,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Tcp(ports) => write!(f, "tcp {}-{}", ports.first, ports.last),
            Self::Udp(ports) => write!(f, "udp {}-{}", ports.first, ports.last),
            Self::Icmp(None) => f.write_str("icmp any"),
            Self::Icmp(Some(IcmpKind { kind, code })) => write!(f, "icmp {kind}/{code}"),
            Self::Protocol(number) => write!(f, "protocol {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::EntityId;

    #[test]
    fn a_row_survives_its_json_form() {
        for service in [
            Service::All,
            Service::Tcp(Ports { first: 22, last: 23 }),
            Service::Icmp(None),
            Service::Icmp(Some(IcmpKind { kind: 8, code: 0 })),
            Service::Protocol(47),
        ] {
            for peer in [Peer::Group(SecurityGroupId::from_u128(9)), Peer::cidr("10.1.1.1/8".parse().unwrap())] {
                let rule = SecurityRule { id: RuleId::from_u128(1), direction: Direction::Egress, service, peer };
                let text = serde_json::to_string(&rule).unwrap();
                assert_eq!(serde_json::from_str::<SecurityRule>(&text).unwrap(), rule, "{text}");
            }
        }
    }

    #[test]
    fn a_block_loses_its_host_bits() {
        assert_eq!(Peer::cidr("10.1.1.1/8".parse().unwrap()), Peer::Cidr("10.0.0.0/8".parse().unwrap()));
    }
}

//! The device-neutral form of per-port filtering: ports, chains of entries, and address sets that entries name.
//!
//! A port does not repeat the rules of its groups and a rule does not repeat the members of the group it names: ports name
//! chains, entries name sets. So one member, one rule or one port more is a change of constant size, however many ports
//! share the group.

use super::keyed::Keyed;
use crate::base::id::{NicId, SecurityGroupId};
use crate::model::network::security_rule::{Direction, Service};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

pub use crate::base::Mac;

/// The name of a guest port on its host: 1 to 15 of `A-Z a-z 0-9 _ . -`, not beginning with `-` or `.`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tap {
    // Zero-padded, so that the derived order is the order of the names.
    bytes: [u8; 15],
    len: u8,
}

/// A text that cannot name a guest port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a port name; give 1 to 15 of A-Z a-z 0-9 _ . -, beginning with a letter, digit or _")]
pub struct BadTap(pub String);

impl Tap {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl FromStr for Tap {
    type Err = BadTap;
    fn from_str(text: &str) -> Result<Self, BadTap> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        if text.is_empty() || text.len() > 15 || text.starts_with(['-', '.']) || !text.bytes().all(fits) {
            return Err(BadTap(text.to_owned()));
        }
        let mut bytes = [0; 15];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes, len: text.len() as u8 })
    }
}

impl TryFrom<String> for Tap {
    type Error = BadTap;
    fn try_from(text: String) -> Result<Self, BadTap> {
        text.parse()
    }
}

impl From<Tap> for String {
    fn from(tap: Tap) -> Self {
        tap.as_str().to_owned()
    }
}

impl fmt::Display for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// The kind of an IP address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Both, in order.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// The kind of this address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// The prefix length of a single address.
    #[must_use]
    pub const fn host_prefix(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

/// The identity of an address set. All elements of a set have one prefix length, so that elements never overlap and a
/// device needs no interval tree: it masks and looks up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetKey {
    /// The addresses of a group's members; shared by every rule that names the group.
    Members {
        /// The group.
        group: SecurityGroupId,
        /// Which of their addresses.
        family: Family,
    },
    /// The blocks that rules of one group, direction and service allow.
    Blocks {
        /// The group whose rules they are.
        group: SecurityGroupId,
        /// Which way the rules look.
        direction: Direction,
        /// What they allow.
        service: Service,
        /// The kind of addresses.
        family: Family,
        /// The prefix length, never 0.
        prefix: u8,
    },
}

impl SetKey {
    /// The kind of the elements.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Members { family, .. } | Self::Blocks { family, .. } => family,
        }
    }

    /// The prefix length of the elements.
    #[must_use]
    pub const fn prefix(self) -> u8 {
        match self {
            Self::Members { family, .. } => family.host_prefix(),
            Self::Blocks { prefix, .. } => prefix,
        }
    }
}

/// The far ends an entry allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Far {
    /// Every address of a kind.
    Any(Family),
    /// The addresses in a set.
    Set(SetKey),
}

impl Far {
    /// The kind of addresses meant.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Any(family) => family,
            Self::Set(key) => key.family(),
        }
    }
}

/// One line of a chain: this service, with these far ends, is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// The traffic.
    pub service: Service,
    /// The far ends.
    pub far: Far,
}

/// The two chains of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chains {
    /// What may reach a member.
    pub ingress: BTreeSet<Entry>,
    /// What a member may reach. A member of any group whose egress chain is not empty may reach nothing else.
    pub egress: BTreeSet<Entry>,
}

impl Chains {
    /// The chain of this direction.
    #[must_use]
    pub const fn of(&self, direction: Direction) -> &BTreeSet<Entry> {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    pub(crate) const fn of_mut(&mut self, direction: Direction) -> &mut BTreeSet<Entry> {
        match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        }
    }
}

/// A guest port on this host: who is behind it, and whose chains judge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// The device.
    pub tap: Tap,
    /// The interface behind it.
    pub nic: NicId,
    /// The only Ethernet address it may send from.
    pub mac: Mac,
    /// The IPv4 addresses it may send from and be sent to, rising.
    pub v4: Vec<Ipv4Addr>,
    /// The IPv6 addresses it may send from and be sent to, rising; the link-local one is among them.
    pub v6: Vec<Ipv6Addr>,
    /// Its groups, rising.
    pub groups: Vec<SecurityGroupId>,
}

impl Port {
    /// True if the address is the port's own.
    #[must_use]
    pub fn owns(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(a) => self.v4.binary_search(&a).is_ok(),
            IpAddr::V6(a) => self.v6.binary_search(&a).is_ok(),
        }
    }
}

/// Everything the filter of one host must know. Two equal values mean the same filter, and compile to the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ir {
    /// The guest ports.
    pub ports: BTreeMap<Tap, Port>,
    /// The chains that some port names.
    pub groups: Keyed<SecurityGroupId, Chains>,
    /// The sets that some entry names: the network addresses, whose prefix length is [`SetKey::prefix`].
    pub sets: Keyed<SetKey, BTreeSet<IpAddr>>,
}

/// `address` with all but the first `prefix` bits cleared.
#[must_use]
pub fn mask(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(a) => {
            let keep = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(a.to_bits() & keep))
        }
        IpAddr::V6(a) => {
            let keep = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(a.to_bits() & keep))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_local_address_is_made_of_the_ethernet_address() {
        let mac = Mac([0x02, 0x00, 0x4c, 0x01, 0x02, 0x03]);
        assert_eq!(mac.link_local().to_string(), "fe80::4cff:fe01:203");
        assert_eq!(mac.to_string(), "02:00:4c:01:02:03");
    }

    #[test]
    fn port_names_are_checked() {
        for good in ["vnet0", "a", "tap_1.2-3", "123456789012345"] {
            assert_eq!(good.parse::<Tap>().unwrap().as_str(), good);
        }
        for bad in ["", "1234567890123456", "a b", "-x", ".", "..", "é", "a\"", "a/b", "a+"] {
            assert_eq!(bad.parse::<Tap>(), Err(BadTap(bad.into())), "{bad}");
        }
        assert!("a".parse::<Tap>().unwrap() < "a.".parse::<Tap>().unwrap());
    }

    #[test]
    fn masks_at_the_ends() {
        let a: IpAddr = "255.255.255.255".parse().unwrap();
        assert_eq!(mask(a, 0), "0.0.0.0".parse::<IpAddr>().unwrap());
        assert_eq!(mask(a, 31), "255.255.255.254".parse::<IpAddr>().unwrap());
        assert_eq!(mask(a, 32), a);
        let b: IpAddr = "ffff::1".parse().unwrap();
        assert_eq!(mask(b, 0), "::".parse::<IpAddr>().unwrap());
        assert_eq!(mask(b, 64), "ffff::".parse::<IpAddr>().unwrap());
        assert_eq!(mask(b, 128), b);
    }
}

//! Ranges of addresses, VLANs and ports, and subnets, as a plan file writes them.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use ipnet::Ipv4Net;

use super::text::{self, BadText};

/// IPv4 addresses from `first` to `last`, both included.
///
/// Written `192.168.168.3-192.168.168.14`, shorter `192.168.168.3-14` (the last octets only), or `192.168.168.15` for one.
/// The order is not checked here: a plan is read with its faults, and the linter names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange {
    /// The first address.
    pub first: Ipv4Addr,
    /// The last address.
    pub last: Ipv4Addr,
}

impl AddressRange {
    /// The addresses from `first` to `last`.
    #[must_use]
    pub const fn new(first: Ipv4Addr, last: Ipv4Addr) -> Self {
        Self { first, last }
    }

    /// How many addresses: 0 when the last comes before the first.
    #[must_use]
    pub fn count(&self) -> u64 {
        (u64::from(u32::from(self.last)) + 1).saturating_sub(u64::from(u32::from(self.first)))
    }

    /// The addresses in order.
    pub fn iter(&self) -> impl Iterator<Item = Ipv4Addr> + use<> {
        (u32::from(self.first)..=u32::from(self.last)).map(Ipv4Addr::from)
    }

    /// True if the address lies in the range.
    #[must_use]
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        self.first <= address && address <= self.last
    }

    /// The addresses that both ranges hold.
    #[must_use]
    pub fn common(&self, other: &Self) -> Option<Self> {
        let both = Self::new(self.first.max(other.first), self.last.min(other.last));
        (both.first <= both.last).then_some(both)
    }

    /// What is left of the range without `other`: nothing, one piece or two.
    #[must_use]
    pub fn without(&self, other: &Self) -> Vec<Self> {
        let Some(cut) = self.common(other) else { return vec![*self] };
        let (before, after) = (u32::from(cut.first).checked_sub(1), u32::from(cut.last).checked_add(1));
        let left = before.map(|last| Self::new(self.first, last.into()));
        let right = after.map(|first| Self::new(first.into(), self.last));
        [left, right].into_iter().flatten().filter(|piece| piece.first <= piece.last).collect()
    }

    /// True if the whole range lies in the subnet.
    #[must_use]
    pub fn within(&self, subnet: &Subnet) -> bool {
        subnet.0.contains(&self.first) && subnet.0.contains(&self.last)
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first.octets(), self.last.octets());
        if first == last {
            write!(f, "{}", self.first)
        } else if first[..3] == last[..3] {
            write!(f, "{}-{}", self.first, last[3])
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

impl FromStr for AddressRange {
    type Err = BadText;
    fn from_str(given: &str) -> Result<Self, BadText> {
        let bad = || {
            BadText::new(
                given,
                "an address range such as `192.168.1.10-192.168.1.20`, `192.168.1.10-20` or `192.168.1.10`",
            )
        };
        let (first, last) = given.split_once(['-', '–', '～', '~']).unwrap_or((given, given));
        let first: Ipv4Addr = first.trim().parse().map_err(|_| bad())?;
        // The short form gives only the octets that differ, from the right.
        let tail: Vec<u8> = last.trim().split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| bad())?;
        let mut octets = first.octets();
        let kept = octets.len().checked_sub(tail.len()).ok_or_else(bad)?;
        octets[kept..].copy_from_slice(&tail);
        Ok(Self::new(first, octets.into()))
    }
}

/// A subnet with no host bits set. Written `192.168.168.0/24` or `192.168.168.0/255.255.255.0` (ZONE-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subnet(pub Ipv4Net);

impl Subnet {
    /// The network address.
    #[must_use]
    pub fn network(&self) -> Ipv4Addr {
        self.0.network()
    }

    /// The broadcast address.
    #[must_use]
    pub fn broadcast(&self) -> Ipv4Addr {
        self.0.broadcast()
    }

    /// The mask, dotted.
    #[must_use]
    pub fn netmask(&self) -> Ipv4Addr {
        self.0.netmask()
    }

    /// Every address from network to broadcast.
    #[must_use]
    pub fn range(&self) -> AddressRange {
        AddressRange::new(self.network(), self.broadcast())
    }

    /// True if the address lies in the subnet.
    #[must_use]
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        self.0.contains(&address)
    }

    /// True if the two subnets share addresses.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.contains(&other.0) || other.0.contains(&self.0)
    }

    /// The address in this subnet with the same host part as `address`.
    #[must_use]
    pub fn same_host(&self, address: Ipv4Addr) -> Ipv4Addr {
        let host = u32::from(address) & !u32::from(self.netmask());
        (u32::from(self.network()) | host).into()
    }

    /// The `n`th address after the network address; the broadcast address when there are not so many.
    #[must_use]
    pub fn nth(&self, n: u32) -> Ipv4Addr {
        u32::from(self.network()).saturating_add(n).min(u32::from(self.broadcast())).into()
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Subnet {
    type Err = BadText;
    fn from_str(given: &str) -> Result<Self, BadText> {
        let bad = || BadText::new(given, "a subnet such as `192.168.168.0/24` or `192.168.168.0/255.255.255.0`");
        let (address, mask) = given.split_once('/').ok_or_else(bad)?;
        let address: Ipv4Addr = address.trim().parse().map_err(|_| bad())?;
        let net = match mask.trim().parse::<u8>() {
            Ok(length) => Ipv4Net::new(address, length),
            Err(_) => Ipv4Net::with_netmask(address, mask.trim().parse().map_err(|_| bad())?),
        };
        let net = net.map_err(|_| bad())?;
        if net.trunc() != net {
            return Err(BadText::new(given, format!("the network address, `{}`: host bits are set", net.trunc())));
        }
        Ok(Self(net))
    }
}

/// VLAN ids from `first` to `last`, both included. Written `600-799` or `600`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanRange {
    /// The first id.
    pub first: u16,
    /// The last id.
    pub last: u16,
}

impl VlanRange {
    /// The ids that both ranges hold.
    #[must_use]
    pub fn common(&self, other: &Self) -> Option<Self> {
        let both = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (both.first <= both.last).then_some(both)
    }

    /// How many ids: 0 when the last comes before the first.
    #[must_use]
    pub fn count(&self) -> u32 {
        (u32::from(self.last) + 1).saturating_sub(u32::from(self.first))
    }
}

impl fmt::Display for VlanRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::show_pair(f, self.first, self.last)
    }
}

impl FromStr for VlanRange {
    type Err = BadText;
    fn from_str(given: &str) -> Result<Self, BadText> {
        let (first, last) = text::pair(given, "VLAN ids such as `600-799` or `600`")?;
        Ok(Self { first, last })
    }
}

/// Ports from `first` to `last`, both included. Written `8000-8080` or `22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::show_pair(f, self.first, self.last)
    }
}

impl FromStr for PortRange {
    type Err = BadText;
    fn from_str(given: &str) -> Result<Self, BadText> {
        let (first, last) = text::pair(given, "ports such as `8000-8080` or `22`")?;
        Ok(Self { first, last })
    }
}

text::as_text!(AddressRange, Subnet, VlanRange, PortRange);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_short_long_and_single() {
        for (given, shown, count) in [
            ("192.168.168.3-14", "192.168.168.3-14", 12),
            ("192.168.168.3 - 192.168.168.14", "192.168.168.3-14", 12),
            ("10.0.0.250-1.5", "10.0.0.250-10.0.1.5", 12),
            ("192.168.168.15", "192.168.168.15", 1),
            ("10.0.0.9-3", "10.0.0.9-3", 0),
            ("0.0.0.0-255.255.255.255", "0.0.0.0-255.255.255.255", 1 << 32),
        ] {
            let range: AddressRange = given.parse().unwrap();
            assert_eq!((range.to_string().as_str(), range.count()), (shown, count), "{given}");
            assert_eq!(range.to_string().parse(), Ok(range));
        }
        for bad in ["", "-", "10.0.0.1-", "10.0.0.1-256", "10.0.0.1-1.2.3.4.5", "10.0.0", "ten"] {
            assert!(bad.parse::<AddressRange>().is_err(), "{bad}");
        }
    }

    #[test]
    fn cutting_leaves_what_lies_outside() {
        let range = |text: &str| text.parse::<AddressRange>().unwrap();
        for (from, cut, left) in [
            ("10.0.0.1-9", "10.0.0.3-5", "10.0.0.1-2 10.0.0.6-9"),
            ("10.0.0.1-9", "10.0.0.1-9", ""),
            ("10.0.0.1-9", "10.0.0.9-20", "10.0.0.1-8"),
            ("10.0.0.1-9", "10.0.0.10-20", "10.0.0.1-9"),
            ("0.0.0.0-255.255.255.255", "0.0.0.0", "0.0.0.1-255.255.255.255"),
        ] {
            let pieces: Vec<String> = range(from).without(&range(cut)).iter().map(ToString::to_string).collect();
            assert_eq!(pieces.join(" "), left, "{from} without {cut}");
        }
    }

    /// Proves: ZONE-12
    #[test]
    fn a_subnet_is_read_with_either_mask() {
        let net: Subnet = "192.168.168.0/24".parse().unwrap();
        assert_eq!("192.168.168.0/255.255.255.0".parse(), Ok(net));
        assert_eq!(net.same_host([92, 168, 168, 16].into()), Ipv4Addr::new(192, 168, 168, 16));
        for bad in ["192.168.168.0", "192.168.168.0/33", "192.168.168.0/255.0.255.0", "192.168.168.1/24", "x/24"] {
            assert!(bad.parse::<Subnet>().is_err(), "{bad}");
        }
    }
}

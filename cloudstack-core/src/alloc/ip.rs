//! Addresses: ranges of them, and the pool of one subnet.
//!
//! A network with IPv4 and IPv6 has a pool for each; both families use the same code.

use super::range::{BadRanges, RangePool, first_overlap, without};
use crate::base::Seed;
use ipnet::IpNet;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// Addresses from `first` to `last`, both included, of one family. Reads `10.1.1.2-10.1.1.20`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

/// Two ends that make no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a range of addresses; give the lower address, `-` and the higher one of the same family")]
pub struct BadAddressRange(pub String);

impl AddressRange {
    /// The addresses from `first` to `last`.
    ///
    /// # Errors
    /// [`BadAddressRange`] if `last` is lower or of the other family.
    pub fn new(first: IpAddr, last: IpAddr) -> Result<Self, BadAddressRange> {
        if first.is_ipv4() == last.is_ipv4() && first <= last {
            Ok(Self { first, last })
        } else {
            Err(BadAddressRange(format!("{first}-{last}")))
        }
    }

    /// The lowest address.
    #[must_use]
    pub fn first(&self) -> IpAddr {
        self.first
    }

    /// The highest address.
    #[must_use]
    pub fn last(&self) -> IpAddr {
        self.last
    }

    /// How many addresses; of all of IPv6 one is not counted, for it would not fit.
    #[must_use]
    pub fn size(&self) -> u128 {
        (number(self.last) - number(self.first)).saturating_add(1)
    }

    /// True if `ip` is one of them.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.first <= ip && ip <= self.last
    }

    /// True if every address of `other` is one of these.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// The addresses that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }

    /// True if an address is in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// Two of `ranges`, by their places in the list, that share an address.
    ///
    /// Over all private ranges of the cloud this finds an address reserved twice (IPAM-03), over all public ranges of
    /// all zones one that is public in two (IPAM-09).
    #[must_use]
    pub fn first_overlap(ranges: &[Self]) -> Option<(usize, usize)> {
        first_overlap(ranges.iter().map(|range| (range.first, range.last)))
    }

    fn span(&self) -> (u128, u128) {
        (number(self.first), number(self.last))
    }
}

impl From<IpNet> for AddressRange {
    /// Every address of the subnet, network and broadcast included.
    fn from(net: IpNet) -> Self {
        Self { first: net.network(), last: net.broadcast() }
    }
}

impl From<IpAddr> for AddressRange {
    fn from(ip: IpAddr) -> Self {
        Self { first: ip, last: ip }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

impl std::str::FromStr for AddressRange {
    type Err = BadAddressRange;
    fn from_str(text: &str) -> Result<Self, BadAddressRange> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let read = |end: &str| end.trim().parse().map_err(|_| BadAddressRange(text.to_owned()));
        Self::new(read(first)?, read(last)?)
    }
}

fn number(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip),
    }
}

/// What an [`AddressPool`] is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    net: IpNet,
    gateway: Option<IpAddr>,
    ranges: Vec<AddressRange>,
    excluded: Vec<AddressRange>,
}

impl Subnet {
    /// The whole subnet, without a gateway.
    #[must_use]
    pub fn new(net: IpNet) -> Self {
        Self { net: net.trunc(), gateway: None, ranges: Vec::new(), excluded: Vec::new() }
    }

    /// The control network of one pod: 169.254.0.0/16 with the host at 169.254.0.1, which leaves 65,533 (IPAM-06).
    #[must_use]
    pub fn link_local() -> Self {
        let net = ipnet::Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16);
        Self::new(net.into()).gateway(Ipv4Addr::new(169, 254, 0, 1).into())
    }

    /// The gateway, which is never given.
    #[must_use]
    pub fn gateway(self, gateway: IpAddr) -> Self {
        Self { gateway: Some(gateway), ..self }
    }

    /// Only these ranges of the subnet are given; without any, the whole subnet is. May be called again for more.
    #[must_use]
    pub fn only(mut self, ranges: impl IntoIterator<Item = AddressRange>) -> Self {
        self.ranges.extend(ranges);
        self
    }

    /// These are never given: addresses of hosts, switches, another range's owner. May be called again for more.
    #[must_use]
    pub fn without(mut self, excluded: impl IntoIterator<Item = AddressRange>) -> Self {
        self.excluded.extend(excluded);
        self
    }

    /// The address that names the network: the first. A point-to-point or host subnet has none (RFC 3021, RFC 6164);
    /// in IPv6 it is the anycast address of the routers.
    fn network(&self) -> Option<IpAddr> {
        (self.net.max_prefix_len() - self.net.prefix_len() > 1).then(|| self.net.network())
    }

    /// The last address, in IPv4.
    fn broadcast(&self) -> Option<IpAddr> {
        self.network().filter(IpAddr::is_ipv4).map(|_| self.net.broadcast())
    }

    fn check(&self) -> Result<(), BadSubnet> {
        let (net, whole) = (self.net, AddressRange::from(self.net));
        if let Some(gateway) = self.gateway {
            if !whole.contains(gateway) {
                return Err(BadSubnet::GatewayOutside { net, gateway });
            }
            if Some(gateway) == self.network() || Some(gateway) == self.broadcast() {
                return Err(BadSubnet::GatewayReserved { net, gateway });
            }
        }
        match self.ranges.iter().find(|range| !whole.covers(range)) {
            Some(range) => Err(BadSubnet::RangeOutside { net, range: *range }),
            None => Ok(()),
        }
    }
}

/// A subnet from which no address could be given as told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSubnet {
    /// The gateway cannot be reached from the subnet.
    #[error("gateway {gateway} is not in {net}")]
    GatewayOutside {
        /// The subnet.
        net: IpNet,
        /// The gateway.
        gateway: IpAddr,
    },
    /// The gateway is the network or broadcast address.
    #[error("gateway {gateway} is the first or last address of {net}, which no machine can have")]
    GatewayReserved {
        /// The subnet.
        net: IpNet,
        /// The gateway.
        gateway: IpAddr,
    },
    /// A range leaves the subnet.
    #[error("range {range} is not within {net}")]
    RangeOutside {
        /// The subnet.
        net: IpNet,
        /// The range.
        range: AddressRange,
    },
    /// Two ranges share addresses.
    #[error("ranges {first} and {second} overlap")]
    RangesOverlap {
        /// The one given first.
        first: AddressRange,
        /// The other.
        second: AddressRange,
    },
    /// The pool would hold 2⁶⁴ addresses or more.
    #[error("{net} has too many addresses for one pool; give a /64 or longer, or name ranges")]
    TooLarge {
        /// The subnet.
        net: IpNet,
    },
}

/// Why an address that was asked for by name is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is not in the subnet, or not in the ranges that are given from.
    OutsideTheRange,
    /// It is the gateway.
    Gateway,
    /// It names the network.
    Network,
    /// It is the broadcast address.
    Broadcast,
    /// Somebody has it.
    Taken,
    /// It is kept out of the pool.
    Excluded,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutsideTheRange => "outside the range",
            Self::Gateway => "the gateway",
            Self::Network => "the network address",
            Self::Broadcast => "the broadcast address",
            Self::Taken => "taken",
            Self::Excluded => "excluded",
        })
    }
}

/// An address that was asked for by name is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{ip} cannot be given from {net}: it is {why}")]
pub struct Refused {
    /// The address that was asked for.
    pub ip: IpAddr,
    /// The subnet that was asked.
    pub net: IpNet,
    /// Why not.
    pub why: Why,
}

/// No address is free. `in_range = taken + excluded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no free address in {net}: of {in_range} in range, {taken} are taken and {excluded} excluded")]
pub struct NoFreeIp {
    /// The subnet.
    pub net: IpNet,
    /// Addresses in the ranges that are given from.
    pub in_range: u128,
    /// Of these, how many are taken.
    pub taken: u64,
    /// Of these, how many are never given: network, broadcast, gateway, and those excluded by name.
    pub excluded: u128,
}

/// Which addresses of a subnet are free.
///
/// Network, broadcast and gateway address are never given. Lowest-free is the rule for public addresses, a random pick
/// the rule for guests, pods and control networks; which one is the caller's choice.
///
/// ```
/// use cloudstack_core::alloc::{AddressPool, Subnet};
/// let pod = Subnet::new("192.168.154.0/24".parse()?)
///     .gateway("192.168.154.1".parse()?)
///     .only(["192.168.154.2-192.168.154.7".parse()?])
///     .without(["192.168.154.3".parse()?]);
/// let mut pool = AddressPool::new(pod)?;
/// assert_eq!(pool.free(), 5);
/// let refused = pool.take("192.168.154.8".parse()?).unwrap_err();
/// assert_eq!(refused.to_string(), "192.168.154.8 cannot be given from 192.168.154.0/24: it is outside the range");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct AddressPool {
    subnet: Subnet,
    pool: RangePool,
}

impl AddressPool {
    /// A pool in which every address that may be given is free.
    ///
    /// # Errors
    /// [`BadSubnet`] if gateway or ranges do not fit the subnet or each other.
    pub fn new(mut subnet: Subnet) -> Result<Self, BadSubnet> {
        subnet.check()?;
        if subnet.ranges.is_empty() {
            subnet.ranges.push(subnet.net.into());
        }
        if let Some((a, b)) = AddressRange::first_overlap(&subnet.ranges) {
            return Err(BadSubnet::RangesOverlap { first: subnet.ranges[a], second: subnet.ranges[b] });
        }
        let same_family = |range: &&AddressRange| range.first.is_ipv4() == subnet.net.network().is_ipv4();
        let barred: Vec<_> = [subnet.network(), subnet.broadcast(), subnet.gateway]
            .into_iter()
            .flatten()
            .map(|ip| (number(ip), number(ip)))
            .chain(subnet.excluded.iter().filter(same_family).map(AddressRange::span))
            .collect();
        let asked: Vec<_> = subnet.ranges.iter().map(AddressRange::span).collect();
        match RangePool::new(&without(&asked, &barred)) {
            Ok(pool) => Ok(Self { subnet, pool }),
            Err(BadRanges::TooMany) => Err(BadSubnet::TooLarge { net: subnet.net }),
            Err(BadRanges::Overlap(..)) => unreachable!("what is left of disjoint ranges is disjoint"),
        }
    }

    /// The subnet.
    #[must_use]
    pub fn net(&self) -> IpNet {
        self.subnet.net
    }

    /// How many addresses are free.
    #[must_use]
    pub fn free(&self) -> u64 {
        self.pool.ids().free()
    }

    /// How many addresses are taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.pool.ids().taken()
    }

    /// Says why `ip` would not be given, and takes nothing.
    ///
    /// # Errors
    /// [`Refused`] with the first reason that holds.
    pub fn check(&self, ip: IpAddr) -> Result<(), Refused> {
        let why = if Some(ip) == self.subnet.gateway {
            Why::Gateway
        } else if Some(ip) == self.subnet.network() {
            Why::Network
        } else if Some(ip) == self.subnet.broadcast() {
            Why::Broadcast
        } else if !self.subnet.ranges.iter().any(|range| range.contains(ip)) {
            Why::OutsideTheRange
        } else if !self.pool.contains(number(ip)) {
            Why::Excluded
        } else if !self.pool.is_free(number(ip)) {
            Why::Taken
        } else {
            return Ok(());
        };
        Err(Refused { ip, net: self.subnet.net, why })
    }

    /// Takes the address that was asked for.
    ///
    /// # Errors
    /// [`Refused`] says why not; nothing has changed.
    pub fn take(&mut self, ip: IpAddr) -> Result<(), Refused> {
        self.check(ip)?;
        self.pool.take(number(ip));
        Ok(())
    }

    /// Takes the lowest free address.
    ///
    /// # Errors
    /// [`NoFreeIp`] if there is none.
    pub fn take_lowest(&mut self) -> Result<IpAddr, NoFreeIp> {
        self.pool.take_lowest().map(|n| self.address(n)).ok_or_else(|| self.none())
    }

    /// Takes a free address, each with the same chance.
    ///
    /// # Errors
    /// [`NoFreeIp`] if there is none.
    pub fn take_random(&mut self, seed: &mut Seed) -> Result<IpAddr, NoFreeIp> {
        self.pool.take_random(seed).map(|n| self.address(n)).ok_or_else(|| self.none())
    }

    /// Gives an address back. False, and nothing changes, if it was not taken from here.
    #[must_use = "false means that it was given back twice, or never taken"]
    pub fn give(&mut self, ip: IpAddr) -> bool {
        ip.is_ipv4() == self.subnet.net.network().is_ipv4() && self.pool.give(number(ip))
    }

    fn address(&self, number: u128) -> IpAddr {
        match self.subnet.net {
            // Numbers of an IPv4 pool come from IPv4 addresses, so they fit.
            IpNet::V4(_) => Ipv4Addr::from(number as u32).into(),
            IpNet::V6(_) => Ipv6Addr::from(number).into(),
        }
    }

    fn none(&self) -> NoFreeIp {
        let in_range = self.subnet.ranges.iter().map(AddressRange::size).fold(0, u128::saturating_add);
        let given = u128::from(self.pool.ids().len());
        NoFreeIp { net: self.subnet.net, in_range, taken: self.taken(), excluded: in_range - given }
    }
}

#[cfg(test)]
mod tests;

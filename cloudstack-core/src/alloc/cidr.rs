//! Subnets: masks in both notations, the next free one of a larger one, and the arithmetic of `guest.vlan.bits`.

use super::range::first_overlap;
use ipnet::{IpNet, Ipv4Net};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
};

/// The length of an IPv4 prefix. Reads `255.255.255.0`, `24` and `/24`; prints `255.255.255.0` (ZONE-12).
///
/// ```
/// use cloudstack_core::alloc::Netmask;
/// let mask: Netmask = "/24".parse()?;
/// assert_eq!(mask, "255.255.255.0".parse()?);
/// assert_eq!(mask.subnet_of("192.168.154.1".parse().unwrap()).to_string(), "192.168.154.0/24");
/// assert!("255.0.255.0".parse::<Netmask>().is_err());
/// # Ok::<(), cloudstack_core::alloc::cidr::BadNetmask>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Netmask(u8);

/// A text that is not a netmask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a netmask: {why}; 255.255.255.0 or /24 is expected")]
pub struct BadNetmask {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Netmask {
    /// The length of the prefix, 0 to 32.
    #[must_use]
    pub const fn prefix(self) -> u8 {
        self.0
    }

    /// In dotted form.
    #[must_use]
    pub const fn dotted(self) -> Ipv4Addr {
        // Shifting by 32 has no result, which is the mask of prefix 0.
        match u32::MAX.checked_shl(32 - self.0 as u32) {
            Some(bits) => Ipv4Addr::from_bits(bits),
            None => Ipv4Addr::UNSPECIFIED,
        }
    }

    /// The subnet that an address with this mask, such as a gateway, lies in.
    #[must_use]
    pub fn subnet_of(self, ip: Ipv4Addr) -> Ipv4Net {
        Ipv4Net::new_assert(ip, self.0).trunc()
    }
}

impl fmt::Display for Netmask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.dotted().fmt(f)
    }
}

impl std::str::FromStr for Netmask {
    type Err = BadNetmask;
    fn from_str(text: &str) -> Result<Self, BadNetmask> {
        let bad = |why| BadNetmask { text: text.to_owned(), why };
        if text.contains('.') {
            let mask: Ipv4Addr = text.parse().map_err(|_| bad("it is not four numbers of 0 to 255"))?;
            let ones = mask.to_bits().leading_ones();
            return if ones == mask.to_bits().count_ones() {
                Ok(Self(ones as u8))
            } else {
                Err(bad("its ones are not all on the left"))
            };
        }
        let digits = text.strip_prefix('/').unwrap_or(text);
        match digits.parse() {
            Ok(prefix @ 0..=32) if digits.bytes().all(|b| b.is_ascii_digit()) => Ok(Self(prefix)),
            _ => Err(bad("it is not a prefix length of 0 to 32")),
        }
    }
}

/// No subnet of this size is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFreeSubnet {
    /// The size asked for does not fit into the larger subnet, or there is no such prefix.
    #[error("{within} has no subnets of prefix /{prefix}; give {} to {}", .within.prefix_len(), .within.max_prefix_len())]
    Size {
        /// The larger subnet.
        within: IpNet,
        /// The prefix asked for.
        prefix: u8,
    },
    /// Subnets in use stand in every place.
    #[error("no /{prefix} is free in {within}: {taken} subnets in use there")]
    Full {
        /// The larger subnet.
        within: IpNet,
        /// The prefix asked for.
        prefix: u8,
        /// How many of the subnets in use lie in it, wholly or in part.
        taken: usize,
    },
}

/// True if an address is in both. Subnets overlap only if one holds the other.
#[must_use]
pub fn overlap(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

/// Two of `nets`, by their places in the list, that overlap: tiers of one VPC, routes of one router.
#[must_use]
pub fn first_overlapping(nets: &[IpNet]) -> Option<(usize, usize)> {
    first_overlap(nets.iter().map(|net| (net.network(), net.broadcast())))
}

/// True if every address of `net` is private in the sense of RFC 1918, as guest networks and VPCs have to be.
#[must_use]
pub fn is_private(net: &Ipv4Net) -> bool {
    net.network().is_private() && net.broadcast().is_private() && net.prefix_len() >= 8
}

/// The lowest subnet of length `prefix` within `within` that overlaps none of `taken`.
///
/// `taken` may be in any order, of any sizes, and partly elsewhere. The work is that of sorting it.
///
/// ```
/// use cloudstack_core::alloc::cidr::next_free;
/// let vpc = "10.0.0.0/16".parse()?;
/// let tiers = ["10.0.0.0/24".parse()?, "10.0.2.128/25".parse()?];
/// assert_eq!(next_free(vpc, 24, &tiers)?.to_string(), "10.0.1.0/24");
/// assert_eq!(next_free(vpc, 23, &tiers)?.to_string(), "10.0.4.0/23");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`NoFreeSubnet`] if the size does not fit, or all places are taken.
pub fn next_free(within: IpNet, prefix: u8, taken: &[IpNet]) -> Result<IpNet, NoFreeSubnet> {
    let size = NoFreeSubnet::Size { within, prefix };
    if prefix < within.prefix_len() {
        return Err(size);
    }
    let mut inside: Vec<_> = taken.iter().filter(|net| overlap(net, &within)).collect();
    inside.sort_unstable_by_key(|net| net.network());
    let first = IpNet::new(within.network(), prefix).map_err(|_| size)?;
    let mut candidate = Some(first);
    for net in &inside {
        match candidate {
            Some(place) if overlap(&place, net) => candidate = after(&place, net),
            _ => {}
        }
    }
    candidate.filter(|place| within.contains(place)).ok_or(NoFreeSubnet::Full { within, prefix, taken: inside.len() })
}

/// The place after both `place` and `net`, which overlap, of the size of `place`.
fn after(place: &IpNet, net: &IpNet) -> Option<IpNet> {
    let next = match place.broadcast().max(net.broadcast()) {
        IpAddr::V4(last) => Ipv4Addr::from_bits(last.to_bits().checked_add(1)?).into(),
        IpAddr::V6(last) => std::net::Ipv6Addr::from_bits(last.to_bits().checked_add(1)?).into(),
    };
    IpNet::new(next, place.prefix_len()).ok()
}

/// What `guest.vlan.bits` makes of the 24 bits behind the first byte of a guest address, in a zone whose devices route
/// between guest VLANs: some number the VLAN, the others the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuestVlanBits {
    bits: u8,
}

/// A value of `guest.vlan.bits` that leaves no VLAN or does not fit a VLAN tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("guest.vlan.bits: {0} is not accepted; give 1 to 12, for a VLAN tag has 12 bits")]
pub struct BadGuestVlanBits(pub u8);

impl GuestVlanBits {
    /// The four rows of the published sizing table: 12, 11, 10 and 9 bits. The table prints the last as 10 a second
    /// time; its figures are those of 9 (IPAM-15, LINT-02).
    pub const TABLE: [Self; 4] = [Self { bits: 12 }, Self { bits: 11 }, Self { bits: 10 }, Self { bits: 9 }];

    /// Checks and takes the setting.
    ///
    /// # Errors
    /// [`BadGuestVlanBits`] unless it is 1 to 12.
    pub const fn new(bits: u8) -> Result<Self, BadGuestVlanBits> {
        if matches!(bits, 1..=12) { Ok(Self { bits }) } else { Err(BadGuestVlanBits(bits)) }
    }

    /// The setting.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.bits
    }

    /// Running machines: 2^(24 − bits).
    #[must_use]
    pub const fn vms(self) -> u32 {
        1 << (24 - self.bits)
    }

    /// VLANs: 2^bits, of which 12 bits have two that are no tags (0 and 4095).
    #[must_use]
    pub const fn vlans(self) -> u32 {
        let all = 1 << self.bits;
        if all > 4_094 { 4_094 } else { all }
    }

    /// The subnet of the VLAN that is `offset` places behind the first of the zone; none if there are not so many.
    ///
    /// Subnets of different offsets never overlap, so a machine's address is unique in the zone (IPAM-16).
    #[must_use]
    pub fn subnet(self, first_byte: u8, offset: u32) -> Option<Ipv4Net> {
        let host_bits = 24 - self.bits;
        let network = u32::from(first_byte) << 24 | offset << host_bits;
        (offset < 1 << self.bits).then(|| Ipv4Net::new_assert(Ipv4Addr::from_bits(network), 8 + self.bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    /// Proves: ZONE-12
    #[test]
    fn every_mask_reads_in_both_notations_and_no_other_does() {
        for prefix in 0..=32_u8 {
            let mask: Netmask = format!("/{prefix}").parse().unwrap();
            assert_eq!(mask.prefix(), prefix);
            assert_eq!(mask.to_string().parse::<Netmask>().unwrap(), mask);
            assert_eq!(prefix.to_string().parse::<Netmask>().unwrap(), mask);
            assert_eq!(mask.dotted(), Ipv4Net::new(Ipv4Addr::UNSPECIFIED, prefix).unwrap().netmask());
        }
        let pod = "255.255.240.0".parse::<Netmask>().unwrap().subnet_of(Ipv4Addr::new(192, 168, 154, 1));
        assert_eq!(pod.to_string(), "192.168.144.0/20");
        for bad in ["", "/", "33", "/33", "+24", "-1", "//24", "255.255.255", "255.255.255.256", "0.0.0.255", "24 "] {
            assert!(bad.parse::<Netmask>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_mask_with_a_hole_is_refused(bits in any::<u32>()) {
            let whole = (0..=32).any(|prefix| bits == u32::MAX.checked_shl(32 - prefix).unwrap_or(0));
            prop_assert_eq!(Ipv4Addr::from_bits(bits).to_string().parse::<Netmask>().is_ok(), whole);
        }

        /// Against trying every place in turn.
        #[test]
        fn the_next_free_subnet_is_the_lowest_that_overlaps_none(
            prefix in 22..=32_u8,
            taken in proptest::collection::vec((0..2_048_u32, 19..=32_u8), 0..25),
        ) {
            let within = net("10.0.0.0/22");
            let at = |host, prefix| IpNet::new(Ipv4Addr::from_bits(0x0a00_0000 + host).into(), prefix).unwrap().trunc();
            // Half of them beside `within`, the few long ones hold it whole.
            let taken: Vec<_> = taken.into_iter().map(|(host, prefix)| at(host, prefix)).collect();
            let places = (0..1_u32 << (prefix - 22)).map(|place| at(place << (32 - prefix), prefix));
            let expected = places.into_iter().find(|place| !taken.iter().any(|net| overlap(place, net)));
            prop_assert_eq!(next_free(within, prefix, &taken).ok(), expected);
        }
    }

    #[test]
    fn subnets_fill_and_say_so() {
        let within = net("fd00::/62");
        let mut taken = vec![];
        for expected in ["fd00::/64", "fd00:0:0:1::/64", "fd00:0:0:2::/64", "fd00:0:0:3::/64"] {
            let next = next_free(within, 64, &taken).unwrap();
            assert_eq!(next, net(expected));
            taken.push(next);
        }
        let full = next_free(within, 64, &taken).unwrap_err();
        assert_eq!(full.to_string(), "no /64 is free in fd00::/62: 4 subnets in use there");
        assert!(matches!(next_free(within, 61, &[]), Err(NoFreeSubnet::Size { .. })));
        assert!(matches!(next_free(within, 129, &[]), Err(NoFreeSubnet::Size { .. })));
        let top = net("255.255.255.0/24");
        assert!(matches!(next_free(top, 24, &[top]), Err(NoFreeSubnet::Full { taken: 1, .. })));
        for everything in ["0.0.0.0/0", "::/0"].map(net) {
            assert!(matches!(next_free(everything, 1, &[everything]), Err(NoFreeSubnet::Full { .. })));
        }
    }

    #[test]
    fn overlaps_and_private_subnets_are_known() {
        let tiers = ["10.0.1.0/24", "10.0.2.0/24", "10.0.0.0/23"].map(net);
        assert_eq!(first_overlapping(&tiers), Some((0, 2)));
        assert_eq!(first_overlapping(&tiers[..2]), None);
        let private = |text: &str| is_private(&text.parse().unwrap());
        assert!(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.1.1.0/24"].into_iter().all(private));
        assert!(
            !["0.0.0.0/0", "10.0.0.0/7", "172.16.0.0/11", "172.32.0.0/16", "192.0.0.0/8", "8.8.8.0/24"]
                .into_iter()
                .any(private)
        );
    }

    /// Proves: IPAM-15, LINT-02
    #[test]
    fn the_sizing_table_is_the_published_one_with_its_last_row_corrected() {
        let rows = GuestVlanBits::TABLE.map(|row| (row.bits(), row.vms(), row.vlans()));
        assert_eq!(rows, [(12, 4_096, 4_094), (11, 8_192, 2_048), (10, 16_384, 1_024), (9, 32_768, 512)]);
        for bits in 0..=u8::MAX {
            let Ok(row) = GuestVlanBits::new(bits) else {
                assert!(!(1..=12).contains(&bits));
                continue;
            };
            assert_eq!(row.vms(), 2_u32.pow(24 - u32::from(bits)));
            assert_eq!(row.vlans(), 2_u32.pow(u32::from(bits)).min(4_094));
            let subnet = row.subnet(10, 0).unwrap();
            assert_eq!(1_u32 << (32 - subnet.prefix_len()), row.vms(), "a VLAN has an address for each machine");
        }
    }

    /// Machines in different VLANs of the zone cannot have the same address, and all of them fill the /8.
    ///
    /// Proves: IPAM-16
    #[test]
    fn every_vlan_has_addresses_of_its_own() {
        for row in (1..=12).map(|bits| GuestVlanBits::new(bits).unwrap()) {
            let count = 1 << row.bits();
            assert_eq!(row.subnet(10, count), None);
            let mut next = Ipv4Addr::new(10, 0, 0, 0).to_bits();
            for offset in 0..count {
                let subnet = row.subnet(10, offset).unwrap();
                assert_eq!(subnet.network().to_bits(), next);
                next = subnet.broadcast().to_bits() + 1;
            }
            assert_eq!(Ipv4Addr::from_bits(next), Ipv4Addr::new(11, 0, 0, 0));
        }
    }
}

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn range(text: &str) -> AddressRange {
    text.parse().unwrap()
}

fn subnet(net: &str, gateway: &str) -> Subnet {
    Subnet::new(net.parse().unwrap()).gateway(ip(gateway))
}

fn all(pool: &mut AddressPool) -> Vec<String> {
    std::iter::from_fn(|| pool.take_lowest().ok()).map(|ip| ip.to_string()).collect()
}

#[test]
fn ranges_read_print_and_compare() {
    for text in ["10.1.1.2-10.1.1.20", "10.1.1.2", "fd00::1-fd00::ff", "::"] {
        assert_eq!(range(text).to_string(), text);
    }
    for bad in ["", "10.1.1.9-10.1.1.2", "10.1.1.1-fd00::1", "10.1.1", "10.1.1.1-10.1.1.2-10.1.1.3"] {
        assert_eq!(bad.parse::<AddressRange>(), Err(BadAddressRange(bad.into())));
    }
    let (a, b) = (range("10.0.0.0-10.0.0.9"), range("10.0.0.9-10.0.0.12"));
    assert_eq!(a.intersection(&b), Some(range("10.0.0.9")));
    assert!(a.overlaps(&b) && !a.overlaps(&range("10.0.0.10")) && !a.overlaps(&range("::-ffff::")));
    assert!(a.covers(&range("10.0.0.9")) && !a.covers(&b));
    assert_eq!((a.size(), range("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").size()), (10, u128::MAX));
}

#[test]
fn small_subnets_give_what_hosts_can_use() {
    let cases: &[(&str, &[&str])] = &[
        ("10.0.0.4/32", &["10.0.0.4"]),
        ("10.0.0.4/31", &["10.0.0.4", "10.0.0.5"]),
        ("10.0.0.4/30", &["10.0.0.5", "10.0.0.6"]),
        ("255.255.255.252/30", &["255.255.255.253", "255.255.255.254"]),
        ("fd00::4/128", &["fd00::4"]),
        ("fd00::4/127", &["fd00::4", "fd00::5"]),
        ("fd00::4/126", &["fd00::5", "fd00::6", "fd00::7"]),
    ];
    for (net, expected) in cases {
        let mut pool = AddressPool::new(Subnet::new(net.parse().unwrap())).unwrap();
        assert_eq!(all(&mut pool), *expected, "{net}");
    }
    let mut with_gateway = AddressPool::new(subnet("10.0.0.4/31", "10.0.0.4")).unwrap();
    assert_eq!(all(&mut with_gateway), ["10.0.0.5"]);
}

#[test]
fn an_address_asked_for_is_refused_with_the_reason() {
    let wanted = subnet("10.1.1.0/24", "10.1.1.1")
        .only([range("10.1.1.0-10.1.1.20"), range("10.1.1.250-10.1.1.255")])
        .without([range("10.1.1.5-10.1.1.6")]);
    let mut pool = AddressPool::new(wanted).unwrap();
    pool.take(ip("10.1.1.9")).unwrap();
    for (asked, why) in [
        ("10.1.1.1", Why::Gateway),
        ("10.1.1.0", Why::Network),
        ("10.1.1.255", Why::Broadcast),
        ("10.1.1.21", Why::OutsideTheRange),
        ("10.1.2.3", Why::OutsideTheRange),
        ("::a01:109", Why::OutsideTheRange),
        ("10.1.1.6", Why::Excluded),
        ("10.1.1.9", Why::Taken),
    ] {
        assert_eq!(pool.take(ip(asked)).unwrap_err().why, why, "{asked}");
        assert!(why == Why::Taken || !pool.give(ip(asked)), "{asked} was never given, so it cannot come back");
    }
    assert_eq!((pool.taken(), pool.free()), (1, 21));
    all(&mut pool);
    let none = pool.take_random(&mut Seed::new(1)).unwrap_err();
    assert_eq!((none.in_range, none.taken, none.excluded), (27, 22, 5));
    assert_eq!(none.to_string(), "no free address in 10.1.1.0/24: of 27 in range, 22 are taken and 5 excluded");
    assert_eq!(pool.take_lowest(), Err(none));
}

#[test]
fn a_subnet_that_does_not_hold_together_is_refused() {
    let bad = |subnet: Subnet| AddressPool::new(subnet).unwrap_err().to_string();
    assert_eq!(bad(subnet("10.1.1.0/24", "10.1.2.1")), "gateway 10.1.2.1 is not in 10.1.1.0/24");
    assert!(bad(subnet("10.1.1.0/24", "10.1.1.255")).contains("first or last"));
    assert!(bad(subnet("10.1.1.0/24", "10.1.1.1").only([range("10.1.1.9-10.1.2.9")])).contains("not within"));
    assert_eq!(
        bad(subnet("10.1.1.0/24", "10.1.1.1").only([range("10.1.1.9-10.1.1.12"), range("10.1.1.4-10.1.1.9")])),
        "ranges 10.1.1.9-10.1.1.12 and 10.1.1.4-10.1.1.9 overlap"
    );
    assert!(bad(Subnet::new("fd00::/63".parse().unwrap())).contains("too many"));
}

#[test]
fn a_dual_stack_network_takes_from_one_pool_of_each_family() {
    let mut v4 = AddressPool::new(subnet("10.1.1.0/24", "10.1.1.1")).unwrap();
    let mut v6 = AddressPool::new(subnet("2001:db8:1:2::/64", "2001:db8:1:2::1")).unwrap();
    assert_eq!(v4.take_lowest().unwrap(), ip("10.1.1.2"));
    assert_eq!(v6.take_lowest().unwrap(), ip("2001:db8:1:2::2"));
    // An address made from a MAC address may lie anywhere in a /64.
    v6.take(ip("2001:db8:1:2:0:a9ff:fefe:1")).unwrap();
    assert_eq!(v6.take(ip("2001:db8:1:2:0:a9ff:fefe:1")).unwrap_err().why, Why::Taken);
    assert_eq!(v6.take(ip("10.1.1.2")).unwrap_err().why, Why::OutsideTheRange);
    assert!(!v6.give(ip("10.1.1.2")) && !v4.give(ip("::a01:102")));
    assert_eq!(v6.free(), u64::MAX - 3);
    let random = v6.take_random(&mut Seed::new(5)).unwrap();
    assert!(v6.net().contains(&random) && v6.give(random));
}

/// More than 65,000 control addresses, each given once, never the host's.
///
/// Proves: IPAM-06
#[test]
fn a_pod_has_more_than_65_000_control_addresses() {
    let mut pool = AddressPool::new(Subnet::link_local()).unwrap();
    assert_eq!(pool.free(), 65_533);
    let (mut seed, mut seen) = (Seed::new(169_254), BTreeSet::new());
    while let Ok(ip) = pool.take_random(&mut seed) {
        assert!(matches!(ip, IpAddr::V4(v4) if v4.is_link_local()), "{ip}");
        assert!(seen.insert(ip), "{ip} twice");
    }
    assert_eq!(seen.len(), 65_533);
    assert!(!seen.contains(&ip("169.254.0.1")));
}

/// The reserved range of a pod is given whole and nothing beside it; a private or public range that appears twice in
/// the cloud is found.
#[test]
fn ranges_of_the_whole_cloud_are_held_against_each_other() {
    let pod = subnet("192.168.154.0/24", "192.168.154.1").only([range("192.168.154.2-192.168.154.7")]);
    let expected: Vec<_> = (2..=7).map(|n| format!("192.168.154.{n}")).collect();
    assert_eq!(all(&mut AddressPool::new(pod).unwrap()), expected);
    let zones = ["192.168.154.2-192.168.154.7", "192.168.155.2-192.168.155.7", "192.168.154.7"].map(range);
    assert_eq!(AddressRange::first_overlap(&zones), Some((0, 2)));
    assert_eq!(AddressRange::first_overlap(&zones[..2]), None);
}

proptest! {
    /// Every address of the ranges is either given, exactly once, or barred; and the refusal's arithmetic agrees.
    #[test]
    fn every_address_is_given_once_or_barred(
        prefix in 24..=32_u8, host in any::<u8>(), first in any::<u8>(), size in any::<u8>(),
        excluded in proptest::collection::vec(any::<u8>(), 0..6), seed in any::<u64>(),
    ) {
        let at = |last: u8| IpAddr::from([10, 0, 0, last]);
        let net: IpNet = IpNet::new(at(host), prefix).unwrap().trunc();
        let (low, high) = match net { IpNet::V4(net) => (net.network().octets()[3], net.broadcast().octets()[3]), IpNet::V6(_) => unreachable!() };
        let first = low + (u16::from(first) * u16::from(high - low) / 255) as u8;
        let last = first.saturating_add(size).min(high);
        let gateway = if prefix > 30 { low } else { low + 1 };
        let wanted = Subnet::new(net).gateway(at(gateway)).only([AddressRange::new(at(first), at(last)).unwrap()])
            .without(excluded.iter().map(|ip| at(*ip).into()));
        let mut pool = AddressPool::new(wanted).unwrap();
        let barred = |ip: u8| ip == gateway || excluded.contains(&ip) || (prefix < 31 && (ip == low || ip == high));
        let expected: BTreeSet<IpAddr> = (first..=last).filter(|ip| !barred(*ip)).map(at).collect();
        let (mut given, mut seed) = (BTreeSet::new(), Seed::new(seed));
        let none = loop {
            let next = if given.len() % 2 == 0 { pool.take_random(&mut seed) } else { pool.take_lowest() };
            match next {
                Ok(ip) => prop_assert!(given.insert(ip), "{ip} twice"),
                Err(none) => break none,
            }
        };
        prop_assert_eq!(&given, &expected);
        prop_assert_eq!(none.in_range, u128::from(last - first) + 1);
        prop_assert_eq!(none.in_range, u128::from(none.taken) + none.excluded);
    }
}

//! Random policies and what happens to them.

use cloudstack_core::base::Seed;
use cloudstack_core::base::id::{EntityId, NicId, RuleId, SecurityGroupId};
use cloudstack_core::model::network::security_rule::{
    Direction, IcmpKind, Peer, Ports, RuleKey, SecurityRule, Service,
};
use cloudstack_core::rules::ir::{Mac, Tap};
use cloudstack_core::rules::security_group::{Event, Member, SecurityGroupPolicy};
use std::net::IpAddr;

pub(crate) fn pick<T: Clone>(seed: &mut Seed, items: &[T]) -> T {
    items[seed.below(items.len() as u64) as usize].clone()
}

pub(crate) fn group(n: u64) -> SecurityGroupId {
    // Ids that differ in their first, middle and last bits.
    SecurityGroupId::from_u128([1, 2, 1 << 127, (1 << 127) | 1, 1 << 62][n as usize % 5])
}

pub(crate) fn mac(n: u64) -> Mac {
    Mac([2, 0, 0, 0, 0, n as u8])
}

pub(crate) const PORTS: [u16; 10] = [0, 1, 22, 53, 67, 68, 80, 546, 547, u16::MAX];
pub(crate) const NETS: [&str; 14] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/30",
    "10.0.0.2/31",
    "10.0.0.3/32",
    "128.0.0.0/1",
    "192.168.0.0/22",
    "255.255.255.255/32",
    "::/0",
    "2001:db8::/32",
    "2001:db8::/126",
    "2001:db8::2/128",
    "fe80::/10",
    "8000::/1",
];

fn service(seed: &mut Seed) -> Service {
    let ports = |seed: &mut Seed| {
        let (a, b) = (pick(seed, &PORTS), pick(seed, &PORTS));
        Ports { first: a.min(b), last: a.max(b) }
    };
    match seed.below(6) {
        0 => Service::All,
        1 | 2 => Service::Tcp(ports(seed)),
        3 => Service::Udp(ports(seed)),
        4 => {
            let kind = IcmpKind { kind: pick(seed, &[0, 3, 8, 128, 254]), code: pick(seed, &[0, 1, 255]) };
            Service::Icmp(seed.chance(2, 3).then_some(kind))
        }
        _ => Service::Protocol(pick(seed, &[2, 47, 50, 132, 255])),
    }
}

pub(crate) fn rule(seed: &mut Seed) -> SecurityRule {
    let peer = if seed.chance(1, 3) {
        Peer::Group(group(seed.below(5)))
    } else {
        Peer::cidr(pick(seed, &NETS).parse().unwrap())
    };
    let direction = Direction::ALL[usize::from(seed.chance(1, 3))];
    SecurityRule { id: RuleId::from_u128(1), direction, service: service(seed), peer }
}

pub(crate) fn member(seed: &mut Seed) -> Member {
    let n = 1 + seed.below(6);
    let mut addresses: Vec<IpAddr> = vec![IpAddr::from([10, 0, 0, n as u8])];
    if seed.chance(1, 2) {
        addresses.push(format!("2001:db8::{n}").parse().unwrap());
    }
    let secondary = if seed.chance(1, 4) { vec![IpAddr::from([10, 0, 1, n as u8])] } else { vec![] };
    let groups = (0..seed.below(4)).map(|_| group(seed.below(5))).collect();
    let tap = seed.chance(7, 8).then(|| tap(n));
    Member { nic: NicId::from_u128(n.into()), mac: mac(n), tap, addresses, secondary, groups }
}

pub(crate) fn tap(n: u64) -> Tap {
    // The last looks like a fixed chain of a driver and is as long as a name may be.
    ["vnet1", "vnet11", "tap_2.0", "onward", "in", "leave-any-34567"][(n as usize - 1) % 6].parse().unwrap()
}

/// Something that may happen next; what is removed is mostly there.
pub(crate) fn event(seed: &mut Seed, policy: &SecurityGroupPolicy) -> Event {
    let of = group(seed.below(5));
    match seed.below(9) {
        0..3 => Event::Member(member(seed)),
        3 => Event::MemberLeft(NicId::from_u128(u128::from(1 + seed.below(6)))),
        4..7 => Event::RuleAdded(of, rule(seed)),
        _ => {
            let rules: Vec<_> = policy.rules_of(of).map(|(key, id)| (*key, id)).collect();
            if rules.is_empty() || seed.chance(1, 8) {
                return Event::RuleRemoved(of, rule(seed));
            }
            let (RuleKey { direction, service, peer }, id) = pick(seed, &rules);
            Event::RuleRemoved(of, SecurityRule { id, direction, service, peer })
        }
    }
}

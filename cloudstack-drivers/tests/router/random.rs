//! Random routers.

use cloudstack_core::base::Seed;
use cloudstack_core::base::id::{EntityId, FirewallRuleId, LoadBalancerId, NetworkId, PortForwardId};
use cloudstack_core::model::infra::Isolation;
use cloudstack_core::model::network::security_rule::{IcmpKind, Ports, Service};
use cloudstack_core::port::driver::{NetworkSpec, RouterSpec};
use cloudstack_core::rules::router::{
    Algorithm, Balancer, EgressRule, Forward, Opening, PublicAddress, Router, Transport,
};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

pub(crate) fn pick<T: Clone>(seed: &mut Seed, items: &[T]) -> T {
    items[seed.below(items.len() as u64) as usize].clone()
}

pub(crate) fn public(n: u8) -> IpAddr {
    [203, 0, 113, n].into()
}

pub(crate) fn guest(n: u8) -> IpAddr {
    [10, 1, 1, 10 + n].into()
}

pub(crate) const GATEWAY: [u8; 4] = [10, 1, 1, 1];
/// Two hosts of the world.
pub(crate) const WORLD: [[u8; 4]; 2] = [[192, 0, 2, 9], [198, 51, 100, 9]];
pub(crate) const PORTS: [u16; 6] = [22, 33, 34, 80, 100, 8_080];
const FROM: [&str; 7] =
    ["0.0.0.0/0", "192.0.2.0/24", "192.0.2.8/31", "128.0.0.0/1", "198.51.100.9/32", "10.1.1.0/24", "2001:db8::/32"];
const GUESTS: [&str; 4] = ["10.1.1.0/24", "10.1.1.11/32", "10.1.1.12/31", "0.0.0.0/0"];

fn nets(seed: &mut Seed, of: &[&str], least: u64) -> BTreeSet<IpNet> {
    (0..least + seed.below(3)).map(|_| pick(seed, of).parse().unwrap()).collect()
}

fn ports(seed: &mut Seed) -> Ports {
    let (a, b) = (pick(seed, &PORTS), pick(seed, &PORTS));
    if seed.chance(1, 2) { Ports::one(a) } else { Ports { first: a.min(b), last: a.max(b) } }
}

fn service(seed: &mut Seed) -> Service {
    match seed.below(8) {
        0 => Service::All,
        1..=3 => Service::Tcp(ports(seed)),
        4 | 5 => Service::Udp(ports(seed)),
        6 => Service::Icmp(seed.chance(1, 2).then_some(IcmpKind { kind: 8, code: 0 })),
        _ => Service::Protocol(pick(seed, &[47, 50, 6])),
    }
}

fn transport(seed: &mut Seed) -> Transport {
    pick(seed, &[Transport::Tcp, Transport::Udp])
}

fn forward(seed: &mut Seed) -> Forward {
    let ports = ports(seed);
    let to_first = if seed.chance(1, 2) { ports.first } else { pick(seed, &PORTS) };
    Forward {
        public: public(2 + seed.below(5) as u8),
        transport: transport(seed),
        ports,
        to: guest(1 + seed.below(3) as u8),
        to_first,
        from: if seed.chance(1, 2) { BTreeSet::new() } else { nets(seed, &FROM, 1) },
    }
}

fn balancer(seed: &mut Seed) -> Balancer {
    Balancer {
        public: public(2 + seed.below(5) as u8),
        port: pick(seed, &PORTS),
        transport: transport(seed),
        algorithm: pick(seed, &[Algorithm::RoundRobin, Algorithm::LeastConn, Algorithm::Source]),
        stickiness: None,
        from: if seed.chance(2, 3) { BTreeSet::new() } else { nets(seed, &FROM, 1) },
        to: pick(seed, &PORTS),
        members: (0..seed.below(4)).map(|_| guest(1 + seed.below(3) as u8)).collect(),
    }
}

fn opening(seed: &mut Seed) -> (FirewallRuleId, Opening) {
    let opening = Opening { service: service(seed), from: nets(seed, &FROM, 1) };
    (FirewallRuleId::from_u128(u128::from(seed.below(1 << 40))), opening)
}

fn egress(seed: &mut Seed) -> (FirewallRuleId, EgressRule) {
    let to = if seed.chance(1, 2) { BTreeSet::new() } else { nets(seed, &FROM, 1) };
    let rule = EgressRule { service: service(seed), from: nets(seed, &GUESTS, 1), to };
    (FirewallRuleId::from_u128(u128::from(seed.below(1 << 40))), rule)
}

pub(crate) fn address(static_nat: Option<IpAddr>) -> PublicAddress {
    let subnet = "203.0.113.0/24".parse().unwrap();
    PublicAddress { subnet, gateway: public(1), vlan: None, static_nat, firewall: BTreeMap::new() }
}

pub(crate) fn router(seed: &mut Seed) -> Router {
    let mut router = Router { source_nat: seed.chance(5, 6).then(|| public(2)), ..Router::default() };
    router.egress.open = seed.chance(1, 2);
    for n in 2..7 {
        if n == 2 || seed.chance(3, 4) {
            // The source NAT address stands for nobody.
            let static_nat = (n > 2 && seed.chance(1, 3)).then(|| guest(1 + seed.below(3) as u8));
            let mut address = address(static_nat);
            address.firewall = (0..seed.below(5)).map(|_| opening(seed)).collect();
            router.public.insert(public(n), address);
        }
    }
    router.egress.rules = (0..seed.below(4)).map(|_| egress(seed)).collect();
    let id = |seed: &mut Seed| u128::from(seed.below(1 << 40));
    router.forwards = (0..seed.below(8)).map(|_| (PortForwardId::from_u128(id(seed)), forward(seed))).collect();
    router.balancers = (0..seed.below(5)).map(|_| (LoadBalancerId::from_u128(id(seed)), balancer(seed))).collect();
    router
}

/// The same router with one thing more, less or otherwise.
pub(crate) fn changed(seed: &mut Seed, router: &Router) -> Router {
    let mut next = router.clone();
    let id = u128::from(seed.below(1 << 40));
    let keys: Vec<IpAddr> = next.public.keys().copied().collect();
    let at = pick(seed, &keys);
    let here = next.public.get_mut(&at).unwrap();
    match seed.below(9) {
        0 | 1 => here.firewall.extend([opening(seed)]),
        2 => drop(here.firewall.pop_first()),
        3 => drop(next.forwards.insert(PortForwardId::from_u128(id), forward(seed))),
        4 => drop(next.forwards.pop_first()),
        5 => drop(next.balancers.insert(LoadBalancerId::from_u128(id), balancer(seed))),
        6 => drop(next.balancers.pop_first()),
        7 => next.egress.rules.extend([egress(seed)]),
        _ if at == public(2) => drop(next.egress.rules.pop_first()),
        _ => here.static_nat = seed.chance(1, 2).then(|| guest(1 + seed.below(3) as u8)),
    }
    next
}

pub(crate) fn spec(network: u128, rules: Router) -> RouterSpec {
    let network = NetworkSpec {
        id: NetworkId::from_u128(network),
        isolation: Isolation::Vxlan,
        vlan: Some(5_001),
        cidr: "10.1.1.0/24".parse().unwrap(),
        gateway: GATEWAY.into(),
        dns: vec![],
        domain_name: Some("lab.test".into()),
    };
    let services = ["Dhcp", "Dns", "UserData"].map(str::to_owned).into();
    RouterSpec { network, services, ports: BTreeMap::new(), rules, rate: None }
}

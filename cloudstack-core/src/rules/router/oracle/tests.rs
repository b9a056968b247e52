use super::*;
use crate::base::Seed;
use crate::base::id::EntityId;
use crate::model::network::security_rule::{Ports, Service};
use crate::rules::router::{Algorithm, EgressRule, Opening, PublicAddress};
use std::collections::BTreeMap;

fn inside() -> Inside {
    let serves = [(Transport::Udp, 67), (Transport::Udp, 53), (Transport::Tcp, 80)].into();
    Inside { subnet: "10.1.1.0/24".parse().unwrap(), gateway: guest(1), serves }
}

fn guest(n: u8) -> IpAddr {
    [10, 1, 1, n].into()
}

fn public(n: u8) -> IpAddr {
    [203, 0, 113, n].into()
}

fn world(n: u8) -> IpAddr {
    [192, 0, 2, n].into()
}

fn nets(texts: &[&str]) -> BTreeSet<IpNet> {
    texts.iter().map(|t| t.parse().unwrap()).collect()
}

fn address(static_nat: Option<IpAddr>, openings: &[(u128, Service, &[&str])]) -> PublicAddress {
    let opening = |(id, service, from): &(u128, Service, &[&str])| {
        (FirewallRuleId::from_u128(*id), Opening { service: *service, from: nets(from) })
    };
    PublicAddress {
        subnet: "203.0.113.0/24".parse().unwrap(),
        gateway: public(1),
        vlan: None,
        static_nat,
        firewall: openings.iter().map(opening).collect(),
    }
}

fn tcp(first: u16, last: u16) -> Service {
    Service::Tcp(Ports { first, last })
}

const ALL: &[&str] = &["0.0.0.0/0"];

/// Source NAT under .2, port 33 of which leads to port 100 of guest 5; .3 stands for guest 6; .4 is balanced.
fn router() -> Router {
    let forward = Forward {
        public: public(2),
        transport: Transport::Tcp,
        ports: Ports::one(33),
        to: guest(5),
        to_first: 100,
        from: BTreeSet::new(),
    };
    let balancer = Balancer {
        public: public(4),
        port: 80,
        transport: Transport::Tcp,
        algorithm: Algorithm::RoundRobin,
        stickiness: None,
        from: nets(&["192.0.2.0/25"]),
        to: 8_080,
        members: [guest(5), guest(6)].into(),
    };
    let echo = Service::Icmp(Some(IcmpKind { kind: 8, code: 0 }));
    Router {
        public: [
            (public(2), address(None, &[(1, tcp(33, 44), ALL), (4, echo, &["192.0.2.0/24"])])),
            (
                public(3),
                address(Some(guest(6)), &[(2, tcp(22, 22), &["192.0.2.0/24"]), (5, Service::Protocol(47), ALL)]),
            ),
            (public(4), address(None, &[(3, tcp(80, 80), ALL)])),
        ]
        .into(),
        source_nat: Some(public(2)),
        forwards: [(PortForwardId::from_u128(1), forward)].into(),
        balancers: [(LoadBalancerId::from_u128(1), balancer)].into(),
        ..Router::default()
    }
}

fn packet(src: IpAddr, dst: IpAddr, payload: Payload) -> IpPacket {
    IpPacket { src, dst, payload, tracked: Tracked::New }
}

fn to_tcp(to: u16) -> Payload {
    Payload::Tcp { from: 40_000, to }
}

fn firewall(id: u128) -> Entry {
    Entry::Firewall(FirewallRuleId::from_u128(id))
}

/// Proves: FWNAT-01, FWNAT-04, FWNAT-05, FWNAT-10, LB-01
#[test]
fn what_the_world_reaches() {
    let forwarded =
        Target::Guest { to: guest(5), port: Some(100), by: Translation::Forward(PortForwardId::from_u128(1)) };
    let stands_for = |port| Target::Guest { to: guest(6), port, by: Translation::StaticNat };
    let members =
        Target::Member { of: LoadBalancerId::from_u128(1), members: [guest(5), guest(6)].into(), port: 8_080 };
    let world9 = |entry, target| passed(entry, target, world(9));
    let table = [
        (world(9), public(2), to_tcp(33), world9(firewall(1), forwarded)),
        // Open, but nobody is there: the firewall alone leads nowhere.
        (world(9), public(2), to_tcp(34), Fate::Dropped(Refusal::NoTarget)),
        (world(9), public(2), to_tcp(32), Fate::Dropped(Refusal::Firewall)),
        (world(9), public(2), Payload::Udp { from: 1, to: 33 }, Fate::Dropped(Refusal::Firewall)),
        (world(9), public(2), ECHO, world9(firewall(4), Target::Router)),
        ([198, 51, 100, 1].into(), public(2), ECHO, Fate::Dropped(Refusal::Firewall)),
        (world(9), public(3), to_tcp(22), world9(firewall(2), stands_for(Some(22)))),
        ([198, 51, 100, 1].into(), public(3), to_tcp(22), Fate::Dropped(Refusal::Firewall)),
        (world(9), public(3), Payload::Other(47), world9(firewall(5), stands_for(None))),
        (world(9), public(4), to_tcp(80), world9(firewall(3), members)),
        (world(200), public(4), to_tcp(80), Fate::Dropped(Refusal::NoTarget)),
        (world(9), public(5), to_tcp(80), Fate::Dropped(Refusal::ForeignTarget)),
        (world(9), guest(5), to_tcp(100), Fate::Dropped(Refusal::ForeignTarget)),
        (guest(9), public(2), to_tcp(33), Fate::Dropped(Refusal::ForeignSource)),
        (public(3), public(2), to_tcp(33), Fate::Dropped(Refusal::ForeignSource)),
    ];
    for (src, dst, payload, wanted) in table {
        let packet = packet(src, dst, payload);
        assert_eq!(fate(&router(), &inside(), Side::World, &packet), wanted, "{packet:?}");
        let later = |tracked| fate(&router(), &inside(), Side::World, &IpPacket { tracked, ..packet });
        assert!(later(Tracked::Established).passage().is_some() && later(Tracked::Related).passage().is_some());
        assert_eq!(later(Tracked::Invalid), Fate::Dropped(Refusal::Invalid));
    }
}

/// Proves: FWNAT-01, FWNAT-02, FWNAT-11, FWNAT-12
#[test]
fn what_guests_reach() {
    let mut router = router();
    let out =
        |router: &Router, from, dst, payload| fate(router, &inside(), Side::Guests, &packet(guest(from), dst, payload));
    assert_eq!(out(&router, 5, world(9), to_tcp(22)), Fate::Dropped(Refusal::NoEgress), "nothing by default");
    let rule = EgressRule { service: tcp(22, 22), from: nets(&["10.1.1.0/24"]), to: nets(&["192.0.2.0/28"]) };
    let id = FirewallRuleId::from_u128(9);
    router.egress.rules.insert(id, rule);
    let as_source = |source| passed(Entry::Egress(id), Target::World, source);
    assert_eq!(out(&router, 5, world(9), to_tcp(22)), as_source(public(2)), "source NAT");
    assert_eq!(out(&router, 6, world(9), to_tcp(22)), as_source(public(3)), "an address of its own");
    assert_eq!(out(&router, 5, world(99), to_tcp(22)), Fate::Dropped(Refusal::NoEgress), "another target");
    assert_eq!(out(&router, 5, world(9), to_tcp(23)), Fate::Dropped(Refusal::NoEgress), "another port");
    router.egress.open = true;
    assert_eq!(out(&router, 5, world(9), to_tcp(22)), Fate::Dropped(Refusal::Egress(id)), "now the rule refuses");
    assert_eq!(out(&router, 5, world(9), to_tcp(23)), passed(Entry::OpenEgress, Target::World, public(2)));
    router.source_nat = None;
    assert_eq!(out(&router, 5, world(9), to_tcp(23)), Fate::Dropped(Refusal::NoAddress));
    assert_eq!(out(&router, 6, world(9), to_tcp(23)), passed(Entry::OpenEgress, Target::World, public(3)));
}

#[test]
fn a_guest_and_its_own_router() {
    let router = router();
    let out = |src, dst, payload| fate(&router, &inside(), Side::Guests, &packet(src, dst, payload));
    let served = |src| passed(Entry::Served, Target::Router, src);
    assert_eq!(out(guest(5), guest(1), Payload::Udp { from: 999, to: 53 }), served(guest(5)));
    assert_eq!(out(guest(5), guest(1), ECHO), served(guest(5)));
    assert_eq!(out(guest(5), guest(1), to_tcp(22)), Fate::Dropped(Refusal::NotServed));
    let ask = Payload::Udp { from: 68, to: 67 };
    let (nobody, everybody) = (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::BROADCAST.into());
    assert_eq!(out(nobody, everybody, ask), served(nobody));
    assert_eq!(out(nobody, everybody, to_tcp(80)), Fate::Dropped(Refusal::ForeignSource));
    let deaf = Inside { serves: BTreeSet::new(), ..inside() };
    assert_eq!(
        fate(&router, &deaf, Side::Guests, &packet(nobody, everybody, ask)),
        Fate::Dropped(Refusal::ForeignSource)
    );
    for liar in [guest(1), public(2), world(9)] {
        assert_eq!(out(liar, world(10), to_tcp(80)), Fate::Dropped(Refusal::ForeignSource), "{liar}");
    }
    assert_eq!(out(guest(5), guest(255), to_tcp(80)), Fate::Dropped(Refusal::ForeignTarget));
    // By the public address, guests are judged as the world is, and seen as the gateway.
    let by = Translation::Forward(PortForwardId::from_u128(1));
    let wanted = passed(firewall(1), Target::Guest { to: guest(5), port: Some(100), by }, guest(1));
    assert_eq!(out(guest(6), public(2), to_tcp(33)), wanted);
    assert_eq!(out(guest(6), public(2), to_tcp(80)), Fate::Dropped(Refusal::Firewall));
}

/// Proves: FWNAT-01
#[test]
fn nothing_comes_in_where_nothing_is_open() {
    let mut router = router();
    router.public.values_mut().for_each(|address| address.firewall.clear());
    let mut seed = Seed::new(1);
    for _ in 0..5_000 {
        let dst = public(seed.below(8) as u8);
        let payload = [to_tcp(seed.below(100) as u16), Payload::Udp { from: 1, to: 33 }, ECHO, Payload::Other(47)];
        let packet = packet(world(9), dst, payload[seed.below(4) as usize]);
        assert_eq!(fate(&router, &inside(), Side::World, &packet).passage(), None, "{packet:?}");
    }
}

/// Proves: FWNAT-10
#[test]
fn static_nat_is_one_to_one() {
    let everything: BTreeMap<_, _> =
        (2..60).map(|n| (public(n), address(Some(guest(n + 50)), &[(u128::from(n), Service::All, ALL)]))).collect();
    let router = Router { public: everything, ..router() };
    let open = Router { egress: super::super::Egress { open: true, ..Default::default() }, ..router };
    let mut reached = BTreeSet::new();
    for n in 2..60 {
        let inward = fate(&open, &inside(), Side::World, &packet(world(9), public(n), Payload::Other(47)));
        let Some(Passage { target: Target::Guest { to, by: Translation::StaticNat, .. }, .. }) = inward.passage()
        else {
            panic!("{inward:?}");
        };
        assert!(reached.insert(*to), "two addresses for {to}");
        let outward = fate(&open, &inside(), Side::Guests, &packet(*to, world(9), Payload::Other(47)));
        assert_eq!(outward.passage().unwrap().source, public(n), "out by where it is reached");
    }
}

#[test]
fn the_lowest_id_wins_and_source_blocks_leave_it_to_the_next() {
    let mut router = router();
    let first = router.forwards[&PortForwardId::from_u128(1)].clone();
    let narrow = Forward { to: guest(7), from: nets(&["192.0.2.128/25"]), ..first.clone() };
    router.forwards.insert(PortForwardId::from_u128(0), narrow);
    let wide = Forward { to: guest(8), ports: Ports { first: 30, last: 40 }, to_first: 65_530, ..first };
    router.forwards.insert(PortForwardId::from_u128(2), wide);
    let to = |from, port| match fate(&router, &inside(), Side::World, &packet(world(from), public(2), to_tcp(port))) {
        Fate::Passed(Passage { target: Target::Guest { to, port, .. }, .. }) => (to, port),
        other => panic!("{other:?}"),
    };
    assert_eq!(to(200, 33), (guest(7), Some(100)));
    assert_eq!(to(9, 33), (guest(5), Some(100)));
    assert_eq!(to(9, 34), (guest(8), Some(65_534)));
    assert_eq!(to(9, 37), (guest(8), Some(1)), "ports begin again");
}

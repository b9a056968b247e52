//! Routers in the real kernel, with real programs: a world, a gateway host and guests as namespaces, held against the packet
//! oracle. Needs root (or a user namespace in which `ip netns` works), `nft`, `dnsmasq`, `haproxy`, `busybox`, `ping` and iproute2.
#![cfg(all(feature = "lab", feature = "router"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "router/lab.rs"]
mod lab;
#[path = "router/random.rs"]
mod random;

use cloudstack_core::base::id::{EntityId, FirewallRuleId, LoadBalancerId, NetworkId, NicId, PortForwardId};
use cloudstack_core::base::{Mac, Secret, Seed};
use cloudstack_core::model::network::security_rule::{IcmpKind, Ports, Service};
use cloudstack_core::port::driver::{GuestMetadata, NetworkDevice, PortSpec, RouterSpec, RouterUpdate};
use cloudstack_core::rules::packet::{IpPacket, Payload, Tracked};
use cloudstack_core::rules::router::oracle::{Fate, Side, Target, fate};
use cloudstack_core::rules::router::{
    Algorithm, Balancer, EgressRule, Forward, Opening, Router, Stickiness, Transport,
};
use cloudstack_core::testkit::conformance::driver::{NetworkBed, network_suite};
use cloudstack_drivers::router::VirtualRouter;
use lab::{Kind, Lab, Probe, ended, sh};
use random::{GATEWAY, guest, public};
use std::net::IpAddr;
use std::time::Duration;

/// Not a test: what a namespace runs, when this program starts itself in there.
#[test]
fn inside() {
    lab::inside();
}

fn port(n: u8, hostname: &str) -> PortSpec {
    PortSpec {
        nic: NicId::from_u128(n.into()),
        mac: Mac([2, 0, 0, 0, 0, n]),
        ip4: Some([10, 1, 1, 10 + n].into()),
        ip6: None,
        hostname: hostname.into(),
        default: true,
        metadata: GuestMetadata {
            ssh_keys: vec!["ssh-ed25519 AAAA me".into()],
            user_data: Some("IyEvYmluL3NoCg==".into()),
        },
    }
}

fn world(n: usize) -> IpAddr {
    random::WORLD[n].into()
}

fn open(service: Service, from: &str) -> Opening {
    Opening { service, from: [from.parse().unwrap()].into() }
}

const fn tcp(first: u16, last: u16) -> Service {
    Service::Tcp(Ports { first, last })
}

fn known(n: u8) -> (NicId, PortSpec) {
    (NicId::from_u128(n.into()), port(n, &format!("web-{n}")))
}

async fn tell(driver: &VirtualRouter, whole: &RouterSpec, known: Option<&RouterSpec>) {
    driver.ensure_router(RouterUpdate { whole, known }).await.unwrap();
}

fn pid(lab: &Lab, spec: &RouterSpec, of: &str) -> String {
    sh(&format!("cat {}/{of}.pid", lab.place(spec.network.id))).trim().to_owned()
}

fn from_world(to: IpAddr, kind: Kind) -> Probe {
    Probe::new("w", world(0), to, kind)
}

/// Proves: FWNAT-01, FWNAT-02, FWNAT-04, FWNAT-05, FWNAT-08, FWNAT-10, FWNAT-11, GNET-03, SYSVM-09
#[tokio::test]
async fn guests_are_served_and_led() {
    let lab = Lab::new("s");
    let driver = lab.driver();
    let mut spec = random::spec(0x51, Router { source_nat: Some(public(2)), ..Router::default() });
    let _cleared = lab.place(spec.network.id);
    spec.ports = [known(1), known(2)].into();
    for (n, static_nat) in [(2, None), (3, Some(guest(2)))] {
        spec.rules.public.insert(public(n), random::address(static_nat));
    }
    tell(&driver, &spec, None).await;

    // A lease, names, and what a guest is told.
    let script = format!("{}/lease.sh", lab.folder.path().display());
    std::fs::write(&script, "#!/bin/sh\n[ $1 != bound ] || echo LEASE $ip $router $dns $domain\n").unwrap();
    sh(&format!("chmod +x {script}"));
    let lease = |part: &str| lab.at(part, &format!("busybox udhcpc -i eth0 -f -n -q -t 6 -T 1 -s {script} 2>&1"));
    let leased = lease("1");
    assert!(leased.contains("LEASE 10.1.1.11 10.1.1.1 10.1.1.1 lab.test"), "{leased}");
    let named = lab.at("1", "busybox nslookup -type=a web-2.lab.test 10.1.1.1");
    assert!(named.contains("10.1.1.12"), "{named}");
    let ask = |path: &str, header: &str| {
        let port = if header.is_empty() { 80 } else { 8_080 };
        lab.at(
            "1",
            &format!("printf \"GET /{path} HTTP/1.0\\r\\n{header}\\r\\n\\r\\n\" | busybox nc -w 3 10.1.1.1 {port}"),
        )
    };
    assert!(ask("latest/user-data", "").ends_with("\r\n\r\n#!/bin/sh\n"));
    assert!(ask("latest/meta-data/local-hostname", "").ends_with("\r\n\r\nweb-1"));
    assert!(ask("latest/meta-data/public-ipv4", "").ends_with("\r\n\r\n203.0.113.2"));
    assert!(ask("latest/meta-data/public-keys", "").contains("ssh-ed25519 AAAA me"));
    driver.leave_password(spec.network.id, guest(1), &Secret::new("sword fish")).await.unwrap();
    assert!(ask("", "DomU_Request: send_my_password").ends_with("\r\n\r\nsword fish"));
    assert!(ask("", "DomU_Request: saved_password").ends_with("saved_password"));
    assert!(ask("", "DomU_Request: send_my_password").ends_with("saved_password"));

    // One guest more is no restart; an address that goes to somebody else is leased to it.
    let dnsmasq = pid(&lab, &spec, "dnsmasq");
    let mut next = spec.clone();
    next.ports.extend([known(3)]);
    tell(&driver, &next, Some(&spec)).await;
    assert_eq!(pid(&lab, &spec, "dnsmasq"), dnsmasq);
    assert!(lease("3").contains("LEASE 10.1.1.13"));
    let mut after = next.clone();
    after.ports.remove(&NicId::from_u128(3));
    after.ports.remove(&NicId::from_u128(2));
    after.ports.insert(NicId::from_u128(9), PortSpec { ip4: Some([10, 1, 1, 13].into()), ..port(2, "heir") });
    tell(&driver, &after, Some(&next)).await;
    assert!(lease("2").contains("LEASE 10.1.1.13"), "{}", lease("2"));
    tell(&driver, &spec, Some(&after)).await;

    // Out: nothing, then what a rule allows, under the right address.
    let out = |n: u8| Probe::new(["1", "2"][usize::from(n) - 1], guest(n), world(0), Kind::Tcp(22));
    assert_eq!(lab.try_one(out(1)), "");
    let mut next = spec.clone();
    let rule = EgressRule { service: tcp(22, 22), from: ["10.1.1.0/24".parse().unwrap()].into(), to: [].into() };
    next.rules.egress.rules.insert(FirewallRuleId::from_u128(1), rule);
    tell(&driver, &next, Some(&spec)).await;
    assert_eq!(lab.try_one(out(1)), "w 203.0.113.2 22");
    assert_eq!(lab.try_one(out(2)), "w 203.0.113.3 22");

    // In: a port opens, and closes.
    let id = FirewallRuleId::from_u128(2);
    let inward = from_world(public(3), Kind::Tcp(80));
    assert_eq!(lab.try_one(inward.clone()), "");
    let mut opened = next.clone();
    opened.rules.public.get_mut(&public(3)).unwrap().firewall.insert(id, open(tcp(80, 80), "192.0.2.0/24"));
    opened.rules.public.get_mut(&public(2)).unwrap().firewall.insert(id, open(tcp(33, 44), "0.0.0.0/0"));
    let forward = Forward {
        public: public(2),
        transport: Transport::Tcp,
        ports: Ports::one(33),
        to: guest(1),
        to_first: 100,
        from: [].into(),
    };
    opened.rules.forwards.insert(PortForwardId::from_u128(1), forward);
    tell(&driver, &opened, Some(&next)).await;
    assert_eq!(lab.try_one(inward.clone()), "2 192.0.2.9 80");
    assert_eq!(lab.try_one(from_world(public(2), Kind::Tcp(33))), "1 192.0.2.9 100");
    let hairpin = Probe::new("2", guest(2), public(2), Kind::Tcp(33));
    assert_eq!(lab.try_one(hairpin), "1 10.1.1.1 100");
    tell(&driver, &next, Some(&opened)).await;
    assert_eq!(lab.try_one(inward), "");

    let traffic = driver.traffic(spec.network.id).await.unwrap();
    assert!(traffic[&public(2)].0.0 > 0 && traffic[&public(3)].1.0 > 0, "{traffic:?}");
    tell(&driver, &next, None).await;
    let again = driver.traffic(spec.network.id).await.unwrap();
    assert!(again[&public(3)].1 >= traffic[&public(3)].1, "a reload forgets nothing: {traffic:?} {again:?}");
}

/// Proves: LB-01, LB-03, LB-06
#[tokio::test]
async fn a_balancer_leads_to_all_members_and_keeps_clients() {
    let lab = Lab::new("b");
    let driver = lab.driver();
    let mut spec = random::spec(0x52, Router { source_nat: Some(public(2)), ..Router::default() });
    let _cleared = lab.place(spec.network.id);
    spec.rules.public.insert(public(2), random::address(None));
    let all = open(Service::All, "0.0.0.0/0");
    spec.rules.public.get_mut(&public(2)).unwrap().firewall.insert(FirewallRuleId::from_u128(1), all);
    let sticky = |method: &str| Some(Stickiness { method: method.into(), parameters: [].into() });
    let rules = [
        (33, Algorithm::RoundRobin, None, Transport::Tcp),
        (34, Algorithm::RoundRobin, sticky("SourceBased"), Transport::Tcp),
        (100, Algorithm::RoundRobin, sticky("LbCookie"), Transport::Tcp),
        (22, Algorithm::RoundRobin, None, Transport::Udp),
    ];
    for (port, algorithm, stickiness, transport) in rules {
        let members = [guest(1), guest(2)].into();
        let balancer =
            Balancer { public: public(2), port, transport, algorithm, stickiness, from: [].into(), to: 80, members };
        spec.rules.balancers.insert(LoadBalancerId::from_u128(u128::from(port)), balancer);
    }
    tell(&driver, &spec, None).await;
    let who = |kind: Kind, cookie: &str| {
        let answer = lab.try_one(Probe { cookie: cookie.into(), patience: 2_000, ..from_world(public(2), kind) });
        let mut words = answer.split(' ').map(str::to_owned);
        let first = words.next().unwrap_or_default();
        (first, words.nth(2).unwrap_or_default())
    };
    for kind in [Kind::Tcp(33), Kind::Udp(22)] {
        let answers: std::collections::BTreeSet<String> = (0..6).map(|_| who(kind, "").0).collect();
        assert_eq!(answers, ["1", "2"].map(str::to_owned).into(), "{kind:?}");
    }
    let first = who(Kind::Tcp(34), "").0;
    assert!((0..4).all(|_| who(Kind::Tcp(34), "").0 == first), "by the source");
    let (first, cookie) = who(Kind::Tcp(100), "");
    assert!(cookie.starts_with("lb-"), "{cookie}");
    assert!((0..4).all(|_| who(Kind::Tcp(100), &cookie).0 == first), "by the cookie {cookie}");
    // A member leaves: everybody is led to the other.
    let mut next = spec.clone();
    next.rules.balancers.values_mut().for_each(|b| b.members = [guest(2)].into());
    tell(&driver, &next, Some(&spec)).await;
    for kind in [Kind::Tcp(33), Kind::Tcp(34), Kind::Udp(22)] {
        assert_eq!(who(kind, "").0, "2", "{kind:?}");
    }
}

/// Every attempt of one round, with the first datagram it sends.
fn attempts(seed: &mut Seed) -> Vec<(Probe, Side, IpPacket)> {
    let mut all = Vec::new();
    for (from, by, side) in [
        ("w", world(0), Side::World),
        ("w", world(1), Side::World),
        ("1", guest(1), Side::Guests),
        ("2", guest(2), Side::Guests),
        ("3", guest(3), Side::Guests),
    ] {
        for at in 0..50 {
            let to = match (seed.below(10), side) {
                (0, _) => GATEWAY.into(),
                (1, Side::World) => guest(1 + seed.below(3) as u8),
                (1..4, Side::Guests) => world(seed.below(2) as usize),
                _ => public(2 + seed.below(5) as u8),
            };
            let port = random::pick(seed, &random::PORTS);
            let (kind, payload) = match at {
                0 | 1 => (Kind::Ping, Payload::Icmp(IcmpKind { kind: 8, code: 0 })),
                _ if seed.chance(1, 2) => (Kind::Tcp(port), Payload::Tcp { from: 40_000, to: port }),
                _ => (Kind::Udp(port), Payload::Udp { from: 40_000, to: port }),
            };
            // A client's source is chosen by its route for TCP: the world's second address speaks UDP and ICMP only.
            if by == world(1) && matches!(kind, Kind::Tcp(_)) {
                continue;
            }
            let packet = IpPacket { src: by, dst: to, payload, tracked: Tracked::New };
            all.push((Probe::new(from, by, to, kind), side, packet));
        }
    }
    all
}

/// What an attempt must be answered: by one of these, seen from one address, at a port; by nobody if there are none. `None` if that
/// cannot be told from here.
fn wanted(spec: &RouterSpec, side: Side, packet: &IpPacket) -> Option<Vec<String>> {
    let fate = fate(&spec.rules, &spec.inside(), side, packet);
    let Fate::Passed(passage) = fate else { return Some(vec![]) };
    let there = random::WORLD.iter().any(|w| IpAddr::from(*w) == packet.dst);
    if passage.target == Target::World && !there {
        return None;
    }
    let (Payload::Tcp { to: at, .. } | Payload::Udp { to: at, .. }) = packet.payload else {
        return Some(vec!["pong".into()]);
    };
    let name = |address: &IpAddr| (1..=3).find(|n| guest(*n) == *address).map(|n| n.to_string()).unwrap();
    match passage.target {
        Target::Guest { to, port: Some(port), .. } if random::PORTS.contains(&port) => {
            Some(vec![format!("{} {} {port}", name(&to), passage.source)])
        }
        Target::World => Some(vec![format!("w {} {at}", passage.source)]),
        Target::Member { members, port, .. } => {
            let tcp = matches!(packet.payload, Payload::Tcp { .. });
            // A balancer asks for itself; a guest of its own network comes as the gateway.
            let seen = if tcp || side == Side::Guests { GATEWAY.into() } else { packet.src };
            Some(members.iter().map(|member| format!("{} {seen} {port}", name(member))).collect())
        }
        _ => None,
    }
}

/// Proves: FWNAT-01, FWNAT-02, FWNAT-04, FWNAT-08, FWNAT-10, FWNAT-11, LB-01
#[tokio::test]
async fn the_kernel_agrees_with_the_oracle() {
    let lab = Lab::new("o");
    let driver = lab.driver();
    let mut seed = Seed::new(2_026);
    let mut before: Option<RouterSpec> = None;
    let (mut pairs, mut through) = (0, 0);
    for round in 0..12 {
        // Every other round is a difference to the one before.
        let rules = match &before {
            Some(before) if round % 2 == 1 => {
                (0..3).fold(before.rules.clone(), |rules, _| random::changed(&mut seed, &rules))
            }
            _ => random::router(&mut seed),
        };
        let spec = random::spec(0x53, rules);
        let _cleared = lab.place(spec.network.id);
        tell(&driver, &spec, before.as_ref()).await;
        let rounds = attempts(&mut seed);
        let (told, rest): (Vec<_>, Vec<_>) =
            rounds.iter().map(|(p, side, packet)| (p, wanted(&spec, *side, packet))).partition(|(_, w)| w.is_some());
        drop(rest);
        let probes: Vec<Probe> = told.iter().map(|(probe, _)| (*probe).clone()).collect();
        let answers = lab.try_all(&probes);
        let fits = |at: usize, answer: &String| {
            let wanted = told[at].1.as_ref().unwrap();
            if wanted.is_empty() { answer.is_empty() } else { wanted.contains(answer) }
        };
        let mut wrong = Vec::new();
        for (at, answer) in answers.iter().enumerate().filter(|(at, answer)| !fits(*at, answer)) {
            // A busy machine answers late: what was not answered is asked again, patiently.
            let patient = Probe { patience: 3_000, ..probes[at].clone() };
            let again = if answer.is_empty() { lab.try_one(patient) } else { answer.clone() };
            if !fits(at, &again) {
                wrong.push(format!("{:?}: oracle {:?}, kernel {again:?}", probes[at], told[at].1));
            }
        }
        assert!(
            wrong.is_empty(),
            "round {round}: {} of {} differ: {wrong:#?}\n{:#?}",
            wrong.len(),
            probes.len(),
            spec.rules
        );
        pairs += probes.len();
        through += answers.iter().filter(|answer| !answer.is_empty()).count();
        before = Some(spec);
    }
    println!("{pairs} pairs, {through} of them through");
    assert!(pairs >= 2_000 && through >= 200, "{pairs} {through}");
}

/// Ten thousand openings, and a guest that stands behind one.
fn many() -> RouterSpec {
    let mut spec = random::spec(0x54, Router { source_nat: Some(public(2)), ..Router::default() });
    spec.rules.public.insert(public(2), random::address(None));
    spec.rules.public.insert(public(3), random::address(Some(guest(1))));
    for n in 0..10_000_u16 {
        let at = public(if n % 2 == 0 { 2 } else { 3 });
        let opening = open(Service::Udp(Ports::one(20_000 + n)), "0.0.0.0/0");
        let firewall = &mut spec.rules.public.get_mut(&at).unwrap().firewall;
        firewall.insert(FirewallRuleId::from_u128(n.into()), opening);
    }
    let opening = open(Service::Udp(Ports::one(22)), "0.0.0.0/0");
    spec.rules.public.get_mut(&public(3)).unwrap().firewall.insert(FirewallRuleId::from_u128(1 << 64), opening);
    spec
}

#[tokio::test]
async fn ten_thousand_rules_are_replaced_under_a_flow_that_loses_nothing() {
    let lab = Lab::new("f");
    let driver = lab.driver();
    let spec = many();
    let _cleared = lab.place(spec.network.id);
    tell(&driver, &spec, None).await;
    assert_eq!(lab.try_one(from_world(public(3), Kind::Udp(22))), "1 192.0.2.9 22");
    let flow = lab.flow("w", public(3), 22, Duration::from_secs(6));
    let started = std::time::Instant::now();
    let mut reloads = 0;
    while started.elapsed() < Duration::from_secs(5) {
        tell(&driver, &spec, None).await;
        reloads += 1;
    }
    let (sent, got) = ended(flow);
    println!("{reloads} reloads of 10,000 rules; {sent} datagrams sent, {got} answered");
    assert!(reloads >= 2 && sent > 1_000, "{reloads} {sent}");
    assert_eq!(sent, got);
}

#[tokio::test]
async fn what_died_is_started_again_found_again_and_nothing_is_left() {
    let lab = Lab::new("r");
    let mut spec = random::spec(0x55, Router { source_nat: Some(public(2)), ..Router::default() });
    spec.rate = Some(100);
    spec.ports = [known(1)].into();
    spec.rules.public.insert(public(2), random::address(None));
    let all = open(Service::All, "0.0.0.0/0");
    spec.rules.public.get_mut(&public(2)).unwrap().firewall.insert(FirewallRuleId::from_u128(1), all);
    let (from, members) = ([].into(), [guest(1)].into());
    let balancer = Balancer {
        public: public(2),
        port: 33,
        transport: Transport::Tcp,
        algorithm: Algorithm::RoundRobin,
        stickiness: None,
        from,
        to: 80,
        members,
    };
    spec.rules.balancers.insert(LoadBalancerId::from_u128(1), balancer);
    let place = lab.place(spec.network.id);
    let driver = lab.driver();
    tell(&driver, &spec, None).await;
    let all = ["dnsmasq", "haproxy", "guest-data"];
    let before = all.map(|of| pid(&lab, &spec, of));
    let holder = sh(&format!("cat {place}/holder"));

    // Nothing changed: nothing is started.
    tell(&driver, &spec, Some(&spec)).await;
    // A driver that knows nothing finds what runs, and starts nothing twice.
    let driver = lab.driver();
    tell(&driver, &spec, None).await;
    assert_eq!(all.map(|of| pid(&lab, &spec, of)), before);
    assert_eq!(sh(&format!("cat {place}/holder")), holder);
    let inside = || {
        let ns = holder.trim().split(' ').nth(1).unwrap().replace('[', "\\[").replace(']', "\\]");
        sh(&format!("find /proc/[0-9]*/ns/net -prune -lname '{ns}' 2>/dev/null | wc -l")).trim().to_owned()
    };
    // HAProxy is two where it has a master; here each is one, with who keeps the namespace.
    assert_eq!(inside(), "4");
    let limit = sh(&format!("nsenter -t {} -n tc qdisc show dev eth0", holder.split(' ').next().unwrap()));
    assert!(limit.contains("tbf") && limit.contains("rate 100Mbit"), "{limit}");

    // All of them die, and somebody meddles with the rules.
    before.iter().for_each(|pid| drop(sh(&format!("kill -9 {pid}"))));
    sh(&format!("nsenter -t {} -n nft flush ruleset", holder.split(' ').next().unwrap()));
    let mut next = spec.clone();
    next.ports.extend([known(2)]);
    next.rules.egress.open = true;
    tell(&driver, &next, Some(&spec)).await;
    assert!(all.map(|of| pid(&lab, &spec, of)).iter().zip(&before).all(|(new, old)| new != old));
    assert_eq!(inside(), "4");
    let through = Probe { patience: 2_000, ..from_world(public(2), Kind::Tcp(33)) };
    assert_eq!(lab.try_one(through), "1 10.1.1.1 80");
    // A difference that meets rules that somebody took away makes all of it anew.
    sh(&format!("nsenter -t {} -n nft flush ruleset", holder.split(' ').next().unwrap()));
    let mut last = next.clone();
    last.rules.public.get_mut(&public(2)).unwrap().firewall.clear();
    tell(&driver, &last, Some(&next)).await;
    assert_eq!(lab.try_one(from_world(public(2), Kind::Tcp(33))), "");

    for _ in 0..2 {
        driver.ensure_no_network(spec.network.id).await.unwrap();
    }
    assert_eq!(inside(), "0");
    let links = sh(&format!("ip -n {} -o link show", lab.ns("h")));
    assert!(!links.contains("vrg") && !links.contains("vrp"), "{links}");
    assert!(!std::path::Path::new(&place).exists());
}

#[tokio::test]
async fn the_suite_of_network_devices() {
    let lab = Lab::new("c");
    let network = random::spec(0x56, Router::default()).network;
    let _cleared = lab.place(NetworkId::from_u128(0x56));
    let (first, changed) = (port(1, "one"), PortSpec { ip4: Some([10, 1, 1, 21].into()), ..port(1, "two") });
    let bed = NetworkBed { host: lab.host(), network, port: first, changed };
    let passed = network_suite(&lab.driver(), &bed).await.unwrap();
    assert_eq!(passed.len(), 15, "{passed:#?}");
}

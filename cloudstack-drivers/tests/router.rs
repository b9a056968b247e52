//! What routers are written as, against the packet oracle, by an interpreter that shares nothing with the driver.
#![cfg(feature = "router")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "router/nft.rs"]
mod nft;
#[path = "router/packets.rs"]
mod packets;
#[path = "router/random.rs"]
mod random;

use cloudstack_core::base::id::{EntityId, FirewallRuleId, LoadBalancerId, NicId, PortForwardId};
use cloudstack_core::base::{Mac, Seed};
use cloudstack_core::model::network::security_rule::{IcmpKind, Ports, Service};
use cloudstack_core::port::driver::{GuestMetadata, PortSpec, RouterSpec};
use cloudstack_core::rules::packet::{IpPacket, Payload, Tracked};
use cloudstack_core::rules::router::oracle::{Entry, Fate, Side, Target, fate};
use cloudstack_core::rules::router::{
    Algorithm, Balancer, EgressRule, Forward, Opening, Router, Stickiness, Transport,
};
use cloudstack_drivers::router::{files, ruleset, ruleset_change};
use nft::{Nft, Outcome};
use random::{GATEWAY, guest, public};
use std::collections::BTreeMap;

fn loaded(spec: &RouterSpec) -> Nft {
    let mut nft = Nft::default();
    nft.run(&ruleset(spec).unwrap());
    nft
}

/// Holds one datagram's outcome against the oracle; what the oracle said, in short.
fn agree(spec: &RouterSpec, nft: &Nft, side: Side, packet: &IpPacket) -> String {
    let inside = spec.inside();
    let wanted = fate(&spec.rules, &inside, side, packet);
    let by = if side == Side::World { "eth2" } else { "eth0" };
    if packet.tracked != Tracked::New {
        assert_eq!(nft.arrives(by, packet), wanted.passage().is_some(), "{packet:?}");
        return format!("{:?}", packet.tracked);
    }
    let found = nft.outcome(by, packet, &inside.subnet, GATEWAY.into());
    let is = || format!("{side:?} {packet:?}: {wanted:?}, {found:?}");
    match &wanted {
        Fate::Dropped(why) => {
            assert_eq!(found, Outcome::Dropped, "{}", is());
            format!("{why:?}").split('(').next().unwrap_or_default().to_owned()
        }
        Fate::Passed(passage) => match &passage.target {
            Target::Router => {
                assert_eq!(found, Outcome::Local, "{}", is());
                "Router".into()
            }
            Target::World => {
                let port = match packet.payload {
                    Payload::Tcp { to, .. } | Payload::Udp { to, .. } => Some(to),
                    _ => None,
                };
                let sent = Outcome::Sent { to: [packet.dst].into(), port, from: passage.source };
                assert_eq!(found, sent, "{}", is());
                if matches!(passage.entry, Entry::OpenEgress) { "OpenEgress".into() } else { "EgressRule".into() }
            }
            Target::Guest { to, port, by } => {
                let sent = Outcome::Sent { to: [*to].into(), port: *port, from: passage.source };
                assert_eq!(found, sent, "{}", is());
                format!("{by:?}").split('(').next().unwrap_or_default().to_owned()
            }
            Target::Member { members, port, .. } => {
                match (packet.payload, &found) {
                    (Payload::Tcp { .. }, Outcome::Local) => {}
                    (Payload::Udp { .. }, Outcome::Sent { to, port: Some(at), .. }) if to == members && at == port => {}
                    _ => panic!("{}", is()),
                }
                "Member".into()
            }
            other => panic!("{other:?} of a new connection"),
        },
    }
}

/// Proves: FWNAT-01, FWNAT-02, FWNAT-04, FWNAT-10, FWNAT-11, SYSVM-09
#[test]
fn the_ruleset_does_to_every_datagram_what_the_oracle_says() {
    let (routers, packets) = if cfg!(debug_assertions) { (60, 150) } else { (1_000, 200) };
    let mut outcomes: BTreeMap<String, u32> = BTreeMap::new();
    for run in 0..routers {
        let mut seed = Seed::new(run);
        let spec = random::spec(1, random::router(&mut seed));
        let nft = loaded(&spec);
        for _ in 0..packets {
            let (side, packet) = packets::packet(&mut seed);
            *outcomes.entry(agree(&spec, &nft, side, &packet)).or_default() += 1;
        }
    }
    println!("{} datagrams: {outcomes:?}", outcomes.values().sum::<u32>());
    // Eight ways for what is new to be dropped, six to pass, and two that are not new.
    assert_eq!(outcomes.len(), 16, "{outcomes:?}");
}

#[test]
fn a_difference_leads_where_the_whole_would() {
    let (runs, steps) = if cfg!(debug_assertions) { (10, 25) } else { (200, 60) };
    let mut partly = 0;
    for run in 0..runs {
        let mut seed = Seed::new(0x5eed + run);
        let mut before = random::spec(1, random::router(&mut seed));
        let mut nft = loaded(&before);
        for step in 0..steps {
            let after = RouterSpec { rules: random::changed(&mut seed, &before.rules), ..before.clone() };
            match ruleset_change(&before, &after).unwrap() {
                Some(script) => {
                    nft.run(&script);
                    partly += 1;
                }
                None => nft.run(&ruleset(&after).unwrap()),
            }
            assert_eq!(nft, loaded(&after), "run {run} step {step}: {:#?} {:#?}", before.rules, after.rules);
            before = after;
        }
    }
    assert!(partly > runs * 20, "{partly}");
}

#[test]
fn one_rule_more_among_ten_thousand_is_a_line_more() {
    let sizes = [10_u32, 10_000].map(|rules| {
        let mut router = Router { source_nat: Some(public(2)), ..Router::default() };
        for n in 0..rules {
            let address = router.public.entry(public(2 + (n % 200) as u8)).or_insert_with(|| random::address(None));
            let service = Service::Tcp(Ports::one(1 + (n / 200) as u16));
            let opening = Opening { service, from: ["0.0.0.0/0".parse().unwrap()].into() };
            address.firewall.insert(FirewallRuleId::from_u128(n.into()), opening);
        }
        let before = random::spec(1, router);
        let mut after = before.clone();
        let opening = Opening { service: Service::Tcp(Ports::one(9_999)), from: ["0.0.0.0/0".parse().unwrap()].into() };
        let first = after.rules.public.get_mut(&public(2)).unwrap();
        first.firewall.insert(FirewallRuleId::from_u128(1 << 64), opening);
        ruleset_change(&before, &after).unwrap().unwrap()
    });
    assert_eq!(sizes[0], "add element ip cloudstack open {\n203.0.113.2 . tcp . 9999,\n}\n");
    assert_eq!(sizes[0], sizes[1]);
}

/// Compares with a file of this repository; `UPDATE_GOLDEN=1` writes it anew.
fn golden(name: &str, text: &str) {
    let path = format!("{}/tests/router/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
}

/// A router with one of everything.
fn small() -> RouterSpec {
    let net = |text: &str| text.parse().unwrap();
    let mut spec = random::spec(7, Router { source_nat: Some(public(2)), ..Router::default() });
    let port = |n: u8, default| PortSpec {
        nic: NicId::from_u128(n.into()),
        mac: Mac([2, 0, 0, 0, 0, n]),
        ip4: Some([10, 1, 1, 10 + n].into()),
        ip6: None,
        hostname: format!("web-{n}"),
        default,
        metadata: GuestMetadata { ssh_keys: vec!["ssh-ed25519 AAAA me".into()], user_data: Some("aGVsbG8=".into()) },
    };
    spec.ports = [(NicId::from_u128(1), port(1, true)), (NicId::from_u128(2), port(2, false))].into();
    spec.network.dns = vec![[192, 0, 2, 53].into()];
    spec.rate = Some(200);
    let open = |service, from: &str| Opening { service, from: [net(from)].into() };
    let first = [
        (FirewallRuleId::from_u128(1), open(Service::Tcp(Ports { first: 33, last: 44 }), "0.0.0.0/0")),
        (FirewallRuleId::from_u128(2), open(Service::Tcp(Ports::one(80)), "0.0.0.0/0")),
        (FirewallRuleId::from_u128(3), open(Service::Icmp(Some(IcmpKind { kind: 8, code: 0 })), "192.0.2.0/24")),
    ];
    let second = [(FirewallRuleId::from_u128(4), open(Service::All, "192.0.2.0/24"))];
    spec.rules.public.insert(public(2), random::address(None));
    spec.rules.public.get_mut(&public(2)).unwrap().firewall = first.into();
    spec.rules.public.insert(public(3), random::address(Some(guest(2))));
    spec.rules.public.get_mut(&public(3)).unwrap().firewall = second.into();
    let tcp = Transport::Tcp;
    let forward = Forward {
        public: public(2),
        transport: tcp,
        ports: Ports::one(33),
        to: guest(1),
        to_first: 100,
        from: [].into(),
    };
    spec.rules.forwards.insert(PortForwardId::from_u128(1), forward);
    let sticky = |method: &str, parameters: &[(&str, &str)]| {
        let parameters = parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Some(Stickiness { method: method.into(), parameters })
    };
    let ways = [
        (
            80,
            Algorithm::RoundRobin,
            sticky("LbCookie", &[("cookie-name", "SRV"), ("indirect", ""), ("nocache", "true")]),
        ),
        (81, Algorithm::LeastConn, sticky("AppCookie", &[("cookie-name", "JSESSIONID"), ("request-learn", "")])),
        (82, Algorithm::Source, sticky("SourceBased", &[("expire", "10m")])),
    ];
    for (port, algorithm, stickiness) in ways {
        let members = [guest(1), guest(2)].into();
        let balancer = Balancer {
            public: public(2),
            port,
            transport: tcp,
            algorithm,
            stickiness,
            from: [].into(),
            to: 8_080,
            members,
        };
        spec.rules.balancers.insert(LoadBalancerId::from_u128(port.into()), balancer);
    }
    let egress = EgressRule { service: Service::Tcp(Ports::one(22)), from: [net("10.1.1.0/24")].into(), to: [].into() };
    spec.rules.egress.rules.insert(FirewallRuleId::from_u128(9), egress);
    spec
}

/// Proves: FWNAT-05, FWNAT-12, GNET-03, LB-01, LB-03, LB-06, SYSVM-09
#[test]
fn a_small_router_reads_as_it_should() {
    let spec = small();
    golden("router.nft", &ruleset(&spec).unwrap());
    let files = files(&spec, "/run/cloud/gw/router/vr-000000000007", Some(1_450)).unwrap();
    assert_eq!(files.len(), 6, "{:?}", files.keys());
    for (name, text) in files {
        golden(name, &text);
    }
}

#[test]
fn what_ends_a_line_or_a_word_of_a_language_is_refused() {
    let refused = |edit: fn(&mut RouterSpec)| {
        let mut spec = small();
        edit(&mut spec);
        files(&spec, "/run", None).unwrap_err().field
    };
    let each_port =
        |spec: &mut RouterSpec| spec.ports.values_mut().for_each(|p| p.hostname = "a\ndhcp-script=/x".into());
    assert_eq!(refused(each_port), "host name");
    assert_eq!(refused(|spec| spec.network.domain_name = Some("a/../b".into())), "network domain");
    let bad_cookie = |spec: &mut RouterSpec| {
        let balancer = spec.rules.balancers.values_mut().next().unwrap();
        balancer.stickiness.as_mut().unwrap().parameters.insert("cookie-name".into(), "a\n    server x".into());
    };
    assert_eq!(refused(bad_cookie), "cookie-name");
    let unknown = |spec: &mut RouterSpec| {
        spec.rules.balancers.values_mut().next().unwrap().stickiness.as_mut().unwrap().method = "Guess".into();
    };
    assert_eq!(refused(unknown), "stickiness method");
}

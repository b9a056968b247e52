//! Both languages against the packet oracle, by interpreters that share nothing with the drivers.

#![cfg(all(feature = "iptables", feature = "nftables"))]
#![allow(clippy::unwrap_used, reason = "the interpreters are test support")]

#[path = "security_groups/nft.rs"]
mod nft;
#[path = "security_groups/packets.rs"]
mod packets;
#[path = "security_groups/random.rs"]
mod random;
#[path = "security_groups/xtables.rs"]
mod xtables;

use cloudstack_core::base::Seed;
use cloudstack_core::base::id::{EntityId, NicId, RuleId, SecurityGroupId};
use cloudstack_core::model::network::security_rule::{Direction, IcmpKind, Peer, Ports, SecurityRule, Service};
use cloudstack_core::rules::packet::{Packet, verdict};
use cloudstack_core::rules::security_group::{Compiled, Event, Member};
use cloudstack_drivers::{iptables::Iptables, nftables::Nftables};
use nft::Nft;
use std::collections::BTreeMap;
use xtables::Xtables;

/// Both devices with the whole state loaded.
fn load(compiled: &Compiled) -> (Nft, Xtables) {
    let (mut nft, mut xtables) = (Nft::default(), Xtables::default());
    nft.run(&Nftables::default().full(compiled.ir()));
    xtables.run(&Iptables.full(compiled.ir()));
    (nft, xtables)
}

fn agree(compiled: &Compiled, devices: &(Nft, Xtables), packet: &Packet) -> String {
    let wanted = verdict(compiled.policy(), packet);
    assert_eq!(verdict(compiled.ir(), packet), wanted, "compiled form of {packet:?}");
    assert_eq!(devices.0.passes(packet), wanted.passes(), "nftables: {packet:?} {wanted:?}");
    assert_eq!(devices.1.passes(packet), wanted.passes(), "iptables: {packet:?} {wanted:?}");
    let why = format!("{:?}", wanted.why);
    why.split('(').next().unwrap_or_default().to_owned()
}

/// Something happens.
fn step(compiled: &mut Compiled, seed: &mut Seed) {
    let event = random::event(seed, compiled.policy());
    // A port that is taken is refused, and that is that.
    let _ = compiled.apply(event);
}

/// Proves: SG-02, SG-05, SG-06, SG-07, SG-08
#[test]
fn both_languages_say_of_every_packet_what_the_oracle_says() {
    let (policies, packets) = if cfg!(debug_assertions) { (40, 250) } else { (2_500, 400) };
    let mut reasons: BTreeMap<String, u32> = BTreeMap::new();
    for run in 0..policies {
        let mut seed = Seed::new(run);
        let mut compiled = Compiled::default();
        for _ in 0..4 + seed.below(40) {
            step(&mut compiled, &mut seed);
        }
        let devices = load(&compiled);
        for _ in 0..packets {
            let packet = packets::packet(&mut seed, compiled.policy());
            *reasons.entry(agree(&compiled, &devices, &packet)).or_default() += 1;
        }
    }
    // The oracle has 17 reasons; a test that meets only some of them proves little.
    assert_eq!(reasons.len(), 17, "{reasons:?}");
    println!("{} packets: {reasons:?}", reasons.values().sum::<u32>());
}

/// Proves: SG-04, SG-08
#[test]
fn a_difference_leads_where_the_whole_would() {
    let (runs, steps) = if cfg!(debug_assertions) { (12, 25) } else { (300, 60) };
    for run in 0..runs {
        let mut seed = Seed::new(0x5eed + run);
        let mut compiled = Compiled::default();
        let mut devices = load(&compiled);
        let mut by_json = devices.0.clone();
        for step in 0..steps {
            let event = random::event(&mut seed, compiled.policy());
            let Ok(delta) = compiled.apply(event.clone()) else { continue };
            devices.0.run(&Nftables::default().delta(compiled.ir(), &delta));
            by_json.run_json(&Nftables::default().delta_json(compiled.ir(), &delta));
            devices.1.run(&Iptables.delta(&delta));
            let (nft, xtables) = load(&compiled);
            assert_eq!(devices.0.clone().normal(), nft.clone().normal(), "run {run} step {step}: {event:?}");
            assert_eq!(by_json.clone().normal(), nft.normal(), "run {run} step {step}: {event:?}");
            assert_eq!(devices.1.clone().normal(), xtables.normal(), "run {run} step {step}: {event:?}");
            for _ in 0..4 {
                let packet = packets::packet(&mut seed, compiled.policy());
                agree(&compiled, &devices, &packet);
            }
        }
    }
}

#[test]
fn both_spellings_of_nftables_are_one() {
    for run in 0..if cfg!(debug_assertions) { 20 } else { 300 } {
        let mut seed = Seed::new(run);
        let mut compiled = Compiled::default();
        for _ in 0..30 {
            step(&mut compiled, &mut seed);
        }
        let (mut text, mut json) = (Nft::default(), Nft::default());
        text.run(&Nftables::default().full(compiled.ir()));
        json.run_json(&Nftables::default().full_json(compiled.ir()));
        assert_eq!(text, json);
    }
}

#[test]
fn the_same_state_is_the_same_bytes() {
    let mut seed = Seed::new(7);
    let mut compiled = Compiled::default();
    for _ in 0..60 {
        step(&mut compiled, &mut seed);
    }
    let anew = Compiled::new(compiled.policy().clone());
    assert_eq!(Nftables::default().full(compiled.ir()), Nftables::default().full(anew.ir()));
    assert_eq!(Iptables.full(compiled.ir()), Iptables.full(anew.ir()));
}

/// Proves: SG-08
#[test]
fn a_member_more_in_a_group_of_ten_thousand_is_a_line_more() {
    let small = newcomer_bytes(10);
    assert_eq!(newcomer_bytes(10_000), small);
    assert!(small.0 < 100 && small.1 < 100, "{small:?}");
}

/// What one more member elsewhere costs in bytes, for nftables and iptables, in a group of this size.
fn newcomer_bytes(size: u32) -> (usize, usize) {
    let mut seed = Seed::new(1);
    let mut compiled = Compiled::default();
    let rule = SecurityRule {
        id: RuleId::from_u128(1),
        direction: Direction::Ingress,
        service: Service::All,
        peer: Peer::Group(random::group(0)),
    };
    compiled.apply(Event::RuleAdded(random::group(0), rule)).unwrap();
    let local = Member { tap: Some(random::tap(1)), groups: [random::group(0)].into(), ..random::member(&mut seed) };
    compiled.apply(Event::Member(local.clone())).unwrap();
    let member = |n: u32| Member {
        nic: NicId::from_u128(1_000 + u128::from(n)),
        tap: None,
        addresses: vec![(0x0b00_0000 + n).to_be_bytes().into()],
        ..local.clone()
    };
    for n in 0..size {
        compiled.apply(Event::Member(member(n))).unwrap();
    }
    let delta = compiled.apply(Event::Member(member(0x11_1111))).unwrap();
    (Nftables::default().delta(compiled.ir(), &delta).len(), Iptables.delta(&delta).len())
}

/// Compares with a file of this repository; `UPDATE_GOLDEN=1` writes it anew.
fn golden(name: &str, text: &str) {
    let path = format!("{}/tests/security_groups/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
}

/// Proves: SG-07
#[test]
fn a_small_policy_reads_as_it_should() {
    let web = SecurityGroupId::from_u128(0x0190_5a8e_7000_7000_8000_0000_0000_0001);
    let office = SecurityGroupId::from_u128(0x0190_5a8e_7000_7000_8000_0000_0000_0002);
    let mut compiled = Compiled::default();
    let member = |n: u8, tap: Option<&str>, group| Member {
        nic: NicId::from_u128(n.into()),
        mac: random::mac(n.into()),
        tap: tap.map(|t| t.parse().unwrap()),
        addresses: vec![[10, 1, 1, n].into()],
        secondary: vec![],
        groups: [group].into(),
    };
    compiled.apply(Event::Member(member(5, Some("vnet0"), web))).unwrap();
    compiled.apply(Event::Member(member(6, None, office))).unwrap();
    let peer = |text: &str| Peer::cidr(text.parse().unwrap());
    let tcp = |first, last| Service::Tcp(Ports { first, last });
    let rules = [
        (Direction::Ingress, tcp(80, 90), peer("0.0.0.0/0")),
        (Direction::Ingress, tcp(80, 90), peer("::/0")),
        (Direction::Ingress, tcp(22, 22), peer("192.168.0.0/22")),
        (Direction::Ingress, Service::Icmp(Some(IcmpKind { kind: 8, code: 0 })), Peer::Group(office)),
        (Direction::Egress, Service::Udp(Ports::one(123)), peer("10.0.0.0/8")),
    ];
    for (n, (direction, service, peer)) in (1..).zip(rules) {
        let rule = SecurityRule { id: RuleId::from_u128(n), direction, service, peer };
        compiled.apply(Event::RuleAdded(web, rule)).unwrap();
    }
    let scripts = Iptables.full(compiled.ir());
    golden("full.nft", &Nftables::default().full(compiled.ir()));
    golden("full.sets", &scripts.sets);
    golden("full.v4", &scripts.v4);
    golden("full.v6", &scripts.v6);
    golden("full.ether", &scripts.ether);

    let another = (Direction::Ingress, tcp(22, 22), peer("192.168.8.0/22"));
    let rule = SecurityRule { id: RuleId::from_u128(9), direction: another.0, service: another.1, peer: another.2 };
    let delta = compiled.apply(Event::RuleAdded(web, rule)).unwrap();
    let set = "b4-01905a8e700070008000000000000001-in-tcp-22-22-22";
    let wanted = format!("add element bridge cloudstack {set} {{\n192.168.8.0,\n}}\n");
    assert_eq!(Nftables::default().delta(compiled.ir(), &delta), wanted);
    let scripts = Iptables.delta(&delta);
    assert!(scripts.sets.starts_with("add cs") && scripts.sets.ends_with(" 192.168.8.0/22 -exist\n"));
    assert_eq!(scripts.len(), scripts.sets.len(), "nothing but one element");
}

use super::*;
use crate::base::Seed;
use crate::base::id::EntityId;
use crate::model::network::security_rule::{IcmpKind, Ports, Service};
use crate::rules::diff::{Change, diff};
use crate::rules::packet::{Arp, Frame, Packet, Payload, Tracked, verdict};

fn group(n: u128) -> SecurityGroupId {
    SecurityGroupId::from_u128(n)
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn tap(text: &str) -> Tap {
    text.parse().unwrap()
}

fn mac(n: u8) -> Mac {
    Mac([2, 0, 0, 0, 0, n])
}

fn member(n: u8, groups: &[u128]) -> Member {
    Member {
        nic: NicId::from_u128(n.into()),
        mac: mac(n),
        tap: Some(tap(&format!("vnet{n}"))),
        addresses: vec![IpAddr::from([10, 0, 0, n])],
        secondary: vec![],
        groups: groups.iter().map(|g| group(*g)).collect(),
    }
}

fn rule(n: u128, direction: Direction, service: Service, peer: Peer) -> SecurityRule {
    SecurityRule { id: RuleId::from_u128(n), direction, service, peer }
}

fn tcp(port: u16) -> Service {
    Service::Tcp(Ports::one(port))
}

fn net(text: &str) -> Peer {
    Peer::cidr(text.parse().unwrap())
}

/// What becomes of a packet between two members (or outsiders), by both readings.
fn check(policy: &SecurityGroupPolicy, from: u8, to: u8, payload: Payload, tracked: Tracked) -> Reason {
    let ip = IpPacket { src: IpAddr::from([10, 0, 0, from]), dst: IpAddr::from([10, 0, 0, to]), payload, tracked };
    judge(
        policy,
        Packet {
            from: tap(&format!("vnet{from}")),
            to: tap(&format!("vnet{to}")),
            mac: mac(from),
            frame: Frame::Ip(ip),
        },
    )
}

fn judge(policy: &SecurityGroupPolicy, packet: Packet) -> Reason {
    let wanted = verdict(policy, &packet);
    assert_eq!(verdict(&compile(policy), &packet), wanted, "{packet:?}");
    wanted.why
}

const SSH: Payload = Payload::Tcp { from: 40_000, to: 22 };
const ECHO: Payload = Payload::Icmp(IcmpKind { kind: 8, code: 0 });

/// Proves: SG-01, SG-05
#[test]
fn a_group_without_rules_lets_everything_out_and_nothing_in_but_replies() {
    let mut policy = SecurityGroupPolicy::default();
    policy.put_member(member(1, &[1])).unwrap();
    for payload in [SSH, ECHO, Payload::Udp { from: 1, to: 2 }, Payload::Other(47)] {
        assert_eq!(check(&policy, 1, 9, payload, Tracked::New), Reason::OpenEgress);
        assert_eq!(check(&policy, 9, 1, payload, Tracked::New), Reason::NoRule);
        assert_eq!(check(&policy, 9, 1, payload, Tracked::Established), Reason::Established);
        assert_eq!(check(&policy, 9, 1, payload, Tracked::Related), Reason::Established);
        assert_eq!(check(&policy, 9, 1, payload, Tracked::Invalid), Reason::Invalid);
    }
    assert_eq!(check(&policy, 8, 9, SSH, Tracked::New), Reason::NoGuest);
}

/// Proves: SG-02
#[test]
fn a_member_of_several_groups_may_what_any_of_them_allows() {
    let mut policy = SecurityGroupPolicy::default();
    policy.add_rule(group(1), &rule(1, Direction::Ingress, tcp(22), net("10.0.0.0/8")));
    policy.add_rule(group(2), &rule(2, Direction::Ingress, Service::Icmp(None), net("0.0.0.0/0")));
    policy.put_member(member(1, &[1, 2])).unwrap();
    policy.put_member(member(2, &[2])).unwrap();
    assert_eq!(check(&policy, 9, 1, SSH, Tracked::New), Reason::Rule(group(1)));
    assert_eq!(check(&policy, 9, 1, ECHO, Tracked::New), Reason::Rule(group(2)));
    assert_eq!(check(&policy, 9, 2, SSH, Tracked::New), Reason::NoRule);
}

/// Proves: SG-06
#[test]
fn the_first_egress_rule_closes_the_rest_but_names_addresses_and_replies() {
    let mut policy = SecurityGroupPolicy::default();
    policy.put_member(member(1, &[1, 2])).unwrap();
    let only = rule(1, Direction::Egress, tcp(22), net("10.0.0.8/32"));
    policy.add_rule(group(2), &only);
    assert_eq!(check(&policy, 1, 8, SSH, Tracked::New), Reason::Rule(group(2)));
    assert_eq!(check(&policy, 1, 9, SSH, Tracked::New), Reason::NoRule);
    assert_eq!(check(&policy, 1, 9, ECHO, Tracked::New), Reason::NoRule);
    assert_eq!(check(&policy, 1, 9, SSH, Tracked::Established), Reason::Established);
    assert_eq!(check(&policy, 1, 9, Payload::Udp { from: 999, to: 53 }, Tracked::New), Reason::Dns);
    assert_eq!(check(&policy, 1, 9, Payload::Tcp { from: 999, to: 53 }, Tracked::New), Reason::Dns);
    assert_eq!(check(&policy, 1, 9, Payload::Udp { from: 68, to: 67 }, Tracked::New), Reason::Dhcp);
    policy.remove_rule(group(2), &only);
    assert_eq!(check(&policy, 1, 9, ECHO, Tracked::New), Reason::OpenEgress);
}

/// Proves: SG-08
#[test]
fn a_group_rule_means_the_members_of_the_moment() {
    let mut policy = SecurityGroupPolicy::default();
    policy.add_rule(group(1), &rule(1, Direction::Ingress, tcp(22), Peer::Group(group(1))));
    policy.add_rule(group(1), &rule(2, Direction::Ingress, Service::All, Peer::Group(group(2))));
    policy.put_member(member(1, &[1])).unwrap();
    policy.put_member(member(2, &[1])).unwrap();
    assert_eq!(check(&policy, 2, 1, SSH, Tracked::New), Reason::Rule(group(1)), "its own group");
    assert_eq!(check(&policy, 3, 1, SSH, Tracked::New), Reason::NoRule);
    let elsewhere = Member { tap: None, secondary: vec![ip("10.0.0.7")], ..member(3, &[2]) };
    policy.put_member(elsewhere).unwrap();
    assert_eq!(check(&policy, 3, 1, SSH, Tracked::New), Reason::Rule(group(1)), "a member on another host");
    assert_eq!(check(&policy, 7, 1, SSH, Tracked::New), Reason::NoRule, "its secondary address is not meant");
    policy.remove_member(NicId::from_u128(3));
    assert_eq!(check(&policy, 3, 1, SSH, Tracked::New), Reason::NoRule);
}

#[test]
fn a_guest_sends_only_as_itself() {
    let mut policy = SecurityGroupPolicy::default();
    policy.put_member(Member { secondary: vec![ip("10.0.0.77")], ..member(1, &[]) }).unwrap();
    let sent = |mac: Mac, src: &str, dst: &str, payload| {
        let ip = IpPacket { src: ip(src), dst: ip(dst), payload, tracked: Tracked::New };
        judge(&policy, Packet { from: tap("vnet1"), to: tap("eth0"), mac, frame: Frame::Ip(ip) })
    };
    assert_eq!(sent(mac(1), "10.0.0.1", "10.0.0.9", SSH), Reason::OpenEgress);
    assert_eq!(sent(mac(1), "10.0.0.77", "10.0.0.9", SSH), Reason::OpenEgress, "a secondary address");
    assert_eq!(sent(mac(2), "10.0.0.1", "10.0.0.9", SSH), Reason::ForeignMac);
    assert_eq!(sent(mac(1), "10.0.0.2", "10.0.0.9", SSH), Reason::ForeignSource);
    let dhcp = |from, to| Payload::Udp { from, to };
    assert_eq!(sent(mac(1), "0.0.0.0", "255.255.255.255", dhcp(68, 67)), Reason::Dhcp);
    assert_eq!(sent(mac(1), "10.0.0.2", "255.255.255.255", dhcp(68, 67)), Reason::ForeignSource);
    assert_eq!(sent(mac(1), "10.0.0.1", "10.0.0.9", dhcp(67, 68)), Reason::RogueDhcp);
    assert_eq!(sent(mac(1), "fe80::ff:fe00:1", "ff02::1:2", dhcp(546, 547)), Reason::Dhcp);
    assert_eq!(sent(mac(1), "fe80::ff:fe00:1", "fe80::9", dhcp(547, 546)), Reason::RogueDhcp);
    assert_eq!(sent(mac(1), "2001:db8::1", "2001:db8::2", SSH), Reason::ForeignSource);
    let nd = |kind| Payload::Icmp(IcmpKind { kind, code: 0 });
    assert_eq!(sent(mac(1), "fe80::ff:fe00:1", "ff02::1", nd(134)), Reason::RogueRouter);
    assert_eq!(sent(mac(1), "fe80::ff:fe00:1", "ff02::2", nd(133)), Reason::Neighbour);
    assert_eq!(sent(mac(1), "::", "ff02::1:ff00:1", nd(135)), Reason::Neighbour, "is my address taken?");
    assert_eq!(sent(mac(1), "::", "ff02::1", nd(136)), Reason::ForeignSource);
    let tagged = Packet { from: tap("vnet1"), to: tap("eth0"), mac: mac(1), frame: Frame::Other(0x8100) };
    assert_eq!(judge(&policy, tagged), Reason::NotIp);
}

#[test]
fn arp_tells_the_truth() {
    let mut policy = SecurityGroupPolicy::default();
    policy.put_member(member(1, &[])).unwrap();
    let say = |from: &str, to: &str, operation, sender: (u8, u8), target: (u8, u8)| {
        let v4 = |n| std::net::Ipv4Addr::new(10, 0, 0, n);
        let arp = Arp {
            operation,
            sender_mac: mac(sender.0),
            sender_ip: v4(sender.1),
            target_mac: mac(target.0),
            target_ip: v4(target.1),
        };
        let from_guest = from == "vnet1";
        let mac = if from_guest { mac(1) } else { mac(9) };
        judge(&policy, Packet { from: tap(from), to: tap(to), mac, frame: Frame::Arp(arp) })
    };
    assert_eq!(say("vnet1", "eth0", 1, (1, 1), (0, 9)), Reason::Arp);
    assert_eq!(say("vnet1", "eth0", 2, (1, 1), (9, 9)), Reason::Arp);
    assert_eq!(say("vnet1", "eth0", 2, (1, 9), (9, 8)), Reason::ForeignSource, "poisoning");
    assert_eq!(say("vnet1", "eth0", 2, (9, 1), (9, 8)), Reason::ForeignSource);
    assert_eq!(say("vnet1", "eth0", 3, (1, 1), (9, 8)), Reason::ArpOperation);
    assert_eq!(say("eth0", "vnet1", 1, (9, 9), (0, 1)), Reason::Arp);
    assert_eq!(say("eth0", "vnet1", 1, (9, 9), (0, 2)), Reason::ForeignTarget);
    assert_eq!(say("eth0", "vnet1", 2, (9, 9), (1, 1)), Reason::Arp);
    assert_eq!(say("eth0", "vnet1", 2, (9, 9), (2, 1)), Reason::ForeignTarget);
    assert_eq!(say("eth0", "vnet1", 4, (9, 9), (1, 1)), Reason::ArpOperation);
}

#[test]
fn the_same_rule_twice_is_one_rule() {
    let mut compiled = Compiled::default();
    compiled.apply(Event::Member(member(1, &[1]))).unwrap();
    let first = rule(1, Direction::Ingress, tcp(22), net("10.0.0.0/8"));
    let again = SecurityRule { id: RuleId::from_u128(2), ..first };
    assert_eq!(compiled.apply(Event::RuleAdded(group(1), first)).unwrap().changes().len(), 2);
    assert!(compiled.apply(Event::RuleAdded(group(1), again)).unwrap().is_empty());
    assert!(compiled.apply(Event::RuleRemoved(group(1), again)).unwrap().is_empty(), "it was never there");
    assert_eq!(compiled.apply(Event::RuleRemoved(group(1), first)).unwrap().changes().len(), 2);
    assert!(compiled.apply(Event::Member(member(1, &[1]))).unwrap().is_empty(), "nothing new");
}

#[test]
fn a_port_has_one_member() {
    let mut compiled = Compiled::default();
    compiled.apply(Event::Member(member(1, &[1]))).unwrap();
    let before = compiled.clone();
    let thief = Member { tap: Some(tap("vnet1")), ..member(2, &[1]) };
    let error = compiled.apply(Event::Member(thief)).unwrap_err();
    assert_eq!((error.holder, error.refused), (NicId::from_u128(1), NicId::from_u128(2)));
    assert_eq!((compiled.ir(), compiled.policy()), (before.ir(), before.policy()));
}

/// Proves: SG-08
#[test]
fn a_member_of_a_large_group_is_one_change() {
    let mut policy = SecurityGroupPolicy::default();
    policy.add_rule(group(1), &rule(1, Direction::Ingress, tcp(22), Peer::Group(group(1))));
    policy.put_member(member(1, &[1])).unwrap();
    for n in 0..10_000_u32 {
        let nic = NicId::from_u128(1_000 + u128::from(n));
        let address = IpAddr::from((0x0b00_0000 + n).to_be_bytes());
        policy.put_member(Member { nic, tap: None, addresses: vec![address], ..member(0, &[1]) }).unwrap();
    }
    let mut compiled = Compiled::new(policy);
    let newcomer = Member { tap: None, ..member(200, &[1]) };
    let delta = compiled.apply(Event::Member(newcomer)).unwrap();
    let set = SetKey::Members { group: group(1), family: Family::V4 };
    assert_eq!(delta.changes(), [Change::AddElement(set, ip("10.0.0.200"))]);
}

fn random_service(seed: &mut Seed) -> Service {
    match seed.below(5) {
        0 => Service::All,
        1 => tcp(seed.below(3) as u16),
        2 => Service::Udp(Ports { first: 1, last: 1 + seed.below(2) as u16 }),
        3 => Service::Icmp(seed.chance(1, 2).then_some(IcmpKind { kind: 8, code: 0 })),
        _ => Service::Protocol(47),
    }
}

/// Something that may happen next; what is removed is mostly there.
fn random_event(seed: &mut Seed, policy: &SecurityGroupPolicy) -> Event {
    let some_group = |seed: &mut Seed| group(u128::from(seed.below(4)));
    match seed.below(6) {
        0..3 => {
            let n = 1 + seed.below(5) as u8;
            let groups: Vec<u128> = (0..seed.below(4)).map(|_| u128::from(seed.below(4))).collect();
            let mut member = member(n, &groups);
            // Addresses are shared now and then, and IPv6 comes and goes.
            member.addresses = vec![IpAddr::from([10, 0, 0, 1 + seed.below(3) as u8])];
            if seed.chance(1, 2) {
                member.addresses.push(format!("2001:db8::{}", seed.below(3)).parse().unwrap());
            }
            if seed.chance(1, 4) {
                member.tap = None;
            }
            if seed.chance(1, 4) {
                member.tap = Some(tap(&format!("spare{n}")));
            }
            Event::Member(member)
        }
        3 => Event::MemberLeft(NicId::from_u128(1 + u128::from(seed.below(5)))),
        kind => {
            const NETS: [&str; 6] = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/31", "10.0.0.2/32", "::/0", "2001:db8::/127"];
            let peer = if seed.chance(1, 2) {
                Peer::Group(some_group(seed))
            } else {
                net(NETS[seed.below(NETS.len() as u64) as usize])
            };
            let direction = Direction::ALL[seed.below(2) as usize];
            let rule = rule(1, direction, random_service(seed), peer);
            let group = some_group(seed);
            let rules: Vec<RuleKey> = policy.rules_of(group).map(|(key, _)| *key).collect();
            if kind == 5 && !rules.is_empty() && seed.chance(7, 8) {
                let RuleKey { direction, service, peer } = rules[seed.below(rules.len() as u64) as usize];
                return Event::RuleRemoved(group, SecurityRule { direction, service, peer, ..rule });
            }
            if kind == 4 { Event::RuleAdded(group, rule) } else { Event::RuleRemoved(group, rule) }
        }
    }
}

/// Proves: SG-04
#[test]
fn following_events_is_compiling_anew() {
    let runs = if cfg!(debug_assertions) { 200 } else { 5_000 };
    for run in 0..runs {
        let mut seed = Seed::new(run);
        let mut compiled = Compiled::default();
        let mut device = Ir::default();
        for step in 0..60 {
            let before = compiled.ir().clone();
            let event = random_event(&mut seed, compiled.policy());
            let Ok(delta) = compiled.apply(event) else { continue };
            device.patch(&delta);
            let anew = compile(compiled.policy());
            assert_eq!(device, anew, "run {run} step {step}: {delta:?}");
            assert_eq!(compiled.ir(), &anew);
            let mut other = before.clone();
            other.patch(&diff(&before, &anew));
            assert_eq!(other, anew, "run {run} step {step}: by comparing");
        }
    }
}

/// A packet that mostly tells the truth about who sends it to whom, so that the rules get to speak.
fn random_packet(seed: &mut Seed, policy: &SecurityGroupPolicy) -> Packet {
    let members: Vec<&Member> = policy.members().collect();
    let end = |seed: &mut Seed| {
        let stranger = member(1 + seed.below(7) as u8, &[]);
        let chosen = members.get(seed.below(members.len() as u64 + 1) as usize).map_or(stranger, |m| (*m).clone());
        let address = chosen.addresses[seed.below(chosen.addresses.len() as u64) as usize];
        (chosen.tap.unwrap_or(tap("eth0")), chosen.mac, address)
    };
    let ((from, mac, src), (to, _, mut dst)) = (end(seed), end(seed));
    if src.is_ipv4() != dst.is_ipv4() {
        dst = src;
    }
    let payload = match seed.below(5) {
        0 => Payload::Tcp { from: 999, to: seed.below(4) as u16 },
        1 => Payload::Udp { from: 999, to: seed.below(4) as u16 },
        2 => Payload::Icmp(IcmpKind { kind: 8, code: seed.below(2) as u8 }),
        _ => Payload::Other([47, 132][seed.below(2) as usize]),
    };
    Packet { from, to, mac, frame: Frame::Ip(IpPacket { src, dst, payload, tracked: Tracked::New }) }
}

/// Proves: SG-02, SG-06, SG-08
#[test]
fn intent_and_compiled_form_say_the_same_of_every_packet() {
    let runs = if cfg!(debug_assertions) { 100 } else { 2_000 };
    let mut rules_decided = 0;
    for run in 0..runs {
        let mut seed = Seed::new(1_000_000 + run);
        let mut compiled = Compiled::default();
        for _ in 0..40 {
            let event = random_event(&mut seed, compiled.policy());
            let _ = compiled.apply(event);
        }
        for _ in 0..300 {
            let packet = random_packet(&mut seed, compiled.policy());
            let wanted = verdict(compiled.policy(), &packet);
            assert_eq!(verdict(compiled.ir(), &packet), wanted, "run {run}: {packet:?}");
            rules_decided += u64::from(matches!(wanted.why, Reason::Rule(_)));
        }
    }
    assert!(rules_decided > runs * 5, "the packets hardly meet the rules: {rules_decided}");
}

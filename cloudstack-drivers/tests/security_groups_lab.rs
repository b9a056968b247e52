//! Security groups in the real kernel: namespaces for guests, a bridge between them, real connections, held against the
//! packet oracle. Needs root (or a user namespace in which `ip netns` works), `ip`, `iptables`, `ebtables`, `ipset`, `nft` and
//! `ping`.
#![cfg(all(feature = "lab", feature = "iptables", feature = "nftables"))]
#![allow(clippy::unwrap_used, reason = "test support")]

#[path = "security_groups/lab.rs"]
mod lab;
#[path = "security_groups/random.rs"]
mod random;

use cloudstack_core::base::Seed;
use cloudstack_core::base::id::{EntityId, NicId, RuleId, SecurityGroupId};
use cloudstack_core::model::network::security_rule::{Direction, IcmpKind, Peer, Ports, SecurityRule, Service};
use cloudstack_core::rules::packet::{Frame, IpPacket, Packet, Payload, Tracked, verdict};
use cloudstack_core::rules::security_group::{Compiled, Event, Member, SecurityGroupPolicy};
use cloudstack_drivers::runner::Runner;
use cloudstack_drivers::{iptables::Iptables, nftables::Nftables};
use lab::{Kind, Lab, Probe};
use std::net::IpAddr;

fn group(n: u128) -> SecurityGroupId {
    SecurityGroupId::from_u128(n)
}

fn rule(direction: Direction, service: Service, peer: Peer) -> SecurityRule {
    SecurityRule { id: RuleId::from_u128(1), direction, service, peer }
}

fn net(text: &str) -> Peer {
    Peer::cidr(text.parse().unwrap())
}

fn tcp(port: u16) -> Service {
    Service::Tcp(Ports::one(port))
}

/// Guests 1 to 3 on this host in these groups; number 4 is outside, and not filtered.
fn policy(groups: [&[u128]; 3], rules: &[(u128, SecurityRule)]) -> SecurityGroupPolicy {
    let mut policy = SecurityGroupPolicy::default();
    for (n, groups) in (1..).zip(groups) {
        let member = Member {
            nic: NicId::from_u128(n.into()),
            mac: lab::mac(n),
            tap: Some(lab::tap(n)),
            addresses: vec![lab::v4(n), lab::v6(n)],
            secondary: vec![],
            groups: groups.iter().map(|g| group(*g)).collect(),
        };
        policy.put_member(member).unwrap();
    }
    for (of, rule) in rules {
        policy.add_rule(group(*of), rule);
    }
    policy
}

fn samples() -> Vec<SecurityGroupPolicy> {
    use Direction::{Egress, Ingress};
    let echo = Service::Icmp(Some(IcmpKind { kind: 8, code: 0 }));
    vec![
        // Nothing in, everything out.
        policy([&[1], &[1], &[2]], &[]),
        policy(
            [&[1], &[2], &[3]],
            &[
                (1, rule(Ingress, tcp(22), net("10.5.0.2/32"))),
                (1, rule(Ingress, Service::Udp(Ports { first: 80, last: 99 }), net("10.5.0.0/24"))),
                (1, rule(Ingress, tcp(80), net("2001:db8:5::/64"))),
                (2, rule(Ingress, Service::Icmp(None), net("0.0.0.0/0"))),
                (2, rule(Ingress, tcp(22), Peer::Group(group(3)))),
                (3, rule(Ingress, Service::All, net("0.0.0.0/0"))),
            ],
        ),
        policy(
            [&[1, 2], &[2], &[2]],
            &[
                (2, rule(Ingress, Service::All, Peer::Group(group(2)))),
                (1, rule(Egress, tcp(22), Peer::Group(group(2)))),
                (1, rule(Egress, echo, net("10.5.0.4/32"))),
                (1, rule(Ingress, echo, net("10.5.0.4/30"))),
            ],
        ),
        policy(
            [&[1], &[1, 3], &[]],
            &[
                (1, rule(Ingress, Service::Tcp(Ports::ALL), net("0.0.0.0/0"))),
                (1, rule(Ingress, Service::Tcp(Ports::ALL), net("::/0"))),
                (3, rule(Egress, Service::All, net("10.5.0.1/32"))),
            ],
        ),
    ]
}

/// Every way to connect that is tried between any two of the four.
fn probes() -> Vec<Probe> {
    let mut probes = Vec::new();
    for (from, to) in (1..=4).flat_map(|a| (1..=4).map(move |b| (a, b))).filter(|(a, b)| a != b) {
        let kinds = [Kind::Tcp(22), Kind::Tcp(80), Kind::Udp(81), Kind::Tcp(53), Kind::Ping];
        probes.extend(kinds.map(|kind| Probe { from, to: lab::v4(to), kind }));
        probes.extend([Kind::Tcp(22), Kind::Tcp(80)].map(|kind| Probe { from, to: lab::v6(to), kind }));
    }
    probes
}

/// The first packet of a probe, and the answer to it.
fn packets(probe: &Probe, answered: Tracked) -> [Packet; 2] {
    let to = (1..=4).find(|n| lab::v4(*n) == probe.to || lab::v6(*n) == probe.to).unwrap();
    let own = |n| if probe.to.is_ipv4() { lab::v4(n) } else { lab::v6(n) };
    let (there, back) = match probe.kind {
        Kind::Tcp(port) => (Payload::Tcp { from: 40_000, to: port }, Payload::Tcp { from: port, to: 40_000 }),
        Kind::Udp(port) => (Payload::Udp { from: 40_000, to: port }, Payload::Udp { from: port, to: 40_000 }),
        Kind::Ping => {
            let echo = |kind| Payload::Icmp(IcmpKind { kind, code: 0 });
            (echo(8), echo(0))
        }
    };
    let packet = |from: u8, to: u8, payload, tracked| Packet {
        from: lab::tap(from),
        to: lab::tap(to),
        mac: lab::mac(from),
        frame: Frame::Ip(IpPacket { src: own(from), dst: own(to), payload, tracked }),
    };
    [packet(probe.from, to, there, Tracked::New), packet(to, probe.from, back, answered)]
}

/// Connects in every way and compares with the oracle. Returns how many got through.
fn hold_against_oracle(lab: &Lab, policy: &SecurityGroupPolicy, answered: Tracked) -> usize {
    let probes = probes();
    let found = lab.try_all(&probes);
    let mut wrong = Vec::new();
    for (probe, arrived) in probes.iter().zip(&found) {
        let wanted = packets(probe, answered).iter().all(|p| verdict(policy, p).passes());
        if wanted != *arrived {
            wrong.push(format!("{probe:?}: oracle {wanted}, kernel {arrived}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ: {wrong:#?}", wrong.len(), probes.len());
    found.iter().filter(|arrived| **arrived).count()
}

/// Not a test: what a guest's namespace runs, when this program starts itself in there.
#[test]
fn inside() {
    lab::inside();
}

/// Proves: SG-01, SG-02, SG-05, SG-06, SG-07, SG-08
#[test]
fn iptables_does_to_real_connections_what_the_oracle_says() {
    let lab = Lab::new("i");
    for policy in samples() {
        let compiled = Compiled::new(policy);
        Iptables.install(&lab.host(), compiled.ir()).unwrap();
        let through = hold_against_oracle(&lab, compiled.policy(), Tracked::Established);
        println!("iptables: {through} of {} connections through", probes().len());
        assert!(through > 0, "some connections must get through");
    }
}

/// Proves: SG-04, SG-08
#[test]
fn rules_and_members_take_effect_on_running_guests() {
    let lab = Lab::new("d");
    let mut compiled = Compiled::new(policy([&[1], &[2], &[]], &[]));
    Iptables.install(&lab.host(), compiled.ir()).unwrap();
    let probe = [Probe { from: 2, to: lab::v4(1), kind: Kind::Tcp(22) }];
    let mut after = |event| {
        let delta = compiled.apply(event).unwrap();
        Iptables.change(&lab.host(), &delta).unwrap();
        lab.try_all(&probe)[0]
    };
    let by_group = rule(Direction::Ingress, tcp(22), Peer::Group(group(2)));
    let second = policy([&[], &[2], &[]], &[]).members().nth(1).unwrap().clone();
    assert!(after(Event::RuleAdded(group(1), by_group)));
    assert!(!after(Event::Member(Member { groups: [group(3)].into(), ..second.clone() })), "left the group");
    assert!(after(Event::Member(second)), "joined again");
    assert!(!after(Event::RuleRemoved(group(1), by_group)));
    let by_block = rule(Direction::Ingress, tcp(22), net("10.5.0.0/24"));
    assert!(after(Event::RuleAdded(group(1), by_block)));
    assert!(!after(Event::RuleAdded(group(2), rule(Direction::Egress, tcp(80), net("0.0.0.0/0")))), "egress closed");
}

#[test]
fn a_guest_that_lies_about_itself_is_not_heard() {
    let lab = Lab::new("s");
    let open = rule(Direction::Ingress, Service::All, net("0.0.0.0/0"));
    let compiled = Compiled::new(policy([&[1], &[1], &[1]], &[(1, open)]));
    Iptables.install(&lab.host(), compiled.ir()).unwrap();
    let probe = [Probe { from: 2, to: lab::v4(1), kind: Kind::Tcp(22) }];
    assert!(lab.try_all(&probe)[0]);
    let guest = lab.guest(2);
    let ip = |arguments: &str| {
        guest.run("ip", &arguments.split(' ').collect::<Vec<_>>(), "").unwrap();
    };
    ip("addr flush dev eth0");
    ip("addr add 10.5.0.77/24 dev eth0");
    assert!(!lab.try_all(&probe)[0], "another address");
    ip("addr flush dev eth0");
    ip("addr add 10.5.0.2/24 dev eth0");
    assert!(lab.try_all(&probe)[0]);
    ip("link set eth0 address 02:00:00:00:00:63");
    assert!(!lab.try_all(&probe)[0], "another Ethernet address");
}

/// The bridge family needs conntrack for bridges (`NF_CONNTRACK_BRIDGE`). Where the kernel lacks it, exactly the lines that
/// ask for it are left out, and the oracle is asked about each packet as the first of its kind.
#[test]
fn nftables_does_to_real_connections_what_the_oracle_says() {
    let lab = Lab::new("n");
    let tracked = Nftables::default().served(&lab.host()).unwrap();
    let nothing = lab.host().run("nft", &["list", "ruleset"], "").unwrap();
    assert_eq!(nothing, "", "asking changes nothing");
    for policy in samples() {
        let compiled = Compiled::new(policy);
        let loaded = Nftables::default().install(&lab.host(), compiled.ir());
        assert_eq!(loaded.is_ok(), tracked, "{loaded:?}");
        let answered = match loaded {
            Ok(()) => Tracked::Established,
            Err(error) => {
                assert!(error.said.contains("Protocol error") && error.said.contains("ct state"), "{error}");
                let script = without_conntrack(&Nftables::default().full(compiled.ir()));
                lab.host().run("nft", &["-f", "-"], &script).unwrap();
                Tracked::New
            }
        };
        let through = hold_against_oracle(&lab, compiled.policy(), answered);
        println!("nftables, answers judged as {answered:?}: {through} connections through");
    }
}

fn without_conntrack(script: &str) -> String {
    script.lines().filter(|line| !line.contains(" ct state ")).map(|line| format!("{line}\n")).collect()
}

/// Everything the kernel says it holds, in an order that history does not change.
fn listing(lab: &Lab, commands: &[(&str, &[&str])]) -> Vec<String> {
    let mut lines = Vec::new();
    for (program, arguments) in commands {
        let text = lab.host().run(program, arguments, "").unwrap();
        let mut own: Vec<String> = text.split(['\n', '{']).flat_map(|l| l.split(", ")).map(plain).collect();
        own.retain(|l| !l.is_empty() && !l.starts_with('#'));
        own.sort();
        lines.extend(own);
    }
    lines
}

/// A line without what differs from one listing to the next: counters, seeds, sizes the kernel chose.
fn plain(line: &str) -> String {
    let line = line.trim().trim_end_matches([',', '}']).trim();
    let line = line.strip_prefix("elements =").unwrap_or(line).trim();
    let cut = [" hashsize ", " [0:0]"].iter().filter_map(|word| line.find(word)).min();
    line[..cut.unwrap_or(line.len())].to_owned()
}

/// Proves: SG-04
#[test]
fn differences_lead_the_kernel_where_the_whole_does() {
    let lab = Lab::new("r");
    let mut seed = Seed::new(11);
    let mut compiled = Compiled::default();
    Iptables.install(&lab.host(), compiled.ir()).unwrap();
    let script = without_conntrack(&Nftables::default().full(compiled.ir()));
    lab.host().run("nft", &["-f", "-"], &script).unwrap();
    for round in 0..4 {
        for _ in 0..15 {
            let event = random::event(&mut seed, compiled.policy());
            let Ok(delta) = compiled.apply(event) else { continue };
            Iptables.change(&lab.host(), &delta).unwrap();
            if seed.chance(1, 2) {
                Nftables::default().change(&lab.host(), compiled.ir(), &delta).unwrap();
            } else {
                let json = Nftables::default().delta_json(compiled.ir(), &delta).to_string();
                lab.host().run("nft", &["-j", "-f", "-"], &json).unwrap();
            }
        }
        let commands: [(&str, &[&str]); 5] = [
            ("iptables-save", &["-t", "filter"]),
            ("ip6tables-save", &["-t", "filter"]),
            ("ebtables-save", &["-t", "filter"]),
            ("ipset", &["save"]),
            ("nft", &["list", "table", "bridge", "cloudstack"]),
        ];
        let stepwise = listing(&lab, &commands);
        Iptables.install(&lab.host(), compiled.ir()).unwrap();
        let script = without_conntrack(&Nftables::default().full(compiled.ir()));
        lab.host().run("nft", &["-f", "-"], &script).unwrap();
        assert_eq!(stepwise, listing(&lab, &commands), "round {round}");
    }
    let json = Nftables::default().full_json(compiled.ir());
    let kept: Vec<_> =
        json["nftables"].as_array().unwrap().iter().filter(|c| !c.to_string().contains("\"ct\"")).collect();
    let json = serde_json::json!({ "nftables": kept }).to_string();
    lab.host().run("nft", &["-j", "-f", "-"], &json).unwrap();
}

/// Proves: SG-08
#[test]
fn chains_and_sets_of_states_before_go_away() {
    let lab = Lab::new("g");
    let by_group = rule(Direction::Ingress, tcp(22), Peer::Group(group(2)));
    let full = Compiled::new(policy([&[1], &[2], &[]], &[(1, by_group)]));
    Iptables.install(&lab.host(), full.ir()).unwrap();
    let sets = lab.host().run("ipset", &["list", "-n"], "").unwrap();
    assert_eq!(sets.lines().count(), 8, "an own set for each guest and family, and two of members: {sets}");
    let empty = Compiled::default();
    Iptables.install(&lab.host(), empty.ir()).unwrap();
    assert_eq!(lab.host().run("ipset", &["list", "-n"], "").unwrap(), "");
    let chains = lab.host().run("iptables-save", &["-t", "filter"], "").unwrap();
    assert!(!chains.contains("cs-i-") && !chains.contains(":csI"), "{chains}");
    let address: IpAddr = lab::v4(1);
    assert!(lab.try_all(&[Probe { from: 2, to: address, kind: Kind::Tcp(22) }])[0], "nobody is filtered any more");
}

#[test]
fn a_lab_leaves_nothing_behind_even_after_a_panic() {
    let lab = Lab::new("p");
    let name = lab.namespace("");
    let spaces = || cloudstack_drivers::runner::Local::default().run("ip", &["netns", "list"], "").unwrap();
    assert_eq!(spaces().matches(&name).count(), 5);
    let panicked = std::thread::spawn(move || {
        let _held = lab;
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    assert_eq!(spaces().matches(&name).count(), 0);
}

//! Security groups: how fast a whole policy is compiled and written, and what one change costs as the policy grows.
//!
//! The peer of a change is doing everything again. What takes long is measured in CPU time of this thread, so that neighbours do
//! not count; a change is far shorter than that clock's step, and its time is the median of many on the ordinary clock.

use cloudstack_core::base::Seed;
use cloudstack_core::base::id::{EntityId, NicId, RuleId, SecurityGroupId};
use cloudstack_core::model::network::security_rule::{Direction, Peer, Ports, SecurityRule, Service};
use cloudstack_core::rules::ir::Mac;
use cloudstack_core::rules::security_group::{Compiled, Event, Member, SecurityGroupPolicy, compile};
use cloudstack_drivers::{iptables::Iptables, nftables::Nftables};
use std::{hint::black_box, time::Instant};

/// Milliseconds this thread has been on a CPU; the clock steps with the scheduler's tick.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux says how long a thread ran");
    let nanos: u64 = text.split(' ').next().and_then(|n| n.parse().ok()).expect("a number of nanoseconds");
    nanos as f64 / 1e6
}

/// CPU milliseconds of one `work`, the mean over `rounds`.
fn cpu_of<T>(rounds: u32, mut work: impl FnMut() -> T) -> f64 {
    let before = cpu();
    for _ in 0..rounds {
        black_box(work());
    }
    (cpu() - before) / f64::from(rounds)
}

/// Microseconds that `work` took, and what it gave.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = black_box(work());
    (start.elapsed().as_nanos() as f64 / 1_000.0, result)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn group(n: u32) -> SecurityGroupId {
    SecurityGroupId::from_u128((0x0190_5a8e_7000_7000_8000 << 48) | u128::from(n))
}

fn member(n: u32, groups: u32, seed: &mut Seed) -> Member {
    let groups = [group(seed.below(groups.into()) as u32), group(seed.below(groups.into()) as u32)];
    Member {
        nic: NicId::from_u128((0x0190_5a8e_7000_7000_9000 << 48) | u128::from(n)),
        mac: Mac([2, 0, (n >> 24) as u8, (n >> 16) as u8, (n >> 8) as u8, n as u8]),
        tap: Some(format!("vnet{n}").parse().expect("a port name")),
        addresses: vec![(0x0a00_0000 + n).to_be_bytes().into()],
        secondary: vec![],
        groups: groups.into(),
    }
}

fn rule(n: u32, service: Service, direction: Direction, peer: Peer) -> SecurityRule {
    SecurityRule { id: RuleId::from_u128(n.into()), direction, service, peer }
}

/// `ports` ports in two groups each, a group for every ten ports, ten rules in each: one by group, one outward, blocks.
fn policy(ports: u32) -> (SecurityGroupPolicy, u32) {
    let mut seed = Seed::new(1);
    let mut policy = SecurityGroupPolicy::default();
    let groups = (ports / 10).max(1);
    for g in 0..groups {
        let tcp = |port| Service::Tcp(Ports::one(port));
        policy.add_rule(group(g), &rule(0, Service::All, Direction::Ingress, Peer::Group(group(g))));
        policy.add_rule(group(g), &rule(1, tcp(443), Direction::Egress, Peer::cidr(block(g << 24, 8))));
        for n in 2..10 {
            let peer = Peer::cidr(block(seed.below(1 << 32) as u32, 24));
            policy.add_rule(group(g), &rule(n, tcp(22 + (n % 4) as u16), Direction::Ingress, peer));
        }
    }
    for n in 0..ports {
        policy.put_member(member(n, groups, &mut seed)).expect("every port has a name of its own");
    }
    (policy, groups)
}

fn block(bits: u32, prefix: u8) -> ipnet::IpNet {
    ipnet::IpNet::new(bits.to_be_bytes().into(), prefix).expect("a prefix length up to 32")
}

fn lines(text: &str) -> usize {
    text.bytes().filter(|b| *b == b'\n').count()
}

fn whole(ports: u32, rounds: u32) {
    let (policy, _) = policy(ports);
    let nft = Nftables::default();
    let ir = compile(&policy);
    let text = nft.full(&ir);
    assert!(text == nft.full(&compile(&policy)), "the same policy must give the same bytes");
    let scripts = Iptables.full(&ir);
    let tables: usize = [&scripts.sets, &scripts.v4, &scripts.v6, &scripts.ether].map(|text| lines(text)).iter().sum();
    let compiling = cpu_of(rounds, || compile(&policy));
    let writing = cpu_of(rounds, || nft.full(&ir));
    let writing_tables = cpu_of(rounds, || Iptables.full(&ir));
    let rate = |lines: usize, millis: f64| lines as f64 / millis / 1e3;
    let count = lines(&text);
    println!(
        "{ports:>9} {count:>11} {compiling:>10.1} {writing:>10.1} {:>12.1} {:>13.1} {:>12.1}",
        rate(count, writing),
        rate(count, compiling + writing),
        rate(tables, compiling + writing_tables),
    );
}

struct Costs {
    rule: f64,
    address: f64,
    port: f64,
    again: f64,
}

/// Applies each event and the one that undoes it, `rounds` times, and writes the difference.
fn changes(ports: u32, rounds: u32) -> Costs {
    let (policy, groups) = policy(ports);
    let nft = Nftables::default();
    let again = cpu_of(2, || nft.full(&compile(&policy)));
    let mut compiled = Compiled::new(policy);
    let mut seed = Seed::new(2);
    let (mut rules, mut addresses, mut port) = (vec![], vec![], vec![]);
    let each = |compiled: &mut Compiled, times: &mut Vec<f64>, event: Event| {
        let (time, bytes) = timed(|| {
            let delta = compiled.apply(event).expect("ports have names of their own");
            nft.delta(compiled.ir(), &delta).len()
        });
        assert!(bytes > 0, "every event changes something");
        times.push(time);
    };
    for n in 0..rounds {
        let target = group(seed.below(groups.into()) as u32);
        let peer = Peer::cidr(block(0x8000_0000 | (n << 8), 24));
        let new = rule(100, Service::Tcp(Ports::one(22)), Direction::Ingress, peer);
        each(&mut compiled, &mut rules, Event::RuleAdded(target, new));
        each(&mut compiled, &mut rules, Event::RuleRemoved(target, new));
        let elsewhere = Member { tap: None, ..member(0x0f00_0000 + n, groups, &mut seed) };
        each(&mut compiled, &mut addresses, Event::Member(elsewhere.clone()));
        each(&mut compiled, &mut addresses, Event::MemberLeft(elsewhere.nic));
        let here = member(0x0f00_0000 + n, groups, &mut seed);
        each(&mut compiled, &mut port, Event::Member(here.clone()));
        each(&mut compiled, &mut port, Event::MemberLeft(here.nic));
    }
    Costs { rule: median(rules), address: median(addresses), port: median(port), again }
}

fn main() {
    println!("Whole policy, CPU time (nftables unless said; a line is a rule, an element, a chain or a set)");
    println!(
        "{:>9} {:>11} {:>10} {:>10} {:>12} {:>13} {:>12}",
        "ports", "lines", "compile ms", "write ms", "M lines/s w", "M lines/s c+w", "iptables c+w"
    );
    for (ports, rounds) in [(1_000, 500), (10_000, 50), (100_000, 6)] {
        whole(ports, rounds);
    }
    println!(
        "\nOne change: event to difference to script, µs, median; beside it the peer, everything again, in CPU ms"
    );
    println!("{:>9} {:>8} {:>8} {:>8} {:>12}", "ports", "rule", "address", "port", "again ms");
    for ports in [1_000, 10_000, 100_000, 1_000_000] {
        let Costs { rule, address, port, again } = changes(ports, 2_000);
        println!("{ports:>9} {rule:>8.2} {address:>8.2} {port:>8.2} {again:>12.1}");
    }
}

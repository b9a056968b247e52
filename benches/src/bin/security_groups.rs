//! Security groups: how fast a whole policy is compiled and written, and what one change costs as the policy grows.
//!
//! `cargo run --release -p cloudstack-benches --bin security_groups -- [--only whole|changes] [--ports N] [--rounds N]`
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

/// What one change costs, in microseconds: those that add and those that take away again.
#[derive(Default)]
struct Costs {
    rule: [Vec<f64>; 2],
    address: [Vec<f64>; 2],
    port: [Vec<f64>; 2],
}

/// Applies events, each and then the one that undoes it, and writes the differences. Where no time is taken nothing is
/// kept, so that a sampler sees changes alone.
#[inline(never)]
fn churn(compiled: &mut Compiled, groups: u32, rounds: u32) -> Costs {
    let nft = Nftables::default();
    let mut seed = Seed::new(2);
    let mut costs = Costs::default();
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
        each(compiled, &mut costs.rule[0], Event::RuleAdded(target, new));
        each(compiled, &mut costs.rule[1], Event::RuleRemoved(target, new));
        let elsewhere = Member { tap: None, ..member(0x0f00_0000 + n, groups, &mut seed) };
        each(compiled, &mut costs.address[0], Event::Member(elsewhere.clone()));
        each(compiled, &mut costs.address[1], Event::MemberLeft(elsewhere.nic));
        let here = member(0x0f00_0000 + n, groups, &mut seed);
        each(compiled, &mut costs.port[0], Event::Member(here.clone()));
        each(compiled, &mut costs.port[1], Event::MemberLeft(here.nic));
    }
    costs
}

/// One line: the median of each kind of change, of all and of those that add, which meet what they touch unprepared.
fn changes(ports: u32, rounds: u32) {
    let (policy, groups) = policy(ports);
    let nft = Nftables::default();
    let again = cpu_of(2, || nft.full(&compile(&policy)));
    let mut compiled = Compiled::new(policy);
    let Costs { rule, address, port } = churn(&mut compiled, groups, rounds);
    let [rule, address, port] = [rule, address, port].map(|[added, removed]| {
        let first = median(added.clone());
        (median([added, removed].concat()), first)
    });
    println!(
        "{ports:>9} {:>7.2} {:>7.2} {:>9.2} {:>7.2} {:>7.2} {:>7.2} {again:>12.1}",
        rule.0, rule.1, address.0, address.1, port.0, port.1
    );
}

/// What is asked for on the command line.
struct Asked {
    only: Option<String>,
    ports: Option<u32>,
    rounds: u32,
}

fn read() -> Result<Asked, String> {
    let mut asked = Asked { only: None, ports: None, rounds: 2_000 };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let value = args.next().unwrap_or_default();
        let number = || value.parse::<u32>().map_err(|e| format!("{arg} `{value}`: {e}"));
        match arg.as_str() {
            "--only" if matches!(value.as_str(), "whole" | "changes") => asked.only = Some(value),
            "--ports" => asked.ports = Some(number()?),
            "--rounds" => asked.rounds = number()?,
            _ => return Err(format!("`{arg} {value}`: give --only whole|changes, --ports N, --rounds N")),
        }
    }
    Ok(asked)
}

fn main() -> Result<(), String> {
    let asked = read()?;
    let wanted = |part: &str| asked.only.as_deref().is_none_or(|only| only == part);
    let sizes = |all: &[u32]| asked.ports.map_or_else(|| all.to_vec(), |ports| vec![ports]);
    if wanted("whole") {
        println!("Whole policy, CPU time (nftables unless said; a line is a rule, an element, a chain or a set)");
        println!(
            "{:>9} {:>11} {:>10} {:>10} {:>12} {:>13} {:>12}",
            "ports", "lines", "compile ms", "write ms", "M lines/s w", "M lines/s c+w", "iptables c+w"
        );
        for ports in sizes(&[1_000, 10_000, 100_000]) {
            whole(ports, (500_000 / ports).max(6));
        }
    }
    if wanted("changes") {
        println!("\nOne change: event to difference to script, µs, median of all and of what adds;");
        println!("beside it the peer, everything again, in CPU ms");
        println!("{:>9} {:>15} {:>17} {:>15} {:>12}", "ports", "rule", "address", "port", "again ms");
        for ports in sizes(&[1_000, 10_000, 100_000, 1_000_000]) {
            changes(ports, asked.rounds);
        }
    }
    Ok(())
}

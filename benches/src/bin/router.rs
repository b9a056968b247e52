//! Routers: what it costs to compile one and to make the kernel take it, whole and one rule more, beside a file written by hand
//! that holds the same rules and nothing else.
//!
//! `cargo run --release -p cloudstack-benches --bin router` starts itself again in a network namespace of its own, as root of a
//! user namespace if need be. Needs `unshare` and `nft`.

use cloudstack_core::base::id::{EntityId, FirewallRuleId, NetworkId, PortForwardId};
use cloudstack_core::model::infra::Isolation;
use cloudstack_core::model::network::security_rule::{Ports, Service};
use cloudstack_core::port::driver::{NetworkSpec, RouterSpec};
use cloudstack_core::rules::router::{Forward, Opening, PublicAddress, Router, Transport};
use cloudstack_drivers::router::{ruleset, ruleset_change};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::MetadataExt as _;
use std::process::{Command, Stdio};
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Public addresses; rules are spread over them.
const ADDRESSES: u32 = 50;

fn public(n: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(0xcb00_7100 + 2 + n % ADDRESSES)
}

fn guest(n: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(0x0a01_0002 + n % 60_000)
}

/// Of four rules two open a port to the world, one opens a port to a block, one forwards a port.
fn spec(rules: u32) -> Outcome<RouterSpec> {
    let (world, subnet) = ("0.0.0.0/0".parse()?, "203.0.113.0/24".parse()?);
    let mut router = Router { source_nat: Some(public(0).into()), ..Router::default() };
    for n in 0..ADDRESSES {
        let gateway = [203, 0, 113, 1].into();
        let address = PublicAddress { subnet, gateway, vlan: None, static_nat: None, firewall: BTreeMap::new() };
        router.public.insert(public(n).into(), address);
    }
    for n in 0..rules {
        let (at, port): (IpAddr, u16) = (public(n / 4).into(), 1_000 + (n / 4 / ADDRESSES) as u16);
        if n % 4 == 3 {
            let (ports, to) = (Ports::one(port), guest(n).into());
            let from = BTreeSet::new();
            let forward = Forward { public: at, transport: Transport::Tcp, ports, to, to_first: 80, from };
            router.forwards.insert(PortForwardId::from_u128(n.into()), forward);
            continue;
        }
        let from = match n % 4 {
            2 => format!("198.51.{}.0/24", n % 200).parse()?,
            _ => world,
        };
        let ports = Ports::one(port + 10_000 * (n % 4) as u16);
        let opening = Opening { service: Service::Tcp(ports), from: [from].into() };
        if let Some(address) = router.public.get_mut(&at) {
            address.firewall.insert(FirewallRuleId::from_u128(n.into()), opening);
        }
    }
    let network = NetworkSpec {
        id: NetworkId::from_u128(1),
        isolation: Isolation::Vxlan,
        vlan: Some(5_001),
        cidr: "10.1.0.0/16".parse()?,
        gateway: [10, 1, 0, 1].into(),
        dns: vec![],
        domain_name: None,
    };
    Ok(RouterSpec { network, services: BTreeSet::new(), ports: BTreeMap::new(), rules: router, rate: None })
}

/// The same rules as somebody would write them who needs nothing else.
fn by_hand(rules: u32) -> String {
    let mut sets = [String::new(), String::new(), String::new(), String::new()];
    for n in 0..ADDRESSES {
        let _ = write!(sets[0], "{}, ", public(n));
    }
    for n in 0..rules {
        let (at, port) = (public(n / 4), 1_000 + n / 4 / ADDRESSES);
        let _ = match n % 4 {
            3 => write!(sets[3], "{at} . {port} : {} . 80, ", guest(n)),
            2 => write!(sets[2], "{at} . tcp . {} . 198.51.{}.0/24, ", port + 20_000, n % 200),
            way => write!(sets[1], "{at} . tcp . {}, ", port + 10_000 * way),
        };
    }
    let [addresses, open, part, forward] = sets;
    format!(
        "add table ip hand\ndelete table ip hand\ntable ip hand {{\n\
         set public {{ type ipv4_addr; elements = {{ {addresses} }}\n}}\n\
         set open {{ type ipv4_addr . inet_proto . inet_service; elements = {{ {open} }}\n}}\n\
         set part {{ type ipv4_addr . inet_proto . inet_service . ipv4_addr; flags interval; elements = {{ {part} }}\n}}\n\
         map forward {{ type ipv4_addr . inet_service : ipv4_addr . inet_service; elements = {{ {forward} }}\n}}\n\
         chain arrive {{ type filter hook prerouting priority -150; policy accept;\n ct state established,related accept\n \
         iifname \"eth0\" accept\n ip daddr != @public drop\n ip daddr . meta l4proto . th dport @open accept\n \
         ip daddr . meta l4proto . th dport . ip saddr @part accept\n drop\n}}\n\
         chain lead {{ type nat hook prerouting priority -100;\n dnat ip to ip daddr . tcp dport map @forward\n}}\n\
         chain leave {{ type nat hook postrouting priority 100;\n oifname \"eth2\" ip saddr 10.1.0.0/16 snat to {}\n}}\n}}\n",
        public(0)
    )
}

/// Processor time of all programs that were run and have ended, in milliseconds.
fn children() -> Outcome<f64> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = text.rsplit_once(") ").ok_or("no name")?.1.split(' ').collect();
    // In hundredths of a second, the sum of exact times.
    Ok((fields[13].parse::<f64>()? + fields[14].parse::<f64>()?) * 10.0)
}

/// Feeds `nft` this often; wall and processor milliseconds of one.
fn nft(rounds: u32, mut script: impl FnMut(u32) -> String) -> Outcome<(f64, f64)> {
    let (mut wall, before) = (0.0, children()?);
    for round in 0..rounds {
        let text = script(round);
        let started = Instant::now();
        let mut child = Command::new("nft").args(["-f", "-"]).stdin(Stdio::piped()).spawn()?;
        child.stdin.take().ok_or("no input")?.write_all(text.as_bytes())?;
        let status = child.wait()?;
        wall += started.elapsed().as_secs_f64() * 1_000.0;
        if !status.success() {
            return Err(format!("nft refused: {}", text.chars().take(300).collect::<String>()).into());
        }
    }
    Ok((wall / f64::from(rounds), (children()? - before) / f64::from(rounds)))
}

fn measured(rules: u32) -> Outcome<()> {
    let rounds = (200_000 / rules).clamp(20, 400);
    let spec = spec(rules)?;
    let started = Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(ruleset(&spec)?);
    }
    let compiled = started.elapsed().as_secs_f64() * 1_000.0 / f64::from(rounds);
    let (whole, hand) = (ruleset(&spec)?, by_hand(rules));
    // In turns, so that a busy neighbour meets both alike.
    let (mut ours, mut theirs) = ((0.0, 0.0), (0.0, 0.0));
    for _ in 0..4 {
        let (o, t) = (nft(rounds / 4, |_| whole.clone())?, nft(rounds / 4, |_| hand.clone())?);
        ours = (ours.0 + o.0 / 4.0, ours.1 + o.1 / 4.0);
        theirs = (theirs.0 + t.0 / 4.0, theirs.1 + t.1 / 4.0);
    }
    let mut next = spec.clone();
    let opening = Opening { service: Service::Tcp(Ports::one(60_000)), from: ["0.0.0.0/0".parse()?].into() };
    if let Some(address) = next.rules.public.get_mut(&public(0).into()) {
        address.firewall.insert(FirewallRuleId::from_u128(1 << 64), opening);
    }
    let change = |back: bool| if back { ruleset_change(&next, &spec) } else { ruleset_change(&spec, &next) };
    let started = Instant::now();
    for round in 0..100 {
        std::hint::black_box(change(round % 2 == 1)?);
    }
    let part = started.elapsed().as_secs_f64() * 10.0;
    let (more, less) = (change(false)?.unwrap_or_default(), change(true)?.unwrap_or_default());
    let one = nft(60, |round| if round % 2 == 0 { more.clone() } else { less.clone() })?;
    let verb = |round: u32| if round.is_multiple_of(2) { "add" } else { "delete" };
    let by_hand = nft(60, |round| format!("{} element ip hand open {{ {} . tcp . 60000 }}\n", verb(round), public(0)))?;
    println!(
        "{rules:>6} | {compiled:>7.2} | {:>7.1} {:>7.1} | {:>7.1} {:>7.1} | {:>5.2} | {part:>6.3} | {:>5.1} {:>5.1} | {:>5.1} {:>5.1}",
        ours.0,
        ours.1,
        theirs.0,
        theirs.1,
        ours.1 / theirs.1,
        one.0,
        one.1,
        by_hand.0,
        by_hand.1
    );
    Ok(())
}

fn main() -> Outcome<()> {
    const INSIDE: &str = "inside";
    if std::env::args().nth(1).as_deref() != Some(INSIDE) {
        // In a user namespace the kernel takes no transaction of 10,000 rules: what one message may hold is the system's to say.
        let root = std::fs::metadata("/proc/self")?.uid() == 0;
        let status = Command::new("unshare")
            .arg(if root { "-n" } else { "-rn" })
            .arg(std::env::current_exe()?)
            .arg(INSIDE)
            .status()?;
        return if status.success() { Ok(()) } else { Err("it failed in its namespace".into()) };
    }
    println!("milliseconds; of nft by the clock and of the processor");
    println!(" rules | compile |  nft, whole     |  by hand        | ratio | change | nft, one    | by hand");
    for rules in [100, 1_000, 10_000] {
        measured(rules)?;
    }
    Ok(())
}

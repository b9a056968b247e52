//! Placement: decide and record, as the fleet grows, and for sizes never asked before, beside a plain scan of all hosts.
//!
//! `cargo run --release -p cloudstack-benches --bin placement [hosts …]`. Times are processor time of this thread where the system
//! tells it, medians of five.

use std::{sync::Arc, time::Instant};

use cloudstack_core::{
    base::{
        Mhz, Mib, Seed,
        id::{ClusterId, EntityId, HostId, PodId, ZoneId},
    },
    plan::placement::{Cluster, Demand, Fleet, Host, Load, Planner, Policy},
};

const HOSTS_PER_CLUSTER: u64 = 16;
const ROUNDS: usize = 5;

/// Nanoseconds this thread has had a processor, or of the wall where that is not told.
fn processor_nanos(start: Instant) -> u64 {
    // The kernel brings its account up to date when a thread steps back, otherwise at ticks of some milliseconds only.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|text| text.split_whitespace().next()?.parse().ok());
    told.unwrap_or_else(|| u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn zone() -> ZoneId {
    ZoneId::from_u128(1)
}

fn tags(seed: &mut Seed) -> std::collections::BTreeSet<Arc<str>> {
    let mut tags = std::collections::BTreeSet::new();
    for (tag, in_hundred) in [("ssd", 50), ("gpu", 10), ("ha", 5)] {
        if seed.chance(in_hundred, 100) {
            tags.insert(Arc::from(tag));
        }
    }
    tags
}

/// Hosts of three models in clusters of sixteen, over-committed, with tags, nothing on them.
fn empty_fleet(hosts: u64) -> Fleet {
    let mut seed = Seed::new(hosts);
    let clusters = (0..hosts.div_ceil(HOSTS_PER_CLUSTER)).map(|n| Cluster {
        cpu_overcommit: 2_000 + 500 * u32::try_from(n % 3).unwrap_or(0),
        ram_overcommit: 1_000 + 100 * u32::try_from(n % 2).unwrap_or(0),
        ..Cluster::new(ClusterId::from_u128(u128::from(n)), PodId::from_u128(u128::from(n / 8)), zone(), "Simulator")
    });
    let those = (0..hosts).map(|n| {
        let (cores, speed, gib) = [(32, 2_400, 128), (64, 2_600, 256), (96, 3_000, 512)][seed.below(3) as usize];
        let cluster = ClusterId::from_u128(u128::from(n / HOSTS_PER_CLUSTER));
        Host {
            tags: tags(&mut seed),
            ..Host::new(HostId::from_u128(n.into()), cluster, cores, Mhz(speed), Mib::gib(gib))
        }
    });
    Fleet::build(clusters.collect(), those.collect(), Vec::new()).expect("clusters are given")
}

/// The same, between a third and two thirds full, with what is placed where.
fn fleet(hosts: u64) -> (Fleet, Vec<(HostId, Load)>) {
    let (mut fleet, mut seed) = (empty_fleet(hosts), Seed::new(hosts + 1));
    let offerings = offerings();
    let mut placed = Vec::new();
    for n in 0..hosts {
        let id = HostId::from_u128(n.into());
        let total = fleet.host_capacity(id).expect("just added");
        let full = 33 + seed.below(34);
        loop {
            let load = offerings[seed.below(32) as usize].load();
            let now = fleet.host_capacity(id).expect("just added");
            let passes = |used: u64, more: u64, total: u64| (used + more) * 100 > total * full;
            if passes(now.cpu.used, load.cpu.0, total.cpu.total) || passes(now.ram.used, load.ram.0, total.ram.total) {
                break;
            }
            fleet.occupy(id, load).expect("just added");
            placed.push((id, load));
        }
    }
    seed.shuffle(&mut placed);
    (fleet, placed)
}

fn demand(cores: u32, speed: u64, ram: u64, tag: Option<&str>) -> Demand {
    let mut demand = Demand::new(zone(), cores, Mhz(speed), Mib(ram));
    demand.hypervisor = Some("Simulator".into());
    demand.tags.extend(tag.map(Arc::from));
    demand
}

/// Thirty-two offerings: eight sizes, each with four wishes for tags.
fn offerings() -> Vec<Demand> {
    let sizes = [
        (1, 500, 512),
        (1, 1_000, 1_024),
        (1, 2_000, 2_048),
        (2, 2_000, 4_096),
        (2, 2_400, 8_192),
        (4, 2_000, 8_192),
        (4, 2_400, 16_384),
        (8, 2_400, 32_768),
    ];
    let wishes = [None, None, Some("ssd"), Some("gpu")];
    sizes.iter().flat_map(|(cores, speed, ram)| wishes.map(|tag| demand(*cores, *speed, *ram, tag))).collect()
}

fn policy(planner: Planner) -> Policy {
    Policy { planner, ha_tag: Some("ha".into()), ..Policy::default() }
}

/// The peer: all hosts in one array, looked at one after the other.
struct Scan {
    hosts: Vec<ScanHost>,
    clusters: Vec<[i64; 2]>,
}

struct ScanHost {
    free: [i64; 2],
    cluster: u32,
    cores: u32,
    speed: u32,
    tags: u32,
}

fn bits<'a>(tags: impl IntoIterator<Item = &'a Arc<str>>) -> u32 {
    let bit = |tag: &Arc<str>| ["ssd", "gpu", "ha"].iter().position(|known| **known == **tag);
    tags.into_iter().filter_map(bit).fold(0, |bits, bit| bits | 1 << bit)
}

#[expect(clippy::cast_possible_wrap, reason = "amounts are far below 2⁶³")]
impl Scan {
    fn of(fleet: &Fleet) -> Self {
        let clusters = fleet.clusters().map(|cluster| {
            let rows = fleet.cluster_capacity(cluster.id).expect("known");
            [rows.cpu.headroom(cluster.cpu_threshold), rows.ram.headroom(cluster.ram_threshold)]
                .map(|room| room.map_or(-1, |room| room as i64))
        });
        let hosts = fleet.hosts().map(|host| {
            let rows = fleet.host_capacity(host.id).expect("known");
            ScanHost {
                free: [rows.cpu.free(), rows.ram.free()].map(|free| free.map_or(-1, |free| free as i64)),
                cluster: host.cluster.to_u128() as u32,
                cores: host.cores,
                speed: host.speed.0 as u32,
                tags: bits(&host.tags),
            }
        });
        Self { hosts: hosts.collect(), clusters: clusters.collect() }
    }

    fn choose(&self, demand: &Demand) -> Option<usize> {
        let load = demand.load();
        let need = [load.cpu.0 as i64, load.ram.0 as i64];
        let (wanted, speed) = (bits(&demand.tags), demand.speed.0 as u32);
        let shunned = if wanted == 0 { 0b100 } else { 0 };
        let mut best = ([i64::MAX; 2], usize::MAX);
        for (at, host) in self.hosts.iter().enumerate() {
            let limit = &self.clusters[host.cluster as usize];
            let room = [host.free[0].min(limit[0]), host.free[1].min(limit[1])];
            if room[0] >= need[0]
                && room[1] >= need[1]
                && host.tags & wanted == wanted
                && host.tags & shunned == 0
                && host.cores >= demand.cores
                && host.speed >= speed
                && (room, at) < best
            {
                best = (room, at);
            }
        }
        (best.1 != usize::MAX).then_some(best.1)
    }

    fn occupy(&mut self, at: usize, load: Load) {
        let host = &mut self.hosts[at];
        for (nth, amount) in [load.cpu.0, load.ram.0].into_iter().enumerate() {
            host.free[nth] -= amount as i64;
            self.clusters[host.cluster as usize][nth] -= amount as i64;
        }
    }
}

/// Decides and records `count` machines; with `churn`, one machine leaves for each that comes.
fn run(
    fleet: &mut Fleet,
    placed: &mut Vec<(HostId, Load)>,
    planner: Planner,
    count: u64,
    churn: bool,
    seed: &mut Seed,
) -> f64 {
    let (offerings, policy) = (offerings(), policy(planner));
    let start = Instant::now();
    let before = processor_nanos(start);
    for _ in 0..count {
        let demand = &offerings[seed.below(32) as usize];
        if let Some(placement) = fleet.pick(demand, &policy) {
            fleet.occupy(placement.host, demand.load()).expect("it was just chosen");
            placed.push((placement.host, demand.load()));
        }
        if churn {
            let nth = seed.below(placed.len() as u64) as usize;
            let (host, load) = placed.swap_remove(nth);
            fleet.release(host, load).expect("it was placed there");
        }
    }
    (processor_nanos(start) - before) as f64 / count as f64
}

/// Nanoseconds of each decision with its record, sorted.
fn latencies(fleet: &mut Fleet, count: u64) -> Vec<u64> {
    let (offerings, policy, mut seed) = (offerings(), policy(Planner::BestFit), Seed::new(9));
    let mut nanos: Vec<u64> = (0..count)
        .map(|_| {
            let demand = &offerings[seed.below(32) as usize];
            let start = Instant::now();
            if let Some(placement) = fleet.pick(demand, &policy) {
                fleet.occupy(placement.host, demand.load()).expect("it was just chosen");
            }
            start.elapsed().as_nanos() as u64
        })
        .collect();
    nanos.sort_unstable();
    nanos
}

/// The same decisions by index and by scan, compared one by one; nanoseconds of each per decision with its record.
fn against_scan(fleet: &Fleet, count: u64) -> (f64, f64) {
    let (offerings, policy) = (offerings(), policy(Planner::BestFit));
    let (mut scan, mut by_scan, mut by_index) = (Scan::of(fleet), Vec::new(), Vec::new());
    let (start, mut seed) = (Instant::now(), Seed::new(5));
    let zero = processor_nanos(start);
    for _ in 0..count {
        let demand = &offerings[seed.below(32) as usize];
        let found = scan.choose(demand);
        found.into_iter().for_each(|at| scan.occupy(at, demand.load()));
        by_scan.push(found.map(|at| at as u128));
    }
    let one = processor_nanos(start);
    let (mut fleet, mut seed) = (fleet.clone(), Seed::new(5));
    let two = processor_nanos(start);
    for _ in 0..count {
        let demand = &offerings[seed.below(32) as usize];
        let found = fleet.pick(demand, &policy).map(|placement| placement.host);
        found.into_iter().for_each(|host| fleet.occupy(host, demand.load()).expect("it was just chosen"));
        by_index.push(found.map(EntityId::to_u128));
    }
    let three = processor_nanos(start);
    assert_eq!(by_index, by_scan, "index and scan differ");
    ((three - two) as f64 / count as f64, (one - zero) as f64 / count as f64)
}

/// Nanoseconds per decision: best fit from empty, best fit from half full, the same with leaving, first fit with leaving.
fn growth(hosts: u64) -> [f64; 4] {
    let (empty, half, mut seed) = ((empty_fleet(hosts), Vec::new()), fleet(hosts), Seed::new(3));
    let mut figures = [const { Vec::new() }; 4];
    let kinds = [
        (&empty, Planner::BestFit, false),
        (&half, Planner::BestFit, false),
        (&half, Planner::BestFit, true),
        (&half, Planner::FirstFit, true),
    ];
    for (nth, (start, planner, churn)) in kinds.into_iter().enumerate() {
        let (mut fleet, mut placed) = start.clone();
        // The first round warms up.
        for round in 0..=ROUNDS {
            let nanos = run(&mut fleet, &mut placed, planner.clone(), 20_000, churn, &mut seed);
            if round > 0 {
                figures[nth].push(nanos);
            }
        }
    }
    figures.map(median)
}

/// Sizes never asked before, at this many hosts: nanoseconds by index and by scan, and the worst by index.
fn unseen(hosts: u64) -> (f64, f64, u64) {
    let ((fleet, _), mut seed) = (fleet(hosts), Seed::new(4));
    let (scan, policy) = (Scan::of(&fleet), policy(Planner::BestFit));
    let (mut by_index, mut by_scan) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        let tag = [None, Some("ssd"), Some("gpu")][seed.below(3) as usize];
        let demand = demand(1 + seed.below(16) as u32, 100 + seed.below(2_300), 100 + seed.below(60_000), tag);
        let start = Instant::now();
        let found = scan.choose(&demand);
        by_scan.push(start.elapsed().as_nanos() as f64);
        let start = Instant::now();
        let placement = fleet.pick(&demand, &policy);
        by_index.push(start.elapsed().as_nanos() as f64);
        assert_eq!(placement.map(|it| it.host.to_u128()), found.map(|at| at as u128), "index and scan differ");
    }
    let worst = by_index.iter().copied().fold(0.0, f64::max) as u64;
    (median(by_index), median(by_scan), worst)
}

fn main() {
    let (small, _) = fleet(10_000);
    let (by_index, by_scan) = against_scan(&small, 20_000);
    println!(
        "10,000 hosts, 32 offerings, best fit, same choices: scan {by_scan:.0} ns, index {by_index:.0} ns per decision"
    );
    let nanos = latencies(&mut small.clone(), 100_000);
    let at = |share: usize| nanos[nanos.len() * share / 1_000];
    println!("G1 decide and record, wall: p50 {} ns, p99 {} ns, p99.9 {} ns", at(500), at(990), at(999));
    println!(
        "hosts: best fit from empty; best fit from half full; with as many leaving; first fit with as many leaving"
    );
    let mut first = None;
    let asked: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 100_000, 1_000_000] } else { asked };
    for hosts in sizes {
        let figures = growth(hosts);
        let first = *first.get_or_insert(figures);
        let text: Vec<_> = figures
            .iter()
            .zip(first)
            .map(|(nanos, first)| format!("{:.2} M/s ({nanos:.0} ns, {:.2}×)", 1_000.0 / nanos, first / nanos))
            .collect();
        println!("{hosts:>9}: {}", text.join("; "));
    }
    let (by_index, by_scan, worst) = unseen(100_000);
    println!(
        "G3 sizes never asked before, 100,000 hosts: index {by_index:.0} ns (worst {worst}), scan {by_scan:.0} ns"
    );
    let (large, _) = fleet(100_000);
    let start = Instant::now();
    let too_large = demand(96, 3_000, 1 << 40, Some("ssd"));
    let refusal = large.choose(&too_large, &policy(Planner::BestFit)).expect_err("no host has as much memory");
    println!(
        "a refusal with {} reasons and a change that helps: {} µs",
        refusal.hosts.len(),
        start.elapsed().as_micros()
    );
}

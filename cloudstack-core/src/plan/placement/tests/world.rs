//! Random small clouds, and random things that happen to them.

use std::{collections::BTreeSet, sync::Arc};

use super::super::*;
use crate::{
    base::{
        Bytes, Seed,
        id::{EntityId, ZoneId},
    },
    plan::storage::{Pool, Reach},
};

pub(super) fn id<I: EntityId>(n: u64) -> I {
    I::from_u128(n.into())
}

pub(super) fn tags(names: &[&str]) -> BTreeSet<Arc<str>> {
    names.iter().map(|name| Arc::from(*name)).collect()
}

fn some_tags(seed: &mut Seed, names: &[&str], often: u64) -> BTreeSet<Arc<str>> {
    names.iter().filter(|_| seed.chance(often, 10)).map(|name| Arc::from(*name)).collect()
}

/// How large the clouds are.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) clusters: u64,
    pub(super) hosts: u64,
    pub(super) pools: u64,
}

pub(super) const SMALL: Size = Size { clusters: 3, hosts: 5, pools: 4 };

pub(super) fn cluster(seed: &mut Seed, n: u64) -> Cluster {
    let kind = if seed.chance(4, 5) { "one" } else { "two" };
    Cluster {
        cpu_overcommit: 1_000 + 250 * seed.below(5) as u32,
        ram_overcommit: 1_000 + 100 * seed.below(3) as u32,
        cpu_threshold: 500 + 50 * seed.below(11) as u32,
        ram_threshold: 500 + 50 * seed.below(11) as u32,
        enabled: !seed.chance(1, 12),
        ..Cluster::new(id(n), id(1 + seed.below(2)), id(1 + seed.below(7) / 6), kind)
    }
}

pub(super) fn host(seed: &mut Seed, n: u64, clusters: u64) -> Host {
    let cores = 1 + seed.below(4) as u32;
    Host {
        tags: some_tags(seed, &["a", "b", "ha"], 3),
        max_guests: seed.chance(1, 4).then_some(seed.below(4) as u32),
        up: !seed.chance(1, 12),
        enabled: !seed.chance(1, 12),
        ..Host::new(
            id(n),
            id(1 + seed.below(clusters)),
            cores,
            Mhz(500 + 500 * seed.below(3)),
            Mib(4 * (1 + seed.below(4))),
        )
    }
}

pub(super) fn pool(seed: &mut Seed, n: u64, size: Size) -> Pool {
    let reach = match seed.below(3) {
        0 => Reach::Zone(id(1)),
        1 => Reach::Cluster(id(1 + seed.below(size.clusters))),
        _ => Reach::Host(id(1 + seed.below(size.hosts))),
    };
    Pool {
        used: seed.chance(1, 2).then(|| Bytes(seed.below(100))),
        allocated: Bytes(seed.below(100)),
        overprovisioning: 1_000 + 500 * seed.below(3) as u32,
        tags: some_tags(seed, &["s", "t"], 4),
        up: !seed.chance(1, 10),
        hypervisors: if seed.chance(1, 6) { tags(&["two"]) } else { tags(&[]) },
        ..Pool::new(id(n), reach, Bytes(50 + seed.below(100)))
    }
}

pub(super) fn fleet(seed: &mut Seed, size: Size) -> Fleet {
    let clusters = (1..=size.clusters).map(|n| cluster(seed, n)).collect();
    let count = seed.below(size.hosts + 1);
    let hosts = (1..=count).map(|n| host(seed, n, size.clusters)).collect();
    let pools = (1..=seed.below(size.pools + 1)).map(|n| pool(seed, n, size)).collect();
    let mut fleet = Fleet::build(clusters, hosts, pools).unwrap();
    for n in 1..=count {
        for _ in 0..seed.below(3) {
            fleet.occupy(id(n), load(seed)).unwrap();
        }
        if seed.chance(1, 3) {
            fleet.reserve(id(n), load(seed)).unwrap();
        }
    }
    fleet
}

pub(super) fn load(seed: &mut Seed) -> Load {
    Load { cpu: Mhz(250 * seed.below(5)), ram: Mib(seed.below(6)) }
}

fn volume(seed: &mut Seed, size: Size) -> VolumeDemand {
    VolumeDemand {
        bytes: Bytes(1 + seed.below(80)),
        tags: some_tags(seed, &["s", "t"], 2),
        local: seed.chance(1, 4),
        placed: seed.chance(1, 8).then(|| id(1 + seed.below(size.pools))),
        preferred: seed.chance(1, 6).then(|| id(1 + seed.below(size.pools))),
    }
}

fn avoid(seed: &mut Seed, size: Size) -> Avoid {
    let mut avoid = Avoid::default();
    if seed.chance(1, 4) {
        avoid.hosts.insert(id(1 + seed.below(size.hosts)));
    }
    if seed.chance(1, 8) {
        avoid.clusters.insert(id(1 + seed.below(size.clusters)));
    }
    if seed.chance(1, 16) {
        avoid.pods.insert(id(1 + seed.below(2)));
    }
    if seed.chance(1, 8) {
        avoid.pools.insert(id(1 + seed.below(size.pools)));
    }
    avoid
}

/// Any demand at all.
pub(super) fn demand(seed: &mut Seed, size: Size) -> Demand {
    let speed = Mhz(250 * (1 + seed.below(4)));
    let mut demand = Demand::new(id::<ZoneId>(1), 1 + seed.below(3) as u32, speed, Mib(seed.below(8)));
    let a_host = |seed: &mut Seed| id(1 + seed.below(size.hosts));
    demand.hypervisor = seed.chance(1, 2).then(|| Arc::from("one"));
    if seed.chance(1, 3) {
        demand.volumes = (0..seed.below(4) / 2).map(|_| volume(seed, size)).collect();
        return demand;
    }
    demand.tags = some_tags(seed, &["a", "b", "ha", "unknown"], 1);
    demand.scope.pod = seed.chance(1, 10).then(|| id(1 + seed.below(2)));
    demand.scope.cluster = seed.chance(1, 10).then(|| id(1 + seed.below(size.clusters)));
    demand.scope.host = seed.chance(1, 15).then(|| a_host(seed));
    demand.avoid = avoid(seed, size);
    if seed.chance(1, 10) {
        demand.among = (0..2).map(|_| a_host(seed)).collect();
    }
    if seed.chance(1, 10) {
        demand.priority = (0..2).map(|_| (a_host(seed), seed.below(3) as i32 - 1)).collect();
    }
    demand.last_host = seed.chance(1, 6).then(|| a_host(seed));
    demand.ha = seed.chance(1, 8);
    demand.skip_thresholds = seed.chance(1, 10);
    demand.ignore_reserved = seed.chance(1, 10);
    demand.allow_disabled = seed.chance(1, 10);
    if seed.chance(1, 4) {
        demand.owned = std::sync::Arc::new((0..4).map(|_| (a_host(seed), seed.below(4) as u32)).collect());
    }
    demand.volumes = (0..seed.below(8) / 3).map(|_| volume(seed, size)).collect();
    demand
}

pub(super) fn policy(seed: &mut Seed) -> Policy {
    let planner = match seed.below(10) {
        0 => Planner::custom(Random(seed.next())),
        1 => Planner::custom(Dispersing { weight: 500 * seed.below(3) as u32 }),
        2 => Planner::custom(ConcentratedPod),
        3 => Planner::custom(LeastConsumed),
        4 => Planner::custom(BestFit),
        5..8 => Planner::BestFit,
        _ => Planner::FirstFit,
    };
    let pools = match seed.below(8) {
        0 => PoolOrder::Random(seed.next()),
        1 => PoolOrder::Dispersing,
        2 => PoolOrder::LeastConsumed,
        _ => PoolOrder::FirstFit,
    };
    let cluster_load = match seed.below(6) {
        0 => ClusterLoad::Ram,
        1 => ClusterLoad::Combined(500),
        _ => ClusterLoad::Cpu,
    };
    Policy { planner, cluster_load, pools, ha_tag: seed.chance(1, 2).then(|| Arc::from("ha")) }
}

/// One thing that happens to a fleet.
pub(super) fn happen(fleet: &mut Fleet, seed: &mut Seed, size: Size) {
    let host_id = id(1 + seed.below(size.hosts));
    let load = load(seed);
    // What does not match the facts is refused and changes nothing.
    let _ = match seed.below(12) {
        0..4 => fleet.occupy(host_id, load),
        4..6 => fleet.release(host_id, load),
        6 => fleet.reserve(host_id, load),
        7 => fleet.unreserve(host_id, load),
        8 => fleet.remove_host(host_id).map(drop),
        9 => {
            let n = 1 + seed.below(size.hosts);
            let host = host(seed, n, size.clusters);
            fleet.upsert_host(host)
        }
        10 => fleet.set_state(host_id, seed.chance(3, 4), seed.chance(3, 4)),
        _ => {
            let n = 1 + seed.below(size.clusters);
            let cluster = cluster(seed, n);
            fleet.upsert_cluster(cluster);
            Ok(())
        }
    };
}

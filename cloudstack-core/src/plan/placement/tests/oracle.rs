//! The index against an exhaustive reading of the rules.

use std::cmp::Reverse;

use super::{
    super::*,
    world::{self, Size, id},
};
use crate::{
    base::{
        Bytes, Seed,
        id::{HostId, PoolId},
    },
    plan::storage::{Pool, Reach},
};

/// The rules again, as plainly as they can be said, on the public facts.
struct Oracle<'a> {
    fleet: &'a Fleet,
    demand: &'a Demand,
    policy: &'a Policy,
}

fn at_most(part: u64, thousandths: u32, whole: u64) -> bool {
    u128::from(part) * 1_000 <= u128::from(thousandths) * u128::from(whole)
}

impl Oracle<'_> {
    fn choice(&self) -> Option<(HostId, Vec<PoolId>)> {
        let demand = self.demand;
        let with_pools = |host: &Host| Some((host.id, self.pools(host)?));
        if let (Some(host), false) = (demand.scope.host, demand.ha) {
            let host = self.fleet.host(host)?;
            return if self.capable(host, false) && self.free(host, 0) { with_pools(host) } else { None };
        }
        let last = demand.last_host.filter(|_| !demand.ha).and_then(|host| self.fleet.host(host));
        if let Some(host) = last {
            let usage = self.fleet.usage(host.id).unwrap();
            let load = demand.load();
            let kept = usage.reserved.cpu >= load.cpu && usage.reserved.ram >= load.ram;
            if self.capable(host, false) && (kept || self.free(host, 0)) && with_pools(host).is_some() {
                return with_pools(host);
            }
        }
        let rounds = if demand.ha { &[true, false][..] } else { &[true] };
        rounds.iter().find_map(|thresholds| {
            let thresholds = *thresholds && !demand.skip_thresholds;
            let fits = |host: &&Host| {
                self.capable(host, true) && self.free(host, 0) && (!thresholds || self.below_thresholds(host))
            };
            let mut hosts: Vec<_> = self.fleet.hosts().filter(fits).collect();
            match self.policy.planner {
                Planner::BestFit => hosts.sort_by_key(|host| (self.late(host), self.room(host, thresholds), host.id)),
                _ => hosts.sort_by_key(|host| (self.cluster_load(host), host.cluster, self.late(host), host.id)),
            }
            hosts.into_iter().find_map(with_pools)
        })
    }

    fn late(&self, host: &Host) -> Reverse<i32> {
        Reverse(self.demand.priority.get(&host.id).copied().unwrap_or(0))
    }

    /// Everything but capacity.
    fn capable(&self, host: &Host, tags: bool) -> bool {
        let Demand { scope, avoid, .. } = self.demand;
        let cluster = self.fleet.cluster(host.cluster).unwrap();
        let has = |tag: &Arc<str>| host.tags.contains(tag);
        let tagged = match &self.policy.ha_tag {
            Some(ha) if self.demand.ha => has(ha),
            Some(ha) if self.demand.tags.is_empty() => !has(ha),
            _ => self.demand.tags.iter().all(has),
        };
        let guests = self.fleet.usage(host.id).unwrap().guests;
        cluster.zone == scope.zone
            && scope.pod.is_none_or(|pod| pod == cluster.pod)
            && scope.cluster.is_none_or(|other| other == cluster.id)
            && scope.host.is_none_or(|other| other == host.id)
            && !(avoid.pods.contains(&cluster.pod) || avoid.clusters.contains(&cluster.id))
            && !avoid.hosts.contains(&host.id)
            && (self.demand.among.is_empty() || self.demand.among.contains(&host.id))
            && host.up
            && (self.demand.allow_disabled || (host.enabled && cluster.enabled))
            && self.demand.hypervisor.as_ref().is_none_or(|kind| *kind == cluster.hypervisor)
            && host.cores >= self.demand.cores
            && host.speed >= self.demand.speed
            && host.max_guests.is_none_or(|most| guests < most)
            && (!tags || tagged)
    }

    fn total(&self, host: &Host) -> Load {
        let cluster = self.fleet.cluster(host.cluster).unwrap();
        Load {
            cpu: Mhz(u64::from(host.cores) * host.speed.0 * u64::from(cluster.cpu_overcommit) / 1_000),
            ram: Mib(host.ram.0 * u64::from(cluster.ram_overcommit) / 1_000),
        }
    }

    fn left(&self, host: &Host) -> (i128, i128) {
        let (total, usage) = (self.total(host), self.fleet.usage(host.id).unwrap());
        let kept = if self.demand.ignore_reserved { Load::default() } else { usage.reserved };
        let left = |total: u64, used: u64, kept: u64| i128::from(total) - i128::from(used) - i128::from(kept);
        (left(total.cpu.0, usage.used.cpu.0, kept.cpu.0), left(total.ram.0, usage.used.ram.0, kept.ram.0))
    }

    fn free(&self, host: &Host, _: u8) -> bool {
        let (left, need) = (self.left(host), self.demand.load());
        left.0 >= i128::from(need.cpu.0) && left.1 >= i128::from(need.ram.0)
    }

    /// Total and taken of the host's cluster, processor and memory.
    fn sums(&self, host: &Host) -> [(u64, u64); 2] {
        let hosts = self.fleet.hosts().filter(|other| other.cluster == host.cluster && other.enabled);
        hosts.fold([(0, 0); 2], |sums, other| {
            let (total, usage) = (self.total(other), self.fleet.usage(other.id).unwrap());
            let cpu = usage.used.cpu.0 + usage.reserved.cpu.0;
            let ram = usage.used.ram.0 + usage.reserved.ram.0;
            [(sums[0].0 + total.cpu.0, sums[0].1 + cpu), (sums[1].0 + total.ram.0, sums[1].1 + ram)]
        })
    }

    fn below_thresholds(&self, host: &Host) -> bool {
        let cluster = self.fleet.cluster(host.cluster).unwrap();
        let ([cpu, ram], need) = (self.sums(host), self.demand.load());
        at_most(cpu.1 + need.cpu.0, cluster.cpu_threshold, cpu.0)
            && at_most(ram.1 + need.ram.0, cluster.ram_threshold, ram.0)
    }

    fn room(&self, host: &Host, thresholds: bool) -> (i128, i128) {
        let left = self.left(host);
        if !thresholds {
            return left;
        }
        let cluster = self.fleet.cluster(host.cluster).unwrap();
        let [cpu, ram] = self.sums(host);
        let limit = |(total, taken): (u64, u64), threshold: u32| {
            i128::from(total) * i128::from(threshold) / 1_000 - i128::from(taken)
        };
        (left.0.min(limit(cpu, cluster.cpu_threshold)), left.1.min(limit(ram, cluster.ram_threshold)))
    }

    fn cluster_load(&self, host: &Host) -> u64 {
        let (total, taken) = self.sums(host)[0];
        (u128::from(taken) << 32).checked_div(total.into()).map_or(u64::MAX, |load| load as u64)
    }

    fn pools(&self, host: &Host) -> Option<Vec<PoolId>> {
        let cluster = self.fleet.cluster(host.cluster).unwrap();
        let volumes = &self.demand.volumes;
        let reaches = [Reach::Host(host.id), Reach::Cluster(cluster.id), Reach::Zone(cluster.zone)];
        let mut order: Vec<_> = (0..volumes.len()).collect();
        order.sort_by_key(|nth| Reverse(volumes[*nth].bytes));
        let mut chosen: Vec<Option<PoolId>> = vec![None; volumes.len()];
        for nth in order {
            let volume = &volumes[nth];
            let usable = |pool: &&Pool| pool.up && !self.demand.avoid.pools.contains(&pool.id);
            if let Some(placed) = volume.placed {
                let pool = self.fleet.pool(placed).filter(usable).filter(|pool| reaches.contains(&pool.reach))?;
                chosen[nth] = Some(pool.id);
                continue;
            }
            let holds = |pool: &Pool, bytes: Bytes| {
                let promised = pool.capacity.0 * u64::from(pool.overprovisioning) / 1_000;
                let wanted = pool.allocated.0 + bytes.0;
                let physical =
                    pool.used.is_none_or(|used| used.0 * 1_000 < pool.capacity.0 * u64::from(pool.used_threshold));
                physical && at_most(wanted, pool.allocated_threshold, promised) && wanted <= promised
            };
            let suits = |pool: &&Pool| {
                usable(pool)
                    && matches!(pool.reach, Reach::Host(_)) == volume.local
                    && volume.tags.is_subset(&pool.tags)
                    && (pool.hypervisors.is_empty() || pool.hypervisors.contains(&cluster.hypervisor))
                    && holds(pool, volume.bytes)
            };
            let lists = reaches
                .map(|reach| self.fleet.pools().filter(|pool| pool.reach == reach).filter(suits).collect::<Vec<_>>());
            let mut list = lists.into_iter().find(|list| !list.is_empty())?;
            list.sort_by_key(|pool| Some(pool.id) != volume.preferred);
            let together = |pool: &&&Pool| {
                let others =
                    chosen.iter().zip(volumes).filter(|(at, other)| **at == Some(pool.id) && other.placed.is_none());
                holds(pool, others.map(|(_, other)| other.bytes).sum::<Bytes>().plus(volume.bytes))
            };
            chosen[nth] = Some(list.iter().find(together)?.id);
        }
        Some(chosen.into_iter().flatten().collect())
    }
}

fn agree(fleet: &Fleet, demand: &Demand, policy: &Policy, note: &str) {
    let wanted = Oracle { fleet, demand, policy }.choice();
    let found = fleet.pick(demand, policy).map(|placement| (placement.host, placement.pools));
    assert_eq!(found, wanted, "{note}: {demand:?} {policy:?}");
}

/// First fit and best fit choose what the rules say, host by host, through releases, host loss, tags, thresholds, what is to
/// be avoided, last hosts, affinity, and storage.
///
/// Proves: OFFR-06, OFFR-07, OFFR-08, STOR-01, STOR-08
#[test]
fn every_choice_is_the_one_an_exhaustive_search_makes() {
    let (clouds, steps) = if cfg!(debug_assertions) { (300, 60) } else { (4_200, 120) };
    for cloud in 0..clouds {
        let mut seed = Seed::new(cloud);
        let size = Size { clusters: 1 + seed.below(5), hosts: 1 + seed.below(24), pools: 5 };
        let mut fleet = world::fleet(&mut seed, size);
        for step in 0..steps {
            world::happen(&mut fleet, &mut seed, size);
            let mut demand = world::demand(&mut seed, size);
            if seed.chance(1, 2) {
                // The indexed path needs ordinary demands.
                demand = Demand {
                    volumes: demand.volumes,
                    avoid: demand.avoid,
                    tags: demand.tags,
                    ..Demand::new(demand.scope.zone, demand.cores, demand.speed, demand.ram)
                };
            }
            for planner in [Planner::BestFit, Planner::FirstFit] {
                let policy = Policy { planner, ha_tag: seed.chance(1, 2).then(|| "ha".into()), ..Policy::default() };
                agree(&fleet, &demand, &policy, &format!("cloud {cloud}, step {step}"));
            }
        }
    }
}

/// The indexed random order chooses what the same order chooses when every host is walked.
#[test]
fn random_from_the_index_is_random_from_a_walk() {
    for cloud in 0..400 {
        let mut seed = Seed::new(cloud);
        let size = if cloud % 40 == 0 { Size { clusters: 100, hosts: 200, pools: 5 } } else { world::SMALL };
        let mut fleet = world::fleet(&mut seed, size);
        for step in 0..30 {
            world::happen(&mut fleet, &mut seed, size);
            let asked = world::demand(&mut seed, size);
            let plain = Demand::new(asked.scope.zone, asked.cores, asked.speed, asked.ram);
            let plain = Demand { volumes: asked.volumes.clone(), tags: asked.tags.clone(), ..plain };
            let draw = seed.next();
            for demand in [asked, plain] {
                let pick = |planner| fleet.pick(&demand, &Policy { planner, ..Policy::default() });
                let (indexed, walked) = (pick(Planner::Random(draw)), pick(Planner::custom(Random(draw))));
                assert_eq!(indexed, walked, "cloud {cloud}, step {step}: {demand:?}");
            }
        }
    }
}

/// Many clusters, so that first fit passes the clusters it tries one by one.
#[test]
fn first_fit_finds_the_one_host_among_many_clusters() {
    for cloud in 0..20 {
        let mut seed = Seed::new(cloud);
        let size = Size { clusters: 200, hosts: 400, pools: 0 };
        let mut fleet = Fleet::build(
            (1..=size.clusters).map(|n| world::cluster(&mut seed, n)).collect(),
            (1..=size.hosts).map(|n| world::host(&mut seed, n, size.clusters)).collect(),
            Vec::new(),
        )
        .unwrap();
        for n in 1..=size.hosts {
            for _ in 0..3 {
                fleet.occupy(id(n), world::load(&mut seed)).unwrap();
            }
        }
        for _ in 0..20 {
            let mut demand =
                Demand::new(id(1), 1 + seed.below(4) as u32, Mhz(500 + 500 * seed.below(3)), Mib(seed.below(9)));
            demand.tags = world::tags(if seed.chance(1, 2) { &["a", "b"] } else { &[] });
            agree(&fleet, &demand, &Policy::default(), &format!("cloud {cloud}"));
        }
    }
}

/// A fleet that followed the deltas equals one built afresh, and every delta taken back leaves no trace.
#[test]
fn deltas_and_facts_agree() {
    for cloud in 0..100 {
        let mut seed = Seed::new(1_000 + cloud);
        let size = world::SMALL;
        let mut fleet = world::fleet(&mut seed, size);
        for _ in 0..100 {
            world::happen(&mut fleet, &mut seed, size);
        }
        let (clusters, hosts) = (fleet.clusters().cloned().collect(), fleet.hosts().cloned().collect());
        let mut fresh = Fleet::build(clusters, hosts, fleet.pools().cloned().collect()).unwrap();
        let hosts: Vec<_> = fleet.hosts().map(|host| host.id).collect();
        for host in &hosts {
            let usage = fleet.usage(*host).unwrap();
            for nth in 0..usage.guests {
                fresh.occupy(*host, if nth == 0 { usage.used } else { Load::default() }).unwrap();
            }
            if usage.guests == 0 {
                fresh.occupy(*host, usage.used).unwrap();
                fresh.release(*host, Load::default()).unwrap();
            }
            fresh.reserve(*host, usage.reserved).unwrap();
        }
        assert_eq!(fleet, fresh, "cloud {cloud}");
        for cluster in fleet.clusters() {
            assert_eq!(fleet.cluster_capacity(cluster.id), fresh.cluster_capacity(cluster.id), "cloud {cloud}");
        }
        let before = fleet.clone();
        if let Some(host) = hosts.first() {
            let load = world::load(&mut seed);
            fleet.occupy(*host, load).unwrap();
            fleet.reserve(*host, load).unwrap();
            assert_ne!(fleet, before);
            fleet.unreserve(*host, load).unwrap();
            fleet.release(*host, load).unwrap();
            assert_eq!(fleet, before);
            let (facts, usage) = fleet.remove_host(*host).unwrap();
            assert_ne!(fleet, before);
            fleet.upsert_host(facts).unwrap();
            fleet.set_use(*host, usage);
            assert_eq!(fleet, before);
            let too_much = Load { cpu: Mhz(u64::MAX), ram: Mib(0) };
            assert_eq!(fleet.release(*host, too_much), Err(Mismatch::HostOverdrawn(*host)));
            assert_eq!(fleet, before);
        }
    }
}

//! The search for the smallest change: ideas from what each host lacks, tried cheapest first.

use std::collections::BTreeMap;

use super::{NewHost, Remedy, new_host::new_pools};
use crate::{
    base::{Bytes, Mhz, Mib},
    plan::{
        placement::{Demand, Fleet, HostLack, Lack, Policy, Resource, check::Ask, shelf::Slot},
        storage::{Pool, PoolLack, Reach, pool_lacks},
    },
};

/// Over-commit of processor is not proposed beyond this, in thousandths.
const MOST_CPU_OVERCOMMIT: u64 = 10_000;
/// Over-commit of memory is not proposed beyond this, in thousandths.
const MOST_RAM_OVERCOMMIT: u64 = 2_000;
/// A smaller machine is proposed only while it keeps this share, in thousandths, of what it asked for.
const LEAST_SHRINK: u64 = 500;
/// Changes of one kind that are tried out before the next kind.
const TRIES: usize = 4;

/// A change to try: on this cluster, of this amount.
struct Idea {
    amount: u64,
    cluster: u32,
    remedy: Remedy,
}

/// The least changes of each kind.
#[derive(Default)]
struct Ideas(BTreeMap<u8, Vec<Idea>>);

impl Ideas {
    fn add(&mut self, cluster: u32, amount: u64, remedy: Remedy) {
        let same = self.0.entry(remedy.rank()).or_default();
        let place = same.partition_point(|other| other.amount <= amount);
        if place < TRIES && same.iter().all(|other| other.remedy != remedy) {
            same.insert(place, Idea { amount, cluster, remedy });
            same.truncate(TRIES);
        }
    }
}

impl Fleet {
    /// The cheapest change that works, each tried on a copy of the cluster it is about.
    pub(in crate::plan::placement) fn smallest_change(&self, ask: &Ask<'_>, hosts: &[HostLack]) -> Option<Remedy> {
        let mut ideas = Ideas::default();
        for lacks in hosts.chunk_by(|one, other| one.host == other.host) {
            if let Some(slot) = self.slot(lacks[0].host) {
                let lacks: Vec<_> = lacks.iter().map(|entry| &entry.lack).collect();
                self.ideas_for_host(slot, &lacks, ask, &mut ideas);
            }
        }
        for idea in ideas.0.into_values().flatten() {
            if works(&idea.remedy, self.only(Some(idea.cluster), ask.demand), ask.demand, ask.policy) {
                return Some(idea.remedy);
            }
        }
        let new = Remedy::AddHost(Box::new(NewHost::for_demand(self, ask)));
        works(&new, self.only(None, ask.demand), ask.demand, ask.policy).then_some(new)
    }

    fn ideas_for_host(&self, slot: Slot, lacks: &[&Lack], ask: &Ask<'_>, ideas: &mut Ideas) {
        let cluster = self.rows[slot as usize].cluster;
        let host = self.ids[slot as usize];
        if let [lack] = lacks {
            match lack {
                Lack::Avoided(what) => ideas.add(cluster, 0, Remedy::StopAvoiding(*what)),
                Lack::Disabled => ideas.add(cluster, 0, Remedy::EnableHost(host)),
                Lack::ClusterDisabled(id) => ideas.add(cluster, 0, Remedy::EnableCluster(*id)),
                Lack::Down => ideas.add(cluster, 0, Remedy::BringUpHost(host)),
                Lack::HostTag(tag) => ideas.add(cluster, 0, Remedy::AddHostTag { host, tag: tag.clone() }),
                Lack::KeptForHa(tag) => ideas.add(cluster, 1, Remedy::RemoveHostTag { host, tag: tag.clone() }),
                Lack::NotAmong => ideas.add(cluster, 0, Remedy::WidenAffinity(host)),
                Lack::MaxGuests { limit } => {
                    let to = self.rows[slot as usize].guests.saturating_add(1);
                    ideas.add(cluster, u64::from(to - limit), Remedy::RaiseMaxGuests { host, to });
                }
                Lack::NoPool { .. } => self.ideas_for_storage(slot, ask, ideas),
                _ => {}
            }
        }
        self.ideas_for_size(slot, lacks, ask, ideas);
    }

    /// Changes for a host that is too small, too full, or in a cluster that is.
    fn ideas_for_size(&self, slot: Slot, lacks: &[&Lack], ask: &Ask<'_>, ideas: &mut Ideas) {
        let mut shape = Shape::default();
        for lack in lacks {
            match **lack {
                Lack::Room { resource, short, .. } => shape.of(resource).short = short,
                Lack::ClusterThreshold { resource, over, .. } => shape.of(resource).over = over,
                Lack::CoreCount { needs, has } => shape.cores = needs - has,
                Lack::CoreSpeed { has, .. } => shape.speed = Some(has),
                _ => return,
            }
        }
        let cluster = self.rows[slot as usize].cluster;
        let Some(facts) = &self.clusters[cluster as usize].facts else { return };
        let rows = &self.clusters[cluster as usize].rows;
        let own = self.rows[slot as usize].rows();
        let host = self.ids[slot as usize];
        for (resource, gap, sum, own, need, threshold, ratio, most) in [
            (
                Resource::Cpu,
                shape.cpu,
                rows.cpu,
                own.cpu,
                ask.need.cpu,
                facts.cpu_threshold,
                facts.cpu_overcommit,
                MOST_CPU_OVERCOMMIT,
            ),
            (
                Resource::Ram,
                shape.ram,
                rows.ram,
                own.ram,
                ask.need.ram,
                facts.ram_threshold,
                facts.ram_overcommit,
                MOST_RAM_OVERCOMMIT,
            ),
        ] {
            if !shape.only(resource) {
                continue;
            }
            let taken = sum.taken().saturating_add(need);
            if gap.short == 0
                && let Some(to) = ratio_of(taken, sum.total).filter(|to| *to <= 1_000)
            {
                let remedy = Remedy::RaiseThreshold { cluster: facts.id, resource, to: to as u32 };
                ideas.add(cluster, to.saturating_sub(u64::from(threshold)), remedy);
            }
            // What the ratio has to become for the host, and for the cluster below its threshold.
            let scaled = |needed: u64, total: u64| {
                (u128::from(needed) * u128::from(ratio)).div_ceil(u128::from(total.max(1))) + 1
            };
            let enough =
                (u128::from(taken) * 1_000).checked_div(u128::from(threshold)).map_or(u64::MAX, |all| all as u64 + 1);
            let for_host = if gap.short > 0 { scaled(own.total.saturating_add(gap.short), own.total) } else { 0 };
            let for_cluster = if gap.over > 0 { scaled(enough, sum.total) } else { 0 };
            let to = for_host.max(for_cluster).max(u128::from(ratio));
            if to <= u128::from(most) {
                let remedy = Remedy::RaiseOvercommit { cluster: facts.id, resource, to: to as u32 };
                ideas.add(cluster, to as u64 - u64::from(ratio), remedy);
            }
        }
        self.ideas_for_shrinking(cluster, &shape, ask, ideas);
        if shape.speed.is_none() {
            let cpu = shape.cpu.growth(rows.cpu.total, rows.cpu.taken(), ask.need.cpu, facts.cpu_threshold);
            let ram = shape.ram.growth(rows.ram.total, rows.ram.taken(), ask.need.ram, facts.ram_threshold);
            let (Some(cpu), Some(ram)) = (cpu, ram) else { return };
            let speed = self.kinds[self.rows[slot as usize].kind as usize].speed;
            let raw = |amount: u64, ratio: u32| (u128::from(amount) * 1_000).div_ceil(u128::from(ratio.max(1))) as u64;
            let pad = |amount: u64| if amount == 0 { 0 } else { amount + 1 };
            let cores = pad(raw(cpu, facts.cpu_overcommit)).div_ceil(speed.max(1)).max(u64::from(shape.cores));
            let Ok(cores) = u32::try_from(cores) else { return };
            let ram = Mib(pad(raw(ram, facts.ram_overcommit)));
            // One core counts as much as two GiB.
            let amount = u64::from(cores).saturating_mul(2_048).saturating_add(ram.0);
            ideas.add(cluster, amount, Remedy::GrowHost { host, cores, ram });
        }
    }

    fn ideas_for_shrinking(&self, cluster: u32, shape: &Shape, ask: &Ask<'_>, ideas: &mut Ideas) {
        let Demand { cores, speed, ram, .. } = *ask.demand;
        let keeps = |now: u64, before: u64| u128::from(now) * 1_000 >= u128::from(before) * u128::from(LEAST_SHRINK);
        let share_lost = |now: u64, before: u64| 1_000 - (u128::from(now) * 1_000 / u128::from(before.max(1))) as u64;
        let mut add = |cores: u32, speed: Mhz, ram: Mib, now: u64, before: u64| {
            if now > 0 && now < before && keeps(now, before) {
                ideas.add(cluster, share_lost(now, before), Remedy::ShrinkDemand { cores, speed, ram });
            }
        };
        let missing = shape.ram.short.max(shape.ram.over);
        if missing > 0 && shape.only(Resource::Ram) {
            let now = ram.less(Mib(missing));
            add(cores, speed, now, now.0, ram.0);
        }
        let missing = shape.cpu.short.max(shape.cpu.over);
        if shape.ram == Gap::default() {
            let least = ask.need.cpu.saturating_sub(missing);
            let most_cores = cores.saturating_sub(shape.cores);
            let fewer = (least / speed.0.max(1)).min(u64::from(most_cores));
            if shape.speed.is_none() {
                add(fewer as u32, speed, ram, fewer, u64::from(cores));
            }
            let slower = (least / u64::from(cores.max(1))).min(shape.speed.map_or(u64::MAX, |has| has.0));
            if shape.cores == 0 {
                add(cores, Mhz(slower), ram, slower, speed.0);
            }
        }
    }

    /// Changes for a host that fits but reaches no storage.
    fn ideas_for_storage(&self, slot: Slot, ask: &Ask<'_>, ideas: &mut Ideas) {
        let demand = ask.demand;
        let row = &self.rows[slot as usize];
        let cluster = row.cluster;
        if demand.volumes.iter().any(|volume| volume.placed.is_some()) {
            ideas.add(cluster, 0, Remedy::MoveVolumes);
        }
        let fresh: Vec<_> = demand.volumes.iter().filter(|volume| volume.placed.is_none()).collect();
        for volume in &demand.volumes {
            let beside: Bytes = fresh.iter().filter(|other| other.local == volume.local).map(|other| other.bytes).sum();
            let beside = if volume.placed.is_none() { beside.less(volume.bytes) } else { Bytes::ZERO };
            for pool in self.reaches_of(slot).into_iter().flat_map(|reach| self.pools_at(reach)) {
                for beside in [Bytes::ZERO, beside] {
                    let mut lacks = Vec::new();
                    pool_lacks(pool, self.pool_ask(volume, beside, slot, ask), &mut |lack| {
                        lacks.push(lack);
                        true
                    });
                    idea_for_pool(pool, &lacks, volume.bytes.plus(beside), cluster, ideas);
                }
            }
        }
        if let Some(facts) = &self.clusters[cluster as usize].facts {
            let pools = new_pools(self, demand, &fresh, self.ids[slot as usize], facts.id);
            let bytes = fresh.iter().map(|volume| volume.bytes).sum::<Bytes>();
            ideas.add(cluster, bytes.0, Remedy::AddPools(pools));
        }
    }

    /// A copy with one cluster or none, and the storage it reaches. Since clusters do not help each other, a demand fits on
    /// the whole if it fits here.
    fn only(&self, cluster: Option<u32>, demand: &Demand) -> Self {
        let facts = cluster.and_then(|at| self.clusters[at as usize].facts.clone());
        let hosts = cluster.map_or(&[][..], |at| &self.clusters[at as usize].hosts);
        let mut reaches = vec![Reach::Zone(demand.scope.zone)];
        reaches.extend(facts.iter().map(|facts| Reach::Cluster(facts.id)));
        reaches.extend(hosts.iter().map(|slot| Reach::Host(self.ids[*slot as usize])));
        let pools = reaches.iter().flat_map(|reach| self.pools_at(*reach).cloned()).collect();
        let copies = hosts.iter().filter_map(|slot| self.facts(*slot).cloned()).collect();
        let mut small =
            Self::build(facts.into_iter().collect(), copies, pools).expect("the hosts are those of the cluster");
        for slot in hosts {
            small.set_use(self.ids[*slot as usize], self.use_of(*slot));
        }
        small
    }
}

fn idea_for_pool(pool: &Pool, lacks: &[PoolLack], asks: Bytes, cluster: u32, ideas: &mut Ideas) {
    match lacks {
        [PoolLack::Down] => ideas.add(cluster, 0, Remedy::BringUpPool(pool.id)),
        [PoolLack::Avoided] => ideas.add(cluster, 0, Remedy::StopAvoidingPool(pool.id)),
        [PoolLack::StorageTag(tag)] => {
            ideas.add(cluster, 0, Remedy::AddPoolTag { pool: pool.id, tag: tag.clone() });
        }
        [] => {}
        lacks => {
            let of_space = |lack: &PoolLack| {
                matches!(lack, PoolLack::Physical { .. } | PoolLack::Allocated { .. } | PoolLack::Space { .. })
            };
            if lacks.iter().all(of_space)
                && let Some(size) = pool.size_for(asks)
            {
                let by = size.less(pool.capacity);
                ideas.add(cluster, by.0, Remedy::GrowPool { pool: pool.id, by });
            }
        }
    }
}

/// Whether the demand fits once the change is made.
fn works(remedy: &Remedy, mut fleet: Fleet, demand: &Demand, policy: &Policy) -> bool {
    let mut demand = demand.clone();
    remedy.apply(&mut fleet, &mut demand).is_ok() && fleet.pick(&demand, policy).is_some()
}

/// `part` of `whole` in thousandths, rounded up.
fn ratio_of(part: u64, whole: u64) -> Option<u64> {
    let wide = (u128::from(part) * 1_000).checked_add(u128::from(whole).saturating_sub(1))?;
    u64::try_from(wide.checked_div(u128::from(whole))?).ok()
}

/// How much a resource falls short on the host, and over the cluster's threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Gap {
    short: u64,
    over: u64,
}

impl Gap {
    /// How much larger the host must be, after over-commit; `None` when no size is enough.
    fn growth(&self, total: u64, taken: u64, need: u64, threshold: u32) -> Option<u64> {
        if self.over == 0 {
            return Some(self.short);
        }
        let all = (u128::from(taken) + u128::from(need)) * 1_000;
        let all = all.checked_div(u128::from(threshold))? + 1;
        u64::try_from(all.saturating_sub(u128::from(total))).ok().map(|by| by.max(self.short))
    }
}

/// What a host is short of in size.
#[derive(Debug, Default)]
struct Shape {
    cpu: Gap,
    ram: Gap,
    cores: u32,
    speed: Option<Mhz>,
}

impl Shape {
    const fn of(&mut self, resource: Resource) -> &mut Gap {
        match resource {
            Resource::Cpu => &mut self.cpu,
            Resource::Ram => &mut self.ram,
        }
    }

    /// Whether this resource falls short and nothing else does.
    fn only(&self, resource: Resource) -> bool {
        let (this, other) = match resource {
            Resource::Cpu => (self.cpu, self.ram),
            Resource::Ram => (self.ram, self.cpu),
        };
        this != Gap::default() && other == Gap::default() && self.cores == 0 && self.speed.is_none()
    }
}

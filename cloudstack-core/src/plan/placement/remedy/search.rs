//! The search for the smallest change: ideas from what each host lacks, tried cheapest first.

use std::collections::BTreeMap;

use super::{NewHost, Remedy, new_host::new_pools};
use crate::{
    base::{Bytes, Mhz, Mib},
    plan::{
        capacity::Row,
        placement::{
            Demand, Fleet, HostLack, Lack, Policy, Resource,
            check::{Ask, Mode},
            shelf::Slot,
        },
        storage::{Pool, PoolLack, Reach, pool_lacks},
    },
};

/// Over-commit of processor is not proposed beyond this, in thousandths.
const MOST_CPU_OVERCOMMIT: u32 = 10_000;
/// Over-commit of memory is not proposed beyond this, in thousandths.
const MOST_RAM_OVERCOMMIT: u32 = 2_000;
/// A smaller machine is proposed only while it keeps this share, in thousandths, of what it asked for.
const LEAST_SHRINK: u64 = 500;
/// Changes of one kind that are tried out before the next kind.
const TRIES: usize = 16;

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
        if place < TRIES && same.iter().all(|other| other.cluster != cluster || other.remedy != remedy) {
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
        if let Some(slot) = ask.demand.last_host.filter(|_| !ask.demand.ha).and_then(|host| self.slot(host))
            && self.in_scope(slot, ask.demand)
        {
            // The last host is judged more kindly, so it may take less there.
            let ask = ask.with(Mode::Last, false);
            let lacks = self.all_lacks(slot, &ask);
            self.ideas_for_host(slot, &lacks.iter().collect::<Vec<_>>(), &ask, &mut ideas);
        }
        for idea in ideas.0.into_values().flatten() {
            let small = self.only(Some(idea.cluster), ask.demand);
            let works = |remedy: &Remedy| works(remedy, &small, ask.demand, ask.policy);
            if works(&idea.remedy) {
                return Some(lessened(idea.remedy, works));
            }
        }
        let new = Remedy::AddHost(Box::new(NewHost::for_demand(self, ask)));
        works(&new, &self.only(None, ask.demand), ask.demand, ask.policy).then_some(new)
    }

    fn ideas_for_host(&self, slot: Slot, lacks: &[&Lack], ask: &Ask<'_>, ideas: &mut Ideas) {
        let cluster = self.rows[slot as usize].cluster;
        let host = self.ids[slot as usize];
        if let [lack] = lacks {
            match lack {
                Lack::Avoided(what) => ideas.add(cluster, 0, Remedy::StopAvoiding(*what)),
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
        if lacks.iter().all(|lack| matches!(lack, Lack::ClusterThreshold { .. } | Lack::Disabled)) {
            // A host of the cluster that counts again, this one or another, raises what the thresholds allow.
            let beside =
                self.clusters[cluster as usize].hosts.iter().filter(|slot| !self.rows[**slot as usize].enabled);
            beside.for_each(|slot| ideas.add(cluster, 0, Remedy::EnableHost(self.ids[*slot as usize])));
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
        for resource in [Resource::Cpu, Resource::Ram] {
            if shape.only(resource) {
                self.ideas_for_ratios(slot, resource, &shape, ask, ideas);
            }
        }
        self.ideas_for_shrinking(cluster, &shape, ask, ideas);
        if shape.speed.is_none() {
            self.idea_for_growing(slot, &shape, ask, ideas);
        }
    }

    /// Settings of the cluster that would let it take the machine.
    fn ideas_for_ratios(&self, slot: Slot, resource: Resource, shape: &Shape, ask: &Ask<'_>, ideas: &mut Ideas) {
        let at = self.rows[slot as usize].cluster;
        let row = &self.clusters[at as usize];
        let Some(facts) = &row.facts else { return };
        let (cluster, own) = (facts.id, self.rows[slot as usize].rows());
        let (gap, sum, own, need, threshold, ratio, most) = match resource {
            Resource::Cpu => {
                let (threshold, ratio) = (facts.cpu_threshold, facts.cpu_overcommit);
                (shape.cpu, row.rows.cpu, own.cpu, ask.need.cpu, threshold, ratio, MOST_CPU_OVERCOMMIT)
            }
            Resource::Ram => {
                let (threshold, ratio) = (facts.ram_threshold, facts.ram_overcommit);
                (shape.ram, row.rows.ram, own.ram, ask.need.ram, threshold, ratio, MOST_RAM_OVERCOMMIT)
            }
        };
        let taken = sum.taken().saturating_add(need);
        // The amounts are estimates to compare by; how little will do is found out once the most that is allowed does.
        if gap.short == 0
            && let Some(to) = scaled(1_000, taken, sum.total).filter(|to| *to <= 1_000)
        {
            let remedy = Remedy::RaiseThreshold { cluster, resource, to: 1_000 };
            ideas.add(at, to.saturating_sub(threshold.into()), remedy);
        }
        let for_host = scaled(ratio.into(), own.taken().saturating_add(need), own.total);
        let total = scaled(taken, 1_000, threshold.into()).filter(|_| gap.over > 0).unwrap_or(0);
        let for_cluster = scaled(ratio.into(), total, sum.total);
        if let Some(to) = for_host.max(for_cluster) {
            let remedy = Remedy::RaiseOvercommit { cluster, resource, to: most };
            ideas.add(at, to.saturating_sub(ratio.into()), remedy);
        }
    }

    /// More cores and memory for the host.
    fn idea_for_growing(&self, slot: Slot, shape: &Shape, ask: &Ask<'_>, ideas: &mut Ideas) {
        let row = &self.clusters[self.rows[slot as usize].cluster as usize];
        // A disabled host does not count in its cluster; another then has to grow for the thresholds.
        let counts = |slot: &Slot| self.rows[*slot as usize].enabled;
        let other = || row.hosts.iter().copied().find(counts).unwrap_or(slot);
        let slot = if shape.fits_host() && !counts(&slot) { other() } else { slot };
        let host_row = &self.rows[slot as usize];
        let Some(facts) = &row.facts else { return };
        let cpu = shape.cpu.growth(row.rows.cpu, ask.need.cpu, facts.cpu_threshold);
        let ram = shape.ram.growth(row.rows.ram, ask.need.ram, facts.ram_threshold);
        // Before over-commit; a little more, since amounts are truncated.
        let raw = |amount: u64, ratio: u32| {
            if amount == 0 { Some(0) } else { Some(scaled(amount, 1_000, ratio.into())? + 1) }
        };
        let cpu = cpu.and_then(|cpu| raw(cpu, facts.cpu_overcommit));
        let ram = ram.and_then(|ram| raw(ram, facts.ram_overcommit));
        let (Some(cpu), Some(ram)) = (cpu, ram) else { return };
        let speed = self.kinds[host_row.kind as usize].speed.max(1);
        let Ok(cores) = u32::try_from(cpu.div_ceil(speed).max(shape.cores.into())) else { return };
        // One core counts as much as two GiB.
        let amount = u64::from(cores).saturating_mul(2_048).saturating_add(ram);
        let host = self.ids[slot as usize];
        ideas.add(host_row.cluster, amount, Remedy::GrowHost { host, cores, ram: Mib(ram) });
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
fn works(remedy: &Remedy, fleet: &Fleet, demand: &Demand, policy: &Policy) -> bool {
    let (mut fleet, mut demand) = (fleet.clone(), demand.clone());
    remedy.apply(&mut fleet, &mut demand).is_ok() && fleet.pick(&demand, policy).is_some()
}

/// The least number that will do in place of the one of this change, which does.
fn lessened(remedy: Remedy, works: impl Fn(&Remedy) -> bool) -> Remedy {
    let least = |enough: u64, with: &dyn Fn(u64) -> Remedy| {
        let (mut short, mut enough) = (0, enough);
        while short < enough {
            let middle = short + (enough - short) / 2;
            if works(&with(middle)) { enough = middle } else { short = middle + 1 }
        }
        with(enough)
    };
    match remedy {
        Remedy::RaiseThreshold { cluster, resource, to } => {
            least(to.into(), &|to| Remedy::RaiseThreshold { cluster, resource, to: to as u32 })
        }
        Remedy::RaiseOvercommit { cluster, resource, to } => {
            least(to.into(), &|to| Remedy::RaiseOvercommit { cluster, resource, to: to as u32 })
        }
        Remedy::GrowPool { pool, by } => least(by.0, &|by| Remedy::GrowPool { pool, by: Bytes(by) }),
        Remedy::GrowHost { host, cores, ram } => {
            let fewer = least(cores.into(), &|cores| Remedy::GrowHost { host, cores: cores as u32, ram });
            let Remedy::GrowHost { cores, .. } = fewer else { return fewer };
            least(ram.0, &|ram| Remedy::GrowHost { host, cores, ram: Mib(ram) })
        }
        other => other,
    }
}

/// `amount` × `times` ÷ `by`, rounded up; `None` when that is no number.
fn scaled(amount: u64, times: u64, by: u64) -> Option<u64> {
    let product = u128::from(amount) * u128::from(times);
    let rounded = product.checked_add(u128::from(by).checked_sub(1)?)? / u128::from(by);
    u64::try_from(rounded).ok()
}

/// How much a resource falls short on the host, and over the cluster's threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Gap {
    short: u64,
    over: u64,
}

impl Gap {
    /// How much larger the host must be, after over-commit; `None` when no size is enough.
    fn growth(&self, sum: Row, need: u64, threshold: u32) -> Option<u64> {
        if self.over == 0 {
            return Some(self.short);
        }
        let total = scaled(sum.taken().saturating_add(need), 1_000, threshold.into())?;
        Some(total.saturating_sub(sum.total).max(self.short))
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

    /// Whether only the cluster's thresholds stand in the way.
    const fn fits_host(&self) -> bool {
        self.cpu.short == 0 && self.ram.short == 0 && self.cores == 0
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

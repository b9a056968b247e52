//! Choosing: named host, last host, then the planner's order; the first host that fits and reaches storage for every volume.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{
    ClusterLoad, Demand, Fleet, Planner, Policy, Refusal,
    check::{Ask, First, Mode},
    fleet::ZoneRow,
    shelf::{Columns, Slot},
};
use crate::{
    base::{
        Bytes, Seed,
        id::{ClusterId, HostId, PodId, PoolId},
    },
    plan::{
        capacity::Capacity,
        storage::{Pool, PoolAsk, PoolOrder, Reach, VolumeDemand, pool_lacks},
    },
};

/// Where a machine goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Its host.
    pub host: HostId,
    /// The host's cluster.
    pub cluster: ClusterId,
    /// The host's pod.
    pub pod: PodId,
    /// The load is covered by what the host has reserved for it: take it from there (`unreserve`), then `occupy`.
    pub from_reserved: bool,
    /// The pool of each volume, in the order of the demand.
    pub pools: Vec<PoolId>,
}

/// Clusters tried one by one, least loaded first, before all hosts that fit are looked up instead.
const FIRST_CLUSTERS: usize = 64;

impl Fleet {
    /// Chooses a host, and a pool for each volume.
    ///
    /// Changes nothing: record the choice with [`Fleet::occupy`] and [`Fleet::pool_occupy`]. In turn: the named host; the
    /// last host, from what is reserved there, then from what is free; then the planner's order. A restart after a failure
    /// gives up the clusters' thresholds when they leave no host.
    ///
    /// # Errors
    /// [`Refusal`]: what every host and pool in scope lacks, and the smallest change that helps. Making it takes time in
    /// proportion to the hosts in scope; [`Fleet::pick`] leaves it out.
    pub fn choose(&self, demand: &Demand, policy: &Policy) -> Result<Placement, Refusal> {
        self.pick(demand, policy).ok_or_else(|| self.explain(demand, policy))
    }

    /// [`Fleet::choose`] without the reasons.
    #[must_use]
    pub fn pick(&self, demand: &Demand, policy: &Policy) -> Option<Placement> {
        let ask = Ask::new(self, demand, policy);
        if ask.mode == Mode::Named {
            let slot = demand.scope.host.and_then(|host| self.slot(host))?;
            return if self.in_scope(slot, demand) { self.place(slot, &ask, &mut Tried::default()) } else { None };
        }
        if let Some(placement) = self.at_last_host(&ask) {
            return Some(placement);
        }
        self.search(&ask).or_else(|| {
            let again = demand.ha && ask.thresholds;
            again.then(|| self.search(&ask.with(Mode::Search, false))).flatten()
        })
    }

    /// Whether the host is where the demand may look.
    pub(super) fn in_scope(&self, slot: Slot, demand: &Demand) -> bool {
        let (row, scope) = (&self.rows[slot as usize], &demand.scope);
        let Some(cluster) = &self.clusters[row.cluster as usize].facts else { return false };
        cluster.zone == scope.zone
            && scope.pod.is_none_or(|pod| pod == cluster.pod)
            && scope.cluster.is_none_or(|id| id == cluster.id)
            && scope.host.is_none_or(|id| id == self.ids[slot as usize])
    }

    fn at_last_host(&self, ask: &Ask<'_>) -> Option<Placement> {
        let slot = ask.demand.last_host.filter(|_| !ask.demand.ha).and_then(|host| self.slot(host))?;
        if !self.in_scope(slot, ask.demand) {
            return None;
        }
        let placement = self.place(slot, &ask.with(Mode::Last, false), &mut Tried::default())?;
        let from_reserved = self.rows[slot as usize].reserved.holds(ask.need);
        Some(Placement { from_reserved, ..placement })
    }

    fn search(&self, ask: &Ask<'_>) -> Option<Placement> {
        let demand = ask.demand;
        let scope = &demand.scope;
        // The shelves are sorted by the ordinary rules; anything else is walked.
        let shelved = ask.thresholds
            && !demand.ignore_reserved
            && !demand.allow_disabled
            && demand.priority.is_empty()
            && demand.among.is_empty()
            && scope.pod.is_none()
            && scope.cluster.is_none()
            && scope.host.is_none();
        match &ask.policy.planner {
            Planner::BestFit if shelved => self.best_fit(ask),
            Planner::FirstFit if shelved && ask.policy.cluster_load == ClusterLoad::Cpu => self.first_fit(ask),
            Planner::Random(seed) if shelved && ask.policy.cluster_load == ClusterLoad::Cpu => self.random(ask, *seed),
            Planner::BestFit => self.walk_best_fit(ask),
            Planner::FirstFit => self.walk(ask, &super::FirstFit),
            Planner::Random(seed) => self.walk(ask, &super::Random(*seed)),
            Planner::Custom(order) => self.walk(ask, &**order),
        }
    }

    /// The host with the least room that is enough.
    fn best_fit(&self, ask: &Ask<'_>) -> Option<Placement> {
        let zone = self.zone_row(ask.demand.scope.zone)?;
        let mut tried = Tried::default();
        zone.shelf.fitting(ask.need, self.columns(zone, ask)).find_map(|slot| self.place(slot, ask, &mut tried))
    }

    /// The first host that fits in the least loaded cluster that has one.
    fn first_fit(&self, ask: &Ask<'_>) -> Option<Placement> {
        let mut tried = Tried::default();
        let mut least_loaded = self.least_loaded(ask);
        let hit = least_loaded
            .find_map(|at| self.clusters[at].hosts.iter().find_map(|slot| self.place(*slot, ask, &mut tried)));
        if hit.is_some() {
            return hit;
        }
        let zone = self.zone_row(ask.demand.scope.zone)?;
        let mut fitting: Vec<_> = zone
            .shelf
            .fitting(ask.need, self.columns(zone, ask))
            .map(|slot| {
                let cluster = self.rows[slot as usize].cluster;
                (self.clusters[cluster as usize].rows.cpu.load(), cluster, slot)
            })
            .collect();
        fitting.sort_unstable();
        fitting.into_iter().find_map(|(_, _, slot)| self.place(slot, ask, &mut tried))
    }

    /// Any host that fits in the least loaded cluster that has one.
    fn random(&self, ask: &Ask<'_>, seed: u64) -> Option<Placement> {
        let order = super::Random(seed);
        let mut tried = Tried::default();
        let hit = self.least_loaded(ask).find_map(|at| self.in_cluster(at, ask, &order, &mut tried));
        hit.or_else(|| self.walk(ask, &order))
    }

    /// The first few clusters that have room, least loaded first; none if no host holds the demand.
    fn least_loaded(&self, ask: &Ask<'_>) -> impl Iterator<Item = usize> {
        let holds = |zone: &&ZoneRow| zone.shelf.fitting(ask.need, self.columns(zone, ask)).next().is_some();
        let zone = self.zone_row(ask.demand.scope.zone).filter(holds);
        let need = ask.need;
        zone.into_iter()
            .flat_map(|zone| zone.loads.ascending().map(|position| zone.clusters[position] as usize))
            .take(FIRST_CLUSTERS)
            .filter(move |at| self.clusters[*at].room.is_some_and(|room| room.holds(need)))
    }

    /// The columns of the kinds of hosts that lack nothing of what never changes.
    fn columns(&self, zone: &ZoneRow, ask: &Ask<'_>) -> Columns {
        let lacks_nothing = |kind: &&u32| self.kind_lacks(&self.kinds[**kind as usize], ask, &mut First).is_continue();
        zone.kinds.iter().filter(lacks_nothing).fold(Columns::default(), |columns, kind| columns.with(*kind))
    }

    /// Hosts in scope, in their order.
    pub(super) fn slots_in_scope(&self, demand: &Demand) -> impl Iterator<Item = Slot> {
        self.clusters_in(demand.scope.zone)
            .filter(|at| {
                let facts = self.clusters[*at as usize].facts.as_ref();
                demand.scope.cluster.is_none_or(|id| facts.is_some_and(|facts| facts.id == id))
            })
            .flat_map(|at| &self.clusters[at as usize].hosts)
            .copied()
            .filter(|slot| self.in_scope(*slot, demand))
    }

    fn walk_best_fit(&self, ask: &Ask<'_>) -> Option<Placement> {
        let mut fitting: Vec<_> = self
            .slots_in_scope(ask.demand)
            .filter(|slot| self.fits(*slot, ask))
            .map(|slot| {
                let row = &self.rows[slot as usize];
                let free = row.free(ask.demand.ignore_reserved).unwrap_or_default();
                let limit = self.clusters[row.cluster as usize].room.filter(|_| ask.thresholds);
                (Reverse(self.priority(slot, ask.demand)), limit.map_or(free, |limit| free.least(limit)), slot)
            })
            .collect();
        fitting.sort_unstable();
        let mut tried = Tried::default();
        fitting.into_iter().find_map(|(_, _, slot)| self.place(slot, ask, &mut tried))
    }

    fn walk(&self, ask: &Ask<'_>, order: &dyn super::HostOrder) -> Option<Placement> {
        let demand = ask.demand;
        let mut clusters: Vec<_> = self
            .clusters_in(demand.scope.zone)
            .filter(|at| !self.clusters[*at as usize].hosts.is_empty())
            .map(|at| (load(&self.clusters[at as usize].rows, ask.policy.cluster_load), at))
            .collect();
        clusters.sort_unstable();
        let mut ids: Vec<_> =
            clusters.iter().filter_map(|(_, at)| Some(self.clusters[*at as usize].facts.as_ref()?.id)).collect();
        order.clusters(self, demand, &mut ids);
        let mut tried = Tried::default();
        ids.into_iter().filter_map(|id| self.cluster_at(id)).find_map(|at| self.in_cluster(at, ask, order, &mut tried))
    }

    /// The first host of a cluster, in this order, that takes the demand.
    fn in_cluster(
        &self,
        at: usize,
        ask: &Ask<'_>,
        order: &dyn super::HostOrder,
        tried: &mut Tried,
    ) -> Option<Placement> {
        let demand = ask.demand;
        let slots = self.clusters[at].hosts.iter().copied();
        let mut hosts: Vec<_> = slots
            .filter(|slot| self.in_scope(*slot, demand) && self.fits(*slot, ask))
            .map(|slot| self.ids[slot as usize])
            .collect();
        if hosts.is_empty() {
            return None;
        }
        order.hosts(self, demand, &mut hosts);
        if !demand.priority.is_empty() {
            hosts.sort_by_key(|id| Reverse(demand.priority.get(id).copied().unwrap_or(0)));
        }
        let mut slots = hosts.into_iter().filter_map(|id| self.slot(id));
        slots.find_map(|slot| self.place(slot, ask, tried))
    }

    fn priority(&self, slot: Slot, demand: &Demand) -> i32 {
        demand.priority.get(&self.ids[slot as usize]).copied().unwrap_or(0)
    }

    /// The placement on this host, if it fits and reaches a pool for every volume.
    fn place(&self, slot: Slot, ask: &Ask<'_>, tried: &mut Tried) -> Option<Placement> {
        if !self.fits(slot, ask) {
            return None;
        }
        let row = &self.rows[slot as usize];
        if tried.clusters.contains(&row.cluster) {
            return None;
        }
        let pools = match self.pools_for(slot, ask) {
            Ok(pools) => pools,
            Err(_) => {
                // Shared storage is the same for the whole cluster; local storage is each host's own.
                if ask.demand.volumes.iter().all(|volume| !volume.local && volume.placed.is_none()) {
                    tried.clusters.insert(row.cluster);
                }
                return None;
            }
        };
        let cluster = self.clusters[row.cluster as usize].facts.as_ref()?;
        let host = self.ids[slot as usize];
        Some(Placement { host, cluster: cluster.id, pod: cluster.pod, from_reserved: false, pools })
    }
}

/// What was tried without success in one search.
#[derive(Debug, Default)]
struct Tried {
    /// Clusters whose shared storage does not take the volumes.
    clusters: BTreeSet<u32>,
}

/// Storage for the volumes of a machine.
impl Fleet {
    /// A pool for each volume of the demand, in its order, or the first volume that no pool takes.
    ///
    /// Larger volumes choose first. Local pools of the host, or else pools of its cluster, or else of its zone are the
    /// candidates; each must hold all volumes that go to it together (STOR-01).
    pub(super) fn pools_for(&self, slot: Slot, ask: &Ask<'_>) -> Result<Vec<PoolId>, usize> {
        let volumes = &ask.demand.volumes;
        if volumes.is_empty() {
            return Ok(Vec::new());
        }
        let mut order: Vec<usize> = (0..volumes.len()).collect();
        order.sort_by_key(|nth| Reverse(volumes[*nth].bytes));
        let mut chosen: Vec<Option<PoolId>> = vec![None; volumes.len()];
        for nth in order {
            let volume = &volumes[nth];
            let candidates = self.candidates(slot, volume, ask);
            let beside = |pool: PoolId| -> Bytes {
                let there =
                    chosen.iter().zip(volumes).filter(|(at, other)| **at == Some(pool) && other.placed.is_none());
                there.map(|(_, other)| other.bytes).sum()
            };
            let takes = |pool: &&Pool| self.pool_takes(pool, volume, beside(pool.id), slot, ask);
            chosen[nth] = Some({ candidates }.iter().find(|pool| takes(pool)).map(|pool| pool.id).ok_or(nth)?);
        }
        Ok(chosen.into_iter().flatten().collect())
    }

    /// Pools that would take the volume alone: of the first reach that has any, in the policy's order.
    fn candidates(&self, slot: Slot, volume: &VolumeDemand, ask: &Ask<'_>) -> Vec<&Pool> {
        let takes = |pool: &&Pool| self.pool_takes(pool, volume, Bytes::ZERO, slot, ask);
        if let Some(placed) = volume.placed {
            let reached = self.pools.get(&placed).filter(|pool| self.reaches(slot, pool));
            return reached.filter(takes).into_iter().collect();
        }
        let reaches = self.reaches_of(slot);
        let mut pools = reaches.iter().map(|reach| self.pools_at(*reach).filter(takes).collect::<Vec<_>>());
        let mut pools = pools.find(|pools| !pools.is_empty()).unwrap_or_default();
        match ask.policy.pools {
            PoolOrder::FirstFit => {}
            PoolOrder::Random(seed) => Seed::new(seed).shuffle(&mut pools),
            PoolOrder::Dispersing => {
                pools.sort_by_key(|pool| ask.demand.owned_volumes.get(&pool.id).copied().unwrap_or(0));
            }
            PoolOrder::LeastConsumed => pools.sort_by_key(|pool| pool.load()),
        }
        if let Some(preferred) = volume.preferred {
            pools.sort_by_key(|pool| pool.id != preferred);
        }
        pools
    }

    fn pool_takes(&self, pool: &Pool, volume: &VolumeDemand, beside: Bytes, slot: Slot, ask: &Ask<'_>) -> bool {
        pool_lacks(pool, self.pool_ask(volume, beside, slot, ask), &mut |_| false)
    }

    pub(super) fn pool_ask<'a>(
        &'a self,
        volume: &'a VolumeDemand,
        beside: Bytes,
        slot: Slot,
        ask: &Ask<'a>,
    ) -> PoolAsk<'a> {
        let cluster = &self.clusters[self.rows[slot as usize].cluster as usize];
        let hypervisor = cluster.facts.as_ref().map(|facts| &facts.hypervisor);
        PoolAsk { volume, beside, hypervisor, avoid: &ask.demand.avoid.pools }
    }

    /// From whom the host can have storage, nearest first.
    pub(super) fn reaches_of(&self, slot: Slot) -> Vec<Reach> {
        let cluster = self.clusters[self.rows[slot as usize].cluster as usize].facts.as_ref();
        let mut reaches = vec![Reach::Host(self.ids[slot as usize])];
        reaches.extend(cluster.iter().flat_map(|facts| [Reach::Cluster(facts.id), Reach::Zone(facts.zone)]));
        reaches
    }

    pub(super) fn pools_at(&self, reach: Reach) -> impl Iterator<Item = &Pool> {
        self.pools_by_reach.get(&reach).into_iter().flatten().filter_map(|id| self.pools.get(id))
    }

    pub(super) fn reaches(&self, slot: Slot, pool: &Pool) -> bool {
        self.reaches_of(slot).contains(&pool.reach)
    }
}

/// The load clusters are compared by.
fn load(rows: &Capacity, by: ClusterLoad) -> u64 {
    match by {
        ClusterLoad::Cpu => rows.cpu.load(),
        ClusterLoad::Ram => rows.ram.load(),
        ClusterLoad::Combined(weight) => {
            let weight = u128::from(weight.min(1_000));
            let sum = u128::from(rows.cpu.load()) * weight + u128::from(rows.ram.load()) * (1_000 - weight);
            u64::try_from(sum / 1_000).unwrap_or(u64::MAX)
        }
    }
}

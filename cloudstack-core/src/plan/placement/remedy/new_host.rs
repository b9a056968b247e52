//! A host made for a demand: what to buy when nothing that is there will do.

use crate::{
    base::{
        Bytes, Mhz, Mib,
        id::{ClusterId, EntityId, HostId, PodId, PoolId},
    },
    plan::{
        capacity::DISABLE_THRESHOLD,
        placement::{Cluster, Demand, Fleet, Host, Mismatch, check::Ask},
        storage::{Pool, Reach, VolumeDemand},
    },
};

/// A host made for a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHost {
    /// Its cluster.
    pub cluster: Cluster,
    /// Itself.
    pub host: Host,
    /// Its storage.
    pub pools: Vec<Pool>,
}

impl NewHost {
    /// A host for this demand, sized so that it stays below the default thresholds.
    pub(super) fn for_demand(fleet: &Fleet, ask: &Ask<'_>) -> Self {
        let demand = ask.demand;
        let zone = demand.scope.zone;
        let below = |need: u64| {
            let total = (u128::from(need) * 1_000).div_ceil(u128::from(DISABLE_THRESHOLD));
            u64::try_from(total).unwrap_or(u64::MAX)
        };
        let speed = demand.speed.0.max(1);
        let cores = below(ask.need.cpu).div_ceil(speed).max(u64::from(demand.cores)).max(1);
        let cores = u32::try_from(cores).unwrap_or(u32::MAX);

        let id: ClusterId =
            fresh(fleet.clusters().map(|cluster| cluster.id).chain(demand.avoid.clusters.iter().copied()));
        let host = fresh(fleet.ids.iter().chain(&demand.avoid.hosts).copied());
        let pods = || fleet.clusters().map(|cluster| cluster.pod).chain(demand.avoid.pods.iter().copied());
        let pod = demand.scope.pod.filter(|pod| !demand.avoid.pods.contains(pod));
        let pod: PodId = pod.unwrap_or_else(|| fresh(pods()));
        let kind_of_zone =
            || fleet.clusters().find(|cluster| cluster.zone == zone).map(|found| found.hypervisor.clone());
        let hypervisor = demand.hypervisor.clone().or_else(kind_of_zone).unwrap_or_else(|| "any".into());

        let mut host = Host::new(host, id, cores, Mhz(speed), Mib(below(ask.need.ram)));
        host.tags = match &ask.policy.ha_tag {
            Some(tag) if demand.ha => [tag.clone()].into(),
            _ => demand.tags.clone(),
        };
        let moving: Vec<_> = demand.volumes.iter().filter(|volume| !Self::stays(volume, fleet, demand)).collect();
        let pools = new_pools(fleet, demand, &moving, host.id, id);
        Self { cluster: Cluster { hypervisor, ..Cluster::new(id, pod, zone, "") }, host, pools }
    }

    /// Whether the new host reaches the pool that a volume is on.
    fn stays(volume: &VolumeDemand, fleet: &Fleet, demand: &Demand) -> bool {
        let pool = volume.placed.and_then(|id| fleet.pool(id));
        pool.is_some_and(|pool| {
            pool.up && pool.reach == Reach::Zone(demand.scope.zone) && !demand.avoid.pools.contains(&pool.id)
        })
    }

    pub(super) fn apply(&self, fleet: &mut Fleet, demand: &mut Demand) -> Result<(), Mismatch> {
        fleet.upsert_cluster(self.cluster.clone());
        fleet.upsert_host(self.host.clone())?;
        let stays: Vec<_> = demand.volumes.iter().map(|volume| Self::stays(volume, fleet, demand)).collect();
        for (volume, stays) in demand.volumes.iter_mut().zip(stays) {
            volume.placed = volume.placed.filter(|_| stays);
        }
        self.pools.iter().for_each(|pool| fleet.upsert_pool(pool.clone()));
        let scope = &mut demand.scope;
        scope.pod = scope.pod.map(|_| self.cluster.pod);
        scope.cluster = scope.cluster.map(|_| self.cluster.id);
        scope.host = scope.host.map(|_| self.host.id);
        if !demand.among.is_empty() {
            demand.among.insert(self.host.id);
        }
        Ok(())
    }
}

/// Pools that take these volumes: one on the cluster for the shared, one on the host for the local ones.
pub(super) fn new_pools(
    fleet: &Fleet,
    demand: &Demand,
    volumes: &[&VolumeDemand],
    host: HostId,
    cluster: ClusterId,
) -> Vec<Pool> {
    let mut next: PoolId = fresh(fleet.pools.keys().chain(&demand.avoid.pools).copied());
    let mut pools = Vec::new();
    for (local, reach) in [(false, Reach::Cluster(cluster)), (true, Reach::Host(host))] {
        let those = || volumes.iter().filter(|volume| volume.local == local);
        if those().next().is_none() {
            continue;
        }
        let mut pool = Pool::new(next, reach, Bytes::ZERO);
        next = fresh([next].into_iter());
        pool.tags = those().flat_map(|volume| volume.tags.iter().cloned()).collect();
        let bytes = those().map(|volume| volume.bytes).sum();
        pool.capacity = pool.size_for(bytes).unwrap_or(Bytes(u64::MAX));
        pools.push(pool);
    }
    pools
}

/// An id above all these.
fn fresh<I: EntityId>(ids: impl Iterator<Item = I>) -> I {
    I::from_u128(ids.map(I::to_u128).max().unwrap_or(0).saturating_add(1))
}

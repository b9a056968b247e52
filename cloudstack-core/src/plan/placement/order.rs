//! Planners: the order in which clusters, and hosts in a cluster, are tried. What fits is judged elsewhere.

use std::{collections::BTreeMap, fmt::Debug, sync::Arc};

use super::{Demand, Fleet};
use crate::base::{
    Seed,
    id::{ClusterId, HostId},
};

/// An order of clusters and hosts. Add a planner by implementing it (HIER-26).
///
/// An order must depend on its arguments alone, so that the same fleet and demand give the same answer. Leaving a cluster
/// or host out means it is not tried.
///
/// ```
/// use std::sync::Arc;
/// use cloudstack_core::base::id::{ClusterId, HostId};
/// use cloudstack_core::plan::placement::{Demand, Fleet, HostOrder, Planner, Policy};
///
/// /// Takes the newest host first.
/// #[derive(Debug)]
/// struct Newest;
///
/// impl HostOrder for Newest {
///     fn clusters(&self, _: &Fleet, _: &Demand, _by_load: &mut Vec<ClusterId>) {}
///     fn hosts(&self, _: &Fleet, _: &Demand, hosts: &mut Vec<HostId>) {
///         hosts.reverse();
///     }
/// }
///
/// let policy = Policy { planner: Planner::Custom(Arc::new(Newest)), ..Policy::default() };
/// # let _ = policy;
/// ```
pub trait HostOrder: Debug + Send + Sync {
    /// Puts clusters into the order they are tried in; they come least loaded first.
    fn clusters(&self, fleet: &Fleet, demand: &Demand, by_load: &mut Vec<ClusterId>);

    /// Puts hosts of one cluster into the order they are tried in; they come by id, and all of them fit.
    fn hosts(&self, fleet: &Fleet, demand: &Demand, hosts: &mut Vec<HostId>);
}

/// The planner of a policy. All but [`Planner::Custom`] are answered from an index.
#[derive(Debug, Clone, Default)]
pub enum Planner {
    /// The least loaded cluster, and in it the first host.
    #[default]
    FirstFit,
    /// The host with the least room that is enough, wherever it is: least processor, then least memory, then by id. Room
    /// is what the host has free, or what its cluster may still take below its thresholds if that is less.
    BestFit,
    /// The least loaded cluster, and in it any host; which one depends on the seed alone.
    Random(u64),
    /// Any other order.
    Custom(Arc<dyn HostOrder>),
}

impl Planner {
    /// A planner with this order.
    pub fn custom(order: impl HostOrder + 'static) -> Self {
        Self::Custom(Arc::new(order))
    }
}

/// Clusters by load, hosts by id.
#[derive(Debug, Clone, Copy)]
pub struct FirstFit;

impl HostOrder for FirstFit {
    fn clusters(&self, _: &Fleet, _: &Demand, _: &mut Vec<ClusterId>) {}
    fn hosts(&self, _: &Fleet, _: &Demand, _: &mut Vec<HostId>) {}
}

/// Clusters by load, hosts by how little room they have left.
#[derive(Debug, Clone, Copy)]
pub struct BestFit;

impl HostOrder for BestFit {
    fn clusters(&self, _: &Fleet, _: &Demand, _: &mut Vec<ClusterId>) {}
    fn hosts(&self, fleet: &Fleet, _: &Demand, hosts: &mut Vec<HostId>) {
        let free = |id: &HostId| fleet.host_capacity(*id).map(|rows| (rows.cpu.free(), rows.ram.free()));
        hosts.sort_by_cached_key(free);
    }
}

/// Clusters by load, hosts with the largest free share of processor first.
#[derive(Debug, Clone, Copy)]
pub struct LeastConsumed;

impl HostOrder for LeastConsumed {
    fn clusters(&self, _: &Fleet, _: &Demand, _: &mut Vec<ClusterId>) {}
    fn hosts(&self, fleet: &Fleet, _: &Demand, hosts: &mut Vec<HostId>) {
        hosts.sort_by_cached_key(|id| fleet.host_capacity(*id).map(|rows| rows.cpu.load()));
    }
}

/// Clusters by load, hosts shuffled; the order depends on the seed alone.
#[derive(Debug, Clone, Copy)]
pub struct Random(pub u64);

impl HostOrder for Random {
    fn clusters(&self, _: &Fleet, _: &Demand, _: &mut Vec<ClusterId>) {}
    fn hosts(&self, _: &Fleet, _: &Demand, hosts: &mut Vec<HostId>) {
        Seed::new(self.0).shuffle(hosts);
    }
}

/// Clusters and hosts with the fewest machines of the owner first.
#[derive(Debug, Clone, Copy)]
pub struct Dispersing {
    /// How much the number of machines counts against the processor load of a cluster, in thousandths; at 1,000 load only
    /// decides between equals.
    pub weight: u32,
}

impl Default for Dispersing {
    fn default() -> Self {
        Self { weight: 1_000 }
    }
}

impl HostOrder for Dispersing {
    fn clusters(&self, fleet: &Fleet, demand: &Demand, by_load: &mut Vec<ClusterId>) {
        let owned = owned_by_cluster(fleet, demand);
        let all = u128::from(owned.values().sum::<u64>().max(1));
        let weight = u128::from(self.weight.min(1_000));
        by_load.sort_by_cached_key(|id| {
            let count = u128::from(owned.get(id).copied().unwrap_or(0));
            let load = fleet.cluster_capacity(*id).map_or(0, |rows| u128::from(rows.cpu.load()));
            let by_load = if weight == 1_000 { 0 } else { load * (1_000 - weight) };
            by_load + ((count << 32) / all) * weight
        });
    }

    fn hosts(&self, _: &Fleet, demand: &Demand, hosts: &mut Vec<HostId>) {
        hosts.sort_by_key(|id| demand.owned.get(id).copied().unwrap_or(0));
    }
}

/// Pods where the owner has machines first, most machines first; then the rest. Hosts by id.
#[derive(Debug, Clone, Copy)]
pub struct ConcentratedPod;

impl HostOrder for ConcentratedPod {
    fn clusters(&self, fleet: &Fleet, demand: &Demand, by_load: &mut Vec<ClusterId>) {
        let mut pods = BTreeMap::new();
        for (cluster, count) in owned_by_cluster(fleet, demand) {
            if let Some(cluster) = fleet.cluster(cluster) {
                *pods.entry(cluster.pod).or_insert(0) += count;
            }
        }
        by_load.sort_by_cached_key(|id| {
            let cluster = fleet.cluster(*id);
            let count = cluster.and_then(|cluster| pods.get(&cluster.pod)).copied().unwrap_or(0);
            // Clusters of one pod stay together even if another pod has as many.
            (std::cmp::Reverse(count), cluster.filter(|_| count > 0).map(|cluster| cluster.pod))
        });
    }

    fn hosts(&self, _: &Fleet, _: &Demand, _: &mut Vec<HostId>) {}
}

fn owned_by_cluster(fleet: &Fleet, demand: &Demand) -> BTreeMap<ClusterId, u64> {
    let mut counts = BTreeMap::new();
    for (host, count) in &*demand.owned {
        if let Some(host) = fleet.host(*host) {
            *counts.entry(host.cluster).or_insert(0) += u64::from(*count);
        }
    }
    counts
}

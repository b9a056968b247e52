//! What would have to change for a demand to fit: the smallest single change, tried out before it is named.

mod new_host;
mod search;

use std::{fmt, sync::Arc};

pub use new_host::NewHost;

use super::{Demand, Fleet, Host, Mismatch, Resource, Scoped, check::Figure};
use crate::{
    base::{
        Bytes, Mhz, Mib,
        id::{ClusterId, HostId, PoolId},
    },
    plan::storage::{Pool, Reach},
};

/// A change after which a demand fits.
///
/// The variants are in order of cost, cheapest first: an order of an operator's trouble, from a decision, over a setting, to a
/// purchase. Of one kind, the least in amount is the smallest, then the first by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Take a pod, cluster or host out of what is avoided.
    StopAvoiding(Scoped),
    /// Take a pool out of what is avoided.
    StopAvoidingPool(PoolId),
    /// Let the host take new machines.
    EnableHost(HostId),
    /// Let the cluster take new machines.
    EnableCluster(ClusterId),
    /// Make the host reachable.
    BringUpHost(HostId),
    /// Make the pool usable.
    BringUpPool(PoolId),
    /// Give the host a tag.
    AddHostTag {
        /// The host.
        host: HostId,
        /// The tag.
        tag: Arc<str>,
    },
    /// Take a tag from the host.
    RemoveHostTag {
        /// The host.
        host: HostId,
        /// The tag.
        tag: Arc<str>,
    },
    /// Give the pool a tag.
    AddPoolTag {
        /// The pool.
        pool: PoolId,
        /// The tag.
        tag: Arc<str>,
    },
    /// Let affinity include the host.
    WidenAffinity(HostId),
    /// Raise the number of guests the host may run.
    RaiseMaxGuests {
        /// The host.
        host: HostId,
        /// The new limit.
        to: u32,
    },
    /// Raise a threshold of the cluster.
    RaiseThreshold {
        /// The cluster.
        cluster: ClusterId,
        /// Of which resource.
        resource: Resource,
        /// The new threshold, in thousandths.
        to: u32,
    },
    /// Raise an over-commit ratio of the cluster.
    RaiseOvercommit {
        /// The cluster.
        cluster: ClusterId,
        /// Of which resource.
        resource: Resource,
        /// The new ratio, in thousandths.
        to: u32,
    },
    /// Let volumes leave the pools they are on.
    MoveVolumes,
    /// Ask for less.
    ShrinkDemand {
        /// Cores.
        cores: u32,
        /// Speed of each.
        speed: Mhz,
        /// Memory.
        ram: Mib,
    },
    /// Make the pool larger.
    GrowPool {
        /// The pool.
        pool: PoolId,
        /// By how much.
        by: Bytes,
    },
    /// Make the host larger.
    GrowHost {
        /// The host.
        host: HostId,
        /// More cores.
        cores: u32,
        /// More memory.
        ram: Mib,
    },
    /// Add pools.
    AddPools(Vec<Pool>),
    /// Add a host, in a cluster of its own, with pools for the volumes it cannot reach; if the demand is narrowed to a pod,
    /// cluster or host, or by affinity, the new one is meant from then on.
    AddHost(Box<NewHost>),
}

impl Remedy {
    /// Makes the change. The fleet or the demand may need it, so both are given; applying it twice is harmless only where it
    /// says what to set, not by how much.
    ///
    /// # Errors
    /// [`Mismatch`] when it is about something the fleet does not know.
    pub fn apply(&self, fleet: &mut Fleet, demand: &mut Demand) -> Result<(), Mismatch> {
        match self {
            Self::StopAvoiding(Scoped::Pod(id)) => drop(demand.avoid.pods.remove(id)),
            Self::StopAvoiding(Scoped::Cluster(id)) => drop(demand.avoid.clusters.remove(id)),
            Self::StopAvoiding(Scoped::Host(id)) => drop(demand.avoid.hosts.remove(id)),
            Self::StopAvoidingPool(id) => drop(demand.avoid.pools.remove(id)),
            Self::WidenAffinity(id) => drop(demand.among.insert(*id)),
            Self::MoveVolumes => demand.volumes.iter_mut().for_each(|volume| volume.placed = None),
            Self::ShrinkDemand { cores, speed, ram } => {
                (demand.cores, demand.speed, demand.ram) = (*cores, *speed, *ram);
            }
            Self::AddHost(new) => return new.apply(fleet, demand),
            Self::AddPools(pools) => pools.iter().for_each(|pool| fleet.upsert_pool(pool.clone())),
            Self::BringUpPool(_) | Self::AddPoolTag { .. } | Self::GrowPool { .. } => return self.apply_to_pool(fleet),
            Self::EnableCluster(_) | Self::RaiseThreshold { .. } | Self::RaiseOvercommit { .. } => {
                return self.apply_to_cluster(fleet);
            }
            Self::EnableHost(_)
            | Self::BringUpHost(_)
            | Self::AddHostTag { .. }
            | Self::RemoveHostTag { .. }
            | Self::RaiseMaxGuests { .. }
            | Self::GrowHost { .. } => return self.apply_to_host(fleet),
        }
        Ok(())
    }

    fn apply_to_host(&self, fleet: &mut Fleet) -> Result<(), Mismatch> {
        let (Self::EnableHost(id)
        | Self::BringUpHost(id)
        | Self::AddHostTag { host: id, .. }
        | Self::RemoveHostTag { host: id, .. }
        | Self::RaiseMaxGuests { host: id, .. }
        | Self::GrowHost { host: id, .. }) = self
        else {
            return Ok(());
        };
        let mut host = fleet.host(*id).ok_or(Mismatch::Host(*id))?.clone();
        match self {
            Self::EnableHost(_) => host.enabled = true,
            Self::BringUpHost(_) => host.up = true,
            Self::AddHostTag { tag, .. } => drop(host.tags.insert(tag.clone())),
            Self::RemoveHostTag { tag, .. } => drop(host.tags.remove(tag)),
            Self::RaiseMaxGuests { to, .. } => host.max_guests = Some(*to),
            Self::GrowHost { cores, ram, .. } => {
                (host.cores, host.ram) = (host.cores.saturating_add(*cores), host.ram.plus(*ram));
            }
            _ => {}
        }
        fleet.upsert_host(host)
    }

    fn apply_to_cluster(&self, fleet: &mut Fleet) -> Result<(), Mismatch> {
        let (Self::EnableCluster(id)
        | Self::RaiseThreshold { cluster: id, .. }
        | Self::RaiseOvercommit { cluster: id, .. }) = self
        else {
            return Ok(());
        };
        let mut cluster = fleet.cluster(*id).ok_or(Mismatch::Cluster(*id))?.clone();
        match self {
            Self::EnableCluster(_) => cluster.enabled = true,
            Self::RaiseThreshold { resource: Resource::Cpu, to, .. } => cluster.cpu_threshold = *to,
            Self::RaiseThreshold { resource: Resource::Ram, to, .. } => cluster.ram_threshold = *to,
            Self::RaiseOvercommit { resource: Resource::Cpu, to, .. } => cluster.cpu_overcommit = *to,
            Self::RaiseOvercommit { resource: Resource::Ram, to, .. } => cluster.ram_overcommit = *to,
            _ => {}
        }
        fleet.upsert_cluster(cluster);
        Ok(())
    }

    fn apply_to_pool(&self, fleet: &mut Fleet) -> Result<(), Mismatch> {
        let (Self::BringUpPool(id) | Self::AddPoolTag { pool: id, .. } | Self::GrowPool { pool: id, .. }) = self else {
            return Ok(());
        };
        let mut pool = fleet.pool(*id).ok_or(Mismatch::Pool(*id))?.clone();
        match self {
            Self::BringUpPool(_) => pool.up = true,
            Self::AddPoolTag { tag, .. } => drop(pool.tags.insert(tag.clone())),
            Self::GrowPool { by, .. } => pool.capacity = pool.capacity.plus(*by),
            _ => {}
        }
        fleet.upsert_pool(pool);
        Ok(())
    }

    /// Its place in the order of cost.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::StopAvoiding(_) | Self::StopAvoidingPool(_) => 0,
            Self::EnableHost(_) | Self::EnableCluster(_) => 1,
            Self::BringUpHost(_) | Self::BringUpPool(_) => 2,
            Self::AddHostTag { .. } | Self::RemoveHostTag { .. } | Self::AddPoolTag { .. } => 3,
            Self::WidenAffinity(_) => 4,
            Self::RaiseMaxGuests { .. } => 5,
            Self::RaiseThreshold { .. } => 6,
            Self::RaiseOvercommit { .. } => 7,
            Self::MoveVolumes => 8,
            Self::ShrinkDemand { .. } => 9,
            Self::GrowPool { .. } => 10,
            Self::GrowHost { .. } => 11,
            Self::AddPools(_) => 12,
            Self::AddHost(_) => 13,
        }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StopAvoiding(Scoped::Pod(id)) => write!(f, "stop avoiding pod {id}"),
            Self::StopAvoiding(Scoped::Cluster(id)) => write!(f, "stop avoiding cluster {id}"),
            Self::StopAvoiding(Scoped::Host(id)) => write!(f, "stop avoiding host {id}"),
            Self::StopAvoidingPool(id) => write!(f, "stop avoiding storage pool {id}"),
            Self::EnableHost(id) => write!(f, "enable host {id}"),
            Self::EnableCluster(id) => write!(f, "enable cluster {id}, and its pod and zone"),
            Self::BringUpHost(id) => write!(f, "bring host {id} up"),
            Self::BringUpPool(id) => write!(f, "bring storage pool {id} up"),
            Self::AddHostTag { host, tag } => write!(f, "give host {host} the tag `{tag}`"),
            Self::RemoveHostTag { host, tag } => write!(f, "take the tag `{tag}` from host {host}"),
            Self::AddPoolTag { pool, tag } => write!(f, "give storage pool {pool} the tag `{tag}`"),
            Self::WidenAffinity(id) => write!(f, "let affinity include host {id}"),
            Self::RaiseMaxGuests { host, to } => write!(f, "let host {host} run {to} guests"),
            Self::RaiseThreshold { cluster, resource, to } => {
                write!(f, "raise the {} threshold of cluster {cluster} to {}", name(*resource), Ratio(*to))
            }
            Self::RaiseOvercommit { cluster, resource, to } => {
                write!(f, "raise the {} over-commit of cluster {cluster} to {}", name(*resource), Ratio(*to))
            }
            Self::MoveVolumes => f.write_str("let its volumes move to other storage"),
            Self::ShrinkDemand { cores, speed, ram } => {
                let (speed, ram) = (Figure(speed.0), Figure(ram.0));
                write!(f, "ask for {cores} cores of {speed} MHz and {ram} MiB memory")
            }
            Self::GrowPool { pool, by } => write!(f, "add {} bytes to storage pool {pool}", Figure(by.0)),
            Self::GrowHost { host, cores, ram: Mib(0) } => write!(f, "add {cores} cores to host {host}"),
            Self::GrowHost { host, cores: 0, ram } => write!(f, "add {} MiB memory to host {host}", Figure(ram.0)),
            Self::GrowHost { host, cores, ram } => {
                write!(f, "add {cores} cores and {} MiB memory to host {host}", Figure(ram.0))
            }
            Self::AddPools(pools) => write!(f, "add {}", PoolList(pools)),
            Self::AddHost(new) => {
                let Host { cores, speed, ram, tags, .. } = &new.host;
                let (speed, ram, kind) = (Figure(speed.0), Figure(ram.0), &new.cluster.hypervisor);
                write!(f, "add a host of {cores} cores of {speed} MHz and {ram} MiB memory with hypervisor {kind}")?;
                tags.iter().try_for_each(|tag| write!(f, ", tag `{tag}`"))?;
                if new.pools.is_empty() { Ok(()) } else { write!(f, ", and {}", PoolList(&new.pools)) }
            }
        }
    }
}

const fn name(resource: Resource) -> &'static str {
    match resource {
        Resource::Cpu => "processor",
        Resource::Ram => "memory",
    }
}

/// Thousandths as a decimal.
struct Ratio(u32);

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

struct PoolList<'a>(&'a [Pool]);

impl fmt::Display for PoolList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, pool) in self.0.iter().enumerate() {
            let reach = if matches!(pool.reach, Reach::Host(_)) { "local" } else { "shared" };
            let and = if nth == 0 { "" } else { " and " };
            write!(f, "{and}a {reach} storage pool of {} bytes", Figure(pool.capacity.0))?;
            pool.tags.iter().try_for_each(|tag| write!(f, ", tag `{tag}`"))?;
        }
        Ok(())
    }
}

//! Where a machine goes: which host, which pools, and if nowhere, what each lacked and what would help.
//!
//! [`Fleet`] holds what there is and how much of it is taken, and changes only by deltas that have exact inverses.
//! [`Fleet::choose`] answers a [`Demand`] under a [`Policy`] with a [`Placement`] or a [`Refusal`]; it changes nothing, reads
//! no clock and draws no random number, so the same fleet and demand give the same answer.
//!
//! ```
//! use std::sync::Arc;
//! use cloudstack_core::base::{Mhz, Mib, id::{ClusterId, EntityId, HostId, PodId, ZoneId}};
//! use cloudstack_core::plan::placement::{Cluster, Demand, Fleet, Host, Policy};
//!
//! let (zone, pod, cluster) = (ZoneId::from_u128(1), PodId::from_u128(1), ClusterId::from_u128(1));
//! let mut fleet = Fleet::new();
//! fleet.upsert_cluster(Cluster::new(cluster, pod, zone, "Simulator"));
//! fleet.upsert_host(Host::new(HostId::from_u128(1), cluster, 4, Mhz(2_000), Mib::gib(16)))?;
//!
//! let small = Demand::new(zone, 1, Mhz(1_000), Mib::gib(1));
//! let placement = fleet.choose(&small, &Policy::default())?;
//! fleet.occupy(placement.host, small.load())?;
//!
//! let large = Demand::new(zone, 4, Mhz(2_000), Mib::gib(1));
//! let refusal = fleet.choose(&large, &Policy::default()).unwrap_err();
//! assert!(refusal.to_string().contains("lacks 1,000 MHz CPU (needs 8,000, 7,000 free of 8,000)"), "{refusal}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod choose;
mod fleet;
mod loads;
mod order;
mod refusal;
mod remedy;
mod shelf;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use check::{Lack, Resource, Scoped};
pub use choose::Placement;
pub use fleet::{Fleet, Mismatch, Use};
pub use order::{BestFit, ConcentratedPod, Dispersing, FirstFit, HostOrder, LeastConsumed, Planner, Random};
pub use refusal::{HostLack, PoolShort, Refusal};
pub use remedy::{NewHost, Remedy};

use super::{
    capacity,
    storage::{PoolOrder, VolumeDemand},
};
use crate::base::{
    Mhz, Mib,
    id::{ClusterId, HostId, PodId, PoolId, ZoneId},
};

/// A cluster: hosts of one hypervisor kind that share over-commit ratios and thresholds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its id; clusters with the same load are tried in the order of their ids.
    pub id: ClusterId,
    /// The pod it is in.
    pub pod: PodId,
    /// The zone it is in.
    pub zone: ZoneId,
    /// The kind of hypervisor of all its hosts.
    pub hypervisor: Arc<str>,
    /// How much processor is promised, in thousandths of what there is.
    pub cpu_overcommit: u32,
    /// How much memory is promised, in thousandths of what there is.
    pub ram_overcommit: u32,
    /// Above this share of processor nothing new is placed, in thousandths.
    pub cpu_threshold: u32,
    /// Above this share of memory nothing new is placed, in thousandths.
    pub ram_threshold: u32,
    /// Cluster, pod and zone all take new machines.
    pub enabled: bool,
}

impl Cluster {
    /// An enabled cluster without over-commit, with the default thresholds.
    #[must_use]
    pub fn new(id: ClusterId, pod: PodId, zone: ZoneId, hypervisor: &str) -> Self {
        Self {
            id,
            pod,
            zone,
            hypervisor: hypervisor.into(),
            cpu_overcommit: 1_000,
            ram_overcommit: 1_000,
            cpu_threshold: capacity::DISABLE_THRESHOLD,
            ram_threshold: capacity::DISABLE_THRESHOLD,
            enabled: true,
        }
    }
}

/// A host, as it reports itself, without over-commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its id; hosts that are equally good are taken in the order of their ids.
    pub id: HostId,
    /// The cluster it is in.
    pub cluster: ClusterId,
    /// Processor cores, hyper-threads included.
    pub cores: u32,
    /// Speed of each core.
    pub speed: Mhz,
    /// Memory.
    pub ram: Mib,
    /// Its tags.
    pub tags: BTreeSet<Arc<str>>,
    /// Most guests it may run, system machines included; `None` for any number (OFFR-06).
    pub max_guests: Option<u32>,
    /// Reachable.
    pub up: bool,
    /// Takes new machines: not disabled, not in maintenance.
    pub enabled: bool,
}

impl Host {
    /// A host that is up and enabled, without tags and guest limit.
    #[must_use]
    pub const fn new(id: HostId, cluster: ClusterId, cores: u32, speed: Mhz, ram: Mib) -> Self {
        Self { id, cluster, cores, speed, ram, tags: BTreeSet::new(), max_guests: None, up: true, enabled: true }
    }
}

/// What a machine takes of a host: cores × speed, and memory.
///
/// A machine that was started under another over-commit ratio counts scaled: size × cluster's ratio now ÷ ratio at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Processor.
    pub cpu: Mhz,
    /// Memory.
    pub ram: Mib,
}

/// The part of the cloud that may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// This zone.
    pub zone: ZoneId,
    /// Only this pod of it.
    pub pod: Option<PodId>,
    /// Only this cluster of it.
    pub cluster: Option<ClusterId>,
    /// Only this host; then its tags and the thresholds of its cluster do not matter.
    pub host: Option<HostId>,
}

/// What must not be taken: dedicated to others, tried before without success, or ruled out by affinity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Avoid {
    /// Hosts.
    pub hosts: BTreeSet<HostId>,
    /// Clusters.
    pub clusters: BTreeSet<ClusterId>,
    /// Pods.
    pub pods: BTreeSet<PodId>,
    /// Storage pools.
    pub pools: BTreeSet<PoolId>,
}

/// What a machine needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Cores; the host must have as many, however busy.
    pub cores: u32,
    /// Speed of each; the host's cores must be as fast.
    pub speed: Mhz,
    /// Memory.
    pub ram: Mib,
    /// The kind of hypervisor; `None` for any.
    pub hypervisor: Option<Arc<str>>,
    /// Tags the host must have, all of them (OFFR-08).
    pub tags: BTreeSet<Arc<str>>,
    /// Where to look.
    pub scope: Scope,
    /// Where not to.
    pub avoid: Avoid,
    /// Only these hosts, if any are named (strict affinity).
    pub among: BTreeSet<HostId>,
    /// Hosts to try earlier (positive) or later (negative) within their cluster (loose affinity).
    pub priority: BTreeMap<HostId, i32>,
    /// The host the machine ran on last: it is tried first, with what is reserved there.
    pub last_host: Option<HostId>,
    /// A restart because the host failed: with an HA tag set, only hosts with that tag, whatever the offering's tags are
    /// (OFFR-07); thresholds are given up when they leave no host.
    pub ha: bool,
    /// Do not look at cluster thresholds.
    pub skip_thresholds: bool,
    /// Take what is reserved for stopped machines as free.
    pub ignore_reserved: bool,
    /// Disabled hosts and clusters will do.
    pub allow_disabled: bool,
    /// How many machines of the owner each host carries, for [`Dispersing`] and [`ConcentratedPod`].
    pub owned: Arc<BTreeMap<HostId, u32>>,
    /// How many volumes of the owner each pool carries, for [`PoolOrder::Dispersing`].
    pub owned_volumes: BTreeMap<PoolId, u32>,
    /// Its volumes.
    pub volumes: Vec<VolumeDemand>,
}

impl Demand {
    /// A machine of this size anywhere in this zone.
    #[must_use]
    pub fn new(zone: ZoneId, cores: u32, speed: Mhz, ram: Mib) -> Self {
        Self {
            cores,
            speed,
            ram,
            hypervisor: None,
            tags: BTreeSet::new(),
            scope: Scope { zone, pod: None, cluster: None, host: None },
            avoid: Avoid::default(),
            among: BTreeSet::new(),
            priority: BTreeMap::new(),
            last_host: None,
            ha: false,
            skip_thresholds: false,
            ignore_reserved: false,
            allow_disabled: false,
            owned: Arc::default(),
            owned_volumes: BTreeMap::new(),
            volumes: Vec::new(),
        }
    }

    /// What it takes of a host.
    #[must_use]
    pub const fn load(&self) -> Load {
        Load { cpu: self.speed.times(self.cores as u64), ram: self.ram }
    }
}

/// Which load orders clusters, least loaded first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClusterLoad {
    /// Processor.
    #[default]
    Cpu,
    /// Memory.
    Ram,
    /// Both, processor with this weight in thousandths.
    Combined(u32),
}

/// How to choose among what fits.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The order of clusters and hosts.
    pub planner: Planner,
    /// What loads clusters are compared by.
    pub cluster_load: ClusterLoad,
    /// The order of pools.
    pub pools: PoolOrder,
    /// The tag of hosts that are kept for restarts after a failure (OFFR-07).
    pub ha_tag: Option<Arc<str>>,
}

//! What there is and how much of it is taken, with the orders that make choosing fast kept up to date.

mod keep;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use super::{
    Cluster, Host, Load,
    loads::Loads,
    shelf::{Room, Shelf, Slot},
};
use crate::{
    base::{
        Bytes, Mhz, Mib,
        id::{ClusterId, HostId, PoolId, ZoneId},
    },
    plan::{
        capacity::{Capacity, Row, StorageCapacity},
        storage::{Pool, Reach},
    },
};

/// A delta that does not match what the fleet holds; the fleet is as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// No such host.
    #[error("host {0} is not known")]
    Host(HostId),
    /// No such cluster.
    #[error("cluster {0} is not known")]
    Cluster(ClusterId),
    /// No such pool.
    #[error("storage pool {0} is not known")]
    Pool(PoolId),
    /// The cluster still has hosts.
    #[error("cluster {0} still has hosts")]
    ClusterInUse(ClusterId),
    /// More is given back than was taken of a host.
    #[error("host {0} has less taken than is given back")]
    HostOverdrawn(HostId),
    /// More is given back than was taken of a pool.
    #[error("storage pool {0} has less allocated than is given back")]
    PoolOverdrawn(PoolId),
}

/// What is taken of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Use {
    /// By machines on it.
    pub used: Load,
    /// Kept for machines that stopped on it.
    pub reserved: Load,
    /// Machines on it, system machines included.
    pub guests: u32,
}

/// The part of a host that decisions read, kept to two cache lines.
#[derive(Debug, Clone)]
#[repr(align(32))]
pub(super) struct HostRow {
    pub(super) cluster: u32,
    pub(super) kind: u32,
    pub(super) total: Room,
    pub(super) used: Room,
    pub(super) reserved: Room,
    pub(super) guests: u32,
    pub(super) max_guests: u32,
    pub(super) up: bool,
    pub(super) enabled: bool,
    /// Where it stands on the shelf of its zone.
    shelved: Option<Room>,
}

impl HostRow {
    pub(super) fn rows(&self) -> Capacity {
        let row = |total, used, reserved| Row { total, used, reserved };
        Capacity {
            cpu: row(self.total.cpu, self.used.cpu, self.reserved.cpu),
            ram: row(self.total.ram, self.used.ram, self.reserved.ram),
        }
    }

    /// Free capacity; `None` when more is taken than there is.
    pub(super) fn free(&self, ignore_reserved: bool) -> Option<Room> {
        let reserved = if ignore_reserved { Room::default() } else { self.reserved };
        let left = |total: u64, used: u64, reserved: u64| total.checked_sub(used)?.checked_sub(reserved);
        Some(Room {
            cpu: left(self.total.cpu, self.used.cpu, reserved.cpu)?,
            ram: left(self.total.ram, self.used.ram, reserved.ram)?,
        })
    }
}

/// Hosts that no demand can tell apart but by their room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) zone: u32,
    pub(super) hypervisor: u32,
    pub(super) cores: u32,
    pub(super) speed: u64,
    /// Tags as bits, without zero words at the end.
    tags: Vec<u64>,
}

impl Kind {
    pub(super) fn has(&self, tag: u32) -> bool {
        self.tags.get(tag as usize / 64).is_some_and(|word| word >> (tag % 64) & 1 == 1)
    }
}

#[derive(Debug, Clone)]
pub(super) struct ClusterRow {
    pub(super) facts: Option<Cluster>,
    pub(super) hypervisor: u32,
    pub(super) zone: u32,
    /// Where it stands among the clusters of its zone.
    position: usize,
    /// Its hosts, in their order.
    pub(super) hosts: Vec<Slot>,
    /// Sums over enabled hosts, after over-commit.
    pub(super) rows: Capacity,
    /// What may still be taken below the thresholds.
    pub(super) room: Option<Room>,
    /// At least as large as any of its hosts.
    largest: Room,
    pub(super) enabled: bool,
}

#[derive(Debug, Clone)]
pub(super) struct ZoneRow {
    pub(super) id: ZoneId,
    /// Clusters by processor load.
    pub(super) loads: Loads,
    /// Clusters, in their order.
    pub(super) clusters: Vec<u32>,
    pub(super) kinds: Vec<u32>,
    /// Hosts that take new machines, by room.
    pub(super) shelf: Shelf,
}

/// Small numbers for texts that are compared often.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    numbers: BTreeMap<Arc<str>, u32>,
}

impl Names {
    pub(super) fn get(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The name of a number; for messages only, since it looks at all of them.
    pub(super) fn name(&self, number: u32) -> Arc<str> {
        let named = self.numbers.iter().find(|(_, other)| **other == number);
        named.map_or_else(|| "?".into(), |(name, _)| name.clone())
    }

    fn intern(&mut self, name: &Arc<str>) -> u32 {
        let next = u32::try_from(self.numbers.len()).expect("fewer than 2³² names");
        *self.numbers.entry(name.clone()).or_insert(next)
    }
}

/// Mixes an id: the same in every run, and enough for ids, which are made by ourselves and not by strangers.
#[derive(Debug, Clone, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u128((*byte).into()));
    }

    fn write_u128(&mut self, id: u128) {
        let mixed = (self.0 ^ (id as u64) ^ (id >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Hosts, clusters and pools, what is taken of them, and the orders that decisions are made by.
///
/// It is derived from rows: load them with [`Fleet::build`], then apply every change of a row as a delta. Each delta has an
/// exact inverse (`occupy`/`release`, `reserve`/`unreserve`, `pool_occupy`/`pool_release`, `upsert`/`remove` with the old
/// value), and two fleets are equal when they hold the same facts, whatever their histories; so a fleet that followed the
/// deltas can be checked against one built afresh.
///
/// Hosts and clusters are ordered by id. Adding one whose id is above all others costs little; any other costs a rebuild.
/// A clone copies everything.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    /// Ids of hosts in their order; a removed host keeps its place.
    pub(super) ids: Vec<HostId>,
    /// The place of each host that is there; only ever asked by id, never gone through.
    slots: HashMap<HostId, Slot, BuildHasherDefault<IdHasher>>,
    pub(super) rows: Vec<HostRow>,
    facts: Vec<Option<Host>>,
    cluster_ids: Vec<ClusterId>,
    pub(super) clusters: Vec<ClusterRow>,
    pub(super) zones: Vec<ZoneRow>,
    pub(super) kinds: Vec<Kind>,
    kind_numbers: BTreeMap<Kind, u32>,
    pub(super) tags: Names,
    pub(super) hypervisors: Names,
    pub(super) pools: BTreeMap<PoolId, Pool>,
    pub(super) pools_by_reach: BTreeMap<Reach, BTreeSet<PoolId>>,
}

impl Fleet {
    /// An empty fleet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A fleet with these, in any order, nothing taken.
    ///
    /// # Errors
    /// [`Mismatch::Cluster`] when a host is in a cluster that is not given.
    pub fn build(mut clusters: Vec<Cluster>, mut hosts: Vec<Host>, pools: Vec<Pool>) -> Result<Self, Mismatch> {
        clusters.sort_by_key(|cluster| cluster.id);
        hosts.sort_by_key(|host| host.id);
        let mut fleet = Self::new();
        clusters.into_iter().for_each(|cluster| fleet.upsert_cluster(cluster));
        hosts.into_iter().try_for_each(|host| fleet.upsert_host(host))?;
        pools.into_iter().for_each(|pool| fleet.upsert_pool(pool));
        Ok(fleet)
    }

    /// Adds a cluster, or takes over what changed about it.
    pub fn upsert_cluster(&mut self, cluster: Cluster) {
        match self.cluster_ids.binary_search(&cluster.id) {
            Ok(at) => {
                let hosts = self.clusters[at].hosts.clone();
                hosts.iter().for_each(|slot| self.detach(*slot));
                if self.clusters[at].facts.is_some() {
                    self.leave_zone(at);
                }
                self.fill_cluster(at, cluster);
                hosts.iter().for_each(|slot| self.attach(*slot));
                self.settle(at as u32, true);
            }
            Err(at) if at == self.cluster_ids.len() => {
                self.cluster_ids.push(cluster.id);
                self.clusters.push(ClusterRow {
                    facts: None,
                    hypervisor: 0,
                    zone: 0,
                    position: 0,
                    hosts: Vec::new(),
                    rows: Capacity::default(),
                    room: None,
                    largest: Room::default(),
                    enabled: false,
                });
                self.fill_cluster(at, cluster);
                self.settle(at as u32, true);
            }
            Err(_) => self.rebuild(Some(cluster), None),
        }
    }

    /// Forgets a cluster without hosts.
    ///
    /// # Errors
    /// [`Mismatch::Cluster`] when it is not known, [`Mismatch::ClusterInUse`] when it still has hosts.
    pub fn remove_cluster(&mut self, id: ClusterId) -> Result<Cluster, Mismatch> {
        let at = self.cluster_at(id).ok_or(Mismatch::Cluster(id))?;
        if !self.clusters[at].hosts.is_empty() {
            return Err(Mismatch::ClusterInUse(id));
        }
        self.leave_zone(at);
        self.clusters[at].facts.take().ok_or(Mismatch::Cluster(id))
    }

    /// Adds a host, or takes over what changed about it; what is taken of it stays.
    ///
    /// # Errors
    /// [`Mismatch::Cluster`] when its cluster is not known.
    pub fn upsert_host(&mut self, host: Host) -> Result<(), Mismatch> {
        let cluster = self.cluster_at(host.cluster).ok_or(Mismatch::Cluster(host.cluster))? as u32;
        match self.ids.binary_search(&host.id) {
            Ok(at) => {
                let slot = at as Slot;
                if self.facts[at].is_some() {
                    let old = self.rows[at].cluster;
                    self.detach(slot);
                    self.clusters[old as usize].hosts.retain(|other| *other != slot);
                    self.settle(old, true);
                }
                self.fill_host(slot, cluster, host);
            }
            Err(at) if at == self.ids.len() => {
                self.ids.push(host.id);
                self.facts.push(None);
                self.rows.push(HostRow {
                    cluster,
                    kind: 0,
                    total: Room::default(),
                    used: Room::default(),
                    reserved: Room::default(),
                    guests: 0,
                    max_guests: 0,
                    up: false,
                    enabled: false,
                    shelved: None,
                });
                self.fill_host(at as Slot, cluster, host);
            }
            Err(_) => self.rebuild(None, Some(host)),
        }
        Ok(())
    }

    /// Forgets a host and what was taken of it; answers both.
    ///
    /// # Errors
    /// [`Mismatch::Host`] when it is not known.
    pub fn remove_host(&mut self, id: HostId) -> Result<(Host, Use), Mismatch> {
        let slot = self.slot(id).ok_or(Mismatch::Host(id))?;
        let usage = self.use_of(slot);
        self.detach(slot);
        let row = &mut self.rows[slot as usize];
        (row.used, row.reserved, row.guests) = (Room::default(), Room::default(), 0);
        let cluster = row.cluster;
        self.clusters[cluster as usize].hosts.retain(|other| *other != slot);
        self.settle(cluster, true);
        self.slots.remove(&id);
        let host = self.facts[slot as usize].take().ok_or(Mismatch::Host(id))?;
        Ok((host, usage))
    }

    /// Sets whether a host is reachable and takes new machines.
    ///
    /// # Errors
    /// [`Mismatch::Host`] when it is not known.
    pub fn set_state(&mut self, id: HostId, up: bool, enabled: bool) -> Result<(), Mismatch> {
        let host = self.host(id).ok_or(Mismatch::Host(id))?;
        self.upsert_host(Host { up, enabled, ..host.clone() })
    }

    /// A machine of this load is on the host from now on. Nothing is refused for lack of room: this records what is.
    ///
    /// # Errors
    /// [`Mismatch::Host`] when the host is not known.
    pub fn occupy(&mut self, host: HostId, load: Load) -> Result<(), Mismatch> {
        self.change(host, |row| {
            row.used = add(row.used, load);
            row.guests += 1;
            Some(())
        })
    }

    /// A machine of this load has left the host: the inverse of [`Fleet::occupy`].
    ///
    /// # Errors
    /// [`Mismatch::Host`], or [`Mismatch::HostOverdrawn`] when less is used.
    pub fn release(&mut self, host: HostId, load: Load) -> Result<(), Mismatch> {
        self.change(host, |row| {
            (row.used, row.guests) = (subtract(row.used, load)?, row.guests.checked_sub(1)?);
            Some(())
        })
    }

    /// Keeps this load for a machine that stopped on the host.
    ///
    /// # Errors
    /// [`Mismatch::Host`] when the host is not known.
    pub fn reserve(&mut self, host: HostId, load: Load) -> Result<(), Mismatch> {
        self.change(host, |row| {
            row.reserved = add(row.reserved, load);
            Some(())
        })
    }

    /// Keeps this load no longer: the inverse of [`Fleet::reserve`].
    ///
    /// # Errors
    /// [`Mismatch::Host`], or [`Mismatch::HostOverdrawn`] when less is reserved.
    pub fn unreserve(&mut self, host: HostId, load: Load) -> Result<(), Mismatch> {
        self.change(host, |row| {
            row.reserved = subtract(row.reserved, load)?;
            Some(())
        })
    }

    /// Whether a load may be kept for a stopped machine: with it, no more is reserved than the host has.
    #[must_use]
    pub fn can_reserve(&self, host: HostId, load: Load) -> bool {
        self.slot(host).is_some_and(|slot| {
            let row = &self.rows[slot as usize];
            row.total.holds(add(row.reserved, load))
        })
    }

    /// Adds a pool, or takes over what changed about it.
    pub fn upsert_pool(&mut self, pool: Pool) {
        let _ = self.remove_pool(pool.id);
        self.pools_by_reach.entry(pool.reach).or_default().insert(pool.id);
        self.pools.insert(pool.id, pool);
    }

    /// Forgets a pool.
    ///
    /// # Errors
    /// [`Mismatch::Pool`] when it is not known.
    pub fn remove_pool(&mut self, id: PoolId) -> Result<Pool, Mismatch> {
        let pool = self.pools.remove(&id).ok_or(Mismatch::Pool(id))?;
        if let Some(beside) = self.pools_by_reach.get_mut(&pool.reach) {
            beside.remove(&id);
            if beside.is_empty() {
                self.pools_by_reach.remove(&pool.reach);
            }
        }
        Ok(pool)
    }

    /// Promises this much more of a pool.
    ///
    /// # Errors
    /// [`Mismatch::Pool`] when it is not known.
    pub fn pool_occupy(&mut self, id: PoolId, bytes: Bytes) -> Result<(), Mismatch> {
        let pool = self.pools.get_mut(&id).ok_or(Mismatch::Pool(id))?;
        pool.allocated = pool.allocated.plus(bytes);
        Ok(())
    }

    /// Promises this much less of a pool: the inverse of [`Fleet::pool_occupy`].
    ///
    /// # Errors
    /// [`Mismatch::Pool`], or [`Mismatch::PoolOverdrawn`] when less is allocated.
    pub fn pool_release(&mut self, id: PoolId, bytes: Bytes) -> Result<(), Mismatch> {
        let pool = self.pools.get_mut(&id).ok_or(Mismatch::Pool(id))?;
        pool.allocated.0 = pool.allocated.0.checked_sub(bytes.0).ok_or(Mismatch::PoolOverdrawn(id))?;
        Ok(())
    }

    /// Takes over what a pool reports as physically used.
    ///
    /// # Errors
    /// [`Mismatch::Pool`] when it is not known.
    pub fn pool_measured(&mut self, id: PoolId, used: Option<Bytes>) -> Result<(), Mismatch> {
        self.pools.get_mut(&id).ok_or(Mismatch::Pool(id))?.used = used;
        Ok(())
    }

    /// A host.
    #[must_use]
    pub fn host(&self, id: HostId) -> Option<&Host> {
        self.facts[self.slot(id)? as usize].as_ref()
    }

    /// What is taken of a host.
    #[must_use]
    pub fn usage(&self, id: HostId) -> Option<Use> {
        Some(self.use_of(self.slot(id)?))
    }

    /// A host's capacity after over-commit, and what is taken of it.
    #[must_use]
    pub fn host_capacity(&self, id: HostId) -> Option<Capacity> {
        Some(self.rows[self.slot(id)? as usize].rows())
    }

    /// A cluster.
    #[must_use]
    pub fn cluster(&self, id: ClusterId) -> Option<&Cluster> {
        self.clusters[self.cluster_at(id)?].facts.as_ref()
    }

    /// The sum over a cluster's enabled hosts, which its thresholds are held against.
    #[must_use]
    pub fn cluster_capacity(&self, id: ClusterId) -> Option<Capacity> {
        Some(self.clusters[self.cluster_at(id)?].rows)
    }

    /// The sum over a zone's enabled hosts.
    #[must_use]
    pub fn zone_capacity(&self, id: ZoneId) -> Capacity {
        self.clusters_in(id).map(|at| self.clusters[at as usize].rows).sum()
    }

    /// The sum over a zone's pools that are up.
    #[must_use]
    pub fn storage_capacity(&self, zone: ZoneId) -> StorageCapacity {
        let zone_of = |cluster: ClusterId| self.cluster(cluster).map(|cluster| cluster.zone);
        let row = |total: Bytes, used: Bytes| Row { total: total.0, used: used.0, reserved: 0 };
        let mut sum = StorageCapacity::default();
        for pool in self.pools.values().filter(|pool| pool.up) {
            let (at, local) = match pool.reach {
                Reach::Zone(zone) => (Some(zone), false),
                Reach::Cluster(cluster) => (zone_of(cluster), false),
                Reach::Host(host) => (self.host(host).and_then(|host| zone_of(host.cluster)), true),
            };
            if at != Some(zone) {
                continue;
            }
            let allocated = row(pool.promised(), pool.allocated);
            if local {
                sum.local = sum.local.plus(&allocated);
            } else {
                sum.allocated = sum.allocated.plus(&allocated);
                sum.used = sum.used.plus(&row(pool.capacity, pool.used.unwrap_or_default()));
            }
        }
        sum
    }

    /// A pool.
    #[must_use]
    pub fn pool(&self, id: PoolId) -> Option<&Pool> {
        self.pools.get(&id)
    }

    /// All hosts, in their order.
    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.facts.iter().flatten()
    }

    /// All clusters, in their order.
    pub fn clusters(&self) -> impl Iterator<Item = &Cluster> {
        self.clusters.iter().filter_map(|row| row.facts.as_ref())
    }

    /// All pools, in their order.
    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.pools.values()
    }

    /// The hosts of a cluster, in their order.
    pub fn hosts_of(&self, id: ClusterId) -> impl Iterator<Item = &Host> {
        let slots = self.cluster_at(id).map_or(&[][..], |at| &self.clusters[at].hosts);
        slots.iter().filter_map(|slot| self.facts[*slot as usize].as_ref())
    }

    pub(super) fn slot(&self, id: HostId) -> Option<Slot> {
        self.slots.get(&id).copied()
    }

    pub(super) fn facts(&self, slot: Slot) -> Option<&Host> {
        self.facts[slot as usize].as_ref()
    }

    pub(super) fn cluster_at(&self, id: ClusterId) -> Option<usize> {
        self.cluster_ids.binary_search(&id).ok().filter(|at| self.clusters[*at].facts.is_some())
    }

    pub(super) fn zone_row(&self, id: ZoneId) -> Option<&ZoneRow> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// The clusters of a zone, in their order.
    pub(super) fn clusters_in(&self, id: ZoneId) -> impl Iterator<Item = u32> {
        self.zone_row(id).into_iter().flat_map(|zone| &zone.clusters).copied()
    }

    pub(super) fn set_use(&mut self, id: HostId, usage: Use) {
        // A host that is not known has nothing to set.
        let _ = self.change(id, |row| {
            (row.used, row.reserved, row.guests) = (room(usage.used), room(usage.reserved), usage.guests);
            Some(())
        });
    }

    pub(super) fn use_of(&self, slot: Slot) -> Use {
        let row = &self.rows[slot as usize];
        Use { used: load(row.used), reserved: load(row.reserved), guests: row.guests }
    }
}

/// Equal when the facts are: what there is and what is taken of it.
impl PartialEq for Fleet {
    fn eq(&self, other: &Self) -> bool {
        let uses = |fleet: &Self| fleet.hosts().map(|host| fleet.usage(host.id)).collect::<Vec<_>>();
        self.clusters().eq(other.clusters())
            && self.hosts().eq(other.hosts())
            && self.pools == other.pools
            && uses(self) == uses(other)
    }
}

impl Eq for Fleet {}

const fn load(room: Room) -> Load {
    Load { cpu: Mhz(room.cpu), ram: Mib(room.ram) }
}

pub(super) const fn room(load: Load) -> Room {
    Room { cpu: load.cpu.0, ram: load.ram.0 }
}

const fn add(room: Room, load: Load) -> Room {
    Room { cpu: room.cpu.saturating_add(load.cpu.0), ram: room.ram.saturating_add(load.ram.0) }
}

fn subtract(room: Room, load: Load) -> Option<Room> {
    Some(Room { cpu: room.cpu.checked_sub(load.cpu.0)?, ram: room.ram.checked_sub(load.ram.0)? })
}

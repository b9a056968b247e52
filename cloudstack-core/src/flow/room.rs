//! What is derived from rows and kept beside the view: room on hosts and pools, free addresses, tags and hardware
//! addresses, who is in which security group, and what accounts hold and where. It follows every row change, forward and
//! back, and nothing else.

mod addresses;
mod counts;
mod groups;
mod owned;

pub use addresses::Addresses;
pub use counts::{Counts, Figure, LimitReached};
pub use groups::{Groups, named as groups_named};
pub use owned::Owned;

use crate::base::id::{ClusterId, EntityId, PodId, PoolId, ZoneId};
use crate::ledger::{Derived, Row};
use crate::model::infra::{Allocation, Cluster, Host, Pool, PoolState};
use crate::model::setting;
use crate::model::vm::Vm;
use crate::plan::placement::{self, Fleet, Load};
use crate::plan::{capacity, storage};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything derived from rows.
#[derive(Debug, Default)]
pub struct Room {
    /// Hosts and pools, and what is taken of them.
    pub fleet: Fleet,
    /// Addresses, tags and hardware addresses, and which are free.
    pub addresses: Addresses,
    /// Security groups, and who is in them.
    pub groups: Groups,
    /// What accounts and domains hold, and may hold.
    pub counts: Counts,
    /// Which hosts carry each account's machines.
    pub owned: Owned,
    places: Places,
}

/// What the fleet's clusters depend on beyond their own rows.
#[derive(Debug, Default)]
struct Places {
    clusters: BTreeMap<ClusterId, Arc<Cluster>>,
    unmanaged: BTreeSet<ClusterId>,
    closed_zones: BTreeSet<ZoneId>,
    closed_pods: BTreeSet<PodId>,
    /// What was set, by place (0: the whole cloud) and name.
    settings: BTreeMap<u128, BTreeMap<String, String>>,
    /// The zones of pools.
    pools: BTreeMap<PoolId, ZoneId>,
}

impl Places {
    /// A share in thousandths, from the settings: of the place itself, its zone, or the whole cloud.
    fn share(&self, name: &str, place: u128, zone: Option<ZoneId>) -> u32 {
        let default = setting::find(name).map_or("0.85", |s| s.default);
        let places = [Some(place), zone.map(EntityId::to_u128), Some(0)];
        let set = places.into_iter().flatten().find_map(|place| self.settings.get(&place)?.get(name));
        thousandths(set.map_or(default, String::as_str)).unwrap_or(capacity::DISABLE_THRESHOLD)
    }

    /// Follows a setting that was changed.
    fn follow_setting(&mut self, before: Option<&setting::Setting>, after: Option<&setting::Setting>) {
        if let Some(old) = before {
            let place = old.scope.place();
            if let Some(here) = self.settings.get_mut(&place) {
                here.remove(&old.name);
                if here.is_empty() {
                    self.settings.remove(&place);
                }
            }
        }
        if let Some(new) = after {
            self.settings.entry(new.scope.place()).or_default().insert(new.name.clone(), new.value.clone());
        }
    }

    /// The pool, with the thresholds of the settings.
    fn judged(&self, pool: storage::Pool) -> storage::Pool {
        let (place, zone) = (pool.id.to_u128(), self.pools.get(&pool.id).copied());
        storage::Pool {
            used_threshold: self.share("pool.storage.capacity.disablethreshold", place, zone),
            allocated_threshold: self.share("pool.storage.allocated.capacity.disablethreshold", place, zone),
            ..pool
        }
    }

    fn cluster(&self, row: &Cluster) -> placement::Cluster {
        let open = row.managed
            && row.allocation == Allocation::Enabled
            && !self.closed_zones.contains(&row.zone)
            && !self.closed_pods.contains(&row.pod);
        let (place, zone) = (row.id.to_u128(), Some(row.zone));
        placement::Cluster {
            cpu_overcommit: row.cpu_overcommit,
            ram_overcommit: row.ram_overcommit,
            cpu_threshold: self.share("cluster.cpu.allocated.capacity.disablethreshold", place, zone),
            ram_threshold: self.share("cluster.memory.allocated.capacity.disablethreshold", place, zone),
            enabled: open,
            ..placement::Cluster::new(row.id, row.pod, row.zone, &row.hypervisor)
        }
    }
}

/// A decimal number as thousandths, truncated.
#[must_use]
pub fn thousandths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u32>().ok()?.checked_mul(1_000)?.checked_add(digits.parse().ok()?)
}

impl Derived for Room {
    fn follow(&mut self, before: Option<&Row>, after: Option<&Row>) {
        self.counts.follow(before, after);
        match before.or(after) {
            Some(Row::Zone(_) | Row::Pod(_) | Row::Cluster(_) | Row::Setting(_)) => self.follow_place(before, after),
            Some(Row::Host(_)) => self.follow_host(row(before, host), row(after, host)),
            Some(Row::Pool(_)) => self.follow_pool(row(before, pool), row(after, pool)),
            Some(Row::Volume(_)) => self.follow_volume(before, after),
            Some(Row::Vm(_)) => self.follow_vm(row(before, vm), row(after, vm)),
            Some(Row::SecurityGroup(_)) => self.groups.follow_group(before, after),
            Some(_) => self.addresses.follow(before, after),
            None => {}
        }
    }
}

fn row<'a, R>(side: Option<&'a Row>, pick: fn(&'a Row) -> Option<&'a Arc<R>>) -> Option<&'a R> {
    side.and_then(pick).map(|r| &**r)
}
fn host(row: &Row) -> Option<&Arc<Host>> {
    if let Row::Host(r) = row { Some(r) } else { None }
}
fn pool(row: &Row) -> Option<&Arc<Pool>> {
    if let Row::Pool(r) = row { Some(r) } else { None }
}
fn setting_of(row: &Row) -> Option<&Arc<setting::Setting>> {
    if let Row::Setting(r) = row { Some(r) } else { None }
}
fn vm(row: &Row) -> Option<&Arc<Vm>> {
    if let Row::Vm(r) = row { Some(r) } else { None }
}

/// The rows and what is derived from them have parted: a mistake in this file or in the fleet, never of a caller.
fn parted(what: &str, why: impl std::fmt::Display) {
    tracing::error!(what, %why, "derived room does not follow its rows");
    debug_assert!(false, "{what}: {why}");
}

impl Room {
    /// The clusters whose hosts get no commands: nobody at all places a machine there (HIER-29).
    #[must_use]
    pub fn unmanaged(&self) -> &BTreeSet<ClusterId> {
        &self.places.unmanaged
    }

    fn follow_place(&mut self, before: Option<&Row>, after: Option<&Row>) {
        match (before, after) {
            (_, Some(Row::Zone(z))) => set(&mut self.places.closed_zones, z.id, z.allocation == Allocation::Disabled),
            (Some(Row::Zone(z)), None) => set(&mut self.places.closed_zones, z.id, false),
            (_, Some(Row::Pod(p))) => set(&mut self.places.closed_pods, p.id, p.allocation == Allocation::Disabled),
            (Some(Row::Pod(p)), None) => set(&mut self.places.closed_pods, p.id, false),
            (_, Some(Row::Setting(_))) | (Some(Row::Setting(_)), None) => {
                self.places.follow_setting(row(before, setting_of), row(after, setting_of));
            }
            (_, Some(Row::Cluster(c))) => {
                self.places.clusters.insert(c.id, Arc::clone(c));
                set(&mut self.places.unmanaged, c.id, !c.managed);
                return self.fleet.upsert_cluster(self.places.cluster(c));
            }
            (Some(Row::Cluster(c)), None) => {
                self.places.clusters.remove(&c.id);
                set(&mut self.places.unmanaged, c.id, false);
                if let Err(why) = self.fleet.remove_cluster(c.id) {
                    parted("cluster", why);
                }
                return;
            }
            _ => {}
        }
        for cluster in self.places.clusters.values() {
            self.fleet.upsert_cluster(self.places.cluster(cluster));
        }
        if let Some(Row::Setting(_)) = before.or(after) {
            let pools: Vec<storage::Pool> = self.fleet.pools().cloned().collect();
            for pool in pools {
                self.fleet.upsert_pool(self.places.judged(pool));
            }
        }
    }

    fn follow_host(&mut self, before: Option<&Host>, after: Option<&Host>) {
        let done = match (before, after) {
            (_, Some(h)) => self.fleet.upsert_host(placement::Host {
                tags: h.tags.iter().map(|t| t.as_str().into()).collect(),
                max_guests: h.max_guests,
                up: h.status == crate::model::infra::HostStatus::Up,
                enabled: h.resource == crate::model::infra::HostResource::Enabled,
                ..placement::Host::new(h.id, h.cluster, h.cores, h.speed, h.ram)
            }),
            (Some(h), None) => self.fleet.remove_host(h.id).map(drop),
            (None, None) => Ok(()),
        };
        if let Err(why) = done {
            parted("host", why);
        }
    }

    fn follow_pool(&mut self, before: Option<&Pool>, after: Option<&Pool>) {
        match (before, after) {
            (_, Some(p)) => {
                self.places.pools.insert(p.id, p.zone);
                let reach = match (p.host, p.cluster) {
                    (Some(host), _) => storage::Reach::Host(host),
                    (None, Some(cluster)) => storage::Reach::Cluster(cluster),
                    (None, None) => storage::Reach::Zone(p.zone),
                };
                let allocated = self.fleet.pool(p.id).map_or(crate::base::Bytes::ZERO, |known| known.allocated);
                self.fleet.upsert_pool(self.places.judged(storage::Pool {
                    used: Some(p.used),
                    allocated,
                    overprovisioning: p.overprovisioning,
                    tags: p.tags.iter().map(|t| t.as_str().into()).collect(),
                    up: p.state == PoolState::Up,
                    ..storage::Pool::new(p.id, reach, p.capacity)
                }));
            }
            (Some(p), None) => {
                self.places.pools.remove(&p.id);
                if let Err(why) = self.fleet.remove_pool(p.id) {
                    parted("storage pool", why);
                }
            }
            (None, None) => {}
        }
    }

    fn follow_volume(&mut self, before: Option<&Row>, after: Option<&Row>) {
        for (side, back) in [(before, true), (after, false)] {
            let Some(Row::Volume(v)) = side else { continue };
            let Some(pool) = v.pool else { continue };
            let done = if back { self.fleet.pool_release(pool, v.size) } else { self.fleet.pool_occupy(pool, v.size) };
            if let Err(why) = done {
                parted("volume", why);
            }
        }
    }

    fn follow_vm(&mut self, before: Option<&Vm>, after: Option<&Vm>) {
        let held = |vm: Option<&Vm>| vm.map(|v| (v.host, v.moving_to, v.reserved_on, v.cpu(), v.ram));
        if held(before) != held(after) {
            for (side, back) in [(before, true), (after, false)] {
                let Some(v) = side else { continue };
                let load = Load { cpu: v.cpu(), ram: v.ram };
                let fleet = &mut self.fleet;
                let used = v.hosts().map(|h| if back { fleet.release(h, load) } else { fleet.occupy(h, load) });
                let mut done: Result<(), _> = used.collect();
                if let Some(h) = v.reserved_on {
                    done = done.and(if back { fleet.unreserve(h, load) } else { fleet.reserve(h, load) });
                }
                if let Err(why) = done {
                    parted("vm", why);
                }
            }
        }
        self.groups.follow_vm(before, after);
        self.owned.follow_vm(before, after);
    }
}

fn set<T: Ord>(members: &mut BTreeSet<T>, member: T, inside: bool) {
    if inside {
        members.insert(member);
    } else {
        members.remove(&member);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn shares_are_read_as_thousandths() {
        let read = ["0.85", "1", "1.7957", "2.5", "", "x", "-1", "0.x"].map(super::thousandths);
        assert_eq!(read, [Some(850), Some(1_000), Some(1_795), Some(2_500), None, None, None, None]);
    }
}

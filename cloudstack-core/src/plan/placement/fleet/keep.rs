//! Keeping the orders up to date: what follows from each change of a host or cluster.

use super::{ClusterRow, Fleet, HostRow, Kind, Mismatch, ZoneRow};
use crate::{
    base::id::HostId,
    plan::{
        capacity::Capacity,
        placement::{
            Cluster, Host,
            loads::Loads,
            shelf::{Room, Shelf, Slot},
        },
    },
};

impl Fleet {
    /// Applies `f` to what is taken of a host, and everything that follows from it. Nothing changes when `f` answers `None`.
    pub(super) fn change(&mut self, id: HostId, f: impl FnOnce(&mut HostRow) -> Option<()>) -> Result<(), Mismatch> {
        let slot = self.slot(id).ok_or(Mismatch::Host(id))?;
        let row = &mut self.rows[slot as usize];
        let before = (row.used, row.reserved);
        f(row).ok_or(Mismatch::HostOverdrawn(id))?;
        let cluster = row.cluster;
        if row.enabled {
            let sums = &mut self.clusters[cluster as usize].rows;
            let moved = |sum: u64, before: u64, after: u64| (sum - before).saturating_add(after);
            sums.cpu.used = moved(sums.cpu.used, before.0.cpu, row.used.cpu);
            sums.ram.used = moved(sums.ram.used, before.0.ram, row.used.ram);
            sums.cpu.reserved = moved(sums.cpu.reserved, before.1.cpu, row.reserved.cpu);
            sums.ram.reserved = moved(sums.ram.reserved, before.1.ram, row.reserved.ram);
        }
        self.reshelve(slot);
        self.settle(cluster, false);
        Ok(())
    }

    /// Works out what a cluster may still take, and shelves those of its hosts again that this limits or limited.
    pub(super) fn settle(&mut self, at: u32, all: bool) {
        let cluster = &mut self.clusters[at as usize];
        let Some(facts) = &cluster.facts else { return };
        let rows = &cluster.rows;
        let before = cluster.room;
        cluster.room = rows
            .cpu
            .headroom(facts.cpu_threshold)
            .and_then(|cpu| rows.ram.headroom(facts.ram_threshold).map(|ram| Room { cpu, ram }));
        self.zones[cluster.zone as usize].loads.set(cluster.position, Some(rows.cpu.load()));
        let free_of_limits = |room: Option<Room>| room.is_some_and(|room| room.holds(cluster.largest));
        if all || (before != cluster.room && !(free_of_limits(before) && free_of_limits(cluster.room))) {
            for nth in 0..cluster.hosts.len() {
                let slot = self.clusters[at as usize].hosts[nth];
                self.reshelve(slot);
            }
        }
    }

    /// Puts a host where it belongs on the shelf of its zone, or off it.
    fn reshelve(&mut self, slot: Slot) {
        let row = &self.rows[slot as usize];
        let cluster = &self.clusters[row.cluster as usize];
        let takes = row.up && row.enabled && cluster.enabled && row.guests < row.max_guests;
        let room = if takes { row.free(false).zip(cluster.room).map(|(free, room)| free.least(room)) } else { None };
        if room == row.shelved {
            return;
        }
        let shelf = &mut self.zones[cluster.zone as usize].shelf;
        if let Some(old) = row.shelved {
            shelf.remove(old, slot, row.kind);
        }
        if let Some(new) = room {
            shelf.insert(new, slot, row.kind);
        }
        self.rows[slot as usize].shelved = room;
    }

    pub(super) fn fill_host(&mut self, slot: Slot, cluster: u32, host: Host) {
        let row = &mut self.rows[slot as usize];
        row.cluster = cluster;
        (row.up, row.enabled, row.max_guests) = (host.up, host.enabled, host.max_guests.unwrap_or(u32::MAX));
        self.slots.insert(host.id, slot);
        self.facts[slot as usize] = Some(host);
        let hosts = &mut self.clusters[cluster as usize].hosts;
        let place = hosts.partition_point(|other| *other < slot);
        hosts.insert(place, slot);
        self.attach(slot);
        self.settle(cluster, true);
    }

    /// Takes a host off its shelf and out of its cluster's sums.
    pub(super) fn detach(&mut self, slot: Slot) {
        let row = &mut self.rows[slot as usize];
        let cluster = &mut self.clusters[row.cluster as usize];
        if let Some(room) = row.shelved.take() {
            self.zones[cluster.zone as usize].shelf.remove(room, slot, row.kind);
        }
        if row.enabled {
            let (sums, own) = (&mut cluster.rows, row.rows());
            for (sum, own) in [(&mut sums.cpu, own.cpu), (&mut sums.ram, own.ram)] {
                sum.total -= own.total;
                sum.used -= own.used;
                sum.reserved -= own.reserved;
            }
        }
    }

    /// Works out a host's kind and capacity, and puts it into its cluster's sums. [`Fleet::settle`] must follow.
    pub(super) fn attach(&mut self, slot: Slot) {
        let Some(host) = self.facts[slot as usize].clone() else { return };
        let at = self.rows[slot as usize].cluster as usize;
        let kind = self.kind_of(&host, at);
        let cluster = &mut self.clusters[at];
        let Some(facts) = &cluster.facts else { return };
        let row = &mut self.rows[slot as usize];
        let cpu = host.speed.times(u64::from(host.cores)).scaled(facts.cpu_overcommit).0;
        row.total = Room { cpu, ram: host.ram.scaled(facts.ram_overcommit).0 };
        row.kind = kind;
        cluster.largest.cpu = cluster.largest.cpu.max(row.total.cpu);
        cluster.largest.ram = cluster.largest.ram.max(row.total.ram);
        if row.enabled {
            cluster.rows = cluster.rows.plus(&row.rows());
        }
    }

    fn kind_of(&mut self, host: &Host, cluster: usize) -> u32 {
        let mut tags = Vec::new();
        for tag in &host.tags {
            let number = self.tags.intern(tag) as usize;
            if tags.len() <= number / 64 {
                tags.resize(number / 64 + 1, 0);
            }
            tags[number / 64] |= 1 << (number % 64);
        }
        let ClusterRow { zone, hypervisor, .. } = self.clusters[cluster];
        let kind = Kind { zone, hypervisor, cores: host.cores, speed: host.speed.0, tags };
        if let Some(number) = self.kind_numbers.get(&kind) {
            return *number;
        }
        let number = self.kinds.len() as u32;
        self.zones[zone as usize].kinds.push(number);
        self.kind_numbers.insert(kind.clone(), number);
        self.kinds.push(kind);
        number
    }

    /// Takes over a cluster's facts and gives it its place in its zone.
    pub(super) fn fill_cluster(&mut self, at: usize, facts: Cluster) {
        let hypervisor = self.hypervisors.intern(&facts.hypervisor);
        let zone = self.zones.iter().position(|zone| zone.id == facts.zone).unwrap_or_else(|| {
            let (loads, shelf) = (Loads::default(), Shelf::default());
            self.zones.push(ZoneRow { id: facts.zone, loads, clusters: Vec::new(), kinds: Vec::new(), shelf });
            self.zones.len() - 1
        });
        let clusters = &mut self.zones[zone].clusters;
        let position = clusters.partition_point(|other| *other < at as u32);
        clusters.insert(position, at as u32);
        let row = &mut self.clusters[at];
        (row.hypervisor, row.zone, row.enabled) = (hypervisor, zone as u32, facts.enabled);
        (row.rows, row.largest, row.room) = (Capacity::default(), Room::default(), None);
        row.facts = Some(facts);
        self.number_zone(zone, position);
    }

    pub(super) fn leave_zone(&mut self, at: usize) {
        let ClusterRow { zone, position, .. } = self.clusters[at];
        let zone = zone as usize;
        self.zones[zone].clusters.remove(position);
        let end = self.zones[zone].clusters.len();
        self.zones[zone].loads.set(end, None);
        self.number_zone(zone, position);
    }

    /// Gives the clusters of a zone their places, from `start` on.
    fn number_zone(&mut self, zone: usize, start: usize) {
        for position in start..self.zones[zone].clusters.len() {
            let cluster = &mut self.clusters[self.zones[zone].clusters[position] as usize];
            cluster.position = position;
            self.zones[zone].loads.set(position, Some(cluster.rows.cpu.load()));
        }
    }

    /// Builds everything again with one more cluster or host, which is not the last of its kind.
    pub(super) fn rebuild(&mut self, cluster: Option<Cluster>, host: Option<Host>) {
        let old = std::mem::take(self);
        let clusters = old.clusters().cloned().chain(cluster).collect();
        let hosts = old.hosts().cloned().chain(host).collect();
        *self = Self::build(clusters, hosts, old.pools().cloned().collect())
            .expect("every host's cluster was known before and is given again");
        for host in old.hosts() {
            self.set_use(host.id, old.usage(host.id).unwrap_or_default());
        }
    }
}

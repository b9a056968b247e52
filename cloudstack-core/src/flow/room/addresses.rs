//! Which addresses, tags and hardware addresses are free.

use crate::alloc::ip::Why;
use crate::alloc::{AddressPool, AddressRange as Span, MacSequence, Subnet, TagPool, TagRange};
use crate::base::id::{AccountId, IpRangeId, NetworkId, PhysicalNetworkId, PodId, VlanRangeId, ZoneId};
use crate::base::{Error, ErrorKind, Mac, Result, Seed};
use crate::ledger::Row;
use crate::model::infra::{IpRange, Isolation, Purpose};
use crate::model::network::{GuestType, Network, Nic};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Free addresses of ranges and isolated networks, free tags of physical networks, hardware addresses in use.
#[derive(Debug, Default)]
pub struct Addresses {
    ranges: BTreeMap<IpRangeId, Range>,
    by_network: BTreeMap<NetworkId, BTreeSet<IpRangeId>>,
    public: BTreeMap<ZoneId, BTreeSet<IpRangeId>>,
    isolated: BTreeMap<NetworkId, AddressPool>,
    tags: BTreeMap<PhysicalNetworkId, Tags>,
    macs: BTreeSet<Mac>,
}

#[derive(Debug)]
struct Range {
    pod: Option<PodId>,
    account: Option<AccountId>,
    span: Span,
    pool: AddressPool,
}

#[derive(Debug)]
struct Tags {
    kind: Isolation,
    ranges: BTreeMap<VlanRangeId, TagRange>,
    pool: TagPool,
}

/// The cloud's part of hardware addresses; clouds that share a wire would differ in it.
const CLOUD: u8 = 0;

impl Addresses {
    /// A free guest address of a network, for a machine in `pod`: any one, as the seed says, from the first of its ranges
    /// that serves the pod and has one.
    ///
    /// # Errors
    /// [`ErrorKind::NoCapacity`] if none is free; the cause says of how many.
    pub fn pick_guest(&mut self, network: NetworkId, pod: Option<PodId>, seed: &mut Seed) -> Result<IpAddr> {
        if let Some(pool) = self.isolated.get_mut(&network) {
            return pick(pool, |pool| pool.take_random(seed));
        }
        let mut last = None;
        for id in self.by_network.get(&network).into_iter().flatten() {
            let range = self.ranges.get_mut(id).filter(|r| r.pod.is_none() || r.pod == pod);
            match range.map(|range| pick(&mut range.pool, |pool| pool.take_random(seed))) {
                Some(Ok(ip)) => return Ok(ip),
                Some(Err(e)) => last = Some(e),
                None => {}
            }
        }
        Err(last.unwrap_or_else(|| {
            Error::new(ErrorKind::NoCapacity, "the network has no address range that serves the chosen pod")
                .on(network)
                .remedy("add a guest address range for the pod")
        }))
    }

    /// This guest address of a network, if a machine in `pod` may have it and nobody does.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] if it is no address for guests there, [`ErrorKind::Taken`] if somebody has it.
    pub fn claim_guest(&mut self, network: NetworkId, pod: Option<PodId>, ip: IpAddr) -> Result<IpAddr> {
        let ranges = self.by_network.get(&network).into_iter().flatten().filter_map(|id| self.ranges.get(id));
        let ranges = ranges.filter(|range| (range.pod.is_none() || range.pod == pod) && range.span.contains(ip));
        let pool = self.isolated.get(&network).or_else(|| ranges.map(|range| &range.pool).next());
        let Some(pool) = pool else {
            return Err(Error::invalid("address", ip, "give one of the network's addresses for guests"));
        };
        pool.check(ip).map(|()| ip).map_err(|why| {
            let kind = if why.why == Why::Taken { ErrorKind::Taken } else { ErrorKind::Invalid };
            Error::new(kind, why.to_string()).on("address").remedy("give a free address of the network").source(why)
        })
    }

    /// The lowest free public address of a zone for an account, with the range it is of: of those that are the account's own
    /// first, then of those that are everybody's.
    ///
    /// # Errors
    /// [`ErrorKind::NoCapacity`] if none is free.
    pub fn pick_public(&mut self, zone: ZoneId, account: AccountId) -> Result<(IpRangeId, IpAddr)> {
        for owner in [Some(account), None] {
            for id in self.public.get(&zone).into_iter().flatten() {
                if let Some(range) = self.ranges.get_mut(id).filter(|range| range.account == owner)
                    && let Ok(ip) = pick(&mut range.pool, AddressPool::take_lowest)
                {
                    return Ok((*id, ip));
                }
            }
        }
        Err(Error::new(ErrorKind::NoCapacity, "no public address is free in the zone")
            .on(zone)
            .remedy("add a public address range, or release an address"))
    }

    /// A free tag of a physical network: any one, as the seed says.
    ///
    /// # Errors
    /// [`ErrorKind::NoCapacity`] if none is free.
    pub fn pick_tag(&mut self, network: PhysicalNetworkId, seed: &mut Seed) -> Result<u32> {
        let tags = self.tags.get_mut(&network).ok_or_else(|| {
            Error::new(ErrorKind::NoCapacity, "the physical network has no VLAN range").on(network).remedy("add one")
        })?;
        let tag = tags.pool.take_random(seed).map_err(|e| {
            Error::new(ErrorKind::NoCapacity, e.to_string()).on(network).remedy("add a VLAN range").source(e)
        })?;
        let _free_again = tags.pool.give(tag);
        Ok(tag)
    }

    /// A hardware address that no live interface has.
    ///
    /// # Errors
    /// [`ErrorKind::NoCapacity`] if all are used.
    pub fn next_mac(&self) -> Result<Mac> {
        let mut sequence = MacSequence::new(CLOUD, 1);
        if let Some(highest) = self.macs.last() {
            sequence.skip(*highest);
        }
        sequence.take().map_err(|e| Error::new(ErrorKind::NoCapacity, e.to_string()).source(e))
    }

    /// Free and taken addresses of a network.
    #[must_use]
    pub fn guest_counts(&self, network: NetworkId) -> (u64, u64) {
        let ranges = self.by_network.get(&network).into_iter().flatten().filter_map(|id| self.ranges.get(id));
        let pools = ranges.map(|r| &r.pool).chain(self.isolated.get(&network));
        pools.fold((0, 0), |(free, taken), pool| (free + pool.free(), taken + pool.taken()))
    }

    pub(super) fn follow(&mut self, before: Option<&Row>, after: Option<&Row>) {
        match (before, after) {
            (None, Some(Row::IpRange(r))) => self.add_range(r),
            (Some(Row::IpRange(r)), None) => self.remove_range(r),
            (Some(Row::IpRange(old)), Some(Row::IpRange(new))) if old != new => {
                self.remove_range(old);
                self.add_range(new);
            }
            (None, Some(Row::Network(n))) => self.add_network(n),
            (Some(Row::Network(n)), None) => drop(self.isolated.remove(&n.id)),
            (Some(Row::VlanRange(_)), _) | (_, Some(Row::VlanRange(_))) => self.follow_tags(before, after),
            _ => self.follow_use(before, after),
        }
    }

    /// Interfaces, public addresses and VLANs in use.
    fn follow_use(&mut self, before: Option<&Row>, after: Option<&Row>) {
        for (side, back) in [(before, true), (after, false)] {
            match side {
                Some(Row::Nic(nic)) => self.follow_nic(nic, back),
                Some(Row::PublicIp(ip)) => {
                    if let Some(range) = self.ranges.get_mut(&ip.range) {
                        mark(&mut range.pool, ip.address, back);
                    }
                }
                Some(Row::Vlan(v)) => {
                    if let Some(tags) = self.tags.get_mut(&v.physical_network) {
                        let _was = if back { tags.pool.give(v.tag) } else { tags.pool.take(v.tag) };
                    }
                }
                _ => {}
            }
        }
    }

    fn follow_nic(&mut self, nic: &Nic, back: bool) {
        super::set(&mut self.macs, nic.mac, !back);
        for ip in nic.ip4.map(IpAddr::V4).into_iter().chain(nic.ip6.map(IpAddr::V6)) {
            if let Some(pool) = self.isolated.get_mut(&nic.network) {
                mark(pool, ip, back);
                continue;
            }
            for id in self.by_network.get(&nic.network).into_iter().flatten() {
                if let Some(range) = self.ranges.get_mut(id).filter(|r| r.span.contains(ip)) {
                    mark(&mut range.pool, ip, back);
                }
            }
        }
    }

    fn add_range(&mut self, row: &IpRange) {
        let Ok(span) = Span::new(row.first, row.last) else { return super::parted("ip range", row.id) };
        let subnet = Subnet::new(row.subnet).gateway(row.gateway).only([span]);
        match AddressPool::new(subnet) {
            Ok(pool) => drop(self.ranges.insert(row.id, Range { pod: row.pod, account: row.account, span, pool })),
            Err(why) => return super::parted("ip range", why),
        }
        if let (Purpose::Guest, Some(network)) = (row.purpose, row.network) {
            self.by_network.entry(network).or_default().insert(row.id);
        }
        if row.purpose == Purpose::Public {
            self.public.entry(row.zone).or_default().insert(row.id);
        }
    }

    fn remove_range(&mut self, row: &IpRange) {
        self.ranges.remove(&row.id);
        if let Some(network) = row.network {
            unlist(&mut self.by_network, network, row.id);
        }
        unlist(&mut self.public, row.zone, row.id);
    }

    fn add_network(&mut self, row: &Network) {
        if row.guest == GuestType::Shared {
            return;
        }
        match AddressPool::new(Subnet::new(row.cidr).gateway(row.gateway)) {
            Ok(pool) => drop(self.isolated.insert(row.id, pool)),
            Err(why) => super::parted("network", why),
        }
    }

    fn follow_tags(&mut self, before: Option<&Row>, after: Option<&Row>) {
        for (side, back) in [(before, true), (after, false)] {
            let Some(Row::VlanRange(row)) = side else { continue };
            let Ok(range) = TagRange::new(row.isolation, row.first, row.last) else {
                return super::parted("vlan range", row.id);
            };
            let kind = range.kind();
            let mut ranges = self.tags.remove(&row.physical_network);
            let mut listed = ranges.as_ref().map(|t| t.ranges.clone()).unwrap_or_default();
            if back {
                listed.remove(&row.id);
            } else {
                listed.insert(row.id, range);
            }
            let list: Vec<TagRange> = listed.values().copied().collect();
            let pool = match ranges.take() {
                Some(tags) => tags.pool.reshaped(&list),
                None => TagPool::new(kind, &list),
            };
            match pool {
                _ if listed.is_empty() => {}
                Ok(pool) => drop(self.tags.insert(row.physical_network, Tags { kind, ranges: listed, pool })),
                Err(why) => super::parted("vlan range", why),
            }
        }
    }

    /// Everything that must be equal for two of them to answer alike.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let ranges: Vec<_> = self.ranges.iter().map(|(id, r)| (id, r.span, r.pool.free(), r.pool.taken())).collect();
        let isolated: Vec<_> = self.isolated.iter().map(|(id, p)| (id, p.free(), p.taken())).collect();
        let tags: Vec<_> = self.tags.iter().map(|(id, t)| (id, t.kind, t.pool.free(), t.pool.taken())).collect();
        format!("{ranges:?} {isolated:?} {tags:?} {:?}", self.macs)
    }
}

/// What `take` would take: it is taken for good once the row that holds it is written.
fn pick(
    pool: &mut AddressPool,
    take: impl FnOnce(&mut AddressPool) -> std::result::Result<IpAddr, crate::alloc::NoFreeIp>,
) -> Result<IpAddr> {
    let ip = take(pool).map_err(|e| full(&e).source(e))?;
    let _free_again = pool.give(ip);
    Ok(ip)
}

fn mark(pool: &mut AddressPool, ip: IpAddr, back: bool) {
    if back {
        let _was = pool.give(ip);
    } else if let Err(why) = pool.take(ip) {
        super::parted("address", why);
    }
}

fn unlist<K: Ord, V: Ord>(lists: &mut BTreeMap<K, BTreeSet<V>>, key: K, value: V) {
    if let Some(list) = lists.get_mut(&key) {
        list.remove(&value);
        if list.is_empty() {
            lists.remove(&key);
        }
    }
}

fn full(none: &crate::alloc::NoFreeIp) -> Error {
    Error::new(ErrorKind::NoCapacity, none.to_string()).remedy("widen the network's address range, or free an address")
}

//! A plan as the rules look at it: its parts with their places, and every address range with what it is for.

use std::net::Ipv4Addr;

use super::{Fix, Sheet, Sheets};
use crate::plan::site::{AddressRange, Cluster, HostGroup, Pod, PrimaryStorage, SitePlan, Subnet, Zone};

/// A part of the plan and its place.
#[derive(Debug, Clone)]
pub(super) struct At<'a, T> {
    pub(super) place: String,
    pub(super) zone: &'a Zone,
    pub(super) zone_at: usize,
    pub(super) it: &'a T,
}

/// What a range of addresses is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Hosts,
    System,
    Storage,
    Guest,
    Reserve,
    Public,
    GuestNetwork,
}

impl Purpose {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hosts => "host",
            Self::System => "system-reserved",
            Self::Storage => "storage network",
            Self::Guest => "guest",
            Self::Reserve => "reserved",
            Self::Public => "public",
            Self::GuestNetwork => "guest network",
        }
    }
}

/// One address range of the plan.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    /// The place of the list that holds it.
    pub(super) list: String,
    /// Its index there.
    pub(super) index: usize,
    pub(super) purpose: Purpose,
    pub(super) zone: usize,
    /// The subnet it has to lie in.
    pub(super) subnet: Subnet,
    /// As the plan has it.
    pub(super) range: AddressRange,
    /// As it was probably meant: in order, and pulled into its subnet by its host part.
    pub(super) meant: AddressRange,
}

impl Claim {
    pub(super) fn place(&self) -> String {
        format!("{}[{}]", self.list, self.index)
    }
}

/// An address that stands alone.
#[derive(Debug, Clone)]
pub(super) struct Fixed {
    pub(super) address: Ipv4Addr,
    pub(super) what: String,
    /// It is a server's, which may be a host at the same time (HIER-27).
    pub(super) server: bool,
}

/// A plan and what is derived from it once for all rules.
pub(super) struct Subject<'a> {
    pub(super) plan: &'a SitePlan,
    pub(super) sheets: &'a Sheets,
    pub(super) claims: Vec<Claim>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(plan: &'a SitePlan, sheets: &'a Sheets) -> Self {
        let mut subject = Self { plan, sheets, claims: Vec::new() };
        for pod in subject.pods() {
            subject.claim_pod(&pod);
        }
        for (zone_at, zone) in plan.zones.iter().enumerate() {
            for (n, public) in zone.public.iter().enumerate() {
                let list = format!("zones[{zone_at}].public[{n}].addresses");
                subject.claim(zone_at, list, Purpose::Public, public.subnet, &public.addresses);
            }
            for (n, network) in zone.guest_networks.iter().enumerate() {
                let list = format!("zones[{zone_at}].guest_networks[{n}].addresses");
                subject.claim(zone_at, list, Purpose::GuestNetwork, network.subnet, &network.addresses);
            }
        }
        subject
    }

    fn claim_pod(&mut self, at: &At<'a, Pod>) {
        let (zone, pod, place) = (at.zone_at, at.it, &at.place);
        self.claim(zone, format!("{place}.system"), Purpose::System, pod.subnet, &pod.system);
        for (field, range, purpose) in
            [("storage", &pod.storage, Purpose::Storage), ("guest", &pod.guest, Purpose::Guest)]
        {
            if let Some(range) = range {
                let subnet = range.subnet.unwrap_or(pod.subnet);
                self.claim(zone, format!("{place}.{field}.addresses"), purpose, subnet, &range.addresses);
            }
        }
        for (n, reserve) in pod.reserve.iter().enumerate() {
            let list = format!("{place}.reserve[{n}].addresses");
            self.claim(zone, list, Purpose::Reserve, pod.subnet, &reserve.addresses);
        }
        for (c, cluster) in pod.clusters.iter().enumerate() {
            for (h, hosts) in cluster.hosts.iter().enumerate() {
                let list = format!("{place}.clusters[{c}].hosts[{h}].addresses");
                self.claim(zone, list, Purpose::Hosts, pod.subnet, &hosts.addresses);
            }
        }
    }

    fn claim(&mut self, zone: usize, list: String, purpose: Purpose, subnet: Subnet, ranges: &[AddressRange]) {
        self.claims.extend(ranges.iter().enumerate().map(|(index, range)| {
            let meant = meant(*range, &subnet);
            Claim { list: list.clone(), index, purpose, zone, subnet, range: *range, meant }
        }));
    }

    pub(super) fn zones(&self) -> impl Iterator<Item = At<'a, Zone>> + use<'a> {
        let zones = self.plan.zones.iter().enumerate();
        zones.map(|(zone_at, zone)| At { place: format!("zones[{zone_at}]"), zone, zone_at, it: zone })
    }

    pub(super) fn pods(&self) -> Vec<At<'a, Pod>> {
        let pods =
            self.zones().flat_map(|z| z.zone.pods.iter().enumerate().map(move |(n, pod)| z.down("pods", n, pod)));
        pods.collect()
    }

    /// Every cluster, with its pod.
    pub(super) fn clusters(&self) -> Vec<(At<'a, Cluster>, &'a Pod)> {
        let clusters = self.pods().into_iter().flat_map(|p| {
            let pod = p.it;
            pod.clusters.iter().enumerate().map(move |(n, cluster)| (p.down("clusters", n, cluster), pod))
        });
        clusters.collect()
    }

    pub(super) fn host_groups(&self) -> Vec<(At<'a, HostGroup>, &'a Pod)> {
        let groups = self.clusters().into_iter().flat_map(|(c, pod)| {
            let cluster = c.it;
            cluster.hosts.iter().enumerate().map(move |(n, group)| (c.down("hosts", n, group), pod))
        });
        groups.collect()
    }

    /// Every primary storage with the hypervisor kinds that use it.
    pub(super) fn pools(&self) -> Vec<(At<'a, PrimaryStorage>, Vec<&'a str>)> {
        let mut pools = Vec::new();
        for z in self.zones() {
            let kinds: Vec<&str> =
                z.zone.pods.iter().flat_map(|p| &p.clusters).map(|c| c.hypervisor.as_str()).collect();
            for (n, pool) in z.zone.primary_storage.iter().enumerate() {
                pools.push((z.down("primary_storage", n, pool), kinds.clone()));
            }
        }
        for (c, _) in self.clusters() {
            for (n, pool) in c.it.primary_storage.iter().enumerate() {
                pools.push((c.down("primary_storage", n, pool), vec![c.it.hypervisor.as_str()]));
            }
        }
        pools
    }

    pub(super) fn sheet(&self, cluster: &Cluster) -> Option<&Sheet> {
        self.sheets.get(&cluster.hypervisor)
    }

    /// Addresses that stand alone: gateways, resolvers, servers. The same address may come more than once.
    pub(super) fn fixed(&self) -> Vec<Fixed> {
        let mut fixed = Vec::new();
        let mut note = |what: String, server: bool, address: Option<Ipv4Addr>| {
            fixed.extend(address.map(|address| Fixed { address, what, server }));
        };
        let of = |server: &Option<String>| server.as_deref().and_then(|text| text.parse().ok());
        for server in &self.plan.management_servers {
            note(format!("the management server `{}`", server.name), true, Some(server.address));
        }
        for z in self.zones() {
            for (gateway, name) in gateways(&z) {
                note(format!("the gateway of `{name}`"), false, Some(gateway));
            }
            for address in [z.zone.dns1, z.zone.dns2, z.zone.internal_dns1, z.zone.internal_dns2] {
                note("a resolver".to_owned(), false, address);
            }
            for store in &z.zone.secondary_storage {
                note(format!("the secondary storage `{}`", store.name), true, of(&store.server));
            }
        }
        for (pool, _) in self.pools() {
            note(format!("the primary storage `{}`", pool.it.name), true, of(&pool.it.server));
        }
        fixed
    }

    /// Addresses of a subnet that nothing claims, lowest first.
    pub(super) fn free(&self, subnet: &Subnet) -> Vec<AddressRange> {
        let single = |address| AddressRange::new(address, address);
        let mut free = vec![subnet.range()];
        let mut cut = |taken: AddressRange| free = free.iter().flat_map(|piece| piece.without(&taken)).collect();
        cut(single(subnet.network()));
        cut(single(subnet.broadcast()));
        self.fixed().into_iter().for_each(|fixed| cut(single(fixed.address)));
        self.claims.iter().for_each(|claim| cut(claim.meant));
        self.pods().iter().flat_map(|p| &p.it.outside_dhcp).for_each(|range| cut(*range));
        free
    }

    /// A correction that gives a list `missing` more addresses of the subnet, if so many are free.
    pub(super) fn extend(
        &self,
        list: &str,
        ranges: &[AddressRange],
        subnet: &Subnet,
        missing: u64,
    ) -> Option<(Fix, String)> {
        let more = lowest(&self.free(subnet), missing)?;
        let shown = more.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut all: Vec<AddressRange> = ranges.iter().map(|range| meant(*range, subnet)).collect();
        all.extend(more);
        Some((Fix::set(list, joined(all)), shown))
    }
}

impl<'a, T> At<'a, T> {
    pub(super) fn down<U>(&self, field: &str, n: usize, it: &'a U) -> At<'a, U> {
        At { place: format!("{}.{field}[{n}]", self.place), zone: self.zone, zone_at: self.zone_at, it }
    }
}

/// Every gateway of a zone with the name of what it belongs to.
fn gateways(z: &At<'_, Zone>) -> Vec<(Ipv4Addr, String)> {
    let mut all: Vec<(Ipv4Addr, String)> = Vec::new();
    for pod in &z.zone.pods {
        all.push((pod.gateway, pod.name.clone()));
        let own = [&pod.guest, &pod.storage].into_iter().flatten().filter_map(|range| range.gateway);
        all.extend(own.map(|gateway| (gateway, pod.name.clone())));
    }
    all.extend(z.zone.public.iter().map(|p| (p.gateway, "public".to_owned())));
    all.extend(z.zone.guest_networks.iter().map(|n| (n.gateway, n.name.clone())));
    all
}

/// The first `count` addresses of these ranges; nothing if there are fewer.
fn lowest(free: &[AddressRange], mut count: u64) -> Option<Vec<AddressRange>> {
    let mut taken = Vec::new();
    for range in free {
        if count == 0 {
            break;
        }
        let here = range.count().min(count);
        let last = u32::from(range.first) + u32::try_from(here - 1).ok()?;
        taken.push(AddressRange::new(range.first, last.into()));
        count -= here;
    }
    (count == 0).then_some(taken)
}

/// Neighbouring ranges as one, in the order of the first.
fn joined(ranges: Vec<AddressRange>) -> Vec<AddressRange> {
    let mut all: Vec<AddressRange> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if u32::from(last.last).checked_add(1) == Some(range.first.into()) => last.last = range.last,
            _ => all.push(range),
        }
    }
    all
}

/// A range as it was probably meant: in order, and with the network part of its subnet if it has another.
pub(super) fn meant(range: AddressRange, subnet: &Subnet) -> AddressRange {
    let ordered = AddressRange::new(range.first.min(range.last), range.first.max(range.last));
    let inside = AddressRange::new(subnet.same_host(ordered.first), subnet.same_host(ordered.last));
    let pulled = !ordered.within(subnet) && inside.count() == ordered.count();
    if pulled { inside } else { ordered }
}

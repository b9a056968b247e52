//! What is drawn: plain figures, from a plan or from a running cloud.

use crate::{
    base::Mhz,
    plan::site::{AddressRange, Cluster, Pod, SitePlan, Subnet, Zone},
};

/// A whole site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topology {
    /// Heading.
    pub title: String,
    /// Line below it.
    pub subtitle: String,
    /// Zones.
    pub zones: Vec<ZoneView>,
}

/// A zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZoneView {
    /// Name.
    pub name: String,
    /// Its kind, in a few words.
    pub kind: String,
    /// Networks.
    pub networks: Vec<NetworkView>,
    /// Primary and secondary storage.
    pub pools: Vec<PoolView>,
    /// Pods.
    pub pods: Vec<PodView>,
}

/// A pod.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PodView {
    /// Name.
    pub name: String,
    /// Its subnet.
    pub subnet: String,
    /// Clusters.
    pub clusters: Vec<ClusterView>,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClusterView {
    /// Name.
    pub name: String,
    /// Kind of hypervisor.
    pub hypervisor: String,
    /// Hosts.
    pub hosts: Vec<HostView>,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostView {
    /// Name.
    pub name: String,
    /// It answers.
    pub up: bool,
    /// Processor power given out, after over-commit.
    pub cpu: Gauge,
    /// Memory given out, after over-commit.
    pub ram: Gauge,
    /// Machines on it.
    pub vms: u64,
}

/// A network or an address range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkView {
    /// Name.
    pub name: String,
    /// What for.
    pub purpose: String,
    /// Its subnet or range.
    pub subnet: String,
    /// Its VLAN; untagged when absent.
    pub vlan: Option<String>,
    /// Addresses given out.
    pub addresses: Gauge,
}

/// A store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolView {
    /// Name.
    pub name: String,
    /// `primary` or `secondary`.
    pub purpose: String,
    /// Protocol or provider.
    pub protocol: String,
    /// Space given out, after over-provisioning.
    pub space: Gauge,
}

/// What a gauge counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// MHz, shown as GHz.
    Mhz,
    /// MiB, shown as GiB.
    Mib,
    /// Bytes, shown as GB or TB.
    Bytes,
    /// Addresses and other countable things.
    Count,
}

/// How much of something is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauge {
    /// In use.
    pub used: u64,
    /// In all.
    pub total: u64,
    /// What is counted.
    pub unit: Unit,
}

impl Gauge {
    pub(super) fn shown(&self) -> String {
        let (size, unit) = match self.unit {
            Unit::Mhz => (1_000, "GHz"),
            Unit::Mib => (1_024, "GiB"),
            Unit::Bytes if self.total >= 1_000_000_000_000 => (1_000_000_000_000, "TB"),
            Unit::Bytes => (1_000_000_000, "GB"),
            Unit::Count => return format!("{} of {}", self.used, self.total),
        };
        let tenths = |n: u64| (u128::from(n) * 10 + size / 2) / size;
        let number = |n: u64| match tenths(n) {
            large if large >= 1_000 || large % 10 == 0 => (large / 10).to_string(),
            small => format!("{}.{}", small / 10, small % 10),
        };
        format!("{} of {} {unit}", number(self.used), number(self.total))
    }

    pub(super) fn percent(&self) -> String {
        match (u128::from(self.used) * 100).checked_div(self.total.into()) {
            Some(percent) => format!("{percent} %"),
            None => String::new(),
        }
    }
}

impl HostView {
    pub(super) fn machines(&self) -> String {
        format!("{} {}", self.vms, if self.vms == 1 { "VM" } else { "VMs" })
    }

    pub(super) fn told(&self) -> String {
        let state = if self.up { "" } else { ", down" };
        format!("{}: {}, CPU {}, memory {}{state}", self.name, self.machines(), self.cpu.shown(), self.ram.shown())
    }
}

impl Topology {
    /// The topology of a plan with all its machines deployed, spread evenly over the hosts of their zone.
    #[must_use]
    pub fn from_plan(plan: &SitePlan) -> Self {
        let zones: Vec<ZoneView> = plan.zones.iter().map(|zone| zone_view(plan, zone)).collect();
        let hosts = plan.clusters().map(|(_, _, cluster)| cluster.host_count()).sum::<u64>();
        let vms: u64 = plan.vm_groups.iter().map(|g| u64::from(g.count)).sum();
        let people = plan.workload.as_ref().map(|w| format!("{} people, ", w.people)).unwrap_or_default();
        let subtitle = format!("Plan: {people}{vms} machines on {hosts} hosts, as if all were deployed");
        Self { title: plan.name.clone(), subtitle, zones }
    }
}

/// What the machines of a zone take, and how many there are.
#[derive(Clone, Copy, Default)]
struct Load {
    vms: u64,
    cpu: u64,
    ram: u64,
    disk: u64,
}

fn load(plan: &SitePlan, zone: &Zone) -> Load {
    let mut load = Load::default();
    for group in plan.vm_groups.iter().filter(|g| g.zone == zone.name) {
        let count = u64::from(group.count);
        load.vms += count;
        if let Some(offering) = plan.compute_offering(&group.offering) {
            load.cpu = load.cpu.saturating_add(offering.speed.0.times(offering.cores.into()).times(count).0);
            load.ram = load.ram.saturating_add(offering.ram.0.times(count).0);
        }
        load.disk = load.disk.saturating_add(plan.template(&group.template).map_or(0, |t| t.size.0.times(count).0));
    }
    load
}

/// The `n`th of `parts` whole parts of an amount; the first ones take what does not divide.
fn part(amount: u64, n: u64, parts: u64) -> u64 {
    amount / parts.max(1) + u64::from(n < amount % parts.max(1))
}

fn zone_view(plan: &SitePlan, zone: &Zone) -> ZoneView {
    let load = load(plan, zone);
    let hosts: u64 = zone.pods.iter().flat_map(|p| &p.clusters).map(Cluster::host_count).sum();
    let mut n = 0;
    let pods = zone.pods.iter().map(|pod| {
        let clusters = pod.clusters.iter().map(|cluster| cluster_view(cluster, load, hosts, &mut n)).collect();
        PodView { name: pod.name.clone(), subnet: pod.subnet.to_string(), clusters }
    });
    let pods = pods.collect();
    let groups = if zone.security_groups { ", security groups" } else { "" };
    ZoneView {
        name: zone.name.clone(),
        kind: format!("{:?}{groups}", zone.kind),
        networks: networks(zone, load.vms, hosts),
        pools: pools(zone, load.disk),
        pods,
    }
}

fn cluster_view(cluster: &Cluster, load: Load, hosts: u64, n: &mut u64) -> ClusterView {
    let views = cluster.all_hosts().map(|host| {
        let vms = part(load.vms, *n, hosts);
        *n += 1;
        let each = |amount: u64| (u128::from(amount) * u128::from(vms)).checked_div(load.vms.into()).unwrap_or(0);
        let used = |amount: u64| u64::try_from(each(amount)).unwrap_or(u64::MAX);
        let cpu: Mhz = host.group.speed.0.times(host.group.processors().into()).scaled(cluster.cpu_overcommit.0);
        let ram = host.group.ram.0.scaled(cluster.memory_overcommit.0);
        HostView {
            name: host.name(),
            up: true,
            cpu: Gauge { used: used(load.cpu), total: cpu.0, unit: Unit::Mhz },
            ram: Gauge { used: used(load.ram), total: ram.0, unit: Unit::Mib },
            vms,
        }
    });
    ClusterView { name: cluster.name.clone(), hypervisor: cluster.hypervisor.clone(), hosts: views.collect() }
}

fn networks(zone: &Zone, vms: u64, hosts: u64) -> Vec<NetworkView> {
    let mut views = Vec::new();
    let mut add = |name: &str, purpose: &str, subnet: Subnet, vlan: Option<u16>, ranges: &[AddressRange], used: u64| {
        let total = ranges.iter().map(AddressRange::count).sum();
        let shown = match ranges {
            [only] => only.to_string(),
            [first, others @ ..] => format!("{first} and {} more", others.len()),
            [] => subnet.to_string(),
        };
        let addresses = Gauge { used, total, unit: Unit::Count };
        views.push(NetworkView {
            name: name.to_owned(),
            purpose: purpose.to_owned(),
            subnet: shown,
            vlan: vlan.map(|id| id.to_string()),
            addresses,
        });
    };
    let pods = zone.pods.len() as u64;
    for (n, pod) in (0..).zip(&zone.pods) {
        let here: u64 = pod.clusters.iter().map(Cluster::host_count).sum();
        // Two system machines for the zone, and a router for each pod's guests.
        let routers = u64::from(guests(pod).is_some());
        add(&pod.name, "system", pod.subnet, pod.vlan, &pod.system, if n == 0 { 2 + routers } else { routers });
        if let Some((range, subnet)) = guests(pod) {
            let machines = if hosts == 0 { part(vms, n, pods) } else { (vms * here).div_ceil(hosts) };
            add(&pod.name, "guests", subnet, range.vlan.or(pod.vlan), &range.addresses, machines + 1);
        }
        if let Some(range) = &pod.storage {
            let vlan = range.vlan.or(pod.vlan);
            add(&pod.name, "storage", range.subnet.unwrap_or(pod.subnet), vlan, &range.addresses, u64::from(n == 0));
        }
    }
    for public in &zone.public {
        add("public", "public", public.subnet, public.vlan, &public.addresses, 2);
    }
    for network in &zone.guest_networks {
        add(&network.name, "guests", network.subnet, network.vlan, &network.addresses, vms + 1);
    }
    views
}

fn guests(pod: &Pod) -> Option<(&crate::plan::site::PodRange, Subnet)> {
    pod.guest.as_ref().map(|range| (range, range.subnet.unwrap_or(pod.subnet)))
}

fn pools(zone: &Zone, disk: u64) -> Vec<PoolView> {
    let own = zone.pods.iter().flat_map(|p| &p.clusters).flat_map(|c| &c.primary_storage);
    let pools: Vec<_> = zone.primary_storage.iter().chain(own).collect();
    let sold = |pool: &crate::plan::site::PrimaryStorage| pool.capacity.0.scaled(pool.overprovisioning.0).0;
    let all: u64 = pools.iter().map(|pool| sold(pool)).fold(0, u64::saturating_add);
    let primary = pools.iter().map(|pool| {
        let used = (u128::from(disk) * u128::from(sold(pool))).checked_div(all.into()).unwrap_or(0);
        let space = Gauge { used: u64::try_from(used).unwrap_or(u64::MAX), total: sold(pool), unit: Unit::Bytes };
        let (name, protocol) = (pool.name.clone(), pool.protocol.clone());
        PoolView { name, purpose: "primary".to_owned(), protocol, space }
    });
    let secondary = zone.secondary_storage.iter().map(|store| {
        let space = Gauge { used: 0, total: store.capacity.0.0, unit: Unit::Bytes };
        let (name, protocol) = (store.name.clone(), store.provider.clone());
        PoolView { name, purpose: "secondary".to_owned(), protocol, space }
    });
    primary.chain(secondary).collect()
}

//! A running cloud as figures: what there is, what is given out of it, and what is left.

use super::Room;
use crate::base::id::NetworkId;
use crate::ledger::View;
use crate::model::infra::{Cluster, Host, HostStatus, IpRange, Pod, Purpose, Zone};
use crate::model::network::Network;
use crate::plan::capacity::Row;
use crate::plan::draw::{ClusterView, Gauge, HostView, NetworkView, PodView, PoolView, Topology, Unit, ZoneView};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Every zone with its pods, clusters and hosts, its storage and its addresses, in the order of their ids.
#[must_use]
pub fn topology(view: &View, room: &Room) -> Topology {
    let machines = view.vms().iter().filter(|vm| vm.host.is_some()).count();
    let used = used_addresses(view);
    Topology {
        title: "Cloud".to_owned(),
        subtitle: format!("{} hosts, {machines} machines", view.hosts().len()),
        zones: view.zones().iter().map(|zone| zone_view(view, room, zone, &used)).collect(),
    }
}

/// Addresses in use, in order, by the network they belong to; public ones by none.
type Used = BTreeMap<Option<NetworkId>, Vec<IpAddr>>;

fn used_addresses(view: &View) -> Used {
    let mut used = Used::new();
    for nic in view.nics().iter() {
        let addresses = nic.ip4.map(IpAddr::V4).into_iter().chain(nic.ip6.map(IpAddr::V6));
        used.entry(Some(nic.network)).or_default().extend(addresses);
    }
    used.entry(None).or_default().extend(view.public_ips().iter().map(|ip| ip.address));
    used.values_mut().for_each(|addresses| addresses.sort_unstable());
    used
}

fn zone_view(view: &View, room: &Room, zone: &Zone, used: &Used) -> ZoneView {
    let groups = if zone.security_groups { ", security groups" } else { "" };
    ZoneView {
        name: zone.name.to_string(),
        kind: format!("{}{groups}", zone.kind),
        networks: networks(view, room, zone, used),
        pools: pools(view, room, zone),
        pods: view.pods().by("zone", zone.id).map(|pod| pod_view(view, room, pod)).collect(),
    }
}

fn pod_view(view: &View, room: &Room, pod: &Pod) -> PodView {
    let clusters = view.clusters().by("pod", pod.id).map(|cluster| cluster_view(view, room, cluster)).collect();
    PodView { name: pod.name.to_string(), subnet: pod.subnet.to_string(), clusters }
}

fn cluster_view(view: &View, room: &Room, cluster: &Cluster) -> ClusterView {
    let hosts = view.hosts().by("cluster", cluster.id).map(|host| host_view(view, room, host)).collect();
    ClusterView { name: cluster.name.to_string(), hypervisor: cluster.hypervisor.clone(), hosts }
}

fn host_view(view: &View, room: &Room, host: &Host) -> HostView {
    let capacity = room.fleet.host_capacity(host.id).unwrap_or_default();
    let gauge = |row: Row, unit| Gauge { used: row.taken(), total: row.total, unit };
    HostView {
        name: host.name.to_string(),
        up: host.status == HostStatus::Up,
        cpu: gauge(capacity.cpu, Unit::Mhz),
        ram: gauge(capacity.ram, Unit::Mib),
        vms: view.vms().by("host", host.id).count() as u64,
    }
}

fn pools(view: &View, room: &Room, zone: &Zone) -> Vec<PoolView> {
    let primary = view.pools().by("zone", zone.id).map(|pool| {
        let (used, total) = room.fleet.pool(pool.id).map_or((0, 0), |p| (p.allocated.0, p.promised().0));
        let space = Gauge { used, total, unit: Unit::Bytes };
        PoolView { name: pool.name.to_string(), purpose: "primary".to_owned(), protocol: pool.kind.clone(), space }
    });
    primary.collect()
}

fn networks(view: &View, room: &Room, zone: &Zone, used: &Used) -> Vec<NetworkView> {
    let ranges = view.ip_ranges().by("zone", zone.id).map(|range| range_view(view, range, used));
    let cut = |network: &&Network| !view.ip_ranges().by("network", network.id).any(|_| true);
    let isolated = view.networks().by("zone", zone.id).filter(cut).map(|network| {
        let (free, taken) = room.addresses.guest_counts(network.id);
        NetworkView {
            name: network.name.to_string(),
            purpose: "guests".to_owned(),
            subnet: network.cidr.to_string(),
            vlan: network.vlan.map(|tag| tag.to_string()),
            addresses: Gauge { used: taken, total: free + taken, unit: Unit::Count },
        }
    });
    ranges.chain(isolated).collect()
}

fn range_view(view: &View, range: &IpRange, used: &Used) -> NetworkView {
    let pod = range.pod.and_then(|id| view.pod(id)).map(|pod| pod.name.to_string());
    let network = range.network.and_then(|id| view.network(id));
    let (name, purpose) = match range.purpose {
        Purpose::Public => (None, "public"),
        Purpose::Guest => (network.map(|network| network.name.to_string()), "guests"),
        Purpose::System => (pod, "system"),
        Purpose::Storage => (pod, "storage"),
    };
    let in_range = |addresses: &Vec<IpAddr>| {
        let upto = |last: bool| addresses.partition_point(|ip| *ip < range.first || last && *ip <= range.last);
        (upto(true) - upto(false)) as u64
    };
    let counted = matches!(range.purpose, Purpose::Public | Purpose::Guest);
    let taken = used.get(&range.network).filter(|_| counted).map_or(0, in_range);
    NetworkView {
        name: name.unwrap_or_else(|| purpose.to_owned()),
        purpose: purpose.to_owned(),
        subnet: short(range),
        vlan: range.vlan.or(network.and_then(|network| network.vlan)).map(|tag| tag.to_string()),
        addresses: Gauge { used: taken, total: length(range), unit: Unit::Count },
    }
}

/// The range as people write it: `10.0.0.5-9` within one last octet.
fn short(range: &IpRange) -> String {
    if range.first == range.last {
        return range.first.to_string();
    }
    match (range.first, range.last) {
        (IpAddr::V4(first), IpAddr::V4(last)) if first.octets()[..3] == last.octets()[..3] => {
            format!("{first}-{}", last.octets()[3])
        }
        (first, last) => format!("{first}-{last}"),
    }
}

fn length(range: &IpRange) -> u64 {
    let number = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => u128::from(ip.to_bits()),
        IpAddr::V6(ip) => ip.to_bits(),
    };
    let more = number(range.last).saturating_sub(number(range.first));
    u64::try_from(more).unwrap_or(u64::MAX).saturating_add(1)
}

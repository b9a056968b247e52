//! Regions, zones, pods and clusters: the five-level containment less its last level (HIER-01).

use crate::base::{
    Name,
    id::{ClusterId, DomainId, PodId, RegionId, ZoneId},
};
use crate::model::{Value, closed, record::record};
use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

closed! {
    /// Whether a zone, pod or cluster takes new work.
    Allocation {
        Enabled "It does.",
        Disabled "Only for administrators.",
    }
}

/// Zones close together, run by one cluster of management servers (HIER-02). The first has number 1 (HIER-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Its id.
    pub id: RegionId,
    /// Its number, as clients know it.
    pub number: u32,
    /// Its name.
    pub name: Name,
}
record! { Region: RegionId in "region" {
    number: Int = |r| Value::int(r.number),
    name: Text = |r| Value::text(r.name.as_str()),
} unique { [number] [name] } }

closed! {
    /// How guests are kept apart in a zone; fixed for its life (ZONE-01).
    ZoneKind {
        Basic "One shared guest network; security groups keep guests apart.",
        Advanced "Any number of guest networks; VLANs keep them apart.",
    }
}

/// A zone: a data centre, as its users see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Its region.
    pub region: RegionId,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// How guests are kept apart.
    pub kind: ZoneKind,
    /// Security groups are enforced; chosen at creation, for life (ZONE-15).
    pub security_groups: bool,
    /// Whether it takes new work.
    pub allocation: Allocation,
    /// Name servers for guests (ZONE-04).
    pub dns: Vec<IpAddr>,
    /// Name servers for system machines (ZONE-05).
    pub internal_dns: Vec<IpAddr>,
    /// The addresses an isolated network gets unless told otherwise (ZONE-06).
    pub guest_cidr: Option<Ipv4Net>,
    /// The suffix of guests' names (ZONE-07).
    pub domain_name: Option<String>,
    /// A private zone serves this domain and those below only (HIER-12).
    pub private_to: Option<DomainId>,
}
record! { Zone: ZoneId in "zone" {
    name: Text = |r| Value::text(r.name.as_str()),
    region: Link = |r| Value::link(r.region),
    allocation: Text = |r| Value::text(r.allocation.as_str()),
} unique { [name] } }

/// A pod: one subnet of hosts, often a rack (HIER-14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pod {
    /// Its id.
    pub id: PodId,
    /// Its zone.
    pub zone: ZoneId,
    /// Its name, unique in the zone.
    pub name: Name,
    /// The subnet of its hosts.
    pub subnet: IpNet,
    /// The router of that subnet.
    pub gateway: IpAddr,
    /// Whether it takes new work.
    pub allocation: Allocation,
}
record! { Pod: PodId in "pod" {
    name: Text = |r| Value::text(r.name.as_str()),
    zone: Link = |r| Value::link(r.zone),
} unique { [zone, name] } }

/// A cluster: hosts of one hypervisor that share primary storage; machines move freely inside it (HIER-15, HIER-17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// Its id.
    pub id: ClusterId,
    /// Its pod.
    pub pod: PodId,
    /// The zone of that pod.
    pub zone: ZoneId,
    /// Its name, unique in the pod.
    pub name: Name,
    /// The kind of hypervisor of all its hosts: the key of a driver.
    pub hypervisor: String,
    /// While false, no command is sent to its hosts (HIER-29).
    pub managed: bool,
    /// Whether it takes new work.
    pub allocation: Allocation,
    /// Processor over-commit in thousandths.
    pub cpu_overcommit: u32,
    /// Memory over-commit in thousandths.
    pub ram_overcommit: u32,
}
record! { Cluster: ClusterId in "cluster" {
    name: Text = |r| Value::text(r.name.as_str()),
    pod: Link = |r| Value::link(r.pod),
    zone: Link = |r| Value::link(r.zone),
} unique { [pod, name] } }

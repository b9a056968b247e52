//! The infrastructure of a plan: zones, physical networks, pods, clusters, hosts, storage.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{
    cabling::{Access, StorageNetwork},
    numbered,
    quantity::{Disk, Ram, Ratio, Speed},
    range::{AddressRange, Subnet, VlanRange},
    text::{between, list},
};

/// How a zone's guests are separated; fixed for life (ZONE-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ZoneKind {
    /// One shared guest network, separated by security groups.
    Basic,
    /// Networks of their own, separated by VLANs.
    Advanced,
}

/// A zone: what a user chooses for a machine (HIER-11).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// Basic or Advanced.
    pub kind: ZoneKind,
    /// Security groups are enforced; can only be chosen now (ZONE-15).
    #[serde(default)]
    pub security_groups: bool,
    /// First resolver of the guests (ZONE-04).
    pub dns1: Option<Ipv4Addr>,
    /// Second resolver of the guests.
    pub dns2: Option<Ipv4Addr>,
    /// First resolver of the system machines (ZONE-05).
    pub internal_dns1: Option<Ipv4Addr>,
    /// Second resolver of the system machines.
    pub internal_dns2: Option<Ipv4Addr>,
    /// DNS suffix of the guests (ZONE-07).
    pub network_domain: Option<String>,
    /// What isolated guest networks are cut from (ZONE-06).
    pub guest_cidr: Option<Subnet>,
    /// The one domain that may use the zone, with its sub-domains; everybody when absent (HIER-12).
    pub private_to: Option<String>,
    /// Disks may be placed on the hosts' own storage (STOR-11).
    #[serde(default)]
    pub local_storage: bool,
    /// Network offering of a Basic zone's guest network (ZONE-09).
    pub network_offering: Option<String>,
    /// Customers that will own networks; sizes the private addresses of an Advanced zone (IPAM-05).
    #[serde(default)]
    pub customers: u32,
    /// Exponent of the VLAN count where one address space is shared out to all accounts (IPAM-15).
    pub guest_vlan_bits: Option<u8>,
    /// Layer-3 switches at its core.
    pub core_switches: Option<u8>,
    /// Physical networks.
    #[serde(default)]
    pub physical_networks: Vec<PhysicalNetwork>,
    /// Public address ranges (ZONE-11).
    #[serde(default)]
    pub public: Vec<NetworkRange>,
    /// Shared guest networks of an Advanced zone (PHYS-11).
    #[serde(default)]
    pub guest_networks: Vec<GuestNetwork>,
    /// Primary storage that every cluster of the zone reaches.
    #[serde(default)]
    pub primary_storage: Vec<PrimaryStorage>,
    /// Where templates, ISO images and snapshots live (SEC2-01).
    #[serde(default)]
    pub secondary_storage: Vec<SecondaryStorage>,
    /// Pods.
    #[serde(default)]
    pub pods: Vec<Pod>,
}

/// A physical network: a cable plan that carries kinds of traffic (PHYS-01).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhysicalNetwork {
    /// Its name.
    pub name: String,
    /// What it carries.
    #[serde(default)]
    pub traffic: Vec<Traffic>,
    /// VLANs that guest networks may take (ZONE-14).
    #[serde(default, with = "list", skip_serializing_if = "Vec::is_empty")]
    pub vlans: Vec<VlanRange>,
}

/// One kind of traffic on a physical network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traffic {
    /// Its kind.
    pub kind: TrafficKind,
    /// The bridge, switch or network that carries it on a host, as the hypervisor names it (PHYS-07).
    pub label: Option<String>,
}

/// The kinds of traffic (PHYS-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TrafficKind {
    /// Between guests.
    Guest,
    /// Between the management server, hosts and system machines.
    Management,
    /// Between guests and the outside.
    Public,
    /// Between the secondary storage machine and secondary storage; primary storage is not affected (PHYS-04).
    Storage,
}

/// Addresses with the subnet they are taken from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkRange {
    /// The subnet.
    pub subnet: Subnet,
    /// Its gateway.
    pub gateway: Ipv4Addr,
    /// Its VLAN; untagged when absent.
    pub vlan: Option<u16>,
    /// The addresses to hand out.
    #[serde(with = "list")]
    pub addresses: Vec<AddressRange>,
}

/// A guest network that the operator defines (GNET-01).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuestNetwork {
    /// Its name.
    pub name: String,
    /// Its network offering.
    pub offering: String,
    /// The subnet.
    pub subnet: Subnet,
    /// Its gateway.
    pub gateway: Ipv4Addr,
    /// Its VLAN; untagged when absent.
    pub vlan: Option<u16>,
    /// The addresses to hand out.
    #[serde(with = "list")]
    pub addresses: Vec<AddressRange>,
}

/// A pod: one subnet, mostly one rack (HIER-14).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// The subnet of its management network.
    pub subnet: Subnet,
    /// Its gateway.
    pub gateway: Ipv4Addr,
    /// VLAN of the management network; untagged when absent.
    pub vlan: Option<u16>,
    /// System-reserved ("private") addresses, for system machines and routers (IPAM-01).
    #[serde(default, with = "list")]
    pub system: Vec<AddressRange>,
    /// Addresses of the storage network; in the pod's subnet unless they name their own (PHYS-04).
    pub storage: Option<PodRange>,
    /// Networks for primary storage alone, beside the pod's (PLAN-03).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage_networks: Vec<StorageNetwork>,
    /// Its access switches.
    pub access: Option<Access>,
    /// Guest addresses of a Basic zone's pod; in the pod's subnet unless they name their own (PHYS-05, ZONE-13).
    pub guest: Option<PodRange>,
    /// Addresses kept for something that the plan does not place yet.
    #[serde(default)]
    pub reserve: Vec<Reserve>,
    /// Addresses of this subnet that a DHCP server outside the cloud hands out (IPAM-17).
    #[serde(default, with = "list", skip_serializing_if = "Vec::is_empty")]
    pub outside_dhcp: Vec<AddressRange>,
    /// Clusters.
    #[serde(default)]
    pub clusters: Vec<Cluster>,
}

/// Addresses of a pod, with their subnet when it is not the pod's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PodRange {
    /// The subnet; the pod's when absent.
    pub subnet: Option<Subnet>,
    /// Its gateway; the pod's when absent.
    pub gateway: Option<Ipv4Addr>,
    /// Its VLAN; the pod's when absent.
    pub vlan: Option<u16>,
    /// The addresses.
    #[serde(with = "list")]
    pub addresses: Vec<AddressRange>,
}

/// Addresses kept back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// What for.
    pub purpose: String,
    /// The addresses.
    #[serde(with = "list")]
    pub addresses: Vec<AddressRange>,
}

/// A cluster: hosts of one hypervisor between which machines move alive (HIER-15, HIER-17).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// The hypervisor's kind, as its driver is registered.
    pub hypervisor: String,
    /// How many times each MHz is sold.
    #[serde(default)]
    pub cpu_overcommit: Ratio,
    /// How many times each MiB is sold.
    #[serde(default)]
    pub memory_overcommit: Ratio,
    /// Hosts may differ in processor and memory; the hypervisor may not (HIER-16).
    #[serde(default)]
    pub mixed_hardware: bool,
    /// Hosts, one group for each kind of server.
    #[serde(default)]
    pub hosts: Vec<HostGroup>,
    /// Primary storage of this cluster (STOR-01).
    #[serde(default)]
    pub primary_storage: Vec<PrimaryStorage>,
}

/// Servers that are alike, or one server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostGroup {
    /// The name; `#` signs stand for the number, counted from 1: `XS-##` gives `XS-01`.
    pub name: String,
    /// How many servers there are now.
    #[serde(default = "one", deserialize_with = "between::<0, 10_000, _>")]
    pub count: u32,
    /// Their addresses, in order. More than `count` leave room to grow.
    #[serde(with = "list")]
    pub addresses: Vec<AddressRange>,
    /// The mask set on the hosts; the pod's when absent.
    pub netmask: Option<Ipv4Addr>,
    /// Physical cores of one server.
    #[serde(deserialize_with = "between::<1, 65_536, _>")]
    pub cores: u32,
    /// Threads of one core: 2 with hyper-threading.
    #[serde(default = "one", deserialize_with = "between::<1, 64, _>")]
    pub threads_per_core: u32,
    /// Threads, not cores, count as processors of the host.
    #[serde(default)]
    pub count_threads: bool,
    /// Speed of one core.
    pub speed: Speed,
    /// Memory of one server.
    pub ram: Ram,
    /// Disks of one server.
    #[serde(default)]
    pub disks: Vec<Disk>,
    /// NICs of one server.
    pub nics: Option<u8>,
    /// Processor model; a cluster wants one (HIER-15).
    pub cpu_model: Option<String>,
    /// Host tags (OFFR-08).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

const fn one() -> u32 {
    1
}

/// One server of a plan.
#[derive(Debug, Clone, Copy)]
pub struct PlannedHost<'a> {
    /// The group it belongs to, with its sizes.
    pub group: &'a HostGroup,
    /// Its place in the group, from 1.
    pub number: u32,
    /// Its address, if the group has so many.
    pub address: Option<Ipv4Addr>,
}

impl PlannedHost<'_> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        numbered(&self.group.name, self.number)
    }
}

impl HostGroup {
    /// The servers of the group.
    pub fn hosts(&self) -> impl Iterator<Item = PlannedHost<'_>> {
        let mut addresses = self.addresses.iter().flat_map(AddressRange::iter);
        (1..=self.count).map(move |number| PlannedHost { group: self, number, address: addresses.next() })
    }

    /// Processors of one server as the plan counts them: cores, or threads where the group says so.
    #[must_use]
    pub const fn processors(&self) -> u32 {
        if self.count_threads { self.threads() } else { self.cores }
    }

    /// Threads of one server.
    #[must_use]
    pub const fn threads(&self) -> u32 {
        self.cores.saturating_mul(self.threads_per_core)
    }

    /// How many addresses are set aside for the group.
    #[must_use]
    pub fn address_count(&self) -> u64 {
        self.addresses.iter().map(AddressRange::count).sum()
    }
}

impl Cluster {
    /// The servers of the cluster, group by group.
    pub fn all_hosts(&self) -> impl Iterator<Item = PlannedHost<'_>> {
        self.hosts.iter().flat_map(HostGroup::hosts)
    }

    /// How many servers there are now.
    #[must_use]
    pub fn host_count(&self) -> u64 {
        self.hosts.iter().map(|g| u64::from(g.count)).sum()
    }
}

/// Where disks of machines live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrimaryStorage {
    /// Its name.
    pub name: String,
    /// The protocol, as its driver is registered (STOR-04).
    pub protocol: String,
    /// The server, by address or name.
    pub server: Option<String>,
    /// Path, target, label or datastore on it (STOR-05).
    pub path: String,
    /// Space.
    pub capacity: Disk,
    /// How many times the space is sold (STOR-07).
    #[serde(default)]
    pub overprovisioning: Ratio,
    /// Storage tags (STOR-08).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Where templates, ISO images and snapshots live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondaryStorage {
    /// Its name.
    pub name: String,
    /// The provider: `NFS` and others.
    pub provider: String,
    /// The server, by address or name.
    pub server: Option<String>,
    /// Path or bucket on it.
    pub path: String,
    /// Space.
    pub capacity: Disk,
}

impl PrimaryStorage {
    /// Where it is, as its driver is told.
    #[must_use]
    pub fn url(&self) -> String {
        url(&self.protocol, self.server.as_deref(), &self.path)
    }
}

impl SecondaryStorage {
    /// Where it is, as its driver is told.
    #[must_use]
    pub fn url(&self) -> String {
        url(&self.provider, self.server.as_deref(), &self.path)
    }
}

fn url(kind: &str, server: Option<&str>, path: &str) -> String {
    format!("{}://{}{path}", kind.to_lowercase(), server.unwrap_or_default())
}

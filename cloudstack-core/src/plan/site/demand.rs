//! What a plan is for: people and their machines, offerings, templates, security groups.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{
    numbered,
    quantity::{Disk, Ram, Speed, machine_ram},
    range::{PortRange, Subnet},
    text::between,
};

/// Who will use the cloud, and how much of it (PLAN-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// People.
    pub people: u32,
    /// Machines of each person.
    pub vms_per_person: u32,
    /// Cores of each person, over all machines.
    pub cores_per_person: u32,
    /// Memory of each person, over all machines.
    pub ram_per_person: Ram,
    /// Builds that read and write disks hard all day (PLAN-09).
    #[serde(default)]
    pub heavy_disk_io: bool,
}

impl Workload {
    /// Machines in all.
    #[must_use]
    pub fn vms(&self) -> u64 {
        u64::from(self.people) * u64::from(self.vms_per_person)
    }

    /// Cores in all.
    #[must_use]
    pub fn cores(&self) -> u64 {
        u64::from(self.people) * u64::from(self.cores_per_person)
    }

    /// Memory in all.
    #[must_use]
    pub fn ram(&self) -> Ram {
        Ram(self.ram_per_person.0.times(u64::from(self.people)))
    }
}

/// A management server (MGMT-01).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagementServer {
    /// Fully qualified name (HIER-23).
    pub name: String,
    /// Static address.
    pub address: Ipv4Addr,
    /// Physical cores.
    pub cores: u32,
    /// Memory.
    pub ram: Ram,
    /// Disks.
    #[serde(default)]
    pub disks: Vec<Disk>,
    /// It also exports the NFS storage (STOR-14).
    #[serde(default)]
    pub nfs: bool,
}

/// Processors and memory of a machine (OFFR-01).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComputeOffering {
    /// Its name.
    pub name: String,
    /// Virtual cores: 1 to 1,024.
    #[serde(deserialize_with = "between::<1, 1_024, _>")]
    pub cores: u32,
    /// Speed promised for each.
    pub speed: Speed,
    /// Memory: at least 32 MiB.
    #[serde(deserialize_with = "machine_ram")]
    pub ram: Ram,
    /// Tags that a host must carry (OFFR-08).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub host_tags: Vec<String>,
    /// Tags that the root disk's pool must carry (STOR-08).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage_tags: Vec<String>,
    /// Restarted elsewhere when its host fails (OFFR-09).
    #[serde(default)]
    pub ha: bool,
    /// The root disk lives on the host.
    #[serde(default)]
    pub local_storage: bool,
}

/// The size of a data disk (OFFR-02).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskOffering {
    /// Its name.
    pub name: String,
    /// Its size.
    pub size: Disk,
    /// Tags that the pool must carry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage_tags: Vec<String>,
}

/// What a guest network does (OFFR-03). Those that ship with the product need not be listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkOffering {
    /// Its name.
    pub name: String,
    /// `Shared` or `Isolated`.
    pub guest_type: String,
    /// Services, by CloudStack's names.
    #[serde(default)]
    pub services: Vec<String>,
}

/// A disk image that machines start from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Operating system, as shown to users.
    pub os: String,
    /// Format of the image file.
    pub format: String,
    /// The hypervisor it is made for.
    pub hypervisor: String,
    /// Size of the root disk.
    pub size: Disk,
    /// Where it is fetched from.
    pub url: Option<String>,
}

/// A security group: what may reach its machines, and what they may reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityGroup {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Rules; without an ingress rule nothing comes in, without an egress rule everything goes out.
    #[serde(default)]
    pub rules: Vec<SecurityRule>,
}

/// One permission of a security group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityRule {
    /// Which way.
    #[serde(default)]
    pub direction: Direction,
    /// Which protocol.
    pub protocol: RuleProtocol,
    /// Ports, for TCP and UDP.
    pub ports: Option<PortRange>,
    /// ICMP type; any when absent.
    pub icmp_type: Option<u8>,
    /// ICMP code; any when absent.
    pub icmp_code: Option<u8>,
    /// Peers by address.
    #[serde(default, with = "super::text::list", skip_serializing_if = "Vec::is_empty")]
    pub cidrs: Vec<Subnet>,
    /// Peers by security group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// Which way a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Direction {
    /// Towards the machine.
    #[default]
    Ingress,
    /// From the machine.
    Egress,
}

/// The protocols a rule may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleProtocol {
    /// TCP, with ports.
    Tcp,
    /// UDP, with ports.
    Udp,
    /// ICMP, with type and code.
    Icmp,
    /// Every protocol.
    All,
}

/// Machines to deploy that are alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VmGroup {
    /// The name; `#` signs stand for the number, counted from 1: `ubuntu-###` gives `ubuntu-001`.
    pub name: String,
    /// How many.
    #[serde(deserialize_with = "between::<0, 1_000_000, _>")]
    pub count: u32,
    /// The zone.
    pub zone: String,
    /// The compute offering.
    pub offering: String,
    /// The template.
    pub template: String,
    /// A data disk for each.
    pub disk_offering: Option<String>,
    /// Guest networks of an Advanced zone, the default one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
    /// Security groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
}

impl VmGroup {
    /// The names of the machines, in order.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        (1..=self.count).map(|n| numbered(&self.name, n))
    }
}

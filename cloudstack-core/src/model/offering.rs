//! What users may ask for: sizes of machines and disks, kinds of networks.

use super::{Value, network::GuestType, record::record};
use crate::base::{
    Bytes, Mhz, Mib, Name,
    id::{ComputeOfferingId, DiskOfferingId, NetworkOfferingId},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A size of machine (OFFR-01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputeOffering {
    /// Its id.
    pub id: ComputeOfferingId,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// Virtual processors.
    pub cores: u32,
    /// Speed of one.
    pub speed: Mhz,
    /// Memory.
    pub ram: Mib,
    /// Labels the host must carry (OFFR-08).
    pub host_tags: BTreeSet<String>,
    /// Labels the root volume's pool must carry (STOR-08).
    pub storage_tags: BTreeSet<String>,
    /// The root volume lives on the host's own disks.
    pub local_storage: bool,
    /// Restart machines elsewhere when their host dies (OFFR-09).
    pub ha: bool,
    /// The order in which hosts are tried; none means the cloud's setting.
    pub planner: Option<String>,
}
record! { ComputeOffering: ComputeOfferingId in "compute_offering" {
    name: Text = |r| Value::text(r.name.as_str()),
    cores: Int = |r| Value::int(r.cores),
} unique { [name] } }

/// A size of data disk (OFFR-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskOffering {
    /// Its id.
    pub id: DiskOfferingId,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// The size; none means the user chooses.
    pub size: Option<Bytes>,
    /// Labels the pool must carry.
    pub tags: BTreeSet<String>,
}
record! { DiskOffering: DiskOfferingId in "disk_offering" {
    name: Text = |r| Value::text(r.name.as_str()),
} unique { [name] } }

/// A kind of network: which services it has, and which kind of device gives each (OFFR-03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkOffering {
    /// Its id.
    pub id: NetworkOfferingId,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// Who shares its networks.
    pub guest: GuestType,
    /// Service to kind of device: the key of a driver.
    pub services: BTreeMap<String, String>,
    /// An administrator gives the VLAN.
    pub specify_vlan: bool,
    /// Its networks live on without machines (PERS-01).
    pub persistent: bool,
    /// One public address may serve several kinds of rules; if not, one kind each (IPAM-13).
    #[serde(default = "yes")]
    pub conserve: bool,
    /// What guests send to the world passes unless a rule refuses it; if not, unless no rule allows it (FWNAT-02).
    #[serde(default)]
    pub egress_open: bool,
    /// Megabits a second that guests may send to the world, and be sent, 0 for no limit; none means the setting
    /// `network.throttling.rate`.
    #[serde(default)]
    pub rate: Option<u32>,
}

const fn yes() -> bool {
    true
}
record! { NetworkOffering: NetworkOfferingId in "network_offering" {
    name: Text = |r| Value::text(r.name.as_str()),
} unique { [name] } }

impl NetworkOffering {
    /// True if security groups are among its services.
    #[must_use]
    pub fn has(&self, service: &str) -> bool {
        self.services.contains_key(service)
    }
}

/// The default network offerings by name, with guest type, whether a VLAN is given by hand, and services (ZONE-09).
pub const DEFAULT_NETWORK_OFFERINGS: &[(&str, GuestType, bool, &[&str])] = &[
    (
        "DefaultSharedNetworkOfferingWithSGService",
        GuestType::Shared,
        true,
        &["Dhcp", "Dns", "UserData", "SecurityGroup"],
    ),
    ("DefaultSharedNetworkOffering", GuestType::Shared, true, &["Dhcp", "Dns", "UserData"]),
    (
        "DefaultIsolatedNetworkOfferingWithSourceNatService",
        GuestType::Isolated,
        false,
        &["Dhcp", "Dns", "UserData", "Firewall", "Gateway", "Lb", "SourceNat", "StaticNat", "PortForwarding", "Vpn"],
    ),
    ("DefaultIsolatedNetworkOffering", GuestType::Isolated, true, &["Dhcp", "Dns", "UserData"]),
];

/// The default compute offerings: name, processors, speed, memory.
pub const DEFAULT_COMPUTE_OFFERINGS: &[(&str, u32, Mhz, Mib)] =
    &[("Small Instance", 1, Mhz(500), Mib(512)), ("Medium Instance", 1, Mhz(1_000), Mib(1_024))];

/// The default disk offerings: name, and size in GiB (none: the user chooses).
pub const DEFAULT_DISK_OFFERINGS: &[(&str, Option<u64>)] =
    &[("Small", Some(5)), ("Medium", Some(20)), ("Large", Some(100)), ("Custom", None)];

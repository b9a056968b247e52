//! What a driver can do, as data. Nothing asks which driver it is.

use std::collections::BTreeSet;

/// A driver's capability sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// What is driven, for people: `Simulator`.
    pub title: String,
    /// Image formats its guests boot from, such as `QCOW2`.
    pub image_formats: BTreeSet<String>,
    /// Kinds of primary pools it works with, such as `NetworkFilesystem`.
    pub pool_kinds: BTreeSet<String>,
    /// Services it gives to networks, such as `Dhcp` or `SecurityGroup`.
    pub services: BTreeSet<String>,
    /// The most guests on one host, if limited.
    pub max_guests: Option<u32>,
    /// The most hosts in one cluster, if limited.
    pub max_hosts_per_cluster: Option<u32>,
    /// Pools may promise more than they have.
    pub overprovisioning: bool,
}

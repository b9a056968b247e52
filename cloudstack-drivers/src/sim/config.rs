//! What the simulated devices are like.

use cloudstack_core::{
    base::{Bytes, Mhz, Mib},
    port::driver::Capabilities,
};
use std::{collections::BTreeSet, net::IpAddr};

/// What the world is made of when nobody says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimConfig {
    /// Where the draws of the fault rules start from.
    pub seed: u64,
    /// The shape of a host that nobody added by hand.
    pub host: HostShape,
    /// The shape of a pool that nobody added by hand.
    pub pool: PoolShape,
    /// A host or pool that was never heard of is there, in the default shape, from its first call on. Without this, nobody
    /// answers at that address, and no pool is at that place.
    pub discover: bool,
    /// What all four drivers of the world say they can do.
    pub sheet: Capabilities,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self { seed: 0, host: HostShape::default(), pool: PoolShape::default(), discover: true, sheet: default_sheet() }
    }
}

/// The hardware of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostShape {
    /// Logical processors.
    pub cores: u32,
    /// Speed of one.
    pub speed: Mhz,
    /// Memory for guests.
    pub ram: Mib,
    /// Processor features and abilities of its hypervisor.
    pub flags: BTreeSet<String>,
    /// The version of its hypervisor.
    pub version: String,
    /// It refuses a guest when the memory of its running guests would exceed `ram`. Otherwise it takes any number.
    pub strict: bool,
}

impl Default for HostShape {
    /// Four cores of 8000 MHz, 8 GiB, able to run unmodified guests (`hvm`), taking any number of guests.
    fn default() -> Self {
        Self {
            cores: 4,
            speed: Mhz(8_000),
            ram: Mib::gib(8),
            flags: words(&["hvm"]),
            version: "1.0".into(),
            strict: false,
        }
    }
}

/// A host that is put into the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimHost {
    /// Where it answers; what tells hosts apart.
    pub address: IpAddr,
    /// Its hardware.
    pub shape: HostShape,
}

/// What a pool is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolShape {
    /// Its size.
    pub capacity: Bytes,
    /// Every volume takes its whole size at once, and one that does not fit is refused. Otherwise volumes are thin: only
    /// the templates under them take room, and a volume is refused only when the pool is full, or smaller than the volume.
    pub thick: bool,
}

impl Default for PoolShape {
    /// A thin pool of 1 TiB.
    fn default() -> Self {
        Self { capacity: Bytes::gib(1_024), thick: false }
    }
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

fn default_sheet() -> Capabilities {
    Capabilities {
        title: "Simulator".into(),
        image_formats: words(&["ISO", "OVA", "QCOW2", "RAW", "VHD"]),
        pool_kinds: words(&["Filesystem", "IscsiLUN", "NetworkFilesystem", "PreSetup", "RBD", "SharedMountPoint"]),
        services: words(&["Dhcp", "Dns"]),
        max_guests: None,
        max_hosts_per_cluster: None,
        overprovisioning: true,
    }
}

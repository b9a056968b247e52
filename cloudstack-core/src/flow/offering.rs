//! Making offerings.

use super::access;
use super::step::Desk;
use super::verb::{Decision, Verb};
use crate::base::id::{ComputeOfferingId, DiskOfferingId, EntityId, JobId, NetworkOfferingId};
use crate::base::{Bytes, Caller, Error, Mhz, Mib, Name, Result};
use crate::model::event::EventLevel;
use crate::model::network::GuestType;
use crate::model::offering::{ComputeOffering, DiskOffering, NetworkOffering};
use std::collections::{BTreeMap, BTreeSet};

/// A request for a size of machine (OFFR-01).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::{base::{Mhz, Mib}, flow::offering::AddComputeOffering};
/// let wish = AddComputeOffering::new("tiny".parse()?, 1, Mhz(250), Mib(256));
/// let offering = cloud.offerings().add_compute(&admin, wish).await?.done().await?;
/// assert_eq!(cloud.view().compute_offering(offering).map(|o| o.ram), Some(Mib(256)));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddComputeOffering {
    /// Its name.
    pub name: Name,
    /// Virtual processors: 1 to 1,024.
    pub cores: u32,
    /// Speed of one.
    pub speed: Mhz,
    /// Memory: at least 32 MiB.
    pub ram: Mib,
    /// Labels the host must carry.
    pub host_tags: BTreeSet<String>,
    /// Labels the root volume's pool must carry.
    pub storage_tags: BTreeSet<String>,
    /// Root volumes on the host's own disks.
    pub local_storage: bool,
    /// Restart machines elsewhere when their host dies.
    pub ha: bool,
    /// The order in which hosts are tried, if not the cloud's.
    pub planner: Option<String>,
}

impl AddComputeOffering {
    /// An offering of this size, without labels.
    #[must_use]
    pub fn new(name: Name, cores: u32, speed: Mhz, ram: Mib) -> Self {
        let (host_tags, storage_tags) = (BTreeSet::new(), BTreeSet::new());
        let (local_storage, ha, planner) = (false, false, None);
        Self { name, cores, speed, ram, host_tags, storage_tags, local_storage, ha, planner }
    }
}

impl Verb for AddComputeOffering {
    type Answer = ComputeOfferingId;
    const NAME: &'static str = "compute_offering.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<ComputeOfferingId>> {
        access::root(caller)?;
        if !(1..=1_024).contains(&self.cores) {
            return Err(Error::invalid("cores", self.cores, "give 1 to 1024"));
        }
        if self.speed == Mhz::ZERO {
            return Err(Error::invalid("speed", self.speed, "give at least 1 MHz"));
        }
        if self.ram < Mib(32) {
            return Err(Error::invalid("ram", self.ram, "give at least 32 MiB"));
        }
        let id = desk.id::<ComputeOfferingId>();
        desk.insert(ComputeOffering {
            id,
            name: self.name.clone(),
            cores: self.cores,
            speed: self.speed,
            ram: self.ram,
            host_tags: self.host_tags.clone(),
            storage_tags: self.storage_tags.clone(),
            local_storage: self.local_storage,
            ha: self.ha,
            planner: self.planner.clone(),
        })?;
        desk.event(
            "SERVICE.OFFERING.CREATE",
            EventLevel::Info,
            None,
            id.to_string(),
            format!("{} {}", ComputeOfferingId::NOUN, self.name),
        );
        Ok(Decision::done(id))
    }
}

/// A request for a size of data disk (OFFR-02).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::{base::Bytes, flow::offering::AddDiskOffering};
/// let wish = AddDiskOffering { name: "ten".parse()?, size: Some(Bytes::gib(10)), tags: ["fast".into()].into() };
/// let offering = cloud.offerings().add_disk(&admin, wish).await?.done().await?;
/// assert_eq!(cloud.view().disk_offering(offering).and_then(|o| o.size), Some(Bytes::gib(10)));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddDiskOffering {
    /// Its name.
    pub name: Name,
    /// The size; none means the user chooses.
    pub size: Option<Bytes>,
    /// Labels the pool must carry.
    pub tags: BTreeSet<String>,
}

impl Verb for AddDiskOffering {
    type Answer = DiskOfferingId;
    const NAME: &'static str = "disk_offering.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<DiskOfferingId>> {
        access::root(caller)?;
        if self.size == Some(Bytes::ZERO) {
            return Err(Error::invalid("size", 0, "give at least one byte, or leave it to the user"));
        }
        let id = desk.id::<DiskOfferingId>();
        desk.insert(DiskOffering { id, name: self.name.clone(), size: self.size, tags: self.tags.clone() })?;
        desk.event(
            "DISK.OFFERING.CREATE",
            EventLevel::Info,
            None,
            id.to_string(),
            format!("disk offering {}", self.name),
        );
        Ok(Decision::done(id))
    }
}

/// A request for a kind of network (OFFR-03).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::{flow::offering::AddNetworkOffering, model::network::GuestType};
/// let wish = AddNetworkOffering {
///     services: [("Dhcp".into(), "VirtualRouter".into())].into(),
///     persistent: true,
///     ..AddNetworkOffering::new("plain".parse()?, GuestType::Isolated)
/// };
/// let offering = cloud.offerings().add_network(&admin, wish).await?.done().await?;
/// assert!(cloud.view().network_offering(offering).is_some_and(|o| o.persistent));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddNetworkOffering {
    /// Its name.
    pub name: Name,
    /// Who shares its networks.
    pub guest: GuestType,
    /// Service to kind of device: the key of a driver.
    pub services: BTreeMap<String, String>,
    /// An administrator gives the VLAN.
    pub specify_vlan: bool,
    /// Its networks live on without machines (PERS-01); isolated ones only.
    pub persistent: bool,
    /// One public address may serve several kinds of rules.
    pub conserve: bool,
    /// What guests send to the world passes unless a rule refuses it; needs `Firewall`.
    pub egress_open: bool,
    /// Megabits a second that guests may send to the world, and be sent, 0 for no limit; the setting
    /// `network.throttling.rate` if none is given.
    pub rate: Option<u32>,
}

impl AddNetworkOffering {
    /// A kind of network without services. Its addresses serve several kinds of rules, and nothing leaves unless a rule
    /// allows it.
    #[must_use]
    pub fn new(name: Name, guest: GuestType) -> Self {
        let (services, specify_vlan, persistent) = (BTreeMap::new(), false, false);
        let (conserve, egress_open, rate) = (true, false, None);
        Self { name, guest, services, specify_vlan, persistent, conserve, egress_open, rate }
    }
}

/// Services that need a network of one account's own.
const PRIVATE: [&str; 5] = ["SourceNat", "StaticNat", "PortForwarding", "Lb", "Vpn"];

impl Verb for AddNetworkOffering {
    type Answer = NetworkOfferingId;
    const NAME: &'static str = "network_offering.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<NetworkOfferingId>> {
        access::root(caller)?;
        let shared = self.guest == GuestType::Shared;
        if self.persistent && shared {
            return Err(Error::invalid("persistent", true, "only isolated networks come and go with their machines"));
        }
        if let Some(service) = PRIVATE.into_iter().find(|s| shared && self.services.contains_key(*s)) {
            return Err(Error::invalid("services", service, "only isolated networks have it"));
        }
        if !shared && self.services.contains_key("SecurityGroup") {
            return Err(Error::invalid("services", "SecurityGroup", "only shared networks have it"));
        }
        if self.egress_open && !self.services.contains_key("Firewall") {
            return Err(Error::invalid("egress_open", true, "only what has a firewall says what leaves it"));
        }
        let id = desk.id::<NetworkOfferingId>();
        let Self { name, guest, services, specify_vlan, persistent, conserve, egress_open, rate } = self.clone();
        let offering =
            NetworkOffering { id, name, guest, services, specify_vlan, persistent, conserve, egress_open, rate };
        desk.insert(offering)?;
        let text = format!("network offering {}", self.name);
        desk.event("NETWORK.OFFERING.CREATE", EventLevel::Info, None, id.to_string(), text);
        Ok(Decision::done(id))
    }
}

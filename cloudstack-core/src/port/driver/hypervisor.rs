//! Hosts and the guests on them.

use super::{BroadcastDomain, Capabilities, DriverResult};
use crate::base::{
    Bytes, Mac, Mhz, Mib,
    id::{HostId, VmId},
};
use crate::rules::ir::Tap;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

/// The host a call is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostTarget {
    /// Its id; stable from the moment it is added.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Its management address.
    pub address: IpAddr,
}

/// What a host says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFacts {
    /// Logical processors, hyper-threads included.
    pub cores: u32,
    /// Speed of one.
    pub speed: Mhz,
    /// Memory for guests.
    pub ram: Mib,
    /// Processor features, and what the hypervisor can do, such as `hvm`.
    pub flags: BTreeSet<String>,
    /// The hypervisor's version.
    pub version: String,
    /// Names of guests that are already there.
    pub guests: Vec<String>,
}

/// One disk of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskSpec {
    /// Kind of the pool it lies on.
    pub pool_kind: String,
    /// Where the pool is.
    pub pool_url: String,
    /// The volume's name there.
    pub volume: String,
    /// Its place; 0 is the root.
    pub device: u32,
    /// Its size.
    pub size: Bytes,
}

/// One interface of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceSpec {
    /// Its name on the host, unique in the cloud. Where a [`VirtualSwitch`](super::VirtualSwitch) joins interfaces, the host has
    /// a tap of this name before the guest starts.
    pub tap: Tap,
    /// Its hardware address.
    pub mac: Mac,
    /// Its network.
    pub domain: BroadcastDomain,
    /// Its place.
    pub device: u32,
}

/// What a guest is told about itself, by whichever device or drive its operator uses for that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GuestMetadata {
    /// Public SSH keys that may log in, each as a line of an `authorized_keys` file.
    pub ssh_keys: Vec<String>,
    /// Data of its owner, as base64.
    pub user_data: Option<String>,
}

/// A guest as it shall run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestSpec {
    /// The machine's id.
    pub vm: VmId,
    /// The guest's name on the host, unique in the cloud.
    pub name: String,
    /// Virtual processors.
    pub cores: u32,
    /// Speed of one.
    pub speed: Mhz,
    /// Memory.
    pub ram: Mib,
    /// Its disks.
    pub disks: Vec<DiskSpec>,
    /// Its interfaces.
    pub interfaces: Vec<InterfaceSpec>,
    /// What it is told.
    pub metadata: GuestMetadata,
}

/// Whether a guest runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GuestPower {
    /// It runs.
    On,
    /// It is there and does not run.
    Off,
}

/// One guest, as a host sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestReport {
    /// The guest's name.
    pub name: String,
    /// Whether it runs.
    pub power: GuestPower,
}

/// A host's answer to a ping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostReport {
    /// Every guest on it, ordered by name.
    pub guests: Vec<GuestReport>,
}

/// What a running guest has used since it was started on its host. Counters never fall while it stays there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuestStats {
    /// The guest's name.
    pub name: String,
    /// Processor time, in nanoseconds over all processors.
    pub cpu_nanos: u64,
    /// Memory it holds on the host.
    pub ram: Mib,
    /// Bytes its interfaces received and sent, by the interface's name.
    pub interfaces: BTreeMap<Tap, (Bytes, Bytes)>,
    /// Bytes its disks read and wrote, by their place.
    pub disks: BTreeMap<u32, (Bytes, Bytes)>,
}

/// What speaks at a console's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConsoleKind {
    /// A screen, by the RFB protocol.
    Vnc,
    /// A serial line, as bytes.
    Serial,
}

/// Where a guest's screen or serial line is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// What speaks there.
    pub kind: ConsoleKind,
    /// `HOST:PORT`, or the path of a socket on the host.
    pub address: String,
}

/// How a guest is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopMode {
    /// Ask it to shut down, and pull the plug if it does not.
    Graceful,
    /// Pull the plug.
    Forced,
}

/// Drives hosts of one kind.
///
/// Calls about one guest on one host take effect in the order in which they are made: a start that nobody waits for any more
/// must not come true after a later stop was answered.
///
/// A whole driver is in the chapter [`howto_driver`](crate::docs::howto_driver); the suite that each must pass is
/// `testkit::conformance::driver::hypervisor_suite`. How one is called:
///
/// ```
/// use cloudstack_core::base::id::{EntityId, HostId};
/// use cloudstack_core::port::driver::{HostTarget, Hypervisor, StopMode};
/// # use cloudstack_core::port::platform::Tokio;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let driver = cloudstack_drivers::sim::SimWorld::new(Tokio::current()?).hypervisor();
/// let host = HostTarget { id: HostId::from_u128(1), name: "h1".into(), address: "192.0.2.1".parse()? };
/// assert!(driver.probe(&host).await?.ram.0 > 0);
/// // A guest that is not there is as it should be, however often it is asked for.
/// for _ in 0..2 {
///     driver.ensure_stopped(&host, "i-1", StopMode::Graceful).await?;
/// }
/// assert!(driver.ping(&host).await?.guests.is_empty());
/// # Ok(()) }
/// ```
#[async_trait]
pub trait Hypervisor: Send + Sync + 'static {
    /// What it can do. The same for the driver's whole life.
    fn capabilities(&self) -> &Capabilities;

    /// Reads a host's facts. Changes nothing; may be repeated.
    async fn probe(&self, host: &HostTarget) -> DriverResult<HostFacts>;

    /// Asks a host whether it lives and what runs on it. Changes nothing; may be repeated.
    async fn ping(&self, host: &HostTarget) -> DriverResult<HostReport>;

    /// The guest runs on this host as specified. Repeating it while it runs changes nothing.
    async fn ensure_running(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()>;

    /// No guest of this name runs on this host, and the host has forgotten it. Repeating it changes nothing.
    async fn ensure_stopped(&self, host: &HostTarget, guest: &str, mode: StopMode) -> DriverResult<()>;

    /// The guest has been restarted once for this `token`. Repeating it with the same token changes nothing.
    async fn ensure_rebooted(&self, host: &HostTarget, guest: &str, token: u128) -> DriverResult<()>;

    /// The guest runs on `to` as specified, having moved there from `from` without stopping, and `from` has forgotten it.
    /// Both hosts reach its disks. Repeating it once it is there changes nothing; if it fails, the guest runs on exactly one of
    /// the two.
    ///
    /// [`NotFound`](super::DriverErrorKind::NotFound) if it runs on neither.
    async fn ensure_migrated(&self, from: &HostTarget, to: &HostTarget, guest: &GuestSpec) -> DriverResult<()>;

    /// The guest that runs here has exactly the disks and interfaces of this specification, without a restart. Repeating it
    /// changes nothing.
    async fn ensure_devices(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()>;

    /// What every running guest of this host has used, ordered by name. Changes nothing; may be repeated.
    async fn stats(&self, host: &HostTarget) -> DriverResult<Vec<GuestStats>>;

    /// Where the guest's consoles are reached while it runs. Changes nothing; may be repeated.
    async fn consoles(&self, host: &HostTarget, guest: &str) -> DriverResult<Vec<Console>>;
}

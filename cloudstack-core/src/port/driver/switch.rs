//! What joins the interfaces of guests to their networks, on hosts.

use super::{Capabilities, DriverResult, HostTarget};
use crate::base::id::NetworkId;
use crate::model::infra::Isolation;
use crate::rules::ir::Tap;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A broadcast domain: what keeps the frames of a guest network apart from those of every other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BroadcastDomain {
    /// The guest network.
    pub network: NetworkId,
    /// How its physical network keeps guest networks apart.
    pub isolation: Isolation,
    /// Its VLAN or VXLAN id; none means untagged.
    pub tag: Option<u32>,
    /// What the physical network is called on this kind of host (PHYS-07): a bridge, an interface.
    pub label: Option<String>,
}

/// Joins interfaces to broadcast domains on hosts of one kind.
///
/// A hypervisor that joins its guests to networks by itself needs none. Where there is one, it is told of an interface before
/// the guest starts, and again after the guest has left. The suite that each must pass is
/// `testkit::conformance::driver::switch_suite`.
///
/// ```
/// use cloudstack_core::base::id::{EntityId, HostId, NetworkId};
/// use cloudstack_core::model::infra::Isolation;
/// use cloudstack_core::port::driver::{BroadcastDomain, HostTarget, VirtualSwitch};
/// # use cloudstack_core::port::platform::Tokio;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let driver = cloudstack_drivers::sim::SimWorld::new(Tokio::current()?).virtual_switch();
/// let host = HostTarget { id: HostId::from_u128(1), name: "h1".into(), address: "192.0.2.1".parse()? };
/// let network = NetworkId::from_u128(1);
/// let domain = BroadcastDomain { network, isolation: Isolation::Vxlan, tag: Some(5_001), label: None };
/// let tap = "vnet0".parse()?;
/// for _ in 0..2 {
///     driver.ensure_joined(&host, &domain, tap).await?;
/// }
/// driver.ensure_parted(&host, tap).await?;
/// # Ok(()) }
/// ```
#[async_trait]
pub trait VirtualSwitch: Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;

    /// The host has an interface of this name, it is up, and it is in this domain and in no other; a tap is made if there is no
    /// interface of the name. What the domain needs on the host is made with its first interface. Repeating it changes nothing.
    async fn ensure_joined(&self, host: &HostTarget, domain: &BroadcastDomain, tap: Tap) -> DriverResult<()>;

    /// The host has no interface of this name. What its domain needed on the host goes with the last one. Repeating it changes
    /// nothing.
    async fn ensure_parted(&self, host: &HostTarget, tap: Tap) -> DriverResult<()>;
}

//! Devices that carry, serve and filter guest networks.

use super::{Capabilities, DriverResult, GuestMetadata, HostTarget};
use crate::base::{
    Mac,
    id::{NetworkId, NicId},
};
use async_trait::async_trait;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A guest network as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSpec {
    /// Its id.
    pub id: NetworkId,
    /// Its VLAN or VXLAN id; none means untagged.
    pub vlan: Option<u32>,
    /// Its addresses.
    pub cidr: IpNet,
    /// Its router.
    pub gateway: IpAddr,
    /// Name servers for its guests.
    pub dns: Vec<IpAddr>,
    /// The suffix of its guests' names.
    pub domain_name: Option<String>,
}

/// A guest's interface as its network shall know it: an address to give, a name to answer for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortSpec {
    /// The interface.
    pub nic: NicId,
    /// Its hardware address.
    pub mac: Mac,
    /// Its IPv4 address.
    pub ip4: Option<Ipv4Addr>,
    /// Its IPv6 address.
    pub ip6: Option<Ipv6Addr>,
    /// The guest's name.
    pub hostname: String,
    /// The guest's default route leads here.
    pub default: bool,
    /// What the guest is told when it asks.
    pub metadata: GuestMetadata,
}

/// Drives devices of one kind.
///
/// The suite that each must pass is `testkit::conformance::driver::network_suite`.
///
/// ```
/// use cloudstack_core::base::id::{EntityId, NetworkId};
/// use cloudstack_core::port::driver::{NetworkDevice, NetworkSpec};
/// # use cloudstack_core::port::platform::Tokio;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let driver = cloudstack_drivers::sim::SimWorld::new(Tokio::current()?).router();
/// let network = NetworkSpec {
///     id: NetworkId::from_u128(1),
///     vlan: Some(100),
///     cidr: "10.1.1.0/24".parse()?,
///     gateway: "10.1.1.1".parse()?,
///     dns: vec!["192.0.2.53".parse()?],
///     domain_name: None,
/// };
/// for _ in 0..2 {
///     driver.ensure_network(&network).await?;
/// }
/// driver.ensure_no_network(network.id).await?;
/// # Ok(()) }
/// ```
#[async_trait]
pub trait NetworkDevice: Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;
    /// The network carries traffic. Repeating it changes nothing.
    async fn ensure_network(&self, network: &NetworkSpec) -> DriverResult<()>;
    /// The network is gone. Repeating it changes nothing.
    async fn ensure_no_network(&self, network: NetworkId) -> DriverResult<()>;
    /// The network knows this interface, on this host. Repeating it changes nothing.
    async fn ensure_port(&self, host: &HostTarget, network: &NetworkSpec, port: &PortSpec) -> DriverResult<()>;
    /// The network has forgotten this interface. Repeating it changes nothing.
    async fn ensure_no_port(&self, host: &HostTarget, network: NetworkId, nic: NicId) -> DriverResult<()>;
}

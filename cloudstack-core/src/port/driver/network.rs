//! Devices that carry, serve and filter guest networks.

use super::{Capabilities, DriverResult, GuestMetadata, HostTarget};
use crate::base::{
    Bytes, Mac,
    id::{NetworkId, NicId},
};
use crate::model::infra::Isolation;
use crate::rules::router::{Router, Transport, oracle::Inside};
use async_trait::async_trait;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A guest network as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSpec {
    /// Its id.
    pub id: NetworkId,
    /// How its physical network keeps guest networks apart.
    pub isolation: Isolation,
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

/// All that a device must know of one network it serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterSpec {
    /// The network.
    pub network: NetworkSpec,
    /// The services that this device gives it, as its offering names them: `Dhcp`, `SourceNat`.
    pub services: BTreeSet<String>,
    /// Every interface it shall know.
    pub ports: BTreeMap<NicId, PortSpec>,
    /// What it does to packets.
    pub rules: Router,
    /// Megabits a second that guests may send to the world, and be sent; none means no limit.
    pub rate: Option<u32>,
}

impl RouterSpec {
    /// What the guests' side of it looks like to the packet oracle: where it serves guests follows from its services.
    #[must_use]
    pub fn inside(&self) -> Inside {
        let ports = |service: &String| -> &[(Transport, u16)] {
            match service.as_str() {
                "Dhcp" => &[(Transport::Udp, 67)],
                "Dns" => &[(Transport::Tcp, 53), (Transport::Udp, 53)],
                "UserData" => &[(Transport::Tcp, 80), (Transport::Tcp, 8080)],
                _ => &[],
            }
        };
        let serves = self.services.iter().flat_map(ports).copied().collect();
        Inside { subnet: self.network.cidr.trunc(), gateway: self.network.gateway, serves }
    }
}

/// The router of a network as it shall be.
#[derive(Debug, Clone, Copy)]
pub struct RouterUpdate<'a> {
    /// All of it.
    pub whole: &'a RouterSpec,
    /// What the device was last told and took; none if that is not known. A device may make only the difference: both lead to the
    /// same state.
    pub known: Option<&'a RouterSpec>,
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
///     isolation: cloudstack_core::model::infra::Isolation::Vlan,
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
    /// The network is routed, served and filtered as said, and in no other way: interfaces that are not among the ports are
    /// forgotten. Connections that both the old and the new state let through go on. Repeating it changes nothing.
    async fn ensure_router(&self, router: RouterUpdate<'_>) -> DriverResult<()>;
    /// Bytes that each public address of the network received from and sent to the world since its router was made, for usage.
    /// Changes nothing; may be repeated. Empty for a device that does not count.
    async fn traffic(&self, network: NetworkId) -> DriverResult<BTreeMap<IpAddr, (Bytes, Bytes)>>;
}

//! What an operator says about bridges.

use std::{collections::BTreeMap, net::IpAddr};

/// How hosts find each other's part of a VXLAN.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peers {
    /// Frames for all go to each of these addresses; a host's own address may be among them.
    Listed(Vec<IpAddr>),
    /// Frames for all go to this multicast group by way of this interface.
    Group {
        /// The group's address.
        group: IpAddr,
        /// The interface of the host that leads to it.
        device: String,
    },
}

/// How guest networks are carried by Linux bridges.
///
/// ```
/// use cloudstack_drivers::bridge::{BridgeConfig, Peers};
///
/// let config = BridgeConfig {
///     peers: Peers::Listed(vec!["192.0.2.1".parse()?, "192.0.2.2".parse()?]),
///     ..BridgeConfig::default()
/// };
/// assert_eq!(config.port, 4789);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeConfig {
    /// Where VXLAN frames go. None by default: a domain then ends at its host.
    pub peers: Peers,
    /// The UDP port of VXLAN.
    pub port: u16,
    /// The device that carries the VLANs of a label, by label, where it is not the label itself.
    pub trunks: BTreeMap<String, String>,
    /// Bytes of the largest packet on bridges that are made; the kernel's choice if not said.
    pub mtu: Option<u32>,
}

impl Default for BridgeConfig {
    fn default() -> Self {
        Self { peers: Peers::Listed(Vec::new()), port: 4789, trunks: BTreeMap::new(), mtu: None }
    }
}

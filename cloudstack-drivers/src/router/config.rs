//! What an operator says about routers.

use cloudstack_core::model::infra::Isolation;
use cloudstack_core::port::driver::HostTarget;
use std::collections::BTreeMap;

/// What a router's public side is joined to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uplink {
    /// A Linux bridge of the gateway host, by name.
    Bridge(String),
    /// A broadcast domain, joined through the same switch as guest networks.
    Domain {
        /// How its physical network keeps networks apart.
        isolation: Isolation,
        /// Its VLAN or VXLAN id; none means untagged.
        tag: Option<u32>,
        /// What the physical network is called on the host.
        label: Option<String>,
    },
}

/// Where routers live and what surrounds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The host on which each network gets its namespace.
    pub gateway: HostTarget,
    /// What public addresses of a VLAN are reached by; `None` is the key of untagged ones.
    pub uplinks: BTreeMap<Option<u32>, Uplink>,
    /// What the physical network of guests is called on the host.
    pub guest_label: Option<String>,
    /// The largest packet on guest networks, in bytes, told to guests too; the kernel's default if none. An overlay takes 50.
    pub guest_mtu: Option<u16>,
    /// The kernel may leave checksums to a network card. A switch that is a program, such as Open vSwitch's own datapath, must
    /// have them done: `false`, which needs `ethtool` on the host.
    pub checksum_offload: bool,
    /// The command that serves guests what they are told, found on the host: `cloudstack-guest-data` of this crate, or a program
    /// that calls [`guest_data::run`](super::guest_data::run) with what follows these words.
    pub guest_data: Vec<String>,
}

impl Config {
    /// Routers on this host, their public side on this bridge, everything else as usual.
    #[must_use]
    pub fn new(gateway: HostTarget, public_bridge: &str) -> Self {
        Self {
            gateway,
            uplinks: [(None, Uplink::Bridge(public_bridge.to_owned()))].into(),
            guest_label: None,
            guest_mtu: None,
            checksum_offload: true,
            guest_data: vec!["cloudstack-guest-data".to_owned()],
        }
    }
}

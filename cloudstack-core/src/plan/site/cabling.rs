//! What stands between the servers of a plan: switches, their uplinks, storage networks, the balancer.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::range::Subnet;

/// The balancer in front of several management servers (PLAN-02, PORT-12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balancer {
    /// The address that hosts and system machines know.
    pub address: Ipv4Addr,
    /// How many machines share it; one can fail with two.
    pub nodes: u8,
}

/// The access switches of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// How many there are; a server hangs on two of them.
    pub switches: u8,
    /// Speed of a server's port, in Gbit/s.
    #[serde(default = "one")]
    pub port_gbit: u16,
    /// Uplinks of each switch.
    pub uplinks: u8,
    /// Speed of one, in Gbit/s.
    pub uplink_gbit: u16,
}

const fn one() -> u16 {
    1
}

/// A network of a pod for primary storage alone, beside the pod's (PLAN-03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageNetwork {
    /// The subnet.
    pub subnet: Subnet,
    /// Its gateway.
    pub gateway: Ipv4Addr,
    /// NICs of each server on it; they are bonded when there are several.
    pub nics: u8,
}

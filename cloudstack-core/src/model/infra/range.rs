//! Physical networks, and the ranges of addresses and VLANs that the cloud may give out.

use crate::base::{
    Name,
    id::{AccountId, IpRangeId, NetworkId, PhysicalNetworkId, PodId, VlanRangeId, ZoneId},
};
use crate::model::{Value, closed, record::record};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr};

closed! {
    /// What a physical network carries (PHYS-03).
    TrafficKind {
        Guest "Between guests, and from them to their gateway.",
        Management "Between hosts, system machines and management servers.",
        Public "Between the cloud and the world.",
        Storage "Between system machines and secondary storage (PHYS-04).",
    }
}

closed! {
    /// How a physical network keeps guest networks apart.
    Isolation {
        Vlan "802.1Q tags, 1 to 4094.",
        Vxlan "VXLAN network ids.",
    }
}

impl Isolation {
    /// What its tags are called in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vlan => "VLAN",
            Self::Vxlan => "VXLAN",
        }
    }

    /// The lowest tag. Number 0 of 802.1Q marks a frame with a priority and no VLAN; identifier 0 of VXLAN is left out
    /// because devices take it for "none".
    #[must_use]
    pub const fn lowest(self) -> u32 {
        1
    }

    /// The highest tag: 4094 and 2²⁴−2. The number of all ones is reserved in 802.1Q, and some devices keep it in VXLAN.
    #[must_use]
    pub const fn highest(self) -> u32 {
        match self {
            Self::Vlan => 4_094,
            Self::Vxlan => 16_777_214,
        }
    }
}

/// One kind of traffic on a physical network, with the label each hypervisor kind knows it by (PHYS-07).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// What is carried.
    pub kind: TrafficKind,
    /// Hypervisor kind to label: a bridge, a network name.
    pub labels: BTreeMap<String, String>,
}

/// A physical network of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhysicalNetwork {
    /// Its id.
    pub id: PhysicalNetworkId,
    /// Its zone.
    pub zone: ZoneId,
    /// Its name, unique in the zone.
    pub name: Name,
    /// What it carries.
    pub traffic: Vec<Traffic>,
    /// How it keeps guest networks apart.
    pub isolation: Isolation,
}
record! { PhysicalNetwork: PhysicalNetworkId in "physical_network" {
    name: Text = |r| Value::text(r.name.as_str()),
    zone: Link = |r| Value::link(r.zone),
} unique { [zone, name] } }

closed! {
    /// What addresses of a range are for.
    Purpose {
        Public "For the world.",
        Guest "For guests.",
        System "For system machines on the management network (IPAM-01).",
        Storage "For system machines on the storage network.",
    }
}

/// A range of addresses that the cloud may give out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IpRange {
    /// Its id.
    pub id: IpRangeId,
    /// Its zone.
    pub zone: ZoneId,
    /// The pod whose machines it serves, if only one.
    pub pod: Option<PodId>,
    /// The guest network it belongs to.
    pub network: Option<NetworkId>,
    /// What it is for.
    pub purpose: Purpose,
    /// The VLAN its addresses live on; none means untagged.
    pub vlan: Option<u32>,
    /// The subnet around it.
    pub subnet: IpNet,
    /// The router of that subnet.
    pub gateway: IpAddr,
    /// The first address.
    pub first: IpAddr,
    /// The last address.
    pub last: IpAddr,
    /// The one account it serves, if dedicated.
    pub account: Option<AccountId>,
}
record! { IpRange: IpRangeId in "ip_range" {
    purpose: Text = |r| Value::text(r.purpose.as_str()),
    zone: Link = |r| Value::link(r.zone),
    pod: Link = |r| Value::maybe(r.pod),
    network: Link = |r| Value::maybe(r.network),
    first: Text = |r| Value::shown(Some(r.first)),
    last: Text = |r| Value::shown(Some(r.last)),
} unique { [zone, purpose, first] } }

/// A range of VLAN or VXLAN ids for guest networks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VlanRange {
    /// Its id.
    pub id: VlanRangeId,
    /// Where the ids count.
    pub physical_network: PhysicalNetworkId,
    /// The first id.
    pub first: u32,
    /// The last id.
    pub last: u32,
    /// What kind of ids these are: that of the physical network.
    pub isolation: Isolation,
}
record! { VlanRange: VlanRangeId in "vlan_range" {
    physical_network: Link = |r| Value::link(r.physical_network),
    first: Int = |r| Value::int(r.first),
    last: Int = |r| Value::int(r.last),
} unique { [physical_network, first] } }

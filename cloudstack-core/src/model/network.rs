//! Guest networks, their interfaces, security groups and public addresses.

pub mod rule;
pub mod security_group;
pub mod security_rule;

pub use rule::{FirewallRule, LoadBalancer, PortForward, RuleState};
pub use security_group::SecurityGroup;

use super::{Value, closed, record::record};
use crate::base::{
    Mac, Name, Timestamp,
    fsm::{Machine, Move},
    id::{
        AccountId, IpRangeId, NetworkId, NetworkOfferingId, NicId, PhysicalNetworkId, PublicIpId, VlanId, VmId, ZoneId,
    },
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

closed! {
    /// The life of a guest network.
    NetworkState {
        Allocated "Only a row; no VLAN, no device (GNET-07).",
        Implementing "It is getting its VLAN and its devices.",
        Implemented "It carries traffic.",
        Shutdown "Its VLAN and devices are being given back.",
        Setup "Its VLAN was given by an administrator; it carries traffic for life.",
        Destroy "It was deleted.",
    }
}
closed! {
    /// What may happen to a guest network.
    NetworkEvent {
        ImplementNetwork "Its first machine starts.",
        OperationSucceeded "What was begun is done.",
        OperationFailed "What was begun failed.",
        DestroyNetwork "Its last machine has gone, or it is deleted.",
    }
}

/// What may happen to a guest network; a pair that is not listed is refused.
#[rustfmt::skip]
pub const NETWORK_MOVES: &[Move<NetworkState, NetworkEvent>] = {
    use {NetworkEvent::*, NetworkState::*};
    &[
        (Allocated,    ImplementNetwork,   Implementing),
        (Implementing, OperationSucceeded, Implemented),
        (Implementing, OperationFailed,    Shutdown),
        (Implemented,  DestroyNetwork,     Shutdown),
        (Shutdown,     OperationSucceeded, Allocated),
        (Shutdown,     OperationFailed,    Shutdown),
        (Setup,        DestroyNetwork,     Destroy),
        (Allocated,    DestroyNetwork,     Destroy),
    ]
};

/// The machine of a guest network. `Shutdown` that fails stays `Shutdown` and is tried again.
pub const NETWORK: Machine<'static, NetworkState, NetworkEvent> = Machine {
    noun: "network",
    moves: NETWORK_MOVES,
    initial: &[NetworkState::Allocated, NetworkState::Setup],
    finals: &[NetworkState::Destroy],
    transitional: &[NetworkState::Implementing],
};

/// Who shares a guest network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuestType {
    /// Everybody in the zone; its range is given by an administrator.
    Shared,
    /// One account, on a VLAN of its own.
    Isolated,
}

/// A guest network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// Its id.
    pub id: NetworkId,
    /// Its name, unique in the zone.
    pub name: Name,
    /// Its zone.
    pub zone: ZoneId,
    /// The physical network that carries it.
    pub physical_network: PhysicalNetworkId,
    /// The account it is for; none for a network of the whole zone.
    pub account: Option<AccountId>,
    /// What it offers.
    pub offering: NetworkOfferingId,
    /// Who shares it.
    pub guest: GuestType,
    /// Security groups are enforced on it.
    pub security_groups: bool,
    /// Where in its life it is.
    pub state: NetworkState,
    /// Its addresses.
    pub cidr: IpNet,
    /// Its router.
    pub gateway: IpAddr,
    /// Its VLAN or VXLAN id, while it has one.
    pub vlan: Option<u32>,
    /// The suffix of its machines' names.
    pub domain_name: Option<String>,
    /// Since when no machine uses it; kept while it waits to be given back.
    pub idle_since: Option<Timestamp>,
}
record! { Network: NetworkId in "network" {
    name: Text = |r| Value::text(r.name.as_str()),
    state: Text = |r| Value::text(r.state.as_str()),
    zone: Link = |r| Value::link(r.zone),
    account: Link = |r| Value::maybe(r.account),
    physical_network: Link = |r| Value::link(r.physical_network),
} unique { [zone, name] } }

impl Network {
    /// The same network after `event`.
    ///
    /// # Errors
    /// [`Illegal`](crate::base::fsm::Illegal) if its state does not allow the event.
    pub fn moved(&self, event: NetworkEvent) -> Result<Self, crate::base::fsm::Illegal> {
        Ok(Self { state: NETWORK.step(self.state, event)?, ..self.clone() })
    }
    /// True while it carries traffic.
    #[must_use]
    pub fn carries(&self) -> bool {
        matches!(self.state, NetworkState::Implemented | NetworkState::Setup)
    }
}

/// A VLAN or VXLAN id that a network holds. Nobody else can: physical network and id are unique together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vlan {
    /// Its id.
    pub id: VlanId,
    /// Where the tag counts.
    pub physical_network: PhysicalNetworkId,
    /// The tag.
    pub tag: u32,
    /// The network that holds it.
    pub network: NetworkId,
}
record! { Vlan: VlanId in "vlan" {
    physical_network: Link = |r| Value::link(r.physical_network),
    tag: Int = |r| Value::int(r.tag),
    network: Link = |r| Value::link(r.network),
} unique { [physical_network, tag] } }

closed! {
    /// The life of an interface's reservation.
    NicState {
        Allocated "Its addresses are its own; nothing is programmed.",
        Reserving "Its network is being prepared for it.",
        Reserved "Its network is ready for it.",
        Releasing "Its network is being told to forget it.",
    }
}
closed! {
    /// What may happen to an interface.
    NicEvent {
        ReservationRequested "Its machine starts.",
        CancelRequested "The start is called off.",
        OperationCompleted "What was begun is done.",
        OperationFailed "What was begun failed.",
        ReleaseRequested "Its machine stopped.",
    }
}

/// What may happen to an interface; a pair that is not listed is refused.
#[rustfmt::skip]
pub const NIC_MOVES: &[Move<NicState, NicEvent>] = {
    use {NicEvent::*, NicState::*};
    &[
        (Allocated, ReservationRequested, Reserving),
        (Reserving, CancelRequested,      Allocated),
        (Reserving, OperationCompleted,   Reserved),
        (Reserving, OperationFailed,      Allocated),
        (Reserved,  ReleaseRequested,     Releasing),
        (Releasing, OperationCompleted,   Allocated),
        (Releasing, OperationFailed,      Reserved),
    ]
};

/// The machine of an interface.
pub const NIC: Machine<'static, NicState, NicEvent> = Machine {
    noun: "nic",
    moves: NIC_MOVES,
    initial: &[NicState::Allocated],
    finals: &[],
    transitional: &[NicState::Reserving, NicState::Releasing],
};

/// A network interface of a virtual machine. Its addresses are its own for life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nic {
    /// Its id.
    pub id: NicId,
    /// Its machine.
    pub vm: VmId,
    /// Its network.
    pub network: NetworkId,
    /// Its IPv4 address.
    pub ip4: Option<Ipv4Addr>,
    /// Its IPv6 address.
    pub ip6: Option<Ipv6Addr>,
    /// Its hardware address, unique in the cloud.
    pub mac: Mac,
    /// Its place among the machine's interfaces.
    pub device: u32,
    /// The machine's default route leads here (GNET-03).
    pub default: bool,
    /// Where in its life it is.
    pub state: NicState,
}
record! { Nic: NicId in "nic" {
    vm: Link = |r| Value::link(r.vm),
    network: Link = |r| Value::link(r.network),
    ip4: Text = |r| Value::shown(r.ip4),
    ip6: Text = |r| Value::shown(r.ip6),
    mac: Text = |r| Value::shown(Some(r.mac)),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { [network, ip4] [network, ip6] [mac] } }

closed! {
    /// The life of a public address in use. A free one has no row.
    PublicIpState {
        Allocating "It was taken; its devices do not know yet.",
        Allocated "It is in use.",
        Releasing "Its rules are being taken away.",
    }
}
closed! {
    /// What may happen to a public address.
    PublicIpEvent {
        Assigned "Its devices know it.",
        Release "It is given back.",
        ApplyFailed "A device did not answer; it is tried again.",
    }
}

/// What may happen to a public address; it ends by the row's removal.
#[rustfmt::skip]
pub const PUBLIC_IP_MOVES: &[Move<PublicIpState, PublicIpEvent>] = {
    use {PublicIpEvent::*, PublicIpState::*};
    &[
        (Allocating, Assigned,    Allocated),
        (Allocating, Release,     Releasing),
        (Allocated,  Release,     Releasing),
        (Releasing,  ApplyFailed, Releasing),
    ]
};

/// The machine of a public address.
pub const PUBLIC_IP: Machine<'static, PublicIpState, PublicIpEvent> = Machine {
    noun: "public ip",
    moves: PUBLIC_IP_MOVES,
    initial: &[PublicIpState::Allocating],
    finals: &[],
    transitional: &[PublicIpState::Allocating],
};

/// A public address in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicIp {
    /// Its id.
    pub id: PublicIpId,
    /// The address.
    pub address: IpAddr,
    /// The range it comes from.
    pub range: IpRangeId,
    /// The zone of that range.
    pub zone: ZoneId,
    /// Who holds it.
    pub account: AccountId,
    /// The network it serves.
    pub network: Option<NetworkId>,
    /// It hides the network's machines (source NAT).
    pub source_nat: bool,
    /// The interface that it stands for, one to one (static NAT, FWNAT-10).
    #[serde(default)]
    pub static_nat: Option<NicId>,
    /// Where in its life it is.
    pub state: PublicIpState,
}
record! { PublicIp: PublicIpId in "public_ip" {
    address: Text = |r| Value::shown(Some(r.address)),
    zone: Link = |r| Value::link(r.zone),
    account: Link = |r| Value::link(r.account),
    network: Link = |r| Value::maybe(r.network),
    static_nat: Link = |r| Value::maybe(r.static_nat),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { [zone, address] [static_nat] } }

//! A host: the machine that runs guests.

use crate::base::{
    Mhz, Mib, Name, Timestamp,
    fsm::{Machine, Move},
    id::{ClusterId, HostId, PodId, ZoneId},
};
use crate::model::{Value, closed, record::record};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, net::IpAddr};

closed! {
    /// Whether the host can be reached.
    HostStatus {
        Creating "Its record was just made.",
        Connecting "It answered, and is being made ready.",
        Up "It answers pings.",
        Disconnected "It took its leave in good order.",
        Alert "It stopped answering; nobody knows why yet.",
        Down "It was found to be dead.",
        Rebalancing "Another management node takes it over.",
        Removed "It has left the cloud.",
        Error "It could not be made.",
    }
}
closed! {
    /// What may happen to a host's connection.
    HostEvent {
        AgentConnected "It connected.",
        Ready "It is ready for work.",
        Ping "It answered a ping.",
        PingTimeout "Pings went unanswered for too long.",
        AgentDisconnected "The connection broke.",
        ShutdownRequested "It said that it goes down.",
        HostDown "An investigation found it dead.",
        WaitedTooLong "It stayed away for too long.",
        ManagementServerDown "The management node that owned it went away.",
        StartAgentRebalance "Another management node begins to take it over.",
        RebalanceCompleted "It has been taken over.",
        RebalanceFailed "It could not be taken over.",
        Remove "An administrator removes it.",
        Failed "It could not be made.",
    }
}

/// Every legal move of a host's connection.
#[rustfmt::skip]
pub const HOST_STATUS_MOVES: &[Move<HostStatus, HostEvent>] = {
    use HostEvent::*;
    use HostStatus::*;
    &[
        (Creating,     AgentConnected,       Connecting),
        (Creating,     Failed,                Error),
        (Connecting,   AgentConnected,       Connecting),
        (Connecting,   Ready,                Up),
        (Connecting,   PingTimeout,          Alert),
        (Connecting,   ShutdownRequested,    Disconnected),
        (Connecting,   HostDown,             Down),
        (Connecting,   Ping,                 Connecting),
        (Connecting,   ManagementServerDown, Disconnected),
        (Connecting,   StartAgentRebalance,  Rebalancing),
        (Connecting,   AgentDisconnected,    Alert),
        (Up,           PingTimeout,          Alert),
        (Up,           AgentDisconnected,    Alert),
        (Up,           ShutdownRequested,    Disconnected),
        (Disconnected, ShutdownRequested,    Disconnected),
        (Down,         ShutdownRequested,    Disconnected),
        (Rebalancing,  ShutdownRequested,    Disconnected),
        (Up,           HostDown,             Down),
        (Up,           Ping,                 Up),
        (Up,           AgentConnected,       Connecting),
        (Up,           ManagementServerDown, Disconnected),
        (Up,           StartAgentRebalance,  Rebalancing),
        (Up,           Remove,               Removed),
        (Disconnected, PingTimeout,          Alert),
        (Disconnected, AgentConnected,       Connecting),
        (Disconnected, Ping,                 Up),
        (Disconnected, HostDown,             Down),
        (Disconnected, ManagementServerDown, Disconnected),
        (Disconnected, WaitedTooLong,        Alert),
        (Disconnected, Remove,               Removed),
        (Disconnected, AgentDisconnected,    Disconnected),
        (Down,         AgentConnected,       Connecting),
        (Down,         Remove,               Removed),
        (Down,         ManagementServerDown, Down),
        (Down,         AgentDisconnected,    Down),
        (Down,         PingTimeout,          Down),
        (Down,         HostDown,             Down),
        (Alert,        AgentConnected,       Connecting),
        (Alert,        Ping,                 Up),
        (Alert,        Remove,               Removed),
        (Alert,        ManagementServerDown, Alert),
        (Alert,        AgentDisconnected,    Alert),
        (Alert,        ShutdownRequested,    Disconnected),
        (Alert,        HostDown,             Down),
        (Rebalancing,  RebalanceFailed,      Disconnected),
        (Rebalancing,  RebalanceCompleted,   Connecting),
        (Rebalancing,  ManagementServerDown, Disconnected),
        (Rebalancing,  AgentConnected,       Connecting),
        (Rebalancing,  AgentDisconnected,    Rebalancing),
        (Error,        AgentConnected,       Connecting),
    ]
};

/// The machine of a host's connection.
pub const HOST_STATUS: Machine<'static, HostStatus, HostEvent> = Machine {
    noun: "host",
    moves: HOST_STATUS_MOVES,
    initial: &[HostStatus::Creating],
    finals: &[HostStatus::Removed],
    transitional: &[HostStatus::Connecting, HostStatus::Rebalancing],
};

closed! {
    /// Whether the host may be given work.
    HostResource {
        Creating "Its record was just made.",
        Enabled "It takes new guests.",
        Disabled "It takes none; those it has run on.",
        PrepareForMaintenance "Its guests are leaving.",
        ErrorInPrepareForMaintenance "Some guest could not leave; others still try.",
        Maintenance "It is empty and may be worked on.",
        ErrorInMaintenance "It could not be emptied.",
        Degraded "It was declared dead by hand; its guests may restart elsewhere.",
        Error "It could not be made.",
    }
}
closed! {
    /// What may happen to a host's readiness for work.
    HostResourceEvent {
        InternalCreated "Its record is complete.",
        Failed "It could not be made.",
        Enable "An administrator enables it.",
        Disable "An administrator disables it.",
        AdminAskMaintenance "An administrator asks for maintenance.",
        AdminCancelMaintenance "An administrator calls maintenance off.",
        InternalEnterMaintenance "The last guest has left.",
        UnableToMigrate "A guest could not leave; another try follows.",
        UnableToMaintain "A guest could not leave for good.",
        ErrorsCorrected "The guests that could not leave can now.",
        DeclareHostDegraded "An administrator declares it dead.",
        EnableDegradedHost "An administrator takes that back.",
        DeleteHost "An administrator deletes it.",
    }
}

/// Every legal move of a host's readiness for work.
#[rustfmt::skip]
pub const HOST_RESOURCE_MOVES: &[Move<HostResource, HostResourceEvent>] = {
    use HostResourceEvent::*;
    use HostResource::*;
    &[
        (Creating,                     InternalCreated,          Enabled),
        (Creating,                     Failed,                    Error),
        (Enabled,                      Enable,                   Enabled),
        (Enabled,                      InternalCreated,          Enabled),
        (Enabled,                      Disable,                  Disabled),
        (Enabled,                      AdminAskMaintenance,      PrepareForMaintenance),
        (Enabled,                      DeclareHostDegraded,      Degraded),
        (Enabled,                      InternalEnterMaintenance, Maintenance),
        (Enabled,                      DeleteHost,               Disabled),
        (Disabled,                     Enable,                   Enabled),
        (Disabled,                     Disable,                  Disabled),
        (Disabled,                     InternalCreated,          Disabled),
        (Disabled,                     DeclareHostDegraded,      Degraded),
        (PrepareForMaintenance,        InternalEnterMaintenance, Maintenance),
        (PrepareForMaintenance,        AdminCancelMaintenance,   Enabled),
        (PrepareForMaintenance,        UnableToMigrate,          ErrorInPrepareForMaintenance),
        (PrepareForMaintenance,        UnableToMaintain,         ErrorInMaintenance),
        (PrepareForMaintenance,        InternalCreated,          PrepareForMaintenance),
        (Maintenance,                  AdminCancelMaintenance,   Enabled),
        (Maintenance,                  InternalCreated,          Maintenance),
        (Maintenance,                  DeleteHost,               Disabled),
        (Maintenance,                  DeclareHostDegraded,      Degraded),
        (ErrorInPrepareForMaintenance, InternalCreated,          ErrorInPrepareForMaintenance),
        (ErrorInPrepareForMaintenance, Disable,                  Disabled),
        (ErrorInPrepareForMaintenance, DeleteHost,               Disabled),
        (ErrorInPrepareForMaintenance, InternalEnterMaintenance, Maintenance),
        (ErrorInPrepareForMaintenance, AdminCancelMaintenance,   Enabled),
        (ErrorInPrepareForMaintenance, UnableToMigrate,          ErrorInPrepareForMaintenance),
        (ErrorInPrepareForMaintenance, UnableToMaintain,         ErrorInMaintenance),
        (ErrorInPrepareForMaintenance, ErrorsCorrected,          PrepareForMaintenance),
        (ErrorInMaintenance,           InternalCreated,          ErrorInMaintenance),
        (ErrorInMaintenance,           AdminAskMaintenance,      PrepareForMaintenance),
        (ErrorInMaintenance,           Disable,                  Disabled),
        (ErrorInMaintenance,           DeleteHost,               Disabled),
        (ErrorInMaintenance,           AdminCancelMaintenance,   Enabled),
        (Error,                        InternalCreated,          Error),
        (Disabled,                     DeleteHost,               Disabled),
        (Degraded,                     DeleteHost,               Disabled),
        (Degraded,                     EnableDegradedHost,       Enabled),
        (Degraded,                     AdminAskMaintenance,      Maintenance),
    ]
};

/// The machine of a host's readiness for work.
pub const HOST_RESOURCE: Machine<'static, HostResource, HostResourceEvent> = Machine {
    noun: "host",
    moves: HOST_RESOURCE_MOVES,
    initial: &[HostResource::Creating],
    finals: &[],
    transitional: &[HostResource::PrepareForMaintenance, HostResource::ErrorInPrepareForMaintenance],
};

/// A host. Its sizes are what its driver reported (HIER-21); room in use is derived from the machines on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its id.
    pub id: HostId,
    /// Where it stands.
    pub cluster: ClusterId,
    /// The pod of that cluster.
    pub pod: PodId,
    /// The zone of that pod.
    pub zone: ZoneId,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// Its management address, unique in the cloud.
    pub address: IpAddr,
    /// The kind of hypervisor it runs: the key of a driver.
    pub hypervisor: String,
    /// Whether it can be reached.
    pub status: HostStatus,
    /// Whether it may be given work.
    pub resource: HostResource,
    /// Logical processors, hyper-threads included.
    pub cores: u32,
    /// Speed of one.
    pub speed: Mhz,
    /// Memory for guests: what is installed less what the hypervisor keeps.
    pub ram: Mib,
    /// Processor features, as reported.
    pub cpu_flags: BTreeSet<String>,
    /// Labels that offerings ask for (OFFR-08).
    pub tags: BTreeSet<String>,
    /// The most guests its hypervisor runs, if limited (OFFR-06).
    pub max_guests: Option<u32>,
    /// The hypervisor's version, as reported.
    pub version: String,
    /// When it was added.
    pub created: Timestamp,
}
record! { Host: HostId in "host" {
    name: Text = |r| Value::text(r.name.as_str()),
    address: Text = |r| Value::shown(Some(r.address)),
    cluster: Link = |r| Value::link(r.cluster),
    status: Text = |r| Value::text(r.status.as_str()),
    resource: Text = |r| Value::text(r.resource.as_str()),
} unique { [name] [address] } }

impl Host {
    /// Everything its processors can do in a second, before over-commit.
    #[must_use]
    pub fn cpu(&self) -> Mhz {
        self.speed.times(u64::from(self.cores))
    }
    /// True if it is up and enabled.
    #[must_use]
    pub fn takes_guests(&self) -> bool {
        self.status == HostStatus::Up && self.resource == HostResource::Enabled
    }
}

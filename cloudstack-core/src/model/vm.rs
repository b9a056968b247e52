//! A virtual machine and its life.

use super::{Value, closed, record::record, ssh_key::PublicKey, user_data::Base64};
use crate::base::{
    Mhz, Mib, Name, Timestamp,
    fsm::{Machine, Move},
    id::{
        AccountId, ComputeOfferingId, DomainId, HostId, JobId, OsTypeId, PodId, SecurityGroupId, TemplateId,
        UserDataId, VmId, ZoneId,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

closed! {
    /// The life of a virtual machine.
    VmState {
        Stopped "It has no host.",
        Starting "A host was chosen and is being prepared.",
        Running "Its guest runs on its host.",
        Stopping "Its guest is being stopped.",
        Migrating "Its guest is moving to another host.",
        Destroyed "Its owner gave it up; it can be recovered until it is expunged.",
        Expunging "What it holds is being given back; then its row goes.",
        Error "It could not be made.",
    }
}
closed! {
    /// What may happen to a virtual machine.
    VmEvent {
        StartRequested "Somebody asks for it to run.",
        StopRequested "Somebody asks for it to stop.",
        DestroyRequested "Its owner gives it up.",
        RecoveryRequested "Its owner wants it back.",
        ExpungeOperation "What it holds is to be given back.",
        MigrationRequested "It is to move to another host.",
        StorageMigrationRequested "Its volumes are to move.",
        OperationSucceeded "What was begun is done.",
        OperationFailed "What was begun failed and was undone.",
        OperationFailedToError "What was begun failed and cannot be undone.",
        OperationRetry "What was begun failed on one host and tries another.",
        AgentReportRunning "The host says that its guest runs.",
        AgentReportStopped "The host says that its guest does not run.",
        AgentReportShutdowned "The host says that its guest shut itself down.",
        AgentReportMigrated "A host says that its guest now runs there.",
        FollowAgentPowerOnReport "Observed on, and nothing else is under way.",
        FollowAgentPowerOffReport "Observed off for longer than the grace period.",
    }
}

/// What may happen to a virtual machine; a pair that is not listed is refused.
#[rustfmt::skip]
pub const VM_MOVES: &[Move<VmState, VmEvent>] = {
    use {VmEvent::*, VmState::*};
    &[
        (Stopped,   StartRequested,            Starting),
        (Stopped,   DestroyRequested,          Destroyed),
        (Stopped,   StopRequested,             Stopped),
        (Stopped,   AgentReportStopped,        Stopped),
        (Stopped,   OperationFailedToError,    Error),
        (Stopped,   OperationFailed,           Stopped),
        (Stopped,   ExpungeOperation,          Expunging),
        (Stopped,   AgentReportShutdowned,     Stopped),
        (Stopped,   StorageMigrationRequested, Migrating),
        (Starting,  OperationRetry,            Starting),
        (Starting,  OperationSucceeded,        Running),
        (Starting,  OperationFailed,           Stopped),
        (Starting,  AgentReportRunning,        Running),
        (Starting,  AgentReportStopped,        Stopped),
        (Starting,  AgentReportShutdowned,     Stopped),
        (Destroyed, RecoveryRequested,         Stopped),
        (Destroyed, ExpungeOperation,          Expunging),
        (Running,   MigrationRequested,        Migrating),
        (Running,   AgentReportRunning,        Running),
        (Running,   AgentReportStopped,        Stopped),
        (Running,   StopRequested,             Stopping),
        (Running,   AgentReportShutdowned,     Stopped),
        (Running,   AgentReportMigrated,       Running),
        (Running,   OperationSucceeded,        Running),
        (Migrating, MigrationRequested,        Migrating),
        (Migrating, OperationSucceeded,        Running),
        (Migrating, OperationFailed,           Running),
        (Migrating, AgentReportRunning,        Running),
        (Migrating, AgentReportStopped,        Stopped),
        (Migrating, AgentReportShutdowned,     Stopped),
        (Stopping,  OperationSucceeded,        Stopped),
        (Stopping,  OperationFailed,           Running),
        (Stopping,  AgentReportRunning,        Running),
        (Stopping,  AgentReportStopped,        Stopped),
        (Stopping,  StopRequested,             Stopping),
        (Stopping,  AgentReportShutdowned,     Stopped),
        (Expunging, OperationFailed,           Expunging),
        (Expunging, OperationFailedToError,    Error),
        (Expunging, ExpungeOperation,          Expunging),
        (Error,     DestroyRequested,          Expunging),
        (Error,     ExpungeOperation,          Expunging),
        (Starting,  FollowAgentPowerOnReport,  Running),
        (Stopping,  FollowAgentPowerOnReport,  Running),
        (Stopped,   FollowAgentPowerOnReport,  Running),
        (Running,   FollowAgentPowerOnReport,  Running),
        (Migrating, FollowAgentPowerOnReport,  Running),
        (Starting,  FollowAgentPowerOffReport, Stopped),
        (Stopping,  FollowAgentPowerOffReport, Stopped),
        (Running,   FollowAgentPowerOffReport, Stopped),
        (Migrating, FollowAgentPowerOffReport, Stopped),
        (Stopped,   FollowAgentPowerOffReport, Stopped),
    ]
};

/// The machine of a virtual machine. `Expunging` succeeds by the row's removal, so it is not listed as transitional.
pub const VM: Machine<'static, VmState, VmEvent> = Machine {
    noun: "vm",
    moves: VM_MOVES,
    initial: &[VmState::Stopped],
    finals: &[],
    transitional: &[VmState::Starting, VmState::Stopping, VmState::Migrating],
};

/// What a guest is told when it starts: who may log in, and data of its owner.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VmMetadata {
    /// Key pairs whose owners may log in: name and public key, as they were when they were given (AUTH-05).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ssh_keys: Vec<(Name, PublicKey)>,
    /// Data of its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_data: Option<Base64>,
    /// Registered data of its owner; read at each start, and used unless it has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<UserDataId>,
}

impl VmMetadata {
    /// True if the guest is told nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ssh_keys.is_empty() && self.user_data.is_none() && self.registered.is_none()
    }
}

/// A virtual machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vm {
    /// Its id.
    pub id: VmId,
    /// Its name, unique in the account.
    pub name: Name,
    /// Who owns it.
    pub account: AccountId,
    /// The domain of the owner.
    pub domain: DomainId,
    /// The zone it lives in, for life.
    pub zone: ZoneId,
    /// The pod it is placed in, once it was placed.
    pub pod: Option<PodId>,
    /// The host that holds room for it: set from `Starting` until it is stopped.
    pub host: Option<HostId>,
    /// The host it ran on last.
    pub last_host: Option<HostId>,
    /// The host that keeps its room for a while after a stop, so that it can come back there.
    pub reserved_on: Option<HostId>,
    /// The host it is moving to while it runs on `host`; both hold room for it meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving_to: Option<HostId>,
    /// Where in its life it is.
    pub state: VmState,
    /// The kind of hypervisor it needs.
    pub hypervisor: String,
    /// The compute offering it was made from.
    pub offering: ComputeOfferingId,
    /// The template it was made from.
    pub template: TemplateId,
    /// Virtual processors.
    pub cores: u32,
    /// Speed of one.
    pub speed: Mhz,
    /// Memory.
    pub ram: Mib,
    /// Restart it elsewhere when its host dies.
    pub ha: bool,
    /// The security groups it belongs to (SG-02).
    pub groups: BTreeSet<SecurityGroupId>,
    /// The name people see, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What runs in it, if that is not what its template says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_type: Option<OsTypeId>,
    /// What its guest is told.
    #[serde(default, skip_serializing_if = "VmMetadata::is_empty")]
    pub metadata: VmMetadata,
    /// The job that is changing it; while set, other changes are refused.
    pub job: Option<JobId>,
    /// When it was made.
    pub created: Timestamp,
    /// When its state last changed.
    pub updated: Timestamp,
}
record! { Vm: VmId in "vm" {
    name: Text = |r| Value::text(r.name.as_str()),
    state: Text = |r| Value::text(r.state.as_str()),
    account: Link = |r| Value::link(r.account),
    host: Link = |r| Value::maybe(r.host),
    moving_to: Link = |r| Value::maybe(r.moving_to),
} unique { [account, name] } }

impl Vm {
    /// Processor power it holds on its host.
    #[must_use]
    pub fn cpu(&self) -> Mhz {
        self.speed.times(u64::from(self.cores))
    }
    /// The hosts that hold room for its guest and filter its interfaces: one while it runs, two while it moves.
    pub fn hosts(&self) -> impl Iterator<Item = HostId> + use<> {
        self.host.into_iter().chain(self.moving_to)
    }
    /// The name its guest has on the host. Hypervisors see only this.
    #[must_use]
    pub fn instance_name(&self) -> String {
        format!("i-{}", self.id)
    }
    /// The same machine after `event`.
    ///
    /// # Errors
    /// [`Illegal`](crate::base::fsm::Illegal) if its state does not allow the event.
    pub fn moved(&self, event: VmEvent, now: Timestamp) -> Result<Self, crate::base::fsm::Illegal> {
        let state = VM.step(self.state, event)?;
        Ok(Self { state, updated: now, ..self.clone() })
    }
}

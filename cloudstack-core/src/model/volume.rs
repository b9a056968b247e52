//! A volume and its life.

use super::{Value, closed, record::record};
use crate::base::{
    Bytes, Name,
    fsm::{Machine, Move},
    id::{AccountId, DiskOfferingId, PoolId, TemplateId, VmId, VolumeId, ZoneId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

closed! {
    /// The life of a volume.
    VolumeState {
        Allocated "It has a size, and no bytes on any pool.",
        Creating "It is being made on its pool.",
        Ready "It is on its pool.",
        Resizing "Its size is changing.",
        Attaching "It is being joined to a machine.",
        Migrating "It is moving to another pool.",
        Snapshotting "A snapshot of it is being taken.",
        RevertSnapshotting "It is going back to a snapshot.",
        UploadOp "Its content is being fetched.",
        Uploaded "Its content lies on an image store.",
        Copying "Its content is being copied to a pool.",
        Destroy "It was given up.",
        Expunging "It is being deleted from its pool.",
        Expunged "It is gone.",
    }
}
closed! {
    /// What may happen to a volume.
    VolumeEvent {
        CreateRequested "It is to be made.",
        OperationSucceeded "What was begun is done.",
        OperationFailed "What was begun failed.",
        OperationRetry "What was begun failed and is tried again.",
        DestroyRequested "It is given up.",
        RecoverRequested "It is wanted back.",
        ExpungingRequested "It is to be deleted.",
        ResizeRequested "Its size is to change.",
        AttachRequested "It is to be joined to a machine.",
        SnapshotRequested "A snapshot is wanted.",
        RevertSnapshotRequested "It is to go back to a snapshot.",
        UploadRequested "Its content is to be fetched.",
        CopyRequested "Its content is to be copied to a pool.",
        MigrationRequested "It is to move to another pool.",
        MigrationCopyRequested "A copy for a move is to be made.",
        MigrationCopySucceeded "The copy for a move is made.",
        MigrationCopyFailed "The copy for a move failed.",
    }
}

/// What may happen to a volume; a pair that is not listed is refused.
#[rustfmt::skip]
pub const VOLUME_MOVES: &[Move<VolumeState, VolumeEvent>] = {
    use {VolumeEvent::*, VolumeState::*};
    &[
        (Allocated,          CreateRequested,         Creating),
        (Allocated,          DestroyRequested,        Destroy),
        (Allocated,          OperationFailed,         Allocated),
        (Allocated,          OperationSucceeded,      Allocated),
        (Creating,           OperationRetry,          Creating),
        (Creating,           OperationFailed,         Allocated),
        (Creating,           OperationSucceeded,      Ready),
        (Creating,           DestroyRequested,        Destroy),
        (Creating,           CreateRequested,         Creating),
        (Ready,              CreateRequested,         Creating),
        (Ready,              ResizeRequested,         Resizing),
        (Resizing,           OperationSucceeded,      Ready),
        (Resizing,           OperationFailed,         Ready),
        (Allocated,          UploadRequested,         UploadOp),
        (Uploaded,           CopyRequested,           Copying),
        (Ready,              OperationSucceeded,      Ready),
        (Ready,              OperationFailed,         Ready),
        (Copying,            OperationSucceeded,      Ready),
        (Copying,            OperationFailed,         Uploaded),
        (UploadOp,           DestroyRequested,        Destroy),
        (Ready,              DestroyRequested,        Destroy),
        (Destroy,            ExpungingRequested,      Expunging),
        (Expunging,          ExpungingRequested,      Expunging),
        (Expunging,          OperationSucceeded,      Expunged),
        (Expunging,          OperationFailed,         Destroy),
        (Ready,              SnapshotRequested,       Snapshotting),
        (Snapshotting,       OperationSucceeded,      Ready),
        (Snapshotting,       OperationFailed,         Ready),
        (Ready,              RevertSnapshotRequested, RevertSnapshotting),
        (RevertSnapshotting, OperationSucceeded,      Ready),
        (RevertSnapshotting, OperationFailed,         Ready),
        (Allocated,          MigrationCopyRequested,  Creating),
        (Creating,           MigrationCopyFailed,     Allocated),
        (Creating,           MigrationCopySucceeded,  Ready),
        (Ready,              MigrationRequested,      Migrating),
        (Migrating,          OperationSucceeded,      Ready),
        (Migrating,          OperationFailed,         Ready),
        (Destroy,            OperationSucceeded,      Destroy),
        (Destroy,            OperationFailed,         Destroy),
        (UploadOp,           OperationSucceeded,      Uploaded),
        (UploadOp,           OperationFailed,         Allocated),
        (Uploaded,           DestroyRequested,        Destroy),
        (Expunged,           ExpungingRequested,      Expunged),
        (Expunged,           OperationSucceeded,      Expunged),
        (Expunged,           OperationFailed,         Expunged),
        (Ready,              AttachRequested,         Attaching),
        (Attaching,          OperationSucceeded,      Ready),
        (Attaching,          OperationFailed,         Ready),
        (Destroy,            RecoverRequested,        Ready),
    ]
};

/// The machine of a volume.
pub const VOLUME: Machine<'static, VolumeState, VolumeEvent> = Machine {
    noun: "volume",
    moves: VOLUME_MOVES,
    initial: &[VolumeState::Allocated],
    finals: &[VolumeState::Expunged],
    transitional: &[VolumeState::Creating, VolumeState::Copying, VolumeState::UploadOp, VolumeState::Expunging],
};

/// What a volume is to its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum VolumeKind {
    /// The one it boots from.
    Root,
    /// One more.
    Data,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Its id.
    pub id: VolumeId,
    /// Its name.
    pub name: Name,
    /// Who owns it.
    pub account: AccountId,
    /// The zone it lives in.
    pub zone: ZoneId,
    /// The machine it belongs to.
    pub vm: Option<VmId>,
    /// The pool that holds room for it.
    pub pool: Option<PoolId>,
    /// What it is to its machine.
    pub kind: VolumeKind,
    /// Its place among the machine's volumes; 0 is the root, 3 the CD-ROM.
    pub device: u32,
    /// Its size.
    pub size: Bytes,
    /// The template a root volume begins as.
    pub template: Option<TemplateId>,
    /// The disk offering a data volume was made from.
    pub offering: Option<DiskOfferingId>,
    /// Labels its pool must carry (STOR-08).
    pub tags: BTreeSet<String>,
    /// Where in its life it is.
    pub state: VolumeState,
}
record! { Volume: VolumeId in "volume" {
    name: Text = |r| Value::text(r.name.as_str()),
    state: Text = |r| Value::text(r.state.as_str()),
    account: Link = |r| Value::link(r.account),
    vm: Link = |r| Value::maybe(r.vm),
    pool: Link = |r| Value::maybe(r.pool),
} unique {} }

impl Volume {
    /// The same volume after `event`.
    ///
    /// # Errors
    /// [`Illegal`](crate::base::fsm::Illegal) if its state does not allow the event.
    pub fn moved(&self, event: VolumeEvent) -> Result<Self, crate::base::fsm::Illegal> {
        Ok(Self { state: VOLUME.step(self.state, event)?, ..self.clone() })
    }
}

//! Volumes that have a life of their own: data disks that are made, attached to machines, parted from them, grown and deleted.
//!
//! A volume on its way to or from a machine is `Attaching`: it belongs to the machine, so nobody else can take it, and is not
//! among the disks that the machine's guest shall have. That is how a guest is told to let go of a disk before the disk is free.

pub mod attach;
pub mod create;
pub mod delete;
pub mod detach;
pub mod resize;

pub use attach::AttachVolume;
pub use create::AddVolume;
pub use delete::DeleteVolume;
pub use detach::DetachVolume;
pub use resize::ResizeVolume;

use super::access;
use super::step::Desk;
use crate::base::id::{EntityId, VolumeId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::volume::{Volume, VolumeEvent, VolumeKind};

/// The data volume, if the caller may act on it.
fn owned(view: &View, caller: &Caller, id: VolumeId) -> Result<Volume> {
    let volume = view.need::<Volume>(id)?;
    access::owned(view, caller, volume.account, VolumeId::NOUN, id)?;
    if volume.kind == VolumeKind::Root {
        return Err(Error::invalid("volume", &volume.name, "give a data volume: a root volume stays with its machine"));
    }
    Ok(volume.clone())
}

/// A volume that no machine has.
fn lone(view: &View, caller: &Caller, id: VolumeId) -> Result<Volume> {
    let volume = owned(view, caller, id)?;
    match volume.vm.and_then(|vm| view.vm(vm)) {
        Some(vm) => Err(Error::new(ErrorKind::Conflict, format!("volume {} is attached to {}", volume.name, vm.name))
            .on(id)
            .remedy("detach it first")),
        None => Ok(volume),
    }
}

fn row(desk: &Desk<'_>, id: VolumeId) -> Result<Volume> {
    desk.view().need::<Volume>(id).cloned()
}

/// The volume after these events.
fn after(volume: &Volume, events: &[VolumeEvent]) -> Result<Volume> {
    events.iter().try_fold(volume.clone(), |volume, event| Ok(volume.moved(*event)?))
}

fn tell(desk: &mut Desk<'_>, volume: &Volume, kind: &str, level: EventLevel, text: String) {
    desk.event(kind, level, Some(volume.account), volume.id.to_string(), text);
}

//! detachVolume: a machine lets go of a disk, while it runs or while it is stopped.

use super::{owned, row, tell};
use crate::base::id::{JobId, VmId, VolumeId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::step::{Act, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::vm::devices::{KeepDevices, SetDevices};
use crate::flow::vm::{claim, take};
use crate::model::event::EventLevel;
use crate::model::vm::VmState;
use crate::model::volume::{Volume, VolumeEvent, VolumeState};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to take a data volume from its machine.
///
/// The volume is free for another machine only when the guest has let go of it. A guest that does not let go keeps it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, vm, .. }| {
/// # use cloudstack_core::base::ErrorKind;
/// # use cloudstack_core::flow::volume::{AddVolume, AttachVolume, DetachVolume};
/// # let offering = cloud.view().disk_offerings().iter().find(|o| o.size.is_some()).map(|o| o.id).ok_or("a default one")?;
/// # let wish = AddVolume { zone, name: "logs".parse()?, offering, size: None, account: None };
/// # let volume = cloud.volumes().add(&admin, wish).await?.done().await?;
/// # cloud.volumes().attach(&admin, AttachVolume { volume, vm, device: None }).await?.done().await?;
/// cloud.volumes().detach(&admin, DetachVolume { volume }).await?.done().await?;
/// assert_eq!(cloud.view().volume(volume).map(|volume| volume.vm), Some(None));
/// let refused = cloud.volumes().detach(&admin, DetachVolume { volume }).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Conflict);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetachVolume {
    /// The volume.
    pub volume: VolumeId,
}

impl Verb for DetachVolume {
    type Answer = VolumeId;
    const NAME: &'static str = "volume.detach";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VolumeId>> {
        let volume = owned(desk.view(), caller, self.volume)?;
        let Some(vm) = volume.vm else {
            return Err(Error::new(ErrorKind::Conflict, "the volume is attached to no machine").on(volume.id));
        };
        let vm = take(desk.view(), caller, vm)?;
        if !matches!(vm.state, VmState::Running | VmState::Stopped | VmState::Destroyed) {
            return Err(Error::new(ErrorKind::Conflict, format!("machine {} is {}", vm.name, vm.state)).on(volume.id));
        }
        if volume.state == VolumeState::Allocated {
            // It was never made, so no guest has it.
            tell(desk, &volume, "VOLUME.DETACH", EventLevel::Info, format!("{} is detached", volume.name));
            desk.update(Volume { vm: None, device: 0, ..volume })?;
            return Ok(Decision::done(self.volume));
        }
        let id = vm.id;
        desk.update(claim(vm, job))?;
        let steps = vec![
            KeepDevices { vm: id }.into(),
            PartVolume { volume: self.volume }.into(),
            SetDevices { vm: id }.into(),
            FreeVolume { volume: self.volume, vm: id }.into(),
        ];
        Ok(Decision::then(self.volume, id, steps))
    }
}

/// The volume is not among the disks that its machine's guest shall have, and still the machine's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartVolume {
    pub(crate) volume: VolumeId,
}

#[async_trait]
impl Act for PartVolume {
    const NAME: &'static str = "part volume";
    /// The guest is told what is durable.
    const ALONE: bool = true;

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let volume = row(desk, self.volume)?;
        desk.update(volume.moved(VolumeEvent::AttachRequested)?)
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let volume = row(desk, self.volume)?;
        if volume.state != VolumeState::Attaching {
            return Ok(());
        }
        tell(desk, &volume, "VOLUME.DETACH", EventLevel::Error, format!("{} could not be detached", volume.name));
        desk.update(volume.moved(VolumeEvent::OperationFailed)?)
    }
}

/// The volume is nobody's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FreeVolume {
    pub(crate) volume: VolumeId,
    /// The machine it was of.
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for FreeVolume {
    const NAME: &'static str = "free volume";

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let volume = row(desk, self.volume)?.moved(VolumeEvent::OperationSucceeded)?;
        tell(desk, &volume, "VOLUME.DETACH", EventLevel::Info, format!("{} is detached", volume.name));
        desk.update(Volume { vm: None, device: 0, ..volume })
    }
}

//! resizeVolume: a data disk gets more room.

use super::{owned, row, tell};
use crate::base::id::{DiskOfferingId, JobId, VolumeId};
use crate::base::{Bytes, Caller, Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::org::limit;
use crate::flow::outside::{pool_target, volume_spec};
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::vm::{claim, take};
use crate::model::event::EventLevel;
use crate::model::infra::Pool;
use crate::model::org::{Account, ResourceType};
use crate::model::vm::VmState;
use crate::model::volume::{Volume, VolumeEvent, VolumeState};
use crate::port::driver::VolumeSpec;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to make a data volume larger; it is not shrunk, which would lose what is at its end.
///
/// Of a machine's volume, the machine is stopped. Repeating it with the size it has changes nothing.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::base::{Bytes, ErrorKind};
/// # use cloudstack_core::flow::volume::{AddVolume, ResizeVolume};
/// # let offering = cloud.view().disk_offerings().iter().find(|o| o.size.is_none()).map(|o| o.id).ok_or("a default one")?;
/// # let wish = AddVolume { zone, name: "logs".parse()?, offering, size: Some(Bytes::gib(2)), account: None };
/// # let volume = cloud.volumes().add(&admin, wish).await?.done().await?;
/// let grow = |gib| ResizeVolume { volume, size: Some(Bytes::gib(gib)), offering: None };
/// cloud.volumes().resize(&admin, grow(3)).await?.done().await?;
/// assert_eq!(cloud.view().volume(volume).map(|volume| volume.size), Some(Bytes::gib(3)));
/// let refused = cloud.volumes().resize(&admin, grow(1)).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Invalid);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResizeVolume {
    /// The volume.
    pub volume: VolumeId,
    /// Its new size, where its offering leaves that open.
    pub size: Option<Bytes>,
    /// Another offering, with the same labels, whose size it gets.
    pub offering: Option<DiskOfferingId>,
}

impl Verb for ResizeVolume {
    type Answer = VolumeId;
    const NAME: &'static str = "volume.resize";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VolumeId>> {
        let volume = owned(desk.view(), caller, self.volume)?;
        let (offering, size) = self.wanted(desk, &volume)?;
        if size < volume.size {
            let accepted = format!("give more than the {} it has", volume.size);
            return Err(Error::invalid("size", size, accepted));
        }
        let more = Bytes(size.0 - volume.size.0);
        let owner = desk.view().need::<Account>(volume.account)?.clone();
        limit::check(desk, &owner, &[(ResourceType::PrimaryStorage, more.0)])?;
        let grown = Volume { size, offering: Some(offering), ..volume.clone() };
        if volume.state == VolumeState::Allocated || more == Bytes::ZERO {
            desk.update(grown)?;
            return Ok(Decision::done(self.volume));
        }
        room(desk, &volume, more)?;
        desk.update(grown.moved(VolumeEvent::ResizeRequested)?)?;
        let step = GrowVolume { volume: volume.id, before: volume.size, offering: volume.offering };
        let Some(vm) = volume.vm else { return Ok(Decision::then(volume.id, volume.id, vec![step.into()])) };
        let vm = take(desk.view(), caller, vm)?;
        if vm.state != VmState::Stopped {
            return Err(Error::new(ErrorKind::Conflict, format!("machine {} is {}", vm.name, vm.state))
                .on(volume.id)
                .remedy("stop it first, or detach the volume"));
        }
        let id = vm.id;
        desk.update(claim(vm, job))?;
        Ok(Decision::then(volume.id, id, vec![step.into()]))
    }
}

impl ResizeVolume {
    fn wanted(&self, desk: &Desk<'_>, volume: &Volume) -> Result<(DiskOfferingId, Bytes)> {
        let Some(id) = self.offering.or(volume.offering) else {
            return Err(Error::invalid("offering", "", "give a disk offering: the volume was made without one"));
        };
        let (offering, size) = super::create::sized(desk.view(), id, self.size)?;
        if offering.tags != volume.tags {
            return Err(Error::invalid(
                "offering",
                &offering.name,
                "give one with the labels that the volume's pool has",
            ));
        }
        Ok((id, size))
    }
}

/// The volume's pool can promise so much more.
fn room(desk: &mut Desk<'_>, volume: &Volume, more: Bytes) -> Result<()> {
    let Some(id) = volume.pool else { return Ok(()) };
    let lacks = desk.derived().fleet.pool(id).map(|pool| pool.lacks_to_grow(more, 0)).unwrap_or_default();
    if let Some(lack) = lacks.first() {
        return Err(Error::new(ErrorKind::NoCapacity, "the volume's pool has no room for it to grow")
            .on(volume.id)
            .detail(format!("{lack:?}"))
            .remedy("free room on its pool"));
    }
    desk.rely_on::<Pool>(id);
    Ok(())
}

/// The volume is as large as it shall be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GrowVolume {
    pub(crate) volume: VolumeId,
    /// How large it was.
    pub(crate) before: Bytes,
    /// What it was made from.
    pub(crate) offering: Option<DiskOfferingId>,
}

#[async_trait]
impl Act for GrowVolume {
    const NAME: &'static str = "grow volume";
    const DECIDED: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let volume = cx.view.need::<Volume>(self.volume)?;
        if let Some(pool) = volume.pool {
            let pool = pool_target(&cx.view, pool)?;
            cx.outside.storage(&pool.kind)?.ensure_volume(&pool, &volume_spec(&cx.view, volume)?).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let volume = row(desk, self.volume)?.moved(VolumeEvent::OperationSucceeded)?;
        tell(desk, &volume, "VOLUME.RESIZE", EventLevel::Info, format!("{} has {}", volume.name, volume.size));
        desk.update(volume)
    }
    /// No guest has seen the room that was added. A pool that does not shrink volumes keeps it, and nobody uses it.
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let volume = cx.view.need::<Volume>(self.volume)?;
        let Some(pool) = volume.pool else { return Ok(()) };
        let pool = pool_target(&cx.view, pool)?;
        let spec = VolumeSpec { size: self.before, ..volume_spec(&cx.view, volume)? };
        match cx.outside.storage(&pool.kind)?.ensure_volume(&pool, &spec).await {
            Err(error) if error.may_retry() => Err(error.into()),
            _grown_or_not => Ok(()),
        }
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let volume = row(desk, self.volume)?;
        if volume.state != VolumeState::Resizing {
            return Ok(());
        }
        let text = format!("{} could not grow", volume.name);
        tell(desk, &volume, "VOLUME.RESIZE", EventLevel::Error, text);
        let (size, offering) = (self.before, self.offering);
        desk.update(Volume { size, offering, ..volume.moved(VolumeEvent::OperationFailed)? })
    }
}

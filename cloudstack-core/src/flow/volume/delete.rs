//! deleteVolume: a data disk that no machine has is gone for good.

use super::{after, lone, row, tell};
use crate::base::id::{EntityId, JobId, VolumeId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::resource;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::vm::volumes;
use crate::model::event::EventLevel;
use crate::model::volume::{Volume, VolumeEvent, VolumeState};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to delete a data volume with all that is on it. It is gone when its pool says so.
///
/// May be repeated for one that could not be deleted.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::flow::volume::{AddVolume, DeleteVolume};
/// # let offering = cloud.view().disk_offerings().iter().find(|o| o.size.is_some()).map(|o| o.id).ok_or("a default one")?;
/// # let wish = AddVolume { zone, name: "logs".parse()?, offering, size: None, account: None };
/// # let volume = cloud.volumes().add(&admin, wish).await?.done().await?;
/// cloud.volumes().delete(&admin, DeleteVolume { volume }).await?.done().await?;
/// assert!(cloud.view().volume(volume).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteVolume {
    /// The volume.
    pub volume: VolumeId,
}

impl Verb for DeleteVolume {
    type Answer = ();
    const NAME: &'static str = "volume.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        use VolumeEvent::{DestroyRequested, ExpungingRequested};
        let volume = lone(desk.view(), caller, self.volume)?;
        let events: &[VolumeEvent] = match volume.state {
            VolumeState::Allocated => {
                gone(desk, &volume)?;
                return Ok(Decision::done(()));
            }
            VolumeState::Ready => &[DestroyRequested, ExpungingRequested],
            VolumeState::Destroy => &[ExpungingRequested],
            state => {
                let why = format!("volume {} is {state}", volume.name);
                return Err(Error::new(ErrorKind::Conflict, why).on(volume.id).retryable());
            }
        };
        desk.update(after(&volume, events)?)?;
        Ok(Decision::then((), self.volume, vec![EraseVolume { volume: self.volume }.into()]))
    }
}

fn gone(desk: &mut Desk<'_>, volume: &Volume) -> Result<()> {
    resource::forget(desk, volume.id.to_u128())?;
    tell(desk, volume, "VOLUME.DELETE", EventLevel::Info, format!("volume {}", volume.name));
    desk.remove::<Volume>(volume.id)
}

/// The volume is on no pool, and has no row. Undone: it waits to be deleted again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseVolume {
    pub(crate) volume: VolumeId,
}

#[async_trait]
impl Act for EraseVolume {
    const NAME: &'static str = "erase volume";
    const TRIES: u32 = 20;
    const DECIDED: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        volumes::remove(cx, cx.view.need::<Volume>(self.volume)?).await.map(|()| Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let volume = row(desk, self.volume)?;
        gone(desk, &volume)
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let volume = row(desk, self.volume)?;
        if volume.state != VolumeState::Expunging {
            return Ok(());
        }
        tell(desk, &volume, "VOLUME.DELETE", EventLevel::Error, format!("{} could not be deleted", volume.name));
        desk.update(volume.moved(VolumeEvent::OperationFailed)?)
    }
}

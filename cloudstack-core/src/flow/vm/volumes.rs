//! Volumes of a machine on their pools.

use crate::base::Result;
use crate::base::id::{EntityId, VmId, VolumeId};
use crate::engine::StepError;
use crate::flow::outside::{pool_target, volume_name, volume_spec};
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::ledger::View;
use crate::model::volume::{Volume, VolumeEvent, VolumeState};
use crate::plan::storage::VolumeDemand;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The machine's volumes, as placement sees volumes that lie on pools already.
pub(crate) fn placed(view: &View, vm: VmId) -> Vec<VolumeDemand> {
    let demand = |v: &Volume| VolumeDemand { placed: v.pool, ..VolumeDemand::shared(v.size) };
    view.volumes().by("vm", vm).map(demand).collect()
}

/// Every volume of the machine is on its pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeVolumes {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for MakeVolumes {
    const NAME: &'static str = "make volumes";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        for volume in cx.view.volumes().by("vm", self.vm) {
            let Some(pool) = volume.pool else { continue };
            let pool = pool_target(&cx.view, pool)?;
            let spec = volume_spec(&cx.view, volume)?;
            cx.outside.storage(&pool.kind)?.ensure_volume(&pool, &spec).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let made = |v: &&Volume| v.state == VolumeState::Creating;
        let made: Vec<Volume> = desk.view().volumes().by("vm", self.vm).filter(made).cloned().collect();
        made.into_iter().try_for_each(|v| desk.update(v.moved(VolumeEvent::OperationSucceeded)?))
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        remove_all(cx, self.vm).await
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        forget(desk, self.vm)
    }
}

/// No volume of the machine is on any pool, and none has a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DropVolumes {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for DropVolumes {
    const NAME: &'static str = "delete volumes";
    const TRIES: u32 = 20;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        remove_all(cx, self.vm).await.map(|()| Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        forget(desk, self.vm)
    }
}

async fn remove_all(cx: &Cx<'_>, vm: VmId) -> Result<(), StepError> {
    for volume in cx.view.volumes().by("vm", vm) {
        let Some(pool) = volume.pool else { continue };
        let pool = pool_target(&cx.view, pool)?;
        cx.outside.storage(&pool.kind)?.ensure_no_volume(&pool, &volume_name(volume)).await?;
    }
    Ok(())
}

/// Takes the rows of the machine's volumes away.
pub(crate) fn forget(desk: &mut Desk<'_>, vm: VmId) -> Result<()> {
    let ids: Vec<VolumeId> = desk.view().volumes().by("vm", vm).map(|v| v.id).collect();
    ids.into_iter().try_for_each(|id| {
        crate::flow::resource::forget(desk, id.to_u128())?;
        desk.remove::<Volume>(id)
    })
}

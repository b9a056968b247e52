//! Volumes of a machine on their pools.

use crate::base::Result;
use crate::base::id::{EntityId, PoolId, VmId, VolumeId};
use crate::engine::StepError;
use crate::flow::outside::{pool_target, volume_name, volume_spec};
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::ledger::View;
use crate::model::infra::Pool;
use crate::model::volume::{Volume, VolumeEvent, VolumeKind, VolumeState};
use crate::plan::storage::VolumeDemand;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The machine's volumes, as placement sees them: those that lie on a pool stay there, others need one.
pub(crate) fn placed(view: &View, vm: VmId) -> Vec<VolumeDemand> {
    let size = view.vm(vm).and_then(|vm| view.compute_offering(vm.offering));
    let demand = |v: &Volume| {
        let local = v.kind == VolumeKind::Root && size.is_some_and(|size| size.local_storage);
        match v.pool {
            Some(_) => VolumeDemand { placed: v.pool, ..VolumeDemand::shared(v.size) },
            None => VolumeDemand { tags: super::place::tags(&v.tags), local, ..VolumeDemand::shared(v.size) },
        }
    };
    view.volumes().by("vm", vm).map(demand).collect()
}

/// Gives the machine's volumes that lie nowhere yet their pools, in the order of [`placed`]. True if there were any.
pub(crate) fn spread(desk: &mut Desk<'_>, vm: VmId, pools: &[PoolId]) -> Result<bool> {
    let rows: Vec<Volume> = desk.view().volumes().by("vm", vm).cloned().collect();
    let lost: Vec<(Volume, PoolId)> =
        rows.into_iter().zip(pools.iter().copied()).filter(|(volume, _)| volume.pool.is_none()).collect();
    let any = !lost.is_empty();
    for (volume, pool) in lost {
        desk.update(Volume { pool: Some(pool), ..volume }.moved(VolumeEvent::CreateRequested)?)?;
        desk.rely_on::<Pool>(pool);
    }
    Ok(any)
}

/// The volumes of a machine that starts for the first time are on their pools. Undone: those that were not made lie nowhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FirstVolumes {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for FirstVolumes {
    const NAME: &'static str = "make first volumes";
    /// They have their pools since the decision.
    const DECIDED: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        MakeVolumes { vm: self.vm }.act(cx).await
    }
    fn settle(&self, desk: &mut Desk<'_>, found: &Found) -> Result<()> {
        MakeVolumes { vm: self.vm }.settle(desk, found)
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let unmade = |v: &&Volume| v.state == VolumeState::Creating;
        for volume in cx.view.volumes().by("vm", self.vm).filter(unmade) {
            remove(cx, volume).await?;
        }
        Ok(())
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let unmade = |v: &&Volume| v.state == VolumeState::Creating;
        let unmade: Vec<Volume> = desk.view().volumes().by("vm", self.vm).filter(unmade).cloned().collect();
        unmade
            .into_iter()
            .try_for_each(|v| desk.update(Volume { pool: None, ..v.moved(VolumeEvent::OperationFailed)? }))
    }
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

/// The machine's root volume is on no pool and has no row; its data volumes are nobody's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DropVolumes {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for DropVolumes {
    const NAME: &'static str = "delete volumes";
    const TRIES: u32 = 20;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        for volume in cx.view.volumes().by("vm", self.vm).filter(|volume| volume.kind == VolumeKind::Root) {
            remove(cx, volume).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let all: Vec<Volume> = desk.view().volumes().by("vm", self.vm).cloned().collect();
        for volume in all {
            match volume.kind {
                VolumeKind::Root => gone(desk, volume.id)?,
                VolumeKind::Data => desk.update(Volume { vm: None, device: 0, ..volume })?,
            }
        }
        Ok(())
    }
}

/// A volume is on no pool.
pub(crate) async fn remove(cx: &Cx<'_>, volume: &Volume) -> Result<(), StepError> {
    let Some(pool) = volume.pool else { return Ok(()) };
    let pool = pool_target(&cx.view, pool)?;
    Ok(cx.outside.storage(&pool.kind)?.ensure_no_volume(&pool, &volume_name(volume)).await?)
}

fn gone(desk: &mut Desk<'_>, id: VolumeId) -> Result<()> {
    crate::flow::resource::forget(desk, id.to_u128())?;
    desk.remove::<Volume>(id)
}

async fn remove_all(cx: &Cx<'_>, vm: VmId) -> Result<(), StepError> {
    for volume in cx.view.volumes().by("vm", vm) {
        remove(cx, volume).await?;
    }
    Ok(())
}

/// Takes the rows of the machine's volumes away.
pub(crate) fn forget(desk: &mut Desk<'_>, vm: VmId) -> Result<()> {
    let ids: Vec<VolumeId> = desk.view().volumes().by("vm", vm).map(|v| v.id).collect();
    ids.into_iter().try_for_each(|id| gone(desk, id))
}

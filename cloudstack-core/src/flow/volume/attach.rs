//! attachVolume: a machine gets one more disk, while it runs or before it starts.

use super::{after, owned, row, tell};
use crate::base::id::{JobId, PoolId, VmId, VolumeId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::Steps;
use crate::flow::outside::{pool_target, volume_spec};
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::vm::devices::{KeepDevices, SetDevices};
use crate::flow::vm::{claim, place, take, volumes};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::{Host, Pool};
use crate::model::vm::{Vm, VmState};
use crate::model::volume::{Volume, VolumeEvent, VolumeKind, VolumeState};
use crate::plan::placement::{Demand, Policy};
use crate::plan::storage::VolumeDemand;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to give a machine a volume.
///
/// The machine runs or is stopped, and is of the volume's account and zone. A volume that has never been attached is made now on a
/// pool that the machine's host reaches; for a stopped machine, when it starts. If the guest does not take it, the volume is free again.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, vm, .. }| {
/// # use cloudstack_core::flow::volume::{AddVolume, AttachVolume};
/// # use cloudstack_core::model::volume::VolumeState;
/// # let offering = cloud.view().disk_offerings().iter().find(|o| o.size.is_some()).map(|o| o.id).ok_or("a default one")?;
/// # let wish = AddVolume { zone, name: "logs".parse()?, offering, size: None, account: None };
/// # let volume = cloud.volumes().add(&admin, wish).await?.done().await?;
/// cloud.volumes().attach(&admin, AttachVolume { volume, vm, device: None }).await?.done().await?;
/// let view = cloud.view();
/// let row = view.volume(volume).ok_or("it has a row")?;
/// assert_eq!((row.state, row.vm, row.device), (VolumeState::Ready, Some(vm), 1));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachVolume {
    /// The volume.
    pub volume: VolumeId,
    /// The machine.
    pub vm: VmId,
    /// Its place: 1, 2 or 4 to 15; the lowest free one if none is given.
    pub device: Option<u32>,
}

/// The places that data volumes may have: 0 is the root volume's, 3 the CD-ROM's.
fn places() -> impl Iterator<Item = u32> {
    (1..=15).filter(|device| *device != 3)
}

impl Verb for AttachVolume {
    type Answer = VolumeId;
    const NAME: &'static str = "volume.attach";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VolumeId>> {
        let volume = owned(desk.view(), caller, self.volume)?;
        let vm = take(desk.view(), caller, self.vm)?;
        self.check(desk.view(), &volume, &vm)?;
        let device = self.place(desk.view(), &vm)?;
        let (volume, vm_id) = (Volume { vm: Some(vm.id), device, ..volume }, vm.id);
        if volume.state == VolumeState::Allocated && vm.host.is_none() {
            // It is made with the machine's next start, where that finds room for both.
            tell(desk, &volume, "VOLUME.ATTACH", EventLevel::Info, format!("{} is {}'s", volume.name, vm.name));
            desk.update(volume)?;
            return Ok(Decision::done(self.volume));
        }
        let mut steps: Vec<Steps> = vec![TakeVolume { volume: volume.id }.into()];
        let coming = match volume.pool {
            Some(pool) => {
                reached(desk.view(), &vm, pool, &volume)?;
                volume.moved(VolumeEvent::AttachRequested)?
            }
            None => {
                steps.push(MakeVolume { volume: volume.id }.into());
                let pool = Some(choose(desk, &vm, &volume)?);
                Volume { pool, ..volume.moved(VolumeEvent::CreateRequested)? }
            }
        };
        desk.update(coming)?;
        desk.update(claim(vm, job))?;
        steps.extend([
            KeepDevices { vm: vm_id }.into(),
            JoinVolume { volume: self.volume }.into(),
            SetDevices { vm: vm_id }.into(),
        ]);
        Ok(Decision::then(self.volume, vm_id, steps))
    }
}

impl AttachVolume {
    fn check(&self, view: &View, volume: &Volume, vm: &Vm) -> Result<()> {
        let conflict = |why: String| Error::new(ErrorKind::Conflict, why).on(volume.id);
        if let Some(other) = volume.vm.and_then(|id| view.vm(id)) {
            let why = format!("volume {} is attached to {}", volume.name, other.name);
            return Err(conflict(why).remedy("detach it there first"));
        }
        if !matches!(volume.state, VolumeState::Allocated | VolumeState::Ready) {
            return Err(conflict(format!("volume {} is {}", volume.name, volume.state)).retryable());
        }
        if !matches!(vm.state, VmState::Running | VmState::Stopped) {
            return Err(conflict(format!("machine {} is {}", vm.name, vm.state)));
        }
        if vm.account != volume.account || vm.zone != volume.zone {
            return Err(Error::invalid("vm", &vm.name, "give a machine of the volume's account and zone"));
        }
        Ok(())
    }

    fn place(&self, view: &View, vm: &Vm) -> Result<u32> {
        let taken = |device: u32| view.volumes().by("vm", vm.id).any(|other| other.device == device);
        match self.device {
            Some(device) if !places().any(|place| place == device) => {
                Err(Error::invalid("device", device, "give 1, 2 or 4 to 15"))
            }
            Some(device) if taken(device) => {
                Err(Error::new(ErrorKind::Taken, format!("another volume of {} has place {device}", vm.name)).on(vm.id))
            }
            Some(device) => Ok(device),
            None => places().find(|place| !taken(*place)).ok_or_else(|| {
                Error::new(ErrorKind::Conflict, format!("{} has no place for another volume", vm.name))
                    .on(vm.id)
                    .remedy("detach one first")
            }),
        }
    }
}

/// The pool that holds the volume is reached from where the machine runs, or from where its root volume lies.
fn reached(view: &View, vm: &Vm, pool: PoolId, volume: &Volume) -> Result<()> {
    let pool = view.need::<Pool>(pool)?;
    let roots = || view.volumes().by("vm", vm.id).find(|other| other.kind == VolumeKind::Root)?.pool;
    let at = match vm.host {
        Some(host) => Some((view.need::<Host>(host)?.cluster, Some(host))),
        None => roots().and_then(|id| view.pool(id)).and_then(|root| Some((root.cluster?, root.host))),
    };
    let Some((cluster, host)) = at else { return Ok(()) };
    if pool.cluster.is_none_or(|only| only == cluster) && pool.host.is_none_or(|only| Some(only) == host) {
        return Ok(());
    }
    let why = format!("volume {} lies on pool {}, which machine {} does not reach", volume.name, pool.name, vm.name);
    Err(Error::new(ErrorKind::Conflict, why).on(volume.id).remedy("move one of the two first"))
}

/// A pool for a new volume of a machine that runs.
fn choose(desk: &mut Desk<'_>, vm: &Vm, volume: &Volume) -> Result<PoolId> {
    let Some(host) = vm.host else { return Err(Error::new(ErrorKind::Conflict, "the machine has no host").on(vm.id)) };
    let mut demand = Demand::new(vm.zone, vm.cores, vm.speed, vm.ram);
    demand.hypervisor = Some(vm.hypervisor.as_str().into());
    demand.volumes = vec![VolumeDemand { tags: place::tags(&volume.tags), ..VolumeDemand::shared(volume.size) }];
    let found = desk.derived().fleet.choose_pools(host, &demand, &Policy::default());
    let pool = found.ok().and_then(|pools| pools.first().copied()).ok_or_else(|| {
        Error::new(ErrorKind::NoCapacity, "no pool that the machine's host reaches has room for the volume")
            .on(volume.id)
            .remedy("add a pool with the labels of its offering, or free room")
    })?;
    desk.rely_on::<Pool>(pool);
    Ok(pool)
}

/// The volume is the machine's. Undone: it is nobody's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeVolume {
    pub(crate) volume: VolumeId,
}

#[async_trait]
impl Act for TakeVolume {
    const NAME: &'static str = "take volume";

    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let volume = row(desk, self.volume)?;
        let volume = match volume.state {
            VolumeState::Attaching => volume.moved(VolumeEvent::OperationFailed)?,
            _ => volume,
        };
        tell(desk, &volume, "VOLUME.ATTACH", EventLevel::Error, format!("{} could not be attached", volume.name));
        desk.update(Volume { vm: None, device: 0, ..volume })
    }
}

/// The volume is on its pool. Undone: it has a size, and no bytes anywhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeVolume {
    pub(crate) volume: VolumeId,
}

#[async_trait]
impl Act for MakeVolume {
    const NAME: &'static str = "make volume";
    const ALONE: bool = true;
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
        let made = [VolumeEvent::OperationSucceeded, VolumeEvent::AttachRequested];
        let volume = row(desk, self.volume)?;
        desk.update(after(&volume, &made)?)
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        volumes::remove(cx, cx.view.need::<Volume>(self.volume)?).await
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        use VolumeEvent::{CreateRequested, OperationFailed};
        let volume = row(desk, self.volume)?;
        let back: &[VolumeEvent] = match volume.state {
            VolumeState::Attaching => &[OperationFailed, CreateRequested, OperationFailed],
            VolumeState::Creating => &[OperationFailed],
            _ => &[],
        };
        desk.update(Volume { pool: None, ..after(&volume, back)? })
    }
}

/// The volume is among the disks that its machine's guest shall have.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JoinVolume {
    pub(crate) volume: VolumeId,
}

#[async_trait]
impl Act for JoinVolume {
    const NAME: &'static str = "join volume";
    /// The guest is told what is durable.
    const ALONE: bool = true;

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let volume = row(desk, self.volume)?.moved(VolumeEvent::OperationSucceeded)?;
        tell(desk, &volume, "VOLUME.ATTACH", EventLevel::Info, format!("{} is attached", volume.name));
        desk.update(volume)
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let volume = row(desk, self.volume)?;
        if volume.state != VolumeState::Ready {
            return Ok(());
        }
        desk.update(volume.moved(VolumeEvent::AttachRequested)?)
    }
}

//! The disks and interfaces of a guest that runs follow the rows of its machine: what is missing is plugged in, what is too many
//! is unplugged.

use super::Vm;
use crate::base::id::VmId;
use crate::engine::StepError;
use crate::flow::outside::{guest_spec_with, host_target};
use crate::flow::step::{Act, Cx, Found};
use crate::model::network::{Nic, NicState};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// An interface that its machine shall have.
pub(super) fn stays(nic: &Nic) -> bool {
    nic.state != NicState::Releasing
}

/// The guest of a machine has the disks that the rows say, and those of the interfaces, if it runs.
pub(super) async fn set(cx: &Cx<'_>, vm: VmId, which: &(dyn Fn(&Nic) -> bool + Sync)) -> Result<(), StepError> {
    let vm = cx.view.need::<Vm>(vm)?;
    let Some(host) = vm.host else { return Ok(()) };
    let host = host_target(&cx.view, host)?;
    let spec = guest_spec_with(&cx.view, vm, which)?;
    Ok(cx.outside.hypervisor(&vm.hypervisor)?.ensure_devices(&host, &spec).await?)
}

/// As [`set`], on the way back. A guest that is gone has no devices; its host will say so.
pub(super) async fn set_back(cx: &Cx<'_>, vm: VmId, which: &(dyn Fn(&Nic) -> bool + Sync)) -> Result<(), StepError> {
    match set(cx, vm, which).await {
        Err(error) if error.is_not_found() => Ok(()),
        other => other,
    }
}

/// Stands before the rows of a machine's devices change: on the way back, when they are as they were, its guest is told so.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeepDevices {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for KeepDevices {
    const NAME: &'static str = "keep devices";

    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        set_back(cx, self.vm, &stays).await
    }
}

/// Stands after the rows of a machine's devices have changed: its guest has exactly those.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetDevices {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for SetDevices {
    const NAME: &'static str = "set devices";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        set(cx, self.vm, &stays).await.map(|()| Found::Nothing)
    }
}

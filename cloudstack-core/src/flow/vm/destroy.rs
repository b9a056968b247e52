//! destroyVirtualMachine: its owner gives it up; until it is expunged it can be recovered.

use super::{Vm, claim, shift, stop, take, tell};
use crate::base::id::{JobId, VmId};
use crate::base::{Caller, Result};
use crate::flow::access;
use crate::flow::step::{Act, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::vm::{VmEvent, VmState};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to give a machine up.
///
/// A machine that runs is stopped the hard way first.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::{flow::vm::{DestroyVm, RecoverVm}, model::vm::VmState};
/// cloud.vms().destroy(&admin, DestroyVm { vm, expunge: false }).await?.done().await?;
/// assert_eq!(cloud.view().vm(vm).map(|vm| vm.state), Some(VmState::Destroyed));
/// cloud.vms().recover(&admin, RecoverVm { vm }).await?.done().await?;
///
/// cloud.vms().destroy(&admin, DestroyVm { vm, expunge: true }).await?.done().await?;
/// assert!(cloud.view().vm(vm).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestroyVm {
    /// The machine.
    pub vm: VmId,
    /// Give back all it holds at once: it cannot be recovered then.
    pub expunge: bool,
}

impl Verb for DestroyVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.destroy";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let vm = take(desk.view(), caller, self.vm)?;
        if self.expunge {
            access::end_machines(desk.view(), caller)?;
        }
        let mut steps = Vec::new();
        if vm.state == VmState::Running {
            let stopping = vm.moved(VmEvent::StopRequested, desk.now())?;
            steps = stop::steps(&stopping, true);
            steps.push(MarkDestroyed { vm: vm.id }.into());
            desk.update(claim(stopping, job))?;
        } else if vm.state != VmState::Destroyed {
            destroyed(desk, &vm)?;
        }
        // A machine that was never made has nothing to recover.
        if self.expunge || vm.state == VmState::Error {
            steps.extend(super::expunge::steps(vm.id));
            let row = super::row(desk, vm.id)?;
            desk.update(claim(row, job))?;
        }
        if steps.is_empty() {
            return Ok(Decision::done(vm.id));
        }
        Ok(Decision::then(vm.id, vm.id, steps))
    }
}

fn destroyed(desk: &mut Desk<'_>, vm: &Vm) -> Result<()> {
    shift(desk, vm.id, VmEvent::DestroyRequested, |vm| vm.reserved_on = None)?;
    tell(desk, vm, "VM.DESTROY", EventLevel::Info, format!("{} is destroyed", vm.name));
    Ok(())
}

/// The stopped machine is given up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MarkDestroyed {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for MarkDestroyed {
    const NAME: &'static str = "mark destroyed";

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let vm = super::row(desk, self.vm)?;
        destroyed(desk, &vm)
    }
}

//! stopVirtualMachine: the guest is off; its room stays kept for it for a while.

use super::ports::ClosePorts;
use super::{Vm, claim, shift, take, tell};
use crate::base::id::{HostId, JobId, VmId};
use crate::base::{Caller, Result};
use crate::engine::StepError;
use crate::flow::Steps;
use crate::flow::outside::host_target;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::vm::{VmEvent, VmState};
use crate::plan::placement::Load;
use crate::port::driver::StopMode;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to stop a machine.
///
/// May be repeated: a machine that is stopped is left as it is.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::{flow::vm::StopVm, model::vm::VmState};
/// for _ in 0..2 {
///     cloud.vms().stop(&admin, StopVm { vm, forced: false }).await?.done().await?;
/// }
/// let view = cloud.view();
/// let row = view.vm(vm).ok_or("it has a row still")?;
/// assert_eq!((row.state, row.host), (VmState::Stopped, None));
/// assert_eq!(row.reserved_on, row.last_host, "its room is kept for a while");
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopVm {
    /// The machine.
    pub vm: VmId,
    /// Pull the plug instead of asking it to shut down.
    pub forced: bool,
}

impl Verb for StopVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.stop";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let vm = take(desk.view(), caller, self.vm)?;
        let stopping = vm.moved(VmEvent::StopRequested, desk.now())?;
        if stopping.state == VmState::Stopped {
            return Ok(Decision::done(vm.id));
        }
        let steps = steps(&stopping, self.forced);
        desk.update(claim(stopping, job))?;
        Ok(Decision::then(self.vm, self.vm, steps))
    }
}

/// The steps that stop a machine that is `Stopping`.
pub(crate) fn steps(vm: &Vm, forced: bool) -> Vec<Steps> {
    let Some(host) = vm.host else { return Vec::new() };
    vec![StopGuest { vm: vm.id, host, forced }.into(), ClosePorts { vm: vm.id, host }.into()]
}

/// The guest does not run, and the host has forgotten it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StopGuest {
    pub(crate) vm: VmId,
    pub(crate) host: HostId,
    pub(crate) forced: bool,
}

#[async_trait]
impl Act for StopGuest {
    const NAME: &'static str = "stop guest";
    /// Its ports stay open until it is durable that it is off: a stop that fails later leaves a machine that runs.
    const ALONE: bool = true;
    /// It is `Stopping` since the decision: of several machines, those whose turn never came are running again.
    const DECIDED: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        let host = host_target(&cx.view, self.host)?;
        let mode = if self.forced { StopMode::Forced } else { StopMode::Graceful };
        cx.outside.hypervisor(&vm.hypervisor)?.ensure_stopped(&host, &vm.instance_name(), mode).await?;
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        stopped(desk, self.vm, self.host, VmEvent::OperationSucceeded)
    }
    /// A guest that could not be stopped is taken to be alive.
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let vm = super::row(desk, self.vm)?;
        if vm.state == VmState::Stopping {
            shift(desk, self.vm, VmEvent::OperationFailed, |_| {})?;
            tell(desk, &vm, "VM.STOP", EventLevel::Error, format!("{} could not be stopped", vm.name));
        }
        Ok(())
    }
}

/// Writes down that a machine has left its host, which keeps its room for a while if it has any to keep.
pub(crate) fn stopped(desk: &mut Desk<'_>, id: VmId, host: HostId, event: VmEvent) -> Result<()> {
    shift(desk, id, event, |vm| {
        vm.host = None;
        vm.last_host = Some(host);
    })?;
    let vm = super::row(desk, id)?;
    if desk.derived().fleet.can_reserve(host, Load { cpu: vm.cpu(), ram: vm.ram }) {
        desk.update(Vm { reserved_on: Some(host), ..vm.clone() })?;
    }
    tell(desk, &vm, "VM.STOP", EventLevel::Info, format!("{} is stopped", vm.name));
    Ok(())
}

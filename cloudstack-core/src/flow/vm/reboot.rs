//! rebootVirtualMachine: the guest restarts where it is.

use super::{claim, take, tell};
use crate::base::id::{EntityId, JobId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::outside::host_target;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::vm::{Vm, VmState};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to restart a machine's guest.
///
/// Each request restarts it once, however often the driver is told.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::vm::{RebootVm, StopVm};
/// cloud.vms().reboot(&admin, RebootVm { vm }).await?.done().await?;
///
/// cloud.vms().stop(&admin, StopVm { vm, forced: true }).await?.done().await?;
/// let refused = cloud.vms().reboot(&admin, RebootVm { vm }).await.map(drop).unwrap_err();
/// assert_eq!(refused.advice(), Some("start it instead"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebootVm {
    /// The machine.
    pub vm: VmId,
}

impl Verb for RebootVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.reboot";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let vm = take(desk.view(), caller, self.vm)?;
        if vm.state != VmState::Running {
            return Err(Error::new(ErrorKind::Conflict, format!("the machine is {}, not Running", vm.state))
                .on(vm.id)
                .remedy("start it instead"));
        }
        desk.update(claim(vm, job))?;
        Ok(Decision::then(self.vm, self.vm, vec![RebootGuest { vm: self.vm }.into()]))
    }
}

/// The guest has been restarted once for this job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RebootGuest {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for RebootGuest {
    const NAME: &'static str = "restart guest";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        if let Some(host) = vm.host {
            let host = host_target(&cx.view, host)?;
            let hypervisor = cx.outside.hypervisor(&vm.hypervisor)?;
            hypervisor.ensure_rebooted(&host, &vm.instance_name(), cx.job.to_u128()).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let vm = super::row(desk, self.vm)?;
        tell(desk, &vm, "VM.REBOOT", EventLevel::Info, format!("{} was restarted", vm.name));
        Ok(())
    }
}

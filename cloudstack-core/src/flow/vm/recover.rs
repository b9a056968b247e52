//! recoverVirtualMachine: a destroyed machine that was not expunged yet is its owner's again.

use super::{shift, take, tell};
use crate::base::id::{JobId, VmId};
use crate::base::{Caller, Result};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, setting};
use crate::model::event::EventLevel;
use crate::model::vm::VmEvent;

/// A request to have a destroyed machine back, stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoverVm {
    /// The machine.
    pub vm: VmId,
}

impl Verb for RecoverVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.recover";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let vm = take(desk.view(), caller, self.vm)?;
        let owner = access::act_for(desk.view(), caller, vm.account)?.clone();
        setting::check_limit(desk.view(), &owner, "max.account.user.vms", 1, super::deploy::count_vms)?;
        shift(desk, vm.id, VmEvent::RecoveryRequested, |_| {})?;
        tell(desk, &vm, "VM.RECOVER", EventLevel::Info, format!("{} is recovered", vm.name));
        Ok(Decision::done(vm.id))
    }
}

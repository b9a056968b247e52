//! recoverVirtualMachine: a destroyed machine that was not expunged yet is its owner's again.

use super::{shift, take, tell};
use crate::base::id::{JobId, VmId};
use crate::base::{Caller, Result};
use crate::flow::access;
use crate::flow::org::limit;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::vm::VmEvent;

/// A request to have a destroyed machine back, stopped.
///
/// Counts against the limit of its account again. Users do it where `allow.user.expunge.recover.vm` lets them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::{flow::vm::{DestroyVm, RecoverVm}, model::vm::VmState};
/// cloud.vms().destroy(&admin, DestroyVm { vm, expunge: false }).await?.done().await?;
/// cloud.vms().recover(&admin, RecoverVm { vm }).await?.done().await?;
/// assert_eq!(cloud.view().vm(vm).map(|vm| vm.state), Some(VmState::Stopped));
/// # Ok(()) }); }
/// ```
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
        access::end_machines(desk.view(), caller)?;
        let owner = access::act_for(desk.view(), caller, vm.account)?.clone();
        // It comes back stopped: where only machines in use count, its start will.
        if !desk.derived().counts.running_only() {
            limit::check(desk, &owner, &limit::of_machine(vm.cores, vm.ram))?;
        }
        shift(desk, vm.id, VmEvent::RecoveryRequested, |_| {})?;
        tell(desk, &vm, "VM.RECOVER", EventLevel::Info, format!("{} is recovered", vm.name));
        Ok(Decision::done(vm.id))
    }
}

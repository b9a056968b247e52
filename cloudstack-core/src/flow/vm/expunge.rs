//! expungeVirtualMachine: all that a machine holds is given back, and its row goes.

use super::volumes::DropVolumes;
use super::{claim, shift, take, tell};
use crate::base::id::{EntityId, JobId, NetworkId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Steps, access, network, resource};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::vm::{Vm, VmEvent, VmState};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A request to give back all that a destroyed or broken machine holds.
///
/// There is no way back once it has begun: if it fails, it is tried again. Users do it where
/// `allow.user.expunge.recover.vm` lets them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::vm::{DestroyVm, ExpungeVm};
/// let refused = cloud.vms().expunge(&admin, ExpungeVm { vm }).await.map(drop).unwrap_err();
/// assert_eq!(refused.advice(), Some("destroy it first"));
///
/// cloud.vms().destroy(&admin, DestroyVm { vm, expunge: false }).await?.done().await?;
/// cloud.vms().expunge(&admin, ExpungeVm { vm }).await?.done().await?;
/// let view = cloud.view();
/// assert!(view.vm(vm).is_none() && view.nics().is_empty() && view.volumes().is_empty());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpungeVm {
    /// The machine.
    pub vm: VmId,
}

impl Verb for ExpungeVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.expunge";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let vm = take(desk.view(), caller, self.vm)?;
        access::end_machines(desk.view(), caller)?;
        if !matches!(vm.state, VmState::Destroyed | VmState::Error | VmState::Expunging) {
            return Err(Error::new(ErrorKind::Conflict, format!("the machine is {}", vm.state))
                .on(vm.id)
                .remedy("destroy it first"));
        }
        desk.update(claim(vm, job))?;
        Ok(Decision::then(self.vm, self.vm, steps(self.vm)))
    }
}

/// The steps that give back what a destroyed machine holds.
pub(super) fn steps(vm: VmId) -> Vec<Steps> {
    vec![BeginExpunge { vm }.into(), ForsakeRules { vm }.into(), DropVolumes { vm }.into(), Forget { vm }.into()]
}

/// The machine is on its way out. From here there is no way back, only another try.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BeginExpunge {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for BeginExpunge {
    const NAME: &'static str = "begin expunge";
    /// Nothing is deleted before it is durable that there is no way back.
    const ALONE: bool = true;

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        network::rule::forsake_all(desk, self.vm)?;
        if super::row(desk, self.vm)?.state == VmState::Expunging {
            return Ok(());
        }
        shift(desk, self.vm, VmEvent::ExpungeOperation, |vm| vm.reserved_on = None)
    }
}

/// No router leads anything to the machine: whoever gets its addresses next must not get its traffic.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForsakeRules {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for ForsakeRules {
    const NAME: &'static str = "forsake rules";
    const TRIES: u32 = 20;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        network::router::TellRouters { networks: withdrawn(&cx.view, self.vm) }.act(cx).await
    }
    fn foresee(&self, view: &View) -> Found {
        network::router::TellRouters { networks: withdrawn(view, self.vm) }.foresee(view)
    }
    fn settle(&self, desk: &mut Desk<'_>, found: &Found) -> Result<()> {
        if let Found::Heard(heard) = found { network::router::settle(desk, heard) } else { Ok(()) }
    }
}

/// The networks of a machine's interfaces that have rules.
fn withdrawn(view: &View, vm: VmId) -> BTreeSet<NetworkId> {
    let ruled = |id: &NetworkId| network::router::has_rules(view, *id);
    network::rule::networks_of(view, vm).into_iter().filter(ruled).collect()
}

/// The machine has no row any more, and its addresses are free.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Forget {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for Forget {
    const NAME: &'static str = "forget machine";

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let vm = super::row(desk, self.vm)?;
        network::leave_all(desk, self.vm)?;
        resource::forget(desk, self.vm.to_u128())?;
        tell(desk, &vm, "VM.EXPUNGE", EventLevel::Info, format!("{} is expunged", vm.name));
        desk.remove::<Vm>(self.vm)
    }
}

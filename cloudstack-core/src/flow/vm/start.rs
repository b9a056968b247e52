//! startVirtualMachine: a stopped machine runs again, where it ran last if that host has kept its room.

use super::place::{self, PlaceAgain, Withdraw};
use super::ports::{FilterHost, OpenPorts};
use super::volumes::FirstVolumes;
use super::{Vm, claim, shift, take, tell};
use crate::base::id::{HostId, JobId, VmId};
use crate::base::{Caller, Result};
use crate::engine::{OnFail, StepError};
use crate::flow::org::limit;
use crate::flow::outside::{guest_spec, host_target};
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Steps, access, network, setting};
use crate::model::event::EventLevel;
use crate::model::infra::Host;
use crate::model::job::Job;
use crate::model::offering::ComputeOffering;
use crate::model::vm::VmEvent;
use crate::port::driver::StopMode;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to start a machine.
///
/// Refused for a machine that runs, or that a job is changing.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::{flow::vm::{StartVm, StopVm}, model::vm::VmState};
/// cloud.vms().stop(&admin, StopVm { vm, forced: false }).await?.done().await?;
/// cloud.vms().start(&admin, StartVm { vm }).await?.done().await?;
/// assert_eq!(cloud.view().vm(vm).map(|vm| vm.state), Some(VmState::Running));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartVm {
    /// The machine.
    pub vm: VmId,
}

impl Verb for StartVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.start";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let vm = take(desk.view(), caller, self.vm)?;
        let owner = access::act_for(desk.view(), caller, vm.account)?.clone();
        if desk.derived().counts.running_only() {
            limit::check(desk, &owner, &limit::of_machine(vm.cores, vm.ram))?;
        }
        let vm = vm.moved(VmEvent::StartRequested, desk.now())?;
        let offering = desk.view().need::<ComputeOffering>(vm.offering)?.clone();
        let wish = place::Wish {
            zone: vm.zone,
            within: None,
            hypervisor: &vm.hypervisor,
            offering: &offering,
            owner: vm.account,
            // What the host keeps for others is not for this one: only its own room brings it back.
            last_host: vm.reserved_on,
            host: None,
            avoid: &[],
            volumes: super::volumes::placed(desk.view(), vm.id),
            allow_disabled: caller.is_root(),
        };
        let placement = place::choose(desk, wish)?;
        let (id, pod) = (vm.id, vm.pod);
        // What was kept for it is given up in either case: it is used, or the machine has moved on.
        let placed = Vm { host: Some(placement.host), pod: Some(placement.pod), reserved_on: None, ..vm };
        desk.update(claim(placed, job))?;
        if pod != Some(placement.pod) {
            network::readdress(desk, id, placement.pod)?;
        }
        network::reserve(desk, id)?;
        desk.rely_on::<Host>(placement.host);
        let mut steps = steps(id);
        if super::volumes::spread(desk, id, &placement.pools)? {
            steps.insert(1, FirstVolumes { vm: id }.into());
        }
        Ok(Decision::then(id, id, steps))
    }
}

/// The steps that start a machine which was placed.
pub(super) fn steps(vm: VmId) -> Vec<Steps> {
    vec![
        ClaimRoom { vm }.into(),
        OpenPorts { vm }.into(),
        FilterHost { vm }.into(),
        RunGuest { vm, avoid: Vec::new() }.into(),
    ]
}

/// The machine holds room on its host. Undone: it is stopped and holds none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClaimRoom {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for ClaimRoom {
    const NAME: &'static str = "claim room";

    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        shift(desk, self.vm, VmEvent::OperationFailed, |vm| vm.host = None)?;
        // Ports that were reserved with the room and never opened.
        network::closed(desk, self.vm)?;
        let vm = super::row(desk, self.vm)?;
        tell(desk, &vm, "VM.START", EventLevel::Error, format!("{} could not be started", vm.name));
        Ok(())
    }
}

/// Writes down that the machine's guest runs.
pub(super) fn started(desk: &mut Desk<'_>, id: VmId) -> Result<()> {
    shift(desk, id, VmEvent::OperationSucceeded, |vm| vm.last_host = vm.host)?;
    let vm = super::row(desk, id)?;
    tell(desk, &vm, "VM.START", EventLevel::Info, format!("{} is running", vm.name));
    Ok(())
}

/// The guest runs on the machine's host.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunGuest {
    pub(crate) vm: VmId,
    /// Hosts that have failed it.
    pub(crate) avoid: Vec<HostId>,
}

#[async_trait]
impl Act for RunGuest {
    const NAME: &'static str = "start guest";
    const TRIES: u32 = 3;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        if let Some(host) = vm.host {
            let spec = guest_spec(&cx.view, vm)?;
            let host = host_target(&cx.view, host)?;
            cx.outside.hypervisor(&vm.hypervisor)?.ensure_running(&host, &spec).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        started(desk, self.vm)
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        let Some(host) = vm.host else { return Ok(()) };
        let host = host_target(&cx.view, host)?;
        let hypervisor = cx.outside.hypervisor(&vm.hypervisor)?;
        Ok(hypervisor.ensure_stopped(&host, &vm.instance_name(), StopMode::Forced).await?)
    }
    /// Another host, once this one has surely let go; undo after `start.retry` hosts, or if no other host will do.
    fn failed(&self, desk: &mut Desk<'_>, _: &Job, _: &StepError) -> Result<OnFail<Steps>> {
        let vm = super::row(desk, self.vm)?;
        let Some(host) = vm.host else { return Ok(OnFail::Unwind) };
        let avoid: Vec<HostId> = self.avoid.iter().copied().chain([host]).collect();
        let tried_enough = avoid.len() as i64 >= setting::int(desk.view(), "start.retry");
        if tried_enough || place::elsewhere(desk, &vm, &avoid).is_err() {
            return Ok(OnFail::Unwind);
        }
        let text = format!("{} could not be started on one host; trying another", vm.name);
        tell(desk, &vm, "VM.START", EventLevel::Warn, text);
        let id = self.vm;
        Ok(OnFail::Instead(vec![
            Withdraw { vm: id, host }.into(),
            PlaceAgain { vm: id, avoid: avoid.clone() }.into(),
            OpenPorts { vm: id }.into(),
            FilterHost { vm: id }.into(),
            Self { vm: id, avoid }.into(),
        ]))
    }
}

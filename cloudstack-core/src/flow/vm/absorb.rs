//! What hosts report of guests, taken into the rows: a guest that went off by itself, came on by itself, or runs where it
//! should not. A report is followed, not corrected: `Stopped` becomes `Running` where the guest is. Only a guest that is
//! there beside the machine's own, or where its addresses are not good or there is no room, is stopped.

use super::place::Withdraw;
use super::ports::{FilterHost, OpenPorts};
use super::start::ClaimRoom;
use super::{Vm, claim, shift, take, tell};
use crate::base::id::{HostId, JobId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result, Timestamp};
use crate::engine::StepError;
use crate::flow::outside::host_target;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, network};
use crate::model::event::EventLevel;
use crate::model::infra::Host;
use crate::model::vm::{VmEvent, VmState};
use crate::plan::capacity;
use crate::port::driver::GuestPower;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A host's word on a machine's guest.
///
/// The loop that pings hosts sends it; there is no short name for it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, host, vm, .. }| {
/// # use cloudstack_core::{base::{ErrorKind, Timestamp}, flow::vm::AbsorbPower, port::driver::GuestPower};
/// // A report that is older than the machine's last change says nothing.
/// let report = AbsorbPower { vm, host, power: GuestPower::Off, asked: Timestamp::default() };
/// let refused = cloud.run(&admin, report).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Stale);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsorbPower {
    /// The machine.
    pub vm: VmId,
    /// The host that reports.
    pub host: HostId,
    /// What it reports.
    pub power: GuestPower,
    /// When it was asked. A machine that changed since then is left alone: the report may be older than the change.
    pub asked: Timestamp,
}

impl Verb for AbsorbPower {
    type Answer = ();
    const NAME: &'static str = "vm.absorb_power";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let vm = take(desk.view(), caller, self.vm)?;
        desk.view().need::<Host>(self.host)?;
        if vm.updated >= self.asked {
            return Err(Error::new(ErrorKind::Stale, "the machine has changed since the host was asked").on(vm.id));
        }
        match (self.power, vm.state) {
            (GuestPower::Off, VmState::Running) if vm.host == Some(self.host) => self.went_off(job, desk, &vm),
            (GuestPower::On, VmState::Stopped) if self.fits(desk, &vm)? => self.came_on(job, desk, &vm),
            (GuestPower::On, VmState::Running) if vm.host == Some(self.host) => Ok(Decision::done(())),
            // Everywhere else a guest of ours that runs is one too many.
            (GuestPower::On, _) => {
                tell(desk, &vm, "VM.STOP", EventLevel::Warn, format!("{} runs on a host it should not be on", vm.name));
                let vm = super::row(desk, vm.id)?;
                desk.update(claim(vm, job))?;
                let steps = vec![Withdraw { vm: self.vm, host: self.host }.into()];
                Ok(Decision::then((), self.vm, steps))
            }
            (GuestPower::Off, _) => Ok(Decision::done(())),
        }
    }
}

impl AbsorbPower {
    /// Whether the machine may stay where its guest came on: there is room, and its addresses are good there.
    fn fits(&self, desk: &mut Desk<'_>, vm: &Vm) -> Result<bool> {
        let host = desk.view().need::<Host>(self.host)?.clone();
        // What was kept for it must not stand in its own way.
        desk.update(Vm { reserved_on: None, ..vm.clone() })?;
        let Some(room) = desk.derived().fleet.host_capacity(host.id) else { return Ok(false) };
        let has = |row: capacity::Row, needs: u64| row.free().is_some_and(|free| needs <= free);
        Ok(vm.pod == Some(host.pod) && has(room.cpu, vm.cpu().0) && has(room.ram, vm.ram.0))
    }

    fn went_off(&self, job: JobId, desk: &mut Desk<'_>, vm: &Vm) -> Result<Decision<()>> {
        tell(desk, vm, "VM.STOP", EventLevel::Warn, format!("{} went off by itself", vm.name));
        super::stop::stopped(desk, self.vm, self.host, VmEvent::FollowAgentPowerOffReport)?;
        let row = super::row(desk, self.vm)?;
        desk.update(claim(row, job))?;
        // The host still knows the guest, and could start it again behind everybody's back.
        let (vm, host) = (self.vm, self.host);
        Ok(Decision::then((), self.vm, vec![Withdraw { vm, host }.into()]))
    }

    /// The machine runs where its guest came on: what it needs is made around it, and the guest itself is left alone, whatever
    /// its shape. Whoever started it had a reason, and stopping it would lose what it holds; the next start gives it its
    /// shape. If the rest cannot be made, the machine is stopped in the rows, and the next report begins anew.
    fn came_on(&self, job: JobId, desk: &mut Desk<'_>, vm: &Vm) -> Result<Decision<()>> {
        tell(desk, vm, "VM.START", EventLevel::Warn, format!("{} came on by itself", vm.name));
        shift(desk, self.vm, VmEvent::StartRequested, |vm| {
            vm.host = Some(self.host);
            vm.reserved_on = None;
        })?;
        let row = super::row(desk, self.vm)?;
        desk.update(claim(row, job))?;
        network::reserve(desk, self.vm)?;
        let vm = self.vm;
        let steps =
            vec![ClaimRoom { vm }.into(), OpenPorts { vm }.into(), FilterHost { vm }.into(), AdoptGuest { vm }.into()];
        Ok(Decision::then((), vm, steps))
    }
}

/// The guest that came on by itself still runs, and is the machine's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AdoptGuest {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for AdoptGuest {
    const NAME: &'static str = "adopt guest";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        let Some(host) = vm.host else { return Ok(Found::Nothing) };
        let report = cx.outside.hypervisor(&vm.hypervisor)?.ping(&host_target(&cx.view, host)?).await?;
        let name = vm.instance_name();
        if report.guests.iter().any(|guest| guest.name == name && guest.power == GuestPower::On) {
            return Ok(Found::Nothing);
        }
        Err(Error::new(ErrorKind::Conflict, "the guest has gone off again").on(vm.id).into())
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        super::start::started(desk, self.vm)
    }
}

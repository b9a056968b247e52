//! What hosts report of guests, taken into the rows: a guest that went off by itself, came on by itself, or runs where it
//! should not.

use super::place::Withdraw;
use super::{Vm, claim, shift, take, tell};
use crate::base::id::{HostId, JobId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result, Timestamp};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, network};
use crate::model::event::EventLevel;
use crate::model::infra::Host;
use crate::model::vm::{VmEvent, VmState};
use crate::plan::capacity;
use crate::port::driver::GuestPower;

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

    /// The machine is started where its guest runs already: what a start needs is made, or the start fails in good order.
    fn came_on(&self, job: JobId, desk: &mut Desk<'_>, vm: &Vm) -> Result<Decision<()>> {
        tell(desk, vm, "VM.START", EventLevel::Warn, format!("{} came on by itself", vm.name));
        shift(desk, self.vm, VmEvent::StartRequested, |vm| {
            vm.host = Some(self.host);
            vm.reserved_on = None;
        })?;
        let row = super::row(desk, self.vm)?;
        desk.update(claim(row, job))?;
        network::reserve(desk, self.vm)?;
        Ok(Decision::then((), self.vm, super::start::steps(self.vm)))
    }
}

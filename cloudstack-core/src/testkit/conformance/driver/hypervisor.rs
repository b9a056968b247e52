//! Hosts and guests.

use super::{Checks, Failure, Passed};
use crate::port::driver::{
    DriverErrorKind, DriverResult, GuestPower, GuestSpec, HostFacts, HostReport, HostTarget, Hypervisor, StopMode,
};
use std::{fmt, future::Future, pin::Pin};

/// Tells how often a guest of this name has begun to run.
pub type BootCounter = Box<dyn Fn(&str) -> u32 + Send + Sync>;

/// Waits until the guest that was started on this host can do its part in what is done to it: its system is up.
pub type Ready = Box<dyn Fn(&HostTarget) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What the suite of a hypervisor may touch.
pub struct HypervisorBed {
    /// A host that answers and has room for `guest`.
    pub host: HostTarget,
    /// Another one of the kind, if there is.
    pub other: Option<HostTarget>,
    /// A host that does not answer, if there can be one.
    pub silent: Option<HostTarget>,
    /// A guest to start and stop. No guest of its name is on any of the hosts.
    pub guest: GuestSpec,
    /// How often a guest of this name has begun to run on `host`, if that can be learnt from outside. With it the suite
    /// also sees whether calls that are repeated start or restart a guest again.
    pub boots: Option<BootCounter>,
    /// The guest with other disks or interfaces than `guest` has, if devices can come and go.
    pub reshaped: Option<GuestSpec>,
    /// How to wait for the guest's own system, if it has one that matters.
    pub ready: Option<Ready>,
}

impl fmt::Debug for HypervisorBed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HypervisorBed").field("host", &self.host).field("guest", &self.guest).finish_non_exhaustive()
    }
}

impl HypervisorBed {
    /// The smallest bed: one host, one guest.
    #[must_use]
    pub fn new(host: HostTarget, guest: GuestSpec) -> Self {
        Self { host, other: None, silent: None, guest, boots: None, reshaped: None, ready: None }
    }
}

/// Checks a driver of hosts.
///
/// # Errors
/// The first check that failed.
pub async fn hypervisor_suite(driver: &dyn Hypervisor, bed: &HypervisorBed) -> Result<Passed, Failure> {
    let mut run = Run { driver, bed, checks: Checks::default() };
    run.checks.sheet(|| driver.capabilities())?;
    run.facts().await?;
    run.absence().await?;
    run.lifecycle().await?;
    run.reboot().await?;
    run.figures().await?;
    run.consoles().await?;
    if let Some(reshaped) = &bed.reshaped {
        run.devices(reshaped).await?;
    }
    run.end().await?;
    if let Some(other) = &bed.other {
        run.neighbour(other).await?;
        run.moves(other).await?;
    }
    if let Some(silent) = &bed.silent {
        run.silence(silent).await?;
    }
    Ok(run.checks.passed)
}

struct Run<'a> {
    driver: &'a dyn Hypervisor,
    bed: &'a HypervisorBed,
    checks: Checks,
}

impl Run<'_> {
    fn name(&self) -> &str {
        &self.bed.guest.name
    }

    async fn start(&self) -> DriverResult<()> {
        self.driver.ensure_running(&self.bed.host, &self.bed.guest).await
    }

    async fn stop(&self, host: &HostTarget, mode: StopMode) -> DriverResult<()> {
        self.driver.ensure_stopped(host, self.name(), mode).await
    }

    /// A ping, and what it says of the guest of the bed.
    async fn look(&mut self, host: &HostTarget) -> Result<(HostReport, Option<GuestPower>), Failure> {
        let report = self.checks.works("a host that lives answers a ping", self.driver.ping(host).await)?;
        let rising = report.guests.is_sorted_by(|a, b| a.name < b.name);
        self.checks.hold("a ping lists guests by name, each once", rising, || format!("{:?}", report.guests))?;
        let power = report.guests.iter().find(|guest| guest.name == self.name()).map(|guest| guest.power);
        Ok((report, power))
    }

    async fn sees(&mut self, check: &'static str, host: &HostTarget, due: Option<GuestPower>) -> Result<(), Failure> {
        let (_, power) = self.look(host).await?;
        self.checks.hold(check, power == due, || format!("{} shows {power:?}, {due:?} was due", host.name))
    }

    fn boots(&mut self, check: &'static str, due: u32) -> Result<(), Failure> {
        let Some(boots) = &self.bed.boots else { return Ok(()) };
        let seen = boots(self.name());
        self.checks.hold(check, seen == due, || format!("the guest began to run {seen} times, {due} were due"))
    }

    async fn facts(&mut self) -> Result<(), Failure> {
        let host = &self.bed.host;
        let facts = self.checks.works("a host can be probed", self.driver.probe(host).await)?;
        self.checks.hold("a host has processors, memory and a version", plausible(&facts), || format!("{facts:?}"))?;
        let again = self.checks.works("a host can be probed", self.driver.probe(host).await)?;
        self.checks.hold("a probe changes nothing", facts == again, || format!("{facts:?}, then {again:?}"))
    }

    /// Calls for a guest that is not there.
    async fn absence(&mut self) -> Result<(), Failure> {
        let host = &self.bed.host;
        for mode in [StopMode::Graceful, StopMode::Forced] {
            let answer = self.stop(host, mode).await;
            self.checks.works("a guest that is not there stops", answer)?;
        }
        let answer = self.driver.ensure_rebooted(host, self.name(), 1).await;
        self.checks.refuses("a guest that is not there cannot be restarted", &[DriverErrorKind::NotFound], answer)?;
        self.sees("a guest is not there before it was started", host, None).await
    }

    async fn lifecycle(&mut self) -> Result<(), Failure> {
        let host = &self.bed.host;
        let answer = self.start().await;
        self.checks.works("a guest starts", answer)?;
        self.sees("a guest that was started is on", host, Some(GuestPower::On)).await?;
        let (before, _) = self.look(host).await?;
        let boots = self.bed.boots.as_ref().map_or(0, |boots| boots(self.name()));
        let answer = self.start().await;
        self.checks.works("a guest that runs may be started again", answer)?;
        let (after, _) = self.look(host).await?;
        let same = before == after;
        self.checks.hold("starting again changes nothing", same, || format!("{before:?}, then {after:?}"))?;
        self.boots("starting again does not restart", boots)?;
        let facts = self.checks.works("a host can be probed", self.driver.probe(host).await)?;
        let listed = facts.guests.iter().any(|name| name == self.name());
        self.checks.hold("a probe lists the guests", listed, || format!("{:?}", facts.guests))
    }

    async fn reboot(&mut self) -> Result<(), Failure> {
        let host = &self.bed.host;
        let boots = self.bed.boots.as_ref().map_or(0, |boots| boots(self.name()));
        // The second token is repeated, and the first one comes late once more: a call that was on its way for long.
        for (token, due) in [(1, 1), (1, 1), (2, 2), (2, 2), (1, 2)] {
            let answer = self.driver.ensure_rebooted(host, self.name(), token).await;
            self.checks.works("a guest that runs can be restarted, and the call repeated", answer)?;
            self.boots("a guest restarts once per token", boots + due)?;
        }
        self.sees("a guest that was restarted is on", host, Some(GuestPower::On)).await
    }

    async fn end(&mut self) -> Result<(), Failure> {
        let host = &self.bed.host;
        for mode in [StopMode::Forced, StopMode::Graceful] {
            let answer = self.start().await;
            self.checks.works("a guest starts", answer)?;
            self.sees("a guest that was started is on", host, Some(GuestPower::On)).await?;
            for _ in 0..2 {
                let answer = self.stop(host, mode).await;
                self.checks.works("a guest stops, and the call may be repeated", answer)?;
                self.sees("a guest that was stopped is forgotten", host, None).await?;
            }
        }
        Ok(())
    }

    async fn figures(&mut self) -> Result<(), Failure> {
        let host = &self.bed.host;
        let mut last = 0;
        for _ in 0..2 {
            let told = self.checks.works("a host tells what its guests use", self.driver.stats(host).await)?;
            let rising = told.is_sorted_by(|a, b| a.name < b.name);
            self.checks.hold("figures come by name, each guest once", rising, || format!("{told:?}"))?;
            let own = told.iter().find(|guest| guest.name == self.name());
            let check = "figures of a running guest are there, and do not fall";
            self.checks.hold(check, own.is_some_and(|own| own.cpu_nanos >= last), || format!("{told:?}"))?;
            last = own.map_or(0, |own| own.cpu_nanos);
        }
        Ok(())
    }

    async fn consoles(&mut self) -> Result<(), Failure> {
        let answer = self.driver.consoles(&self.bed.host, self.name()).await;
        let consoles = self.checks.works("a running guest's consoles are told", answer)?;
        let reached = consoles.iter().all(|console| !console.address.is_empty());
        self.checks.hold("a console has an address", reached, || format!("{consoles:?}"))
    }

    /// Disks and interfaces come and go while the guest runs.
    async fn devices(&mut self, reshaped: &GuestSpec) -> Result<(), Failure> {
        let host = &self.bed.host;
        if let Some(ready) = &self.bed.ready {
            ready(host).await;
        }
        let boots = self.bed.boots.as_ref().map_or(0, |boots| boots(self.name()));
        for shape in [reshaped, &self.bed.guest, reshaped, &self.bed.guest] {
            for _ in 0..2 {
                let answer = self.driver.ensure_devices(host, shape).await;
                self.checks.works("a guest's devices change while it runs, and the call may be repeated", answer)?;
            }
            let answer = self.driver.ensure_running(host, shape).await;
            self.checks.works("a guest runs with the devices it was given", answer)?;
        }
        self.boots("devices change without a restart", boots)?;
        let nobody = GuestSpec { name: format!("{}-none", self.name()), ..reshaped.clone() };
        let answer = self.driver.ensure_devices(host, &nobody).await;
        let check = "devices of a guest that is not there are NotFound";
        self.checks.refuses(check, &[DriverErrorKind::NotFound], answer)
    }

    /// A guest changes its host and comes back. A driver that cannot says so, and is not asked further.
    async fn moves(&mut self, other: &HostTarget) -> Result<(), Failure> {
        let (host, guest) = (&self.bed.host, &self.bed.guest);
        let answer = self.driver.ensure_migrated(host, other, guest).await;
        if answer.as_ref().is_err_and(|error| error.kind == DriverErrorKind::Unsupported) {
            return Ok(());
        }
        let check = "a guest that runs on neither host cannot be moved";
        self.checks.refuses(check, &[DriverErrorKind::NotFound], answer)?;
        let answer = self.start().await;
        self.checks.works("a guest starts", answer)?;
        if let Some(ready) = &self.bed.ready {
            ready(host).await;
        }
        let boots = self.bed.boots.as_ref().map_or(0, |boots| boots(self.name()));
        for (from, to) in [(host, other), (other, host)] {
            for _ in 0..2 {
                let answer = self.driver.ensure_migrated(from, to, guest).await;
                self.checks.works("a guest moves, and the call may be repeated", answer)?;
                self.sees("a guest that was moved is on, there", to, Some(GuestPower::On)).await?;
                self.sees("a guest that was moved is forgotten here", from, None).await?;
            }
            let answer = self.driver.ensure_running(to, guest).await;
            self.checks.works("a guest that was moved may be started again, there", answer)?;
        }
        self.boots("moving does not restart", boots)?;
        let answer = self.stop(host, StopMode::Forced).await;
        self.checks.works("a guest stops, and the call may be repeated", answer)
    }

    /// Each host answers for itself.
    async fn neighbour(&mut self, other: &HostTarget) -> Result<(), Failure> {
        let answer = self.start().await;
        self.checks.works("a guest starts", answer)?;
        self.sees("a host does not list its neighbour's guests", other, None).await?;
        let answer = self.stop(other, StopMode::Forced).await;
        self.checks.works("a guest that is not there stops", answer)?;
        let check = "stopping a guest on one host leaves it on another";
        self.sees(check, &self.bed.host, Some(GuestPower::On)).await?;
        let answer = self.stop(&self.bed.host, StopMode::Forced).await;
        self.checks.works("a guest stops, and the call may be repeated", answer)
    }

    /// A host that does not answer: the driver says so, and never invents an answer.
    async fn silence(&mut self, silent: &HostTarget) -> Result<(), Failure> {
        let (driver, kinds) = (self.driver, &[DriverErrorKind::Unreachable]);
        let check = "a host that does not answer is Unreachable to every call";
        self.checks.refuses(check, kinds, driver.probe(silent).await)?;
        self.checks.refuses(check, kinds, driver.ping(silent).await)?;
        self.checks.refuses(check, kinds, driver.ensure_running(silent, &self.bed.guest).await)?;
        let answer = self.stop(silent, StopMode::Forced).await;
        self.checks.refuses(check, kinds, answer)?;
        self.checks.refuses(check, kinds, driver.ensure_rebooted(silent, self.name(), 1).await)
    }
}

fn plausible(facts: &HostFacts) -> bool {
    facts.cores > 0 && facts.speed.0 > 0 && facts.ram.0 > 0 && !facts.version.is_empty()
}

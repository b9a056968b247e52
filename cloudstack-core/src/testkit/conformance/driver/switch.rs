//! Switches on hosts.

use super::{Checks, Failure, Passed};
use crate::port::driver::{BroadcastDomain, HostTarget, VirtualSwitch};
use crate::rules::ir::Tap;
use std::fmt;

/// Tells which broadcast domain an interface of a host is in, in any words that differ from domain to domain; none if the host has no
/// interface of that name.
pub type DomainViewer = Box<dyn Fn(&HostTarget, Tap) -> Option<String> + Send + Sync>;

/// What the suite of a switch may touch.
pub struct SwitchBed {
    /// A host.
    pub host: HostTarget,
    /// Another one, if there is.
    pub other: Option<HostTarget>,
    /// Two domains that this kind of switch carries.
    pub domains: [BroadcastDomain; 2],
    /// Two interfaces that are not on any of the hosts.
    pub taps: [Tap; 2],
    /// What is seen from outside, if that can be had. Without it the suite checks answers only.
    pub seen: Option<DomainViewer>,
}

impl fmt::Debug for SwitchBed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SwitchBed").field("host", &self.host).field("domains", &self.domains).finish_non_exhaustive()
    }
}

/// Checks a driver of switches.
///
/// # Errors
/// The first check that failed.
pub async fn switch_suite(driver: &dyn VirtualSwitch, bed: &SwitchBed) -> Result<Passed, Failure> {
    let mut run = Run { driver, bed, checks: Checks::default() };
    run.checks.sheet(|| driver.capabilities())?;
    let [tap, _] = bed.taps;
    run.checks.works("an interface that is not there is parted", driver.ensure_parted(&bed.host, tap).await)?;
    // Twice: what was taken away with the last interface can be made again.
    for _ in 0..2 {
        run.life().await?;
    }
    if let Some(other) = &bed.other {
        run.neighbour(other).await?;
    }
    Ok(run.checks.passed)
}

struct Run<'a> {
    driver: &'a dyn VirtualSwitch,
    bed: &'a SwitchBed,
    checks: Checks,
}

impl Run<'_> {
    fn seen(&self, host: &HostTarget, tap: Tap) -> Option<Option<String>> {
        self.bed.seen.as_ref().map(|seen| seen(host, tap))
    }

    async fn join(&mut self, host: &HostTarget, domain: usize, tap: Tap) -> Result<(), Failure> {
        for _ in 0..2 {
            let answer = self.driver.ensure_joined(host, &self.bed.domains[domain], tap).await;
            self.checks.works("an interface joins, and the call may be repeated", answer)?;
        }
        let there = self.seen(host, tap).is_none_or(|seen| seen.is_some());
        self.checks.hold("an interface that joined is there", there, || format!("{} has no {tap}", host.name))
    }

    async fn part(&mut self, host: &HostTarget, tap: Tap) -> Result<(), Failure> {
        for _ in 0..2 {
            let answer = self.driver.ensure_parted(host, tap).await;
            self.checks.works("an interface parts, and the call may be repeated", answer)?;
        }
        let gone = self.seen(host, tap).is_none_or(|seen| seen.is_none());
        self.checks.hold("an interface that parted is gone", gone, || format!("{} still has {tap}", host.name))
    }

    /// Two interfaces come, meet, are kept apart and go.
    async fn life(&mut self) -> Result<(), Failure> {
        let (host, [first, second]) = (&self.bed.host, self.bed.taps);
        self.join(host, 0, first).await?;
        self.join(host, 0, second).await?;
        let here = self.seen(host, first);
        let same = here == self.seen(host, second);
        self.checks.hold("interfaces of one domain are together", same, || format!("{here:?} was due for both"))?;
        self.join(host, 1, second).await?;
        let moved = self.seen(host, second);
        let apart = here.is_none() || here != moved;
        self.checks.hold("an interface moves to another domain", apart, || format!("both are in {here:?}"))?;
        let stayed = self.seen(host, first) == here;
        self.checks.hold("an interface that was not named stays", stayed, || format!("it was in {here:?}"))?;
        self.part(host, second).await?;
        let stayed = self.seen(host, first) == here;
        self.checks.hold("an interface that was not named stays", stayed, || format!("it was in {here:?}"))?;
        self.part(host, first).await
    }

    /// Each host has its own interfaces.
    async fn neighbour(&mut self, other: &HostTarget) -> Result<(), Failure> {
        let (host, [tap, _]) = (&self.bed.host, self.bed.taps);
        self.join(host, 0, tap).await?;
        self.join(other, 0, tap).await?;
        self.part(other, tap).await?;
        let stayed = self.seen(host, tap).is_none_or(|seen| seen.is_some());
        self.checks
            .hold("parting on one host leaves another as it is", stayed, || format!("{} lost {tap}", host.name))?;
        self.part(host, tap).await
    }
}

//! Primary pools and volumes.

use super::{Checks, Failure, Passed};
use crate::{
    base::Bytes,
    port::driver::{
        DriverErrorKind, DriverResult, HostTarget, PoolFacts, PoolTarget, PrimaryStorage, TemplateSpec, VolumeSpec,
    },
};

/// What the suite of a storage driver may touch.
#[derive(Debug, Clone)]
pub struct StorageBed {
    /// A pool nothing else writes to while the suite runs.
    pub pool: PoolTarget,
    /// Hosts that can reach it; at least one.
    pub hosts: Vec<HostTarget>,
    /// A host that does not answer, if there can be one and the driver goes through hosts.
    pub silent: Option<HostTarget>,
    /// The name of a volume that is not there.
    pub volume: String,
    /// The size of the volumes to make.
    pub size: Bytes,
    /// A template to make volumes from, no larger than `size`.
    pub template: Option<TemplateSpec>,
}

/// Checks a driver of primary pools.
///
/// # Errors
/// The first check that failed.
pub async fn storage_suite(driver: &dyn PrimaryStorage, bed: &StorageBed) -> Result<Passed, Failure> {
    let mut run = Run { driver, bed, checks: Checks::default() };
    run.checks.sheet(|| driver.capabilities())?;
    run.pool().await?;
    run.volume(None).await?;
    if bed.template.is_some() {
        run.volume(bed.template.clone()).await?;
    }
    run.limits().await?;
    Ok(run.checks.passed)
}

struct Run<'a> {
    driver: &'a dyn PrimaryStorage,
    bed: &'a StorageBed,
    checks: Checks,
}

impl Run<'_> {
    async fn connect(&mut self) -> Result<PoolFacts, Failure> {
        let answer = self.driver.ensure_pool(&self.bed.pool, &self.bed.hosts).await;
        self.checks.works("a pool is connected, and the call may be repeated", answer)
    }

    async fn remove(&self) -> DriverResult<()> {
        self.driver.ensure_no_volume(&self.bed.pool, &self.bed.volume).await
    }

    async fn pool(&mut self) -> Result<(), Failure> {
        let first = &self.bed.hosts[..self.bed.hosts.len().min(1)];
        let answer = self.driver.ensure_pool(&self.bed.pool, first).await;
        let facts = self.checks.works("a pool is connected to one host first", answer)?;
        let plausible = facts.capacity > Bytes::ZERO && facts.used <= facts.capacity;
        self.checks.hold("a pool has room, and uses no more than it has", plausible, || format!("{facts:?}"))?;
        let again = self.connect().await?;
        self.checks.hold("connecting more hosts takes no room", facts == again, || format!("{facts:?}, then {again:?}"))
    }

    async fn volume(&mut self, template: Option<TemplateSpec>) -> Result<(), Failure> {
        let answer = self.remove().await;
        self.checks.works("a volume that is not there is removed", answer)?;
        let spec = VolumeSpec { name: self.bed.volume.clone(), size: self.bed.size, template };
        // Twice, since a pool may keep a base copy of the template from the first time on.
        for round in 0..2 {
            let before = self.connect().await?;
            let answer = self.driver.ensure_volume(&self.bed.pool, &spec).await;
            self.checks.works("a volume is made", answer)?;
            let made = self.connect().await?;
            let answer = self.driver.ensure_volume(&self.bed.pool, &spec).await;
            self.checks.works("a volume that is there may be made again", answer)?;
            let again = self.connect().await?;
            self.checks
                .hold("making a volume again takes no room", made == again, || format!("{made:?}, {again:?}"))?;
            for _ in 0..2 {
                let answer = self.remove().await;
                self.checks.works("a volume is removed, and the call may be repeated", answer)?;
            }
            if round > 0 {
                let after = self.connect().await?;
                let check = "a removed volume gives its room back";
                self.checks.hold(check, before == after, || format!("{before:?}, then {after:?}"))?;
            }
        }
        Ok(())
    }

    async fn limits(&mut self) -> Result<(), Failure> {
        if !self.driver.capabilities().pool_kinds.is_empty() {
            let pool = PoolTarget { kind: "no such kind".into(), ..self.bed.pool.clone() };
            let answer = self.driver.ensure_pool(&pool, &self.bed.hosts).await;
            let check = "a kind of pool that is not on the sheet is Unsupported";
            self.checks.refuses(check, &[DriverErrorKind::Unsupported], answer)?;
        }
        if let Some(silent) = &self.bed.silent {
            let answer = self.driver.ensure_pool(&self.bed.pool, std::slice::from_ref(silent)).await;
            let check = "a pool is not connected to a host that does not answer";
            self.checks.refuses(check, &[DriverErrorKind::Unreachable], answer)?;
        }
        let spec = VolumeSpec { name: self.bed.volume.clone(), size: Bytes(u64::MAX), template: None };
        let answer = self.driver.ensure_volume(&self.bed.pool, &spec).await;
        let kinds = &[DriverErrorKind::NoCapacity, DriverErrorKind::Refused];
        self.checks.refuses("a volume of 16 EiB is refused", kinds, answer)?;
        let answer = self.remove().await;
        self.checks.works("a volume that is not there is removed", answer)
    }
}

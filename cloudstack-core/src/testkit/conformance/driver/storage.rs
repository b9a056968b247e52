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
    /// How much what is in use may change by itself between two looks, where a pool's room is not its own.
    pub noise: Bytes,
}

/// True if a pool has as much room as before.
fn alike(a: PoolFacts, b: PoolFacts, noise: Bytes) -> bool {
    a.capacity == b.capacity && a.used.0.abs_diff(b.used.0) <= noise.0
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
    run.growth().await?;
    run.templates().await?;
    run.snapshots().await?;
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
        let same = alike(facts, again, self.bed.noise);
        self.checks.hold("connecting more hosts takes no room", same, || format!("{facts:?}, then {again:?}"))
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
            let same = alike(made, again, self.bed.noise);
            self.checks.hold("making a volume again takes no room", same, || format!("{made:?}, {again:?}"))?;
            for _ in 0..2 {
                let answer = self.remove().await;
                self.checks.works("a volume is removed, and the call may be repeated", answer)?;
            }
            if round > 0 {
                let after = self.connect().await?;
                let check = "a removed volume gives its room back";
                let same = alike(before, after, self.bed.noise);
                self.checks.hold(check, same, || format!("{before:?}, then {after:?}"))?;
            }
        }
        Ok(())
    }

    async fn growth(&mut self) -> Result<(), Failure> {
        let spec = VolumeSpec { name: self.bed.volume.clone(), size: self.bed.size, template: None };
        for spec in [&spec, &VolumeSpec { size: spec.size.times(2), ..spec.clone() }] {
            for _ in 0..2 {
                let answer = self.driver.ensure_volume(&self.bed.pool, spec).await;
                self.checks.works("a volume grows, and the call may be repeated", answer)?;
            }
        }
        let answer = self.remove().await;
        self.checks.works("a volume is removed, and the call may be repeated", answer)
    }

    /// What a pool keeps of a template goes, but not under the volumes that need it.
    async fn templates(&mut self) -> Result<(), Failure> {
        let (driver, pool) = (self.driver, &self.bed.pool);
        let answer = driver.ensure_no_base(pool, "no-such-template").await;
        self.checks.works("a template that is not on the pool is removed", answer)?;
        let Some(template) = self.bed.template.clone() else { return Ok(()) };
        let name = template.name.clone();
        let spec = VolumeSpec { name: self.bed.volume.clone(), size: self.bed.size, template: Some(template) };
        self.checks.works("a volume is made", driver.ensure_volume(pool, &spec).await)?;
        let answer = driver.ensure_no_base(pool, &name).await;
        if let Err(refused) = answer {
            let check = "a template that volumes need is removed from no pool";
            self.checks.refuses::<()>(check, &[DriverErrorKind::Refused], Err(refused))?;
        }
        self.checks.works("a volume that is there may be made again", driver.ensure_volume(pool, &spec).await)?;
        let answer = self.remove().await;
        self.checks.works("a volume is removed, and the call may be repeated", answer)?;
        for _ in 0..2 {
            let answer = driver.ensure_no_base(pool, &name).await;
            self.checks.works("a template that nobody needs is removed, and the call may be repeated", answer)?;
        }
        Ok(())
    }

    /// A pool that takes none says so, and is not asked further.
    async fn snapshots(&mut self) -> Result<(), Failure> {
        let (driver, pool, volume) = (self.driver, &self.bed.pool, &*self.bed.volume);
        let answer = driver.ensure_snapshot(pool, volume, "one").await;
        if answer.as_ref().is_err_and(|error| error.kind == DriverErrorKind::Unsupported) {
            return Ok(());
        }
        let not_found = &[DriverErrorKind::NotFound];
        self.checks.refuses("there is no snapshot of a volume that is not there", not_found, answer)?;
        let answer = driver.ensure_no_snapshot(pool, volume, "one").await;
        self.checks.works("a snapshot that is not there is removed", answer)?;
        let spec = VolumeSpec { name: volume.to_owned(), size: self.bed.size, template: None };
        self.checks.works("a volume is made", driver.ensure_volume(pool, &spec).await)?;
        let answer = driver.ensure_reverted(pool, volume, "one", 1).await;
        self.checks.refuses("a volume does not go back to a snapshot that is not there", not_found, answer)?;
        for name in ["one", "two", "one"] {
            let answer = driver.ensure_snapshot(pool, volume, name).await;
            self.checks.works("a snapshot is taken, and the call may be repeated", answer)?;
        }
        for token in [1, 1, 2] {
            let answer = driver.ensure_reverted(pool, volume, "one", token).await;
            self.checks.works("a volume goes back to a snapshot, and the call may be repeated", answer)?;
        }
        for _ in 0..2 {
            let answer = driver.ensure_no_snapshot(pool, volume, "one").await;
            self.checks.works("a snapshot is removed, and the call may be repeated", answer)?;
        }
        let answer = driver.ensure_reverted(pool, volume, "one", 2).await;
        self.checks.works("a way back that was gone is not gone again", answer)?;
        let answer = driver.ensure_reverted(pool, volume, "one", 3).await;
        self.checks.refuses("a volume does not go back to a snapshot that is not there", not_found, answer)?;
        let answer = self.remove().await;
        self.checks.works("a volume is removed, with its snapshots", answer)?;
        let answer = driver.ensure_snapshot(pool, volume, "two").await;
        self.checks.refuses("there is no snapshot of a volume that is not there", not_found, answer)
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

//! Starting, stopping and looking at guests.

use super::{
    Inner, Qemu,
    compile::{self, BadGuest, Paths, Start},
    guest::{self, Record, Standing, standing},
    qmp::{Qmp, QmpError},
};
use crate::hosts::{run, signalled};
use async_trait::async_trait;
use cloudstack_core::port::driver::{
    Capabilities, Console, ConsoleKind, DriverError, DriverErrorKind, DriverResult, GuestPower, GuestReport, GuestSpec,
    GuestStats, HostFacts, HostReport, HostTarget, Hypervisor, StopMode,
};
use rustix::process::Signal;
use serde_json::Value;
use std::{future::Future, path::Path, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// How long a command may take that QEMU carries out by itself.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How often something is looked at that is waited for.
pub(super) const LOOK: Duration = Duration::from_millis(25);

#[async_trait]
impl Hypervisor for Qemu {
    fn capabilities(&self) -> &Capabilities {
        &self.inner.sheet
    }

    async fn probe(&self, host: &HostTarget) -> DriverResult<HostFacts> {
        let facts = self.inner.facts(host).await?;
        let guests = self.inner.names(host)?;
        Ok(HostFacts { guests, ..facts })
    }

    async fn ping(&self, host: &HostTarget) -> DriverResult<HostReport> {
        self.inner.lives(host).await?;
        let mut looks = tokio::task::JoinSet::new();
        for name in self.inner.names(host)? {
            let paths = self.inner.paths(host, &name)?;
            looks.spawn(async move { power(&paths).await.map(|power| GuestReport { name, power }) });
        }
        let mut guests: Vec<GuestReport> = looks.join_all().await.into_iter().flatten().collect();
        guests.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(HostReport { guests })
    }

    async fn ensure_running(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let (host, guest) = (host.clone(), guest.clone());
        self.whole(|inner| async move { inner.start(&host, &guest).await }).await
    }

    async fn ensure_stopped(&self, host: &HostTarget, guest: &str, mode: StopMode) -> DriverResult<()> {
        let (host, guest) = (host.clone(), guest.to_owned());
        self.whole(move |inner| async move { inner.stop(&host, &guest, mode).await }).await
    }

    async fn ensure_rebooted(&self, host: &HostTarget, guest: &str, token: u128) -> DriverResult<()> {
        let (host, guest) = (host.clone(), guest.to_owned());
        self.whole(move |inner| async move { inner.reboot(&host, &guest, token).await }).await
    }

    async fn ensure_migrated(&self, from: &HostTarget, to: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let (from, to, guest) = (from.clone(), to.clone(), guest.clone());
        self.whole(|inner| async move { inner.migrate(&from, &to, &guest).await }).await
    }

    async fn ensure_devices(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let (host, guest) = (host.clone(), guest.clone());
        self.whole(|inner| async move { inner.reshape(&host, &guest).await }).await
    }

    async fn stats(&self, host: &HostTarget) -> DriverResult<Vec<GuestStats>> {
        self.inner.lives(host).await?;
        self.inner.used(host).await
    }

    async fn consoles(&self, host: &HostTarget, guest: &str) -> DriverResult<Vec<Console>> {
        let paths = self.inner.paths(host, guest)?;
        if guest::process(&paths).is_none() {
            return Ok(Vec::new());
        }
        let at = |kind, path: &Path| Console { kind, address: path.display().to_string() };
        let mut consoles = vec![at(ConsoleKind::Serial, &paths.serial())];
        if self.inner.config.screen {
            consoles.push(at(ConsoleKind::Vnc, &paths.screen()));
        }
        Ok(consoles)
    }
}

impl Qemu {
    /// Work that goes on to its end although nobody waits for it any more: a start that was half done when its caller gave up
    /// must not come true after a later stop.
    pub(super) async fn whole<T: Send + 'static, W: Future<Output = DriverResult<T>> + Send + 'static>(
        &self,
        work: impl FnOnce(Arc<Inner>) -> W,
    ) -> DriverResult<T> {
        let ended = tokio::spawn(work(Arc::clone(&self.inner))).await;
        ended.unwrap_or_else(|e| Err(DriverError::new(DriverErrorKind::Failed, "QEMU", e.to_string())))
    }
}

/// Whether a guest runs here; none if it is not here, since it has left or has not yet come.
async fn power(paths: &Paths) -> Option<GuestPower> {
    if guest::process(paths).is_none() {
        return Record::read(paths).filter(|record| !record.coming).map(|_| GuestPower::Off);
    }
    // One that is too busy to say how it is runs.
    match guest::status(paths).await.as_deref().map(standing) {
        Ok(Standing::Coming | Standing::Left) => None,
        Ok(Standing::Dead) => Some(GuestPower::Off),
        Ok(Standing::Here) | Err(_) => Some(GuestPower::On),
    }
}

pub(super) fn not_here(host: &HostTarget, name: &str) -> DriverError {
    DriverError::new(DriverErrorKind::NotFound, &host.name, format!("no guest {name}"))
}

/// What a guest did not do, as a driver's error.
pub(super) fn failed(host: &HostTarget, name: &str) -> impl Fn(QmpError) -> DriverError {
    move |e| {
        let kind = match e {
            QmpError::Late(_) => DriverErrorKind::Unreachable,
            _ => DriverErrorKind::Failed,
        };
        DriverError::new(kind, &host.name, format!("guest {name}: {e}"))
    }
}

impl Inner {
    pub(super) fn paths(&self, host: &HostTarget, name: &str) -> DriverResult<Paths> {
        let refused = |text: String| DriverError::new(DriverErrorKind::Refused, &host.name, text);
        if !crate::hosts::plain_name(name) {
            return Err(refused(BadGuest::Name(name.to_owned()).to_string()));
        }
        let folder = self.hosts.folder(host)?;
        let folder = std::path::absolute(&folder).map_err(|e| refused(format!("{}: {e}", folder.display())))?;
        Ok(Paths::new(folder.join("guests").join(name)))
    }

    /// Names of all guests that have a folder on a host and were not just passing.
    pub(super) fn names(&self, host: &HostTarget) -> DriverResult<Vec<String>> {
        let folder = self.hosts.folder(host)?.join("guests");
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| crate::hosts::plain_name(name)).collect();
        names.retain(|name| {
            let paths = self.paths(host, name);
            paths.is_ok_and(|paths| guest::process(&paths).is_some() || Record::read(&paths).is_some_and(|r| !r.coming))
        });
        names.sort_unstable();
        Ok(names)
    }

    /// The host runs programs at all.
    pub(super) async fn lives(&self, host: &HostTarget) -> DriverResult<()> {
        run(&*self.hosts, host, "true", &[], "").await.map(drop).map_err(|e| match e.kind {
            DriverErrorKind::NotFound => e,
            _ => DriverError { kind: DriverErrorKind::Unreachable, ..e },
        })
    }

    pub(super) async fn control(&self, host: &HostTarget, paths: &Paths, name: &str) -> DriverResult<Qmp> {
        Qmp::connect(&paths.control(), PATIENCE).await.map_err(failed(host, name))
    }

    async fn start(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let turn = self.turns.on(host, &guest.name);
        let _turn = turn.lock().await;
        let paths = self.paths(host, &guest.name)?;
        if guest::process(&paths).is_some() {
            let status = guest::status(&paths).await.map_err(failed(host, &guest.name))?;
            match standing(&status) {
                Standing::Here => return self.already(host, guest, &paths, &status).await,
                // A move that came to nothing, or a guest that is beyond help: whoever asks has decided that it shall run here.
                Standing::Coming | Standing::Left | Standing::Dead => self.kill(host, &paths, &guest.name).await?,
            }
        }
        // Restarts that a dead process had are nothing to the new one, but calls for them may still come.
        let tokens = Record::read(&paths).map(|record| record.tokens).unwrap_or_default();
        self.begin(host, &paths, Record { guest: guest.clone(), tokens, coming: false }).await
    }

    /// It runs: as it should?
    async fn already(&self, host: &HostTarget, guest: &GuestSpec, paths: &Paths, status: &str) -> DriverResult<()> {
        if Record::read(paths).is_some_and(|record| !alike(&record.guest, guest)) {
            let message = format!("{} runs with another shape", guest.name);
            return Err(DriverError::new(DriverErrorKind::Refused, &host.name, message));
        }
        if matches!(status, "paused" | "prelaunch" | "io-error") {
            let mut qmp = self.control(host, paths, &guest.name).await?;
            qmp.ask("cont", Value::Null).await.map_err(failed(host, &guest.name))?;
        }
        Ok(())
    }

    /// Starts the process of a guest. If that fails, nothing of it is left.
    pub(super) async fn begin(&self, host: &HostTarget, paths: &Paths, record: Record) -> DriverResult<()> {
        let refused = |why: BadGuest| DriverError::new(DriverErrorKind::Refused, &host.name, why.to_string());
        let guest = &record.guest;
        let kvm = self.kvm(host).await?;
        let start = Start { guest, paths, kvm, incoming: record.coming };
        let words = compile::arguments(start, &self.config).map_err(refused)?;
        self.has_files(host, guest)?;
        self.has_taps(host, guest).await?;
        record.write(paths).map_err(|e| {
            DriverError::new(DriverErrorKind::Failed, &host.name, format!("{}: {e}", paths.folder().display()))
        })?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let started = run(&*self.hosts, host, &self.config.program, &words, "").await;
        let Err(error) = started else { return Ok(()) };
        // The whole command line says nothing that its last words do not.
        let said = error.message.rsplit_once("`: ").map_or(&*error.message, |(_, said)| said);
        // The lock on the file of its process keeps a second one out, whoever started the first; the folder is the first one's then.
        if guest::process(paths).is_none() && !said.contains("lock") {
            let _kept = guest::forget(paths.folder());
        }
        let kind = match error.kind {
            DriverErrorKind::Failed if said.contains("Cannot allocate memory") => DriverErrorKind::NoCapacity,
            kind => kind,
        };
        Err(DriverError::new(kind, &host.name, format!("guest {} does not start: {said}", guest.name)))
    }

    fn has_files(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        for disk in &guest.disks {
            if let Some(file) = self.config.pools.volume(&disk.pool_url, &disk.volume).filter(|file| !file.exists()) {
                let message = format!("volume {} is not on its pool: no {}", disk.volume, file.display());
                return Err(DriverError::new(DriverErrorKind::NotFound, &host.name, message));
            }
        }
        Ok(())
    }

    /// QEMU would make a tap that is not there, and the guest would talk to nobody.
    pub(super) async fn has_taps(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        if guest.interfaces.is_empty() {
            return Ok(());
        }
        let there = self.counters(host).await?;
        match guest.interfaces.iter().find(|nic| !there.contains_key(nic.tap.as_str())) {
            None => Ok(()),
            Some(nic) => {
                let message =
                    format!("there is no interface `{}` for guest {}: a virtual switch makes it", nic.tap, guest.name);
                Err(DriverError::new(DriverErrorKind::NotFound, &host.name, message))
            }
        }
    }

    async fn stop(&self, host: &HostTarget, name: &str, mode: StopMode) -> DriverResult<()> {
        let turn = self.turns.on(host, name);
        let _turn = turn.lock().await;
        let paths = self.paths(host, name)?;
        if mode == StopMode::Graceful && guest::process(&paths).is_some() {
            // One that cannot be asked, or does not listen, is stopped all the same.
            if let Ok(mut qmp) = Qmp::connect(&paths.control(), PATIENCE).await
                && qmp.ask("system_powerdown", Value::Null).await.is_ok()
            {
                let _obeyed = qmp.ended(self.config.grace).await;
            }
        }
        self.kill(host, &paths, name).await
    }

    /// The guest's process is gone, and its folder.
    pub(super) async fn kill(&self, host: &HostTarget, paths: &Paths, name: &str) -> DriverResult<()> {
        if guest::process(paths).is_some()
            && let Ok(mut qmp) = Qmp::connect(&paths.control(), Duration::from_secs(2)).await
        {
            // Asked to, it writes out what disks have in flight.
            let _asked = qmp.ask("quit", Value::Null).await;
            drop(qmp);
            gone(paths, Duration::from_secs(5)).await;
        }
        if let Some(process) = guest::process(paths) {
            signalled(process, Signal::KILL);
            gone(paths, Duration::from_secs(5)).await;
        }
        let failed =
            |text: String| DriverError::new(DriverErrorKind::Failed, &host.name, format!("guest {name}: {text}"));
        if let Some(process) = guest::process(paths) {
            return Err(failed(format!("process {process} does not end")));
        }
        guest::forget(paths.folder()).map_err(|e| failed(e.to_string()))
    }

    async fn reboot(&self, host: &HostTarget, name: &str, token: u128) -> DriverResult<()> {
        let turn = self.turns.on(host, name);
        let _turn = turn.lock().await;
        let paths = self.paths(host, name)?;
        let mut record = Record::read(&paths).filter(|record| !record.coming).ok_or_else(|| not_here(host, name))?;
        if record.tokens.contains(&token) {
            return Ok(());
        }
        if guest::process(&paths).is_none() {
            return Err(DriverError::new(DriverErrorKind::Refused, &host.name, format!("{name} does not run")));
        }
        let mut qmp = self.control(host, &paths, name).await?;
        qmp.ask("system_reset", Value::Null).await.map_err(failed(host, name))?;
        record.obeyed(token);
        self.note(host, &paths, &record)
    }

    pub(super) fn note(&self, host: &HostTarget, paths: &Paths, record: &Record) -> DriverResult<()> {
        record.write(paths).map_err(|e| {
            let message = format!("{}: {e}", paths.record().display());
            DriverError::new(DriverErrorKind::Failed, &host.name, message)
        })
    }
}

/// Waits for a guest's process to be gone.
async fn gone(paths: &Paths, patience: Duration) {
    let until = Instant::now() + patience;
    while guest::process(paths).is_some() && Instant::now() < until {
        sleep(LOOK).await;
    }
}

/// True if two specifications are of one guest for QEMU: what it is told and what it weighs may differ.
pub(super) fn alike(a: &GuestSpec, b: &GuestSpec) -> bool {
    let disks = |guest: &GuestSpec| {
        let mut disks: Vec<_> = guest.disks.iter().map(|d| (d.device, d.pool_url.clone(), d.volume.clone())).collect();
        disks.sort_unstable();
        disks
    };
    let nics = |guest: &GuestSpec| {
        let mut nics: Vec<_> = guest.interfaces.iter().map(|nic| (nic.device, nic.tap, nic.mac)).collect();
        nics.sort_unstable();
        nics
    };
    (a.cores, a.ram, disks(a), nics(a)) == (b.cores, b.ram, disks(b), nics(b))
}

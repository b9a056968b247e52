//! Guests that move while they run.

use super::{
    Inner,
    apply::{LOOK, PATIENCE, failed, not_here},
    compile::Paths,
    config::Migration,
    guest::{self, Record, Standing, standing},
    qmp::{Qmp, QmpError},
};
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult, GuestSpec, HostTarget};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// Where one end of a move stands.
struct End<'a> {
    host: &'a HostTarget,
    paths: Paths,
    /// None if no process is there.
    standing: Option<Standing>,
}

impl Inner {
    pub(super) async fn migrate(&self, from: &HostTarget, to: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let name = &guest.name;
        if from.name == to.name {
            return if guest::process(&self.paths(to, name)?).is_some() { Ok(()) } else { Err(not_here(from, name)) };
        }
        // Always in the same order, so that two calls cannot wait for each other.
        let (low, high) = if from.name < to.name { (from, to) } else { (to, from) };
        let (first, second) = (self.turns.on(low, name), self.turns.on(high, name));
        let _turns = (first.lock().await, second.lock().await);
        let (source, target) = (self.end(from, name).await?, self.end(to, name).await?);
        match (source.standing, target.standing) {
            // It is there. What is left of it here never runs again.
            (None | Some(Standing::Left | Standing::Dead), Some(Standing::Here)) => {
                self.kill(from, &source.paths, name).await?;
                self.arrived(to, &target.paths)
            }
            (Some(Standing::Here | Standing::Coming), Some(Standing::Here)) => {
                let message = format!("guest {name} runs on {} and on {}", from.name, to.name);
                Err(DriverError::new(DriverErrorKind::Refused, &from.name, message))
            }
            (Some(Standing::Here), _) => {
                // Half of a move that came to nothing is in the way.
                self.kill(to, &target.paths, name).await?;
                self.move_over(&source, &target, guest).await
            }
            // Everything was sent, and nobody saw it begin to run there.
            (Some(Standing::Left), Some(Standing::Coming)) => self.land(&source, &target, name).await,
            // Everything was sent, and is lost: it goes on where it was.
            (Some(Standing::Left), _) => {
                self.kill(to, &target.paths, name).await?;
                let mut qmp = self.control(from, &source.paths, name).await?;
                qmp.ask("cont", Value::Null).await.map_err(failed(from, name))?;
                self.move_over(&source, &target, guest).await
            }
            (None | Some(Standing::Coming | Standing::Dead), _) => {
                self.kill(to, &target.paths, name).await?;
                Err(not_here(from, name))
            }
        }
    }

    async fn end<'a>(&self, host: &'a HostTarget, name: &str) -> DriverResult<End<'a>> {
        self.lives(host).await?;
        let paths = self.paths(host, name)?;
        let standing = match guest::process(&paths) {
            None => None,
            Some(_) => Some(standing(&guest::status(&paths).await.map_err(failed(host, name))?)),
        };
        Ok(End { host, paths, standing })
    }

    async fn move_over(&self, source: &End<'_>, target: &End<'_>, guest: &GuestSpec) -> DriverResult<()> {
        let name = &guest.name;
        let tokens = Record::read(&source.paths).map(|record| record.tokens).unwrap_or_default();
        let record = Record { guest: guest.clone(), tokens, coming: true };
        self.begin(target.host, &target.paths, record).await?;
        let sent = self.send(source, target, name).await;
        if let Err(error) = sent {
            // It goes on here, whatever became of it there.
            self.kill(target.host, &target.paths, name).await?;
            let status = guest::status(&source.paths).await.map_err(failed(source.host, name))?;
            if matches!(status.as_str(), "paused" | "postmigrate") {
                let mut qmp = self.control(source.host, &source.paths, name).await?;
                qmp.ask("cont", Value::Null).await.map_err(failed(source.host, name))?;
            }
            return Err(failed(source.host, name)(error));
        }
        self.land(source, target, name).await
    }

    /// Sends all of a guest to where it is awaited.
    async fn send(&self, source: &End<'_>, target: &End<'_>, name: &str) -> Result<(), QmpError> {
        let mut there = Qmp::connect(&target.paths.control(), PATIENCE).await?;
        let address = self.awaited(&mut there, target).await?;
        drop(there);
        let mut here = Qmp::connect(&source.paths.control(), PATIENCE).await?;
        let downtime = u64::try_from(self.config.downtime.as_millis()).unwrap_or(300);
        // As fast as the network goes: QEMU's own limit is meant for disks' sake.
        let limits = json!({ "downtime-limit": downtime, "max-bandwidth": 4_000_000_000_u64 });
        here.ask("migrate-set-parameters", limits).await?;
        here.ask("migrate", json!({ "uri": address })).await?;
        let until = Instant::now() + self.config.migration_time;
        loop {
            let told = here.ask("query-migrate", Value::Null).await?;
            let refused = |text: String| QmpError::Refused { command: "migrate".into(), class: String::new(), text };
            match told["status"].as_str() {
                Some("completed") => return Ok(()),
                Some(word @ ("failed" | "cancelled")) => {
                    let why = told["error-desc"].as_str().unwrap_or("no reason given");
                    return Err(refused(format!("moving guest {name} {word}: {why}")));
                }
                _ if Instant::now() > until => {
                    here.ask("migrate_cancel", Value::Null).await?;
                    return Err(refused(format!("moving guest {name} takes too long; it stays")));
                }
                _ => sleep(LOOK).await,
            }
        }
    }

    /// Lets a guest's process await what is sent, and says where.
    async fn awaited(&self, there: &mut Qmp, target: &End<'_>) -> Result<String, QmpError> {
        match self.config.migration {
            Migration::Socket => {
                let address = format!("unix:{}", target.paths.incoming().display());
                there.ask("migrate-incoming", json!({ "uri": address })).await?;
                Ok(address)
            }
            Migration::Tcp { first, count } => {
                let mut last = QmpError::Ended;
                for port in first..first.saturating_add(count) {
                    let address = format!("tcp:{}", std::net::SocketAddr::new(target.host.address, port));
                    match there.ask("migrate-incoming", json!({ "uri": address })).await {
                        Ok(_) => return Ok(address),
                        Err(e) => last = e,
                    }
                }
                Err(last)
            }
        }
    }

    /// All was sent: it begins to run there, and only then is it forgotten here.
    async fn land(&self, source: &End<'_>, target: &End<'_>, name: &str) -> DriverResult<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let status = guest::status(&target.paths).await.map_err(failed(target.host, name))?;
            match status.as_str() {
                "running" => break,
                "paused" | "prelaunch" => {
                    let mut qmp = self.control(target.host, &target.paths, name).await?;
                    qmp.ask("cont", Value::Null).await.map_err(failed(target.host, name))?;
                }
                _ if Instant::now() > until => {
                    let message = format!("guest {name} was sent and is {status} there");
                    return Err(DriverError::new(DriverErrorKind::Failed, &target.host.name, message));
                }
                _ => sleep(LOOK).await,
            }
        }
        self.arrived(target.host, &target.paths)?;
        self.kill(source.host, &source.paths, name).await
    }

    /// The guest is this host's from now on.
    fn arrived(&self, host: &HostTarget, paths: &Paths) -> DriverResult<()> {
        match Record::read(paths) {
            Some(record) if record.coming => self.note(host, paths, &Record { coming: false, ..record }),
            _ => Ok(()),
        }
    }
}

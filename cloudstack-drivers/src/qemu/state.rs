//! Guests that stand still, and guests in files.

use super::{
    Qemu,
    apply::{LOOK, PATIENCE, failed, not_here},
    guest::{self, Record},
    qmp::Qmp,
};
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult, GuestSpec, HostTarget};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tokio::{
    fs::File,
    net::{UnixListener, UnixStream},
    time::{Instant, sleep, timeout},
};

impl Qemu {
    /// The guest stands still, with all it holds. Repeating it changes nothing; [`resume`](Self::resume) lets it go on.
    ///
    /// # Errors
    /// [`DriverErrorKind::NotFound`] if it does not run here.
    pub async fn pause(&self, host: &HostTarget, guest: &str) -> DriverResult<()> {
        self.say(host, guest, "stop").await
    }

    /// The guest runs on after a [`pause`](Self::pause). Repeating it changes nothing.
    ///
    /// # Errors
    /// [`DriverErrorKind::NotFound`] if it does not run here.
    pub async fn resume(&self, host: &HostTarget, guest: &str) -> DriverResult<()> {
        self.say(host, guest, "cont").await
    }

    async fn say(&self, host: &HostTarget, guest: &str, command: &'static str) -> DriverResult<()> {
        let (host, name) = (host.clone(), guest.to_owned());
        self.whole(move |inner| async move {
            let turn = inner.turns.on(&host, &name);
            let _turn = turn.lock().await;
            let paths = inner.paths(&host, &name)?;
            guest::process(&paths).ok_or_else(|| not_here(&host, &name))?;
            let mut qmp = inner.control(&host, &paths, &name).await?;
            qmp.ask(command, Value::Null).await.map(drop).map_err(failed(&host, &name))
        })
        .await
    }

    /// The guest, with its memory, is in this file, and no longer on the host. The file is there complete or not at all.
    ///
    /// # Errors
    /// [`DriverErrorKind::NotFound`] if it does not run here; otherwise it goes on running.
    pub async fn save(&self, host: &HostTarget, guest: &str, file: &Path) -> DriverResult<()> {
        let (host, name, file) = (host.clone(), guest.to_owned(), file.to_owned());
        self.whole(move |inner| async move {
            let turn = inner.turns.on(&host, &name);
            let _turn = turn.lock().await;
            let paths = inner.paths(&host, &name)?;
            guest::process(&paths).ok_or_else(|| not_here(&host, &name))?;
            let mut qmp = inner.control(&host, &paths, &name).await?;
            let written = written(&mut qmp, &paths.incoming(), &file, inner.config.migration_time).await;
            let Err(text) = written else { return inner.kill(&host, &paths, &name).await };
            let _gone = std::fs::remove_file(part(&file));
            qmp.ask("migrate_cancel", Value::Null).await.map_err(failed(&host, &name))?;
            qmp.ask("cont", Value::Null).await.map_err(failed(&host, &name))?;
            Err(DriverError::new(DriverErrorKind::Failed, &host.name, format!("guest {name} is not saved: {text}")))
        })
        .await
    }

    /// The guest that was [saved](Self::save) to this file runs here. Repeating it while it runs changes nothing. The file stays: it
    /// is of use only as long as the guest's disks are as they were.
    ///
    /// # Errors
    /// [`DriverErrorKind::Failed`] if it cannot be read; nothing runs then.
    pub async fn restore(&self, host: &HostTarget, guest: &GuestSpec, file: &Path) -> DriverResult<()> {
        let (host, guest, file) = (host.clone(), guest.clone(), file.to_owned());
        self.whole(move |inner| async move {
            let turn = inner.turns.on(&host, &guest.name);
            let _turn = turn.lock().await;
            let paths = inner.paths(&host, &guest.name)?;
            if guest::process(&paths).is_some() {
                return Ok(());
            }
            let record = Record { guest: guest.clone(), tokens: Vec::new(), coming: true };
            inner.begin(&host, &paths, record.clone()).await?;
            if let Err(text) = read_back(&paths.control(), &paths.incoming(), &file, inner.config.migration_time).await
            {
                inner.kill(&host, &paths, &guest.name).await?;
                let message = format!("guest {} is not restored: {text}", guest.name);
                return Err(DriverError::new(DriverErrorKind::Failed, &host.name, message));
            }
            inner.note(&host, &paths, &Record { coming: false, ..record })
        })
        .await
    }
}

fn part(file: &Path) -> PathBuf {
    file.with_extension("part")
}

/// QEMU sends to a socket; what comes out there goes to the file, so that QEMU itself need start no program nor write outside.
async fn written(qmp: &mut Qmp, socket: &Path, file: &Path, patience: std::time::Duration) -> Result<(), String> {
    let said = |e: std::io::Error| e.to_string();
    let _left = std::fs::remove_file(socket);
    let listener = UnixListener::bind(socket).map_err(said)?;
    let mut out = File::create(part(file)).await.map_err(said)?;
    qmp.ask("stop", Value::Null).await.map_err(|e| e.to_string())?;
    let uri = format!("unix:{}", socket.display());
    qmp.ask("migrate", json!({ "uri": uri })).await.map_err(|e| e.to_string())?;
    let copied = timeout(patience, async {
        let (mut stream, _) = listener.accept().await?;
        tokio::io::copy(&mut stream, &mut out).await?;
        out.sync_all().await
    });
    copied.await.map_err(|e| e.to_string())?.map_err(said)?;
    // The stream ends a moment before the guest says that all was sent.
    let until = Instant::now() + PATIENCE;
    loop {
        let told = qmp.ask("query-migrate", Value::Null).await.map_err(|e| e.to_string())?;
        match told["status"].as_str() {
            Some("completed") => break,
            Some("failed" | "cancelled") => return Err(told["error-desc"].to_string()),
            _ if Instant::now() > until => return Err("it is not known whether all was sent".into()),
            _ => sleep(LOOK).await,
        }
    }
    std::fs::rename(part(file), file).map_err(said)
}

async fn read_back(control: &Path, socket: &Path, file: &Path, patience: std::time::Duration) -> Result<(), String> {
    let said = |e: std::io::Error| e.to_string();
    let mut input = File::open(file).await.map_err(|e| format!("{}: {e}", file.display()))?;
    let mut qmp = Qmp::connect(control, PATIENCE).await.map_err(|e| e.to_string())?;
    let uri = format!("unix:{}", socket.display());
    qmp.ask("migrate-incoming", json!({ "uri": uri })).await.map_err(|e| e.to_string())?;
    let copied = timeout(patience, async {
        let mut stream = UnixStream::connect(socket).await?;
        tokio::io::copy(&mut input, &mut stream).await
    });
    copied.await.map_err(|e| e.to_string())?.map_err(said)?;
    let until = Instant::now() + PATIENCE;
    loop {
        let told = qmp.ask("query-status", Value::Null).await.map_err(|e| e.to_string())?;
        match told["status"].as_str().unwrap_or_default() {
            "running" => return Ok(()),
            "paused" | "prelaunch" => drop(qmp.ask("cont", Value::Null).await.map_err(|e| e.to_string())?),
            status if Instant::now() > until => return Err(format!("it was read and is {status}")),
            _ => sleep(LOOK).await,
        }
    }
}

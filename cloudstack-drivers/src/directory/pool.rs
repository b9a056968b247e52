//! Volumes on pools.

use super::{
    Directory,
    files::{self, Part, lost, removed, tool},
    header,
};
use crate::hosts::{plain_name, run};
use async_trait::async_trait;
use cloudstack_core::base::Bytes;
use cloudstack_core::port::driver::{
    Capabilities, DriverError, DriverErrorKind, DriverResult, HostTarget, PoolFacts, PoolTarget, PrimaryStorage,
    TemplateSpec, VolumeSpec,
};
use serde_json::Value;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Ways back that are remembered.
const TOKENS: usize = 64;

#[async_trait]
impl PrimaryStorage for Directory {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_pool(&self, pool: &PoolTarget, hosts: &[HostTarget]) -> DriverResult<PoolFacts> {
        let folder = self.pool(pool)?;
        let text = folder.display().to_string();
        for host in hosts {
            run(&*self.hosts, host, "true", &[], "").await.map_err(|e| match e.kind {
                DriverErrorKind::NotFound => e,
                _ => DriverError { kind: DriverErrorKind::Unreachable, ..e },
            })?;
            run(&*self.hosts, host, "test", &["-d", &text], "").await.map_err(|_| {
                let message = format!("the host does not see `{text}`, where pool {} should be", pool.name);
                DriverError::new(DriverErrorKind::NotFound, &host.name, message)
            })?;
        }
        self.room(pool, &folder)
    }

    async fn ensure_volume(&self, pool: &PoolTarget, volume: &VolumeSpec) -> DriverResult<()> {
        let file = self.volume(pool, &volume.name)?;
        let turn = self.turn(&file);
        let _turn = turn.lock().await;
        if let Some(there) = files::volume(&pool.name, &file)? {
            return self.grow(pool, &file, volume, there.size).await;
        }
        let room = self.room(pool, &self.pool(pool)?)?;
        if volume.size > room.capacity || room.used >= room.capacity {
            let message = format!("{} of {} does not fit on a pool of {}", volume.name, volume.size, room.capacity);
            return Err(DriverError::new(DriverErrorKind::NoCapacity, &pool.name, message));
        }
        let base = match &volume.template {
            Some(template) => Some(self.base(pool, template).await?),
            None => None,
        };
        let part = Part::of(&file).map_err(lost(&pool.name, &file))?;
        self.make(pool, volume, base.as_deref(), part.path()).await?;
        part.keep(&file).map_err(lost(&pool.name, &file))
    }

    async fn ensure_no_volume(&self, pool: &PoolTarget, volume: &str) -> DriverResult<()> {
        let file = self.volume(pool, volume)?;
        let turn = self.turn(&file);
        let _turn = turn.lock().await;
        for file in [&file, &file.with_extension("reverts")] {
            removed(file).map_err(lost(&pool.name, file))?;
        }
        Ok(())
    }

    async fn ensure_no_base(&self, pool: &PoolTarget, template: &str) -> DriverResult<()> {
        let folder = self.pool(pool)?;
        let turn = self.turn(&folder.join("bases"));
        let _turn = turn.lock().await;
        for form in ["qcow2", "raw"] {
            let name = format!("bases/{template}.{form}");
            let file = folder.join(&name);
            if !plain_name(template) || !file.exists() {
                continue;
            }
            let users = leaning(&folder, &name).map_err(lost(&pool.name, &folder))?;
            if !users.is_empty() {
                let message = format!("template {template} is needed by volumes {}", users.join(", "));
                return Err(DriverError::new(DriverErrorKind::Refused, &pool.name, message));
            }
            removed(&file).map_err(lost(&pool.name, &file))?;
        }
        Ok(())
    }

    async fn ensure_snapshot(&self, pool: &PoolTarget, volume: &str, snapshot: &str) -> DriverResult<()> {
        let file = self.volume(pool, volume)?;
        let turn = self.turn(&file);
        let _turn = turn.lock().await;
        if self.snapshots(pool, volume, &file).await?.iter().any(|name| name == snapshot) {
            return Ok(());
        }
        self.change(pool, &file, "-c", snapshot).await
    }

    async fn ensure_no_snapshot(&self, pool: &PoolTarget, volume: &str, snapshot: &str) -> DriverResult<()> {
        let file = self.volume(pool, volume)?;
        let turn = self.turn(&file);
        let _turn = turn.lock().await;
        match self.snapshots(pool, volume, &file).await {
            Ok(names) if names.iter().any(|name| name == snapshot) => self.change(pool, &file, "-d", snapshot).await,
            Err(e) if e.kind != DriverErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    async fn ensure_reverted(&self, pool: &PoolTarget, volume: &str, snapshot: &str, token: u128) -> DriverResult<()> {
        let file = self.volume(pool, volume)?;
        let turn = self.turn(&file);
        let _turn = turn.lock().await;
        let names = self.snapshots(pool, volume, &file).await?;
        let gone = file.with_extension("reverts");
        let mut tokens: Vec<u128> =
            std::fs::read(&gone).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        if tokens.contains(&token) {
            return Ok(());
        }
        if !names.iter().any(|name| name == snapshot) {
            let message = format!("volume {volume} has no snapshot {snapshot}; it has: {}", names.join(", "));
            return Err(DriverError::new(DriverErrorKind::NotFound, &pool.name, message));
        }
        self.change(pool, &file, "-a", snapshot).await?;
        tokens.push(token);
        let old = tokens.len().saturating_sub(TOKENS);
        let text = serde_json::to_vec(&tokens[old..]).unwrap_or_default();
        let part = Part::of(&gone).map_err(lost(&pool.name, &gone))?;
        std::fs::write(part.path(), text).and_then(|()| part.keep(&gone)).map_err(lost(&pool.name, &gone))
    }
}

impl Directory {
    /// The folder of a pool, which is there.
    fn pool(&self, pool: &PoolTarget) -> DriverResult<PathBuf> {
        let says = |kind, text: String| Err(DriverError::new(kind, &pool.name, text));
        if !self.sheet.pool_kinds.contains(&pool.kind) {
            return says(DriverErrorKind::Unsupported, format!("no pools of kind {}", pool.kind));
        }
        match self.config.folders.folder(&pool.url) {
            None => says(DriverErrorKind::Refused, format!("`{}` is no folder that is known here", pool.url)),
            Some(folder) if !folder.is_dir() => {
                says(DriverErrorKind::NotFound, format!("there is no folder `{}`", folder.display()))
            }
            Some(folder) => Ok(folder),
        }
    }

    fn volume(&self, pool: &PoolTarget, volume: &str) -> DriverResult<PathBuf> {
        self.pool(pool)?;
        self.config.folders.volume(&pool.url, volume).ok_or_else(|| {
            let message = format!("`{volume}` cannot name a volume");
            DriverError::new(DriverErrorKind::Refused, &pool.name, message)
        })
    }

    fn room(&self, pool: &PoolTarget, folder: &Path) -> DriverResult<PoolFacts> {
        let told = rustix::fs::statvfs(folder).map_err(|e| lost(&pool.name, folder)(e.into()))?;
        let bytes = |blocks: u64| Bytes(blocks.saturating_mul(told.f_frsize));
        let capacity = bytes(told.f_blocks);
        match self.config.rooms.get(&pool.url) {
            None => Ok(PoolFacts { capacity, used: capacity.less(bytes(told.f_bfree)) }),
            Some(room) => {
                let capacity = capacity.min(*room);
                let held = held(folder).and_then(|own| Ok(own + held(&folder.join("bases"))?));
                let used = Bytes(held.map_err(lost(&pool.name, folder))?).min(capacity);
                Ok(PoolFacts { capacity, used })
            }
        }
    }

    async fn grow(&self, pool: &PoolTarget, file: &Path, volume: &VolumeSpec, size: u64) -> DriverResult<()> {
        let base = self.base_name(volume.template.as_ref()).filter(|_| !self.config.copy);
        if !self.config.copy && files::backing(file) != base {
            let message = format!("{} began as something else", volume.name);
            return Err(DriverError::new(DriverErrorKind::Refused, &pool.name, message));
        }
        if volume.size.0 <= size {
            let (is, due) = (Bytes(size), volume.size);
            let shrinks = || {
                DriverError::new(
                    DriverErrorKind::Refused,
                    &pool.name,
                    format!("{} has {is} and does not shrink to {due}", volume.name),
                )
            };
            // Sizes are rounded up to whole sectors.
            return if volume.size.0.next_multiple_of(512) == size { Ok(()) } else { Err(shrinks()) };
        }
        let room = self.room(pool, &self.pool(pool)?)?;
        if volume.size > room.capacity {
            let message = format!("{} of {} does not fit on a pool of {}", volume.name, volume.size, room.capacity);
            return Err(DriverError::new(DriverErrorKind::NoCapacity, &pool.name, message));
        }
        let words = ["resize", "-q", "-f", "qcow2", &file.display().to_string(), &volume.size.0.to_string()];
        tool(&pool.name, "qemu-img", &words).await.map(drop)
    }

    /// What a volume of this template leans on, seen from its own folder.
    fn base_name(&self, template: Option<&TemplateSpec>) -> Option<String> {
        template.map(|template| format!("bases/{}.{}", template.name, template.format.to_ascii_lowercase()))
    }

    /// The pool's own copy of a template, made with the first volume that needs it.
    async fn base(&self, pool: &PoolTarget, template: &TemplateSpec) -> DriverResult<PathBuf> {
        let refused = |kind, text: String| Err(DriverError::new(kind, &pool.name, text));
        if !self.sheet.image_formats.contains(&template.format) || !plain_name(&template.name) {
            return refused(DriverErrorKind::Unsupported, format!("no images of format {}", template.format));
        }
        let folder = self.pool(pool)?;
        let base = folder.join(self.base_name(Some(template)).unwrap_or_default());
        let turn = self.turn(&folder.join("bases"));
        let _turn = turn.lock().await;
        if base.exists() {
            return Ok(base);
        }
        let Some(store) = &template.store else {
            return refused(
                DriverErrorKind::NotFound,
                format!("it is not known where template {} lies", template.name),
            );
        };
        let source = self.template_file(store, template)?;
        let part = Part::of(&base).map_err(lost(&pool.name, &base))?;
        tokio::fs::copy(&source, part.path()).await.map_err(lost(&pool.name, &source))?;
        part.keep(&base).map_err(lost(&pool.name, &base))?;
        Ok(base)
    }

    async fn make(&self, pool: &PoolTarget, volume: &VolumeSpec, base: Option<&Path>, part: &Path) -> DriverResult<()> {
        let (part, size) = (part.display().to_string(), volume.size.0.to_string());
        let Some((base, template)) = base.zip(volume.template.as_ref()) else {
            return tool(&pool.name, "qemu-img", &["create", "-q", "-f", "qcow2", &part, &size]).await.map(drop);
        };
        let form = template.format.to_ascii_lowercase();
        let (head, length) = files::head(base).map_err(lost(&pool.name, base))?;
        let unpacked = if form == "qcow2" { header::qcow2(&head).map_or(length, |image| image.size) } else { length };
        if volume.size.0 < unpacked {
            let message =
                format!("{} of {} is smaller than its template, {}", volume.name, volume.size, Bytes(unpacked));
            return Err(DriverError::new(DriverErrorKind::Refused, &pool.name, message));
        }
        if self.config.copy {
            let base = base.display().to_string();
            tool(&pool.name, "qemu-img", &["convert", "-q", "-f", &form, "-O", "qcow2", &base, &part]).await?;
            return tool(&pool.name, "qemu-img", &["resize", "-q", "-f", "qcow2", &part, &size]).await.map(drop);
        }
        // Named from the volume's own folder, so that the pool may be mounted elsewhere on another host.
        let base = self.base_name(Some(template)).unwrap_or_default();
        let words = ["create", "-q", "-f", "qcow2", "-b", &base, "-F", &form, &part, &size];
        tool(&pool.name, "qemu-img", &words).await.map(drop)
    }

    /// Names of a volume's snapshots.
    async fn snapshots(&self, pool: &PoolTarget, volume: &str, file: &Path) -> DriverResult<Vec<String>> {
        if files::volume(&pool.name, file)?.is_none() {
            return Err(DriverError::new(DriverErrorKind::NotFound, &pool.name, format!("no volume {volume}")));
        }
        let words = ["info", "-U", "-f", "qcow2", "--output=json", &file.display().to_string()];
        let told: Value = serde_json::from_str(&tool(&pool.name, "qemu-img", &words).await?).unwrap_or_default();
        let names = told["snapshots"].as_array().into_iter().flatten();
        Ok(names.filter_map(|snapshot| snapshot["name"].as_str().map(str::to_owned)).collect())
    }

    async fn change(&self, pool: &PoolTarget, file: &Path, what: &str, snapshot: &str) -> DriverResult<()> {
        if !plain_name(snapshot) {
            let message = format!("`{snapshot}` cannot name a snapshot");
            return Err(DriverError::new(DriverErrorKind::Refused, &pool.name, message));
        }
        let words = ["snapshot", "-q", what, snapshot, &file.display().to_string()];
        tool(&pool.name, "qemu-img", &words).await.map(drop)
    }
}

/// Bytes that the files of a folder take; none if it is not there.
fn held(folder: &Path) -> std::io::Result<u64> {
    match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(e) => Err(e),
        Ok(entries) => entries
            .map(|entry| {
                let about = entry?.metadata()?;
                // Blocks of 512 bytes, whatever the file system's own are.
                Ok(if about.is_file() { about.blocks() * 512 } else { 0 })
            })
            .sum(),
    }
}

/// Names of the volumes that lean on a base.
fn leaning(folder: &Path, base: &str) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let file = entry?.path();
        let volume = file.extension().is_some_and(|form| form == "qcow2" || form == "part");
        if volume && files::backing(&file).as_deref() == Some(base) {
            found.extend(file.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    found.sort_unstable();
    Ok(found)
}

//! Files that are whole or not there, and the tool that makes them.

use super::header::{self, HEAD, Qcow2};
use crate::hosts::finished;
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult};
use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};
use tokio::process::Command;

/// A file on its way, taken away again unless it is kept.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    kept: bool,
}

impl Part {
    /// Beside where it will be. What an earlier attempt left there is gone.
    pub(super) fn of(file: &Path) -> io::Result<Self> {
        let mut name = file.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        removed(&path)?;
        Ok(Self { path, kept: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// It has all it shall have: it is on the disk, and gets its name.
    pub(super) fn keep(mut self, file: &Path) -> io::Result<()> {
        std::fs::File::open(&self.path)?.sync_all()?;
        std::fs::rename(&self.path, file)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept {
            // One that is not there was never made.
            let _gone = std::fs::remove_file(&self.path);
        }
    }
}

/// There is no such file.
pub(super) fn removed(file: &Path) -> io::Result<()> {
    match std::fs::remove_file(file) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The first bytes of a file, and its length.
pub(super) fn head(file: &Path) -> io::Result<(Vec<u8>, u64)> {
    let open = std::fs::File::open(file)?;
    let length = open.metadata()?.len();
    let mut head = Vec::with_capacity(HEAD);
    open.take(HEAD as u64).read_to_end(&mut head)?;
    Ok((head, length))
}

/// The head of a volume, which this driver made; none if there is no such file.
pub(super) fn volume(device: &str, file: &Path) -> DriverResult<Option<Qcow2>> {
    match head(file) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(lost(device, file)(e)),
        Ok((head, _)) => header::qcow2(&head).map(Some).map_err(|why| {
            DriverError::new(DriverErrorKind::Failed, device, format!("volume {}: {why}", file.display()))
        }),
    }
}

/// The name of the file that a volume leans on.
pub(super) fn backing(file: &Path) -> Option<String> {
    let (head, _) = head(file).ok()?;
    let (at, length) = header::qcow2(&head).ok()?.backing;
    // The format allows no longer names.
    if at == 0 || length > 1_023 {
        return None;
    }
    let mut name = vec![0; length as usize];
    let mut open = std::fs::File::open(file).ok()?;
    io::Seek::seek(&mut open, io::SeekFrom::Start(at)).ok()?;
    open.read_exact(&mut name).ok()?;
    String::from_utf8(name).ok()
}

/// A file that failed, as a driver's error.
pub(super) fn lost(device: &str, file: &Path) -> impl Fn(io::Error) -> DriverError {
    move |e| {
        let kind = match e.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DriverErrorKind::NoCapacity,
            io::ErrorKind::NotFound => DriverErrorKind::NotFound,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => DriverErrorKind::Refused,
            _ => DriverErrorKind::Failed,
        };
        DriverError::new(kind, device, format!("{}: {e}", file.display()))
    }
}

/// Runs a program of this machine to its end.
pub(super) async fn tool(device: &str, program: &str, words: &[&str]) -> DriverResult<String> {
    let mut command = Command::new(program);
    // What is read from it is in one language.
    command.args(words).env("LC_ALL", "C");
    finished(command, device, &format!("{program} {}", words.join(" ")), "").await.map_err(|e| {
        let kind = if e.message.contains("No space left on device") {
            DriverErrorKind::NoCapacity
        } else if e.message.contains("Failed to get") && e.message.contains("lock") {
            let message = format!("the volume is in use by a running guest: {}", e.message);
            return DriverError::new(DriverErrorKind::Failed, device, message);
        } else {
            e.kind
        };
        DriverError { kind, ..e }
    })
}

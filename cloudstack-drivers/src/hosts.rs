//! Where hosts are, for drivers that run programs on them.
//!
//! [`run`] is for programs that end by themselves. What must go on running when the orchestrator is gone (a guest, a name server) is
//! a [`Daemon`]: it has a session of its own, so neither the end of its parent nor a Ctrl-C in its terminal reaches it, and a file
//! in the host's folder says which process it is. Whoever comes later finds it by that file.

mod daemon;
#[cfg(any(feature = "qemu", feature = "directory"))]
mod pools;
#[cfg(any(feature = "bridge", feature = "openvswitch", feature = "qemu", feature = "directory"))]
mod turns;

pub use daemon::Daemon;
#[cfg(feature = "qemu")]
pub(crate) use daemon::signalled;
#[cfg(any(feature = "qemu", feature = "directory"))]
pub use pools::PoolFolders;
#[cfg(any(feature = "qemu", feature = "directory"))]
pub(crate) use pools::plain_name;
#[cfg(feature = "directory")]
pub(crate) use turns::Turn;
#[cfg(any(feature = "bridge", feature = "openvswitch", feature = "qemu", feature = "directory"))]
pub(crate) use turns::Turns;

use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult, HostTarget};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{io::AsyncWriteExt as _, process::Command};

/// How programs are run on hosts, and where they may keep files.
///
/// A network namespace of this machine is a host like any other. The drivers of this crate read and write a host's folder
/// directly, connect to sockets in it, and look up its processes in `/proc`; so a host of another machine needs that folder and
/// its process numbers to be seen from here.
pub trait Hosts: Send + Sync + 'static {
    /// The command that runs `program` on `host`; arguments are added by the caller.
    ///
    /// # Errors
    /// [`DriverErrorKind::NotFound`] for a host that is not known.
    fn command(&self, host: &HostTarget, program: &str) -> DriverResult<Command>;

    /// A folder of this host's own, for sockets, logs and what must outlive the orchestrator. It is there.
    ///
    /// # Errors
    /// [`DriverErrorKind::NotFound`] for a host that is not known.
    fn folder(&self, host: &HostTarget) -> DriverResult<PathBuf>;
}

/// Hosts that are parts of this machine: each a name, what is put before its commands, and a folder.
///
/// ```
/// use cloudstack_drivers::hosts::LocalHosts;
///
/// // This machine itself, and a network namespace made with `ip netns add`.
/// let hosts = LocalHosts::new("/run/cloud").with("kvm1", []).with("kvm2", ["ip", "netns", "exec", "kvm2"]);
/// # drop(hosts);
/// ```
#[derive(Debug, Clone)]
pub struct LocalHosts {
    folder: PathBuf,
    by: BTreeMap<String, Vec<String>>,
}

impl LocalHosts {
    /// No host yet. Each will have a folder of its name below this one.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), by: BTreeMap::new() }
    }

    /// With a host of this name, whose commands begin with these words.
    #[must_use]
    pub fn with<'a>(mut self, name: &str, by: impl IntoIterator<Item = &'a str>) -> Self {
        self.by.insert(name.to_owned(), by.into_iter().map(str::to_owned).collect());
        self
    }

    fn by(&self, host: &HostTarget) -> DriverResult<&[String]> {
        self.by.get(&host.name).map(Vec::as_slice).ok_or_else(|| {
            let known = self.by.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let message = format!("no host of this machine is called that; there are: {known}");
            DriverError::new(DriverErrorKind::NotFound, &host.name, message)
        })
    }
}

impl Hosts for LocalHosts {
    fn command(&self, host: &HostTarget, program: &str) -> DriverResult<Command> {
        let by = self.by(host)?;
        let mut words = by.iter().map(String::as_str).chain([program]);
        let mut command = Command::new(words.next().unwrap_or(program));
        command.args(words);
        Ok(command)
    }

    fn folder(&self, host: &HostTarget) -> DriverResult<PathBuf> {
        self.by(host)?;
        let folder = self.folder.join(&host.name);
        made(&folder).map_err(|e| DriverError::new(DriverErrorKind::Failed, &host.name, e))?;
        Ok(folder)
    }
}

fn made(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// Runs a program on a host to its end, with a text as its input, and gives what it printed. Ended with the caller: a call that is
/// dropped takes the program with it.
///
/// # Errors
/// [`DriverErrorKind::Failed`] with what it said, if it ends with anything but success; [`DriverErrorKind::Unsupported`] if the
/// program is missing.
pub async fn run(
    hosts: &dyn Hosts,
    host: &HostTarget,
    program: &str,
    arguments: &[&str],
    input: &str,
) -> DriverResult<String> {
    let mut command = hosts.command(host, program)?;
    command.args(arguments);
    finished(command, &host.name, &format!("{program} {}", arguments.join(" ")), input).await
}

/// Runs a command to its end, as [`run`] does. `device` and `words` are for messages.
pub(crate) async fn finished(mut command: Command, device: &str, words: &str, input: &str) -> DriverResult<String> {
    let said = |kind, text: String| DriverError::new(kind, device, format!("`{words}`: {text}"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => said(DriverErrorKind::Unsupported, "the program is not installed".into()),
        _ => said(DriverErrorKind::Failed, e.to_string()),
    })?;
    let stdin = child.stdin.take();
    let feed = async {
        // A program that ends without reading says why by its outcome.
        if let Some(mut pipe) = stdin {
            let _unread = pipe.write_all(input.as_bytes()).await;
        }
    };
    let ((), output) = tokio::join!(feed, child.wait_with_output());
    let output = output.map_err(|e| said(DriverErrorKind::Failed, e.to_string()))?;
    if !output.status.success() {
        // One that was ended by a signal has said nothing.
        let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(said(DriverErrorKind::Failed, if text.is_empty() { output.status.to_string() } else { text }));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

//! Programs that outlive whoever started them.

use super::{Hosts, run};
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult, HostTarget};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Writes the process' number and the time it began, then becomes the program. The file is complete or not there: it comes by
/// renaming, and before the program runs, so that no program runs without one. What is read from the pipe ends when the program
/// has taken over.
const BECOME: &str = r#"read -r stat </proc/$$/stat
began=$(set -- ${stat##*) }; echo "${20}")
echo "$$ $began" >"$0.new" && mv "$0.new" "$0" || exit 1
log=$1; shift
exec "$@" >>"$log" 2>&1 </dev/null"#;

/// How often a process that is to end is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A program on a host that goes on running when the orchestrator ends or is killed.
///
/// ```
/// use cloudstack_core::base::id::{EntityId, HostId};
/// use cloudstack_core::port::driver::HostTarget;
/// use cloudstack_drivers::hosts::{Daemon, LocalHosts};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("cloudstack-daemon-{}", std::process::id()));
/// let hosts = LocalHosts::new(&folder).with("h1", []);
/// let host = HostTarget { id: HostId::from_u128(1), name: "h1".into(), address: "192.0.2.1".parse()? };
/// let sleeper = Daemon::new("sleeper", "sleep", ["60"]);
/// let process = sleeper.ensure(&hosts, &host).await?;
/// // Asked again, by another orchestrator too, it is found; none is started beside it.
/// assert_eq!(sleeper.ensure(&hosts, &host).await?, process);
/// Daemon::end(&hosts, &host, "sleeper", Duration::from_secs(1)).await?;
/// assert_eq!(Daemon::find(&hosts, &host, "sleeper")?, None);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Daemon {
    /// Its name, unique on the host: its files are called `NAME.pid` and `NAME.log`.
    pub name: String,
    /// The program. It must stay in front and not make itself a daemon.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Daemon {
    /// This program under this name.
    pub fn new<A: Into<String>>(
        name: impl Into<String>,
        program: impl Into<String>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self { name: name.into(), program: program.into(), arguments }
    }

    /// It runs; the number of its process. Started if no process of this name is there, and otherwise left alone, with whatever
    /// arguments it was started. Whether it is of use is for the caller to see: a program that ends at once has said why in its
    /// log. Callers see to it that one name is not asked for twice at a time.
    ///
    /// # Errors
    /// [`DriverErrorKind::Failed`] if it could not be started.
    pub async fn ensure(&self, hosts: &dyn Hosts, host: &HostTarget) -> DriverResult<u32> {
        if let Some(process) = Self::find(hosts, host, &self.name)? {
            return Ok(process);
        }
        let (pid, log) = files(hosts, host, &self.name)?;
        let (pid, log) = (pid.to_string_lossy(), log.to_string_lossy());
        let mut words = vec!["--fork", "sh", "-c", BECOME, &*pid, &*log, &*self.program];
        words.extend(self.arguments.iter().map(String::as_str));
        run(hosts, host, "setsid", &words, "").await?;
        Self::find(hosts, host, &self.name)?.ok_or_else(|| {
            let said = Self::last_words(hosts, host, &self.name);
            let message = format!("{} ended as soon as it was started: {said}", self.program);
            DriverError::new(DriverErrorKind::Failed, &host.name, message)
        })
    }

    /// The process of this name, if it runs. A number that now belongs to another process is not taken for it.
    ///
    /// # Errors
    /// [`DriverErrorKind::NotFound`] for a host that is not known.
    pub fn find(hosts: &dyn Hosts, host: &HostTarget, name: &str) -> DriverResult<Option<u32>> {
        Ok(running(&files(hosts, host, name)?.0))
    }

    /// No process of this name runs: it is asked to end, and ended by force after `grace`. Its file is gone then; its log stays.
    /// May be repeated.
    ///
    /// # Errors
    /// [`DriverErrorKind::Failed`] if it is there even so.
    pub async fn end(hosts: &dyn Hosts, host: &HostTarget, name: &str, grace: Duration) -> DriverResult<()> {
        let (file, _) = files(hosts, host, name)?;
        for (signal, wait) in [(Signal::TERM, grace), (Signal::KILL, Duration::from_secs(5))] {
            let Some(process) = running(&file) else { break };
            signalled(process, signal);
            let until = Instant::now() + wait;
            while running(&file).is_some() && Instant::now() < until {
                sleep(LOOK).await;
            }
        }
        match running(&file) {
            Some(process) => {
                let message = format!("process {process} of {name} does not end");
                Err(DriverError::new(DriverErrorKind::Failed, &host.name, message))
            }
            None => {
                // It may never have been there.
                let _absent = std::fs::remove_file(&file);
                Ok(())
            }
        }
    }

    /// The end of what a daemon has said, for messages: at most 500 bytes.
    #[must_use]
    pub fn last_words(hosts: &dyn Hosts, host: &HostTarget, name: &str) -> String {
        let Ok((_, log)) = files(hosts, host, name) else { return String::new() };
        last_words(&log)
    }
}

/// The end of a log, for messages: at most 500 bytes.
pub(crate) fn last_words(log: &Path) -> String {
    let said = std::fs::read(log).unwrap_or_default();
    let end = said.get(said.len().saturating_sub(500)..).unwrap_or_default();
    String::from_utf8_lossy(end).trim().to_owned()
}

/// Sends a signal to a process, if it is there.
pub(crate) fn signalled(process: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        // One that is gone by now is as it should be; one that cannot be ended is seen to be there still.
        let _gone = kill_process(pid, signal);
    }
}

fn files(hosts: &dyn Hosts, host: &HostTarget, name: &str) -> DriverResult<(PathBuf, PathBuf)> {
    let folder = hosts.folder(host)?;
    Ok((folder.join(format!("{name}.pid")), folder.join(format!("{name}.log"))))
}

/// The process that a file names, if it is the one that was meant and has not ended.
fn running(file: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(file).ok()?;
    let (process, began) = text.trim().split_once(' ')?;
    let (state, since) = stat(process.parse().ok()?)?;
    // One that has ended and was not yet collected by its parent is as good as gone.
    (since == began && !matches!(state, 'Z' | 'X')).then(|| process.parse().ok()).flatten()
}

/// The state of a process, and when it began, in ticks since the machine started.
fn stat(process: u32) -> Option<(char, String)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Behind the name, which stands in brackets and may hold anything.
    let mut words = text.rsplit_once(')')?.1.split_whitespace();
    let state = words.next()?.chars().next()?;
    Some((state, words.nth(18)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_by_its_number_and_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let (file, own) = (folder.path().join("x.pid"), std::process::id());
        let (_, began) = stat(own).unwrap();
        for (text, due) in [
            (format!("{own} {began}\n"), Some(own)),
            (format!("{own} 1"), None),
            (format!("{own}"), None),
            (String::new(), None),
            ("4194304 1".into(), None),
            ("-1 1".into(), None),
        ] {
            std::fs::write(&file, &text).unwrap();
            assert_eq!(running(&file), due, "{text:?}");
        }
        assert_eq!(running(&folder.path().join("none.pid")), None);
    }
}

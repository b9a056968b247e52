//! The filter of a host, by the tools that run on it.

use super::Iptables;
use crate::hosts::Hosts;
use crate::runner::{Runner, ToolFailed, fed};
use async_trait::async_trait;
use cloudstack_core::port::driver::{
    Capabilities, DriverError, DriverErrorKind, DriverResult, FilterUpdate, HostTarget, PortFilter,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What decides whether frames that cross a bridge come by the rules at all, each in the network namespace of the bridge.
const BRIDGED: [&str; 2] = ["net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"];

/// Keeps guests' interfaces on hosts to what their security groups allow, with iptables, ip6tables, ebtables and ipset.
///
/// A host whose bridges do not let frames come by the rules is refused: its guests would run unguarded (SG-08).
///
/// ```
/// use cloudstack_drivers::{hosts::LocalHosts, iptables::HostFilter};
/// use std::sync::Arc;
///
/// let hosts = Arc::new(LocalHosts::new("/run/cloud").with("kvm1", []));
/// let filter = Arc::new(HostFilter::new(hosts));
/// // let cloud = Cloud::open("cloud.db").port_filter("KVM", filter) …
/// # drop(filter);
/// ```
pub struct HostFilter {
    hosts: Arc<dyn Hosts>,
    sheet: Capabilities,
    turns: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl std::fmt::Debug for HostFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostFilter").finish_non_exhaustive()
    }
}

impl HostFilter {
    /// On these hosts.
    #[must_use]
    pub fn new(hosts: Arc<dyn Hosts>) -> Self {
        let services = ["SecurityGroup".to_owned()].into();
        let sheet = Capabilities { title: "iptables".into(), services, ..Capabilities::default() };
        Self { hosts, sheet, turns: Mutex::default() }
    }

    fn turn(&self, host: &HostTarget) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(host.name.clone()).or_default())
    }
}

#[async_trait]
impl PortFilter for HostFilter {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_filter(&self, host: &HostTarget, update: &FilterUpdate<'_>) -> DriverResult<()> {
        let on = On { hosts: Arc::clone(&self.hosts), host: host.clone() };
        let (whole, delta) = (update.whole.clone(), update.delta.cloned());
        // The tools run to their end even if nobody waits for them any more; the turn is theirs until then, so that what a
        // later call says comes later.
        let turn = self.turn(host).lock_owned().await;
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            match delta {
                Some(delta) => Iptables.change(&on, &delta).map_err(|e| on.failed(&e)),
                None => {
                    on.sees_bridged_frames()?;
                    Iptables.install(&on, &whole).map_err(|e| on.failed(&e))
                }
            }
        });
        work.await.map_err(|e| DriverError::new(DriverErrorKind::Failed, &host.name, e.to_string()))?
    }
}

/// Runs the tools on one host.
struct On {
    hosts: Arc<dyn Hosts>,
    host: HostTarget,
}

impl On {
    fn sees_bridged_frames(&self) -> DriverResult<()> {
        let refused = |message: String| DriverError::new(DriverErrorKind::Refused, &self.host.name, message);
        for name in BRIDGED {
            let said = self.run("sysctl", &["-n", name], "");
            let said = said.map_err(|e| refused(format!("br_netfilter is not loaded: modprobe br_netfilter ({e})")))?;
            if said.trim() != "1" {
                return Err(refused(format!("{name} is {}, must be 1: sysctl -w {name}=1", said.trim())));
            }
        }
        Ok(())
    }

    fn failed(&self, error: &ToolFailed) -> DriverError {
        DriverError::new(DriverErrorKind::Failed, &self.host.name, error.to_string())
    }
}

impl Runner for On {
    fn run(&self, program: &str, arguments: &[&str], input: &str) -> Result<String, ToolFailed> {
        let command = format!("{program} {}", arguments.join(" "));
        let here = self.hosts.command(&self.host, program);
        let mut here = here.map_err(|e| ToolFailed { command: command.clone(), said: e.to_string() })?.into_std();
        here.args(arguments);
        fed(here, command, input)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::hosts::LocalHosts;
    use cloudstack_core::base::id::{EntityId, HostId};
    use cloudstack_core::rules::diff::Delta;
    use cloudstack_core::rules::ir::Ir;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn host() -> HostTarget {
        HostTarget { id: HostId::from_u128(1), name: "kvm1".into(), address: [192, 0, 2, 1].into() }
    }

    /// A filter whose host has, instead of the tools, one that notes how it is called, and says `sysctl` for `sysctl`.
    fn bed(folder: &Path, sysctl: &str) -> HostFilter {
        let fake = folder.join("by");
        let log = folder.join("log");
        let script = format!(
            "#!/bin/sh\necho \"$*\" >>{log}\ncase \"$1\" in sysctl) echo {sysctl};; *-restore) cat >/dev/null;; esac\n",
            log = log.display()
        );
        fs::write(&fake, script).unwrap();
        fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
        HostFilter::new(Arc::new(LocalHosts::new(folder).with("kvm1", [fake.to_str().unwrap()])))
    }

    fn called(folder: &Path) -> String {
        fs::read_to_string(folder.join("log")).unwrap_or_default()
    }

    #[tokio::test]
    async fn the_whole_state_is_sent_by_way_of_the_host() {
        let folder = tempfile::tempdir().unwrap();
        let filter = bed(folder.path(), "1");
        filter.ensure_filter(&host(), &FilterUpdate { whole: &Ir::default(), delta: None }).await.unwrap();
        let called = called(folder.path());
        for line in ["iptables-restore --noflush", "ebtables-restore --noflush", "iptables -I FORWARD -m physdev"] {
            assert!(called.lines().any(|l| l.starts_with(line)), "{line}: {called}");
        }
    }

    #[tokio::test]
    async fn nothing_to_change_calls_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let filter = bed(folder.path(), "1");
        let delta = Delta::default();
        filter.ensure_filter(&host(), &FilterUpdate { whole: &Ir::default(), delta: Some(&delta) }).await.unwrap();
        assert_eq!(called(folder.path()), "");
    }

    #[tokio::test]
    async fn a_host_whose_bridges_pass_the_rules_by_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let filter = bed(folder.path(), "0");
        let refused = filter.ensure_filter(&host(), &FilterUpdate { whole: &Ir::default(), delta: None }).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.kind, DriverErrorKind::Refused);
        assert!(refused.message.contains("bridge-nf-call-iptables is 0, must be 1"), "{refused}");
        assert!(!called(folder.path()).contains("restore"), "nothing was sent");
    }

    #[tokio::test]
    async fn a_host_that_is_not_known_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let filter = HostFilter::new(Arc::new(LocalHosts::new(folder.path())));
        let refused = filter.ensure_filter(&host(), &FilterUpdate { whole: &Ir::default(), delta: None }).await;
        assert!(refused.unwrap_err().to_string().contains("no host of this machine is called that"));
    }
}

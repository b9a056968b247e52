//! What the machine must have: programs, a kernel that lends namespaces, and the device that makes taps.

use crate::failure::{Failure, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Programs, and the Debian package that has each.
pub(crate) const PROGRAMS: &[(&str, &str)] = &[
    ("unshare", "util-linux"),
    ("nsenter", "util-linux"),
    ("mount", "mount"),
    ("ip", "iproute2"),
    ("bridge", "iproute2"),
    ("tc", "iproute2"),
    ("sysctl", "procps"),
    ("nft", "nftables"),
    ("iptables", "iptables"),
    ("ebtables", "iptables"),
    ("ipset", "ipset"),
    ("dnsmasq", "dnsmasq-base"),
    ("haproxy", "haproxy"),
    ("busybox", "busybox-static"),
    ("qemu-system-x86_64", "qemu-system-x86"),
    ("qemu-img", "qemu-utils"),
];

/// Folders of programs that not every shell looks into.
const SYSTEM_FOLDERS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// `PATH` with the folders that system programs lie in.
pub(crate) fn path() -> String {
    let own = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".into());
    let known: BTreeSet<&str> = own.split(':').collect();
    let more = SYSTEM_FOLDERS.iter().filter(|folder| !known.contains(*folder)).copied();
    std::iter::once(own.as_str()).chain(more).collect::<Vec<_>>().join(":")
}

/// Where a program lies.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    path().split(':').map(|folder| Path::new(folder).join(program)).find(|file| file.is_file())
}

/// Refuses a machine that lacks something, with all that it lacks.
///
/// # Errors
/// What is missing, and the one command that brings it.
pub(crate) fn check() -> Result<()> {
    let missing: Vec<_> = PROGRAMS.iter().filter(|(program, _)| find(program).is_none()).copied().collect();
    lacks(&missing).map_or(Ok(()), Err)?;
    static_busybox()?;
    taps()?;
    namespaces()
}

/// What to say of missing programs; nothing if there are none.
fn lacks(missing: &[(&str, &str)]) -> Option<Failure> {
    if missing.is_empty() {
        return None;
    }
    let programs: Vec<&str> = missing.iter().map(|(program, _)| *program).collect();
    let packages: BTreeSet<&str> = missing.iter().map(|(_, package)| *package).collect();
    let packages = packages.into_iter().collect::<Vec<_>>().join(" ");
    let text = format!("this machine lacks {}", programs.join(", "));
    Some(Failure::new(text).remedy(format!("sudo apt-get install --no-install-recommends {packages}")))
}

/// In a guest there are no libraries: its one program must bring all it needs.
fn static_busybox() -> Result<()> {
    let Some(file) = find("busybox") else { return Ok(()) };
    let program = std::fs::read(&file).map_err(Failure::at(file.display()))?;
    // What is linked dynamically names its loader.
    if contains(&program, b"/ld-linux") || contains(&program, b"/ld-musl") {
        return Err(Failure::new(format!("{} is linked dynamically and would not run in a guest", file.display()))
            .remedy("sudo apt-get install --no-install-recommends busybox-static"));
    }
    Ok(())
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn taps() -> Result<()> {
    let device = "/dev/net/tun";
    let opened = std::fs::OpenOptions::new().read(true).write(true).open(device);
    opened.map(drop).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::new(format!("{device} is missing: guests' interfaces cannot be made")).remedy("sudo modprobe tun")
        }
        _ => Failure::new(format!("{device}: {e}"))
            .remedy(format!("sudo chmod a+rw {device}; that is what most systems have")),
    })
}

/// Tries what the program is about to do.
fn namespaces() -> Result<()> {
    let tried = Command::new("unshare")
        .args(user_words())
        .args(["--net", "--mount", "--pid", "--fork", "--mount-proc", "true"])
        .env("PATH", path())
        .stdin(Stdio::null())
        .output()
        .map_err(Failure::at("unshare"))?;
    if tried.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&tried.stderr);
    Err(Failure::new(format!("this machine lends no namespaces to this user: {}", said.trim())).remedy(
        "one of: sudo sysctl kernel.unprivileged_userns_clone=1 (Debian), \
         sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), \
         sudo sysctl user.max_user_namespaces=10000; or run it as root",
    ))
}

/// What makes an ordinary user the root of namespaces of its own; nothing for root.
pub(crate) fn user_words() -> &'static [&'static str] {
    if rustix::process::geteuid().is_root() { &[] } else { &["--user", "--map-root-user"] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_with_the_command_that_brings_it() {
        assert_eq!(lacks(&[]), None);
        let said = lacks(&[("nft", "nftables"), ("ip", "iproute2"), ("tc", "iproute2")]).map(|f| f.to_string());
        let wanted = "this machine lacks nft, ip, tc\n  \
                      remedy: sudo apt-get install --no-install-recommends iproute2 nftables";
        assert_eq!(said.as_deref(), Some(wanted));
    }

    #[test]
    fn system_programs_are_looked_for_where_they_lie() {
        let path = path();
        assert!(SYSTEM_FOLDERS.iter().all(|folder| path.split(':').any(|p| p == *folder)), "{path}");
        assert!(find("sh").is_some() && find("no-such-program-anywhere").is_none());
    }

    #[test]
    fn a_part_is_found_anywhere() {
        assert!(contains(b"abcdef", b"def") && contains(b"abc", b"abc") && !contains(b"ab", b"abc"));
    }
}

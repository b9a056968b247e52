//! Settings of the programs on a host.

use std::fmt::Write as _;

/// A line for sudo, so that a management server may drive a host that it runs on itself (KVM-22).
pub const SUDO_WITHOUT_TERMINAL: &str = "Defaults:cloud !requiretty\n";

/// How a distribution starts the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaemonFamily {
    /// Red Hat's.
    RedHat,
    /// Ubuntu's, by its defaults.
    UbuntuDefaults,
    /// Ubuntu's, by its job.
    UbuntuJob,
}

/// The file and the line that make the daemon listen (KVM-09).
#[must_use]
pub const fn start_flags(family: DaemonFamily) -> (&'static str, &'static str) {
    match family {
        DaemonFamily::RedHat => ("/etc/sysconfig/libvirtd", "LIBVIRTD_ARGS=\"--listen\""),
        DaemonFamily::UbuntuDefaults => ("/etc/default/libvirt-bin", "libvirtd_opts=\"-d -l\""),
        DaemonFamily::UbuntuJob => ("/etc/init/libvirt-bin.conf", "exec /usr/sbin/libvirtd -d -l"),
    }
}

/// Lines of `/etc/libvirt/libvirtd.conf` (KVM-08), as names and values.
pub(super) const LIBVIRTD: [(&str, &str); 5] =
    [("listen_tls", "0"), ("listen_tcp", "1"), ("tcp_port", "16509"), ("auth_tcp", "none"), ("mdns_adv", "0")];

/// What goes into `/etc/libvirt/libvirtd.conf` (KVM-08).
///
/// ```
/// let text = cloudstack_drivers::host_doctor::libvirtd_settings();
/// assert!(text.contains("tcp_port = \"16509\"\n"));
/// ```
#[must_use]
pub fn libvirtd_settings() -> String {
    let mut out = String::new();
    for (name, value) in LIBVIRTD {
        // Switches are numbers; a port is a text, like a name.
        let quote = if matches!(value, "0" | "1") { "" } else { "\"" };
        let _infallible = writeln!(out, "{name} = {quote}{value}{quote}");
    }
    out
}

/// What goes into `/etc/libvirt/qemu.conf`, so that consoles are reached from elsewhere (LXC-05).
#[must_use]
pub const fn qemu_settings() -> &'static str {
    "vnc_listen = \"0.0.0.0\"\n"
}

/// A script that lets the daemon do its work under SELinux or AppArmor (KVM-10). With `--show` it only prints what it would do.
#[must_use]
pub fn unlocking() -> String {
    let mut out = String::from(
        "#!/bin/sh\n\
         # SELinux warns and does not forbid; AppArmor leaves the daemon and its guests alone. --show only prints.\n\
         set -eu\n\
         root=${ROOT:-}\n\
         do_it() { if [ \"${show:-}\" ]; then echo \"$*\"; else \"$@\"; fi; }\n\
         if [ \"${1:-}\" = --show ]; then show=1; fi\n\
         if [ -e \"$root/etc/selinux/config\" ]; then\n\
         \x20   do_it sed -i 's/^SELINUX=enforcing/SELINUX=permissive/' \"$root/etc/selinux/config\"\n\
         \x20   do_it setenforce permissive\n\
         fi\n",
    );
    for profile in ["usr.sbin.libvirtd", "usr.lib.libvirt.virt-aa-helper"] {
        let _infallible = write!(
            out,
            "if [ -e \"$root/etc/apparmor.d/{profile}\" ]; then\n\
             \x20   do_it ln -sf /etc/apparmor.d/{profile} \"$root/etc/apparmor.d/disable/\"\n\
             \x20   do_it apparmor_parser -R \"$root/etc/apparmor.d/{profile}\"\n\
             fi\n"
        );
    }
    out
}

/// A line of properties.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// A comment or an empty line, as it is.
    Other(String),
    Pair {
        name: String,
        value: String,
        text: String,
    },
}

/// `/etc/cloudstack/agent/agent.properties` (KVM-07): what is not changed is kept to the letter, comments and order included.
///
/// ```
/// use cloudstack_drivers::host_doctor::Properties;
/// let mut properties = Properties::parse("# agent\nguest.cpu.mode = custom\n")?;
/// properties.set("hypervisor.type", "lxc")?;
/// assert_eq!(properties.get("guest.cpu.mode"), Some("custom"));
/// assert_eq!(properties.to_string(), "# agent\nguest.cpu.mode = custom\nhypervisor.type=lxc\n");
/// # Ok::<(), cloudstack_drivers::host_doctor::BadProperties>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Properties {
    lines: Vec<Line>,
}

/// A text that is not properties.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{text}` is no property; give NAME=VALUE on one line")]
pub struct BadProperties {
    /// Which line, from 1; 0 for one that is to be set.
    pub line: usize,
    /// What is there.
    pub text: String,
}

impl Properties {
    /// Reads a file.
    ///
    /// # Errors
    /// [`BadProperties`] for a line that is neither a property nor a comment.
    pub fn parse(text: &str) -> Result<Self, BadProperties> {
        let lines = text.lines().enumerate().map(|(at, text)| {
            let plain = text.trim();
            if plain.is_empty() || plain.starts_with(['#', '!']) {
                return Ok(Line::Other(text.to_owned()));
            }
            let bad = || BadProperties { line: at + 1, text: text.to_owned() };
            let (name, value) = plain.split_once('=').ok_or_else(bad)?;
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            if name.is_empty() { Err(bad()) } else { Ok(Line::Pair { name, value, text: text.to_owned() }) }
        });
        Ok(Self { lines: lines.collect::<Result<_, _>>()? })
    }

    /// The value of a name; the last one, if it is there twice.
    #[must_use]
    pub fn get(&self, wanted: &str) -> Option<&str> {
        self.lines.iter().rev().find_map(|line| match line {
            Line::Pair { name, value, .. } if name == wanted => Some(value.as_str()),
            _ => None,
        })
    }

    /// Gives a name a value, where it stands or at the end.
    ///
    /// # Errors
    /// [`BadProperties`] for a name or value that would not be read back.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), BadProperties> {
        let text = format!("{name}={value}");
        let plain = |s: &str| s == s.trim() && !s.chars().any(char::is_control);
        if !plain(name) || !plain(value) || name.is_empty() || name.contains('=') || name.starts_with(['#', '!']) {
            return Err(BadProperties { line: 0, text });
        }
        if self.get(name) == Some(value) {
            return Ok(());
        }
        let line = Line::Pair { name: name.to_owned(), value: value.to_owned(), text };
        let last = self.lines.iter().rposition(|l| matches!(l, Line::Pair { name: n, .. } if n == name));
        match last {
            Some(at) => self.lines[at] = line,
            None => self.lines.push(line),
        }
        Ok(())
    }

    /// For an agent that runs containers (LXC-03); directly on an interface of the host, if one is named (LXC-04).
    ///
    /// # Errors
    /// [`BadProperties`] for a name that is no interface's.
    pub fn for_containers(&mut self, device: Option<&str>) -> Result<(), BadProperties> {
        self.set("hypervisor.type", "lxc")?;
        let Some(device) = device else { return Ok(()) };
        self.set("libvirt.vif.driver", "com.cloud.hypervisor.kvm.resource.DirectVifDriver")?;
        self.set("network.direct.source.mode", "private")?;
        self.set("network.direct.device", device)
    }

    /// For an agent whose host has Open vSwitch (KVM-19); to be set before the host is added.
    ///
    /// # Errors
    /// None in fact.
    pub fn for_openvswitch(&mut self) -> Result<(), BadProperties> {
        self.set("network.bridge.type", "openvswitch")?;
        self.set("libvirt.vif.driver", "com.cloud.hypervisor.kvm.resource.OvsVifDriver")
    }
}

impl std::fmt::Display for Properties {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in &self.lines {
            match line {
                Line::Other(text) | Line::Pair { text, .. } => writeln!(f, "{text}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    /// Proves: KVM-08, KVM-09, LXC-05
    #[test]
    fn settings_of_the_daemon_to_the_letter() {
        let due = "listen_tls = 0\nlisten_tcp = 1\ntcp_port = \"16509\"\nauth_tcp = \"none\"\nmdns_adv = 0\n";
        assert_eq!(libvirtd_settings(), due);
        assert_eq!(start_flags(DaemonFamily::RedHat), ("/etc/sysconfig/libvirtd", "LIBVIRTD_ARGS=\"--listen\""));
        assert_eq!(start_flags(DaemonFamily::UbuntuDefaults), ("/etc/default/libvirt-bin", "libvirtd_opts=\"-d -l\""));
        let job = ("/etc/init/libvirt-bin.conf", "exec /usr/sbin/libvirtd -d -l");
        assert_eq!(start_flags(DaemonFamily::UbuntuJob), job);
        assert_eq!(qemu_settings(), "vnc_listen = \"0.0.0.0\"\n");
    }

    /// Proves: KVM-07, KVM-19, LXC-03, LXC-04
    #[test]
    fn properties_of_the_agent_are_changed_and_the_rest_is_kept() {
        let text = "# made by hand\n\nguest.cpu.mode = custom\nguest.cpu.model=SandyBridge\nworkers=5\n";
        let mut agent = Properties::parse(text).unwrap();
        assert_eq!(agent.to_string(), text);
        agent.set("guest.cpu.mode", "custom").unwrap();
        assert_eq!(agent.to_string(), text, "what is so already is left as it is written");
        agent.for_openvswitch().unwrap();
        assert_eq!(agent.get("network.bridge.type"), Some("openvswitch"));
        agent.for_containers(Some("eth0")).unwrap();
        let due = format!(
            "{text}network.bridge.type=openvswitch\nlibvirt.vif.driver=com.cloud.hypervisor.kvm.resource.DirectVifDriver\n\
             hypervisor.type=lxc\nnetwork.direct.source.mode=private\nnetwork.direct.device=eth0\n"
        );
        assert_eq!(agent.to_string(), due);
        assert_eq!(Properties::parse("a=1\nno property\n"), Err(BadProperties { line: 2, text: "no property".into() }));
        assert!(agent.set("network.direct.device", "eth0\nworkers=1").is_err());
    }

    proptest! {
        /// Proves: KVM-07
        #[test]
        fn properties_are_read_and_written_without_loss(text in "(#? ?[a-c.]{1,4} ?= ?[a-z=]{0,5}\n){0,8}", value in "[ -~]{0,9}") {
            let mut read = Properties::parse(&text).unwrap();
            prop_assert_eq!(read.to_string(), text);
            if read.set("a.b", &value).is_ok() {
                let again = Properties::parse(&read.to_string()).unwrap();
                prop_assert_eq!(again.get("a.b"), Some(value.as_str()));
            }
        }
    }

    /// Proves: KVM-10
    #[test]
    fn the_unlocking_script_shows_what_it_would_do_and_does_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in ["etc/selinux", "etc/apparmor.d/disable", "bin"] {
            std::fs::create_dir_all(root.join(path)).unwrap();
        }
        std::fs::write(root.join("etc/selinux/config"), "# x\nSELINUX=enforcing\nSELINUXTYPE=targeted\n").unwrap();
        let profiles = ["usr.sbin.libvirtd", "usr.lib.libvirt.virt-aa-helper"];
        for profile in profiles {
            std::fs::write(root.join("etc/apparmor.d").join(profile), "").unwrap();
        }
        // Stand-ins that only say that they were called.
        for program in ["setenforce", "apparmor_parser"] {
            let path = root.join("bin").join(program);
            std::fs::write(&path, format!("#!/bin/sh\necho ran {program} \"$@\"\n")).unwrap();
            assert!(Command::new("chmod").arg("+x").arg(path).status().unwrap().success());
        }
        let run = |arguments: &[&str]| {
            let path = format!("{}:{}", root.join("bin").display(), std::env::var("PATH").unwrap());
            let mut command = Command::new("sh");
            command.args(["-c", &unlocking(), "sh"]).args(arguments).env("ROOT", root).env("PATH", path);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let config = || std::fs::read_to_string(root.join("etc/selinux/config")).unwrap();
        let shown = run(&["--show"]);
        assert!(config().contains("SELINUX=enforcing") && !shown.contains("ran "), "{shown}");
        assert_eq!((shown.lines().count(), shown.contains("setenforce permissive")), (6, true), "{shown}");
        let said = run(&[]);
        assert_eq!(config(), "# x\nSELINUX=permissive\nSELINUXTYPE=targeted\n");
        assert!(
            said.contains("ran setenforce permissive") && said.matches("ran apparmor_parser -R").count() == 2,
            "{said}"
        );
        for profile in profiles {
            assert!(root.join("etc/apparmor.d/disable").join(profile).is_symlink());
        }
    }
}

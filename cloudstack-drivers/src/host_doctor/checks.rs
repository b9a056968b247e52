//! Verdicts about hosts.

use super::{
    firewall,
    settings::LIBVIRTD,
    state::{HostState, Version},
};
use cloudstack_core::base::Mib;
use cloudstack_core::plan::site::{SitePlan, ports::NEVER_PUBLIC};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// As it should be.
    Well,
    /// It works, and will give trouble.
    Doubtful,
    /// The host must not join so.
    Wrong,
}

/// One check of one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rows of the table of features that ask for it.
    pub rows: &'static str,
    /// What was looked at.
    pub what: &'static str,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found.
    pub seen: String,
    /// What to do about it; empty if it is well.
    pub remedy: String,
}

/// What a host is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// It runs machines.
    pub machines: bool,
    /// It runs containers.
    pub containers: bool,
    /// Its networks are Open vSwitch's.
    pub openvswitch: bool,
    /// It is a management server too.
    pub management: bool,
    /// Bridges that it has, as traffic labels name them.
    pub bridges: BTreeSet<String>,
}

impl Wanted {
    /// A KVM host with the two bridges of the guides.
    #[must_use]
    pub fn kvm() -> Self {
        let bridges = ["cloudbr0", "cloudbr1"].map(str::to_owned).into();
        Self { machines: true, containers: false, openvswitch: false, management: false, bridges }
    }

    /// An LXC host with the two bridges of the guides.
    #[must_use]
    pub fn lxc() -> Self {
        Self { machines: false, containers: true, ..Self::kvm() }
    }
}

/// Collects findings.
struct Doctor<'a> {
    state: &'a HostState,
    found: Vec<Finding>,
}

impl Doctor<'_> {
    fn note(&mut self, rows: &'static str, what: &'static str, well: bool, seen: impl ToString, remedy: impl ToString) {
        self.judge(rows, what, if well { Outcome::Well } else { Outcome::Wrong }, seen, remedy);
    }

    fn judge(
        &mut self,
        rows: &'static str,
        what: &'static str,
        outcome: Outcome,
        seen: impl ToString,
        remedy: impl ToString,
    ) {
        let remedy = if outcome == Outcome::Well { String::new() } else { remedy.to_string() };
        self.found.push(Finding { rows, what, outcome, seen: seen.to_string(), remedy });
    }

    fn version(&mut self, rows: &'static str, what: &'static str, has: Option<Version>, least: [u32; 4]) {
        let least = Version(least);
        let seen = has.map_or_else(|| "not found".to_owned(), |v| v.to_string());
        self.note(rows, what, has >= Some(least), seen, format!("install {what} {least} or newer"));
    }
}

/// Checks one host.
#[must_use]
pub fn examine(state: &HostState, wanted: &Wanted) -> Vec<Finding> {
    let mut doctor = Doctor { state, found: Vec::new() };
    doctor.versions(wanted);
    doctor.hardware(wanted);
    doctor.identity();
    doctor.network(wanted);
    doctor.daemon(wanted);
    doctor.agent(wanted);
    if wanted.management {
        doctor.management();
    }
    doctor.found
}

impl Doctor<'_> {
    fn versions(&mut self, wanted: &Wanted) {
        let state = self.state;
        let (rows, least) = match (wanted.containers, wanted.openvswitch) {
            (true, _) => ("LXC-01", [1, 0, 0, 0]),
            (false, true) => ("KVM-02", [0, 9, 11, 0]),
            (false, false) => ("KVM-01", [0, 9, 4, 0]),
        };
        self.version(rows, "libvirt", state.libvirt, least);
        self.version(if wanted.containers { "LXC-01" } else { "KVM-01" }, "QEMU", state.qemu, [1, 0, 0, 0]);
        if wanted.openvswitch {
            self.version("KVM-02, LXC-01", "Open vSwitch", state.openvswitch, [1, 7, 1, 0]);
        }
        if wanted.containers {
            self.version("LXC-01", "kernel", state.kernel, [2, 6, 24, 0]);
            let needed = ["cpu", "cpuacct", "memory", "devices", "freezer"];
            let missing: Vec<&str> = needed.into_iter().filter(|group| !state.groups.contains(*group)).collect();
            let seen = if missing.is_empty() { "all".to_owned() } else { format!("without {}", missing.join(", ")) };
            self.note(
                "LXC-01",
                "control groups",
                missing.is_empty(),
                seen,
                "mount these controllers (cgroup_enable= at boot)",
            );
        }
        let known = (state.release.id.as_str(), Version::within(&format!("{}.0", state.release.version)));
        let recommended = match known {
            ("rhel" | "centos" | "rocky" | "almalinux", version) => version >= Some(Version([6, 3, 0, 0])),
            ("ubuntu", version) => version >= Some(Version([12, 4, 0, 0])),
            ("debian", _) => true,
            _ => false,
        };
        let outcome = if recommended { Outcome::Well } else { Outcome::Doubtful };
        self.judge(
            "KVM-01",
            "distribution",
            outcome,
            &state.release,
            "CentOS or RHEL 6.3, Ubuntu 12.04 or newer are tried",
        );
    }

    fn hardware(&mut self, wanted: &Wanted) {
        let state = self.state;
        self.note("KVM-03", "architecture", state.architecture == "x86_64", &state.architecture, "use a 64-bit host");
        if wanted.machines {
            let flag = ["vmx", "svm"].into_iter().find(|flag| state.flags.contains(*flag));
            let seen = match (flag, state.kvm) {
                (Some(flag), true) => format!("{flag}, /dev/kvm"),
                (Some(flag), false) => format!("{flag}, no /dev/kvm"),
                (None, _) => "neither vmx nor svm".to_owned(),
            };
            let remedy = "switch VT-x or AMD-V on in the firmware, and load kvm_intel or kvm_amd";
            self.note("KVM-03", "hardware virtualisation", flag.is_some() && state.kvm, seen, remedy);
        }
        let least = Mib(4_096);
        // The kernel keeps some for itself; what is sold as 4 GB shows as a little less.
        let enough = state.ram.0 * 100 >= least.0 * 90;
        let remedy = format!("give the host at least {} MiB of memory", least.0);
        self.note("KVM-03", "memory", enough, format!("{} MiB", state.ram.0), remedy);
        let least = Mib(36_000_000_000 >> 20);
        let remedy = "give the file system of /var/lib/libvirt/images at least 36 GB";
        self.note("KVM-04", "local disk", state.disk >= least, format!("{} MiB", state.disk.0), remedy);
        let nics = state.nics.iter().cloned().collect::<Vec<_>>().join(", ");
        let seen = if nics.is_empty() { "none".to_owned() } else { nics };
        self.note("KVM-03", "network interface", !state.nics.is_empty(), seen, "fit a network interface");
        let seen = if state.guests.is_empty() { "none".to_owned() } else { state.guests.join(", ") };
        let remedy = "stop and undefine the guests: a host joins with none";
        self.note("KVM-03", "guests already there", state.guests.is_empty(), seen, remedy);
    }

    fn identity(&mut self) {
        let state = self.state;
        let full = state.name.split_once('.').is_some_and(|(host, domain)| !host.is_empty() && !domain.is_empty());
        let remedy =
            "make `hostname --fqdn` print the full name: a line `ADDRESS NAME.DOMAIN NAME` in /etc/hosts, or DNS";
        let seen = if state.name.is_empty() { "nothing" } else { &state.name };
        self.note("KVM-21", "full host name", full, seen, remedy);
        let seen = match state.synchronised {
            Some(true) => "synchronised",
            Some(false) => "not synchronised",
            None => "nobody looks after it",
        };
        self.note(
            "KVM-21",
            "clock",
            state.synchronised == Some(true),
            seen,
            "install and start an NTP client, such as chrony",
        );
    }

    fn network(&mut self, wanted: &Wanted) {
        let state = self.state;
        let missing: Vec<&str> = wanted.bridges.difference(&state.bridges).map(String::as_str).collect();
        let seen = state.bridges.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let remedy = format!(
            "make the bridges {}, or name in the zone's traffic labels those that are there",
            missing.join(", ")
        );
        self.note("KVM-11", "bridges", missing.is_empty(), if seen.is_empty() { "none" } else { &seen }, remedy);
        if wanted.openvswitch {
            let (seen, remedy) = ("loaded", "blacklist the module `bridge`, and run `rmmod bridge` or reboot");
            let seen = if state.bridge_module { seen } else { "not loaded" };
            self.note("KVM-18", "the kernel's own bridges", !state.bridge_module, seen, remedy);
        }
        let refused = firewall::refused(&state.input);
        let ports: Vec<String> = refused
            .iter()
            .map(|o| match o.first == o.last {
                true => format!("{} ({})", o.first, o.what),
                false => format!("{}-{} ({})", o.first, o.last, o.what),
            })
            .collect();
        let seen = if ports.is_empty() { "none refused".to_owned() } else { format!("refused: {}", ports.join(", ")) };
        let remedy = "open them in front of the rule that refuses (`iptables -I INPUT`), and save the rules";
        self.note("PORT-08, PORT-09, PORT-14", "ports", ports.is_empty(), seen, remedy);
    }

    fn daemon(&mut self, wanted: &Wanted) {
        let state = self.state;
        let differs = LIBVIRTD.iter().filter(|(name, due)| state.libvirtd.get(*name).is_none_or(|has| has != due));
        let differs: Vec<String> = differs.map(|(name, due)| format!("{name} = {due}")).collect();
        let seen = if differs.is_empty() {
            "as the agent needs it".to_owned()
        } else {
            format!("without {}", differs.join(", "))
        };
        self.note(
            "KVM-08",
            "libvirtd.conf",
            differs.is_empty(),
            seen,
            "set these in /etc/libvirt/libvirtd.conf and restart the daemon",
        );
        let flags = |line: &String| ["--listen", "-d -l"].iter().any(|flag| line.contains(flag));
        // A daemon that listens has been told to, in whatever file.
        let listens = state.listening.iter().any(|(_, port)| *port == 16_509);
        let told = state.start.iter().any(flags);
        let seen = match (told, listens) {
            (_, true) => "it listens",
            (true, false) => "told to listen, and does not",
            (false, false) => "not told to listen",
        };
        let remedy = "LIBVIRTD_ARGS=\"--listen\" in /etc/sysconfig/libvirtd, or libvirtd_opts=\"-d -l\" in /etc/default/libvirt-bin; restart it";
        let outcome = if listens {
            Outcome::Well
        } else if told {
            Outcome::Doubtful
        } else {
            Outcome::Wrong
        };
        self.judge("KVM-09", "the daemon's start", outcome, seen, remedy);
        let enforcing = state.selinux.as_deref() == Some("Enforcing");
        let seen = match (&state.selinux, state.apparmor.as_slice()) {
            (Some(mode), _) => format!("SELinux {mode}"),
            (None, []) => "neither SELinux nor a profile of AppArmor".to_owned(),
            (None, profiles) => format!("AppArmor: {}", profiles.join(", ")),
        };
        let remedy = "make SELinux permissive, or take the two profiles off (`apparmor_parser -R`)";
        self.note("KVM-10", "SELinux and AppArmor", !enforcing && state.apparmor.is_empty(), seen, remedy);
        if wanted.containers {
            let at = state.consoles.get("vnc_listen").map_or("not set", String::as_str);
            let remedy = "vnc_listen = \"0.0.0.0\" in /etc/libvirt/qemu.conf; restart the daemon";
            self.note("LXC-05", "consoles", at == "0.0.0.0", at, remedy);
        }
    }

    fn agent(&mut self, wanted: &Wanted) {
        let state = self.state;
        let value = |name| state.agent.get(name).unwrap_or("not set");
        if wanted.openvswitch {
            let has = value("network.bridge.type");
            let remedy = "network.bridge.type=openvswitch in agent.properties, before the host is added";
            self.note("KVM-19", "the agent's bridges", has == "openvswitch", has, remedy);
        }
        if wanted.containers {
            let has = value("hypervisor.type");
            self.note("LXC-03", "the agent's hypervisor", has == "lxc", has, "hypervisor.type=lxc in agent.properties");
            if state.agent.get("libvirt.vif.driver").is_some_and(|driver| driver.ends_with(".DirectVifDriver")) {
                let device = value("network.direct.device");
                let well = state.nics.contains(device) && state.agent.get("network.direct.source.mode").is_some();
                let remedy =
                    "network.direct.device=NIC of the host, network.direct.source.mode=private in agent.properties";
                self.note("LXC-04", "direct networking", well, device, remedy);
            }
        }
    }

    fn management(&mut self) {
        let state = self.state;
        let without = state.sudo.iter().any(|line| line.contains(":cloud") && line.contains("!requiretty"));
        let asks = state.sudo.iter().any(|line| line.contains("requiretty") && !line.contains("!requiretty"));
        let seen = match (without, asks) {
            (true, _) => "without a terminal, for cloud",
            (false, true) => "asks for a terminal",
            (false, false) => "not said",
        };
        self.note("KVM-22", "sudo", without, seen, "the line `Defaults:cloud !requiretty` in /etc/sudoers");
        let public: BTreeSet<IpAddr> = state.addresses.iter().copied().filter(is_public).collect();
        let faces = |at: &IpAddr| public.contains(at) || at.is_unspecified() && !public.is_empty();
        let exposed = state.listening.iter().filter(|(at, port)| NEVER_PUBLIC.contains(port) && faces(at));
        let exposed: Vec<String> = exposed.map(|(at, port)| format!("{at} port {port}")).collect();
        let seen = if exposed.is_empty() { "none".to_owned() } else { exposed.join(", ") };
        let remedy = "bind these ports to the management address or to loopback: whoever reaches them is believed";
        self.note("PORT-01", "ports that face the Internet", exposed.is_empty(), seen, remedy);
    }
}

/// Whether the Internet reaches an address.
fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => {
            let shared = a.octets()[0] == 100 && a.octets()[1] & 0xc0 == 64;
            !(a.is_private() || a.is_loopback() || a.is_link_local() || a.is_unspecified() || shared)
        }
        IpAddr::V6(a) => !(a.is_loopback() || a.is_unique_local() || a.is_unicast_link_local() || a.is_unspecified()),
    }
}

/// Checks the hosts of a cluster against each other: each with its name. What most have counts; who differs is named.
#[must_use]
pub fn compare(hosts: &[(&str, &HostState)]) -> Vec<Finding> {
    let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
    // The rows, the thing, how a host shows it, and what to do with one that differs.
    type Aspect<'a> = (&'static str, &'static str, &'a dyn Fn(&HostState) -> String, &'static str);
    let aspects: [Aspect<'_>; 3] = [
        (
            "KVM-11, KVM-20",
            "bridges alike",
            &|s| list(&s.bridges),
            "give it the bridges of the others, by the same names",
        ),
        ("KVM-20", "shared mounts alike", &|s| list(&s.mounts), "mount there what the others have mounted"),
        ("KVM-03", "distribution alike", &|s| s.release.to_string(), "install the release of the others"),
    ];
    let mut found = Vec::new();
    for (rows, what, show, remedy) in aspects {
        let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (name, state) in hosts {
            groups.entry(show(state)).or_default().push(name);
        }
        // Of two that are as common, the first by its text: the same on every run.
        let usual =
            groups.iter().max_by(|a, b| a.1.len().cmp(&b.1.len()).then(b.0.cmp(a.0))).map(|(shown, _)| shown.clone());
        let odd = groups.iter().filter(|(shown, _)| Some(*shown) != usual.as_ref());
        let odd: Vec<String> = odd.map(|(shown, names)| format!("{}: {shown}", names.join(", "))).collect();
        let outcome = if odd.is_empty() { Outcome::Well } else { Outcome::Wrong };
        let usual = usual.unwrap_or_default();
        let seen = if odd.is_empty() { usual } else { format!("{}; the others: {usual}", odd.join("; ")) };
        let remedy = if odd.is_empty() { String::new() } else { remedy.to_owned() };
        found.push(Finding { rows, what, outcome, seen, remedy });
    }
    found
}

/// Zones of a plan that have containers and no KVM hosts: system machines cannot run in containers (LXC-02).
#[must_use]
pub fn container_zones(plan: &SitePlan) -> Vec<Finding> {
    let mut found = Vec::new();
    for zone in &plan.zones {
        let kinds: BTreeSet<&str> =
            zone.pods.iter().flat_map(|pod| &pod.clusters).map(|cluster| cluster.hypervisor.as_str()).collect();
        if !kinds.contains("LXC") {
            continue;
        }
        let well = kinds.contains("KVM");
        let outcome = if well { Outcome::Well } else { Outcome::Wrong };
        let remedy = if well { String::new() } else { "add a cluster of KVM hosts to the zone".to_owned() };
        let seen = format!("{}: {}", zone.name, kinds.into_iter().collect::<Vec<_>>().join(", "));
        found.push(Finding { rows: "LXC-02", what: "hosts for system machines", outcome, seen, remedy });
    }
    found
}

#[cfg(test)]
mod tests;

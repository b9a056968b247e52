//! What a host is like.

use crate::hosts::{Hosts, run};
use cloudstack_core::base::Mib;
use cloudstack_core::port::driver::{DriverResult, HostTarget};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use super::Properties;

/// Asks for everything in one go. Each part begins with its name after `%%`; a part that cannot be answered is empty.
const SCRIPT: &str = r#"
PATH=$PATH:/usr/sbin:/sbin
exec 2>/dev/null
part() { printf '\n%%%%%s\n' "$1"; }
part arch; uname -m
part kernel; uname -r
part fqdn; hostname --fqdn
part release; cat /etc/os-release
part flags; grep -m 1 -E '^(flags|Features)' /proc/cpuinfo
part kvm; [ -c /dev/kvm ] && echo yes
part memory; grep MemTotal /proc/meminfo
part disk; { df -Pk /var/lib/libvirt/images || df -Pk /var/lib; } | tail -n 1
part nics; for nic in /sys/class/net/*; do [ -e "$nic/device" ] && echo "${nic##*/}"; done
part bridges; for nic in /sys/class/net/*; do [ -d "$nic/bridge" ] && echo "${nic##*/}"; done; timeout 5 ovs-vsctl list-br
part addresses; ip -o addr show | awk '{ print $4 }'
part libvirt; libvirtd --version || virsh --version
part qemu; qemu-system-x86_64 --version || /usr/libexec/qemu-kvm --version || kvm --version
part ovs; ovs-vsctl --version
part time; timedatectl show -p NTPSynchronized --value; timeout 5 chronyc -n tracking | sed -n 's/^Leap status *: *//p'; timeout 5 ntpstat >/dev/null && echo yes
part groups; awk 'NR > 1 { print $1 }' /proc/cgroups; cat /sys/fs/cgroup/cgroup.controllers
part listening; cat /proc/net/tcp /proc/net/tcp6
part guests; for p in /proc/[0-9]*; do read -r name <"$p/comm" && case $name in qemu-system*|qemu-kvm|libvirt_lxc) echo "$name ${p##*/}";; esac; done
part selinux; getenforce
part apparmor; grep -E 'libvirtd|virt-aa-helper' /sys/kernel/security/apparmor/profiles
part mounts; awk '$3 ~ /^(nfs|nfs4|ocfs2|gfs2|ceph)$/ { print $2 }' /proc/mounts
part modules; [ -d /sys/module/bridge ] && echo bridge
part input; iptables -S INPUT
part sudo; cat /etc/sudoers /etc/sudoers.d/* | grep -E '^ *Defaults'
part agent; head -c 65536 /etc/cloudstack/agent/agent.properties
part libvirtd; head -c 65536 /etc/libvirt/libvirtd.conf
part start; cat /etc/sysconfig/libvirtd /etc/default/libvirtd /etc/default/libvirt-bin /etc/init/libvirt-bin.conf | head -c 65536
part consoles; head -c 65536 /etc/libvirt/qemu.conf
exit 0
"#;

/// A version: up to four numbers, compared one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub [u32; 4]);

impl Version {
    /// The first version in a text: `libvirtd (libvirt) 9.0.0` has 9.0.0.
    #[must_use]
    pub fn within(text: &str) -> Option<Self> {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|w| w.contains('.')).find_map(|w| w.parse().ok())
    }
}

impl FromStr for Version {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = [0; 4];
        for (number, word) in numbers.iter_mut().zip(text.trim_matches('.').split('.')) {
            *number = word.parse()?;
        }
        Ok(Self(numbers))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        match d {
            0 => write!(f, "{a}.{b}.{c}"),
            d => write!(f, "{a}.{b}.{c}.{d}"),
        }
    }
}

/// A distribution.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Release {
    /// `debian`, `ubuntu`, `centos`.
    pub id: String,
    /// Its version.
    pub version: String,
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.version)
    }
}

/// What was found on a host. What could not be found is empty or absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HostState {
    /// `x86_64`.
    pub architecture: String,
    /// The kernel's version.
    pub kernel: Option<Version>,
    /// Its full name.
    pub name: String,
    /// Its distribution.
    pub release: Release,
    /// What its processor can do.
    pub flags: BTreeSet<String>,
    /// The kernel offers hardware virtualisation.
    pub kvm: bool,
    /// Its memory.
    pub ram: Mib,
    /// The size of the file system that images lie on.
    pub disk: Mib,
    /// Interfaces with hardware.
    pub nics: BTreeSet<String>,
    /// Bridges, those of Open vSwitch too.
    pub bridges: BTreeSet<String>,
    /// Its addresses.
    pub addresses: BTreeSet<IpAddr>,
    /// The daemon's version.
    pub libvirt: Option<Version>,
    /// QEMU's.
    pub qemu: Option<Version>,
    /// Open vSwitch's.
    pub openvswitch: Option<Version>,
    /// Whether its clock is synchronised, as far as somebody looks after it.
    pub synchronised: Option<bool>,
    /// Controllers of control groups.
    pub groups: BTreeSet<String>,
    /// Addresses and ports that somebody listens on over TCP.
    pub listening: BTreeSet<(IpAddr, u16)>,
    /// Processes that are guests.
    pub guests: Vec<String>,
    /// `Enforcing`, `Permissive`, `Disabled`.
    pub selinux: Option<String>,
    /// AppArmor's profiles about the daemon.
    pub apparmor: Vec<String>,
    /// Where shared file systems are mounted.
    pub mounts: BTreeSet<String>,
    /// The kernel's own bridges are loaded.
    pub bridge_module: bool,
    /// Rules for what comes in, in their order.
    pub input: Vec<String>,
    /// Defaults of sudo.
    pub sudo: Vec<String>,
    /// The agent's properties.
    pub agent: Properties,
    /// The daemon's settings, without quotes.
    pub libvirtd: BTreeMap<String, String>,
    /// How the daemon is started.
    pub start: Vec<String>,
    /// Settings of QEMU guests, without quotes.
    pub consoles: BTreeMap<String, String>,
}

/// Looks at a host. Changes nothing.
///
/// # Errors
/// [`DriverError`](cloudstack_core::port::driver::DriverError) if the host runs no shell.
pub async fn gather(hosts: &dyn Hosts, host: &HostTarget) -> DriverResult<HostState> {
    Ok(HostState::parse(&run(hosts, host, "sh", &["-s"], SCRIPT).await?))
}

impl HostState {
    /// From what the script has printed. What is not understood is left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let parts: BTreeMap<&str, &str> =
            text.split("%%").filter_map(|part| part.split_once('\n')).map(|(name, rest)| (name.trim(), rest)).collect();
        let part = |name: &str| parts.get(name).copied().unwrap_or_default();
        let lines = |name: &str| part(name).lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned);
        let number =
            |name: &str, at: usize| part(name).split_whitespace().nth(at).and_then(|w| w.parse().ok()).unwrap_or(0u64);
        let release = settings(part("release"));
        let times: Vec<String> = lines("time").collect();
        let mut groups: BTreeSet<String> = part("groups").split_whitespace().map(str::to_owned).collect();
        // Version 2 of control groups has these under other names, always.
        if groups.contains("cpu") && groups.contains("memory") && groups.contains("io") {
            groups.extend(["cpuacct", "devices", "freezer"].map(str::to_owned));
        }
        Self {
            architecture: part("arch").trim().to_owned(),
            kernel: Version::within(part("kernel")),
            name: part("fqdn").trim().to_owned(),
            release: Release {
                id: release.get("ID").cloned().unwrap_or_default(),
                version: release.get("VERSION_ID").cloned().unwrap_or_default(),
            },
            flags: part("flags").split_whitespace().skip_while(|w| *w != ":").skip(1).map(str::to_owned).collect(),
            kvm: part("kvm").trim() == "yes",
            ram: Mib(number("memory", 1) >> 10),
            disk: Mib(number("disk", 1) >> 10),
            nics: lines("nics").collect(),
            bridges: lines("bridges").collect(),
            addresses: lines("addresses").filter_map(|l| l.split('/').next()?.parse().ok()).collect(),
            libvirt: Version::within(part("libvirt")),
            qemu: Version::within(part("qemu")),
            openvswitch: Version::within(part("ovs")),
            synchronised: (!times.is_empty()).then(|| times.iter().any(|t| t == "yes" || t == "Normal")),
            groups,
            listening: lines("listening").filter_map(|line| listener(&line)).collect(),
            guests: lines("guests").collect(),
            selinux: lines("selinux").next(),
            apparmor: lines("apparmor").collect(),
            mounts: lines("mounts").collect(),
            bridge_module: part("modules").contains("bridge"),
            input: lines("input").filter(|line| line.starts_with('-')).collect(),
            sudo: lines("sudo").collect(),
            agent: Properties::parse(part("agent")).unwrap_or_default(),
            libvirtd: settings(part("libvirtd")),
            start: lines("start").filter(|l| !l.starts_with('#')).collect(),
            consoles: settings(part("consoles")),
        }
    }
}

/// `name = "value"` lines, without comments and quotes.
fn settings(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().trim_matches('"').to_owned())).collect()
}

/// A line of the kernel's table of connections, if somebody listens there.
fn listener(line: &str) -> Option<(IpAddr, u16)> {
    const LISTENS: &str = "0A";
    let mut words = line.split_whitespace().skip(1);
    let (address, port) = words.next()?.split_once(':')?;
    if words.nth(1)? != LISTENS {
        return None;
    }
    let port = u16::from_str_radix(port, 16).ok()?;
    // Words of four bytes, each in the order of the machine, which is the small end first.
    let word = |at: usize| u32::from_str_radix(address.get(at..at + 8)?, 16).ok().map(u32::swap_bytes);
    let address = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let number =
                [0, 8, 16, 24].into_iter().try_fold(0u128, |all, at| Some(all << 32 | u128::from(word(at)?)))?;
            IpAddr::V6(Ipv6Addr::from(number)).to_canonical()
        }
        _ => return None,
    };
    Some((address, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        let table = [
            ("libvirtd (libvirt) 9.0.0", Some([9, 0, 0, 0])),
            ("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)", Some([7, 2, 22, 0])),
            ("6.1.0-56-cloud-amd64", Some([6, 1, 0, 0])),
            ("ovs-vsctl (Open vSwitch) 1.7.1", Some([1, 7, 1, 0])),
            ("2.6.32-279.el6.x86_64", Some([2, 6, 32, 0])),
            ("command not found", None),
        ];
        for (text, due) in table {
            assert_eq!(Version::within(text), due.map(Version), "{text}");
        }
        assert!(Version([0, 9, 11, 0]) > Version([0, 9, 4, 0]) && Version([1, 0, 0, 0]) > Version([0, 9, 11, 0]));
    }

    #[test]
    fn listeners_are_read_from_the_kernels_table() {
        let line = |local: &str, state: &str| listener(&format!("   0: {local} 00000000:0000 {state} 0 0"));
        assert_eq!(line("0100007F:2026", "0A"), Some(([127, 0, 0, 1].into(), 8230)));
        assert_eq!(line("00000000:1FA0", "0A"), Some(([0, 0, 0, 0].into(), 8096)));
        assert_eq!(line("00000000000000000000000000000000:0016", "0A"), Some((Ipv6Addr::UNSPECIFIED.into(), 22)));
        assert_eq!(line("0000000000000000FFFF00000100007F:0016", "0A"), Some(([127, 0, 0, 1].into(), 22)));
        assert_eq!(line("0100007F:2026", "01"), None);
        assert_eq!(listener("  sl  local_address rem_address   st tx_queue"), None);
    }

    proptest! {
        #[test]
        fn whatever_a_host_prints_is_a_state(text in "(%%(listening|memory|disk|flags|time|agent)\n)?\\PC{0,80}") {
            let _ = HostState::parse(&text);
        }
    }
}

//! Network files of a host, from what its zone's plan says.

use cloudstack_core::plan::site::{SitePlan, Subnet, TrafficKind};
use std::{fmt::Write as _, net::Ipv4Addr};

/// A file to put in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Where.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl TextFile {
    fn new(path: impl Into<String>, lines: &[String]) -> Self {
        Self { path: path.into(), text: lines.iter().map(|line| format!("{line}\n")).collect() }
    }
}

/// A bridge that guests of a host are joined to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedBridge {
    /// Its name: the traffic label (PHYS-07).
    pub name: String,
    /// Its VLAN; the bare cable without.
    pub vlan: Option<u16>,
}

/// How a host is joined to the networks of its zone (KVM-12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostNetwork {
    /// The interface with the cable.
    pub nic: String,
    /// Its hardware address, if files shall say it.
    pub mac: Option<String>,
    /// VLAN of the management network.
    pub vlan: Option<u16>,
    /// The host's address there.
    pub address: Ipv4Addr,
    /// The network.
    pub subnet: Subnet,
    /// Its gateway.
    pub gateway: Ipv4Addr,
    /// Resolvers of the host.
    pub dns: Vec<Ipv4Addr>,
    /// Its domain.
    pub domain: Option<String>,
    /// Bridges for guests. The guides name two, `cloudbr0` for public and `cloudbr1` for private traffic.
    pub bridges: Vec<PlannedBridge>,
    /// Bridges talk with each other to find loops. The guides have it on in one example and off in the other (KVM-15), so it is
    /// said here: on where a second path may exist, off where a port shall forward at once.
    pub spanning_tree: bool,
}

/// A host that the plan says too little about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoNetwork {
    /// It is not in the plan.
    #[error("the plan has no host `{0}`")]
    Host(String),
    /// It has no address.
    #[error("the plan gives host `{0}` no address")]
    Address(String),
}

impl HostNetwork {
    /// What the plan says of this host, on the cable of this interface.
    ///
    /// # Errors
    /// [`NoNetwork`].
    pub fn of(plan: &SitePlan, host: &str, nic: &str) -> Result<Self, NoNetwork> {
        let all = plan.clusters().flat_map(|(zone, pod, cluster)| cluster.all_hosts().map(move |h| (zone, pod, h)));
        let (zone, pod, planned) =
            all.into_iter().find(|(_, _, h)| h.name() == host).ok_or_else(|| NoNetwork::Host(host.to_owned()))?;
        let address = planned.address.ok_or_else(|| NoNetwork::Address(host.to_owned()))?;
        let traffic = || zone.physical_networks.iter().flat_map(|network| &network.traffic);
        let label = |kind, usual: &str| {
            let named = traffic().find(|t| t.kind == kind).and_then(|t| t.label.clone());
            named.unwrap_or_else(|| usual.to_owned())
        };
        let public = zone.public.first().map(|range| range.vlan);
        let shared = zone.guest_networks.first().map(|network| network.vlan);
        let guest = pod.guest.as_ref().map(|range| range.vlan.or(pod.vlan)).or(shared).unwrap_or_default();
        let mut bridges = Vec::new();
        if let Some(vlan) = public {
            bridges.push(PlannedBridge { name: label(TrafficKind::Public, "cloudbr0"), vlan });
        }
        let guests = PlannedBridge { name: label(TrafficKind::Guest, "cloudbr1"), vlan: guest };
        if bridges.iter().all(|bridge| bridge.name != guests.name) {
            bridges.push(guests);
        }
        Ok(Self {
            nic: nic.to_owned(),
            mac: None,
            vlan: pod.vlan,
            address,
            subnet: pod.subnet,
            gateway: pod.gateway,
            dns: [zone.internal_dns1, zone.internal_dns2].into_iter().flatten().collect(),
            domain: zone.network_domain.clone(),
            bridges,
            spanning_tree: false,
        })
    }

    fn on(&self, vlan: Option<u16>) -> String {
        vlan.map_or_else(|| self.nic.clone(), |vlan| format!("{}.{vlan}", self.nic))
    }

    fn addressed(&self) -> [String; 3] {
        let mask = self.subnet.netmask();
        [format!("IPADDR={}", self.address), format!("GATEWAY={}", self.gateway), format!("NETMASK={mask}")]
    }

    /// `ifcfg` files of the Red Hat family, with the kernel's bridges (KVM-13).
    #[must_use]
    pub fn red_hat(&self) -> Vec<TextFile> {
        let line = |text: &str| text.to_owned();
        let path = |device: &str| format!("/etc/sysconfig/network-scripts/ifcfg-{device}");
        let ethernet = |device: &str| {
            let mut lines = vec![format!("DEVICE={device}")];
            lines.extend(self.mac.iter().map(|mac| format!("HWADDR={mac}")));
            lines.extend(["ONBOOT=yes", "HOTPLUG=no", "BOOTPROTO=none", "TYPE=Ethernet"].map(line));
            lines
        };
        let mut files = Vec::new();
        // The cable first, then each VLAN on it; what is untagged is said with the cable itself.
        let mut devices = vec![None];
        for vlan in std::iter::once(self.vlan).chain(self.bridges.iter().map(|b| b.vlan)) {
            if !devices.contains(&vlan) {
                devices.push(vlan);
            }
        }
        for vlan in devices {
            let device = self.on(vlan);
            let mut lines = ethernet(&device);
            if vlan.is_some() {
                lines.push(line("VLAN=yes"));
            }
            if vlan == self.vlan {
                lines.extend(self.addressed());
            }
            if let Some(bridge) = self.bridges.iter().find(|b| b.vlan == vlan) {
                lines.push(format!("BRIDGE={}", bridge.name));
            }
            files.push(TextFile::new(path(&device), &lines));
        }
        let stp = format!("STP={}", if self.spanning_tree { "yes" } else { "no" });
        for bridge in &self.bridges {
            let mut lines = vec![format!("DEVICE={}", bridge.name)];
            lines.extend(
                ["TYPE=Bridge", "ONBOOT=yes", "BOOTPROTO=none", "IPV6INIT=no", "IPV6_AUTOCONF=no", "DELAY=5"].map(line),
            );
            lines.push(stp.clone());
            files.push(TextFile::new(path(&bridge.name), &lines));
        }
        files
    }

    /// `/etc/network/interfaces` of the Debian family, with the kernel's bridges (KVM-14).
    #[must_use]
    pub fn debian(&self) -> TextFile {
        let device = self.on(self.vlan);
        let mut out = String::from("auto lo\niface lo inet loopback\n");
        let mut put = |text: String| {
            let _infallible = writeln!(out, "{text}");
        };
        put(format!("\n# Management network\nauto {device}\niface {device} inet static"));
        put(format!("    address {}\n    netmask {}", self.address, self.subnet.netmask()));
        put(format!("    gateway {}", self.gateway));
        if !self.dns.is_empty() {
            let all: Vec<String> = self.dns.iter().map(Ipv4Addr::to_string).collect();
            put(format!("    dns-nameservers {}", all.join(" ")));
        }
        if let Some(domain) = &self.domain {
            put(format!("    dns-domain {domain}"));
        }
        for bridge in &self.bridges {
            put(format!("\nauto {name}\niface {name} inet manual", name = bridge.name));
            put(format!("    bridge_ports {}\n    bridge_fd 5", self.on(bridge.vlan)));
            put(format!("    bridge_stp {}\n    bridge_maxwait 1", if self.spanning_tree { "on" } else { "off" }));
        }
        TextFile { path: "/etc/network/interfaces".to_owned(), text: out }
    }

    /// Commands that set up Open vSwitch: one bridge on the cable that lets the VLANs through, and a bridge of its own for each
    /// (KVM-17).
    #[must_use]
    pub fn openvswitch_commands(&self) -> Vec<String> {
        let trunk = "cloudbr";
        let all: Vec<(&str, Option<u16>)> = std::iter::once(("mgmt0", self.vlan))
            .chain(self.bridges.iter().map(|bridge| (bridge.name.as_str(), bridge.vlan)))
            .collect();
        let tags: Vec<String> = all.iter().filter_map(|(_, vlan)| vlan.map(|v| v.to_string())).collect();
        let mut commands =
            vec![format!("ovs-vsctl add-br {trunk}"), format!("ovs-vsctl add-port {trunk} {}", self.nic)];
        if !tags.is_empty() {
            commands.push(format!("ovs-vsctl set port {trunk} trunks={}", tags.join(",")));
        }
        let below = |(name, vlan): &(&str, Option<u16>)| match vlan {
            Some(vlan) => format!("ovs-vsctl add-br {name} {trunk} {vlan}"),
            None => format!("ovs-vsctl add-br {name} {trunk} 0"),
        };
        commands.extend(all.iter().map(below));
        commands
    }

    /// `ifcfg` files of the Red Hat family for Open vSwitch, and what keeps the kernel's bridges out of its way (KVM-18). They
    /// need the `ifup-ovs` and `ifdown-ovs` scripts that come with it.
    #[must_use]
    pub fn openvswitch_red_hat(&self) -> Vec<TextFile> {
        let line = |text: &str| text.to_owned();
        let path = |device: &str| format!("/etc/sysconfig/network-scripts/ifcfg-{device}");
        let mut cable = vec![format!("DEVICE={}", self.nic)];
        cable.extend(self.mac.iter().map(|mac| format!("HWADDR={mac}")));
        cable.extend(["ONBOOT=yes", "HOTPLUG=no", "BOOTPROTO=none", "TYPE=Ethernet"].map(line));
        let mut files = vec![TextFile::new(path(&self.nic), &cable)];
        let names = ["cloudbr", "mgmt0"].into_iter().chain(self.bridges.iter().map(|b| b.name.as_str()));
        for name in names {
            let addressed = name == "mgmt0";
            let way = if addressed { "BOOTPROTO=static" } else { "BOOTPROTO=none" };
            let mut lines = vec![format!("DEVICE={name}")];
            lines.extend(["ONBOOT=yes", "HOTPLUG=no", way, "DEVICETYPE=ovs", "TYPE=OVSBridge"].map(line));
            if addressed {
                lines.extend(self.addressed());
            }
            files.push(TextFile::new(path(name), &lines));
        }
        files.push(TextFile::new("/etc/modprobe.d/cloudstack-openvswitch.conf", &[line("blacklist bridge")]));
        files
    }
}

/// A script that puts files in place and restarts the network, and puts the old ones back unless `CONFIRM` comes into being within
/// this many seconds (KVM-16). A host that has cut itself off comes back; reach it by IPMI or iLO if it does not.
///
/// With `ROOT` set, files go below that folder. `restart` is the command that makes the network read them.
#[must_use]
pub fn with_way_back(files: &[TextFile], restart: &str, seconds: u32) -> String {
    let mut out = format!(
        "#!/bin/sh\n\
         # Have another way to this host (IPMI, iLO) before you run this.\n\
         # When you reach it with the new network: touch \"$CONFIRM\" within {seconds} seconds.\n\
         set -u\n\
         root=${{ROOT:-}}\n\
         confirm=${{CONFIRM:-/run/cloudstack-network-is-well}}\n\
         rm -f \"$confirm\"\n\
         old=$(mktemp -d) || exit 1\n\
         new() {{ mkdir -p \"$root$(dirname \"$1\")\" && [ ! -e \"$root$1\" ] || cp -p \"$root$1\" \"$old/$2\"; cat >\"$root$1\"; }}\n\
         back() {{ if [ -e \"$old/$2\" ]; then cp -p \"$old/$2\" \"$root$1\"; else rm -f \"$root$1\"; fi; }}\n"
    );
    let mut back = String::new();
    for (number, file) in files.iter().enumerate() {
        let path = file.path.replace('\'', r"'\''");
        let _infallible = write!(out, "new '{path}' {number} <<'CLOUDSTACK_END'\n{}CLOUDSTACK_END\n", file.text);
        let _infallible = writeln!(back, "back '{path}' {number}");
    }
    let _infallible = write!(
        out,
        "{restart}\n\
         left={seconds}\n\
         while [ \"$left\" -gt 0 ] && [ ! -e \"$confirm\" ]; do sleep 1; left=$((left - 1)); done\n\
         if [ -e \"$confirm\" ]; then\n\
         \x20   echo 'the new network stays'\n\
         \x20   rm -rf \"$old\"\n\
         \x20   exit 0\n\
         fi\n\
         {back}{restart}\n\
         echo 'nobody has confirmed the new network: the old one is back'\n\
         rm -rf \"$old\"\n\
         exit 1\n"
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// The worked example of the guides.
    fn example() -> HostNetwork {
        HostNetwork {
            nic: "eth0".into(),
            mac: Some("00:04:00:00:00:01".into()),
            vlan: Some(100),
            address: [192, 168, 42, 11].into(),
            subnet: "192.168.42.0/24".parse().unwrap(),
            gateway: [192, 168, 42, 1].into(),
            dns: vec![[8, 8, 8, 8].into(), [8, 8, 4, 4].into()],
            domain: Some("lab.example.org".into()),
            bridges: vec![
                PlannedBridge { name: "cloudbr0".into(), vlan: Some(200) },
                PlannedBridge { name: "cloudbr1".into(), vlan: Some(300) },
            ],
            spanning_tree: true,
        }
    }

    fn shown(files: &[TextFile]) -> String {
        let short = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        files.iter().map(|file| format!("[{}]\n{}", short(&file.path), file.text)).collect()
    }

    /// Proves: KVM-12, KVM-13
    #[test]
    fn files_of_the_red_hat_family_to_the_letter() {
        let due = "\
[ifcfg-eth0]
DEVICE=eth0
HWADDR=00:04:00:00:00:01
ONBOOT=yes
HOTPLUG=no
BOOTPROTO=none
TYPE=Ethernet
[ifcfg-eth0.100]
DEVICE=eth0.100
HWADDR=00:04:00:00:00:01
ONBOOT=yes
HOTPLUG=no
BOOTPROTO=none
TYPE=Ethernet
VLAN=yes
IPADDR=192.168.42.11
GATEWAY=192.168.42.1
NETMASK=255.255.255.0
[ifcfg-eth0.200]
DEVICE=eth0.200
HWADDR=00:04:00:00:00:01
ONBOOT=yes
HOTPLUG=no
BOOTPROTO=none
TYPE=Ethernet
VLAN=yes
BRIDGE=cloudbr0
[ifcfg-eth0.300]
DEVICE=eth0.300
HWADDR=00:04:00:00:00:01
ONBOOT=yes
HOTPLUG=no
BOOTPROTO=none
TYPE=Ethernet
VLAN=yes
BRIDGE=cloudbr1
[ifcfg-cloudbr0]
DEVICE=cloudbr0
TYPE=Bridge
ONBOOT=yes
BOOTPROTO=none
IPV6INIT=no
IPV6_AUTOCONF=no
DELAY=5
STP=yes
[ifcfg-cloudbr1]
DEVICE=cloudbr1
TYPE=Bridge
ONBOOT=yes
BOOTPROTO=none
IPV6INIT=no
IPV6_AUTOCONF=no
DELAY=5
STP=yes
";
        assert_eq!(shown(&example().red_hat()), due);
    }

    /// Proves: KVM-12, KVM-14, KVM-15
    #[test]
    fn the_file_of_the_debian_family_to_the_letter() {
        let due = "\
auto lo
iface lo inet loopback

# Management network
auto eth0.100
iface eth0.100 inet static
    address 192.168.42.11
    netmask 255.255.255.0
    gateway 192.168.42.1
    dns-nameservers 8.8.8.8 8.8.4.4
    dns-domain lab.example.org

auto cloudbr0
iface cloudbr0 inet manual
    bridge_ports eth0.200
    bridge_fd 5
    bridge_stp off
    bridge_maxwait 1

auto cloudbr1
iface cloudbr1 inet manual
    bridge_ports eth0.300
    bridge_fd 5
    bridge_stp off
    bridge_maxwait 1
";
        let off = HostNetwork { spanning_tree: false, ..example() };
        assert_eq!(off.debian().text, due);
        // Said on purpose, and then the same in both families.
        assert_eq!(example().debian().text, due.replace("bridge_stp off", "bridge_stp on"));
        assert_eq!(shown(&off.red_hat()).matches("STP=no").count(), 2);
        assert_eq!(shown(&example().red_hat()).matches("STP=yes").count(), 2);
    }

    /// Proves: KVM-17, KVM-18
    #[test]
    fn open_vswitch_to_the_letter() {
        let due = [
            "ovs-vsctl add-br cloudbr",
            "ovs-vsctl add-port cloudbr eth0",
            "ovs-vsctl set port cloudbr trunks=100,200,300",
            "ovs-vsctl add-br mgmt0 cloudbr 100",
            "ovs-vsctl add-br cloudbr0 cloudbr 200",
            "ovs-vsctl add-br cloudbr1 cloudbr 300",
        ];
        assert_eq!(example().openvswitch_commands(), due);
        let bridge = |name: &str, way: &str, more: &str| {
            format!(
                "[ifcfg-{name}]\nDEVICE={name}\nONBOOT=yes\nHOTPLUG=no\nBOOTPROTO={way}\nDEVICETYPE=ovs\nTYPE=OVSBridge\n{more}"
            )
        };
        let due = [
            "[ifcfg-eth0]\nDEVICE=eth0\nHWADDR=00:04:00:00:00:01\nONBOOT=yes\nHOTPLUG=no\nBOOTPROTO=none\nTYPE=Ethernet\n".to_owned(),
            bridge("cloudbr", "none", ""),
            bridge("mgmt0", "static", "IPADDR=192.168.42.11\nGATEWAY=192.168.42.1\nNETMASK=255.255.255.0\n"),
            bridge("cloudbr0", "none", ""),
            bridge("cloudbr1", "none", ""),
            "[cloudstack-openvswitch.conf]\nblacklist bridge\n".to_owned(),
        ];
        assert_eq!(shown(&example().openvswitch_red_hat()), due.concat());
    }

    #[test]
    fn a_host_without_tags_has_everything_on_the_cable() {
        let bridges = vec![PlannedBridge { name: "cloudbr0".into(), vlan: None }];
        let plain = HostNetwork { vlan: None, mac: None, bridges, ..example() };
        let files = plain.red_hat();
        assert_eq!(files.len(), 2);
        assert!(
            files[0].text.contains("BRIDGE=cloudbr0\n")
                && files[0].text.contains("IPADDR=")
                && !files[0].text.contains("VLAN")
        );
        assert!(!plain.openvswitch_commands().iter().any(|c| c.contains("trunks")));
    }

    #[test]
    fn the_plan_says_how_a_host_is_joined() {
        let plan = SitePlan::from_toml(
            "name = \"s\"\n[[zones]]\nname = \"z\"\nkind = \"Advanced\"\ninternal_dns1 = \"192.168.42.2\"\n\
             public = [{ subnet = \"203.0.113.0/24\", gateway = \"203.0.113.1\", vlan = 200, addresses = \"203.0.113.10-20\" }]\n\
             [[zones.physical_networks]]\nname = \"lan\"\ntraffic = [{ kind = \"Management\" }, { kind = \"Public\", label = \"pub0\" }, { kind = \"Guest\" }]\n\
             vlans = \"300-399\"\n[[zones.pods]]\nname = \"p\"\nsubnet = \"192.168.42.0/24\"\ngateway = \"192.168.42.1\"\nvlan = 100\n\
             [[zones.pods.clusters]]\nname = \"c\"\nhypervisor = \"KVM\"\n[[zones.pods.clusters.hosts]]\nname = \"kvm#\"\ncount = 2\n\
             addresses = \"192.168.42.11\"\ncores = 4\nspeed = \"2000 MHz\"\nram = \"8 GiB\"\n",
        )
        .unwrap();
        let network = HostNetwork::of(&plan, "kvm1", "eth0").unwrap();
        let due = HostNetwork {
            mac: None,
            dns: vec![[192, 168, 42, 2].into()],
            domain: None,
            spanning_tree: false,
            bridges: vec![
                PlannedBridge { name: "pub0".into(), vlan: Some(200) },
                // Guest networks of an advanced zone bring their own tags.
                PlannedBridge { name: "cloudbr1".into(), vlan: None },
            ],
            ..example()
        };
        assert_eq!(network, due);
        assert_eq!(HostNetwork::of(&plan, "kvm2", "eth0"), Err(NoNetwork::Address("kvm2".into())));
        assert_eq!(HostNetwork::of(&plan, "kvm9", "eth0"), Err(NoNetwork::Host("kvm9".into())));
    }

    /// Proves: KVM-16
    #[test]
    fn a_network_that_nobody_confirms_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("etc")).unwrap();
        let read = |name: &str| std::fs::read_to_string(root.join(name)).ok();
        let file = |path: &str, text: &str| TextFile { path: path.into(), text: text.into() };
        let files = [file("/etc/old", "new $text `x`\n"), file("/etc/more/fresh", "fresh\n")];
        // What the restart sees is written down; with `well` somebody reaches the host and says so.
        let run = |well: bool| {
            std::fs::write(root.join("etc/old"), "old\n").unwrap();
            let restart =
                format!("cat \"$ROOT/etc/old\" >>\"$ROOT/seen\"{}", if well { "; touch \"$CONFIRM\"" } else { "" });
            let script = with_way_back(&files, &restart, 1);
            assert!(script.contains("IPMI"), "it says to have another way first");
            let mut command = Command::new("sh");
            command.args(["-c", &script]).env("ROOT", root).env("CONFIRM", root.join("well"));
            command.output().unwrap().status.success()
        };
        assert!(!run(false));
        assert_eq!((read("etc/old"), read("etc/more/fresh")), (Some("old\n".into()), None));
        assert_eq!(read("seen").as_deref(), Some("new $text `x`\nold\n"), "the network was restarted with each");
        assert!(run(true));
        assert_eq!(
            (read("etc/old").as_deref(), read("etc/more/fresh").as_deref()),
            (Some("new $text `x`\n"), Some("fresh\n"))
        );
    }
}

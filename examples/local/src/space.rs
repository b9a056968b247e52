//! The place a cloud stands in: two hosts, the cables between them, an office and a world outside, each a network namespace.
//!
//! ```text
//!   world 203.0.113.1 and 198.51.100.10          desk 172.31.0.1 (here)
//!     |                                            |
//!   pub0 --------+------------------+            mgmt0 ------+----------------+-------------- office 172.31.0.13
//!                |                  |                        |                |               (10.77.0.2 in the
//!         kvm1 cloudbr-pub   kvm2 cloudbr-pub          kvm1 172.31.0.11  kvm2 172.31.0.12      shared network)
//! ```

use crate::failure::{Failure, Result};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Command, Stdio};

/// Where everything lies; a file system of its own in memory, that goes with its namespace.
pub(crate) const FOLDER: &str = "/run/local-cloud";
/// The names of the hosts, with their management addresses.
pub(crate) const HOSTS: [(&str, Ipv4Addr); 2] =
    [("kvm1", Ipv4Addr::new(172, 31, 0, 11)), ("kvm2", Ipv4Addr::new(172, 31, 0, 12))];
/// The management address of where the cloud is decided.
pub(crate) const DESK: Ipv4Addr = Ipv4Addr::new(172, 31, 0, 1);
/// What joins the hosts, as switches and cables do.
const SWITCH: &str = "switch";
/// Whatever is not the cloud.
pub(crate) const WORLD: &str = "world";
/// The world's end of the public network: the gateway of public addresses.
pub(crate) const WORLD_GATEWAY: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
/// A web site in the world.
pub(crate) const SITE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, 10), 80);
/// A computer on the shared network that is no guest of the cloud.
pub(crate) const OFFICE: &str = "office";
/// Its address there.
pub(crate) const OFFICE_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
/// Its end of the tunnels between hosts.
pub(crate) const OFFICE_TUNNEL: Ipv4Addr = Ipv4Addr::new(172, 31, 0, 13);
/// The VXLAN id of the shared network.
pub(crate) const SHARED_TAG: u32 = 5500;
/// The bridge of each host that carries the public network.
pub(crate) const PUBLIC_BRIDGE: &str = "cloudbr-pub";
/// Room for the outer header of a tunnel.
const UNDERLAY_MTU: &str = "1600";

/// Words that run a command in a namespace.
pub(crate) fn words(namespace: &str) -> [String; 3] {
    ["nsenter".into(), format!("--net=/run/netns/{namespace}"), "--".into()]
}

/// Makes the place. The namespaces of mounts, processes and networks that this process is in are its own.
pub(crate) fn make(guest: &Path) -> Result<()> {
    let kept: Vec<_> = crate::image::FILES
        .iter()
        .map(|name| Ok((name, std::fs::read(guest.join(name)).map_err(Failure::at(guest.join(name).display()))?)))
        .collect::<Result<_>>()?;
    run("mount", &["-t", "tmpfs", "-o", "mode=755", "local-cloud", "/run"])?;
    let folder = Path::new(FOLDER);
    for part in ["/run/netns", FOLDER, &format!("{FOLDER}/guest")] {
        std::fs::create_dir(part).map_err(Failure::at(part))?;
    }
    for (name, bytes) in kept {
        std::fs::write(folder.join("guest").join(name), bytes).map_err(Failure::at(name))?;
    }
    networks()
}

fn networks() -> Result<()> {
    ip("link set lo up")?;
    for namespace in HOSTS.map(|(name, _)| name).into_iter().chain([SWITCH, WORLD, OFFICE]) {
        ip(&format!("netns add {namespace}"))?;
        ip(&format!("-n {namespace} link set lo up"))?;
    }
    for bridge in ["mgmt0", "pub0"] {
        ip(&format!("-n {SWITCH} link add {bridge} type bridge"))?;
        ip(&format!("-n {SWITCH} link set {bridge} mtu {UNDERLAY_MTU} up"))?;
    }
    plug("desk", "", "eth0", "mgmt0")?;
    ip(&format!("addr add {DESK}/24 dev eth0"))?;
    for (host, address) in HOSTS {
        plug(&format!("{host}-m"), host, "eth0", "mgmt0")?;
        ip(&format!("-n {host} addr add {address}/24 dev eth0"))?;
        ip(&format!("-n {host} link add {PUBLIC_BRIDGE} type bridge"))?;
        ip(&format!("-n {host} link set {PUBLIC_BRIDGE} up"))?;
        plug(&format!("{host}-p"), host, "eth1", "pub0")?;
        ip(&format!("-n {host} link set eth1 master {PUBLIC_BRIDGE}"))?;
        for name in ["net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"] {
            let filtered = inside(host, "sysctl", &["-qw", &format!("{name}=1")]);
            filtered
                .map_err(|e| e.remedy("sudo modprobe br_netfilter; security groups are not enforced without it"))?;
        }
    }
    plug(WORLD, WORLD, "eth0", "pub0")?;
    ip(&format!("-n {WORLD} addr add {WORLD_GATEWAY}/24 dev eth0"))?;
    ip(&format!("-n {WORLD} addr add {}/32 dev lo", SITE.ip()))?;
    office()
}

/// The office has a tunnel to each host, as another host would.
fn office() -> Result<()> {
    plug(OFFICE, OFFICE, "eth0", "mgmt0")?;
    ip(&format!("-n {OFFICE} addr add {OFFICE_TUNNEL}/24 dev eth0"))?;
    let tunnel = format!("type vxlan id {SHARED_TAG} local {OFFICE_TUNNEL} dstport 4789");
    ip(&format!("-n {OFFICE} link add lan0 mtu 1500 {tunnel}"))?;
    for (_, host) in HOSTS {
        inside(OFFICE, "bridge", &["fdb", "append", "00:00:00:00:00:00", "dev", "lan0", "dst", &host.to_string()])?;
    }
    ip(&format!("-n {OFFICE} addr add {OFFICE_ADDRESS}/24 dev lan0"))?;
    ip(&format!("-n {OFFICE} link set lan0 up"))
}

/// A cable from an interface of a namespace (none: this one) to a bridge of the switch.
fn plug(port: &str, namespace: &str, nic: &str, bridge: &str) -> Result<()> {
    let here = if namespace.is_empty() { String::new() } else { format!("netns {namespace}") };
    ip(&format!("link add p-{port} netns {SWITCH} mtu {UNDERLAY_MTU} type veth peer name {nic} {here}"))?;
    ip(&format!("-n {SWITCH} link set p-{port} master {bridge} up"))?;
    let there = if namespace.is_empty() { String::new() } else { format!("-n {namespace} ") };
    ip(&format!("{there}link set {nic} mtu {UNDERLAY_MTU} up"))
}

/// What a careless person might do on the first host while nobody watches: every rule for guests' frames is gone.
pub(crate) fn tamper() -> Result<()> {
    HOSTS.iter().try_for_each(|(host, _)| inside(host, "iptables", &["-F"]).map(drop))
}

fn ip(words: &str) -> Result<()> {
    run("ip", &words.split_whitespace().collect::<Vec<_>>()).map(drop)
}

/// Runs a program in a namespace, and gives what it printed.
pub(crate) fn inside(namespace: &str, program: &str, arguments: &[&str]) -> Result<String> {
    let by = words(namespace);
    let [first, rest @ ..] = &by;
    let rest: Vec<&str> = rest.iter().map(String::as_str).chain([program]).chain(arguments.iter().copied()).collect();
    run(first, &rest)
}

fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let ended = Command::new(program).args(arguments).stdin(Stdio::null()).output().map_err(Failure::at(program))?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(Failure::new(format!("`{program} {}`: {}", arguments.join(" "), said.trim())))
}

/// Does something on a thread that is in a namespace: sockets it opens are there, and stay there.
pub(crate) fn on<T: Send + 'static>(namespace: &str, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let path = format!("/run/netns/{namespace}");
    let thread = std::thread::spawn(move || {
        let file = std::fs::File::open(&path).map_err(Failure::at(&path))?;
        move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network)).map_err(Failure::at(&path))?;
        Ok(work())
    });
    thread.join().unwrap_or_else(|_| Err(Failure::new("what was done in a namespace has panicked")))
}

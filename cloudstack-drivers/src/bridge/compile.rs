//! From the links of a host and a domain to the lines that are missing. Pure.

use super::config::{BridgeConfig, Peers};
use cloudstack_core::{model::infra::Isolation, port::driver::BroadcastDomain, rules::ir::Tap};
use serde::Deserialize;
use std::{collections::BTreeSet, net::IpAddr};

/// A link of a host, as `ip -json -details link` tells it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Link {
    pub(super) ifname: String,
    #[serde(default)]
    pub(super) master: Option<String>,
    #[serde(default)]
    pub(super) flags: Vec<String>,
    #[serde(default)]
    linkinfo: LinkInfo,
    /// Told where the kernel has IPv6.
    #[serde(default)]
    inet6_addr_gen_mode: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct LinkInfo {
    #[serde(default)]
    info_kind: String,
}

/// A domain cannot be on this host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoDomain {
    #[error(
        "network {0} is untagged, and its physical network has no traffic label for this kind of host: label it with a bridge"
    )]
    NoLabel(String),
    #[error("there is no bridge `{0}` for the untagged network; there are: {1}")]
    NoBridge(String, String),
    #[error("there is no interface `{0}` to carry VLANs; there are: {1}")]
    NoTrunk(String, String),
    #[error("bridge `{0}` has no interface that can carry VLANs, or several: name one as its trunk")]
    Unclear(String),
    #[error("`{0}` is too long a name to carry VLAN {1}: bridge `br{0}-{1}` would have more than 15 characters")]
    LongName(String, u32),
}

/// What carries a domain on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Carrier {
    /// A bridge of the operator's.
    Given {
        bridge: String,
    },
    Vxlan {
        bridge: String,
        device: String,
        vni: u32,
    },
    Vlan {
        bridge: String,
        device: String,
        trunk: String,
        tag: u32,
    },
}

impl Carrier {
    pub(super) fn bridge(&self) -> &str {
        match self {
            Self::Given { bridge } | Self::Vxlan { bridge, .. } | Self::Vlan { bridge, .. } => bridge,
        }
    }
}

fn known<'a>(links: &'a [Link], name: &str) -> Option<&'a Link> {
    links.iter().find(|link| link.ifname == name)
}

fn names(links: &[Link], of: impl Fn(&Link) -> bool) -> String {
    let names: Vec<&str> = links.iter().filter(|link| of(link)).map(|link| link.ifname.as_str()).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

fn is(link: &Link, kind: &str) -> bool {
    link.linkinfo.info_kind == kind
}

/// What carries this domain on a host with these links.
pub(super) fn carrier(links: &[Link], domain: &BroadcastDomain, config: &BridgeConfig) -> Result<Carrier, NoDomain> {
    let label = domain.label.as_deref();
    match (domain.tag, domain.isolation) {
        (Some(vni), Isolation::Vxlan) => {
            Ok(Carrier::Vxlan { bridge: format!("brvx-{vni}"), device: format!("vxlan{vni}"), vni })
        }
        (Some(tag), Isolation::Vlan) => {
            let label = label.ok_or_else(|| NoDomain::NoLabel(domain.network.to_string()))?;
            let trunk = trunk(links, label, config)?;
            let (bridge, device) = (format!("br{trunk}-{tag}"), format!("{trunk}.{tag}"));
            if bridge.len() > 15 {
                return Err(NoDomain::LongName(trunk, tag));
            }
            Ok(Carrier::Vlan { bridge, device, trunk, tag })
        }
        (None, _) => {
            let bridge = label.ok_or_else(|| NoDomain::NoLabel(domain.network.to_string()))?.to_owned();
            match known(links, &bridge) {
                Some(link) if is(link, "bridge") => Ok(Carrier::Given { bridge }),
                _ => Err(NoDomain::NoBridge(bridge, names(links, |link| is(link, "bridge")))),
            }
        }
    }
}

/// The device that carries the VLANs of a label.
fn trunk(links: &[Link], label: &str, config: &BridgeConfig) -> Result<String, NoDomain> {
    let named = config.trunks.get(label).map_or(label, String::as_str);
    let none = || NoDomain::NoTrunk(named.to_owned(), names(links, |link| !is(link, "tun") && link.ifname != "lo"));
    let link = known(links, named).ok_or_else(none)?;
    if !is(link, "bridge") {
        return Ok(named.to_owned());
    }
    let inside = |link: &&Link| link.master.as_deref() == Some(named) && !is(link, "tun");
    let mut ports = links.iter().filter(inside);
    match (ports.next(), ports.next()) {
        (Some(port), None) => Ok(port.ifname.clone()),
        _ => Err(NoDomain::Unclear(named.to_owned())),
    }
}

/// Lines for `ip` and for `bridge`, in the order they must be sent: first, second, and the rest of the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) make: Vec<String>,
    pub(super) peers: Vec<String>,
    pub(super) join: Vec<String>,
}

/// What must be said for this interface to be in this carrier. `reached` is where the carrier's VXLAN floods to as it is.
pub(super) fn join(
    links: &[Link],
    carrier: &Carrier,
    tap: Tap,
    own: IpAddr,
    reached: &BTreeSet<IpAddr>,
    config: &BridgeConfig,
) -> Lines {
    let mut lines = Lines::default();
    let quiet = links.iter().any(|link| link.inet6_addr_gen_mode.is_some());
    let mut made = |name: &str, line: String| {
        lines.make.push(line);
        if quiet {
            lines.make.push(format!("link set dev {name} addrgenmode none"));
        }
    };
    let was = known(links, tap.as_str()).and_then(|link| link.master.clone());
    let up = |name: &str| known(links, name).is_some_and(|link| link.flags.iter().any(|flag| flag == "UP"));
    let inside = |name: &str| known(links, name).and_then(|link| link.master.as_deref());
    let (bridge, tap) = (carrier.bridge(), tap.as_str());
    let mut ports = Vec::new();
    if known(links, bridge).is_none() {
        let mtu = config.mtu.map(|mtu| format!(" mtu {mtu}")).unwrap_or_default();
        made(bridge, format!("link add name {bridge}{mtu} type bridge"));
    }
    match carrier {
        Carrier::Given { .. } => {}
        Carrier::Vxlan { device, vni, .. } => {
            if known(links, device).is_none() {
                made(device, vxlan(device, *vni, own, config));
            }
            lines.peers = peers(device, own, reached, config);
            ports.push(device.as_str());
        }
        Carrier::Vlan { device, trunk, tag, .. } => {
            if known(links, device).is_none() {
                made(device, format!("link add link {trunk} name {device} type vlan id {tag}"));
            }
            ports.push(device);
        }
    }
    if known(links, tap).is_none() {
        made(tap, format!("tuntap add dev {tap} mode tap"));
    }
    if !up(bridge) {
        lines.join.push(format!("link set dev {bridge} up"));
    }
    for port in ports.into_iter().chain([tap]) {
        if inside(port) != Some(bridge) {
            lines.join.push(format!("link set dev {port} master {bridge}"));
        }
        if !up(port) {
            lines.join.push(format!("link set dev {port} up"));
        }
    }
    if let Some(left) = was.filter(|left| left != bridge) {
        lines.join.extend(emptied(links, &left, tap));
    }
    lines
}

fn vxlan(device: &str, vni: u32, own: IpAddr, config: &BridgeConfig) -> String {
    let mtu = config.mtu.map(|mtu| format!(" mtu {mtu}")).unwrap_or_default();
    let line = format!("link add name {device}{mtu} type vxlan id {vni} dstport {} local {own}", config.port);
    match &config.peers {
        Peers::Listed(_) => line,
        Peers::Group { group, device } => format!("{line} group {group} dev {device}"),
    }
}

/// Where frames for all are not sent yet, and where no more.
fn peers(device: &str, own: IpAddr, reached: &BTreeSet<IpAddr>, config: &BridgeConfig) -> Vec<String> {
    let Peers::Listed(peers) = &config.peers else { return Vec::new() };
    let due: BTreeSet<IpAddr> = peers.iter().copied().filter(|peer| *peer != own).collect();
    let line = |verb: &str, peer: &IpAddr| format!("fdb {verb} 00:00:00:00:00:00 dev {device} dst {peer}");
    let added = due.difference(reached).map(|peer| line("append", peer));
    added.chain(reached.difference(&due).map(|peer| line("del", peer))).collect()
}

/// What must be said for this interface to be gone, and what was made for it if it was the last.
pub(super) fn part(links: &[Link], tap: Tap) -> Vec<String> {
    let Some(link) = known(links, tap.as_str()) else {
        // A call that was cut short may have left a bridge with nothing in it.
        return Vec::new();
    };
    let mut lines = vec![format!("link del dev {}", link.ifname)];
    lines.extend(link.master.as_deref().map(|bridge| emptied(links, bridge, tap.as_str())).unwrap_or_default());
    lines
}

/// Takes a bridge away that was made for guests, if nothing but its own device is in it.
fn emptied(links: &[Link], bridge: &str, leaving: &str) -> Vec<String> {
    let Some((trunk, tag)) = bridge.strip_prefix("br").and_then(|rest| rest.rsplit_once('-')) else {
        return Vec::new();
    };
    if tag.is_empty() || !tag.bytes().all(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let own = if trunk == "vx" { format!("vxlan{tag}") } else { format!("{trunk}.{tag}") };
    let stays = |link: &&Link| link.master.as_deref() == Some(bridge) && link.ifname != leaving && link.ifname != own;
    if known(links, &own).is_none() || links.iter().any(|link| stays(&link)) {
        return Vec::new();
    }
    vec![format!("link del dev {own}"), format!("link del dev {bridge}")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::id::{EntityId, NetworkId};

    fn link(name: &str, kind: &str, master: Option<&str>) -> Link {
        Link {
            ifname: name.into(),
            master: master.map(str::to_owned),
            flags: vec!["UP".into()],
            linkinfo: LinkInfo { info_kind: kind.into() },
            inet6_addr_gen_mode: None,
        }
    }

    fn domain(isolation: Isolation, tag: Option<u32>, label: Option<&str>) -> BroadcastDomain {
        let label = label.map(str::to_owned);
        BroadcastDomain { network: NetworkId::from_u128(7), isolation, tag, label }
    }

    fn own() -> IpAddr {
        [192, 0, 2, 1].into()
    }

    fn config() -> BridgeConfig {
        let peers = [1, 2, 3].map(|n| IpAddr::from([192, 0, 2, n])).to_vec();
        BridgeConfig { peers: Peers::Listed(peers), ..BridgeConfig::default() }
    }

    #[test]
    fn the_first_interface_makes_what_its_domain_needs() {
        let carrier = carrier(&[], &domain(Isolation::Vxlan, Some(5_001), None), &config()).unwrap();
        let lines = join(&[], &carrier, "vnet0".parse().unwrap(), own(), &BTreeSet::new(), &config());
        assert_eq!(
            lines.make,
            [
                "link add name brvx-5001 type bridge",
                "link add name vxlan5001 type vxlan id 5001 dstport 4789 local 192.0.2.1",
                "tuntap add dev vnet0 mode tap",
            ]
        );
        assert_eq!(
            lines.peers,
            [
                "fdb append 00:00:00:00:00:00 dev vxlan5001 dst 192.0.2.2",
                "fdb append 00:00:00:00:00:00 dev vxlan5001 dst 192.0.2.3",
            ]
        );
        assert_eq!(lines.join[0], "link set dev brvx-5001 up");
        assert_eq!(lines.join.len(), 5);
    }

    #[test]
    fn what_is_as_it_should_be_is_not_said_again() {
        let links = [
            link("brvx-5001", "bridge", None),
            link("vxlan5001", "vxlan", Some("brvx-5001")),
            link("vnet0", "tun", Some("brvx-5001")),
        ];
        let carrier = carrier(&links, &domain(Isolation::Vxlan, Some(5_001), None), &config()).unwrap();
        let reached = [2, 3].map(|n| IpAddr::from([192, 0, 2, n])).into();
        let lines = join(&links, &carrier, "vnet0".parse().unwrap(), own(), &reached, &config());
        assert_eq!(lines, Lines::default());
        // A peer that is no longer listed is forgotten.
        let reached = [2, 3, 9].map(|n| IpAddr::from([192, 0, 2, n])).into();
        let lines = join(&links, &carrier, "vnet0".parse().unwrap(), own(), &reached, &config());
        assert_eq!(lines.peers, ["fdb del 00:00:00:00:00:00 dev vxlan5001 dst 192.0.2.9"]);
    }

    #[test]
    fn carriers_and_refusals() {
        let links = [
            link("lo", "", None),
            link("eth0", "", Some("cloudbr0")),
            link("cloudbr0", "bridge", None),
            link("vnet9", "tun", Some("cloudbr0")),
            link("storage-trunk", "", None),
            link("br9", "bridge", None),
        ];
        let vlan =
            Carrier::Vlan { bridge: "breth0-100".into(), device: "eth0.100".into(), trunk: "eth0".into(), tag: 100 };
        let table = [
            (domain(Isolation::Vlan, Some(100), Some("eth0")), Ok(vlan.clone())),
            (domain(Isolation::Vlan, Some(100), Some("cloudbr0")), Ok(vlan)),
            (domain(Isolation::Vlan, None, Some("cloudbr0")), Ok(Carrier::Given { bridge: "cloudbr0".into() })),
            (domain(Isolation::Vlan, Some(100), Some("br9")), Err(NoDomain::Unclear("br9".into()))),
            (
                domain(Isolation::Vxlan, None, Some("cloudbr1")),
                Err(NoDomain::NoBridge("cloudbr1".into(), "cloudbr0, br9".into())),
            ),
            (
                domain(Isolation::Vlan, None, Some("eth0")),
                Err(NoDomain::NoBridge("eth0".into(), "cloudbr0, br9".into())),
            ),
            (
                domain(Isolation::Vlan, Some(4_094), Some("storage-trunk")),
                Err(NoDomain::LongName("storage-trunk".into(), 4_094)),
            ),
        ];
        for (domain, due) in table {
            assert_eq!(carrier(&links, &domain, &BridgeConfig::default()), due, "{domain:?}");
        }
        let missing = carrier(&links, &domain(Isolation::Vlan, Some(1), Some("eth7")), &BridgeConfig::default());
        assert!(missing.unwrap_err().to_string().contains("there are: eth0, cloudbr0"));
        let unlabelled = carrier(&links, &domain(Isolation::Vlan, None, None), &BridgeConfig::default());
        assert!(matches!(unlabelled, Err(NoDomain::NoLabel(_))));
    }

    #[test]
    fn the_last_interface_takes_everything_with_it() {
        let mut links = vec![
            link("brvx-5", "bridge", None),
            link("vxlan5", "vxlan", Some("brvx-5")),
            link("vnet0", "tun", Some("brvx-5")),
            link("vnet1", "tun", Some("brvx-5")),
            link("cloudbr0", "bridge", None),
            link("vnet2", "tun", Some("cloudbr0")),
        ];
        let tap = |name: &str| name.parse::<Tap>().unwrap();
        assert_eq!(part(&links, tap("vnet0")), ["link del dev vnet0"]);
        links.retain(|link| link.ifname != "vnet1");
        assert_eq!(part(&links, tap("vnet0")), ["link del dev vnet0", "link del dev vxlan5", "link del dev brvx-5"]);
        assert_eq!(part(&links, tap("vnet2")), ["link del dev vnet2"]);
        assert!(part(&links, tap("vnet7")).is_empty());
    }
}

//! Interfaces, addresses, routes and limits, as commands of a shell. What each of them does may be repeated.

use super::{Unfit, v4};
use cloudstack_core::base::id::{EntityId, NetworkId};
use cloudstack_core::port::driver::RouterSpec;
use cloudstack_core::rules::router::{PublicAddress, Router};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::IpAddr;

/// The guests' side and the world's, inside a router. Public VLANs other than the untagged one have a suffix.
pub(super) const GUESTS: &str = "eth0";
pub(super) const WORLD: &str = "eth2";

/// The interface of a public VLAN.
pub(in crate::router) fn device(vlan: Option<u32>) -> String {
    vlan.map_or_else(|| WORLD.to_owned(), |vlan| format!("{WORLD}.{vlan}"))
}

/// What connections are marked with that keep to a public VLAN.
pub(super) fn mark(vlan: Option<u32>) -> u32 {
    vlan.map_or(1, |vlan| vlan + 2)
}

/// The routing table of a mark.
fn table(mark: u32) -> u32 {
    10_000 + mark
}

/// Forty-eight bits of a network's id that tell it from others: the random ones.
const fn short(network: u128) -> u64 {
    (network as u64) & 0xffff_ffff_ffff
}

/// The name of a router's interface to its guests, on the host.
pub(in crate::router) fn guest_tap(network: NetworkId) -> String {
    format!("vrg{:012x}", short(network.to_u128()))
}

/// The name of a router's interface to a public VLAN, on the host.
pub(in crate::router) fn world_tap(network: NetworkId, vlan: Option<u32>) -> String {
    format!("{}{:03x}", world_taps(network), vlan.map_or(0xfff, |vlan| vlan & 0xfff))
}

/// How all of those begin.
pub(in crate::router) fn world_taps(network: NetworkId) -> String {
    format!("vrp{:09x}", short(network.to_u128()) & 0xf_ffff_ffff)
}

/// The folder of a router.
pub(in crate::router) fn folder(network: NetworkId) -> String {
    format!("vr-{:012x}", short(network.to_u128()))
}

/// The gateway's hardware address: the same for the life of a network, so that guests need not ask again after a repair.
fn gateway_mac(network: NetworkId) -> String {
    let [_, _, a, b, c, d, e, f] = short(network.to_u128()).to_be_bytes();
    // Locally administered, of one interface; the first byte of the id loses two bits to that.
    format!("{:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}", (a & 0xfc) | 0x02)
}

/// The VLANs that public addresses live on.
pub(in crate::router) fn vlans(router: &Router) -> BTreeSet<Option<u32>> {
    router.public.values().map(|public| public.vlan).collect()
}

fn main(router: &Router) -> Option<(&IpAddr, &PublicAddress)> {
    let by_source = router.source_nat.and_then(|address| router.public.get_key_value(&address));
    by_source.or_else(|| router.public.first_key_value())
}

/// The VLAN by which everything leaves that no other says anything of.
pub(super) fn main_vlan(router: &Router) -> Option<u32> {
    main(router).and_then(|(_, public)| public.vlan)
}

/// Makes the guests' side. `$T` is its name on the host.
pub(in crate::router) fn guests(spec: &RouterSpec, mtu: Option<u16>, offload: bool) -> Result<String, Unfit> {
    let gateway = v4("gateway", spec.network.gateway)?;
    let mac = gateway_mac(spec.network.id);
    let mut out = format!("veth {} {GUESTS} {mac}\n", guest_tap(spec.network.id));
    device_up(&mut out, GUESTS, mtu, offload);
    let _ = writeln!(out, "addresses {GUESTS} {gateway}/{}", spec.network.cidr.prefix_len());
    Ok(out)
}

fn device_up(out: &mut String, device: &str, mtu: Option<u16>, offload: bool) {
    if let Some(mtu) = mtu {
        let _ = writeln!(out, "ns ip link set {device} mtu {mtu}");
    }
    if !offload {
        let _ = writeln!(out, "ns ethtool -K {device} tx off >/dev/null");
    }
    let _ = writeln!(out, "ns ip link set {device} up");
}

/// Makes the public side. `bridges` are those that an interface's end on the host joins here; others are joined elsewhere.
pub(in crate::router) fn world(
    spec: &RouterSpec,
    bridges: &BTreeMap<Option<u32>, &str>,
    offload: bool,
) -> Result<String, Unfit> {
    let router = &spec.rules;
    let mut out = String::new();
    let devices: Vec<String> = vlans(router).into_iter().map(device).collect();
    let _ = writeln!(out, "only {WORLD} {}", devices.join(" "));
    for vlan in vlans(router) {
        let (device, tap) = (device(vlan), world_tap(spec.network.id, vlan));
        let _ = writeln!(out, "veth {tap} {device} ''");
        if let Some(bridge) = bridges.get(&vlan) {
            let _ = writeln!(out, "ip link set {tap} master {bridge}\nip link set {tap} up");
        }
        device_up(&mut out, &device, None, offload);
        // The address that others are seen under comes first, and so is the one that the router itself speaks from.
        let mut here: Vec<_> = router.public.iter().filter(|(_, public)| public.vlan == vlan).collect();
        here.sort_by_key(|(address, _)| Some(**address) != router.source_nat);
        let mut list = String::new();
        for (address, public) in here {
            let _ = write!(list, " {}/{}", v4("public address", *address)?, public.subnet.prefix_len());
        }
        let _ = writeln!(out, "addresses {device}{list}");
    }
    routes(spec, &mut out)?;
    limits(spec, &devices, &mut out);
    Ok(out)
}

fn routes(spec: &RouterSpec, out: &mut String) -> Result<(), Unfit> {
    let router = &spec.rules;
    let Some((address, public)) = main(router) else {
        out.push_str("ns ip route del default 2>/dev/null || :\n");
        return Ok(());
    };
    let gateway = v4("public gateway", public.gateway)?;
    let by = device(public.vlan);
    let _ = writeln!(out, "ns ip route replace default via {gateway} dev {by} onlink src {address}");
    for vlan in vlans(router).into_iter().filter(|vlan| *vlan != public.vlan) {
        let Some(other) = router.public.values().find(|p| p.vlan == vlan) else { continue };
        let (mark, by, gateway) = (mark(vlan), device(vlan), v4("public gateway", other.gateway)?);
        let table = table(mark);
        let _ = writeln!(out, "ns ip route replace default via {gateway} dev {by} onlink table {table}");
        let _ = writeln!(out, "ns ip route replace {} dev {GUESTS} table {table}", spec.network.cidr.trunc());
        let _ = writeln!(out, "marked {mark} {table}");
    }
    Ok(())
}

/// What guests send and are sent is slowed where it leaves the router: towards the world, and towards them.
fn limits(spec: &RouterSpec, devices: &[String], out: &mut String) {
    for device in devices.iter().map(String::as_str).chain([GUESTS]) {
        match spec.rate {
            Some(rate) => {
                // A hundredth of a second's worth, and never less than a few large packets.
                let burst = (u64::from(rate) * 1_250).max(65_536);
                let _ = writeln!(
                    out,
                    "ns tc qdisc replace dev {device} root tbf rate {rate}mbit burst {burst}b latency 50ms"
                );
            }
            None => {
                let _ = writeln!(out, "ns tc qdisc del dev {device} root 2>/dev/null || :");
            }
        }
    }
}

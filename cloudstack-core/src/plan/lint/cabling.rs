//! Switches, uplinks, storage networks: what fails when one part of it does?

use super::{Found, Rule, Subject, subject::At};
use crate::plan::site::{Pod, PrimaryStorage, StorageNetwork};

pub(super) const RULES: &[Rule] = &[
    Rule { id: "PLAN-02", title: "where several management servers stand by, nothing else is single", check: pairs },
    Rule { id: "GNET-10", title: "a pod's switches have uplinks for their traffic", check: uplinks },
    Rule { id: "PLAN-03", title: "a storage network is laid as its protocol wants it", check: storage_networks },
];

/// A plan with one management server is a small one, and may be single throughout.
fn pairs(s: &Subject<'_>, found: &mut Found<'_>) {
    if s.plan.management_servers.len() < 2 {
        return;
    }
    if s.plan.balancer.as_ref().is_some_and(|balancer| balancer.nodes < 2) {
        let message = "one balancer in front of several management servers: nobody reaches them when it fails";
        found.warning("balancer.nodes", message).suggest("use a pair");
    }
    for z in s.zones().filter(|z| z.it.core_switches == Some(1)) {
        let message = format!("one core switch: zone `{}` stops when it does", z.it.name);
        found
            .warning(format!("{}.core_switches", z.place), message)
            .suggest("use two and a protocol such as VRRP between them");
    }
    for p in s.pods().into_iter().filter(|p| p.it.access.is_some_and(|access| access.switches < 2)) {
        let message = format!("one access switch: pod `{}` stops when it does", p.it.name);
        found.warning(format!("{}.access.switches", p.place), message).suggest("use a pair");
    }
    for (h, _) in s.host_groups().into_iter().filter(|(h, _)| h.it.nics == Some(1)) {
        let message = format!("`{}` hangs on one switch", h.it.name);
        found
            .warning(format!("{}.nics", h.place), message)
            .suggest("give each server two NICs, and connect them to two switches");
    }
}

fn uplinks(s: &Subject<'_>, found: &mut Found<'_>) {
    for p in s.pods() {
        let Some(access) = p.it.access else { continue };
        let place = |field: &str| format!("{}.access.{field}", p.place);
        if access.uplinks == 0 {
            let message = format!("the switches of pod `{}` lead nowhere", p.it.name);
            found.error(place("uplinks"), message).suggest("give each switch one uplink or more");
        } else if access.uplink_gbit < access.port_gbit.saturating_mul(10) && access.switches > 1 {
            let message = format!(
                "uplinks of {} Gbit/s carry management, public and guest traffic of ports of {} Gbit/s",
                access.uplink_gbit, access.port_gbit
            );
            let text = format!("use uplinks of {} Gbit/s", access.port_gbit.saturating_mul(10));
            found.advice(place("uplink_gbit"), message).suggest(text);
        }
    }
}

fn storage_networks(s: &Subject<'_>, found: &mut Found<'_>) {
    for p in s.pods().into_iter().filter(|p| !p.it.storage_networks.is_empty()) {
        let networks = &p.it.storage_networks;
        apart(&p, networks, found);
        nics(&p, networks, found);
        let pools = p.it.clusters.iter().flat_map(|cluster| &cluster.primary_storage).chain(&p.zone.primary_storage);
        for pool in pools {
            by_protocol(&p, pool, networks, found);
        }
    }
}

fn apart(p: &At<'_, Pod>, networks: &[StorageNetwork], found: &mut Found<'_>) {
    for (n, network) in networks.iter().enumerate() {
        let place = format!("{}.storage_networks[{n}]", p.place);
        let own = (p.it.subnet, "the pod's".to_owned());
        let before = networks[..n].iter().enumerate().map(|(m, other)| (other.subnet, format!("that of number {m}")));
        if let Some((subnet, whose)) = [own].into_iter().chain(before).find(|(net, _)| net.overlaps(&network.subnet)) {
            let message = format!("{} overlaps {subnet}, {whose}", network.subnet);
            found.error(format!("{place}.subnet"), message).suggest("give each network a subnet of its own");
        }
        if !network.subnet.contains(network.gateway) {
            let message = format!("{} is outside of {}", network.gateway, network.subnet);
            found.error(format!("{place}.gateway"), message).suggest("give each network a gateway of its own");
        }
    }
}

/// Two NICs to the pod's switches and two to those of the storage, however many networks they make.
fn nics(p: &At<'_, Pod>, networks: &[StorageNetwork], found: &mut Found<'_>) {
    let storage: u8 = networks.iter().map(|network| network.nics).fold(0, u8::saturating_add);
    if storage < 2 {
        let message = format!("{storage} NIC for storage: every machine stops when it, its cable or its switch does");
        let text = "use two: bonded on one network, or one each on two";
        found.warning(format!("{}.storage_networks", p.place), message).suggest(text);
    }
    for (c, cluster) in p.it.clusters.iter().enumerate() {
        for (h, hosts) in cluster.hosts.iter().enumerate() {
            let Some(nics) = hosts.nics.filter(|nics| *nics < storage.saturating_add(2)) else { continue };
            let message = format!("`{}` has {nics} NICs, {storage} of them for storage", hosts.name);
            found
                .error(format!("{}.clusters[{c}].hosts[{h}].nics", p.place), message)
                .suggest(format!("give each server {}: two for the pod's switches", storage.saturating_add(2)));
        }
    }
}

fn by_protocol(p: &At<'_, Pod>, pool: &PrimaryStorage, networks: &[StorageNetwork], found: &mut Found<'_>) {
    let place = format!("{}.storage_networks", p.place);
    match (pool.protocol.as_str(), networks) {
        ("NetworkFilesystem", [_, _, ..]) => {
            let message = format!("`{}` is NFS, which uses one network", pool.name);
            found.error(place, message).suggest("bond the NICs: one subnet, one gateway");
        }
        ("IscsiLUN", [_]) => {
            let message = format!("`{}` is iSCSI on one network", pool.name);
            let text = "two networks, each with a subnet and a gateway of its own, give it two paths";
            found.advice(place, message).suggest(text);
        }
        _ => {}
    }
    let server: Option<std::net::Ipv4Addr> = pool.server.as_deref().and_then(|server| server.parse().ok());
    if let Some(server) = server.filter(|server| !networks.iter().any(|network| network.subnet.contains(*server))) {
        let message = format!("`{}` is at {server}, which is on no storage network", pool.name);
        found
            .warning(format!("{}.storage_networks", p.place), message)
            .suggest("give the server an address there, or leave the networks out");
    }
}

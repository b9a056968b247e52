//! Physical networks, what they carry, and the ranges of addresses and VLANs on them.

use super::place::subnet;
use super::{Ask, Fault, Look, Object, address, binds, has_keyword, need_name, owner, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::write::Shown;
use cloudstack_core::base::id::{EntityId, IpRangeId, NetworkId, PhysicalNetworkId, PodId, ZoneId};
use cloudstack_core::flow::infra::{AddIpRange, AddPhysicalNetwork, AddVlanRange};
use cloudstack_core::flow::network::AddGuestRange;
use cloudstack_core::model::infra::{IpRange, Isolation, PhysicalNetwork, Purpose, Traffic, TrafficKind};
use std::collections::{BTreeMap, BTreeSet};

binds! {
    "listPhysicalNetworks" read list_networks;
    "createPhysicalNetwork" act create_network, show_network;
    "updatePhysicalNetwork" act update_network, show_network;
    "listTrafficTypes" read list_traffic;
    "listTrafficTypeImplementors" read list_implementors;
    "listVlanIpRanges" read list_ranges;
    "createVlanIpRange" act create_range, show_range;
    "listStorageNetworkIpRange" read list_storage_ranges;
    "createStorageNetworkIpRange" act create_storage_range, show_storage_range;
    "listNetworkServiceProviders" read list_providers;
    "listSupportedNetworkServices" read list_services;
}

fn list_networks(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (id, zone) = (ask.args.id::<PhysicalNetworkId>("id"), ask.args.id::<ZoneId>("zoneid"));
    let rows = ask.view().physical_networks().iter().filter(|network| {
        id.is_none_or(|id| id == network.id)
            && zone.is_none_or(|zone| zone == network.zone)
            && says(ask, "name", network.name.as_str())
            && has_keyword(ask, network.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, network| network_fields(look, network, o));
    Ok(())
}

fn show_network(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    let row = look.view.physical_network(PhysicalNetworkId::from_u128(id));
    row.map(|network| network_fields(look, network, o)).is_some()
}

const fn isolation(kind: Isolation) -> &'static str {
    match kind {
        Isolation::Vlan => "VLAN",
        Isolation::Vxlan => "VXLAN",
    }
}

fn network_fields(look: Look<'_>, network: &PhysicalNetwork, o: &mut Object<'_>) {
    o.id("id", network.id);
    o.put("name", network.name.as_str());
    o.put("broadcastdomainrange", "ZONE");
    o.id("zoneid", network.zone);
    o.put("zonename", look.view.zone(network.zone).map(|z| z.name.as_str()));
    o.put("state", "Enabled");
    let ranges = look.view.vlan_ranges().by("physical_network", network.id);
    let vlans: Vec<String> = ranges.map(|r| format!("{}-{}", r.first, r.last)).collect();
    o.put("vlan", if vlans.is_empty() { None } else { Some(vlans.join(",")) });
    o.put("isolationmethods", isolation(network.isolation));
}

/// `100-199`, or `100`.
fn span(param: &str, text: &str) -> Result<(u32, u32), Fault> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let read = |part: &str| part.trim().parse().map_err(|_| Fault::invalid(param, text, "give first-last"));
    Ok((read(first)?, read(last)?))
}

async fn create_network(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["domainid", "tags", "networkspeed"])?;
    let isolation = match args.texts("isolationmethods") {
        [] => Isolation::Vlan,
        [one] if one.eq_ignore_ascii_case("vlan") => Isolation::Vlan,
        [one] if one.eq_ignore_ascii_case("vxlan") => Isolation::Vxlan,
        many => return Err(Fault::invalid("isolationmethods", &many.join(","), "give VLAN or VXLAN")),
    };
    let vlans = args.text("vlan").map(|text| span("vlan", text)).transpose()?;
    // What it carries is told when it is made; here it can carry everything.
    let traffic = TrafficKind::ALL.iter().map(|kind| Traffic { kind: *kind, labels: BTreeMap::new() }).collect();
    let (zone, name) = (args.need("zoneid")?, need_name(ask, "name")?);
    let done = ask.make(AddPhysicalNetwork { zone, name, traffic, isolation }).await?;
    if let Some(((first, last), id)) = vlans.zip(done.id) {
        let physical_network = PhysicalNetworkId::from_u128(id);
        ask.also(AddVlanRange { physical_network, first, last }).await?;
    }
    Ok(done)
}

async fn update_network(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["tags", "networkspeed"])?;
    let physical_network = args.need::<PhysicalNetworkId>("id")?;
    if !says(ask, "state", "Enabled") {
        return Err(Fault::invalid("state", args.text("state").unwrap_or(""), "physical networks are always Enabled"));
    }
    let text = args.text("vlan").ok_or_else(|| Fault::missing("vlan"))?;
    let known: BTreeSet<(u32, u32)> =
        ask.view().vlan_ranges().by("physical_network", physical_network).map(|r| (r.first, r.last)).collect();
    // The request names all ranges; those that are there already stay.
    let all = text.split(',').map(|part| span("vlan", part)).collect::<Result<BTreeSet<_>, _>>()?;
    if let Some((first, last)) = known.difference(&all).next() {
        return Err(Fault::refused(format!("parameter `vlan`: range {first}-{last} cannot be taken away here")));
    }
    let mut done = Done::default().about(physical_network);
    for (first, last) in all.difference(&known).copied() {
        done = ask.act(AddVlanRange { physical_network, first, last }, physical_network).await?;
    }
    match done.job {
        None => Err(Fault::refused("parameter `vlan`: these ranges are there already")),
        Some(_) => Ok(done),
    }
}

fn list_traffic(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let id = ask.args.need::<PhysicalNetworkId>("physicalnetworkid")?;
    let network = ask.view().physical_network(id);
    let rows: Vec<&Traffic> = network.into_iter().flat_map(|n| &n.traffic).collect();
    reply.all(rows, |o, traffic| {
        o.put("traffictype", traffic.kind.as_str());
        o.id("physicalnetworkid", id);
        for (hypervisor, field) in
            [("XenServer", "xennetworklabel"), ("KVM", "kvmnetworklabel"), ("VMware", "vmwarenetworklabel")]
        {
            o.put(field, traffic.labels.get(hypervisor));
        }
    });
    Ok(())
}

fn list_implementors(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let rows = TrafficKind::ALL.iter().filter(|kind| says(ask, "traffictype", kind.as_str())).collect();
    reply.all(rows, |o, kind: &TrafficKind| {
        o.put("traffictype", kind.as_str());
        o.put("traffictypeimplementor", "VirtualRouter");
    });
    Ok(())
}

fn list_ranges(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, zone) = (args.id::<IpRangeId>("id"), args.id::<ZoneId>("zoneid"));
    let (pod, network) = (args.id::<PodId>("podid"), args.id::<NetworkId>("networkid"));
    let rows = ask.view().ip_ranges().iter().filter(|range| {
        matches!(range.purpose, Purpose::Public | Purpose::Guest)
            && id.is_none_or(|id| id == range.id)
            && zone.is_none_or(|zone| zone == range.zone)
            && pod.is_none_or(|pod| range.pod == Some(pod))
            && network.is_none_or(|network| range.network == Some(network))
            && args.flag("forvirtualnetwork").is_none_or(|on| on == (range.purpose == Purpose::Public))
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, range| range_fields(look, range, o));
    Ok(())
}

fn show_range(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.ip_range(IpRangeId::from_u128(id)).map(|range| range_fields(look, range, o)).is_some()
}

fn range_fields(look: Look<'_>, range: &IpRange, o: &mut Object<'_>) {
    o.id("id", range.id);
    o.put("forvirtualnetwork", range.purpose == Purpose::Public);
    o.id("zoneid", range.zone);
    o.put("vlan", range.vlan.map_or_else(|| "vlan://untagged".to_owned(), |vlan| format!("vlan://{vlan}")));
    if let Some(account) = range.account {
        owner(look, account, o);
    }
    o.maybe("podid", range.pod);
    o.put("podname", range.pod.and_then(|pod| look.view.pod(pod)).map(|p| p.name.as_str()));
    o.put("gateway", Shown(range.gateway));
    o.put("netmask", Shown(range.subnet.netmask()));
    o.put("cidr", Shown(range.subnet));
    o.put("startip", Shown(range.first));
    o.put("endip", Shown(range.last));
    o.maybe("networkid", range.network);
    o.put("forsystemvms", false);
}

async fn create_range(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["account", "projectid", "domainid", "startipv6", "endipv6", "ip6gateway", "ip6cidr", "provider"])?;
    let first = address(ask, "startip")?.ok_or_else(|| Fault::missing("startip"))?;
    let last = address(ask, "endip")?.unwrap_or(first);
    let gateway = address(ask, "gateway")?;
    let subnet = gateway.zip(args.text("netmask")).map(|(gateway, mask)| subnet(gateway, mask)).transpose()?;
    let pod = args.id::<PodId>("podid");
    if let Some(network) = args.id::<NetworkId>("networkid") {
        return ask.make(AddGuestRange { network, pod, subnet, gateway, first, last }).await;
    }
    if args.flag("forvirtualnetwork") == Some(false) {
        return Err(Fault::missing("networkid"));
    }
    let vlan = match args.text("vlan").map(|text| text.trim_start_matches("vlan://")) {
        None => None,
        Some(text) if text.eq_ignore_ascii_case("untagged") => None,
        Some(text) => Some(text.parse().map_err(|_| Fault::invalid("vlan", text, "give a VLAN id, or untagged"))?),
    };
    let (gateway, subnet) = gateway.zip(subnet).ok_or_else(|| Fault::missing("gateway"))?;
    let zone = match (args.id::<ZoneId>("zoneid"), args.id::<PhysicalNetworkId>("physicalnetworkid")) {
        (Some(zone), _) => zone,
        (None, Some(id)) => ask.view().physical_network(id).map(|n| n.zone).ok_or_else(|| Fault::missing("zoneid"))?,
        (None, None) => return Err(Fault::missing("zoneid")),
    };
    ask.make(AddIpRange { zone, pod: None, purpose: Purpose::Public, vlan, subnet, gateway, first, last }).await
}

fn list_storage_ranges(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, zone, pod) = (args.id::<IpRangeId>("id"), args.id::<ZoneId>("zoneid"), args.id::<PodId>("podid"));
    let rows = ask.view().ip_ranges().iter().filter(|range| {
        range.purpose == Purpose::Storage
            && id.is_none_or(|id| id == range.id)
            && zone.is_none_or(|zone| zone == range.zone)
            && pod.is_none_or(|pod| range.pod == Some(pod))
    });
    reply.list(Page::of(ask, None, rows)?, |o, range| storage_range_fields(range, o));
    Ok(())
}

fn show_storage_range(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.ip_range(IpRangeId::from_u128(id)).map(|range| storage_range_fields(range, o)).is_some()
}

fn storage_range_fields(range: &IpRange, o: &mut Object<'_>) {
    o.id("id", range.id);
    o.put("vlan", range.vlan);
    o.maybe("podid", range.pod);
    o.put("startip", Shown(range.first));
    o.put("endip", Shown(range.last));
    o.put("gateway", Shown(range.gateway));
    o.id("zoneid", range.zone);
    o.put("netmask", Shown(range.subnet.netmask()));
}

async fn create_storage_range(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let pod = args.need::<PodId>("podid")?;
    let zone = ask.view().pod(pod).map(|p| p.zone).ok_or_else(|| Fault::missing("podid"))?;
    let gateway = address(ask, "gateway")?.ok_or_else(|| Fault::missing("gateway"))?;
    let first = address(ask, "startip")?.ok_or_else(|| Fault::missing("startip"))?;
    let last = address(ask, "endip")?.unwrap_or(first);
    let vlan = args.count("vlan")?.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let subnet = subnet(gateway, args.need_text("netmask")?)?;
    let purpose = Purpose::Storage;
    ask.make(AddIpRange { zone, pod: Some(pod), purpose, vlan, subnet, gateway, first, last }).await
}

/// The kinds of device that network offerings name, with the services they give.
fn devices<'v>(ask: &'v Ask<'_>) -> BTreeMap<&'v str, BTreeSet<&'v str>> {
    let mut devices: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for offering in ask.view().network_offerings().iter() {
        for (service, device) in &offering.services {
            devices.entry(device).or_default().insert(service);
        }
    }
    devices
}

fn list_providers(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let network = ask.args.id::<PhysicalNetworkId>("physicalnetworkid");
    let named = devices(ask).into_iter().filter(|(name, _)| says(ask, "name", name) && says(ask, "state", "Enabled"));
    let named: Vec<_> = named.collect();
    let networks = ask.view().physical_networks().iter().filter(|n| network.is_none_or(|id| id == n.id));
    let rows: Vec<_> =
        networks.flat_map(|n| named.iter().map(move |(name, services)| (n.id, *name, services))).collect();
    reply.all(rows, |o, (network, name, services)| {
        o.put("name", name);
        o.id("physicalnetworkid", network);
        o.put("state", "Enabled");
        // A device of a kind has no row of its own here: the network and the kind are what there is to name it by.
        o.put("id", Shown(format_args!("{network}/{name}")));
        o.texts("servicelist", services);
        o.put("canenableindividualservice", true);
    });
    Ok(())
}

fn list_services(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let mut services: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (device, of) in devices(ask) {
        for service in of {
            services.entry(service).or_default().insert(device);
        }
    }
    let rows: Vec<_> = services
        .into_iter()
        .filter(|(service, devices)| {
            let gives = |name: &str| devices.iter().any(|d| d.eq_ignore_ascii_case(name));
            says(ask, "service", service) && ask.args.text("provider").is_none_or(gives)
        })
        .collect();
    reply.all(rows, |o, (service, devices)| {
        o.put("name", service);
        o.each("provider", devices, |o, device| o.put("name", device));
    });
    Ok(())
}

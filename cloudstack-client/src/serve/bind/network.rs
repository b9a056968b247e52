//! Guest networks and interfaces.

use super::offering::services;
use super::{Ask, Fault, Look, Object, address, binds, has_keyword, need_name, owner, refuse, says, tagged, tags};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use crate::serve::write::{Alike, Shown};
use cloudstack_core::base::id::{EntityId, NetworkId, NetworkOfferingId, NicId, PhysicalNetworkId, VmId, ZoneId};
use cloudstack_core::flow::network::{AddNetwork, DeleteNetwork};
use cloudstack_core::model::network::{GuestType, Network, Nic};

binds! {
    "listNetworks" read list_networks;
    "createNetwork" act create, show_network;
    "deleteNetwork" act delete;
    "listNics" read list_nics;
}

const fn guest(network: &Network) -> &'static str {
    match network.guest {
        GuestType::Shared => "Shared",
        GuestType::Isolated => "Isolated",
    }
}

/// Networks of accounts in scope, and those that are everybody's.
fn in_scope(ask: &Ask<'_>, scope: &Scope, network: &Network) -> bool {
    network.account.is_none_or(|account| scope.holds(ask.view(), account))
}

fn list_networks(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let scope = Scope::of(ask)?;
    let (id, zone) = (args.id::<NetworkId>("id"), args.id::<ZoneId>("zoneid"));
    let physical = args.id::<PhysicalNetworkId>("physicalnetworkid");
    let offering = args.id::<NetworkOfferingId>("networkofferingid");
    let services = args.texts("supportedservices");
    let rows = ask.view().networks().iter().filter(|network| {
        let offered = || ask.view().network_offering(network.offering);
        id.is_none_or(|id| id == network.id)
            && in_scope(ask, &scope, network)
            && tagged(ask, network.id)
            && zone.is_none_or(|zone| zone == network.zone)
            && physical.is_none_or(|physical| physical == network.physical_network)
            && offering.is_none_or(|offering| offering == network.offering)
            && says(ask, "name", network.name.as_str())
            && says(ask, "type", guest(network))
            && says(ask, "traffictype", "Guest")
            && says(ask, "acltype", if network.account.is_some() { "Account" } else { "Domain" })
            && !args.is("issystem")
            && !args.is("forvpc")
            && !args.has("vpcid")
            && services.iter().all(|s| offered().is_some_and(|o| o.services.keys().any(|k| k.eq_ignore_ascii_case(s))))
            && has_keyword(ask, network.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, network| network_fields(look, network, o));
    Ok(())
}

fn show_network(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.network(NetworkId::from_u128(id)).map(|network| network_fields(look, network, o)).is_some()
}

fn network_fields(look: Look<'_>, network: &Network, o: &mut Object<'_>) {
    let offering = look.view.network_offering(network.offering);
    o.id("id", network.id);
    o.put("name", network.name.as_str());
    o.put("displaytext", network.name.as_str());
    o.put("broadcastdomaintype", "Vlan");
    o.put("traffictype", "Guest");
    o.put("gateway", Shown(network.gateway));
    o.put("netmask", Shown(network.cidr.netmask()));
    o.put("cidr", Shown(network.cidr));
    o.id("zoneid", network.zone);
    let zone = look.view.zone(network.zone);
    o.put("zonename", zone.map(|z| z.name.as_str()));
    o.id("networkofferingid", network.offering);
    o.put("networkofferingname", offering.map(|o| o.name.as_str()));
    o.put("networkofferingdisplaytext", offering.map(|o| o.name.as_str()));
    o.put("networkofferingconservemode", true);
    o.put("networkofferingavailability", "Optional");
    o.put("issystem", false);
    o.put("state", network.state.as_str());
    o.id("related", network.id);
    let vlan = network.vlan.map(|vlan| format!("vlan://{vlan}"));
    o.put("broadcasturi", vlan.as_ref());
    let mut servers = zone.into_iter().flat_map(|z| &z.dns);
    o.put("dns1", servers.next().map(Shown));
    o.put("dns2", servers.next().map(Shown));
    o.put("type", guest(network));
    o.put("vlan", network.vlan);
    o.put("acltype", if network.account.is_some() { "Account" } else { "Domain" });
    match network.account {
        Some(account) => owner(look, account, o),
        // What is everybody's belongs to the root domain.
        None => {
            if let Some(root) = look.view.domains().iter().find(|d| d.parent.is_none()) {
                o.put("subdomainaccess", true);
                o.id("domainid", root.id);
                o.put("domain", root.name.as_str());
                o.put("domainpath", &root.path);
            }
        }
    }
    o.put("isdefault", false);
    if let Some(offering) = offering {
        services(offering, o);
        o.put("specifyvlan", offering.specify_vlan);
        o.put("ispersistent", offering.persistent);
    }
    o.put("networkdomain", network.domain_name.as_ref());
    o.id("physicalnetworkid", network.physical_network);
    o.put("restartrequired", false);
    o.put("specifyipranges", network.guest == GuestType::Shared);
    o.put("canusefordeploy", true);
    tags(look, network.id, o);
    o.put("displaynetwork", true);
    o.put("strechedl2subnet", false);
    o.put("redundantrouter", false);
}

/// What a network may be asked to be that this cloud has no notion of.
const NO_NETWORK: &[&str] = &[
    "vpcid",
    "aclid",
    "isolatedpvlan",
    "startipv6",
    "endipv6",
    "ip6gateway",
    "ip6cidr",
    "externalid",
    "publicmtu",
    "privatemtu",
    "dns1",
    "dns2",
    "sourcenatipaddress",
    "cidrsize",
    "asnumber",
    "associatednetworkid",
    "routerip",
    "networkdomain",
    "subdomainaccess",
];

async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, NO_NETWORK)?;
    let gateway = address(ask, "gateway")?;
    let cidr = match (gateway, args.text("netmask")) {
        (Some(gateway), Some(mask)) => Some(super::place::subnet(gateway, mask)?),
        (None, None) => None,
        _ => return Err(Fault::refused("parameters `gateway` and `netmask` are given together")),
    };
    let first = address(ask, "startip")?;
    let last = address(ask, "endip")?.or(first);
    let vlan = match args.text("vlan") {
        None => None,
        Some(text) if text.eq_ignore_ascii_case("untagged") => None,
        Some(text) => {
            let number = text.trim_start_matches("vlan://");
            Some(number.parse().map_err(|_| Fault::invalid("vlan", text, "give a VLAN id, or untagged"))?)
        }
    };
    let account = scope::owner(ask)?;
    let wish = AddNetwork {
        physical_network: args.id("physicalnetworkid"),
        account,
        cidr,
        gateway,
        vlan,
        range: first.zip(last),
        ..AddNetwork::isolated(args.need("zoneid")?, need_name(ask, "name")?, args.need("networkofferingid")?)
    };
    ask.make(wish).await
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let network = ask.args.need("id")?;
    ask.act(DeleteNetwork { network }, network).await.map_err(Fault::or_in_use)
}

fn list_nics(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    // Whose machine it is was checked when its id was read.
    let vm = args.need::<VmId>("virtualmachineid")?;
    let (id, network) = (args.id::<NicId>("nicid"), args.id::<NetworkId>("networkid"));
    let rows = ask
        .view()
        .nics()
        .by("vm", vm)
        .filter(|nic| id.is_none_or(|id| id == nic.id) && network.is_none_or(|network| network == nic.network));
    let look = ask.look();
    let known = &mut Alike::new(false);
    reply.list(Page::of(ask, None, rows)?, |o, nic| {
        nic_fields(look, nic, known, o);
        o.id("virtualmachineid", nic.vm);
    });
    Ok(())
}

/// An interface, in a list of its own or inside its machine.
pub(super) fn nic_fields(look: Look<'_>, nic: &Nic, known: &mut Alike<NetworkId>, o: &mut Object<'_>) {
    o.id("id", nic.id);
    o.alike(known, nic.network, |o| {
        let network = look.view.network(nic.network);
        o.id("networkid", nic.network);
        if let Some(network) = network {
            o.put("networkname", network.name.as_str());
            o.put("netmask", Shown(network.cidr.netmask()));
            o.put("gateway", Shown(network.gateway));
        }
        if let Some(vlan) = network.and_then(|n| n.vlan) {
            o.put("isolationuri", Shown(format_args!("vlan://{vlan}")));
            o.put("broadcasturi", Shown(format_args!("vlan://{vlan}")));
        }
        o.put("traffictype", "Guest");
        o.put("type", network.map(guest));
        o.each("secondaryip", std::iter::empty::<()>(), |_, ()| {});
    });
    o.put("ipaddress", nic.ip4);
    o.put("isdefault", nic.default);
    o.put("macaddress", nic.mac);
    o.put("ip6address", nic.ip6.map(Shown));
    o.put("deviceid", nic.device);
}

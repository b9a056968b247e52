//! Public addresses in use.

use super::{Ask, Fault, Look, Object, binds, owner, says, tags};
use crate::serve::ask::{Page, Reply};
use crate::serve::scope::Scope;
use crate::serve::write::Shown;
use cloudstack_core::base::id::{NetworkId, PublicIpId, ZoneId};
use cloudstack_core::model::network::PublicIp;

binds! {
    "listPublicIpAddresses" read list_addresses;
}

fn list_addresses(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let scope = Scope::of(ask)?;
    let (id, zone) = (args.id::<PublicIpId>("id"), args.id::<ZoneId>("zoneid"));
    let network = args.id::<NetworkId>("associatednetworkid");
    let rows = scope.rows::<PublicIp>(ask.view()).filter(|ip| {
        id.is_none_or(|id| id == ip.id)
            && zone.is_none_or(|zone| zone == ip.zone)
            && network.is_none_or(|network| ip.network == Some(network))
            && args.text("ipaddress").is_none_or(|text| text == ip.address.to_string())
            && args.flag("issourcenat").is_none_or(|on| on == ip.source_nat)
            && !args.is("isstaticnat")
            && !args.has("vpcid")
            && says(ask, "state", ip.state.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, ip| address_fields(look, ip, o));
    Ok(())
}

fn address_fields(look: Look<'_>, ip: &PublicIp, o: &mut Object<'_>) {
    o.id("id", ip.id);
    o.put("ipaddress", Shown(ip.address));
    o.id("zoneid", ip.zone);
    o.put("zonename", look.view.zone(ip.zone).map(|z| z.name.as_str()));
    o.put("issourcenat", ip.source_nat);
    owner(look, ip.account, o);
    o.put("forvirtualnetwork", true);
    o.id("vlanid", ip.range);
    let vlan = look.view.ip_range(ip.range).and_then(|r| r.vlan);
    o.put("vlanname", vlan.map_or_else(|| "vlan://untagged".to_owned(), |vlan| format!("vlan://{vlan}")));
    o.put("isstaticnat", false);
    o.put("issystem", false);
    o.maybe("associatednetworkid", ip.network);
    let network = ip.network.and_then(|id| look.view.network(id));
    o.put("associatednetworkname", network.map(|n| n.name.as_str()));
    o.put("state", ip.state.as_str());
    o.maybe("physicalnetworkid", network.map(|n| n.physical_network));
    tags(look, ip.id, o);
    o.put("isportable", false);
    o.put("fordisplay", true);
}

//! Public addresses in use, and what they stand for.

use super::{Ask, Fault, Look, Object, binds, owner, refuse, says, tagged, tags};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use crate::serve::write::Shown;
use cloudstack_core::base::id::{EntityId, NetworkId, PublicIpId, ZoneId};
use cloudstack_core::flow::access;
use cloudstack_core::flow::network::{AcquireAddress, DisableStaticNat, EnableStaticNat, ReleaseAddress};
use cloudstack_core::model::network::PublicIp;

binds! {
    "listPublicIpAddresses" read list_addresses;
    "associateIpAddress" act associate, show_address;
    "disassociateIpAddress" act disassociate;
    "enableStaticNat" act enable_static_nat;
    "disableStaticNat" act disable_static_nat;
}

async fn associate(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["vpcid", "regionid", "ipaddress"])?;
    if args.is("isportable") {
        return Err(Fault::invalid("isportable", "true", "addresses stay in their zone here"));
    }
    let account = scope::owner(ask)?;
    ask.make(AcquireAddress { network: args.id("networkid"), zone: args.id("zoneid"), account }).await
}

/// The address that a request names: by id, or as it is written.
fn named(ask: &Ask<'_>) -> Result<PublicIpId, Fault> {
    let args = &ask.args;
    match (args.id("id"), args.text("ipaddress")) {
        (Some(id), _) => Ok(id),
        (None, Some(text)) => {
            let seen = |ip: &&PublicIp| {
                let owner = || ask.view().account(ip.account);
                ip.address.to_string() == text && owner().is_some_and(|o| access::may_see(ask.view(), ask.caller, o))
            };
            let found = ask.view().public_ips().iter().find(seen).map(|ip| ip.id);
            found.ok_or_else(|| Fault::foreign("ipaddress", text))
        }
        (None, None) => Err(Fault::missing("id")),
    }
}

async fn disassociate(ask: &Ask<'_>) -> Result<Done, Fault> {
    let ip = named(ask)?;
    ask.act(ReleaseAddress { ip }, ip).await
}

async fn enable_static_nat(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["vmguestip"])?;
    let (ip, vm) = (ask.args.need::<PublicIpId>("ipaddressid")?, ask.args.need("virtualmachineid")?);
    ask.act(EnableStaticNat { ip, vm, network: ask.args.id("networkid") }, ip).await?;
    // Succeeded is all that is told of it.
    Ok(Done::default())
}

async fn disable_static_nat(ask: &Ask<'_>) -> Result<Done, Fault> {
    let ip = ask.args.need::<PublicIpId>("ipaddressid")?;
    ask.act(DisableStaticNat { ip }, ip).await
}

fn show_address(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.public_ip(PublicIpId::from_u128(id)).map(|ip| address_fields(look, ip, o)).is_some()
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
            && args.flag("isstaticnat").is_none_or(|on| on == ip.static_nat.is_some())
            && tagged(ask, ip.id)
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
    o.put("isstaticnat", ip.static_nat.is_some());
    if let Some(nic) = ip.static_nat.and_then(|nic| look.view.nic(nic)) {
        let vm = look.view.vm(nic.vm);
        o.id("virtualmachineid", nic.vm);
        o.put("virtualmachinename", vm.map(|vm| vm.name.as_str()));
        o.put("vmipaddress", nic.ip4);
    }
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

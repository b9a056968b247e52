//! Zones, pods, clusters and regions.

use super::{Ask, Fault, Look, Object, address, binds, has_keyword, need_name, no_tags, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::write::Shown;
use cloudstack_core::base::id::{ClusterId, DomainId, EntityId, PodId, ZoneId};
use cloudstack_core::flow::infra::{
    AddCluster, AddIpRange, AddPod, AddZone, Place, RemoveCluster, RemovePod, RemoveZone, SetAllocation, SetManaged,
};
use cloudstack_core::model::infra::{Allocation, Cluster, Pod, Purpose, Region, Zone, ZoneKind};
use ipnet::IpNet;
use std::net::IpAddr;

binds! {
    "listZones" read list_zones;
    "createZone" act create_zone, show_zone;
    "updateZone" act update_zone, show_zone;
    "deleteZone" act delete_zone;
    "listPods" read list_pods;
    "createPod" act create_pod, show_pod;
    "updatePod" act update_pod, show_pod;
    "deletePod" act delete_pod;
    "listClusters" read list_clusters;
    "addCluster" act add_cluster, show_cluster;
    "updateCluster" act update_cluster, show_cluster;
    "deleteCluster" act delete_cluster;
    "listRegions" read list_regions;
}

/// Users see zones that take work and are public or their domain's.
fn may_see(ask: &Ask<'_>, zone: &Zone) -> bool {
    let open = ask.caller.is_root() || zone.allocation == Allocation::Enabled;
    open && cloudstack_core::flow::access::see_zone(ask.view(), ask.caller, zone)
}

fn list_zones(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, ids) = (args.id::<ZoneId>("id"), args.ids::<ZoneId>("ids"));
    let domain = args.id::<DomainId>("domainid");
    let rows = ask.view().zones().iter().filter(|zone| {
        may_see(ask, zone)
            && id.is_none_or(|id| id == zone.id)
            && (ids.is_empty() || ids.contains(&zone.id))
            && says(ask, "name", zone.name.as_str())
            && says(ask, "networktype", zone.kind.as_str())
            && has_keyword(ask, zone.name.as_str())
            && domain.is_none_or(|d| zone.private_to == Some(d))
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, zone| zone_fields(look, zone, o));
    Ok(())
}

fn show_zone(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.zone(ZoneId::from_u128(id)).map(|zone| zone_fields(look, zone, o)).is_some()
}

fn zone_fields(look: Look<'_>, zone: &Zone, o: &mut Object<'_>) {
    o.id("id", zone.id);
    o.put("name", zone.name.as_str());
    let mut servers = zone.dns.iter();
    o.put("dns1", servers.next().map(Shown));
    o.put("dns2", servers.next().map(Shown));
    let mut servers = zone.internal_dns.iter();
    o.put("internaldns1", servers.next().map(Shown));
    o.put("internaldns2", servers.next().map(Shown));
    o.put("guestcidraddress", zone.guest_cidr.map(Shown));
    o.put("displaytext", zone.name.as_str());
    o.put("domain", zone.domain_name.as_ref());
    o.maybe("domainid", zone.private_to);
    let domain = zone.private_to.and_then(|id| look.view.domain(id));
    o.put("domainname", domain.map(|d| d.name.as_str()));
    o.put("networktype", zone.kind.as_str());
    o.put("securitygroupsenabled", zone.security_groups);
    o.put("allocationstate", zone.allocation.as_str());
    o.id("zonetoken", zone.id);
    o.put("dhcpprovider", "VirtualRouter");
    o.put("localstorageenabled", false);
    no_tags(o);
    o.put("type", "Core");
}

fn allocation(ask: &Ask<'_>) -> Result<Option<Allocation>, Fault> {
    match ask.args.text("allocationstate") {
        None => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("enabled") => Ok(Some(Allocation::Enabled)),
        Some(text) if text.eq_ignore_ascii_case("disabled") => Ok(Some(Allocation::Disabled)),
        Some(text) => Err(Fault::invalid("allocationstate", text, "give Enabled or Disabled")),
    }
}

async fn create_zone(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["ip6dns1", "ip6dns2", "storageaccessgroups"])?;
    let kind = match args.need_text("networktype")? {
        text if text.eq_ignore_ascii_case("basic") => ZoneKind::Basic,
        text if text.eq_ignore_ascii_case("advanced") => ZoneKind::Advanced,
        text => return Err(Fault::invalid("networktype", text, "give Basic or Advanced")),
    };
    let both = |first, second| -> Result<Vec<IpAddr>, Fault> {
        Ok(address(ask, first)?.into_iter().chain(address(ask, second)?).collect())
    };
    let cidr = |text: &str| text.parse().map_err(|_| Fault::invalid("guestcidraddress", text, "give a.b.c.d/n"));
    let wish = AddZone {
        security_groups: kind == ZoneKind::Basic || args.is("securitygroupenabled"),
        dns: both("dns1", "dns2")?,
        internal_dns: both("internaldns1", "internaldns2")?,
        guest_cidr: args.text("guestcidraddress").map(cidr).transpose()?,
        domain_name: args.text("domain").map(str::to_owned),
        private_to: args.id("domainid"),
        ..AddZone::new(need_name(ask, "name")?, kind)
    };
    // A zone that nobody says anything about waits until it is enabled.
    let state = allocation(ask)?.unwrap_or(Allocation::Disabled);
    let zone = ask.also(wish).await?;
    ask.act(SetAllocation { place: Place::Zone(zone), allocation: state }, zone).await
}

async fn update_zone(ask: &Ask<'_>) -> Result<Done, Fault> {
    let zone = ask.args.need::<ZoneId>("id")?;
    refuse(ask, &["name", "dns1", "dns2", "internaldns1", "internaldns2", "guestcidraddress", "domain", "details"])?;
    match allocation(ask)? {
        Some(allocation) => ask.act(SetAllocation { place: Place::Zone(zone), allocation }, zone).await,
        None => Ok(Done::default().about(zone)),
    }
}

async fn delete_zone(ask: &Ask<'_>) -> Result<Done, Fault> {
    let zone = ask.args.need("id")?;
    ask.act(RemoveZone { zone }, zone).await
}

fn list_pods(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (id, zone) = (ask.args.id::<PodId>("id"), ask.args.id::<ZoneId>("zoneid"));
    let rows = ask.view().pods().iter().filter(|pod| {
        id.is_none_or(|id| id == pod.id)
            && zone.is_none_or(|zone| zone == pod.zone)
            && says(ask, "name", pod.name.as_str())
            && says(ask, "allocationstate", pod.allocation.as_str())
            && has_keyword(ask, pod.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, pod| pod_fields(look, pod, o));
    Ok(())
}

fn show_pod(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.pod(PodId::from_u128(id)).map(|pod| pod_fields(look, pod, o)).is_some()
}

fn pod_fields(look: Look<'_>, pod: &Pod, o: &mut Object<'_>) {
    o.id("id", pod.id);
    o.put("name", pod.name.as_str());
    o.id("zoneid", pod.zone);
    o.put("zonename", look.view.zone(pod.zone).map(|z| z.name.as_str()));
    o.put("gateway", Shown(pod.gateway));
    o.put("netmask", Shown(pod.subnet.netmask()));
    let ranges = || look.view.ip_ranges().by("pod", pod.id).filter(|r| r.purpose == Purpose::System);
    o.texts("startip", ranges().map(|r| r.first));
    o.texts("endip", ranges().map(|r| r.last));
    o.put("allocationstate", pod.allocation.as_str());
}

/// A subnet from a gateway and a mask.
pub(super) fn subnet(gateway: IpAddr, netmask: &str) -> Result<IpNet, Fault> {
    let wrong = || Fault::invalid("netmask", netmask, "give a mask such as 255.255.255.0");
    let mask: IpAddr = netmask.parse().map_err(|_| wrong())?;
    IpNet::with_netmask(gateway, mask).map(|net| net.trunc()).map_err(|_| wrong())
}

async fn create_pod(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["storageaccessgroups"])?;
    let zone = args.need::<ZoneId>("zoneid")?;
    let gateway = address(ask, "gateway")?.ok_or_else(|| Fault::missing("gateway"))?;
    let subnet = subnet(gateway, args.need_text("netmask")?)?;
    let first = address(ask, "startip")?;
    let last = address(ask, "endip")?.or(first);
    let state = allocation(ask)?;
    let pod = ask.also(AddPod { zone, name: need_name(ask, "name")?, subnet, gateway }).await?;
    if let Some((first, last)) = first.zip(last) {
        let purpose = Purpose::System;
        let range = AddIpRange { zone, pod: Some(pod), purpose, vlan: None, subnet, gateway, first, last };
        if let Err(fault) = ask.also(range).await {
            // A pod without its addresses is not what was asked for.
            ask.also(RemovePod { pod }).await?;
            return Err(fault);
        }
    }
    if let Some(allocation) = state {
        ask.also(SetAllocation { place: Place::Pod(pod), allocation }).await?;
    }
    Ok(Done::default().about(pod))
}

async fn update_pod(ask: &Ask<'_>) -> Result<Done, Fault> {
    let pod = ask.args.need::<PodId>("id")?;
    refuse(ask, &["name", "startip", "endip", "netmask", "gateway"])?;
    match allocation(ask)? {
        Some(allocation) => ask.act(SetAllocation { place: Place::Pod(pod), allocation }, pod).await,
        None => Ok(Done::default().about(pod)),
    }
}

async fn delete_pod(ask: &Ask<'_>) -> Result<Done, Fault> {
    let pod = ask.args.need("id")?;
    ask.act(RemovePod { pod }, pod).await
}

fn list_clusters(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, zone, pod) = (args.id::<ClusterId>("id"), args.id::<ZoneId>("zoneid"), args.id::<PodId>("podid"));
    let rows = ask.view().clusters().iter().filter(|cluster| {
        id.is_none_or(|id| id == cluster.id)
            && zone.is_none_or(|zone| zone == cluster.zone)
            && pod.is_none_or(|pod| pod == cluster.pod)
            && says(ask, "name", cluster.name.as_str())
            && says(ask, "hypervisor", &cluster.hypervisor)
            && says(ask, "allocationstate", cluster.allocation.as_str())
            && says(ask, "managedstate", managed(cluster))
            && says(ask, "clustertype", "CloudManaged")
            && has_keyword(ask, cluster.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, cluster| cluster_fields(look, cluster, o));
    Ok(())
}

const fn managed(cluster: &Cluster) -> &'static str {
    if cluster.managed { "Managed" } else { "Unmanaged" }
}

fn show_cluster(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.cluster(ClusterId::from_u128(id)).map(|cluster| cluster_fields(look, cluster, o)).is_some()
}

/// A ratio from thousandths: `1.5`.
fn ratio(thousandths: u32) -> String {
    let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

fn cluster_fields(look: Look<'_>, cluster: &Cluster, o: &mut Object<'_>) {
    o.id("id", cluster.id);
    o.put("name", cluster.name.as_str());
    o.id("podid", cluster.pod);
    o.put("podname", look.view.pod(cluster.pod).map(|p| p.name.as_str()));
    o.id("zoneid", cluster.zone);
    o.put("zonename", look.view.zone(cluster.zone).map(|z| z.name.as_str()));
    o.put("hypervisortype", &cluster.hypervisor);
    o.put("clustertype", "CloudManaged");
    o.put("allocationstate", cluster.allocation.as_str());
    o.put("managedstate", managed(cluster));
    o.put("cpuovercommitratio", ratio(cluster.cpu_overcommit));
    o.put("memoryovercommitratio", ratio(cluster.ram_overcommit));
}

async fn add_cluster(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    if !says(ask, "clustertype", "CloudManaged") {
        let given = args.text("clustertype").unwrap_or("");
        return Err(Fault::invalid("clustertype", given, "give CloudManaged"));
    }
    let pod = args.need::<PodId>("podid")?;
    in_zone(ask, ask.view().pod(pod).map(|p| p.zone))?;
    let name = need_name(ask, "clustername")?;
    let hypervisor = args.need_text("hypervisor")?.to_owned();
    let state = allocation(ask)?;
    let wish = AddCluster { pod, name, hypervisor, cpu_overcommit: None, ram_overcommit: None };
    let cluster = ask.also(wish).await?;
    if let Some(allocation) = state {
        ask.also(SetAllocation { place: Place::Cluster(cluster), allocation }).await?;
    }
    Ok(Done::default().about(cluster))
}

/// Refuses a zone that is not the one a thing lies in.
pub(super) fn in_zone(ask: &Ask<'_>, zone: Option<ZoneId>) -> Result<(), Fault> {
    let asked = ask.args.id::<ZoneId>("zoneid");
    match asked {
        Some(asked) if zone.is_some_and(|zone| zone != asked) => {
            Err(Fault::invalid("zoneid", &asked.to_string(), "give the zone that the other ids are in"))
        }
        _ => Ok(()),
    }
}

async fn update_cluster(ask: &Ask<'_>) -> Result<Done, Fault> {
    let cluster = ask.args.need::<ClusterId>("id")?;
    refuse(ask, &["clustername"])?;
    let managed = match ask.args.text("managedstate") {
        None => None,
        Some(text) if text.eq_ignore_ascii_case("managed") => Some(true),
        Some(text) if text.eq_ignore_ascii_case("unmanaged") => Some(false),
        Some(text) => return Err(Fault::invalid("managedstate", text, "give Managed or Unmanaged")),
    };
    if let Some(allocation) = allocation(ask)? {
        ask.act(SetAllocation { place: Place::Cluster(cluster), allocation }, cluster).await?;
    }
    if let Some(managed) = managed {
        ask.act(SetManaged { cluster, managed }, cluster).await?;
    }
    Ok(Done::default().about(cluster))
}

async fn delete_cluster(ask: &Ask<'_>) -> Result<Done, Fault> {
    let cluster = ask.args.need("id")?;
    ask.act(RemoveCluster { cluster }, cluster).await
}

fn list_regions(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let number = ask.args.whole("id");
    let rows = ask.view().regions().iter().filter(|region| {
        number.is_none_or(|n| n == i64::from(region.number)) && says(ask, "name", region.name.as_str())
    });
    reply.list(Page::of(ask, None, rows)?, |o, region: &Region| {
        o.put("id", region.number);
        o.put("name", region.name.as_str());
        o.put("endpoint", "http://localhost:8080/client/");
        o.put("gslbserviceenabled", false);
        o.put("portableipserviceenabled", false);
    });
    Ok(())
}

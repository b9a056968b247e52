//! Hosts, and what kinds of hypervisors there are.

use super::place::in_zone;
use super::{Ask, Fault, Look, Object, binds, has_keyword, name, percent, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::write::Shown;
use cloudstack_core::base::id::{ClusterId, EntityId, HostId, PodId, VmId, ZoneId};
use cloudstack_core::flow::infra::{AddHost, RemoveHost, SetHostResource};
use cloudstack_core::model::Value;
use cloudstack_core::model::infra::{Allocation, Cluster, Host};
use std::collections::BTreeSet;
use std::net::IpAddr;

binds! {
    "listHosts" read list_hosts;
    "addHost" act add_host, show_host;
    "updateHost" act update_host, show_host;
    "deleteHost" act delete_host;
    "listHypervisors" read list_hypervisors;
    "listHypervisorCapabilities" read list_capabilities;
}

fn list_hosts(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, zone) = (args.id::<HostId>("id"), args.id::<ZoneId>("zoneid"));
    let (pod, cluster) = (args.id::<PodId>("podid"), args.id::<ClusterId>("clusterid"));
    let on = args.id::<VmId>("virtualmachineid").map(|vm| ask.view().vm(vm).and_then(|vm| vm.host));
    let rows = ask.view().hosts().iter().filter(|host| {
        id.is_none_or(|id| id == host.id)
            && zone.is_none_or(|zone| zone == host.zone)
            && pod.is_none_or(|pod| pod == host.pod)
            && cluster.is_none_or(|cluster| cluster == host.cluster)
            && on.is_none_or(|on| on == Some(host.id))
            && says(ask, "name", host.name.as_str())
            && says(ask, "state", host.status.as_str())
            && says(ask, "resourcestate", host.resource.as_str())
            && says(ask, "hypervisor", &host.hypervisor)
            // Only hosts of guests are hosts here.
            && says(ask, "type", "Routing")
            && !args.is("hahost")
            && has_keyword(ask, host.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, host| host_fields(look, host, o));
    Ok(())
}

fn show_host(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.host(HostId::from_u128(id)).map(|host| host_fields(look, host, o)).is_some()
}

fn host_fields(look: Look<'_>, host: &Host, o: &mut Object<'_>) {
    let room = look.api.cloud().peek(|_, room| room.fleet.host_capacity(host.id)).unwrap_or_default();
    let (cpu, ram) = (room.cpu, room.ram);
    let bytes = |mib: u64| mib.saturating_mul(1 << 20);
    o.id("id", host.id);
    o.put("name", host.name.as_str());
    o.put("state", host.status.as_str());
    o.put("type", "Routing");
    o.put("ipaddress", Shown(host.address));
    o.id("zoneid", host.zone);
    o.put("zonename", look.view.zone(host.zone).map(|z| z.name.as_str()));
    o.id("podid", host.pod);
    o.put("podname", look.view.pod(host.pod).map(|p| p.name.as_str()));
    o.put("version", crate::serve::VERSION);
    o.put("hypervisor", &host.hypervisor);
    o.put("cpunumber", host.cores);
    o.put("cpuspeed", host.speed);
    o.put("cpuallocated", percent(cpu.taken(), cpu.total));
    o.put("cpuallocatedvalue", cpu.taken());
    o.put("cpuallocatedpercentage", percent(cpu.taken(), cpu.total));
    o.put("cpuwithoverprovisioning", cpu.total);
    o.put("memorytotal", bytes(host.ram.0));
    o.put("memorywithoverprovisioning", bytes(ram.total));
    o.put("memoryallocated", bytes(ram.taken()));
    o.put("memoryallocatedpercentage", percent(ram.taken(), ram.total));
    o.put("memoryallocatedbytes", bytes(ram.taken()));
    o.put("capabilities", host.cpu_flags.iter().map(String::as_str).collect::<Vec<_>>().join(","));
    o.id("clusterid", host.cluster);
    o.put("clustername", look.view.cluster(host.cluster).map(|c| c.name.as_str()));
    o.put("clustertype", "CloudManaged");
    o.put("islocalstorageactive", look.view.pools().iter().any(|pool| pool.host == Some(host.id)));
    o.put("created", host.created);
    let tags = host.tags.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    o.put("hosttags", if tags.is_empty() { None } else { Some(tags) });
    o.put("resourcestate", host.resource.as_str());
    o.put("hypervisorversion", &host.version);
    o.put("hahost", false);
}

/// The cluster that a request names: by id, or by its name in the pod.
fn cluster<'v>(ask: &'v Ask<'_>) -> Result<&'v Cluster, Fault> {
    let (args, view) = (&ask.args, ask.view());
    let pod = args.need::<PodId>("podid")?;
    let found = match (args.id::<ClusterId>("clusterid"), args.text("clustername")) {
        (Some(id), _) => view.cluster(id),
        (None, Some(name)) => view.clusters().find(0, &[Value::link(pod), Value::text(name)]),
        (None, None) => return Err(Fault::missing("clusterid")),
    };
    let of_pod = found.filter(|cluster| cluster.pod == pod);
    of_pod.ok_or_else(|| Fault::refused("parameters `clusterid` or `clustername`: give a cluster of the pod"))
}

/// Where a host is, from its URL: what stands between `//` and `/` is its address. `sim` stands for any free one.
fn place(ask: &Ask<'_>, cluster: &Cluster) -> Result<IpAddr, Fault> {
    let url = ask.args.need_text("url")?;
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or("");
    if host == "sim" {
        return free_address(ask, cluster).ok_or_else(|| Fault::refused("the pod has no free address for a host"));
    }
    let name = host.trim_start_matches('[').split([']', '%']).next().unwrap_or("");
    name.parse()
        .or_else(|_| name.rsplit_once(':').map_or(name, |(name, _)| name).parse())
        .map_err(|_| Fault::invalid("url", url, "give the address of the host, as in http://192.0.2.10"))
}

/// The first address of the cluster's pod that is nobody's.
fn free_address(ask: &Ask<'_>, cluster: &Cluster) -> Option<IpAddr> {
    let view = ask.view();
    let pod = view.pod(cluster.pod)?;
    let taken: BTreeSet<IpAddr> = view.hosts().iter().map(|host| host.address).collect();
    let ranges: Vec<_> = view.ip_ranges().by("pod", pod.id).map(|r| (r.first, r.last)).collect();
    let free = |a: &IpAddr| {
        *a != pod.gateway && !taken.contains(a) && !ranges.iter().any(|(first, last)| first <= a && a <= last)
    };
    pod.subnet.hosts().find(free)
}

async fn add_host(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let cluster = cluster(ask)?;
    in_zone(ask, Some(cluster.zone))?;
    let hypervisor = args.need_text("hypervisor")?;
    if !cluster.hypervisor.eq_ignore_ascii_case(hypervisor) {
        let accepted = format!("the hosts of the cluster are of {}", cluster.hypervisor);
        return Err(Fault::invalid("hypervisor", hypervisor, &accepted));
    }
    let address = place(ask, cluster)?;
    let tags = args.texts("hosttags").iter().map(|tag| (*tag).to_owned()).collect();
    let called = name("url", &format!("{}-{address}", cluster.name))?;
    let closed = args.text("allocationstate").is_some_and(|state| state.eq_ignore_ascii_case("disabled"));
    let host = ask.also(AddHost { tags, ..AddHost::new(cluster.id, called, address) }).await?;
    if closed {
        ask.also(SetHostResource { host, allocation: Allocation::Disabled }).await?;
    }
    Ok(Done::default().about(host))
}

async fn update_host(ask: &Ask<'_>) -> Result<Done, Fault> {
    let host = ask.args.need::<HostId>("id")?;
    refuse(ask, &["name", "hosttags", "url", "oscategoryid", "guestosrule", "annotation"])?;
    let allocation = match ask.args.text("allocationstate") {
        None => return Ok(Done::default().about(host)),
        Some(text) if text.eq_ignore_ascii_case("enable") || text.eq_ignore_ascii_case("enabled") => {
            Allocation::Enabled
        }
        Some(text) if text.eq_ignore_ascii_case("disable") || text.eq_ignore_ascii_case("disabled") => {
            Allocation::Disabled
        }
        Some(text) => return Err(Fault::invalid("allocationstate", text, "give Enable or Disable")),
    };
    ask.act(SetHostResource { host, allocation }, host).await
}

async fn delete_host(ask: &Ask<'_>) -> Result<Done, Fault> {
    let host = ask.args.need("id")?;
    ask.act(RemoveHost { host }, host).await
}

/// The kinds of hypervisor that clusters have.
fn kinds<'v>(ask: &'v Ask<'_>) -> BTreeSet<&'v str> {
    let zone = if ask.args.knows("zoneid") { ask.args.id::<ZoneId>("zoneid") } else { None };
    let of = ask.view().clusters().iter().filter(|c| zone.is_none_or(|zone| zone == c.zone));
    of.map(|c| c.hypervisor.as_str()).collect()
}

fn list_hypervisors(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    reply.all(kinds(ask).into_iter().collect(), |o, kind| o.put("name", kind));
    Ok(())
}

fn list_capabilities(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let kinds = kinds(ask).into_iter().filter(|kind| says(ask, "hypervisor", kind) && has_keyword(ask, kind));
    let rows: Vec<&str> = if ask.args.has("id") { Vec::new() } else { kinds.collect() };
    reply.all(rows, |o, kind| {
        o.put("hypervisor", kind);
        o.put("hypervisorversion", "default");
        o.put("securitygroupenabled", true);
    });
    Ok(())
}

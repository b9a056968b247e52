//! Taking places away, from the bottom up (OPER-01): what still holds something is refused, and what it holds is named
//! (HIER-01).

use super::dedicate::forget;
use crate::base::id::{ClusterId, HostId, IpRangeId, JobId, PodId, PoolId, TemplateId, ZoneId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::{Table, View};
use crate::model::dedication::Ground;
use crate::model::event::EventLevel;
use crate::model::image::{LaunchPermission, Template};
use crate::model::infra::*;
use crate::model::org::Account;
use std::fmt::Display;
use std::net::IpAddr;

/// The refusal of a place that holds something.
fn holds(place: impl Display, what: &str, which: impl Display) -> Error {
    Error::new(ErrorKind::Conflict, format!("{place} still holds {what} {which}")).on(place).remedy("remove that first")
}

/// A request to let a host go. It must run nothing, keep no room, and have no pool of its own.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, host, vm, .. }| {
/// # use cloudstack_core::flow::{infra::RemoveHost, vm::DestroyVm};
/// # use cloudstack_core::base::ErrorKind;
/// let refused = cloud.hosts().remove(&admin, RemoveHost { host }).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Conflict);
///
/// cloud.vms().destroy(&admin, DestroyVm { vm, expunge: true }).await?.done().await?;
/// cloud.hosts().remove(&admin, RemoveHost { host }).await?.done().await?;
/// assert!(cloud.view().hosts().is_empty());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveHost {
    /// The host.
    pub host: HostId,
}

impl Verb for RemoveHost {
    type Answer = ();
    const NAME: &'static str = "host.remove";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let host = desk.view().need::<Host>(self.host)?.clone();
        let view = desk.view();
        if let Some(vm) = view.vms().iter().find(|vm| [vm.host, vm.moving_to, vm.reserved_on].contains(&Some(host.id)))
        {
            return Err(holds(&host.name, "room for machine", &vm.name));
        }
        if let Some(pool) = view.pools().iter().find(|p| p.host == Some(host.id)) {
            return Err(holds(&host.name, "storage pool", &pool.name));
        }
        if let Some(job) = view.jobs().iter().find(|j| j.finished.is_none() && names(j, host.id)) {
            return Err(Error::new(ErrorKind::Conflict, format!("{} is at work on {}", job.verb, host.name))
                .on(&host.name)
                .remedy(format!("wait for job {} to end", job.id))
                .retryable());
        }
        HOST_RESOURCE.step(host.resource, HostResourceEvent::DeleteHost)?;
        HOST_STATUS.step(host.status, HostEvent::Remove)?;
        forget(desk, Ground::Host(host.id))?;
        desk.remove::<Host>(host.id)?;
        desk.event("HOST.DELETE", EventLevel::Info, None, host.id.to_string(), format!("host {}", host.name));
        Ok(Decision::done(()))
    }
}

/// True if a step of the job knows this host.
pub(super) fn names(job: &crate::model::job::Job, host: HostId) -> bool {
    let id = host.to_string();
    job.steps.iter().any(|log| log.step.to_string().contains(&id))
}

/// A request to let a primary pool go. No volume may have room on it. What lies there is left there.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::{infra::RemovePool, vm::DestroyVm};
/// let pool = cloud.view().volumes().by("vm", vm).find_map(|volume| volume.pool).ok_or("it has a volume")?;
/// cloud.pools().remove(&admin, RemovePool { pool }).await.map(drop).unwrap_err();
///
/// cloud.vms().destroy(&admin, DestroyVm { vm, expunge: true }).await?.done().await?;
/// cloud.pools().remove(&admin, RemovePool { pool }).await?.done().await?;
/// assert!(cloud.view().pool(pool).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovePool {
    /// The pool.
    pub pool: PoolId,
}

impl Verb for RemovePool {
    type Answer = ();
    const NAME: &'static str = "pool.remove";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let pool = desk.view().need::<Pool>(self.pool)?.clone();
        if let Some(volume) = desk.view().volumes().by("pool", pool.id).next() {
            return Err(holds(&pool.name, "volume", &volume.name));
        }
        // An empty pool passes through maintenance at once.
        let way = [PoolEvent::AskMaintenance, PoolEvent::Emptied, PoolEvent::Delete];
        way.into_iter().try_fold(pool.state, |state, event| POOL.step(state, event))?;
        desk.remove::<Pool>(pool.id)?;
        let text = format!("storage pool {}", pool.name);
        desk.event("STORAGE.POOL.DELETE", EventLevel::Info, None, pool.id.to_string(), text);
        Ok(Decision::done(()))
    }
}

/// A request to let a cluster without hosts and pools go.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, pod, cluster, .. }| {
/// # use cloudstack_core::flow::infra::{AddCluster, RemoveCluster};
/// cloud.zones().remove_cluster(&admin, RemoveCluster { cluster }).await.map(drop).unwrap_err();
///
/// let (name, hypervisor) = ("c2".parse()?, "Simulator".into());
/// let wish = AddCluster { pod, name, hypervisor, cpu_overcommit: None, ram_overcommit: None };
/// let empty = cloud.zones().add_cluster(&admin, wish).await?.done().await?;
/// cloud.zones().remove_cluster(&admin, RemoveCluster { cluster: empty }).await?.done().await?;
/// assert!(cloud.view().cluster(empty).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveCluster {
    /// The cluster.
    pub cluster: ClusterId,
}

impl Verb for RemoveCluster {
    type Answer = ();
    const NAME: &'static str = "cluster.remove";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let cluster = desk.view().need::<Cluster>(self.cluster)?.clone();
        if let Some(host) = desk.view().hosts().by("cluster", cluster.id).next() {
            return Err(holds(&cluster.name, "host", &host.name));
        }
        if let Some(pool) = desk.view().pools().by("cluster", cluster.id).next() {
            return Err(holds(&cluster.name, "storage pool", &pool.name));
        }
        forget(desk, Ground::Cluster(cluster.id))?;
        desk.remove::<Cluster>(cluster.id)?;
        let text = format!("cluster {}", cluster.name);
        desk.event("CLUSTER.DELETE", EventLevel::Info, None, cluster.id.to_string(), text);
        Ok(Decision::done(()))
    }
}

/// A request to let a pod without clusters go. Its ranges of addresses go with it; nobody may have an address of them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, pod, .. }| {
/// # use cloudstack_core::{base::ErrorKind, flow::infra::RemovePod};
/// // It has a cluster.
/// let refused = cloud.zones().remove_pod(&admin, RemovePod { pod }).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Conflict);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovePod {
    /// The pod.
    pub pod: PodId,
}

impl Verb for RemovePod {
    type Answer = ();
    const NAME: &'static str = "pod.remove";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let pod = desk.view().need::<Pod>(self.pod)?.clone();
        if let Some(cluster) = desk.view().clusters().by("pod", pod.id).next() {
            return Err(holds(&pod.name, "cluster", &cluster.name));
        }
        let ranges: Vec<IpRange> = desk.view().ip_ranges().by("pod", pod.id).cloned().collect();
        if let Some((ip, vm)) = ranges.iter().find_map(|range| user(desk.view(), range)) {
            return Err(holds(&pod.name, "address", format!("{ip} of machine {vm}")));
        }
        ranges.iter().try_for_each(|range| desk.remove::<IpRange>(range.id))?;
        forget(desk, Ground::Pod(pod.id))?;
        desk.remove::<Pod>(pod.id)?;
        desk.event("POD.DELETE", EventLevel::Info, None, pod.id.to_string(), format!("pod {}", pod.name));
        Ok(Decision::done(()))
    }
}

/// An address of a guest range that somebody has, and the machine's name.
fn user(view: &View, range: &IpRange) -> Option<(IpAddr, String)> {
    let within = |ip: &IpAddr| (range.first..=range.last).contains(ip);
    view.nics().by("network", range.network?).find_map(|nic| {
        let mut addresses = nic.ip4.map(IpAddr::V4).into_iter().chain(nic.ip6.map(IpAddr::V6));
        let vm = view.vm(nic.vm).map_or_else(String::new, |vm| vm.name.to_string());
        addresses.find(within).map(|ip| (ip, vm))
    })
}

/// A request to let a zone go that has no pods, networks, machines and volumes any more. Its physical networks, ranges,
/// image stores and templates are only rows then, and go with it; what lies on image stores is left there.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::infra::{AddZone, RemoveZone};
/// # use cloudstack_core::model::infra::ZoneKind;
/// let wish = AddZone::new("short-lived".parse()?, ZoneKind::Advanced);
/// let zone = cloud.zones().add(&admin, wish).await?.done().await?;
/// cloud.zones().remove(&admin, RemoveZone { zone }).await?.done().await?;
/// assert!(cloud.view().zone(zone).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveZone {
    /// The zone.
    pub zone: ZoneId,
}

impl Verb for RemoveZone {
    type Answer = ();
    const NAME: &'static str = "zone.remove";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let zone = desk.view().need::<Zone>(self.zone)?.clone();
        let id = zone.id;
        let view = desk.view();
        let pod = view.pods().by("zone", id).next().map(|p| ("pod", p.name.to_string()));
        let network = || view.networks().by("zone", id).next().map(|n| ("network", n.name.to_string()));
        let pool = || view.pools().by("zone", id).next().map(|p| ("storage pool", p.name.to_string()));
        let vm = || view.vms().iter().find(|vm| vm.zone == id).map(|vm| ("machine", vm.name.to_string()));
        let volume = || view.volumes().iter().find(|v| v.zone == id).map(|v| ("volume", v.name.to_string()));
        if let Some((what, which)) = pod.or_else(network).or_else(pool).or_else(vm).or_else(volume) {
            return Err(holds(&zone.name, what, which));
        }
        let fetching = |t: &&Template| !t.ready;
        if let Some(template) = view.templates().by("zone", id).find(fetching) {
            return Err(holds(&zone.name, "unfinished template", &template.name));
        }
        forget_zone(desk, id)?;
        desk.event("ZONE.DELETE", EventLevel::Info, None, id.to_string(), format!("zone {}", zone.name));
        Ok(Decision::done(()))
    }
}

fn forget_zone(desk: &mut Desk<'_>, zone: ZoneId) -> Result<()> {
    let physical: Vec<PhysicalNetwork> = desk.view().physical_networks().by("zone", zone).cloned().collect();
    for network in physical {
        let of = desk.view().vlan_ranges().by("physical_network", network.id);
        let vlans = of.map(|range| range.id).collect();
        remove_all::<VlanRange>(desk, vlans)?;
        desk.remove::<PhysicalNetwork>(network.id)?;
    }
    let ranges: Vec<IpRangeId> = desk.view().ip_ranges().by("zone", zone).map(|r| r.id).collect();
    remove_all::<IpRange>(desk, ranges)?;
    let templates: Vec<TemplateId> = desk.view().templates().by("zone", zone).map(|t| t.id).collect();
    for template in &templates {
        let shared = desk.view().launch_permissions().by("template", *template).map(|row| row.id).collect();
        remove_all::<LaunchPermission>(desk, shared)?;
    }
    remove_all::<Template>(desk, templates)?;
    forget(desk, Ground::Zone(zone))?;
    let home = |account: &&Account| account.default_zone == Some(zone);
    let homeless: Vec<Account> = desk.view().accounts().iter().filter(home).cloned().collect();
    homeless.into_iter().try_for_each(|account| desk.update(Account { default_zone: None, ..account }))?;
    let stores = desk.view().image_stores().by("zone", zone).map(|s| s.id).collect();
    remove_all::<ImageStore>(desk, stores)?;
    desk.remove::<Zone>(zone)
}

fn remove_all<R: Table>(desk: &mut Desk<'_>, ids: Vec<R::Id>) -> Result<()> {
    ids.into_iter().try_for_each(|id| desk.remove::<R>(id))
}

//! Switching hosts and clusters on and off.

use crate::base::id::{ClusterId, HostId, JobId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::{Allocation, Cluster, HOST_RESOURCE, Host, HostResourceEvent};

/// A request to let a host take new machines, or not. Those it has run on.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, host, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::infra::SetHostResource;
/// # use cloudstack_core::{base::ErrorKind, model::infra::Allocation};
/// let closed = SetHostResource { host, allocation: Allocation::Disabled };
/// cloud.hosts().set_resource(&admin, closed).await?.done().await?;
/// let wish = DeployVm::new(zone, offering, template);
/// let refused = cloud.vms().deploy(&admin, wish).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::NoCapacity);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetHostResource {
    /// The host.
    pub host: HostId,
    /// Whether it takes new machines.
    pub allocation: Allocation,
}

impl Verb for SetHostResource {
    type Answer = ();
    const NAME: &'static str = "host.set_resource";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let host = desk.view().need::<Host>(self.host)?.clone();
        let event = match self.allocation {
            Allocation::Enabled => HostResourceEvent::Enable,
            Allocation::Disabled => HostResourceEvent::Disable,
        };
        let resource = HOST_RESOURCE.step(host.resource, event)?;
        let text = format!("host {} is {resource}", host.name);
        desk.update(Host { resource, ..host })?;
        desk.event("HOST.EDIT", EventLevel::Info, None, self.host.to_string(), text);
        Ok(Decision::done(()))
    }
}

/// A request to take a cluster under management, or out of it: while it is out, no command is sent to its hosts, and what
/// would need one is refused (HIER-29). Its guests run on.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, cluster, vm, .. }| {
/// # use cloudstack_core::flow::{infra::SetManaged, vm::StopVm};
/// # use cloudstack_core::base::ErrorKind;
/// cloud.zones().set_managed(&admin, SetManaged { cluster, managed: false }).await?.done().await?;
/// let refused = cloud.vms().stop(&admin, StopVm { vm, forced: true }).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Conflict);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetManaged {
    /// The cluster.
    pub cluster: ClusterId,
    /// Whether its hosts are told anything.
    pub managed: bool,
}

impl Verb for SetManaged {
    type Answer = ();
    const NAME: &'static str = "cluster.set_managed";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let cluster = desk.view().need::<Cluster>(self.cluster)?.clone();
        if !self.managed {
            idle(desk.view(), &cluster)?;
        }
        let text = format!("cluster {} is {}", cluster.name, if self.managed { "managed" } else { "unmanaged" });
        desk.update(Cluster { managed: self.managed, ..cluster })?;
        desk.event("CLUSTER.EDIT", EventLevel::Info, None, self.cluster.to_string(), text);
        Ok(Decision::done(()))
    }
}

/// No job is at work on the cluster's hosts: half of it could not be told.
fn idle(view: &View, cluster: &Cluster) -> Result<()> {
    for host in view.hosts().by("cluster", cluster.id) {
        let at_work = view.jobs().iter().find(|j| j.finished.is_none() && super::remove::names(j, host.id));
        let changing = crate::flow::filters::machines_on(view, host.id).find_map(|vm| view.job(vm.job?));
        if let Some(job) = at_work.or(changing) {
            return Err(Error::new(ErrorKind::Conflict, format!("{} is at work on host {}", job.verb, host.name))
                .on(&cluster.name)
                .remedy(format!("wait for job {} to end", job.id))
                .retryable());
        }
    }
    Ok(())
}

/// Refuses what would send a command to a host whose cluster is not managed.
///
/// # Errors
/// [`ErrorKind::Conflict`] with the cluster's name.
pub(crate) fn managed(view: &View, cluster: ClusterId) -> Result<()> {
    match view.cluster(cluster).filter(|c| !c.managed) {
        Some(cluster) => Err(Error::new(ErrorKind::Conflict, "the cluster is not managed; its hosts get no commands")
            .on(&cluster.name)
            .remedy("manage the cluster again")),
        None => Ok(()),
    }
}

//! Zones, pods and clusters.

use crate::alloc::{AddressPool, Subnet};
use crate::base::id::{ClusterId, DomainId, EntityId, JobId, PodId, ZoneId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::flow::access;
use crate::flow::room::thousandths;
use crate::flow::setting;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::infra::{Allocation, Cluster, Pod, Zone, ZoneKind};
use ipnet::{IpNet, Ipv4Net};
use std::net::IpAddr;

/// A request for a zone. A new zone is enabled; CloudStack's starts disabled and is enabled by its wizard's last step.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::infra::AddZone;
/// # use cloudstack_core::model::infra::ZoneKind;
/// let wish = AddZone::new("berlin".parse()?, ZoneKind::Advanced);
/// let zone = cloud.zones().add(&admin, wish).await?.done().await?;
/// assert_eq!(cloud.view().zone(zone).map(|zone| zone.name.as_str()), Some("berlin"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddZone {
    /// Its name.
    pub name: Name,
    /// How guests are kept apart, for life (ZONE-01).
    pub kind: ZoneKind,
    /// Security groups are enforced, for life (ZONE-15).
    pub security_groups: bool,
    /// Name servers for guests.
    pub dns: Vec<IpAddr>,
    /// Name servers for system machines.
    pub internal_dns: Vec<IpAddr>,
    /// The addresses an isolated network gets unless told otherwise.
    pub guest_cidr: Option<Ipv4Net>,
    /// The suffix of guests' names.
    pub domain_name: Option<String>,
    /// The one domain it serves, with those below (HIER-12).
    pub private_to: Option<DomainId>,
}

impl AddZone {
    /// A public zone of this kind.
    #[must_use]
    pub fn new(name: Name, kind: ZoneKind) -> Self {
        let (dns, internal_dns) = (Vec::new(), Vec::new());
        let security_groups = kind == ZoneKind::Basic;
        Self { name, kind, security_groups, dns, internal_dns, guest_cidr: None, domain_name: None, private_to: None }
    }
}

impl Verb for AddZone {
    type Answer = ZoneId;
    const NAME: &'static str = "zone.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<ZoneId>> {
        access::root(caller)?;
        let region = desk.view().regions().iter().next().map(|r| r.id);
        let region = region.ok_or_else(|| Error::new(ErrorKind::Conflict, "the cloud has no region"))?;
        if let Some(domain) = self.private_to {
            desk.view().need::<crate::model::org::Domain>(domain)?;
        }
        let id = desk.id::<ZoneId>();
        desk.insert(Zone {
            id,
            region,
            name: self.name.clone(),
            kind: self.kind,
            security_groups: self.security_groups,
            allocation: Allocation::Enabled,
            dns: self.dns.clone(),
            internal_dns: self.internal_dns.clone(),
            guest_cidr: self.guest_cidr,
            domain_name: self.domain_name.clone(),
            private_to: self.private_to,
        })?;
        desk.event("ZONE.CREATE", EventLevel::Info, None, id.to_string(), format!("zone {}", self.name));
        Ok(Decision::done(id))
    }
}

/// A request for a pod.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::flow::infra::AddPod;
/// let (subnet, gateway) = ("192.168.2.0/24".parse()?, "192.168.2.1".parse()?);
/// let pod = cloud.zones().add_pod(&admin, AddPod { zone, name: "p2".parse()?, subnet, gateway }).await?.done().await?;
/// assert_eq!(cloud.view().pods().by("zone", zone).count(), 2);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddPod {
    /// Its zone.
    pub zone: ZoneId,
    /// Its name, unique in the zone.
    pub name: Name,
    /// The subnet of its hosts (HIER-14).
    pub subnet: IpNet,
    /// The router of that subnet.
    pub gateway: IpAddr,
}

impl Verb for AddPod {
    type Answer = PodId;
    const NAME: &'static str = "pod.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<PodId>> {
        access::root(caller)?;
        let zone = desk.view().need::<Zone>(self.zone)?.id;
        AddressPool::new(Subnet::new(self.subnet).gateway(self.gateway))
            .map_err(|e| Error::invalid("gateway", self.gateway, &e).source(e))?;
        let meets = |pod: &&Pod| crate::alloc::cidr::overlap(&pod.subnet, &self.subnet);
        if let Some(other) = desk.view().pods().iter().find(meets) {
            let taken = format!("subnet {} overlaps {} of pod {}", self.subnet, other.subnet, other.name);
            return Err(Error::new(ErrorKind::Taken, taken).on("subnet").remedy("give each pod a subnet of its own"));
        }
        let id = desk.id::<PodId>();
        let (name, subnet, gateway) = (self.name.clone(), self.subnet.trunc(), self.gateway);
        desk.insert(Pod { id, zone, name, subnet, gateway, allocation: Allocation::Enabled })?;
        desk.event("POD.CREATE", EventLevel::Info, None, id.to_string(), format!("pod {}", self.name));
        Ok(Decision::done(id))
    }
}

/// A request for a cluster.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, pod, .. }| {
/// # use cloudstack_core::flow::infra::AddCluster;
/// let wish = AddCluster {
///     pod,
///     name: "c2".parse()?,
///     hypervisor: "Simulator".into(),
///     cpu_overcommit: Some(2_000), // thousandths: twice what is there
///     ram_overcommit: None,        // as the setting says
/// };
/// let cluster = cloud.zones().add_cluster(&admin, wish).await?.done().await?;
/// assert_eq!(cloud.view().cluster(cluster).map(|c| c.cpu_overcommit), Some(2_000));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCluster {
    /// Its pod.
    pub pod: PodId,
    /// Its name, unique in the pod.
    pub name: Name,
    /// The kind of hypervisor of all its hosts.
    pub hypervisor: String,
    /// Processor over-commit in thousandths; the cloud's setting if none is given.
    pub cpu_overcommit: Option<u32>,
    /// Memory over-commit in thousandths; the cloud's setting if none is given.
    pub ram_overcommit: Option<u32>,
}

impl Verb for AddCluster {
    type Answer = ClusterId;
    const NAME: &'static str = "cluster.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<ClusterId>> {
        access::root(caller)?;
        let pod = desk.view().need::<Pod>(self.pod)?.clone();
        if self.hypervisor.is_empty() {
            return Err(Error::invalid("hypervisor", "", "give the kind of hypervisor of the cluster's hosts"));
        }
        let view = desk.view();
        let ratio =
            |asked: Option<u32>, name| asked.or_else(|| thousandths(setting::text(view, name))).unwrap_or(1_000);
        let cpu_overcommit = ratio(self.cpu_overcommit, "cpu.overprovisioning.factor");
        let ram_overcommit = ratio(self.ram_overcommit, "mem.overprovisioning.factor");
        for (field, given) in [("cpu_overcommit", cpu_overcommit), ("ram_overcommit", ram_overcommit)] {
            if !(100..=1_000_000).contains(&given) {
                return Err(Error::invalid(field, given, "give 100 to 1,000,000 thousandths"));
            }
        }
        let id = desk.id::<ClusterId>();
        desk.insert(Cluster {
            id,
            pod: pod.id,
            zone: pod.zone,
            name: self.name.clone(),
            hypervisor: self.hypervisor.clone(),
            managed: true,
            allocation: Allocation::Enabled,
            cpu_overcommit,
            ram_overcommit,
        })?;
        let text = format!("{} {}", ClusterId::NOUN, self.name);
        desk.event("CLUSTER.CREATE", EventLevel::Info, None, id.to_string(), text);
        Ok(Decision::done(id))
    }
}

/// What is enabled or disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A zone.
    Zone(ZoneId),
    /// A pod.
    Pod(PodId),
    /// A cluster.
    Cluster(ClusterId),
}

/// A request to let a place take new machines, or not.
///
/// May be repeated. Machines that are there run on.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, cluster, offering, template, .. }| {
/// # use cloudstack_core::flow::infra::{Place, SetAllocation};
/// # use cloudstack_core::{base::ErrorKind, model::infra::Allocation};
/// let closed = SetAllocation { place: Place::Cluster(cluster), allocation: Allocation::Disabled };
/// cloud.zones().set_allocation(&admin, closed).await?.done().await?;
/// assert_eq!(cloud.view().cluster(cluster).map(|c| c.allocation), Some(Allocation::Disabled));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAllocation {
    /// The place.
    pub place: Place,
    /// Whether it takes new machines.
    pub allocation: Allocation,
}

impl Verb for SetAllocation {
    type Answer = ();
    const NAME: &'static str = "place.set_allocation";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let allocation = self.allocation;
        let (kind, id) = match self.place {
            Place::Zone(id) => {
                let row = desk.view().need::<Zone>(id)?.clone();
                desk.update(Zone { allocation, ..row })?;
                ("ZONE.EDIT", id.to_string())
            }
            Place::Pod(id) => {
                let row = desk.view().need::<Pod>(id)?.clone();
                desk.update(Pod { allocation, ..row })?;
                ("POD.EDIT", id.to_string())
            }
            Place::Cluster(id) => {
                let row = desk.view().need::<Cluster>(id)?.clone();
                desk.update(Cluster { allocation, ..row })?;
                ("CLUSTER.EDIT", id.to_string())
            }
        };
        desk.event(kind, EventLevel::Info, None, id, format!("{allocation}"));
        Ok(Decision::done(()))
    }
}

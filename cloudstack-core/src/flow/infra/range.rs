//! Physical networks, and ranges of addresses and VLANs.

use crate::alloc::{AddressPool, AddressRange, Subnet, TagRange};
use crate::base::id::{IpRangeId, JobId, PhysicalNetworkId, PodId, VlanRangeId, ZoneId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::infra::{IpRange, Isolation, PhysicalNetwork, Pod, Purpose, Traffic, VlanRange, Zone, ZoneKind};
use ipnet::IpNet;
use std::net::IpAddr;

/// A request for a physical network.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::infra::AddPhysicalNetwork;
/// # use cloudstack_core::model::infra::{Isolation, Traffic, TrafficKind};
/// # use cloudstack_core::{flow::infra::AddZone, model::infra::ZoneKind};
/// let zone = AddZone::new("berlin".parse()?, ZoneKind::Advanced);
/// let zone = cloud.zones().add(&admin, zone).await?.done().await?;
/// let traffic = vec![Traffic { kind: TrafficKind::Storage, labels: [("Simulator".into(), "br2".into())].into() }];
/// let wish = AddPhysicalNetwork { zone, name: "san".parse()?, traffic, isolation: Isolation::Vlan };
/// let network = cloud.zones().add_physical_network(&admin, wish).await?.done().await?;
/// assert_eq!(cloud.view().physical_network(network).map(|n| n.name.as_str()), Some("san"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddPhysicalNetwork {
    /// Its zone.
    pub zone: ZoneId,
    /// Its name, unique in the zone.
    pub name: Name,
    /// What it carries.
    pub traffic: Vec<Traffic>,
    /// How it keeps guest networks apart.
    pub isolation: Isolation,
}

impl Verb for AddPhysicalNetwork {
    type Answer = PhysicalNetworkId;
    const NAME: &'static str = "physical_network.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<PhysicalNetworkId>> {
        access::root(caller)?;
        let zone = desk.view().need::<Zone>(self.zone)?.clone();
        if zone.kind == ZoneKind::Basic && desk.view().physical_networks().by("zone", zone.id).next().is_some() {
            return Err(
                Error::new(ErrorKind::Conflict, "a basic zone has one physical network (PHYS-02)").on(&zone.name)
            );
        }
        let id = desk.id::<PhysicalNetworkId>();
        let (zone, name) = (zone.id, self.name.clone());
        desk.insert(PhysicalNetwork { id, zone, name, traffic: self.traffic.clone(), isolation: self.isolation })?;
        desk.event(
            "PHYSICAL.NETWORK.CREATE",
            EventLevel::Info,
            None,
            id.to_string(),
            format!("physical network {}", self.name),
        );
        Ok(Decision::done(id))
    }
}

/// A request for a range of addresses that the cloud may give out: public, for system machines, or for storage.
/// Guest ranges belong to a network.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::{base::ErrorKind, flow::infra::AddIpRange, model::infra::Purpose};
/// let wish = AddIpRange {
///     zone,
///     pod: None,
///     purpose: Purpose::Public,
///     vlan: Some(500),
///     subnet: "198.51.100.0/24".parse()?,
///     gateway: "198.51.100.1".parse()?,
///     first: "198.51.100.10".parse()?,
///     last: "198.51.100.99".parse()?,
/// };
/// cloud.zones().add_ip_range(&admin, wish.clone()).await?.done().await?;
/// let refused = cloud.zones().add_ip_range(&admin, wish).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Taken);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddIpRange {
    /// Its zone.
    pub zone: ZoneId,
    /// The pod it serves, if only one.
    pub pod: Option<PodId>,
    /// What it is for.
    pub purpose: Purpose,
    /// The VLAN its addresses live on; none means untagged.
    pub vlan: Option<u32>,
    /// The subnet around it.
    pub subnet: IpNet,
    /// The router of that subnet.
    pub gateway: IpAddr,
    /// The first address.
    pub first: IpAddr,
    /// The last address.
    pub last: IpAddr,
}

impl Verb for AddIpRange {
    type Answer = IpRangeId;
    const NAME: &'static str = "ip_range.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<IpRangeId>> {
        access::root(caller)?;
        let zone = desk.view().need::<Zone>(self.zone)?;
        if self.purpose == Purpose::Guest {
            return Err(Error::invalid("purpose", self.purpose, "addresses of guests are added to their network"));
        }
        if let Some(pod) = self.pod.map(|id| desk.view().need::<Pod>(id)).transpose()?.filter(|p| p.zone != zone.id) {
            return Err(Error::invalid("pod", &pod.name, format!("give a pod of zone {}", zone.name)));
        }
        if let Some(tag) = self.vlan {
            TagRange::new(Isolation::Vlan, tag, tag).map_err(|e| Error::invalid("vlan", tag, &e).source(e))?;
        }
        let given = format!("{}-{}", self.first, self.last);
        let span = AddressRange::new(self.first, self.last).map_err(|e| Error::invalid("range", &given, &e))?;
        AddressPool::new(Subnet::new(self.subnet).gateway(self.gateway).only([span]))
            .map_err(|e| Error::invalid("range", &given, &e).source(e))?;
        self.unique(desk, span)?;
        let id = desk.id::<IpRangeId>();
        desk.insert(IpRange {
            id,
            zone: self.zone,
            pod: self.pod,
            network: None,
            purpose: self.purpose,
            vlan: self.vlan,
            subnet: self.subnet.trunc(),
            gateway: self.gateway,
            first: self.first,
            last: self.last,
            account: None,
        })?;
        desk.event("VLAN.IP.RANGE.CREATE", EventLevel::Info, None, id.to_string(), format!("{} {span}", self.purpose));
        Ok(Decision::done(id))
    }
}

impl AddIpRange {
    /// Ranges of one cloud do not overlap, of whichever zones and purposes (IPAM-03, IPAM-09).
    fn unique(&self, desk: &Desk<'_>, span: AddressRange) -> Result<()> {
        let meets = |r: &&IpRange| {
            (r.network.is_none() || r.zone == self.zone)
                && AddressRange::new(r.first, r.last).is_ok_and(|other| other.overlaps(&span))
        };
        let Some(other) = desk.view().ip_ranges().iter().find(meets) else { return Ok(()) };
        let zone = desk.view().zone(other.zone).map_or("?", |z| z.name.as_str());
        let taken = format!("range {span} overlaps {} {}-{} of zone {zone}", other.purpose, other.first, other.last);
        Err(Error::new(ErrorKind::Taken, taken).on("range").remedy("give addresses that no other range has"))
    }
}

/// A request for a range of VLAN or VXLAN ids for guest networks.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::flow::infra::AddVlanRange;
/// let physical_network = cloud.view().physical_networks().iter().next().map(|n| n.id).ok_or("the plan names one")?;
/// let wish = AddVlanRange { physical_network, first: 100, last: 199 };
/// cloud.zones().add_vlan_range(&admin, wish).await?.done().await?;
/// assert_eq!(cloud.view().vlan_ranges().by("physical_network", physical_network).count(), 1);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddVlanRange {
    /// Where the ids count.
    pub physical_network: PhysicalNetworkId,
    /// The first id.
    pub first: u32,
    /// The last id.
    pub last: u32,
}

impl Verb for AddVlanRange {
    type Answer = VlanRangeId;
    const NAME: &'static str = "vlan_range.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<VlanRangeId>> {
        access::root(caller)?;
        let network = desk.view().need::<PhysicalNetwork>(self.physical_network)?.clone();
        let kind = network.isolation;
        let given = format!("{}-{}", self.first, self.last);
        let span =
            TagRange::new(kind, self.first, self.last).map_err(|e| Error::invalid("vlan", &given, &e).source(e))?;
        let known = desk.view().vlan_ranges().by("physical_network", network.id);
        let meets = known.filter_map(|r| TagRange::new(kind, r.first, r.last).ok()).find(|r| r.overlaps(&span));
        if let Some(other) = meets {
            let taken = format!("VLAN range {span} overlaps {other} of {}", network.name);
            return Err(Error::new(ErrorKind::Taken, taken).on("vlan").remedy("give ids that no other range has"));
        }
        let id = desk.id::<VlanRangeId>();
        let (first, last, isolation) = (self.first, self.last, network.isolation);
        desk.insert(VlanRange { id, physical_network: network.id, first, last, isolation })?;
        desk.event("VLAN.IP.RANGE.CREATE", EventLevel::Info, None, id.to_string(), format!("VLAN {span}"));
        Ok(Decision::done(id))
    }
}

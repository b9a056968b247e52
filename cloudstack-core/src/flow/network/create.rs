//! createNetwork: a shared network with its range, or an isolated one for an account.

use crate::alloc::{AddressPool, AddressRange, Subnet};
use crate::base::id::{AccountId, EntityId, IpRangeId, JobId, NetworkId, NetworkOfferingId, PhysicalNetworkId, ZoneId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::engine::StepError;
use crate::flow::org::limit;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, outside};
use crate::model::event::EventLevel;
use crate::model::infra::{IpRange, PhysicalNetwork, Purpose, TrafficKind, Zone, ZoneKind};
use crate::model::network::{GuestType, Network, NetworkState};
use crate::model::offering::NetworkOffering;
use crate::model::org::ResourceType;
use async_trait::async_trait;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A request for a guest network.
///
/// An isolated network is its account's own; only the root administrator adds shared ones. A network of a persistent
/// offering is carried by its devices at once (PERS-01).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::infra::{AddPhysicalNetwork, AddZone};
/// # use cloudstack_core::flow::network::AddNetwork;
/// # use cloudstack_core::model::infra::{Isolation, Traffic, TrafficKind, ZoneKind};
/// # use cloudstack_core::model::network::{GuestType, NetworkState};
/// # let zone = AddZone::new("berlin".parse()?, ZoneKind::Advanced);
/// # let zone = cloud.zones().add(&admin, zone).await?.done().await?;
/// # let traffic = vec![Traffic { kind: TrafficKind::Guest, labels: Default::default() }];
/// # let lan = AddPhysicalNetwork { zone, name: "lan".parse()?, traffic, isolation: Isolation::Vlan };
/// # cloud.zones().add_physical_network(&admin, lan).await?.done().await?;
/// let view = cloud.view();
/// let offering = view.network_offerings().iter().find(|o| o.guest == GuestType::Isolated).ok_or("a default one")?;
/// // `zone` is an advanced one.
/// let wish = AddNetwork {
///     cidr: Some("10.1.1.0/24".parse()?),
///     ..AddNetwork::isolated(zone, "backend".parse()?, offering.id)
/// };
/// let network = cloud.networks().add(&admin, wish).await?.done().await?;
/// // It is only a row: it gets its VLAN when its first machine starts.
/// let view = cloud.view();
/// let row = view.network(network).ok_or("it was added")?;
/// assert_eq!((row.state, row.vlan), (NetworkState::Allocated, None));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddNetwork {
    /// Its zone.
    pub zone: ZoneId,
    /// Its name, unique in the zone.
    pub name: Name,
    /// What it offers; says too whether it is shared or isolated.
    pub offering: NetworkOfferingId,
    /// The physical network that carries it; the zone's first with guest traffic if none is given.
    pub physical_network: Option<PhysicalNetworkId>,
    /// The account an isolated network is for; the caller's if none is given.
    pub account: Option<AccountId>,
    /// Its addresses; the zone's guest CIDR if none is given.
    pub cidr: Option<IpNet>,
    /// Its router; the first address if none is given.
    pub gateway: Option<IpAddr>,
    /// The VLAN of a shared network; none means untagged.
    pub vlan: Option<u32>,
    /// The addresses of a shared network that guests get, first and last; more can be added later.
    pub range: Option<(IpAddr, IpAddr)>,
}

impl AddNetwork {
    /// An isolated network of this offering, with the zone's guest CIDR.
    #[must_use]
    pub fn isolated(zone: ZoneId, name: Name, offering: NetworkOfferingId) -> Self {
        let (physical_network, account, cidr, gateway, vlan, range) = (None, None, None, None, None, None);
        Self { zone, name, offering, physical_network, account, cidr, gateway, vlan, range }
    }
}

impl Verb for AddNetwork {
    type Answer = NetworkId;
    const NAME: &'static str = "network.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<NetworkId>> {
        let offering = desk.view().need::<NetworkOffering>(self.offering)?.clone();
        let zone = desk.view().need::<Zone>(self.zone)?.clone();
        let network = match offering.guest {
            GuestType::Shared => self.shared(caller, desk, &zone, &offering)?,
            GuestType::Isolated => self.private(caller, desk, &zone, &offering)?,
        };
        let (id, account) = (network.id, network.account);
        let (network_net, network_gateway) = (network.cidr, network.gateway);
        desk.insert(network)?;
        if let Some((first, last)) = self.range {
            add_range(desk, id, None, (network_net, network_gateway), (first, last))?;
        }
        desk.event("NETWORK.CREATE", EventLevel::Info, account, id.to_string(), format!("network {}", self.name));
        if !offering.persistent {
            return Ok(Decision::done(id));
        }
        super::implement(desk, id)?;
        Ok(Decision::then(id, id, vec![OpenNetwork { network: id }.into()]))
    }
}

/// The devices carry a network that lives on without machines (PERS-01). Undone: it has no row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenNetwork {
    pub(crate) network: NetworkId,
}

#[async_trait]
impl Act for OpenNetwork {
    const NAME: &'static str = "open network";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let spec = outside::network_spec(&cx.view, self.network)?;
        for device in cx.outside.devices_of(&cx.view, cx.view.need::<Network>(self.network)?).into_values() {
            device.ensure_network(&spec).await?;
        }
        super::router::ensure(cx.outside, cx.ledger, self.network).await?;
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        super::carried(desk, self.network)
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        super::close_devices(cx, self.network).await
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let network = desk.view().need::<Network>(self.network)?.clone();
        super::delete::erase(desk, &network)
    }
}

impl AddNetwork {
    fn shared(&self, caller: &Caller, desk: &mut Desk<'_>, zone: &Zone, offering: &NetworkOffering) -> Result<Network> {
        access::root(caller)?;
        let basic_has_one = zone.kind == ZoneKind::Basic && desk.view().networks().by("zone", zone.id).next().is_some();
        if basic_has_one {
            return Err(Error::new(ErrorKind::Conflict, "a basic zone has one guest network").on(&zone.name));
        }
        let cidr = self.cidr.ok_or_else(|| Error::invalid("cidr", "", "a shared network needs its subnet"))?;
        self.row(desk, zone, offering, None, cidr, NetworkState::Setup)
    }

    fn private(
        &self,
        caller: &Caller,
        desk: &mut Desk<'_>,
        zone: &Zone,
        offering: &NetworkOffering,
    ) -> Result<Network> {
        let owner = access::act_for(desk.view(), caller, self.account.unwrap_or(caller.account))?.clone();
        access::use_zone(desk.view(), caller, &owner, zone)?;
        if zone.kind == ZoneKind::Basic {
            return Err(Error::invalid("offering", &offering.name, "a basic zone has no isolated networks"));
        }
        if self.vlan.is_some() || self.range.is_some() {
            return Err(Error::invalid("vlan", "", "an isolated network gets its VLAN and addresses from the cloud"));
        }
        limit::check(desk, &owner, &[(ResourceType::Network, 1)])?;
        let cidr = self.cidr.or(zone.guest_cidr.map(IpNet::V4));
        let cidr = cidr.ok_or_else(|| Error::invalid("cidr", "", "the zone has no guest CIDR; give one"))?;
        self.row(desk, zone, offering, Some(owner.id), cidr, NetworkState::Allocated)
    }

    fn row(
        &self,
        desk: &mut Desk<'_>,
        zone: &Zone,
        offering: &NetworkOffering,
        account: Option<AccountId>,
        cidr: IpNet,
        state: NetworkState,
    ) -> Result<Network> {
        let gateway = self.gateway.or_else(|| cidr.hosts().next());
        let gateway =
            gateway.ok_or_else(|| Error::invalid("cidr", cidr, "give a subnet with at least two addresses"))?;
        AddressPool::new(Subnet::new(cidr).gateway(gateway))
            .map_err(|e| Error::invalid("gateway", gateway, &e).source(e))?;
        let physical_network = physical(desk, zone, self.physical_network)?;
        Ok(Network {
            id: desk.id(),
            name: self.name.clone(),
            zone: zone.id,
            physical_network,
            account,
            offering: offering.id,
            guest: offering.guest,
            security_groups: offering.has("SecurityGroup") && zone.security_groups,
            state,
            cidr,
            gateway,
            vlan: self.vlan,
            domain_name: zone.domain_name.clone(),
            idle_since: None,
        })
    }
}

fn physical(desk: &Desk<'_>, zone: &Zone, asked: Option<PhysicalNetworkId>) -> Result<PhysicalNetworkId> {
    let guest = |p: &&PhysicalNetwork| p.traffic.iter().any(|t| t.kind == TrafficKind::Guest);
    let found = match asked {
        Some(id) => Some(desk.view().need::<PhysicalNetwork>(id)?).filter(|p| p.zone == zone.id),
        None => desk.view().physical_networks().by("zone", zone.id).find(guest),
    };
    found.map(|p| p.id).ok_or_else(|| {
        Error::invalid("physical_network", "", "the zone needs a physical network with guest traffic").on(&zone.name)
    })
}

/// Adds a range of addresses to a shared network: the subnet around it with its router, first and last address.
pub(crate) fn add_range(
    desk: &mut Desk<'_>,
    network: NetworkId,
    pod: Option<crate::base::id::PodId>,
    (subnet, gateway): (IpNet, IpAddr),
    (first, last): (IpAddr, IpAddr),
) -> Result<IpRangeId> {
    let row = desk.view().need::<Network>(network)?.clone();
    let span = AddressRange::new(first, last).map_err(|e| Error::invalid("range", format!("{first}-{last}"), &e))?;
    let known = desk.view().ip_ranges().by("network", network);
    let overlap = known.filter_map(|r| AddressRange::new(r.first, r.last).ok()).find(|r| r.overlaps(&span));
    if let Some(other) = overlap {
        return Err(Error::new(ErrorKind::Taken, format!("range {span} overlaps {other} of the same network"))
            .on(NetworkId::NOUN)
            .remedy("give addresses that no other range has"));
    }
    kept_back(desk, row.zone, span)?;
    AddressPool::new(Subnet::new(subnet).gateway(gateway).only([span]))
        .map_err(|e| Error::invalid("range", span, &e).source(e))?;
    let id = desk.id::<IpRangeId>();
    desk.insert(IpRange {
        id,
        zone: row.zone,
        pod,
        network: Some(network),
        purpose: Purpose::Guest,
        vlan: row.vlan,
        subnet: subnet.trunc(),
        gateway,
        first,
        last,
        account: None,
    })?;
    Ok(id)
}

/// What the zone keeps for system machines, storage and public addresses is not for guests (IPAM-01).
fn kept_back(desk: &Desk<'_>, zone: ZoneId, span: AddressRange) -> Result<()> {
    let meets = |r: &&IpRange| {
        r.network.is_none()
            && r.zone == zone
            && AddressRange::new(r.first, r.last).is_ok_and(|other| other.overlaps(&span))
    };
    let Some(other) = desk.view().ip_ranges().iter().find(meets) else { return Ok(()) };
    let taken = format!("range {span} overlaps {} {}-{} of the zone", other.purpose, other.first, other.last);
    Err(Error::new(ErrorKind::Taken, taken).on("range").remedy("give guests addresses of their own"))
}

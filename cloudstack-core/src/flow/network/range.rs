//! More addresses for a shared network.

use crate::base::id::{IpRangeId, JobId, NetworkId, PodId};
use crate::base::{Caller, Error, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::infra::{Pod, Zone, ZoneKind};
use crate::model::network::{GuestType, Network};
use ipnet::IpNet;
use std::net::IpAddr;

/// A request for a range of addresses that guests on a shared network get.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, pod, .. }| {
/// # use cloudstack_core::{base::ErrorKind, flow::network::AddGuestRange};
/// let network = cloud.view().networks().by("zone", zone).next().map(|n| n.id).ok_or("a basic zone has one")?;
/// let (first, last) = ("192.168.1.200".parse()?, "192.168.1.209".parse()?);
/// let wish = AddGuestRange { network, pod: Some(pod), subnet: None, gateway: None, first, last };
/// let free = |cloud: &Cloud| cloud.peek(|_, room| room.addresses.guest_counts(network).0);
/// let before = free(&cloud);
/// cloud.networks().add_range(&admin, wish.clone()).await?.done().await?;
/// assert_eq!(free(&cloud), before + 10);
///
/// let refused = cloud.networks().add_range(&admin, wish).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Taken);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddGuestRange {
    /// The network.
    pub network: NetworkId,
    /// The pod whose machines it serves; in a basic zone every range serves one (PHYS-05).
    pub pod: Option<PodId>,
    /// The subnet around it; the network's if none is given.
    pub subnet: Option<IpNet>,
    /// The router of that subnet; the network's if none is given.
    pub gateway: Option<IpAddr>,
    /// The first address.
    pub first: IpAddr,
    /// The last address.
    pub last: IpAddr,
}

impl Verb for AddGuestRange {
    type Answer = IpRangeId;
    const NAME: &'static str = "network.add_range";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<IpRangeId>> {
        access::root(caller)?;
        let network = desk.view().need::<Network>(self.network)?.clone();
        if network.guest != GuestType::Shared {
            return Err(Error::invalid("network", &network.name, "only shared networks have ranges"));
        }
        let zone = desk.view().need::<Zone>(network.zone)?;
        match self.pod.map(|pod| desk.view().need::<Pod>(pod)).transpose()? {
            Some(pod) if pod.zone != zone.id => {
                return Err(Error::invalid("pod", &pod.name, format!("give a pod of zone {}", zone.name)));
            }
            None if zone.kind == ZoneKind::Basic => {
                return Err(Error::invalid("pod", "", "in a basic zone a range serves one pod; name it (PHYS-05)"));
            }
            _ => {}
        }
        let (subnet, gateway) = (self.subnet.unwrap_or(network.cidr), self.gateway.unwrap_or(network.gateway));
        let other = (subnet.trunc(), gateway) != (network.cidr.trunc(), network.gateway);
        if other && zone.kind == ZoneKind::Advanced && network.security_groups {
            let accepted = format!(
                "with security groups all ranges of a network share {} and gateway {} (SG-10)",
                network.cidr, network.gateway
            );
            return Err(Error::invalid("subnet", subnet, accepted));
        }
        let range = (self.first, self.last);
        let id = super::create::add_range(desk, network.id, self.pod, (subnet, gateway), range)?;
        let text = format!("{}-{} for {}", self.first, self.last, network.name);
        desk.event("VLAN.IP.RANGE.CREATE", EventLevel::Info, None, id.to_string(), text);
        Ok(Decision::done(id))
    }
}

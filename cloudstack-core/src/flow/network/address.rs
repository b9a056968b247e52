//! associateIpAddress and disassociateIpAddress: public addresses that an account takes, and gives back.

use super::router::{OpenRules, Piece, TellRouters};
use super::{ground, rule};
use crate::base::id::{AccountId, JobId, NetworkId, PublicIpId, ZoneId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::access;
use crate::flow::org::limit;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::infra::{Zone, ZoneKind};
use crate::model::network::{GuestType, Network, NetworkState, PUBLIC_IP, PublicIp, PublicIpEvent, PublicIpState};
use crate::model::offering::NetworkOffering;
use crate::model::org::{Account, ResourceType};

/// A request for a public address (IPAM-11). Repeating it takes another one.
///
/// One that is taken for no network serves the network of its first rule from then on.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routed.rs"));
/// # fn main() { routed(async |Routed { cloud, admin, network, .. }| {
/// # use cloudstack_core::{flow::network::ReleaseAddress, model::network::PublicIpState};
/// let ip = cloud.addresses().acquire(&admin, AcquireAddress::of(network)).await?.done().await?;
/// assert_eq!(cloud.view().public_ip(ip).map(|ip| ip.state), Some(PublicIpState::Allocated));
/// cloud.addresses().release(&admin, ReleaseAddress { ip }).await?.done().await?;
/// assert!(cloud.view().public_ip(ip).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcquireAddress {
    /// The network it shall serve.
    pub network: Option<NetworkId>,
    /// The zone it shall be of; the network's if none is given.
    pub zone: Option<ZoneId>,
    /// Who shall hold it; the network's owner, or else the caller's account, if none is given.
    pub account: Option<AccountId>,
}

impl AcquireAddress {
    /// One for this network.
    #[must_use]
    pub fn of(network: NetworkId) -> Self {
        Self { network: Some(network), zone: None, account: None }
    }
}

impl Verb for AcquireAddress {
    type Answer = PublicIpId;
    const NAME: &'static str = "public_ip.acquire";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<PublicIpId>> {
        let network = self.network.map(|id| serving(desk, caller, id)).transpose()?;
        let asked = network.as_ref().and_then(|n| n.account).or(self.account).unwrap_or(caller.account);
        if self.account.is_some_and(|account| account != asked) {
            return Err(Error::invalid("account", asked, "the network is another account's"));
        }
        let owner = access::act_for(desk.view(), caller, asked)?.clone();
        let zone = self.zone_of(desk, caller, &owner, network.as_ref())?;
        limit::check(desk, &owner, &[(ResourceType::PublicIp, 1)])?;
        let (range, address) = desk.derived().addresses.pick_public(zone, owner.id)?;
        let (id, account, source_nat, static_nat) = (desk.id::<PublicIpId>(), owner.id, false, None);
        let told = network.as_ref().filter(|n| n.state != NetworkState::Allocated).map(|n| n.id);
        let taken = PublicIpState::Allocating;
        let state = if told.is_some() { taken } else { PUBLIC_IP.step(taken, PublicIpEvent::Assigned)? };
        desk.insert(PublicIp {
            id,
            address,
            range,
            zone,
            account,
            network: self.network,
            source_nat,
            static_nat,
            state,
        })?;
        desk.event("NET.IPASSIGN", EventLevel::Info, Some(account), id.to_string(), format!("address {address}"));
        let Some(network) = told else { return Ok(Decision::done(id)) };
        desk.rely_on::<Network>(network);
        let pieces = [Piece::Address(id)].into();
        Ok(Decision::then(id, id, vec![OpenRules { pieces }.into(), TellRouters::of(network).into()]))
    }
}

impl AcquireAddress {
    fn zone_of(&self, desk: &Desk<'_>, caller: &Caller, owner: &Account, network: Option<&Network>) -> Result<ZoneId> {
        let id = match (network.map(|n| n.zone), self.zone) {
            (Some(of), Some(asked)) if of != asked => {
                return Err(Error::invalid("zone", asked, "the network is of another zone"));
            }
            (Some(zone), _) | (None, Some(zone)) => zone,
            (None, None) => return Err(Error::invalid("network", "", "name a network, or a zone")),
        };
        let zone = desk.view().need::<Zone>(id)?;
        access::use_zone(desk.view(), caller, owner, zone)?;
        if zone.kind == ZoneKind::Basic {
            return Err(Error::invalid("zone", &zone.name, "accounts hold public addresses in advanced zones only"));
        }
        Ok(id)
    }
}

/// A network that public addresses may serve.
fn serving(desk: &Desk<'_>, caller: &Caller, id: NetworkId) -> Result<Network> {
    let network = desk.view().need::<Network>(id)?.clone();
    let account = network.account.filter(|_| network.guest == GuestType::Isolated);
    let account = account.ok_or_else(|| Error::invalid("network", &network.name, "give an isolated network"))?;
    access::owned(desk.view(), caller, account, "network", id)?;
    if matches!(network.state, NetworkState::Shutdown | NetworkState::Destroy) {
        return Err(super::leaving(&network));
    }
    let offering = desk.view().need::<NetworkOffering>(network.offering)?;
    if ["SourceNat", "StaticNat", "PortForwarding", "Lb", "Firewall"].into_iter().any(|service| offering.has(service)) {
        return Ok(network);
    }
    Err(Error::invalid("network", &network.name, "its offering has no service that uses public addresses"))
}

/// A request to give a public address back, with every rule on it.
///
/// There is no way back once it is decided; if a device does not answer, it is told until it has. The address that hides a
/// network stays until the network goes. [`AcquireAddress`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseAddress {
    /// The address.
    pub ip: PublicIpId,
}

impl Verb for ReleaseAddress {
    type Answer = ();
    const NAME: &'static str = "public_ip.release";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let row = desk.view().need::<PublicIp>(self.ip)?.clone();
        let ip = match row.state {
            // An earlier try got this far.
            PublicIpState::Releasing => {
                access::owned(desk.view(), caller, row.account, "public ip", self.ip)?;
                row
            }
            _ => ground::taken(desk.view(), caller, self.ip)?,
        };
        if ip.source_nat {
            let why = "the address hides its network's machines";
            return Err(Error::new(ErrorKind::Conflict, why).on(ip.address).remedy("delete the network"));
        }
        rule::withdraw(desk, Piece::Address(ip.id))?;
        let text = format!("address {}", ip.address);
        desk.event("NET.IPRELEASE", EventLevel::Info, Some(ip.account), ip.id.to_string(), text);
        match ip.network {
            Some(network) => Ok(Decision::then((), ip.id, vec![TellRouters::of(network).into()])),
            None => rule::erase::<PublicIp>(desk, ip.id).map(|()| Decision::done(())),
        }
    }
}

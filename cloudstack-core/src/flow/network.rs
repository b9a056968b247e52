//! Guest networks: who is on them, and when they get and give back what they need.

pub mod address;
pub mod balancer;
pub mod collect;
pub mod create;
pub mod delete;
pub mod firewall;
pub mod forward;
mod ground;
pub mod range;
pub mod router;
pub mod rule;
pub mod static_nat;
pub mod stickiness;

pub use address::{AcquireAddress, ReleaseAddress};
pub use balancer::{AddLoadBalancer, AssignMembers, DeleteLoadBalancer, RemoveMembers, UpdateLoadBalancer};
pub use collect::CollectNetwork;
pub use create::AddNetwork;
pub use delete::DeleteNetwork;
pub use firewall::{CloseEgress, CloseFirewall, OpenEgress, OpenFirewall};
pub use forward::{AddPortForward, DeletePortForward};
pub use range::AddGuestRange;
pub use static_nat::{DisableStaticNat, EnableStaticNat};
pub use stickiness::{AddStickiness, DeleteStickiness};

use super::org::limit;
use super::step::{Cx, Desk};
use crate::base::id::{EntityId, NetworkId, NicId, PodId, PublicIpId, VlanId, VmId};
use crate::base::{Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::Zone;
use crate::model::network::{
    GuestType, NIC, Network, NetworkEvent, NetworkState, Nic, NicEvent, NicState, PUBLIC_IP, PublicIp, PublicIpEvent,
    PublicIpState, Vlan,
};
use crate::model::offering::NetworkOffering;
use crate::model::org::{Account, ResourceType};
use crate::model::vm::Vm;
use std::net::{IpAddr, Ipv4Addr};

/// The networks of a new machine: those asked for, or the zone's shared one, or the account's only one.
pub(crate) fn of_new_vm(view: &View, owner: &Account, zone: &Zone, asked: &[NetworkId]) -> Result<Vec<Network>> {
    if asked.is_empty() {
        let open = |n: &&Network| n.account.is_none() && n.guest == GuestType::Shared;
        let own = |n: &&Network| n.zone == zone.id;
        let found = view.networks().by("zone", zone.id).find(open);
        let found = found.or_else(|| view.networks().by("account", owner.id).find(own));
        return found.map(|n| vec![n.clone()]).ok_or_else(|| {
            Error::invalid("networks", "", "the zone has no shared network; name a network, or create one")
        });
    }
    asked.iter().map(|id| usable(view, owner, zone, *id).cloned()).collect()
}

pub(crate) fn usable<'a>(view: &'a View, owner: &Account, zone: &Zone, id: NetworkId) -> Result<&'a Network> {
    let network = view.need::<Network>(id)?;
    if network.account.is_some_and(|account| account != owner.id) {
        return Err(Error::not_found("network", id));
    }
    if network.zone != zone.id {
        return Err(Error::invalid("networks", id, "give networks of the machine's zone"));
    }
    if matches!(network.state, NetworkState::Shutdown | NetworkState::Destroy) {
        return Err(leaving(network));
    }
    Ok(network)
}

fn leaving(network: &Network) -> Error {
    Error::new(ErrorKind::Conflict, format!("the network is {}", network.state))
        .on(network.id)
        .remedy("try again when it has been given back")
        .retryable()
}

/// How a machine joins a network.
pub(crate) struct Joining {
    pub(crate) network: NetworkId,
    /// The interface's place among the machine's.
    pub(crate) device: u32,
    /// The machine's default route leads there.
    pub(crate) default: bool,
    /// The address it shall have; any free one if none is given.
    pub(crate) address: Option<Ipv4Addr>,
    /// The machine starts, or runs: the network is prepared for it.
    pub(crate) live: bool,
}

impl Joining {
    /// The interface at this place, for a machine that starts; the first one is the default.
    pub(crate) fn new(network: NetworkId, device: u32) -> Self {
        Self { network, device, default: device == 0, address: None, live: true }
    }
}

/// Gives a machine an interface on a network: an address of its pod, and a hardware address of its own. A machine that has no
/// pod yet gets its address with that, where the pods have addresses of their own (PHYS-05).
pub(crate) fn join(desk: &mut Desk<'_>, vm: &Vm, joining: &Joining) -> Result<NicId> {
    let Joining { network, device, default, address, live } = *joining;
    let ip = match address {
        Some(address) => Some(desk.derived().addresses.claim_guest(network, vm.pod, address.into())?),
        None if vm.pod.is_none() && by_pod(desk.view(), network) => None,
        None => Some(pick(desk, network, vm.pod)?),
    };
    let mac = desk.derived().addresses.next_mac()?;
    let id = desk.id::<NicId>();
    let (ip4, ip6) = ip.map_or((None, None), split);
    let state = NicState::Allocated;
    let state = if live { NIC.step(state, NicEvent::ReservationRequested)? } else { state };
    desk.insert(Nic { id, vm: vm.id, network, ip4, ip6, mac, device, default, state })?;
    desk.rely_on::<Network>(network);
    if live {
        implement(desk, network)?;
    }
    Ok(id)
}

/// True if the pods have addresses of their own on a network.
fn by_pod(view: &View, network: NetworkId) -> bool {
    view.ip_ranges().by("network", network).any(|range| range.pod.is_some())
}

fn pick(desk: &mut Desk<'_>, network: NetworkId, pod: Option<PodId>) -> Result<IpAddr> {
    let mut seed = desk.seed().fork();
    desk.derived().addresses.pick_guest(network, pod, &mut seed)
}

const fn split(ip: IpAddr) -> (Option<Ipv4Addr>, Option<std::net::Ipv6Addr>) {
    match ip {
        IpAddr::V4(ip) => (Some(ip), None),
        IpAddr::V6(ip) => (None, Some(ip)),
    }
}

/// A network that is only a row gets its VLAN and its public address when its first machine starts (GNET-07, VLAN-02).
fn implement(desk: &mut Desk<'_>, id: NetworkId) -> Result<()> {
    let network = desk.view().shared::<Network>(id)?;
    if matches!(network.state, NetworkState::Shutdown | NetworkState::Destroy) {
        return Err(leaving(&network));
    }
    if network.state != NetworkState::Allocated {
        return match network.idle_since {
            None => Ok(()),
            Some(_) => desk.update(Network { idle_since: None, ..Network::clone(&network) }),
        };
    }
    let mut seed = desk.seed().fork();
    let tag = desk.derived().addresses.pick_tag(network.physical_network, &mut seed)?;
    let vlan = desk.id::<VlanId>();
    desk.insert(Vlan { id: vlan, physical_network: network.physical_network, tag, network: id })?;
    let moved = network.moved(NetworkEvent::ImplementNetwork)?;
    desk.update(Network { vlan: Some(tag), idle_since: None, ..moved })?;
    let text = format!("{} uses VLAN {tag}", network.name);
    desk.event("ZONE.VLAN.ASSIGN", EventLevel::Info, network.account, id.to_string(), text);
    source_nat(desk, &network)
}

fn source_nat(desk: &mut Desk<'_>, network: &Network) -> Result<()> {
    let offering = desk.view().need::<NetworkOffering>(network.offering)?;
    let (true, Some(account)) = (offering.has("SourceNat"), network.account) else { return Ok(()) };
    // It keeps its public addresses while it is only a row.
    if desk.view().public_ips().by("network", network.id).any(|ip| ip.source_nat) {
        return Ok(());
    }
    let owner = desk.view().need::<Account>(account)?.clone();
    limit::check(desk, &owner, &[(ResourceType::PublicIp, 1)])?;
    let (range, address) = desk.derived().addresses.pick_public(network.zone, account)?;
    let (id, zone, network) = (desk.id::<PublicIpId>(), network.zone, Some(network.id));
    let (source_nat, static_nat, state) = (true, None, PublicIpState::Allocating);
    desk.insert(PublicIp { id, address, range, zone, account, network, source_nat, static_nat, state })
}

/// Prepares a stopped machine's interfaces for its start.
pub(crate) fn reserve(desk: &mut Desk<'_>, vm: VmId) -> Result<()> {
    for nic in nics(desk, vm) {
        let network = nic.network;
        if nic.state == NicState::Allocated {
            let state = NIC.step(nic.state, NicEvent::ReservationRequested)?;
            desk.update(Nic { state, ..nic })?;
        }
        implement(desk, network)?;
    }
    Ok(())
}

/// In a basic zone each pod has its own addresses (PHYS-05): a machine that comes to another pod gets another address.
pub(crate) fn readdress(desk: &mut Desk<'_>, vm: VmId, pod: PodId) -> Result<()> {
    for nic in nics(desk, vm) {
        if !by_pod(desk.view(), nic.network) {
            continue;
        }
        let (ip4, ip6) = split(pick(desk, nic.network, Some(pod))?);
        desk.update(Nic { ip4, ip6, ..nic })?;
    }
    Ok(())
}

/// The devices know the machine's interfaces, and so carry its networks.
pub(crate) fn opened(desk: &mut Desk<'_>, vm: VmId) -> Result<()> {
    nics(desk, vm).into_iter().try_for_each(|nic| opened_one(desk, nic.id))
}

/// As [`opened`], for one interface.
pub(crate) fn opened_one(desk: &mut Desk<'_>, id: NicId) -> Result<()> {
    let nic = desk.view().need::<Nic>(id)?.clone();
    let network = nic.network;
    if nic.state == NicState::Reserving {
        let state = NIC.step(nic.state, NicEvent::OperationCompleted)?;
        desk.update(Nic { state, ..nic })?;
    }
    carried(desk, network)
}

/// The devices carry a network.
fn carried(desk: &mut Desk<'_>, id: NetworkId) -> Result<()> {
    let network = desk.view().need::<Network>(id)?;
    if network.state == NetworkState::Implementing {
        let moved = network.moved(NetworkEvent::OperationSucceeded)?;
        desk.update(moved)?;
    }
    let ips: Vec<PublicIp> = desk.view().public_ips().by("network", id).cloned().collect();
    for ip in ips.into_iter().filter(|ip| ip.state == PublicIpState::Allocating) {
        let state = PUBLIC_IP.step(ip.state, PublicIpEvent::Assigned)?;
        desk.update(PublicIp { state, ..ip })?;
    }
    Ok(())
}

/// No device of the network carries it.
pub(crate) async fn close_devices(cx: &Cx<'_>, id: NetworkId) -> Result<(), StepError> {
    for (kind, device) in cx.outside.devices_of(&cx.view, cx.view.need::<Network>(id)?) {
        router::close(cx.outside, (kind, &**device), id).await?;
    }
    Ok(())
}

/// The devices have forgotten the machine's interfaces; a network without any is idle from now on.
pub(crate) fn closed(desk: &mut Desk<'_>, vm: VmId) -> Result<()> {
    for nic in nics(desk, vm) {
        let id = nic.network;
        let state = match nic.state {
            NicState::Reserving => NIC.step(nic.state, NicEvent::OperationFailed)?,
            NicState::Reserved => {
                let releasing = NIC.step(nic.state, NicEvent::ReleaseRequested)?;
                NIC.step(releasing, NicEvent::OperationCompleted)?
            }
            state => state,
        };
        desk.update(Nic { state, ..nic })?;
        idle(desk, id)?;
    }
    Ok(())
}

/// Notes that a network has lost its last busy interface, if it has.
fn idle(desk: &mut Desk<'_>, id: NetworkId) -> Result<()> {
    let busy = desk.view().nics().by("network", id).any(|n| n.state != NicState::Allocated);
    let network = desk.view().need::<Network>(id)?.clone();
    if busy || network.guest == GuestType::Shared || network.idle_since.is_some() {
        return Ok(());
    }
    let now = desk.now();
    let network = match network.state {
        // It was never carried: there is nothing that works to keep.
        NetworkState::Implementing => network.moved(NetworkEvent::OperationFailed)?,
        _ => network,
    };
    desk.update(Network { idle_since: Some(now), ..network })
}

/// Takes all interfaces of a machine away; their addresses are free.
pub(crate) fn leave_all(desk: &mut Desk<'_>, vm: VmId) -> Result<()> {
    nics(desk, vm).into_iter().try_for_each(|nic| leave(desk, nic.id))
}

/// Takes an interface away, with the rules that lead to it; its addresses are free.
pub(crate) fn leave(desk: &mut Desk<'_>, id: NicId) -> Result<()> {
    let Some(nic) = desk.view().nic(id).cloned() else { return Ok(()) };
    rule::forsake(desk, id)?;
    crate::flow::resource::forget(desk, id.to_u128())?;
    desk.remove::<Nic>(id)?;
    idle(desk, nic.network)
}

fn nics(desk: &Desk<'_>, vm: VmId) -> Vec<Nic> {
    desk.view().nics().by("vm", vm).cloned().collect()
}

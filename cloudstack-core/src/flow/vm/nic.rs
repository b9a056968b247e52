//! addNicToVirtualMachine, removeNicFromVirtualMachine and updateDefaultNicForVirtualMachine, of machines that run too (GNET-02).

use super::devices::{self, SetDevices};
use super::{Vm, claim, ports, ports::FilterHost, take, tell};
use crate::base::id::{JobId, NetworkId, NicId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::network::{self, Joining, router};
use crate::flow::outside::host_target;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Steps, access};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::{Zone, ZoneKind};
use crate::model::network::{GuestType, NIC, Network, Nic, NicEvent, NicState};
use crate::model::org::Account;
use crate::model::vm::VmState;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;

/// The machine, if it runs or is stopped, in a zone where machines may be on several networks.
fn able(view: &View, caller: &Caller, id: VmId) -> Result<Vm> {
    let vm = take(view, caller, id)?;
    if !matches!(vm.state, VmState::Running | VmState::Stopped) {
        let why = format!("the machine is {}", vm.state);
        return Err(Error::new(ErrorKind::Conflict, why).on(id).remedy("wait until it runs, or is stopped"));
    }
    let zone = view.need::<Zone>(vm.zone)?;
    if zone.kind == ZoneKind::Basic {
        return Err(Error::new(ErrorKind::Conflict, "in a basic zone a machine has one interface").on(&zone.name));
    }
    Ok(vm)
}

fn claimed(desk: &mut Desk<'_>, vm: &Vm, job: JobId) -> Result<()> {
    desk.update(claim(vm.clone(), job))
}

/// A request for one more interface of a machine. It is plugged in if the machine runs.
///
/// A machine is on a network once.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routed.rs"));
/// # fn main() { routed(async |Routed { cloud, admin, zone, vm, .. }| {
/// # use cloudstack_core::flow::vm::{AddNic, RemoveNic, SetDefaultNic};
/// let view = cloud.view();
/// let kind = view.network_offerings().iter().find(|o| o.has("SourceNat")).ok_or("a default one")?.id;
/// let second = AddNetwork::isolated(zone, "second".parse()?, kind);
/// let network = cloud.networks().add(&admin, second).await?.done().await?;
/// let first = view.nics().by("vm", vm).next().map(|nic| nic.id).ok_or("it has one")?;
///
/// let nic = cloud.vms().add_nic(&admin, AddNic { vm, network, address: None }).await?.done().await?;
/// cloud.vms().set_default_nic(&admin, SetDefaultNic { nic }).await?.done().await?;
/// cloud.vms().remove_nic(&admin, RemoveNic { nic: first }).await?.done().await?;
/// let left: Vec<_> = cloud.view().nics().by("vm", vm).map(|nic| (nic.id, nic.default)).collect();
/// assert_eq!(left, [(nic, true)]);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddNic {
    /// The machine.
    pub vm: VmId,
    /// The network it shall be on too.
    pub network: NetworkId,
    /// The address it shall have there; any free one if none is given.
    pub address: Option<Ipv4Addr>,
}

impl Verb for AddNic {
    type Answer = NicId;
    const NAME: &'static str = "nic.add";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<NicId>> {
        let vm = able(desk.view(), caller, self.vm)?;
        let owner = access::act_for(desk.view(), caller, vm.account)?.clone();
        let network = self.network(desk.view(), &owner, &vm)?;
        let places: Vec<u32> = desk.view().nics().by("vm", vm.id).map(|nic| nic.device).collect();
        let device = (0..).find(|place| !places.contains(place)).unwrap_or_default();
        let joining = Joining {
            network: network.id,
            device,
            default: places.is_empty(),
            address: self.address,
            live: vm.state == VmState::Running,
        };
        let nic = network::join(desk, &vm, &joining)?;
        tell(desk, &vm, "NIC.CREATE", EventLevel::Info, format!("{} is on {} too", vm.name, network.name));
        if !joining.live {
            return Ok(Decision::done(nic));
        }
        claimed(desk, &vm, job)?;
        let vm = vm.id;
        let steps = vec![JoinNic { vm, nic }.into(), FilterHost { vm }.into(), SetDevices { vm }.into()];
        Ok(Decision::then(nic, vm, steps))
    }
}

impl AddNic {
    fn network(&self, view: &View, owner: &Account, vm: &Vm) -> Result<Network> {
        let zone = view.need::<Zone>(vm.zone)?;
        let network = network::usable(view, owner, zone, self.network)?;
        if view.nics().by("vm", vm.id).any(|nic| nic.network == self.network) {
            let why = format!("the machine is on network {} already", network.name);
            return Err(Error::new(ErrorKind::Conflict, why).on(vm.id));
        }
        if network.security_groups && vm.groups.is_empty() {
            let accepted = "the machine is in no security group, and the network wants one";
            return Err(Error::invalid("network", &network.name, accepted));
        }
        Ok(network.clone())
    }
}

/// The devices of a network know a new interface of a machine that runs, and its host has it. Undone: its guest has let go of
/// it, and it has no row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JoinNic {
    pub(crate) vm: VmId,
    pub(crate) nic: NicId,
}

#[async_trait]
impl Act for JoinNic {
    const NAME: &'static str = "join interface";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        ports::open(cx, cx.view.need::<Vm>(self.vm)?, cx.view.need::<Nic>(self.nic)?).await?;
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        network::opened_one(desk, self.nic)
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let (vm, nic) = (cx.view.need::<Vm>(self.vm)?, cx.view.need::<Nic>(self.nic)?);
        let Some(host) = vm.host else { return Ok(()) };
        devices::set_back(cx, vm.id, &|nic| devices::stays(nic) && nic.id != self.nic).await?;
        ports::close_one(cx, vm, nic, &host_target(&cx.view, host)?).await
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        network::leave(desk, self.nic)
    }
}

/// A request to take an interface from a machine, with every rule that leads to it. The default one stays.
///
/// It is unplugged if the machine runs. [`AddNic`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveNic {
    /// The interface.
    pub nic: NicId,
}

impl Verb for RemoveNic {
    type Answer = VmId;
    const NAME: &'static str = "nic.remove";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let (vm, nic) = owned(desk.view(), caller, self.nic)?;
        if nic.default {
            let why = "it is the machine's default interface";
            return Err(Error::new(ErrorKind::Conflict, why).on(nic.id).remedy("make another one the default first"));
        }
        network::rule::forsake(desk, nic.id)?;
        if nic.state == NicState::Reserved {
            let state = NIC.step(nic.state, NicEvent::ReleaseRequested)?;
            desk.update(Nic { state, ..nic.clone() })?;
        }
        let left = desk.view().network(nic.network).map_or("?", |network| network.name.as_str()).to_owned();
        tell(desk, &vm, "NIC.DELETE", EventLevel::Info, format!("{} leaves {left}", vm.name));
        claimed(desk, &vm, job)?;
        let (vm, nic) = (vm.id, nic.id);
        let mut steps: Vec<Steps> = vec![KeepNic { vm, nic }.into(), UnplugNic { vm, nic }.into()];
        steps.extend([FilterHost { vm }.into(), ForgetNic { nic }.into()]);
        Ok(Decision::then(vm, vm, steps))
    }
}

/// The interface and its machine, which the caller may change.
fn owned(view: &View, caller: &Caller, id: NicId) -> Result<(Vm, Nic)> {
    let nic = view.need::<Nic>(id)?.clone();
    let hidden = |error: Error| match error.kind() {
        ErrorKind::NotFound => Error::not_found("nic", id),
        _ => error,
    };
    Ok((able(view, caller, nic.vm).map_err(hidden)?, nic))
}

/// Stands before an interface of a machine goes: on the way back, when its row says again that it stays, network, host and guest
/// are told so.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeepNic {
    pub(crate) vm: VmId,
    pub(crate) nic: NicId,
}

#[async_trait]
impl Act for KeepNic {
    const NAME: &'static str = "keep interface";

    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let (vm, nic) = (cx.view.need::<Vm>(self.vm)?, cx.view.need::<Nic>(self.nic)?);
        if vm.host.is_none() {
            return Ok(());
        }
        ports::open(cx, vm, nic).await?;
        devices::set_back(cx, vm.id, &devices::stays).await
    }
}

/// Neither guest nor host nor network has the interface, and no rule leads to it. Undone: its row says that it stays, without
/// rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnplugNic {
    pub(crate) vm: VmId,
    pub(crate) nic: NicId,
}

#[async_trait]
impl Act for UnplugNic {
    const NAME: &'static str = "unplug interface";
    /// On the way back, networks and guest are told of an interface that stays.
    const ALONE: bool = true;
    /// The interface is on its way out since the decision.
    const DECIDED: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let (vm, nic) = (cx.view.need::<Vm>(self.vm)?, cx.view.need::<Nic>(self.nic)?);
        if let Some(host) = vm.host {
            devices::set(cx, vm.id, &devices::stays).await?;
            ports::close_one(cx, vm, nic, &host_target(&cx.view, host)?).await?;
        }
        if cx.view.need::<Network>(nic.network)?.guest == GuestType::Shared {
            return Ok(Found::Nothing);
        }
        Ok(Found::Heard(router::ensure(cx.outside, cx.ledger, nic.network).await?))
    }
    fn foresee(&self, view: &View) -> Found {
        view.nic(self.nic).map_or(Found::Nothing, |nic| router::TellRouters::of(nic.network).foresee(view))
    }
    fn settle(&self, desk: &mut Desk<'_>, found: &Found) -> Result<()> {
        if let Found::Heard(heard) = found { router::settle(desk, heard) } else { Ok(()) }
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        let nic = desk.view().need::<Nic>(self.nic)?.clone();
        if nic.state != NicState::Releasing {
            return Ok(());
        }
        let state = NIC.step(nic.state, NicEvent::OperationFailed)?;
        desk.update(Nic { state, ..nic })
    }
}

/// The interface has no row, and its addresses are free.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetNic {
    pub(crate) nic: NicId,
}

#[async_trait]
impl Act for ForgetNic {
    const NAME: &'static str = "forget interface";

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        network::leave(desk, self.nic)
    }
}

/// A request that a machine's default route lead through another of its interfaces (GNET-03). Its guest learns that when it
/// asks for its addresses again. [`AddNic`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetDefaultNic {
    /// The interface.
    pub nic: NicId,
}

impl Verb for SetDefaultNic {
    type Answer = VmId;
    const NAME: &'static str = "nic.set_default";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let (vm, nic) = owned(desk.view(), caller, self.nic)?;
        if nic.default {
            return Err(Error::new(ErrorKind::Conflict, "it is the machine's default interface already").on(nic.id));
        }
        let was = desk.view().nics().by("vm", vm.id).find(|nic| nic.default).map(|nic| nic.id);
        lead(desk, vm.id, nic.id)?;
        tell(desk, &vm, "NIC.UPDATE", EventLevel::Info, format!("{} has another default route", vm.name));
        let (Some(was), VmState::Running) = (was, vm.state) else { return Ok(Decision::done(vm.id)) };
        claimed(desk, &vm, job)?;
        Ok(Decision::then(vm.id, vm.id, vec![LeadNic { vm: vm.id, was }.into()]))
    }
}

/// The machine's default route leads through this interface.
fn lead(desk: &mut Desk<'_>, vm: VmId, nic: NicId) -> Result<()> {
    let nics: Vec<Nic> = desk.view().nics().by("vm", vm).cloned().collect();
    nics.into_iter().try_for_each(|row| desk.update(Nic { default: row.id == nic, ..row }))
}

/// The networks of a machine know which of its interfaces is the default one. Undone: it is the one that was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeadNic {
    pub(crate) vm: VmId,
    pub(crate) was: NicId,
}

#[async_trait]
impl Act for LeadNic {
    const NAME: &'static str = "lead default route";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        for nic in cx.view.nics().by("vm", vm.id) {
            ports::open(cx, vm, nic).await?;
        }
        Ok(Found::Nothing)
    }
    /// What devices were told meanwhile they are told anew when routers are next told all.
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        lead(desk, self.vm, self.was)
    }
}

//! migrateVirtualMachine: a running machine moves to another host without stopping.

use super::place;
use super::{Vm, claim, row, shift, take, tell};
use crate::base::id::{HostId, JobId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::outside::{guest_spec, host_target, network_spec, port_spec};
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::vm::ports;
use crate::flow::{access, filters};
use crate::model::event::EventLevel;
use crate::model::infra::Host;
use crate::model::network::Network;
use crate::model::offering::ComputeOffering;
use crate::model::vm::{VmEvent, VmState};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to move a running machine to another host of its cluster, while it runs (HIER-17).
///
/// For root administrators. The machine holds room on both hosts until it has moved. What its security groups say is in force
/// on the target before its guest runs there, and goes from the source after. If the guest cannot be moved it goes on where it
/// was. Repeating it with the host it runs on changes nothing.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, cluster, host, vm, .. }| {
/// # use cloudstack_core::flow::{infra::AddHost, vm::MigrateVm};
/// # let wish = AddHost::new(cluster, "h2".parse()?, "192.168.1.4".parse()?);
/// # let other = cloud.hosts().add(&admin, wish).await?.done().await?;
/// // `other` is another host of the cluster; the planner would have found it, too.
/// cloud.vms().migrate(&admin, MigrateVm { vm, host: Some(other) }).await?.done().await?;
/// let view = cloud.view();
/// let row = view.vm(vm).ok_or("it has a row")?;
/// assert_eq!((row.host, row.last_host), (Some(other), Some(host)));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrateVm {
    /// The machine.
    pub vm: VmId,
    /// Where it shall go; the planner chooses if none is given.
    pub host: Option<HostId>,
}

impl Verb for MigrateVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.migrate";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        access::root(caller)?;
        let vm = take(desk.view(), caller, self.vm)?;
        let (VmState::Running, Some(from)) = (vm.state, vm.host) else {
            return Err(Error::new(ErrorKind::Conflict, format!("the machine is {}", vm.state))
                .on(vm.id)
                .remedy("start it on the host of your choice"));
        };
        if self.host == Some(from) {
            return Ok(Decision::done(vm.id));
        }
        let to = target(desk, &vm, from, self.host)?;
        let id = vm.id;
        let moving = vm.moved(VmEvent::MigrationRequested, desk.now())?;
        tell(desk, &moving, "VM.MIGRATE", EventLevel::Info, format!("moving {}", moving.name));
        desk.update(claim(Vm { moving_to: Some(to), ..moving }, job))?;
        desk.rely_on::<Host>(to);
        let steps = vec![
            OpenTarget { vm: id, to }.into(),
            MoveGuest { vm: id, from, to }.into(),
            LeaveSource { vm: id, from }.into(),
        ];
        Ok(Decision::then(id, id, steps))
    }
}

/// Where a running machine may go: a host of its cluster with room that reaches its volumes.
fn target(desk: &mut Desk<'_>, vm: &Vm, from: HostId, asked: Option<HostId>) -> Result<HostId> {
    let cluster = desk.view().need::<Host>(from)?.cluster;
    if let Some(host) = asked {
        let row = desk.view().need::<Host>(host)?;
        if row.cluster != cluster {
            return Err(Error::invalid("host", &row.name, "give a host of the cluster that the machine runs in"));
        }
    }
    let offering = desk.view().need::<ComputeOffering>(vm.offering)?.clone();
    let wish = place::Wish {
        zone: vm.zone,
        within: Some(cluster),
        hypervisor: &vm.hypervisor,
        offering: &offering,
        owner: vm.account,
        last_host: None,
        host: asked,
        avoid: &[from],
        volumes: super::volumes::placed(desk.view(), vm.id),
        allow_disabled: false,
    };
    Ok(place::choose(desk, wish)?.host)
}

/// The target host is ready for the guest: its interfaces are in their networks there, and filtered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenTarget {
    pub(crate) vm: VmId,
    pub(crate) to: HostId,
}

#[async_trait]
impl Act for OpenTarget {
    const NAME: &'static str = "open target host";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        ports::join(cx, vm, &host_target(&cx.view, self.to)?).await?;
        if !vm.groups.is_empty() {
            filters::ensure(cx.outside, cx.ledger, self.to).await?;
        }
        Ok(Found::Nothing)
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        // It may have moved after all, and stays then.
        if vm.host == Some(self.to) {
            return Ok(());
        }
        ports::part(cx, vm, &host_target(&cx.view, self.to)?).await
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        if row(desk, self.vm)?.state != VmState::Migrating {
            return Ok(());
        }
        shift(desk, self.vm, VmEvent::OperationFailed, |vm| vm.moving_to = None)?;
        let vm = row(desk, self.vm)?;
        tell(desk, &vm, "VM.MIGRATE", EventLevel::Error, format!("{} could not be moved", vm.name));
        Ok(())
    }
}

/// The guest runs on the target host.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveGuest {
    pub(crate) vm: VmId,
    pub(crate) from: HostId,
    pub(crate) to: HostId,
}

impl MoveGuest {
    async fn ensure(&self, cx: &Cx<'_>, from: HostId, to: HostId) -> Result<(), StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        let (from, to) = (host_target(&cx.view, from)?, host_target(&cx.view, to)?);
        let spec = guest_spec(&cx.view, vm)?;
        Ok(cx.outside.hypervisor(&vm.hypervisor)?.ensure_migrated(&from, &to, &spec).await?)
    }
}

#[async_trait]
impl Act for MoveGuest {
    const NAME: &'static str = "move guest";
    /// The source is left only when it is durable that the guest has moved.
    const ALONE: bool = true;
    const TRIES: u32 = 3;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        self.ensure(cx, self.from, self.to).await.map(|()| Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let pod = desk.view().need::<Host>(self.to)?.pod;
        shift(desk, self.vm, VmEvent::OperationSucceeded, |vm| {
            vm.last_host = vm.host;
            vm.host = vm.moving_to.take();
            vm.pod = Some(pod);
        })?;
        let vm = row(desk, self.vm)?;
        tell(desk, &vm, "VM.MIGRATE", EventLevel::Info, format!("{} has moved", vm.name));
        Ok(())
    }
    /// Whatever happened, it runs on the source again. One that runs nowhere any more went off: the host will say so.
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        if vm.host != Some(self.from) {
            return Ok(());
        }
        match self.ensure(cx, self.to, self.from).await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }
}

/// The devices know the machine on its new host, and the old one has forgotten its interfaces.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeaveSource {
    pub(crate) vm: VmId,
    pub(crate) from: HostId,
}

impl LeaveSource {
    async fn leave(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        let Some(host) = vm.host.filter(|host| *host != self.from) else { return Ok(()) };
        let host = host_target(&cx.view, host)?;
        for nic in cx.view.nics().by("vm", vm.id) {
            let spec = network_spec(&cx.view, nic.network)?;
            for device in cx.outside.devices_of(&cx.view, cx.view.need::<Network>(nic.network)?).into_values() {
                device.ensure_port(&host, &spec, &port_spec(&cx.view, vm, nic)).await?;
            }
        }
        ports::part(cx, vm, &host_target(&cx.view, self.from)?).await
    }
}

#[async_trait]
impl Act for LeaveSource {
    const NAME: &'static str = "leave source host";
    const TRIES: u32 = 20;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        self.leave(cx).await.map(|()| Found::Nothing)
    }
    /// The way back is the way on: the guest has moved, so what it left behind must go.
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        self.leave(cx).await
    }
}

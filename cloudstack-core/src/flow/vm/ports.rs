//! Interfaces of a machine on the devices of their networks, and in the filter of its host.

use super::Vm;
use crate::base::Result;
use crate::base::id::{HostId, VmId};
use crate::engine::StepError;
use crate::flow::outside::{broadcast_domain, host_target, network_spec, port_spec};
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::{filters, network};
use crate::model::network::{GuestType, Network, Nic};
use crate::port::driver::HostTarget;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Every device of the machine's networks was told all it must know about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenPorts {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for OpenPorts {
    const NAME: &'static str = "open ports";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        for nic in cx.view.nics().by("vm", vm.id) {
            open(cx, vm, nic).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        network::opened(desk, self.vm)
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        let Some(host) = vm.host else { return Ok(()) };
        close(cx, vm, &host_target(&cx.view, host)?).await
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        network::closed(desk, self.vm)
    }
}

/// The devices of an interface's network know it, and its host joins it to the network. Before a guest asks for its address,
/// its network must know the answer.
pub(crate) async fn open(cx: &Cx<'_>, vm: &Vm, nic: &Nic) -> Result<(), StepError> {
    let Some(host) = vm.host else { return Ok(()) };
    let host = host_target(&cx.view, host)?;
    let row = cx.view.need::<Network>(nic.network)?;
    let spec = network_spec(&cx.view, nic.network)?;
    for device in cx.outside.devices_of(&cx.view, row).into_values() {
        if !row.carries() {
            device.ensure_network(&spec).await?;
        }
        device.ensure_port(&host, &spec, &port_spec(&cx.view, vm, nic)).await?;
    }
    // Everybody's interfaces on a shared network are too many to tell its router all of them for each.
    if row.guest == GuestType::Isolated {
        network::router::ensure(cx.outside, cx.ledger, nic.network).await?;
    }
    join_one(cx, vm, nic, &host).await
}

/// The devices of the machine's networks have forgotten it.
pub(crate) async fn close(cx: &Cx<'_>, vm: &Vm, host: &HostTarget) -> Result<(), StepError> {
    for nic in cx.view.nics().by("vm", vm.id) {
        close_one(cx, vm, nic, host).await?;
    }
    Ok(())
}

/// The devices of an interface's network have forgotten it, and its host does not join it to anything.
pub(crate) async fn close_one(cx: &Cx<'_>, vm: &Vm, nic: &Nic, host: &HostTarget) -> Result<(), StepError> {
    let row = cx.view.need::<Network>(nic.network)?;
    for device in cx.outside.devices_of(&cx.view, row).into_values() {
        device.ensure_no_port(host, nic.network, nic.id).await?;
    }
    part_one(cx, vm, nic, host).await
}

/// The machine's interfaces are in their networks on this host.
pub(crate) async fn join(cx: &Cx<'_>, vm: &Vm, host: &HostTarget) -> Result<(), StepError> {
    for nic in cx.view.nics().by("vm", vm.id) {
        join_one(cx, vm, nic, host).await?;
    }
    Ok(())
}

async fn join_one(cx: &Cx<'_>, vm: &Vm, nic: &Nic, host: &HostTarget) -> Result<(), StepError> {
    let Some(switch) = cx.outside.switches.get(&vm.hypervisor) else { return Ok(()) };
    let domain = broadcast_domain(&cx.view, nic.network, &vm.hypervisor)?;
    Ok(switch.ensure_joined(host, &domain, filters::tap(nic.id)?).await?)
}

/// This host has none of the machine's interfaces any more.
pub(crate) async fn part(cx: &Cx<'_>, vm: &Vm, host: &HostTarget) -> Result<(), StepError> {
    for nic in cx.view.nics().by("vm", vm.id) {
        part_one(cx, vm, nic, host).await?;
    }
    Ok(())
}

async fn part_one(cx: &Cx<'_>, vm: &Vm, nic: &Nic, host: &HostTarget) -> Result<(), StepError> {
    let Some(switch) = cx.outside.switches.get(&vm.hypervisor) else { return Ok(()) };
    Ok(switch.ensure_parted(host, filters::tap(nic.id)?).await?)
}

/// The devices have forgotten the machine, which has left this host.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClosePorts {
    pub(crate) vm: VmId,
    pub(crate) host: HostId,
}

#[async_trait]
impl Act for ClosePorts {
    const NAME: &'static str = "close ports";
    const TRIES: u32 = 20;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        close(cx, vm, &host_target(&cx.view, self.host)?).await.map(|()| Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        network::closed(desk, self.vm)
    }
    /// The way back is the way on: the guest is gone, so its ports must go as well; unless it could not be stopped.
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        if cx.view.need::<Vm>(self.vm)?.host.is_some() {
            return Ok(());
        }
        self.act(cx).await.map(drop)
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        if super::row(desk, self.vm)?.host.is_some() {
            return Ok(());
        }
        network::closed(desk, self.vm)
    }
}

/// The host lets the machine's interfaces do what their security groups allow, before its guest runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FilterHost {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for FilterHost {
    const NAME: &'static str = "program security groups";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        if let Some(host) = vm.host.filter(|_| !vm.groups.is_empty()) {
            filters::ensure(cx.outside, cx.ledger, host).await?;
        }
        Ok(Found::Nothing)
    }
}

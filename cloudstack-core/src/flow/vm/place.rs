//! Where a machine goes: from rows to a demand, from a refusal to an error, and again when a host failed.

use super::{Vm, row};
use crate::base::id::{AccountId, ClusterId, HostId, VmId, ZoneId};
use crate::base::{Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::outside::host_target;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::{access, network, setting};
use crate::model::dedication::Ground;
use crate::model::offering::ComputeOffering;
use crate::model::vm::VmEvent;
use crate::plan::placement::{ConcentratedPod, Demand, Dispersing, Placement, Planner, Policy, Refusal, Scope};
use crate::plan::storage::VolumeDemand;
use crate::port::driver::StopMode;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What decides where a machine may go.
pub(crate) struct Wish<'a> {
    pub(crate) zone: ZoneId,
    /// Only in this cluster.
    pub(crate) within: Option<ClusterId>,
    pub(crate) hypervisor: &'a str,
    pub(crate) offering: &'a ComputeOffering,
    pub(crate) owner: AccountId,
    pub(crate) last_host: Option<HostId>,
    pub(crate) host: Option<HostId>,
    pub(crate) avoid: &'a [HostId],
    pub(crate) volumes: Vec<VolumeDemand>,
    pub(crate) allow_disabled: bool,
}

/// Labels, as placement reads them.
pub(crate) fn tags(tags: &BTreeSet<String>) -> BTreeSet<Arc<str>> {
    tags.iter().map(|t| t.as_str().into()).collect()
}

/// Chooses a host and pools.
///
/// # Errors
/// [`ErrorKind::NoCapacity`]; the cause is the whole [`Refusal`].
pub(crate) fn choose(desk: &mut Desk<'_>, wish: Wish<'_>) -> Result<Placement> {
    let view = desk.view();
    let named = wish.offering.planner.as_deref();
    let algorithm = named.unwrap_or_else(|| setting::text(view, "vm.allocation.algorithm")).to_owned();
    let ha_tag = setting::text(view, "ha.tag");
    let ha_tag = (!ha_tag.is_empty()).then(|| ha_tag.into());
    let owner = wish.owner;
    let allow_disabled = wish.allow_disabled;
    let closed = access::shared::closed_to(view, owner, wish.zone);
    let mut demand = demand(wish);
    for ground in closed {
        match ground {
            Ground::Zone(_) => {}
            Ground::Pod(id) => drop(demand.avoid.pods.insert(id)),
            Ground::Cluster(id) => drop(demand.avoid.clusters.insert(id)),
            Ground::Host(id) => drop(demand.avoid.hosts.insert(id)),
        }
    }
    if algorithm.starts_with("user") {
        demand.owned = desk.derived().owned.hosts(owner);
    }
    demand.avoid.clusters.extend(desk.derived().unmanaged());
    let planner = match algorithm.as_str() {
        "random" => Planner::Random(desk.seed().next()),
        "userdispersing" => Planner::custom(Dispersing::default()),
        "userconcentratedpod_random" | "userconcentratedpod_firstfit" => Planner::custom(ConcentratedPod),
        "bestfit" => Planner::BestFit,
        _ => Planner::FirstFit,
    };
    let policy = Policy { planner, ha_tag, ..Policy::default() };
    let fleet = &desk.derived().fleet;
    if !allow_disabled {
        return fleet.choose(&demand, &policy).map_err(refused);
    }
    // Who may use what is disabled still gets what is not, as long as there is any.
    let any = || fleet.choose(&Demand { allow_disabled, ..demand.clone() }, &policy);
    fleet.pick(&demand, &policy).map_or_else(any, Ok).map_err(refused)
}

fn demand(wish: Wish<'_>) -> Demand {
    let offering = wish.offering;
    let mut demand = Demand::new(wish.zone, offering.cores, offering.speed, offering.ram);
    demand.hypervisor = Some(wish.hypervisor.into());
    demand.tags = tags(&offering.host_tags);
    demand.scope = Scope { host: wish.host, cluster: wish.within, ..demand.scope };
    demand.avoid.hosts.extend(wish.avoid);
    demand.last_host = wish.last_host;
    demand.volumes = wish.volumes;
    demand
}

fn refused(refusal: Refusal) -> Error {
    let error = Error::new(ErrorKind::NoCapacity, "no host has room for the machine").detail(refusal.to_string());
    let error = match &refusal.smallest_change {
        Some(remedy) => error.remedy(remedy.to_string()),
        None => error,
    };
    error.source(refusal)
}

/// No guest of the machine runs on a host it was meant for, and the host has forgotten it. Before the machine may try
/// another host this must be certain: two guests on one disk would ruin it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Withdraw {
    pub(crate) vm: VmId,
    pub(crate) host: HostId,
}

impl Withdraw {
    async fn withdraw(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let vm = cx.view.need::<Vm>(self.vm)?;
        let host = host_target(&cx.view, self.host)?;
        let hypervisor = cx.outside.hypervisor(&vm.hypervisor)?;
        hypervisor.ensure_stopped(&host, &vm.instance_name(), StopMode::Forced).await?;
        // A stray guest's machine may run elsewhere, with ports that are its own.
        if vm.host.is_some_and(|other| other != self.host) {
            return Ok(());
        }
        super::ports::close(cx, vm, &host).await
    }
}

#[async_trait]
impl Act for Withdraw {
    const NAME: &'static str = "withdraw from host";
    const TRIES: u32 = 20;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        self.withdraw(cx).await.map(|()| Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        self.settle_undo(desk)
    }
    /// The same again: the machine must not be called stopped while its guest may run.
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        self.withdraw(cx).await
    }
    /// A machine that has no host any more has no ports either; one that is being started keeps its claim to them.
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        if row(desk, self.vm)?.host.is_some() { Ok(()) } else { network::closed(desk, self.vm) }
    }
}

/// Chooses a host that has not failed the machine yet.
pub(super) fn elsewhere(desk: &mut Desk<'_>, vm: &Vm, avoid: &[HostId]) -> Result<Placement> {
    let offering = desk.view().need::<ComputeOffering>(vm.offering)?.clone();
    let wish = Wish {
        zone: vm.zone,
        within: None,
        hypervisor: &vm.hypervisor,
        offering: &offering,
        owner: vm.account,
        last_host: None,
        host: None,
        avoid,
        volumes: super::volumes::placed(desk.view(), vm.id),
        allow_disabled: false,
    };
    // Its own room goes back meanwhile, so that it does not stand in its own way.
    desk.update(Vm { host: None, ..vm.clone() })?;
    let placement = choose(desk, wish);
    desk.update(vm.clone())?;
    placement
}

/// The machine holds room on a host that has not failed it yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlaceAgain {
    pub(crate) vm: VmId,
    pub(crate) avoid: Vec<HostId>,
}

#[async_trait]
impl Act for PlaceAgain {
    const NAME: &'static str = "choose another host";
    const ALONE: bool = true;

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let vm = row(desk, self.vm)?;
        let placement = elsewhere(desk, &vm, &self.avoid)?;
        let moved = Vm { host: Some(placement.host), pod: Some(placement.pod), ..vm.clone() };
        desk.update(moved.moved(VmEvent::OperationRetry, desk.now())?)?;
        if vm.pod != Some(placement.pod) {
            network::readdress(desk, vm.id, placement.pod)?;
        }
        Ok(())
    }
}

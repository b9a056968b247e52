//! Adding hosts: their facts come from their driver (HIER-21); one that runs guests already is refused by name (HIER-22).

use crate::base::id::{ClusterId, EntityId, HostId, JobId};
use crate::base::{Caller, Error, ErrorKind, Mhz, Mib, Name, Result};
use crate::engine::{OnFail, StepError};
use crate::flow::Steps;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, outside};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::{
    Cluster, HOST_RESOURCE, HOST_STATUS, Host, HostEvent, HostResource, HostResourceEvent, HostStatus, Pod, Pool,
};
use crate::model::job::Job;
use crate::port::driver::HostFacts;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The sizes a plan expects of a host. What the host reports counts; a plan without a driver call shows these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expected {
    /// Logical processors.
    pub cores: u32,
    /// Speed of one.
    pub speed: Mhz,
    /// Memory.
    pub ram: Mib,
}

/// A request to add one host.
///
/// A host that does not answer, runs guests already, or has a processor unlike its neighbours' is refused, and no row stays.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, cluster, .. }| {
/// # use cloudstack_core::{flow::infra::AddHost, model::infra::HostStatus};
/// let wish = AddHost::new(cluster, "h02".parse()?, "192.168.1.4".parse()?);
/// let host = cloud.hosts().add(&admin, wish).await?.done().await?;
/// let view = cloud.view();
/// let row = view.host(host).ok_or("it was added")?;
/// // It is up, and its sizes are what it said of itself.
/// assert_eq!((row.status, row.cores), (HostStatus::Up, 4));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddHost {
    /// Its cluster.
    pub cluster: ClusterId,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// Its management address, in the pod's subnet (HIER-14) and unique in the cloud.
    pub address: IpAddr,
    /// Labels that offerings ask for.
    pub tags: BTreeSet<String>,
    /// The most guests it may run, if limited.
    pub max_guests: Option<u32>,
    /// What it is expected to report.
    pub expected: Expected,
}

impl AddHost {
    /// A host without labels and limits.
    #[must_use]
    pub fn new(cluster: ClusterId, name: Name, address: IpAddr) -> Self {
        Self { cluster, name, address, tags: BTreeSet::new(), max_guests: None, expected: Expected::default() }
    }
}

impl Verb for AddHost {
    type Answer = HostId;
    const NAME: &'static str = "host.add";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<HostId>> {
        let many = AddHosts { hosts: vec![self.clone()] }.decide(caller, job, desk)?;
        let id = many.answer[0];
        Ok(Decision { answer: id, entity: Some(id.to_u128()), steps: many.steps })
    }
}

/// A request to add hosts together: all of them, or none.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, cluster, .. }| {
/// # use cloudstack_core::flow::infra::{AddHost, AddHosts};
/// let host = |name: &str, address: &str| {
///     Ok::<_, Box<dyn std::error::Error>>(AddHost::new(cluster, name.parse()?, address.parse()?))
/// };
/// let hosts = vec![host("h02", "192.168.1.4")?, host("h03", "10.0.0.1")?];
/// // The second is not in the pod's subnet, so none is added.
/// let refused = cloud.hosts().add_many(&admin, AddHosts { hosts }).await.map(drop).unwrap_err();
/// assert_eq!(refused.entity(), Some("address"));
/// assert_eq!(cloud.view().hosts().len(), 1);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddHosts {
    /// The hosts.
    pub hosts: Vec<AddHost>,
}

impl Verb for AddHosts {
    type Answer = Vec<HostId>;
    const NAME: &'static str = "hosts.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<Vec<HostId>>> {
        access::root(caller)?;
        let hosts = self.hosts.iter().map(|host| insert(desk, host)).collect::<Result<Vec<HostId>>>()?;
        let (Some(first), entity) = (hosts.first(), hosts.clone()) else { return Ok(Decision::done(hosts)) };
        Ok(Decision::then(entity, *first, vec![ProbeHosts { hosts }.into()]))
    }
}

/// Puts a host's row there, `Connecting`.
pub(crate) fn insert(desk: &mut Desk<'_>, wanted: &AddHost) -> Result<HostId> {
    let cluster = desk.view().need::<Cluster>(wanted.cluster)?.clone();
    super::switch::managed(desk.view(), cluster.id)?;
    let pod = desk.view().need::<Pod>(cluster.pod)?;
    if !pod.subnet.contains(&wanted.address) {
        let accepted = format!("give an address of pod {}'s subnet {}", pod.name, pod.subnet);
        return Err(Error::invalid("address", wanted.address, accepted));
    }
    if wanted.address == pod.gateway {
        return Err(Error::invalid("address", wanted.address, "it is the pod's gateway"));
    }
    let (id, created) = (desk.id::<HostId>(), desk.now());
    desk.insert(Host {
        id,
        cluster: cluster.id,
        pod: cluster.pod,
        zone: cluster.zone,
        name: wanted.name.clone(),
        address: wanted.address,
        hypervisor: cluster.hypervisor,
        status: HOST_STATUS.step(HostStatus::Creating, HostEvent::AgentConnected)?,
        resource: HostResource::Creating,
        cores: wanted.expected.cores,
        speed: wanted.expected.speed,
        ram: wanted.expected.ram,
        cpu_flags: BTreeSet::new(),
        tags: wanted.tags.clone(),
        max_guests: wanted.max_guests,
        version: String::new(),
        created,
    })?;
    Ok(id)
}

/// Every one of the hosts has told its facts, runs nothing, and reaches the pools of its cluster and zone. Undone: none that
/// was not accepted has a row; one that was may have machines by then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProbeHosts {
    pub(crate) hosts: Vec<HostId>,
}

#[async_trait]
impl Act for ProbeHosts {
    const NAME: &'static str = "probe hosts";
    const ALONE: bool = true;
    const TRIES: u32 = 3;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let mut facts = Vec::with_capacity(self.hosts.len());
        let wide = super::pool::wide(&cx.view);
        let mut pools = Vec::with_capacity(self.hosts.len());
        for id in &self.hosts {
            let host = cx.view.need::<Host>(*id)?;
            let target = outside::host_target(&cx.view, *id)?;
            facts.push(cx.outside.hypervisor(&host.hypervisor)?.probe(&target).await?);
            pools.push(super::pool::connect(cx.outside, &cx.view, host, &target, &wide).await?);
        }
        Ok(Found::Hosts(facts, pools))
    }
    fn foresee(&self, view: &View) -> Found {
        let facts = |h: &Host| HostFacts {
            cores: h.cores,
            speed: h.speed,
            ram: h.ram,
            flags: BTreeSet::new(),
            version: String::new(),
            guests: Vec::new(),
        };
        let hosts: Vec<&Host> = self.hosts.iter().filter_map(|id| view.host(*id)).collect();
        let wide = super::pool::wide(view);
        let pools = hosts.iter().map(|host| super::pool::of_host(view, host, &wide)).collect();
        Found::Hosts(hosts.into_iter().map(facts).collect(), pools)
    }
    fn settle(&self, desk: &mut Desk<'_>, found: &Found) -> Result<()> {
        let Found::Hosts(facts, pools) = found else { return Ok(()) };
        let wide: Vec<Pool> = super::pool::wide(desk.view()).into_iter().cloned().collect();
        let wide: Vec<&Pool> = wide.iter().collect();
        for ((id, facts), pools) in self.hosts.iter().zip(facts).zip(pools) {
            let host = desk.view().need::<Host>(*id)?.clone();
            // A pool that came while the host was asked did not know it yet.
            if let Some(pool) = super::pool::of_host(desk.view(), &host, &wide).difference(pools).next() {
                return Err(Error::new(ErrorKind::Stale, "a storage pool came while the host was asked").on(pool));
            }
            accept(desk, host, facts)?;
        }
        Ok(())
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        forget(desk, &self.hosts)
    }
    /// Once more, if only a pool came in between.
    fn failed(&self, _: &mut Desk<'_>, job: &Job, error: &StepError) -> Result<OnFail<Steps>> {
        match error {
            StepError::Refused(e) if e.kind() == ErrorKind::Stale => {
                let steps = job.steps.iter().map(crate::engine::step_of).collect::<Result<Vec<Steps>>>()?;
                let this = |step: &Steps| matches!(step, Steps::ProbeHosts(step) if step.hosts == self.hosts);
                let at = steps.iter().position(this).unwrap_or(0);
                Ok(OnFail::Instead(steps.into_iter().skip(at).collect()))
            }
            _ => Ok(OnFail::Unwind),
        }
    }
}

/// Takes the rows of hosts away that were never accepted.
pub(crate) fn forget(desk: &mut Desk<'_>, hosts: &[HostId]) -> Result<()> {
    let never = |id: &&HostId| desk.view().host(**id).is_some_and(|h| h.resource == HostResource::Creating);
    let never: Vec<HostId> = hosts.iter().filter(never).copied().collect();
    never.into_iter().try_for_each(|id| desk.remove::<Host>(id))
}

fn accept(desk: &mut Desk<'_>, host: Host, facts: &HostFacts) -> Result<()> {
    if !facts.guests.is_empty() {
        let (all, shown) = (facts.guests.len(), facts.guests.iter().take(SHOWN));
        let mut guests = shown.map(|name| name.escape_debug().to_string()).collect::<Vec<_>>().join(", ");
        if all > SHOWN {
            guests += &format!(" and {} more", all - SHOWN);
        }
        return Err(Error::new(ErrorKind::Conflict, format!("host {} already runs guests: {guests}", host.name))
            .on(&host.name)
            .remedy("stop or move them first"));
    }
    sane(&host, facts)?;
    alike(desk.view(), &host, facts)?;
    let name = host.name.clone();
    let id = host.id.to_string();
    desk.update(Host {
        status: HOST_STATUS.step(host.status, HostEvent::Ready)?,
        resource: HOST_RESOURCE.step(host.resource, HostResourceEvent::InternalCreated)?,
        cores: facts.cores,
        speed: facts.speed,
        ram: facts.ram,
        cpu_flags: facts.flags.clone(),
        version: facts.version.clone(),
        ..host
    })?;
    desk.event("HOST.RECONNECT", EventLevel::Info, None, id, format!("host {name} is up"));
    Ok(())
}

/// Refuses facts that no machine has: they are a driver's slip, and room would be counted by them.
fn sane(host: &Host, facts: &HostFacts) -> Result<()> {
    let wrong = |what: &str, value: String, accepted: &str| {
        let text = format!("host {} says it has {value} {what}; {accepted}", host.name);
        Err(Error::new(ErrorKind::Device, text).on(&host.name).remedy("see what its driver reads"))
    };
    if !(1..=65_536).contains(&facts.cores) {
        return wrong("cores", facts.cores.to_string(), "1 to 65536 are taken");
    }
    if !(1..=1_000_000).contains(&facts.speed.0) {
        return wrong("of speed", facts.speed.to_string(), "1 MHz to 1000 GHz are taken");
    }
    if !(1..=1 << 30).contains(&facts.ram.0) {
        return wrong("of memory", facts.ram.to_string(), "1 MiB to 1 PiB are taken");
    }
    if facts.version.chars().count() > 255 {
        return wrong("characters of version", facts.version.chars().count().to_string(), "255 are taken");
    }
    Ok(())
}

/// Guests that a refusal names.
const SHOWN: usize = 8;

/// Hosts of a cluster have the same processor features, lest a machine cannot move (HIER-15). Speed and memory may differ
/// (HIER-16).
fn alike(view: &View, host: &Host, facts: &HostFacts) -> Result<()> {
    let up = |h: &&Host| h.id != host.id && h.resource == HostResource::Enabled;
    let Some(peer) = view.hosts().by("cluster", host.cluster).find(up) else { return Ok(()) };
    let Some(flag) = peer.cpu_flags.symmetric_difference(&facts.flags).next() else { return Ok(()) };
    let (has, lacks) = if facts.flags.contains(flag) { (&host.name, &peer.name) } else { (&peer.name, &host.name) };
    Err(Error::new(
        ErrorKind::Conflict,
        format!("processor feature `{flag}`: host {has} has it, host {lacks} does not"),
    )
    .on(&host.name)
    .remedy("put hosts with different processors into different clusters"))
}

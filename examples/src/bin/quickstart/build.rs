//! Chapters two and three: the simulated hosts, the cloud, and its machines.

use crate::Failure;
use crate::progress::{Acks, Progress};
use cloudstack_core::Cloud;
use cloudstack_core::base::id::{EntityId, HostId, JobId, SecurityGroupId, VmId};
use cloudstack_core::base::{Caller, Error, ErrorKind, Name};
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::flow::vm::{DeployVm, DestroyVm, ExpungeVm, StartVm};
use cloudstack_core::ledger::View;
use cloudstack_core::model::Value;
use cloudstack_core::model::vm::{Vm, VmState};
use cloudstack_core::plan::draw::Topology;
use cloudstack_core::plan::site::{SitePlan, VmGroup};
use cloudstack_core::port::{driver::HostTarget, platform::Tokio};
use cloudstack_drivers::sim::{SimConfig, SimWorld};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Machines that are being made at one time.
const IN_FLIGHT: usize = 32;
/// How often a wait looks whether the disk still takes what is written.
const GLANCE: Duration = Duration::from_millis(200);
/// How long hosts may take to hear of the last security rules.
const FILTERS: Duration = Duration::from_secs(30);

/// A cloud, and the simulated world that stands in for its hosts.
pub(crate) struct Site {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) world: SimWorld,
    pub(crate) database: PathBuf,
    pub(crate) state: PathBuf,
    /// The number of the last commit that was there when it was opened.
    pub(crate) found: u64,
}

impl Site {
    /// Opens the database, and the world with the hosts of the plan in it. Asks every host first, so that one that does
    /// not answer is found before anything is written.
    pub(crate) async fn open(plan: &SitePlan, data: &Path, silent: Option<&str>) -> Result<Self, Failure> {
        let platform = Tokio::current().map_err(|e| Error::new(ErrorKind::Unavailable, e.to_string()))?;
        // Only the hosts of the plan are there.
        let world = SimWorld::with(SimConfig { discover: false, ..SimConfig::default() }, platform);
        world.furnish(plan);
        let (database, state) = (data.join("cloud.db"), data.join("hosts.jsonl"));
        world.keep_in(&state).map_err(|e| {
            let error = Error::invalid("--data", data.display(), &e);
            error.remedy("give the directory of an earlier run, or a new one")
        })?;
        if let Some(name) = silent {
            silence(&world, plan, name)?;
        }
        probe(&world, plan).await?;
        std::fs::create_dir_all(data).map_err(|e| {
            Error::invalid("--data", data.display(), format!("it cannot be made: {e}"))
                .remedy("give a directory that can be written")
        })?;
        let cloud = world.drive(Cloud::open(&database), plan).start().await?;
        let found = cloud.view().number();
        Ok(Self { cloud: Arc::new(cloud), world, database, state, found })
    }

    /// Builds what the plan says and is not there yet; answers how many machines were made.
    pub(crate) async fn build(&self, plan: &SitePlan, progress: &Progress) -> Result<usize, Failure> {
        self.finish_jobs().await?;
        let admin = self.cloud.root_caller();
        let apply = async { self.cloud.sites().apply(&admin, ApplySite { plan: plan.clone() }).await?.done().await };
        self.patiently(apply).await??;
        let made = self.deploy(plan, &admin, progress).await?;
        self.wait_for_filters().await?;
        Ok(made)
    }

    /// Waits for what an earlier process began and did not end.
    async fn finish_jobs(&self) -> Result<(), Failure> {
        let view = self.cloud.view();
        let unfinished: Vec<JobId> = view.jobs().iter().filter(|j| j.finished.is_none()).map(|j| j.id).collect();
        for job in unfinished {
            // One that fails has been undone; whatever is missing then is made below.
            let _outcome = self.patiently(self.cloud.wait(job)).await?;
        }
        Ok(())
    }

    async fn deploy(&self, plan: &SitePlan, admin: &Caller, progress: &Progress) -> Result<usize, Failure> {
        let view = self.cloud.view();
        let wanted = wanted(&view, admin, plan)?;
        let all = wanted.len();
        let runs = |name: &Name| named(&view, admin, name).is_some_and(|vm| vm.state == VmState::Running);
        let mut missing = wanted.into_iter().filter(|(name, _)| !runs(name)).collect::<Vec<_>>().into_iter();
        let (mut done, made) = (all - missing.len(), missing.len());
        let mut under_way: JoinSet<Result<(Name, VmId), Error>> = JoinSet::new();
        loop {
            while let Some((name, order)) = (under_way.len() < IN_FLIGHT).then(|| missing.next()).flatten() {
                let (cloud, admin, acks) = (Arc::clone(&self.cloud), admin.clone(), progress.acks());
                under_way.spawn(bring_up(cloud, admin, name, order, acks));
            }
            if made > 0 {
                progress.at("machines", done, all);
            }
            let Some(ended) = self.patiently(under_way.join_next()).await? else { return Ok(made) };
            let (name, id) = ended.map_err(|e| Error::new(ErrorKind::Unavailable, e.to_string()))??;
            progress.acks().say("running", &name, id);
            done += 1;
        }
    }

    async fn wait_for_filters(&self) -> Result<(), Failure> {
        let quiet = async {
            while !self.cloud.is_quiet() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let text = "some host has not taken its security rules";
        timeout(FILTERS, quiet).await.map_err(|_| {
            Error::new(ErrorKind::Device, text).remedy("see that every host answers, and run this again")
        })?;
        Ok(())
    }

    /// Waits for something, but not for ever on a disk that takes nothing more.
    async fn patiently<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = timeout(GLANCE, work.as_mut()).await {
                return Ok(done);
            }
            let full = self.cloud.store_refusal().map(|e| e.to_string()).or_else(|| self.world.refusal());
            if let Some(why) = full {
                let text = "the data directory takes nothing more; what was acknowledged is kept";
                return Err(Error::new(ErrorKind::Store, text).on("--data").remedy(why).into());
            }
        }
    }

    /// Refuses to call it a success when the hosts do not run what the rows say, as when their file was lost.
    pub(crate) fn agrees(&self) -> Result<(), Error> {
        let believed = self.cloud.view().vms().iter().filter(|vm| vm.state == VmState::Running).count();
        let real = self.world.running();
        if believed == real {
            return Ok(());
        }
        let text = format!("the rows say that {believed} machines run, the hosts say {real}");
        let remedy = format!("put back the {} that belongs to the database, or begin anew", self.state.display());
        Err(Error::new(ErrorKind::Device, text).on(self.state.display()).remedy(remedy))
    }

    /// The cloud as figures, under the plan's name.
    pub(crate) fn topology(&self, plan: &SitePlan) -> Topology {
        let topology = self.cloud.topology();
        Topology { title: plan.name.clone(), ..topology }
    }
}

fn silence(world: &SimWorld, plan: &SitePlan, name: &str) -> Result<(), Failure> {
    let mut hosts = plan.clusters().flat_map(|(_, _, cluster)| cluster.all_hosts());
    let address = hosts.find(|host| host.name() == name).and_then(|host| host.address);
    let accepted = "give the name of a host of the plan";
    let address = address.ok_or_else(|| Error::invalid("--silence", name, accepted))?;
    world.isolate_host(address.into());
    Ok(())
}

/// Asks every host of the plan for its facts.
async fn probe(world: &SimWorld, plan: &SitePlan) -> Result<(), Failure> {
    let hypervisor = world.hypervisor();
    let hosts = plan.clusters().flat_map(|(_, _, cluster)| cluster.all_hosts());
    for (nth, host) in (0..).zip(hosts) {
        let Some(address) = host.address else { continue };
        let target = HostTarget { id: HostId::from_u128(nth), name: host.name(), address: address.into() };
        if let Err(e) = hypervisor.probe(&target).await {
            let text = format!("host {} at {address} does not answer: {}", target.name, e.message);
            let error = Error::new(ErrorKind::Device, text).on(&target.name);
            return Err(error.remedy("power it on and check its address, or take it out of the plan").into());
        }
    }
    Ok(())
}

/// Every machine of the plan, with the order that makes it.
fn wanted(view: &View, admin: &Caller, plan: &SitePlan) -> Result<Vec<(Name, DeployVm)>, Error> {
    let mut all = Vec::new();
    for group in &plan.vm_groups {
        let order = order(view, admin, group)?;
        for name in group.names() {
            let name = Name::new(&name)?;
            all.push((name.clone(), order.clone().named(name)));
        }
    }
    Ok(all)
}

/// The order that makes one machine of a group.
fn order(view: &View, admin: &Caller, group: &VmGroup) -> Result<DeployVm, Error> {
    let none = |field: &str, value: &str| Error::invalid(field, value, "the cloud has none of this name");
    let zone = view.zones().iter().find(|z| z.name.as_str() == group.zone).ok_or_else(|| none("zone", &group.zone))?;
    let size = view.compute_offerings().iter().find(|o| o.name.as_str() == group.offering);
    let size = size.ok_or_else(|| none("offering", &group.offering))?;
    let template = view.templates().by("zone", zone.id).find(|t| t.name.as_str() == group.template);
    let template = template.ok_or_else(|| none("template", &group.template))?;
    let member = |name: &String| {
        let mut own = view.security_groups().by("account", admin.account);
        own.find(|g| g.name.as_str() == name).map(|g| g.id).ok_or_else(|| none("security_groups", name))
    };
    let groups = group.security_groups.iter().map(member).collect::<Result<Vec<SecurityGroupId>, _>>()?;
    let network = |name: &String| {
        let mut there = view.networks().by("zone", zone.id);
        there.find(|n| n.name.as_str() == name).map(|n| n.id).ok_or_else(|| none("networks", name))
    };
    let networks = group.networks.iter().map(network).collect::<Result<Vec<_>, _>>()?;
    let disk = |name: &String| {
        let offering = view.disk_offerings().iter().find(|o| o.name.as_str() == name);
        offering.map(|o| (o.id, None)).ok_or_else(|| none("disk_offering", name))
    };
    let disk = group.disk_offering.as_ref().map(disk).transpose()?;
    let order = DeployVm::new(zone.id, size.id, template.id).in_groups(groups).on_networks(networks);
    Ok(DeployVm { disk, ..order })
}

fn named<'a>(view: &'a View, owner: &Caller, name: &Name) -> Option<&'a Vm> {
    view.vms().find(0, &[Value::link(owner.account), Value::text(name.as_str())])
}

/// A machine of this name runs. What an earlier process left half done is finished or cleared away first.
async fn bring_up(
    cloud: Arc<Cloud>,
    admin: Caller,
    name: Name,
    order: DeployVm,
    acks: Acks,
) -> Result<(Name, VmId), Error> {
    let left = named(&cloud.view(), &admin, &name).map(|vm| (vm.id, vm.state));
    match left {
        Some((vm, VmState::Running)) => return Ok((name, vm)),
        Some((vm, VmState::Stopped)) => {
            let vm = cloud.vms().start(&admin, StartVm { vm }).await?.done().await?;
            return Ok((name, vm));
        }
        Some((vm, VmState::Destroyed | VmState::Expunging)) => {
            cloud.vms().expunge(&admin, ExpungeVm { vm }).await?.done().await?;
        }
        Some((vm, _)) => {
            cloud.vms().destroy(&admin, DestroyVm { vm, expunge: true }).await?.done().await?;
        }
        None => {}
    }
    let begun = cloud.vms().deploy(&admin, order).await?;
    acks.say("accepted", &name, begun.answer);
    let vm = begun.done().await?;
    Ok((name, vm))
}

//! deployVirtualMachine: a machine with its volumes, interfaces and groups, running.

use super::metadata::{self, Told};
use super::{Vm, place, ports::FilterHost, ports::OpenPorts, start::RunGuest, tell, volumes::MakeVolumes};
use crate::base::id::{
    AccountId, ComputeOfferingId, DiskOfferingId, HostId, JobId, NetworkId, PoolId, SecurityGroupId,
};
use crate::base::id::{TemplateId, VmId, VolumeId, ZoneId};
use crate::base::{Bytes, Caller, Error, ErrorKind, Name, Result};
use crate::flow::network::Joining;
use crate::flow::org::limit;
use crate::flow::resource::detail;
use crate::flow::step::{Act, Desk};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, network, security_group, volume};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::image::Template;
use crate::model::infra::{Host, Pool, Zone};
use crate::model::network::Network;
use crate::model::offering::{ComputeOffering, DiskOffering};
use crate::model::org::{Account, ResourceType};
use crate::model::resource::{Resource, ResourceKind};
use crate::model::vm::{VmEvent, VmMetadata, VmState};
use crate::model::volume::{Volume, VolumeEvent, VolumeKind, VolumeState};
use crate::plan::storage::VolumeDemand;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A request for a new machine (OFFR-05).
///
/// Repeating it makes another machine; with a name it is refused as [`Taken`](crate::base::ErrorKind::Taken). Where nowhere
/// has room, the refusal is [`NoCapacity`](crate::base::ErrorKind::NoCapacity) with a remedy. If no host can start it, what
/// was made is undone.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::base::ErrorKind;
/// let wish = DeployVm::new(zone, offering, template).named("web-1".parse()?);
/// let vm = cloud.vms().deploy(&admin, wish.clone()).await?.done().await?;
/// let view = cloud.view();
/// assert_eq!(view.vm(vm).map(|vm| vm.name.as_str()), Some("web-1"));
/// // It has an address, and a volume on a pool.
/// assert!(view.nics().by("vm", vm).all(|nic| nic.ip4.is_some()));
/// assert!(view.volumes().by("vm", vm).all(|volume| volume.pool.is_some()));
///
/// let refused = cloud.vms().deploy(&admin, wish).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Taken);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployVm {
    /// Where it shall live.
    pub zone: ZoneId,
    /// Its size.
    pub offering: ComputeOfferingId,
    /// What its root volume begins as.
    pub template: TemplateId,
    /// Its name; made up if none is given.
    pub name: Option<Name>,
    /// Who shall own it; the caller's account if none is given.
    pub account: Option<AccountId>,
    /// Its networks, the default one first; the zone's shared network if none is given.
    pub networks: Vec<NetworkId>,
    /// Its security groups; the account's default group if none is given (SG-01).
    pub groups: BTreeSet<SecurityGroupId>,
    /// A data disk, with its size where the offering leaves it open.
    pub disk: Option<(DiskOfferingId, Option<Bytes>)>,
    /// The one host it may go to; root administrators only.
    pub host: Option<HostId>,
    /// The name people see, if it is another.
    pub display_name: Option<String>,
    /// What its guest is told.
    pub told: Told,
    /// Its details.
    pub details: BTreeMap<String, String>,
    /// Start it at once. If not, it is only rows, and stopped: it gets host and pools when it starts.
    pub start: bool,
}

impl DeployVm {
    /// The least a request must say.
    #[must_use]
    pub fn new(zone: ZoneId, offering: ComputeOfferingId, template: TemplateId) -> Self {
        let (networks, groups) = (Vec::new(), BTreeSet::new());
        Self {
            zone,
            offering,
            template,
            name: None,
            account: None,
            networks,
            groups,
            disk: None,
            host: None,
            display_name: None,
            told: Told::default(),
            details: BTreeMap::new(),
            start: true,
        }
    }
    /// With this name.
    #[must_use]
    pub fn named(self, name: Name) -> Self {
        Self { name: Some(name), ..self }
    }
    /// In these security groups.
    #[must_use]
    pub fn in_groups(self, groups: impl IntoIterator<Item = SecurityGroupId>) -> Self {
        Self { groups: groups.into_iter().collect(), ..self }
    }
    /// Telling its guest this: key pairs, user data.
    #[must_use]
    pub fn telling(self, told: Told) -> Self {
        Self { told, ..self }
    }
    /// On these networks, the default one first.
    #[must_use]
    pub fn on_networks(self, networks: impl IntoIterator<Item = NetworkId>) -> Self {
        Self { networks: networks.into_iter().collect(), ..self }
    }
}

/// What a request refers to, found and checked.
struct Checked {
    owner: Arc<Account>,
    zone: Arc<Zone>,
    offering: Arc<ComputeOffering>,
    template: Arc<Template>,
    networks: Vec<Network>,
    disk: Option<(DiskOffering, Bytes)>,
    metadata: VmMetadata,
}

impl Verb for DeployVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.deploy";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let checked = self.check(desk.view(), caller)?;
        limit::check(desk, &checked.owner, &wants(&checked))?;
        let groups = security_group::of_new_vm(desk, &checked.owner, &checked.networks, &self.groups)?;
        if !self.start {
            return self.put(desk, &checked, groups).map(Decision::done);
        }
        let wish = place::Wish {
            zone: checked.zone.id,
            within: None,
            hypervisor: &checked.template.hypervisor,
            offering: &checked.offering,
            owner: checked.owner.id,
            last_host: None,
            host: self.host,
            avoid: &[],
            volumes: volume_demands(&checked),
            allow_disabled: caller.is_root(),
        };
        let placement = place::choose(desk, wish)?;
        let vm = self.vm(desk, &checked, groups)?;
        let (host, pod) = (Some(placement.host), Some(placement.pod));
        let vm = Vm { pod, host, job: Some(job), ..vm }.moved(VmEvent::StartRequested, desk.now())?;
        desk.insert(vm.clone())?;
        let pools: Vec<Option<PoolId>> = placement.pools.iter().copied().map(Some).collect();
        insert_volumes(desk, &vm, &checked, &pools)?;
        for (device, network) in (0..).zip(&checked.networks) {
            network::join(desk, &vm, &Joining::new(network.id, device))?;
        }
        detail::put(desk, Resource::new(ResourceKind::Vm, vm.id), &self.details, true)?;
        desk.rely_on::<Host>(placement.host);
        tell(desk, &vm, "VM.CREATE", EventLevel::Info, format!("creating {}", vm.name));
        let id = vm.id;
        let steps = vec![
            OpenVm { vm: id }.into(),
            MakeVolumes { vm: id }.into(),
            OpenPorts { vm: id }.into(),
            FilterHost { vm: id }.into(),
            RunGuest { vm: id, avoid: Vec::new() }.into(),
        ];
        Ok(Decision::then(id, id, steps))
    }
}

impl DeployVm {
    fn check(&self, view: &View, caller: &Caller) -> Result<Checked> {
        let owner = access::act_for(view, caller, self.account.unwrap_or(caller.account))?.id;
        let owner = view.shared::<Account>(owner)?;
        let zone = view.shared::<Zone>(self.zone)?;
        access::use_zone(view, caller, &owner, &zone)?;
        if self.host.is_some() {
            access::root(caller)?;
        }
        let offering = view.shared::<ComputeOffering>(self.offering)?;
        let template = usable_template(view, caller, self.template, &zone)?;
        let networks = network::of_new_vm(view, &owner, &zone, &self.networks)?;
        let disk = self.disk.map(|(id, size)| volume::create::sized(view, id, size)).transpose()?;
        let metadata = self.told.check(view, &owner)?;
        metadata::display_name(self.display_name.as_deref())?;
        Ok(Checked { owner, zone, offering, template, networks, disk, metadata })
    }

    /// The machine as rows only: it is nowhere, and nothing is prepared for it.
    fn put(&self, desk: &mut Desk<'_>, checked: &Checked, groups: BTreeSet<SecurityGroupId>) -> Result<VmId> {
        if let Some(host) = self.host {
            return Err(Error::invalid("host", host, "a machine that is not started is on no host"));
        }
        let vm = self.vm(desk, checked, groups)?;
        desk.insert(vm.clone())?;
        insert_volumes(desk, &vm, checked, &[None, None])?;
        for (device, network) in (0..).zip(&checked.networks) {
            network::join(desk, &vm, &Joining { live: false, ..Joining::new(network.id, device) })?;
        }
        detail::put(desk, Resource::new(ResourceKind::Vm, vm.id), &self.details, true)?;
        tell(desk, &vm, "VM.CREATE", EventLevel::Info, format!("{} is ready to be started", vm.name));
        Ok(vm.id)
    }

    /// The machine's row, on no host.
    fn vm(&self, desk: &mut Desk<'_>, checked: &Checked, groups: BTreeSet<SecurityGroupId>) -> Result<Vm> {
        let (id, now) = (desk.id::<VmId>(), desk.now());
        let name = match &self.name {
            Some(name) => name.clone(),
            None => Name::new(&format!("VM-{id}"))?,
        };
        let offering = &checked.offering;
        let vm = Vm {
            id,
            name,
            account: checked.owner.id,
            domain: checked.owner.domain,
            zone: checked.zone.id,
            pod: None,
            host: None,
            last_host: None,
            reserved_on: None,
            moving_to: None,
            state: VmState::Stopped,
            hypervisor: checked.template.hypervisor.clone(),
            offering: offering.id,
            template: checked.template.id,
            cores: offering.cores,
            speed: offering.speed,
            ram: offering.ram,
            ha: offering.ha,
            groups,
            display_name: self.display_name.clone(),
            os_type: None,
            metadata: checked.metadata.clone(),
            job: None,
            created: now,
            updated: now,
        };
        Ok(vm)
    }
}

fn volume_demands(checked: &Checked) -> Vec<VolumeDemand> {
    let offering = &checked.offering;
    let root = VolumeDemand {
        tags: place::tags(&offering.storage_tags),
        local: offering.local_storage,
        ..VolumeDemand::shared(checked.template.size)
    };
    let data = checked
        .disk
        .as_ref()
        .map(|(disk, size)| VolumeDemand { tags: place::tags(&disk.tags), ..VolumeDemand::shared(*size) });
    std::iter::once(root).chain(data).collect()
}

/// What the machine and its volumes count against limits.
fn wants(checked: &Checked) -> [(ResourceType, u64); 5] {
    let data = checked.disk.as_ref().map_or(Bytes::ZERO, |(_, size)| *size);
    [
        (ResourceType::UserVm, 1),
        (ResourceType::Cpu, checked.offering.cores.into()),
        (ResourceType::Memory, checked.offering.ram.0),
        (ResourceType::Volume, 1 + u64::from(checked.disk.is_some())),
        (ResourceType::PrimaryStorage, checked.template.size.plus(data).0),
    ]
}

fn usable_template(view: &View, caller: &Caller, id: TemplateId, zone: &Zone) -> Result<Arc<Template>> {
    let template = view.shared::<Template>(id)?;
    access::use_template(view, caller, &template)?;
    if template.zone != zone.id {
        let home = view.zone(template.zone).map_or("another zone", |z| z.name.as_str());
        let accepted = format!("it lies in {home}, the machine shall live in {}", zone.name);
        return Err(Error::invalid("template", &template.name, accepted).remedy("copy the template to the zone first"));
    }
    if !template.ready {
        return Err(Error::new(ErrorKind::Conflict, "the template is not ready yet")
            .on(&template.name)
            .remedy("wait until it has been fetched; see its job if that takes long")
            .retryable());
    }
    Ok(template)
}

/// The rows of a new machine's volumes, each on its pool; without one it is made when the machine starts.
fn insert_volumes(desk: &mut Desk<'_>, vm: &Vm, checked: &Checked, pools: &[Option<PoolId>]) -> Result<()> {
    let root = (VolumeKind::Root, 0, checked.template.size, &checked.offering.storage_tags);
    let data = checked.disk.as_ref().map(|(disk, size)| (VolumeKind::Data, 1, *size, &disk.tags));
    for ((kind, device, size, tags), pool) in std::iter::once(root).chain(data).zip(pools) {
        let id = desk.id::<VolumeId>();
        let is_root = kind == VolumeKind::Root;
        let volume = Volume {
            id,
            name: Name::new(&format!("{}-{}", if is_root { "ROOT" } else { "DATA" }, vm.id))?,
            account: vm.account,
            zone: vm.zone,
            vm: Some(vm.id),
            pool: *pool,
            kind,
            device,
            size,
            template: is_root.then_some(vm.template),
            offering: if is_root { None } else { checked.disk.as_ref().map(|(disk, _)| disk.id) },
            tags: tags.clone(),
            state: VolumeState::Allocated,
        };
        let Some(pool) = pool else {
            desk.insert(volume)?;
            continue;
        };
        desk.insert(volume.moved(VolumeEvent::CreateRequested)?)?;
        desk.rely_on::<Pool>(*pool);
    }
    Ok(())
}

/// The machine's row is there. Undone: it is in `Error`, holds nothing, and waits to be destroyed by its owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenVm {
    pub(crate) vm: VmId,
}

#[async_trait]
impl Act for OpenVm {
    const NAME: &'static str = "open machine";

    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        super::volumes::forget(desk, self.vm)?;
        network::leave_all(desk, self.vm)?;
        super::shift(desk, self.vm, VmEvent::OperationFailed, |vm| vm.host = None)?;
        super::shift(desk, self.vm, VmEvent::OperationFailedToError, |_| {})?;
        let vm = super::row(desk, self.vm)?;
        tell(desk, &vm, "VM.CREATE", EventLevel::Error, format!("{} could not be created", vm.name));
        Ok(())
    }
}

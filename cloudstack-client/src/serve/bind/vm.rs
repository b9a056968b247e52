//! Virtual machines.

mod nic;
mod tell;

use super::network::nic_fields;
use super::{Ask, Fault, Look, Object, binds, busy, has_keyword, holds, owner, refuse, says, tagged, tags};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use crate::serve::write::{Alike, Shown};
use cloudstack_core::base::Bytes;
use cloudstack_core::base::id::{
    AccountId, ClusterId, ComputeOfferingId, DiskOfferingId, EntityId, HostId, NetworkId, PodId, PoolId,
    SecurityGroupId, TemplateId, UserDataId, VmId, ZoneId,
};
use cloudstack_core::flow::access;
use cloudstack_core::flow::security_group::named;
use cloudstack_core::flow::vm::{DeployVm, DestroyVm, ExpungeVm, MigrateVm, RebootVm, RecoverVm, StartVm, StopVm};
use cloudstack_core::model::vm::{Vm, VmState};
use std::collections::BTreeSet;

binds! {
    "listVirtualMachines" read list_vms;
    "deployVirtualMachine" act deploy, show_vm;
    "startVirtualMachine" act start, show_vm;
    "stopVirtualMachine" act stop, show_vm;
    "rebootVirtualMachine" act reboot, show_vm;
    "destroyVirtualMachine" act destroy, show_vm;
    "recoverVirtualMachine" act recover, show_vm;
    "migrateVirtualMachine" act migrate, show_vm;
    "addNicToVirtualMachine" act nic::add, show_vm;
    "removeNicFromVirtualMachine" act nic::remove, show_vm;
    "updateDefaultNicForVirtualMachine" act nic::set_default, show_vm;
    "updateVirtualMachine" act tell::update, show_vm;
    "resetSSHKeyForVirtualMachine" act tell::reset_ssh_key, show_vm;
}

/// Which of a machine's connections are shown.
#[derive(Clone, Copy)]
struct Details {
    nics: bool,
    groups: bool,
    template: bool,
    offering: bool,
    /// The data its guest is told: long, and shown only to those who ask for it.
    data: bool,
}

impl Details {
    const ALL: Self = Self { nics: true, groups: true, template: true, offering: true, data: false };

    fn of(ask: &Ask<'_>) -> Result<Self, Fault> {
        let (words, data) = (ask.args.texts("details"), ask.args.is("userdata"));
        let known = [
            "all", "group", "nics", "stats", "secgrp", "tmpl", "servoff", "diskoff", "backoff", "iso", "volume", "min",
            "affgrp",
        ];
        if let Some(other) = words.iter().find(|w| !known.contains(w)) {
            return Err(Fault::invalid("details", other, &format!("give some of {}", known.join(", "))));
        }
        if words.is_empty() || words.contains(&"all") {
            return Ok(Self { data, ..Self::ALL });
        }
        let has = |word| words.contains(&word);
        Ok(Self { nics: has("nics"), groups: has("secgrp"), template: has("tmpl"), offering: has("servoff"), data })
    }
}

/// A state, or `Present` for all that is not given up.
fn in_state(wanted: &str, state: VmState) -> bool {
    match wanted {
        "Present" => !matches!(state, VmState::Destroyed | VmState::Expunging),
        wanted => state.as_str().eq_ignore_ascii_case(wanted),
    }
}

fn list_vms(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let details = Details::of(ask)?;
    let (id, ids) = (args.id::<VmId>("id"), args.ids::<VmId>("ids"));
    if id.is_some() && !ids.is_empty() {
        return Err(Fault::refused("parameters `id` and `ids` exclude each other"));
    }
    let scope = Scope::of(ask)?;
    let look = ask.look();
    if let Some(filter) = Filter::of(ask) {
        let view = ask.view();
        let rows: Box<dyn Iterator<Item = &Vm>> = match (id, args.id::<HostId>("hostid")) {
            (Some(id), _) => Box::new(view.vm(id).into_iter()),
            (None, Some(host)) => Box::new(view.vms().by("host", host)),
            (None, None) if !ids.is_empty() => Box::new(ids.iter().filter_map(|id| view.vm(*id))),
            (None, None) => scope.rows::<Vm>(view),
        };
        let rows = rows.filter(|vm| scope.holds(view, vm.account) && filter.passes(ask, vm));
        let known = &mut Known::new(id.is_none());
        reply.list(Page::of(ask, None, rows)?, |o, vm| vm_fields(look, vm, details, known, o));
        return Ok(());
    }
    let rows = scope.rows::<Vm>(ask.view());
    let known = &mut Known::new(true);
    reply.list(Page::of(ask, scope.count::<Vm>(ask.view()), rows)?, |o, vm| vm_fields(look, vm, details, known, o));
    Ok(())
}

/// Some machines, in the order given.
pub(super) fn list_some<'v>(
    ask: &'v Ask<'_>,
    reply: &mut Reply<'_>,
    rows: impl Iterator<Item = &'v Vm>,
) -> Result<(), Fault> {
    let (look, known) = (ask.look(), &mut Known::new(true));
    reply.list(Page::of(ask, None, rows)?, |o, vm| vm_fields(look, vm, Details::ALL, known, o));
    Ok(())
}

/// What is asked of machines in a list.
struct Filter {
    zone: Option<ZoneId>,
    template: Option<TemplateId>,
    offering: Option<ComputeOfferingId>,
    network: Option<NetworkId>,
    group: Option<SecurityGroupId>,
    pod: Option<PodId>,
    cluster: Option<ClusterId>,
    pool: Option<PoolId>,
    data: Option<UserDataId>,
    /// What was given up is not shown to everybody.
    hide_destroyed: bool,
}

/// Parameters that ask nothing of a machine.
const NO_FILTER: &[&str] = &[
    "page",
    "pagesize",
    "listall",
    "isrecursive",
    "account",
    "domainid",
    "details",
    "showicon",
    "accumulate",
    "userdata",
    "retrieveonlyresourcecount",
    "projectid",
];

impl Filter {
    /// Nothing if the request asks nothing of a machine.
    fn of(ask: &Ask<'_>) -> Option<Self> {
        let args = &ask.args;
        let hide_destroyed = !access::see_destroyed(ask.view(), ask.caller);
        if !hide_destroyed && args.all_in(NO_FILTER) {
            return None;
        }
        Some(Self {
            zone: args.id("zoneid"),
            template: args.id("templateid"),
            offering: args.id("serviceofferingid"),
            network: args.id("networkid"),
            group: args.id("securitygroupid"),
            pod: args.id("podid"),
            cluster: args.id("clusterid"),
            pool: args.id("storageid"),
            data: args.id("userdataid"),
            hide_destroyed,
        })
    }

    fn passes(&self, ask: &Ask<'_>, vm: &Vm) -> bool {
        let (args, view) = (&ask.args, ask.view());
        let cluster = || vm.host.and_then(|host| view.host(host)).map(|host| host.cluster);
        !(self.hide_destroyed && matches!(vm.state, VmState::Destroyed | VmState::Expunging))
            && tagged(ask, vm.id)
            && self.zone.is_none_or(|zone| zone == vm.zone)
            && self.template.is_none_or(|template| template == vm.template)
            && self.offering.is_none_or(|offering| offering == vm.offering)
            && self.group.is_none_or(|group| vm.groups.contains(&group))
            && self.pod.is_none_or(|pod| vm.pod == Some(pod))
            && self.cluster.is_none_or(|wanted| cluster() == Some(wanted))
            && self.network.is_none_or(|network| view.nics().by("vm", vm.id).any(|nic| nic.network == network))
            && self.pool.is_none_or(|pool| view.volumes().by("vm", vm.id).any(|v| v.pool == Some(pool)))
            && args.text("state").is_none_or(|state| in_state(state, vm.state))
            && args.text("name").is_none_or(|part| holds(vm.name.as_str(), part))
            && args.flag("haenable").is_none_or(|on| on == vm.ha)
            && says(ask, "hypervisor", &vm.hypervisor)
            && args.text("keypair").is_none_or(|key| vm.metadata.ssh_keys.iter().any(|(name, _)| name.as_str() == key))
            && self.data.is_none_or(|data| vm.metadata.registered == Some(data))
            && has_keyword(ask, vm.name.as_str())
            && !["isoid", "vpcid", "affinitygroupid", "groupid"].iter().any(|p| args.has(p))
    }
}

fn show_vm(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    let known = &mut Known::new(false);
    look.view.vm(VmId::from_u128(id)).map(|vm| vm_fields(look, vm, Details::ALL, known, o)).is_some()
}

/// Where in an answer stands what its machines have in common.
struct Known {
    owner: Alike<AccountId>,
    zone: Alike<ZoneId>,
    host: Alike<HostId>,
    template: Alike<TemplateId>,
    offering: Alike<ComputeOfferingId>,
    group: Alike<SecurityGroupId>,
    network: Alike<NetworkId>,
}

impl Known {
    const fn new(many: bool) -> Self {
        Self {
            owner: Alike::new(many),
            zone: Alike::new(many),
            host: Alike::new(many),
            template: Alike::new(many),
            offering: Alike::new(many),
            group: Alike::new(many),
            network: Alike::new(many),
        }
    }
}

fn vm_fields(look: Look<'_>, vm: &Vm, details: Details, known: &mut Known, o: &mut Object<'_>) {
    let view = look.view;
    o.id("id", vm.id);
    busy(vm.job, o);
    tags(look, vm.id, o);
    o.put("name", vm.name.as_str());
    o.put("displayname", vm.display_name.as_deref().unwrap_or(vm.name.as_str()));
    o.alike(&mut known.owner, vm.account, |o| owner(look, vm.account, o));
    o.put("created", vm.created);
    o.put("lastupdated", vm.updated);
    o.put("state", vm.state.as_str());
    o.put("haenable", vm.ha);
    o.alike(&mut known.zone, vm.zone, |o| {
        o.id("zoneid", vm.zone);
        o.put("zonename", view.zone(vm.zone).map(|z| z.name.as_str()));
        // The same in all of them.
        o.put("rootdeviceid", 0_u32);
        o.put("rootdevicetype", "ROOT");
        o.each("affinitygroup", std::iter::empty::<()>(), |_, ()| {});
        o.put("displayvm", true);
        o.put("isdynamicallyscalable", false);
    });
    if let Some(host) = vm.host {
        o.alike(&mut known.host, host, |o| {
            if let Some(host) = view.host(host) {
                o.id("hostid", host.id);
                o.put("hostname", host.name.as_str());
            }
        });
    }
    o.alike(&mut known.template, vm.template, |o| {
        o.id("templateid", vm.template);
        if let Some(template) = details.template.then(|| view.template(vm.template)).flatten() {
            o.put("templatename", template.name.as_str());
            o.put("templateformat", &template.format);
            o.put("templatedisplaytext", template.name.as_str());
            o.put("passwordenabled", false);
        }
    });
    o.alike(&mut known.offering, vm.offering, |o| {
        o.id("serviceofferingid", vm.offering);
        if let Some(offering) = details.offering.then(|| view.compute_offering(vm.offering)).flatten() {
            o.put("serviceofferingname", offering.name.as_str());
        }
    });
    o.put("cpunumber", vm.cores);
    o.put("cpuspeed", vm.speed);
    o.put("memory", vm.ram);
    if details.groups {
        match vm.groups.first().filter(|_| vm.groups.len() == 1) {
            Some(only) => o.alike(&mut known.group, *only, |o| groups(look, vm, o)),
            None => groups(look, vm, o),
        }
    }
    if details.nics {
        let mut address = None;
        o.each("nic", view.nics().by("vm", vm.id), |o, nic| {
            if nic.default || address.is_none() {
                address = nic.ip4;
            }
            nic_fields(look, nic, &mut known.network, o);
        });
        o.put("ipaddress", address);
    }
    o.put("hypervisor", &vm.hypervisor);
    o.put("instancename", Shown(format_args!("i-{}", vm.id)));
    tell::fields(look, vm, details.data, o);
}

fn groups(look: Look<'_>, vm: &Vm, o: &mut Object<'_>) {
    let groups = vm.groups.iter().filter_map(|id| look.view.security_group(*id));
    o.each("securitygroup", groups, |o, group| {
        o.id("id", group.id);
        o.put("name", group.name.as_str());
        o.put("description", &group.description);
    });
}

/// What a machine may be asked to be that this cloud has no notion of.
const NO_DEPLOY: &[&str] = &[
    "ipaddress",
    "ip6address",
    "macaddress",
    "iptonetworklist",
    "rootdisksize",
    "datadiskofferinglist",
    "datadisksdetails",
    "dhcpoptionsnetworklist",
    "nicnetworklist",
    "affinitygroupids",
    "affinitygroupnames",
    "overridediskofferingid",
    "volumeid",
    "snapshotid",
    "podid",
    "clusterid",
    "password",
    "group",
    "deploymentplanner",
    "leaseduration",
];

async fn deploy(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, NO_DEPLOY)?;
    let account = scope::owner(ask)?;
    let template = args.need::<TemplateId>("templateid")?;
    let asked = args.text("hypervisor");
    let boots = ask.view().template(template).map(|t| t.hypervisor.as_str());
    if let Some((asked, boots)) = asked.zip(boots).filter(|(asked, boots)| !asked.eq_ignore_ascii_case(boots)) {
        return Err(Fault::invalid("hypervisor", asked, &format!("the template boots on {boots}")));
    }
    let mut groups: BTreeSet<SecurityGroupId> = args.ids("securitygroupids").into_iter().collect();
    let names = args.texts("securitygroupnames");
    if !groups.is_empty() && !names.is_empty() {
        return Err(Fault::refused("parameters `securitygroupids` and `securitygroupnames` exclude each other"));
    }
    for group in names {
        let found = named(ask.view(), account.unwrap_or(ask.caller.account), group);
        let none = || Fault::invalid("securitygroupnames", group, "give names of groups of the account");
        groups.insert(found.ok_or_else(none)?.id);
    }
    let disk = args.id::<DiskOfferingId>("diskofferingid");
    let size = args.count("size")?.map(Bytes::gib);
    if disk.is_none() && size.is_some() {
        return Err(Fault::missing("diskofferingid"));
    }
    let (name, shown) = tell::names(ask);
    let wish = DeployVm {
        name: name.map(|text| super::name("name", text)).transpose()?,
        display_name: shown,
        told: tell::told(ask)?,
        details: tell::details(ask),
        account,
        networks: args.ids("networkids"),
        groups,
        disk: disk.map(|disk| (disk, size)),
        host: args.id("hostid"),
        ..DeployVm::new(args.need("zoneid")?, args.need("serviceofferingid")?, template)
    };
    ask.make(DeployVm { start: args.flag("startvm") != Some(false), ..wish }).await
}

async fn start(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["podid", "clusterid", "hostid", "deploymentplanner"])?;
    let vm = ask.args.need("id")?;
    ask.act(StartVm { vm }, vm).await
}

async fn stop(ask: &Ask<'_>) -> Result<Done, Fault> {
    let vm = ask.args.need("id")?;
    ask.act(StopVm { vm, forced: ask.args.is("forced") }, vm).await
}

async fn reboot(ask: &Ask<'_>) -> Result<Done, Fault> {
    let vm = ask.args.need("id")?;
    ask.act(RebootVm { vm }, vm).await
}

async fn destroy(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["volumeids"])?;
    let (vm, expunge) = (ask.args.need::<VmId>("id")?, ask.args.is("expunge"));
    let destroyed = ask.view().vm(vm).is_some_and(|vm| matches!(vm.state, VmState::Destroyed | VmState::Expunging));
    // Asked again for a machine that was given up, it takes it away for good.
    if expunge && destroyed {
        return ask.act(ExpungeVm { vm }, vm).await;
    }
    ask.act(DestroyVm { vm, expunge }, vm).await
}

async fn recover(ask: &Ask<'_>) -> Result<Done, Fault> {
    let vm = ask.args.need("id")?;
    ask.act(RecoverVm { vm }, vm).await
}

async fn migrate(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["storageid"])?;
    let (vm, host) = (ask.args.need("virtualmachineid")?, ask.args.id::<HostId>("hostid"));
    if host.is_none() && ask.args.flag("autoselect") == Some(false) {
        return Err(Fault::missing("hostid"));
    }
    ask.act(MigrateVm { vm, host }, vm).await
}

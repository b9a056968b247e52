//! Volumes.

use super::{Ask, Fault, Look, Object, binds, has_keyword, owner, says, tagged, tags};
use crate::serve::ask::{Page, Reply};
use crate::serve::scope::Scope;
use cloudstack_core::base::id::{DiskOfferingId, HostId, PodId, PoolId, VmId, VolumeId, ZoneId};
use cloudstack_core::model::volume::{Volume, VolumeKind};

binds! {
    "listVolumes" read list_volumes;
}

fn list_volumes(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (args, view) = (&ask.args, ask.view());
    let scope = Scope::of(ask)?;
    let (id, ids, zone) = (args.id::<VolumeId>("id"), args.ids::<VolumeId>("ids"), args.id::<ZoneId>("zoneid"));
    if id.is_some() && !ids.is_empty() {
        return Err(Fault::refused("parameters `id` and `ids` exclude each other"));
    }
    let (of, pool) = (args.id::<VmId>("virtualmachineid"), args.id::<PoolId>("storageid"));
    let (offering, pod) = (args.id::<DiskOfferingId>("diskofferingid"), args.id::<PodId>("podid"));
    let host = args.id::<HostId>("hostid");
    let rows: Box<dyn Iterator<Item = &Volume>> = match (id, of) {
        (Some(id), _) => Box::new(view.volume(id).into_iter()),
        (None, Some(vm)) => Box::new(view.volumes().by("vm", vm)),
        (None, None) => scope.rows::<Volume>(view),
    };
    let rows = rows.filter(|volume| {
        let vm = || volume.vm.and_then(|vm| view.vm(vm));
        scope.holds(view, volume.account)
            && (ids.is_empty() || ids.contains(&volume.id))
            && of.is_none_or(|vm| volume.vm == Some(vm))
            && zone.is_none_or(|zone| zone == volume.zone)
            && pool.is_none_or(|pool| volume.pool == Some(pool))
            && offering.is_none_or(|offering| volume.offering == Some(offering))
            && pod.is_none_or(|pod| vm().is_some_and(|vm| vm.pod == Some(pod)))
            && host.is_none_or(|host| vm().is_some_and(|vm| vm.host == Some(host)))
            && tagged(ask, volume.id)
            && says(ask, "type", kind(volume))
            && says(ask, "name", volume.name.as_str())
            && says(ask, "state", volume.state.as_str())
            && has_keyword(ask, volume.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, volume| volume_fields(look, volume, o));
    Ok(())
}

const fn kind(volume: &Volume) -> &'static str {
    match volume.kind {
        VolumeKind::Root => "ROOT",
        VolumeKind::Data => "DATADISK",
    }
}

fn volume_fields(look: Look<'_>, volume: &Volume, o: &mut Object<'_>) {
    let view = look.view;
    tags(look, volume.id, o);
    o.id("id", volume.id);
    o.put("name", volume.name.as_str());
    o.id("zoneid", volume.zone);
    o.put("zonename", view.zone(volume.zone).map(|z| z.name.as_str()));
    o.put("type", kind(volume));
    o.put("deviceid", volume.device);
    let vm = volume.vm.and_then(|vm| view.vm(vm));
    o.maybe("virtualmachineid", volume.vm);
    o.maybe("templateid", volume.template);
    let template = volume.template.and_then(|id| view.template(id));
    o.put("templatename", template.map(|t| t.name.as_str()));
    o.put("templatedisplaytext", template.map(|t| t.name.as_str()));
    if let Some(vm) = vm {
        o.put("vmname", vm.name.as_str());
        o.put("vmdisplayname", vm.name.as_str());
        o.put("vmstate", vm.state.as_str());
    }
    o.put("provisioningtype", "thin");
    o.put("size", volume.size);
    o.put("state", volume.state.as_str());
    owner(look, volume.account, o);
    let pool = volume.pool.and_then(|pool| view.pool(pool));
    o.put("storagetype", if pool.is_some_and(|p| p.host.is_some()) { "local" } else { "shared" });
    o.put("hypervisor", vm.map(|vm| &vm.hypervisor));
    o.maybe("diskofferingid", volume.offering);
    let offering = volume.offering.and_then(|id| view.disk_offering(id));
    o.put("diskofferingname", offering.map(|d| d.name.as_str()));
    o.put("diskofferingdisplaytext", offering.map(|d| d.name.as_str()));
    o.put("storage", pool.map(|p| p.name.as_str()));
    o.put("destroyed", false);
    if let Some(offering) =
        vm.filter(|_| volume.kind == VolumeKind::Root).and_then(|vm| view.compute_offering(vm.offering))
    {
        o.id("serviceofferingid", offering.id);
        o.put("serviceofferingname", offering.name.as_str());
        o.put("serviceofferingdisplaytext", offering.name.as_str());
    }
    o.put("isextractable", false);
    o.put("displayvolume", true);
    o.maybe("storageid", volume.pool);
}

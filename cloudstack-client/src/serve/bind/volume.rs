//! Volumes.

use super::{Ask, Fault, Look, Object, binds, has_keyword, need_name, owner, refuse, says, tagged, tags};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use cloudstack_core::base::Bytes;
use cloudstack_core::base::id::{DiskOfferingId, EntityId, HostId, PodId, PoolId, VmId, VolumeId, ZoneId};
use cloudstack_core::flow::volume::{AddVolume, AttachVolume, DeleteVolume, DetachVolume, ResizeVolume};
use cloudstack_core::model::volume::{Volume, VolumeKind};

binds! {
    "listVolumes" read list_volumes;
    "createVolume" act create, show_volume;
    "attachVolume" act attach, show_volume;
    "detachVolume" act detach, show_volume;
    "resizeVolume" act resize, show_volume;
    "deleteVolume" act delete;
}

async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["customid", "miniops", "maxiops", "snapshotid", "virtualmachineid", "kmskeyid", "storageid"])?;
    let wish = AddVolume {
        zone: args.need("zoneid")?,
        name: need_name(ask, "name")?,
        offering: args.need("diskofferingid")?,
        size: args.count("size")?.map(Bytes::gib),
        account: scope::owner(ask)?,
    };
    ask.make(wish).await
}

async fn attach(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let volume = args.need("id")?;
    let wrong = |n: u64| Fault::invalid("deviceid", &n.to_string(), "give 1, 2 or 4 to 15");
    let device = args.count("deviceid")?.map(|n| u32::try_from(n).map_err(|_| wrong(n))).transpose()?;
    ask.act(AttachVolume { volume, vm: args.need("virtualmachineid")?, device }, volume).await
}

/// The volume that a request names: by id, or by its place in a machine.
fn named(ask: &Ask<'_>) -> Result<VolumeId, Fault> {
    let args = &ask.args;
    let place = (args.id::<VmId>("virtualmachineid"), args.count("deviceid")?);
    match (args.id("id"), place) {
        (Some(id), (None, None)) => Ok(id),
        (Some(_), _) => Err(Fault::refused("parameter `id` excludes `virtualmachineid` and `deviceid`")),
        (None, (Some(vm), Some(device))) => {
            let found = ask.view().volumes().by("vm", vm).find(|v| u64::from(v.device) == device);
            let none = || Fault::invalid("deviceid", &device.to_string(), "the machine has no volume there");
            found.map(|volume| volume.id).ok_or_else(none)
        }
        (None, _) => Err(Fault::missing("id")),
    }
}

async fn detach(ask: &Ask<'_>) -> Result<Done, Fault> {
    let volume = named(ask)?;
    ask.act(DetachVolume { volume }, volume).await
}

async fn resize(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["miniops", "maxiops"])?;
    let (volume, size) = (args.need("id")?, args.count("size")?.map(Bytes::gib));
    ask.act(ResizeVolume { volume, size, offering: args.id("diskofferingid") }, volume).await
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let volume = ask.args.need("id")?;
    ask.act(DeleteVolume { volume }, volume).await.map_err(Fault::or_in_use)
}

fn show_volume(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.volume(VolumeId::from_u128(id)).map(|volume| volume_fields(look, volume, o)).is_some()
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

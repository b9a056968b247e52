//! Offerings of machines, disks and networks.

use super::{Ask, Fault, Look, Object, binds, has_keyword, need_name, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use cloudstack_core::base::id::{ComputeOfferingId, DiskOfferingId, EntityId, NetworkOfferingId};
use cloudstack_core::base::{Bytes, Mhz, Mib};
use cloudstack_core::flow::offering::{AddComputeOffering, AddDiskOffering, AddNetworkOffering};
use cloudstack_core::model::network::GuestType;
use cloudstack_core::model::offering::{ComputeOffering, DiskOffering, NetworkOffering};
use std::collections::{BTreeMap, BTreeSet};

binds! {
    "listServiceOfferings" read list_compute;
    "createServiceOffering" act create_compute, show_compute;
    "listDiskOfferings" read list_disks;
    "createDiskOffering" act create_disk, show_disk;
    "listNetworkOfferings" read list_networks;
    "createNetworkOffering" act create_network, show_network;
}

fn list_compute(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.id::<ComputeOfferingId>("id");
    let (cores, speed, ram) = (args.whole("cpunumber"), args.whole("cpuspeed"), args.whole("memory"));
    let least = |given: Option<i64>, has: u64| given.is_none_or(|n| i64::try_from(has).is_ok_and(|has| has >= n));
    let rows = ask.view().compute_offerings().iter().filter(|offering| {
        id.is_none_or(|id| id == offering.id)
            && !args.is("issystem")
            && says(ask, "name", offering.name.as_str())
            && has_keyword(ask, offering.name.as_str())
            && least(cores, offering.cores.into())
            && least(speed, offering.speed.0)
            && least(ram, offering.ram.0)
    });
    reply.list(Page::of(ask, None, rows)?, |o, offering| compute_fields(offering, o));
    Ok(())
}

fn show_compute(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    let row = look.view.compute_offering(ComputeOfferingId::from_u128(id));
    row.map(|offering| compute_fields(offering, o)).is_some()
}

/// Labels with commas between them; nothing if there are none.
fn labels(labels: &BTreeSet<String>) -> Option<String> {
    if labels.is_empty() { None } else { Some(labels.iter().map(String::as_str).collect::<Vec<_>>().join(",")) }
}

/// Labels from a text with commas between them.
fn read_labels(text: Option<&str>) -> BTreeSet<String> {
    text.unwrap_or("").split(',').map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned).collect()
}

const fn storage(local: bool) -> &'static str {
    if local { "local" } else { "shared" }
}

fn compute_fields(offering: &ComputeOffering, o: &mut Object<'_>) {
    o.id("id", offering.id);
    o.put("name", offering.name.as_str());
    o.put("state", "Active");
    o.put("displaytext", offering.name.as_str());
    o.put("cpunumber", offering.cores);
    o.put("cpuspeed", offering.speed);
    o.put("memory", offering.ram);
    o.put("storagetype", storage(offering.local_storage));
    o.put("provisioningtype", "thin");
    o.put("offerha", offering.ha);
    o.put("limitcpuuse", false);
    o.put("isvolatile", false);
    o.put("storagetags", labels(&offering.storage_tags));
    o.put("hosttags", labels(&offering.host_tags));
    o.put("issystem", false);
    o.put("defaultuse", false);
    o.put("deploymentplanner", offering.planner.as_ref());
    o.put("iscustomized", false);
}

/// What a service offering may say that this cloud has no notion of.
const NO_COMPUTE: &[&str] = &[
    "domainid",
    "zoneid",
    "networkrate",
    "rootdisksize",
    "customized",
    "maxcpunumber",
    "mincpunumber",
    "maxmemory",
    "minmemory",
    "diskofferingid",
    "encryptroot",
    "vgpuprofileid",
    "gpucount",
    "leaseduration",
];

async fn create_compute(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, NO_COMPUTE)?;
    if args.is("issystem") || args.is("isvolatile") {
        return Err(Fault::refused("parameters `issystem` and `isvolatile`: only offerings of guests are made here"));
    }
    let need = |name| args.count(name)?.ok_or_else(|| Fault::missing(name));
    let cores = u32::try_from(need("cpunumber")?).unwrap_or(u32::MAX);
    let (speed, ram) = (Mhz(need("cpuspeed")?), Mib(need("memory")?));
    let local = match args.text("storagetype") {
        None => false,
        Some(text) if text.eq_ignore_ascii_case("shared") => false,
        Some(text) if text.eq_ignore_ascii_case("local") => true,
        Some(text) => return Err(Fault::invalid("storagetype", text, "give shared or local")),
    };
    let wish = AddComputeOffering {
        host_tags: read_labels(args.text("hosttags")),
        storage_tags: read_labels(args.text("tags")),
        local_storage: local,
        ha: args.is("offerha"),
        planner: args.text("deploymentplanner").map(str::to_owned),
        ..AddComputeOffering::new(need_name(ask, "name")?, cores, speed, ram)
    };
    ask.make(wish).await
}

fn list_disks(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let id = ask.args.id::<DiskOfferingId>("id");
    let rows = ask.view().disk_offerings().iter().filter(|offering| {
        id.is_none_or(|id| id == offering.id)
            && says(ask, "name", offering.name.as_str())
            && has_keyword(ask, offering.name.as_str())
    });
    reply.list(Page::of(ask, None, rows)?, |o, offering| disk_fields(offering, o));
    Ok(())
}

fn show_disk(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.disk_offering(DiskOfferingId::from_u128(id)).map(|offering| disk_fields(offering, o)).is_some()
}

fn disk_fields(offering: &DiskOffering, o: &mut Object<'_>) {
    o.id("id", offering.id);
    o.put("name", offering.name.as_str());
    o.put("state", "Active");
    o.put("displaytext", offering.name.as_str());
    // In GiB; 0 where the user chooses.
    o.put("disksize", offering.size.map_or(0, |size| size.0 >> 30));
    o.put("iscustomized", offering.size.is_none());
    o.put("iscustomizediops", false);
    o.put("tags", labels(&offering.tags));
    o.put("storagetype", "shared");
    o.put("provisioningtype", "thin");
    o.put("displayoffering", true);
}

async fn create_disk(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["domainid", "zoneid", "encrypt"])?;
    if !says(ask, "storagetype", "shared") {
        return Err(Fault::invalid("storagetype", args.text("storagetype").unwrap_or(""), "give shared"));
    }
    let size = match (args.is("customized"), args.count("disksize")?) {
        (true, None | Some(0)) => None,
        (true, Some(_)) => return Err(Fault::refused("parameters `customized` and `disksize` exclude each other")),
        (false, None) => return Err(Fault::missing("disksize")),
        (false, Some(gib)) => Some(Bytes::gib(gib)),
    };
    ask.make(AddDiskOffering { name: need_name(ask, "name")?, size, tags: read_labels(args.text("tags")) }).await
}

fn list_networks(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.id::<NetworkOfferingId>("id");
    let services = args.texts("supportedservices");
    let rows = ask.view().network_offerings().iter().filter(|offering| {
        id.is_none_or(|id| id == offering.id)
            && says(ask, "name", offering.name.as_str())
            && says(ask, "guestiptype", guest(offering))
            && says(ask, "traffictype", "Guest")
            && says(ask, "state", "Enabled")
            && args.flag("specifyvlan").is_none_or(|on| on == offering.specify_vlan)
            && !args.is("forvpc")
            && services.iter().all(|service| offering.services.keys().any(|s| s.eq_ignore_ascii_case(service)))
            && has_keyword(ask, offering.name.as_str())
    });
    reply.list(Page::of(ask, None, rows)?, |o, offering| network_fields(offering, o));
    Ok(())
}

const fn guest(offering: &NetworkOffering) -> &'static str {
    match offering.guest {
        GuestType::Shared => "Shared",
        GuestType::Isolated => "Isolated",
    }
}

fn show_network(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    let row = look.view.network_offering(NetworkOfferingId::from_u128(id));
    row.map(|offering| network_fields(offering, o)).is_some()
}

/// The services of an offering, each with the kind of device that gives it.
pub(super) fn services(offering: &NetworkOffering, o: &mut Object<'_>) {
    o.each("service", &offering.services, |o, (service, device)| {
        o.put("name", service);
        o.each("provider", [device], |o, device| o.put("name", device));
    });
}

fn network_fields(offering: &NetworkOffering, o: &mut Object<'_>) {
    let default = cloudstack_core::model::offering::DEFAULT_NETWORK_OFFERINGS;
    o.id("id", offering.id);
    o.put("name", offering.name.as_str());
    o.put("displaytext", offering.name.as_str());
    o.put("traffictype", "Guest");
    o.put("isdefault", default.iter().any(|(name, ..)| *name == offering.name.as_str()));
    o.put("specifyvlan", offering.specify_vlan);
    o.put("conservemode", true);
    o.put("specifyipranges", offering.guest == GuestType::Shared);
    o.put("availability", "Optional");
    o.put("state", "Enabled");
    o.put("guestiptype", guest(offering));
    services(offering, o);
    o.put("forvpc", false);
    o.put("ispersistent", offering.persistent);
    o.put("egressdefaultpolicy", true);
}

async fn create_network(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["domainid", "zoneid", "serviceofferingid", "networkrate"])?;
    if args.is("forvpc") {
        return Err(Fault::refused("parameter `forvpc`: networks of VPCs are not supported here"));
    }
    if !says(ask, "traffictype", "Guest") {
        return Err(Fault::invalid("traffictype", args.text("traffictype").unwrap_or(""), "give Guest"));
    }
    let guest = match args.need_text("guestiptype")? {
        text if text.eq_ignore_ascii_case("shared") => GuestType::Shared,
        text if text.eq_ignore_ascii_case("isolated") => GuestType::Isolated,
        text => return Err(Fault::invalid("guestiptype", text, "give Shared or Isolated")),
    };
    let mut services = BTreeMap::new();
    for group in args.groups("serviceproviderlist") {
        if let (Some(service), Some(device)) = (group.get("service"), group.get("provider")) {
            services.insert(service.to_owned(), device.to_owned());
        }
    }
    for service in args.texts("supportedservices") {
        if !services.keys().any(|known| known.eq_ignore_ascii_case(service)) {
            return Err(Fault::invalid("supportedservices", service, "name its provider in serviceproviderlist"));
        }
    }
    let (specify_vlan, persistent) = (args.is("specifyvlan"), args.is("ispersistent"));
    let plain = AddNetworkOffering::new(need_name(ask, "name")?, guest);
    ask.make(AddNetworkOffering { services, specify_vlan, persistent, ..plain }).await
}

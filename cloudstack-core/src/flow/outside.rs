//! The drivers a cloud was given, by kind, and how rows become what drivers are told.

use crate::base::id::{HostId, NetworkId, PoolId, TemplateId};
use crate::base::{Error, ErrorKind, Result};
use crate::ledger::View;
use crate::model::infra::{Isolation, TrafficKind};
use crate::model::network::{Network, Nic, NicState};
use crate::model::vm::Vm;
use crate::model::volume::{Volume, VolumeState};
use crate::port::KeyMaker;
use crate::port::driver::hypervisor::{DiskSpec, InterfaceSpec};
use crate::port::driver::{
    BroadcastDomain, GuestMetadata, GuestSpec, HostTarget, Hypervisor, ImageStorage, NetworkDevice, NetworkSpec,
    PoolTarget, PortFilter, PortSpec, PrimaryStorage, StoreTarget, TemplateSpec, VirtualSwitch, VolumeSpec,
};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::filters::Filters;
use super::network::router::Routers;

/// The drivers of a cloud. A kind that no driver was given for is refused by name.
#[derive(Default)]
pub struct Outside {
    /// By kind of hypervisor.
    pub hypervisors: BTreeMap<String, Arc<dyn Hypervisor>>,
    /// By kind of pool.
    pub storage: BTreeMap<String, Arc<dyn PrimaryStorage>>,
    /// By kind of image store.
    pub images: BTreeMap<String, Arc<dyn ImageStorage>>,
    /// By kind of device.
    pub devices: BTreeMap<String, Arc<dyn NetworkDevice>>,
    /// By kind of hypervisor.
    pub filters: BTreeMap<String, Arc<dyn PortFilter>>,
    /// By kind of hypervisor; none for one that joins its guests to networks by itself.
    pub switches: BTreeMap<String, Arc<dyn VirtualSwitch>>,
    /// What makes SSH key pairs, if anything does.
    pub key_maker: Option<Arc<dyn KeyMaker>>,
    /// What each host's filter was last told.
    pub(crate) told: Filters,
    /// What each device was last told of each network's router.
    pub(crate) routers: Routers,
    /// What tests do to steps.
    #[cfg(feature = "testkit")]
    pub trouble: super::trouble::Trouble,
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside")
            .field("hypervisors", &self.hypervisors.keys())
            .field("storage", &self.storage.keys())
            .field("images", &self.images.keys())
            .field("devices", &self.devices.keys())
            .field("filters", &self.filters.keys())
            .field("switches", &self.switches.keys())
            .finish_non_exhaustive()
    }
}

fn driver<'a, T: ?Sized>(drivers: &'a BTreeMap<String, Arc<T>>, what: &str, kind: &str) -> Result<&'a Arc<T>> {
    drivers.get(kind).ok_or_else(|| {
        let known = drivers.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        Error::invalid(what, kind, format!("drivers were given for: {known}")).remedy("give the cloud a driver for it")
    })
}

impl Outside {
    /// The driver of hosts of this kind.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] names the kinds there are drivers for.
    pub fn hypervisor(&self, kind: &str) -> Result<&Arc<dyn Hypervisor>> {
        driver(&self.hypervisors, "hypervisor", kind)
    }
    /// The driver of pools of this kind.
    ///
    /// # Errors
    /// As [`Outside::hypervisor`].
    pub fn storage(&self, kind: &str) -> Result<&Arc<dyn PrimaryStorage>> {
        driver(&self.storage, "primary storage", kind)
    }
    /// The driver of image stores of this kind.
    ///
    /// # Errors
    /// As [`Outside::hypervisor`].
    pub fn images(&self, kind: &str) -> Result<&Arc<dyn ImageStorage>> {
        driver(&self.images, "image store", kind)
    }
    /// The filter of hosts of this kind.
    ///
    /// # Errors
    /// As [`Outside::hypervisor`].
    pub fn filter(&self, kind: &str) -> Result<&Arc<dyn PortFilter>> {
        driver(&self.filters, "security groups", kind)
    }
    /// The devices that serve a network, by kind: every provider of its offering that is a device.
    #[must_use]
    pub fn devices_of(&self, view: &View, network: &Network) -> BTreeMap<&str, &Arc<dyn NetworkDevice>> {
        let Some(offering) = view.network_offering(network.offering) else { return BTreeMap::new() };
        let kinds: std::collections::BTreeSet<&String> = offering.services.values().collect();
        let found = kinds.into_iter().filter_map(|kind| self.devices.get_key_value(kind));
        found.map(|(kind, device)| (kind.as_str(), device)).collect()
    }
}

/// A host, as drivers know it.
///
/// # Errors
/// If there is no such host.
pub fn host_target(view: &View, id: HostId) -> Result<HostTarget> {
    let host = view.need::<crate::model::infra::Host>(id)?;
    Ok(HostTarget { id, name: host.name.to_string(), address: host.address })
}

/// A pool, as drivers know it.
///
/// # Errors
/// If there is no such pool.
pub fn pool_target(view: &View, id: PoolId) -> Result<PoolTarget> {
    let pool = view.need::<crate::model::infra::Pool>(id)?;
    Ok(PoolTarget { name: pool.name.to_string(), kind: pool.kind.clone(), url: pool.url.clone() })
}

/// A template, as drivers know it.
///
/// # Errors
/// If there is no such template.
pub fn template_spec(view: &View, id: TemplateId) -> Result<TemplateSpec> {
    let t = view.need::<crate::model::image::Template>(id)?;
    let store = t.store.and_then(|id| view.image_store(id)).map(store_target);
    let (format, size, url, checksum) = (t.format.clone(), t.size, t.url.clone(), t.checksum.clone());
    Ok(TemplateSpec { name: template_name(id), format, size, url, checksum, store })
}

/// The name a template has on its store and on pools.
#[must_use]
pub fn template_name(id: TemplateId) -> String {
    format!("t-{id}")
}

/// An image store, as drivers know it.
#[must_use]
pub fn store_target(store: &crate::model::infra::ImageStore) -> StoreTarget {
    StoreTarget { name: store.name.to_string(), url: store.url.clone() }
}

/// The name a volume has on its pool.
#[must_use]
pub fn volume_name(volume: &Volume) -> String {
    format!("v-{}", volume.id)
}

/// A volume, as drivers know it.
///
/// # Errors
/// If its template is gone.
pub fn volume_spec(view: &View, volume: &Volume) -> Result<VolumeSpec> {
    let template = volume.template.map(|id| template_spec(view, id)).transpose()?;
    Ok(VolumeSpec { name: volume_name(volume), size: volume.size, template })
}

/// A network, as drivers know it.
///
/// # Errors
/// If there is no such network.
pub fn network_spec(view: &View, id: NetworkId) -> Result<NetworkSpec> {
    let n = view.need::<Network>(id)?;
    let dns = view.zone(n.zone).map(|z| z.dns.clone()).unwrap_or_default();
    let (vlan, cidr, gateway, domain_name) = (n.vlan, n.cidr, n.gateway, n.domain_name.clone());
    Ok(NetworkSpec { id, isolation: isolation(view, n), vlan, cidr, gateway, dns, domain_name })
}

fn isolation(view: &View, network: &Network) -> Isolation {
    view.physical_network(network.physical_network).map_or(Isolation::Vlan, |p| p.isolation)
}

/// A guest network's broadcast domain on hosts of this kind.
///
/// # Errors
/// If there is no such network.
pub fn broadcast_domain(view: &View, id: NetworkId, hypervisor: &str) -> Result<BroadcastDomain> {
    let network = view.need::<Network>(id)?;
    let physical = view.physical_network(network.physical_network);
    let guest = physical.and_then(|p| p.traffic.iter().find(|t| t.kind == TrafficKind::Guest));
    let label = guest.and_then(|t| t.labels.get(hypervisor).cloned());
    Ok(BroadcastDomain { network: id, isolation: isolation(view, network), tag: network.vlan, label })
}

/// An interface, as its network's devices know it.
#[must_use]
pub fn port_spec(view: &View, vm: &Vm, nic: &crate::model::network::Nic) -> PortSpec {
    let (hostname, metadata) = (vm.name.to_string(), guest_metadata(view, vm));
    PortSpec { nic: nic.id, mac: nic.mac, ip4: nic.ip4, ip6: nic.ip6, hostname, default: nic.default, metadata }
}

/// What a machine's guest is told: its own user data, or else what was registered under the name it was given (AUTH-05).
#[must_use]
pub fn guest_metadata(view: &View, vm: &Vm) -> GuestMetadata {
    let told = &vm.metadata;
    let registered = || told.registered.and_then(|id| view.user_data(id)).map(|row| &row.data);
    let user_data = told.user_data.as_ref().or_else(registered).map(|data| data.as_str().to_owned());
    GuestMetadata { ssh_keys: told.ssh_keys.iter().map(|(_, key)| key.to_string()).collect(), user_data }
}

/// A machine's guest as it shall run.
///
/// # Errors
/// If a row it hangs on is missing, or a volume has no pool yet.
pub fn guest_spec(view: &View, vm: &Vm) -> Result<GuestSpec> {
    guest_spec_with(view, vm, &|nic| nic.state != NicState::Releasing)
}

/// As [`guest_spec`], with some of its interfaces only.
pub(crate) fn guest_spec_with(view: &View, vm: &Vm, which: &dyn Fn(&Nic) -> bool) -> Result<GuestSpec> {
    let disk = |volume: &Volume| {
        let no_pool = || Error::new(ErrorKind::Conflict, "a volume of the machine lies on no pool").on(volume.id);
        let pool = pool_target(view, volume.pool.ok_or_else(no_pool)?)?;
        let (pool_kind, pool_url, volume_name) = (pool.kind, pool.url, volume_name(volume));
        Ok(DiskSpec { pool_kind, pool_url, volume: volume_name, device: volume.device, size: volume.size })
    };
    let interface = |nic: &crate::model::network::Nic| {
        let domain = broadcast_domain(view, nic.network, &vm.hypervisor)?;
        Ok(InterfaceSpec { tap: super::filters::tap(nic.id)?, mac: nic.mac, domain, device: nic.device })
    };
    // One on its way to or from the machine is not for the guest.
    let volumes = view.volumes().by("vm", vm.id).filter(|volume| volume.state != VolumeState::Attaching);
    let mut disks = volumes.map(disk).collect::<Result<Vec<_>>>()?;
    disks.sort_unstable_by_key(|disk| disk.device);
    let mut interfaces =
        view.nics().by("vm", vm.id).filter(|nic| which(nic)).map(interface).collect::<Result<Vec<_>>>()?;
    interfaces.sort_unstable_by_key(|interface| interface.device);
    Ok(GuestSpec {
        vm: vm.id,
        name: vm.instance_name(),
        cores: vm.cores,
        speed: vm.speed,
        ram: vm.ram,
        disks,
        interfaces,
        metadata: guest_metadata(view, vm),
    })
}

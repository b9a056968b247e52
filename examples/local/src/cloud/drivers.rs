//! The drivers of this machine, each told where the hosts are.

use crate::GUEST_DATA;
use crate::space::{self, FOLDER, HOSTS, PUBLIC_BRIDGE};
use cloudstack_core::CloudBuilder;
use cloudstack_core::base::Mib;
use cloudstack_core::base::id::{EntityId, HostId};
use cloudstack_core::port::driver::{HostTarget, Hypervisor};
use cloudstack_drivers::bridge::{Bridge, BridgeConfig, Peers};
use cloudstack_drivers::directory::{Directory, DirectoryConfig};
use cloudstack_drivers::hosts::LocalHosts;
use cloudstack_drivers::iptables::HostFilter;
use cloudstack_drivers::qemu::{Accelerator, Kernel, Qemu, QemuConfig, Share};
use cloudstack_drivers::router::{Config, VirtualRouter};
use std::sync::Arc;
use std::time::Duration;

/// What a host's kind of hypervisor is called.
pub(super) const KIND: &str = "KVM";
/// What the kind of the pool is called, and where it is.
pub(super) const POOL: (&str, &str) = ("SharedMountPoint", "file:///run/local-cloud/primary");
/// What the kind of the image store is called, and where it is.
pub(super) const IMAGES: (&str, &str) = ("File", "file:///run/local-cloud/images");

/// The hosts, as drivers reach them.
fn hosts() -> LocalHosts {
    let none = LocalHosts::new(format!("{FOLDER}/hosts"));
    HOSTS.iter().fold(none, |hosts, (name, _)| {
        let words = space::words(name);
        hosts.with(name, words.iter().map(String::as_str))
    })
}

/// A guest has no disk to start from: it brings its kernel.
fn qemu() -> QemuConfig {
    let kernel = Kernel {
        image: format!("{FOLDER}/guest/vmlinuz").into(),
        initrd: Some(format!("{FOLDER}/guest/initrd").into()),
        arguments: "console=ttyS0 quiet panic=-1 no_timer_check".into(),
    };
    QemuConfig {
        accelerator: Accelerator::Tcg,
        kernel: Some(kernel),
        translation: Mib(16),
        screen: false,
        grace: Duration::from_secs(1),
        shares: HOSTS.iter().map(|(name, _)| ((*name).to_owned(), Share { cores: 4, ram: Mib(4_096) })).collect(),
        ..QemuConfig::default()
    }
}

/// Templates may come from where the guest lies, and from nowhere else.
fn images() -> DirectoryConfig {
    DirectoryConfig { sources: vec![format!("{FOLDER}/guest").into()], ..DirectoryConfig::default() }
}

/// Routers live on the first host.
fn router() -> Config {
    let (name, address) = HOSTS[0];
    let gateway = HostTarget { id: HostId::from_u128(1), name: name.into(), address: address.into() };
    let program = std::env::current_exe().unwrap_or_default().to_string_lossy().into_owned();
    Config { guest_data: vec![program, GUEST_DATA.into()], ..Config::new(gateway, PUBLIC_BRIDGE) }
}

/// Gives a cloud every driver it needs here; answers the one of guests too, whose consoles are asked for.
pub(super) fn equip(cloud: CloudBuilder) -> (CloudBuilder, Arc<dyn Hypervisor>) {
    let hosts = Arc::new(hosts());
    let peers = HOSTS.iter().map(|(_, address)| (*address).into()).chain([space::OFFICE_TUNNEL.into()]).collect();
    let switch = BridgeConfig { peers: Peers::Listed(peers), ..BridgeConfig::default() };
    let switch = Arc::new(Bridge::new(hosts.clone(), switch));
    let hypervisor: Arc<dyn Hypervisor> = Arc::new(Qemu::new(hosts.clone(), qemu()));
    let storage = Arc::new(Directory::new(hosts.clone(), images()));
    let router = Arc::new(VirtualRouter::new(router(), hosts.clone(), switch.clone()));
    let cloud = cloud
        .hypervisor(KIND, hypervisor.clone())
        .port_filter(KIND, Arc::new(HostFilter::new(hosts)))
        .virtual_switch(KIND, switch)
        .primary_storage(POOL.0, storage.clone())
        .image_storage(IMAGES.0, storage)
        .network_device("VirtualRouter", router);
    (cloud, hypervisor)
}

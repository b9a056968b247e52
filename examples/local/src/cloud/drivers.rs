//! The drivers of this machine, each told where the hosts are.

use crate::space::{self, FOLDER, HOSTS, PUBLIC_BRIDGE};
use cloudstack_core::CloudBuilder;
use cloudstack_core::base::Mib;
use cloudstack_core::port::driver::Hypervisor;
use cloudstack_drivers::bridge::{Bridge, BridgeConfig, Peers};
use cloudstack_drivers::hosts::LocalHosts;
use cloudstack_drivers::iptables::HostFilter;
use std::sync::Arc;
use std::time::Duration;

/// What a host's kind of hypervisor is called.
pub(super) const KIND: &str = "KVM";
/// What the kind of the pool is called, and where it is.
pub(super) const POOL: (&str, &str) = ("SharedMountPoint", "file:///run/local-cloud/primary");
/// What the kind of the image store is called, and where it is.
pub(super) const IMAGES: (&str, &str) = ("Directory", "file:///run/local-cloud/images");

/// The hosts, as drivers reach them.
fn hosts() -> LocalHosts {
    let none = LocalHosts::new(format!("{FOLDER}/hosts"));
    HOSTS.iter().fold(none, |hosts, (name, _)| {
        let words = space::words(name);
        hosts.with(name, words.iter().map(String::as_str))
    })
}

/// Gives a cloud every driver it needs here; answers the one of guests too, whose consoles are asked for.
pub(super) fn equip(cloud: CloudBuilder) -> (CloudBuilder, Arc<dyn Hypervisor>) {
    let hosts = Arc::new(hosts());
    let peers = HOSTS.iter().map(|(_, address)| (*address).into()).chain([space::OFFICE_TUNNEL.into()]).collect();
    let switch = BridgeConfig { peers: Peers::Listed(peers), ..BridgeConfig::default() };
    let switch = Arc::new(Bridge::new(hosts.clone(), switch));
    let hypervisor: Arc<dyn Hypervisor> = todo();
    let cloud = cloud.hypervisor(KIND, hypervisor.clone()).port_filter(KIND, Arc::new(HostFilter::new(hosts))).virtual_switch(KIND, switch);
    (cloud, hypervisor)
}
fn todo() -> Arc<dyn Hypervisor> { panic!() }

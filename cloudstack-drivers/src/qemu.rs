#![doc = include_str!("qemu/docs.md")]

mod apply;
mod compile;
mod config;
mod devices;
mod guest;
mod look;
mod migrate;
pub mod qmp;
mod state;

pub use config::{Accelerator, Kernel, Migration, QemuConfig, Share};

use crate::hosts::{Hosts, Turns};
use cloudstack_core::port::driver::{Capabilities, HostFacts};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// Runs guests as QEMU processes of hosts.
///
/// ```
/// use cloudstack_drivers::{hosts::LocalHosts, qemu::{Qemu, QemuConfig}};
/// use std::sync::Arc;
///
/// let hosts = Arc::new(LocalHosts::new("/run/cloud").with("kvm1", []));
/// let hypervisor = Arc::new(Qemu::new(hosts, QemuConfig::default()));
/// // let cloud = Cloud::open("cloud.db").hypervisor("KVM", hypervisor) …
/// # drop(hypervisor);
/// ```
#[derive(Clone)]
pub struct Qemu {
    inner: Arc<Inner>,
}

/// What calls share that go on without their callers.
struct Inner {
    hosts: Arc<dyn Hosts>,
    config: QemuConfig,
    sheet: Capabilities,
    turns: Turns,
    /// Facts of hosts, once read.
    known: Mutex<BTreeMap<String, HostFacts>>,
    /// Whether guests really run with the hardware's virtualisation, once tried.
    kvm: Mutex<BTreeMap<String, bool>>,
}

impl std::fmt::Debug for Qemu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Qemu").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl Qemu {
    /// On these hosts.
    #[must_use]
    pub fn new(hosts: Arc<dyn Hosts>, config: QemuConfig) -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let sheet = Capabilities {
            title: "QEMU".into(),
            image_formats: words(&["QCOW2", "RAW"]),
            pool_kinds: words(&["Filesystem", "NetworkFilesystem", "SharedMountPoint"]),
            max_guests: Some(200),
            ..Capabilities::default()
        };
        let (turns, known, kvm) = (Turns::default(), Mutex::default(), Mutex::default());
        Self { inner: Arc::new(Inner { hosts, config, sheet, turns, known, kvm }) }
    }
}

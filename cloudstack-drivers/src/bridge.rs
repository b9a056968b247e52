#![doc = include_str!("bridge/docs.md")]

mod apply;
mod compile;
mod config;

pub use config::{BridgeConfig, Peers};

use crate::hosts::{Hosts, Turns};
use cloudstack_core::port::driver::Capabilities;
use std::sync::Arc;

/// Joins interfaces to guest networks by Linux bridges.
///
/// ```
/// use cloudstack_drivers::{bridge::{Bridge, BridgeConfig}, hosts::LocalHosts};
/// use std::sync::Arc;
///
/// let hosts = Arc::new(LocalHosts::new("/run/cloud").with("kvm1", []));
/// let switch = Arc::new(Bridge::new(hosts, BridgeConfig::default()));
/// // let cloud = Cloud::open("cloud.db").virtual_switch("KVM", switch) …
/// # drop(switch);
/// ```
pub struct Bridge {
    hosts: Arc<dyn Hosts>,
    config: BridgeConfig,
    sheet: Capabilities,
    turns: Turns,
}

impl std::fmt::Debug for Bridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bridge").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Bridge {
    /// On these hosts.
    #[must_use]
    pub fn new(hosts: Arc<dyn Hosts>, config: BridgeConfig) -> Self {
        let sheet = Capabilities { title: "Linux bridge".into(), ..Capabilities::default() };
        Self { hosts, config, sheet, turns: Turns::default() }
    }
}

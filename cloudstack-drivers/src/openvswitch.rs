#![doc = include_str!("openvswitch/docs.md")]

mod apply;
mod compile;
mod config;

pub use config::OpenvSwitchConfig;

use crate::hosts::{Hosts, Turns};
use cloudstack_core::port::driver::Capabilities;
use std::sync::Arc;

/// Joins interfaces to guest networks by Open vSwitch.
///
/// ```
/// use cloudstack_drivers::{hosts::LocalHosts, openvswitch::{OpenvSwitch, OpenvSwitchConfig}};
/// use std::sync::Arc;
///
/// let hosts = Arc::new(LocalHosts::new("/run/cloud").with("kvm1", []));
/// let switch = Arc::new(OpenvSwitch::new(hosts, OpenvSwitchConfig::default()));
/// // let cloud = Cloud::open("cloud.db").virtual_switch("KVM", switch) …
/// # drop(switch);
/// ```
pub struct OpenvSwitch {
    hosts: Arc<dyn Hosts>,
    config: OpenvSwitchConfig,
    sheet: Capabilities,
    turns: Turns,
}

impl std::fmt::Debug for OpenvSwitch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenvSwitch").field("config", &self.config).finish_non_exhaustive()
    }
}

impl OpenvSwitch {
    /// On these hosts.
    #[must_use]
    pub fn new(hosts: Arc<dyn Hosts>, config: OpenvSwitchConfig) -> Self {
        let sheet = Capabilities { title: "Open vSwitch".into(), ..Capabilities::default() };
        Self { hosts, config, sheet, turns: Turns::default() }
    }
}

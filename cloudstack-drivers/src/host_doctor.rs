#![doc = include_str!("host_doctor/docs.md")]

mod checks;
mod firewall;
mod network;
mod settings;
mod state;

pub use checks::{Finding, Outcome, Wanted, compare, container_zones, examine};
pub use firewall::{Firewall, opened};
pub use network::{HostNetwork, NoNetwork, PlannedBridge, TextFile, with_way_back};
pub use settings::{
    BadProperties, DaemonFamily, Properties, SUDO_WITHOUT_TERMINAL, libvirtd_settings, qemu_settings, start_flags,
    unlocking,
};
pub use state::{HostState, Release, Version, gather};

//! Drivers: one folder for each hypervisor, storage and network device.

#[cfg(feature = "iptables")]
pub mod iptables;
#[cfg(feature = "nftables")]
pub mod nftables;
#[cfg(any(feature = "iptables", feature = "nftables"))]
mod render;
#[cfg(any(feature = "iptables", feature = "nftables"))]
pub mod runner;

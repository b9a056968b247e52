//! Drivers for `cloudstack-core`: one folder per device.

#[cfg(feature = "iptables")]
pub mod iptables;
#[cfg(feature = "nfs_export")]
pub mod nfs_export;
#[cfg(feature = "nftables")]
pub mod nftables;
#[cfg(any(feature = "iptables", feature = "nftables"))]
mod render;
#[cfg(any(feature = "iptables", feature = "nftables"))]
pub mod runner;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(feature = "switch")]
pub mod switch;

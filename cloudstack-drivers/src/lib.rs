//! Drivers for [`cloudstack_core`]: one folder per device, each behind a feature of its name.
//!
//! | module | port | drives |
//! |---|---|---|
//! | [`sim`] | all five | hosts, pools, image stores, networks and filters that exist in memory only |
//! | [`nftables`] | what a [`PortFilter`](cloudstack_core::port::driver::PortFilter) needs | security groups as `nft` text or JSON |
//! | [`iptables`] | the same | security groups as `iptables-restore`, `ip6tables-restore` and `ipset` input |
//! | `libvirt` | `Hypervisor`, `PrimaryStorage` | hosts whose guests a libvirt daemon runs: KVM, LXC |
//! | `host_doctor` | – | what a host needs before it joins a cloud |
//! | `router` | `NetworkDevice` | routers as network namespaces: NAT, firewall, DHCP, DNS, balancing, metadata |
//! | `bridge`, `openvswitch` | `VirtualSwitch` | guest networks on Linux bridges and on Open vSwitch |
//! | `directory` | `PrimaryStorage`, `ImageStorage` | volumes and templates as files of directories |
//! | `qemu` | `Hypervisor` | guests as QEMU processes |
//! | `hosts` | – | running programs on hosts, and daemons that outlive the orchestrator |
//! | [`ssh_keys`] | `KeyMaker` | SSH key pairs for who asks the cloud to make one |
//!
//! A driver makes one device be as it is told, and may be told twice. It holds no policy and never retries. A cloud takes
//! drivers by value:
//!
//! ```
//! use cloudstack_core::{Cloud, port::platform::Tokio};
//! use cloudstack_drivers::sim::SimWorld;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let world = SimWorld::new(Tokio::current()?);
//! let cloud = Cloud::in_memory()
//!     .hypervisor("Simulator", world.hypervisor())
//!     .primary_storage("NetworkFilesystem", world.storage())
//!     .start()
//!     .await?;
//! assert!(cloud.view().hosts().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! How to write one, and the suite that each must pass: [`cloudstack_core::docs::howto_driver`].

#[cfg(feature = "bridge")]
pub mod bridge;
#[cfg(feature = "directory")]
pub mod directory;
#[cfg(feature = "host_doctor")]
pub mod host_doctor;
#[cfg(feature = "hosts")]
pub mod hosts;
#[cfg(feature = "iptables")]
pub mod iptables;
#[cfg(feature = "libvirt")]
pub mod libvirt;
#[cfg(feature = "nfs_export")]
pub mod nfs_export;
#[cfg(feature = "nftables")]
pub mod nftables;
#[cfg(feature = "openvswitch")]
pub mod openvswitch;
#[cfg(feature = "qemu")]
pub mod qemu;
#[cfg(any(feature = "iptables", feature = "nftables"))]
mod render;
#[cfg(feature = "router")]
pub mod router;
#[cfg(any(feature = "iptables", feature = "nftables"))]
pub mod runner;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(feature = "ssh_keys")]
pub mod ssh_keys;
#[cfg(feature = "switch")]
pub mod switch;

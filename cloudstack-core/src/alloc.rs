//! PURE: which address, subnet, VLAN or MAC is free.
//!
//! One engine, [`FreeSet`], answers "which number of `0..len` is free?" for every kind of number the cloud gives out.
//! The other modules only say which numbers there are: the addresses of a subnet that may be given ([`AddressPool`]),
//! the tags of a physical network ([`TagPool`]), the serial numbers of MAC addresses ([`MacSequence`]).
//!
//! Nothing here remembers across calls by itself: a pool is a value, built from rows, changed by its owner, cheap to
//! clone while it is small. Random picks take a [`Seed`](crate::base::Seed), so the same seed gives the same address.
//!
//! ```
//! use cloudstack_core::{alloc::{AddressPool, Subnet}, base::Seed};
//!
//! let mut guests = AddressPool::new(Subnet::new("10.1.1.0/24".parse()?).gateway("10.1.1.1".parse()?))?;
//! assert_eq!(guests.take_lowest()?.to_string(), "10.1.1.2");
//! let random = guests.take_random(&mut Seed::new(7))?;
//! assert!(guests.take(random).is_err(), "an address is given once");
//! assert!(guests.give(random));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod cidr;
pub mod ip;
pub mod mac;
pub mod range;
pub mod vlan;

pub use cidr::Netmask;
pub use ip::{AddressPool, AddressRange, NoFreeIp, Subnet};
pub use mac::MacSequence;
pub use range::FreeSet;
pub use vlan::{TagPool, TagRange};

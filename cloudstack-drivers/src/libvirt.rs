#![doc = include_str!("libvirt/docs.md")]

mod apply;
pub mod compile;
pub mod config;
mod cpu;
mod link;
pub mod rpc;
pub mod storage;
pub mod xml;

#[cfg(test)]
mod tests;

pub use apply::{Libvirt, Links};
pub use config::{Accelerator, Attachment, Boot, Cache, Config, Container, Kind};
pub use cpu::{BadCpu, CpuMismatch, CpuMode, HostCpu, may_migrate};
pub use link::{GuestChange, GuestChanges, Known, Link, Presence, presences};
pub use storage::LibvirtStorage;

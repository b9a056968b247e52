//! A whole cloud in one process, faults on demand, and the conformance suites for stores and drivers.
//!
//! [`world::World`] runs a cloud on a virtual clock over simulated devices and checks after every step that it keeps the
//! [laws](checks). [`campaign`] plays random histories in it, each from one seed, with everything failing that can fail.

pub mod campaign;
pub mod checks;
pub mod conformance;
pub mod fault_store;
pub mod platform;
pub mod reality;
pub mod trace;
pub mod world;

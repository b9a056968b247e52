//! A whole cloud in one process, faults on demand, and the conformance suites for stores and drivers.

pub mod conformance;
pub mod fault_store;

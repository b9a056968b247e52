//! CloudStack as an embeddable library.

pub mod alloc;
pub mod base;
pub mod engine;
pub mod ledger;
pub mod model;
pub mod plan;
pub mod port;
pub mod rules;
#[cfg(feature = "testkit")]
pub mod testkit;

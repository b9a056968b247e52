//! CloudStack as an embeddable library.

pub mod alloc;
pub mod base;
pub mod cloud;
pub mod engine;
pub mod flow;
pub mod ledger;
pub mod model;
pub mod plan;
pub mod port;
pub mod rules;
#[cfg(feature = "testkit")]
pub mod testkit;

pub use cloud::{Cloud, CloudBuilder, Handle};

//! CloudStack as an embeddable library.

pub mod alloc;
pub mod base;
pub mod model;
pub mod plan;
pub mod rules;

//! The one place where state changes, and the only code that knows how rows become durable.

pub mod memory;
#[cfg(feature = "sqlite")]
pub mod sqlite;

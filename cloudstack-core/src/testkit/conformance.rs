//! What every store and every driver must do, whoever wrote it.

pub mod driver;
pub mod store;

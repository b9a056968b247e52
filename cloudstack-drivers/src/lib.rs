//! Drivers for `cloudstack-core`: one folder per device.

#[cfg(feature = "sim")]
pub mod sim;

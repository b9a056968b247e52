//! How a driver says no.

use crate::base::{Error, ErrorKind};

/// The result of a driver call.
pub type DriverResult<T> = Result<T, DriverError>;

/// What kind of failure it was; the engine decides on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DriverErrorKind {
    /// The device did not answer. It may or may not have done what was asked.
    Unreachable,
    /// The device has no room: another may.
    NoCapacity,
    /// The device refused; asking again, here, will not help.
    Refused,
    /// The device failed; asking again may help.
    Failed,
    /// What was named does not exist there.
    NotFound,
    /// The driver cannot do this; its capability sheet says so.
    Unsupported,
}

/// A driver's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{device}: {message}")]
pub struct DriverError {
    /// What kind of failure.
    pub kind: DriverErrorKind,
    /// The device, by name.
    pub device: String,
    /// What it said. No secrets.
    pub message: String,
}

impl DriverError {
    /// An error of this kind.
    pub fn new(kind: DriverErrorKind, device: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, device: device.into(), message: message.into() }
    }

    /// True if the same call may succeed later on the same device.
    #[must_use]
    pub const fn may_retry(&self) -> bool {
        matches!(self.kind, DriverErrorKind::Unreachable | DriverErrorKind::Failed)
    }
}

impl From<DriverError> for Error {
    fn from(e: DriverError) -> Self {
        let error = Self::new(ErrorKind::Device, "a device of the cloud failed").detail(e.to_string()).on(&e.device);
        let error = if e.may_retry() { error.retryable() } else { error };
        error.source(e)
    }
}

//! What keeps guests' interfaces to what their security groups allow.

use super::{Capabilities, DriverResult, HostTarget};
use crate::rules::{diff::Delta, ir::Ir};
use async_trait::async_trait;

/// The filter of one host as it shall be.
#[derive(Debug, Clone)]
pub struct FilterUpdate<'a> {
    /// All of it.
    pub whole: &'a Ir,
    /// Only what differs from what this host was last told; none if that is not known. A device may take the one it
    /// likes better: both lead to the same state.
    pub delta: Option<&'a Delta>,
}

/// Filters interfaces on hosts of one kind.
#[async_trait]
pub trait PortFilter: Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;
    /// The host filters as said, for every interface in it and no other, from one moment to the next.
    /// Repeating it changes nothing.
    async fn ensure_filter(&self, host: &HostTarget, update: &FilterUpdate<'_>) -> DriverResult<()>;
}

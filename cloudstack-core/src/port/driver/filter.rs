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
///
/// ```
/// use cloudstack_core::base::id::{EntityId, HostId};
/// use cloudstack_core::port::driver::{FilterUpdate, HostTarget, PortFilter};
/// use cloudstack_core::rules::ir::Ir;
/// # use cloudstack_core::port::platform::Tokio;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let driver = cloudstack_drivers::sim::SimWorld::new(Tokio::current()?).port_filter();
/// let host = HostTarget { id: HostId::from_u128(1), name: "h1".into(), address: "192.0.2.1".parse()? };
/// // Nothing to filter on this host any more.
/// driver.ensure_filter(&host, &FilterUpdate { whole: &Ir::default(), delta: None }).await?;
/// # Ok(()) }
/// ```
#[async_trait]
pub trait PortFilter: Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;
    /// The host filters as said, for every interface in it and no other, from one moment to the next.
    /// Repeating it changes nothing.
    async fn ensure_filter(&self, host: &HostTarget, update: &FilterUpdate<'_>) -> DriverResult<()>;
}

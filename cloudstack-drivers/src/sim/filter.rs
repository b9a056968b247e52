//! The filter port: what each host lets its guests' interfaces do.

use super::{
    SimWorld, World,
    call::{Call, Method, Object},
    deed::Deed,
    state::State,
};
use async_trait::async_trait;
use cloudstack_core::{
    port::driver::{Capabilities, DriverError, DriverErrorKind, DriverResult, FilterUpdate, HostTarget, PortFilter},
    rules::{diff::Delta, ir::Ir},
};
use std::net::IpAddr;

#[async_trait]
impl PortFilter for World {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_filter(&self, host: &HostTarget, update: &FilterUpdate<'_>) -> DriverResult<()> {
        let call = Call::new(Method::EnsureFilter, &host.name, Object::Device);
        let deed = || Some(Deed::SetFilter(host.clone(), update.whole.clone()));
        self.call(call, |state| state.set_filter(host, update.whole, update.delta), |_| (), deed).await
    }
}

impl State {
    /// Takes the difference where it has something to take it from, as a real device would.
    pub(super) fn set_filter(&mut self, host: &HostTarget, whole: &Ir, delta: Option<&Delta>) -> DriverResult<()> {
        self.reach(host)?;
        let filter = self.filters.entry(host.address).or_default();
        match delta {
            Some(delta) => filter.patch(delta),
            None => filter.clone_from(whole),
        }
        if filter == whole {
            return Ok(());
        }
        let text = "the difference does not lead to the state that was asked for";
        Err(DriverError::new(DriverErrorKind::Refused, host.name.clone(), text))
    }
}

impl SimWorld {
    /// What a host's filter was last told.
    #[must_use]
    pub fn filter(&self, host: IpAddr) -> Option<Ir> {
        self.world.lock().filters.get(&host).cloned()
    }
}

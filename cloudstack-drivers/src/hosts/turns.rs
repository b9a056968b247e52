//! Who may change what, one at a time.

#[cfg(any(feature = "bridge", feature = "openvswitch", feature = "qemu"))]
use cloudstack_core::port::driver::HostTarget;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// Held while something is changed.
pub(crate) type Turn = tokio::sync::Mutex<()>;

/// A lock for each thing that is asked for, by host and name. A thing that nobody holds or waits for is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<BTreeMap<(String, String), Weak<Turn>>>);

impl Turns {
    /// The lock of a host.
    #[cfg(any(feature = "bridge", feature = "openvswitch"))]
    pub(crate) fn of(&self, host: &HostTarget) -> Arc<Turn> {
        self.on(host, "")
    }

    /// The lock of something on a host.
    #[cfg(any(feature = "bridge", feature = "openvswitch", feature = "qemu"))]
    pub(crate) fn on(&self, host: &HostTarget, thing: &str) -> Arc<Turn> {
        self.named(&host.name, thing)
    }

    /// The lock of something at a place.
    pub(crate) fn named(&self, place: &str, thing: &str) -> Arc<Turn> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, held| held.strong_count() > 0);
        let held = all.entry((place.to_owned(), thing.to_owned())).or_default();
        held.upgrade().unwrap_or_else(|| {
            let fresh = Arc::default();
            *held = Arc::downgrade(&fresh);
            fresh
        })
    }
}

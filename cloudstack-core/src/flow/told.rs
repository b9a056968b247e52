//! What things outside were last told by this process: a host's filter, a network's router. What is known is what a
//! difference is made against; what is not known is told as a whole.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// What each of many things was last told. One is told one thing at a time: who comes later knows more.
#[derive(Debug)]
pub(crate) struct Told<K, V> {
    things: Mutex<BTreeMap<K, Arc<Known<V>>>>,
}

impl<K, V> Default for Told<K, V> {
    fn default() -> Self {
        Self { things: Mutex::default() }
    }
}

/// What one thing was told.
#[derive(Debug)]
pub(crate) struct Known<V> {
    last: tokio::sync::Mutex<Option<V>>,
    /// It may have lost that since.
    doubt: AtomicBool,
}

impl<V> Known<V> {
    /// Waits until nobody else tells it anything. None if it is not known what it was told, or whether it still knows.
    pub(crate) async fn lock(&self) -> tokio::sync::MutexGuard<'_, Option<V>> {
        let mut last = self.last.lock().await;
        if self.doubt.swap(false, Ordering::AcqRel) {
            *last = None;
        }
        last
    }
}

impl<K: Ord + Clone, V> Told<K, V> {
    fn things(&self) -> MutexGuard<'_, BTreeMap<K, Arc<Known<V>>>> {
        self.things.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// What this one was told.
    pub(crate) fn of(&self, key: K) -> Arc<Known<V>> {
        let fresh = || Arc::new(Known { last: tokio::sync::Mutex::new(None), doubt: AtomicBool::new(false) });
        Arc::clone(self.things().entry(key).or_insert_with(fresh))
    }

    /// Everything that was told something.
    pub(crate) fn keys(&self) -> Vec<K> {
        self.things().keys().cloned().collect()
    }

    /// It may have lost what it was told. Never waits, even while it is being told.
    pub(crate) fn distrust(&self, key: K) {
        self.of(key).doubt.store(true, Ordering::Release);
    }

    /// It is no more, and nobody is to tell it anything.
    pub(crate) fn forget(&self, key: &K) {
        self.things().remove(key);
    }
}

//! What hosts' filters and networks' routers have in common: things outside that follow rows. Each is told within a moment of
//! the commit that concerns it, again until it has heard, and as a whole from time to time.

use crate::base::Span;
use crate::engine::StepError;
use crate::flow::running::Running;
use crate::flow::setting;
use crate::ledger::{Change, View};
use crate::port::driver::{Ended, watched};
use async_trait::async_trait;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;

/// How long one that did not hear is left alone.
const RETRY: Span = Span::secs(5);

/// Things of one kind that follow rows.
#[async_trait]
pub(super) trait Follower: Send + Sync + 'static {
    /// Which one.
    type Key: Copy + Ord + Display + Send + Sync + 'static;
    /// What it is called in the log.
    const WHAT: &'static str;

    /// Those that may not be as they should.
    fn dirty(cloud: &Running) -> &Arc<Dirty<Self::Key>>;
    /// All of them, by the rows.
    fn all(cloud: &Running, view: &View) -> BTreeSet<Self::Key>;
    /// Those that a change may concern although nobody knows the change: it was missed.
    fn missed(cloud: &Running) -> BTreeSet<Self::Key>;
    /// They are told of changes before those are durable, and so of some that come to nothing. At most one kind is: the order in
    /// which several listeners hear of a loss is chance, and a seed must replay.
    const TOLD_EARLY: bool;
    /// Those that may have been told of changes that came to nothing, if they are told early.
    fn lost(cloud: &Running) -> BTreeSet<Self::Key>;
    /// False if a change concerns none: most do not, and the newest state need not be asked about them.
    fn may_concern(change: &Change) -> bool;
    /// Those that a change concerns.
    fn concerned(cloud: &Running, change: &Change) -> BTreeSet<Self::Key>;
    /// Forgets what one was told.
    fn distrust(cloud: &Running, key: Self::Key);
    /// Tells one what the rows say.
    async fn tell(cloud: &Running, key: Self::Key) -> Result<(), StepError>;
}

/// Things that may not be as they should.
#[derive(Debug)]
pub(crate) struct Dirty<K> {
    noted: Mutex<Noted<K>>,
    bell: Notify,
}

#[derive(Debug)]
struct Noted<K> {
    /// To be told.
    waiting: BTreeSet<K>,
    /// Being told, or left alone for a while because they did not hear.
    telling: BTreeSet<K>,
}

impl<K> Default for Dirty<K> {
    fn default() -> Self {
        let noted = Noted { waiting: BTreeSet::new(), telling: BTreeSet::new() };
        Self { noted: Mutex::new(noted), bell: Notify::new() }
    }
}

impl<K: Copy + Ord> Dirty<K> {
    fn lock(&self) -> MutexGuard<'_, Noted<K>> {
        self.noted.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub(crate) fn add(&self, keys: impl IntoIterator<Item = K>) {
        let mut noted = self.lock();
        let before = noted.waiting.len();
        noted.waiting.extend(keys);
        if noted.waiting.len() > before {
            self.bell.notify_one();
        }
    }

    /// Nobody is to be told, and nobody is being told.
    pub(crate) fn is_empty(&self) -> bool {
        let noted = self.lock();
        noted.waiting.is_empty() && noted.telling.is_empty()
    }

    /// Wakes who waits, without anything to tell: to see that the cloud has stopped.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// Those to be told now. One that is being told is told again when that has ended.
    fn take(&self) -> Vec<K> {
        let mut noted = self.lock();
        let now: Vec<K> = noted.waiting.difference(&noted.telling).copied().collect();
        for key in &now {
            noted.waiting.remove(key);
            noted.telling.insert(*key);
        }
        now
    }

    /// One was told, or did not hear and is to be told again.
    fn told(&self, key: K, heard: bool) {
        let mut noted = self.lock();
        noted.telling.remove(&key);
        if !heard {
            noted.waiting.insert(key);
        }
        if noted.waiting.contains(&key) {
            self.bell.notify_one();
        }
    }
}

/// Starts the two halves: one listens to commits and notes whom they concern, the other tells those.
pub(super) fn start<F: Follower>(cloud: &Arc<Running>) {
    // All, not only those that have something to hear: one may have lost its last while nobody told it.
    F::dirty(cloud).add(F::all(cloud, &cloud.ledger.view()));
    let weak = Arc::downgrade(cloud);
    let (mut feed, mut losses) = (cloud.ledger.watch(), F::TOLD_EARLY.then(|| cloud.ledger.losses()));
    cloud.platform.spawn(Box::pin(async move {
        loop {
            let heard = match &mut losses {
                None => Some(feed.recv().await),
                Some(losses) => tokio::select! {
                    biased;
                    Ok(()) = losses.changed() => None,
                    heard = feed.recv() => Some(heard),
                },
            };
            let Some(cloud) = weak.upgrade().filter(|c| !c.is_stopped()) else { break };
            let dirty = F::dirty(&cloud);
            match heard {
                None => dirty.add(F::lost(&cloud)),
                Some(Ok(commit)) if !F::may_concern(&commit.change) => {}
                Some(Ok(commit)) => dirty.add(F::concerned(&cloud, &commit.change)),
                Some(Err(RecvError::Lagged(_))) => dirty.add(F::missed(&cloud)),
                Some(Err(RecvError::Closed)) => break,
            }
        }
    }));
    let weak = Arc::downgrade(cloud);
    let dirty = Arc::clone(F::dirty(cloud));
    cloud.platform.spawn(Box::pin(async move {
        loop {
            let Some(cloud) = weak.upgrade().filter(|c| !c.is_stopped()) else { break };
            for key in dirty.take() {
                let (platform, cloud) = (Arc::clone(&cloud.platform), Arc::clone(&cloud));
                platform.spawn(Box::pin(tell::<F>(cloud, key)));
            }
            drop(cloud);
            dirty.bell.notified().await;
        }
    }));
}

/// Notes all of them, as if nobody knew what they were told: what somebody else has changed, or one has lost, is as it should
/// be again.
pub(super) async fn refresh<F: Follower>(cloud: Arc<Running>) {
    let all = F::all(&cloud, &cloud.ledger.view());
    for key in &all {
        F::distrust(&cloud, *key);
    }
    F::dirty(&cloud).add(all);
}

/// Tells one, for as long as a step may take. One that does not hear holds up no other.
async fn tell<F: Follower>(cloud: Arc<Running>, key: F::Key) {
    let deadline = cloud.platform.now().after(setting::seconds(&cloud.ledger.view(), "wait"));
    let heard = match watched(&*cloud.platform, deadline, F::tell(&cloud, key)).await {
        Ended::Done(Ok(())) => true,
        Ended::Done(Err(error)) => {
            tracing::debug!(what = F::WHAT, %key, %error, "it could not be told");
            false
        }
        Ended::Late | Ended::Panicked => {
            tracing::warn!(what = F::WHAT, %key, "its driver hung or panicked");
            false
        }
    };
    if !heard {
        cloud.platform.sleep_until(cloud.platform.now().after(RETRY)).await;
    }
    F::dirty(&cloud).told(key, heard);
}

//! Who holds a key, and who is behind a name and a password: the one place that asks the core for credentials.

use crate::sign::Verifier;
use cloudstack_core::Cloud;
use cloudstack_core::base::id::{ApiKeyId, DomainId, UserId};
use cloudstack_core::base::{Caller, Error, ErrorKind, PasswordHash, Result, Span, Timestamp};
use cloudstack_core::flow::org::{caller_of, find_key};
use cloudstack_core::ledger::View;
use cloudstack_core::model::org::{ApiKey, Permission, role};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Semaphore, oneshot};

/// The most verifiers that are kept ready: opening a secret costs more than judging a signature.
const MOST: usize = 65_536;

/// How many passwords are hashed at one time: each takes a processor for some tens of milliseconds, and nobody shall stop
/// the server by guessing.
const HASHED_AT_ONCE: usize = 4;
/// How many are hashed or wait for it; of more, each is refused at once.
const HASHES: usize = 64;
/// How long a password waits at most until it is hashed.
const PATIENCE: Span = Span::secs(20);

/// Verifiers kept ready, keys that are in no row, and the turns in which passwords are hashed.
pub(crate) struct Keys {
    ready: RwLock<HashMap<ApiKeyId, Arc<Verifier>>>,
    given: RwLock<HashMap<String, (UserId, Arc<Verifier>)>>,
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            ready: RwLock::default(),
            given: RwLock::default(),
            turns: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            places: Arc::new(Semaphore::new(HASHES)),
        }
    }
}

/// Who signed.
pub(crate) struct Holder {
    pub(crate) caller: Caller,
    pub(crate) verifier: Arc<Verifier>,
    /// The pair of keys, if it is in a row.
    pub(crate) pair: Option<ApiKeyId>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Takes a pair of keys for a user, for as long as the server lives.
    pub(crate) fn give(&self, key: &str, secret: &str, user: UserId) {
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        if given.len() < MOST {
            given.insert(key.to_owned(), (user, Arc::new(Verifier::new(secret))));
        }
    }

    /// Who holds this key now, and what judges its signatures.
    pub(crate) fn holder(&self, cloud: &Cloud, view: &View, key: &str, now: Timestamp) -> Option<Holder> {
        let Some((pair, caller)) = find_key(view, key, now) else { return self.given(view, key) };
        // Let go of before another verifier may be put there.
        let ready = self.ready.read().unwrap_or_else(PoisonError::into_inner).get(&pair.id).map(Arc::clone);
        let verifier = match ready {
            Some(verifier) => verifier,
            None => self.prepare(cloud, pair)?,
        };
        Some(Holder { caller, verifier, pair: Some(pair.id) })
    }

    fn given(&self, view: &View, key: &str) -> Option<Holder> {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        let (user, verifier) = given.get(key)?;
        Some(Holder { caller: caller_of(view, *user)?, verifier: Arc::clone(verifier), pair: None })
    }

    fn prepare(&self, cloud: &Cloud, pair: &ApiKey) -> Option<Arc<Verifier>> {
        let secret = cloud.keyring().open::<ApiKey>(pair.id, "secret", &pair.secret).ok()?;
        let verifier = Arc::new(Verifier::new(secret.reveal()));
        let mut ready = self.ready.write().unwrap_or_else(PoisonError::into_inner);
        if ready.len() >= MOST {
            ready.clear();
        }
        ready.insert(pair.id, Arc::clone(&verifier));
        Some(verifier)
    }

    /// Who has this name and password, in this domain.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`], in the same words for whatever was wrong; [`ErrorKind::Unavailable`] if too many are asked for.
    pub(crate) async fn by_password(
        &self,
        cloud: &Arc<Cloud>,
        domain: DomainId,
        name: &str,
        password: &str,
    ) -> Result<Caller> {
        let (inside, name, password) = (Arc::clone(cloud), name.to_owned(), password.to_owned());
        // Whether the user must wait is looked at when its turn comes: who asks many times at once gains nothing.
        let check = move || inside.begin_login(domain, &name).map(|attempt| (attempt.check(&password), attempt));
        let (right, attempt) = self.aside(cloud, check).await??;
        cloud.end_login(attempt, right).await
    }

    /// A password as it is kept.
    ///
    /// # Errors
    /// If it cannot be kept; [`ErrorKind::Unavailable`] as above.
    pub(crate) async fn hash(&self, cloud: &Arc<Cloud>, password: &str) -> Result<Option<PasswordHash>> {
        let (inside, password) = (Arc::clone(cloud), password.to_owned());
        self.aside(cloud, move || inside.hash_password(&password)).await?.map(Some)
    }

    /// Whether a user's password may be changed by this caller: by administrators, and by the user who knows the present
    /// one.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`]; [`ErrorKind::Unavailable`] as above.
    pub(crate) async fn may_change(
        &self,
        cloud: &Arc<Cloud>,
        caller: &Caller,
        user: UserId,
        present: Option<&str>,
    ) -> Result<()> {
        if caller.user != user || caller.is_root() {
            return Ok(());
        }
        let wrong = || Error::new(ErrorKind::Denied, "the present password must be given, and right");
        let name = cloud.view().user(user).map(|user| user.name.to_string()).ok_or_else(wrong)?;
        let known = self.by_password(cloud, caller.domain, &name, present.unwrap_or("")).await;
        known.map(drop).map_err(|e| if e.kind() == ErrorKind::Unavailable { e } else { wrong() })
    }

    /// Does what takes a processor for long on a thread of its own, when its turn comes.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`] if too many wait already, if its turn does not come in time, or if no thread can be had.
    async fn aside<T: Send + 'static>(&self, cloud: &Cloud, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let busy = || Error::new(ErrorKind::Unavailable, "too many passwords are looked at; try again").retryable();
        let gone = || Error::new(ErrorKind::Unavailable, "the server has no thread to spare").retryable();
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = cloud.within(PATIENCE, turn).await.map_err(|_| busy())?.map_err(|_| gone())?;
        let (tell, hear) = oneshot::channel();
        let work = move || {
            let answer = work();
            // Its turn ends with the work, also if nobody listens any more.
            drop((turn, place));
            drop(tell.send(answer));
        };
        std::thread::Builder::new().name("password".to_owned()).spawn(work).map_err(|_| gone())?;
        cloud.within(PATIENCE, hear).await.map_err(|_| busy())?.map_err(|_| gone())
    }
}

/// True if a pair of keys is for this command: it has no rules, or the first that names the command allows it.
pub(crate) fn opens(view: &View, pair: Option<ApiKeyId>, command: &str) -> bool {
    let rules = pair.and_then(|id| view.api_key(id)).map_or(&[][..], |pair| &pair.rules);
    rules.is_empty() || role::verdict(rules, command) == Some(Permission::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn block_on<T>(test: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
    }

    #[test]
    fn who_comes_when_too_many_wait_is_refused_at_once() {
        block_on(async {
            let (keys, cloud) = (Arc::new(Keys::default()), Arc::new(Cloud::in_memory().start().await.unwrap()));
            let (go, wait) = mpsc::channel::<()>();
            let wait = Arc::new(std::sync::Mutex::new(wait));
            let mut waiting = tokio::task::JoinSet::new();
            for n in 0..HASHES {
                let (keys, cloud, wait) = (Arc::clone(&keys), Arc::clone(&cloud), Arc::clone(&wait));
                let work = move || wait.lock().unwrap().recv().map(|()| n);
                waiting.spawn(async move { keys.aside(&cloud, work).await });
            }
            while keys.places.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            let refused = keys.hash(&cloud, "a password").await.unwrap_err();
            assert_eq!((refused.kind(), refused.may_retry()), (ErrorKind::Unavailable, true));
            let refused = keys.by_password(&cloud, cloud.root_caller().domain, "admin", "x").await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Unavailable, "not told to be wrong: nobody has looked");
            for _ in 0..HASHES {
                go.send(()).unwrap();
            }
            while let Some(done) = waiting.join_next().await {
                assert!(done.unwrap().unwrap().is_ok());
            }
            assert!(keys.hash(&cloud, "a password").await.unwrap().is_some(), "all have left");
        });
    }
}

//! Who holds a key, and who is behind a name and a password: the one place that asks the core for credentials.

use crate::sign::Verifier;
use cloudstack_core::Cloud;
use cloudstack_core::base::id::{ApiKeyId, DomainId, UserId};
use cloudstack_core::base::{Caller, Error, ErrorKind, PasswordHash, Result, Timestamp};
use cloudstack_core::flow::org::{caller_of, find_key};
use cloudstack_core::ledger::View;
use cloudstack_core::model::org::{ApiKey, Permission, role};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Semaphore, oneshot};

/// The most verifiers that are kept ready: opening a secret costs more than judging a signature.
const MOST: usize = 65_536;

/// Verifiers kept ready, and keys that are in no row.
#[derive(Default)]
pub(crate) struct Keys {
    ready: RwLock<HashMap<ApiKeyId, Arc<Verifier>>>,
    given: RwLock<HashMap<String, (UserId, Arc<Verifier>)>>,
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
}

/// True if a pair of keys is for this command: it has no rules, or the first that names the command allows it.
pub(crate) fn opens(view: &View, pair: Option<ApiKeyId>, command: &str) -> bool {
    let rules = pair.and_then(|id| view.api_key(id)).map_or(&[][..], |pair| &pair.rules);
    rules.is_empty() || role::verdict(rules, command) == Some(Permission::Allow)
}

/// How many passwords are hashed at one time: each takes a processor for some tens of milliseconds, and nobody shall stop
/// the server by guessing.
static HASHERS: Semaphore = Semaphore::const_new(4);

/// Does what takes a processor for long on a thread of its own.
///
/// # Errors
/// If no thread can be had.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let gone = || Error::new(ErrorKind::Unavailable, "the server has no thread to spare").retryable();
    let _turn = HASHERS.acquire().await.map_err(|_| gone())?;
    let (tell, hear) = oneshot::channel();
    let thread = std::thread::Builder::new().name("password".to_owned());
    // Who stopped listening need not be told.
    thread.spawn(move || drop(tell.send(work()))).map_err(|_| gone())?;
    hear.await.map_err(|_| gone())
}

/// Who has this name and password, in this domain.
///
/// # Errors
/// [`ErrorKind::Denied`], in the same words for whatever was wrong.
pub(crate) async fn by_password(cloud: &Cloud, domain: DomainId, name: &str, password: &str) -> Result<Caller> {
    let attempt = cloud.begin_login(domain, name)?;
    let (asked, password) = (attempt.clone(), password.to_owned());
    let right = aside(move || asked.check(&password)).await?;
    cloud.end_login(attempt, right).await
}

/// A password as it is kept.
///
/// # Errors
/// If it cannot be kept.
pub(crate) async fn hash(cloud: &Arc<Cloud>, password: &str) -> Result<Option<PasswordHash>> {
    let (cloud, password) = (Arc::clone(cloud), password.to_owned());
    aside(move || cloud.hash_password(&password)).await?.map(Some)
}

/// Whether a user's password may be changed by this caller: by administrators, and by the user who knows the present one.
///
/// # Errors
/// [`ErrorKind::Denied`].
pub(crate) async fn may_change(cloud: &Cloud, caller: &Caller, user: UserId, present: Option<&str>) -> Result<()> {
    if caller.user != user || caller.is_root() {
        return Ok(());
    }
    let wrong = || Error::new(ErrorKind::Denied, "the present password must be given, and right");
    let name = cloud.view().user(user).map(|user| user.name.to_string()).ok_or_else(wrong)?;
    by_password(cloud, caller.domain, &name, present.unwrap_or("")).await.map(drop).map_err(|_| wrong())
}

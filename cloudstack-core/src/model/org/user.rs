//! Users of accounts, and the keys by which their programs are known.

use super::role::{Permission, RoleRule, verdict};
use crate::base::{
    Name, PasswordHash, Sealed, Span, Timestamp,
    fsm::{Machine, Move},
    id::{AccountId, ApiKeyId, DomainId, UserId},
};
use crate::model::{Value, closed, record::record};
use serde::{Deserialize, Serialize};

closed! {
    /// The life of a user.
    UserState {
        Enabled "May log in and call.",
        Locked "May not log in: an administrator said so, or too many passwords were wrong.",
        Disabled "May not log in.",
    }
}
closed! {
    /// What may happen to a user.
    UserEvent {
        Lock "An administrator locks it, or too many passwords were wrong.",
        Disable "An administrator disables it.",
        Enable "An administrator lets it act again.",
    }
}

/// Every legal move of a user.
#[rustfmt::skip]
pub const USER_MOVES: &[Move<UserState, UserEvent>] = {
    use {UserEvent::*, UserState::*};
    &[
        (Enabled,  Lock,    Locked),
        (Enabled,  Disable, Disabled),
        (Locked,   Disable, Disabled),
        (Locked,   Enable,  Enabled),
        (Disabled, Enable,  Enabled),
    ]
};

/// The machine of a user.
pub const USER: Machine<'static, UserState, UserEvent> =
    Machine { noun: "user", moves: USER_MOVES, initial: &[UserState::Enabled], finals: &[], transitional: &[] };

/// The wait after the first wrong password; it doubles with each further one, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Span = Span::secs(1);
/// The longest wait between two logins.
const LONGEST_WAIT: Span = Span::secs(60);

/// A user of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The account it acts for.
    pub account: AccountId,
    /// The domain of that account.
    pub domain: DomainId,
    /// The name it logs in with, unique in the domain.
    pub name: Name,
    /// Its given name.
    pub first_name: String,
    /// Its family name.
    pub last_name: String,
    /// Where it gets mail.
    pub email: String,
    /// The time zone it is shown times in, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// The hash of its password; without one it cannot log in.
    pub password: Option<PasswordHash>,
    /// Where in its life it is.
    pub state: UserState,
    /// It came with the cloud: it stays, and wrong passwords slow it down but never lock it out.
    pub builtin: bool,
    /// Wrong passwords since the last right one.
    pub failed_logins: u32,
    /// When the last wrong one was given.
    pub last_failed: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
}
record! { User: UserId in "user" {
    name: Text = |r| Value::text(r.name.as_str()),
    account: Link = |r| Value::link(r.account),
    domain: Link = |r| Value::link(r.domain),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { [domain, name] } }

impl User {
    /// When the next password may be tried: at once, or some time after the last wrong one. Kept in the row, so that a
    /// restart does not forget it.
    #[must_use]
    pub fn next_login(&self) -> Timestamp {
        let Some(last) = self.last_failed.filter(|_| self.failed_logins > 0) else { return Timestamp::default() };
        let doublings = (self.failed_logins - 1).min(16);
        let wait = Span::millis((FIRST_WAIT.as_micros() / 1_000) << doublings);
        last.after(wait.min(LONGEST_WAIT))
    }
}

/// A pair of keys by which a program acts as a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Who it acts as.
    pub user: UserId,
    /// The key that is sent with each request, unique in the cloud.
    pub key: String,
    /// The key that requests are signed with.
    pub secret: Sealed,
    /// What its owner calls it.
    pub name: Option<Name>,
    /// What it is for.
    pub description: String,
    /// It is good from then on.
    pub begins: Option<Timestamp>,
    /// It is good until then.
    pub ends: Option<Timestamp>,
    /// What it may do of what its user may; everything if empty.
    pub rules: Vec<RoleRule>,
    /// When it was made.
    pub created: Timestamp,
}
record! { ApiKey: ApiKeyId in "api_key" {
    key: Text = |r| Value::text(&r.key),
    user: Link = |r| Value::link(r.user),
} unique { [key] } sealed { secret } }

impl ApiKey {
    /// Whether it is good now.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.begins.is_none_or(|begins| begins <= now) && self.ends.is_none_or(|ends| now < ends)
    }

    /// Whether it may be used for an operation that its user may do: it has no rules, or they allow it.
    #[must_use]
    pub fn permits(&self, operation: &str) -> bool {
        self.rules.is_empty() || verdict(&self.rules, operation) == Some(Permission::Allow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::EntityId;

    #[test]
    fn wrong_passwords_slow_the_next_ones_down() {
        let at = |secs: u64| Timestamp::from_micros(secs * 1_000_000);
        let user = |failed_logins, last_failed| User {
            id: UserId::from_u128(1),
            account: AccountId::from_u128(2),
            domain: DomainId::from_u128(3),
            name: "ada".parse().unwrap(),
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            timezone: None,
            password: None,
            state: UserState::Enabled,
            builtin: false,
            failed_logins,
            last_failed,
            created: at(0),
        };
        assert_eq!(user(0, None).next_login(), at(0));
        let waits = [(1, 1), (2, 2), (3, 4), (4, 8), (6, 32), (7, 60), (40, 60), (u32::MAX, 60)];
        for (failed, wait) in waits {
            assert_eq!(user(failed, Some(at(100))).next_login(), at(100 + wait), "{failed}");
        }
    }
}

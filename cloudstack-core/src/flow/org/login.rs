//! Logging in: who it would be, and what came of it. Passwords themselves are checked elsewhere.

use super::caller_of;
use crate::base::id::{DomainId, JobId, UserId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, setting};
use crate::ledger::View;
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::org::{USER, User, UserEvent, UserState};

/// The user of this name in a domain. O(log n).
#[must_use]
pub fn find_user<'a>(view: &'a View, domain: DomainId, name: &str) -> Option<&'a User> {
    view.users().find(0, &[Value::link(domain), Value::text(name)])
}

/// A note of a login: the password was right, or it was wrong.
///
/// Wrong passwords are counted in the user's row, so that a restart does not forget them: each makes the next login wait
/// longer, and after `incorrect.login.attempts.allowed` the user is locked. The cloud's first administrator is slowed down
/// but never locked: nobody shall lock the cloud from outside. A right password is refused while the user is locked or
/// must still wait.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::{flow::org::{AddAccount, RecordLogin}, model::org::UserState};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let mut state = UserState::Enabled;
/// for _ in 0..5 {
///     state = cloud.users().record_login(&admin, RecordLogin { user: ada.user, right: false }).await?.done().await?;
/// }
/// assert_eq!(state, UserState::Locked);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLogin {
    /// Who tried.
    pub user: UserId,
    /// The password was right.
    pub right: bool,
}

impl Verb for RecordLogin {
    type Answer = UserState;
    const NAME: &'static str = "user.record_login";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<UserState>> {
        access::root(caller)?;
        let mut user = desk.view().need::<User>(self.user)?.clone();
        let (id, account) = (user.id.to_string(), user.account);
        if self.right {
            // Of many tries at once the wrong ones count first: the right one among them must wait like any other.
            if caller_of(desk.view(), user.id).is_none() || desk.now() < user.next_login() {
                return Err(Error::new(ErrorKind::Denied, "the user may not log in now").on(user.id));
            }
            (user.failed_logins, user.last_failed) = (0, None);
            let text = format!("user {} has logged in", user.name);
            desk.event("USER.LOGIN", EventLevel::Info, Some(account), id, text);
        } else {
            user.failed_logins = user.failed_logins.saturating_add(1);
            user.last_failed = Some(desk.now());
            let allowed = setting::int(desk.view(), "incorrect.login.attempts.allowed");
            let enough = allowed > 0 && i64::from(user.failed_logins) >= allowed;
            if enough && !user.builtin && user.state == UserState::Enabled {
                user.state = USER.step(user.state, UserEvent::Lock)?;
                let text = format!("user {} is locked: {} wrong passwords", user.name, user.failed_logins);
                desk.event("USER.LOCK", EventLevel::Warn, Some(account), id, text);
            }
        }
        let state = user.state;
        desk.update(user)?;
        Ok(Decision::done(state))
    }
}

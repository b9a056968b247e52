//! registerUserKeys and deleteUserKeys: the keys by which programs act as users; and from a key to a caller.

use super::role::NewRule;
use super::user;
use crate::base::id::{ApiKeyId, JobId, UserId};
use crate::base::{Caller, Error, ErrorKind, Name, Result, Secret, Timestamp};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::org::{AccountState, ApiKey, DomainState, UserState};

/// The caller that acts as this user, if it may act at all now.
#[must_use]
pub fn caller_of(view: &View, user: UserId) -> Option<Caller> {
    let user = view.user(user).filter(|user| user.state == UserState::Enabled)?;
    let account = view.account(user.account).filter(|account| account.state == AccountState::Enabled)?;
    view.domain(account.domain).filter(|domain| domain.state == DomainState::Active)?;
    let role = account.kind.role_type();
    Some(Caller { user: user.id, account: account.id, domain: account.domain, role })
}

/// The pair of this key and the caller that it acts as, if both are good now. O(log n).
///
/// Who verifies a signature says the same of every failure, this one included.
#[must_use]
pub fn find_key<'a>(view: &'a View, key: &str, now: Timestamp) -> Option<(&'a ApiKey, Caller)> {
    let pair = view.api_keys().find(0, &[Value::text(key)]).filter(|pair| pair.is_valid(now))?;
    Some((pair, caller_of(view, pair.user)?))
}

/// A request for a pair of keys. A user may make its own. The secret lies sealed in its row, and is read with
/// [`Cloud::keyring`](crate::Cloud::keyring).
///
/// The keys are made by who asks, from good random numbers: decisions draw none that are fit for secrets.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::{Secret, Timestamp};
/// # use cloudstack_core::flow::org::{RegisterKeys, find_key};
/// # use cloudstack_core::model::org::ApiKey;
/// let key = "plgWJfZK4gyS3mlZLYq_u38zCm0bewzGUdP66mg".to_owned();
/// let wish = RegisterKeys::new(admin.user, key.clone(), Secret::new("VDaACYb0LV9eNjTetIOElcVQkvJck_J_QljX"));
/// cloud.users().register_keys(&admin, wish).await?.done().await?;
/// let view = cloud.view();
/// let (pair, caller) = find_key(&view, &key, Timestamp::default()).ok_or("it was registered")?;
/// assert_eq!((pair.user, caller), (admin.user, admin.clone()));
/// let secret = cloud.keyring().open::<ApiKey>(pair.id, "secret", &pair.secret)?;
/// assert_eq!(secret.reveal(), "VDaACYb0LV9eNjTetIOElcVQkvJck_J_QljX");
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterKeys {
    /// The user.
    pub user: UserId,
    /// The key that is sent: 16 to 255 letters, digits, `-` and `_`.
    pub key: String,
    /// The key that signs: as long at least.
    pub secret: Secret,
    /// The user's other pairs go.
    pub replace: bool,
    /// What its owner calls it.
    pub name: Option<Name>,
    /// What it is for.
    pub description: String,
    /// It is good from then on.
    pub begins: Option<Timestamp>,
    /// It is good until then.
    pub ends: Option<Timestamp>,
    /// What it may do of what its user may; everything if empty.
    pub rules: Vec<NewRule>,
}

impl RegisterKeys {
    /// A pair for everything that the user may do, in place of those it has.
    #[must_use]
    pub fn new(user: UserId, key: String, secret: Secret) -> Self {
        let (name, description, begins, ends, rules) = (None, String::new(), None, None, Vec::new());
        Self { user, key, secret, replace: true, name, description, begins, ends, rules }
    }
}

impl Verb for RegisterKeys {
    type Answer = ApiKeyId;
    const NAME: &'static str = "user.register_keys";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<ApiKeyId>> {
        let user = user::self_or_administered(desk.view(), caller, self.user)?;
        check(&self.key, "key")?;
        check(self.secret.reveal(), "secret")?;
        if self.begins.zip(self.ends).is_some_and(|(begins, ends)| ends <= begins) {
            return Err(Error::invalid("ends", "", "give an end after the beginning"));
        }
        let others: Vec<ApiKeyId> = desk.view().api_keys().by("user", user.id).map(|pair| pair.id).collect();
        if self.replace {
            others.into_iter().try_for_each(|id| desk.remove::<ApiKey>(id))?;
        }
        let rules = self.rules.iter().map(|rule| rule.row(desk)).collect::<Result<Vec<_>>>()?;
        let (id, created) = (desk.id::<ApiKeyId>(), desk.now());
        let Self { key, name, description, begins, ends, .. } = self.clone();
        let secret = desk.seal::<ApiKey>(id, "secret", &self.secret)?;
        desk.insert(ApiKey { id, user: user.id, key, secret, name, description, begins, ends, rules, created })
            // Whose key it is already is nobody's business.
            .map_err(
                |e| if e.kind() == ErrorKind::Taken { Error::new(ErrorKind::Taken, "the key is taken") } else { e },
            )?;
        let text = format!("keys of user {}", user.name);
        desk.event("REGISTER.USER.KEY", EventLevel::Info, Some(user.account), user.id.to_string(), text);
        Ok(Decision::done(id))
    }
}

/// The words do not repeat it.
fn check(key: &str, field: &str) -> Result<()> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if (16..=255).contains(&key.len()) && key.bytes().all(fits) {
        return Ok(());
    }
    Err(Error::invalid(field, "…", "give 16 to 255 letters, digits, hyphens and underscores"))
}

/// A request to take a pair of keys away.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::Secret;
/// # use cloudstack_core::flow::org::{DeleteKeys, RegisterKeys};
/// let secret = Secret::new("VDaACYb0LV9eNjTetIOElcVQkvJck_J_QljX");
/// let wish = RegisterKeys::new(admin.user, "plgWJfZK4gyS3mlZLYq_u38z".into(), secret);
/// let pair = cloud.users().register_keys(&admin, wish).await?.done().await?;
/// cloud.users().delete_keys(&admin, DeleteKeys { pair }).await?.done().await?;
/// assert!(cloud.view().api_key(pair).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteKeys {
    /// The pair.
    pub pair: ApiKeyId,
}

impl Verb for DeleteKeys {
    type Answer = ();
    const NAME: &'static str = "user.delete_keys";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let pair = desk.view().need::<ApiKey>(self.pair)?.clone();
        let hide = |e: Error| match e.kind() {
            ErrorKind::NotFound => Error::not_found("api key", self.pair),
            _ => e,
        };
        let user = user::self_or_administered(desk.view(), caller, pair.user).map_err(hide)?;
        desk.remove::<ApiKey>(pair.id)?;
        let text = format!("keys of user {} deleted", user.name);
        desk.event("REGISTER.USER.KEY", EventLevel::Info, Some(user.account), user.id.to_string(), text);
        Ok(Decision::done(()))
    }
}

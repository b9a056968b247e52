//! createUser, updateUser, moveUser, deleteUser, and enabling, locking and disabling users.

use crate::base::id::{AccountId, ApiKeyId, JobId, ProjectMemberId, UserId};
use crate::base::{Caller, Error, ErrorKind, Name, PasswordHash, Result, Timestamp};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::org::{Account, ApiKey, Invitation, ProjectMember, USER, User, UserEvent, UserState};

/// Who a user is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Its given name.
    pub first_name: String,
    /// Its family name.
    pub last_name: String,
    /// Where it gets mail.
    pub email: String,
    /// The time zone it is shown times in.
    pub timezone: Option<String>,
    /// The hash of its password; without one it cannot log in.
    pub password: Option<PasswordHash>,
}

/// A new user of an account.
pub(super) fn new(id: UserId, account: &Account, name: Name, profile: &Profile, created: Timestamp) -> User {
    let Profile { first_name, last_name, email, timezone, password } = profile.clone();
    let (account, domain, state) = (account.id, account.domain, UserState::Enabled);
    let (builtin, failed_logins, last_failed) = (false, 0, None);
    User {
        id,
        account,
        domain,
        name,
        first_name,
        last_name,
        email,
        timezone,
        password,
        state,
        builtin,
        failed_logins,
        last_failed,
        created,
    }
}

fn tell(desk: &mut Desk<'_>, kind: &str, user: &User, text: String) {
    desk.event(kind, EventLevel::Info, Some(user.account), user.id.to_string(), text);
}

/// The user, if the caller administers its account.
fn administered(view: &View, caller: &Caller, id: UserId) -> Result<User> {
    let user = view.need::<User>(id)?;
    let hide = |e: Error| if e.kind() == ErrorKind::NotFound { Error::not_found("user", id) } else { e };
    access::administered(view, caller, user.account).map_err(hide)?;
    Ok(user.clone())
}

/// The user, if it is the caller or the caller administers its account.
pub(super) fn self_or_administered(view: &View, caller: &Caller, id: UserId) -> Result<User> {
    if id == caller.user {
        access::owned(view, caller, caller.account, "user", id)?;
        return view.need::<User>(id).cloned();
    }
    administered(view, caller, id)
}

/// A request for one more user of an account.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddUser, Profile};
/// let wish = AddUser { account: admin.account, name: "grace".parse()?, profile: Profile::default() };
/// let user = cloud.users().add(&admin, wish).await?.done().await?;
/// assert_eq!(cloud.view().user(user).map(|user| user.account), Some(admin.account));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddUser {
    /// The account.
    pub account: AccountId,
    /// The name it logs in with, unique in the domain.
    pub name: Name,
    /// Who it is.
    pub profile: Profile,
}

impl Verb for AddUser {
    type Answer = UserId;
    const NAME: &'static str = "user.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<UserId>> {
        let account = access::administered(desk.view(), caller, self.account)?.clone();
        access::act_for(desk.view(), caller, account.id)?;
        if account.is_project() {
            return Err(Error::invalid("account", &account.name, "a project has members, not users"));
        }
        let (id, now) = (desk.id::<UserId>(), desk.now());
        let user = new(id, &account, self.name.clone(), &self.profile, now);
        desk.insert(user.clone())?;
        tell(desk, "USER.CREATE", &user, format!("user {}", user.name));
        Ok(Decision::done(id))
    }
}

/// A request to change a user. What is not given stays as it is. A user may change itself.
///
/// A new password takes the marks of wrong ones away. That the caller knows the present one is checked by who takes
/// passwords in.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::UpdateUser;
/// let change = UpdateUser { email: Some("root@example.org".into()), ..UpdateUser::of(admin.user) };
/// cloud.users().update(&admin, change).await?.done().await?;
/// assert_eq!(cloud.view().user(admin.user).map(|user| user.email.clone()), Some("root@example.org".into()));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateUser {
    /// The user.
    pub user: UserId,
    /// The new name it logs in with.
    pub name: Option<Name>,
    /// Its new given name.
    pub first_name: Option<String>,
    /// Its new family name.
    pub last_name: Option<String>,
    /// Where it gets mail from now on.
    pub email: Option<String>,
    /// Its new time zone.
    pub timezone: Option<String>,
    /// The hash of its new password.
    pub password: Option<PasswordHash>,
}

impl UpdateUser {
    /// A change of nothing.
    #[must_use]
    pub const fn of(user: UserId) -> Self {
        let (name, first_name, last_name, email) = (None, None, None, None);
        Self { user, name, first_name, last_name, email, timezone: None, password: None }
    }
}

impl Verb for UpdateUser {
    type Answer = ();
    const NAME: &'static str = "user.update";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut user = self_or_administered(desk.view(), caller, self.user)?;
        let set = |field: &mut String, value: &Option<String>| {
            if let Some(value) = value {
                field.clone_from(value);
            }
        };
        set(&mut user.first_name, &self.first_name);
        set(&mut user.last_name, &self.last_name);
        set(&mut user.email, &self.email);
        user.name = self.name.clone().unwrap_or(user.name);
        user.timezone = self.timezone.clone().or(user.timezone);
        if let Some(password) = &self.password {
            user.password = Some(password.clone());
            (user.failed_logins, user.last_failed) = (0, None);
        }
        tell(desk, "USER.UPDATE", &user, format!("user {}", user.name));
        desk.update(user)?;
        Ok(Decision::done(()))
    }
}

/// A request to lock, disable or enable a user. Machines of its account are not touched.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, SetUserState};
/// # use cloudstack_core::{base::ErrorKind, model::org::UserEvent};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let lock = SetUserState { user: ada.user, event: UserEvent::Lock };
/// cloud.users().set_state(&admin, lock).await?.done().await?;
/// let refused = cloud.vms().deploy(&ada, DeployVm::new(zone, offering, template)).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Denied);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUserState {
    /// The user.
    pub user: UserId,
    /// What shall happen to it.
    pub event: UserEvent,
}

impl Verb for SetUserState {
    type Answer = UserState;
    const NAME: &'static str = "user.set_state";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<UserState>> {
        let user = administered(desk.view(), caller, self.user)?;
        others(caller, &user)?;
        let state = USER.step(user.state, self.event)?;
        let kind = match self.event {
            UserEvent::Enable => "USER.ENABLE",
            UserEvent::Disable => "USER.DISABLE",
            UserEvent::Lock => "USER.LOCK",
        };
        tell(desk, kind, &user, format!("user {} is {state}", user.name));
        let (failed_logins, last_failed) = match self.event {
            UserEvent::Enable => (0, None),
            UserEvent::Disable | UserEvent::Lock => (user.failed_logins, user.last_failed),
        };
        desk.update(User { state, failed_logins, last_failed, ..user })?;
        Ok(Decision::done(state))
    }
}

fn others(caller: &Caller, user: &User) -> Result<()> {
    if user.id == caller.user || user.builtin {
        let why = "a user is locked, disabled, moved or deleted by another, and the first one never";
        return Err(Error::new(ErrorKind::Denied, why).on(&user.name));
    }
    Ok(())
}

/// A request to let a user act for another account of the same domain. Its keys go with it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, MoveUser};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let bob = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "bob".parse()?)).await?.done().await?;
/// cloud.users().relocate(&admin, MoveUser { user: ada.user, account: bob.account }).await?.done().await?;
/// assert_eq!(cloud.view().user(ada.user).map(|user| user.account), Some(bob.account));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveUser {
    /// The user.
    pub user: UserId,
    /// The account it shall act for.
    pub account: AccountId,
}

impl Verb for MoveUser {
    type Answer = ();
    const NAME: &'static str = "user.move";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let user = administered(desk.view(), caller, self.user)?;
        others(caller, &user)?;
        let to = access::administered(desk.view(), caller, self.account)?.clone();
        access::act_for(desk.view(), caller, to.id)?;
        if to.domain != user.domain || to.is_project() {
            return Err(Error::invalid("account", &to.name, "give an account of the user's domain, not a project's"));
        }
        leave_projects(desk, user.id)?;
        tell(desk, "USER.MOVE", &user, format!("user {} acts for {}", user.name, to.name));
        desk.update(User { account: to.id, ..user })?;
        Ok(Decision::done(()))
    }
}

/// A request to delete a user, with its keys. What its account owns stays.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddUser, DeleteUser, Profile};
/// let wish = AddUser { account: admin.account, name: "grace".parse()?, profile: Profile::default() };
/// let user = cloud.users().add(&admin, wish).await?.done().await?;
/// cloud.users().delete(&admin, DeleteUser { user }).await?.done().await?;
/// assert!(cloud.view().user(user).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteUser {
    /// The user.
    pub user: UserId,
}

impl Verb for DeleteUser {
    type Answer = ();
    const NAME: &'static str = "user.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let user = administered(desk.view(), caller, self.user)?;
        others(caller, &user)?;
        tell(desk, "USER.DELETE", &user, format!("user {}", user.name));
        erase(desk, user.id)?;
        Ok(Decision::done(()))
    }
}

/// Takes a user away, with its keys, memberships and invitations.
pub(super) fn erase(desk: &mut Desk<'_>, user: UserId) -> Result<()> {
    let keys: Vec<ApiKeyId> = desk.view().api_keys().by("user", user).map(|key| key.id).collect();
    keys.into_iter().try_for_each(|id| desk.remove::<ApiKey>(id))?;
    leave_projects(desk, user)?;
    desk.remove::<User>(user)
}

/// Takes away what a user alone is in projects.
fn leave_projects(desk: &mut Desk<'_>, user: UserId) -> Result<()> {
    let members: Vec<ProjectMemberId> = desk.view().project_members().by("user", user).map(|m| m.id).collect();
    members.into_iter().try_for_each(|id| desk.remove::<ProjectMember>(id))?;
    let invited: Vec<_> = desk.view().invitations().by("user", user).map(|i| i.id).collect();
    invited.into_iter().try_for_each(|id| desk.remove::<Invitation>(id))
}

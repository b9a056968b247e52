//! createAccount, updateAccount, deleteAccount, and enabling, locking and disabling accounts.

use super::{Profile, purge, role, user};
use crate::base::id::{AccountId, DomainId, EntityId, JobId, RoleId, UserId, ZoneId};
use crate::base::{Caller, Error, ErrorKind, Name, Result, RoleType};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Steps, access, vm};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::Zone;
use crate::model::org::{ACCOUNT, Account, AccountEvent, AccountState, AccountType, Domain, Role};
use crate::model::vm::{Vm, VmEvent, VmState};
use std::collections::BTreeMap;

/// A request for an account with its first user.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::{org::AddAccount, vm::StopVm};
/// # use cloudstack_core::base::ErrorKind;
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// // The answer is a caller. What is not its own is not there.
/// let refused = cloud.vms().stop(&ada, StopVm { vm, forced: false }).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::NotFound);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddAccount {
    /// Its domain; the caller's if none is given.
    pub domain: Option<DomainId>,
    /// Its name, unique in the domain.
    pub name: Name,
    /// What its users may do, if no role says it. Root administrators belong to the root domain.
    pub role_type: RoleType,
    /// The role of its users; the default one of the type if none is given.
    pub role: Option<RoleId>,
    /// The name its first user logs in with, unique in the domain; the account's if none is given.
    pub user: Option<Name>,
    /// Who its first user is.
    pub profile: Profile,
    /// The suffix of its machines' names.
    pub network_domain: Option<String>,
    /// What its administrators write down about it.
    pub details: BTreeMap<String, String>,
}

impl AddAccount {
    /// An account of plain users in this domain.
    #[must_use]
    pub fn new(domain: DomainId, name: Name) -> Self {
        let (role, user, network_domain) = (None, None, None);
        let (role_type, profile, details) = (RoleType::User, Profile::default(), BTreeMap::new());
        Self { domain: Some(domain), name, role_type, role, user, profile, network_domain, details }
    }
}

/// Answers the caller that acts as the account's first user.
impl Verb for AddAccount {
    type Answer = Caller;
    const NAME: &'static str = "account.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<Caller>> {
        let domain = access::grow(desk.view(), caller, self.domain.unwrap_or(caller.domain))?.clone();
        let role = role::to_give(desk.view(), caller, self.role, self.role_type)?.clone();
        in_its_place(&role, domain.parent.is_none())?;
        super::domain::check_suffix(self.network_domain.as_deref())?;
        desk.rely_on::<Domain>(domain.id);
        let (id, user, now) = (desk.id::<AccountId>(), desk.id::<UserId>(), desk.now());
        let account = Account::new(id, domain.id, self.name.clone(), AccountType::of_role(role.kind), now);
        let (network_domain, details) = (self.network_domain.clone(), self.details.clone());
        desk.insert(Account { role: Some(role.id), network_domain, details, ..account.clone() })?;
        let name = self.user.clone().unwrap_or_else(|| self.name.clone());
        desk.insert(user::new(user, &account, name, &self.profile, now))?;
        let text = format!("account {}", self.name);
        desk.event("ACCOUNT.CREATE", EventLevel::Info, Some(id), id.to_string(), text);
        Ok(Decision::done(Caller { user, account: id, domain: domain.id, role: role.kind }))
    }
}

/// Root administrators belong to the root domain.
fn in_its_place(role: &Role, in_root: bool) -> Result<()> {
    if role.kind == RoleType::Admin && !in_root {
        return Err(Error::invalid("role", &role.name, "root administrators belong to the root domain"));
    }
    Ok(())
}

/// A request to change an account. What is not given stays as it is.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, UpdateAccount};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let rename = UpdateAccount { name: Some("lovelace".parse()?), ..UpdateAccount::of(ada.account) };
/// cloud.accounts().update(&admin, rename).await?.done().await?;
/// assert_eq!(cloud.view().account(ada.account).map(|a| a.name.to_string()), Some("lovelace".into()));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateAccount {
    /// The account.
    pub account: AccountId,
    /// Its new name.
    pub name: Option<Name>,
    /// Its new role.
    pub role: Option<RoleId>,
    /// The new suffix of its machines' names; none at all if empty.
    pub network_domain: Option<String>,
    /// What is to be written down about it, in place of all that was.
    pub details: Option<BTreeMap<String, String>>,
}

impl UpdateAccount {
    /// A change of nothing.
    #[must_use]
    pub const fn of(account: AccountId) -> Self {
        Self { account, name: None, role: None, network_domain: None, details: None }
    }
}

impl Verb for UpdateAccount {
    type Answer = ();
    const NAME: &'static str = "account.update";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut account = access::administered(desk.view(), caller, self.account)?.clone();
        no_project(&account)?;
        if let Some(id) = self.role {
            let role = role::to_give(desk.view(), caller, Some(id), RoleType::User)?.clone();
            if account.id == caller.account || account.builtin {
                return Err(Error::new(ErrorKind::Denied, "a role is given by another administrator").on(&account.name));
            }
            in_its_place(&role, desk.view().domain(account.domain).is_some_and(|d| d.parent.is_none()))?;
            account.kind = AccountType::of_role(role.kind);
            account.role = Some(role.id);
        }
        if let Some(suffix) = &self.network_domain {
            account.network_domain = Some(suffix.clone()).filter(|suffix| !suffix.is_empty());
            super::domain::check_suffix(account.network_domain.as_deref())?;
        }
        account.name = self.name.clone().unwrap_or(account.name);
        account.details = self.details.clone().unwrap_or(account.details);
        tell(desk, "ACCOUNT.UPDATE", &account, format!("account {}", account.name));
        desk.update(account)?;
        Ok(Decision::done(()))
    }
}

/// A project's account is changed through its project.
fn no_project(account: &Account) -> Result<()> {
    if account.is_project() {
        return Err(Error::invalid("account", &account.name, "it belongs to a project; change the project"));
    }
    Ok(())
}

fn tell(desk: &mut Desk<'_>, kind: &str, account: &Account, text: String) {
    desk.event(kind, EventLevel::Info, Some(account.id), account.id.to_string(), text);
}

/// A request to name the zone that an account's users work in unless they say another.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, SetDefaultZone};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let mark = SetDefaultZone { account: ada.account, zone: Some(zone) };
/// cloud.accounts().set_default_zone(&admin, mark).await?.done().await?;
/// assert_eq!(cloud.view().account(ada.account).and_then(|a| a.default_zone), Some(zone));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetDefaultZone {
    /// The account.
    pub account: AccountId,
    /// The zone; none takes the mark away.
    pub zone: Option<ZoneId>,
}

impl Verb for SetDefaultZone {
    type Answer = ();
    const NAME: &'static str = "account.set_default_zone";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let account = access::administered(desk.view(), caller, self.account)?.clone();
        if let Some(zone) = self.zone {
            let zone = desk.view().need::<Zone>(zone)?;
            access::use_zone(desk.view(), caller, &account, zone)?;
        }
        tell(desk, "ACCOUNT.MARK.DEFAULT.ZONE", &account, format!("account {}", account.name));
        desk.update(Account { default_zone: self.zone, ..account })?;
        Ok(Decision::done(()))
    }
}

/// A request to lock, disable or enable an account. Disabling stops its running machines.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, SetAccountState};
/// # use cloudstack_core::{base::ErrorKind, model::org::AccountEvent};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let disable = SetAccountState { account: ada.account, event: AccountEvent::Disable };
/// cloud.accounts().set_state(&admin, disable).await?.done().await?;
/// let wish = DeployVm::new(zone, offering, template);
/// let refused = cloud.vms().deploy(&ada, wish).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Denied);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAccountState {
    /// The account.
    pub account: AccountId,
    /// What shall happen to it. To delete it is [`DeleteAccount`].
    pub event: AccountEvent,
}

impl Verb for SetAccountState {
    type Answer = AccountState;
    const NAME: &'static str = "account.set_state";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<AccountState>> {
        let account = others(desk.view(), caller, self.account)?.clone();
        no_project(&account)?;
        if self.event == AccountEvent::Delete {
            return Err(Error::invalid("event", "Delete", "give Lock, Disable or Enable"));
        }
        let state = ACCOUNT.step(account.state, self.event)?;
        let text = format!("account {} is {state}", account.name);
        desk.update(Account { state, ..account.clone() })?;
        let kind = match self.event {
            AccountEvent::Enable => "ACCOUNT.ENABLE",
            AccountEvent::Disable => "ACCOUNT.DISABLE",
            AccountEvent::Lock | AccountEvent::Delete => "ACCOUNT.UPDATE",
        };
        tell(desk, kind, &account, text);
        let steps = if state == AccountState::Disabled { stop_all(desk, account.id, job)? } else { Vec::new() };
        Ok(Decision { answer: state, entity: Some(account.id.to_u128()), steps })
    }
}

/// An account that the caller administers, and that is not its own or one that came with the cloud.
fn others<'a>(view: &'a View, caller: &Caller, id: AccountId) -> Result<&'a Account> {
    let account = access::administered(view, caller, id)?;
    if account.id == caller.account || account.builtin {
        let why = "an account is locked, disabled or deleted by another administrator, and the first one never";
        return Err(Error::new(ErrorKind::Denied, why).on(&account.name));
    }
    Ok(account)
}

/// Begins to stop every machine of an account that runs.
pub(super) fn stop_all(desk: &mut Desk<'_>, account: AccountId, job: JobId) -> Result<Vec<Steps>> {
    let owned: Vec<Vm> = desk.view().vms().by("account", account).cloned().collect();
    if let Some(busy) = owned.iter().find(|vm| vm.job.is_some()) {
        return Err(purge::busy(busy));
    }
    let mut steps = Vec::new();
    for running in owned.into_iter().filter(|vm| vm.state == VmState::Running) {
        let stopping = running.moved(VmEvent::StopRequested, desk.now())?;
        steps.extend(vm::stop::steps(&stopping, true));
        desk.update(vm::claim(stopping, job))?;
    }
    Ok(steps)
}

/// A request to delete an account with all that it owns: machines are expunged, networks, addresses, groups, keys and
/// users go. Templates that machines of others were made from pass to the first administrator.
///
/// There is no way back once it has begun. If something cannot be taken away, the account stays `Removing`: ask again, or
/// leave it to the loop that does.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, DeleteAccount};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let vm = cloud.vms().deploy(&ada, DeployVm::new(zone, offering, template)).await?.done().await?;
/// cloud.accounts().delete(&admin, DeleteAccount { account: ada.account }).await?.done().await?;
/// let view = cloud.view();
/// assert!(view.vm(vm).is_none() && view.account(ada.account).is_none() && view.user(ada.user).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteAccount {
    /// The account.
    pub account: AccountId,
}

impl Verb for DeleteAccount {
    type Answer = ();
    const NAME: &'static str = "account.delete";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let account = others(desk.view(), caller, self.account)?.clone();
        no_project(&account)?;
        purge::idle(desk.view(), account.id)?;
        purge::owns_no_project(desk.view(), &account)?;
        let mut steps = purge::begin(desk, job, &account)?;
        steps.push(purge::EraseAccount { account: account.id }.into());
        Ok(Decision::then((), account.id, steps))
    }
}

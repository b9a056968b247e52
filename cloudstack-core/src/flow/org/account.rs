//! createAccount, and enabling, locking and disabling accounts.

use crate::base::id::{AccountId, DomainId, EntityId, JobId, UserId};
use crate::base::{Caller, Error, ErrorKind, Name, Result, Role};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Steps, access, vm};
use crate::model::event::EventLevel;
use crate::model::org::{ACCOUNT, Account, AccountEvent, AccountState, Domain, User};
use crate::model::vm::{Vm, VmEvent, VmState};

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
    /// What its users may do. Root administrators belong to the root domain.
    pub role: Role,
    /// The name its first user logs in with, unique in the domain; the account's if none is given.
    pub user: Option<Name>,
}

impl AddAccount {
    /// An account of plain users in this domain.
    #[must_use]
    pub fn new(domain: DomainId, name: Name) -> Self {
        Self { domain: Some(domain), name, role: Role::User, user: None }
    }
}

/// Answers the caller that acts as the account's first user.
impl Verb for AddAccount {
    type Answer = Caller;
    const NAME: &'static str = "account.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<Caller>> {
        let domain = desk.view().need::<Domain>(self.domain.unwrap_or(caller.domain))?.clone();
        access::administer(desk.view(), caller, domain.id)?;
        match self.role {
            Role::System => return Err(Error::invalid("role", "System", "give User, DomainAdmin or RootAdmin")),
            Role::RootAdmin if domain.parent.is_some() => {
                return Err(Error::invalid("role", "RootAdmin", "root administrators belong to the root domain"));
            }
            Role::RootAdmin => access::root(caller)?,
            Role::DomainAdmin | Role::User => {}
        }
        let (account, user) = (desk.id::<AccountId>(), desk.id::<UserId>());
        let (domain, role, state) = (domain.id, self.role, AccountState::Enabled);
        desk.insert(Account { id: account, domain, name: self.name.clone(), role, state })?;
        let name = self.user.clone().unwrap_or_else(|| self.name.clone());
        desk.insert(User { id: user, account, domain, name })?;
        let text = format!("account {}", self.name);
        desk.event("ACCOUNT.CREATE", EventLevel::Info, Some(account), account.to_string(), text);
        Ok(Decision::done(Caller { user, account, domain, role }))
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
    /// What shall happen to it.
    pub event: AccountEvent,
}

impl Verb for SetAccountState {
    type Answer = AccountState;
    const NAME: &'static str = "account.set_state";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<AccountState>> {
        let account = desk.view().need::<Account>(self.account)?.clone();
        access::administer(desk.view(), caller, account.domain)?;
        if account.id == caller.account || account.role == Role::RootAdmin && !caller.is_root() {
            return Err(Error::new(ErrorKind::Denied, "an account is locked or disabled by another administrator")
                .on(&account.name));
        }
        let state = ACCOUNT.step(account.state, self.event)?;
        let text = format!("account {} is {state}", account.name);
        desk.update(Account { state, ..account.clone() })?;
        desk.event("ACCOUNT.UPDATE", EventLevel::Info, Some(account.id), account.id.to_string(), text);
        let steps = if state == AccountState::Disabled { stop_all(desk, account.id, job)? } else { Vec::new() };
        Ok(Decision { answer: state, entity: Some(account.id.to_u128()), steps })
    }
}

/// Begins to stop every machine of an account that runs.
fn stop_all(desk: &mut Desk<'_>, account: AccountId, job: JobId) -> Result<Vec<Steps>> {
    let owned: Vec<Vm> = desk.view().vms().by("account", account).cloned().collect();
    if let Some(busy) = owned.iter().find(|vm| vm.job.is_some()) {
        return Err(Error::new(ErrorKind::Conflict, format!("machine {} is being changed", busy.name))
            .on(busy.id)
            .remedy("try again when its job has ended")
            .retryable());
    }
    let mut steps = Vec::new();
    for running in owned.into_iter().filter(|vm| vm.state == VmState::Running) {
        let stopping = running.moved(VmEvent::StopRequested, desk.now())?;
        steps.extend(vm::stop::steps(&stopping, true));
        desk.update(vm::claim(stopping, job))?;
    }
    Ok(steps)
}

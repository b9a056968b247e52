//! User data: how much of it a machine may be given, and data registered under a name.

use super::step::Desk;
use super::verb::{Decision, Verb};
use super::{access, setting};
use crate::base::id::{AccountId, EntityId, JobId, UserDataId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::user_data::{Base64, UserData};
use std::collections::BTreeSet;

/// Bytes of base64 that fit into a request whose fields stand in its address, as clients know it.
pub const IN_ADDRESS: usize = 4_096;

/// Refuses data that is longer than `vm.userdata.max.length`.
///
/// # Errors
/// [`ErrorKind::Invalid`] with the length and the limit.
pub(crate) fn fits(view: &View, data: &Base64) -> Result<()> {
    let limit = usize::try_from(setting::int(view, "vm.userdata.max.length")).unwrap_or(0);
    let length = data.as_str().len();
    if length <= limit {
        return Ok(());
    }
    let accepted = format!("vm.userdata.max.length allows {limit} bytes of base64");
    Err(Error::invalid("user_data", format!("{length} bytes"), accepted))
}

/// Data that this account has registered.
pub(crate) fn of(view: &View, account: AccountId, id: UserDataId) -> Result<&UserData> {
    let found = view.user_data(id).filter(|row| row.account == account);
    found.ok_or_else(|| Error::not_found(UserDataId::NOUN, id))
}

/// The registered data a caller may see.
pub fn list<'a>(view: &'a View, caller: &'a Caller) -> impl Iterator<Item = &'a UserData> {
    let sees = move |row: &&UserData| access::owned(view, caller, row.account, UserDataId::NOUN, row.id).is_ok();
    view.user_datas().iter().filter(sees)
}

/// A request to keep user data under a name, to be given to machines.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::{user_data::{DeleteUserData, RegisterUserData}, vm::Told};
/// let data = "I2Nsb3VkLWNvbmZpZwo=".parse()?;
/// let register = RegisterUserData { account: None, name: "web".parse()?, data, params: Default::default() };
/// let id = cloud.run(&admin, register).await?.done().await?;
/// let told = Told { registered: Some(id), ..Told::default() };
/// cloud.vms().deploy(&admin, DeployVm::new(zone, offering, template).telling(told)).await?.done().await?;
///
/// // It stays while a machine is to be told it.
/// let refused = cloud.run(&admin, DeleteUserData { user_data: id }).await.map(drop).unwrap_err();
/// assert_eq!(refused.advice(), Some("give the machine other data first"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterUserData {
    /// Who shall own it; the caller's account if none is given.
    pub account: Option<AccountId>,
    /// Its name, unique in the account.
    pub name: Name,
    /// The data.
    pub data: Base64,
    /// Names of variables that it leaves open.
    pub params: BTreeSet<String>,
}

impl Verb for RegisterUserData {
    type Answer = UserDataId;
    const NAME: &'static str = "user_data.register";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<UserDataId>> {
        let owner = access::act_for(desk.view(), caller, self.account.unwrap_or(caller.account))?;
        let (account, domain) = (owner.id, owner.domain);
        fits(desk.view(), &self.data)?;
        let (id, created) = (desk.id(), desk.now());
        let (name, data, params) = (self.name.clone(), self.data.clone(), self.params.clone());
        desk.insert(UserData { id, account, domain, name, data, params, created })?;
        let text = format!("user data {}", self.name);
        desk.event("REGISTER.USER.DATA", EventLevel::Info, Some(account), id.to_string(), text);
        Ok(Decision::done(id))
    }
}

/// A request to forget registered user data that no machine is to be told. [`RegisterUserData`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteUserData {
    /// The data.
    pub user_data: UserDataId,
}

impl Verb for DeleteUserData {
    type Answer = ();
    const NAME: &'static str = "user_data.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let view = desk.view();
        let row = view.need::<UserData>(self.user_data)?.clone();
        access::owned(view, caller, row.account, UserDataId::NOUN, row.id)?;
        if let Some(vm) = view.vms().by("account", row.account).find(|vm| vm.metadata.registered == Some(row.id)) {
            return Err(Error::new(ErrorKind::Conflict, format!("machine {} is to be told it", vm.name))
                .on(row.id)
                .remedy("give the machine other data first"));
        }
        desk.remove::<UserData>(row.id)?;
        let text = format!("user data {}", row.name);
        desk.event("DELETE.USER.DATA", EventLevel::Info, Some(row.account), row.id.to_string(), text);
        Ok(Decision::done(()))
    }
}

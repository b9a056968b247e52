//! SSH key pairs: registering, making and deleting them, and how guests come by them (AUTH-04 to AUTH-07).

use super::access;
use super::step::Desk;
use super::verb::{Decision, Verb};
use crate::base::id::{AccountId, EntityId, JobId, SshKeyPairId};
use crate::base::{Caller, Error, Name, Result};
use crate::ledger::View;
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::ssh_key::{PublicKey, SshKeyPair};

/// The key pair of this name that an account has.
///
/// # Errors
/// [`ErrorKind::NotFound`](crate::base::ErrorKind::NotFound).
pub(crate) fn named<'a>(view: &'a View, account: AccountId, name: &Name) -> Result<&'a SshKeyPair> {
    let found = view.ssh_key_pairs().find(0, &[Value::link(account), Value::text(name.as_str())]);
    found.ok_or_else(|| Error::not_found(SshKeyPairId::NOUN, name))
}

/// The key pairs a caller may see, by name within each account.
pub fn list<'a>(view: &'a View, caller: &'a Caller) -> impl Iterator<Item = &'a SshKeyPair> {
    let sees = move |row: &&SshKeyPair| access::owned(view, caller, row.account, SshKeyPairId::NOUN, row.id).is_ok();
    view.ssh_key_pairs().iter().filter(sees)
}

/// A request to keep a public key under a name. The private key stays with its owner.
///
/// A key, and a name, can be registered once in an account. To make a new pair, see
/// [`Cloud::make_ssh_key_pair`](crate::Cloud::make_ssh_key_pair).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::base::ErrorKind;
/// # use cloudstack_core::flow::{ssh_key::{DeleteSshKeyPair, RegisterSshKeyPair}, vm::Told};
/// let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF46YMeN/h3w6kFmFnVbPeZ7u1yB5h0tKPu2HkLH4a0C ada";
/// let register = RegisterSshKeyPair { account: None, name: "laptop".parse()?, public_key: line.parse()? };
/// cloud.run(&admin, register.clone()).await?.done().await?;
/// assert_eq!(cloud.run(&admin, register).await.map(drop).unwrap_err().kind(), ErrorKind::Taken);
///
/// // Whoever has the private key may log in to this machine.
/// let told = Told { ssh_keys: vec!["laptop".parse()?], ..Told::default() };
/// cloud.vms().deploy(&admin, DeployVm::new(zone, offering, template).telling(told)).await?.done().await?;
///
/// // The machine keeps the key it was given.
/// cloud.run(&admin, DeleteSshKeyPair { account: None, name: "laptop".parse()? }).await?.done().await?;
/// assert!(cloud.view().vms().iter().any(|vm| !vm.metadata.ssh_keys.is_empty()));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterSshKeyPair {
    /// Who shall own it; the caller's account if none is given.
    pub account: Option<AccountId>,
    /// Its name, unique in the account.
    pub name: Name,
    /// The public key.
    pub public_key: PublicKey,
}

impl Verb for RegisterSshKeyPair {
    type Answer = SshKeyPairId;
    const NAME: &'static str = "ssh_key_pair.register";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<SshKeyPairId>> {
        let owner = access::act_for(desk.view(), caller, self.account.unwrap_or(caller.account))?;
        let (account, domain) = (owner.id, owner.domain);
        let (id, created) = (desk.id(), desk.now());
        let fingerprint = self.public_key.fingerprint();
        let text = format!("key pair {} is {fingerprint}", self.name);
        let (name, public_key) = (self.name.clone(), self.public_key.clone());
        desk.insert(SshKeyPair { id, account, domain, name, fingerprint, public_key, created })?;
        desk.event("REGISTER.SSH.KEYPAIR", EventLevel::Info, Some(account), id.to_string(), text);
        Ok(Decision::done(id))
    }
}

/// A request to forget a key pair. Machines that were given its key keep it. [`RegisterSshKeyPair`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteSshKeyPair {
    /// Who owns it; the caller's account if none is given.
    pub account: Option<AccountId>,
    /// Its name.
    pub name: Name,
}

impl Verb for DeleteSshKeyPair {
    type Answer = ();
    const NAME: &'static str = "ssh_key_pair.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let account = self.account.unwrap_or(caller.account);
        access::owned(desk.view(), caller, account, SshKeyPairId::NOUN, &self.name)?;
        let id = named(desk.view(), account, &self.name)?.id;
        desk.remove::<SshKeyPair>(id)?;
        let text = format!("key pair {}", self.name);
        desk.event("DELETE.SSH.KEYPAIR", EventLevel::Info, Some(account), id.to_string(), text);
        Ok(Decision::done(()))
    }
}

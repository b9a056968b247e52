//! updateTemplatePermissions: who may use a template besides its owner.

use crate::base::id::{AccountId, EntityId, JobId, LaunchPermissionId, TemplateId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, setting};
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::image::{LaunchPermission, Template};
use crate::model::org::Account;
use std::collections::BTreeSet;

/// What is done to the accounts that may use a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sharing {
    /// These may from now on. For a project, name its account.
    Add(BTreeSet<AccountId>),
    /// These may no more.
    Remove(BTreeSet<AccountId>),
    /// Nobody but the owner may: it is neither public nor featured either.
    Reset,
}

/// A request to change who may use a template. What is not given stays as it is.
///
/// Machines that began as it are not touched. Users share with accounts of their own domain.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::{image::{ShareTemplate, share::Sharing}, org::AddAccount};
/// # use cloudstack_core::base::ErrorKind;
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let alone = ShareTemplate { sharing: Some(Sharing::Reset), ..ShareTemplate::of(template) };
/// cloud.templates().share(&admin, alone).await?.done().await?;
/// let wish = DeployVm::new(zone, offering, template);
/// let refused = cloud.vms().deploy(&ada, wish.clone()).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::NotFound);
///
/// let sharing = Some(Sharing::Add([ada.account].into()));
/// cloud.templates().share(&admin, ShareTemplate { sharing, ..ShareTemplate::of(template) }).await?.done().await?;
/// cloud.vms().deploy(&ada, wish).await?.done().await?;
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareTemplate {
    /// The template.
    pub template: TemplateId,
    /// Whether everybody may use it.
    pub public: Option<bool>,
    /// Whether it is shown to everybody in the first place; administrators say that.
    pub featured: Option<bool>,
    /// Whether who may use it may fetch its image too.
    pub extractable: Option<bool>,
    /// Which accounts may use it.
    pub sharing: Option<Sharing>,
}

impl ShareTemplate {
    /// A change of nothing.
    #[must_use]
    pub const fn of(template: TemplateId) -> Self {
        Self { template, public: None, featured: None, extractable: None, sharing: None }
    }
}

impl Verb for ShareTemplate {
    type Answer = ();
    const NAME: &'static str = "template.share";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut template = desk.view().need::<Template>(self.template)?.clone();
        // Who may use it only is told that it is not there to be changed.
        access::owned(desk.view(), caller, template.account, TemplateId::NOUN, template.id)?;
        self.may(desk, caller)?;
        template.public = self.public.unwrap_or(template.public);
        template.featured = self.featured.unwrap_or(template.featured);
        template.extractable = self.extractable.unwrap_or(template.extractable);
        match &self.sharing {
            Some(Sharing::Add(accounts)) => add(desk, caller, &template, accounts)?,
            Some(Sharing::Remove(accounts)) => {
                remove(desk, &template, |account| accounts.contains(&account))?;
            }
            Some(Sharing::Reset) => {
                remove(desk, &template, |_| true)?;
                (template.public, template.featured) = (false, false);
            }
            None => {}
        }
        let text = format!("who may use template {}", template.name);
        desk.event("TEMPLATE.UPDATE", EventLevel::Info, Some(template.account), template.id.to_string(), text);
        desk.update(template)?;
        Ok(Decision::done(()))
    }
}

impl ShareTemplate {
    fn may(&self, desk: &Desk<'_>, caller: &Caller) -> Result<()> {
        let admin = caller.is_root() || caller.role.administers_domain();
        let refused = |why: &str| Err(Error::new(ErrorKind::Denied, why).on(self.template));
        if self.featured.is_some() && !admin {
            return refused("only administrators say what is featured");
        }
        let allowed = admin || setting::is(desk.view(), "allow.public.user.templates");
        if self.public == Some(true) && !allowed {
            return refused("users make no templates public in this cloud");
        }
        Ok(())
    }
}

fn add(desk: &mut Desk<'_>, caller: &Caller, template: &Template, accounts: &BTreeSet<AccountId>) -> Result<()> {
    for &account in accounts {
        let view = desk.view();
        let row = view.account(account).filter(|row| access::scope::may_name(view, caller, row.domain));
        if row.is_none_or(|row: &Account| row.id == template.account) {
            return Err(Error::invalid("accounts", account, "give other accounts of the caller's domain"));
        }
        let key = [Value::link(template.id), Value::link(account)];
        if view.launch_permissions().find(0, &key).is_none() {
            let id = desk.id();
            desk.insert(LaunchPermission { id, template: template.id, account })?;
        }
    }
    Ok(())
}

fn remove(desk: &mut Desk<'_>, template: &Template, which: impl Fn(AccountId) -> bool) -> Result<()> {
    let known = desk.view().launch_permissions().by("template", template.id).filter(|row| which(row.account));
    let known: Vec<LaunchPermissionId> = known.map(|row| row.id).collect();
    known.into_iter().try_for_each(|id| desk.remove::<LaunchPermission>(id))
}

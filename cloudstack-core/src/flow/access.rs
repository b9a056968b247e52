//! Who may do what to whose things. The only place that decides it.

use crate::base::id::{AccountId, DomainId};
use crate::base::{Caller, Error, ErrorKind, Result, Role};
use crate::ledger::View;
use crate::model::infra::{Allocation, Zone};
use crate::model::org::{Account, AccountState, Domain};

/// Only the root administrator and the cloud itself.
///
/// # Errors
/// [`ErrorKind::Denied`].
pub fn root(caller: &Caller) -> Result<()> {
    if caller.is_root() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Denied, "only the root administrator may do this"))
}

/// An administrator of this domain or of one above, or the root administrator.
///
/// # Errors
/// [`ErrorKind::Denied`].
pub fn administer(view: &View, caller: &Caller, domain: DomainId) -> Result<()> {
    awake(view, caller)?;
    if caller.is_root() || caller.role == Role::DomainAdmin && below(view, domain, caller.domain) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Denied, "only an administrator of the domain may do this"))
}

/// The caller's own account is neither locked nor disabled.
fn awake(view: &View, caller: &Caller) -> Result<()> {
    let asleep = view.account(caller.account).filter(|a| a.state != AccountState::Enabled && !caller.is_root());
    match asleep {
        Some(account) => {
            let why = format!("the account is {}", account.state).to_lowercase();
            Err(Error::new(ErrorKind::Denied, why).on(account.id).remedy("ask an administrator to enable it"))
        }
        None => Ok(()),
    }
}

/// The account itself, an administrator of its domain or of one above, the root administrator. Nothing new is made for an
/// account that is disabled.
///
/// # Errors
/// [`ErrorKind::Denied`], or [`ErrorKind::Conflict`] if the account is disabled.
pub fn act_for<'a>(view: &'a View, caller: &Caller, account: AccountId) -> Result<&'a Account> {
    let owner = reach(view, caller, account)?;
    if owner.state == AccountState::Disabled {
        return Err(Error::new(ErrorKind::Conflict, "the account is disabled").on(account));
    }
    Ok(owner)
}

fn reach<'a>(view: &'a View, caller: &Caller, account: AccountId) -> Result<&'a Account> {
    awake(view, caller)?;
    let owner = view.need::<Account>(account)?;
    let may = match caller.role {
        Role::RootAdmin | Role::System => true,
        Role::DomainAdmin => below(view, owner.domain, caller.domain),
        Role::User => caller.account == account,
    };
    if !may {
        // The words do not say whether it exists to those who may not see it.
        return Err(Error::not_found("account", account).detail("exists, but is not the caller's to act for"));
    }
    Ok(owner)
}

/// The caller may act on a thing of this account; if not, there is no such thing. What a disabled account owns can still
/// be stopped and taken away by administrators.
///
/// # Errors
/// [`ErrorKind::NotFound`] in the words of the thing.
pub fn owned(view: &View, caller: &Caller, owner: AccountId, noun: &str, id: impl std::fmt::Display) -> Result<()> {
    reach(view, caller, owner).map(drop).map_err(|e| match e.kind() {
        ErrorKind::NotFound => Error::not_found(noun, id),
        _ => e,
    })
}

/// True if `domain` is `above` or below it.
#[must_use]
pub fn below(view: &View, domain: DomainId, above: DomainId) -> bool {
    let mut at = Some(domain);
    while let Some(id) = at {
        if id == above {
            return true;
        }
        at = view.domain(id).and_then(|d: &Domain| d.parent);
    }
    false
}

/// The account may put things into this zone: it is enabled, and public or the account's (HIER-12).
///
/// # Errors
/// [`ErrorKind::Denied`] or [`ErrorKind::Conflict`].
pub fn use_zone(view: &View, caller: &Caller, owner: &Account, zone: &Zone) -> Result<()> {
    if let Some(domain) = zone.private_to
        && !caller.is_root()
        && !below(view, owner.domain, domain)
    {
        return Err(Error::new(ErrorKind::Denied, "the zone is private to another domain").on(&zone.name));
    }
    if zone.allocation == Allocation::Disabled && !caller.is_root() {
        return Err(Error::new(ErrorKind::Conflict, "the zone is disabled").on(&zone.name).remedy("enable the zone"));
    }
    Ok(())
}

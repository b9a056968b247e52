//! What may be used without being owned: zones, templates. And what of its own machines a user is shown and may end.

use super::{below, may_see, projects_of};
use crate::base::id::{AccountId, TemplateId, ZoneId};
use crate::base::{Caller, Error, ErrorKind, Result, RoleType};
use crate::flow::setting;
use crate::ledger::View;
use crate::model::Value;
use crate::model::dedication::{Dedication, Ground};
use crate::model::image::Template;
use crate::model::infra::{Allocation, Zone};
use crate::model::org::{Account, AccountType};
use crate::model::setting::Scope;

/// Whether the caller sees this zone: it is public, or private to its domain or one above (HIER-12), and not dedicated to
/// others.
#[must_use]
pub fn see_zone(view: &View, caller: &Caller, zone: &Zone) -> bool {
    let private = || zone.private_to.is_none_or(|domain| below(view, caller.domain, domain));
    let served = || view.account(caller.account).is_some_and(|own| zone_serves(view, own, zone));
    caller.is_root() || private() && served()
}

/// Whether a dedicated place serves this account.
#[must_use]
pub fn serves(view: &View, dedication: &Dedication, owner: &Account) -> bool {
    match dedication.account {
        Some(account) => account == owner.id,
        None => below(view, owner.domain, dedication.domain),
    }
}

fn zone_serves(view: &View, owner: &Account, zone: &Zone) -> bool {
    view.dedications().by("ground", zone.id).all(|dedication| serves(view, dedication, owner))
}

/// The pods, clusters and hosts of a zone that are dedicated to others than this account. O(dedications of the zone).
#[must_use]
pub fn closed_to(view: &View, owner: AccountId, zone: ZoneId) -> Vec<Ground> {
    let owner = view.account(owner);
    let others = |row: &&Dedication| owner.is_none_or(|owner| !serves(view, row, owner));
    view.dedications().by("zone", zone).filter(others).map(|row| row.ground).collect()
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
    if owner.kind != AccountType::Admin && !zone_serves(view, owner, zone) {
        return Err(Error::new(ErrorKind::Denied, "the zone is dedicated to others").on(&zone.name));
    }
    if zone.allocation == Allocation::Disabled && !caller.is_root() {
        return Err(Error::new(ErrorKind::Conflict, "the zone is disabled").on(&zone.name).remedy("enable the zone"));
    }
    Ok(())
}

/// Whether the caller is shown machines that its account gave up: administrators are, users where
/// `allow.user.view.destroyed.vm` says so.
#[must_use]
pub fn see_destroyed(view: &View, caller: &Caller) -> bool {
    caller.role != RoleType::User
        || setting::is_at(view, Scope::Account(caller.account), "allow.user.view.destroyed.vm")
}

/// The caller may take a machine away for good, and have back one that was given up: administrators may, users where
/// `allow.user.expunge.recover.vm` says so.
///
/// # Errors
/// [`ErrorKind::Denied`].
pub fn end_machines(view: &View, caller: &Caller) -> Result<()> {
    let may = || setting::is_at(view, Scope::Account(caller.account), "allow.user.expunge.recover.vm");
    if caller.role != RoleType::User || may() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Denied, "only administrators expunge and recover machines")
        .remedy("ask an administrator to do it, or to set `allow.user.expunge.recover.vm` for the account"))
}

/// Whether the caller sees this template: it is everybody's, of an account that the caller acts for, or its owner lets the
/// caller's account or one of its projects use it.
#[must_use]
pub fn see_template(view: &View, caller: &Caller, template: &Template) -> bool {
    let permitted = |account| {
        let key = [Value::link(template.id), Value::link(account)];
        view.launch_permissions().find(0, &key).is_some()
    };
    template.public
        || view.account(template.account).is_some_and(|owner| may_see(view, caller, owner))
        || permitted(caller.account)
        || projects_of(view, caller).any(permitted)
}

/// The caller may use this template, or there is none such.
///
/// # Errors
/// [`ErrorKind::NotFound`].
pub fn use_template(view: &View, caller: &Caller, template: &Template) -> Result<()> {
    if see_template(view, caller, template) {
        return Ok(());
    }
    Err(Error::not_found(<TemplateId as crate::base::id::EntityId>::NOUN, template.id))
}

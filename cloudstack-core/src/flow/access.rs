//! Who may do what to whose things. The only place that decides it.
//!
//! Everything that is owned is owned by an account. An account is reached by its own users, by administrators of its domain
//! and of those above, by the root administrator, and, if it is a project's, by the members of that project. Who does not
//! reach an account is told that what it owns is not there: a refusal does not say what exists.
//!
//! [`scope`] says which rows a list shows, [`shared`] what may be used without being owned.

pub mod scope;
pub mod shared;

pub use scope::{Asked, Owned, Scope, WhichProject};
pub use shared::{end_machines, see_destroyed, see_template, see_zone, use_template, use_zone};

use crate::base::id::{AccountId, DomainId, EntityId, ProjectId};
use crate::base::{Caller, Error, ErrorKind, Result, RoleType};
use crate::ledger::View;
use crate::model::Value;
use crate::model::org::{
    Account, AccountState, AccountType, Domain, DomainState, Project, ProjectMember, ProjectRole, ProjectState,
    UserState,
};

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
/// [`ErrorKind::Denied`] for who is in the domain, [`ErrorKind::NotFound`] for everybody else: other domains are not
/// theirs to know of.
pub fn administer(view: &View, caller: &Caller, domain: DomainId) -> Result<()> {
    awake(view, caller)?;
    if administers(view, caller, domain) {
        return Ok(());
    }
    if domain != caller.domain {
        return Err(Error::not_found(DomainId::NOUN, domain));
    }
    Err(Error::new(ErrorKind::Denied, "only an administrator of the domain may do this"))
}

/// As [`administer`], for a domain that is not on its way out.
///
/// # Errors
/// [`ErrorKind::Denied`], or [`ErrorKind::Conflict`] if the domain is being deleted.
pub fn grow<'a>(view: &'a View, caller: &Caller, domain: DomainId) -> Result<&'a Domain> {
    administer(view, caller, domain)?;
    let row = view.need::<Domain>(domain)?;
    if row.state == DomainState::Active {
        return Ok(row);
    }
    Err(Error::new(ErrorKind::Conflict, "the domain is being deleted").on(&row.path))
}

fn administers(view: &View, caller: &Caller, domain: DomainId) -> bool {
    caller.is_root() || caller.role.administers_domain() && below(view, domain, caller.domain)
}

/// The caller's own account and user are neither locked nor disabled, and still what the caller says they are.
fn awake(view: &View, caller: &Caller) -> Result<()> {
    if caller.role == RoleType::System {
        return Ok(());
    }
    let why = match (view.account(caller.account), view.user(caller.user)) {
        (Some(account), _) if account.state != AccountState::Enabled => format!("the account is {}", account.state),
        (_, Some(user)) if user.state != UserState::Enabled => format!("the user is {}", user.state),
        (Some(account), Some(user)) => {
            // Who was moved, or given a lesser role, does not go on as before.
            let same = user.account == account.id && account.domain == caller.domain;
            if same && account.kind.role_type() <= caller.role {
                return Ok(());
            }
            "the user acts for another account, or in another role, since it was asked".to_owned()
        }
        _ => "the user is not there any more".to_owned(),
    };
    Err(Error::new(ErrorKind::Denied, why.to_lowercase())
        .on(caller.account)
        .remedy("log in again, or ask an administrator"))
}

/// The account itself, an administrator of its domain or of one above, the root administrator; for the account of a
/// project its members. Nothing new is made for an account that is disabled or being deleted, nor in a suspended project.
///
/// # Errors
/// [`ErrorKind::Denied`], [`ErrorKind::NotFound`] for accounts out of reach, or [`ErrorKind::Conflict`] if nothing is made
/// for it now.
pub fn act_for<'a>(view: &'a View, caller: &Caller, account: AccountId) -> Result<&'a Account> {
    let owner = reach(view, caller, account)?;
    let conflict = |why: String| Err(Error::new(ErrorKind::Conflict, why.to_lowercase()).on(account));
    if matches!(owner.state, AccountState::Disabled | AccountState::Removing) {
        return conflict(format!("the account is {}", owner.state));
    }
    match project_of(view, owner) {
        Some(project) if project.state != ProjectState::Active => conflict(format!("the project is {}", project.state)),
        _ => Ok(owner),
    }
}

fn reach<'a>(view: &'a View, caller: &Caller, account: AccountId) -> Result<&'a Account> {
    awake(view, caller)?;
    let owner = view.need::<Account>(account)?;
    if !may_see(view, caller, owner) {
        // The words do not say whether it exists to those who may not see it.
        return Err(Error::not_found(AccountId::NOUN, account).detail("exists, but is not the caller's to act for"));
    }
    Ok(owner)
}

/// Whether the caller sees what this account owns, when it asks for it by id.
#[must_use]
pub fn may_see(view: &View, caller: &Caller, owner: &Account) -> bool {
    if caller.account == owner.id || caller.is_root() {
        return true;
    }
    // Root administrators belong to the root domain, whose other administrators are below them.
    let administers = owner.kind != AccountType::Admin
        && caller.role.administers_domain()
        && below(view, owner.domain, caller.domain);
    administers || role_in(view, caller, owner).is_some()
}

/// Whether the caller may change what this account owns: it sees it, and acts itself at present.
#[must_use]
pub fn may_act(view: &View, caller: &Caller, owner: &Account) -> bool {
    awake(view, caller).is_ok() && may_see(view, caller, owner)
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

/// An account that the caller administers: of its domain or one below, and not its better.
///
/// # Errors
/// [`ErrorKind::NotFound`] for accounts out of reach, [`ErrorKind::Denied`] for the caller's own and those it may see but
/// not administer.
pub fn administered<'a>(view: &'a View, caller: &Caller, account: AccountId) -> Result<&'a Account> {
    let owner = reach(view, caller, account)?;
    administer(view, caller, owner.domain)?;
    if owner.kind.role_type() < caller.role && !caller.is_root() {
        return Err(Error::new(ErrorKind::Denied, "the account may do more than the caller").on(&owner.name));
    }
    Ok(owner)
}

/// The project whose account this is.
#[must_use]
pub fn project_of<'a>(view: &'a View, account: &Account) -> Option<&'a Project> {
    account.is_project().then(|| view.projects().by("account", account.id).next()).flatten()
}

/// What the caller is to the project whose account this is.
fn role_in(view: &View, caller: &Caller, owner: &Account) -> Option<ProjectRole> {
    membership(view, caller, project_of(view, owner)?.id).map(|member| member.role)
}

/// The caller's membership of a project: of its user, or of its whole account.
#[must_use]
pub fn membership<'a>(view: &'a View, caller: &Caller, project: ProjectId) -> Option<&'a ProjectMember> {
    let find = |set, id: Value<'_>| view.project_members().find(set, &[Value::link(project), id]);
    find(1, Value::link(caller.user)).or_else(|| find(0, Value::link(caller.account)))
}

/// The accounts of the projects that the caller is a member of, in the order of ids. O(answer).
pub fn projects_of(view: &View, caller: &Caller) -> impl Iterator<Item = AccountId> {
    let members = view.project_members();
    let all = members.by("whole", caller.account).chain(members.by("user", caller.user));
    let found: std::collections::BTreeSet<_> =
        all.filter_map(|member| view.project(member.project)).map(|project| project.account).collect();
    found.into_iter()
}

/// The project, if the caller is a member, or administers its domain.
///
/// # Errors
/// [`ErrorKind::NotFound`].
pub fn project<'a>(view: &'a View, caller: &Caller, id: ProjectId) -> Result<&'a Project> {
    awake(view, caller)?;
    let project = view.need::<Project>(id)?;
    let may = membership(view, caller, id).is_some() || administers(view, caller, project.domain);
    if may { Ok(project) } else { Err(Error::not_found(ProjectId::NOUN, id)) }
}

/// The project, if the caller is one of its admins, or administers its domain.
///
/// # Errors
/// [`ErrorKind::NotFound`] for those who are not in it, [`ErrorKind::Denied`] for its other members.
pub fn manage<'a>(view: &'a View, caller: &Caller, id: ProjectId) -> Result<&'a Project> {
    let found = project(view, caller, id)?;
    let admin = membership(view, caller, id).is_some_and(|member| member.role == ProjectRole::Admin);
    if admin || administers(view, caller, found.domain) {
        return Ok(found);
    }
    Err(Error::new(ErrorKind::Denied, "only an admin of the project may do this").on(&found.name))
}

/// True if `domain` is `above` or below it. O(depth).
#[must_use]
pub fn below(view: &View, domain: DomainId, above: DomainId) -> bool {
    ancestry(view, domain).any(|at| at.id == above)
}

/// The domain and those above it, upwards.
pub fn ancestry(view: &View, domain: DomainId) -> impl Iterator<Item = &Domain> {
    std::iter::successors(view.domain(domain), |at| view.domain(at.parent?))
}

/// The domain and all below it, each after its parent. O(answer).
#[must_use]
pub fn subtree(view: &View, domain: DomainId) -> Vec<&Domain> {
    let mut found: Vec<&Domain> = view.domain(domain).into_iter().collect();
    let mut at = 0;
    while let Some(next) = found.get(at) {
        let below = view.domains().by("parent", next.id);
        found.extend(below);
        at += 1;
    }
    found
}

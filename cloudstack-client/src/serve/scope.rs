//! Whose things a list shows: `account`, `domainid`, `projectid`, `listall` and `isrecursive`, decided in one place.

use super::ask::Ask;
use super::fault::Fault;
use cloudstack_core::base::id::{AccountId, DomainId, EntityId};
use cloudstack_core::base::{Caller, RoleType};
use cloudstack_core::ledger::Table;
use cloudstack_core::ledger::View;
use cloudstack_core::model::Value;
use std::collections::BTreeSet;

/// Whose things a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everybody's.
    All,
    /// One account's.
    Account(AccountId),
    /// Those of the accounts of a domain; of those below too, if it is recursive.
    Domain(DomainId, bool),
}

impl Scope {
    /// The scope that a request asks for, if the caller may.
    ///
    /// # Errors
    /// 431 for parameters that do not go together, 531 for what is not the caller's to see.
    pub(crate) fn of(ask: &Ask<'_>) -> Result<Self, Fault> {
        Self::read(ask, true)
    }

    /// As [`Scope::of`], where the name of an account is only one more thing that rows must have.
    ///
    /// # Errors
    /// As [`Scope::of`].
    pub(crate) fn without_account(ask: &Ask<'_>) -> Result<Self, Fault> {
        Self::read(ask, false)
    }

    fn read(ask: &Ask<'_>, by_account: bool) -> Result<Self, Fault> {
        let args = &ask.args;
        let given = |name| if args.knows(name) { args.text(name) } else { None };
        let is = |name| args.knows(name) && args.is(name);
        let domain = if args.knows("domainid") { args.id::<DomainId>("domainid") } else { None };
        let project = args.knows("projectid") && args.has("projectid");
        let named = args.knows("id") && args.has("id") || args.knows("ids") && args.has("ids");
        if project && given("account").is_some() {
            return Err(Fault::refused("parameters `account` and `projectid` exclude each other"));
        }
        if let Some(domain) = domain {
            administers(ask.view(), ask.caller, domain)?;
        }
        if let Some(name) = given("account").filter(|_| by_account) {
            return account(ask, domain.unwrap_or(ask.caller.domain), name).map(Self::Account);
        }
        if project {
            // There are no projects in this cloud: nothing is theirs.
            return Ok(Self::Account(AccountId::from_u128(0)));
        }
        Ok(match (ask.caller.role, domain) {
            (RoleType::User, _) => Self::Account(ask.caller.account),
            (_, Some(domain)) => Self::Domain(domain, is("isrecursive")),
            (RoleType::Admin | RoleType::System, None) if is("listall") || named => Self::All,
            (RoleType::DomainAdmin, None) if is("listall") || named => Self::Domain(ask.caller.domain, true),
            (RoleType::System, None) => Self::All,
            _ => Self::Account(ask.caller.account),
        })
    }

    /// The one account or domain it names, if it names one.
    pub(crate) fn named(&self) -> (Option<AccountId>, Option<DomainId>) {
        match *self {
            Self::All => (None, None),
            Self::Account(account) => (Some(account), None),
            Self::Domain(domain, _) => (None, Some(domain)),
        }
    }

    /// True if things of this account are in it.
    pub(crate) fn holds(&self, view: &View, account: AccountId) -> bool {
        match *self {
            Self::All => true,
            Self::Account(own) => own == account,
            Self::Domain(domain, recursive) => view
                .account(account)
                .is_some_and(|a| a.domain == domain || recursive && is_below(view, a.domain, domain)),
        }
    }

    /// The rows of a noun that belong to the accounts in scope, oldest first. `column` is its link to accounts.
    pub(crate) fn rows<'v, R: Table>(
        &self,
        view: &'v View,
        column: &'static str,
    ) -> Box<dyn Iterator<Item = &'v R> + 'v> {
        let rows = R::rows(view);
        match *self {
            Self::All => Box::new(rows.iter()),
            Self::Account(account) => Box::new(rows.by(column, account)),
            Self::Domain(domain, recursive) => {
                let accounts = accounts(view, domain, recursive);
                let mut found: Vec<&R> = accounts.into_iter().flat_map(|account| rows.by(column, account)).collect();
                found.sort_by_key(|row| row.id());
                Box::new(found.into_iter())
            }
        }
    }

    /// How many rows [`Scope::rows`] has, if that is known without looking at each.
    pub(crate) fn count<R: Table>(&self, view: &View) -> Option<usize> {
        matches!(self, Self::All).then(|| R::rows(view).len())
    }
}

/// Every account of a domain.
fn accounts(view: &View, domain: DomainId, recursive: bool) -> BTreeSet<AccountId> {
    let mut domains = vec![domain];
    let mut at = 0;
    while recursive && at < domains.len() {
        domains.extend(view.domains().by("parent", domains[at]).map(|d| d.id));
        at += 1;
    }
    domains.into_iter().flat_map(|d| view.accounts().by("domain", d)).map(|a| a.id).collect()
}

/// True if `domain` is `above` or below it.
pub(crate) fn is_below(view: &View, domain: DomainId, above: DomainId) -> bool {
    let mut at = Some(domain);
    while let Some(id) = at {
        if id == above {
            return true;
        }
        at = view.domain(id).and_then(|d| d.parent);
    }
    false
}

/// Refuses a domain that the caller neither belongs to nor administers.
fn administers(view: &View, caller: &Caller, domain: DomainId) -> Result<(), Fault> {
    let own = domain == caller.domain;
    if own || caller.is_root() || caller.role == RoleType::DomainAdmin && is_below(view, domain, caller.domain) {
        return Ok(());
    }
    Err(Fault::foreign("domainid", &domain.to_string()))
}

/// The account of this name, if the caller may act for it.
pub(crate) fn account(ask: &Ask<'_>, domain: DomainId, name: &str) -> Result<AccountId, Fault> {
    let found = ask.view().accounts().find(0, &[Value::link(domain), Value::text(name)]).map(|a| a.id);
    let may = |id: &AccountId| cloudstack_core::flow::access::owned(ask.view(), ask.caller, *id, "account", "").is_ok();
    match found.filter(may) {
        Some(id) => Ok(id),
        // The same words for one that is not there and one that may not be seen.
        None if ask.caller.is_root() => {
            Err(Fault::invalid("account", name, "give the name of an account of the domain"))
        }
        None => Err(Fault::denied(format!("you may not act for an account `{}`", super::fault::shortened(name)))),
    }
}

/// Whom a request to make something makes it for: `account` and `domainid`, or nobody in particular.
///
/// # Errors
/// As [`account`].
pub(crate) fn owner(ask: &Ask<'_>) -> Result<Option<AccountId>, Fault> {
    let domain = ask.args.id::<DomainId>("domainid");
    if ask.args.knows("projectid") && ask.args.has("projectid") {
        return Err(Fault::invalid("projectid", "", "there are no projects here"));
    }
    match ask.args.text("account") {
        Some(name) => account(ask, domain.unwrap_or(ask.caller.domain), name).map(Some),
        None => Ok(None),
    }
}

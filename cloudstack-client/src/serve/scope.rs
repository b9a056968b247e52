//! Whose things a list shows, and whom a thing is made for: `account`, `domainid`, `projectid`, `listall` and `isrecursive`
//! are read here, and decided by the core's one function.

use super::ask::Ask;
use super::fault::{Fault, shortened};
use cloudstack_core::base::id::{AccountId, DomainId, ProjectId};
use cloudstack_core::base::{ErrorKind, RoleType};
use cloudstack_core::flow::access::{self, Asked, Owned, WhichProject};
use cloudstack_core::ledger::View;
use cloudstack_core::model::Value;

/// Whose things a list shows.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    whose: access::Scope,
    /// The one account or domain that was named.
    named: (Option<AccountId>, Option<DomainId>),
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
        let knows = |name| args.knows(name);
        let is = |name| knows(name) && args.is(name);
        let given = |name| knows(name) && args.has(name);
        let account = if knows("account") && by_account { args.text("account") } else { None };
        let domain = if knows("domainid") { args.id::<DomainId>("domainid") } else { None };
        // Given without being an id, it is -1: all of them.
        let project =
            given("projectid").then(|| args.id::<ProjectId>("projectid").map_or(WhichProject::All, WhichProject::One));
        let asked = Asked {
            by_id: given("id") || given("ids"),
            account,
            domain,
            project,
            list_all: is("listall") || ask.caller.role == RoleType::System,
            recursive: is("isrecursive"),
        };
        let whose = access::Scope::of(ask.view(), ask.caller, asked).map_err(|e| match e.kind() {
            ErrorKind::NotFound => hidden(ask, e.entity().unwrap_or("")),
            _ => ask.fault(&e),
        })?;
        let one = |name| {
            ask.view().accounts().find(0, &[Value::link(domain.unwrap_or(ask.caller.domain)), Value::text(name)])
        };
        let own = domain.is_none() && project.is_none() && !asked.list_all && !asked.by_id;
        let of = account.and_then(one).map(|a| a.id).or_else(|| own.then_some(ask.caller.account));
        Ok(Self { whose, named: (of, if account.is_none() { domain } else { None }) })
    }

    /// The one account or domain it names, if it names one.
    pub(crate) const fn named(&self) -> (Option<AccountId>, Option<DomainId>) {
        self.named
    }

    /// True if things of this account are in it.
    pub(crate) fn holds(&self, view: &View, account: AccountId) -> bool {
        view.account(account).is_some_and(|account| self.whose.admits(account))
    }

    /// The rows of a noun that are in it, oldest first within an account.
    pub(crate) fn rows<'v, R: Owned>(&self, view: &'v View) -> Box<dyn Iterator<Item = &'v R> + 'v> {
        self.whose.rows(view)
    }

    /// How many rows [`Scope::rows`] has, if that is known without looking at each.
    pub(crate) fn count<R: Owned>(&self, view: &View) -> Option<usize> {
        let whole = self.whose.is_all() || self.whose.accounts(view).is_none() && view.projects().is_empty();
        whole.then(|| R::rows(view).len())
    }
}

/// The refusal of what is not there, or is another's: the same words for both, but for root administrators.
fn hidden(ask: &Ask<'_>, which: &str) -> Fault {
    if ask.caller.is_root() {
        return Fault::refused(format!(
            "there is no `{}` here; give an account, domain or project that exists",
            shortened(which)
        ));
    }
    Fault::denied(format!("you have nothing of the name or id `{}`", shortened(which)))
}

/// The account of this name, if the caller may act for it.
pub(crate) fn account(ask: &Ask<'_>, domain: DomainId, name: &str) -> Result<AccountId, Fault> {
    let found = ask.view().accounts().find(0, &[Value::link(domain), Value::text(name)]);
    let seen = found.filter(|account| access::may_see(ask.view(), ask.caller, account));
    seen.map(|account| account.id).ok_or_else(|| hidden(ask, name))
}

/// The project of this id, if the caller is in it or administers it.
pub(crate) fn project(ask: &Ask<'_>, id: ProjectId) -> Result<AccountId, Fault> {
    let found = access::project(ask.view(), ask.caller, id);
    found.map(|project| project.account).map_err(|_| hidden(ask, &id.to_string()))
}

/// Whom a request to make something makes it for: a project, an account by name, or nobody in particular.
///
/// # Errors
/// As [`account`] and [`project`].
pub(crate) fn owner(ask: &Ask<'_>) -> Result<Option<AccountId>, Fault> {
    let args = &ask.args;
    let which = if args.knows("projectid") { args.id::<ProjectId>("projectid") } else { None };
    match (args.text("account"), which) {
        (Some(_), Some(_)) => Err(Fault::refused("parameters `account` and `projectid` exclude each other")),
        (None, Some(id)) => project(ask, id).map(Some),
        (Some(name), None) => {
            let domain = args.id::<DomainId>("domainid");
            account(ask, domain.unwrap_or(ask.caller.domain), name).map(Some)
        }
        (None, None) => Ok(None),
    }
}

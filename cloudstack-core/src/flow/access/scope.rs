//! Which rows a list shows: from what was asked to a set of owners. Pure, and decided once per list.

use super::{administers, may_see, project, projects_of, subtree};
use crate::base::id::{AccountId, DomainId, EntityId, ProjectId};
use crate::base::{Caller, Error, Result};
use crate::ledger::{Table, View};
use crate::model::Value;
use crate::model::image::Template;
use crate::model::network::{FirewallRule, LoadBalancer, Network, PortForward, PublicIp, SecurityGroup};
use crate::model::org::{Account, AccountType, Domain};
use crate::model::vm::Vm;
use crate::model::volume::Volume;
use std::collections::BTreeSet;

/// Which project a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichProject {
    /// Every project of the caller.
    All,
    /// This one.
    One(ProjectId),
}

/// What a list is asked for, as far as owners go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked<'a> {
    /// Things are asked for by id.
    pub by_id: bool,
    /// The name of an account: of the domain given, or of the caller's.
    pub account: Option<&'a str>,
    /// A domain.
    pub domain: Option<DomainId>,
    /// A project, or all of them.
    pub project: Option<WhichProject>,
    /// Everything that the caller may see, not only what it owns.
    pub list_all: bool,
    /// The domains below the one given as well.
    pub recursive: bool,
}

/// Which accounts' rows are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owners {
    /// Those of all accounts.
    All,
    /// Those of the accounts in these domains.
    In(BTreeSet<DomainId>),
    /// Those of these accounts, projects' or not.
    These(BTreeSet<AccountId>),
}

/// What of projects is shown, where owners are not named one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Projects {
    /// Nothing.
    Skipped,
    /// As everything else.
    Shown,
    /// Nothing else.
    Only,
}

/// The rows that a list shows, by their owners.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::{access::{Asked, Scope}, org::AddAccount};
/// # use cloudstack_core::model::vm::Vm;
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let view = cloud.view();
/// let all = Asked { list_all: true, ..Asked::default() };
/// // The administrator sees its machine; a user sees its own only, whatever it asks for.
/// let sees = |scope: Scope| scope.rows::<Vm>(&view).map(|row| row.id).collect::<Vec<_>>();
/// assert_eq!(sees(Scope::of(&view, &admin, all)?), [vm]);
/// assert_eq!(sees(Scope::of(&view, &ada, all)?), []);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    owners: Owners,
    projects: Projects,
    /// What root administrators own is shown too.
    roots: bool,
}

impl Scope {
    /// What the caller is shown of what it asks for.
    ///
    /// # Errors
    /// [`Invalid`](crate::base::ErrorKind::Invalid) if account and project are given together;
    /// [`NotFound`](crate::base::ErrorKind::NotFound) for an account, domain or project that is not there or out of reach;
    /// [`Denied`](crate::base::ErrorKind::Denied) if the caller's own account is locked or disabled.
    pub fn of(view: &View, caller: &Caller, asked: Asked<'_>) -> Result<Self> {
        super::awake(view, caller)?;
        if let Some(domain) = asked.domain {
            view.need::<Domain>(domain)?;
            if !may_name(view, caller, domain) {
                return Err(Error::not_found(DomainId::NOUN, domain));
            }
        }
        match (asked.account, asked.project) {
            (Some(name), Some(_)) => {
                Err(Error::invalid("account", name, "an account and a project cannot be given together"))
            }
            (Some(name), None) => Self::one(view, caller, asked.domain, name),
            (None, Some(which)) => Self::in_projects(view, caller, which, asked.domain),
            (None, None) => Ok(Self::plain(view, caller, asked)),
        }
    }

    fn these(accounts: impl IntoIterator<Item = AccountId>) -> Self {
        Self { owners: Owners::These(accounts.into_iter().collect()), projects: Projects::Shown, roots: true }
    }

    /// The account of this name in the domain given, or in the caller's.
    fn one(view: &View, caller: &Caller, domain: Option<DomainId>, name: &str) -> Result<Self> {
        let key = [Value::link(domain.unwrap_or(caller.domain)), Value::text(name)];
        let found = view.accounts().find(0, &key).filter(|account| may_see(view, caller, account));
        found.map(|account| Self::these([account.id])).ok_or_else(|| Error::not_found(AccountId::NOUN, name))
    }

    fn in_projects(view: &View, caller: &Caller, which: WhichProject, domain: Option<DomainId>) -> Result<Self> {
        let above = match which {
            WhichProject::One(id) => return Ok(Self::these([project(view, caller, id)?.account])),
            WhichProject::All if caller.is_root() => domain,
            WhichProject::All if caller.role.administers_domain() => Some(domain.unwrap_or(caller.domain)),
            WhichProject::All => return Ok(Self::these(projects_of(view, caller))),
        };
        let owners = above.map_or(Owners::All, |domain| Owners::In(ids_below(view, domain)));
        Ok(Self { owners, projects: Projects::Only, roots: false })
    }

    fn plain(view: &View, caller: &Caller, asked: Asked<'_>) -> Self {
        let projects = if asked.by_id { Projects::Shown } else { Projects::Skipped };
        let own = [caller.account];
        let owners = match asked.domain {
            _ if !caller.is_root() && !caller.role.administers_domain() => {
                // Whatever else it asks for; what its projects own only by id.
                let shared = asked.by_id.then(|| projects_of(view, caller)).into_iter().flatten();
                return Self::these(own.into_iter().chain(shared));
            }
            Some(domain) if asked.recursive => Owners::In(ids_below(view, domain)),
            Some(domain) => Owners::In([domain].into()),
            None if !asked.list_all && !asked.by_id => return Self::these(own),
            None if caller.is_root() => Owners::All,
            None => Owners::In(ids_below(view, caller.domain)),
        };
        Self { owners, projects, roots: caller.is_root() }
    }

    /// Whether rows of this account are shown.
    #[must_use]
    pub fn admits(&self, owner: &Account) -> bool {
        let named = match &self.owners {
            Owners::These(accounts) => return accounts.contains(&owner.id),
            Owners::All => true,
            Owners::In(domains) => domains.contains(&owner.domain),
        };
        named
            && (self.roots || owner.kind != AccountType::Admin)
            && match self.projects {
                Projects::Shown => true,
                Projects::Skipped => !owner.is_project(),
                Projects::Only => owner.is_project(),
            }
    }

    /// Whether rows of accounts of this domain are shown: for what belongs to a domain rather than to an account.
    #[must_use]
    pub fn admits_domain(&self, domain: DomainId) -> bool {
        match &self.owners {
            Owners::All => true,
            Owners::In(domains) => domains.contains(&domain),
            Owners::These(_) => false,
        }
    }

    /// True if every account's rows are shown.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        matches!((&self.owners, self.projects), (Owners::All, Projects::Shown))
    }

    /// The accounts whose rows are shown, in the order of ids, unless that is nearly all of them.
    #[must_use]
    pub fn accounts(&self, view: &View) -> Option<BTreeSet<AccountId>> {
        match &self.owners {
            Owners::All => None,
            Owners::These(accounts) => Some(accounts.clone()),
            Owners::In(domains) => {
                let inside = domains.iter().flat_map(|id| view.accounts().by("domain", *id));
                Some(inside.filter(|account| self.admits(account)).map(|account| account.id).collect())
            }
        }
    }

    /// The rows that are shown, in the order of ids: through the index of each account, or all of them where every account
    /// is shown. O(answer) for those who do not see everything; with several accounts the answer is put in order first.
    pub fn rows<'v, R: Owned>(&self, view: &'v View) -> Box<dyn Iterator<Item = &'v R> + 'v> {
        let Some(accounts) = self.accounts(view) else {
            let scope = self.clone();
            // Who owns a row matters only if there are projects to leave out.
            if self.projects == Projects::Shown || self.projects == Projects::Skipped && view.projects().is_empty() {
                return Box::new(R::rows(view).iter());
            }
            let shown = move |row: &&R| match row.owner() {
                Some(owner) => view.account(owner).is_some_and(|owner| scope.admits(owner)),
                None => scope.projects != Projects::Only,
            };
            return Box::new(R::rows(view).iter().filter(shown));
        };
        let several = accounts.len() > 1;
        let found = accounts.into_iter().flat_map(|account| R::rows(view).by("account", account));
        if !several {
            return Box::new(found);
        }
        let mut found: Vec<&R> = found.collect();
        found.sort_unstable_by_key(|row| row.id());
        Box::new(found.into_iter())
    }
}

fn ids_below(view: &View, domain: DomainId) -> BTreeSet<DomainId> {
    subtree(view, domain).into_iter().map(|domain| domain.id).collect()
}

/// Whether a list may name this domain: it is the caller's, or one it administers.
#[must_use]
pub fn may_name(view: &View, caller: &Caller, domain: DomainId) -> bool {
    domain == caller.domain || administers(view, caller, domain)
}

/// A row that an account owns; its promoted link is called `account`.
pub trait Owned: Table {
    /// The owner; none for what belongs to everybody.
    fn owner(&self) -> Option<AccountId>;
}

macro_rules! owned {
    ($($row:ty: $owner:expr;)*) => {
        $(impl Owned for $row {
            fn owner(&self) -> Option<AccountId> {
                let read: fn(&$row) -> Option<AccountId> = $owner;
                read(self)
            }
        })*
    };
}

owned! {
    Vm: |row| Some(row.account);
    Volume: |row| Some(row.account);
    Network: |row| row.account;
    PublicIp: |row| Some(row.account);
    FirewallRule: |row| Some(row.account);
    PortForward: |row| Some(row.account);
    LoadBalancer: |row| Some(row.account);
    SecurityGroup: |row| Some(row.account);
    Template: |row| Some(row.account);
}

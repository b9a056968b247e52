//! createDomain, updateDomain, deleteDomain: places for accounts, in a tree.

use super::purge;
use crate::base::id::{DomainId, JobId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::org::{DOMAIN, Domain, DomainEvent, DomainState};

/// The longest path of a domain, in characters.
const LONGEST_PATH: usize = 255;

/// A request for a domain.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::AddDomain;
/// let domain = cloud.accounts().add_domain(&admin, AddDomain::new(admin.domain, "sales".parse()?)).await?.done().await?;
/// assert_eq!(cloud.view().domain(domain).map(|domain| domain.path.as_str()), Some("ROOT/sales"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddDomain {
    /// The domain above; the caller's if none is given.
    pub parent: Option<DomainId>,
    /// Its name, unique below its parent; without a slash, which parts the names of a path.
    pub name: Name,
    /// The suffix of the names of its accounts' machines.
    pub network_domain: Option<String>,
}

impl AddDomain {
    /// A domain below this one.
    #[must_use]
    pub fn new(parent: DomainId, name: Name) -> Self {
        Self { parent: Some(parent), name, network_domain: None }
    }
}

impl Verb for AddDomain {
    type Answer = DomainId;
    const NAME: &'static str = "domain.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<DomainId>> {
        let parent = access::grow(desk.view(), caller, self.parent.unwrap_or(caller.domain))?.clone();
        let path = path_below(&parent, &self.name)?;
        let (id, name, network_domain) = (desk.id::<DomainId>(), self.name.clone(), self.network_domain.clone());
        check_suffix(network_domain.as_deref())?;
        let (parent, state) = (Some(parent.id), DomainState::Active);
        parent.into_iter().for_each(|parent| desk.rely_on::<Domain>(parent));
        desk.insert(Domain { id, parent, name, path: path.clone(), state, network_domain })?;
        desk.event("DOMAIN.CREATE", EventLevel::Info, None, id.to_string(), path);
        Ok(Decision::done(id))
    }
}

fn path_below(parent: &Domain, name: &Name) -> Result<String> {
    if name.as_str().contains('/') {
        return Err(Error::invalid("name", name, "a slash parts the names of a path; give a name without one"));
    }
    let path = format!("{}/{name}", parent.path);
    if path.chars().count() > LONGEST_PATH {
        return Err(Error::invalid("name", name, format!("its path may have {LONGEST_PATH} characters at most")));
    }
    Ok(path)
}

/// Whether a text can be the suffix of machines' names: labels of letters, digits and hyphens with dots between.
///
/// # Errors
/// [`ErrorKind::Invalid`].
pub(crate) fn check_suffix(suffix: Option<&str>) -> Result<()> {
    let Some(suffix) = suffix else { return Ok(()) };
    let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let label =
        |l: &str| (1..=63).contains(&l.len()) && l.bytes().all(inner) && !l.starts_with('-') && !l.ends_with('-');
    if suffix.len() <= 190 && suffix.split('.').all(label) {
        return Ok(());
    }
    let accepted = "give labels of 1 to 63 letters, digits and hyphens, with dots between, 190 characters in all";
    Err(Error::invalid("network_domain", suffix, accepted))
}

/// The domain that a path from below the root names, as people write it: `Comp1/hr`, `/Comp1/hr/`, `ROOT/Comp1/hr`; the
/// root if there is nothing in it (AUTH-01).
#[must_use]
pub fn at_path<'a>(view: &'a View, path: &str) -> Option<&'a Domain> {
    let inside = path.trim_matches('/');
    let find = |path: &str| view.domains().find(0, &[crate::model::Value::text(path)]);
    match inside {
        "" => find("ROOT"),
        // A domain that is called as the root is goes first.
        _ => find(&format!("ROOT/{inside}")).or_else(|| find(inside)),
    }
}

/// A request to change a domain. What is not given stays as it is.
///
/// With the name, the paths of all domains below change too.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddDomain, UpdateDomain};
/// let sales = cloud.accounts().add_domain(&admin, AddDomain::new(admin.domain, "sales".parse()?)).await?.done().await?;
/// let west = cloud.accounts().add_domain(&admin, AddDomain::new(sales, "west".parse()?)).await?.done().await?;
/// let rename = UpdateDomain { name: Some("trade".parse()?), ..UpdateDomain::of(sales) };
/// cloud.accounts().update_domain(&admin, rename).await?.done().await?;
/// assert_eq!(cloud.view().domain(west).map(|domain| domain.path.as_str()), Some("ROOT/trade/west"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateDomain {
    /// The domain.
    pub domain: DomainId,
    /// Its new name.
    pub name: Option<Name>,
    /// The new suffix of machines' names; none at all if empty.
    pub network_domain: Option<String>,
}

impl UpdateDomain {
    /// A change of nothing.
    #[must_use]
    pub const fn of(domain: DomainId) -> Self {
        Self { domain, name: None, network_domain: None }
    }
}

impl Verb for UpdateDomain {
    type Answer = ();
    const NAME: &'static str = "domain.update";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut domain = desk.view().need::<Domain>(self.domain)?.clone();
        access::administer(desk.view(), caller, domain.id)?;
        if let Some(suffix) = &self.network_domain {
            let suffix = Some(suffix.clone()).filter(|suffix| !suffix.is_empty());
            check_suffix(suffix.as_deref())?;
            domain.network_domain = suffix;
        }
        let text = format!("domain {}", domain.path);
        desk.update(domain.clone())?;
        if let Some(name) = self.name.as_ref().filter(|name| **name != domain.name) {
            rename(desk, &domain, name)?;
        }
        desk.event("DOMAIN.UPDATE", EventLevel::Info, None, domain.id.to_string(), text);
        Ok(Decision::done(()))
    }
}

/// Gives a domain another name, and the domains below it the paths that follow.
fn rename(desk: &mut Desk<'_>, domain: &Domain, name: &Name) -> Result<()> {
    let Some(parent) = domain.parent else {
        return Err(Error::invalid("name", name, "the root is called ROOT for ever"));
    };
    let parent = desk.view().need::<Domain>(parent)?.clone();
    let path = path_below(&parent, name)?;
    let below: Vec<Domain> = access::subtree(desk.view(), domain.id).into_iter().cloned().collect();
    for row in below {
        let path = format!("{path}{}", &row.path[domain.path.len()..]);
        if path.chars().count() > LONGEST_PATH {
            let accepted = format!("the path of {} would have more than {LONGEST_PATH} characters", row.path);
            return Err(Error::invalid("name", name, accepted));
        }
        let name = if row.id == domain.id { name.clone() } else { row.name.clone() };
        desk.update(Domain { path, name, ..row })?;
    }
    Ok(())
}

/// A request to delete a domain. Only an empty one is, unless all that it holds shall go with it: domains, accounts,
/// projects, and what they own.
///
/// There is no way back once it has begun. If something cannot be taken away, the domain stays `Inactive`: ask again, or
/// leave it to the loop that does.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, AddDomain, DeleteDomain};
/// let domain = cloud.accounts().add_domain(&admin, AddDomain::new(admin.domain, "sales".parse()?)).await?.done().await?;
/// let ada = cloud.accounts().add(&admin, AddAccount::new(domain, "ada".parse()?)).await?.done().await?;
/// let refused = cloud.accounts().delete_domain(&admin, DeleteDomain { domain, cleanup: false }).await.map(drop).unwrap_err();
/// assert_eq!(refused.advice(), Some("delete them first, or ask for a clean-up"));
///
/// cloud.accounts().delete_domain(&admin, DeleteDomain { domain, cleanup: true }).await?.done().await?;
/// assert!(cloud.view().domain(domain).is_none() && cloud.view().account(ada.account).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteDomain {
    /// The domain.
    pub domain: DomainId,
    /// Take away all that it holds.
    pub cleanup: bool,
}

impl Verb for DeleteDomain {
    type Answer = ();
    const NAME: &'static str = "domain.delete";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let domain = desk.view().need::<Domain>(self.domain)?.clone();
        access::administer(desk.view(), caller, domain.id)?;
        if domain.parent.is_none() || domain.id == caller.domain {
            return Err(
                Error::new(ErrorKind::Denied, "nobody deletes the root, or the domain he is in").on(&domain.path)
            );
        }
        purge::idle(desk.view(), domain.id)?;
        let below: Vec<Domain> = access::subtree(desk.view(), domain.id).into_iter().cloned().collect();
        check_free(desk.view(), &below, self.cleanup || domain.state == DomainState::Inactive)?;
        let mut steps = Vec::new();
        for row in &below {
            let state = DOMAIN.step(row.state, DomainEvent::Delete)?;
            desk.update(Domain { state, ..row.clone() })?;
            steps.extend(purge::of_domain(desk, job, row.id)?);
        }
        let (entity, text) = (domain.id.to_string(), domain.path.clone());
        desk.event("DOMAIN.DELETE", EventLevel::Info, None, entity, text);
        if steps.is_empty() {
            below.iter().rev().try_for_each(|row| purge::erase_domain(desk, row.id))?;
            return Ok(Decision::done(()));
        }
        steps.push(purge::EraseDomain { domain: domain.id }.into());
        Ok(Decision::then((), domain.id, steps))
    }
}

/// Nothing but what goes with a domain stands in the way of its deletion.
fn check_free(view: &View, below: &[Domain], cleanup: bool) -> Result<()> {
    let domain = &below[0];
    let accounts = below.iter().map(|row| view.accounts().by("domain", row.id).count()).sum::<usize>();
    if !cleanup && (below.len() > 1 || accounts > 0) {
        let why = format!("the domain holds {} domains and {accounts} accounts", below.len() - 1);
        return Err(Error::new(ErrorKind::Conflict, why)
            .on(&domain.path)
            .remedy("delete them first, or ask for a clean-up"));
    }
    let private = |zone: &&crate::model::infra::Zone| below.iter().any(|row| zone.private_to == Some(row.id));
    match view.zones().iter().find(private) {
        Some(zone) => Err(Error::new(ErrorKind::Conflict, format!("zone {} is private to the domain", zone.name))
            .on(&domain.path)
            .remedy("remove the zone first")),
        None => Ok(()),
    }
}

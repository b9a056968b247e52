//! updateResourceLimit and updateResourceCount, and the check that every verb makes which takes something.

use crate::base::id::{DomainId, EntityId, JobId};
use crate::base::{Caller, Error, ErrorKind, Mib, Result};
use crate::flow::access;
use crate::flow::room::{Figure, LimitReached};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::{Row, Table, View};
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::image::Template;
use crate::model::network::{Network, PublicIp};
use crate::model::org::{Account, AccountType, Domain, Limit, LimitOwner, ProjectMember, ResourceType};
use crate::model::vm::Vm;
use crate::model::volume::Volume;
use std::sync::Arc;

/// Refuses what an account, or a domain it is in, may not have; and relies on all of them, so that of two who take the
/// last one at the same time, on two nodes, one decides again. O(depth of the domain × log n) per type.
///
/// # Errors
/// [`ErrorKind::Limit`]; the cause is the [`LimitReached`].
pub(crate) fn check(desk: &mut Desk<'_>, owner: &Account, wants: &[(ResourceType, u64)]) -> Result<()> {
    desk.rely_on::<Account>(owner.id);
    if owner.kind == AccountType::Admin {
        return Ok(());
    }
    for &(kind, more) in wants {
        let counts = &desk.derived().counts;
        if let Err(reached) = counts.allow(owner.id, kind, more) {
            return Err(refused(desk.view(), owner, reached));
        }
    }
    let above: Vec<DomainId> =
        access::ancestry(desk.view(), owner.domain).filter(|d| d.parent.is_some()).map(|d| d.id).collect();
    above.into_iter().for_each(|id| desk.rely_on::<Domain>(id));
    Ok(())
}

/// What a machine of this size counts.
pub(crate) fn of_machine(cores: u32, ram: Mib) -> [(ResourceType, u64); 3] {
    [(ResourceType::UserVm, 1), (ResourceType::Cpu, cores.into()), (ResourceType::Memory, ram.0)]
}

fn refused(view: &View, owner: &Account, reached: LimitReached) -> Error {
    let LimitReached { resource, held, max, more, .. } = reached;
    let (unit, key) = (resource.unit(), Value::Id(raw(reached.owner)));
    let (held, max, more) = (held.div_ceil(unit), max / unit, more.div_ceil(unit));
    let error = match reached.owner {
        LimitOwner::Account(id) => {
            let changed = view.limits().find(0, &[key, Value::text(resource.as_str())]).is_some();
            let of = if owner.is_project() { "project" } else { "account" };
            let name = format!("max.{of}.{}", resource.setting());
            let limit = if changed { format!("its limit of {}", resource.word()) } else { name };
            let why = format!("{of} {} has {held}, and {limit} allows {max}", owner.name);
            Error::new(ErrorKind::Limit, why).on(id).remedy("give something up, or have the limit raised")
        }
        // How much others in the domain have is not the caller's business.
        LimitOwner::Domain(id) => {
            let path = view.domain(id).map_or("", |domain| domain.path.as_str());
            let why = format!("the domain may have no more {}", resource.word());
            Error::new(ErrorKind::Limit, why)
                .on(id)
                .detail(format!("{path} has {held}, may have {max}, and {more} more were wanted"))
                .remedy("ask an administrator of the domain to raise its limit")
        }
    };
    error.source(reached)
}

fn raw(owner: LimitOwner) -> u128 {
    match owner {
        LimitOwner::Account(id) => id.to_u128(),
        LimitOwner::Domain(id) => id.to_u128(),
    }
}

/// A request to change how much an account, a project (by its account) or a domain may have.
///
/// What is held already stays, even if it is more. A domain may not be given more than the one above it has.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::base::ErrorKind;
/// # use cloudstack_core::flow::{org::{AddAccount, UpdateLimit}, room::LimitReached};
/// # use cloudstack_core::model::org::{LimitOwner, ResourceType};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let owner = LimitOwner::Account(ada.account);
/// let none = UpdateLimit { owner, resource: ResourceType::UserVm, max: Some(0) };
/// cloud.limits().update(&admin, none).await?.done().await?;
/// let refused = cloud.vms().deploy(&ada, DeployVm::new(zone, offering, template)).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Limit);
/// assert_eq!(refused.cause::<LimitReached>().map(|reached| reached.owner), Some(owner));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateLimit {
    /// Whose limit.
    pub owner: LimitOwner,
    /// Of what.
    pub resource: ResourceType,
    /// How many in the unit of the type, -1 for no limit; back to the default if none is given.
    pub max: Option<i64>,
}

impl Verb for UpdateLimit {
    type Answer = Figure;
    const NAME: &'static str = "limit.update";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<Figure>> {
        let name = self.check(desk, caller)?;
        let key = [Value::Id(raw(self.owner)), Value::text(self.resource.as_str())];
        let known = desk.view().limits().find(0, &key).cloned();
        let Self { owner, resource, .. } = *self;
        match (self.max, known) {
            (Some(max), Some(row)) => desk.update(Limit { max, ..row })?,
            (Some(max), None) => {
                let id = desk.id();
                desk.insert(Limit { id, owner, resource, max })?;
            }
            (None, Some(row)) => desk.remove::<Limit>(row.id)?,
            (None, None) => {}
        }
        let account = if let LimitOwner::Account(id) = owner { Some(id) } else { None };
        let max = self.max.map_or("the default".to_owned(), |max| max.to_string());
        let text = format!("{name} may have {max} of {}", resource.word());
        desk.event("RESOURCE.LIMIT.UPDATE", EventLevel::Info, account, format!("{:032x}", raw(owner)), text);
        Ok(Decision::done(desk.derived().counts.figure(owner, resource)))
    }
}

impl UpdateLimit {
    /// Answers what the owner is called.
    fn check(&self, desk: &mut Desk<'_>, caller: &Caller) -> Result<String> {
        if let Some(max) = self.max.filter(|max| *max < -1) {
            return Err(Error::invalid("max", max, "give -1 for no limit, or 0 and more"));
        }
        let denied = |name: &str| Err(Error::new(ErrorKind::Denied, "nobody changes his own limits").on(name));
        match self.owner {
            LimitOwner::Account(id) => {
                let account = access::administered(desk.view(), caller, id)?;
                let name = account.name.to_string();
                match account.kind {
                    AccountType::Admin => Err(Error::invalid("account", name, "root administrators have no limits")),
                    _ if id == caller.account => denied(&name),
                    _ => Ok(name),
                }
            }
            LimitOwner::Domain(id) => {
                let domain = desk.view().need::<Domain>(id)?.clone();
                access::administer(desk.view(), caller, id)?;
                let Some(parent) = domain.parent else {
                    return Err(Error::invalid("domain", domain.path, "the root domain has no limits"));
                };
                if id == caller.domain && !caller.is_root() {
                    return denied(&domain.path);
                }
                let above = desk.derived().counts.max(LimitOwner::Domain(parent), self.resource);
                match (self.max, above) {
                    (Some(max), Some(above)) if u64::try_from(max).is_ok_and(|max| max > above) || max < 0 => {
                        Err(Error::invalid("max", max, format!("the domain above has {above}; give no more")))
                    }
                    _ => Ok(domain.path),
                }
            }
        }
    }
}

/// What is held of one type, counted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recounted {
    /// Of what.
    pub resource: ResourceType,
    /// How much: bytes rather than GiB.
    pub held: u64,
}

/// A request to count what an account or a domain holds, from every row of it.
///
/// Counts follow the rows, so this finds what was known; should it ever not, the event says so. O(rows of the owner).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::Recount;
/// # use cloudstack_core::model::org::{LimitOwner, ResourceType};
/// let (owner, resource) = (LimitOwner::Account(admin.account), Some(ResourceType::UserVm));
/// let counted = cloud.limits().recount(&admin, Recount { owner, resource }).await?.done().await?;
/// assert_eq!(counted.iter().map(|count| count.held).collect::<Vec<_>>(), [1]);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// Whose things.
    pub owner: LimitOwner,
    /// Of one type only.
    pub resource: Option<ResourceType>,
}

impl Verb for Recount {
    type Answer = Vec<Recounted>;
    const NAME: &'static str = "limit.recount";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<Vec<Recounted>>> {
        match self.owner {
            LimitOwner::Account(id) => drop(access::administered(desk.view(), caller, id)?),
            LimitOwner::Domain(id) => {
                desk.view().need::<Domain>(id)?;
                access::administer(desk.view(), caller, id)?;
            }
        }
        let rows = rows_of(desk.view(), self.owner);
        let counts = &desk.derived().counts;
        let fresh = counts.recounted(rows.into_iter());
        let wrong =
            ResourceType::ALL.iter().find(|kind| counts.held(self.owner, **kind) != fresh[kind.number()]).copied();
        if let Some(kind) = wrong {
            let text = format!("the count of {} does not follow its rows", kind.word());
            desk.event("ALERT.RESOURCE.COUNT", EventLevel::Error, None, format!("{:032x}", raw(self.owner)), text);
        }
        let wanted = |kind: &&ResourceType| self.resource.is_none_or(|only| only == **kind);
        let counted = ResourceType::ALL.iter().filter(wanted);
        let counted = counted.map(|kind| Recounted { resource: *kind, held: fresh[kind.number()] });
        Ok(Decision::done(counted.collect()))
    }
}

/// Every row that may count for an owner.
fn rows_of(view: &View, owner: LimitOwner) -> Vec<Row> {
    let accounts: Vec<_> = match owner {
        LimitOwner::Account(id) => vec![id],
        LimitOwner::Domain(id) => {
            let inside = access::subtree(view, id);
            inside.into_iter().flat_map(|d| view.accounts().by("domain", d.id)).map(|account| account.id).collect()
        }
    };
    let mut rows = Vec::new();
    for id in accounts {
        add::<Vm>(view, id, &mut rows);
        add::<Volume>(view, id, &mut rows);
        add::<Template>(view, id, &mut rows);
        add::<Network>(view, id, &mut rows);
        add::<PublicIp>(view, id, &mut rows);
        add::<ProjectMember>(view, id, &mut rows);
    }
    rows
}

fn add<R: Table>(view: &View, account: crate::base::id::AccountId, rows: &mut Vec<Row>) {
    rows.extend(R::rows(view).by("account", account).map(|row| R::wrap(Arc::new(row.clone()))));
}

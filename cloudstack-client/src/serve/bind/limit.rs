//! Limits, and how much is held of what.

use super::{Ask, Fault, Look, Object, binds, says};
use crate::serve::ask::{Done, Reply};
use crate::serve::scope;
use cloudstack_core::base::id::DomainId;
use cloudstack_core::flow::access;
use cloudstack_core::flow::org::{Recount, UpdateLimit};
use cloudstack_core::flow::room::Figure;
use cloudstack_core::model::org::{Account, AccountType, LimitOwner, ResourceType};

binds! {
    "listResourceLimits" read list_limits;
    "updateResourceLimit" act update_limit;
    "updateResourceCount" act recount;
}

/// Which limits bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ceilings {
    All,
    /// Root administrators have none.
    None,
}

impl Ceilings {
    pub(super) fn of(account: &Account) -> Self {
        if account.kind == AccountType::Admin { Self::None } else { Self::All }
    }
}

/// How the fields of a type begin.
const fn stem(kind: ResourceType) -> &'static str {
    match kind {
        ResourceType::UserVm => "vm",
        ResourceType::PublicIp => "ip",
        ResourceType::Volume => "volume",
        ResourceType::Snapshot => "snapshot",
        ResourceType::Template => "template",
        ResourceType::Project => "project",
        ResourceType::Network => "network",
        ResourceType::Vpc => "vpc",
        ResourceType::Cpu => "cpu",
        ResourceType::Memory => "memory",
        ResourceType::PrimaryStorage => "primarystorage",
        ResourceType::SecondaryStorage => "secondarystorage",
        ResourceType::Backup => "backup",
        ResourceType::BackupStorage => "backupstorage",
        ResourceType::Bucket => "bucket",
        ResourceType::ObjectStorage => "objectstorage",
        ResourceType::Gpu => "gpu",
    }
}

/// Writes limit, count and what is left of every type.
pub(super) fn figures(look: Look<'_>, owner: LimitOwner, ceilings: Ceilings, o: &mut Object<'_>) {
    let all: Vec<(ResourceType, Figure)> = look
        .api
        .cloud()
        .peek(|_, room| ResourceType::ALL.iter().map(|kind| (*kind, room.counts.figure(owner, *kind))).collect());
    let project = matches!(owner, LimitOwner::Account(id) if look.view.account(id).is_some_and(Account::is_project));
    for (kind, figure) in all {
        // A project has no projects.
        if project && kind == ResourceType::Project {
            continue;
        }
        let (stem, unit) = (stem(kind), kind.unit());
        let max = figure.max.filter(|_| ceilings == Ceilings::All);
        let told = |n: Option<u64>| n.map_or_else(|| "Unlimited".to_owned(), |n| (n / unit).to_string());
        let left = max.map(|max| max.saturating_sub(figure.held));
        let mut field = String::with_capacity(stem.len() + 9);
        for (end, value) in
            [("limit", told(max)), ("total", figure.held.div_ceil(unit).to_string()), ("available", told(left))]
        {
            field.clear();
            field.push_str(stem);
            field.push_str(end);
            if end == "total" { o.put(&field, figure.held.div_ceil(unit)) } else { o.put(&field, value) }
        }
    }
}

/// Whose limits a request is about: a project's, an account's, a domain's, or the caller's own.
fn owner(ask: &Ask<'_>) -> Result<LimitOwner, Fault> {
    if let Some(account) = scope::owner(ask)? {
        return Ok(LimitOwner::Account(account));
    }
    match ask.args.id::<DomainId>("domainid") {
        Some(domain) => {
            let may = access::administer(ask.view(), ask.caller, domain).is_ok();
            if may { Ok(LimitOwner::Domain(domain)) } else { Err(Fault::foreign("domainid", &domain.to_string())) }
        }
        None => Ok(LimitOwner::Account(ask.caller.account)),
    }
}

fn kind(ask: &Ask<'_>) -> Result<Option<ResourceType>, Fault> {
    let Some(number) = ask.args.whole("resourcetype") else { return Ok(None) };
    let found = usize::try_from(number).ok().and_then(ResourceType::of_number);
    found.map(Some).ok_or_else(|| Fault::invalid("resourcetype", &number.to_string(), "give 0 to 16"))
}

fn list_limits(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (owner, kind) = (owner(ask)?, kind(ask)?);
    super::refuse(ask, &["tag"])?;
    let look = ask.look();
    let rows: Vec<ResourceType> = ResourceType::ALL
        .iter()
        .copied()
        .filter(|k| kind.is_none_or(|kind| kind == *k) && says(ask, "resourcetypename", k.word()))
        .collect();
    let figures: Vec<(ResourceType, Figure)> =
        ask.cloud().peek(|_, room| rows.iter().map(|k| (*k, room.counts.figure(owner, *k))).collect());
    reply.all(figures, |o, (kind, figure)| limit_fields(look, owner, kind, figure, o));
    Ok(())
}

fn owner_fields(look: Look<'_>, owner: LimitOwner, o: &mut Object<'_>) {
    match owner {
        LimitOwner::Account(id) => super::owner(look, id, o),
        LimitOwner::Domain(id) => {
            o.id("domainid", id);
            let domain = look.view.domain(id);
            o.put("domain", domain.map(|d| d.name.as_str()));
            o.put("domainpath", domain.map(|d| d.path.as_str()));
        }
    }
}

fn limit_fields(look: Look<'_>, owner: LimitOwner, kind: ResourceType, figure: Figure, o: &mut Object<'_>) {
    let unlimited = matches!(owner, LimitOwner::Account(id)
        if look.view.account(id).is_some_and(|a| Ceilings::of(a) == Ceilings::None));
    owner_fields(look, owner, o);
    o.put("resourcetype", kind.number());
    o.put("resourcetypename", kind.word());
    let max = figure.max.filter(|_| !unlimited).and_then(|max| i64::try_from(max / kind.unit()).ok());
    o.put("max", max.unwrap_or(-1));
}

async fn update_limit(ask: &Ask<'_>) -> Result<Done, Fault> {
    super::refuse(ask, &["tag"])?;
    let (owner, kind) = (owner(ask)?, kind(ask)?.ok_or_else(|| Fault::missing("resourcetype"))?);
    let figure = ask.also(UpdateLimit { owner, resource: kind, max: ask.args.whole("max") }).await?;
    Ok(Done::told(move |look, o| limit_fields(look, owner, kind, figure, o)))
}

async fn recount(ask: &Ask<'_>) -> Result<Done, Fault> {
    super::refuse(ask, &["tag"])?;
    let (owner, kind) = (owner(ask)?, kind(ask)?);
    let counted = ask.also(Recount { owner, resource: kind }).await?;
    Ok(Done::listed(counted, move |look, counted, o| {
        owner_fields(look, owner, o);
        o.put("resourcetype", counted.resource.number());
        o.put("resourcetypename", counted.resource.word());
        o.put("resourcecount", counted.held.div_ceil(counted.resource.unit()));
    }))
}

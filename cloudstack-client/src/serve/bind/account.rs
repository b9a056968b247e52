//! Accounts, and the domains they belong to.

use super::limit::{Ceilings, figures};
use super::{Ask, Fault, Look, Object, binds, has_keyword, name, need_name, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use cloudstack_core::base::RoleType;
use cloudstack_core::base::id::{AccountId, DomainId, EntityId, ZoneId};
use cloudstack_core::flow::access;
use cloudstack_core::flow::org::{
    AddAccount, AddDomain, DeleteAccount, DeleteDomain, Profile, SetAccountState, SetDefaultZone, UpdateAccount,
    UpdateDomain,
};
use cloudstack_core::model::org::{Account, AccountEvent, AccountType, Domain, LimitOwner};
use cloudstack_core::model::vm::VmState;
use std::collections::BTreeMap;

binds! {
    "listDomains" read list_domains;
    "listDomainChildren" read list_children;
    "createDomain" act create_domain, show_domain;
    "updateDomain" act update_domain, show_domain;
    "deleteDomain" act delete_domain;
    "listAccounts" read list_accounts;
    "createAccount" act create_account, show_account;
    "updateAccount" act update_account, show_account;
    "deleteAccount" act delete_account;
    "enableAccount" act enable, show_account;
    "disableAccount" act disable, show_account;
    "lockAccount" act lock, show_account;
    "markDefaultZoneForAccount" act mark_default_zone, show_account;
}

/// What clients call a type of roles.
pub(crate) const fn type_name(role: RoleType) -> &'static str {
    match role {
        RoleType::Admin | RoleType::System => "Admin",
        RoleType::ResourceAdmin => "ResourceAdmin",
        RoleType::DomainAdmin => "DomainAdmin",
        RoleType::User => "User",
    }
}

/// Domains that the caller sees in lists: its own, and what it administers.
fn may_see(ask: &Ask<'_>, domain: DomainId) -> bool {
    access::scope::may_name(ask.view(), ask.caller, domain)
}

fn list_domains(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.id::<DomainId>("id");
    let all = args.flag("listall") != Some(false) || id.is_some();
    let rows = ask.view().domains().iter().filter(|domain| {
        may_see(ask, domain.id)
            && (all || domain.id == ask.caller.domain)
            && id.is_none_or(|id| id == domain.id)
            && says(ask, "name", domain.name.as_str())
            && args.whole("level").is_none_or(|level| usize::try_from(level).is_ok_and(|l| l == domain.level()))
            && has_keyword(ask, domain.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, domain| domain_fields(look, domain, o));
    Ok(())
}

fn list_children(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let parent = args.id::<DomainId>("id").unwrap_or(ask.caller.domain);
    let recursive = args.is("isrecursive");
    let rows = ask.view().domains().iter().filter(|domain| {
        let below = if recursive {
            domain.id != parent && access::below(ask.view(), domain.id, parent)
        } else {
            domain.parent == Some(parent)
        };
        below
            && may_see(ask, domain.id)
            && says(ask, "name", domain.name.as_str())
            && has_keyword(ask, domain.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, domain| domain_fields(look, domain, o));
    Ok(())
}

fn show_domain(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.domain(DomainId::from_u128(id)).map(|domain| domain_fields(look, domain, o)).is_some()
}

fn domain_fields(look: Look<'_>, domain: &Domain, o: &mut Object<'_>) {
    o.id("id", domain.id);
    o.put("name", domain.name.as_str());
    o.put("level", domain.level());
    o.maybe("parentdomainid", domain.parent);
    let parent = domain.parent.and_then(|id| look.view.domain(id));
    o.put("parentdomainname", parent.map(|d| d.name.as_str()));
    o.put("haschild", look.view.domains().by("parent", domain.id).next().is_some());
    o.put("networkdomain", domain.network_domain.as_ref());
    o.put("path", &domain.path);
    o.put("state", domain.state.as_str());
    // What others in a domain have is for its administrators.
    if access::administer(look.view, look.caller, domain.id).is_ok() {
        figures(look, LimitOwner::Domain(domain.id), Ceilings::All, o);
    }
}

async fn create_domain(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["domainid"])?;
    let network_domain = ask.args.text("networkdomain").map(str::to_owned);
    ask.make(AddDomain { parent: ask.args.id("parentdomainid"), name: need_name(ask, "name")?, network_domain }).await
}

async fn update_domain(ask: &Ask<'_>) -> Result<Done, Fault> {
    let domain = ask.args.need::<DomainId>("id")?;
    let wish = UpdateDomain {
        name: ask.args.text("name").map(|text| name("name", text)).transpose()?,
        network_domain: ask.args.any_text("networkdomain").map(str::to_owned),
        ..UpdateDomain::of(domain)
    };
    ask.act(wish, domain).await
}

async fn delete_domain(ask: &Ask<'_>) -> Result<Done, Fault> {
    let domain = ask.args.need::<DomainId>("id")?;
    ask.act(DeleteDomain { domain, cleanup: ask.args.is("cleanup") }, domain).await
}

fn list_accounts(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.id::<AccountId>("id");
    let kind = args.whole("accounttype").filter(|kind| *kind != -1);
    let scope = Scope::without_account(ask)?;
    let rows = ask.view().accounts().iter().filter(|account| {
        // Accounts of projects are not people's.
        !account.is_project()
            && scope.holds(ask.view(), account.id)
            && id.is_none_or(|id| id == account.id)
            && says(ask, "name", account.name.as_str())
            && says(ask, "state", account.state.as_str())
            && kind.is_none_or(|kind| kind == i64::from(account.kind.number()))
            && has_keyword(ask, account.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, account| account_fields(look, account, o));
    Ok(())
}

fn show_account(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.account(AccountId::from_u128(id)).map(|account| account_fields(look, account, o)).is_some()
}

fn account_fields(look: Look<'_>, account: &Account, o: &mut Object<'_>) {
    let view = look.view;
    let domain = view.domain(account.domain);
    o.id("id", account.id);
    o.put("name", account.name.as_str());
    o.put("accounttype", account.kind.number());
    role_fields(look, account, o);
    o.id("domainid", account.domain);
    o.put("domain", domain.map(|d| d.name.as_str()));
    o.put("domainpath", domain.map(|d| d.path.as_str()));
    o.maybe("defaultzoneid", account.default_zone);
    figures(look, LimitOwner::Account(account.id), Ceilings::of(account), o);
    let (mut running, mut stopped) = (0_u32, 0_u32);
    for vm in view.vms().by("account", account.id) {
        match vm.state {
            VmState::Running => running += 1,
            VmState::Stopped => stopped += 1,
            _ => {}
        }
    }
    o.put("vmstopped", stopped);
    o.put("vmrunning", running);
    o.put("state", account.state.to_string().to_lowercase());
    o.put("created", account.created);
    let users = view.users().by("account", account.id);
    o.each("user", users, |o, user| super::user::user_fields(look, user, o));
    o.put("networkdomain", account.network_domain.as_ref());
    o.map("accountdetails", account.details.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    o.put("isdefault", account.builtin);
    o.each("groups", std::iter::empty::<()>(), |_, ()| {});
}

/// The role of an account.
pub(super) fn role_fields(look: Look<'_>, account: &Account, o: &mut Object<'_>) {
    let role = account.role.and_then(|id| look.view.role(id));
    o.maybe("roleid", account.role);
    o.put("roletype", role.map(|role| type_name(role.kind)));
    o.put("rolename", role.map(|role| role.name.as_str()));
}

/// What is told of a new user besides its name.
pub(super) async fn profile(ask: &Ask<'_>) -> Result<Profile, Fault> {
    let args = &ask.args;
    let text = |name| args.text(name).unwrap_or("").to_owned();
    let password = ask.api.keys.hash(ask.cloud(), args.need_text("password")?).await.map_err(|e| ask.fault(&e))?;
    let timezone = args.text("timezone").map(str::to_owned);
    Ok(Profile { first_name: text("firstname"), last_name: text("lastname"), email: text("email"), timezone, password })
}

async fn create_account(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["accountid", "userid"])?;
    let role_type = match args.whole("accounttype") {
        None => RoleType::User,
        Some(number) => {
            let kind = u32::try_from(number).ok().and_then(AccountType::of_number);
            let kind = kind.filter(|kind| !matches!(kind, AccountType::Project | AccountType::ReadOnlyAdmin));
            kind.ok_or_else(|| Fault::invalid("accounttype", &number.to_string(), "give 0 to 3"))?.role_type()
        }
    };
    let user = need_name(ask, "username")?;
    let called = args.text("account").map(|text| name("account", text)).transpose()?.unwrap_or_else(|| user.clone());
    let domain = args.id::<DomainId>("domainid").unwrap_or(ask.caller.domain);
    let wish = AddAccount {
        role_type,
        role: args.id("roleid"),
        user: Some(user),
        profile: profile(ask).await?,
        network_domain: args.text("networkdomain").map(str::to_owned),
        details: details(ask).unwrap_or_default(),
        ..AddAccount::new(domain, called)
    };
    let made = ask.also(wish).await?;
    Ok(Done::default().about(made.account))
}

fn details(ask: &Ask<'_>) -> Option<BTreeMap<String, String>> {
    let pairs = ask.args.pairs("accountdetails");
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    if pairs.is_empty() { None } else { Some(pairs.into_iter().map(owned).collect()) }
}

/// The account that a request names: by id, or by name and domain.
fn account(ask: &Ask<'_>) -> Result<AccountId, Fault> {
    let id = if ask.args.knows("id") { ask.args.id::<AccountId>("id") } else { None };
    match id {
        Some(id) => Ok(id),
        None => {
            let domain = ask.args.id::<DomainId>("domainid").unwrap_or(ask.caller.domain);
            scope::account(ask, domain, ask.args.need_text("account")?)
        }
    }
}

async fn update_account(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["apikeyaccess"])?;
    let account = account(ask)?;
    let wish = UpdateAccount {
        name: ask.args.text("newname").map(|text| name("newname", text)).transpose()?,
        role: ask.args.id("roleid"),
        network_domain: ask.args.any_text("networkdomain").map(str::to_owned),
        details: details(ask),
        ..UpdateAccount::of(account)
    };
    ask.act(wish, account).await
}

async fn delete_account(ask: &Ask<'_>) -> Result<Done, Fault> {
    let account = ask.args.need("id")?;
    ask.act(DeleteAccount { account }, account).await
}

async fn enable(ask: &Ask<'_>) -> Result<Done, Fault> {
    let account = account(ask)?;
    ask.act(SetAccountState { account, event: AccountEvent::Enable }, account).await
}

async fn disable(ask: &Ask<'_>) -> Result<Done, Fault> {
    let account = account(ask)?;
    let event = if ask.args.is("lock") { AccountEvent::Lock } else { AccountEvent::Disable };
    ask.act(SetAccountState { account, event }, account).await
}

async fn lock(ask: &Ask<'_>) -> Result<Done, Fault> {
    let account = account(ask)?;
    ask.act(SetAccountState { account, event: AccountEvent::Lock }, account).await
}

async fn mark_default_zone(ask: &Ask<'_>) -> Result<Done, Fault> {
    let account = account(ask)?;
    let zone = ask.args.need::<ZoneId>("zoneid")?;
    ask.act(SetDefaultZone { account, zone: Some(zone) }, account).await
}

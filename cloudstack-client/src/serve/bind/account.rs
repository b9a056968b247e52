//! Domains, accounts and users.

use super::{Ask, Fault, Look, Object, binds, has_keyword, name, need_name, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{Scope, is_below};
use cloudstack_core::base::RoleType;
use cloudstack_core::base::id::{AccountId, DomainId, EntityId, UserId};
use cloudstack_core::flow::org::{AddAccount, AddDomain, SetAccountState};
use cloudstack_core::model::org::{Account, AccountEvent, Domain, User};
use cloudstack_core::model::vm::VmState;

binds! {
    "listDomains" read list_domains;
    "listDomainChildren" read list_children;
    "createDomain" act create_domain, show_domain;
    "listAccounts" read list_accounts;
    "createAccount" act create_account, show_account;
    "enableAccount" act enable, show_account;
    "disableAccount" act disable, show_account;
    "lockAccount" act lock, show_account;
    "listUsers" read list_users;
}

/// The number by which clients know what kind of account it is.
pub(crate) const fn type_number(role: RoleType) -> u32 {
    match role {
        RoleType::Admin | RoleType::System => 1,
        RoleType::DomainAdmin => 2,
        RoleType::ResourceAdmin => 3,
        RoleType::User => 0,
    }
}

const fn role_name(role: RoleType) -> &'static str {
    match role {
        RoleType::Admin | RoleType::System => "Admin",
        RoleType::DomainAdmin => "DomainAdmin",
        RoleType::ResourceAdmin => "ResourceAdmin",
        RoleType::User => "User",
    }
}

/// Domains at or below the caller's.
fn may_see(ask: &Ask<'_>, domain: DomainId) -> bool {
    let admin = ask.caller.role != RoleType::User;
    ask.caller.is_root() || domain == ask.caller.domain || admin && is_below(ask.view(), domain, ask.caller.domain)
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
            && args.whole("level").is_none_or(|level| usize::try_from(level).is_ok_and(|l| l == depth(domain)))
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
            domain.id != parent && is_below(ask.view(), domain.id, parent)
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

/// 0 for the root.
fn depth(domain: &Domain) -> usize {
    domain.path.matches('/').count()
}

fn domain_fields(look: Look<'_>, domain: &Domain, o: &mut Object<'_>) {
    o.id("id", domain.id);
    o.put("name", domain.name.as_str());
    o.put("level", depth(domain));
    o.maybe("parentdomainid", domain.parent);
    let parent = domain.parent.and_then(|id| look.view.domain(id));
    o.put("parentdomainname", parent.map(|d| d.name.as_str()));
    o.put("haschild", look.view.domains().by("parent", domain.id).next().is_some());
    o.put("path", &domain.path);
    o.put("state", "Active");
}

async fn create_domain(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["domainid", "networkdomain"])?;
    ask.make(AddDomain { parent: ask.args.id("parentdomainid"), name: need_name(ask, "name")?, network_domain: None })
        .await
}

fn list_accounts(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.id::<AccountId>("id");
    // The name of an account filters this list; it is not whose things are shown.
    let scope = Scope::without_account(ask)?;
    let rows = ask.view().accounts().iter().filter(|account| {
        scope.holds(ask.view(), account.id)
            && id.is_none_or(|id| id == account.id)
            && says(ask, "name", account.name.as_str())
            && says(ask, "state", account.state.as_str())
            && args
                .whole("accounttype")
                .is_none_or(|t| t == -1 || t == i64::from(type_number(account.kind.role_type())))
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
    o.put("accounttype", type_number(account.kind.role_type()));
    o.put("roletype", role_name(account.kind.role_type()));
    o.put("rolename", role_name(account.kind.role_type()));
    o.id("domainid", account.domain);
    o.put("domain", domain.map(|d| d.name.as_str()));
    o.put("domainpath", domain.map(|d| d.path.as_str()));
    let (mut running, mut stopped) = (0_u32, 0_u32);
    for vm in view.vms().by("account", account.id) {
        match vm.state {
            VmState::Running => running += 1,
            VmState::Stopped => stopped += 1,
            _ => {}
        }
    }
    o.put("vmtotal", running + stopped);
    o.put("iptotal", view.public_ips().by("account", account.id).count());
    o.put("volumetotal", view.volumes().by("account", account.id).count());
    o.put("templatetotal", view.templates().by("account", account.id).count());
    o.put("vmstopped", stopped);
    o.put("vmrunning", running);
    o.put("networktotal", view.networks().by("account", account.id).count());
    o.put("state", account.state.to_string().to_lowercase());
    o.each("user", view.users().by("account", account.id), |o, user| user_fields(look, user, o));
}

async fn create_account(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["roleid", "accountid", "userid", "networkdomain"])?;
    let role = match args.whole("accounttype") {
        None | Some(0) => RoleType::User,
        Some(1) => RoleType::Admin,
        Some(2) => RoleType::DomainAdmin,
        Some(other) => return Err(Fault::invalid("accounttype", &other.to_string(), "give 0, 1 or 2")),
    };
    let user = need_name(ask, "username")?;
    let called = args.text("account").map(|text| name("account", text)).transpose()?.unwrap_or_else(|| user.clone());
    let domain = args.id("domainid");
    let wish = AddAccount {
        domain,
        role_type: role,
        user: Some(user),
        ..AddAccount::new(domain.unwrap_or(ask.caller.domain), called)
    };
    let made = ask.also(wish).await?;
    Ok(Done::default().about(made.account))
}

/// The account that a request names: by id, or by name and domain.
fn account(ask: &Ask<'_>) -> Result<AccountId, Fault> {
    let id = if ask.args.knows("id") { ask.args.id::<AccountId>("id") } else { None };
    match id {
        Some(id) => Ok(id),
        None => {
            let domain = ask.args.id::<DomainId>("domainid").unwrap_or(ask.caller.domain);
            crate::serve::scope::account(ask, domain, ask.args.need_text("account")?)
        }
    }
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

fn list_users(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.id::<UserId>("id");
    let scope = Scope::of(ask)?;
    let rows = scope.rows::<User>(ask.view(), "account").filter(|user| {
        id.is_none_or(|id| id == user.id)
            && says(ask, "username", user.name.as_str())
            && has_keyword(ask, user.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, user| user_fields(look, user, o));
    Ok(())
}

fn user_fields(look: Look<'_>, user: &User, o: &mut Object<'_>) {
    o.id("id", user.id);
    o.put("username", user.name.as_str());
    let account = look.view.account(user.account);
    if let Some(account) = account {
        o.put("state", account.state.to_string().to_lowercase());
        o.put("account", account.name.as_str());
        o.put("accounttype", type_number(account.kind.role_type()));
        o.put("usersource", "native");
        o.put("roletype", role_name(account.kind.role_type()));
        o.put("rolename", role_name(account.kind.role_type()));
    }
    o.id("domainid", user.domain);
    o.put("domain", look.view.domain(user.domain).map(|d| d.name.as_str()));
    o.id("accountid", user.account);
}

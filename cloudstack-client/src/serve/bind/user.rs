//! Users and their keys.

use super::account::{profile, role_fields, type_name};
use super::{Ask, Fault, Look, Object, binds, has_keyword, name, need_name, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloudstack_core::base::Secret;
use cloudstack_core::base::id::{ApiKeyId, DomainId, EntityId, UserId};
use cloudstack_core::flow::org::role::NewRule;
use cloudstack_core::flow::org::{AddUser, DeleteUser, RegisterKeys, SetUserState, UpdateUser, find_key};
use cloudstack_core::model::org::{ApiKey, Permission, User, UserEvent};

binds! {
    "listUsers" read list_users;
    "createUser" act create, show_user;
    "updateUser" act update, show_user;
    "deleteUser" act delete;
    "enableUser" act enable, show_user;
    "disableUser" act disable, show_user;
    "lockUser" act lock, show_user;
    "getUser" read get_user;
    "registerUserKeys" act register_keys, show_keys;
    "getUserKeys" read get_keys;
}

fn list_users(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.id::<UserId>("id");
    let kind = args.whole("accounttype");
    let scope = Scope::of(ask)?;
    let rows = ask.view().users().iter().filter(|user| {
        scope.holds(ask.view(), user.account)
            && id.is_none_or(|id| id == user.id)
            && says(ask, "username", user.name.as_str())
            && says(ask, "state", user.state.as_str())
            && kind
                .is_none_or(|kind| ask.view().account(user.account).is_some_and(|a| i64::from(a.kind.number()) == kind))
            && has_keyword(ask, user.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, user| user_fields(look, user, o));
    Ok(())
}

fn show_user(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.user(UserId::from_u128(id)).map(|user| user_fields(look, user, o)).is_some()
}

pub(super) fn user_fields(look: Look<'_>, user: &User, o: &mut Object<'_>) {
    let account = look.view.account(user.account);
    o.id("id", user.id);
    o.put("username", user.name.as_str());
    o.put("firstname", &user.first_name);
    o.put("lastname", &user.last_name);
    o.put("email", &user.email);
    o.put("created", user.created);
    o.put("state", user.state.to_string().to_lowercase());
    o.put("account", account.map(|a| a.name.as_str()));
    o.put("accounttype", account.map(|a| a.kind.number()));
    o.put("usersource", "native");
    if let Some(account) = account {
        role_fields(look, account, o);
    }
    o.id("domainid", user.domain);
    o.put("domain", look.view.domain(user.domain).map(|d| d.name.as_str()));
    o.put("timezone", user.timezone.as_ref());
    // A key says who may sign; it is shown to the user itself and to who administers it.
    if may_see_keys(look, user) {
        let pair = look.view.api_keys().by("user", user.id).next();
        o.put("apikey", pair.map(|pair| &pair.key));
    }
    o.id("accountid", user.account);
    o.put("isdefault", user.builtin);
}

/// The user itself, and who administers its account.
fn may_see_keys(look: Look<'_>, user: &User) -> bool {
    look.caller.user == user.id
        || cloudstack_core::flow::access::administered(look.view, look.caller, user.account).is_ok()
}

async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["userid"])?;
    let domain = ask.args.id::<DomainId>("domainid").unwrap_or(ask.caller.domain);
    let account = scope::account(ask, domain, ask.args.need_text("account")?)?;
    ask.make(AddUser { account, name: need_name(ask, "username")?, profile: profile(ask).await? }).await
}

async fn update(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["userapikey", "usersecretkey", "apikeyaccess", "mandate2fa"])?;
    let user = args.need::<UserId>("id")?;
    let text = |name| args.text(name).map(str::to_owned);
    let password = match args.text("password") {
        Some(password) => {
            let (keys, cloud) = (&ask.api.keys, ask.cloud());
            let may = keys.may_change(cloud, ask.caller, user, args.text("currentpassword")).await;
            may.map_err(|e| ask.fault(&e))?;
            keys.hash(cloud, password).await.map_err(|e| ask.fault(&e))?
        }
        None => None,
    };
    let changed = password.is_some();
    let wish = UpdateUser {
        name: args.text("username").map(|text| name("username", text)).transpose()?,
        first_name: text("firstname"),
        last_name: text("lastname"),
        email: text("email"),
        timezone: text("timezone"),
        password,
        ..UpdateUser::of(user)
    };
    let done = ask.act(wish, user).await?;
    if changed {
        // Who knew the old password is not let go on.
        ask.api.end_sessions(user);
    }
    Ok(done)
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let user = ask.args.need("id")?;
    ask.act(DeleteUser { user }, user).await
}

async fn enable(ask: &Ask<'_>) -> Result<Done, Fault> {
    let user = ask.args.need("id")?;
    ask.act(SetUserState { user, event: UserEvent::Enable }, user).await
}

async fn disable(ask: &Ask<'_>) -> Result<Done, Fault> {
    let user = ask.args.need("id")?;
    ask.act(SetUserState { user, event: UserEvent::Disable }, user).await
}

async fn lock(ask: &Ask<'_>) -> Result<Done, Fault> {
    let user = ask.args.need("id")?;
    ask.act(SetUserState { user, event: UserEvent::Lock }, user).await
}

fn get_user(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let key = ask.args.need_text("userapikey")?;
    let found = find_key(ask.view(), key, ask.cloud().now()).and_then(|(pair, _)| ask.view().user(pair.user));
    let user = found.ok_or_else(|| Fault::invalid("userapikey", "…", "give the key of a user"))?;
    let look = ask.look();
    reply.one(|o| user_fields(look, user, o));
    Ok(())
}

/// 64 bytes that nobody can guess, as 86 characters.
fn token(ask: &Ask<'_>) -> String {
    let mut bytes = [0; 64];
    ask.cloud().fill_secret(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

async fn register_keys(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let mut rules = Vec::new();
    for group in args.groups("rules") {
        let pattern = group.get("rule").ok_or_else(|| Fault::missing("rules[].rule"))?.to_owned();
        let description = group.get("description").unwrap_or("").to_owned();
        rules.push(NewRule { pattern, permission: permission(group.get("permission").unwrap_or(""))?, description });
    }
    let wish = RegisterKeys {
        name: args.text("name").map(|text| name("name", text)).transpose()?,
        description: args.text("description").unwrap_or("").to_owned(),
        begins: args.date("startdate"),
        ends: args.date("enddate"),
        rules,
        ..RegisterKeys::new(args.need("id")?, token(ask), Secret::new(token(ask)))
    };
    ask.make(wish).await
}

/// What a rule says.
pub(super) fn permission(text: &str) -> Result<Permission, Fault> {
    let found = Permission::ALL.iter().find(|p| p.as_str().eq_ignore_ascii_case(text)).copied();
    found.ok_or_else(|| Fault::invalid("permission", text, "give allow or deny"))
}

fn show_keys(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    let pair = look.view.api_key(ApiKeyId::from_u128(id));
    let seen = pair.and_then(|pair| Some((pair, look.view.user(pair.user)?)));
    let Some((pair, user)) = seen.filter(|(_, user)| may_see_keys(look, user)) else { return false };
    let account = look.view.account(user.account);
    o.put("name", pair.name.as_ref().map(|n| n.as_str()));
    o.put("apikey", &pair.key);
    o.put("secretkey", secret(look, pair));
    o.id("userid", user.id);
    o.put("username", user.name.as_str());
    o.id("id", pair.id);
    o.put("description", &pair.description);
    o.put("startdate", pair.begins);
    o.put("enddate", pair.ends);
    o.put("created", pair.created);
    o.id("accountid", user.account);
    o.put("accountname", account.map(|a| a.name.as_str()));
    o.put("accounttype", account.map(|a| type_name(a.kind.role_type())));
    if let Some(account) = account {
        role_fields(look, account, o);
    }
    o.id("domainid", user.domain);
    let domain = look.view.domain(user.domain);
    o.put("domain", domain.map(|d| d.name.as_str()));
    o.put("domainpath", domain.map(|d| d.path.as_str()));
    true
}

fn secret(look: Look<'_>, pair: &ApiKey) -> Option<String> {
    let secret = look.api.cloud().keyring().open::<ApiKey>(pair.id, "secret", &pair.secret).ok()?;
    Some(secret.reveal().to_owned())
}

fn get_keys(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let id = ask.args.need::<UserId>("id")?;
    let look = ask.look();
    let user = ask.view().user(id).filter(|user| may_see_keys(look, user));
    let user = user.ok_or_else(|| Fault::foreign("id", &id.to_string()))?;
    let pair = ask.view().api_keys().by("user", user.id).next();
    reply.one(|o| {
        o.put("apikey", pair.map(|pair| &pair.key));
        o.put("secretkey", pair.and_then(|pair| secret(look, pair)));
    });
    Ok(())
}

//! Roles and their rules.

use super::account::type_name;
use super::user::permission;
use super::{Ask, Fault, Look, Object, binds, has_keyword, name, need_name, says};
use crate::serve::ask::{Done, Page, Reply};
use cloudstack_core::base::RoleType;
use cloudstack_core::base::id::{EntityId, RoleId, RoleRuleId};
use cloudstack_core::flow::org::role::{NewRule, RoleOrigin};
use cloudstack_core::flow::org::{
    AddRole, AddRoleRule, DeleteRole, DeleteRoleRule, OrderRoleRules, UpdateRole, UpdateRoleRule,
};
use cloudstack_core::model::org::{Permission, Role, RoleRule};

binds! {
    "listRoles" read list_roles;
    "createRole" act create, show_role;
    "updateRole" act update, show_role;
    "deleteRole" act delete;
    "listRolePermissions" read list_rules;
    "createRolePermission" act create_rule, show_rule;
    "updateRolePermission" act update_rule;
    "deleteRolePermission" act delete_rule;
}

const fn state(role: &Role) -> &'static str {
    if role.enabled { "enabled" } else { "disabled" }
}

fn list_roles(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let id = ask.args.id::<RoleId>("id");
    let rows = ask.view().roles().iter().filter(|role| {
        (ask.caller.is_root() || role.public)
            && id.is_none_or(|id| id == role.id)
            && says(ask, "name", role.name.as_str())
            && says(ask, "type", type_name(role.kind))
            && says(ask, "state", state(role))
            && has_keyword(ask, role.name.as_str())
    });
    reply.list(Page::of(ask, None, rows)?, |o, role| role_fields(role, o));
    Ok(())
}

fn show_role(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.role(RoleId::from_u128(id)).map(|role| role_fields(role, o)).is_some()
}

fn role_fields(role: &Role, o: &mut Object<'_>) {
    o.id("id", role.id);
    o.put("name", role.name.as_str());
    o.put("description", &role.description);
    o.put("ispublic", role.public);
    o.put("type", type_name(role.kind));
    o.put("isdefault", role.builtin);
    o.put("state", state(role));
}

fn kind(text: &str) -> Result<RoleType, Fault> {
    let known = [RoleType::Admin, RoleType::ResourceAdmin, RoleType::DomainAdmin, RoleType::User];
    let found = known.into_iter().find(|kind| type_name(*kind).eq_ignore_ascii_case(text));
    found.ok_or_else(|| Fault::invalid("type", text, "give Admin, ResourceAdmin, DomainAdmin or User"))
}

async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let origin = match (args.text("type"), args.id::<RoleId>("roleid")) {
        (Some(text), None) => RoleOrigin::Type(kind(text)?),
        (None, Some(role)) => RoleOrigin::Copy(role),
        (None, None) => return Err(Fault::missing("type")),
        (Some(_), Some(_)) => return Err(Fault::refused("parameters `type` and `roleid` exclude each other")),
    };
    let wish = AddRole {
        description: args.text("description").unwrap_or("").to_owned(),
        public: args.flag("ispublic").unwrap_or(true),
        ..AddRole::new(need_name(ask, "name")?, origin)
    };
    ask.make(wish).await
}

async fn update(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let role = args.need::<RoleId>("id")?;
    let wish = UpdateRole {
        name: args.text("name").map(|text| name("name", text)).transpose()?,
        kind: args.text("type").map(kind).transpose()?,
        description: args.any_text("description").map(str::to_owned),
        public: args.flag("ispublic"),
        ..UpdateRole::of(role)
    };
    ask.act(wish, role).await
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let role = ask.args.need("id")?;
    ask.act(DeleteRole { role }, role).await
}

fn list_rules(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let id = ask.args.id::<RoleId>("roleid");
    let roles = ask.view().roles().iter().filter(|role| id.is_none_or(|id| id == role.id));
    let rows: Vec<(&Role, &RoleRule)> =
        roles.flat_map(|role| role.rules.iter().map(move |rule| (role, rule))).collect();
    reply.all(rows, |o, (role, rule)| rule_fields(role, rule, o));
    Ok(())
}

fn rule_fields(role: &Role, rule: &RoleRule, o: &mut Object<'_>) {
    o.id("id", rule.id);
    o.id("roleid", role.id);
    o.put("rolename", role.name.as_str());
    o.put("rule", &rule.pattern);
    o.put(
        "permission",
        match rule.permission {
            Permission::Allow => "allow",
            Permission::Deny => "deny",
        },
    );
    o.put("description", &rule.description);
}

fn show_rule(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    let mut rules = look.view.roles().iter().flat_map(|role| role.rules.iter().map(move |rule| (role, rule)));
    let found = rules.find(|(_, rule)| rule.id.to_u128() == id);
    found.map(|(role, rule)| rule_fields(role, rule, o)).is_some()
}

async fn create_rule(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let rule = NewRule {
        pattern: args.need_text("rule")?.to_owned(),
        permission: permission(args.need_text("permission")?)?,
        description: args.text("description").unwrap_or("").to_owned(),
    };
    ask.make(AddRoleRule { role: args.need("roleid")?, rule }).await
}

async fn update_rule(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let role = args.need::<RoleId>("roleid")?;
    let order = args.ids::<RoleRuleId>("ruleorder");
    match (args.id::<RoleRuleId>("ruleid"), args.text("permission")) {
        (Some(rule), Some(text)) if order.is_empty() => {
            ask.act(UpdateRoleRule { role, rule, permission: permission(text)? }, role).await
        }
        (None, None) if !order.is_empty() => ask.act(OrderRoleRules { role, rules: order }, role).await,
        _ => Err(Fault::refused("give `ruleorder`, or `ruleid` with `permission`")),
    }
}

async fn delete_rule(ask: &Ask<'_>) -> Result<Done, Fault> {
    let rule = ask.args.need::<RoleRuleId>("id")?;
    let role = ask.view().roles().iter().find(|role| role.rules.iter().any(|r| r.id == rule)).map(|role| role.id);
    let role = role.ok_or_else(|| Fault::invalid("id", &rule.to_string(), "give the id of a rule"))?;
    ask.act(DeleteRoleRule { role, rule }, rule).await
}

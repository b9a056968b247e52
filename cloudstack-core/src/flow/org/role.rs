//! createRole, updateRole, deleteRole, importRole and the rules of roles.

use crate::base::id::{EntityId, JobId, RoleId, RoleRuleId};
use crate::base::{Caller, Error, ErrorKind, Name, Result, RoleType};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::org::role::is_pattern;
use crate::model::org::{Permission, Role, RoleRule};

/// The role that accounts of this type get unless told otherwise.
#[must_use]
pub fn default_of(view: &View, kind: RoleType) -> Option<&Role> {
    view.roles().iter().find(|role| role.builtin && role.kind == kind)
}

/// The role of the caller's account.
#[must_use]
pub fn of_caller<'a>(view: &'a View, caller: &Caller) -> Option<&'a Role> {
    view.account(caller.account).and_then(|account| view.role(account.role?))
}

/// A role that the caller may give to an account.
pub(super) fn to_give<'a>(view: &'a View, caller: &Caller, id: Option<RoleId>, kind: RoleType) -> Result<&'a Role> {
    let role = match id {
        // What is not shown to it is not there for it.
        Some(id) => {
            let found = view.role(id).filter(|role| role.public || caller.is_root());
            found.ok_or_else(|| Error::not_found(RoleId::NOUN, id))?
        }
        None => default_of(view, kind)
            .ok_or_else(|| Error::invalid("role_type", format!("{kind:?}"), "give a type of accounts"))?,
    };
    let refused = |why: &str| Err(Error::new(ErrorKind::Denied, why).on(&role.name));
    if !role.enabled {
        return Err(Error::new(ErrorKind::Conflict, "the role is disabled").on(&role.name).remedy("enable it first"));
    }
    if caller.is_root() {
        return Ok(role);
    }
    if !role.public {
        return refused("only the root administrator gives this role");
    }
    match of_caller(view, caller) {
        Some(own) if own.covers(role) => Ok(role),
        _ => refused("nobody gives a role that may do more than his own"),
    }
}

/// What the role of a caller's account says of an operation; nothing if its kind decides. A disabled role denies all.
#[must_use]
pub fn verdict(view: &View, caller: &Caller, operation: &str) -> Option<Permission> {
    match of_caller(view, caller) {
        Some(role) if !role.enabled => Some(Permission::Deny),
        Some(role) => role.verdict(operation),
        None => None,
    }
}

fn tell(desk: &mut Desk<'_>, kind: &str, role: &Role) {
    desk.event(kind, EventLevel::Info, None, role.id.to_string(), format!("role {}", role.name));
}

/// The role, if it may be changed at all.
fn own(view: &View, caller: &Caller, id: RoleId) -> Result<Role> {
    access::root(caller)?;
    let role = view.need::<Role>(id)?;
    if role.builtin {
        return Err(Error::new(ErrorKind::Denied, "a role that came with the cloud stays as it is")
            .on(&role.name)
            .remedy("make another from it"));
    }
    Ok(role.clone())
}

/// A rule that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// The pattern of operation names.
    pub pattern: String,
    /// What it says of them.
    pub permission: Permission,
    /// What it is for.
    pub description: String,
}

impl NewRule {
    pub(super) fn row(&self, desk: &mut Desk<'_>) -> Result<RoleRule> {
        if !is_pattern(&self.pattern) {
            return Err(Error::invalid("rule", &self.pattern, "give 1 to 255 letters, digits, `_` and `*`"));
        }
        let Self { pattern, permission, description } = self.clone();
        Ok(RoleRule { id: desk.id(), pattern, permission, description })
    }
}

/// What a new role begins as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleOrigin {
    /// A kind of caller, without rules.
    Type(RoleType),
    /// The kind and the rules of another role.
    Copy(RoleId),
}

/// A request for a role; root administrators only.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::RoleType;
/// # use cloudstack_core::flow::org::{AddRole, AddRoleRule, role::{NewRule, RoleOrigin}};
/// # use cloudstack_core::model::org::Permission;
/// let wish = AddRole::new("auditor".parse()?, RoleOrigin::Type(RoleType::User));
/// let role = cloud.roles().add(&admin, wish).await?.done().await?;
/// for (pattern, permission) in [("list*", Permission::Allow), ("*", Permission::Deny)] {
///     let rule = NewRule { pattern: pattern.into(), permission, description: String::new() };
///     cloud.roles().add_rule(&admin, AddRoleRule { role, rule }).await?.done().await?;
/// }
/// let view = cloud.view();
/// let role = view.role(role).ok_or("it was added")?;
/// assert_eq!(role.verdict("listZones"), Some(Permission::Allow));
/// assert_eq!(role.verdict("rebootMachine"), Some(Permission::Deny));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddRole {
    /// Its name, unique in the cloud.
    pub name: Name,
    /// What it begins as.
    pub origin: RoleOrigin,
    /// What it is for.
    pub description: String,
    /// Administrators of domains may see it and give it.
    pub public: bool,
}

impl AddRole {
    /// A public role.
    #[must_use]
    pub const fn new(name: Name, origin: RoleOrigin) -> Self {
        Self { name, origin, description: String::new(), public: true }
    }
}

impl Verb for AddRole {
    type Answer = RoleId;
    const NAME: &'static str = "role.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<RoleId>> {
        access::root(caller)?;
        let (kind, rules) = match self.origin {
            RoleOrigin::Type(kind) => (kind, Vec::new()),
            RoleOrigin::Copy(role) => {
                let role = desk.view().need::<Role>(role)?.clone();
                let again = |rule: RoleRule| RoleRule { id: desk.id(), ..rule };
                (role.kind, role.rules.into_iter().map(again).collect())
            }
        };
        let role = new(desk, &self.name, kind, &self.description, self.public, rules)?;
        desk.insert(role.clone())?;
        tell(desk, "ROLE.CREATE", &role);
        Ok(Decision::done(role.id))
    }
}

fn new(
    desk: &mut Desk<'_>,
    name: &Name,
    kind: RoleType,
    description: &str,
    public: bool,
    rules: Vec<RoleRule>,
) -> Result<Role> {
    if kind == RoleType::System {
        return Err(Error::invalid("type", "System", "give Admin, ResourceAdmin, DomainAdmin or User"));
    }
    let (id, created, name, description) = (desk.id::<RoleId>(), desk.now(), name.clone(), description.to_owned());
    Ok(Role { id, name, kind, description, rules, builtin: false, public, enabled: true, created })
}

/// A request for a role with all its rules at once; in place of the one of that name, if that is wanted.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::RoleType;
/// # use cloudstack_core::flow::org::{ImportRole, role::NewRule};
/// # use cloudstack_core::model::org::Permission;
/// let rule = NewRule { pattern: "*".into(), permission: Permission::Deny, description: String::new() };
/// let (name, rules) = ("nobody".parse()?, vec![rule]);
/// let wish = ImportRole { name, kind: RoleType::User, description: String::new(), public: false, rules, forced: true };
/// let role = cloud.roles().import(&admin, wish.clone()).await?.done().await?;
/// assert_eq!(cloud.roles().import(&admin, wish).await?.done().await?, role, "forced: the same role again");
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRole {
    /// Its name.
    pub name: Name,
    /// What kind of caller it makes.
    pub kind: RoleType,
    /// What it is for.
    pub description: String,
    /// Administrators of domains may see it and give it.
    pub public: bool,
    /// Its rules, in order.
    pub rules: Vec<NewRule>,
    /// A role of that name is changed to be this one.
    pub forced: bool,
}

impl Verb for ImportRole {
    type Answer = RoleId;
    const NAME: &'static str = "role.import";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<RoleId>> {
        access::root(caller)?;
        let rules = self.rules.iter().map(|rule| rule.row(desk)).collect::<Result<Vec<_>>>()?;
        let mut role = new(desk, &self.name, self.kind, &self.description, self.public, rules)?;
        let known = desk.view().roles().find(0, &[Value::text(self.name.as_str())]).map(|role| role.id);
        match known.filter(|_| self.forced) {
            Some(id) => {
                let known = own(desk.view(), caller, id)?;
                same_kind_if_used(desk.view(), &known, role.kind)?;
                role = Role { id, created: known.created, ..role };
                desk.update(role.clone())?;
            }
            None => desk.insert(role.clone())?,
        }
        tell(desk, "ROLE.IMPORT", &role);
        Ok(Decision::done(role.id))
    }
}

/// What kind of caller accounts make does not change under their feet.
fn same_kind_if_used(view: &View, role: &Role, kind: RoleType) -> Result<()> {
    match view.accounts().by("role", role.id).next() {
        Some(account) if kind != role.kind => {
            let why = format!("account {} has the role, so its type stays", account.name);
            Err(Error::new(ErrorKind::Conflict, why).on(&role.name).remedy("make another role"))
        }
        _ => Ok(()),
    }
}

/// A request to change a role. What is not given stays as it is.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::RoleType;
/// # use cloudstack_core::flow::org::{AddRole, UpdateRole, role::RoleOrigin};
/// let wish = AddRole::new("auditor".parse()?, RoleOrigin::Type(RoleType::User));
/// let role = cloud.roles().add(&admin, wish).await?.done().await?;
/// let disable = UpdateRole { enabled: Some(false), ..UpdateRole::of(role) };
/// cloud.roles().update(&admin, disable).await?.done().await?;
/// assert!(cloud.view().role(role).is_some_and(|role| !role.enabled));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateRole {
    /// The role.
    pub role: RoleId,
    /// Its new name.
    pub name: Option<Name>,
    /// The new kind of caller it makes; only while no account has the role.
    pub kind: Option<RoleType>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether administrators of domains may see it and give it.
    pub public: Option<bool>,
    /// Whether those that have it may call.
    pub enabled: Option<bool>,
}

impl UpdateRole {
    /// A change of nothing.
    #[must_use]
    pub const fn of(role: RoleId) -> Self {
        Self { role, name: None, kind: None, description: None, public: None, enabled: None }
    }
}

impl Verb for UpdateRole {
    type Answer = ();
    const NAME: &'static str = "role.update";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut role = own(desk.view(), caller, self.role)?;
        if let Some(kind) = self.kind {
            same_kind_if_used(desk.view(), &role, kind)?;
            role.kind = kind;
        }
        role.name = self.name.clone().unwrap_or(role.name);
        role.description = self.description.clone().unwrap_or(role.description);
        role.public = self.public.unwrap_or(role.public);
        role.enabled = self.enabled.unwrap_or(role.enabled);
        let kind = match self.enabled {
            Some(true) => "ROLE.ENABLE",
            Some(false) => "ROLE.DISABLE",
            None => "ROLE.UPDATE",
        };
        tell(desk, kind, &role);
        desk.update(role)?;
        Ok(Decision::done(()))
    }
}

/// A request to delete a role that no account has.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::RoleType;
/// # use cloudstack_core::flow::org::{AddRole, DeleteRole, role::RoleOrigin};
/// let wish = AddRole::new("auditor".parse()?, RoleOrigin::Type(RoleType::User));
/// let role = cloud.roles().add(&admin, wish).await?.done().await?;
/// cloud.roles().delete(&admin, DeleteRole { role }).await?.done().await?;
/// assert!(cloud.view().role(role).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteRole {
    /// The role.
    pub role: RoleId,
}

impl Verb for DeleteRole {
    type Answer = ();
    const NAME: &'static str = "role.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let role = own(desk.view(), caller, self.role)?;
        if let Some(account) = desk.view().accounts().by("role", role.id).next() {
            return Err(Error::new(ErrorKind::Conflict, format!("account {} has the role", account.name))
                .on(&role.name)
                .remedy("give its accounts another role first"));
        }
        desk.remove::<Role>(role.id)?;
        tell(desk, "ROLE.DELETE", &role);
        Ok(Decision::done(()))
    }
}

/// A request for one more rule, after those a role has.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::RoleType;
/// # use cloudstack_core::flow::org::{AddRole, AddRoleRule, role::{NewRule, RoleOrigin}};
/// # use cloudstack_core::model::org::Permission;
/// let wish = AddRole::new("auditor".parse()?, RoleOrigin::Type(RoleType::User));
/// let role = cloud.roles().add(&admin, wish).await?.done().await?;
/// let rule = NewRule { pattern: "not a name".into(), permission: Permission::Allow, description: String::new() };
/// cloud.roles().add_rule(&admin, AddRoleRule { role, rule }).await.map(drop).unwrap_err();
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddRoleRule {
    /// The role.
    pub role: RoleId,
    /// The rule.
    pub rule: NewRule,
}

impl Verb for AddRoleRule {
    type Answer = RoleRuleId;
    const NAME: &'static str = "role.add_rule";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<RoleRuleId>> {
        let mut role = own(desk.view(), caller, self.role)?;
        let rule = self.rule.row(desk)?;
        if role.rules.iter().any(|known| known.pattern.eq_ignore_ascii_case(&rule.pattern)) {
            return Err(Error::new(ErrorKind::Taken, format!("the role has a rule for `{}`", rule.pattern))
                .on(&role.name)
                .remedy("change that one"));
        }
        let id = rule.id;
        role.rules.push(rule);
        tell(desk, "ROLE.PERMISSION.CREATE", &role);
        desk.update(role)?;
        Ok(Decision::done(id))
    }
}

/// A role's rule, by position.
fn position(role: &Role, id: RoleRuleId) -> Result<usize> {
    role.rules.iter().position(|rule| rule.id == id).ok_or_else(|| Error::not_found(RoleRuleId::NOUN, id))
}

/// A request to let a rule allow, or deny.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::RoleType;
/// # use cloudstack_core::flow::org::{AddRole, AddRoleRule, UpdateRoleRule, role::{NewRule, RoleOrigin}};
/// # use cloudstack_core::model::org::Permission;
/// let wish = AddRole::new("auditor".parse()?, RoleOrigin::Type(RoleType::User));
/// let role = cloud.roles().add(&admin, wish).await?.done().await?;
/// let rule = NewRule { pattern: "list*".into(), permission: Permission::Deny, description: String::new() };
/// let rule = cloud.roles().add_rule(&admin, AddRoleRule { role, rule }).await?.done().await?;
/// let change = UpdateRoleRule { role, rule, permission: Permission::Allow };
/// cloud.roles().update_rule(&admin, change).await?.done().await?;
/// assert_eq!(cloud.view().role(role).and_then(|role| role.verdict("listZones")), Some(Permission::Allow));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateRoleRule {
    /// The role.
    pub role: RoleId,
    /// The rule.
    pub rule: RoleRuleId,
    /// What it shall say.
    pub permission: Permission,
}

impl Verb for UpdateRoleRule {
    type Answer = ();
    const NAME: &'static str = "role.update_rule";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut role = own(desk.view(), caller, self.role)?;
        let at = position(&role, self.rule)?;
        role.rules[at].permission = self.permission;
        tell(desk, "ROLE.PERMISSION.UPDATE", &role);
        desk.update(role)?;
        Ok(Decision::done(()))
    }
}

/// A request to put a role's rules into another order. Each must be named once.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::RoleType;
/// # use cloudstack_core::flow::org::{AddRole, AddRoleRule, OrderRoleRules, role::{NewRule, RoleOrigin}};
/// # use cloudstack_core::model::org::Permission;
/// let wish = AddRole::new("auditor".parse()?, RoleOrigin::Type(RoleType::User));
/// let role = cloud.roles().add(&admin, wish).await?.done().await?;
/// let mut rules = Vec::new();
/// for (pattern, permission) in [("*", Permission::Deny), ("list*", Permission::Allow)] {
///     let rule = NewRule { pattern: pattern.into(), permission, description: String::new() };
///     rules.push(cloud.roles().add_rule(&admin, AddRoleRule { role, rule }).await?.done().await?);
/// }
/// rules.reverse();
/// cloud.roles().order_rules(&admin, OrderRoleRules { role, rules }).await?.done().await?;
/// assert_eq!(cloud.view().role(role).and_then(|role| role.verdict("listZones")), Some(Permission::Allow));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRoleRules {
    /// The role.
    pub role: RoleId,
    /// Its rules in the new order.
    pub rules: Vec<RoleRuleId>,
}

impl Verb for OrderRoleRules {
    type Answer = ();
    const NAME: &'static str = "role.order_rules";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut role = own(desk.view(), caller, self.role)?;
        let mut left = role.rules.clone();
        let mut ordered = Vec::with_capacity(left.len());
        for id in &self.rules {
            let at = left.iter().position(|rule| rule.id == *id);
            ordered.push(left.remove(at.ok_or_else(|| Error::not_found(RoleRuleId::NOUN, id))?));
        }
        if let Some(rule) = left.first() {
            return Err(Error::invalid("rules", &rule.pattern, "name each rule of the role once"));
        }
        role.rules = ordered;
        tell(desk, "ROLE.PERMISSION.UPDATE", &role);
        desk.update(role)?;
        Ok(Decision::done(()))
    }
}

/// A request to take a rule away.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::RoleType;
/// # use cloudstack_core::flow::org::{AddRole, AddRoleRule, DeleteRoleRule, role::{NewRule, RoleOrigin}};
/// # use cloudstack_core::model::org::Permission;
/// let wish = AddRole::new("auditor".parse()?, RoleOrigin::Type(RoleType::User));
/// let role = cloud.roles().add(&admin, wish).await?.done().await?;
/// let rule = NewRule { pattern: "list*".into(), permission: Permission::Deny, description: String::new() };
/// let rule = cloud.roles().add_rule(&admin, AddRoleRule { role, rule }).await?.done().await?;
/// cloud.roles().delete_rule(&admin, DeleteRoleRule { role, rule }).await?.done().await?;
/// assert!(cloud.view().role(role).is_some_and(|role| role.rules.is_empty()));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteRoleRule {
    /// The role.
    pub role: RoleId,
    /// The rule.
    pub rule: RoleRuleId,
}

impl Verb for DeleteRoleRule {
    type Answer = ();
    const NAME: &'static str = "role.delete_rule";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut role = own(desk.view(), caller, self.role)?;
        let at = position(&role, self.rule)?;
        role.rules.remove(at);
        tell(desk, "ROLE.PERMISSION.DELETE", &role);
        desk.update(role)?;
        Ok(Decision::done(()))
    }
}

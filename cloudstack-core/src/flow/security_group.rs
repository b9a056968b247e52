//! Security groups: making them, and what may pass their members (SG-01…). Rules reach running machines at once (SG-04).

use super::access;
use super::step::Desk;
use super::verb::{Decision, Verb};
use crate::base::id::{AccountId, EntityId, JobId, RuleId, SecurityGroupId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::ledger::View;
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::network::security_group::DEFAULT_GROUP;
use crate::model::network::security_rule::{Direction, Peer, SecurityRule, Service};
use crate::model::network::{Network, SecurityGroup};
use crate::model::org::Account;
use std::collections::BTreeSet;

/// The groups of a new machine: those asked for, or the account's default group, which is made on first use (SG-01).
pub(crate) fn of_new_vm(
    desk: &mut Desk<'_>,
    owner: &Account,
    networks: &[Network],
    asked: &BTreeSet<SecurityGroupId>,
) -> Result<BTreeSet<SecurityGroupId>> {
    if !networks.iter().any(|n| n.security_groups) {
        if let Some(group) = asked.first() {
            return Err(Error::invalid("groups", group, "none of the machine's networks has security groups"));
        }
        return Ok(BTreeSet::new());
    }
    for id in asked {
        let group = desk.view().need::<SecurityGroup>(*id)?;
        if group.account != owner.id {
            return Err(Error::not_found(SecurityGroupId::NOUN, id));
        }
    }
    if asked.is_empty() { Ok([default_of(desk, owner)?].into()) } else { Ok(asked.clone()) }
}

/// The account's default group: nothing in, everything out.
fn default_of(desk: &mut Desk<'_>, owner: &Account) -> Result<SecurityGroupId> {
    if let Some(group) = named(desk.view(), owner.id, DEFAULT_GROUP) {
        return Ok(group.id);
    }
    let id = desk.id::<SecurityGroupId>();
    let (name, description) = (Name::new(DEFAULT_GROUP)?, "Default Security Group".to_owned());
    desk.insert(SecurityGroup { id, account: owner.id, name, description, rules: Vec::new() })?;
    Ok(id)
}

/// The account's group of this name.
#[must_use]
pub fn named<'a>(view: &'a View, account: AccountId, name: &str) -> Option<&'a SecurityGroup> {
    view.security_groups().find(0, &[Value::link(account), Value::text(name)])
}

fn owned(view: &View, caller: &Caller, id: SecurityGroupId) -> Result<SecurityGroup> {
    let group = view.need::<SecurityGroup>(id)?;
    access::owned(view, caller, group.account, SecurityGroupId::NOUN, id)?;
    Ok(group.clone())
}

fn say(desk: &mut Desk<'_>, kind: &str, group: &SecurityGroup, text: String) {
    desk.event(kind, EventLevel::Info, Some(group.account), group.id.to_string(), text);
}

/// A request for a security group.
///
/// A new group lets nothing in and everything out.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::security_group::AddSecurityGroup;
/// let wish = AddSecurityGroup { name: "web".parse()?, description: "web servers".into(), account: None };
/// let group = cloud.security_groups().add(&admin, wish).await?.done().await?;
/// // Machines join groups when they are made.
/// let vm = DeployVm::new(zone, offering, template).in_groups([group]);
/// let vm = cloud.vms().deploy(&admin, vm).await?.done().await?;
/// assert!(cloud.view().vm(vm).is_some_and(|vm| vm.groups.contains(&group)));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddSecurityGroup {
    /// Its name, unique in the account.
    pub name: Name,
    /// What it is for.
    pub description: String,
    /// Who shall own it; the caller's account if none is given.
    pub account: Option<AccountId>,
}

impl Verb for AddSecurityGroup {
    type Answer = SecurityGroupId;
    const NAME: &'static str = "security_group.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<SecurityGroupId>> {
        let owner = access::act_for(desk.view(), caller, self.account.unwrap_or(caller.account))?.clone();
        let id = desk.id::<SecurityGroupId>();
        let (name, description) = (self.name.clone(), self.description.clone());
        let group = SecurityGroup { id, account: owner.id, name, description, rules: Vec::new() };
        desk.insert(group.clone())?;
        say(desk, "SG.CREATE", &group, format!("security group {}", group.name));
        Ok(Decision::done(id))
    }
}

/// A request to let traffic pass the members of a group. Rules that are there already are left as they are.
///
/// May be repeated. Hosts are told within a moment of the commit.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::security_group::Authorize;
/// # use cloudstack_core::model::network::security_rule::{Direction, Peer, Ports, Service};
/// let group = cloud.view().vm(vm).and_then(|vm| vm.groups.first().copied()).ok_or("the default group")?;
/// let web = Authorize {
///     group,
///     direction: Direction::Ingress,
///     service: Service::Tcp(Ports::one(443)),
///     peers: vec![Peer::Cidr("192.0.2.0/24".parse()?), Peer::Group(group)],
/// };
/// let rules = cloud.security_groups().authorize(&admin, web.clone()).await?.done().await?;
/// assert_eq!(rules.len(), 2);
/// // The same again adds nothing.
/// assert!(cloud.security_groups().authorize(&admin, web).await?.done().await?.is_empty());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorize {
    /// The group.
    pub group: SecurityGroupId,
    /// Towards its members, or away from them.
    pub direction: Direction,
    /// What kind of traffic.
    pub service: Service,
    /// The far ends; a rule is made for each.
    pub peers: Vec<Peer>,
}

impl Verb for Authorize {
    type Answer = Vec<RuleId>;
    const NAME: &'static str = "security_group.authorize";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<Vec<RuleId>>> {
        let mut group = owned(desk.view(), caller, self.group)?;
        if self.peers.is_empty() {
            return Err(Error::invalid("peers", "", "give at least one address block or group"));
        }
        let mut added = Vec::new();
        for &peer in &self.peers {
            if let Peer::Group(other) = peer {
                same_domain(desk.view(), &group, other)?;
            }
            let rule = SecurityRule { id: desk.id(), direction: self.direction, service: self.service, peer };
            if !group.rules.iter().any(|known| known.key() == rule.key()) {
                added.push(rule.id);
                group.rules.push(rule);
            }
        }
        desk.update(group.clone())?;
        let kind = match self.direction {
            Direction::Ingress => "SG.AUTH.INGRESS",
            Direction::Egress => "SG.AUTH.EGRESS",
        };
        if !added.is_empty() {
            say(desk, kind, &group, format!("{} rules added to {}", added.len(), group.name));
        }
        Ok(Decision::done(added))
    }
}

/// Groups of another domain cannot be named.
fn same_domain(view: &View, group: &SecurityGroup, other: SecurityGroupId) -> Result<()> {
    let domain = |g: &SecurityGroup| view.account(g.account).map(|a| a.domain);
    let other = view.need::<SecurityGroup>(other)?;
    if domain(group) == domain(other) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Denied, "a group of another domain cannot be named in a rule").on(other.id))
}

/// A request to take rules back.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::security_group::{Authorize, Revoke};
/// # use cloudstack_core::model::network::security_rule::{Direction, Peer, Service};
/// let group = cloud.view().vm(vm).and_then(|vm| vm.groups.first().copied()).ok_or("the default group")?;
/// let (direction, service) = (Direction::Ingress, Service::Icmp(None));
/// let ping = Authorize { group, direction, service, peers: vec![Peer::Cidr("0.0.0.0/0".parse()?)] };
/// let rules = cloud.security_groups().authorize(&admin, ping).await?.done().await?;
/// let rules = rules.into_iter().collect();
/// cloud.security_groups().revoke(&admin, Revoke { group, rules }).await?.done().await?;
/// assert!(cloud.view().security_group(group).is_some_and(|group| group.rules.is_empty()));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoke {
    /// The group.
    pub group: SecurityGroupId,
    /// The rules.
    pub rules: BTreeSet<RuleId>,
}

impl Verb for Revoke {
    type Answer = ();
    const NAME: &'static str = "security_group.revoke";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let mut group = owned(desk.view(), caller, self.group)?;
        if let Some(stranger) = self.rules.iter().find(|id| !group.rules.iter().any(|r| r.id == **id)) {
            return Err(Error::not_found(RuleId::NOUN, stranger));
        }
        let (gone, rest) = group.rules.into_iter().partition(|rule| self.rules.contains(&rule.id));
        group.rules = rest;
        desk.update(group.clone())?;
        let gone: Vec<SecurityRule> = gone;
        for (direction, kind) in [(Direction::Ingress, "SG.REVOKE.INGRESS"), (Direction::Egress, "SG.REVOKE.EGRESS")] {
            let count = gone.iter().filter(|rule| rule.direction == direction).count();
            if count > 0 {
                say(desk, kind, &group, format!("{count} rules taken from {}", group.name));
            }
        }
        Ok(Decision::done(()))
    }
}

/// A request to delete a group that no machine is in and no other group's rule names.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::security_group::{AddSecurityGroup, DeleteSecurityGroup};
/// let wish = AddSecurityGroup { name: "web".parse()?, description: String::new(), account: None };
/// let group = cloud.security_groups().add(&admin, wish).await?.done().await?;
/// cloud.security_groups().delete(&admin, DeleteSecurityGroup { group }).await?.done().await?;
/// assert!(cloud.view().security_group(group).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteSecurityGroup {
    /// The group.
    pub group: SecurityGroupId,
}

impl Verb for DeleteSecurityGroup {
    type Answer = ();
    const NAME: &'static str = "security_group.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let group = owned(desk.view(), caller, self.group)?;
        if group.name.as_str() == DEFAULT_GROUP {
            return Err(Error::invalid("group", &group.name, "the default group stays as long as its account"));
        }
        let naming = desk.derived().groups.named_by(group.id).next();
        let view = desk.view();
        let member = view.vms().by("account", group.account).find(|vm| vm.groups.contains(&group.id));
        let naming = naming.and_then(|id| view.security_group(id));
        let held = member.map(|vm| format!("machine {} is in it", vm.name));
        if let Some(why) = held.or_else(|| naming.map(|g| format!("a rule of group {} names it", g.name))) {
            return Err(Error::new(ErrorKind::Conflict, why).on(group.id).remedy("take it away there first"));
        }
        super::resource::forget(desk, group.id.to_u128())?;
        desk.remove::<SecurityGroup>(group.id)?;
        say(desk, "SG.DELETE", &group, format!("security group {}", group.name));
        Ok(Decision::done(()))
    }
}

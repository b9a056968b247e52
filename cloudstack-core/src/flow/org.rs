//! Domains, accounts, users, roles, projects and limits; and what every cloud begins with: the ROOT domain, its
//! administrator, the default roles, region 1, and the default offerings.

pub mod account;
pub mod domain;
pub mod key;
pub mod limit;
pub mod login;
pub mod project;
pub mod purge;
pub mod role;
pub mod user;

pub use account::{AddAccount, DeleteAccount, SetAccountState, SetDefaultZone, UpdateAccount};
pub use domain::{AddDomain, DeleteDomain, UpdateDomain};
pub use key::{DeleteKeys, RegisterKeys, caller_of, find_key};
pub use limit::{Recount, UpdateLimit};
pub use login::{RecordLogin, find_user};
pub use project::{
    ActivateProject, AddMember, AddProject, AnswerInvitation, DeleteInvitation, DeleteProject, RemoveMember,
    SuspendProject, UpdateProject,
};
pub use role::{
    AddRole, AddRoleRule, DeleteRole, DeleteRoleRule, ImportRole, OrderRoleRules, UpdateRole, UpdateRoleRule,
};
pub use user::{AddUser, DeleteUser, MoveUser, Profile, SetUserState, UpdateUser};

use super::step::Desk;
use crate::base::id::{AccountId, ComputeOfferingId, DiskOfferingId, DomainId, NetworkOfferingId, RegionId, UserId};
use crate::base::{Bytes, Caller, Error, ErrorKind, Name, Result, RoleType};
use crate::ledger::View;
use crate::model::infra::Region;
use crate::model::offering::{
    ComputeOffering, DEFAULT_COMPUTE_OFFERINGS, DEFAULT_DISK_OFFERINGS, DEFAULT_NETWORK_OFFERINGS, DiskOffering,
    NetworkOffering,
};
use crate::model::org::{Account, AccountType, DEFAULT_ROLES, Domain, DomainState, Role, User};
use std::collections::BTreeSet;

/// The kind of device that gives a service by default.
fn provider(service: &str) -> &'static str {
    if service == "SecurityGroup" { "SecurityGroupProvider" } else { "VirtualRouter" }
}

/// Puts into an empty cloud what every cloud begins with; does nothing to one that has it.
///
/// # Errors
/// Only if the ledger refuses a row.
pub fn bootstrap(desk: &mut Desk<'_>) -> Result<()> {
    if !desk.view().domains().is_empty() {
        return Ok(());
    }
    roles(desk)?;
    let (domain, account, user) = (desk.id::<DomainId>(), desk.id::<AccountId>(), desk.id::<UserId>());
    let (name, now) = (Name::new("admin")?, desk.now());
    let (path, state) = ("ROOT".to_owned(), DomainState::Active);
    desk.insert(Domain { id: domain, parent: None, name: Name::new("ROOT")?, path, state, network_domain: None })?;
    let role = role::default_of(desk.view(), RoleType::Admin).map(|role| role.id);
    let admin = Account::new(account, domain, name.clone(), AccountType::Admin, now);
    desk.insert(Account { role, builtin: true, ..admin.clone() })?;
    desk.insert(User { builtin: true, ..user::new(user, &admin, name, &Profile::default(), now) })?;
    let region = desk.id::<RegionId>();
    desk.insert(Region { id: region, number: 1, name: Name::new("Local")? })?;
    offerings(desk)
}

fn roles(desk: &mut Desk<'_>) -> Result<()> {
    for &(name, kind, description) in DEFAULT_ROLES {
        let (id, created) = (desk.id(), desk.now());
        let (name, description, rules) = (Name::new(name)?, description.to_owned(), Vec::new());
        let (builtin, public, enabled) = (true, kind != RoleType::Admin, true);
        desk.insert(Role { id, name, kind, description, rules, builtin, public, enabled, created })?;
    }
    Ok(())
}

fn offerings(desk: &mut Desk<'_>) -> Result<()> {
    for &(name, guest, specify_vlan, services) in DEFAULT_NETWORK_OFFERINGS {
        let id = desk.id::<NetworkOfferingId>();
        let services = services.iter().map(|s| ((*s).to_owned(), provider(s).to_owned())).collect();
        let name = Name::new(name)?;
        let (persistent, conserve, egress_open, rate) = (false, true, false, None);
        let offering =
            NetworkOffering { id, name, guest, services, specify_vlan, persistent, conserve, egress_open, rate };
        desk.insert(offering)?;
    }
    for &(name, cores, speed, ram) in DEFAULT_COMPUTE_OFFERINGS {
        let id = desk.id::<ComputeOfferingId>();
        let (host_tags, storage_tags) = (BTreeSet::new(), BTreeSet::new());
        let name = Name::new(name)?;
        let (local_storage, ha, planner) = (false, false, None);
        desk.insert(ComputeOffering {
            id,
            name,
            cores,
            speed,
            ram,
            host_tags,
            storage_tags,
            local_storage,
            ha,
            planner,
        })?;
    }
    for &(name, gib) in DEFAULT_DISK_OFFERINGS {
        let id = desk.id::<DiskOfferingId>();
        desk.insert(DiskOffering { id, name: Name::new(name)?, size: gib.map(Bytes::gib), tags: BTreeSet::new() })?;
    }
    Ok(())
}

/// The root administrator of this cloud.
///
/// # Errors
/// If the cloud has not been bootstrapped.
pub fn root_caller(view: &View) -> Result<Caller> {
    let none = || Error::new(ErrorKind::NotFound, "the cloud has no root administrator");
    let account = view.accounts().iter().find(|a| a.builtin && a.kind == AccountType::Admin).ok_or_else(none)?;
    let user = view.users().by("account", account.id).find(|user| user.builtin).ok_or_else(none)?;
    Ok(Caller { user: user.id, account: account.id, domain: account.domain, role: RoleType::Admin })
}

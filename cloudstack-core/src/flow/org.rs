//! Domains and accounts, and what every cloud begins with: the ROOT domain, its administrator, region 1, and the default
//! offerings.

pub mod account;
pub mod domain;

pub use account::{AddAccount, SetAccountState};
pub use domain::AddDomain;

use super::step::Desk;
use crate::base::id::{AccountId, ComputeOfferingId, DiskOfferingId, DomainId, NetworkOfferingId, RegionId, UserId};
use crate::base::{Bytes, Caller, Error, ErrorKind, Name, Result, Role};
use crate::ledger::View;
use crate::model::infra::Region;
use crate::model::offering::{
    ComputeOffering, DEFAULT_COMPUTE_OFFERINGS, DEFAULT_DISK_OFFERINGS, DEFAULT_NETWORK_OFFERINGS, DiskOffering,
    NetworkOffering,
};
use crate::model::org::{Account, AccountState, Domain, User};
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
    let (domain, account, user) = (desk.id::<DomainId>(), desk.id::<AccountId>(), desk.id::<UserId>());
    let name = Name::new("admin")?;
    desk.insert(Domain { id: domain, parent: None, name: Name::new("ROOT")?, path: "ROOT".to_owned() })?;
    let (role, state) = (Role::RootAdmin, AccountState::Enabled);
    desk.insert(Account { id: account, domain, name: name.clone(), role, state })?;
    desk.insert(User { id: user, account, domain, name })?;
    let region = desk.id::<RegionId>();
    desk.insert(Region { id: region, number: 1, name: Name::new("Local")? })?;
    offerings(desk)
}

fn offerings(desk: &mut Desk<'_>) -> Result<()> {
    for &(name, guest, specify_vlan, services) in DEFAULT_NETWORK_OFFERINGS {
        let id = desk.id::<NetworkOfferingId>();
        let services = services.iter().map(|s| ((*s).to_owned(), provider(s).to_owned())).collect();
        let name = Name::new(name)?;
        desk.insert(NetworkOffering { id, name, guest, services, specify_vlan, persistent: false })?;
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
    let account = view.accounts().iter().find(|a| a.role == Role::RootAdmin).ok_or_else(none)?;
    let user = view.users().by("account", account.id).next().ok_or_else(none)?;
    Ok(Caller { user: user.id, account: account.id, domain: account.domain, role: Role::RootAdmin })
}

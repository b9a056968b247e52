//! Ids in parameters: is there such a thing, and may this caller name it?
//!
//! The check is made once, by the kind of thing that the catalogue says a parameter names, before any command runs. So no
//! command can forget it, and what a caller may not see cannot be told from what is not there.

use cloudstack_core::base::Caller;
use cloudstack_core::base::id::*;
use cloudstack_core::flow::access;
use cloudstack_core::ledger::View;

/// What is known of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// There is such a thing, and the caller may name it.
    There,
    /// There is none.
    Nowhere,
    /// There is none, or it is another's. Of things that have owners, only administrators of the whole cloud are told
    /// that an id is not in use.
    NotYours,
}

/// An id from its text. Numbers are not ids here: no thing has a number.
pub(crate) fn parse(text: &str) -> Option<u128> {
    // Every typed id reads the same texts.
    (text.len() == 36).then(|| text.parse::<VmId>().ok()).flatten().map(EntityId::to_u128)
}

/// Who a thing belongs to.
enum Owner {
    /// Nobody: places, offerings, and what else everybody may know of.
    Nobody,
    Account(AccountId),
    Domain(DomainId),
    /// It is open to everybody, but has an owner.
    Public,
    /// Only root administrators know of it.
    Root,
}

/// Looks for a thing of one of these kinds (names of the catalogue, with commas between them).
pub(crate) fn find(view: &View, caller: &Caller, kinds: &str, id: u128) -> Found {
    if kinds.is_empty() {
        return Found::There;
    }
    let mut owned = false;
    for kind in kinds.split(',').map(str::trim) {
        let (owner, has_owner) = owner(view, kind, id);
        owned |= has_owner;
        let may = match owner {
            None => continue,
            Some(Owner::Nobody | Owner::Public) => true,
            Some(Owner::Root) => caller.is_root(),
            Some(Owner::Account(account)) => access::owned(view, caller, account, kind, "").is_ok(),
            Some(Owner::Domain(domain)) => domain == caller.domain || access::administer(view, caller, domain).is_ok(),
        };
        return if may { Found::There } else { Found::NotYours };
    }
    if owned && !caller.is_root() { Found::NotYours } else { Found::Nowhere }
}

/// Who owns the thing of this kind and id, if there is one; and whether things of this kind have owners at all.
fn owner(view: &View, kind: &str, id: u128) -> (Option<Owner>, bool) {
    fn at<I: EntityId>(id: u128) -> I {
        I::from_u128(id)
    }
    let nobody = |there: bool| (there.then_some(Owner::Nobody), false);
    let root = |there: bool| (there.then_some(Owner::Root), true);
    let account = |owner: Option<AccountId>| (owner.map(Owner::Account), true);
    match kind {
        "Zone" => nobody(view.zone(at(id)).is_some()),
        "Region" => nobody(view.region(at(id)).is_some()),
        "Pod" => root(view.pod(at(id)).is_some()),
        "Cluster" => root(view.cluster(at(id)).is_some()),
        "Host" => root(view.host(at(id)).is_some()),
        "StoragePool" => root(view.pool(at(id)).is_some()),
        "ImageStore" => root(view.image_store(at(id)).is_some()),
        "PhysicalNetwork" => nobody(view.physical_network(at(id)).is_some()),
        "VlanIpRange" | "StorageNetworkIpRange" => root(view.ip_range(at(id)).is_some()),
        "ServiceOffering" => nobody(view.compute_offering(at(id)).is_some()),
        "DiskOffering" => nobody(view.disk_offering(at(id)).is_some()),
        "NetworkOffering" => nobody(view.network_offering(at(id)).is_some()),
        "Template" => match view.template(at(id)) {
            Some(template) if template.public => (Some(Owner::Public), true),
            template => account(template.map(|t| t.account)),
        },
        "VirtualMachine" => account(view.vm(at(id)).map(|r| r.account)),
        "Volume" => account(view.volume(at(id)).map(|r| r.account)),
        "Nic" => account(view.nic(at(id)).and_then(|nic| view.vm(nic.vm)).map(|vm| vm.account)),
        "Network" => match view.network(at(id)) {
            Some(network) => (Some(network.account.map_or(Owner::Public, Owner::Account)), true),
            None => (None, true),
        },
        "SecurityGroup" => account(view.security_group(at(id)).map(|r| r.account)),
        "SecurityGroupRule" => {
            let of = |g: &&cloudstack_core::model::network::SecurityGroup| g.rules.iter().any(|r| r.id.to_u128() == id);
            account(view.security_groups().iter().find(of).map(|g| g.account))
        }
        "PublicIpAddress" | "IpAddress" => account(view.public_ip(at(id)).map(|r| r.account)),
        "Account" => account(view.account(at(id)).map(|r| r.id)),
        "User" => account(view.user(at(id)).map(|r| r.account)),
        "Domain" => (view.domain(at(id)).map(|r| Owner::Domain(r.id)), true),
        // Which events a caller sees is decided where they are listed: they are not rows.
        "Event" => nobody(true),
        "Alert" => root(view.alert(at(id)).is_some()),
        "AsyncJob" => account(view.job(at(id)).map(|r| r.caller.account)),
        // A kind of thing that this cloud has none of.
        _ => (None, false),
    }
}

//! Ids in parameters: is there such a thing, and may this caller name it?
//!
//! The check is made once, by the kind of thing that the catalogue says a parameter names, before any command runs. So no
//! command can forget it, and what a caller may not see cannot be told from what is not there.

use cloudstack_core::base::Caller;
use cloudstack_core::base::id::*;
use cloudstack_core::flow::access;
use cloudstack_core::flow::org::project::invitation;
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
    /// The core has decided.
    Yes(bool),
}

/// Looks for a thing of one of these kinds (names of the catalogue, with commas between them).
pub(crate) fn find(view: &View, caller: &Caller, kinds: &str, id: u128) -> Found {
    if kinds.is_empty() {
        return Found::There;
    }
    let mut owned = false;
    for kind in kinds.split(',').map(str::trim) {
        let (owner, has_owner) = owner(view, caller, kind, id);
        owned |= has_owner;
        let may = match owner {
            None => continue,
            Some(Owner::Nobody | Owner::Public) => true,
            Some(Owner::Root) => caller.is_root(),
            Some(Owner::Account(account)) => {
                view.account(account).is_some_and(|owner| access::may_see(view, caller, owner))
            }
            Some(Owner::Yes(yes)) => yes,
            Some(Owner::Domain(domain)) => access::scope::may_name(view, caller, domain),
        };
        return if may { Found::There } else { Found::NotYours };
    }
    if owned && !caller.is_root() { Found::NotYours } else { Found::Nowhere }
}

/// Whether the caller was asked into a project.
fn invited(view: &View, caller: &Caller, project: ProjectId) -> bool {
    let mut of = view.invitations().by("project", project);
    of.any(|row| invitation::may_see(view, caller, row))
}

/// Who owns the thing of this kind and id, if there is one; and whether things of this kind have owners at all.
fn owner(view: &View, caller: &Caller, kind: &str, id: u128) -> (Option<Owner>, bool) {
    fn at<I: EntityId>(id: u128) -> I {
        I::from_u128(id)
    }
    let nobody = |there: bool| (there.then_some(Owner::Nobody), false);
    let root = |there: bool| (there.then_some(Owner::Root), true);
    let account = |owner: Option<AccountId>| (owner.map(Owner::Account), true);
    match kind {
        "Zone" => (view.zone(at(id)).map(|z| Owner::Yes(access::see_zone(view, caller, z))), true),
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
        "Template" => (view.template(at(id)).map(|t| Owner::Yes(access::see_template(view, caller, t))), true),
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
        "FirewallRule" => account(view.firewall_rule(at(id)).map(|r| r.account)),
        "PortForwardingRule" => account(view.port_forward(at(id)).map(|r| r.account)),
        "LoadBalancerRule" => account(view.load_balancer(at(id)).map(|r| r.account)),
        "LbStickinessPolicy" => account(super::bind::balancer::owner_of_policy(view, at(id))),
        "OsType" => nobody(cloudstack_core::model::os::find(at(id)).is_some()),
        "OsCategory" => nobody(cloudstack_core::model::os::categories().any(|family| family.id.to_u128() == id)),
        "UserData" => account(view.user_data(at(id)).map(|r| r.account)),
        "SshKeyPair" => account(view.ssh_key_pair(at(id)).map(|r| r.account)),
        "Account" => account(view.account(at(id)).map(|r| r.id)),
        "User" => account(view.user(at(id)).map(|r| r.account)),
        "Domain" => (view.domain(at(id)).map(|r| Owner::Domain(r.id)), true),
        // Which events a caller sees is decided where they are listed: they are not rows.
        "Event" => nobody(true),
        "Alert" => root(view.alert(at(id)).is_some()),
        "Project" => {
            let seen = |p: &cloudstack_core::model::org::Project| access::project(view, caller, p.id).is_ok();
            (view.project(at(id)).map(|p| Owner::Yes(seen(p) || invited(view, caller, p.id))), true)
        }
        "ProjectInvitation" => {
            (view.invitation(at(id)).map(|i| Owner::Yes(invitation::may_see(view, caller, i))), true)
        }
        "Role" => (view.role(at(id)).map(|r| Owner::Yes(caller.is_root() || r.public)), true),
        "RolePermission" => root(view.roles().iter().any(|role| role.rules.iter().any(|rule| rule.id.to_u128() == id))),
        "AsyncJob" => account(view.job(at(id)).map(|r| r.caller.account)),
        // A kind of thing that this cloud has none of.
        _ => (None, false),
    }
}

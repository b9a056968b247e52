//! What holds after every commit: nothing is held twice, nothing is promised that is not there, rows fit together.

use super::{Findings, Violation};
use crate::base::id::{EntityId, NetworkId, NicId, PublicIpId, VmId};
use crate::base::{Bytes, Mhz, Mib};
use crate::flow::access;
use crate::ledger::View;
use crate::model::job::Job;
use crate::model::network::security_rule::{Ports, Service};
use crate::model::network::{GuestType, Network, NetworkState, Nic, NicState, RuleState};
use crate::model::vm::{Vm, VmState};
use crate::model::volume::{VolumeKind, VolumeState};
use crate::rules::conflict::{Claim, Purpose, beside};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::net::IpAddr;

/// Everything that is wrong with the rows of a cloud, by brute force: no index is trusted.
#[must_use]
pub fn always(view: &View) -> Vec<Violation> {
    let mut found = Findings::default();
    unique(view, &mut found);
    room(view, &mut found);
    for nic in view.nics().iter() {
        interface(view, nic, &mut found);
    }
    for vm in view.vms().iter() {
        machine(view, vm, &mut found);
    }
    for network in view.networks().iter().filter(|n| n.guest == GuestType::Isolated) {
        tags(view, network, &mut found);
    }
    owned(view, &mut found);
    rules(view, &mut found);
    jobs(view, &mut found);
    found.0
}

fn once<T: Ord + Debug, W: Debug>(what: &'static str, all: impl Iterator<Item = (T, W)>, found: &mut Findings) {
    let mut holders: BTreeMap<T, W> = BTreeMap::new();
    for (value, holder) in all {
        if let Some(other) = holders.get(&value) {
            found.tell(what, format!("{value:?} is held by {other:?} and by {holder:?}"));
        }
        holders.insert(value, holder);
    }
}

fn addresses(nic: &Nic) -> impl Iterator<Item = IpAddr> {
    nic.ip4.map(IpAddr::V4).into_iter().chain(nic.ip6.map(IpAddr::V6))
}

fn unique(view: &View, found: &mut Findings) {
    let nics = || view.nics().iter();
    once("one holder of an address", nics().flat_map(|n| addresses(n).map(|ip| ((n.network, ip), n.id))), found);
    once("one holder of a hardware address", nics().map(|n| (n.mac, n.id)), found);
    once("one holder of a place", nics().map(|n| ((n.vm, n.device), n.id)), found);
    once("one holder of a VLAN", view.vlans().iter().map(|v| ((v.physical_network, v.tag), v.network)), found);
    once("one holder of a public address", view.public_ips().iter().map(|p| ((p.zone, p.address), p.id)), found);
    once("one holder of a name", view.vms().iter().map(|v| ((v.account, v.name.clone()), v.id)), found);
    once("one holder of a name", view.networks().iter().map(|n| ((n.zone, n.name.clone()), n.id)), found);
    once("one holder of a name", view.security_groups().iter().map(|g| ((g.account, g.name.clone()), g.id)), found);
    once("one holder of a name", view.hosts().iter().map(|h| (h.name.clone(), h.id)), found);
    once("one host at an address", view.hosts().iter().map(|h| (h.address, h.id)), found);
}

/// No host and no pool is promised beyond what over-commit allows.
fn room(view: &View, found: &mut Findings) {
    for host in view.hosts().iter() {
        let Some(cluster) = view.cluster(host.cluster) else { continue };
        let on = view.vms().iter().filter(|vm| [vm.host, vm.moving_to, vm.reserved_on].contains(&Some(host.id)));
        let (cpu, ram) = on.fold((Mhz::ZERO, Mib::ZERO), |(cpu, ram), vm| (cpu.plus(vm.cpu()), ram.plus(vm.ram)));
        let may = |has: u64, share: u32| u128::from(has) * u128::from(share) / 1_000;
        let (all_cpu, all_ram) = (host.speed.times(u64::from(host.cores)).0, host.ram.0);
        let fits = u128::from(cpu.0) <= may(all_cpu, cluster.cpu_overcommit)
            && u128::from(ram.0) <= may(all_ram, cluster.ram_overcommit);
        found.unless(fits, "room of a host", || format!("{} is promised {cpu} and {ram}", host.name));
    }
    for pool in view.pools().iter() {
        let held: Bytes = view.volumes().iter().filter(|v| v.pool == Some(pool.id)).map(|v| v.size).sum();
        let may = u128::from(pool.capacity.0) * u128::from(pool.overprovisioning) / 1_000;
        found.unless(u128::from(held.0) <= may, "room of a pool", || format!("{} is promised {held}", pool.name));
    }
}

/// An interface's address is one that its network may give to a guest of that pod.
fn interface(view: &View, nic: &Nic, found: &mut Findings) {
    let (Some(network), Some(vm)) = (view.network(nic.network), view.vm(nic.vm)) else {
        return found.tell("no orphans", format!("{:?} has no network or no machine", nic.id));
    };
    for ip in addresses(nic) {
        let good = match network.guest {
            GuestType::Isolated => usable(network.cidr, network.gateway, ip),
            GuestType::Shared => view.ip_ranges().iter().any(|r| {
                r.network == Some(network.id)
                    && (r.first..=r.last).contains(&ip)
                    && r.pod.is_none_or(|pod| vm.pod == Some(pod))
                    && usable(r.subnet, r.gateway, ip)
            }),
        };
        found.unless(good, "address in range", || format!("{:?} of {:?} in {:?} has {ip}", nic.id, vm.id, vm.pod));
    }
}

fn usable(net: IpNet, gateway: IpAddr, ip: IpAddr) -> bool {
    net.contains(&ip) && ip != gateway && ip != net.network() && ip != net.broadcast()
}

/// What a machine's state says of its other fields.
fn machine(view: &View, vm: &Vm, found: &mut Findings) {
    let placed = matches!(vm.state, VmState::Starting | VmState::Running | VmState::Stopping | VmState::Migrating);
    found.unless(placed == vm.host.is_some(), "host by state", || {
        format!("{:?} is {} on {:?}", vm.id, vm.state, vm.host)
    });
    let moving = matches!(vm.state, VmState::Starting | VmState::Stopping | VmState::Migrating);
    found.unless(!moving || vm.job.is_some(), "somebody moves it", || {
        format!("{:?} is {} without a job", vm.id, vm.state)
    });
    found.unless(
        vm.moving_to.is_none() || vm.state == VmState::Migrating && vm.moving_to != vm.host,
        "target by state",
        || format!("{:?} is {} on {:?} and moves to {:?}", vm.id, vm.state, vm.host, vm.moving_to),
    );
    found.unless(vm.host.is_none() || vm.reserved_on.is_none(), "room held once", || {
        format!("{:?} holds room on {:?} and on {:?}", vm.id, vm.host, vm.reserved_on)
    });
    if vm.state == VmState::Running && vm.job.is_none() {
        let ready = view.nics().iter().filter(|n| n.vm == vm.id).all(|n| n.state == NicState::Reserved);
        found.unless(ready, "ports of a running machine", || format!("{:?} runs with unready interfaces", vm.id));
        let made = view.volumes().iter().filter(|v| v.vm == Some(vm.id)).all(|v| v.state == VolumeState::Ready);
        found.unless(made, "volumes of a running machine", || format!("{:?} runs with unready volumes", vm.id));
    }
    for group in &vm.groups {
        found.unless(view.security_group(*group).is_some(), "no orphans", || {
            format!("{:?} is in no group {group}", vm.id)
        });
    }
}

/// An isolated network has its tag while it needs one, and no longer (VLAN-02, GNET-07).
fn tags(view: &View, network: &Network, found: &mut Findings) {
    let held: Vec<u32> = view.vlans().iter().filter(|v| v.network == network.id).map(|v| v.tag).collect();
    let needs = !matches!(network.state, NetworkState::Allocated | NetworkState::Destroy);
    let wanted: Vec<u32> = network.vlan.into_iter().collect();
    found.unless(held == wanted && needs == (held.len() == 1), "a tag while it is needed", || {
        format!("{:?} is {} with {:?}, and holds {held:?}", network.id, network.state, network.vlan)
    });
    let hides = view.public_ips().iter().filter(|p| p.network == Some(network.id) && p.source_nat).count();
    found.unless(hides <= 1, "one address hides a network", || format!("{:?} has {hides}", network.id));
}

/// Rules lead from addresses of their network to interfaces on it, and no two of them quarrel.
fn rules(view: &View, found: &mut Findings) {
    let mut fits = |what: &dyn Debug, network, ip: Option<PublicIpId>, nics: &[NicId]| {
        let ip = ip.is_none_or(|id| view.public_ip(id).is_some_and(|ip| ip.network == Some(network)));
        let nics = nics.iter().all(|id| view.nic(*id).is_some_and(|nic| nic.network == network));
        let there = view.network(network).is_some() && ip && nics;
        found.unless(there, "rules fit their network", || format!("{what:?} on {network:?}"));
    };
    for rule in view.firewall_rules().iter() {
        fits(&rule.id, rule.network, rule.ip, &[]);
    }
    // Who withdraws a rule need not wait until devices have forgotten it.
    for rule in view.port_forwards().iter().filter(|rule| rule.state != RuleState::Revoke) {
        fits(&rule.id, rule.network, Some(rule.ip), &[rule.nic]);
    }
    for rule in view.load_balancers().iter().filter(|rule| rule.state != RuleState::Revoke) {
        let members: Vec<NicId> = rule.members.iter().copied().collect();
        fits(&rule.id, rule.network, Some(rule.ip), &members);
    }
    for ip in view.public_ips().iter() {
        if let (Some(nic), Some(network)) = (ip.static_nat, ip.network) {
            fits(&ip.id, network, None, &[nic]);
        }
    }
    for ip in view.public_ips().iter() {
        let mut claims: Vec<(Purpose, Service)> = Vec::new();
        let live = |state| state != RuleState::Revoke;
        let forwards = view.port_forwards().iter().filter(|r| r.ip == ip.id && live(r.state));
        claims.extend(forwards.map(|r| (Purpose::PortForwarding, r.transport.to(r.ports))));
        let balancers = view.load_balancers().iter().filter(|r| r.ip == ip.id && live(r.state));
        claims.extend(balancers.map(|r| (Purpose::LoadBalancing, r.transport.to(Ports::one(r.port)))));
        claims.extend(ip.static_nat.map(|_| (Purpose::StaticNat, Service::All)));
        let (nobody, network) = (BTreeSet::new(), NetworkId::from_u128(0));
        let claim = |(purpose, service): (Purpose, Service)| Claim {
            purpose,
            network,
            service,
            from: &nobody,
            to: &nobody,
            target: None,
        };
        for (at, new) in claims.iter().enumerate() {
            let quarrel = claims[..at].iter().find(|old| beside(&claim(**old), &claim(*new), true).is_err());
            found.unless(quarrel.is_none(), "rules beside each other", || {
                format!("{new:?} of {} is beside {quarrel:?}", ip.address)
            });
        }
        let one = ip.static_nat.is_none() || (!ip.source_nat && ip.network.is_some());
        found.unless(one, "one purpose of an address", || format!("{ip:?}"));
    }
}

fn owned(view: &View, found: &mut Findings) {
    for volume in view.volumes().iter() {
        let data = volume.kind == VolumeKind::Data;
        let owned = volume.vm.map_or(data, |id| view.vm(id).is_some());
        found.unless(owned, "no orphans", || format!("{:?} belongs to no machine", volume.id));
        found.unless(volume.vm.is_some() || volume.state != VolumeState::Attaching, "somebody moves it", || {
            format!("{:?} is on its way to or from nobody", volume.id)
        });
        let lies = volume.pool.is_none_or(|id| view.pool(id).is_some());
        found.unless(lies, "no orphans", || format!("{:?} lies on no pool", volume.id));
    }
    for vm in view.vms().iter() {
        let there = vm.hosts().chain(vm.reserved_on).all(|id| view.host(id).is_some());
        found.unless(there, "no orphans", || format!("{:?} is on no host", vm.id));
    }
    for vlan in view.vlans().iter() {
        found.unless(view.network(vlan.network).is_some(), "no orphans", || format!("{:?} has no network", vlan.id));
    }
    tenants(view, found);
}

/// What is owned has an owner, and owners have a place.
fn tenants(view: &View, found: &mut Findings) {
    let mut unless =
        |there: bool, what: String| found.unless(there, "no orphans", || format!("{what} belongs to nobody"));
    let account = |id| view.account(id).is_some();
    view.accounts().iter().for_each(|a| unless(view.domain(a.domain).is_some(), format!("{:?}", a.id)));
    view.users().iter().for_each(|u| unless(account(u.account), format!("{:?}", u.id)));
    view.api_keys().iter().for_each(|k| unless(view.user(k.user).is_some(), format!("{:?}", k.id)));
    view.vms().iter().for_each(|vm| unless(account(vm.account), format!("{:?}", vm.id)));
    view.volumes().iter().for_each(|v| unless(account(v.account), format!("{:?}", v.id)));
    view.security_groups().iter().for_each(|g| unless(account(g.account), format!("{:?}", g.id)));
    view.networks().iter().for_each(|n| unless(n.account.is_none_or(account), format!("{:?}", n.id)));
    view.templates().iter().for_each(|t| unless(account(t.account), format!("{:?}", t.id)));
    view.public_ips().iter().for_each(|ip| unless(account(ip.account), format!("{:?}", ip.id)));
    view.firewall_rules().iter().for_each(|r| unless(account(r.account), format!("{:?}", r.id)));
    view.port_forwards().iter().for_each(|r| unless(account(r.account), format!("{:?}", r.id)));
    view.load_balancers().iter().for_each(|r| unless(account(r.account), format!("{:?}", r.id)));
    for domain in view.domains().iter() {
        unless(domain.parent.is_none_or(|id| view.domain(id).is_some()), format!("{:?}", domain.id));
    }
    for project in view.projects().iter() {
        let owners = view.project_members().by("project", project.id).filter(|m| m.owner).count();
        unless(account(project.account) && owners == 1, format!("{:?}", project.id));
    }
    for member in view.project_members().iter() {
        unless(view.project(member.project).is_some() && account(member.account), format!("{:?}", member.id));
    }
}

/// A machine names the one job that changes it, and such a job's machine names it.
fn jobs(view: &View, found: &mut Findings) {
    for vm in view.vms().iter() {
        let Some(id) = vm.job else { continue };
        // A job may work on all machines of an account, or of a domain with all below it.
        let above = access::ancestry(view, vm.domain).map(|domain| domain.id.to_u128());
        let about: Vec<u128> = above.chain([vm.id.to_u128(), vm.account.to_u128()]).collect();
        let on_it = |job: &Job| job.finished.is_none() && job.entity.is_some_and(|id| about.contains(&id));
        let works = view.job(id).is_some_and(on_it);
        found.unless(works, "machine and job agree", || {
            format!("{:?} is held by {id:?}, which does not work on it", vm.id)
        });
    }
    for job in view.jobs().iter() {
        let state = job.state;
        let ended = matches!(state, crate::model::job::JobState::Succeeded | crate::model::job::JobState::Failed);
        found.unless(ended == job.finished.is_some(), "a job ends once", || format!("{:?} is {state}", job.id));
        let vm = job.entity.and_then(|id| view.vm(VmId::from_u128(id)));
        if let (Some(vm), None) = (vm, job.finished) {
            found.unless(vm.job == Some(job.id), "machine and job agree", || {
                format!("{:?} works on {:?}, which is held by {:?}", job.id, vm.id, vm.job)
            });
        }
    }
}

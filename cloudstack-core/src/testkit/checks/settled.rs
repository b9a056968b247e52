//! What holds once nothing fails and nothing is under way: rows and reality agree.

use super::{Findings, Violation};
use crate::flow::{Room, filters, network, outside};
use crate::ledger::{State, View};
use crate::model::infra::{HostStatus, PoolState};
use crate::model::network::{GuestType, NetworkState, NicState, PublicIpState, RuleState};
use crate::model::vm::VmState;
use crate::model::volume::VolumeState;
use crate::testkit::reality::{Facts, PortFact};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that differs between the rows of a quiet cloud and what is really there, and everything that is still on
/// its way although nothing hinders it.
#[must_use]
pub fn settled(view: &View, facts: &Facts) -> Vec<Violation> {
    let mut found = Findings::default();
    for violation in &facts.violations {
        found.tell("reality", violation);
    }
    at_rest(view, &mut found);
    guests(view, facts, &mut found);
    volumes(view, facts, &mut found);
    networks(view, facts, &mut found);
    routers(view, facts, &mut found);
    host_filters(view, facts, &mut found);
    found.0
}

fn at_rest(view: &View, found: &mut Findings) {
    const LAW: &str = "at rest";
    for job in view.jobs().iter().filter(|j| j.finished.is_none()) {
        found.tell(LAW, format!("{:?} {} is {}: {:?}", job.id, job.verb, job.state, job.waiting));
    }
    for vm in view.vms().iter() {
        let rests = matches!(vm.state, VmState::Stopped | VmState::Running | VmState::Destroyed | VmState::Error);
        found.unless(rests && vm.job.is_none(), LAW, || format!("{:?} is {}, job {:?}", vm.id, vm.state, vm.job));
    }
    for volume in view.volumes().iter() {
        let runs = volume.vm.and_then(|id| view.vm(id)).is_some_and(|vm| vm.state == VmState::Running);
        // One that has never been attached to a machine that ran has no bytes yet.
        let rests = volume.state == VolumeState::Ready || volume.state == VolumeState::Allocated && !runs;
        found.unless(rests, LAW, || format!("{:?} of {:?} is {}", volume.id, volume.vm, volume.state));
    }
    for nic in view.nics().iter() {
        let running = view.vm(nic.vm).is_some_and(|vm| vm.state == VmState::Running);
        let wanted = if running { NicState::Reserved } else { NicState::Allocated };
        found.unless(nic.state == wanted, LAW, || format!("{:?} is {}, not {wanted}", nic.id, nic.state));
    }
    for network in view.networks().iter() {
        let busy = view.nics().iter().any(|n| n.network == network.id && n.state != NicState::Allocated);
        let rests = match network.state {
            NetworkState::Setup => true,
            // A persistent one lives on without machines (PERS-01).
            NetworkState::Implemented => busy || view.network_offering(network.offering).is_some_and(|o| o.persistent),
            NetworkState::Allocated => !busy,
            _ => false,
        };
        found.unless(rests, LAW, || {
            format!("{:?} is {}, idle since {:?}", network.id, network.state, network.idle_since)
        });
    }
    for host in view.hosts().iter().filter(|h| h.status != HostStatus::Up) {
        found.tell(LAW, format!("host {} is {}", host.name, host.status));
    }
    for pool in view.pools().iter().filter(|p| p.state != PoolState::Up) {
        found.tell(LAW, format!("pool {} is {}", pool.name, pool.state));
    }
    for template in view.templates().iter().filter(|t| !t.ready) {
        found.tell(LAW, format!("template {} is not ready", template.name));
    }
}

/// Every running machine's guest runs on its host, and no host knows any other guest.
fn guests(view: &View, facts: &Facts, found: &mut Findings) {
    let mut wanted: BTreeMap<_, BTreeMap<String, bool>> = BTreeMap::new();
    for vm in view.vms().iter().filter(|vm| vm.state == VmState::Running) {
        let Some(host) = vm.host.and_then(|id| view.host(id)) else { continue };
        wanted.entry(host.address).or_default().insert(vm.instance_name(), true);
    }
    for host in view.hosts().iter() {
        let (known, should) = (facts.guests.get(&host.address), wanted.get(&host.address));
        let empty = BTreeMap::new();
        let (known, should) = (known.unwrap_or(&empty), should.unwrap_or(&empty));
        for name in known.keys().chain(should.keys()).collect::<std::collections::BTreeSet<_>>() {
            let (is, shall) = (known.get(name), should.get(name));
            found.unless(is == shall, "guests", || format!("{name} on {}: runs {is:?}, should {shall:?}", host.name));
        }
    }
}

fn volumes(view: &View, facts: &Facts, found: &mut Findings) {
    let mut wanted: BTreeMap<String, BTreeMap<String, _>> = BTreeMap::new();
    for volume in view.volumes().iter() {
        let Some(pool) = volume.pool.and_then(|id| view.pool(id)) else { continue };
        wanted.entry(pool.url.clone()).or_default().insert(outside::volume_name(volume), volume.size);
    }
    for pool in facts.volumes.keys().chain(wanted.keys()).collect::<std::collections::BTreeSet<_>>() {
        let empty = BTreeMap::new();
        let (is, shall) = (facts.volumes.get(pool).unwrap_or(&empty), wanted.get(pool).unwrap_or(&empty));
        found.unless(is == shall, "volumes", || format!("{pool} has {is:?}, should have {shall:?}"));
    }
}

fn networks(view: &View, facts: &Facts, found: &mut Findings) {
    let mut wanted = BTreeMap::new();
    for nic in view.nics().iter().filter(|n| n.state == NicState::Reserved) {
        let (Some(vm), Some(network)) = (view.vm(nic.vm), view.network(nic.network)) else { continue };
        let Some(host) = vm.host.and_then(|id| view.host(id)) else { continue };
        if view.network_offering(network.offering).is_some_and(|o| o.services.is_empty()) {
            continue;
        }
        let addresses = nic.ip4.map(Into::into).into_iter().chain(nic.ip6.map(Into::into)).collect();
        wanted.insert(nic.id, PortFact { network: nic.network, host: host.address, mac: nic.mac, addresses });
    }
    for nic in facts.ports.keys().chain(wanted.keys()).collect::<std::collections::BTreeSet<_>>() {
        let (is, shall) = (facts.ports.get(nic), wanted.get(nic));
        found.unless(is == shall, "ports", || format!("{nic:?} is {is:?}, should be {shall:?}"));
    }
    joined(view, facts, found);
    let isolated = view.networks().iter().filter(|n| n.guest == GuestType::Isolated);
    for network in isolated {
        let (is, shall) = (facts.networks.get(&network.id), network.carries().then_some(&network.vlan));
        found.unless(is == shall, "networks", || format!("{:?} is carried as {is:?}, should be {shall:?}", network.id));
    }
    for id in facts.networks.keys().filter(|id| view.network(**id).is_none()) {
        found.tell("networks", format!("{id:?} is carried and has no row"));
    }
}

/// Every network that is carried has the router that its rows describe, and no other network has one. The interfaces of a shared
/// network are told one at a time, and are judged as ports.
fn routers(view: &View, facts: &Facts, found: &mut Findings) {
    for network in view.networks().iter() {
        let Some(offering) = view.network_offering(network.offering) else { continue };
        let kinds: BTreeSet<&String> = offering.services.values().collect();
        for kind in kinds {
            let Some(is) = facts.routers.get(&network.id) else { continue };
            if is.services.iter().any(|service| offering.services.get(service) != Some(kind)) {
                continue;
            }
            match network::router::router_spec(view, network, kind) {
                Ok(mut shall) => {
                    if network.guest == GuestType::Shared {
                        shall.ports.clone_from(&is.ports);
                    }
                    found.unless(*is == shall, "routers", || {
                        format!("{:?} has\n{is:?}\nshould have\n{shall:?}", network.id)
                    });
                }
                Err(error) => found.tell("routers", format!("{:?}: {error}", network.id)),
            }
        }
        let routed = network.carries() && offering.has("SourceNat");
        found.unless(!routed || facts.routers.contains_key(&network.id), "routers", || {
            format!("{:?} has no router", network.id)
        });
    }
    let waits = |state| state != RuleState::Active;
    let firewall = view.firewall_rules().iter().filter(|r| waits(r.state)).map(|r| format!("{:?}", r.id));
    let forwards = view.port_forwards().iter().filter(|r| waits(r.state)).map(|r| format!("{:?}", r.id));
    let balancers = view.load_balancers().iter().filter(|r| waits(r.state)).map(|r| format!("{:?}", r.id));
    let addresses = view.public_ips().iter().filter(|ip| ip.state != PublicIpState::Allocated);
    let addresses = addresses.map(|ip| format!("{:?}", ip.id));
    // What belongs to a network that no device carries is heard when one carries it again.
    for what in firewall.chain(forwards).chain(balancers).chain(addresses) {
        found.tell("at rest", format!("{what} waits to be heard"));
    }
}

/// A host has the interfaces of the machines on it, each in its network, and no other.
fn joined(view: &View, facts: &Facts, found: &mut Findings) {
    let mut wanted = BTreeMap::new();
    for nic in view.nics().iter().filter(|n| n.state == NicState::Reserved) {
        let host = view.vm(nic.vm).and_then(|vm| vm.host).and_then(|id| view.host(id));
        if let (Some(host), Ok(tap)) = (host, filters::tap(nic.id)) {
            wanted.insert((host.address, tap), nic.network);
        }
    }
    for at in facts.joined.keys().chain(wanted.keys()).collect::<std::collections::BTreeSet<_>>() {
        let (is, shall) = (facts.joined.get(at), wanted.get(at));
        found.unless(is == shall, "interfaces", || format!("{at:?} is in {is:?}, should be in {shall:?}"));
    }
}

/// Every host filters what its rows compile to, and nothing else (SG-04, SG-08).
fn host_filters(view: &View, facts: &Facts, found: &mut Findings) {
    let room = State::<Room>::of(view.clone()).derived;
    for host in view.hosts().iter() {
        let members = |group| room.groups.members(group).filter_map(|id| view.vm(id)).cloned().collect();
        let wanted = match filters::policy(view, host.id, members) {
            Ok(policy) => crate::rules::security_group::compile(&policy),
            Err(error) => {
                found.tell("filters", format!("{}: {error}", host.name));
                continue;
            }
        };
        let is = facts.filters.get(&host.address).cloned().unwrap_or_default();
        found.unless(is == wanted, "filters", || format!("{} has\n{is:?}\nshould have\n{wanted:?}", host.name));
    }
}

//! What is counted of a row, while it is as it is.

use super::count::Count;
use crate::base::id::{AccountId, EntityId, NetworkId, ZoneId};
use crate::ledger::{Row, View};
use crate::model::network::{Network, Nic, PublicIp, PublicIpState, RuleState};
use crate::model::usage::{self, Meter};
use crate::model::vm::{Vm, VmState};
use crate::model::volume::{Volume, VolumeState};

/// Whose book things are in that nobody owns.
pub(super) fn nobody() -> AccountId {
    AccountId::from_u128(0)
}

/// What is counted of a row, for which account. What a row of its own does not say, `count` and the view know.
pub(super) fn of(row: &Row, count: &Count, view: &View) -> Vec<(AccountId, Meter)> {
    match row {
        Row::Vm(vm) => machine(vm),
        Row::Volume(volume) => self::volume(volume).into_iter().collect(),
        Row::Template(row) if row.ready => {
            let meter = Meter { zone: Some(row.zone), size: Some(row.size), ..plain(usage::TEMPLATE, row.id) };
            vec![(row.account, meter)]
        }
        Row::PublicIp(ip) => address(ip).into_iter().collect(),
        Row::Network(network) => vec![self::network(network)],
        Row::Nic(nic) => interface(nic, count, view).into_iter().collect(),
        Row::PortForward(r) if r.state != RuleState::Revoke => {
            let meter =
                Meter { zone: of_network(r.network, count, view).1, ..plain(usage::PORT_FORWARDING_RULE, r.id) };
            vec![(r.account, meter)]
        }
        Row::LoadBalancer(r) if r.state != RuleState::Revoke => {
            let meter =
                Meter { zone: of_network(r.network, count, view).1, ..plain(usage::LOAD_BALANCER_POLICY, r.id) };
            vec![(r.account, meter)]
        }
        _ => Vec::new(),
    }
}

fn plain<I: EntityId>(kind: u16, id: I) -> Meter {
    Meter { kind, resource: id.to_u128(), offering: None, template: None, zone: None, size: None, special: false }
}

fn machine(vm: &Vm) -> Vec<(AccountId, Meter)> {
    if matches!(vm.state, VmState::Destroyed | VmState::Expunging | VmState::Error) {
        return Vec::new();
    }
    let whole = |kind| Meter {
        offering: Some(vm.offering.to_u128()),
        template: Some(vm.template.to_u128()),
        zone: Some(vm.zone),
        ..plain(kind, vm.id)
    };
    let mut meters = vec![whole(usage::ALLOCATED_VM)];
    if matches!(vm.state, VmState::Running | VmState::Stopping | VmState::Migrating) {
        meters.push(whole(usage::RUNNING_VM));
    }
    meters.extend(vm.groups.iter().map(|group| Meter {
        offering: Some(group.to_u128()),
        zone: Some(vm.zone),
        ..plain(usage::SECURITY_GROUP, vm.id)
    }));
    meters.into_iter().map(|meter| (vm.account, meter)).collect()
}

fn volume(volume: &Volume) -> Option<(AccountId, Meter)> {
    use VolumeState::{Allocated, Copying, Creating, Destroy, Expunged, Expunging, UploadOp};
    if matches!(volume.state, Allocated | Creating | Copying | UploadOp | Destroy | Expunging | Expunged) {
        return None;
    }
    let meter = Meter {
        offering: volume.offering.map(EntityId::to_u128),
        template: volume.template.map(EntityId::to_u128),
        zone: Some(volume.zone),
        size: Some(volume.size),
        ..plain(usage::VOLUME, volume.id)
    };
    Some((volume.account, meter))
}

fn address(ip: &PublicIp) -> Option<(AccountId, Meter)> {
    if ip.state == PublicIpState::Releasing {
        return None;
    }
    Some((ip.account, Meter { zone: Some(ip.zone), special: ip.source_nat, ..plain(usage::IP_ADDRESS, ip.id) }))
}

/// Networks that nobody owns are remembered: their interfaces are counted by their offering.
fn network(network: &Network) -> (AccountId, Meter) {
    let meter = |kind| Meter {
        offering: Some(network.offering.to_u128()),
        zone: Some(network.zone),
        ..plain(kind, network.id)
    };
    match network.account {
        Some(account) => (account, meter(usage::NETWORK)),
        None => (nobody(), meter(0)),
    }
}

/// Offering and zone of a network, which may be gone from the view, and is then in the books.
fn of_network(id: NetworkId, count: &Count, view: &View) -> (Option<u128>, Option<ZoneId>) {
    let known = count.meter(id.to_u128()).map(|meter| (meter.offering, meter.zone));
    let there = || view.network(id).map(|network| (Some(network.offering.to_u128()), Some(network.zone)));
    known.or_else(there).unwrap_or_default()
}

/// Counted for the machine, by the offering of its network: both may be gone from the view, and are then in the books.
fn interface(nic: &Nic, count: &Count, view: &View) -> Option<(AccountId, Meter)> {
    let owner = count.owner(nic.id.to_u128()).or_else(|| count.owner(nic.vm.to_u128()));
    let owner = owner.or_else(|| view.vm(nic.vm).map(|vm| vm.account))?;
    let (offering, zone) = of_network(nic.network, count, view);
    offering?;
    let meter = Meter { offering, zone, special: nic.default, ..plain(usage::NETWORK_OFFERING, nic.vm) };
    Some((owner, meter))
}

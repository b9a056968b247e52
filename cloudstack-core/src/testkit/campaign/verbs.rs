//! Random verbs on whatever is there.

use super::Campaign;
use crate::base::id::{EntityId, VmId};
use crate::base::{Bytes, Name, Seed};
use crate::flow::infra::place::Place;
use crate::flow::infra::{AddHost, SetAllocation};
use crate::flow::network::AddNetwork;
use crate::flow::security_group::{Authorize, DeleteSecurityGroup, Revoke};
use crate::flow::vm::{DeployVm, DestroyVm, ExpungeVm, MigrateVm, RebootVm, RecoverVm, StartVm, StopVm};
use crate::flow::volume::{AddVolume, AttachVolume, DeleteVolume, DetachVolume};
use crate::ledger::{Table, View};
use crate::model::infra::{Allocation, ZoneKind};
use crate::model::network::security_rule::{Direction, Peer, Ports, Service};
use crate::model::vm::{Vm, VmState};
use crate::model::volume::{Volume, VolumeKind};
use crate::testkit::world::Ticket;
use std::net::IpAddr;

/// One of the rows, if there are any.
pub(super) fn one<'a, R: Table>(view: &'a View, dice: &mut Seed, may: impl Fn(&R) -> bool) -> Option<&'a R> {
    let rows: Vec<&R> = R::rows(view).iter().filter(|row| may(row)).collect();
    rows.get(usize::try_from(dice.below(rows.len() as u64)).unwrap_or(0)).copied()
}

impl Campaign {
    pub(super) fn name(&mut self, what: &str) -> Name {
        self.named += 1;
        Name::new(&format!("{what}-{}", self.named)).unwrap_or_else(|e| panic!("a short word is a name: {e}"))
    }

    pub(super) fn any_host(&mut self) -> Option<IpAddr> {
        one::<crate::model::infra::Host>(self.world.rows(), &mut self.dice, |_| true).map(|h| h.address)
    }

    fn any_vm(&mut self, states: &[VmState]) -> Option<VmId> {
        // Mostly one that the verb is for; sometimes any, which must be refused in good order.
        let any = self.dice.chance(1, 10);
        one::<Vm>(self.world.rows(), &mut self.dice, |vm| any || states.contains(&vm.state)).map(|vm| vm.id)
    }

    /// Asks for one verb or another.
    pub(super) fn any_verb(&mut self) {
        use VmState::{Destroyed, Error, Expunging, Running, Stopped};
        let roll = self.dice.below(100);
        let states: &[VmState] = match roll {
            30..=42 | 56..=59 => &[Running],
            43..=55 => &[Stopped],
            60..=69 => &[Running, Stopped, Error],
            70..=74 => &[Destroyed],
            75..=79 => &[Destroyed, Error, Expunging],
            _ => &[],
        };
        let vm = self.any_vm(states);
        let expunge = self.dice.chance(1, 2);
        let asked = match (roll, vm) {
            (0..=29, _) => self.any_machine(),
            (30..=42, Some(vm)) => self.world.submit(StopVm { vm, forced: expunge }),
            (43..=55, Some(vm)) => self.world.submit(StartVm { vm }),
            (56..=57, Some(vm)) => self.world.submit(RebootVm { vm }),
            (58..=59, Some(vm)) => self.world.submit(MigrateVm { vm, host: None }),
            (60..=69, Some(vm)) => self.world.submit(DestroyVm { vm, expunge }),
            (70..=74, Some(vm)) => self.world.submit(RecoverVm { vm }),
            (75..=79, Some(vm)) => self.world.submit(ExpungeVm { vm }),
            (80..=81, _) => self.any_volume(),
            (82..=89, _) => self.rules(),
            (90..=93, _) => return self.any_setting(),
            (94..=95, _) => self.add_network(),
            (96..=97, _) => self.add_host(),
            _ => self.allocation(),
        };
        let _may_be_none = asked;
    }

    /// Makes a volume, gives it to a machine, takes it from one, or deletes it.
    fn any_volume(&mut self) -> Option<Ticket> {
        let view = self.world.rows();
        let data = |v: &Volume| v.kind == VolumeKind::Data;
        let zone = view.zones().iter().next()?.id;
        let offering = view.disk_offerings().iter().find(|offering| offering.size.is_none())?.id;
        let found = one(view, &mut self.dice, data).map(|volume: &Volume| (volume.id, volume.vm));
        let roll = self.dice.below(4);
        let Some((volume, vm)) = found.filter(|_| roll > 0) else {
            let name = Name::new("data").ok()?;
            return self.world.submit(AddVolume { zone, name, offering, size: Some(Bytes::gib(1)), account: None });
        };
        match (vm, roll) {
            (Some(_), _) => self.world.submit(DetachVolume { volume }),
            (None, 1) => self.world.submit(DeleteVolume { volume }),
            (None, _) => {
                let vm = self.any_vm(&[VmState::Running, VmState::Stopped])?;
                self.world.submit(AttachVolume { volume, vm, device: None })
            }
        }
    }

    pub(super) fn wish(&mut self) -> Option<DeployVm> {
        let view = self.world.rows();
        let zone = view.zones().iter().next()?.clone();
        let template = view.templates().iter().find(|t| t.ready)?.id;
        let offering = one::<crate::model::offering::ComputeOffering>(view, &mut self.dice, |_| true)?.id;
        let networks = match zone.kind {
            ZoneKind::Basic => Vec::new(),
            ZoneKind::Advanced => {
                let found = one::<crate::model::network::Network>(view, &mut self.dice, |_| true);
                vec![found?.id]
            }
        };
        Some(DeployVm::new(zone.id, offering, template).on_networks(networks))
    }

    /// A machine that runs, or sometimes one for later.
    fn any_machine(&mut self) -> Option<Ticket> {
        let start = !self.dice.chance(1, 12);
        self.machine(start)
    }

    pub(super) fn deploy(&mut self) -> Option<Ticket> {
        self.machine(true)
    }

    fn machine(&mut self, start: bool) -> Option<Ticket> {
        if self.world.rows().vms().len() >= self.size.vms {
            return None;
        }
        let Some(wish) = self.wish() else { return self.add_network() };
        let name = self.name("vm");
        let data = one::<crate::model::offering::DiskOffering>(self.world.rows(), &mut self.dice, |d| d.size.is_some());
        let disk = data.map(|d| (d.id, None)).filter(|_| self.dice.chance(1, 4));
        let wish = DeployVm { disk, start, ..wish.named(name) };
        if self.dice.chance(1, 5) {
            // A plan that is not carried out must leave no trace; one that is carried out must come out as planned.
            let cloud = self.world.cloud()?;
            let _plan = cloud.plan(&cloud.root_caller(), wish.clone());
        }
        self.world.submit(wish)
    }

    fn rules(&mut self) -> Option<super::super::world::Ticket> {
        if self.world.rows().zones().iter().all(|zone| zone.kind == ZoneKind::Advanced) {
            return self.any_router();
        }
        let group = one::<crate::model::network::SecurityGroup>(self.world.rows(), &mut self.dice, |_| true)?.clone();
        if self.dice.chance(1, 20) {
            return self.world.submit(DeleteSecurityGroup { group: group.id });
        }
        if self.dice.chance(1, 3)
            && let Some(rule) = group.rules.first()
        {
            return self.world.submit(Revoke { group: group.id, rules: [rule.id].into() });
        }
        let port = u16::try_from(self.dice.below(60_000)).unwrap_or(1);
        let direction = if self.dice.chance(1, 4) { Direction::Egress } else { Direction::Ingress };
        let peer = match self.dice.chance(1, 2) {
            true => Peer::Group(group.id),
            false => Peer::host(IpAddr::from([10, 9, 8, u8::try_from(port % 256).unwrap_or(0)])),
        };
        let service = Service::Tcp(Ports::one(port));
        self.world.submit(Authorize { group: group.id, direction, service, peers: vec![peer] })
    }

    fn any_setting(&mut self) {
        let choices: &[(&str, &[&str])] = &[
            ("vm.allocation.algorithm", &["random", "firstfit", "userdispersing"]),
            ("ping.interval", &["20", "60", "90"]),
            ("wait", &["30", "120", "600"]),
            ("start.retry", &["1", "2", "10"]),
            ("capacity.skipcounting.hours", &["0", "300", "3600"]),
            ("pool.storage.allocated.capacity.disablethreshold", &["0.5", "0.85", "1"]),
            ("cluster.memory.allocated.capacity.disablethreshold", &["0.6", "0.85", "1"]),
            ("job.expire.minutes", &["10", "1440"]),
        ];
        let (name, values) = choices[usize::try_from(self.dice.below(choices.len() as u64)).unwrap_or(0)];
        let value = values[usize::try_from(self.dice.below(values.len() as u64)).unwrap_or(0)];
        self.setting(name, value);
    }

    pub(super) fn add_network(&mut self) -> Option<super::super::world::Ticket> {
        let view = self.world.rows();
        let zone = view.zones().iter().find(|z| z.kind == ZoneKind::Advanced)?.id;
        let source_nat = |o: &&crate::model::offering::NetworkOffering| o.has("SourceNat");
        let offering = view.network_offerings().iter().find(source_nat)?.id;
        let name = self.name("net");
        self.world.submit(AddNetwork::isolated(zone, name, offering))
    }

    pub(super) fn add_host(&mut self) -> Option<super::super::world::Ticket> {
        let cluster = one::<crate::model::infra::Cluster>(self.world.rows(), &mut self.dice, |_| true)?.clone();
        let pod = self.world.rows().pod(cluster.pod)?.clone();
        let name = self.name("late");
        let last = 120 + self.named % 30;
        let address = pod.subnet.hosts().nth(usize::try_from(last).ok()?)?;
        self.world.submit(AddHost::new(cluster.id, name, address))
    }

    fn allocation(&mut self) -> Option<super::super::world::Ticket> {
        let cluster = one::<crate::model::infra::Cluster>(self.world.rows(), &mut self.dice, |_| true)?.id;
        let allocation = if self.dice.chance(1, 3) { Allocation::Disabled } else { Allocation::Enabled };
        self.world.submit(SetAllocation { place: Place::Cluster(cluster), allocation })
    }

    /// A guest goes off by itself.
    pub(super) fn power_off(&mut self) {
        let Some(vm) = self.any_vm(&[VmState::Running]).and_then(|id| self.world.rows().vm(id).cloned()) else {
            return;
        };
        let Some(host) = vm.host.and_then(|id| self.world.rows().host(id)) else { return };
        let (address, id) = (host.address, vm.id.to_u128());
        self.world.note(&format!("powered off {id:x}"));
        self.world.reality().power_off(address, &vm.instance_name());
    }
}

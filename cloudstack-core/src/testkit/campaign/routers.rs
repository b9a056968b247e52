//! Cases and random verbs of routers: public addresses and rules, and interfaces that come and go.

use super::Campaign;
use super::cases::{PATIENCE, plain, running, stopped};
use super::verbs::one;
use crate::base::id::{NetworkId, NicId, PublicIpId, VmId};
use crate::flow::network::*;
use crate::flow::vm::{AddNic, DeployVm, RemoveNic, SetDefaultNic};
use crate::model::network::rule::{Algorithm, Transport};
use crate::model::network::security_rule::{Direction, Ports, Service};
use crate::model::network::{FirewallRule, GuestType, LoadBalancer, Network, NetworkState, Nic, PortForward, PublicIp};
use crate::model::vm::{Vm, VmState};
use crate::testkit::world::Ticket;
use std::collections::BTreeSet;

/// A machine that runs, and a public address for its network.
pub(super) fn addressed(c: &mut Campaign) -> Option<VmId> {
    let vm = running(c)?;
    let network = c.network_of(vm)?;
    let _done = c.world.finish(AcquireAddress::of(network), PATIENCE);
    Some(vm)
}

/// As [`addressed`], and the address stands for the machine.
pub(super) fn translated(c: &mut Campaign) -> Option<VmId> {
    let vm = addressed(c)?;
    let ip = c.free_address()?;
    let _done = c.world.finish(EnableStaticNat { ip, vm, network: None }, PATIENCE);
    let _done = c.world.finish(opening(ip, 22), PATIENCE);
    Some(vm)
}

/// As [`addressed`], with a port forwarding rule, a load balancer rule that the machine is a member of, and an egress rule.
pub(super) fn ruled(c: &mut Campaign) -> Option<VmId> {
    let vm = addressed(c)?;
    let (ip, network) = (c.free_address()?, c.network_of(vm)?);
    let _done = c.world.finish(forwarding(ip, vm, 2222), PATIENCE);
    let _done = c.world.finish(AddLoadBalancer::new(ip, plain("web"), 80, 8080), PATIENCE);
    let rule = c.world.rows().load_balancers().iter().next()?.id;
    let _done = c.world.finish(AssignMembers { rule, vms: [vm].into() }, PATIENCE);
    let _done = c.world.finish(OpenEgress::new(network, Service::All), PATIENCE);
    Some(vm)
}

/// As [`addressed`], with a load balancer rule that has no members.
pub(super) fn balanced(c: &mut Campaign) -> Option<VmId> {
    let vm = addressed(c)?;
    let ip = c.free_address()?;
    let _done = c.world.finish(AddLoadBalancer::new(ip, plain("web"), 80, 8080), PATIENCE);
    Some(vm)
}

/// As [`ruled`], and clients come back to the same member.
pub(super) fn sticky(c: &mut Campaign) -> Option<VmId> {
    let vm = ruled(c)?;
    let _done = c.stick().map(|wish| c.world.finish(wish, PATIENCE));
    Some(vm)
}

/// A machine that runs, and another network.
pub(super) fn beside(c: &mut Campaign) -> Option<VmId> {
    let vm = running(c)?;
    let _ticket = c.add_network();
    c.world.run_for(crate::base::Span::secs(5));
    Some(vm)
}

/// A machine that runs on two networks.
pub(super) fn on_two(c: &mut Campaign) -> Option<VmId> {
    let vm = beside(c)?;
    let wish = c.wish_nic(vm)?;
    let _done = c.world.finish(wish, PATIENCE);
    Some(vm)
}

/// A stopped machine on two networks.
pub(super) fn off_on_two(c: &mut Campaign) -> Option<VmId> {
    let vm = stopped(c)?;
    let _ticket = c.add_network();
    c.world.run_for(crate::base::Span::secs(5));
    let wish = c.wish_nic(vm)?;
    let _done = c.world.finish(wish, PATIENCE);
    Some(vm)
}

/// A machine that was never started.
pub(super) fn unstarted(c: &mut Campaign) -> Option<VmId> {
    let wish = DeployVm { start: false, ..c.wish()? };
    let _done = c.world.finish(wish, PATIENCE);
    c.world.rows().vms().iter().map(|vm| vm.id).next()
}

fn opening(ip: PublicIpId, port: u16) -> OpenFirewall {
    OpenFirewall { ip, service: Service::Tcp(Ports::one(port)), from: BTreeSet::new() }
}

fn forwarding(ip: PublicIpId, vm: VmId, port: u16) -> AddPortForward {
    AddPortForward::new(ip, Transport::Tcp, Ports::one(port), vm, Ports::one(22))
}

impl Campaign {
    fn network_of(&self, vm: VmId) -> Option<NetworkId> {
        self.world.rows().nics().by("vm", vm).find(|nic| nic.default).map(|nic| nic.network)
    }

    fn free_address(&self) -> Option<PublicIpId> {
        self.world.rows().public_ips().iter().find(|ip| !ip.source_nat).map(|ip| ip.id)
    }

    fn wish_nic(&self, vm: VmId) -> Option<AddNic> {
        let on = self.network_of(vm)?;
        let network = self.world.rows().networks().iter().find(|n| n.id != on)?.id;
        Some(AddNic { vm, network, address: None })
    }

    fn stick(&self) -> Option<AddStickiness> {
        let rule = self.world.rows().load_balancers().iter().next()?.id;
        let (description, method) = (String::new(), "SourceBased".to_owned());
        let parameters = [("expire".to_owned(), "30m".to_owned())].into();
        Some(AddStickiness { rule, name: plain("sticky"), description, method, parameters })
    }

    pub(super) fn acquire(&mut self, vm: VmId) -> Option<Ticket> {
        let network = self.network_of(vm)?;
        self.world.submit(AcquireAddress::of(network))
    }
    pub(super) fn release(&mut self) -> Option<Ticket> {
        let ip = self.free_address()?;
        self.world.submit(ReleaseAddress { ip })
    }
    pub(super) fn translate(&mut self, vm: VmId) -> Option<Ticket> {
        let ip = self.free_address()?;
        self.world.submit(EnableStaticNat { ip, vm, network: None })
    }
    pub(super) fn translate_no_more(&mut self) -> Option<Ticket> {
        let ip = self.free_address()?;
        self.world.submit(DisableStaticNat { ip })
    }
    pub(super) fn forward(&mut self, vm: VmId) -> Option<Ticket> {
        let ip = self.free_address()?;
        self.world.submit(forwarding(ip, vm, 2200))
    }
    pub(super) fn forward_no_more(&mut self) -> Option<Ticket> {
        let rule = self.world.rows().port_forwards().iter().next()?.id;
        self.world.submit(DeletePortForward { rule })
    }
    pub(super) fn open(&mut self) -> Option<Ticket> {
        let ip = self.free_address()?;
        self.world.submit(opening(ip, 443))
    }
    pub(super) fn close(&mut self, direction: Direction) -> Option<Ticket> {
        let rule = self.world.rows().firewall_rules().iter().find(|rule| rule.direction == direction)?.id;
        match direction {
            Direction::Ingress => self.world.submit(CloseFirewall { rule }),
            Direction::Egress => self.world.submit(CloseEgress { rule }),
        }
    }
    pub(super) fn let_out(&mut self, vm: VmId) -> Option<Ticket> {
        let network = self.network_of(vm)?;
        self.world.submit(OpenEgress::new(network, Service::Tcp(Ports::one(22))))
    }
    pub(super) fn balance(&mut self) -> Option<Ticket> {
        let ip = self.free_address()?;
        self.world.submit(AddLoadBalancer::new(ip, plain("more"), 81, 8080))
    }
    /// One change of a load balancer rule.
    pub(super) fn rebalance(&mut self, vm: VmId, change: &str) -> Option<Ticket> {
        let row = self.world.rows().load_balancers().iter().next()?;
        let (rule, policy) = (row.id, row.stickiness.as_ref().map(|policy| policy.id));
        let (vms, algorithm) = ([vm].into(), Some(Algorithm::LeastConn));
        match change {
            "delete" => self.world.submit(DeleteLoadBalancer { rule }),
            "assign" => self.world.submit(AssignMembers { rule, vms }),
            "remove" => self.world.submit(RemoveMembers { rule, vms }),
            "stick" => self.stick().and_then(|wish| self.world.submit(wish)),
            "unstick" => self.world.submit(DeleteStickiness { rule, policy: policy? }),
            _ => self.world.submit(UpdateLoadBalancer { algorithm, ..UpdateLoadBalancer::of(rule) }),
        }
    }
    pub(super) fn plug(&mut self, vm: VmId) -> Option<Ticket> {
        let wish = self.wish_nic(vm)?;
        self.world.submit(wish)
    }
    fn other_nic(&self, vm: VmId) -> Option<NicId> {
        self.world.rows().nics().by("vm", vm).find(|nic| !nic.default).map(|nic| nic.id)
    }
    pub(super) fn unplug(&mut self, vm: VmId) -> Option<Ticket> {
        let nic = self.other_nic(vm)?;
        self.world.submit(RemoveNic { nic })
    }
    pub(super) fn lead(&mut self, vm: VmId) -> Option<Ticket> {
        let nic = self.other_nic(vm)?;
        self.world.submit(SetDefaultNic { nic })
    }

    /// One verb or another of routers and interfaces, on whatever is there.
    pub(super) fn any_router(&mut self) -> Option<Ticket> {
        let roll = self.dice.below(20);
        let port = 1_000 + u16::try_from(self.dice.below(40)).unwrap_or(0);
        let view = self.world.rows();
        let vm = one::<Vm>(view, &mut self.dice, |vm| vm.state == VmState::Running).map(|vm| vm.id);
        let mine = |n: &Network| n.guest == GuestType::Isolated && n.state != NetworkState::Shutdown;
        let network = one::<Network>(view, &mut self.dice, mine).map(|n| n.id);
        let ip = one::<PublicIp>(view, &mut self.dice, |_| true).map(|ip| ip.id);
        let nic = one::<Nic>(view, &mut self.dice, |_| true).map(|nic| nic.id);
        let balancer = one::<LoadBalancer>(view, &mut self.dice, |_| true).map(|rule| rule.id);
        let forward = one::<PortForward>(view, &mut self.dice, |_| true).map(|rule| rule.id);
        let fire = one::<FirewallRule>(view, &mut self.dice, |_| true).map(|rule| (rule.id, rule.direction));
        let name = self.name("lb");
        match roll {
            0..=3 => self.world.submit(AcquireAddress::of(network?)),
            4 => self.world.submit(ReleaseAddress { ip: ip? }),
            5..=6 => self.world.submit(EnableStaticNat { ip: ip?, vm: vm?, network: None }),
            7 => self.world.submit(DisableStaticNat { ip: ip? }),
            8..=10 => self.world.submit(forwarding(ip?, vm?, port)),
            11 => self.world.submit(DeletePortForward { rule: forward? }),
            12 => self.world.submit(opening(ip?, port)),
            13 => match fire? {
                (rule, Direction::Ingress) => self.world.submit(CloseFirewall { rule }),
                (rule, Direction::Egress) => self.world.submit(CloseEgress { rule }),
            },
            14 => self.world.submit(OpenEgress::new(network?, Service::Tcp(Ports::one(port)))),
            15 => self.world.submit(AddLoadBalancer::new(ip?, name, port, 80)),
            16 => self.world.submit(AssignMembers { rule: balancer?, vms: [vm?].into() }),
            17 => self.world.submit(AddNic { vm: vm?, network: network?, address: None }),
            18 => self.world.submit(RemoveNic { nic: nic? }),
            _ => self.world.submit(SetDefaultNic { nic: nic? }),
        }
    }
}

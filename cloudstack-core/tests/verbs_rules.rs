//! Public addresses and the rules of routers: what is refused, and what packets do once a router was told. Packets are judged
//! by the oracle of routers, on what the simulated device was last told.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Caller, ErrorKind, Span};
use cloudstack_core::flow::network::*;
use cloudstack_core::flow::offering::AddNetworkOffering;
use cloudstack_core::flow::org::{DeleteAccount, UpdateLimit};
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::network::rule::{Algorithm, Transport};
use cloudstack_core::model::network::security_rule::{Ports, Service};
use cloudstack_core::model::network::{GuestType, NetworkState, PublicIpState, RuleState};
use cloudstack_core::model::org::{LimitOwner, ResourceType};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::port::driver::{DriverErrorKind, RouterSpec};
use cloudstack_core::rules::packet::{IpPacket, Payload, Tracked};
use cloudstack_core::rules::router::oracle::{Fate, Inside, Refusal, Side, Target, fate};
use cloudstack_drivers::sim::Method;
use lab::{Lab, advanced, ip, name};
use std::collections::BTreeSet;
use std::net::IpAddr;

const SOMEBODY: &str = "198.51.100.7";

/// An isolated network with a machine that runs, and one more address.
struct Ground {
    lab: Lab,
    network: NetworkId,
    vm: VmId,
    ip: PublicIpId,
}

impl Ground {
    async fn on(lab: Lab) -> Self {
        let network = lab.isolated("n1").await;
        let vm = lab.run(lab.small_vm().on_networks([network])).await.unwrap();
        let ip = lab.run(AcquireAddress::of(network)).await.unwrap();
        Self { lab, network, vm, ip }
    }
    async fn new() -> Self {
        Self::on(Lab::advanced(2).await).await
    }
    fn public(&self) -> IpAddr {
        self.lab.view().public_ip(self.ip).unwrap().address
    }
    fn router(&self) -> RouterSpec {
        self.lab.world.snapshot().networks[&self.network].router.clone().unwrap()
    }
    fn guest(&self, vm: VmId) -> IpAddr {
        address(&self.lab, vm, self.network)
    }
    fn fate(&self, side: Side, src: IpAddr, dst: IpAddr, payload: Payload) -> Fate {
        let spec = self.router();
        let (subnet, gateway) = (spec.network.cidr, spec.network.gateway);
        let packet = IpPacket { src, dst, payload, tracked: Tracked::New };
        fate(&spec.rules, &Inside { subnet, gateway, serves: BTreeSet::new() }, side, &packet)
    }
    /// A new TCP connection from the world to a port of the address.
    fn knock(&self, src: &str, to: u16) -> Fate {
        self.fate(Side::World, ip(src), self.public(), Payload::Tcp { from: 40_000, to })
    }
    /// A new TCP connection of the machine to a port in the world.
    fn call(&self, to: u16) -> Fate {
        self.fate(Side::Guests, self.guest(self.vm), ip(SOMEBODY), Payload::Tcp { from: 40_000, to })
    }
    fn forward(&self, first: u16, last: u16) -> AddPortForward {
        let ports = Ports { first, last };
        AddPortForward::new(self.ip, Transport::Tcp, ports, self.vm, ports)
    }
    async fn refused(&self, verb: impl cloudstack_core::flow::Verb) -> ErrorKind {
        let rows = self.lab.rows();
        let refused = self.lab.refused(verb).await;
        assert_eq!(self.lab.rows(), rows, "{refused:?} changes nothing");
        refused.kind()
    }
}

fn address(lab: &Lab, vm: VmId, network: NetworkId) -> IpAddr {
    IpAddr::V4(lab.view().nics().by("vm", vm).find(|nic| nic.network == network).unwrap().ip4.unwrap())
}

fn tcp(first: u16, last: u16) -> Service {
    Service::Tcp(Ports { first, last })
}

fn opening(ip: PublicIpId, service: Service) -> OpenFirewall {
    OpenFirewall { ip, service, from: BTreeSet::new() }
}

fn guest_of(fate: &Fate) -> Option<(IpAddr, Option<u16>)> {
    match &fate.passage()?.target {
        Target::Guest { to, port, .. } => Some((*to, *port)),
        _ => None,
    }
}

/// Proves: FWNAT-01, FWNAT-04, FWNAT-05, FWNAT-08
#[tokio::test(start_paused = true)]
async fn a_port_must_be_open_to_be_forwarded() {
    let on = Ground::new().await;
    assert_eq!(on.knock(SOMEBODY, 33), Fate::Dropped(Refusal::Firewall), "nothing gets in by itself");
    let (ports, to) = (Ports::one(33), Ports::one(100));
    let lead = AddPortForward::new(on.ip, Transport::Tcp, ports, on.vm, to);
    on.lab.run(AddPortForward { open_firewall: false, ..lead }).await.unwrap();
    assert_eq!(on.knock(SOMEBODY, 33), Fate::Dropped(Refusal::Firewall));
    let rule = on.lab.run(opening(on.ip, tcp(33, 44))).await.unwrap();
    assert_eq!(guest_of(&on.knock(SOMEBODY, 33)), Some((on.guest(on.vm), Some(100))));
    assert_eq!(on.knock(SOMEBODY, 34), Fate::Dropped(Refusal::NoTarget), "open, and leads nowhere");
    assert_eq!(on.knock(SOMEBODY, 45), Fate::Dropped(Refusal::Firewall));
    on.lab.run(CloseFirewall { rule }).await.unwrap();
    assert_eq!(on.knock(SOMEBODY, 33), Fate::Dropped(Refusal::Firewall));

    let from = ["198.51.100.0/25".parse().unwrap()].into();
    on.lab.run(OpenFirewall { from, ..opening(on.ip, tcp(33, 33)) }).await.unwrap();
    assert!(on.knock(SOMEBODY, 33).passage().is_some());
    assert_eq!(on.knock("198.51.100.200", 33), Fate::Dropped(Refusal::Firewall));
    on.lab.check();
}

/// Proves: FWNAT-05, FWNAT-08
#[tokio::test(start_paused = true)]
async fn a_forwarding_opens_what_it_needs_and_takes_that_along() {
    let on = Ground::new().await;
    let ranges = on.lab.run(on.forward(8_000, 8_009)).await.unwrap();
    let single = AddPortForward::new(on.ip, Transport::Udp, Ports::one(8_000), on.vm, Ports::one(53));
    on.lab.run(single).await.unwrap();
    assert_eq!(on.lab.view().firewall_rules().len(), 2, "a machine has any number of them");
    assert_eq!(guest_of(&on.knock(SOMEBODY, 8_007)), Some((on.guest(on.vm), Some(8_007))));
    assert!(on.lab.view().port_forwards().iter().all(|rule| rule.state == RuleState::Active));
    on.lab.run(DeletePortForward { rule: ranges }).await.unwrap();
    assert_eq!((on.lab.view().port_forwards().len(), on.lab.view().firewall_rules().len()), (1, 1));
    assert_eq!(on.knock(SOMEBODY, 8_007), Fate::Dropped(Refusal::Firewall));
}

/// Proves: FWNAT-08, FWNAT-10, IPAM-13
#[tokio::test(start_paused = true)]
async fn rules_in_each_others_way_are_refused_and_change_nothing() {
    use ErrorKind::{Conflict, Invalid, NotFound, RuleConflict};
    let on = Ground::new().await;
    on.lab.run(on.forward(80, 89)).await.unwrap();
    let udp = |rule: AddPortForward| AddPortForward { transport: Transport::Udp, ..rule };
    let closed = |rule: AddPortForward| AddPortForward { open_firewall: false, ..rule };
    assert_eq!(on.refused(on.forward(89, 95)).await, RuleConflict);
    assert_eq!(on.refused(on.forward(0, 1)).await, Invalid);
    assert_eq!(on.refused(on.forward(9, 8)).await, Invalid);
    let shifted = AddPortForward { to: Ports { first: 200, last: 209 }, ..on.forward(100, 109) };
    assert_eq!(on.refused(shifted).await, Invalid, "a range leads to the same range");
    let fewer = AddPortForward { to: Ports::one(100), ..on.forward(100, 109) };
    assert_eq!(on.refused(fewer).await, Invalid);
    let nobody = AddPortForward { vm: VmId::from_u128(7), ..on.forward(100, 100) };
    assert_eq!(on.refused(nobody).await, NotFound);
    on.lab.run(closed(udp(on.forward(89, 95)))).await.unwrap();
    assert_eq!(on.refused(opening(on.ip, tcp(85, 85))).await, RuleConflict, "it was opened with the forwarding");
    assert_eq!(on.refused(opening(on.ip, Service::All)).await, Invalid);
    assert_eq!(on.refused(AddLoadBalancer::new(on.ip, name("a"), 90, 80)).await, RuleConflict, "whatever the protocol");
    assert_eq!(on.refused(AddLoadBalancer::new(on.ip, name("a"), 0, 80)).await, Invalid);
    let stand = EnableStaticNat { ip: on.ip, vm: on.vm, network: None };
    assert_eq!(on.refused(stand).await, RuleConflict);

    let view = on.lab.view();
    let hides = view.public_ips().iter().find(|ip| ip.source_nat).unwrap().id;
    let stand = EnableStaticNat { ip: hides, vm: on.vm, network: None };
    assert_eq!(on.refused(stand).await, Conflict);
    assert_eq!(on.refused(ReleaseAddress { ip: hides }).await, Conflict);
    assert_eq!(on.refused(AddLoadBalancer::new(hides, name("a"), 53, 53)).await, Invalid, "the router answers there");

    let other = on.lab.run(AcquireAddress::of(on.network)).await.unwrap();
    on.lab.run(EnableStaticNat { ip: other, vm: on.vm, network: None }).await.unwrap();
    let lead = AddPortForward { ip: other, ..on.forward(100, 100) };
    assert_eq!(on.refused(lead).await, RuleConflict);
    assert_eq!(on.refused(AddLoadBalancer::new(other, name("a"), 81, 80)).await, RuleConflict);
    let second = on.lab.run(on.lab.small_vm().on_networks([on.network])).await.unwrap();
    assert_eq!(on.refused(EnableStaticNat { ip: other, vm: second, network: None }).await, RuleConflict);
    on.lab.check();
}

/// Proves: IPAM-13
#[tokio::test(start_paused = true)]
async fn without_conserve_mode_an_address_serves_one_purpose() {
    let lab = Lab::advanced(1).await;
    let services = ["SourceNat", "PortForwarding", "Lb", "Firewall"];
    let offering = AddNetworkOffering {
        services: services.map(|service| (service.to_owned(), "VirtualRouter".to_owned())).into(),
        conserve: false,
        ..AddNetworkOffering::new(name("frugal"), GuestType::Isolated)
    };
    let offering = lab.run(offering).await.unwrap();
    let network = lab.run(AddNetwork::isolated(lab.zone(), name("n1"), offering)).await.unwrap();
    let vm = lab.run(lab.small_vm().on_networks([network])).await.unwrap();
    let ip = lab.run(AcquireAddress::of(network)).await.unwrap();
    let on = Ground { lab, network, vm, ip };
    on.lab.run(on.forward(80, 80)).await.unwrap();
    assert_eq!(on.refused(AddLoadBalancer::new(on.ip, name("a"), 90, 80)).await, ErrorKind::Conflict);
    on.lab.run(on.forward(81, 81)).await.unwrap();
    let stand = EnableStaticNat { ip: on.ip, vm: on.vm, network: None };
    assert_eq!(on.refused(stand).await, ErrorKind::Conflict, "the network has no such service");
}

/// Proves: FWNAT-01, FWNAT-02, FWNAT-03, FWNAT-12
#[tokio::test(start_paused = true)]
async fn guests_reach_nothing_until_an_egress_rule_says_so() {
    let on = Ground::new().await;
    assert_eq!(on.call(22), Fate::Dropped(Refusal::NoEgress));
    let outside =
        OpenEgress { from: ["10.1.2.0/24".parse().unwrap()].into(), ..OpenEgress::new(on.network, tcp(22, 22)) };
    assert_eq!(on.refused(outside).await, ErrorKind::Invalid, "sources are guests");
    let row = OpenEgress { from: ["10.1.1.0/24".parse().unwrap()].into(), ..OpenEgress::new(on.network, tcp(22, 22)) };
    let rule = on.lab.run(row.clone()).await.unwrap();
    assert!(on.call(22).passage().is_some());
    assert_eq!(on.call(23), Fate::Dropped(Refusal::NoEgress), "everything else stays blocked");
    assert_eq!(on.refused(row).await, ErrorKind::RuleConflict);
    assert_eq!(on.refused(CloseFirewall { rule }).await, ErrorKind::NotFound, "it is no rule of an address");
    for (service, payload) in [
        (Service::Udp(Ports::one(53)), Payload::Udp { from: 40_000, to: 53 }),
        (
            Service::Icmp(None),
            Payload::Icmp(cloudstack_core::model::network::security_rule::IcmpKind { kind: 8, code: 0 }),
        ),
        (Service::All, Payload::Tcp { from: 40_000, to: 9_999 }),
    ] {
        let out = |on: &Ground| on.fate(Side::Guests, on.guest(on.vm), ip(SOMEBODY), payload).passage().is_some();
        assert!(!out(&on), "{service:?}");
        let rule = on.lab.run(OpenEgress::new(on.network, service)).await.unwrap();
        assert!(out(&on), "{service:?}");
        on.lab.run(CloseEgress { rule }).await.unwrap();
    }
    on.lab.run(CloseEgress { rule }).await.unwrap();
    assert_eq!(on.call(22), Fate::Dropped(Refusal::NoEgress), "the last rule has gone");
}

/// Proves: FWNAT-02
#[tokio::test(start_paused = true)]
async fn where_all_is_let_out_rules_refuse() {
    let lab = Lab::advanced(1).await;
    let offering = AddNetworkOffering {
        services: ["SourceNat", "Firewall"].map(|s| (s.to_owned(), "VirtualRouter".to_owned())).into(),
        egress_open: true,
        ..AddNetworkOffering::new(name("open"), GuestType::Isolated)
    };
    let offering = lab.run(offering).await.unwrap();
    let network = lab.run(AddNetwork::isolated(lab.zone(), name("n1"), offering)).await.unwrap();
    let vm = lab.run(lab.small_vm().on_networks([network])).await.unwrap();
    let ip = lab.run(AcquireAddress::of(network)).await.unwrap();
    let on = Ground { lab, network, vm, ip };
    assert!(on.call(22).passage().is_some());
    let rule = on.lab.run(OpenEgress::new(on.network, tcp(22, 22))).await.unwrap();
    assert_eq!((on.call(22), on.call(23).passage().is_some()), (Fate::Dropped(Refusal::Egress(rule)), true));
}

/// Proves: FWNAT-11, SYSVM-09
#[tokio::test(start_paused = true)]
async fn a_network_gets_a_router_with_its_first_machine() {
    let on = Ground::new().await;
    let spec = on.router();
    let view = on.lab.view();
    let nic = view.nics().by("vm", on.vm).next().unwrap();
    let known = &spec.ports[&nic.id];
    let vm = on.lab.vm(on.vm);
    assert_eq!((known.mac, known.ip4, known.hostname.as_str()), (nic.mac, nic.ip4, vm.name.as_str()));
    assert!(known.default);
    assert!(["Dhcp", "Dns", "UserData", "SourceNat"].iter().all(|service| spec.services.contains(*service)));
    assert_eq!(spec.network.dns, [ip("192.168.1.1")], "names are asked of the zone's servers");
    assert_eq!(spec.rate, Some(200));
    on.lab.run(OpenEgress::new(on.network, Service::All)).await.unwrap();
    let hides = view.public_ips().iter().find(|ip| ip.source_nat).unwrap().address;
    assert_eq!(on.call(80).passage().map(|passage| passage.source), Some(hides));
    let public = &on.router().rules.public[&hides];
    assert_eq!((public.vlan, public.gateway), (Some(500), ip("10.9.0.1")));
    // A machine that stops is forgotten, its neighbours are not.
    let other = on.lab.run(on.lab.small_vm().on_networks([on.network])).await.unwrap();
    assert_eq!(on.router().ports.len(), 2);
    on.lab.run(StopVm { vm: on.vm, forced: true }).await.unwrap();
    on.lab.run(OpenEgress::new(on.network, tcp(1, 1))).await.unwrap();
    assert!(on.router().ports.values().all(|port| port.hostname == on.lab.vm(other).name.as_str()));
}

/// Proves: FWNAT-10
#[tokio::test(start_paused = true)]
async fn an_address_stands_for_a_machine_both_ways() {
    let on = Ground::new().await;
    let stand = EnableStaticNat { ip: on.ip, vm: on.vm, network: None };
    on.lab.run(stand.clone()).await.unwrap();
    assert_eq!(on.knock(SOMEBODY, 22), Fate::Dropped(Refusal::Firewall), "ports are opened by themselves");
    on.lab.run(opening(on.ip, tcp(22, 22))).await.unwrap();
    assert_eq!(guest_of(&on.knock(SOMEBODY, 22)), Some((on.guest(on.vm), Some(22))));
    on.lab.run(OpenEgress::new(on.network, Service::All)).await.unwrap();
    assert_eq!(on.call(80).passage().map(|passage| passage.source), Some(on.public()));
    let rows = on.lab.rows();
    on.lab.run(stand).await.unwrap();
    assert_eq!(on.lab.rows(), rows, "asked again, nothing changes");
    let second = on.lab.run(AcquireAddress::of(on.network)).await.unwrap();
    let twice = EnableStaticNat { ip: second, vm: on.vm, network: None };
    assert_eq!(on.refused(twice).await, ErrorKind::Conflict, "a machine has one such address");
    on.lab.run(DisableStaticNat { ip: on.ip }).await.unwrap();
    assert!(on.lab.view().firewall_rules().iter().all(|rule| rule.ip.is_none()), "what it let in was for that machine");
    assert_ne!(on.call(80).passage().map(|passage| passage.source), Some(on.public()));
    assert_eq!(on.refused(DisableStaticNat { ip: on.ip }).await, ErrorKind::Conflict);
}

/// Proves: FWNAT-09
#[tokio::test(start_paused = true)]
async fn only_a_machines_default_network_leads_to_it() {
    let on = Ground::new().await;
    let second = on.lab.isolated("n2").await;
    let both = on.lab.run(on.lab.small_vm().on_networks([second, on.network])).await.unwrap();
    let lead = AddPortForward { vm: both, ..on.forward(80, 80) };
    assert_eq!(on.refused(lead.clone()).await, ErrorKind::Conflict);
    assert_eq!(on.refused(EnableStaticNat { ip: on.ip, vm: both, network: None }).await, ErrorKind::Conflict);
    let nic = on.lab.view().nics().by("vm", both).find(|nic| nic.network == on.network).unwrap().id;
    on.lab.run(SetDefaultNic { nic }).await.unwrap();
    on.lab.run(lead).await.unwrap();
    let elsewhere = on.lab.run(on.lab.small_vm().on_networks([second])).await.unwrap();
    let lead = AddPortForward { vm: elsewhere, ..on.forward(90, 90) };
    assert_eq!(on.refused(lead).await, ErrorKind::Invalid, "it is not on the network at all");
}

/// Proves: IPAM-11
#[tokio::test(start_paused = true)]
async fn addresses_are_taken_through_states_and_come_back_when_devices_have_forgotten_them() {
    let on = Ground::on(Lab::live(&advanced(1)).await).await;
    let state = |on: &Ground| on.lab.view().public_ip(on.ip).map(|ip| ip.state);
    assert_eq!(state(&on), Some(PublicIpState::Allocated));
    on.lab.run(on.forward(80, 80)).await.unwrap();
    let address = on.public();
    on.lab.fail(Method::EnsureRouter, DriverErrorKind::Unreachable, Some(40));
    assert_eq!(on.lab.refused(ReleaseAddress { ip: on.ip }).await.kind(), ErrorKind::Device);
    assert_eq!(state(&on), Some(PublicIpState::Releasing));
    assert!(on.router().rules.public.contains_key(&address), "the device has not heard");
    // Nobody gets it meanwhile, and nothing is put on it.
    let other = on.lab.run(AcquireAddress { network: None, zone: Some(on.lab.zone()), account: None }).await.unwrap();
    assert_ne!(on.lab.view().public_ip(other).unwrap().address, address);
    assert_eq!(on.lab.refused(opening(on.ip, tcp(1, 1))).await.kind(), ErrorKind::Conflict);
    on.lab.until("it is free", |lab| lab.view().public_ip(on.ip).is_none()).await;
    assert!(!on.router().rules.public.contains_key(&address));
    assert!(on.lab.view().port_forwards().is_empty() && on.lab.view().firewall_rules().is_empty());
    // One that cannot be told at all is not kept.
    on.lab.fail(Method::EnsureRouter, DriverErrorKind::Refused, Some(1));
    let held = on.lab.view().public_ips().len();
    assert!(on.lab.run(AcquireAddress::of(on.network)).await.is_err());
    on.lab.until("it is given back", |lab| lab.view().public_ips().len() == held).await;
    on.lab.check();
}

/// Proves: IPAM-11
#[tokio::test(start_paused = true)]
async fn addresses_are_their_holders_counted_and_bound_by_their_first_rule() {
    let lab = Lab::advanced(1).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    let offering = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let own = AddNetwork::isolated(lab.zone(), name("anns"), offering);
    let network = lab.run_as(&ann, own).await.unwrap();
    let vm = lab.run_as(&ann, lab.small_vm().on_networks([network])).await.unwrap();
    let any = AcquireAddress { network: None, zone: Some(lab.zone()), account: None };
    let ip = lab.run_as(&ann, any.clone()).await.unwrap();
    assert_eq!(lab.view().public_ip(ip).unwrap().network, None);
    let refused = lab.run_as(&bob, ReleaseAddress { ip }).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    assert_eq!(lab.run_as(&bob, AcquireAddress::of(network)).await.unwrap_err().kind(), ErrorKind::NotFound);
    let lead = AddPortForward::new(ip, Transport::Tcp, Ports::one(80), vm, Ports::one(80));
    assert_eq!(lab.run_as(&ann, lead.clone()).await.unwrap_err().kind(), ErrorKind::Invalid, "which network?");
    assert_eq!(lab.run_as(&bob, lead.clone()).await.unwrap_err().kind(), ErrorKind::NotFound);
    lab.run_as(&ann, AddPortForward { network: Some(network), ..lead }).await.unwrap();
    assert_eq!(lab.view().public_ip(ip).unwrap().network, Some(network));
    let (owner, resource) = (LimitOwner::Account(ann.account), ResourceType::PublicIp);
    lab.run(UpdateLimit { owner, resource, max: Some(2) }).await.unwrap();
    assert_eq!(lab.run_as(&ann, any.clone()).await.unwrap_err().kind(), ErrorKind::Limit);
    lab.run_as(&ann, ReleaseAddress { ip }).await.unwrap();
    lab.run_as(&ann, any).await.unwrap();
    // An account that goes takes all of it along.
    let member: Caller = ann.clone();
    lab.run(DeleteAccount { account: member.account }).await.unwrap();
    let view = lab.view();
    assert_eq!((view.public_ips().len(), view.port_forwards().len(), view.firewall_rules().len()), (0, 0, 0));
    assert!(lab.world.snapshot().networks.is_empty());
}

/// Proves: LB-01
#[tokio::test(start_paused = true)]
async fn a_balancer_leads_to_its_members() {
    let on = Ground::new().await;
    let second = on.lab.run(on.lab.small_vm().on_networks([on.network])).await.unwrap();
    let rule = on.lab.run(AddLoadBalancer::new(on.ip, name("web"), 80, 8080)).await.unwrap();
    assert_eq!(on.knock(SOMEBODY, 80), Fate::Dropped(Refusal::NoTarget), "it has no members yet");
    on.lab.run(AssignMembers { rule, vms: [on.vm, second].into() }).await.unwrap();
    let members = |fate: Fate| match fate.passage().map(|passage| passage.target.clone()) {
        Some(Target::Member { of, members, port }) => (of, members, port),
        other => panic!("{other:?}"),
    };
    let both: BTreeSet<IpAddr> = [on.guest(on.vm), on.guest(second)].into();
    assert_eq!(members(on.knock(SOMEBODY, 80)), (rule, both, 8080));
    let again = AssignMembers { rule, vms: [second].into() };
    assert_eq!(on.refused(again).await, ErrorKind::Conflict);
    for algorithm in Algorithm::ALL {
        let algorithm = Some(algorithm);
        on.lab.run(UpdateLoadBalancer { algorithm, ..UpdateLoadBalancer::of(rule) }).await.unwrap();
        assert_eq!(Some(on.router().rules.balancers[&rule].algorithm), algorithm);
    }
    let parameters = [("tablesize".to_owned(), "200k".to_owned())].into();
    let (description, method) = (String::new(), "SourceBased".to_owned());
    on.lab.run(AddStickiness { rule, name: name("s"), description, method, parameters }).await.unwrap();
    let told = on.router().rules.balancers[&rule].stickiness.clone().unwrap();
    assert_eq!((told.method.as_str(), told.parameters["tablesize"].as_str()), ("SourceBased", "200k"));
    // Several share an address; each has a port of its own.
    let more = on.lab.run(AddLoadBalancer::new(on.ip, name("api"), 81, 8081)).await.unwrap();
    assert_eq!(on.refused(AddLoadBalancer::new(on.ip, name("x"), 81, 8081)).await, ErrorKind::RuleConflict);
    assert_eq!(on.refused(AddLoadBalancer::new(on.ip, name("web"), 82, 8081)).await, ErrorKind::Taken);
    on.lab.run(RemoveMembers { rule, vms: [on.vm].into() }).await.unwrap();
    assert_eq!(members(on.knock(SOMEBODY, 80)).1, [on.guest(second)].into());
    assert_eq!(on.refused(RemoveMembers { rule, vms: [on.vm].into() }).await, ErrorKind::Invalid);
    for rule in [rule, more] {
        on.lab.run(DeleteLoadBalancer { rule }).await.unwrap();
    }
    assert_eq!(on.knock(SOMEBODY, 80), Fate::Dropped(Refusal::Firewall));
    assert!(on.router().rules.balancers.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_goes_takes_what_leads_to_it() {
    let on = Ground::new().await;
    on.lab.run(on.forward(80, 80)).await.unwrap();
    let rule = on.lab.run(AddLoadBalancer::new(on.ip, name("web"), 90, 90)).await.unwrap();
    on.lab.run(AssignMembers { rule, vms: [on.vm].into() }).await.unwrap();
    let other = on.lab.run(AcquireAddress::of(on.network)).await.unwrap();
    on.lab.run(EnableStaticNat { ip: other, vm: on.vm, network: None }).await.unwrap();
    // While it can be recovered, all stays.
    on.lab.run(DestroyVm { vm: on.vm, expunge: false }).await.unwrap();
    assert_eq!((on.lab.view().port_forwards().len(), on.lab.view().firewall_rules().len()), (1, 2));
    on.lab.run(ExpungeVm { vm: on.vm }).await.unwrap();
    let view = on.lab.view();
    assert_eq!((view.port_forwards().len(), view.firewall_rules().len()), (0, 1));
    assert!(view.load_balancer(rule).is_some_and(|rule| rule.members.is_empty() && rule.state == RuleState::Active));
    assert_eq!(view.public_ip(other).unwrap().static_nat, None);
    let told = on.router().rules;
    assert!(told.forwards.is_empty() && told.balancers[&rule].members.is_empty());
    assert!(told.public.values().all(|public| public.static_nat.is_none()));
}

#[tokio::test(start_paused = true)]
async fn a_router_that_did_not_hear_is_told_again_and_all_are_told_anew_from_time_to_time() {
    let on = Ground::on(Lab::live(&advanced(1)).await).await;
    on.lab.fail(Method::EnsureRouter, DriverErrorKind::Unreachable, Some(30));
    let failed = on.lab.refused(on.forward(80, 80)).await;
    assert_eq!(failed.kind(), ErrorKind::Device);
    on.lab.until("what failed is gone", |lab| lab.view().port_forwards().is_empty()).await;
    assert!(on.lab.view().firewall_rules().is_empty() && on.router().rules.forwards.is_empty());
    // Changes of members stand, and are heard in the end.
    let rule = on.lab.run(AddLoadBalancer::new(on.ip, name("web"), 80, 80)).await.unwrap();
    on.lab.fail(Method::EnsureRouter, DriverErrorKind::Unreachable, Some(30));
    assert!(on.lab.run(AssignMembers { rule, vms: [on.vm].into() }).await.is_err());
    on.lab.until("it is heard", |lab| lab.view().load_balancer(rule).unwrap().state == RuleState::Active).await;
    assert_eq!(on.router().rules.balancers[&rule].members, [on.guest(on.vm)].into());
    let calls = on.lab.world.calls(Method::EnsureRouter);
    on.lab.pass(Span::mins(16)).await;
    assert!(on.lab.world.calls(Method::EnsureRouter) > calls, "told anew");
    on.lab.check();
}

/// Proves: GNET-07
#[tokio::test(start_paused = true)]
async fn rules_of_a_network_that_is_only_a_row_hold_when_it_is_carried_again() {
    let on = Ground::on(Lab::live(&advanced(1)).await).await;
    on.lab.run(on.forward(80, 80)).await.unwrap();
    on.lab.run(StopVm { vm: on.vm, forced: true }).await.unwrap();
    on.lab.until("it is a row", |lab| lab.view().network(on.network).unwrap().state == NetworkState::Allocated).await;
    assert!(on.lab.world.snapshot().networks.is_empty());
    // What is decided meanwhile needs no device.
    let rule = on.lab.run(opening(on.ip, tcp(443, 443))).await.unwrap();
    assert_eq!(on.lab.view().firewall_rule(rule).unwrap().state, RuleState::Active);
    let more = on.lab.run(AcquireAddress::of(on.network)).await.unwrap();
    assert_eq!(on.lab.view().public_ip(more).unwrap().state, PublicIpState::Allocated);
    on.lab.run(StartVm { vm: on.vm }).await.unwrap();
    assert_eq!(guest_of(&on.knock(SOMEBODY, 80)), Some((on.guest(on.vm), Some(80))));
    assert_eq!(on.knock(SOMEBODY, 443), Fate::Dropped(Refusal::NoTarget), "open");
    assert_eq!(on.router().rules.public.len(), 3);
}

/// Proves: GNET-02, GNET-03
#[tokio::test(start_paused = true)]
async fn interfaces_come_and_go_while_a_machine_runs() {
    let on = Ground::new().await;
    let second = on.lab.isolated("n2").await;
    let guest = |on: &Ground| {
        let host = on.lab.address(on.lab.vm(on.vm).host.unwrap());
        let spec = on.lab.world.snapshot().hosts[&host].guests[&on.lab.vm(on.vm).instance_name()].spec.clone();
        spec.unwrap().interfaces.iter().map(|interface| interface.domain.network).collect::<Vec<_>>()
    };
    let wish = AddNic { vm: on.vm, network: second, address: Some("10.1.1.77".parse().unwrap()) };
    let nic = on.lab.run(wish.clone()).await.unwrap();
    assert_eq!(guest(&on), [on.network, second]);
    assert_eq!(address(&on.lab, on.vm, second), ip("10.1.1.77"));
    assert_eq!(on.lab.view().network(second).unwrap().state, NetworkState::Implemented, "it is carried now");
    let told = on.lab.world.snapshot().networks[&second].router.clone().unwrap();
    assert!(!told.ports[&nic].default);
    assert_eq!(on.refused(wish.clone()).await, ErrorKind::Conflict, "once on a network");
    let other = on.lab.run(on.lab.small_vm().on_networks([on.network])).await.unwrap();
    let taken = AddNic { vm: other, ..wish.clone() };
    assert_eq!(on.refused(taken).await, ErrorKind::Taken);
    let foreign = AddNic { vm: other, address: Some("10.9.9.9".parse().unwrap()), ..wish };
    assert_eq!(on.refused(foreign).await, ErrorKind::Invalid);

    on.lab.run(SetDefaultNic { nic }).await.unwrap();
    assert!(on.lab.world.snapshot().networks[&second].router.clone().unwrap().ports[&nic].default);
    assert_eq!(on.refused(SetDefaultNic { nic }).await, ErrorKind::Conflict);
    assert_eq!(on.refused(RemoveNic { nic }).await, ErrorKind::Conflict, "the default one stays");
    let first = on.lab.view().nics().by("vm", on.vm).find(|nic| !nic.default).unwrap().id;
    on.lab.run(RemoveNic { nic: first }).await.unwrap();
    assert_eq!(guest(&on), [second]);
    on.lab.check();

    // What cannot be plugged in leaves nothing.
    on.lab.fail(Method::EnsureDevices, DriverErrorKind::Refused, Some(1));
    let again = AddNic { vm: on.vm, network: on.network, address: None };
    assert_eq!(on.refused(again).await, ErrorKind::Device);
    assert_eq!((guest(&on).len(), on.lab.view().nics().by("vm", on.vm).count()), (1, 1));
    on.lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_machine_for_later_is_only_rows_until_it_starts() {
    for lab in [Lab::advanced(1).await, Lab::basic(1).await] {
        let wish = lab.small_vm();
        let wish = match lab.view().networks().is_empty() {
            true => wish.on_networks([lab.isolated("n1").await]),
            false => wish,
        };
        let calls = lab.calls();
        let vm = lab.run(DeployVm { start: false, ..wish.clone() }).await.unwrap();
        assert_eq!(lab.calls(), calls, "nobody is told anything");
        let row = lab.vm(vm);
        assert_eq!((row.state, row.host, row.pod), (VmState::Stopped, None, None));
        assert!(lab.view().volumes().by("vm", vm).all(|volume| volume.pool.is_none()));
        assert!(lab.view().vlans().is_empty());
        lab.check();
        lab.run(StartVm { vm }).await.unwrap();
        assert_eq!(lab.vm(vm).state, VmState::Running);
        assert!(lab.view().volumes().by("vm", vm).all(|volume| volume.pool.is_some()));
        assert!(lab.view().nics().by("vm", vm).all(|nic| nic.ip4.is_some()));
        lab.check();
        let host = Some(lab.hosts()[0]);
        assert_eq!(lab.refused(DeployVm { start: false, host, ..wish.clone() }).await.kind(), ErrorKind::Invalid);
        let never = lab.run(DeployVm { start: false, ..wish }).await.unwrap();
        lab.run(DestroyVm { vm: never, expunge: true }).await.unwrap();
        assert!(lab.view().vm(never).is_none());
        lab.check();
    }
}

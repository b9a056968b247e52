//! Guest networks, their addresses and VLANs, and security groups.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Caller, ErrorKind, Mac, Span};
use cloudstack_core::flow::filters::tap;
use cloudstack_core::flow::infra::*;
use cloudstack_core::flow::network::*;
use cloudstack_core::flow::offering::AddNetworkOffering;
use cloudstack_core::flow::security_group::*;
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::network::security_rule::{Direction, Peer, Ports, Service};
use cloudstack_core::model::network::{GuestType, NetworkState, PublicIpState};
use cloudstack_core::port::Platform;
use cloudstack_core::port::driver::DriverErrorKind::Refused;
use cloudstack_core::rules::packet::{Frame, IpPacket, Packet, Payload, Tracked, verdict};
use cloudstack_drivers::sim::Method;
use lab::{Lab, ip, name};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

async fn on(lab: &Lab, network: NetworkId) -> VmId {
    lab.run(lab.small_vm().on_networks([network])).await.unwrap()
}

async fn gone(lab: &Lab, vm: VmId) {
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
}

fn address(lab: &Lab, vm: VmId) -> IpAddr {
    IpAddr::V4(lab.view().nics().by("vm", vm).next().unwrap().ip4.unwrap())
}

/// Proves: GNET-07, VLAN-02
#[tokio::test(start_paused = true)]
async fn an_isolated_network_is_a_row_until_its_first_machine_and_again_after_its_last() {
    let lab = Lab::advanced(2).await;
    lab.set("network.gc.wait", "0").await;
    let id = lab.isolated("n1").await;
    let held = |lab: &Lab| {
        let (view, world) = (lab.view(), lab.world.snapshot());
        let network = view.network(id).unwrap().clone();
        (network.state, network.vlan.is_some(), view.vlans().len(), view.public_ips().len(), world.networks.len())
    };
    assert_eq!(held(&lab), (NetworkState::Allocated, false, 0, 0, 0));
    let vms = [on(&lab, id).await, on(&lab, id).await];
    assert_eq!(held(&lab), (NetworkState::Implemented, true, 1, 1, 1));
    let network = lab.view().network(id).unwrap().clone();
    assert!((600..=603).contains(&network.vlan.unwrap()), "{:?}", network.vlan);
    let public = lab.view().public_ips().by("network", id).next().unwrap().clone();
    assert!(public.source_nat && public.state == PublicIpState::Allocated);
    lab.check();
    gone(&lab, vms[0]).await;
    assert_eq!(lab.refused(CollectNetwork { network: id }).await.kind(), ErrorKind::Conflict, "one is still there");
    gone(&lab, vms[1]).await;
    lab.run(CollectNetwork { network: id }).await.unwrap();
    // Its public address stays its own.
    assert_eq!(held(&lab), (NetworkState::Allocated, false, 0, 1, 0));
    // Four VLANs and four public addresses: a leak would be felt at once.
    for _ in 0..500 {
        let vm = on(&lab, id).await;
        gone(&lab, vm).await;
        lab.run(CollectNetwork { network: id }).await.unwrap();
    }
    assert_eq!(held(&lab), (NetworkState::Allocated, false, 0, 1, 0));
    assert_eq!(lab.view().public_ips().by("network", id).next().map(|ip| ip.address), Some(public.address));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn without_a_free_vlan_or_public_address_nothing_is_begun() {
    let lab = Lab::advanced(1).await;
    let mut vms = Vec::new();
    for at in 0..4 {
        let network = lab.isolated(&format!("n{at}")).await;
        vms.push(on(&lab, network).await);
    }
    let vlans: BTreeSet<_> = lab.view().networks().iter().map(|n| n.vlan.unwrap()).collect();
    assert_eq!(vlans, [600, 601, 602, 603].into());
    let fifth = lab.isolated("n5").await;
    let (rows, calls) = (lab.rows(), lab.calls());
    let refused = lab.refused(lab.small_vm().on_networks([fifth])).await;
    assert_eq!(refused.kind(), ErrorKind::NoCapacity, "{refused:?}");
    assert!(refused.advice().unwrap().contains("VLAN"), "{refused}");
    assert_eq!((lab.rows(), lab.calls()), (rows, calls));
    let physical_network = lab.view().physical_networks().iter().next().unwrap().id;
    lab.run(AddVlanRange { physical_network, first: 700, last: 709 }).await.unwrap();
    let refused = lab.refused(lab.small_vm().on_networks([fifth])).await;
    assert!(refused.to_string().contains("public address"), "{refused}");
    gone(&lab, vms[0]).await;
    lab.run(DeleteNetwork { network: lab.view().networks().iter().find(|n| n.idle_since.is_some()).unwrap().id })
        .await
        .unwrap();
    on(&lab, fifth).await;
    lab.check();
}

/// Proves: GNET-06
#[tokio::test(start_paused = true)]
async fn source_nat_needs_a_public_range() {
    let lab = Lab::built(false, &lab::advanced(1).replace("public = [", "# public = [")).await;
    let network = lab.isolated("n1").await;
    let refused = lab.refused(lab.small_vm().on_networks([network])).await;
    assert_eq!(refused.kind(), ErrorKind::NoCapacity);
    assert!(refused.advice().unwrap().contains("add a public address range"), "{refused}");
}

fn persistent() -> AddNetworkOffering {
    let services = ["Dhcp", "SourceNat"].map(|s| (s.to_owned(), "VirtualRouter".to_owned())).into();
    AddNetworkOffering {
        services,
        persistent: true,
        ..AddNetworkOffering::new(name("persistent"), GuestType::Isolated)
    }
}

/// Proves: PERS-01
#[tokio::test(start_paused = true)]
async fn a_persistent_network_lives_without_machines() {
    let lab = Lab::advanced(1).await;
    lab.set("network.gc.wait", "0").await;
    assert!(lab.view().network_offerings().iter().all(|o| !o.persistent), "the default offerings are not persistent");
    let offering = lab.run(persistent()).await.unwrap();
    let add = AddNetwork::isolated(lab.zone(), name("n1"), offering);
    lab.fail(Method::EnsureNetwork, Refused, Some(1));
    assert_eq!(lab.refused(add.clone()).await.kind(), ErrorKind::Device);
    assert_eq!((lab.view().networks().len(), lab.view().vlans().len(), lab.view().public_ips().len()), (0, 0, 0));
    let id = lab.run(add).await.unwrap();
    let network = lab.view().network(id).unwrap().clone();
    assert!(network.state == NetworkState::Implemented && network.vlan.is_some());
    assert_eq!(lab.world.snapshot().networks[&id].spec.vlan, network.vlan);
    let vm = on(&lab, id).await;
    gone(&lab, vm).await;
    assert_eq!(lab.refused(CollectNetwork { network: id }).await.kind(), ErrorKind::Conflict);
    assert_eq!(lab.view().network(id).unwrap().vlan, network.vlan);
    lab.run(DeleteNetwork { network: id }).await.unwrap();
    assert_eq!((lab.view().vlans().len(), lab.view().public_ips().len()), (0, 0));
    assert!(lab.world.snapshot().networks.is_empty());
}

#[tokio::test(start_paused = true)]
async fn offerings_that_make_no_sense_are_refused() {
    let lab = Lab::empty().await;
    let bad = [
        AddNetworkOffering { guest: GuestType::Shared, ..persistent() },
        AddNetworkOffering { guest: GuestType::Shared, persistent: false, ..persistent() },
        AddNetworkOffering {
            services: [("SecurityGroup".to_owned(), "SecurityGroupProvider".to_owned())].into(),
            ..persistent()
        },
    ];
    let fields = [Some("persistent"), Some("services"), Some("services")];
    for (offering, field) in bad.into_iter().zip(fields) {
        let refused = lab.refused(offering).await;
        assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, field));
    }
}

/// Proves: GNET-01, GNET-03
#[tokio::test(start_paused = true)]
async fn a_machine_on_several_networks_has_one_default() {
    let lab = Lab::advanced(1).await;
    let networks = [lab.isolated("n1").await, lab.isolated("n2").await];
    let vm = lab.run(lab.small_vm().on_networks([networks[1], networks[0]])).await.unwrap();
    let view = lab.view();
    let nics: BTreeMap<u32, _> = view.nics().by("vm", vm).map(|n| (n.device, (n.network, n.default))).collect();
    assert_eq!(nics, [(0, (networks[1], true)), (1, (networks[0], false))].into());
    let world = lab.world.snapshot();
    let defaults: Vec<bool> =
        networks.iter().flat_map(|n| world.networks[n].ports.values()).map(|p| p.spec.default).collect();
    assert_eq!(defaults, [false, true]);
    let vlans: BTreeSet<_> = networks.iter().map(|n| world.networks[n].spec.vlan).collect();
    assert_eq!(vlans.len(), 2);
    lab.check();
}

/// Proves: ZONE-04
#[tokio::test(start_paused = true)]
async fn guests_are_told_the_name_servers_and_the_suffix_of_their_zone() {
    let told = "dns1 = \"192.168.1.1\"\ndns2 = \"192.168.1.2\"\nnetwork_domain = \"cloud.example\"";
    let lab = Lab::built(false, &lab::basic(1).replace("dns1 = \"192.168.1.1\"", told)).await;
    let vm = lab.run(lab.small_vm().named(name("www"))).await.unwrap();
    let network = &lab.world.snapshot().networks[&lab.guest_network()];
    assert_eq!(network.spec.dns, [ip("192.168.1.1"), ip("192.168.1.2")]);
    assert_eq!(network.spec.domain_name.as_deref(), Some("cloud.example"));
    assert_eq!(network.spec.gateway, ip("192.168.1.1"));
    let port = network.ports.values().next().unwrap();
    assert_eq!((port.spec.hostname.as_str(), port.spec.ip4.map(IpAddr::V4)), ("www", Some(address(&lab, vm))));
}

/// Proves: PHYS-10, IPAM-14
#[tokio::test(start_paused = true)]
async fn isolated_networks_are_their_accounts_and_shared_ones_everybodys() {
    let lab = Lab::advanced(1).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    let isolated = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let cidr = Some("172.16.5.0/28".parse().unwrap());
    let own = AddNetwork { cidr, ..AddNetwork::isolated(lab.zone(), name("anns"), isolated) };
    let own = lab.run_as(&ann, own).await.unwrap();
    let vm = lab.run_as(&ann, lab.small_vm().on_networks([own])).await.unwrap();
    assert!(cidr.is_some_and(|c: ipnet::IpNet| c.contains(&address(&lab, vm))));
    let refused = lab.run_as(&bob, lab.small_vm().on_networks([own])).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    let shared = lab.run(shared(&lab, "everybody")).await.unwrap();
    let mut addresses = BTreeSet::new();
    for caller in [&ann, &bob] {
        let vm = lab.run_as(caller, lab.small_vm().on_networks([shared])).await.unwrap();
        addresses.insert(address(&lab, vm));
    }
    assert_eq!(addresses, [ip("10.20.0.10"), ip("10.20.0.11")].into());
    let full = lab.run_as(&bob, lab.small_vm().on_networks([shared])).await.unwrap_err();
    assert_eq!(full.kind(), ErrorKind::NoCapacity, "{full:?}");
    let more = |first: &str, last: &str| AddGuestRange {
        network: shared,
        pod: None,
        subnet: None,
        gateway: None,
        first: ip(first),
        last: ip(last),
    };
    assert_eq!(lab.refused(more("10.20.0.11", "10.20.0.12")).await.kind(), ErrorKind::Taken);
    assert_eq!(lab.refused(more("10.21.0.11", "10.21.0.12")).await.kind(), ErrorKind::Invalid);
    lab.run(more("10.20.0.12", "10.20.0.12")).await.unwrap();
    let vm = lab.run_as(&bob, lab.small_vm().on_networks([shared])).await.unwrap();
    assert_eq!(address(&lab, vm), ip("10.20.0.12"));
    lab.check();
}

/// A shared network of two addresses.
fn shared(lab: &Lab, called: &str) -> AddNetwork {
    AddNetwork {
        cidr: Some("10.20.0.0/24".parse().unwrap()),
        vlan: Some(900),
        range: Some((ip("10.20.0.10"), ip("10.20.0.11"))),
        ..AddNetwork::isolated(lab.zone(), name(called), lab.network_offering("DefaultSharedNetworkOffering"))
    }
}

#[tokio::test(start_paused = true)]
async fn networks_that_make_no_sense_are_refused() {
    let lab = Lab::advanced(1).await;
    let isolated = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let good = AddNetwork::isolated(lab.zone(), name("n"), isolated);
    let user = lab.user("ann").await;
    assert_eq!(lab.run_as(&user, shared(&lab, "s")).await.unwrap_err().kind(), ErrorKind::Denied);
    let bad = [
        (AddNetwork { vlan: Some(5), ..good.clone() }, Some("vlan")),
        (AddNetwork { gateway: Some(ip("10.7.0.1")), ..good.clone() }, Some("gateway")),
        (AddNetwork { cidr: None, ..shared(&lab, "s") }, Some("cidr")),
        (AddNetwork { range: Some((ip("10.20.0.9"), ip("10.20.0.5"))), ..shared(&lab, "s") }, Some("range")),
    ];
    for (network, field) in bad {
        let refused = lab.refused(network).await;
        assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, field), "{refused:?}");
    }
    lab.run(good.clone()).await.unwrap();
    assert_eq!(lab.refused(good).await.kind(), ErrorKind::Taken);
    let basic = Lab::basic(1).await;
    let offering = basic.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let refused = basic.refused(AddNetwork::isolated(basic.zone(), name("n"), offering)).await;
    assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, Some("offering")));
}

/// Proves: SG-10
#[tokio::test(start_paused = true)]
async fn with_security_groups_a_network_has_one_gateway() {
    let plan = lab::advanced(1).replace("kind = \"Advanced\"", "kind = \"Advanced\"\nsecurity_groups = true");
    let lab = Lab::built(false, &plan).await;
    let offering = lab.network_offering("DefaultSharedNetworkOfferingWithSGService");
    let network = lab.run(AddNetwork { offering, ..shared(&lab, "sg") }).await.unwrap();
    let more = AddGuestRange {
        network,
        pod: None,
        subnet: None,
        gateway: None,
        first: ip("10.20.0.20"),
        last: ip("10.20.0.29"),
    };
    let gateway = AddGuestRange { gateway: Some(ip("10.20.0.254")), ..more.clone() };
    let mask = AddGuestRange { subnet: Some("10.20.0.0/25".parse().unwrap()), ..more.clone() };
    for other in [gateway, mask] {
        let refused = lab.refused(other).await;
        assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, Some("subnet")), "{refused}");
    }
    lab.run(more).await.unwrap();
}

/// Proves: PHYS-05
#[tokio::test(start_paused = true)]
async fn a_machine_has_an_address_of_its_hosts_pod() {
    let lab = Lab::basic(1).await;
    let subnet = "192.168.2.0/24".parse().unwrap();
    let pod = AddPod { zone: lab.zone(), name: name("p2"), subnet, gateway: ip("192.168.2.1") };
    let pod = lab.run(pod).await.unwrap();
    let cluster = AddCluster {
        pod,
        name: name("c1"),
        hypervisor: "Simulator".into(),
        cpu_overcommit: None,
        ram_overcommit: None,
    };
    let cluster = lab.run(cluster).await.unwrap();
    let second = lab.run(AddHost { cluster, ..lab.host("second", "192.168.2.20") }).await.unwrap();
    let first = lab.hosts().into_iter().find(|h| *h != second).unwrap();
    lab.run(lab.pool("everywhere", &[])).await.unwrap();
    let there = || DeployVm { host: Some(second), ..lab.small_vm() };
    let none = lab.refused(there()).await;
    assert!(none.to_string().contains("no address range that serves the chosen pod"), "{none}");
    let range = AddGuestRange {
        network: lab.guest_network(),
        pod: Some(pod),
        subnet: Some(subnet),
        gateway: Some(ip("192.168.2.1")),
        first: ip("192.168.2.100"),
        last: ip("192.168.2.149"),
    };
    let anywhere = AddGuestRange { pod: None, ..range.clone() };
    assert_eq!(lab.refused(anywhere).await.entity(), Some("pod"));
    lab.run(range).await.unwrap();
    let vm = lab.run(there()).await.unwrap();
    assert!(address(&lab, vm) >= ip("192.168.2.100") && address(&lab, vm) <= ip("192.168.2.149"));
    let here = lab.run(DeployVm { host: Some(first), ..lab.small_vm() }).await.unwrap();
    assert!(address(&lab, here) >= ip("192.168.1.100") && address(&lab, here) <= ip("192.168.1.199"));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn addresses_are_given_once_and_come_back() {
    let lab = Lab::built(false, &lab::basic(1).replace("192.168.1.100-199", "192.168.1.100-104")).await;
    let mut vms = Vec::new();
    for _ in 0..5 {
        vms.push(lab.deploy().await);
    }
    let addresses: BTreeSet<IpAddr> = vms.iter().map(|vm| address(&lab, *vm)).collect();
    assert_eq!(addresses.len(), 5);
    assert_eq!(lab.refused(lab.small_vm()).await.kind(), ErrorKind::NoCapacity);
    lab.run(StopVm { vm: vms[0], forced: true }).await.unwrap();
    lab.run(DestroyVm { vm: vms[1], expunge: false }).await.unwrap();
    assert_eq!(lab.refused(lab.small_vm()).await.kind(), ErrorKind::NoCapacity, "stopped machines keep theirs");
    let freed = address(&lab, vms[1]);
    lab.run(ExpungeVm { vm: vms[1] }).await.unwrap();
    let vm = lab.deploy().await;
    assert_eq!(address(&lab, vm), freed);
    let macs: BTreeSet<_> = lab.view().nics().iter().map(|n| n.mac).collect();
    assert_eq!(macs.len(), 5);
    lab.check();
}

/// Whether a new TCP connection from `src` to port 22 of the machine is let in by what its host was told.
fn lets_in(lab: &Lab, vm: VmId, src: IpAddr) -> bool {
    passes(lab, vm, src, true)
}

fn passes(lab: &Lab, vm: VmId, far: IpAddr, inwards: bool) -> bool {
    let row = lab.vm(vm);
    let filter = lab.world.filter(lab.address(row.host.unwrap())).unwrap();
    let nic = lab.view().nics().by("vm", vm).next().unwrap().clone();
    let (own, wire) = (tap(nic.id).unwrap(), "eth0".parse().unwrap());
    let (here, payload) = (IpAddr::V4(nic.ip4.unwrap()), Payload::Tcp { from: 40_000, to: 22 });
    let (src, dst) = if inwards { (far, here) } else { (here, far) };
    let frame = Frame::Ip(IpPacket { src, dst, payload, tracked: Tracked::New });
    let (from, to) = if inwards { (wire, own) } else { (own, wire) };
    // What leaves carries the machine's own address; what comes is from somebody else.
    let mac = if inwards { Mac::new([2, 0, 0, 0, 0, 9]) } else { nic.mac };
    verdict(&filter, &Packet { from, to, mac, frame }).passes()
}

async fn group(lab: &Lab, owner: &Caller, called: &str) -> SecurityGroupId {
    let add = AddSecurityGroup { name: name(called), description: String::new(), account: None };
    lab.run_as(owner, add).await.unwrap()
}

fn ssh(group: SecurityGroupId, peer: Peer) -> Authorize {
    Authorize { group, direction: Direction::Ingress, service: Service::Tcp(Ports::one(22)), peers: vec![peer] }
}

/// Proves: SG-01
#[tokio::test(start_paused = true)]
async fn machines_join_the_default_group_which_lets_nothing_in_and_all_out() {
    let lab = Lab::basic(1).await;
    let user = lab.user("ann").await;
    let vms = [lab.run_as(&user, lab.small_vm()).await.unwrap(), lab.run_as(&user, lab.small_vm()).await.unwrap()];
    let view = lab.view();
    let groups: Vec<_> = view.security_groups().by("account", user.account).collect();
    assert_eq!((groups.len(), groups[0].name.as_str()), (1, "default"));
    for vm in vms {
        assert_eq!(lab.vm(vm).groups, [groups[0].id].into());
        assert!(!lets_in(&lab, vm, ip("198.51.100.7")));
        assert!(passes(&lab, vm, ip("198.51.100.7"), false));
    }
    let refused = lab.refused(DeleteSecurityGroup { group: groups[0].id }).await;
    assert_eq!(refused.kind(), ErrorKind::Invalid);
}

/// Proves: SG-02
#[tokio::test(start_paused = true)]
async fn a_machine_in_several_groups_gets_what_any_of_them_allows() {
    let lab = Lab::basic(1).await;
    let (a, b) = (group(&lab, &lab.admin, "a").await, group(&lab, &lab.admin, "b").await);
    lab.run(ssh(a, Peer::cidr("10.1.0.0/16".parse().unwrap()))).await.unwrap();
    lab.run(ssh(b, Peer::cidr("10.2.0.0/16".parse().unwrap()))).await.unwrap();
    let deploy =
        async |groups: &[SecurityGroupId]| lab.run(lab.small_vm().in_groups(groups.iter().copied())).await.unwrap();
    let cases = [
        (deploy(&[a]).await, [true, false]),
        (deploy(&[b]).await, [false, true]),
        (deploy(&[a, b]).await, [true, true]),
    ];
    for (vm, allowed) in cases {
        assert_eq!([ip("10.1.2.3"), ip("10.2.2.3")].map(|src| lets_in(&lab, vm, src)), allowed);
        assert!(!lets_in(&lab, vm, ip("10.3.2.3")));
    }
}

#[tokio::test(start_paused = true)]
async fn groups_are_their_accounts_and_stay_while_they_are_used() {
    let lab = Lab::basic(1).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    let (web, db) = (group(&lab, &ann, "web").await, group(&lab, &ann, "db").await);
    let taken = AddSecurityGroup { name: name("web"), description: String::new(), account: None };
    assert_eq!(lab.run_as(&ann, taken.clone()).await.unwrap_err().kind(), ErrorKind::Taken);
    lab.run_as(&bob, taken).await.unwrap();
    let open = ssh(web, Peer::cidr("0.0.0.0/0".parse().unwrap()));
    assert_eq!(lab.run_as(&bob, open.clone()).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(lab.run_as(&bob, lab.small_vm().in_groups([web])).await.unwrap_err().kind(), ErrorKind::NotFound);
    let rules = lab.run_as(&ann, open.clone()).await.unwrap();
    assert_eq!(lab.run_as(&ann, open).await.unwrap(), [], "a rule that is there is not made again");
    assert_eq!(
        lab.run_as(&ann, Authorize { peers: vec![], ..ssh(web, Peer::Group(db)) }).await.unwrap_err().entity(),
        Some("peers")
    );
    lab.run_as(&ann, ssh(db, Peer::Group(web))).await.unwrap();
    let named = lab.run_as(&ann, DeleteSecurityGroup { group: web }).await.unwrap_err();
    assert!(named.to_string().contains("a rule of group db names it"), "{named}");
    let vm = lab.run_as(&ann, lab.small_vm().in_groups([db])).await.unwrap();
    let used = lab.run_as(&ann, DeleteSecurityGroup { group: db }).await.unwrap_err();
    assert!(used.kind() == ErrorKind::Conflict && used.to_string().contains("is in it"), "{used}");
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.run_as(&ann, Revoke { group: web, rules: rules.into_iter().collect() }).await.unwrap();
    let twice = Revoke { group: web, rules: [RuleId::from_u128(1)].into() };
    assert_eq!(lab.run_as(&ann, twice).await.unwrap_err().kind(), ErrorKind::NotFound);
    lab.run_as(&ann, DeleteSecurityGroup { group: db }).await.unwrap();
    lab.run_as(&ann, DeleteSecurityGroup { group: web }).await.unwrap();
}

/// Proves: SG-04
#[tokio::test(start_paused = true)]
async fn rules_reach_running_machines_at_once_and_stopped_ones_when_they_start() {
    let lab = Lab::live(&lab::basic(3)).await;
    let web = group(&lab, &lab.admin, "web").await;
    let mut vms = Vec::new();
    for host in lab.hosts() {
        vms.push(lab.run(DeployVm { host: Some(host), ..lab.small_vm() }.in_groups([web])).await.unwrap());
    }
    let stopped = vms.pop().unwrap();
    lab.run(StopVm { vm: stopped, forced: false }).await.unwrap();
    let src = ip("198.51.100.7");
    let rules = lab.run(ssh(web, Peer::cidr("198.51.100.0/24".parse().unwrap()))).await.unwrap();
    let asked = Platform::now(&*lab.platform);
    lab.until("hosts know", |lab| vms.iter().all(|vm| lets_in(lab, *vm, src))).await;
    assert!(Platform::now(&*lab.platform).since(asked) <= Span::secs(1), "at once");
    lab.run(StartVm { vm: stopped }).await.unwrap();
    assert!(lets_in(&lab, stopped, src));
    vms.push(stopped);
    // A host that does not hear is told again.
    lab.fail(Method::EnsureFilter, Refused, Some(2));
    lab.run(Revoke { group: web, rules: rules.into_iter().collect() }).await.unwrap();
    lab.until("hosts know", |lab| vms.iter().all(|vm| !lets_in(lab, *vm, src))).await;
}

/// Proves: SG-08
#[tokio::test(start_paused = true)]
async fn who_is_in_a_group_is_known_wherever_a_rule_names_it() {
    let lab = Lab::live(&lab::basic(2)).await;
    let (web, db) = (group(&lab, &lab.admin, "web").await, group(&lab, &lab.admin, "db").await);
    lab.run(ssh(db, Peer::Group(web))).await.unwrap();
    lab.run(ssh(db, Peer::Group(db))).await.unwrap();
    let on = |group, at: usize| DeployVm { host: Some(lab.hosts()[at]), ..lab.small_vm() }.in_groups([group]);
    let server = lab.run(on(db, 0)).await.unwrap();
    let mut clients = Vec::new();
    for (group, at) in [(web, 0), (web, 1), (db, 1)] {
        clients.push(lab.run(on(group, at)).await.unwrap());
    }
    let all = |lab: &Lab, wanted: bool| clients.iter().all(|c| lets_in(lab, server, address(lab, *c)) == wanted);
    lab.until("members are known", |lab| all(lab, true)).await;
    assert!(!lets_in(&lab, server, ip("192.168.1.99")));
    for vm in &clients {
        lab.run(StopVm { vm: *vm, forced: true }).await.unwrap();
    }
    lab.until("members have gone", |lab| all(lab, false)).await;
    lab.run(StartVm { vm: clients[1] }).await.unwrap();
    lab.until("one is back", |lab| lets_in(lab, server, address(lab, clients[1]))).await;
}

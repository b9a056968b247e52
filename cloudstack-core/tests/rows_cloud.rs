//! What a cloud promises about its zones, addresses, networks and size.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Caller, Error, ErrorKind, Mhz, Mib, Result};
use cloudstack_core::flow::infra::*;
use cloudstack_core::flow::network::{AddGuestRange, AddNetwork};
use cloudstack_core::flow::offering::AddNetworkOffering;
use cloudstack_core::flow::verb::Verb;
use cloudstack_core::flow::vm::DeployVm;
use cloudstack_core::model::infra::ZoneKind;
use cloudstack_core::model::network::GuestType;
use cloudstack_core::model::vm::VmState;
use cloudstack_core::plan::placement::{Cluster, Demand, Fleet, Host, Policy};
use cloudstack_core::plan::site::network_model::{By, FEATURES, Feature};
use cloudstack_core::plan::site::{self, SitePlan};
use cloudstack_core::{Cloud, plan::lint::lint};
use cloudstack_drivers::sim::{SimConfig, SimWorld};
use lab::{Lab, Paused, advanced, basic, ip, name};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

/// The kind, and that the words hold all of these.
#[track_caller]
fn says(error: &Error, kind: ErrorKind, words: &[&str]) {
    let text = format!("{error} {}", error.admin_detail().unwrap_or_default());
    assert_eq!(error.kind(), kind, "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

fn plan(text: &str) -> ApplySite {
    ApplySite { plan: SitePlan::from_toml(text).unwrap() }
}

/// A second zone like a plan's, in another subnet and under other names.
fn second(text: &str) -> String {
    let moved = text.replace("192.168.1.", "192.168.2.").replace("10.9.0.", "10.9.1.").replace("\"z1\"", "\"z2\"");
    moved.replace("h##", "i##").replace("\"images\"", "\"images2\"")
}

fn addresses(lab: &Lab, vm: VmId) -> Vec<Ipv4Addr> {
    lab.view().nics().by("vm", vm).filter_map(|nic| nic.ip4).collect()
}

/// Proves: HIER-27
#[tokio::test(start_paused = true)]
async fn one_process_with_one_host_is_a_cloud() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    let [host] = lab.hosts()[..] else { panic!("one host") };
    assert_eq!((lab.vm(vm).state, lab.vm(vm).host), (VmState::Running, Some(host)));
    assert_eq!(lab.really(vm), [lab.address(host)].into());
    lab.check();
}

/// Proves: ZONE-01, ZONE-15
#[tokio::test(start_paused = true)]
async fn kind_and_security_groups_of_a_zone_are_for_life() {
    let lab = Lab::basic(1).await;
    let rows = lab.rows();
    let without = basic(1).replace("security_groups = true\n", "");
    let text = lab.refused(plan(&without)).await;
    says(&text, ErrorKind::Conflict, &["zone z1 is Basic with security groups, for life"]);
    let other = with_groups(&advanced(1));
    says(&lab.refused(plan(&other)).await, ErrorKind::Conflict, &["zone z1 is Basic"]);
    assert_eq!(lab.rows(), rows);
    let late = Lab::advanced(1).await;
    let turned_on = with_groups(&advanced(1));
    says(&late.refused(plan(&turned_on)).await, ErrorKind::Conflict, &["z1 is Advanced without security groups"]);
    late.run(plan(&advanced(1))).await.unwrap();
}

fn with_groups(text: &str) -> String {
    text.replace("kind = \"Advanced\"\n", "kind = \"Advanced\"\nsecurity_groups = true\n")
}

/// Proves: ZONE-10
#[tokio::test(start_paused = true)]
async fn a_zone_is_made_from_the_top_down_and_in_no_other_order() {
    let lab = Lab::empty().await;
    let nowhere = <ClusterId as EntityId>::from_u128(7);
    says(&lab.refused(AddHost::new(nowhere, name("h"), ip("192.168.1.20"))).await, ErrorKind::NotFound, &["cluster"]);
    let zone = lab.run(AddZone::new(name("z"), ZoneKind::Basic)).await.unwrap();
    let cluster = |pod| AddCluster {
        pod,
        name: name("c"),
        hypervisor: "Simulator".into(),
        cpu_overcommit: None,
        ram_overcommit: None,
    };
    let no_pod = <PodId as EntityId>::from_u128(7);
    says(&lab.refused(cluster(no_pod)).await, ErrorKind::NotFound, &["pod"]);
    let (subnet, gateway) = ("192.168.1.0/24".parse().unwrap(), ip("192.168.1.1"));
    let pod = lab.run(AddPod { zone, name: name("p"), subnet, gateway }).await.unwrap();
    let cluster = lab.run(cluster(pod)).await.unwrap();
    // Storage before the first host.
    let pool = || AddPool { cluster: Some(cluster), ..lab.pool("primary", &[]) };
    assert_eq!(lab.refused(pool()).await.kind(), ErrorKind::Conflict);
    lab.run(lab.host("h", "192.168.1.20")).await.unwrap();
    lab.run(pool()).await.unwrap();
    // A template before there is secondary storage to fetch it to.
    says(&lab.refused(lab.image("linux", "Simulator")).await, ErrorKind::Conflict, &["no image store"]);
    let store = AddImageStore {
        zone: Some(zone),
        name: name("images"),
        kind: "NFS".into(),
        url: "nfs://192.168.1.2/images".into(),
    };
    lab.run(store).await.unwrap();
    lab.run(lab.image("linux", "Simulator")).await.unwrap();
    // And a machine before there is a network.
    says(&lab.refused(lab.small_vm()).await, ErrorKind::Invalid, &["network"]);
}

/// Proves: ZONE-04
#[tokio::test(start_paused = true)]
async fn guests_are_told_both_resolvers_of_their_zone() {
    let two = basic(1).replace("dns1 = \"192.168.1.1\"", "dns1 = \"203.0.113.53\"\ndns2 = \"198.51.100.53\"");
    let lab = Lab::built(false, &two).await;
    lab.deploy().await;
    let networks = lab.world.snapshot().networks;
    let [network] = &networks.values().collect::<Vec<_>>()[..] else { panic!("one network") };
    assert_eq!(network.spec.dns, [ip("203.0.113.53"), ip("198.51.100.53")]);
    let one = Lab::basic(1).await;
    one.deploy().await;
    assert!(one.world.snapshot().networks.values().all(|n| n.spec.dns == [ip("192.168.1.1")]));
}

/// The table of what the two kinds of zone can do, and the cloud that keeps to it: what only virtual devices of a network of
/// one's own can give is refused in a Basic zone, and given in an Advanced one.
///
/// Proves: ZONE-03
#[tokio::test(start_paused = true)]
async fn basic_and_advanced_zones_differ_in_eleven_rows() {
    use By::{Both, Nobody, Physical, Virtual};
    let printed = [
        (Feature::SeveralNetworks, Nobody, Virtual),
        (Feature::Firewall, Physical, Both),
        (Feature::LoadBalancing, Physical, Both),
        (Feature::Layer2Isolation, Nobody, Virtual),
        (Feature::Vpn, Nobody, Virtual),
        (Feature::PortForwarding, Physical, Both),
        (Feature::StaticNat, Physical, Both),
        (Feature::SourceNat, Nobody, Both),
        (Feature::UserData, Virtual, Virtual),
        (Feature::UsageMetering, Physical, Virtual),
        (Feature::DnsAndDhcp, Virtual, Virtual),
    ];
    assert_eq!(FEATURES, printed);
    let (basic, advanced) = (Lab::basic(1).await, Lab::advanced(1).await);
    for (feature, ..) in printed {
        let Some(service) = feature.service() else { continue };
        for (lab, kind) in [(&basic, site::ZoneKind::Basic), (&advanced, site::ZoneKind::Advanced)] {
            let offering = AddNetworkOffering {
                services: [(service.to_owned(), "VirtualRouter".to_owned())].into(),
                ..AddNetworkOffering::new(name(&format!("with {service}")), GuestType::Isolated)
            };
            let offering = lab.run(offering).await.unwrap();
            let made = lab.run(AddNetwork::isolated(lab.zone(), name(service), offering)).await;
            // A network of one's own is the one thing a Basic zone never has, whatever it would offer.
            assert_eq!(made.is_ok(), Feature::SeveralNetworks.of(kind) != Nobody, "{service} in {kind:?}");
            assert!(made.is_err() || feature.of(kind).virtual_devices(), "{service} in {kind:?}");
        }
    }
}

/// Proves: IPAM-01
#[tokio::test(start_paused = true)]
async fn addresses_kept_for_system_machines_never_go_to_guests() {
    let lab = Lab::basic(1).await;
    let (network, pod) = (lab.guest_network(), Some(lab.pod()));
    let range =
        |first, last| AddGuestRange { network, pod, subnet: None, gateway: None, first: ip(first), last: ip(last) };
    for (first, last) in
        [("192.168.1.15", "192.168.1.16"), ("192.168.1.2", "192.168.1.10"), ("192.168.1.11", "192.168.1.12")]
    {
        let refused = lab.refused(range(first, last)).await;
        says(&refused, ErrorKind::Taken, &[first, "192.168.1.10-192.168.1.15"]);
    }
    lab.run(range("192.168.1.16", "192.168.1.17")).await.unwrap();
    // The other way round: what guests have cannot be kept back.
    let system = AddIpRange {
        zone: lab.zone(),
        pod,
        purpose: cloudstack_core::model::infra::Purpose::System,
        vlan: None,
        subnet: "192.168.1.0/24".parse().unwrap(),
        gateway: ip("192.168.1.1"),
        first: ip("192.168.1.17"),
        last: ip("192.168.1.18"),
    };
    assert_eq!(lab.refused(system).await.kind(), ErrorKind::Taken);
    let kept: Vec<IpAddr> = (10..=15).map(|last| IpAddr::V4(Ipv4Addr::new(192, 168, 1, last))).collect();
    for _ in 0..3 {
        let vm = lab.deploy().await;
        assert!(addresses(&lab, vm).iter().all(|own| !kept.contains(&IpAddr::V4(*own))));
    }
}

/// Proves: GNET-11
#[tokio::test(start_paused = true)]
async fn each_zone_gives_its_guests_addresses_of_its_own() {
    let lab = Lab::basic(1).await;
    lab.run(plan(&second(&basic(1)))).await.unwrap();
    let zones: BTreeMap<String, ZoneId> = lab.view().zones().iter().map(|z| (z.name.to_string(), z.id)).collect();
    for (zone, net) in [("z1", [192, 168, 1]), ("z2", [192, 168, 2])] {
        let zone = zones[zone];
        let template = lab.view().templates().by("zone", zone).next().unwrap().id;
        let vm = lab.run(DeployVm { zone, template, ..lab.small_vm() }).await.unwrap();
        let own = addresses(&lab, vm);
        assert!(own.len() == 1 && own[0].octets()[..3] == net, "{own:?}");
    }
    // A machine cannot be put on the network of another zone.
    let network = lab.view().networks().by("zone", zones["z2"]).next().unwrap().id;
    let refused = lab.refused(DeployVm { zone: zones["z1"], ..lab.small_vm() }.on_networks([network])).await;
    says(&refused, ErrorKind::Invalid, &["zone"]);
}

/// Proves: PHYS-11
#[tokio::test(start_paused = true)]
async fn thousands_of_further_networks_for_everybody_and_for_one() {
    let lab = Lab::advanced(1).await;
    let shared = lab.network_offering("DefaultSharedNetworkOffering");
    let ann: Caller = lab.user("ann").await;
    lab.set("max.account.networks", "-1").await;
    let isolated = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let everybody = 1_500_u32;
    for n in 0..everybody {
        let [high, low] = u16::try_from(n).unwrap().to_be_bytes();
        let wanted = AddNetwork {
            cidr: Some(format!("10.{}.{low}.0/24", 64 + high).parse().unwrap()),
            vlan: Some(1_000 + n),
            ..AddNetwork::isolated(lab.zone(), name(&format!("shared-{n}")), shared)
        };
        lab.run(wanted).await.unwrap();
    }
    for n in 0..500 {
        let own = AddNetwork::isolated(lab.zone(), name(&format!("own-{n}")), isolated);
        lab.run_as(&ann, own).await.unwrap();
    }
    let view = lab.view();
    let open: BTreeSet<u32> = view.networks().iter().filter(|n| n.account.is_none()).filter_map(|n| n.vlan).collect();
    assert_eq!(open, (1_000..1_000 + everybody).collect());
    assert_eq!(view.networks().by("account", ann.account).count(), 500);
    // Ann's own take no VLAN yet: the zone has four.
    assert!(view.networks().by("account", ann.account).all(|n| n.vlan.is_none()));
}

/// A cloud with a driver of storage of this kind, and with or without one that enforces security groups.
async fn with_drivers(storage: &str, groups: bool) -> (Cloud, SimWorld) {
    let platform = Paused::new();
    let mut config = SimConfig::default();
    config.sheet.pool_kinds.insert(storage.to_owned());
    let world = SimWorld::with(config, platform.clone());
    let mut builder = Cloud::in_memory()
        .platform(platform)
        .hypervisor("Simulator", world.hypervisor())
        .primary_storage(storage, world.storage())
        .image_storage("NFS", world.images())
        .network_device("VirtualRouter", world.router())
        .without_loops();
    if groups {
        builder = builder.port_filter("Simulator", world.port_filter());
    }
    (builder.start().await.unwrap(), world)
}

async fn run<V: Verb>(cloud: &Cloud, verb: V) -> Result<V::Answer> {
    cloud.run(&cloud.root_caller(), verb).await?.done().await
}

/// A small machine in the first zone.
fn machine(cloud: &Cloud) -> DeployVm {
    let view = cloud.view();
    let (zone, template) = (view.zones().iter().next().unwrap().id, view.templates().iter().next().unwrap().id);
    let small = view.compute_offerings().iter().find(|o| o.name.as_str() == "Small Instance").unwrap().id;
    DeployVm::new(zone, small, template)
}

/// Proves: STOR-13
#[tokio::test(start_paused = true)]
async fn a_store_of_any_other_kind_can_be_plugged_in() {
    let (cloud, world) = with_drivers("ShelfOfDisks", true).await;
    let refused = run(&cloud, plan(&basic(1))).await.unwrap_err();
    says(&refused, ErrorKind::Invalid, &["NetworkFilesystem", "ShelfOfDisks"]);
    run(&cloud, plan(&basic(1).replace("NetworkFilesystem", "ShelfOfDisks"))).await.unwrap();
    let vm = run(&cloud, machine(&cloud)).await.unwrap();
    let view = cloud.view();
    let pool = view.volumes().by("vm", vm).next().and_then(|v| v.pool).unwrap();
    assert_eq!(view.pool(pool).unwrap().kind, "ShelfOfDisks");
    assert!(world.snapshot().pools.keys().any(|url| url.starts_with("shelfofdisks://")));
}

/// Proves: SG-09
#[tokio::test(start_paused = true)]
async fn groups_work_in_an_advanced_zone_where_a_driver_enforces_them() {
    let network = r#"kind = "Advanced"
guest_networks = [{ name = "all", offering = "DefaultSharedNetworkOfferingWithSGService", subnet = "10.20.0.0/24", gateway = "10.20.0.1", vlan = 900, addresses = "10.20.0.10-99" }]
"#;
    let text = with_groups(&advanced(1)).replace("kind = \"Advanced\"\n", network);
    let (cloud, world) = with_drivers("NetworkFilesystem", true).await;
    run(&cloud, plan(&text)).await.unwrap();
    assert!(cloud.view().networks().iter().all(|n| n.security_groups));
    let vm = run(&cloud, machine(&cloud)).await.unwrap();
    assert_eq!((cloud.view().vm(vm).unwrap().groups.len(), world.running()), (1, 1));
    // Without such a driver no machine runs unguarded.
    let (cloud, world) = with_drivers("NetworkFilesystem", false).await;
    run(&cloud, plan(&text)).await.unwrap();
    let refused = run(&cloud, machine(&cloud)).await.unwrap_err();
    says(&refused, refused.kind(), &["security groups", "Simulator"]);
    assert_eq!(world.running(), 0);
}

/// Bytes of this process that are in memory, where the system tells it.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split_whitespace().nth(1)?.parse::<u64>().ok()? * 4_096)
}

/// Hosts of four sites, decided upon one by one: every decision holds, none goes to the wrong site, and a host costs some
/// hundred bytes. How fast it is, is a benchmark's business.
///
/// Proves: HIER-24
#[test]
fn twenty_thousand_hosts_of_four_sites_are_one_fleet() {
    const HOSTS: u64 = 20_000;
    let id = u128::from;
    let before = resident();
    let clusters = (0..HOSTS / 16).map(|n| {
        let (pod, zone) = (PodId::from_u128(id(n / 8)), ZoneId::from_u128(id(n % 4)));
        Cluster::new(ClusterId::from_u128(id(n)), pod, zone, "Simulator")
    });
    let hosts = (0..HOSTS)
        .map(|n| Host::new(HostId::from_u128(id(n)), ClusterId::from_u128(id(n / 16)), 16, Mhz(2_000), Mib::gib(64)));
    let mut fleet = Fleet::build(clusters.collect(), hosts.collect(), Vec::new()).unwrap();
    if let (Some(before), Some(after)) = (before, resident()) {
        let each = after.saturating_sub(before) / HOSTS;
        assert!(each < 4_096, "{each} bytes per host");
    }
    let policy = Policy::default();
    let mut used: BTreeMap<HostId, u64> = BTreeMap::new();
    for n in 0..2_000 {
        let zone = ZoneId::from_u128(id(n % 4));
        let demand = Demand::new(zone, 4, Mhz(2_000), Mib::gib(16));
        let host = fleet.choose(&demand, &policy).unwrap().host;
        let cluster = fleet.cluster(fleet.host(host).unwrap().cluster).unwrap();
        assert_eq!(cluster.zone, zone);
        fleet.occupy(host, demand.load()).unwrap();
        let sum = used.entry(host).or_default();
        *sum += 16;
        assert!(*sum <= 64, "{sum} GiB on a host of 64");
    }
    assert_eq!(used.values().sum::<u64>(), 2_000 * 16);
}

/// The plans these tests build are themselves without error.
#[test]
fn the_plans_are_sound() {
    use cloudstack_core::plan::lint::Severity;
    for text in [basic(1), advanced(1), second(&basic(1)), second(&advanced(1))] {
        let plan = SitePlan::from_toml(&text).unwrap();
        let errors: Vec<_> = lint(&plan).into_iter().filter(|f| f.severity == Severity::Error).collect();
        let known = ["ZONE-05", "ZONE-09"];
        assert!(errors.iter().all(|f| known.contains(&f.id)), "{errors:#?}");
    }
}

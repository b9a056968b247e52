//! Zones, pods, clusters, hosts, pools, ranges: what is made, what is refused and why, and how it is taken away again.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Bytes, Error, ErrorKind, Mib};
use cloudstack_core::flow::infra::place::Place;
use cloudstack_core::flow::infra::*;
use cloudstack_core::flow::network::DeleteNetwork;
use cloudstack_core::flow::offering::*;
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::infra::*;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::driver::DriverErrorKind;
use cloudstack_drivers::sim::{HostShape, Method, SimHost};
use lab::{Lab, advanced, basic, ip, name, shape};
use std::collections::BTreeSet;

/// The kind, and that the words hold all of these.
#[track_caller]
fn says(error: &Error, kind: ErrorKind, words: &[&str]) {
    let text = format!("{error} {}", error.admin_detail().unwrap_or_default());
    assert_eq!(error.kind(), kind, "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

/// Proves: HIER-05
#[tokio::test(start_paused = true)]
async fn a_fresh_cloud_has_region_1_and_zones_belong_to_it() {
    let lab = Lab::empty().await;
    let region = lab.view().regions().iter().next().unwrap().clone();
    assert_eq!((region.number, lab.view().regions().len()), (1, 1));
    let zone = lab.run(AddZone::new(name("z"), ZoneKind::Basic)).await.unwrap();
    assert_eq!(lab.view().zone(zone).unwrap().region, region.id);
}

/// Proves: ZONE-02
#[tokio::test(start_paused = true)]
async fn basic_and_advanced_zones_live_in_one_cloud() {
    let lab = Lab::basic(1).await;
    let second = advanced(1).replace("192.168.1.", "192.168.2.").replace("\"z1\"", "\"z2\"").replace("h##", "i##");
    let second = second.replace("\"images\"", "\"images2\"");
    lab.run(ApplySite { plan: SitePlan::from_toml(&second).unwrap() }).await.unwrap();
    let kinds: BTreeSet<String> = lab.view().zones().iter().map(|z| z.kind.to_string()).collect();
    assert_eq!(kinds, ["Advanced".to_owned(), "Basic".to_owned()].into());
    lab.deploy().await;
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn applying_a_site_twice_adds_nothing() {
    let lab = Lab::basic(3).await;
    let (rows, calls) = (lab.rows(), lab.calls());
    let again = lab.run(ApplySite { plan: SitePlan::from_toml(&basic(3)).unwrap() }).await.unwrap();
    assert_eq!((again.added, lab.rows(), lab.calls()), (0, rows, calls));
    let grown = lab.run(ApplySite { plan: SitePlan::from_toml(&basic(4)).unwrap() }).await.unwrap();
    assert_eq!((grown.added, lab.hosts().len()), (1, 4));
}

#[tokio::test(start_paused = true)]
async fn a_site_whose_host_does_not_answer_leaves_nothing_behind() {
    let lab = Lab::empty().await;
    let before = lab.rows();
    lab.fail(Method::Probe, DriverErrorKind::Refused, Some(1));
    let refused = lab.refused(ApplySite { plan: SitePlan::from_toml(&basic(2)).unwrap() }).await;
    assert_eq!(refused.kind(), ErrorKind::Device);
    assert_eq!(lab.view().hosts().len(), 0, "hosts that were not heard have no row");
    assert!(lab.rows().is_superset(&before));
    let built = lab.run(ApplySite { plan: SitePlan::from_toml(&basic(2)).unwrap() }).await.unwrap();
    assert_eq!((built.zones.len(), lab.hosts().len()), (1, 2), "the second try goes on from there");
    lab.deploy().await;
}

#[tokio::test(start_paused = true)]
async fn names_and_addresses_are_given_once() {
    let lab = Lab::basic(1).await;
    let (zone, pod) = (lab.zone(), lab.pod());
    says(&lab.refused(AddZone::new(name("z1"), ZoneKind::Basic)).await, ErrorKind::Taken, &["z1"]);
    let subnet = "192.168.1.128/25".parse().unwrap();
    let overlap = AddPod { zone, name: name("p2"), subnet, gateway: ip("192.168.1.129") };
    says(&lab.refused(overlap).await, ErrorKind::Taken, &["192.168.1.0/24", "p1"]);
    let (subnet, gateway) = ("192.168.2.0/24".parse().unwrap(), ip("192.168.2.1"));
    says(&lab.refused(AddPod { zone, name: name("p1"), subnet, gateway }).await, ErrorKind::Taken, &["p1"]);
    let cluster = AddCluster {
        pod,
        name: name("c1"),
        hypervisor: "Simulator".into(),
        cpu_overcommit: None,
        ram_overcommit: None,
    };
    says(&lab.refused(cluster).await, ErrorKind::Taken, &["c1"]);
    says(&lab.refused(lab.host("h01", "192.168.1.60")).await, ErrorKind::Taken, &["h01"]);
    says(&lab.refused(lab.host("h60", "192.168.1.20")).await, ErrorKind::Taken, &["192.168.1.20"]);
    says(&lab.refused(lab.pool("primary", &[])).await, ErrorKind::Taken, &["primary"]);
    says(&lab.refused(lab.image("linux", "Simulator")).await, ErrorKind::Taken, &["linux"]);
}

/// Proves: HIER-14
#[tokio::test(start_paused = true)]
async fn a_host_outside_its_pods_subnet_is_refused() {
    let lab = Lab::basic(1).await;
    for address in ["192.168.2.20", "192.168.1.1"] {
        let refused = lab.refused(lab.host("h9", address)).await;
        says(&refused, ErrorKind::Invalid, &[address]);
        assert_eq!(refused.entity(), Some("address"));
    }
    assert_eq!(lab.world.calls(Method::Probe), 1, "only the first host was ever asked");
}

/// Proves: HIER-21, HIER-18
#[tokio::test(start_paused = true)]
async fn a_hosts_sizes_are_what_its_driver_says() {
    let lab = Lab::basic(1).await;
    let large = HostShape { cores: 64, ram: Mib::gib(512), version: "7.2".into(), ..shape() };
    lab.world.add_host(SimHost { address: ip("192.168.1.60"), shape: large });
    let id = lab.run(lab.host("large", "192.168.1.60")).await.unwrap();
    let host = lab.view().host(id).unwrap().clone();
    assert_eq!((host.cores, host.ram, host.version.as_str()), (64, Mib::gib(512), "7.2"));
    assert!(host.takes_guests());
    let nowhere = AddHost { cluster: ClusterId::from_u128(9), ..lab.host("h9", "192.168.1.61") };
    says(&lab.refused(nowhere).await, ErrorKind::NotFound, &["cluster"]);
}

/// Proves: HIER-22
#[tokio::test(start_paused = true)]
async fn a_host_with_guests_on_it_is_refused_by_name() {
    let lab = Lab::basic(1).await;
    let address = ip("192.168.1.60");
    lab.world.add_host(SimHost { address, shape: shape() });
    lab.world.plant_guest(address, "payroll");
    lab.world.plant_guest(address, "mail");
    let hosts = vec![lab.host("empty", "192.168.1.61"), lab.host("busy", "192.168.1.60")];
    let refused = lab.refused(AddHosts { hosts }).await;
    says(&refused, ErrorKind::Conflict, &["busy", "payroll", "mail", "stop or move them"]);
    assert_eq!(lab.hosts().len(), 1, "all of them or none");
}

/// Proves: HIER-15
#[tokio::test(start_paused = true)]
async fn a_differing_processor_feature_is_refused_and_named() {
    let lab = Lab::basic(1).await;
    let flags = ["avx512".to_owned()].into();
    lab.world.add_host(SimHost { address: ip("192.168.1.60"), shape: HostShape { flags, ..shape() } });
    let refused = lab.refused(lab.host("newer", "192.168.1.60")).await;
    says(&refused, ErrorKind::Conflict, &["avx512", "newer", "h01"]);
    // Speed and memory may differ.
    let bigger = HostShape { ram: Mib::gib(64), ..shape() };
    lab.world.add_host(SimHost { address: ip("192.168.1.61"), shape: bigger });
    lab.run(lab.host("bigger", "192.168.1.61")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_host_that_answers_late_is_asked_again() {
    let lab = Lab::basic(1).await;
    lab.fail(Method::Probe, DriverErrorKind::Unreachable, Some(2));
    lab.run(lab.host("h9", "192.168.1.60")).await.unwrap();
    lab.fail(Method::Probe, DriverErrorKind::Unreachable, Some(3));
    let refused = lab.refused(lab.host("h10", "192.168.1.61")).await;
    assert_eq!(refused.kind(), ErrorKind::Device);
    assert!(lab.view().hosts().iter().all(|h| h.takes_guests()), "no half host is left");
}

/// Proves: HIER-28, ZONE-08
#[tokio::test(start_paused = true)]
async fn clusters_of_one_zone_may_have_different_hypervisors() {
    let lab = Lab::basic(1).await;
    let cluster = AddCluster {
        pod: lab.pod(),
        name: name("c2"),
        hypervisor: "Other".into(),
        cpu_overcommit: None,
        ram_overcommit: None,
    };
    let cluster = lab.run(cluster).await.unwrap();
    let other = lab.run(AddHost { cluster, ..lab.host("other", "192.168.1.60") }).await.unwrap();
    lab.run(lab.pool("shared", &[])).await.unwrap();
    let template = lab.run(lab.image("other-linux", "Other")).await.unwrap();
    let vm = lab.run(DeployVm { template, ..lab.small_vm() }).await.unwrap();
    assert_eq!(lab.vm(vm).host, Some(other));
    let vm = lab.deploy().await;
    assert_ne!(lab.vm(vm).host, Some(other));
    let strange = lab.run(lab.image("strange", "Unheard")).await.unwrap();
    let refused = lab.refused(DeployVm { template: strange, ..lab.small_vm() }).await;
    assert_eq!(refused.kind(), ErrorKind::NoCapacity);
    lab.check();
}

/// Proves: HIER-01, OPER-01
#[tokio::test(start_paused = true)]
async fn what_holds_something_is_not_removed_and_all_goes_from_the_bottom_up() {
    let lab = Lab::basic(2).await;
    let (zone, pod, cluster) = (lab.zone(), lab.pod(), lab.cluster());
    for host in lab.view().hosts().iter() {
        assert_eq!((host.cluster, host.pod, host.zone), (cluster, pod, zone), "one path up");
    }
    let vm = lab.deploy().await;
    let host = lab.vm(vm).host.unwrap();
    let called = lab.vm(vm).name.to_string();
    says(&lab.refused(RemoveZone { zone }).await, ErrorKind::Conflict, &["z1", "pod p1"]);
    says(&lab.refused(RemovePod { pod }).await, ErrorKind::Conflict, &["p1", "cluster c1"]);
    says(&lab.refused(RemoveCluster { cluster }).await, ErrorKind::Conflict, &["c1", "host h0"]);
    says(&lab.refused(RemoveHost { host }).await, ErrorKind::Conflict, &["room for machine", &called]);
    let pool = lab.view().pools().iter().next().unwrap().id;
    says(&lab.refused(RemovePool { pool }).await, ErrorKind::Conflict, &["primary", "ROOT-"]);
    let network = lab.guest_network();
    says(&lab.refused(DeleteNetwork { network }).await, ErrorKind::Conflict, &[&called]);
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    says(&lab.refused(RemoveHost { host }).await, ErrorKind::Conflict, &["room for machine"]);
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    for host in lab.hosts() {
        lab.run(RemoveHost { host }).await.unwrap();
    }
    lab.run(RemovePool { pool }).await.unwrap();
    lab.run(RemoveCluster { cluster }).await.unwrap();
    lab.run(RemovePod { pod }).await.unwrap();
    says(&lab.refused(RemoveZone { zone }).await, ErrorKind::Conflict, &["network guest"]);
    lab.run(DeleteNetwork { network }).await.unwrap();
    lab.run(RemoveZone { zone }).await.unwrap();
    let left = lab.rows();
    let mut fresh: BTreeSet<&str> = Lab::empty().await.rows().iter().map(|row| row.0).collect();
    fresh.insert("security_group");
    assert_eq!(left.iter().map(|row| row.0).collect::<BTreeSet<_>>(), fresh, "as before the zone, and a default group");
    // The same site can be built again.
    lab.run(ApplySite { plan: SitePlan::from_toml(&basic(2)).unwrap() }).await.unwrap();
    lab.deploy().await;
}

#[tokio::test(start_paused = true)]
async fn a_pod_whose_addresses_are_used_stays() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    lab.run(DestroyVm { vm, expunge: false }).await.unwrap();
    let host = lab.hosts()[0];
    lab.run(RemoveHost { host }).await.unwrap();
    let refused = lab.refused(RemoveCluster { cluster: lab.cluster() }).await;
    says(&refused, ErrorKind::Conflict, &["storage pool primary"]);
}

/// Proves: STOR-02
#[tokio::test(start_paused = true)]
async fn a_pool_needs_a_host_that_is_up() {
    let lab = Lab::empty().await;
    let zone = lab.run(AddZone::new(name("z"), ZoneKind::Basic)).await.unwrap();
    let refused = lab.refused(AddPool { zone, ..Lab::basic(1).await.pool("p", &[]) }).await;
    says(&refused, ErrorKind::Conflict, &["no host", "add a host first"]);
    assert_eq!(lab.world.calls(Method::EnsurePool), 0);
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_cannot_be_attached_has_no_row() {
    let lab = Lab::basic(1).await;
    lab.fail(Method::EnsurePool, DriverErrorKind::Refused, Some(1));
    assert_eq!(lab.refused(lab.pool("bad", &[])).await.kind(), ErrorKind::Device);
    assert_eq!(lab.view().pools().len(), 1);
    lab.run(lab.pool("bad", &[])).await.unwrap();
    let strange = lab.refused(AddPool { kind: "Tape".into(), ..lab.pool("t", &[]) }).await;
    says(&strange, ErrorKind::Invalid, &["Tape", "NetworkFilesystem"]);
}

/// Proves: STOR-01
#[tokio::test(start_paused = true)]
async fn the_next_pool_takes_over_when_the_first_is_full() {
    let lab = Lab::basic(1).await;
    let full = lab.view().pools().iter().next().unwrap().id;
    let second = lab.run(AddPool { overprovisioning: Some(1_000), ..lab.pool("second", &[]) }).await.unwrap();
    let custom = lab.view().disk_offerings().iter().find(|o| o.size.is_none()).unwrap().id;
    // Each takes 85 % of 1,024 GiB.
    let large = || DeployVm { disk: Some((custom, Some(Bytes::gib(800)))), ..lab.small_vm() };
    let mut pools = BTreeSet::new();
    for _ in 0..2 {
        let vm = lab.run(large()).await.unwrap();
        pools.extend(lab.view().volumes().by("vm", vm).filter(|v| v.device == 1).map(|v| v.pool.unwrap()));
    }
    assert_eq!(lab.refused(large()).await.kind(), ErrorKind::NoCapacity);
    assert_eq!(pools, [full, second].into());
    lab.check();
}

/// Proves: STOR-08
#[tokio::test(start_paused = true)]
async fn a_pool_must_carry_all_labels_of_the_offering() {
    let lab = Lab::basic(1).await;
    let tagged = |called: &str, tags: &[&str]| AddComputeOffering {
        storage_tags: tags.iter().map(|t| (*t).to_owned()).collect(),
        ..AddComputeOffering::new(name(called), 1, cloudstack_core::base::Mhz(500), Mib(512))
    };
    let both = lab.run(tagged("both", &["ssd", "raid"])).await.unwrap();
    lab.run(lab.pool("half", &["ssd"])).await.unwrap();
    let refused = lab.refused(DeployVm { offering: both, ..lab.small_vm() }).await;
    assert_eq!(refused.kind(), ErrorKind::NoCapacity, "{refused:?}");
    let pool = lab.run(lab.pool("more", &["ssd", "raid", "new"])).await.unwrap();
    let vm = lab.run(DeployVm { offering: both, ..lab.small_vm() }).await.unwrap();
    assert_eq!(lab.view().volumes().by("vm", vm).next().unwrap().pool, Some(pool));
    let tags = ["raid".to_owned()].into();
    let disk = lab.run(AddDiskOffering { name: name("safe"), size: Some(Bytes::gib(7)), tags }).await.unwrap();
    let vm = lab.run(DeployVm { disk: Some((disk, None)), ..lab.small_vm() }).await.unwrap();
    let data = lab.view().volumes().by("vm", vm).find(|v| v.device == 1).unwrap().clone();
    assert_eq!((data.pool, data.size), (Some(pool), Bytes::gib(7)));
}

/// Proves: ZONE-11, IPAM-03, IPAM-09
#[tokio::test(start_paused = true)]
async fn ranges_of_one_cloud_do_not_overlap() {
    let lab = Lab::advanced(1).await;
    let second = lab.run(AddZone::new(name("z2"), ZoneKind::Advanced)).await.unwrap();
    let range = |zone, purpose, first: &str, last: &str| AddIpRange {
        zone,
        pod: None,
        purpose,
        vlan: None,
        subnet: "10.9.0.0/24".parse().unwrap(),
        gateway: ip("10.9.0.1"),
        first: ip(first),
        last: ip(last),
    };
    let public = |zone, first, last| range(zone, Purpose::Public, first, last);
    for zone in [lab.zone(), second] {
        let refused = lab.refused(public(zone, "10.9.0.13", "10.9.0.20")).await;
        says(&refused, ErrorKind::Taken, &["10.9.0.13", "10.9.0.10-10.9.0.13", "z1"]);
    }
    let system = AddIpRange {
        subnet: "192.168.1.0/24".parse().unwrap(),
        gateway: ip("192.168.1.1"),
        ..range(second, Purpose::System, "192.168.1.12", "192.168.1.30")
    };
    says(&lab.refused(system).await, ErrorKind::Taken, &["192.168.1.10-192.168.1.15"]);
    let backwards = lab.refused(public(second, "10.9.0.30", "10.9.0.20")).await;
    says(&backwards, ErrorKind::Invalid, &["10.9.0.30-10.9.0.20"]);
    says(&lab.refused(public(second, "10.9.1.5", "10.9.1.9")).await, ErrorKind::Invalid, &["10.9.1.5"]);
    let gateway = AddIpRange { gateway: ip("10.8.0.1"), ..public(second, "10.9.0.30", "10.9.0.40") };
    says(&lab.refused(gateway).await, ErrorKind::Invalid, &["10.8.0.1"]);
    for tag in [0, 4_095] {
        let refused = lab.refused(AddIpRange { vlan: Some(tag), ..public(second, "10.9.0.30", "10.9.0.40") }).await;
        says(&refused, ErrorKind::Invalid, &["vlan", &tag.to_string()]);
    }
    let stray = AddIpRange { pod: Some(lab.pod()), ..public(second, "10.9.0.30", "10.9.0.40") };
    says(&lab.refused(stray).await, ErrorKind::Invalid, &["pod", "z2"]);
    let guest = lab.refused(range(second, Purpose::Guest, "10.9.0.30", "10.9.0.40")).await;
    says(&guest, ErrorKind::Invalid, &["purpose"]);
    lab.run(public(second, "10.9.0.20", "10.9.0.29")).await.unwrap();
    lab.run(public(second, "10.9.0.30", "10.9.0.39")).await.unwrap();
}

/// Proves: ZONE-14
#[tokio::test(start_paused = true)]
async fn vlan_ranges_belong_to_a_physical_network_and_do_not_overlap() {
    let lab = Lab::advanced(1).await;
    let physical_network = lab.view().physical_networks().iter().next().unwrap().id;
    let range = |first, last| AddVlanRange { physical_network, first, last };
    says(&lab.refused(range(603, 700)).await, ErrorKind::Taken, &["603-700", "600-603"]);
    for (first, last) in [(0, 5), (4_000, 4_095), (20, 10)] {
        assert_eq!(lab.refused(range(first, last)).await.kind(), ErrorKind::Invalid, "{first}-{last}");
    }
    lab.run(range(700, 799)).await.unwrap();
}

/// Proves: PHYS-02
#[tokio::test(start_paused = true)]
async fn a_basic_zone_has_one_physical_network() {
    let second = |lab: &Lab| AddPhysicalNetwork {
        zone: lab.zone(),
        name: name("second"),
        traffic: Vec::new(),
        isolation: Isolation::Vlan,
    };
    let lab = Lab::basic(1).await;
    says(&lab.refused(second(&lab)).await, ErrorKind::Conflict, &["one physical network"]);
    let lab = Lab::advanced(1).await;
    lab.run(second(&lab)).await.unwrap();
}

/// Proves: OFFR-02
#[tokio::test(start_paused = true)]
async fn offerings_are_checked_and_sizes_add_up() {
    let lab = Lab::basic(1).await;
    let good = AddComputeOffering::new(name("x"), 1, cloudstack_core::base::Mhz(500), Mib(512));
    for (bad, field) in [
        (AddComputeOffering { cores: 0, ..good.clone() }, "cores"),
        (AddComputeOffering { speed: cloudstack_core::base::Mhz(0), ..good.clone() }, "speed"),
        (AddComputeOffering { ram: Mib(31), ..good.clone() }, "ram"),
    ] {
        let refused = lab.refused(bad).await;
        assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, Some(field)));
    }
    // A host of 4 × 8,000 MHz and 8 GiB takes machines up to 85 %: three of 8,000 MHz.
    let size = lab.size("one core", 1, Mib(1_024)).await;
    for _ in 0..3 {
        lab.run(DeployVm { offering: size, ..lab.small_vm() }).await.unwrap();
    }
    let refused = lab.refused(DeployVm { offering: size, ..lab.small_vm() }).await;
    assert_eq!(refused.kind(), ErrorKind::NoCapacity, "{refused:?}");
    assert!(refused.advice().is_some(), "it says what would help: {refused:?}");
    let fixed = lab.view().disk_offerings().iter().find(|o| o.size.is_some()).unwrap().clone();
    let both = DeployVm { disk: Some((fixed.id, Some(Bytes::gib(1)))), ..lab.small_vm() };
    says(&lab.refused(both).await, ErrorKind::Invalid, &["size"]);
    let vm = lab.run(DeployVm { disk: Some((fixed.id, None)), ..lab.small_vm() }).await.unwrap();
    let data = lab.view().volumes().by("vm", vm).find(|v| v.device == 1).unwrap().clone();
    assert_eq!((Some(data.size), data.offering), (fixed.size, Some(fixed.id)));
}

/// Proves: OFFR-06
#[tokio::test(start_paused = true)]
async fn a_host_runs_no_more_guests_than_its_hypervisor_allows() {
    let lab = Lab::basic(1).await;
    let limited = AddHost { max_guests: Some(2), ..lab.host("limited", "192.168.1.60") };
    let host = lab.run(limited).await.unwrap();
    let there = || DeployVm { host: Some(host), ..lab.small_vm() };
    lab.run(there()).await.unwrap();
    let vm = lab.run(there()).await.unwrap();
    let refused = lab.refused(there()).await;
    assert_eq!(refused.kind(), ErrorKind::NoCapacity);
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.run(there()).await.unwrap();
}

/// Proves: OFFR-08
#[tokio::test(start_paused = true)]
async fn host_labels_are_matched() {
    let lab = Lab::basic(2).await;
    let tagged = AddComputeOffering {
        host_tags: ["gpu".to_owned()].into(),
        ..AddComputeOffering::new(name("gpu"), 1, cloudstack_core::base::Mhz(500), Mib(512))
    };
    let offering = lab.run(tagged).await.unwrap();
    let wanted = || DeployVm { offering, ..lab.small_vm() };
    assert_eq!(lab.refused(wanted()).await.kind(), ErrorKind::NoCapacity);
    let tags = ["gpu".to_owned()].into();
    let host = lab.run(AddHost { tags, ..lab.host("gpu", "192.168.1.60") }).await.unwrap();
    for _ in 0..3 {
        let vm = lab.run(wanted()).await.unwrap();
        assert_eq!(lab.vm(vm).host, Some(host));
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_with_the_ha_label_takes_no_plain_machines() {
    let lab = Lab::basic(1).await;
    let tags = ["ha_host".to_owned()].into();
    let spare = lab.run(AddHost { tags, ..lab.host("spare", "192.168.1.60") }).await.unwrap();
    lab.set("ha.tag", "ha_host").await;
    for _ in 0..6 {
        let vm = lab.deploy().await;
        assert_ne!(lab.vm(vm).host, Some(spare));
    }
}

#[tokio::test(start_paused = true)]
async fn disabled_places_take_machines_of_administrators_only() {
    let lab = Lab::basic(2).await;
    let user = lab.user("ann").await;
    let (zone, pod, cluster) = (lab.zone(), lab.pod(), lab.cluster());
    let set = async |place, allocation| lab.run(SetAllocation { place, allocation }).await.unwrap();
    for place in [Place::Zone(zone), Place::Pod(pod), Place::Cluster(cluster)] {
        set(place, Allocation::Disabled).await;
        let refused = lab.run_as(&user, lab.small_vm()).await.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Conflict | ErrorKind::NoCapacity), "{place:?}: {refused:?}");
        lab.deploy().await;
        set(place, Allocation::Enabled).await;
        lab.run_as(&user, lab.small_vm()).await.unwrap();
    }
    for host in lab.hosts() {
        lab.run(SetHostResource { host, allocation: Allocation::Disabled }).await.unwrap();
    }
    assert_eq!(lab.run_as(&user, lab.small_vm()).await.unwrap_err().kind(), ErrorKind::NoCapacity);
    let host = lab.hosts()[1];
    lab.run(SetHostResource { host, allocation: Allocation::Enabled }).await.unwrap();
    let vm = lab.run_as(&user, lab.small_vm()).await.unwrap();
    assert_eq!(lab.vm(vm).host, Some(host));
}

/// Proves: HIER-10, SEC2-04
#[tokio::test(start_paused = true)]
async fn a_template_serves_machines_of_its_zone_only() {
    let lab = Lab::basic(1).await;
    let zone = lab.run(AddZone::new(name("z2"), ZoneKind::Basic)).await.unwrap();
    let there = DeployVm { zone, ..lab.small_vm() };
    let refused = lab.refused(there.clone()).await;
    says(&refused, ErrorKind::Invalid, &["linux", "z1", "z2", "copy the template"]);
    let image = || cloudstack_core::flow::image::RegisterTemplate { zone, ..lab.image("linux", "Simulator") };
    says(&lab.refused(image()).await, ErrorKind::Conflict, &["no image store"]);
    let everywhere =
        AddImageStore { zone: None, name: name("swift"), kind: "NFS".into(), url: "nfs://192.168.9.9/all".into() };
    lab.run(everywhere).await.unwrap();
    let template = lab.run(image()).await.unwrap();
    let refused = lab.refused(DeployVm { template, ..there }).await;
    assert!(!refused.to_string().contains("copy the template"), "now only hosts are missing: {refused}");
}

/// Proves: OPER-04
#[tokio::test(start_paused = true)]
async fn names_may_be_of_any_script() {
    let lab = Lab::basic(1).await;
    let zone = lab.run(AddZone::new(name("北京一区"), ZoneKind::Basic)).await.unwrap();
    assert_eq!(lab.view().zone(zone).unwrap().name.as_str(), "北京一区");
    let offering = lab.size("小型 – klein", 1, Mib(512)).await;
    let vm = lab.run(DeployVm { offering, ..lab.small_vm() }.named(name("网站-1"))).await.unwrap();
    assert_eq!(lab.vm(vm).name.as_str(), "网站-1");
    assert!(lab.vm(vm).instance_name().is_ascii(), "hypervisors see another name");
    assert_eq!("a\nb".parse::<cloudstack_core::base::Name>().unwrap_err().why, "it holds a control character");
}

//! Rules of the site linter as whole matrices: what is allowed is let through, everything else is named.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_core::plan::{
    lint::{Finding, Severity, Sheets, lint},
    site::{
        Disk, HostShape, PrimaryStorage, SitePlan, SizeRequest, Traffic, TrafficKind, VlanRange, VmShape, Zone,
        ZoneKind, size,
    },
};

/// A Basic zone (`zones[0]`) and an Advanced zone (`zones[1]`) that no rule says anything about.
fn clean() -> SitePlan {
    SitePlan::from_toml(include_str!("data/clean-site.toml")).unwrap()
}

fn of(plan: &SitePlan, ids: &[&str]) -> Vec<Finding> {
    lint(plan).into_iter().filter(|f| ids.contains(&f.id)).collect()
}

/// Every way to put the four kinds of traffic on one network, for both kinds of zone: management and guests are a must,
/// public traffic in an Advanced zone, storage traffic exactly where there are addresses for it, and nothing twice.
///
/// Proves: PHYS-12, PHYS-04
#[test]
fn only_some_combinations_of_traffic_can_be_built() {
    use TrafficKind::{Guest, Management, Public, Storage};
    let kinds = [Guest, Management, Public, Storage];
    let mut built = 0;
    // Each kind not at all, once or twice.
    for picks in 0..3_u32.pow(4) {
        let times: Vec<u32> = (0..4).map(|n| picks / 3_u32.pow(n) % 3).collect();
        let traffic: Vec<Traffic> = kinds
            .iter()
            .zip(&times)
            .flat_map(|(kind, n)| (0..*n).map(|_| Traffic { kind: *kind, label: None }))
            .collect();
        for zone_at in 0..2 {
            for addressed in [false, true] {
                let mut plan = clean();
                let storage = clean().zones[1].pods[0].storage.clone();
                let zone: &mut Zone = &mut plan.zones[zone_at];
                zone.physical_networks[0].traffic = traffic.clone();
                zone.pods[0].storage = if addressed { storage } else { None };
                let allowed = times[0] == 1
                    && times[1] == 1
                    && (times[2] == 1 || (times[2] == 0 && zone.kind == ZoneKind::Basic))
                    && times[3] == u32::from(addressed);
                let found = of(&plan, &["PHYS-03", "PHYS-04", "PHYS-12"]);
                let errors = found.iter().filter(|f| f.severity == Severity::Error).count();
                assert_eq!(errors == 0, allowed, "{times:?} in zone {zone_at}, addresses: {addressed}: {found:#?}");
                built += usize::from(allowed);
            }
        }
    }
    assert_eq!(built, 6);
    // Primary storage asks for no storage traffic: it goes its own way.
    let mut plan = clean();
    plan.zones[1].pods[0].storage = None;
    plan.zones[1].physical_networks[0].traffic.retain(|t| t.kind != Storage);
    assert!(plan.clusters().all(|(_, _, c)| !c.primary_storage.is_empty()));
    assert_eq!(of(&plan, &["PHYS-03", "PHYS-04", "PHYS-12"]), []);
}

/// Proves: STOR-04
#[test]
fn each_hypervisor_takes_its_protocols_and_no_other() {
    let protocols =
        ["NetworkFilesystem", "IscsiLUN", "PreSetup", "SharedMountPoint", "CLVM", "RBD", "VMFS", "SMB", "FiberChannel"];
    for (kind, taken) in [
        ("XenServer", &["NetworkFilesystem", "IscsiLUN", "PreSetup", "FiberChannel"][..]),
        ("KVM", &["NetworkFilesystem", "SharedMountPoint", "CLVM", "RBD", "FiberChannel"]),
        ("VMware", &["NetworkFilesystem", "VMFS"]),
        ("Hyperv", &["SMB"]),
    ] {
        for protocol in protocols {
            let mut plan = clean();
            let cluster = &mut plan.zones[1].pods[0].clusters[0];
            cluster.hypervisor = kind.into();
            cluster.primary_storage[0].protocol = protocol.into();
            let place = "zones[1].pods[0].clusters[0].primary_storage[0].protocol";
            let refused = of(&plan, &["STOR-04"]).iter().any(|f| f.place == place);
            assert_eq!(refused, !taken.contains(&protocol), "{kind} and {protocol}");
        }
    }
}

/// Proves: STOR-05
#[test]
fn each_protocol_has_its_fields() {
    let target = "/iqn.1986-03.com.sun:02:01ec9bb549-1271378984/0";
    for (protocol, server, path, fault) in [
        ("NetworkFilesystem", Some("192.168.9.9"), "/export/primary", None),
        ("NetworkFilesystem", None, "/export/primary", Some("server")),
        ("NetworkFilesystem", Some(" "), "/export/primary", Some("server")),
        ("NetworkFilesystem", Some("192.168.9.9"), "export", Some("path")),
        ("NetworkFilesystem", Some("192.168.9.9"), "/", Some("path")),
        ("IscsiLUN", Some("192.168.9.9"), target, None),
        ("IscsiLUN", Some("192.168.9.9"), "/iqn.1986-03.com.sun:02:a", Some("path")),
        ("IscsiLUN", Some("192.168.9.9"), "/1986-03.com.sun:02:a/0", Some("path")),
        ("IscsiLUN", Some("192.168.9.9"), "/iqn.1986-03.com.sun:02:a/65536", Some("path")),
        ("IscsiLUN", None, target, Some("server")),
        ("PreSetup", Some("192.168.9.9"), "SR-primary", None),
        ("PreSetup", None, "SR-primary", Some("server")),
        ("PreSetup", Some("192.168.9.9"), "", Some("path")),
        ("SharedMountPoint", None, "/mnt/primary", None),
        ("SharedMountPoint", None, "mnt/primary", Some("path")),
        ("VMFS", Some("vcenter.example.org"), "/datacenter/datastore", None),
        ("VMFS", Some("vcenter.example.org"), "/datacenter", Some("path")),
        ("VMFS", None, "/datacenter/datastore", Some("server")),
        ("CLVM", None, "volume-group", None),
        ("CLVM", None, "", Some("path")),
    ] {
        let mut plan = clean();
        let pool = &mut plan.zones[0].pods[0].clusters[0].primary_storage[0];
        *pool = PrimaryStorage {
            protocol: protocol.into(),
            server: server.map(str::to_owned),
            path: path.into(),
            ..pool.clone()
        };
        let place = |field| format!("zones[0].pods[0].clusters[0].primary_storage[0].{field}");
        let found: Vec<String> = of(&plan, &["STOR-05"]).into_iter().map(|f| f.place).collect();
        assert_eq!(found, fault.map(place).into_iter().collect::<Vec<_>>(), "{protocol} {server:?} {path}");
    }
}

/// The more customers, the earlier the range of a pod ends; the rule says at which router.
///
/// Proves: IPAM-07
#[test]
fn control_addresses_from_the_pods_range_end_somewhere() {
    let place = "zones[1].pods[0].system";
    let said = |customers: u32, hypervisor: &str| {
        let mut plan = clean();
        plan.zones[1].customers = customers;
        plan.zones[1].pods[0].clusters[0].hypervisor = hypervisor.into();
        let found = of(&plan, &["IPAM-07"]);
        assert!(found.iter().all(|f| f.place == place), "{found:?}");
        found.into_iter().map(|f| (f.severity, f.message)).next()
    };
    // Forty addresses, four hosts, ten system machines: twenty-six routers.
    let (severity, text) = said(26, "VMware").unwrap();
    assert_eq!(severity, Severity::Advice);
    assert!(text.contains("4 hosts, 10 system machines and at most 26 routers"), "{text}");
    let (severity, text) = said(27, "VMware").unwrap();
    assert_eq!(severity, Severity::Warning);
    assert!(text.starts_with("40 system-reserved") && text.ends_with("end at router 27 of 27"), "{text}");
    assert_eq!(said(27, "KVM"), None, "system machines are reached over link-local addresses there");
}

/// Proves: VLAN-03
#[test]
fn vlans_of_a_hypervisor_that_wants_them_in_one_piece() {
    let said = |vlans: &[(u16, u16)], customers, hypervisor: &str| {
        let mut plan = clean();
        plan.zones[1].customers = customers;
        plan.zones[1].pods[0].clusters[0].hypervisor = hypervisor.into();
        plan.zones[1].physical_networks[0].vlans =
            vlans.iter().map(|(first, last)| VlanRange { first: *first, last: *last }).collect();
        of(&plan, &["VLAN-03"]).into_iter().map(|f| (f.severity, f.message)).collect::<Vec<_>>()
    };
    assert_eq!(said(&[(600, 649)], 50, "VMware"), []);
    assert_eq!(said(&[(650, 699), (600, 649)], 100, "VMware"), [], "two ranges side by side are one");
    let hole = said(&[(600, 649), (651, 699)], 20, "VMware");
    assert_eq!(
        hole,
        [(Severity::Error, "VMware guests take VLANs from one range; 600-649 and 651-699 are two".into())]
    );
    let few = said(&[(600, 649)], 51, "VMware");
    assert_eq!(few, [(Severity::Warning, "50 VLANs for 51 customers, one for each".into())]);
    assert_eq!(said(&[(600, 649), (651, 699)], 20, "KVM"), []);
}

/// Standard and distributed switches side by side: the older chapter forbids it, the later one allows it.
///
/// Proves: LINT-10
#[test]
fn switches_of_several_kinds_may_be_mixed() {
    let labelled = |labels: [&str; 4]| {
        let mut plan = clean();
        plan.zones[1].pods[0].clusters[0].hypervisor = "VMware".into();
        for (traffic, label) in plan.zones[1].physical_networks[0].traffic.iter_mut().zip(labels) {
            traffic.label = Some(label.to_owned());
        }
        lint(&plan)
    };
    let uniform = labelled(["vSwitch0"; 4]);
    let mixed = labelled(["vSwitch0", "vSwitch1", "dvSwitch0,,vmwaredvs", "privateEthernetPortProfile,,nexusdvs"]);
    assert_eq!(mixed, uniform);
    assert!(mixed.iter().all(|f| !f.id.starts_with("PHYS")), "{mixed:#?}");
}

/// How many pods, clusters, hosts, how much storage: asked for a zone, answered, and the answer holds.
///
/// Proves: ZONE-17
#[test]
fn a_zone_is_sized_by_pods_clusters_hosts_and_stores() {
    let vm = VmShape { cores: 1, ram: "2 GiB".parse().unwrap(), disk: "20 GB".parse().unwrap() };
    let host = HostShape {
        cores: 16,
        threads_per_core: 1,
        count_threads: false,
        speed: "2 GHz".parse().unwrap(),
        ram: "64 GiB".parse().unwrap(),
        disks: vec![],
    };
    for (people, kind, most) in [(40, "XenServer", 8), (400, "KVM", 16), (1_000, "KVM", 16)] {
        let request = SizeRequest {
            hypervisor: kind.into(),
            hosts_per_cluster: Sheets::shipped().get(kind).unwrap().max_hosts,
            template_format: if kind == "KVM" { "QCOW2" } else { "VHD" }.into(),
            subnet: "192.168.0.0/24".parse().unwrap(),
            ..SizeRequest::new("dev", people, 2, vm, host.clone())
        };
        let sizing = size(&request).unwrap();
        let zone = &sizing.plan.zones[0];
        let clusters: Vec<u64> = sizing.plan.clusters().map(|(_, _, c)| c.host_count()).collect();
        assert_eq!((zone.pods.len(), clusters.len()), (sizing.pods as usize, sizing.clusters as usize));
        assert_eq!(clusters.iter().sum::<u64>(), u64::from(sizing.hosts));
        assert!(clusters.iter().all(|hosts| *hosts <= most), "{clusters:?}");
        let wanted = vm.disk.0.0 * sizing.vms;
        let Disk(primary) = zone.primary_storage[0].capacity;
        assert!(primary.0 * 85 / 100 >= wanted && zone.secondary_storage.len() == 1, "{primary:?} for {wanted}");
        assert_eq!(lint(&sizing.plan), []);
    }
}

//! The plan of the fifty-developer cloud: read as printed, and round trips of every field.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_core::plan::{
    lint::{Severity, lint},
    site::{HostShape, Ratio, SitePlan, SizeRequest, TrafficKind, VmShape, ZoneKind, layout::address_table, size},
};

const DEV_TEAM: &str = include_str!("../../examples/clouds/dev-team.toml");

fn dev_team() -> SitePlan {
    SitePlan::from_toml(DEV_TEAM).unwrap()
}

/// The plan holds what the document prints, its three mistyped ranges included.
///
/// Proves: PLAN-05, PLAN-07
#[test]
fn the_dev_team_plan_is_as_printed() {
    let plan = dev_team();
    let workload = plan.workload.as_ref().unwrap();
    assert_eq!((workload.vms(), workload.cores(), workload.ram().to_string()), (200, 200, "300 GiB".into()));
    let [server] = &plan.management_servers[..] else { panic!("one management server") };
    assert_eq!(
        (server.address.to_string(), server.cores, server.ram.to_string()),
        ("192.168.168.2".into(), 8, "16 GiB".into())
    );
    let [zone] = &plan.zones[..] else { panic!("one zone") };
    assert_eq!((zone.kind, zone.security_groups, zone.dns1), (ZoneKind::Basic, true, "192.168.168.1".parse().ok()));
    assert!(zone.physical_networks[0].traffic.iter().all(|t| t.kind != TrafficKind::Public));
    let pod = &zone.pods[0];
    assert_eq!(pod.gateway.to_string(), "192.168.168.1");
    let shown = |ranges: &[cloudstack_core::plan::site::AddressRange]| ranges[0].to_string();
    assert_eq!(shown(&pod.system), "92.168.168.16-20");
    assert_eq!(shown(&pod.storage.as_ref().unwrap().addresses), "92.168.168.21-25");
    assert_eq!(shown(&pod.guest.as_ref().unwrap().addresses), "92.168.168.30-250");
    assert_eq!(pod.guest.as_ref().unwrap().addresses[0].count(), 221);
    assert_eq!(shown(&pod.reserve[0].addresses), "192.168.168.15");
    let hosts: Vec<_> = pod.clusters[0].all_hosts().collect();
    assert_eq!(hosts.len(), 7);
    assert_eq!((hosts[0].name(), hosts[0].address), ("XS-01".into(), "192.168.168.3".parse().ok()));
    assert_eq!((hosts[6].name(), hosts[6].address), ("XS-07".into(), "192.168.168.9".parse().ok()));
    assert_eq!(hosts[0].group.address_count(), 12);
    let vms: Vec<String> = plan.vm_groups.iter().flat_map(|g| g.names()).collect();
    assert_eq!((vms.len(), vms[0].as_str(), vms[199].as_str()), (200, "win-001", "ubu-100"));
}

#[test]
fn a_plan_survives_being_written_and_read() {
    let plan = dev_team();
    assert_eq!(SitePlan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
}

fn fifty_developers() -> SizeRequest {
    let vm = VmShape { cores: 1, ram: "1.5 GiB".parse().unwrap(), disk: "10 GB".parse().unwrap() };
    let host = HostShape {
        cores: 16,
        threads_per_core: 2,
        count_threads: false,
        speed: "2 GHz".parse().unwrap(),
        ram: "64 GiB".parse().unwrap(),
        disks: vec!["125 GB".parse().unwrap(); 2],
    };
    SizeRequest {
        hypervisor: "XenServer".into(),
        hosts_per_cluster: 8,
        template_format: "VHD".into(),
        ..SizeRequest::new("dev", 50, 4, vm, host)
    }
}

/// The planner comes to the document's seven servers by itself, and to its figures.
///
/// Proves: PLAN-05, PLAN-06
#[test]
fn fifty_developers_need_seven_hosts() {
    let sizing = size(&fifty_developers()).unwrap();
    assert_eq!((sizing.vms, sizing.vm_cores, sizing.vm_ram.to_string()), (200, 200, "300 GiB".into()));
    assert_eq!((sizing.hosts_needed, sizing.hosts, sizing.clusters, sizing.pods), (6, 7, 1, 1));
    assert_eq!((sizing.host_cores, sizing.host_threads, sizing.host_ram.to_string()), (112, 224, "448 GiB".into()));
    assert_eq!((sizing.cpu_ratio.to_string().as_str(), sizing.memory_percent), ("1.79", 67));
    assert!(sizing.verdicts.iter().any(|v| v.contains("fits only at 1.79 : 1, or with hyper-threading (224 threads)")));
    assert_eq!(lint(&sizing.plan), []);
}

/// Sizes from a lab to a hall of racks: the plan that is written has no fault of its own, and is read back the same.
///
/// Proves: IPAM-10
#[test]
fn sized_plans_are_clean() {
    for (people, subnet, kind, pods) in [
        (1, "192.168.168.0/24", ZoneKind::Basic, 1),
        (50, "192.168.168.0/24", ZoneKind::Basic, 1),
        (500, "192.168.0.0/24", ZoneKind::Basic, 10),
        (500, "10.20.0.0/20", ZoneKind::Basic, 1),
        (100, "192.168.0.0/24", ZoneKind::Advanced, 1),
    ] {
        let request = SizeRequest {
            people,
            kind,
            subnet: subnet.parse().unwrap(),
            public: "203.0.113.0/24".parse().ok(),
            ..fifty_developers()
        };
        let sizing = size(&request).unwrap();
        let plan = &sizing.plan;
        assert_eq!(lint(plan), [], "{people} people in {subnet}");
        assert_eq!(sizing.pods, pods, "{people} people in {subnet}");
        assert_eq!(plan.clusters().map(|(_, _, c)| c.host_count()).sum::<u64>(), u64::from(sizing.hosts));
        assert_eq!(&SitePlan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
        for (n, pod) in plan.zones[0].pods.iter().enumerate().filter(|_| subnet == "192.168.0.0/24") {
            assert_eq!(pod.subnet.to_string(), format!("192.168.{n}.0/24"));
        }
    }
}

#[test]
fn a_site_that_cannot_be_sized_says_which_field_and_why() {
    let base = fifty_developers();
    let refused = |request: SizeRequest| size(&request).unwrap_err().to_string();
    assert_eq!(refused(SizeRequest { people: 0, ..base.clone() }), "people = 0: expected a number above 0");
    assert!(refused(SizeRequest { people: u32::MAX, ..base.clone() }).contains("at most 1,000,000 machines"));
    assert!(refused(SizeRequest { fill: Ratio(1_001), ..base.clone() }).starts_with("fill = 1.00"));
    let big = VmShape { cores: 64, ..base.vm };
    assert!(refused(SizeRequest { vm: big, ..base.clone() }).starts_with("vm = 64 cores and 1536 MiB: no host"));
    let small = SizeRequest { subnet: "10.0.0.0/29".parse().unwrap(), ..base };
    assert!(refused(small).starts_with("subnet = 10.0.0.0/29: the smallest pod tried needs"));
}

/// The corrected plan's addresses, as a table, are the printed ones.
///
/// Proves: PLAN-07
#[test]
fn the_address_table_is_the_printed_one() {
    let mut plan = dev_team();
    for finding in lint(&plan).iter().filter(|f| f.id == "PLAN-08") {
        finding.correction().unwrap().apply(&mut plan).unwrap();
    }
    let rows: Vec<String> = address_table(&plan).iter().map(|r| format!("{} {}", r.addresses, r.purpose)).collect();
    let starts = [
        "192.168.168.1 gateway and resolver",
        "192.168.168.2 management server cs40.cs-cloud.com, NFS",
        "192.168.168.3-14 hosts XS-## (7 now, 5 to come)",
        "192.168.168.15 reserved: storage growth",
        "192.168.168.16-20 system-reserved (private)",
        "192.168.168.21-25 storage network",
        "192.168.168.30-250 guests",
    ];
    assert_eq!(rows.len(), starts.len(), "{rows:#?}");
    assert!(rows.iter().zip(starts).all(|(row, start)| row.starts_with(start)), "{rows:#?}");
}

/// Without link-local control a pod keeps 255 addresses for it: more than a /24 has room for, ten pods of which give 2,550.
///
/// Proves: IPAM-08
#[test]
fn control_addresses_are_planned_by_the_pod() {
    let request = |people, subnet: &str| SizeRequest {
        people,
        hypervisor: "VMware".into(),
        template_format: "OVA".into(),
        least_system: 255,
        subnet: subnet.parse().unwrap(),
        ..fifty_developers()
    };
    assert!(size(&request(50, "192.168.168.0/24")).is_err());
    let sizing = size(&request(550, "10.0.0.0/23")).unwrap();
    let system = |plan: &SitePlan| plan.zones[0].pods.iter().flat_map(|p| &p.system).map(|r| r.count()).sum::<u64>();
    assert_eq!((sizing.pods, system(&sizing.plan)), (10, 2_550));
    assert_eq!(lint(&sizing.plan), []);
    assert!(request(50, "10.0.0.0/20").subnet.range().count() - 2 > 4_000);
}

/// What nothing can have or be is refused where it stands in the file, in an operator's words.
#[test]
fn impossible_values_are_refused_in_plain_words() {
    let text = include_str!("../../examples/clouds/tiny.toml");
    for (from, to, field, said) in [
        ("cores = 4", "cores = 0", "hosts[0].cores", "a whole number from 1 to 65536"),
        ("cores = 4", "cores = 1.5", "hosts[0].cores", "expected a whole number"),
        ("cores = 4", "cores = []", "hosts[0].cores", "found an array"),
        ("cores = 4", "cores = 99999999999999999999", "line 36, column 9", "larger than any number of a plan"),
        ("cores = 4", "cores = 4\nthreads_per_core = 0", "threads_per_core", "a whole number from 1 to 64"),
        ("8 GiB", "0 GiB", "hosts[0].ram", "expected memory such as"),
        ("8000 MHz", "99999999 GHz", "hosts[0].speed", "expected a speed such as"),
        ("8000 MHz", "0 MHz", "hosts[0].speed", "expected a speed such as"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = SitePlan::from_toml(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(field) && error.contains(said), "{to}: {error}");
        assert!(!error.contains("i64") && !error.contains("is not accepted; `"), "{to}: {error}");
    }
    let long = format!("# {}\n{text}", "x".repeat(SitePlan::LONGEST));
    assert!(SitePlan::from_toml(&long).unwrap_err().to_string().contains("bytes are taken at most"));
}

/// A name that nothing can have is found by its place, and shown without what a terminal would obey.
#[test]
fn names_that_nothing_can_have_are_found() {
    let text = include_str!("../../examples/clouds/tiny.toml");
    let long = "x".repeat(300);
    for (from, place) in [
        ("name = \"tiny\"", "name"),
        ("name = \"z1\"", "zones[0].name"),
        ("name = \"p1\"", "zones[0].pods[0].name"),
        ("name = \"h##\"", "zones[0].pods[0].clusters[0].hosts[0].name"),
        ("name = \"images\"", "zones[0].secondary_storage[0].name"),
        ("name = \"lan\"", "zones[0].physical_networks[0].name"),
        ("name = \"linux\"", "templates[0].name"),
    ] {
        for bad in ["", " ", "\\u001b[31mred", &long] {
            let plan = SitePlan::from_toml(&text.replacen(from, &format!("name = \"{bad}\""), 1)).unwrap();
            let found = lint(&plan).into_iter().find(|f| f.id == "SITE-01" && f.place == place);
            let found = found.unwrap_or_else(|| panic!("{place}: {bad}"));
            assert_eq!(found.severity, Severity::Error);
            assert!(!found.to_string().contains('\u{1b}') && found.message.len() < 300, "{found}");
        }
    }
}

/// A pool without space, and a subnet without host addresses, are found before anything is built.
#[test]
fn no_space_and_no_room_for_a_gateway_are_found() {
    let text = include_str!("../../examples/clouds/tiny.toml");
    let vms = "[[vm_groups]]\nname = \"v#\"\ncount = 1\nzone = \"z1\"\noffering = \"o\"\ntemplate = \"linux\"\n\
               [[compute_offerings]]\nname = \"o\"\ncores = 1\nspeed = \"1 GHz\"\nram = \"1 GiB\"\n";
    let empty = format!("{}{vms}", text.replace("1 TB", "0 GB"));
    let found = lint(&SitePlan::from_toml(&empty).unwrap());
    assert!(found.iter().any(|f| f.id == "SITE-17" && f.severity == Severity::Error), "{found:?}");
    for subnet in ["192.168.1.1/32", "192.168.1.0/31"] {
        let found = lint(&SitePlan::from_toml(&text.replace("192.168.1.0/24", subnet)).unwrap());
        let gateway = found.iter().find(|f| f.id == "SITE-04").unwrap();
        assert!(gateway.to_string().ends_with("has no host addresses"), "{gateway}");
        assert!(gateway.correction().is_none());
    }
}

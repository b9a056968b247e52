//! Every lint rule: a plan that is clean but for one fault draws exactly that rule's finding, and its correction, where it
//! carries one, makes the plan clean again.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::BTreeSet;

use cloudstack_core::plan::{
    lint::{Edit, Finding, Fix, Severity, Sheet, Sheets, correct, lint, lint_with, rules},
    site::{AddressRange, SitePlan},
};
use proptest::prelude::*;

const DEV_TEAM: &str = include_str!("../../examples/clouds/dev-team.toml");

/// A Basic zone (`zones[0]`) and an Advanced zone (`zones[1]`) that no rule says anything about.
const CLEAN: &str = include_str!("data/clean-site.toml");

fn clean() -> SitePlan {
    SitePlan::from_toml(CLEAN).unwrap()
}

/// The plan with values set at places; an empty value removes what is there.
fn with(mut plan: SitePlan, edits: &[(&str, &str)]) -> SitePlan {
    let edit = |(place, value): &(&str, &str)| Edit {
        place: (*place).to_owned(),
        value: (!value.is_empty()).then(|| (*value).to_owned()),
    };
    let fix = Fix { edits: edits.iter().map(edit).collect() };
    fix.apply(&mut plan).unwrap_or_else(|e| panic!("{edits:?}: {e}"));
    plan
}

fn ids(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|f| f.id).collect()
}

/// The rule, its severity, what is changed, where the finding is, and whether a correction makes the plan clean again.
type Case = (&'static str, Severity, &'static [(&'static str, &'static str)], &'static str, bool);

const CASES: &[Case] = {
    use Severity::{Advice, Error, Warning};
    &[
        (
            "HIER-01",
            Error,
            &[("zones[0].pods[1]", r#"{ name = "e", subnet = "192.168.4.0/24", gateway = "192.168.4.1" }"#)],
            "zones[0].pods[1]",
            false,
        ),
        ("SITE-01", Error, &[("security_groups[1]", r#"{ name = "web" }"#)], "security_groups[1]", true),
        ("SITE-01", Error, &[("vm_groups[0].name", r#""web""#)], "vm_groups[0]", true),
        (
            "HIER-15",
            Error,
            &[
                ("zones[0].pods[0].clusters[0].hosts[0].cpu_model", r#""E5""#),
                ("zones[0].pods[0].clusters[0].hosts[1].cpu_model", r#""E7""#),
            ],
            "zones[0].pods[0].clusters[0].hosts[1].cpu_model",
            false,
        ),
        (
            "HIER-16",
            Warning,
            &[("zones[0].pods[0].clusters[0].hosts[1].ram", r#""128 GiB""#)],
            "zones[0].pods[0].clusters[0].hosts[1]",
            true,
        ),
        (
            "HIER-19",
            Error,
            &[
                ("zones[0].pods[0].clusters[0].hosts[1].count", "5"),
                ("zones[0].pods[0].clusters[0].hosts[1].addresses", r#""192.168.1.14-17, 192.168.1.101""#),
                ("zones[0].pods[0].system", r#""192.168.1.2-9, 192.168.1.102""#),
            ],
            "zones[0].pods[0].clusters[0]",
            false,
        ),
        ("HIER-23", Warning, &[("management_servers[0].name", r#""ms""#)], "management_servers[0].name", false),
        ("MGMT-03", Error, &[("management_servers[0].ram", r#""2 GiB""#)], "management_servers[0].ram", true),
        (
            "MGMT-03",
            Warning,
            &[("management_servers[0].disks", r#"["100 GB", "100 GB"]"#)],
            "management_servers[0].disks",
            false,
        ),
        (
            "PLAN-10",
            Advice,
            &[("management_servers[0].ram", r#""8 GiB""#), ("management_servers[0].nfs", "true")],
            "management_servers[0].ram",
            false,
        ),
        (
            "PORT-13",
            Advice,
            &[(
                "management_servers[1]",
                r#"{ name = "ms2.example.org", address = "192.168.9.3", cores = 8, ram = "16 GiB", disks = ["500 GB"] }"#,
            )],
            "management_servers",
            false,
        ),
        ("SITE-03", Error, &[("zones[0].pods[0].system[0]", r#""192.168.1.9-2""#)], "zones[0].pods[0].system[0]", true),
        (
            "PLAN-08",
            Error,
            &[("zones[0].pods[0].guest.addresses", r#""92.168.1.18-100""#)],
            "zones[0].pods[0].guest.addresses[0]",
            true,
        ),
        ("SITE-04", Error, &[("zones[0].pods[0].gateway", r#""92.168.1.1""#)], "zones[0].pods[0].gateway", true),
        ("SITE-04", Error, &[("zones[1].public[0].gateway", r#""203.0.113.255""#)], "zones[1].public[0].gateway", true),
        (
            "SITE-05",
            Error,
            &[("zones[0].pods[0].guest.addresses", r#""192.168.1.18-255""#)],
            "zones[0].pods[0].guest.addresses[0]",
            true,
        ),
        (
            "SITE-06",
            Error,
            &[("zones[0].pods[0].gateway", r#""192.168.1.50""#)],
            "zones[0].pods[0].guest.addresses[0]",
            true,
        ),
        (
            "SITE-07",
            Error,
            &[("zones[0].pods[0].guest.addresses", r#""192.168.1.15-100""#)],
            "zones[0].pods[0].guest.addresses[0]",
            true,
        ),
        (
            "IPAM-17",
            Error,
            &[("zones[0].pods[0].outside_dhcp", r#""192.168.1.90-120""#)],
            "zones[0].pods[0].outside_dhcp[0]",
            true,
        ),
        (
            "LINT-03",
            Error,
            &[("zones[0].pods[0].clusters[0].hosts[0].netmask", r#""255.255.255.240""#)],
            "zones[0].pods[0].clusters[0].hosts[0].netmask",
            true,
        ),
        (
            "SITE-08",
            Error,
            &[("zones[1].pods[0].clusters[0].hosts[0].count", "5")],
            "zones[1].pods[0].clusters[0].hosts[0].addresses",
            true,
        ),
        ("SITE-09", Error, &[("zones[0].pods[0].guest.addresses", r#""192.168.1.18-37""#)], "zones[0].pods", true),
        (
            "IPAM-04",
            Warning,
            &[
                ("zones[0].pods[0].system", r#""192.168.1.2-5, 192.168.1.6-8""#),
                ("zones[0].pods[0].reserve", r#"[{ purpose = "x", addresses = "192.168.1.9" }]"#),
            ],
            "zones[0].pods[0].system",
            true,
        ),
        ("IPAM-05", Warning, &[("zones[1].customers", "31")], "zones[1].pods[0].system", true),
        (
            "SITE-10",
            Advice,
            &[("zones[0].pods[0].guest.addresses", r#""192.168.1.24-100""#)],
            "zones[0].pods[0].subnet",
            true,
        ),
        (
            "PHYS-02",
            Error,
            &[("zones[0].physical_networks[1]", r#"{ name = "second" }"#)],
            "zones[0].physical_networks",
            false,
        ),
        ("PHYS-03", Error, &[("zones[0].physical_networks[0].traffic[1]", "")], "zones[0].physical_networks", true),
        (
            "PHYS-12",
            Error,
            &[("zones[0].physical_networks[0].traffic[2]", r#"{ kind = "Guest" }"#)],
            "zones[0].physical_networks[0].traffic[2]",
            true,
        ),
        ("PHYS-04", Error, &[("zones[1].physical_networks[0].traffic[1]", "")], "zones[1].physical_networks", true),
        (
            "PHYS-04",
            Error,
            &[("zones[0].physical_networks[0].traffic[2]", r#"{ kind = "Storage" }"#)],
            "zones[0].physical_networks",
            false,
        ),
        (
            "PHYS-06",
            Error,
            &[("zones[0].network_offering", r#""DefaultSharedNetscalerEIPandELBNetworkOffering""#)],
            "zones[0].physical_networks",
            true,
        ),
        (
            "PHYS-07",
            Advice,
            &[("zones[0].physical_networks[0].traffic[0].label", r#""cloudbr0""#)],
            "zones[0].physical_networks",
            false,
        ),
        (
            "PHYS-08",
            Error,
            &[("zones[1].physical_networks[0].vlans", r#"["600-799", "700-710"]"#)],
            "zones[1].physical_networks[0].vlans[1]",
            true,
        ),
        (
            "PHYS-09",
            Error,
            &[
                ("zones[1].pods[0].subnet", r#""203.0.113.0/24""#),
                ("zones[1].pods[0].gateway", r#""203.0.113.1""#),
                ("zones[1].pods[0].system", r#""203.0.113.100-149""#),
                ("zones[1].pods[0].clusters[0].hosts[0].addresses", r#""203.0.113.150-153""#),
            ],
            "zones[1].public[0].subnet",
            false,
        ),
        (
            "ZONE-13",
            Advice,
            &[(
                "zones[0].pods[0].guest",
                r#"{ subnet = "10.8.0.0/24", gateway = "10.8.0.1", addresses = "10.8.0.20-100" }"#,
            )],
            "zones[0].pods[0].guest.subnet",
            false,
        ),
        ("SITE-11", Error, &[("zones[1].guest_cidr", r#""192.168.0.0/16""#)], "zones[1].guest_cidr", true),
        (
            "SITE-11",
            Error,
            &[(
                "zones[1].pods[1]",
                r#"{ name = "p", subnet = "192.168.2.128/25", gateway = "192.168.2.129", clusters = [{ name = "x", hypervisor = "KVM", hosts = [{ name = "y", addresses = "192.168.2.140", cores = 16, speed = "2 GHz", ram = "64 GiB" }], primary_storage = [{ name = "z", protocol = "NetworkFilesystem", server = "192.168.9.9", path = "/z", capacity = "1 TB" }] }], system = "192.168.2.141" }"#,
            )],
            "zones[1].pods[1].subnet",
            false,
        ),
        ("SITE-12", Error, &[("zones[1].guest_cidr", r#""8.8.8.0/24""#)], "zones[1].guest_cidr", true),
        ("ZONE-06", Warning, &[("zones[0].guest_cidr", r#""10.1.1.0/24""#)], "zones[1].guest_cidr", true),
        ("ZONE-04", Error, &[("zones[0].dns1", "")], "zones[0].dns1", true),
        ("ZONE-04", Advice, &[("zones[0].dns2", r#""192.168.1.1""#)], "zones[0].dns2", true),
        ("ZONE-05", Error, &[("zones[0].internal_dns1", "")], "zones[0].internal_dns1", true),
        (
            "ZONE-09",
            Error,
            &[("zones[0].network_offering", r#""DefaultSharedNetworkOffering""#)],
            "zones[0].network_offering",
            true,
        ),
        ("ZONE-14", Error, &[("zones[1].physical_networks[0].vlans", "")], "zones[1].physical_networks[0].vlans", true),
        ("GNET-06", Error, &[("zones[1].public", "")], "zones[1].public", false),
        (
            "SITE-13",
            Error,
            &[("zones[1].public[0].vlan", "0"), ("zones[1].pods[0].vlan", "")],
            "zones[1].public[0].vlan",
            true,
        ),
        (
            "SITE-13",
            Error,
            &[("zones[1].physical_networks[0].vlans", r#"["799-600"]"#)],
            "zones[1].physical_networks[0].vlans[0]",
            true,
        ),
        ("IPAM-15", Error, &[("zones[1].guest_vlan_bits", "16")], "zones[1].guest_vlan_bits", true),
        (
            "VLAN-01",
            Advice,
            &[("zones[1].public[0].vlan", "501"), ("zones[1].pods[0].vlan", "520")],
            "zones[1].pods[0].vlan",
            false,
        ),
        (
            "VLAN-01",
            Advice,
            &[("zones[1].physical_networks[0].vlans", r#"["600-850"]"#)],
            "zones[1].physical_networks[0].vlans[0]",
            false,
        ),
        (
            "STOR-01",
            Error,
            &[("zones[0].pods[0].clusters[0].primary_storage", "")],
            "zones[0].pods[0].clusters[0]",
            false,
        ),
        (
            "STOR-04",
            Error,
            &[("zones[0].pods[0].clusters[0].primary_storage[0].protocol", r#""NetworkFilesystm""#)],
            "zones[0].pods[0].clusters[0].primary_storage[0].protocol",
            true,
        ),
        (
            "STOR-05",
            Error,
            &[("zones[0].pods[0].clusters[0].primary_storage[0].protocol", r#""IscsiLUN""#)],
            "zones[0].pods[0].clusters[0].primary_storage[0].path",
            false,
        ),
        (
            "STOR-05",
            Error,
            &[("zones[0].pods[0].clusters[0].primary_storage[0].server", "")],
            "zones[0].pods[0].clusters[0].primary_storage[0].server",
            false,
        ),
        (
            "STOR-07",
            Error,
            &[(
                "zones[0].pods[0].clusters[0].primary_storage[0]",
                r#"{ name = "i", protocol = "IscsiLUN", server = "192.168.9.9", path = "/iqn.1986-03.com.sun:02:a/1", capacity = "2 TB", overprovisioning = 2.0 }"#,
            )],
            "zones[0].pods[0].clusters[0].primary_storage[0].overprovisioning",
            true,
        ),
        (
            "STOR-08",
            Error,
            &[("disk_offerings[0].storage_tags", r#"["fast"]"#)],
            "disk_offerings[0].storage_tags",
            false,
        ),
        (
            "STOR-09",
            Warning,
            &[
                (
                    "zones[0].pods[0].clusters[1]",
                    r#"{ name = "second", hypervisor = "XenServer", hosts = [{ name = "s", addresses = "192.168.1.101", cores = 16, speed = "2 GHz", ram = "64 GiB" }], primary_storage = [{ name = "s", protocol = "NetworkFilesystem", server = "192.168.9.9", path = "/s", capacity = "1 TB", tags = ["fast"] }] }"#,
                ),
                ("zones[0].pods[0].system", r#""192.168.1.2-9, 192.168.1.102-104""#),
            ],
            "zones[0].pods[0].clusters[0].primary_storage",
            false,
        ),
        (
            "STOR-11",
            Error,
            &[
                (
                    "compute_offerings[1]",
                    r#"{ name = "local", cores = 1, speed = "1 GHz", ram = "1 GiB", local_storage = true }"#,
                ),
                ("vm_groups[0].offering", r#""local""#),
            ],
            "vm_groups[0].offering",
            true,
        ),
        (
            "STOR-14",
            Warning,
            &[
                ("management_servers[0].disks", r#"["20 TB", "20 TB"]"#),
                ("zones[0].secondary_storage[0].server", r#""192.168.9.2""#),
                ("zones[0].secondary_storage[0].capacity", r#""16 TB""#),
            ],
            "management_servers[0]",
            false,
        ),
        (
            "STOR-14",
            Error,
            &[
                ("zones[0].secondary_storage[0].server", r#""ms.example.org""#),
                ("zones[0].secondary_storage[0].capacity", r#""3 TB""#),
            ],
            "management_servers[0].disks",
            false,
        ),
        (
            "STOR-19",
            Advice,
            &[("management_servers[0].disks", r#"["500 GB"]"#), ("management_servers[0].nfs", "true")],
            "management_servers[0].disks",
            false,
        ),
        ("SEC2-01", Error, &[("zones[0].secondary_storage", "")], "zones[0].secondary_storage", false),
        (
            "SEC2-01",
            Warning,
            &[("zones[0].secondary_storage[0].capacity", r#""99 GB""#)],
            "zones[0].secondary_storage[0].capacity",
            true,
        ),
        (
            "SITE-19",
            Error,
            &[("zones[0].secondary_storage[0].path", r#""/export/pri-b""#)],
            "zones[0].secondary_storage[0].path",
            false,
        ),
        (
            "PLAN-09",
            Advice,
            &[(
                "workload",
                r#"{ people = 10, vms_per_person = 4, cores_per_person = 4, ram_per_person = "4 GiB", heavy_disk_io = true }"#,
            )],
            "workload.heavy_disk_io",
            false,
        ),
        ("PLAN-06", Error, &[("compute_offerings[0].cores", "9"), ("vm_groups[1].count", "5")], "zones[0].pods", true),
        (
            "PLAN-06",
            Warning,
            &[
                ("compute_offerings[0].cores", "11"),
                ("vm_groups[1].count", "5"),
                ("zones[0].pods[0].clusters[0].hosts[1].count", "4"),
            ],
            "zones[0].pods",
            true,
        ),
        (
            "SITE-14",
            Error,
            &[("compute_offerings[0].ram", r#""17 GiB""#), ("vm_groups[1].count", "1")],
            "zones[0].pods",
            false,
        ),
        (
            "SITE-15",
            Error,
            &[
                ("compute_offerings[1]", r#"{ name = "fast", cores = 1, speed = "3 GHz", ram = "1 GiB" }"#),
                ("vm_groups[0].offering", r#""fast""#),
            ],
            "vm_groups[0].offering",
            false,
        ),
        (
            "SITE-16",
            Advice,
            &[("compute_offerings[0].ram", r#""13.4 GiB""#), ("vm_groups[1].count", "1")],
            "zones[0].pods",
            false,
        ),
        (
            "SITE-17",
            Error,
            &[("vm_groups[0].disk_offering", r#""data""#), ("disk_offerings[0].size", r#""1 TB""#)],
            "zones[0]",
            false,
        ),
        (
            "SITE-18",
            Warning,
            &[("workload", r#"{ people = 10, vms_per_person = 5, cores_per_person = 4, ram_per_person = "4 GiB" }"#)],
            "vm_groups",
            false,
        ),
        ("OFFR-05", Error, &[("vm_groups[0].offering", r#""smal""#)], "vm_groups[0].offering", true),
        (
            "OFFR-05",
            Error,
            &[("security_groups[0].rules[1].groups", r#"["wbe"]"#)],
            "security_groups[0].rules[1].groups[0]",
            true,
        ),
        ("OFFR-05", Error, &[("vm_groups[1].networks", r#"["private"]"#)], "vm_groups[1].networks[0]", false),
        (
            "OFFR-08",
            Error,
            &[("compute_offerings[0].host_tags", r#"["gpu"]"#)],
            "compute_offerings[0].host_tags",
            false,
        ),
        ("STOR-06", Error, &[("templates[1].format", r#""VHD""#)], "templates[1].format", true),
        ("STOR-06", Error, &[("vm_groups[0].template", r#""kvm-linux""#)], "vm_groups[0].template", false),
        (
            "ZONE-15",
            Error,
            &[
                ("zones[0].security_groups", "false"),
                ("zones[0].network_offering", r#""DefaultSharedNetworkOffering""#),
            ],
            "vm_groups[0].security_groups",
            true,
        ),
        (
            "GNET-03",
            Error,
            &[
                (
                    "zones[0].guest_networks",
                    r#"[{ name = "x", offering = "DefaultSharedNetworkOffering", subnet = "10.7.0.0/24", gateway = "10.7.0.1", addresses = [] }]"#,
                ),
                ("vm_groups[0].networks", r#"["x"]"#),
            ],
            "vm_groups[0].networks",
            true,
        ),
        ("GNET-03", Warning, &[("vm_groups[1].networks", "")], "vm_groups[1].networks", true),
        ("SITE-20", Error, &[("security_groups[0].rules[0].ports", "")], "security_groups[0].rules[0].ports", false),
        (
            "SITE-20",
            Error,
            &[("security_groups[0].rules[0].ports", r#""80-22""#)],
            "security_groups[0].rules[0].ports",
            false,
        ),
        ("SITE-20", Error, &[("security_groups[0].rules[0].cidrs", "")], "security_groups[0].rules[0].cidrs", false),
        ("SITE-21", Advice, &[("security_groups[0].rules", "")], "vm_groups[0].security_groups", false),
        (
            "SITE-22",
            Warning,
            &[("security_groups[0].rules[0].cidrs", r#""0.0.0.0/0""#)],
            "security_groups[0].rules[0].cidrs",
            false,
        ),
    ]
};

#[test]
fn the_clean_plan_draws_no_finding() {
    assert_eq!(lint(&clean()), []);
}

/// Proves: HIER-15, HIER-16, ZONE-06, ZONE-11, ZONE-13, ZONE-14, PHYS-02, PHYS-03, PHYS-06, PHYS-08, PHYS-09, IPAM-04
/// Proves: IPAM-05, IPAM-17, STOR-04, STOR-07, STOR-09, STOR-14, STOR-19, SEC2-01, GNET-06, LINT-03
/// Proves: PLAN-09, PLAN-10, MGMT-03
#[test]
fn each_fault_draws_its_own_finding_and_its_correction_removes_it() {
    let wrong: Vec<String> = CASES.iter().filter_map(|case| tried(case).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn tried((id, severity, edits, place, corrected): &Case) -> Result<(), String> {
    let bad = with(clean(), edits);
    let findings = lint(&bad);
    let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let shown = format!("{id} {edits:?}\n  {}", shown.join("\n  "));
    let [finding] = &findings[..] else { return Err(shown) };
    let found = (finding.id, finding.severity, finding.place.as_str(), finding.correction().is_some());
    if found != (*id, *severity, *place, *corrected) || finding.suggestion.is_none() {
        return Err(format!("{shown}: {found:?}"));
    }
    let Some(fix) = finding.correction() else { return Ok(()) };
    let mut better = bad.clone();
    fix.apply(&mut better).map_err(|e| format!("{shown}: {e}"))?;
    let left = correct(&bad).remaining;
    match lint(&better).contains(finding) || !left.is_empty() {
        true => Err(format!("{shown}\n  not clean after its correction: {left:?}")),
        false => Ok(()),
    }
}

/// A rule that no case and no test below exercises could be broken without anybody noticing.
#[test]
fn every_rule_has_a_case_and_an_id_of_its_own() {
    let mut known = BTreeSet::new();
    assert!(rules().all(|rule| known.insert(rule.id)), "an id is used twice");
    let elsewhere = ["SITE-02", "IPAM-03", "IPAM-07", "IPAM-09", "STOR-02", "PLAN-02", "PLAN-03", "GNET-10", "VLAN-03"];
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.0).chain(elsewhere).collect();
    assert_eq!(known.difference(&tried).collect::<Vec<_>>(), Vec::<&&str>::new(), "rules without a case");
    assert!(known.len() >= 60, "{} rules", known.len());
}

/// Rules whose fault cannot be had alone: other findings come with it.
///
/// Proves: IPAM-03, IPAM-09, PHYS-08, STOR-02
#[test]
fn faults_that_come_with_others_are_found_too() {
    let second = "zones[1].pods[0].clusters[0]";
    let cases = [
        ("PHYS-08", vec![("zones[1].public[0].vlan".to_owned(), "650")], "zones[1].physical_networks[0].vlans"),
        ("SITE-02", vec![(format!("{second}.hypervisor"), r#""KWM""#)], "zones[1].pods[0].clusters[0].hypervisor"),
        ("IPAM-03", vec![("zones[1].pods[0].system".into(), r#""192.168.1.2-9""#)], "zones[1].pods[0].system[0]"),
        ("IPAM-07", vec![(format!("{second}.hypervisor"), r#""VMware""#)], "zones[1].pods[0].system"),
        (
            "IPAM-09",
            vec![(
                "zones[0].public".into(),
                r#"[{ subnet = "203.0.113.0/24", gateway = "203.0.113.1", addresses = "203.0.113.50-60" }]"#,
            )],
            "zones[1].public[0].addresses[0]",
        ),
        ("STOR-02", vec![(format!("{second}.hosts"), "[]")], "zones[1].pods[0].clusters[0].primary_storage"),
    ];
    for (id, edits, place) in cases {
        let edits: Vec<(&str, &str)> = edits.iter().map(|(place, value)| (place.as_str(), *value)).collect();
        let findings = lint(&with(clean(), &edits));
        assert!(findings.iter().any(|f| f.id == id && f.place == place), "{id}: {findings:#?}");
    }
}

/// The plan as printed: every fault the rules of the other documents find in it, with the figures.
///
/// Proves: PLAN-06, PLAN-08, IPAM-04
#[test]
fn the_dev_team_plan_has_its_known_faults() {
    let plan = SitePlan::from_toml(DEV_TEAM).unwrap();
    let findings = lint(&plan);
    let said = |id: &str| findings.iter().filter(move |f| f.id == id).map(ToString::to_string).collect::<Vec<_>>();
    let mistyped = said("PLAN-08");
    for (line, (range, right)) in mistyped.iter().zip([
        ("92.168.168.16-20", "192.168.168.16-20"),
        ("92.168.168.21-25", "192.168.168.21-25"),
        ("92.168.168.30-250", "192.168.168.30-250"),
    ]) {
        assert!(line.contains(range) && line.ends_with(&format!("write `{right}`")), "{line}");
    }
    assert_eq!(mistyped.len(), 3);
    assert!(said("IPAM-04")[0].contains("5 system-reserved addresses for 12 host addresses"));
    assert!(said("SITE-10")[0].contains("192.168.168.26-29 (4 addresses)"));
    let cpu = &said("PLAN-06")[0];
    for part in
        ["112 cores for 200 planned", "only at 1.79 : 1", "(224 threads)", "memory fits: 300 GiB of 448 GiB, 67 %"]
    {
        assert!(cpu.contains(part), "{part}: {cpu}");
    }
    assert_eq!(said("HIER-19").len(), 1);
    assert_eq!(findings.len(), 7, "{findings:#?}");
}

/// After its corrections the plan can be built: no error, no warning, and still an address for every machine.
#[test]
fn the_corrected_dev_team_plan_can_be_built() {
    let done = correct(&SitePlan::from_toml(DEV_TEAM).unwrap());
    assert_eq!(
        done.applied.iter().map(|f| f.id).collect::<Vec<_>>(),
        ["PLAN-08", "PLAN-08", "PLAN-08", "PLAN-06", "IPAM-04"]
    );
    assert_eq!(ids(&done.remaining), BTreeSet::from(["HIER-19"]));
    let pod = &done.plan.zones[0].pods[0];
    let count = |ranges: &[AddressRange]| ranges.iter().map(AddressRange::count).sum::<u64>();
    assert_eq!(count(&pod.system), 12);
    assert_eq!(count(&pod.guest.as_ref().unwrap().addresses), 221);
    assert!((1_786..=4_000).contains(&pod.clusters[0].cpu_overcommit.0));
    assert_eq!(correct(&done.plan).plan, done.plan);
}

/// Counting threads is the other way out, at 89 % of them: it fits, and little is left.
#[test]
fn the_dev_team_plan_fits_with_threads_counted() {
    let plan = with(
        SitePlan::from_toml(DEV_TEAM).unwrap(),
        &[("zones[0].pods[0].clusters[0].hosts[0].count_threads", "true")],
    );
    let cpu: Vec<Finding> = lint(&plan).into_iter().filter(|f| f.id == "PLAN-06").collect();
    assert_eq!((cpu.len(), cpu[0].severity), (1, Severity::Warning));
    assert!(cpu[0].message.contains("89 %"), "{}", cpu[0]);
}

#[test]
fn an_embedder_brings_the_sheet_of_its_own_hypervisor() {
    let mut plan = clean();
    plan.zones[1].pods[0].clusters[0].hypervisor = "bhyve".into();
    plan.templates[1].hypervisor = "bhyve".into();
    assert_eq!(ids(&lint(&plan)), BTreeSet::from(["SITE-02"]));
    let mut sheets = Sheets::shipped();
    let like: Sheet = sheets.get("KVM").unwrap().clone();
    sheets.0.insert("bhyve".into(), like);
    assert_eq!(lint_with(&plan, &sheets), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Any mixture of faults: correcting ends, brings no error that was not there, and corrects itself no further.
    #[test]
    fn correcting_always_ends(picks in proptest::collection::vec(0..CASES.len(), 1..5)) {
        let mut bad = clean();
        for pick in picks {
            let edits = CASES[pick].2.iter().map(|(place, value)| Edit {
                place: (*place).to_owned(),
                value: (!value.is_empty()).then(|| (*value).to_owned()),
            });
            // Two faults may exclude each other, such as one that removes what the other changes.
            let _ = Fix { edits: edits.collect() }.apply(&mut bad);
        }
        let errors = |findings: &[Finding]| findings.iter().filter(|f| f.severity == Severity::Error).count();
        let done = correct(&bad);
        prop_assert!(errors(&done.remaining) <= errors(&lint(&bad)));
        prop_assert_eq!(&lint(&done.plan), &done.remaining);
        prop_assert_eq!(correct(&done.plan).plan, done.plan);
    }

    /// Whatever text is given, reading answers; a plan that is read can be linted and written.
    #[test]
    fn torn_plans_never_panic(cut in 0..CLEAN.len(), put in "[ -~]{0,6}", at in 0..CLEAN.len()) {
        let mut text = CLEAN[..cut].to_owned();
        text.insert_str(at.min(cut), &put);
        if let Ok(plan) = SitePlan::from_toml(&text) {
            let _ = lint(&plan);
            prop_assert_eq!(SitePlan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
        }
    }
}

/// Numbers at the ends of their types, one at a time: refused with the place, or read and looked at without a panic.
#[test]
fn extreme_numbers_are_refused_or_survived() {
    let tree = toml::Value::try_from(clean()).unwrap();
    let mut places = Vec::new();
    numbers(&tree, String::new(), &mut places);
    assert!(places.len() > 20, "{places:?}");
    let mut refused = 0;
    for place in places {
        for extreme in ["0", "-1", "65536", "4294967295", "9223372036854775807", "0.0", "1e300"] {
            let mut plan = clean();
            let fix = Fix { edits: vec![Edit { place: place.clone(), value: Some(extreme.into()) }] };
            match fix.apply(&mut plan) {
                Ok(()) => drop(correct(&plan)),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 20);
    for huge in ["0.0.0.0-255.255.255.255", "255.255.255.255", "0.0.0.0", "255.255.255.255-0.0.0.0"] {
        for claim in ["zones[0].pods[0].system", "zones[0].pods[0].guest.addresses", "zones[1].public[0].addresses"] {
            let _ = correct(&with(clean(), &[(claim, &format!("{huge:?}"))]));
        }
    }
    for subnet in ["0.0.0.0/0", "255.255.255.255/32", "0.0.0.0/32", "255.255.255.254/31"] {
        for place in ["zones[0].pods[0].subnet", "zones[1].guest_cidr", "zones[1].public[0].subnet"] {
            let _ = correct(&with(clean(), &[(place, &format!("{subnet:?}"))]));
        }
    }
}

/// The places of all numbers of a tree.
fn numbers(tree: &toml::Value, place: String, found: &mut Vec<String>) {
    match tree {
        toml::Value::Integer(_) | toml::Value::Float(_) => found.push(place),
        toml::Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| numbers(item, format!("{place}[{n}]"), found));
        }
        toml::Value::Table(table) => {
            let dot = if place.is_empty() { "" } else { "." };
            table.iter().for_each(|(name, item)| numbers(item, format!("{place}{dot}{name}"), found));
        }
        _ => {}
    }
}

/// One host more than a cluster takes is refused with the figure; as many as it takes are not.
///
/// Proves: HIER-19
#[test]
fn cluster_sizes_are_those_of_the_hypervisor() {
    for (kind, most) in [("XenServer", 8), ("KVM", 16), ("VMware", 8)] {
        for (hosts, refused) in [(most, false), (most + 1, true)] {
            let (kind, count) = (format!("{kind:?}"), hosts.to_string());
            let cluster = "zones[1].pods[0].clusters[0]";
            let plan = with(
                clean(),
                &[(&format!("{cluster}.hypervisor"), &kind), (&format!("{cluster}.hosts[0].count"), &count)],
            );
            let found: Vec<Finding> =
                lint(&plan).into_iter().filter(|f| f.id == "HIER-19" && f.place == cluster).collect();
            assert_eq!(!found.is_empty(), refused, "{kind} {hosts}");
            let figure = format!("{hosts} hosts; a {} cluster takes {most}", kind.trim_matches('"'));
            assert!(found.iter().all(|f| f.severity == Severity::Error && f.message == figure), "{found:?}");
        }
    }
}

/// One machine that is everything, and a pair: small, and nothing wrong with them.
///
/// Proves: PLAN-11
#[test]
fn the_lab_plans_are_clean() {
    for (text, server, gateway) in [
        (include_str!("../../examples/clouds/lab.toml"), "192.168.3.10", "192.168.3.254"),
        (include_str!("../../examples/clouds/lab-pair.toml"), "192.168.1.4", "192.168.1.1"),
    ] {
        let plan = SitePlan::from_toml(text).unwrap();
        assert_eq!(lint(&plan), []);
        assert_eq!(plan.management_servers[0].address.to_string(), server);
        assert_eq!(plan.zones[0].pods[0].gateway.to_string(), gateway);
    }
}

//! An NFS server's files: the printed ones, what a plan asks for, and what hosts must not have.
#![cfg(feature = "nfs_export")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_core::plan::{
    lint::{Sheets, text::lint_text},
    site::SitePlan,
};
use cloudstack_drivers::nfs_export::{
    AlreadyMounted, BadPath, DomainsDiffer, NfsServer, free_mount_point, same_domain,
};

const SMALL: &str = include_str!("../../examples/clouds/small.toml");
const DEV_TEAM: &str = include_str!("../../examples/clouds/dev-team.toml");

fn server() -> NfsServer {
    NfsServer { paths: ["/export".to_owned()].into(), clients: vec![], high_ports: false, domain: None }
}

/// Proves: STOR-15
#[test]
fn exports_have_the_options_that_system_machines_need() {
    let all = "rw,async,no_root_squash,no_subtree_check";
    assert_eq!(server().exports().unwrap(), format!("/export *({all})\n"));
    let insecure = NfsServer { high_ports: true, ..server() };
    assert_eq!(insecure.exports().unwrap(), format!("/export *({all},insecure)\n"));
    let plan = SitePlan::from_toml(SMALL).unwrap();
    let planned = NfsServer::of(&plan, &Sheets::shipped(), "192.168.10.3").unwrap();
    let line = |path| format!("/export/{path} 192.168.10.0/24({all})\n");
    assert_eq!(planned.exports().unwrap(), line("primary") + &line("secondary"));
    assert_eq!(NfsServer::of(&plan, &Sheets::shipped(), "192.168.10.4"), None);
    for bad in ["export", "/my export", "", "/a\nb"] {
        let server = NfsServer { paths: [bad.to_owned()].into(), ..server() };
        assert_eq!(server.exports(), Err(BadPath(bad.to_owned())));
    }
}

/// The plan for XenServer names a domain and keeps version 4; with a KVM cluster in it, version 4 goes.
///
/// Proves: STOR-16
#[test]
fn version_4_is_off_where_a_hypervisor_does_not_take_it() {
    let fixed = "LOCKD_TCPPORT=32803\nLOCKD_UDPPORT=32769\nMOUNTD_PORT=892\nRQUOTAD_PORT=875\nSTATD_PORT=662\n\
                 STATD_OUTGOING_PORT=2020\n";
    let of = |text: &str, at| NfsServer::of(&SitePlan::from_toml(text).unwrap(), &Sheets::shipped(), at).unwrap();
    let xen = of(DEV_TEAM, "192.168.168.2");
    assert_eq!((xen.settings().as_str(), xen.domain.as_deref()), (fixed, Some("cs-cloud.com")));
    let kvm = of(&DEV_TEAM.replace("XenServer", "KVM"), "192.168.168.2");
    assert_eq!((kvm.settings(), kvm.id_mapping()), (format!("{fixed}RPCNFSDARGS=\"-N 4\"\n"), None));
}

/// Proves: STOR-17
#[test]
fn with_version_4_both_sides_have_one_id_domain() {
    let server = NfsServer { domain: Some("company.com".into()), ..server() };
    let file = server.id_mapping().unwrap();
    assert_eq!(file, "[General]\nDomain = company.com\n");
    assert_eq!(same_domain(&file, "[General]\nVerbosity = 0\nDomain=Company.com\n"), Ok(()));
    let differ = |server: &str, host: Option<&str>| {
        Err(DomainsDiffer { server: Some(server.to_owned()), host: host.map(str::to_owned) })
    };
    assert_eq!(same_domain(&file, "[General]\n#Domain = company.com\n"), differ("company.com", None));
    assert_eq!(same_domain(&file, "Domain = localdomain\n"), differ("company.com", Some("localdomain")));
    let said = same_domain(&file, "").unwrap_err().to_string();
    assert_eq!(said, "the id domain of the server is `company.com`, that of the host not set");
}

/// Proves: STOR-18
#[test]
fn a_pool_is_not_mounted_over_another_mount() {
    let mounts = "/dev/sda1 / ext4 rw 0 0\n192.168.10.3:/export/primary /mnt/primary nfs rw,vers=3 0 0\n\
                  /dev/sdb1 /mnt/my\\040disk ext4 rw 0 0\n";
    let taken = |from: &str, point: &str| Err(AlreadyMounted { from: from.into(), point: point.into() });
    assert_eq!(free_mount_point(mounts, "/mnt/primary/"), taken("192.168.10.3:/export/primary", "/mnt/primary"));
    assert_eq!(free_mount_point(mounts, "/mnt/my disk"), taken("/dev/sdb1", "/mnt/my disk"));
    for free in ["/mnt", "/mnt/prim", "/mnt/primary/deeper", "/export/primary"] {
        assert_eq!(free_mount_point(mounts, free), Ok(()), "{free}");
    }
}

/// Proves: PORT-10, PORT-14
#[test]
fn firewall_rules_go_in_front_and_name_every_fixed_port() {
    let rules = NfsServer { clients: vec!["192.168.10.0/24".parse().unwrap()], ..server() }.firewall();
    assert_eq!(rules.len(), 11);
    for (at, rule) in rules.iter().enumerate() {
        let start = format!("-I INPUT {} -s 192.168.10.0/24 -m state --state NEW -p ", at + 1);
        assert!(rule.starts_with(&start) && rule.ends_with(" -j ACCEPT"), "{rule}");
    }
    let settings = server().settings();
    for name in ["LOCKD_TCPPORT", "LOCKD_UDPPORT", "MOUNTD_PORT", "RQUOTAD_PORT", "STATD_PORT"] {
        let line = settings.lines().find(|line| line.starts_with(name)).unwrap();
        let port = format!("--dport {} ", line.split_once('=').unwrap().1);
        assert!(rules.iter().any(|rule| rule.contains(&port)), "{line} has no rule");
    }
}

/// What is written here has none of the faults that guides were printed with.
///
/// Proves: LINT-09
#[test]
fn no_written_text_has_a_printed_fault() {
    let named = NfsServer { domain: Some("company.com".into()), ..server() };
    let texts = [server().exports().unwrap(), server().settings(), named.settings(), named.id_mapping().unwrap()];
    for text in texts.into_iter().chain([server().firewall().join("\n")]).chain(switches()) {
        assert_eq!(lint_text(&text), [], "{text}");
        assert!(!text.contains("sed "), "files are written whole, not edited: {text}");
    }
    // The check is awake: this is how it was printed.
    assert_eq!(lint_text("sed -i 's/dhcp/static' ifcfg-eth0")[0].id, "LINT-09");
    assert_eq!(lint_text("v1an 200-999")[0].id, "LINT-08");
}

#[cfg(feature = "switch")]
fn switches() -> Vec<String> {
    use cloudstack_drivers::switch::{Model, PodSwitch, ZoneSwitch};
    let plan = SitePlan::from_toml(include_str!("../../examples/clouds/large.toml")).unwrap();
    let zone = ZoneSwitch::of(&plan.zones[0]).unwrap();
    let pod = PodSwitch { vlans: zone.vlans.clone(), native: 201, ports: 24 };
    let of = |model| [zone.text(model).unwrap(), pod.text(model).unwrap()];
    [Model::Dell62xx, Model::Cisco3750].into_iter().flat_map(of).collect()
}

#[cfg(not(feature = "switch"))]
fn switches() -> Vec<String> {
    Vec::new()
}

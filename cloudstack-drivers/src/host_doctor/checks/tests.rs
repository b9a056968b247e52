//! Verdicts, one fact at a time.

use super::*;
use crate::host_doctor::{Properties, Release, libvirtd_settings};

fn names(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

/// A host that may join.
fn well() -> HostState {
    let version = |numbers: [u32; 3]| Some(Version([numbers[0], numbers[1], numbers[2], 0]));
    HostState {
        architecture: "x86_64".into(),
        kernel: version([6, 1, 0]),
        name: "kvm1.lab.example.org".into(),
        release: Release { id: "ubuntu".into(), version: "12.04".into() },
        flags: names(&["vmx", "sse2"]),
        kvm: true,
        ram: Mib(3_900),
        disk: Mib(40_000),
        nics: names(&["eth0"]),
        bridges: names(&["cloudbr0", "cloudbr1"]),
        addresses: ["192.168.42.11".parse().unwrap()].into(),
        libvirt: version([1, 0, 0]),
        qemu: version([1, 0, 0]),
        openvswitch: version([1, 7, 1]),
        synchronised: Some(true),
        groups: names(&["cpu", "cpuacct", "memory", "devices", "freezer"]),
        listening: [([0, 0, 0, 0].into(), 16_509)].into(),
        selinux: Some("Permissive".into()),
        libvirtd: HostState::parse(&format!("%%libvirtd\n{}", libvirtd_settings())).libvirtd,
        sudo: vec!["Defaults:cloud !requiretty".into()],
        agent: Properties::parse("network.bridge.type=openvswitch\nhypervisor.type=lxc\n").unwrap(),
        consoles: [("vnc_listen".to_owned(), "0.0.0.0".to_owned())].into(),
        ..HostState::default()
    }
}

/// Everything that can be asked of a host at once.
fn all() -> Wanted {
    Wanted { containers: true, openvswitch: true, management: true, ..Wanted::kvm() }
}

fn wrong(state: &HostState, wanted: &Wanted) -> Vec<(&'static str, &'static str)> {
    let found = examine(state, wanted);
    let bad = found.into_iter().filter(|f| f.outcome == Outcome::Wrong);
    bad.inspect(|f| assert!(!f.remedy.is_empty() && !f.seen.is_empty(), "{f:?}")).map(|f| (f.rows, f.what)).collect()
}

#[test]
fn a_host_that_may_join_has_nothing_wrong() {
    for wanted in [Wanted::kvm(), Wanted::lxc(), all()] {
        assert_eq!(wrong(&well(), &wanted), [], "{wanted:?}");
    }
    let found = examine(&well(), &all());
    assert!(found.iter().all(|f| f.outcome == Outcome::Well && f.remedy.is_empty()), "{found:#?}");
}

/// Proves: KVM-01, KVM-02, KVM-03, KVM-04, KVM-08, KVM-09, KVM-10, KVM-11, KVM-18, KVM-19, KVM-21, KVM-22, LXC-01, LXC-03, LXC-05, PORT-01, PORT-08, PORT-09, PORT-14
#[test]
fn each_fact_that_is_wrong_is_found_alone() {
    let version = |a, b, c| Some(Version([a, b, c, 0]));
    type Change<'a> = (&'static str, &'static str, Wanted, &'a dyn Fn(&mut HostState));
    let kvm = Wanted::kvm;
    let switched = || Wanted { openvswitch: true, ..Wanted::kvm() };
    let managing = || Wanted { management: true, ..Wanted::kvm() };
    #[rustfmt::skip]
    let table: [Change<'_>; 31] = [
        ("KVM-01", "libvirt", kvm(), &|s| s.libvirt = version(0, 9, 3)),
        ("KVM-01", "libvirt", kvm(), &|s| s.libvirt = None),
        ("KVM-01", "QEMU", kvm(), &|s| s.qemu = version(0, 15, 1)),
        ("KVM-02", "libvirt", switched(), &|s| s.libvirt = version(0, 9, 10)),
        ("KVM-02, LXC-01", "Open vSwitch", switched(), &|s| s.openvswitch = version(1, 7, 0)),
        ("LXC-01", "libvirt", Wanted::lxc(), &|s| s.libvirt = version(0, 10, 2)),
        ("LXC-01", "kernel", Wanted::lxc(), &|s| s.kernel = version(2, 6, 23)),
        ("LXC-01", "control groups", Wanted::lxc(), &|s| assert!(s.groups.remove("freezer"))),
        ("KVM-03", "architecture", kvm(), &|s| s.architecture = "i686".into()),
        ("KVM-03", "hardware virtualisation", kvm(), &|s| assert!(s.flags.remove("vmx"))),
        ("KVM-03", "hardware virtualisation", kvm(), &|s| s.kvm = false),
        ("KVM-03", "memory", kvm(), &|s| s.ram = Mib(3_000)),
        ("KVM-03", "network interface", kvm(), &|s| s.nics.clear()),
        ("KVM-03", "guests already there", kvm(), &|s| s.guests.push("qemu-system-x86 17".into())),
        ("KVM-04", "local disk", kvm(), &|s| s.disk = Mib(34_000)),
        ("KVM-21", "full host name", kvm(), &|s| s.name = "kvm1".into()),
        ("KVM-21", "full host name", kvm(), &|s| s.name.clear()),
        ("KVM-21", "clock", kvm(), &|s| s.synchronised = Some(false)),
        ("KVM-21", "clock", kvm(), &|s| s.synchronised = None),
        ("KVM-11", "bridges", kvm(), &|s| assert!(s.bridges.remove("cloudbr1"))),
        ("KVM-18", "the kernel's own bridges", switched(), &|s| s.bridge_module = true),
        ("PORT-08, PORT-09, PORT-14", "ports", kvm(), &|s| s.input = vec!["-A INPUT -j REJECT".into()]),
        ("KVM-08", "libvirtd.conf", kvm(), &|s| drop(s.libvirtd.insert("auth_tcp".into(), "sasl".into()))),
        ("KVM-09", "the daemon's start", kvm(), &|s| s.listening.clear()),
        ("KVM-10", "SELinux and AppArmor", kvm(), &|s| s.selinux = Some("Enforcing".into())),
        ("KVM-10", "SELinux and AppArmor", kvm(), &|s| s.apparmor.push("/usr/sbin/libvirtd (enforce)".into())),
        ("LXC-05", "consoles", Wanted::lxc(), &|s| s.consoles.clear()),
        ("KVM-19", "the agent's bridges", switched(), &|s| s.agent = Properties::default()),
        ("LXC-03", "the agent's hypervisor", Wanted::lxc(), &|s| s.agent = Properties::default()),
        ("KVM-22", "sudo", managing(), &|s| s.sudo = vec!["Defaults requiretty".into()]),
        ("PORT-01", "ports that face the Internet", managing(), &|s| {
            s.addresses.insert("203.0.113.9".parse().unwrap());
            s.listening.insert(([0, 0, 0, 0].into(), 8096));
        }),
    ];
    for (at, (rows, what, wanted, change)) in table.into_iter().enumerate() {
        let mut state = well();
        change(&mut state);
        assert_eq!(wrong(&state, &wanted), [(rows, what)], "line {at}");
    }
}

/// Proves: PORT-01
#[test]
fn ports_without_signatures_may_face_the_management_network_only() {
    let exposed = |address: &str, bound: &str| {
        let mut state = well();
        state.addresses = [address.parse().unwrap()].into();
        state.listening.insert((bound.parse().unwrap(), 8250));
        !wrong(&state, &Wanted { management: true, ..Wanted::kvm() }).is_empty()
    };
    assert!(exposed("203.0.113.9", "203.0.113.9") && exposed("2001:db8::1", "::"));
    assert!(!exposed("203.0.113.9", "127.0.0.1") && !exposed("192.168.1.1", "0.0.0.0") && !exposed("fd00::1", "::"));
}

/// Proves: LXC-04
#[test]
fn direct_networking_names_an_interface_that_is_there() {
    let mut state = well();
    state.agent.for_containers(Some("eth0")).unwrap();
    assert_eq!(wrong(&state, &Wanted::lxc()), []);
    state.agent.for_containers(Some("eth7")).unwrap();
    assert_eq!(wrong(&state, &Wanted::lxc()), [("LXC-04", "direct networking")]);
}

/// Proves: KVM-03, KVM-11, KVM-20
#[test]
fn the_odd_host_of_a_cluster_is_named() {
    let (a, b, mut c) = (well(), well(), well());
    let alike = compare(&[("kvm1", &a), ("kvm2", &b), ("kvm3", &c)]);
    assert!(alike.iter().all(|f| f.outcome == Outcome::Well), "{alike:#?}");
    c.bridges = names(&["cloudbr0", "br1"]);
    c.mounts = names(&["/mnt/primary"]);
    c.release.version = "14.04".into();
    let found = compare(&[("kvm1", &a), ("kvm2", &b), ("kvm3", &c)]);
    let seen: Vec<&str> = found.iter().map(|f| f.seen.as_str()).collect();
    let due = [
        "kvm3: br1, cloudbr0; the others: cloudbr0, cloudbr1",
        "kvm3: /mnt/primary; the others: ",
        "kvm3: ubuntu 14.04; the others: ubuntu 12.04",
    ];
    assert_eq!(seen, due);
    assert!(found.iter().all(|f| f.outcome == Outcome::Wrong && !f.remedy.is_empty()));
}

/// Proves: LXC-02
#[test]
fn a_zone_of_containers_needs_hosts_for_system_machines() {
    let plan = |kinds: &[&str]| {
        let mut text = String::from(
            "name = \"s\"\n[[zones]]\nname = \"z\"\nkind = \"Basic\"\n[[zones.pods]]\nname = \"p\"\nsubnet = \"10.0.0.0/24\"\ngateway = \"10.0.0.1\"\n",
        );
        for kind in kinds {
            text += &format!("[[zones.pods.clusters]]\nname = \"{kind}\"\nhypervisor = \"{kind}\"\n");
        }
        SitePlan::from_toml(&text).unwrap()
    };
    let outcome = |kinds: &[&str]| container_zones(&plan(kinds)).first().map(|f| (f.outcome, f.seen.clone()));
    assert_eq!(outcome(&["LXC"]), Some((Outcome::Wrong, "z: LXC".into())));
    assert_eq!(outcome(&["LXC", "KVM"]), Some((Outcome::Well, "z: KVM, LXC".into())));
    assert_eq!(outcome(&["KVM"]), None);
}

#[tokio::test]
async fn this_machine_can_be_looked_at() {
    use crate::hosts::LocalHosts;
    use cloudstack_core::base::id::{EntityId as _, HostId};
    use cloudstack_core::port::driver::HostTarget;
    let folder = tempfile::tempdir().unwrap();
    let hosts = LocalHosts::new(folder.path()).with("here", []);
    let host = HostTarget { id: HostId::from_u128(1), name: "here".into(), address: [127, 0, 0, 1].into() };
    let state = crate::host_doctor::gather(&hosts, &host).await.unwrap();
    assert_eq!(state.architecture, std::env::consts::ARCH);
    assert!(state.ram.0 > 64 && state.disk.0 > 64 && state.kernel >= Some(Version([2, 6, 24, 0])), "{state:?}");
    assert!(!state.flags.is_empty() && !state.release.id.is_empty(), "{state:?}");
    let findings = examine(&state, &all());
    assert!(findings.len() > 20 && findings.iter().all(|f| f.outcome == Outcome::Well || !f.remedy.is_empty()));
}

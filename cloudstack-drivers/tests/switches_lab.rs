//! Switches in the real kernel and in a real Open vSwitch: the suite that every switch must pass, and pings between guests of two
//! hosts. Needs root (or a user namespace in which `ip netns` works), `ip`, `bridge`, `ping`, `ethtool`, `ovsdb-server` and
//! `ovs-vswitchd`.
#![cfg(all(feature = "lab", feature = "bridge", feature = "openvswitch", feature = "nftables"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "lab/pair.rs"]
mod pair;

use cloudstack_core::base::id::{EntityId, NetworkId};
use cloudstack_core::model::infra::Isolation;
use cloudstack_core::port::driver::{BroadcastDomain, DriverErrorKind, HostTarget, VirtualSwitch};
use cloudstack_core::rules::ir::Tap;
use cloudstack_core::testkit::conformance::driver::{DomainViewer, SwitchBed, switch_suite};
use cloudstack_drivers::bridge::{Bridge, BridgeConfig, Peers};
use cloudstack_drivers::openvswitch::{OpenvSwitch, OpenvSwitchConfig};
use cloudstack_drivers::runner::{Local, Runner};
use pair::Pair;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn domain(isolation: Isolation, tag: Option<u32>, label: Option<&str>) -> BroadcastDomain {
    let network = NetworkId::from_u128(tag.unwrap_or(1).into());
    BroadcastDomain { network, isolation, tag, label: label.map(str::to_owned) }
}

fn tap(name: &str) -> Tap {
    name.parse().unwrap()
}

fn bridge(pair: &Pair) -> Bridge {
    let peers = [1, 2].map(|n| pair.host(n).address).to_vec();
    Bridge::new(Arc::new(pair.hosts()), BridgeConfig { peers: Peers::Listed(peers), ..BridgeConfig::default() })
}

/// Sees which bridge an interface is in.
fn master(pair: &Pair) -> DomainViewer {
    let spaces = [pair.space(1), pair.space(2)];
    Box::new(move |host: &HostTarget, tap: Tap| {
        let space = &spaces[usize::from(host.name == "kvm2")];
        let told =
            Local::default().run("ip", &["-n", space, "-brief", "link", "show", "dev", tap.as_str()], "").ok()?;
        let all = Local::default().run("ip", &["-n", space, "-o", "link", "show", "dev", tap.as_str()], "").unwrap();
        let bridge = all.split(" master ").nth(1).and_then(|rest| rest.split(' ').next()).map(str::to_owned);
        told.contains(tap.as_str()).then(|| bridge.unwrap_or_else(|| "none".into()))
    })
}

fn bed(pair: &Pair, domains: [BroadcastDomain; 2], seen: DomainViewer) -> SwitchBed {
    let taps = [tap("vnet0"), tap("vnet1")];
    SwitchBed { host: pair.host(1), other: Some(pair.host(2)), domains, taps, seen: Some(seen) }
}

#[tokio::test]
async fn bridges_pass_the_suite_and_leave_nothing() {
    let pair = Pair::new("bs");
    pair.ip(&format!("-n {} link add cloudbr0 type bridge", pair.space(1)));
    pair.ip(&format!("-n {} link add cloudbr0 type bridge", pair.space(2)));
    let switch = bridge(&pair);
    let tagged = [5_001, 5_002].map(|tag| domain(Isolation::Vxlan, Some(tag), None));
    let passed = switch_suite(&switch, &bed(&pair, tagged, master(&pair))).await.unwrap();
    assert_eq!(passed.len(), 11, "{passed:#?}");
    let mixed = [domain(Isolation::Vxlan, None, Some("cloudbr0")), domain(Isolation::Vxlan, Some(5_003), None)];
    switch_suite(&switch, &bed(&pair, mixed, master(&pair))).await.unwrap();
    for n in 1..=2 {
        assert_eq!(
            pair.links(n),
            ["lo", &format!("under{n}"), "cloudbr0"],
            "the operator's bridge stays, nothing else"
        );
    }
}

/// Proves: PHYS-07
#[tokio::test]
async fn guests_of_one_domain_reach_each_other_across_hosts_and_no_others() {
    let mut pair = Pair::new("bp");
    let switch = bridge(&pair);
    let guests =
        [(1, "a1", "10.9.0.1/24"), (2, "a2", "10.9.0.2/24"), (1, "b1", "10.9.0.3/24"), (2, "b2", "10.9.0.4/24")];
    let spaces = guests.map(|(host, name, address)| pair.guest(host, name, address));
    for (host, name, _) in guests {
        let tag = if name.starts_with('a') { 5_001 } else { 5_002 };
        switch.ensure_joined(&pair.host(host), &domain(Isolation::Vxlan, Some(tag), None), tap(name)).await.unwrap();
    }
    assert!(pair.reaches(&spaces[0], "10.9.0.2"), "one domain on two hosts");
    assert!(pair.reaches(&spaces[2], "10.9.0.4"), "the other domain on two hosts");
    assert!(!pair.reaches(&spaces[0], "10.9.0.3"), "two domains on one host");
    assert!(!pair.reaches(&spaces[0], "10.9.0.4"), "two domains on two hosts");
    // A full-size packet crosses, in pieces.
    assert!(pair.inside(&spaces[0], "ping", "-c 2 -i 0.2 -W 1 -s 1472 10.9.0.2").is_ok());
    // By label, a shared network: its bridge is the operator's, and a wrong name is refused with those that are there.
    pair.cable("up");
    for n in 1..=2 {
        pair.ip(&format!("-n {} link add cloudbr0 type bridge", pair.space(n)));
        pair.ip(&format!("-n {} link set cloudbr0 up", pair.space(n)));
        pair.ip(&format!("-n {} link set up{n} master cloudbr0", pair.space(n)));
    }
    for (host, name, _) in [guests[0], guests[3]] {
        let shared = domain(Isolation::Vlan, None, Some("cloudbr0"));
        switch.ensure_joined(&pair.host(host), &shared, tap(name)).await.unwrap();
    }
    assert!(pair.reaches(&spaces[0], "10.9.0.4"), "moved to one shared network");
    assert!(!pair.reaches(&spaces[0], "10.9.0.2"), "and out of the domain they were in");
    let wrong = domain(Isolation::Vlan, None, Some("cloudbr9"));
    let refused = switch.ensure_joined(&pair.host(1), &wrong, tap("a1")).await.unwrap_err();
    assert_eq!(refused.kind, DriverErrorKind::Refused);
    assert!(refused.message.contains("`cloudbr9`") && refused.message.contains("cloudbr0"), "{refused}");
    for (host, name, _) in guests {
        switch.ensure_parted(&pair.host(host), tap(name)).await.unwrap();
    }
    assert_eq!(pair.links(1), ["lo", "under1", "up1", "cloudbr0"]);
    assert_eq!(pair.links(2), ["lo", "under2", "up2", "cloudbr0"]);
}

/// One bridge per VLAN needs VLAN interfaces in the kernel; without them the driver says what to do.
#[tokio::test]
async fn vlans_are_carried_or_refused_with_a_reason() {
    let pair = Pair::new("bv");
    let switch = bridge(&pair);
    let vlan = domain(Isolation::Vlan, Some(100), Some("under1"));
    match switch.ensure_joined(&pair.host(1), &vlan, tap("vnet0")).await {
        Ok(()) => assert!(pair.links(1).contains(&"brunder1-100".to_owned())),
        Err(refused) => {
            assert_eq!(refused.kind, DriverErrorKind::Unsupported);
            assert!(refused.message.contains("8021q"), "{refused}");
        }
    }
    switch.ensure_parted(&pair.host(1), tap("vnet0")).await.unwrap();
}

/// Two daemons of one host's own switch, ended with it.
struct Ovs(Vec<Child>);

impl Ovs {
    fn start(pair: &Pair, n: u8) -> Self {
        let folder = pair.folder().join(format!("ovs{n}"));
        std::fs::create_dir_all(&folder).unwrap();
        let (socket, base) = (folder.join("db.sock"), folder.join("conf.db"));
        let (socket, base) = (socket.display(), base.display());
        Local::default()
            .run("ovsdb-tool", &["create", &base.to_string(), "/usr/share/openvswitch/vswitch.ovsschema"], "")
            .unwrap();
        let daemon = |words: &str| {
            Command::new("ip")
                .args(["netns", "exec", &pair.space(n)])
                .args(words.split(' '))
                .envs(["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR"].map(|name| (name, &folder)))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        let mut ovs = Self(vec![daemon(&format!("ovsdb-server --remote=punix:{socket} {base}"))]);
        let until = Instant::now() + Duration::from_secs(10);
        while !folder.join("db.sock").exists() {
            assert!(Instant::now() < until, "ovsdb-server does not listen");
            std::thread::yield_now();
        }
        let database = format!("--db=unix:{socket}");
        Local::default().run("ovs-vsctl", &[&database, "--no-wait", "init"], "").unwrap();
        ovs.0.push(daemon(&format!("ovs-vswitchd unix:{socket} --disable-system")));
        let make = format!("{database} --timeout=20 add-br cloudbr0 -- set bridge cloudbr0 datapath_type=netdev");
        pair.inside(&pair.space(n), "ovs-vsctl", &make).unwrap();
        ovs
    }
}

impl Drop for Ovs {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ended = child.kill();
            let _collected = child.wait();
        }
    }
}

#[tokio::test]
async fn open_vswitch_passes_the_suite_and_keeps_vlans_apart() {
    let mut pair = Pair::new("ov");
    pair.cable("trunk");
    let _daemons = [Ovs::start(&pair, 1), Ovs::start(&pair, 2)];
    let socket = |n: u8| pair.folder().join(format!("ovs{n}/db.sock"));
    let config = OpenvSwitchConfig {
        databases: [("kvm1".to_owned(), socket(1)), ("kvm2".to_owned(), socket(2))].into(),
        datapath: Some("netdev".into()),
        ..OpenvSwitchConfig::default()
    };
    let switch = OpenvSwitch::new(Arc::new(pair.hosts()), config);
    let sockets = [socket(1), socket(2)].map(|path| format!("--db=unix:{}", path.display()));
    let databases = sockets.clone();
    let seen: DomainViewer = Box::new(move |host: &HostTarget, tap: Tap| {
        let database = &databases[usize::from(host.name == "kvm2")];
        Local::default().run("ovs-vsctl", &[database, "get", "port", tap.as_str(), "tag"], "").ok()
    });
    let domains = [100, 200].map(|tag| domain(Isolation::Vlan, Some(tag), None));
    let passed = switch_suite(&switch, &bed(&pair, domains, seen)).await.unwrap();
    assert_eq!(passed.len(), 11, "{passed:#?}");

    for (n, database) in (1..).zip(&sockets) {
        let trunk = format!("trunk{n}");
        Local::default().run("ovs-vsctl", &[database, "--timeout=20", "add-port", "cloudbr0", &trunk], "").unwrap();
    }
    let guests = [(1, "a1", "10.9.0.1/24"), (2, "a2", "10.9.0.2/24"), (2, "b2", "10.9.0.3/24")];
    let spaces = guests.map(|(host, name, address)| pair.guest(host, name, address));
    for ((host, name, _), space) in guests.into_iter().zip(&spaces) {
        pair.inside(space, "ethtool", "-K eth0 tx off").unwrap();
        let tag = if name.starts_with('a') { 100 } else { 200 };
        switch.ensure_joined(&pair.host(host), &domain(Isolation::Vlan, Some(tag), None), tap(name)).await.unwrap();
    }
    assert!(pair.reaches(&spaces[0], "10.9.0.2"), "one VLAN on two hosts");
    assert!(!pair.reaches(&spaces[0], "10.9.0.3"), "another VLAN");
    let refused = switch.ensure_joined(&pair.host(1), &domain(Isolation::Vxlan, Some(1), None), tap("a1")).await;
    assert_eq!(refused.unwrap_err().kind, DriverErrorKind::Unsupported);
    let wrong = domain(Isolation::Vlan, Some(1), Some("br-none"));
    assert!(switch.ensure_joined(&pair.host(1), &wrong, tap("a1")).await.unwrap_err().message.contains("cloudbr0"));
    for (host, name, _) in guests {
        switch.ensure_parted(&pair.host(host), tap(name)).await.unwrap();
    }
}

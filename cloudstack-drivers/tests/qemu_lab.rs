//! Real guests: the suite that every hypervisor must pass, an orchestrator that is killed and comes back, devices that come and go, and
//! a move under a TCP stream. Needs root (or a user namespace in which `ip netns` works), QEMU, `qemu-img`, `busybox`, `cpio`, `nc`, and
//! packages to fetch a kernel from.
#![cfg(all(feature = "lab", feature = "bridge", feature = "qemu", feature = "nftables"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "lab/guest.rs"]
mod guest;
#[path = "lab/pair.rs"]
mod pair;

use cloudstack_core::base::id::{EntityId, NetworkId, VmId};
use cloudstack_core::base::{Bytes, Mac, Mhz, Mib};
use cloudstack_core::model::infra::Isolation;
use cloudstack_core::port::driver::hypervisor::{DiskSpec, InterfaceSpec};
use cloudstack_core::port::driver::{
    BroadcastDomain, ConsoleKind, DriverErrorKind, GuestMetadata, GuestPower, GuestSpec, HostTarget, Hypervisor,
    StopMode, VirtualSwitch,
};
use cloudstack_core::testkit::conformance::driver::{HypervisorBed, hypervisor_suite};
use cloudstack_drivers::bridge::{Bridge, BridgeConfig, Peers};
use cloudstack_drivers::qemu::{Accelerator, Migration, Qemu, QemuConfig};
use cloudstack_drivers::runner::{Local, Runner};
use pair::Pair;
use std::io::BufRead as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

fn config() -> QemuConfig {
    QemuConfig {
        kernel: Some(guest::kernel()),
        accelerator: Accelerator::Tcg,
        grace: Duration::from_millis(500),
        ..QemuConfig::default()
    }
}

fn qemu(pair: &Pair) -> Qemu {
    Qemu::new(Arc::new(pair.hosts()), config())
}

fn spec(name: &str) -> GuestSpec {
    GuestSpec {
        vm: VmId::from_u128(7),
        name: name.into(),
        cores: 1,
        speed: Mhz(500),
        ram: Mib(96),
        disks: vec![],
        interfaces: vec![],
        metadata: GuestMetadata::default(),
    }
}

fn disk(pair: &Pair, name: &str, device: u32) -> DiskSpec {
    let folder = pair.folder().join("pool");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}.qcow2"));
    Local::default().run("qemu-img", &["create", "-q", "-f", "qcow2", file.to_str().unwrap(), "64M"], "").unwrap();
    let (pool_kind, pool_url) = ("SharedMountPoint".into(), folder.display().to_string());
    DiskSpec { pool_kind, pool_url, volume: name.into(), device, size: Bytes(64 << 20) }
}

fn interface(tap: &str, last: u8, device: u32) -> InterfaceSpec {
    let (tap, mac) = (tap.parse().unwrap(), Mac::new([2, 0, 0, 0, 0, last]));
    InterfaceSpec { tap, mac, domain: domain(), device }
}

fn domain() -> BroadcastDomain {
    BroadcastDomain { network: NetworkId::from_u128(1), isolation: Isolation::Vxlan, tag: Some(5_001), label: None }
}

fn switch(pair: &Pair) -> Bridge {
    let peers = [1, 2].map(|n| pair.host(n).address).to_vec();
    Bridge::new(Arc::new(pair.hosts()), BridgeConfig { peers: Peers::Listed(peers), ..BridgeConfig::default() })
}

fn folder(pair: &Pair, host: u8, name: &str) -> PathBuf {
    pair.host_folder(host).join("guests").join(name)
}

/// Ends guests, also after a panic. Their processes have nothing else in common with the test.
struct Ends<'a>(&'a Pair);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        for n in 1..=2 {
            let Ok(guests) = std::fs::read_dir(self.0.host_folder(n).join("guests")) else { continue };
            for file in guests.filter_map(|guest| Some(guest.ok()?.path().join("pid"))) {
                if let Ok(process) = std::fs::read_to_string(file) {
                    let _ended = Local::default().run("kill", &["-9", process.trim()], "");
                }
            }
        }
    }
}

#[tokio::test]
async fn qemu_passes_the_suite() {
    let pair = Pair::new("qs");
    let _ends = Ends(&pair);
    let guest = spec("conformance-guest");
    let reshaped = GuestSpec { disks: vec![disk(&pair, "data", 1)], ..guest.clone() };
    let folders = [folder(&pair, 1, "conformance-guest"), folder(&pair, 2, "conformance-guest")];
    let bed = HypervisorBed {
        other: Some(pair.host(2)),
        reshaped: Some(reshaped),
        ready: Some(Box::new(move |host: &HostTarget| {
            let folder = folders[usize::from(host.name == "kvm2")].clone();
            Box::pin(async move {
                guest::said(&folder, "READY", 1).await;
            })
        })),
        ..HypervisorBed::new(pair.host(1), guest)
    };
    let passed = hypervisor_suite(&qemu(&pair), &bed).await.unwrap();
    assert_eq!(passed.len(), 34, "{passed:#?}");
    let left: Vec<_> = std::fs::read_dir(pair.host_folder(1).join("guests")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Proves: HIER-17
#[tokio::test]
async fn a_guest_moves_under_a_tcp_stream() {
    let mut pair = Pair::new("qm");
    let watcher = pair.guest(1, "watcher", "10.9.0.200/24");
    let pair = pair;
    let _ends = Ends(&pair);
    let (driver, switch) = (qemu(&pair), switch(&pair));
    let shape = GuestSpec {
        interfaces: vec![interface("vnet0", 9, 0)],
        disks: vec![disk(&pair, "root", 0)],
        ..spec("i-2-9-VM")
    };
    let tap = shape.interfaces[0].tap;
    // Without a tap it is not started, rather than started without a network.
    let missing = driver.ensure_running(&pair.host(1), &shape).await.unwrap_err();
    assert!(missing.kind == DriverErrorKind::NotFound && missing.message.contains("`vnet0`"), "{missing}");
    switch.ensure_joined(&pair.host(1), &domain(), tap).await.unwrap();
    switch.ensure_joined(&pair.host(1), &domain(), "watcher".parse().unwrap()).await.unwrap();
    driver.ensure_running(&pair.host(1), &shape).await.unwrap();
    let boot = guest::said(&folder(&pair, 1, "i-2-9-VM"), "READY", 1).await;
    assert!(pair.reaches(&watcher, "10.9.0.9"));
    let source = folder(&pair, 1, "i-2-9-VM");
    let count = "(i=0; while :; do i=$((i+1)); echo $i; done) | nc -l -p 7000 & sleep 1; echo LISTENS-$((3*3))";
    guest::tell(&source, count, "LISTENS-9").await;

    // Every number arrives once and in turn, or the stream was broken.
    let stream = Stream::open(&pair, &watcher);
    stream.beyond(200).await;
    switch.ensure_joined(&pair.host(2), &domain(), tap).await.unwrap();
    let before = stream.last.load(Ordering::SeqCst);
    let began = std::time::Instant::now();
    driver.ensure_migrated(&pair.host(1), &pair.host(2), &shape).await.unwrap();
    let took = began.elapsed();
    switch.ensure_parted(&pair.host(1), tap).await.unwrap();
    let moved = stream.last.load(Ordering::SeqCst);
    stream.beyond(moved + 200).await;
    println!("booted in {boot:?}, moved in {took:?}, numbers {before} to {moved} while it did");
    let powers = |report: cloudstack_core::port::driver::HostReport| report.guests;
    assert!(powers(driver.ping(&pair.host(1)).await.unwrap()).is_empty());
    assert_eq!(powers(driver.ping(&pair.host(2)).await.unwrap())[0].power, GuestPower::On);

    // Figures: it has sent what was received, and read nothing from its disk beyond what its kernel looked at.
    let used = driver.stats(&pair.host(2)).await.unwrap();
    let (received, sent) = used[0].interfaces[&tap];
    assert!(sent > Bytes(1_000) && received > Bytes(100) && used[0].cpu_nanos > 0 && used[0].ram > Mib(0), "{used:?}");
    assert!(used[0].disks.contains_key(&0), "{used:?}");
    driver.ensure_stopped(&pair.host(2), "i-2-9-VM", StopMode::Forced).await.unwrap();
    drop(stream);
}

#[tokio::test]
async fn an_interface_and_a_disk_come_while_the_guest_runs_and_what_they_carry_is_right() {
    let mut pair = Pair::new("qp");
    let watcher = pair.guest(1, "watcher", "10.9.0.200/24");
    let pair = pair;
    let _ends = Ends(&pair);
    let (driver, switch, host) = (qemu(&pair), switch(&pair), pair.host(1));
    let own = folder(&pair, 1, "i-2-6-VM");
    switch.ensure_joined(&host, &domain(), "watcher".parse().unwrap()).await.unwrap();
    driver.ensure_running(&host, &spec("i-2-6-VM")).await.unwrap();
    guest::said(&own, "READY", 1).await;
    let more = GuestSpec {
        interfaces: vec![interface("vnet3", 33, 1)],
        disks: vec![disk(&pair, "data", 4)],
        ..spec("i-2-6-VM")
    };
    let missing = driver.ensure_devices(&host, &more).await.unwrap_err();
    assert!(missing.kind == DriverErrorKind::NotFound && missing.message.contains("`vnet3`"), "{missing}");
    switch.ensure_joined(&host, &domain(), "vnet3".parse().unwrap()).await.unwrap();
    driver.ensure_devices(&host, &more).await.unwrap();
    let up = "until ip link set eth0 up; do sleep 1; done; ip addr add 10.9.0.33/24 dev eth0; echo UP-$(cat /sys/block/vda/size)";
    guest::tell(&own, up, "UP-131072").await;
    let told = || std::fs::read_to_string(own.join("serial.log")).unwrap_or_default();
    assert!(pair.reaches(&watcher, "10.9.0.33"), "{}", told());
    // Another volume at the same place is another disk: the first one goes.
    let other = GuestSpec { disks: vec![disk(&pair, "other", 4)], ..more.clone() };
    driver.ensure_devices(&host, &other).await.unwrap();
    guest::tell(&own, "sleep 1; echo NAMED-$(cat /sys/block/vd?/serial)", "NAMED-other").await;
    assert!(pair.reaches(&watcher, "10.9.0.33"), "the interface was left alone");
    // A guest whose devices came while it ran is the same as one that was started with them: it moves.
    switch.ensure_joined(&pair.host(2), &domain(), "vnet3".parse().unwrap()).await.unwrap();
    driver.ensure_migrated(&host, &pair.host(2), &other).await.unwrap();
    switch.ensure_parted(&host, "vnet3".parse().unwrap()).await.unwrap();
    assert!(pair.reaches(&watcher, "10.9.0.33"));
    driver.ensure_devices(&pair.host(2), &spec("i-2-6-VM")).await.unwrap();
    guest::tell(&folder(&pair, 2, "i-2-6-VM"), "sleep 1; echo LEFT-$(ls /sys/class/net | wc -l)", "LEFT-1").await;
    driver.ensure_stopped(&pair.host(2), "i-2-6-VM", StopMode::Forced).await.unwrap();
}

/// Numbers that a guest sends.
struct Stream {
    last: Arc<AtomicU64>,
    child: Child,
}

impl Stream {
    fn open(pair: &Pair, from: &str) -> Self {
        let mut child = Command::new("ip")
            .args(["netns", "exec", from, "nc", "10.9.0.9", "7000"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let _where = pair;
        let out = child.stdout.take().unwrap();
        let last = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&last);
        std::thread::spawn(move || {
            for line in std::io::BufReader::new(out).lines().map_while(Result::ok) {
                let due = seen.load(Ordering::SeqCst) + 1;
                // One that is out of turn stops the count, and whoever waits for more sees it.
                if line.parse() == Ok(due) {
                    seen.store(due, Ordering::SeqCst);
                } else {
                    return;
                }
            }
        });
        Self { last, child }
    }

    async fn beyond(&self, number: u64) {
        let until = tokio::time::Instant::now() + Duration::from_secs(30);
        while self.last.load(Ordering::SeqCst) <= number {
            assert!(tokio::time::Instant::now() < until, "the stream stands at {:?}, {number} was due", self.last);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _collected = self.child.wait();
    }
}

/// Not a test: an orchestrator of its own process, when this program starts itself to be killed.
#[tokio::test]
async fn inside() {
    let (Ok(folder), Ok(space)) = (std::env::var("QEMU_LAB_FOLDER"), std::env::var("QEMU_LAB_SPACE")) else { return };
    let hosts = cloudstack_drivers::hosts::LocalHosts::new(folder).with("kvm1", ["ip", "netns", "exec", &space]);
    let driver = Qemu::new(Arc::new(hosts), config());
    let host = HostTarget {
        id: cloudstack_core::base::id::HostId::from_u128(1),
        name: "kvm1".into(),
        address: [192, 0, 2, 1].into(),
    };
    driver.ensure_running(&host, &spec("i-2-3-VM")).await.unwrap();
    driver.ensure_running(&host, &spec("i-2-4-VM")).await.unwrap();
    println!("STARTED");
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn guests_outlive_an_orchestrator_that_is_killed_and_are_found_again() {
    let pair = Pair::new("qk");
    let _ends = Ends(&pair);
    let mut first = Command::new(std::env::current_exe().unwrap())
        .args(["inside", "--exact", "--nocapture"])
        .env("QEMU_LAB_FOLDER", pair.folder())
        .env("QEMU_LAB_SPACE", pair.space(1))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = std::io::BufReader::new(first.stdout.take().unwrap());
    let started = tokio::task::spawn_blocking(move || out.lines().any(|line| line.unwrap().contains("STARTED")));
    assert!(started.await.unwrap());
    first.kill().unwrap();
    first.wait().unwrap();

    let process = |name: &str| std::fs::read_to_string(folder(&pair, 1, name).join("pid")).unwrap();
    let before = [process("i-2-3-VM"), process("i-2-4-VM")];
    let (driver, host) = (qemu(&pair), pair.host(1));
    let found = driver.ping(&host).await.unwrap();
    let names: Vec<&str> = found.guests.iter().map(|guest| guest.name.as_str()).collect();
    assert_eq!(names, ["i-2-3-VM", "i-2-4-VM"]);
    assert!(found.guests.iter().all(|guest| guest.power == GuestPower::On));
    for name in ["i-2-3-VM", "i-2-4-VM"] {
        driver.ensure_running(&host, &spec(name)).await.unwrap();
    }
    assert_eq!([process("i-2-3-VM"), process("i-2-4-VM")], before, "nothing was started twice");
    let other = GuestSpec { cores: 2, ..spec("i-2-3-VM") };
    assert_eq!(driver.ensure_running(&host, &other).await.unwrap_err().kind, DriverErrorKind::Refused);

    // Even one that does not see the first is kept out, by the lock on the file of its process.
    let own = folder(&pair, 1, "i-2-3-VM");
    let lock = format!("-M none -display none -daemonize -pidfile {}", own.join("pid").display());
    let second = pair.inside(&pair.space(1), "qemu-system-x86_64", &lock).unwrap_err();
    assert!(second.said.contains("lock"), "{second}");

    // One whose process was killed is off, with nothing left that would be in the way of its next start.
    Local::default().run("kill", &["-9", before[0].trim()], "").unwrap();
    let until = tokio::time::Instant::now() + Duration::from_secs(10);
    loop {
        let power = driver.ping(&host).await.unwrap().guests[0].power;
        if power == GuestPower::Off {
            break;
        }
        assert!(tokio::time::Instant::now() < until, "a killed guest is still on");
    }
    driver.ensure_running(&host, &spec("i-2-3-VM")).await.unwrap();
    assert_ne!(process("i-2-3-VM"), before[0]);

    // Restarts are remembered by those who come later.
    guest::said(&folder(&pair, 1, "i-2-4-VM"), "READY", 1).await;
    driver.ensure_rebooted(&host, "i-2-4-VM", 1).await.unwrap();
    guest::said(&folder(&pair, 1, "i-2-4-VM"), "READY", 2).await;
    qemu(&pair).ensure_rebooted(&host, "i-2-4-VM", 1).await.unwrap();

    // Consoles answer: the screen says which protocol it speaks.
    let consoles = driver.consoles(&host, "i-2-4-VM").await.unwrap();
    let vnc = consoles.iter().find(|console| console.kind == ConsoleKind::Vnc).unwrap();
    let mut hello = [0; 4];
    let mut screen = tokio::net::UnixStream::connect(&vnc.address).await.unwrap();
    tokio::io::AsyncReadExt::read_exact(&mut screen, &mut hello).await.unwrap();
    assert_eq!(&hello, b"RFB ");
    for name in ["i-2-3-VM", "i-2-4-VM"] {
        driver.ensure_stopped(&host, name, StopMode::Graceful).await.unwrap();
    }
    assert!(driver.ping(&host).await.unwrap().guests.is_empty());
}

#[tokio::test]
async fn a_guest_stands_still_is_saved_and_comes_back_with_its_memory() {
    let pair = Pair::new("qf");
    let _ends = Ends(&pair);
    let (driver, host, own) = (qemu(&pair), pair.host(1), folder(&pair, 1, "i-2-5-VM"));
    let file = pair.folder().join("saved");
    assert_eq!(driver.pause(&host, "i-2-5-VM").await.unwrap_err().kind, DriverErrorKind::NotFound);
    driver.ensure_running(&host, &spec("i-2-5-VM")).await.unwrap();
    guest::said(&own, "READY", 1).await;
    guest::tell(&own, "x=41; echo SET-$((x))", "SET-41").await;
    for _ in 0..2 {
        driver.pause(&host, "i-2-5-VM").await.unwrap();
    }
    for _ in 0..2 {
        driver.resume(&host, "i-2-5-VM").await.unwrap();
    }
    driver.save(&host, "i-2-5-VM", &file).await.unwrap();
    assert!(driver.ping(&host).await.unwrap().guests.is_empty());
    assert!(file.metadata().unwrap().len() > 1 << 20);
    for _ in 0..2 {
        driver.restore(&host, &spec("i-2-5-VM"), &file).await.unwrap();
    }
    guest::tell(&own, "echo KEPT-$((x+1))", "KEPT-42").await;
    driver.ensure_stopped(&host, "i-2-5-VM", StopMode::Forced).await.unwrap();
    // What is no saved guest leaves none behind.
    std::fs::write(&file, "rubbish").unwrap();
    assert!(driver.restore(&host, &spec("i-2-5-VM"), &file).await.is_err());
    assert!(driver.ping(&host).await.unwrap().guests.is_empty());
}

#[tokio::test]
async fn hosts_say_what_they_are_and_what_they_cannot() {
    let pair = Pair::new("qh");
    let _ends = Ends(&pair);
    // Asked to find out, it really starts something, with whatever outcome this machine has.
    let probing = QemuConfig { accelerator: Accelerator::Probe, ..config() };
    let driver = Qemu::new(Arc::new(pair.hosts()), probing);
    let facts = driver.probe(&pair.host(1)).await.unwrap();
    assert!(facts.flags.contains("hvm") && (facts.flags.contains("kvm") ^ facts.flags.contains("tcg")), "{facts:?}");
    let nobody = HostTarget { name: "kvm9".into(), ..pair.host(1) };
    let unknown = driver.probe(&nobody).await.unwrap_err();
    assert!(unknown.kind == DriverErrorKind::NotFound && unknown.message.contains("kvm1, kvm2"), "{unknown}");

    let driver = Qemu::new(
        Arc::new(pair.hosts()),
        QemuConfig { migration: Migration::Tcp { first: 49_152, count: 8 }, ..config() },
    );
    let gone = DiskSpec { volume: "not-there".into(), ..disk(&pair, "some", 0) };
    let missing =
        driver.ensure_running(&pair.host(1), &GuestSpec { disks: vec![gone], ..spec("i-1") }).await.unwrap_err();
    assert!(missing.kind == DriverErrorKind::NotFound && missing.message.contains("not-there"), "{missing}");
    let huge = GuestSpec { ram: Mib(1 << 40), ..spec("i-1") };
    assert!(driver.ensure_running(&pair.host(1), &huge).await.is_err());
    assert!(driver.ping(&pair.host(1)).await.unwrap().guests.is_empty(), "a start that failed leaves nothing");
    // By TCP, too.
    driver.ensure_running(&pair.host(1), &spec("i-1")).await.unwrap();
    driver.ensure_migrated(&pair.host(1), &pair.host(2), &spec("i-1")).await.unwrap();
    assert_eq!(driver.ping(&pair.host(2)).await.unwrap().guests.len(), 1);
    driver.ensure_stopped(&pair.host(2), "i-1", StopMode::Forced).await.unwrap();

    // A host that is gone does not answer; it does not say that it has no guests.
    pair.ip(&format!("netns del {}", pair.space(2)));
    assert_eq!(driver.ping(&pair.host(2)).await.unwrap_err().kind, DriverErrorKind::Unreachable);
}

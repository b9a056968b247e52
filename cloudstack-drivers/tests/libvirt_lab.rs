//! The driver against real daemons: QEMU guests without hardware virtualisation, containers, and the daemon's own pretence.
//! Needs root, `unshare`, `libvirtd` with its QEMU and LXC parts, `virtlogd`, `qemu-system-x86_64`, `qemu-img`, `busybox`, `nc`.
#![cfg(all(feature = "lab", feature = "libvirt"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "libvirt_lab/daemon.rs"]
mod daemon;
#[path = "libvirt_lab/guest.rs"]
mod guest;

use cloudstack_core::base::{
    Bytes, Mhz, Mib,
    id::{EntityId as _, VmId},
};
use cloudstack_core::port::driver::{
    ConsoleKind, DriverErrorKind, GuestMetadata, GuestPower, GuestSpec, HostTarget, Hypervisor as _, PoolTarget,
    PrimaryStorage as _, StopMode, VolumeSpec, hypervisor::DiskSpec,
};
use cloudstack_core::testkit::conformance::driver::{HypervisorBed, StorageBed, hypervisor_suite, storage_suite};
use cloudstack_drivers::libvirt::{
    Accelerator, Boot, Cache, Config, Kind, Libvirt, LibvirtStorage, Presence,
    rpc::{CallError, Connection, Endpoint, Timing},
};
use daemon::{Host, Shape};
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

fn config(kind: Kind, hosts: &[&Host]) -> Config {
    let mut config = Config::new(kind);
    config.endpoints = hosts.iter().map(|host| (host.target.name.clone(), host.endpoint())).collect();
    config.accelerator = Accelerator::Emulated;
    // Folders of tests may lie in memory, where nothing can be written past the cache.
    config.cache = Cache::Writeback;
    config.consoles = [127, 0, 0, 1].into();
    config.grace = Duration::from_secs(1);
    config
}

fn spec(number: u32, ram: Mib) -> GuestSpec {
    GuestSpec {
        vm: VmId::from_u128(u128::from(std::process::id()) << 32 | u128::from(number)),
        name: format!("lab-{number}"),
        cores: 1,
        speed: Mhz(500),
        ram,
        disks: vec![],
        interfaces: vec![],
        metadata: GuestMetadata::default(),
    }
}

/// A host whose socket nobody listens on.
fn silent(config: &mut Config, host: &Host) -> HostTarget {
    config.endpoints.insert("silent".into(), Endpoint::Unix(host.folder().join("nobody")));
    HostTarget { name: "silent".into(), ..host.target.clone() }
}

/// How often a guest was started, by what the daemon writes beside its output.
fn boots(host: &Host, part: &str) -> Box<dyn Fn(&str) -> u32 + Send + Sync> {
    let folder = host.folder().join("log").join(part);
    Box::new(move |guest| {
        let log = std::fs::read_to_string(folder.join(format!("{guest}.log"))).unwrap_or_default();
        // One that comes from another host begins anew here, and goes on.
        (log.matches(": starting up").count() - log.matches("-incoming").count()) as u32
    })
}

#[tokio::test]
async fn machines_pass_the_suite() {
    let (host, other) = (Host::new("hosta"), Host::new("hostb"));
    let mut config = config(Kind::Kvm, &[&host, &other]);
    ticking(&mut config);
    // The machine says that it has hardware virtualisation; whether that is so is found out by the driver.
    config.accelerator = Accelerator::Probe;
    config.scratch = host.folder().join("scratch");
    let silent = silent(&mut config, &host);
    let driver = Arc::new(Libvirt::new(config.clone()));
    let storage = LibvirtStorage::new(config, driver.links().clone());
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path());
    storage.ensure_pool(&pool, &[host.target.clone(), other.target.clone()]).await.unwrap();
    let guest = spec(1, Mib(128));
    let mut reshaped = guest.clone();
    reshaped.disks.push(disk(&storage, &pool, 0, "data").await);
    let waiting = driver.clone();
    let bed = HypervisorBed {
        other: Some(other.target.clone()),
        silent: Some(silent),
        boots: Some(boots(&host, "qemu")),
        reshaped: Some(reshaped),
        ready: Some(Box::new(move |at| {
            let (driver, at) = (waiting.clone(), at.clone());
            Box::pin(async move {
                ticks(&driver, &at, "lab-1", 3).await;
            })
        })),
        ..HypervisorBed::new(host.target.clone(), guest)
    };
    let flags = driver.probe(&host.target).await.unwrap().flags;
    println!("machines run natively: {}", flags.contains("kvm"));
    let passed = hypervisor_suite(&*driver, &bed).await.unwrap();
    println!("machines: {} checks", passed.len());
    for check in
        ["a guest restarts once per token", "a guest that was moved is on, there", "devices change without a restart"]
    {
        assert!(passed.contains(&check), "{passed:#?}");
    }
}

#[tokio::test]
async fn the_pretence_passes_the_suite() {
    let (host, other) = (Host::new("hosta"), Host::new("hostb"));
    let mut config = config(Kind::Test, &[&host, &other]);
    let silent = silent(&mut config, &host);
    let bed = HypervisorBed {
        other: Some(other.target.clone()),
        silent: Some(silent),
        ..HypervisorBed::new(host.target.clone(), spec(1, Mib(64)))
    };
    println!("pretence: {} checks", hypervisor_suite(&Libvirt::new(config), &bed).await.unwrap().len());
}

#[tokio::test]
async fn containers_pass_the_suite() {
    let old = || Shape { old_groups: true, ..Shape::default() };
    let (host, other) = (Host::shaped("hostc", &old()), Host::shaped("hostd", &old()));
    let mut config = config(Kind::Lxc, &[&host, &other]);
    config.container.init = ["/bin/busybox", "sleep", "100000"].map(str::to_owned).into();
    let silent = silent(&mut config, &host);
    let bed = HypervisorBed {
        other: Some(other.target.clone()),
        silent: Some(silent),
        boots: Some(boots(&host, "lxc")),
        ..HypervisorBed::new(host.target.clone(), spec(1, Mib(64)))
    };
    let passed = hypervisor_suite(&Libvirt::new(config), &bed).await.unwrap();
    println!("containers: {} checks", passed.len());
    assert!(passed.contains(&"a guest restarts once per token"), "{passed:#?}");
}

#[tokio::test]
async fn pools_pass_the_suite() {
    let (host, other) = (Host::new("hosta"), Host::new("hostb"));
    let mut config = config(Kind::Kvm, &[&host, &other]);
    let silent = silent(&mut config, &host);
    let hosts = Libvirt::new(config.clone());
    let storage = LibvirtStorage::new(config, hosts.links().clone());
    // What a pool has in use is its file system's, so one that nobody else writes to.
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    let bed = StorageBed {
        pool: pool(folder.path()),
        hosts: vec![host.target.clone(), other.target.clone()],
        silent: Some(silent),
        volume: "conformance-volume".into(),
        size: Bytes::gib(1),
        template: None,
        noise: Bytes::ZERO,
    };
    let passed = storage_suite(&storage, &bed).await.unwrap();
    println!("{} checks", passed.len());
}

async fn disk(storage: &LibvirtStorage, pool: &PoolTarget, device: u32, volume: &str) -> DiskSpec {
    let (volume, size) = (volume.to_owned(), Bytes(1 << 20));
    storage.ensure_volume(pool, &VolumeSpec { name: volume.clone(), size, template: None }).await.unwrap();
    DiskSpec { pool_kind: pool.kind.clone(), pool_url: pool.url.clone(), volume, device, size }
}

fn pool(folder: &Path) -> PoolTarget {
    let url = format!("file://{}", folder.display());
    PoolTarget { name: "pool".into(), kind: "SharedMountPoint".into(), url }
}

fn ticking(config: &mut Config) {
    let (kernel, initrd) = guest::ticking();
    let command_line = "console=ttyS0 quiet panic=-1 no_timer_check".into();
    config.boot = Boot::Kernel { kernel, initrd, command_line };
}

/// Reads the serial line of a guest until it has counted so far; gives the first number and the last.
async fn ticks(driver: &Libvirt, host: &HostTarget, guest: &str, at_least: u64) -> (u64, u64) {
    let consoles = driver.consoles(host, guest).await.unwrap();
    let line = consoles.iter().find(|c| c.kind == ConsoleKind::Serial).unwrap().address.clone();
    let read = tokio::task::spawn_blocking(move || {
        let lines = BufReader::new(std::fs::File::open(&line).unwrap()).lines();
        let numbers = lines.map_while(Result::ok).filter_map(|l| l.trim().strip_prefix("tick ")?.parse::<u64>().ok());
        let mut first = None;
        for number in numbers {
            let first = *first.get_or_insert(number);
            if number >= at_least {
                return (first, number);
            }
        }
        panic!("the line {line} ended");
    });
    timeout(Duration::from_secs(90), read).await.expect("the guest counts").unwrap()
}

#[tokio::test]
async fn a_machine_that_runs_is_paused_saved_photographed_and_replugged() {
    let host = Host::new("hosta");
    let mut config = config(Kind::Kvm, &[&host]);
    ticking(&mut config);
    let driver = Libvirt::new(config.clone());
    let storage = LibvirtStorage::new(config, driver.links().clone());
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path());
    storage.ensure_pool(&pool, std::slice::from_ref(&host.target)).await.unwrap();
    let (at, mut wish) = (&host.target, spec(1, Mib(128)));
    for (device, volume) in [(0, "root"), (1, "data")] {
        wish.disks.push(disk(&storage, &pool, device, volume).await);
    }
    let whole = wish.clone();
    wish.disks.truncate(1);
    driver.ensure_running(at, &wish).await.unwrap();
    let (_, seen) = ticks(&driver, at, &wish.name, 5).await;

    let stats = driver.stats(at).await.unwrap();
    assert_eq!(stats.len(), 1);
    assert!(stats[0].cpu_nanos > 0 && stats[0].ram.0 > 16 && stats[0].disks.contains_key(&0), "{stats:?}");
    let consoles = driver.consoles(at, &wish.name).await.unwrap();
    let screen = consoles.iter().find(|c| c.kind == ConsoleKind::Vnc).unwrap();
    let hello = {
        use std::io::Read as _;
        let mut stream = std::net::TcpStream::connect(&screen.address).unwrap();
        let mut hello = [0; 4];
        stream.read_exact(&mut hello).unwrap();
        hello
    };
    assert_eq!(&hello, b"RFB ");

    // A disk more, one less, twice each.
    for wish in [&whole, &whole, &wish, &wish] {
        driver.ensure_devices(at, wish).await.unwrap();
        let places: Vec<u32> = driver.stats(at).await.unwrap()[0].disks.keys().copied().collect();
        assert_eq!(places, (0..wish.disks.len() as u32).collect::<Vec<_>>());
    }

    for paused in [true, true, false, false] {
        driver.ensure_paused(at, &wish.name, paused).await.unwrap();
    }
    driver.ensure_snapshot(at, &wish.name, "before").await.unwrap();
    driver.ensure_snapshot(at, &wish.name, "before").await.unwrap();
    assert_eq!(driver.snapshots(at, &wish.name).await.unwrap(), ["before"]);
    let (_, later) = ticks(&driver, at, &wish.name, seen + 30).await;
    driver.revert(at, &wish.name, "before").await.unwrap();
    let (back, _) = ticks(&driver, at, &wish.name, 0).await;
    assert!(back < later, "put back from {later}, it counts on from {back}");
    driver.ensure_no_snapshot(at, &wish.name, "before").await.unwrap();
    driver.ensure_no_snapshot(at, &wish.name, "before").await.unwrap();
    assert!(driver.snapshots(at, &wish.name).await.unwrap().is_empty());

    driver.ensure_saved(at, &wish.name).await.unwrap();
    driver.ensure_saved(at, &wish.name).await.unwrap();
    assert_eq!(driver.ping(at).await.unwrap().guests[0].power, GuestPower::Off);
    driver.resume_saved(at, &wish.name).await.unwrap();
    let (on, _) = ticks(&driver, at, &wish.name, 0).await;
    assert!(on >= back, "saved at {back} or later, it counts on from {on}");
    driver.ensure_stopped(at, &wish.name, StopMode::Forced).await.unwrap();
    assert!(driver.ping(at).await.unwrap().guests.is_empty());
}

#[tokio::test]
async fn a_machine_that_counts_moves_to_another_host_and_back_without_losing_count() {
    let (a, b) = (Host::new("hosta"), Host::new("hostb"));
    let mut config = config(Kind::Kvm, &[&a, &b]);
    ticking(&mut config);
    let driver = Libvirt::new(config);
    let wish = spec(1, Mib(128));
    let lost = driver.ensure_migrated(&a.target, &b.target, &wish).await.unwrap_err();
    assert_eq!(lost.kind, DriverErrorKind::NotFound);
    driver.ensure_running(&a.target, &wish).await.unwrap();
    driver.ensure_rebooted(&a.target, &wish.name, 7).await.unwrap();
    let (_, mut count) = ticks(&driver, &a.target, &wish.name, 10).await;
    for (from, to) in [(&a, &b), (&b, &a)] {
        let begun = Instant::now();
        driver.ensure_migrated(&from.target, &to.target, &wish).await.unwrap();
        println!("moved in {:.1} s", begun.elapsed().as_secs_f64());
        let (on, last) = ticks(&driver, &to.target, &wish.name, count + 10).await;
        assert!(on >= count && on < count + 300, "counted to {count}, goes on at {on}");
        count = last;
        driver.ensure_migrated(&from.target, &to.target, &wish).await.unwrap();
        assert!(driver.ping(&from.target).await.unwrap().guests.is_empty(), "the source has forgotten it");
        assert_eq!(driver.ping(&to.target).await.unwrap().guests.len(), 1);
    }
    // Restarts that were obeyed on another host are remembered here.
    driver.ensure_rebooted(&a.target, &wish.name, 7).await.unwrap();
    let (on, _) = ticks(&driver, &a.target, &wish.name, 0).await;
    assert!(on >= count, "a token that was obeyed before restarts nothing");

    // A host that cannot take it: it stays where it is, and runs.
    drop(b);
    let error =
        driver.ensure_migrated(&a.target, &HostTarget { name: "hostb".into(), ..a.target.clone() }, &wish).await;
    assert_eq!(error.unwrap_err().kind, DriverErrorKind::Unreachable);
    assert_eq!(driver.ping(&a.target).await.unwrap().guests[0].power, GuestPower::On);
}

/// What was told of each guest, from its not being there on.
type Told = Arc<Mutex<BTreeMap<String, Vec<Option<Presence>>>>>;

/// Starts and stops a guest, and sees to it that whatever was answered is told too.
async fn starts_and_stops(driver: Arc<Libvirt>, at: HostTarget, told: Told, number: u32, rounds: usize) {
    let wish = spec(number, Mib(32));
    for round in 0..rounds * 2 {
        let start = round % 2 == 0;
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let answer = match start {
                true => driver.ensure_running(&at, &wish).await,
                false => driver.ensure_stopped(&at, &wish.name, StopMode::Forced).await,
            };
            match answer {
                Ok(()) => break,
                Err(e) => assert!(e.may_retry() && Instant::now() < until, "{} in round {round}: {e}", wish.name),
            }
            sleep(Duration::from_millis(20)).await;
        }
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let now = told.lock().unwrap().get(&wish.name).and_then(|chain| *chain.last().unwrap());
            if matches!(now, Some(Presence::Running(_))) == start && (start || now.is_none()) {
                break;
            }
            assert!(Instant::now() < until, "{} in round {round}: {now:?} was told last", wish.name);
            sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Four clients start and stop guests, each seeing to it that what was done is told, while the daemon is killed again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_daemon_that_is_killed_under_load_loses_no_event() {
    const GUESTS: u32 = 4;
    const ROUNDS: usize = 6;
    const KILLS: u64 = 5;
    let mut host = Host::new("hosta");
    let driver = Arc::new(Libvirt::new(config(Kind::Kvm, &[&host])));
    let at = host.target.clone();
    let told = Told::default();
    let listening = {
        let (mut changes, told) = (driver.changes(&at), told.clone());
        tokio::spawn(async move {
            while let Some(change) = changes.next().await {
                let mut told = told.lock().unwrap();
                let chain = told.entry(change.guest).or_insert_with(|| vec![None]);
                assert_eq!(chain.last(), Some(&change.before), "each change begins where the last one ended");
                chain.push(change.now);
            }
        })
    };
    let client = |number| tokio::spawn(starts_and_stops(driver.clone(), at.clone(), told.clone(), number, ROUNDS));
    let clients: Vec<_> = (0..GUESTS).map(client).collect();
    for kill in 0..KILLS {
        sleep(Duration::from_millis(700 + 90 * kill)).await;
        tokio::task::block_in_place(|| {
            host.kill();
            host.start();
        });
    }
    for client in clients {
        client.await.unwrap();
    }
    let runs = told.lock().unwrap().values().flatten().filter(|p| matches!(p, Some(Presence::Running(_)))).count();
    println!("{KILLS} kills, {runs} runs told, {} were started", GUESTS as usize * ROUNDS);
    assert!(runs >= GUESTS as usize * ROUNDS);
    assert!(driver.ping(&at).await.unwrap().guests.is_empty());
    listening.abort();
}

/// Proves: KVM-08
#[tokio::test]
async fn a_daemon_is_reached_by_tcp_and_by_a_command() {
    let host =
        Host::shaped("hosta", &Shape { doors: Some("listen_tcp = 1\nlisten_tls = 0\n".into()), ..Shape::default() });
    let socket = host.socket().display().to_string();
    let ways = [
        Endpoint::Tcp { host: "127.0.0.1".into(), port: host.tcp_port() },
        Endpoint::Command(["nc", "-U", &socket].map(str::to_owned).into()),
    ];
    for way in ways {
        let (connection, _) = Connection::open(&way, "qemu:///system", Timing::default()).await.unwrap();
        assert_eq!(connection.hostname().await.unwrap(), "hosta", "{way:?}");
        assert!(connection.daemon_version().await.unwrap() >= 9_004, "{way:?}");
        let error = connection.domain("nobody").await.unwrap_err();
        assert!(matches!(&error, CallError::Refused(e) if e.code == 42), "{error}");
    }
}

/// Both sides show certificates of one authority; without ours the daemon does not let us in.
#[cfg(feature = "libvirt_tls")]
#[tokio::test]
async fn a_daemon_is_reached_by_tls_by_who_has_a_certificate() {
    use cloudstack_drivers::libvirt::rpc::TlsFiles;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let authority = |name: &str| {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        std::fs::write(path(name), params.self_signed(&key).unwrap().pem()).unwrap();
        Issuer::new(params, key)
    };
    let (ours, strange) = (authority("ca.pem"), authority("other.pem"));
    for (name, issuer) in [("server", &ours), ("client", &ours), ("stranger", &strange)] {
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        std::fs::write(path(&format!("{name}.pem")), params.signed_by(&key, issuer).unwrap().pem()).unwrap();
        std::fs::write(path(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }
    let at = |name: &str| path(name).display().to_string();
    let port = 20_000 + (std::process::id() % 9_000) as u16;
    let doors = format!(
        "listen_tls = 1\ntls_port = \"{port}\"\nca_file = \"{}\"\ncert_file = \"{}\"\nkey_file = \"{}\"\n",
        at("ca.pem"),
        at("server.pem"),
        at("server.key")
    );
    let host = Host::shaped("hosta", &Shape { doors: Some(doors), ..Shape::default() });
    let open = async |name: &str| {
        let (authority, certificate, key) =
            (path("ca.pem"), path(&format!("{name}.pem")), path(&format!("{name}.key")));
        let files = TlsFiles { authority, certificate, key };
        let door = Endpoint::Tls { host: "127.0.0.1".into(), port, files };
        Connection::open(&door, "qemu:///system", Timing::default()).await
    };
    let (connection, _) = open("client").await.unwrap();
    assert_eq!(connection.hostname().await.unwrap(), "hosta");
    assert!(open("stranger").await.is_err());
    drop(host);
}

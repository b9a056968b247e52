//! Every driver of this crate, held against the suites that every driver must pass.

use cloudstack_core::{
    base::{
        Bytes, Mac, Mhz, Mib,
        id::{EntityId, HostId, NetworkId, NicId, VmId},
    },
    model::infra::Isolation,
    port::{
        driver::{
            BroadcastDomain, DriverErrorKind, GuestMetadata, GuestSpec, HostTarget, NetworkSpec, PoolTarget, PortSpec,
            StoreTarget, TemplateSpec, hypervisor::DiskSpec,
        },
        platform::Tokio,
    },
    testkit::conformance::driver::{
        HypervisorBed, ImageBed, NetworkBed, Passed, StorageBed, SwitchBed, hypervisor_suite, image_suite,
        network_suite, storage_suite, switch_suite,
    },
};
use cloudstack_drivers::sim::{Effect, FaultRule, HostShape, Method, PoolShape, SimHost, SimWorld};

// One line per driver.
#[tokio::test]
async fn hypervisors() {
    let sim = sim();
    all_ran(39, hypervisor_suite(&*sim.hypervisor(), &hypervisor_bed(&sim)).await.unwrap());
}

#[tokio::test]
async fn primary_storage() {
    all_ran(27, storage_suite(&*sim().storage(), &storage_bed("nfs://192.0.2.50/thin")).await.unwrap());
    all_ran(27, storage_suite(&*sim().storage(), &storage_bed("nfs://192.0.2.50/thick")).await.unwrap());
}

#[tokio::test]
async fn image_storage() {
    all_ran(9, image_suite(&*sim().images(), &image_bed()).await.unwrap());
}

#[tokio::test]
async fn network_devices() {
    all_ran(15, network_suite(&*sim().router(), &network_bed()).await.unwrap());
}

#[tokio::test]
async fn virtual_switches() {
    let sim = sim();
    all_ran(11, switch_suite(&*sim.virtual_switch(), &switch_bed(&sim)).await.unwrap());
}

/// The suites themselves can fail: each of these drivers breaks one promise, and the check that names it says so.
#[tokio::test]
async fn broken_drivers_are_found_out() {
    use DriverErrorKind::{Failed, Refused, Unreachable};
    use Method::*;
    let lie = Effect::Lie;
    #[rustfmt::skip]
    let table: [(Method, u32, Effect, &str); 30] = [
        // Method, the calls of it that go well first, how all later ones go wrong, and who notices.
        (Probe, 0, Effect::Fail(Failed), "a host can be probed"),
        (Probe, 2, lie, "a probe lists the guests"),
        (Ping, 0, Effect::Fail(Unreachable), "a host that lives answers a ping"),
        (Ping, 1, lie, "a guest that was started is on"),
        (EnsureRunning, 0, lie, "a guest that was started is on"),
        (EnsureRunning, 1, Effect::Fail(Refused), "a guest that runs may be started again"),
        (EnsureStopped, 0, Effect::Fail(Failed), "a guest that is not there stops"),
        (EnsureStopped, 2, lie, "a guest that was stopped is forgotten"),
        (EnsureRebooted, 0, lie, "a guest that is not there cannot be restarted"),
        (EnsureRebooted, 1, lie, "a guest restarts once per token"),
        (Stats, 0, lie, "figures of a running guest are there, and do not fall"),
        (Consoles, 0, Effect::Fail(Failed), "a running guest's consoles are told"),
        (EnsureDevices, 1, Effect::Fail(Failed), "a guest's devices change while it runs, and the call may be repeated"),
        (EnsureDevices, 0, lie, "a guest runs with the devices it was given"),
        (EnsureMigrated, 0, lie, "a guest that runs on neither host cannot be moved"),
        (EnsureMigrated, 1, lie, "a guest that was moved is on, there"),
        (EnsurePool, 1, lie, "a kind of pool that is not on the sheet is Unsupported"),
        (EnsureVolume, 0, Effect::Fail(Failed), "a volume is made"),
        (EnsureVolume, 1, Effect::LoseAnswer, "a volume that is there may be made again"),
        (EnsureNoVolume, 3, lie, "a removed volume gives its room back"),
        (EnsureTemplate, 1, Effect::Fail(Refused), "a template that is there may be put there again"),
        (EnsureNoTemplate, 1, Effect::Fail(Refused), "a template is removed, and the call may be repeated"),
        (EnsureNoBase, 2, Effect::Fail(Failed), "a template that nobody needs is removed, and the call may be repeated"),
        (EnsureSnapshot, 0, lie, "there is no snapshot of a volume that is not there"),
        (EnsureNoSnapshot, 1, lie, "a volume does not go back to a snapshot that is not there"),
        (EnsureReverted, 0, lie, "a volume does not go back to a snapshot that is not there"),
        (EnsureNetwork, 1, Effect::Fail(Refused), "a network is made, and the call may be repeated"),
        (EnsureNoNetwork, 2, Effect::Fail(Refused), "a network is removed, and the call may be repeated"),
        (EnsurePort, 2, Effect::Fail(Refused), "a port that is there is changed"),
        (EnsureNoPort, 0, Effect::Fail(Failed), "a port of a network that is not there is removed"),
    ];
    for (method, skip, effect, check) in table {
        let sim = sim();
        sim.inject(FaultRule { method: Some(method), skip, ..FaultRule::new(effect) });
        let outcome = match method {
            EnsurePool | EnsureVolume | EnsureNoVolume | EnsureNoBase | EnsureSnapshot | EnsureNoSnapshot
            | EnsureReverted => storage_suite(&*sim.storage(), &storage_bed("nfs://192.0.2.50/thick")).await,
            EnsureTemplate | EnsureNoTemplate => image_suite(&*sim.images(), &image_bed()).await,
            EnsureNetwork | EnsureNoNetwork | EnsurePort | EnsureNoPort => {
                network_suite(&*sim.router(), &network_bed()).await
            }
            _ => hypervisor_suite(&*sim.hypervisor(), &hypervisor_bed(&sim)).await,
        };
        let failure = outcome.expect_err(check);
        assert_eq!(failure.check, check, "{method:?} after {skip}: {failure}");
    }
}

/// A suite that leaves checks out must not pass for one that ran them.
fn all_ran(checks: usize, passed: Passed) {
    assert_eq!(passed.len(), checks, "{passed:#?}");
}

/// A world with one host that does not answer, and one pool of each shape.
fn sim() -> SimWorld {
    let world = SimWorld::new(Tokio::current().expect("a test runs inside tokio"));
    world.add_host(SimHost { address: host(9).address, shape: HostShape::default() });
    world.isolate_host(host(9).address);
    world.add_pool("nfs://192.0.2.50/thick", PoolShape { thick: true, ..PoolShape::default() });
    world
}

fn host(n: u8) -> HostTarget {
    HostTarget { id: HostId::from_u128(n.into()), name: format!("host-{n}"), address: [192, 0, 2, n].into() }
}

fn template() -> TemplateSpec {
    let url = "http://192.0.2.60/conformance.qcow2".into();
    TemplateSpec {
        name: "conformance-template".into(),
        format: "QCOW2".into(),
        size: Bytes::gib(1),
        url,
        checksum: None,
        store: None,
    }
}

fn hypervisor_bed(world: &SimWorld) -> HypervisorBed {
    let guest = GuestSpec {
        vm: VmId::from_u128(1),
        name: "conformance-guest".into(),
        cores: 1,
        speed: Mhz(500),
        ram: Mib(256),
        disks: Vec::new(),
        interfaces: Vec::new(),
        metadata: GuestMetadata::default(),
    };
    let disk = DiskSpec {
        pool_kind: "NetworkFilesystem".into(),
        pool_url: "nfs://192.0.2.50/thin".into(),
        volume: "conformance-data".into(),
        device: 1,
        size: Bytes::gib(1),
    };
    let reshaped = GuestSpec { disks: vec![disk], ..guest.clone() };
    let world = world.clone();
    let boots = move |name: &str| world.guest(host(1).address, name).map_or(0, |guest| guest.boots);
    HypervisorBed {
        other: Some(host(2)),
        silent: Some(host(9)),
        boots: Some(Box::new(boots)),
        reshaped: Some(reshaped),
        ..HypervisorBed::new(host(1), guest)
    }
}

fn storage_bed(url: &str) -> StorageBed {
    StorageBed {
        pool: PoolTarget { name: "pool-1".into(), kind: "NetworkFilesystem".into(), url: url.into() },
        hosts: vec![host(1), host(2)],
        silent: Some(host(9)),
        volume: "conformance-volume".into(),
        size: Bytes::gib(2),
        template: Some(template()),
        noise: Bytes::ZERO,
    }
}

fn image_bed() -> ImageBed {
    ImageBed {
        store: StoreTarget { name: "store-1".into(), url: "nfs://192.0.2.60/store".into() },
        template: template(),
        refused: Vec::new(),
    }
}

fn switch_bed(world: &SimWorld) -> SwitchBed {
    let domain = |n: u32| BroadcastDomain {
        network: NetworkId::from_u128(n.into()),
        isolation: Isolation::Vxlan,
        tag: Some(n),
        label: None,
    };
    let world = world.clone();
    let seen = move |host: &HostTarget, tap| {
        let snapshot = world.snapshot();
        snapshot.joined.get(&(host.address, tap)).map(|domain| format!("{:?}", domain.tag))
    };
    SwitchBed {
        host: host(1),
        other: Some(host(2)),
        domains: [domain(5_001), domain(5_002)],
        taps: ["vnet0", "vnet1"].map(|name| name.parse().expect("a name")),
        seen: Some(Box::new(seen)),
    }
}

fn network_bed() -> NetworkBed {
    let network = NetworkSpec {
        isolation: cloudstack_core::model::infra::Isolation::Vlan,
        id: NetworkId::from_u128(1),
        vlan: Some(100),
        cidr: "10.1.1.0/24".parse().expect("a network"),
        gateway: [10, 1, 1, 1].into(),
        dns: vec![[192, 0, 2, 53].into()],
        domain_name: Some("conformance.test".into()),
    };
    let port = PortSpec {
        nic: NicId::from_u128(1),
        mac: Mac::new([2, 0, 0, 0, 0, 1]),
        ip4: Some([10, 1, 1, 10].into()),
        ip6: None,
        hostname: "conformance-guest".into(),
        default: true,
        metadata: GuestMetadata::default(),
    };
    let changed = PortSpec { ip4: Some([10, 1, 1, 11].into()), ..port.clone() };
    NetworkBed { host: host(1), network, port, changed }
}

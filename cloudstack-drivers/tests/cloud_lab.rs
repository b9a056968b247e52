//! A cloud on real parts: its machines are guests on two hosts of this machine, their volumes are files, their network is a bridge. Needs
//! what the labs of those drivers need.
#![cfg(all(
    feature = "lab",
    feature = "bridge",
    feature = "directory",
    feature = "nftables",
    feature = "qemu",
    feature = "sim"
))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "lab/guest.rs"]
mod guest;
#[path = "lab/pair.rs"]
mod pair;

use cloudstack_core::Cloud;
use cloudstack_core::base::id::VmId;
use cloudstack_core::base::{Bytes, Mib};
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::flow::vm::{DeployVm, DestroyVm, MigrateVm};
use cloudstack_core::flow::volume::{AddVolume, AttachVolume, DetachVolume};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Tokio;
use cloudstack_drivers::bridge::{Bridge, BridgeConfig};
use cloudstack_drivers::directory::{Directory, DirectoryConfig};
use cloudstack_drivers::hosts::PoolFolders;
use cloudstack_drivers::qemu::{Accelerator, Qemu, QemuConfig, Share};
use cloudstack_drivers::runner::{Local, Runner};
use cloudstack_drivers::sim::SimWorld;
use pair::Pair;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const SITE: &str = r#"
name = "lab"

[[zones]]
name = "z1"
kind = "Basic"
dns1 = "192.0.2.53"
physical_networks = [{ name = "lan", traffic = [{ kind = "Management" }, { kind = "Guest", label = "cloudbr0" }] }]

[[zones.secondary_storage]]
name = "images"
provider = "NFS"
server = "192.0.2.61"
path = "/export/secondary"
capacity = "100 GB"

[[zones.pods]]
name = "p1"
subnet = "192.0.2.0/24"
gateway = "192.0.2.254"
system = "192.0.2.10-15"
guest = { addresses = "192.0.2.100-199" }

[[zones.pods.clusters]]
name = "c1"
hypervisor = "KVM"

[[zones.pods.clusters.hosts]]
name = "kvm#"
count = 2
addresses = "192.0.2.1-2"
cores = 4
speed = "1000 MHz"
ram = "4 GiB"

[[zones.pods.clusters.primary_storage]]
name = "primary"
protocol = "NetworkFilesystem"
server = "192.0.2.60"
path = "/export/primary"
capacity = "100 GB"

[[templates]]
name = "linux"
os = "Other Linux (64-bit)"
format = "QCOW2"
hypervisor = "KVM"
size = "1 GB"
url = "file://IMAGE"
"#;

/// A cloud over these hosts, with the rows of this file.
async fn open(pair: &Pair, world: &SimWorld) -> Cloud {
    let at = |name: &str| pair.folder().join(name);
    let folders = PoolFolders::default()
        .with("networkfilesystem://192.0.2.60/export/primary", at("pool"))
        .with("nfs://192.0.2.61/export/secondary", at("store"));
    let hosts = Arc::new(pair.hosts());
    let share = Share { cores: 4, ram: Mib(4_096) };
    let qemu = QemuConfig {
        kernel: Some(guest::kernel()),
        accelerator: Accelerator::Tcg,
        grace: Duration::from_millis(500),
        shares: [("kvm1".to_owned(), share), ("kvm2".to_owned(), share)].into(),
        pools: folders.clone(),
        ..QemuConfig::default()
    };
    // However full this machine's file system is.
    let rooms = [("networkfilesystem://192.0.2.60/export/primary".to_owned(), Bytes::gib(100))].into();
    let directory = DirectoryConfig { folders, sources: vec![at("images")], rooms, ..DirectoryConfig::default() };
    let storage = Arc::new(Directory::new(hosts.clone(), directory));
    Cloud::open(at("cloud.db"))
        .hypervisor("KVM", Arc::new(Qemu::new(hosts.clone(), qemu)))
        .virtual_switch("KVM", Arc::new(Bridge::new(hosts, BridgeConfig::default())))
        .port_filter("KVM", world.port_filter())
        .primary_storage("NetworkFilesystem", storage.clone())
        .image_storage("NFS", storage)
        .network_device("VirtualRouter", world.router())
        .start()
        .await
        .unwrap()
}

/// The folder of a machine's guest, on the host that its row says.
fn own(pair: &Pair, cloud: &Cloud, vm: VmId) -> PathBuf {
    let view = cloud.view();
    let vm = view.vm(vm).unwrap();
    let host = view.host(vm.host.unwrap()).unwrap();
    pair.folder().join(host.name.as_str()).join("guests").join(vm.instance_name())
}

/// Ends what a panic left running.
struct Ends(PathBuf);

impl Drop for Ends {
    fn drop(&mut self) {
        let script =
            format!("for p in {}/kvm?/guests/*/pid; do test ! -f $p || kill -9 $(cat $p); done", self.0.display());
        let _ended = Local::default().run("sh", &["-c", &script], "");
    }
}

/// Proves: HIER-17
#[tokio::test]
async fn a_machine_lives_on_real_parts() {
    let mut pair = Pair::new("cl");
    let watcher = pair.guest(2, "watcher", "10.9.0.250/24");
    pair.cable("up");
    for n in 1..=2 {
        pair.ip(&format!("-n {} link add cloudbr0 type bridge", pair.space(n)));
        pair.ip(&format!("-n {} link set cloudbr0 up", pair.space(n)));
        pair.ip(&format!("-n {} link set up{n} master cloudbr0", pair.space(n)));
    }
    pair.ip(&format!("-n {} link set watcher master cloudbr0 up", pair.space(2)));
    let pair = pair;
    let _ends = Ends(pair.folder().to_owned());
    for name in ["pool", "store", "images"] {
        std::fs::create_dir(pair.folder().join(name)).unwrap();
    }
    let image = pair.folder().join("images/linux");
    Local::default().run("qemu-img", &["create", "-q", "-f", "qcow2", image.to_str().unwrap(), "64M"], "").unwrap();

    let world = SimWorld::new(Tokio::current().unwrap());
    let cloud = open(&pair, &world).await;
    let admin = cloud.root_caller();
    let plan = SitePlan::from_toml(&SITE.replace("IMAGE", image.to_str().unwrap())).unwrap();
    let site = cloud.sites().apply(&admin, ApplySite { plan }).await.unwrap().done().await.unwrap();
    let view = cloud.view();
    let template = view.templates().iter().next().unwrap();
    assert_eq!(template.size, Bytes(64 << 20), "what the image is, not what was stated");
    let size = view.compute_offerings().iter().next().unwrap().id;
    let wish = DeployVm::new(site.zones[0], size, template.id).named("web-1".parse().unwrap());
    let vm = cloud.vms().deploy(&admin, wish).await.unwrap().done().await.unwrap();
    let first = own(&pair, &cloud, vm);
    guest::said(&first, "READY", 1).await;
    let address = {
        let view = cloud.view();
        let nic = view.nics().by("vm", vm).next().unwrap();
        format!("10.9.0.{}", nic.mac.bytes()[5])
    };
    assert!(pair.reaches(&watcher, &address), "the machine is on the network of its label");
    guest::tell(&first, "echo ROOT-$(cat /sys/block/vda/size)", "ROOT-131072").await;

    // A data volume comes while it runs, and goes.
    let offering = cloud.view().disk_offerings().iter().find(|o| o.size.is_some()).unwrap().id;
    let name = "data".parse().unwrap();
    let add = AddVolume { zone: site.zones[0], name, offering, size: None, account: None };
    let volume = cloud.volumes().add(&admin, add).await.unwrap().done().await.unwrap();
    cloud.volumes().attach(&admin, AttachVolume { volume, vm, device: None }).await.unwrap().done().await.unwrap();
    guest::tell(&first, "sleep 1; echo DATA-$(ls /sys/block | grep -c vd)", "DATA-2").await;

    // It moves, with its disks, and the network follows.
    let moved = cloud.vms().migrate(&admin, MigrateVm { vm, host: None }).await.unwrap();
    moved.done().await.unwrap();
    let second = own(&pair, &cloud, vm);
    assert!(first != second && !first.exists(), "{first:?} to {second:?}");
    assert!(pair.reaches(&watcher, &address), "it is reached where it is now");
    let detach = DetachVolume { volume };
    cloud.volumes().detach(&admin, detach).await.unwrap().done().await.unwrap();
    guest::tell(&second, "sleep 1; echo LESS-$(ls /sys/block | grep -c vd)", "LESS-1").await;

    // The orchestrator ends, the guest does not; whoever opens the rows again finds it, and starts nothing.
    let process = std::fs::read_to_string(second.join("pid")).unwrap();
    drop(cloud);
    assert!(pair.reaches(&watcher, &address), "nobody orchestrates, and it runs");
    let cloud = open(&pair, &world).await;
    assert_eq!(cloud.view().vm(vm).unwrap().state, VmState::Running);
    assert_eq!(std::fs::read_to_string(second.join("pid")).unwrap(), process);

    cloud.vms().destroy(&admin, DestroyVm { vm, expunge: true }).await.unwrap().done().await.unwrap();
    assert!(!second.exists(), "no guest, no folder");
    let left = |name: &str| std::fs::read_dir(pair.folder().join(name)).unwrap().count();
    assert_eq!(left("pool"), 2, "the base and the data volume");
    for n in 1..=2 {
        let links = pair.links(n);
        assert!(
            links.iter().all(|link| ["lo", "cloudbr0", "watcher"].contains(&&**link) || link.ends_with(['1', '2'])),
            "{links:?}"
        );
    }
}

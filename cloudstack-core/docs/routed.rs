// What the examples of routers stand on: a simulated advanced zone in memory, an isolated network with a machine that runs,
// and a public address of the network. An example includes this file and says what it needs of it.

use cloudstack_core::Cloud;
use cloudstack_core::base::Caller;
use cloudstack_core::base::id::{ComputeOfferingId, NetworkId, PublicIpId, TemplateId, VmId, ZoneId};
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::flow::network::{AcquireAddress, AddNetwork};
use cloudstack_core::flow::vm::DeployVm;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Tokio;
use cloudstack_drivers::sim::SimWorld;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

#[allow(dead_code, reason = "no example needs all of it")]
struct Routed {
    cloud: Cloud,
    admin: Caller,
    world: SimWorld,
    zone: ZoneId,
    offering: ComputeOfferingId,
    template: TemplateId,
    network: NetworkId,
    vm: VmId,
    ip: PublicIpId,
}

const SITE: &str = r#"
name = "routed"
[[zones]]
name = "z1"
kind = "Advanced"
dns1 = "192.168.1.1"
guest_cidr = "10.1.1.0/24"
physical_networks = [{ name = "lan", vlans = ["600-609"], traffic = [
    { kind = "Management" }, { kind = "Guest" }, { kind = "Public" },
] }]
public = [{ subnet = "203.0.113.0/24", gateway = "203.0.113.1", vlan = 500, addresses = "203.0.113.10-29" }]
secondary_storage = [
    { name = "images", provider = "NFS", server = "192.168.1.2", path = "/images", capacity = "100 GB" },
]
[[zones.pods]]
name = "p1"
subnet = "192.168.1.0/24"
gateway = "192.168.1.1"
system = "192.168.1.10-15"
[[zones.pods.clusters]]
name = "c1"
hypervisor = "Simulator"
hosts = [{ name = "h##", count = 1, addresses = "192.168.1.20-29", cores = 4, speed = "2000 MHz", ram = "8 GiB" }]
primary_storage = [
    { name = "primary", protocol = "NetworkFilesystem", server = "192.168.1.2", path = "/p", capacity = "1024 GiB" },
]
[[templates]]
name = "linux"
os = "Other Linux (64-bit)"
format = "RAW"
hypervisor = "Simulator"
size = "2 GiB"
"#;

/// Builds the site, a network, its first machine and a second public address.
async fn begin() -> Outcome<Routed> {
    let world = SimWorld::new(Tokio::current()?);
    let cloud = Cloud::in_memory()
        .hypervisor("Simulator", world.hypervisor())
        .primary_storage("NetworkFilesystem", world.storage())
        .image_storage("NFS", world.images())
        .network_device("VirtualRouter", world.router())
        .start()
        .await?;
    let admin = cloud.root_caller();
    let zone = cloud.sites().apply(&admin, ApplySite { plan: SitePlan::from_toml(SITE)? }).await?.done().await?.zones[0];
    let view = cloud.view();
    let offering = view.compute_offerings().iter().next().ok_or("a cloud begins with offerings")?.id;
    let template = view.templates().iter().next().ok_or("the plan names a template")?.id;
    let kind = view.network_offerings().iter().find(|o| o.has("SourceNat")).ok_or("a default one")?.id;
    let network = AddNetwork::isolated(zone, "backend".parse()?, kind);
    let network = cloud.networks().add(&admin, network).await?.done().await?;
    let wish = DeployVm::new(zone, offering, template).on_networks([network]);
    let vm = cloud.vms().deploy(&admin, wish).await?.done().await?;
    let ip = cloud.addresses().acquire(&admin, AcquireAddress::of(network)).await?.done().await?;
    Ok(Routed { cloud, admin, world, zone, offering, template, network, vm, ip })
}

/// Runs an example on it.
///
/// # Panics
/// If the example fails.
fn routed(example: impl AsyncFnOnce(Routed) -> Outcome) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    runtime.block_on(async { example(begin().await?).await }).expect("the example works");
}

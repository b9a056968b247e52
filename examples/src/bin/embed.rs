//! The smallest embedding: a cloud in memory, one simulated host, one machine. Nothing is left when it ends.

use cloudstack_core::flow::{infra::ApplySite, vm::DeployVm};
use cloudstack_core::{Cloud, plan::site::SitePlan, port::platform::Tokio};
use cloudstack_drivers::sim::SimWorld;
use std::io::Write;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let world = SimWorld::new(Tokio::current()?); // Stands in for hosts, storage and network.
    let cloud = Cloud::in_memory() // `Cloud::open("cloud.db")` keeps it.
        .hypervisor("Simulator", world.hypervisor())
        .port_filter("Simulator", world.port_filter())
        .primary_storage("NetworkFilesystem", world.storage())
        .image_storage("NFS", world.images())
        .network_device("VirtualRouter", world.router())
        .start()
        .await?;
    let admin = cloud.root_caller();
    let plan = SitePlan::from_toml(include_str!("../../clouds/tiny.toml"))?;
    let site = cloud.sites().apply(&admin, ApplySite { plan }).await?.done().await?;
    let size = cloud.view().compute_offerings().iter().next().ok_or("no size")?.id;
    let image = cloud.view().templates().iter().next().ok_or("no image")?.id;
    // The machine's id is known at once; `done` waits until it runs.
    let vm = cloud.vms().deploy(&admin, DeployVm::new(site.zones[0], size, image)).await?.done().await?;
    let view = cloud.view();
    let vm = view.vm(vm).ok_or("it was deployed")?;
    Ok(writeln!(std::io::stdout(), "{} is {}", vm.name, vm.state)?)
}

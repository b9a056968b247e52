//! The smallest embedding: a cloud in memory, one simulated host, one machine.

use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::flow::vm::DeployVm;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::{Cloud, port::platform::Tokio};
use cloudstack_drivers::sim::SimWorld;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let world = SimWorld::new(Tokio::current()?);
    let cloud = Cloud::in_memory()
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
    let view = cloud.view();
    let (Some(size), Some(image)) = (view.compute_offerings().iter().next(), view.templates().iter().next()) else {
        return Ok(());
    };
    let vm = cloud.vms().deploy(&admin, DeployVm::new(site.zones[0], size.id, image.id)).await?.done().await?;
    println!("{:?}", cloud.view().vm(vm));
    Ok(())
}

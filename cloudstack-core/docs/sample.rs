// What the examples of this documentation stand on: a simulated world, the cloud of `examples/clouds/tiny.toml` in
// memory, and one machine that runs. An example includes this file and says what it needs of it.

use cloudstack_core::base::Caller;
use cloudstack_core::base::id::{ClusterId, ComputeOfferingId, HostId, PodId, TemplateId, VmId, ZoneId};
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::flow::vm::DeployVm;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Tokio;
use cloudstack_core::{Cloud, CloudBuilder};
use cloudstack_drivers::sim::SimWorld;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

#[allow(dead_code, reason = "no example needs all of it")]
struct Sample {
    cloud: Cloud,
    admin: Caller,
    world: SimWorld,
    zone: ZoneId,
    pod: PodId,
    cluster: ClusterId,
    host: HostId,
    offering: ComputeOfferingId,
    template: TemplateId,
    vm: VmId,
}

/// Gives a cloud the drivers of a world.
fn driven(cloud: CloudBuilder, world: &SimWorld) -> CloudBuilder {
    cloud
        .hypervisor("Simulator", world.hypervisor())
        .port_filter("Simulator", world.port_filter())
        .primary_storage("NetworkFilesystem", world.storage())
        .image_storage("NFS", world.images())
        .network_device("VirtualRouter", world.router())
}

/// Builds the site and starts its first machine.
async fn begin(builder: CloudBuilder, world: SimWorld) -> Outcome<Sample> {
    let cloud = driven(builder, &world).start().await?;
    let admin = cloud.root_caller();
    let plan = SitePlan::from_toml(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/clouds/tiny.toml"
    )))?;
    let site = cloud.sites().apply(&admin, ApplySite { plan }).await?.done().await?;
    let view = cloud.view();
    let size = view.compute_offerings().iter().next().ok_or("a cloud begins with offerings")?;
    let image = view.templates().iter().next().ok_or("the plan names a template")?;
    let (zone, offering, template) = (site.zones[0], size.id, image.id);
    let on = view.hosts().iter().next().ok_or("the plan names a host")?;
    let (pod, cluster, host) = (on.pod, on.cluster, on.id);
    let vm = cloud.vms().deploy(&admin, DeployVm::new(zone, offering, template)).await?.done().await?;
    Ok(Sample { cloud, admin, world, zone, pod, cluster, host, offering, template, vm })
}

/// Runs an example on the sample cloud.
///
/// # Panics
/// If the example fails.
fn sample(example: impl AsyncFnOnce(Sample) -> Outcome) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let done = runtime.block_on(async {
        let world = SimWorld::new(Tokio::current()?);
        example(begin(Cloud::in_memory(), world).await?).await
    });
    done.expect("the example works");
}

//! Pages of long lists (G10), without a socket: what `Api::handle` takes on one thread.

use crate::Outcome;
use cloudstack_benches::{cpu_time, median};
use cloudstack_client::serve::{Api, Method, Request};
use cloudstack_client::sign::Signer;
use cloudstack_core::base::id::{JobId, VmId};
use cloudstack_core::base::{Caller, Mac, Result};
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::flow::step::Desk;
use cloudstack_core::flow::verb::{Decision, Verb};
use cloudstack_core::flow::vm::DeployVm;
use cloudstack_core::model::network::Nic;
use cloudstack_core::model::vm::Vm;
use cloudstack_core::model::volume::Volume;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Tokio;
use cloudstack_core::{Cloud, base::Name};
use cloudstack_drivers::sim::SimWorld;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

const ROUNDS: usize = 21;
/// Rows that are put there in one commit.
const BATCH: u32 = 5_000;

/// Rows of machines as if they had been deployed: like the first, with names and addresses of their own.
#[derive(Debug, Clone)]
struct Fill {
    like: VmId,
    from: u32,
    to: u32,
}

impl Verb for Fill {
    type Answer = ();
    const NAME: &'static str = "bench.fill";

    fn decide(&self, _: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let vm = desk.view().need::<Vm>(self.like)?.clone();
        let nic = desk.view().nics().by("vm", vm.id).next().cloned();
        let volume = desk.view().volumes().by("vm", vm.id).next().cloned();
        for at in self.from..self.to {
            let id = desk.id::<VmId>();
            let name = Name::new(&format!("m-{at}")).unwrap_or_else(|_| vm.name.clone());
            desk.insert(Vm { id, name, ..vm.clone() })?;
            let [_, a, b, c] = at.to_be_bytes();
            if let Some(nic) = &nic {
                let (ip4, mac) = (Some(Ipv4Addr::new(11, a, b, c)), Mac::new([6, 0, 11, a, b, c]));
                let nic_id = desk.id();
                desk.insert(Nic { id: nic_id, vm: id, ip4, mac, ..nic.clone() })?;
            }
            if let Some(volume) = &volume {
                let volume_id = desk.id();
                desk.insert(Volume { id: volume_id, vm: Some(id), ..volume.clone() })?;
            }
        }
        Ok(Decision::done(()))
    }
}

/// Pages of 500 of as many machines as asked for.
pub(crate) fn measure(sizes: &[usize]) -> Outcome<()> {
    println!("\nlistVirtualMachines, pages of 500, in process, one thread; medians of {ROUNDS} rounds, goal 0.6 ms");
    println!("{:>10} {:>10} {:>10} {:>10} {:>12} {:>10}", "machines", "first", "middle", "last", "one by id", "bytes");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for size in sizes {
        runtime.block_on(listed(*size))?;
    }
    Ok(())
}

async fn listed(size: usize) -> Outcome<()> {
    let world = SimWorld::new(Tokio::current()?);
    let plan = SitePlan::from_toml(&crate::server::site(1))?;
    world.furnish(&plan);
    let cloud = Arc::new(world.drive(Cloud::in_memory(), &plan).without_loops().start().await?);
    let admin = cloud.root_caller();
    let site = cloud.sites().apply(&admin, ApplySite { plan }).await?.done().await?;
    let view = cloud.view();
    let offering = view.compute_offerings().iter().find(|o| o.name.as_str() == "bench").ok_or("no offering")?.id;
    let template = view.templates().iter().next().ok_or("no template")?.id;
    drop(view);
    let like = cloud.vms().deploy(&admin, DeployVm::new(site.zones[0], offering, template)).await?.done().await?;
    let end = u32::try_from(size)?;
    for from in (1..end).step_by(BATCH as usize) {
        cloud.run(&admin, Fill { like, from, to: end.min(from + BATCH) }).await?.done().await?;
    }
    let api = Api::new(Arc::clone(&cloud));
    api.give_keys("bench-key-of-the-admin", "secret", admin.user);
    let signer = Signer::new("bench-key-of-the-admin", "secret");
    let pages = size.div_ceil(500);
    let mut cells = Vec::new();
    let mut bytes = 0;
    for page in [1, pages / 2, pages] {
        let page = page.to_string();
        let params =
            [("command", "listVirtualMachines"), ("page", page.as_str()), ("pagesize", "500"), ("response", "json")];
        let (millis, length) = time(&api, &signer.sign(&params)?).await?;
        cells.push(millis);
        bytes = bytes.max(length);
    }
    let id = like.to_string();
    let one = [("command", "listVirtualMachines"), ("id", id.as_str()), ("response", "json")];
    let (one, _) = time(&api, &signer.sign(&one)?).await?;
    println!("{size:>10} {:>7.3} ms {:>7.3} ms {:>7.3} ms {one:>9.4} ms {bytes:>10}", cells[0], cells[1], cells[2]);
    Ok(())
}

/// Milliseconds of CPU for one answer, and its length.
async fn time(api: &Api, query: &str) -> Outcome<(f64, usize)> {
    let (mut rounds, mut length) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        let (start, mut done) = (cpu_time(), 0_u32);
        // The clock of a thread is a few milliseconds behind: many at a time.
        while done < 3 || cpu_time().saturating_sub(start) < Duration::from_millis(60) {
            let answer = api.handle(Request { query, ..Request::new(Method::Get) }).await;
            if answer.status != 200 {
                return Err(answer.body.into());
            }
            length = answer.body.len();
            done += 1;
        }
        rounds.push(cpu_time().saturating_sub(start).as_secs_f64() * 1e3 / f64::from(done));
    }
    Ok((median(rounds), length))
}

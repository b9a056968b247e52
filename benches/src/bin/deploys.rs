//! How many machines a cloud brings up (G9): deployments end to end, each through its verb, its job and its drivers, every
//! commit durable before it is answered, on simulated hosts.
//!
//! `cargo run --release -p cloudstack-benches --bin deploys [--hosts N] [--deploys N] [--in-flight N] [--memory]
//! [--groups] [directory on the disk to measure]`
//!
//! The bound in the same run: the very same commits through the SQLite store alone.

use cloudstack_benches::{median, process_cpu_time};
use cloudstack_core::{
    Cloud,
    base::{Bytes, Caller, Mhz, Mib},
    flow::{infra::ApplySite, vm::DeployVm},
    ledger::{TABLES, sqlite::SqliteStore},
    plan::site::SitePlan,
    port::{
        platform::Tokio,
        store::{HistoryQuery, Store},
    },
};
use cloudstack_drivers::sim::{HostShape, Method, PoolShape, SimWorld};
use std::{
    error::Error,
    fmt::Write as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Measured in so many parts, of which the median counts.
const PARTS: usize = 5;
/// Hosts of a pod, in clusters of 50 with a pool each.
const POD: usize = 1_000;
const CLUSTER: usize = 50;

/// What is asked for on the command line.
struct Asked {
    hosts: Vec<usize>,
    deploys: usize,
    in_flight: usize,
    memory: bool,
    groups: bool,
    place: String,
}

impl Asked {
    fn read() -> Outcome<Self> {
        let mut asked = Self {
            hosts: vec![1_000, 10_000, 100_000],
            deploys: 40_000,
            in_flight: 2_048,
            memory: false,
            groups: false,
            place: ".".to_owned(),
        };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut number = || args.next().unwrap_or_default().parse::<usize>().map_err(|e| format!("{arg}: {e}"));
            match arg.as_str() {
                "--hosts" => asked.hosts = vec![number()?],
                "--deploys" => asked.deploys = number()?,
                "--in-flight" => asked.in_flight = number()?,
                "--memory" => asked.memory = true,
                "--groups" => asked.groups = true,
                _ => asked.place = arg,
            }
        }
        Ok(asked)
    }
}

fn main() -> Outcome<()> {
    let asked = Asked::read()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let store = if asked.memory { "in memory" } else { "SQLite, full durability" };
    let groups = if asked.groups { "security groups" } else { "no security groups" };
    println!("{} deployments, {} in flight, {store}, {groups}", asked.deploys, asked.in_flight);
    println!(
        "{:>8} {:>10} {:>14} {:>15} {:>10} {:>10}",
        "hosts", "deploys/s", "CPU µs/deploy", "per CPU second", "p50", "p99"
    );
    for hosts in &asked.hosts {
        let dir = tempfile::tempdir_in(&asked.place)?;
        runtime.block_on(measure(*hosts, &asked, dir.path()))?;
    }
    Ok(())
}

/// Builds a cloud of so many hosts and deploys machines in it.
async fn measure(hosts: usize, asked: &Asked, dir: &Path) -> Outcome<()> {
    let world = SimWorld::new(Tokio::current()?);
    world.set_default_host(HostShape { cores: 64, speed: Mhz(4_000), ram: Mib::gib(1_024), ..HostShape::default() });
    world.set_default_pool(PoolShape { capacity: Bytes::gib(1 << 20), thick: false });
    let path = dir.join("cloud.db");
    let builder = if asked.memory { Cloud::in_memory() } else { Cloud::open(&path) };
    let cloud = builder
        .hypervisor("Simulator", world.hypervisor())
        .port_filter("Simulator", world.port_filter())
        .primary_storage("NetworkFilesystem", world.storage())
        .image_storage("NFS", world.images())
        .network_device("VirtualRouter", world.router())
        .start()
        .await?;
    let cloud = Arc::new(cloud);
    let admin = cloud.root_caller();
    let plan = SitePlan::from_toml(&site(hosts, asked.groups))?;
    let built = cloud.sites().apply(&admin, ApplySite { plan }).await?.done().await?;
    let view = cloud.view();
    let offering = view.compute_offerings().iter().find(|o| o.name.as_str() == "bench").ok_or("no offering")?.id;
    let template = view.templates().iter().next().ok_or("no template")?.id;
    let before = view.number();
    drop(view);
    let request = DeployVm::new(built.zones[0], offering, template);
    let part = asked.deploys / PARTS;
    // Warm: indexes, pages, templates on pools.
    burst(&cloud, &admin, &request, part / 2, asked.in_flight).await?;
    let mut parts = Vec::new();
    for _ in 0..PARTS {
        parts.push(burst(&cloud, &admin, &request, part, asked.in_flight).await?);
    }
    report(hosts, part, &parts);
    let calls: u64 = [Method::EnsureVolume, Method::EnsurePort, Method::EnsureFilter, Method::EnsureRunning]
        .map(|m| world.calls(m))
        .iter()
        .sum();
    let deployed = part / 2 + part * PARTS;
    println!("{:>8} calls of drivers per deployment: {:.1}", "", calls as f64 / deployed as f64);
    if !asked.memory {
        store_alone(&cloud, dir, before, asked.in_flight, deployed)?;
    }
    Ok(())
}

/// What one part took.
struct Part {
    wall: Duration,
    cpu: Duration,
    waits: Vec<Duration>,
}

/// Deploys `count` machines, `in_flight` at a time, each until it runs.
async fn burst(
    cloud: &Arc<Cloud>,
    admin: &Caller,
    request: &DeployVm,
    count: usize,
    in_flight: usize,
) -> Outcome<Part> {
    let next = Arc::new(AtomicUsize::new(0));
    let (begun, cpu) = (Instant::now(), process_cpu_time());
    let clients: Vec<_> = (0..in_flight.min(count))
        .map(|_| {
            let (cloud, admin, request, next) = (Arc::clone(cloud), admin.clone(), request.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while next.fetch_add(1, Ordering::Relaxed) < count {
                    let asked = Instant::now();
                    cloud.vms().deploy(&admin, request.clone()).await?.done().await?;
                    waits.push(asked.elapsed());
                }
                Ok::<_, cloudstack_core::base::Error>(waits)
            })
        })
        .collect();
    let mut waits = Vec::with_capacity(count);
    for client in clients {
        waits.extend(client.await??);
    }
    Ok(Part { wall: begun.elapsed(), cpu: process_cpu_time().saturating_sub(cpu), waits })
}

fn report(hosts: usize, count: usize, parts: &[Part]) {
    let rate = median(parts.iter().map(|p| count as f64 / p.wall.as_secs_f64()).collect());
    let cpu = median(parts.iter().map(|p| p.cpu.as_secs_f64() * 1e6 / count as f64).collect());
    let mut waits: Vec<_> = parts.iter().flat_map(|p| &p.waits).copied().collect();
    waits.sort_unstable();
    let at = |percent: usize| waits[(waits.len() - 1) * percent / 100];
    println!("{hosts:>8} {rate:>10.0} {cpu:>14.1} {:>15.0} {:>10.1?} {:>10.1?}", 1e6 / cpu, at(50), at(99));
}

/// Writes the very same commits to a fresh file: what storing alone costs.
fn store_alone(cloud: &Cloud, dir: &Path, before: u64, group: usize, deployed: usize) -> Outcome<()> {
    let commits = cloud.history(&HistoryQuery { after: 0, entity: None, limit: usize::MAX })?;
    let mut store = SqliteStore::open(dir.join("alone.db"))?;
    store.prepare(TABLES)?;
    let (site, deploys) = commits.split_at(commits.partition_point(|c| c.number <= before));
    for part in [site, deploys] {
        let (begun, cpu) = (Instant::now(), process_cpu_time());
        for group in part.chunks(group) {
            if let Some(error) = store.commit(group).error {
                return Err(error.into());
            }
        }
        if part.len() == deploys.len() {
            let (wall, cpu) = (begun.elapsed().as_secs_f64(), process_cpu_time().saturating_sub(cpu).as_secs_f64());
            let bytes: usize = part.iter().flat_map(|c| &c.writes).map(body).sum();
            println!(
                "{:>8} {:>10.0} {:>14.1}   bound: the same {:.1} commits, {:.0} bytes per deployment, store alone",
                "",
                deployed as f64 / wall,
                cpu * 1e6 / deployed as f64,
                part.len() as f64 / deployed as f64,
                bytes as f64 / deployed as f64,
            );
        }
    }
    Ok(())
}

fn body(write: &cloudstack_core::port::store::Write) -> usize {
    use cloudstack_core::port::store::Write;
    if let Write::Insert { row, .. } | Write::Update { row, .. } = write { row.body.len() } else { 0 }
}

/// A basic zone of so many hosts: pods of 1,000, clusters of 50, a pool per cluster.
fn site(hosts: usize, groups: bool) -> String {
    let mut text = format!(
        "name = \"bench\"\n[[compute_offerings]]\nname = \"bench\"\ncores = 1\nspeed = \"500 MHz\"\nram = \"512 MiB\"\n\
         [[templates]]\nname = \"linux\"\nos = \"Other Linux (64-bit)\"\nformat = \"RAW\"\nhypervisor = \"Simulator\"\n\
         size = \"2 GB\"\n[[zones]]\nname = \"z1\"\nkind = \"Basic\"\nsecurity_groups = {groups}\ndns1 = \"10.0.0.1\"\n\
         [[zones.physical_networks]]\nname = \"lan\"\ntraffic = [{{ kind = \"Management\" }}, {{ kind = \"Guest\" }}]\n\
         [[zones.secondary_storage]]\nname = \"images\"\nprovider = \"NFS\"\nserver = \"10.0.0.2\"\npath = \"/export\"\n\
         capacity = \"100 GB\"\n"
    );
    for pod in 1..=hosts.div_ceil(POD) {
        let _ = write!(
            text,
            "[[zones.pods]]\nname = \"p{pod}\"\nsubnet = \"10.{pod}.0.0/16\"\ngateway = \"10.{pod}.0.1\"\n\
             system = \"10.{pod}.0.2-9\"\nguest = {{ addresses = \"10.{pod}.64.0-10.{pod}.255.250\" }}\n"
        );
        for cluster in 1..=POD.min(hosts - (pod - 1) * POD).div_ceil(CLUSTER) {
            let _ = write!(
                text,
                "[[zones.pods.clusters]]\nname = \"p{pod}c{cluster}\"\nhypervisor = \"Simulator\"\n\
                 [[zones.pods.clusters.hosts]]\nname = \"p{pod}c{cluster}h##\"\ncount = {CLUSTER}\n\
                 addresses = \"10.{pod}.{cluster}.1-{CLUSTER}\"\ncores = 64\nspeed = \"4000 MHz\"\nram = \"1024 GiB\"\n\
                 [[zones.pods.clusters.primary_storage]]\nname = \"p{pod}c{cluster}\"\nprotocol = \"NetworkFilesystem\"\n\
                 server = \"10.0.0.2\"\npath = \"/primary/{pod}/{cluster}\"\ncapacity = \"1000000 TB\"\n"
            );
        }
    }
    text
}

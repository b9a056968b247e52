//! A management server: an embedded cloud behind the CloudStack protocol, for any client.

mod keys;
mod listen;

use clap::{Parser, ValueEnum};
use cloudstack_client::serve::Api;
use cloudstack_core::Cloud;
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Tokio;
use cloudstack_drivers::sim::SimWorld;
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Serve the CloudStack API from an embedded cloud.
#[derive(Debug, Parser)]
#[command(
    name = "management-server",
    version,
    after_help = "\
Examples:
  management-server                           a simulated installation; the first start prints the admin's keys
  management-server --data /var/lib/cloud     its rows, its simulated hosts and cloudstack.ini go there
  CLOUDSTACK_CONFIG=target/management-server/cloudstack.ini cs listZones"
)]
struct Args {
    /// What the cloud consists of when it is begun
    #[arg(long, value_enum, default_value_t = Preset::Simulator)]
    preset: Preset,
    /// Where rows and keys are kept; made if it is missing
    #[arg(long, value_name = "DIR", default_value = "target/management-server")]
    data: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// What a cloud consists of when it is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Preset {
    /// One basic and one advanced zone of simulated hosts, under the names that clients and recipes expect
    Simulator,
}

impl Preset {
    const fn plan(self) -> &'static str {
        match self {
            Self::Simulator => include_str!("../../../clouds/simulator.toml"),
        }
    }
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(&args.data)?;
    let plan = SitePlan::from_toml(args.preset.plan())?;
    let world = SimWorld::new(Tokio::current()?);
    world.furnish(&plan);
    world.keep_in(&args.data.join("hosts.jsonl"))?;
    let cloud = Arc::new(world.drive(Cloud::open(args.data.join("cloud.db")), &plan).start().await?);
    let admin = cloud.root_caller();
    cloud.sites().apply(&admin, ApplySite { plan }).await?.done().await?;

    let api = Arc::new(Api::new(Arc::clone(&cloud)));
    let file = args.data.join("cloudstack.ini");
    let (pair, fresh) = keys::find_or_make(&cloud, &admin).await?;
    keys::write(&file, args.listen, &pair)?;
    if fresh {
        println!("admin's API key:    {}\nadmin's secret key: {}", pair.key, pair.secret);
    }
    println!("keys for clients:   {}", file.display());
    listen::serve(args.listen, api).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("management-server: {error}");
            ExitCode::FAILURE
        }
    }
}

//! A management server: an embedded cloud behind the CloudStack protocol, for any client.

mod answer;
mod args;
mod data;
mod files;
mod keys;
mod listen;
mod metrics;
mod routes;
#[cfg(feature = "tls")]
mod tls;

use args::{Args, LogForm};
use clap::Parser;
use cloudstack_client::serve::Api;
use cloudstack_core::Cloud;
use cloudstack_core::flow::image::ShareTemplate;
use cloudstack_core::flow::infra::ApplySite;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Tokio;
use cloudstack_drivers::sim::SimWorld;
use cloudstack_drivers::ssh_keys::Ed25519;
use listen::{Door, Stop};
use metrics::Metrics;
use routes::Shared;
use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

/// Builds the cloud, or finds it again.
async fn open(args: &Args) -> Result<Arc<Cloud>, Box<dyn Error>> {
    let plan = match &args.plan {
        Some(file) => std::fs::read_to_string(file).map_err(|e| format!("--plan {}: {e}", file.display()))?,
        None => args.preset.plan().to_owned(),
    };
    let plan = SitePlan::from_toml(&plan)?;
    let world = SimWorld::new(Tokio::current()?);
    world.furnish(&plan);
    world.keep_in(args.data.join("hosts.jsonl"))?;
    let cloud = Arc::new(
        world.drive(Cloud::open(args.data.join("cloud.db")), &plan).key_maker(Arc::new(Ed25519)).start().await?,
    );
    let (admin, begun) = (cloud.root_caller(), cloud.view().templates().is_empty());
    cloud.sites().apply(&admin, ApplySite { plan }).await?.done().await?;
    // Clients look for what is featured. From then on it is the admin's to say.
    let templates: Vec<_> = cloud.view().templates().iter().filter(|_| begun).map(|template| template.id).collect();
    for template in templates {
        let shown = ShareTemplate { public: Some(true), featured: Some(true), ..ShareTemplate::of(template) };
        cloud.templates().share(&admin, shown).await?.done().await?;
    }
    Ok(cloud)
}

/// The doors, open before the cloud is: whoever connects early waits, and a port that is taken is told at once.
async fn doors(args: &Args) -> Result<Vec<Door>, Box<dyn Error>> {
    #[cfg(feature = "tls")]
    let tls = args.tls_cert.as_deref().zip(args.tls_key.as_deref()).map(|(cert, key)| tls::acceptor(cert, key));
    let front = Door::open(args.listen, "--listen").await?;
    #[cfg(feature = "tls")]
    let front = front.with_tls(tls.transpose()?);
    let mut doors = vec![front];
    if let Some(port) = args.integration_port {
        let at = SocketAddr::new(args.integration_address, port);
        doors.push(Door::open(at, "--integration-port").await?.for_integration());
    }
    Ok(doors)
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let ui = args.ui.as_deref().map(files::Folder::open).transpose()?;
    let _lock = data::claim(&args.data)?;
    let doors = doors(args).await?;
    let stop = Stop::on_signal()?;
    let cloud = open(args).await?;
    let endpoint = format!("{}/client/api", doors[0].url());
    let first = keys::ready(&cloud, &args.data.join("cloudstack.ini"), &endpoint).await?;
    if let Some(first) = first {
        println!("{first}\n(shown this once)");
    }
    println!("endpoint:            {endpoint}");
    println!("keys for clients:    {}", args.data.join("cloudstack.ini").display());
    println!("what is answered:    {}/docs", doors[0].url());
    for door in &doors[1..] {
        println!("integration port:    {}/client/api", door.url());
    }
    let api = Arc::new(Api::new(Arc::clone(&cloud)));
    let shared = Arc::new(Shared { api, cloud, metrics: Metrics::default(), ui, open_metrics: args.open_metrics });
    listen::serve(doors, &shared, stop, args.grace).await;
    tracing::info!("stopped");
    Ok(())
}

fn log(args: &Args) {
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(args.log_level);
    match args.log {
        LogForm::Text => lines.with_ansi(false).init(),
        LogForm::Json => lines.json().flatten_event(true).init(),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log(&args);
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("management-server: {error}");
            ExitCode::FAILURE
        }
    }
}

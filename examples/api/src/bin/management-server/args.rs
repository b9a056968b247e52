//! What can be said on the command line.

use clap::{Parser, ValueEnum};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Serve the CloudStack API from an embedded cloud.
///
/// Everything is in one process and one folder: the cloud, its database and its simulated hosts. What was under way when the
/// process ended, however it ended, goes on at the next start.
#[derive(Debug, Parser)]
#[command(
    name = "management-server",
    version,
    after_help = "\
Paths:
  /client/api           the API, by GET and POST
  /client/              the files of --ui
  /docs                 every command, and which are answered; /docs/openapi.json for programs
  /healthz              200 while the cloud takes changes, 503 while it does not
  /metrics              for Prometheus; from this machine only, unless --open-metrics

In DIR, all for its owner alone:
  cloudstack.ini        endpoint, key and secret of the admin; without it, the next start makes a new pair
  cloud.db              the rows; cloud.db.key opens the secrets in them: keep a copy of it elsewhere
  hosts.jsonl           what the simulated hosts have done

Examples:
  management-server
  management-server --data /var/lib/cloud --listen 0.0.0.0:8080 --ui /usr/share/cloudstack-ui
  management-server --data /tmp/mine --plan examples/clouds/small.toml
  CLOUDSTACK_CONFIG=target/management-server/cloudstack.ini cs listZones
  call --endpoint http://127.0.0.1:8080/client/api listZones     (with keys or a password, see `call --help`)

The first start prints the admin's keys and password, once. The password is what CLOUDSTACK_ADMIN_PASSWORD says, or a random
one. SIGTERM and SIGINT end it: requests that are being answered are answered, jobs go on at the next start."
)]
pub(crate) struct Args {
    /// What the cloud consists of when it is begun
    #[arg(long, value_enum, default_value_t = Preset::Simulator)]
    pub(crate) preset: Preset,
    /// What the cloud consists of, as a plan of your own in place of the preset; see clouds/ beside the examples
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    pub(crate) plan: Option<PathBuf>,
    /// Where rows and keys are kept; made if it is missing, and used by one process at a time
    #[arg(long, value_name = "DIR", default_value = "target/management-server")]
    pub(crate) data: PathBuf,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Answer whoever reaches this port as the cloud itself, without keys
    #[arg(long, value_name = "PORT")]
    pub(crate) integration_port: Option<u16>,
    /// The address of the integration port. Whoever can reach it can do anything
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), requires = "integration_port")]
    pub(crate) integration_address: IpAddr,
    /// Serve the files of this folder under /client/, such as those of the web UI
    #[arg(long, value_name = "DIR")]
    pub(crate) ui: Option<PathBuf>,
    /// Tell /metrics to everybody, not to this machine alone
    #[arg(long)]
    pub(crate) open_metrics: bool,
    /// Speak TLS, with the certificates of this PEM file, the server's own first
    #[cfg(feature = "tls")]
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of the first certificate, as PEM
    #[cfg(feature = "tls")]
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// How log lines on standard error look. They hold neither keys nor parameters
    #[arg(long, value_enum, default_value_t = LogForm::Text)]
    pub(crate) log: LogForm,
    /// How much is logged: each request at `info`
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log_level: tracing::Level,
    /// How long requests may go on after the signal to stop
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) grace: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "give whole seconds")?;
    if seconds <= 3_600 { Ok(Duration::from_secs(seconds)) } else { Err("give at most 3600".to_owned()) }
}

/// What a cloud consists of when it is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preset {
    /// One basic and one advanced zone of simulated hosts, under the names that clients and recipes expect
    Simulator,
}

impl Preset {
    pub(crate) const fn plan(self) -> &'static str {
        match self {
            Self::Simulator => include_str!("../../../clouds/simulator.toml"),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

//! A real cloud on one machine, without root: two hosts, a router, guests that boot, and a table of checks made with real packets.
//!
//! ```text
//! local-cloud            in the user's world: looks what is there, listens for signals
//! └─ keeper              first process of its own user, mount, process and network namespaces: hosts, switch, world
//!    ├─ cloud            embeds the core and the drivers; is killed once, and started again
//!    └─ guests, daemons  children of their drivers while those live, and of the keeper afterwards
//! ```

mod checks;
mod cloud;
mod draw;
mod failure;
mod image;
mod keeper;
mod needs;
mod outer;
mod serial;
mod space;
mod table;
mod web;

use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Boot a cloud of two hosts in namespaces of this machine, and check it with real packets.
#[derive(Debug, Parser)]
#[command(
    name = "local-cloud",
    version,
    args_override_self = true,
    after_help = "\
Examples:
  local-cloud                 the table of checks, and a picture in target/local-cloud.svg
  local-cloud --keep          leaves the cloud running until Ctrl-C, and says how to look around
  local-cloud --json          one JSON object on standard output, and nothing else there

No root is needed, and nothing is left: when it ends, by itself, by Ctrl-C or by a signal, the kernel takes away its
processes, namespaces and files. The guests' kernel stays in the cache, and the picture where it was put.

Exit status: 0 every check passed; 1 a check or the program failed; 2 the input could not be used; 130 it was interrupted."
)]
struct Args {
    /// Leave it running when the checks are done, until Ctrl-C
    #[arg(long)]
    keep: bool,
    /// One JSON object on standard output, and nothing else there
    #[arg(long)]
    json: bool,
    /// Where the picture of what runs where goes
    #[arg(long, value_name = "FILE", default_value = "target/local-cloud.svg")]
    svg: PathBuf,
    /// Where the guests' kernel is kept; `cloudstack-local` in the user's cache unless given
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Which process of it this is
    #[arg(long, hide = true)]
    part: Option<Part>,
    /// The folder of the guest's kernel and first file system
    #[arg(long, hide = true)]
    guest: Option<PathBuf>,
    /// When the outermost process began, in milliseconds since 1970
    #[arg(long, hide = true)]
    began_at: Option<u64>,
    /// The cloud was killed, and goes on
    #[arg(long, hide = true)]
    again: bool,
}

/// The processes it consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The first process of the namespaces.
    Keeper,
    /// What embeds the cloud.
    Cloud,
}

impl Args {
    /// Says something that is no part of the outcome.
    fn note(&self, text: &str) {
        if self.json { table::to_stderr(text) } else { table::to_stdout(text) }
    }
}

/// The word that makes this program the one that tells guests about themselves, in the namespace of their router.
pub(crate) const GUEST_DATA: &str = "guest-data";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() == Some(GUEST_DATA) {
        return match cloudstack_drivers::router::guest_data::run(words) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                table::to_stderr(&error.to_string());
                ExitCode::FAILURE
            }
        };
    }
    let args = Args::parse();
    let ended = match args.part {
        None => outer::run(&args),
        Some(Part::Keeper) => keeper::run(&args),
        Some(Part::Cloud) => cloud::run(&args),
    };
    ended.unwrap_or_else(|failure| {
        table::to_stderr(&failure.to_string());
        ExitCode::FAILURE
    })
}

//! A cloud from its plan, faults included, to two hundred running machines, and what to do when one more does not fit.

mod build;
mod plan;
mod progress;
mod report;
mod what_if;

use clap::Parser;
use cloudstack_core::base::{Error, ErrorKind};
use cloudstack_core::plan::{draw, lint::Finding};
use progress::Progress;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Build a cloud from a plan file, on simulated hosts, and deploy its machines.
#[derive(Debug, Parser)]
#[command(
    name = "quickstart",
    version,
    after_help = "\
Examples:
  quickstart                                    the whole story, with the plan of a cloud for fifty developers
  quickstart --data /tmp/cloud                  the database, the simulated hosts and the picture go there
  quickstart --data /tmp/cloud                  again: finds everything, changes nothing
  quickstart my-plan.toml --json                another plan; one JSON object on standard output
  quickstart --silence XS-03                    what is said when a host does not answer

Kill it at any moment and run it again: it goes on where it was.

Exit status: 0 every machine of the plan runs; 1 something failed; 2 the input could not be used."
)]
struct Args {
    /// The plan; without one, the plan of a cloud for fifty developers as it was first written down
    plan: Option<PathBuf>,
    /// Make every correction that can be made, those too that choose between two things the plan says
    #[arg(long)]
    correct: bool,
    /// Where the database and the state of the simulated hosts are kept; made if it is missing
    #[arg(long, value_name = "DIR", default_value = "target/quickstart")]
    data: PathBuf,
    /// Where the picture goes; `topology.svg` in the data directory unless given
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// One JSON object on standard output, and nothing else there
    #[arg(long)]
    json: bool,
    /// Let this simulated host not answer
    #[arg(long, value_name = "HOST")]
    silence: Option<String>,
    /// Say on standard error what was acknowledged, one line each, for programs that pull the plug
    #[arg(long, hide = true)]
    acks: bool,
}

/// Why it ends early: an error, and what the plan's rules found if that is the reason.
#[derive(Debug)]
struct Failure {
    error: Error,
    findings: Vec<Finding>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, findings: Vec::new() }
    }
}

async fn run(args: &Args) -> Result<(), Failure> {
    let began = Instant::now();
    let out = report::Out::new(!args.json);
    let checked = plan::check(args.plan.as_deref())?;
    out.plan(&checked);
    plan::accept(&checked, args.correct)?;

    let picture = picture(args)?;
    let progress = Progress::new(args.acks);
    let site = build::Site::open(&checked.plan, &args.data, args.silence.as_deref()).await?;
    out.cloud(&site, &checked.plan);
    let deployed = site.build(&checked.plan, &progress).await?;
    out.machines(&site, deployed);
    site.agrees()?;

    let topology = site.topology(&checked.plan);
    out.hosts(&site, &topology);
    out.addresses(&topology);
    std::fs::write(&picture, draw::svg(&topology)).map_err(|e| unwritable(&picture, &e))?;
    out.picture(&picture);
    let refused = what_if::ask_too_much(&site.cloud);
    out.refused(refused.as_ref());
    out.end(&report::Summary {
        checked: &checked,
        site: &site,
        topology: &topology,
        deployed,
        refused: refused.as_ref(),
        picture: &picture,
        elapsed: began.elapsed(),
    });
    Ok(report::was_told()?)
}

/// Where the picture goes. Whether a file can be written there is tried before anything is built.
fn picture(args: &Args) -> Result<PathBuf, Error> {
    let file = args.svg.clone().unwrap_or_else(|| args.data.join("topology.svg"));
    match std::fs::metadata(&file) {
        // A device takes it or does not; opening a pipe would wait for a reader.
        Ok(found) if found.file_type().is_char_device() => {}
        Ok(found) if !found.is_file() => return Err(unwritable(&file, &io::Error::other("it is no file"))),
        // Whether the data directory can be written is the database's to tell.
        _ if args.svg.is_none() => {}
        Ok(_) => drop(OpenOptions::new().append(true).open(&file).map_err(|e| unwritable(&file, &e))?),
        Err(_) => {
            File::create_new(&file).map_err(|e| unwritable(&file, &e))?;
            // It only was a trial; what follows may be refused.
            std::fs::remove_file(&file).map_err(|e| unwritable(&file, &e))?;
        }
    }
    Ok(file)
}

fn unwritable(file: &Path, error: &io::Error) -> Error {
    Error::invalid("--svg", file.display(), format!("it cannot be written: {error}")).remedy("give another file")
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let Err(failure) = run(&args).await else { return ExitCode::SUCCESS };
    report::failure(&failure, args.json);
    match failure.error.kind() {
        ErrorKind::Invalid => ExitCode::from(2),
        _ => ExitCode::from(1),
    }
}

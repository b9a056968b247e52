//! What embeds the cloud: it opens the store, gives it drivers, makes rows, and checks what became of them.
//!
//! The checks come in two acts. After the first it kills itself, as a power failure would; the second begins with what is found.

mod drivers;
pub(crate) mod guests;
pub(crate) mod site;

use crate::failure::{Failure, Result};
use crate::space::FOLDER;
use crate::table::{Table, to_stdout};
use crate::{Args, checks, draw};
use cloudstack_core::Cloud;
use cloudstack_core::base::{Caller, Name};
use cloudstack_core::port::driver::Hypervisor;
use rustix::process::{Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The cloud, and who asks it.
pub(crate) struct Lab {
    pub(crate) cloud: Cloud,
    pub(crate) admin: Caller,
    pub(crate) hypervisor: Arc<dyn Hypervisor>,
}

/// What the first act leaves to the second.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Story {
    /// The checks so far.
    pub(crate) table: Table,
    /// Seconds to the first answer to a ping of a guest.
    pub(crate) first_ping: Option<f64>,
    /// Seconds to the first answer of a guest's web server.
    pub(crate) first_http: Option<f64>,
    /// The processes of guests, each with its moment of birth.
    pub(crate) guests: Vec<(u32, String)>,
    /// The way of one packet, for the picture.
    pub(crate) path: Option<checks::Path>,
}

/// Builds the cloud and checks it, or goes on with it.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(Failure::at("a runtime"))?.block_on(acts(args))
}

async fn acts(args: &Args) -> Result<ExitCode> {
    let (builder, hypervisor) = drivers::equip(Cloud::open(format!("{FOLDER}/cloud.db")));
    let cloud = builder.start().await?;
    let lab = Lab { admin: cloud.root_caller(), cloud, hypervisor };
    let file = Path::new(FOLDER).join("story.json");
    if !args.again {
        let mut story = Story::default();
        story.table.aloud = !args.json;
        if let Err(failure) = checks::first_act(&lab, &mut story, args.began()).await {
            crate::table::to_stderr(&failure.to_string());
            end(args, &lab, &story)?;
            return Ok(ExitCode::FAILURE);
        }
        let text = serde_json::to_vec(&story).map_err(Failure::at("what came of it"))?;
        std::fs::write(&file, text).map_err(Failure::at(file.display()))?;
        kill_process(getpid(), Signal::KILL).map_err(Failure::at("killing itself"))?;
    }
    let text = std::fs::read(&file).map_err(Failure::at(file.display()))?;
    let mut story: Story = serde_json::from_slice(&text).map_err(Failure::at(file.display()))?;
    story.table.aloud = !args.json;
    checks::second_act(&lab, &mut story).await?;
    let picture = draw::svg(&lab, &story)?;
    write_picture(&args.svg, &picture)?;
    end(args, &lab, &story)
}

fn write_picture(file: &Path, picture: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(Failure::at(folder.display()))?;
    }
    std::fs::write(file, picture).map_err(Failure::at(file.display()))
}

fn end(args: &Args, lab: &Lab, story: &Story) -> Result<ExitCode> {
    let failed = story.table.failed();
    let seconds = args.began().elapsed().unwrap_or(Duration::ZERO).as_secs_f64();
    if args.json {
        let told = serde_json::json!({
            "checks": story.table.rows,
            "failed": failed,
            "seconds_to_first_ping": story.first_ping,
            "seconds_to_first_http": story.first_http,
            "seconds": (seconds * 10.0).round() / 10.0,
            "svg": args.svg,
        });
        to_stdout(&told.to_string());
    } else {
        let first = |seconds: Option<f64>| seconds.map_or("none".to_owned(), |s| format!("{s:.1} s"));
        to_stdout(&format!(
            "\nfirst ping after {}, first HTTP answer after {}",
            first(story.first_ping),
            first(story.first_http)
        ));
        to_stdout(&format!("{} checks, {failed} failed, {seconds:.1} s in all", story.table.rows.len()));
        if args.again {
            to_stdout(&format!("what runs where: {}", args.svg.display()));
        }
    }
    if args.keep && args.again {
        args.note(&summary(lab)?);
        loop {
            std::thread::park();
        }
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How to look around in a cloud that is left running.
fn summary(lab: &Lab) -> Result<String> {
    let mut text = String::from("\nIt runs until Ctrl-C. From another terminal of the same user:\n\n");
    text.push_str("  in=\"nsenter -U --preserve-credentials -m -n -p -t $(pgrep -f 'part keeper' | tail -n 1)\"\n");
    text.push_str("  $in ip netns list                            the hosts, the world, the office\n");
    text.push_str("  $in nsenter --net=/run/netns/world sh        a shell in the world outside\n\n");
    for (guest, ..) in site::GUESTS {
        let vm = lab.vm(guest)?;
        let view = lab.cloud.view();
        let host = vm.host.and_then(|id| view.host(id)).map_or("nowhere", |host| host.name.as_str());
        text.push_str(&format!("  {guest:<6} {:<14} {:<8} on {host}\n", lab.address(guest)?, vm.state.to_string()));
    }
    Ok(text)
}

/// A name that was written down here.
pub(crate) fn name(text: &str) -> Result<Name> {
    text.parse().map_err(Failure::at(text))
}

impl Args {
    /// When the outermost process began.
    pub(crate) fn began(&self) -> SystemTime {
        self.began_at.map_or_else(SystemTime::now, |millis| UNIX_EPOCH + Duration::from_millis(millis))
    }
}

//! The first process of the namespaces: it makes the hosts and the world, starts the cloud, and starts it again when it was
//! killed. Guests and daemons that lose their parent become its children. When it ends, the kernel ends them all.

use crate::failure::{Failure, Result};
use crate::space::{self, FOLDER};
use crate::{Args, outer, web};
use rustix::process::{Pid, WaitOptions, WaitStatus};
use std::io::Read;
use std::process::{Command, ExitCode, Stdio};

/// The signal that nobody survives.
const KILLED: i32 = 9;

/// Makes the place and runs the cloud in it to its end.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let _lifeline = std::thread::spawn(|| {
        // Nothing is ever written there; it ends when the outermost process does.
        let _ended = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(outer::INTERRUPTED.into());
    });
    let guest = args.guest.as_deref().ok_or_else(|| Failure::new("no guest image was given"))?;
    space::make(guest)?;
    web::serve(space::WORLD, space::SITE.into())?;
    let first = cloud(&[])?;
    if first.terminating_signal() != Some(KILLED) {
        return Ok(ended(first));
    }
    // It has killed itself, as it was told to. Somebody tampers with a host meanwhile.
    space::tamper()?;
    cloud(&["--again"]).map(ended)
}

/// Runs the part that embeds the cloud, and takes in every process that has lost its parent meanwhile.
fn cloud(more: &[&str]) -> Result<WaitStatus> {
    let program = std::env::current_exe().map_err(Failure::at("this program's own file"))?;
    let child = Command::new(program)
        .args(std::env::args_os().skip(1))
        .args(more)
        // The part that was named last counts.
        .args(["--part", "cloud"])
        .current_dir(std::env::current_dir().unwrap_or_else(|_| FOLDER.into()))
        .stdin(Stdio::null())
        .spawn()
        .map_err(Failure::at("starting the cloud"))?;
    let child = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if Some(pid) == child => return Ok(status),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Failure::new(format!("waiting for the cloud: {error}"))),
        }
    }
}

fn ended(status: WaitStatus) -> ExitCode {
    ExitCode::from(status.exit_status().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

//! The outermost process, in the user's own world: it looks what the machine has, starts the rest in namespaces, and is the one
//! that signals reach. It holds a pipe to what it started; when it ends, however it ends, the pipe closes and all of it goes.

use crate::failure::{Failure, Result};
use crate::{Args, image, needs};
use std::process::{ExitCode, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// The exit status of who was interrupted.
pub(crate) const INTERRUPTED: u8 = 130;

/// Runs the whole in namespaces of its own and waits for its end.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    needs::check()?;
    let cache = match &args.cache {
        Some(folder) => folder.clone(),
        None => image::usual_cache()?,
    };
    let guest = image::prepare(&cache, &mut |line| args.note(line))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Failure::at("a runtime"))?.block_on(within(&guest, began))
}

async fn within(guest: &image::Guest, began: u128) -> Result<ExitCode> {
    let program = std::env::current_exe().map_err(Failure::at("this program's own file"))?;
    let mut child = Command::new("unshare")
        .args(needs::user_words())
        .args(["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "--"])
        .arg(program)
        .args(std::env::args_os().skip(1))
        .args(["--part", "keeper", "--guest"])
        .arg(&guest.folder)
        .args(["--began-at", &began.to_string()])
        .env("PATH", needs::path())
        .stdin(Stdio::piped())
        // Not in the foreground: what a terminal sends to stop this reaches this process alone.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(Failure::at("unshare"))?;
    let listen = |kind| signal(kind).map_err(Failure::at("listening for signals"));
    let (mut interrupt, mut end, mut hangup) =
        (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?, listen(SignalKind::hangup())?);
    let lifeline = child.stdin.take();
    let interrupted = tokio::select! {
        status = child.wait() => return status.map(exit_code).map_err(Failure::at("waiting for the cloud")),
        _ = interrupt.recv() => "interrupted",
        _ = end.recv() => "asked to end",
        _ = hangup.recv() => "left by its terminal",
    };
    // Whoever lives in the namespaces is ended by the kernel before this returns.
    drop(lifeline);
    child.wait().await.map_err(Failure::at("waiting for the cloud"))?;
    crate::table::to_stderr(&format!("{interrupted}; every guest, namespace and file of it is gone"));
    Ok(ExitCode::from(INTERRUPTED))
}

fn exit_code(status: std::process::ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

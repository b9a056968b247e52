//! The API over HTTP (G12, G9, G10): signed reads and durable deployments, against the real management server in a process
//! of its own, beside a bare axum server and the Python clients; and pages of long lists, without a socket.
//!
//! ```text
//! cargo build --release -p cloudstack-api-examples --bin management-server
//! cargo run --release -p cloudstack-benches --bin http [--only reads|deploys|pages] [--deploys N] [--vms N] [--dir DIR]
//! ```
//!
//! The server's CPU time is that of its threads, as Linux tells it; the load generator's is not in it. The data lies in a
//! folder of the current directory, or of `--dir`, and goes with the run.

mod load;
mod pages;
mod python;
mod server;

use load::Target;
use server::{Process, Signed};
use std::error::Error;
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Rounds of which the median counts; those of all contestants alternate.
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(700);
/// Machines that are there while one, or a page of them, is read.
const MACHINES: usize = 40;

struct Asked {
    only: Option<String>,
    deploys: usize,
    vms: Vec<usize>,
    dir: String,
}

fn asked(mut args: impl Iterator<Item = String>) -> Outcome<Asked> {
    let mut asked = Asked { only: None, deploys: 20_000, vms: vec![25_000, 1_000_000], dir: ".".to_owned() };
    while let Some(arg) = args.next() {
        let value = args.next().ok_or_else(|| format!("{arg} lacks its value"))?;
        match arg.as_str() {
            "--only" => asked.only = Some(value),
            "--deploys" => asked.deploys = value.parse()?,
            "--vms" => asked.vms = vec![value.parse()?],
            "--dir" => asked.dir = value,
            _ => return Err(format!("{arg} is not known").into()),
        }
    }
    Ok(asked)
}

fn main() -> Outcome<()> {
    let mut args = std::env::args().skip(1).peekable();
    if args.peek().is_some_and(|arg| arg == "--hello") {
        return server::hello();
    }
    let asked = asked(args)?;
    let wanted = |part: &str| asked.only.as_deref().is_none_or(|only| only == part);
    println!("load average {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    if wanted("reads") {
        reads(&asked.dir)?;
    }
    if wanted("deploys") {
        deploys(&asked.dir, asked.deploys)?;
    }
    if wanted("pages") {
        pages::measure(&asked.vms)?;
    }
    println!("load average {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    Ok(())
}

/// Signed reads per CPU second of the server, beside a bare one.
fn reads(dir: &str) -> Outcome<()> {
    let folder = tempfile::tempdir_in(dir)?;
    let hello = Process::hello()?;
    let cloud = Process::management(folder.path(), &server::site(1))?;
    let keys = Signed::read(folder.path())?;
    let deploy = keys.deploy(&cloud)?;
    load::deploy(&cloud, &deploy, MACHINES)?;
    let first = keys.first_machine(&cloud)?;
    let one = [("command", "listVirtualMachines"), ("id", first.as_str()), ("response", "json")];
    let page = [("command", "listVirtualMachines"), ("page", "1"), ("pagesize", "20"), ("response", "json")];
    let targets = [
        Target::new("a bare axum server, \"hello\"", &hello, "/".to_owned()),
        Target::new("listZones, signed", &cloud, keys.path(&[("command", "listZones"), ("response", "json")])?),
        Target::new("listVirtualMachines, one by its id, signed", &cloud, keys.path(&one)?),
        Target::new("listVirtualMachines, a page of 20, signed", &cloud, keys.path(&page)?),
    ];
    println!("\nreads over HTTP, keep-alive, {} connections; medians of {ROUNDS} rounds", load::CONNECTIONS);
    println!("{:<46} {:>16} {:>10} {:>10} {:>9}", "what", "per server CPU s", "by clock", "µs CPU", "bytes");
    let mut figures: Vec<Vec<(f64, f64)>> = targets.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (target, figures) in targets.iter().zip(&mut figures) {
            figures.push(load::read_for(target, ROUND)?);
        }
    }
    for (target, figures) in targets.iter().zip(figures) {
        let per_cpu = cloudstack_benches::median(figures.iter().map(|f| f.0).collect());
        let by_clock = cloudstack_benches::median(figures.iter().map(|f| f.1).collect());
        let bytes = load::once(target)?.len();
        println!("{:<46} {per_cpu:>16.0} {by_clock:>10.0} {:>10.1} {bytes:>9}", target.name, 1e6 / per_cpu);
    }
    python::measure(&cloud, &keys)
}

/// Signed deployments, each durable before it is answered, until every machine runs.
fn deploys(dir: &str, count: usize) -> Outcome<()> {
    let folder = tempfile::tempdir_in(dir)?;
    let cloud = Process::management(folder.path(), &server::site(20))?;
    let keys = Signed::read(folder.path())?;
    let deploy = keys.deploy(&cloud)?;
    load::deploy(&cloud, &deploy, count / 10)?;
    println!(
        "\n{count} signed deployments over HTTP, {} connections, 1,000 hosts, SQLite, full durability",
        load::CONNECTIONS
    );
    println!("{:>14} {:>14} {:>18} {:>16}", "answered/s", "running/s", "server CPU µs each", "per server CPU s");
    let part = count / 5;
    let mut parts = Vec::new();
    for _ in 0..5 {
        parts.push(load::deploy(&cloud, &deploy, part)?);
    }
    let middle = |f: fn(&load::Deployed) -> f64| cloudstack_benches::median(parts.iter().map(f).collect());
    let (answered, running) = (middle(|d| d.answered), middle(|d| d.running));
    let cpu = middle(|d| d.cpu_micros);
    println!("{answered:>14.0} {running:>14.0} {cpu:>18.1} {:>16.0}", 1e6 / cpu);
    Ok(())
}

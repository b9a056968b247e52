//! Fault campaigns: random histories of a small cloud in which devices, store, clock and process fail, each from one seed.
//!
//! `drill --seeds 1000` plays seeds 0 to 999; `drill --seed 7 --trace` plays one again and prints what happened.
//! The exit status is 1 if any campaign broke a law.

use clap::Parser;
use cloudstack_core::testkit::campaign::{self, Report, Size};
use cloudstack_core::testkit::reality::Reality;
use cloudstack_core::testkit::world::Medium;
use cloudstack_drivers::sim::SimReality;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Seeded fault campaigns in a simulated cloud.
#[derive(Debug, Parser)]
struct Options {
    /// Play so many campaigns, from `--from` on.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Play this one campaign.
    #[arg(long)]
    seed: Option<u64>,
    /// Hosts of the site.
    #[arg(long, default_value_t = Size::default().hosts, value_parser = clap::value_parser!(u32).range(1..=100))]
    hosts: u32,
    /// Machines at most.
    #[arg(long, default_value_t = Size::default().vms)]
    vms: usize,
    /// Random things that happen in a campaign.
    #[arg(long, default_value_t = Size::default().steps)]
    steps: u32,
    /// Print the trace of `--seed`.
    #[arg(long)]
    trace: bool,
    /// What the rows lie on; `sqlite` uses a file for each campaign in the folder for temporary files.
    #[arg(long, value_enum, default_value_t = Store::Memory)]
    store: Store,
    /// Campaigns at a time; all processors if not given.
    #[arg(long)]
    threads: Option<usize>,
}

/// What the rows lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Store {
    Memory,
    Sqlite,
}

fn play(seed: u64, size: Size, store: Store) -> Report {
    let devices = |seed, platform| -> Arc<dyn Reality> { Arc::new(SimReality::new(seed, platform)) };
    if store == Store::Memory {
        return campaign::run(seed, size, &devices);
    }
    let file = std::env::temp_dir().join(format!("drill-{}-{seed}.db", std::process::id()));
    let report = campaign::run_on(Medium::Sqlite(file.clone()), seed, size, &devices);
    // A file that cannot be removed is left to whoever cleans up there.
    let _left = std::fs::remove_file(&file);
    report
}

fn print(report: &Report) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in &report.lines {
        writeln!(out, "  {line}")?;
    }
    for violation in &report.violations {
        writeln!(out, "  {violation}")?;
    }
    let Report { seed, polls, hash, .. } = report;
    let (commits, faults, broken) = (report.counts.commits, report.faults(), report.violations.len());
    writeln!(
        out,
        "seed {seed}: {polls} steps, {commits} commits, {faults} faults, {broken} violations, trace {hash:016x}"
    )
}

fn main() -> ExitCode {
    let options = Options::parse();
    let size = Size { hosts: options.hosts, vms: options.vms, steps: options.steps, trace: options.trace };
    let seeds = options.seed.map_or(options.from..options.from + options.seeds, |seed| seed..seed + 1);
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    let (next, began) = (AtomicU64::new(seeds.start), std::time::Instant::now());
    let totals = Mutex::new([0_u64; 6]);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if !seeds.contains(&seed) {
                        return;
                    }
                    let report = play(seed, size, options.store);
                    let broken = report.violations.len() as u64;
                    let (faults, counts) = (report.faults(), report.counts);
                    let numbers = [1, report.polls, counts.commits, faults, broken, u64::from(broken > 0)];
                    let mut totals = totals.lock().unwrap_or_else(|e| e.into_inner());
                    totals.iter_mut().zip(numbers).for_each(|(total, number)| *total += number);
                    // A closed pipe ends the printing, not the drill.
                    let _closed = print(&report);
                }
            });
        }
    });
    let [campaigns, polls, commits, faults, broken, bad] = *totals.lock().unwrap_or_else(|e| e.into_inner());
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{campaigns} campaigns, {polls} steps, {commits} commits, {faults} faults, {broken} violations in {bad} campaigns, {seconds:.1} s"
    );
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

//! Fault campaigns: random histories of a small cloud in which devices, store, clock and process fail, each from one seed.
//!
//! `drill --seeds 1000` plays seeds 0 to 999; `drill --seed 7 --trace` plays one again and prints what happened.
//! The exit status is 1 if any campaign broke a law.

use clap::Parser;
use cloudstack_core::testkit::campaign::{self, Report, Size};
use cloudstack_core::testkit::reality::Reality;
use cloudstack_core::testkit::world::Medium;
use cloudstack_drivers::sim::SimReality;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Seeded fault campaigns in a simulated cloud
#[derive(Debug, Parser)]
#[command(
    name = "drill",
    version,
    after_help = "\
Examples:
  drill --seeds 1000              campaigns 0 to 999, one line each, in order
  drill --seeds 1000 --from 5000  others
  drill --seed 7 --trace          one of them again, with all that happened in it
  drill --seeds 50 --hosts 20 --vms 200 --steps 400

The same seed and size give the same trace hash on every machine. The last line is the summary; its hash is that of all
campaigns in order.

Exit status: 0 no law was broken; 1 some was; 2 the input could not be used."
)]
struct Options {
    /// Play so many campaigns, from `--from` on
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Play this one campaign
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// Hosts of the site
    #[arg(long, default_value_t = Size::default().hosts, value_parser = clap::value_parser!(u32).range(1..=100))]
    hosts: u32,
    /// Machines at most
    #[arg(long, default_value_t = Size::default().vms)]
    vms: usize,
    /// Random things that happen in a campaign
    #[arg(long, default_value_t = Size::default().steps)]
    steps: u32,
    /// Print the trace of `--seed`
    #[arg(long, requires = "seed")]
    trace: bool,
    /// What the rows lie on; `sqlite` uses a file for each campaign in the folder for temporary files
    #[arg(long, value_enum, default_value_t = Store::Memory)]
    store: Store,
    /// Campaigns at a time; all processors if not given
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1_024))]
    threads: Option<u16>,
}

impl Options {
    /// The seeds to play; those beyond the largest number there is are left out.
    fn range(&self) -> RangeInclusive<u64> {
        match self.seed {
            Some(seed) => seed..=seed,
            None => self.from..=self.from.saturating_add(self.seeds - 1),
        }
    }
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

/// What is told, in the order of the seeds, and what it comes to.
struct Told {
    next: u64,
    /// Campaigns that ended before an earlier one did.
    early: BTreeMap<u64, Report>,
    campaigns: u64,
    polls: u64,
    commits: u64,
    faults: u64,
    violations: u64,
    bad: u64,
    hash: u64,
    /// Standard output took nothing more, other than because its reader has gone.
    lost: bool,
}

impl Told {
    fn new(next: u64) -> Self {
        let (campaigns, polls, commits, faults, violations, bad) = (0, 0, 0, 0, 0, 0);
        let (early, hash, lost) = (BTreeMap::new(), 0xcbf2_9ce4_8422_2325, false);
        Self { next, early, campaigns, polls, commits, faults, violations, bad, hash, lost }
    }

    fn add(&mut self, report: Report) {
        self.early.insert(report.seed, report);
        while let Some(report) = self.early.remove(&self.next) {
            self.next = self.next.wrapping_add(1);
            let broken = report.violations.len() as u64;
            self.campaigns += 1;
            self.polls += report.polls;
            self.commits += report.counts.commits;
            self.faults += report.faults();
            self.violations += broken;
            self.bad += u64::from(broken > 0);
            for byte in report.hash.to_be_bytes() {
                self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
            self.print(&lines(&report));
        }
    }

    /// A reader that has gone away ends the printing, not the drill.
    fn print(&mut self, text: &str) {
        let mut out = io::stdout().lock();
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            self.lost |= error.kind() != io::ErrorKind::BrokenPipe;
        }
    }
}

fn lines(report: &Report) -> String {
    let indented = report.lines.iter().map(|line| format!("  {line}\n"));
    let violations = report.violations.iter().map(|violation| format!("  {violation}\n"));
    let Report { seed, polls, hash, .. } = report;
    let (commits, faults, broken) = (report.counts.commits, report.faults(), report.violations.len());
    let end = format!(
        "seed {seed}: {polls} steps, {commits} commits, {faults} faults, {broken} violations, trace {hash:016x}\n"
    );
    indented.chain(violations).chain([end]).collect()
}

fn main() -> ExitCode {
    let options = Options::parse();
    let size = Size { hosts: options.hosts, vms: options.vms, steps: options.steps, trace: options.trace };
    let seeds = options.range();
    let threads = options.threads.map(usize::from);
    let threads = threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    let (played, began) = (AtomicU64::new(0), std::time::Instant::now());
    let told = Mutex::new(Told::new(*seeds.start()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let nth = played.fetch_add(1, Ordering::Relaxed);
                    let Some(seed) = seeds.start().checked_add(nth).filter(|seed| seeds.contains(seed)) else { return };
                    let report = play(seed, size, options.store);
                    told.lock().unwrap_or_else(|e| e.into_inner()).add(report);
                }
            });
        }
    });
    let mut told = told.into_inner().unwrap_or_else(|e| e.into_inner());
    let Told { campaigns, polls, commits, faults, violations, bad, hash, .. } = told;
    let seconds = began.elapsed().as_secs_f64();
    told.print(&format!(
        "{campaigns} campaigns, {polls} steps, {commits} commits, {faults} faults, {violations} violations in {bad} \
         campaigns, traces {hash:016x}, {seconds:.1} s\n"
    ));
    if told.lost {
        let _gone = writeln!(io::stderr(), "drill: standard output takes nothing more");
    }
    if bad == 0 && !told.lost { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

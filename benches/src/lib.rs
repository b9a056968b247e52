//! What the benchmarks here measure with.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

/// CPU time this program's first thread has used, so that a neighbour on the same cores does not count.
///
/// Linux tells it in `/proc/self/schedstat`, a few milliseconds behind; elsewhere it is wall time. Measure for at least
/// 200 ms, on the first thread.
#[must_use]
pub fn cpu_time() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let stat = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanos = stat.and_then(|stat| stat.split_whitespace().next()?.parse().ok());
    nanos.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

/// CPU time of all threads of this program, so that a neighbour on the same cores does not count.
#[must_use]
pub fn process_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The middle of some figures, the upper of two middles; 0 of none.
#[must_use]
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// Units of work per CPU second: the median of `runs` runs of at least 200 ms. `work` does some units and says how many.
pub fn rate(runs: usize, mut work: impl FnMut() -> u64) -> f64 {
    let run = |_| {
        let (start, mut units) = (cpu_time(), 0);
        loop {
            units += work();
            let used = cpu_time().saturating_sub(start);
            if used >= Duration::from_millis(200) {
                return units as f64 / used.as_secs_f64();
            }
        }
    };
    median((0..runs).map(run).collect())
}

//! Figures in the text form of Prometheus.

use cloudstack_client::catalogue::{Answer, Command};
use cloudstack_core::Cloud;
use cloudstack_core::model::infra::HostStatus;
use cloudstack_core::model::job::JobState;
use cloudstack_core::model::vm::VmState;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What kind of command was asked for. The names of 389 commands times every status would be too many figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    List,
    Change,
    Job,
    Session,
    Other,
}

impl Class {
    const ALL: [Self; 5] = [Self::List, Self::Change, Self::Job, Self::Session, Self::Other];

    pub(crate) fn of(command: Option<&Command>) -> Self {
        match command {
            None => Self::Other,
            Some(row) if matches!(row.name, "login" | "logout") => Self::Session,
            Some(row) if row.answer.is_async() => Self::Job,
            Some(row) if matches!(row.answer, Answer::List) => Self::List,
            Some(_) => Self::Change,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Change => "change",
            Self::Job => "job",
            Self::Session => "session",
            Self::Other => "other",
        }
    }
}

/// The statuses that are counted each by itself; the last stands for all others.
const STATUSES: [u16; 21] =
    [200, 400, 401, 403, 405, 408, 413, 429, 430, 431, 432, 503, 530, 531, 532, 533, 534, 535, 536, 537, 0];
/// Upper ends of the bars, in microseconds.
const BARS: [u64; 12] = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 2_000_000, 10_000_000];

#[derive(Debug, Default)]
struct Lane {
    statuses: [AtomicU64; STATUSES.len()],
    bars: [AtomicU64; BARS.len()],
    micros: AtomicU64,
}

/// What was answered since the start.
#[derive(Debug)]
pub(crate) struct Metrics {
    lanes: [Lane; Class::ALL.len()],
    since: Instant,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { lanes: Default::default(), since: Instant::now() }
    }
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn count(&self, class: Class, status: u16, took: Duration) {
        let lane = &self.lanes[class as usize];
        let at = STATUSES.iter().position(|s| *s == status).unwrap_or(STATUSES.len() - 1);
        lane.statuses[at].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        lane.micros.fetch_add(micros, Ordering::Relaxed);
        // What takes longer than the last bar is in the total alone.
        if let Some(bar) = BARS.iter().position(|end| micros <= *end) {
            lane.bars[bar].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Everything, as text.
    pub(crate) fn render(&self, cloud: &Cloud) -> String {
        let mut out = String::with_capacity(8 << 10);
        self.requests(&mut out);
        inventory(cloud, &mut out);
        let up = self.since.elapsed().as_secs_f64();
        one(&mut out, "cloudstack_uptime_seconds", "gauge", "Time since the start.", up);
        out
    }

    fn requests(&self, out: &mut String) {
        head(out, "cloudstack_requests_total", "counter", "Requests answered, by kind of command and HTTP status.");
        for (class, lane) in Class::ALL.iter().zip(&self.lanes) {
            for (status, count) in STATUSES.iter().zip(&lane.statuses) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let status = if *status == 0 { "other".to_owned() } else { status.to_string() };
                    line(out, "cloudstack_requests_total", &[("class", class.name()), ("status", &status)], count);
                }
            }
        }
        let name = "cloudstack_request_duration_seconds";
        head(out, name, "histogram", "Time from a request's head to its answer, without sending that.");
        for (class, lane) in Class::ALL.iter().zip(&self.lanes) {
            let mut below = 0;
            for (end, bar) in BARS.iter().zip(&lane.bars) {
                below += bar.load(Ordering::Relaxed);
                let end = format!("{}", *end as f64 / 1e6);
                line(out, &format!("{name}_bucket"), &[("class", class.name()), ("le", &end)], below);
            }
            // Counts go up while they are read: the total must not be below a bar.
            let all = lane.statuses.iter().map(|s| s.load(Ordering::Relaxed)).sum::<u64>().max(below);
            line(out, &format!("{name}_bucket"), &[("class", class.name()), ("le", "+Inf")], all);
            let seconds = lane.micros.load(Ordering::Relaxed) as f64 / 1e6;
            line(out, &format!("{name}_sum"), &[("class", class.name())], seconds);
            line(out, &format!("{name}_count"), &[("class", class.name())], all);
        }
    }
}

/// What the cloud consists of, and how it does.
fn inventory(cloud: &Cloud, out: &mut String) {
    let view = cloud.view();
    let name = "cloudstack_virtual_machines";
    head(out, name, "gauge", "Virtual machines, by state.");
    states(out, name, VmState::ALL.iter().map(|s| s.as_str()), view.vms().iter().map(|vm| vm.state.as_str()));
    let name = "cloudstack_hosts";
    head(out, name, "gauge", "Hosts, by whether they can be reached.");
    states(out, name, HostStatus::ALL.iter().map(|s| s.as_str()), view.hosts().iter().map(|h| h.status.as_str()));
    let name = "cloudstack_jobs";
    head(out, name, "gauge", "Jobs that are kept, by state.");
    states(out, name, JobState::ALL.iter().map(|s| s.as_str()), view.jobs().iter().map(|j| j.state.as_str()));
    let commits = view.number() as f64;
    one(out, "cloudstack_commits_total", "counter", "Commits since the cloud was begun.", commits);
    let refused = u8::from(cloud.store_refusal().is_some());
    one(out, "cloudstack_store_refuses", "gauge", "1 while the store takes no changes.", f64::from(refused));
}

/// How many there are in each state, those without any included.
fn states<'a>(
    out: &mut String,
    name: &str,
    all: impl Iterator<Item = &'static str>,
    rows: impl Iterator<Item = &'a str>,
) {
    let mut counts: BTreeMap<&str, u64> = all.map(|state| (state, 0)).collect();
    for state in rows {
        *counts.entry(state).or_default() += 1;
    }
    for (state, count) in counts {
        line(out, name, &[("state", state)], count);
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn one(out: &mut String, name: &str, kind: &str, help: &str, value: f64) {
    head(out, name, kind, help);
    line(out, name, &[], value);
}

/// One figure. Names and values of labels come from this program alone, so that nothing needs escaping.
fn line(out: &mut String, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
    out.push_str(name);
    for (at, (label, text)) in labels.iter().enumerate() {
        let _ = write!(out, "{}{label}=\"{text}\"", if at == 0 { '{' } else { ',' });
    }
    let _ = writeln!(out, "{} {value}", if labels.is_empty() { "" } else { "}" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_add_up_and_odd_statuses_are_counted() {
        let metrics = Metrics::default();
        for (status, micros) in [(200, 80), (200, 90), (431, 300), (599, 20_000_000)] {
            metrics.count(Class::List, status, Duration::from_micros(micros));
        }
        let mut text = String::new();
        metrics.requests(&mut text);
        for line in [
            "cloudstack_requests_total{class=\"list\",status=\"200\"} 2",
            "cloudstack_requests_total{class=\"list\",status=\"other\"} 1",
            "cloudstack_request_duration_seconds_bucket{class=\"list\",le=\"0.0001\"} 2",
            "cloudstack_request_duration_seconds_bucket{class=\"list\",le=\"0.0005\"} 3",
            "cloudstack_request_duration_seconds_bucket{class=\"list\",le=\"10\"} 3",
            "cloudstack_request_duration_seconds_bucket{class=\"list\",le=\"+Inf\"} 4",
            "cloudstack_request_duration_seconds_count{class=\"list\"} 4",
            "cloudstack_request_duration_seconds_count{class=\"job\"} 0",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
    }
}

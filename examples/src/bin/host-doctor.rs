//! Looks at hosts, and prints what they need before they join a cloud.
//!
//! `host-doctor` looks at this machine; `host-doctor --by "ssh root@kvm1" --by "ssh root@kvm2"` at others, and at what they have in
//! common. Nothing is changed. The exit code says whether all of them may join.

use clap::Parser;
use cloudstack_core::base::id::{EntityId as _, HostId};
use cloudstack_core::port::driver::HostTarget;
use cloudstack_drivers::host_doctor::{Finding, HostState, Outcome, Wanted, compare, examine, gather};
use cloudstack_drivers::hosts::LocalHosts;
use std::{error::Error, process::ExitCode};

/// Checks hosts for a cloud.
#[derive(Debug, Parser)]
struct Arguments {
    /// What is put before commands so that they run on a host, such as `ssh root@kvm1`. Without one, this machine is looked at.
    #[arg(long)]
    by: Vec<String>,
    /// The hosts run containers.
    #[arg(long)]
    lxc: bool,
    /// Their networks are Open vSwitch's.
    #[arg(long)]
    openvswitch: bool,
    /// They are management servers too.
    #[arg(long)]
    management: bool,
    /// A bridge that they need, as a traffic label names it; cloudbr0 and cloudbr1 by default.
    #[arg(long)]
    bridge: Vec<String>,
}

impl Arguments {
    fn wanted(&self) -> Wanted {
        let usual = if self.lxc { Wanted::lxc() } else { Wanted::kvm() };
        let named = self.bridge.iter().cloned().collect();
        let bridges = if self.bridge.is_empty() { usual.bridges.clone() } else { named };
        Wanted { openvswitch: self.openvswitch, management: self.management, bridges, ..usual }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse();
    let folder = std::env::temp_dir();
    let mut hosts = LocalHosts::new(folder);
    let mut names = Vec::new();
    for by in &arguments.by {
        hosts = hosts.with(by, by.split_whitespace());
        names.push(by.as_str());
    }
    if names.is_empty() {
        hosts = hosts.with("this machine", []);
        names.push("this machine");
    }
    let wanted = arguments.wanted();
    let mut states: Vec<(&str, HostState)> = Vec::new();
    let mut worst = Outcome::Well;
    for (number, name) in (1..).zip(names) {
        // Programs are run by the words above; the address plays no part in it.
        let target =
            HostTarget { id: HostId::from_u128(number), name: name.to_owned(), address: [127, 0, 0, 1].into() };
        let state = gather(&hosts, &target).await?;
        worst = worst.max(show(name, &examine(&state, &wanted)));
        states.push((name, state));
    }
    if states.len() > 1 {
        let pairs: Vec<(&str, &HostState)> = states.iter().map(|(name, state)| (*name, state)).collect();
        worst = worst.max(show("all of them", &compare(&pairs)));
    }
    Ok(if worst == Outcome::Wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Prints what was found; gives the worst of it.
fn show(name: &str, findings: &[Finding]) -> Outcome {
    println!("{name}");
    for finding in findings {
        let mark = match finding.outcome {
            Outcome::Well => "ok",
            Outcome::Doubtful => "doubtful",
            Outcome::Wrong => "WRONG",
        };
        println!("  {mark:8}  {:30}  {:28}  {}", finding.what, finding.rows, finding.seen);
        if !finding.remedy.is_empty() {
            println!("  {:8}  -> {}", "", finding.remedy);
        }
    }
    findings.iter().map(|finding| finding.outcome).max().unwrap_or(Outcome::Well)
}

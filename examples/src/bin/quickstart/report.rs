//! What is told: chapters for people, one JSON object for programs.

use crate::Failure;
use crate::build::Site;
use crate::plan::{Checked, plural};
use crate::what_if::Refused;
use cloudstack_core::base::Error;
use cloudstack_core::ledger::View;
use cloudstack_core::model::vm::VmState;
use cloudstack_core::plan::draw::{Gauge, HostView, Topology, Unit};
use cloudstack_core::plan::lint::{Finding, Severity};
use cloudstack_core::plan::site::SitePlan;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Columns of a line.
const WIDTH: usize = 100;

/// Chapters for people; says nothing if they are for nobody.
pub(crate) struct Out {
    on: bool,
}

impl Out {
    pub(crate) fn new(on: bool) -> Self {
        Self { on }
    }

    fn line(&self, text: impl Display) {
        if self.on {
            print(&format!("{text}\n"));
        }
    }

    fn title(&self, text: impl Display) {
        self.line(format_args!("\n{text}"));
    }

    /// A paragraph, broken at words.
    fn say(&self, indent: &str, text: &str) {
        wrap(indent, text).iter().for_each(|line| self.line(line));
    }

    pub(crate) fn plan(&self, checked: &Checked) {
        self.line(format_args!("The plan {}, from {}", checked.plan.name, plainly(&checked.file)));
        self.title(format_args!("What is wrong with it as written: {}", counts(&checked.findings)));
        checked.findings.iter().for_each(|finding| self.finding(finding));
        if !checked.applied.is_empty() {
            self.title(format_args!("Corrected: {}", plural(checked.applied.len(), "finding")));
            for Finding { id, place, suggestion, .. } in &checked.applied {
                let text = suggestion.as_ref().map_or("", |s| s.text.as_str());
                self.say("   ", &format!("{id:<8} {place}: {text}"));
            }
        }
    }

    fn finding(&self, finding: &Finding) {
        self.line(format_args!("   {:<8} {:<8} {}", finding.severity, finding.id, finding.place));
        self.say("            ", &finding.message);
    }

    pub(crate) fn cloud(&self, site: &Site, plan: &SitePlan) {
        let kinds: BTreeSet<&str> = plan.clusters().map(|(_, _, cluster)| cluster.hypervisor.as_str()).collect();
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(" and ");
        self.title("The cloud");
        self.say("   ", &format!("database  {} (SQLite)", site.database.display()));
        self.say("   ", &format!("hosts     simulated, standing in for {kinds}; {}", site.state.display()));
        let view = site.cloud.view();
        if !view.vms().is_empty() {
            let jobs = view.jobs().iter().filter(|job| job.finished.is_none()).count();
            let (hosts, vms) = (plural(view.hosts().len(), "host"), plural(view.vms().len(), "machine"));
            self.say("   ", &format!("found     {hosts}, {vms}, {} under way", plural(jobs, "job")));
        }
    }

    pub(crate) fn machines(&self, site: &Site, made: usize) {
        let view = site.cloud.view();
        let Used { addresses, macs, running, .. } = used(&view);
        let (pools, templates) = (view.pools().len(), view.templates().len());
        self.title("Machines");
        let there = [plural(view.hosts().len(), "host"), plural(pools, "pool"), plural(templates, "template")];
        let groups = plural(view.security_groups().len(), "security group");
        self.say("   ", &format!("{}, {groups}", there.join(", ")));
        self.say("   ", &format!("{running} of {} run; {made} made now", plural(view.vms().len(), "machine")));
        let interfaces = plural(view.nics().len(), "interface");
        self.say("   ", &format!("{interfaces}: {addresses} different addresses, {macs} different hardware addresses"));
        let (guests, wrong) = (site.world.running(), site.world.violations().len());
        let wrong = if wrong == 0 { "none".to_owned() } else { wrong.to_string() };
        let wrong = format!("{wrong} in two places, on a missing disk or with another's address");
        self.say("   ", &format!("seen by the hosts: {} running, {wrong}", plural(guests, "guest")));
    }

    pub(crate) fn hosts(&self, site: &Site, topology: &Topology) {
        let view = site.cloud.view();
        let mut rows = vec![["Host", "Address", "State", "VMs", "Processor", "", "Memory", ""].map(str::to_owned)];
        for host in hosts(topology) {
            let row = view.hosts().iter().find(|row| row.name.as_str() == host.name);
            let address = row.map(|row| row.address.to_string()).unwrap_or_default();
            let state = row.map(|row| row.status.to_string()).unwrap_or_default();
            let (cpu, ram) = (amount(host.cpu), amount(host.ram));
            let vms = host.vms.to_string();
            rows.push([host.name.clone(), address, state, vms, cpu, share(host.cpu), ram, share(host.ram)]);
        }
        self.title("Hosts");
        self.table(&rows, &[3, 4, 5, 6, 7]);
    }

    pub(crate) fn addresses(&self, topology: &Topology) {
        let mut rows = vec![["Addresses", "For", "VLAN", "Used", "Of"].map(str::to_owned)];
        for (zone, network) in topology.zones.iter().flat_map(|z| z.networks.iter().map(move |n| (z, n))) {
            let what = format!("{}, {} ({})", network.purpose, network.name, zone.name);
            let vlan = network.vlan.clone().unwrap_or_else(|| "untagged".to_owned());
            let (used, total) = (network.addresses.used.to_string(), network.addresses.total.to_string());
            rows.push([network.subnet.clone(), what, vlan, used, total]);
        }
        self.title("Addresses and VLANs");
        self.table(&rows, &[3, 4]);
    }

    pub(crate) fn picture(&self, file: &Path) {
        self.title(format_args!("Picture: {}", file.display()));
    }

    pub(crate) fn refused(&self, refused: Option<&Refused>) {
        let Some(Refused { demand, hosts, change, fits_on }) = refused else { return };
        let (cores, speed, ram) = (demand.cores, demand.speed, amount_of(demand.ram.0, Unit::Mib));
        self.title(format_args!("One more machine, of {cores} cores of {speed} and {ram}, fits nowhere:"));
        let width = hosts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, lacks) in hosts {
            let mut name = format!("{name:<width$}");
            for lack in lacks {
                self.say("   ", &format!("{name}  {lack}"));
                name = " ".repeat(width);
            }
        }
        self.say("   ", &format!("The smallest change: {change}."));
        self.say("   ", &format!("Tried on a copy of the fleet: it fits, on {fits_on}."));
    }

    pub(crate) fn end(&self, summary: &Summary<'_>) {
        if !self.on {
            return print(&format!("{}\n", summary.to_json()));
        }
        let (made, seconds) = (summary.deployed, summary.elapsed.as_secs_f64());
        let changed = match summary.site.cloud.view().number() == summary.site.found {
            true => "everything was there; nothing was changed".to_owned(),
            false => format!("{} made", plural(made, "machine")),
        };
        self.title(format_args!("Done in {seconds:.2} s: {changed}."));
    }

    /// Columns as wide as their widest cell; those named are set to the right.
    fn table<const N: usize>(&self, rows: &[[String; N]], right: &[usize]) {
        let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
        for row in rows {
            let cell = |(at, text): (usize, &String)| match right.contains(&at) {
                true => format!("{text:>0$}", width(at)),
                false => format!("{text:<0$}", width(at)),
            };
            let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
            self.line(format_args!("   {}", cells.join("  ").trim_end()));
        }
    }
}

/// All that is told at the end.
pub(crate) struct Summary<'a> {
    pub(crate) checked: &'a Checked,
    pub(crate) site: &'a Site,
    pub(crate) topology: &'a Topology,
    pub(crate) deployed: usize,
    pub(crate) refused: Option<&'a Refused>,
    pub(crate) picture: &'a Path,
    pub(crate) elapsed: Duration,
}

impl Summary<'_> {
    fn to_json(&self) -> Value {
        let Self { checked, site, topology, .. } = self;
        let view = site.cloud.view();
        let Used { addresses, macs, vlans, running } = used(&view);
        let host = |host: &HostView| {
            let row = view.hosts().iter().find(|row| row.name.as_str() == host.name);
            json!({
                "name": host.name, "address": row.map(|r| r.address), "state": row.map(|r| r.status), "vms": host.vms,
                "cpu_mhz": gauge(host.cpu), "ram_mib": gauge(host.ram),
            })
        };
        let refusal = self.refused.map(|refused| {
            let Refused { demand, hosts, change, fits_on } = refused;
            let hosts: Vec<Value> = hosts.iter().map(|(name, lacks)| json!({"host": name, "lacks": lacks})).collect();
            json!({
                "request": {"cores": demand.cores, "speed_mhz": demand.speed, "ram_mib": demand.ram},
                "hosts": hosts, "smallest_change": change, "fits_on": fits_on,
            })
        });
        json!({
            "plan": checked.plan.name, "file": checked.file,
            "findings": checked.findings, "corrected": checked.applied, "remaining": checked.remaining,
            "database": site.database.display().to_string(), "hosts_file": site.state.display().to_string(),
            "picture": self.picture.display().to_string(),
            "hosts": hosts(topology).map(host).collect::<Vec<_>>(),
            "networks": topology.zones.iter().flat_map(|zone| &zone.networks).map(|n| json!({
                "name": n.name, "purpose": n.purpose, "addresses": n.subnet, "vlan": n.vlan,
                "used": n.addresses.used, "total": n.addresses.total,
            })).collect::<Vec<_>>(),
            "vms_planned": checked.plan.vm_groups.iter().map(|group| u64::from(group.count)).sum::<u64>(),
            "vms_running": running, "vms_deployed": self.deployed, "interfaces": view.nics().len(),
            "addresses_used": addresses, "macs_used": macs, "vlans_used": vlans,
            "guests_running": site.world.running(), "guests_wrong": site.world.violations().len(),
            "commits": view.number(), "changed": view.number() != site.found,
            "refusal": refusal,
            "elapsed_ms": u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// Says on standard error why it ended early; for programs, the same as an object.
pub(crate) fn failure(failure: &Failure, as_json: bool) {
    let Failure { error, findings } = failure;
    let mut text = format!("quickstart: {}\n", error.public());
    for finding in findings {
        text += &format!("   {} {}: {}\n", finding.id, finding.place, finding.message);
        if let Some(suggestion) = &finding.suggestion {
            text += &format!("      -> {}\n", suggestion.text);
        }
    }
    let detail = error.admin_detail().filter(|detail| Some(*detail) != error.advice());
    text.extend(detail.map(|detail| format!("   why: {detail}\n")));
    text.extend(error.advice().map(|advice| format!("   remedy: {advice}\n")));
    let _gone = std::io::stderr().lock().write_all(plainly(&text).as_bytes());
    if as_json {
        let error = json!({
            "kind": error.kind(), "message": error.public(), "detail": error.admin_detail(),
            "on": error.entity(), "remedy": error.advice(), "findings": findings,
        });
        print(&format!("{}\n", json!({ "error": error })));
    }
}

/// What machines hold, counted without repetition.
struct Used {
    addresses: usize,
    macs: usize,
    vlans: usize,
    running: usize,
}

fn used(view: &View) -> Used {
    let addresses: BTreeSet<_> = view.nics().iter().filter_map(|n| n.ip4.map(|ip| (n.network, ip))).collect();
    let macs: BTreeSet<_> = view.nics().iter().map(|nic| nic.mac).collect();
    let running = view.vms().iter().filter(|vm| vm.state == VmState::Running).count();
    Used { addresses: addresses.len(), macs: macs.len(), vlans: view.vlans().len(), running }
}

fn hosts(topology: &Topology) -> impl Iterator<Item = &HostView> {
    let clusters = topology.zones.iter().flat_map(|zone| &zone.pods).flat_map(|pod| &pod.clusters);
    clusters.flat_map(|cluster| &cluster.hosts)
}

fn gauge(gauge: Gauge) -> Value {
    json!({"used": gauge.used, "total": gauge.total})
}

fn amount(gauge: Gauge) -> String {
    let (used, total) = (amount_of(gauge.used, gauge.unit), amount_of(gauge.total, gauge.unit));
    let used = used.split(' ').next().unwrap_or_default();
    format!("{used} of {total}")
}

fn amount_of(number: u64, unit: Unit) -> String {
    let (size, name) = match unit {
        Unit::Mhz => (1_000.0, "GHz"),
        Unit::Mib => (1_024.0, "GiB"),
        Unit::Bytes => (1e9, "GB"),
        Unit::Count => return number.to_string(),
    };
    format!("{:.1} {name}", number as f64 / size)
}

fn share(gauge: Gauge) -> String {
    (u128::from(gauge.used) * 100).checked_div(gauge.total.into()).map_or_else(String::new, |n| format!("{n} %"))
}

fn counts(findings: &[Finding]) -> String {
    let of = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let (errors, warnings) = (plural(of(Severity::Error), "error"), plural(of(Severity::Warning), "warning"));
    format!("{errors}, {warnings}, {} to consider", of(Severity::Advice))
}

fn wrap(indent: &str, text: &str) -> Vec<String> {
    let mut lines = vec![indent.to_owned()];
    // Further lines stand below the text of the first, not below its indent.
    let hang = text.find("  ").map_or(0, |gap| text[gap..].find(|c| c != ' ').map_or(0, |more| gap + more));
    let next = format!("{indent}{}", " ".repeat(hang));
    for word in text.split_inclusive(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.chars().count() + word.trim_end().chars().count() > WIDTH && !line.trim().is_empty() {
            lines.push(next.clone());
        }
        lines.last_mut().expect("there is always a line").push_str(word);
    }
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    lines
}

/// A text without what a terminal would obey.
fn plainly(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { c.escape_debug().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// That standard output did not take something, other than because its reader has gone away.
static LOST: AtomicBool = AtomicBool::new(false);

/// Prints on standard output; a reader that has gone away, such as `head`, is no reason to stop building.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        LOST.fetch_or(error.kind() != ErrorKind::BrokenPipe, Ordering::Relaxed);
    }
}

/// Refuses to call it a success if the reader of standard output did not get all of it.
pub(crate) fn was_told() -> Result<(), Error> {
    match LOST.load(Ordering::Relaxed) {
        false => Ok(()),
        true => Err(Error::new(cloudstack_core::base::ErrorKind::Unavailable, "standard output takes nothing more")
            .on("standard output")
            .remedy("everything is built; run it again where its output has room")),
    }
}

//! People and machines in; hosts, pods, an IP and a VLAN plan, and what is wrong with them, out.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, ValueEnum};
use cloudstack_core::plan::{
    draw::{Topology, svg},
    lint::{Correction, Finding, Severity, Sheets, correct, lint, rules},
    site::{
        Disk, HostShape, Ram, Ratio, SitePlan, SizeRequest, Sizing, Speed, Subnet, VmShape, ZoneKind,
        layout::VLAN_PLAN, layout::address_table, size,
    },
};

/// Plan a site from people and machines, or check the plan of one.
#[derive(Debug, Parser)]
#[command(
    name = "plan-site",
    version,
    after_help = "\
Examples:
  plan-site --people 50                              hosts, addresses and VLANs for 50 people
  plan-site --people 50 --hosts 7 --host-ram 64GiB   do these seven servers do?
  plan-site --people 400 --zone advanced --public 203.0.113.0/24
  plan-site --people 50 --format toml --out my.toml  the plan as a file, to change and to build
  plan-site --people 50 --format svg --out my.svg    a picture of it
  plan-site --check examples/clouds/dev-team.toml    what is wrong with a plan
  plan-site --check my.toml --correct --format toml  the plan with every safe correction made
  plan-site --rules                                  what plans are held against

Exit status: 0 the plan has no errors; 1 it has; 2 the input could not be used."
)]
struct Args {
    /// Check this plan file; the options about people and sizes are then not used
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// With --check: make every correction that needs nobody's judgement, and show the plan after them
    #[arg(long, requires = "check")]
    correct: bool,
    /// List the rules that plans are held against
    #[arg(long)]
    rules: bool,
    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write it to this file instead of the terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    site: Site,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Toml,
    Svg,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Zone {
    /// One guest network, machines kept apart by security groups
    Basic,
    /// Networks of their own, kept apart by VLANs
    Advanced,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The site")]
struct Site {
    /// People who will use the cloud
    #[arg(long, default_value_t = 50)]
    people: u32,
    /// Machines of each person
    #[arg(long, default_value_t = 4)]
    vms_per_person: u32,
    /// Cores of one machine
    #[arg(long, default_value_t = 1)]
    vm_cores: u32,
    /// Memory of one machine
    #[arg(long, default_value = "1.5 GiB")]
    vm_ram: String,
    /// Root disk of one machine
    #[arg(long, default_value = "10 GB")]
    vm_disk: String,
    /// Cores of one server
    #[arg(long, default_value_t = 16)]
    host_cores: u32,
    /// Threads of one core
    #[arg(long, default_value_t = 2)]
    threads: u32,
    /// Count threads, not cores, as processors
    #[arg(long)]
    count_threads: bool,
    /// Speed of one core
    #[arg(long, default_value = "2 GHz")]
    host_speed: String,
    /// Memory of one server
    #[arg(long, default_value = "64 GiB")]
    host_ram: String,
    /// Servers there are; as many as needed when not given
    #[arg(long)]
    hosts: Option<u32>,
    /// Hosts beyond those that the machines need, so that one may fail
    #[arg(long, default_value_t = 1)]
    spare: u32,
    /// How many times each core is sold
    #[arg(long, default_value_t = 2.5)]
    cpu_overcommit: f64,
    /// How many times each MiB of memory is sold
    #[arg(long, default_value_t = 1.0)]
    memory_overcommit: f64,
    /// How full a host may be; allocators stop at 0.85
    #[arg(long, default_value_t = 0.85)]
    fill: f64,
    /// Kind of hypervisor
    #[arg(long, default_value = "KVM")]
    hypervisor: String,
    /// Kind of zone
    #[arg(long, value_enum, default_value_t = Zone::Basic)]
    zone: Zone,
    /// Subnet of the first pod; further pods take those after it
    #[arg(long, default_value = "192.168.168.0/24")]
    subnet: String,
    /// Public subnet of an Advanced zone
    #[arg(long)]
    public: Option<String>,
    /// Name of the plan and of its zone
    #[arg(long, default_value = "site")]
    name: String,
}

/// Reads an option's text; the refusal names option, value and what would do.
fn read<T: std::str::FromStr<Err: std::fmt::Display>>(option: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|e| format!("--{option}: {e}"))
}

fn ratio(option: &str, value: f64) -> Result<Ratio, String> {
    match (0.001..=1_000.0).contains(&value) {
        true => Ok(Ratio((value * 1_000.0).round() as u32)),
        false => Err(format!("--{option}: `{value}` is not accepted; expected a ratio between 0.001 and 1000")),
    }
}

impl Site {
    fn request(&self) -> Result<SizeRequest, String> {
        let vm = VmShape {
            cores: self.vm_cores,
            ram: read::<Ram>("vm-ram", &self.vm_ram)?,
            disk: read::<Disk>("vm-disk", &self.vm_disk)?,
        };
        let host = HostShape {
            cores: self.host_cores,
            threads_per_core: self.threads,
            count_threads: self.count_threads,
            speed: read::<Speed>("host-speed", &self.host_speed)?,
            ram: read::<Ram>("host-ram", &self.host_ram)?,
            disks: vec![],
        };
        let sheets = Sheets::shipped();
        let known: Vec<&str> = sheets.0.keys().map(String::as_str).collect();
        let sheet = sheets.get(&self.hypervisor).ok_or_else(|| {
            format!("--hypervisor: `{}` is not accepted; expected one of {}", self.hypervisor, known.join(", "))
        })?;
        let public = self.public.as_deref().map(|text| read::<Subnet>("public", text)).transpose()?;
        Ok(SizeRequest {
            kind: match self.zone {
                Zone::Basic => ZoneKind::Basic,
                Zone::Advanced => ZoneKind::Advanced,
            },
            hypervisor: self.hypervisor.clone(),
            hosts_per_cluster: sheet.max_hosts,
            least_system: if sheet.link_local { 0 } else { 255 },
            template_format: sheet.formats.first().cloned().unwrap_or_default(),
            cpu_overcommit: ratio("cpu-overcommit", self.cpu_overcommit)?,
            memory_overcommit: ratio("memory-overcommit", self.memory_overcommit)?,
            fill: ratio("fill", self.fill)?,
            spare_hosts: self.spare,
            hosts: self.hosts,
            subnet: read("subnet", &self.subnet)?,
            public,
            ..SizeRequest::new(&self.name, self.people, self.vms_per_person, vm, host)
        })
    }
}

/// A plan with what is to be said about it.
struct Outcome {
    plan: SitePlan,
    sizing: Option<Sizing>,
    applied: Vec<Finding>,
    findings: Vec<Finding>,
}

fn outcome(args: &Args) -> Result<Outcome, String> {
    let Some(file) = &args.check else {
        let sizing = size(&args.site.request()?).map_err(|e| e.to_string())?;
        let (plan, findings) = (sizing.plan.clone(), lint(&sizing.plan));
        return Ok(Outcome { plan, sizing: Some(sizing), applied: vec![], findings });
    };
    let shown = file.display();
    let text = read_file(file).map_err(|e| format!("{shown}: {e}; give a plan file that can be read"))?;
    let plan = SitePlan::from_toml(&text).map_err(|e| format!("{shown}: {e}"))?;
    if args.correct {
        let Correction { plan, applied, remaining } = correct(&plan);
        return Ok(Outcome { plan, sizing: None, applied, findings: remaining });
    }
    let findings = lint(&plan);
    Ok(Outcome { plan, sizing: None, applied: vec![], findings })
}

/// Reads no more than a plan may be long, lest a device that never ends is read.
fn read_file(file: &Path) -> io::Result<String> {
    let most = u64::try_from(SitePlan::LONGEST).unwrap_or(u64::MAX).saturating_add(1);
    let mut text = Vec::new();
    File::open(file)?.take(most).read_to_end(&mut text)?;
    String::from_utf8(text).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

fn text(outcome: &Outcome) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("writing into a text does not fail");
    line(format_args!("Site {}", outcome.plan.name));
    if let Some(sizing) = &outcome.sizing {
        line(format_args!("\nHosts"));
        sizing.verdicts.iter().for_each(|verdict| line(format_args!("  {verdict}")));
        let (pods, clusters) = (counted(sizing.pods, "pod"), counted(sizing.clusters, "cluster"));
        line(format_args!("  {} in {clusters} and {pods}", counted(sizing.hosts, "host")));
    }
    line(format_args!("\nAddresses"));
    for row in address_table(&outcome.plan) {
        line(format_args!("  {:<34} {:>6}  {}", row.addresses.to_string(), row.addresses.count(), row.purpose));
    }
    line(format_args!("\nVLANs"));
    let tagged = outcome.plan.zones.iter().any(|zone| zone.kind == ZoneKind::Advanced);
    match tagged {
        true => {
            VLAN_PLAN.iter().for_each(|class| line(format_args!("  {:<10} {}", class.ids.to_string(), class.purpose)))
        }
        false => line(format_args!("  none: a Basic zone is one untagged network")),
    }
    if !outcome.applied.is_empty() {
        line(format_args!("\nCorrected"));
        outcome.applied.iter().for_each(|finding| show(&mut line, finding));
    }
    line(format_args!("\nFindings"));
    if outcome.findings.is_empty() {
        line(format_args!("  none"));
    }
    outcome.findings.iter().for_each(|finding| show(&mut line, finding));
    out
}

fn show(line: &mut impl FnMut(std::fmt::Arguments<'_>), finding: &Finding) {
    line(format_args!("  {:<8} {:<8} {}", finding.severity, finding.id, finding.place));
    line(format_args!("           {}", finding.message));
    if let Some(suggestion) = &finding.suggestion {
        line(format_args!("           -> {}", suggestion.text));
    }
}

fn counted(n: u32, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

fn json(outcome: &Outcome) -> Result<String, String> {
    let value = serde_json::json!({
        "plan": outcome.plan,
        "sizing": outcome.sizing.as_ref().map(|s| serde_json::json!({
            "vms": s.vms, "vm_cores": s.vm_cores, "vm_ram": s.vm_ram, "vms_per_host": s.vms_per_host,
            "hosts_needed": s.hosts_needed, "hosts": s.hosts, "host_cores": s.host_cores, "host_threads": s.host_threads,
            "host_ram": s.host_ram, "cpu_ratio": s.cpu_ratio, "memory_percent": s.memory_percent,
            "clusters": s.clusters, "pods": s.pods, "verdicts": s.verdicts,
        })),
        "addresses": address_table(&outcome.plan),
        "vlans": VLAN_PLAN,
        "corrected": outcome.applied,
        "findings": outcome.findings,
    });
    serde_json::to_string_pretty(&value).map(|text| text + "\n").map_err(|e| e.to_string())
}

fn run(args: &Args) -> Result<bool, String> {
    if args.rules {
        let lines: String = rules().map(|rule| format!("{:<8} {}\n", rule.id, rule.title)).collect();
        return write_out(&lines).map(|()| true);
    }
    let outcome = outcome(args)?;
    let shown = match args.format {
        Format::Text => text(&outcome),
        Format::Toml => outcome.plan.to_toml().map_err(|e| e.to_string())?,
        Format::Svg => svg(&Topology::from_plan(&outcome.plan)),
        Format::Json => json(&outcome)?,
    };
    match &args.out {
        Some(file) => std::fs::write(file, shown)
            .map_err(|e| format!("--out {}: {e}; give a file that can be written", file.display()))?,
        None => write_out(&shown)?,
    }
    let errors = outcome.findings.iter().filter(|f| f.severity == Severity::Error).count();
    // The findings are part of the text and of the JSON; a plan or a picture says nothing about them.
    if errors > 0 && matches!(args.format, Format::Toml | Format::Svg) {
        let count = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
        say(&format!("the plan has {count}; `plan-site --check` shows them"));
    }
    Ok(errors == 0)
}

/// Prints to the terminal; a reader that has gone away, such as `head`, is no error.
fn write_out(text: &str) -> Result<(), String> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(format!("standard output: {e}")),
        _ => Ok(()),
    }
}

/// Says something on standard error; if nobody takes it, the exit status still tells.
fn say(text: &str) {
    let _gone = writeln!(io::stderr().lock(), "plan-site: {text}");
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            say(&error);
            ExitCode::from(2)
        }
    }
}

//! The servers that are measured, each a process of its own, and what is asked of them.

use crate::{Outcome, load};
use axum::{Router, routing::get};
use cloudstack_client::sign::Signer;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A server that runs until this is dropped.
pub(crate) struct Process {
    child: Child,
    /// Kept, so that it can go on printing.
    _out: BufReader<ChildStdout>,
    /// Address and port.
    pub(crate) at: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _status = self.child.wait();
    }
}

impl Process {
    fn spawn(command: &mut Command, label: &str) -> Outcome<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        while !line.starts_with(label) {
            line.clear();
            if out.read_line(&mut line)? == 0 {
                return Err(format!("{:?} ended: {}", command.get_program(), child.wait()?).into());
            }
        }
        let url = line.trim_start_matches(label).trim();
        let at = url.split('/').nth(2).ok_or("no address")?.to_owned();
        Ok(Self { child, _out: out, at })
    }

    /// The least that axum does.
    pub(crate) fn hello() -> Outcome<Self> {
        Self::spawn(Command::new(std::env::current_exe()?).arg("--hello"), "endpoint:")
    }

    /// The management server, on this plan.
    pub(crate) fn management(folder: &Path, plan: &str) -> Outcome<Self> {
        let program = std::env::current_exe()?.with_file_name("management-server");
        if !program.exists() {
            let build = "cargo build --release -p cloudstack-api-examples --bin management-server";
            return Err(format!("{} is missing: {build}", program.display()).into());
        }
        let file = folder.join("plan.toml");
        std::fs::write(&file, plan)?;
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--log-level", "warn", "--plan"]).arg(&file);
        Self::spawn(command.arg("--data").arg(folder.join("data")), "endpoint:")
    }

    /// CPU time of its threads so far.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        let mut nanos = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may have ended since the folder was read.
            let stat = std::fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
            nanos += stat.split_whitespace().next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(Duration::from_nanos(nanos))
    }
}

/// Serves one word. Never returns.
pub(crate) fn hello() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("endpoint: http://{}/", listener.local_addr()?);
        axum::serve(listener, Router::new().route("/", get(|| async { "hello" }))).await?;
        Ok(())
    })
}

/// The admin's keys.
pub(crate) struct Signed {
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl Signed {
    pub(crate) fn read(folder: &Path) -> Outcome<Self> {
        let text = std::fs::read_to_string(folder.join("data/cloudstack.ini"))?;
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.map(str::to_owned).ok_or_else(|| format!("no {name}"))
        };
        Ok(Self { key: value("key")?, secret: value("secret")? })
    }

    /// What is sent for these parameters.
    pub(crate) fn path(&self, params: &[(&str, &str)]) -> Outcome<String> {
        Ok(format!("/client/api?{}", Signer::new(&self.key, &self.secret).sign(params)?))
    }

    /// The id of the first thing of a list that has this name, or of the first of all.
    fn id(&self, cloud: &Process, params: &[(&str, &str)], name: Option<&str>) -> Outcome<String> {
        let body = load::get(&cloud.at, &self.path(params)?)?;
        let at = match name {
            // A thing that is looked for by its name begins with its id.
            Some(name) => {
                let named = body.find(&format!("\"name\":\"{name}\"")).ok_or_else(|| format!("no {name} in {body}"))?;
                body[..named].rfind("{\"id\":\"").map(|at| at + 1)
            }
            None => body.find("\"id\":\""),
        };
        let id = at.and_then(|at| body.get(at + 6..at + 42)).ok_or_else(|| format!("no id in {body}"))?;
        Ok(id.to_owned())
    }

    pub(crate) fn first_machine(&self, cloud: &Process) -> Outcome<String> {
        self.id(cloud, &[("command", "listVirtualMachines"), ("response", "json")], None)
    }

    /// A deployment of the smallest machine.
    pub(crate) fn deploy(&self, cloud: &Process) -> Outcome<String> {
        let zone = self.id(cloud, &[("command", "listZones"), ("response", "json")], None)?;
        let offerings = [("command", "listServiceOfferings"), ("response", "json")];
        let offering = self.id(cloud, &offerings, Some("bench"))?;
        let templates = [("command", "listTemplates"), ("templatefilter", "all"), ("response", "json")];
        let template = self.id(cloud, &templates, None)?;
        self.path(&[
            ("command", "deployVirtualMachine"),
            ("zoneid", &zone),
            ("serviceofferingid", &offering),
            ("templateid", &template),
            ("response", "json"),
        ])
    }
}

/// A zone of so many clusters of 50 hosts that are never full.
pub(crate) fn site(clusters: usize) -> String {
    let mut text = "name = \"bench\"\n[[compute_offerings]]\nname = \"bench\"\ncores = 1\nspeed = \"500 MHz\"\nram = \"512 MiB\"\n\
         [[templates]]\nname = \"linux\"\nos = \"Other Linux (64-bit)\"\nformat = \"RAW\"\nhypervisor = \"Simulator\"\n\
         size = \"2 GB\"\n[[zones]]\nname = \"z1\"\nkind = \"Basic\"\nsecurity_groups = false\ndns1 = \"10.0.0.1\"\n\
         [[zones.physical_networks]]\nname = \"lan\"\ntraffic = [{ kind = \"Management\" }, { kind = \"Guest\" }]\n\
         [[zones.secondary_storage]]\nname = \"images\"\nprovider = \"NFS\"\nserver = \"10.0.0.2\"\npath = \"/export\"\n\
         capacity = \"100 GB\"\n[[zones.pods]]\nname = \"p1\"\nsubnet = \"10.1.0.0/16\"\ngateway = \"10.1.0.1\"\n\
         system = \"10.1.0.2-9\"\nguest = { addresses = \"10.1.64.0-10.1.255.250\" }\n"
        .to_owned();
    for cluster in 1..=clusters {
        let _ = write!(
            text,
            "[[zones.pods.clusters]]\nname = \"c{cluster}\"\nhypervisor = \"Simulator\"\n[[zones.pods.clusters.hosts]]\n\
             name = \"c{cluster}h##\"\ncount = 50\naddresses = \"10.1.{cluster}.1-50\"\ncores = 64\nspeed = \"4000 MHz\"\n\
             ram = \"1024 GiB\"\n[[zones.pods.clusters.primary_storage]]\nname = \"c{cluster}\"\n\
             protocol = \"NetworkFilesystem\"\nserver = \"10.0.0.2\"\npath = \"/primary/{cluster}\"\ncapacity = \"1000000 TB\"\n"
        );
    }
    text
}

//! What hosts and guests say about themselves.

use super::{
    Inner,
    config::Accelerator,
    guest::{self, Record},
    qmp::{Qmp, QmpError},
};
use crate::hosts::run;
use cloudstack_core::base::{Bytes, Mhz, Mib};
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult, GuestStats, HostFacts, HostTarget};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::PoisonError,
    time::Duration,
};
use tokio::time::timeout;

/// How long a guest of three instructions has to get through its firmware.
const FIRST_STEPS: Duration = Duration::from_secs(10);
/// How the process of that guest ends once it has run: the number it says, doubled and one.
const RAN: i32 = 85;

/// A disk of one sector that says 42 at the port where QEMU takes it for its own end, and halts.
fn boot_sector() -> Vec<u8> {
    let mut sector = vec![0xb0, 42, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd];
    sector.resize(510, 0);
    sector.extend([0x55, 0xaa]);
    sector
}

/// The parts of `/proc/cpuinfo` and `/proc/meminfo` that matter.
fn facts(text: &str) -> HostFacts {
    let values = |key: &str| -> Vec<&str> {
        let of = |line: &'_ str| line.split_once(':').is_some_and(|(name, _)| name.trim() == key);
        text.lines().filter(|line| of(line)).filter_map(|line| line.split_once(':')).map(|(_, v)| v.trim()).collect()
    };
    let number = |text: &&str| text.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    // What the model is sold as stays; what it runs at changes by the second.
    let sold = values("model name").first().and_then(|name| {
        let (_, speed) = name.rsplit_once("@ ")?;
        Some(speed.trim_end_matches("GHz").trim().parse::<f64>().ok()? * 1_000.0)
    });
    let mhz = sold.or_else(|| values("cpu MHz").first().and_then(number)).unwrap_or(1_000.0);
    let kib = values("MemTotal").first().and_then(number).unwrap_or_default();
    HostFacts {
        cores: u32::try_from(values("processor").len()).unwrap_or(u32::MAX),
        speed: Mhz(mhz as _),
        ram: Mib((kib / 1_024.0) as _),
        flags: values("flags").first().map(|all| all.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
        version: String::new(),
        guests: Vec::new(),
    }
}

impl Inner {
    /// A host's facts, without its guests. Read once, since a processor's speed is another one by the second.
    pub(super) async fn facts(&self, host: &HostTarget) -> DriverResult<HostFacts> {
        self.lives(host).await?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&host.name).cloned();
        if let Some(facts) = known {
            return Ok(facts);
        }
        let failed = |text: &str| DriverError::new(DriverErrorKind::Failed, &host.name, text);
        let mut facts = facts(&run(&*self.hosts, host, "cat", &["/proc/cpuinfo", "/proc/meminfo"], "").await?);
        let told = run(&*self.hosts, host, &self.config.program, &["--version"], "").await?;
        let version = told.split_whitespace().skip_while(|word| *word != "version").nth(1);
        facts.version = version.ok_or_else(|| failed("QEMU does not say its version"))?.to_owned();
        facts.flags.insert("hvm".into());
        facts.flags.insert(if self.kvm(host).await? { "kvm" } else { "tcg" }.into());
        if let Some(share) = self.config.shares.get(&host.name) {
            (facts.cores, facts.ram) = (share.cores, share.ram);
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name.clone(), facts.clone());
        Ok(facts)
    }

    /// Whether guests of this host run on its hardware's virtualisation.
    pub(super) async fn kvm(&self, host: &HostTarget) -> DriverResult<bool> {
        match self.config.accelerator {
            Accelerator::Kvm => return Ok(true),
            Accelerator::Tcg => return Ok(false),
            Accelerator::Probe => {}
        }
        let turn = self.turns.on(host, "");
        let _turn = turn.lock().await;
        let known = self.kvm.lock().unwrap_or_else(PoisonError::into_inner).get(&host.name).copied();
        if let Some(kvm) = known {
            return Ok(kvm);
        }
        let kvm = self.runs_with_kvm(host).await?;
        self.kvm.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name.clone(), kvm);
        Ok(kvm)
    }

    /// Starts the smallest of guests. A device that is there and opens does not mean that guests run.
    async fn runs_with_kvm(&self, host: &HostTarget) -> DriverResult<bool> {
        let file = self.hosts.folder(host)?.join("probe.img");
        std::fs::write(&file, boot_sector())
            .map_err(|e| DriverError::new(DriverErrorKind::Failed, &host.name, format!("{}: {e}", file.display())))?;
        let drive = format!("file={},format=raw,if=floppy,readonly=on", file.display());
        let mut command = self.hosts.command(host, &self.config.program)?;
        command
            .args([
                "-machine",
                "pc",
                "-accel",
                "kvm",
                "-m",
                "16M",
                "-display",
                "none",
                "-no-user-config",
                "-nodefaults",
            ])
            .args(["-boot", "a", "-drive", &drive, "-device", "isa-debug-exit,iobase=0xf4,iosize=1", "-no-reboot"])
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true);
        let ended = match command.spawn() {
            // Too late is as bad as never; the process goes with the call.
            Ok(mut child) => timeout(FIRST_STEPS, child.wait()).await,
            Err(_) => return Ok(false),
        };
        let _gone = std::fs::remove_file(&file);
        Ok(matches!(ended, Ok(Ok(status)) if status.code() == Some(RAN)))
    }

    /// Bytes that the host's interfaces received and sent, by name.
    pub(super) async fn counters(&self, host: &HostTarget) -> DriverResult<BTreeMap<String, (u64, u64)>> {
        let text = run(&*self.hosts, host, "ip", &["-json", "-statistics", "link", "show"], "").await?;
        let links: Vec<Value> = serde_json::from_str(&text).map_err(|e| {
            DriverError::new(DriverErrorKind::Failed, &host.name, format!("the links of the host cannot be read: {e}"))
        })?;
        let count = |link: &Value, way: &str| link["stats64"][way]["bytes"].as_u64().unwrap_or_default();
        let named = |link: &Value| {
            link["ifname"].as_str().map(|name| (name.to_owned(), (count(link, "rx"), count(link, "tx"))))
        };
        Ok(links.iter().filter_map(named).collect())
    }

    pub(super) async fn used(&self, host: &HostTarget) -> DriverResult<Vec<GuestStats>> {
        let names: BTreeSet<String> = self.names(host)?.into_iter().collect();
        let counters = if names.is_empty() { BTreeMap::new() } else { self.counters(host).await? };
        let mut all = Vec::new();
        for name in names {
            let paths = self.paths(host, &name)?;
            let (Some(process), Some(record)) = (guest::process(&paths), Record::read(&paths)) else { continue };
            let (cpu_nanos, ram) = weight(process);
            // What a guest receives is sent by its tap.
            let interface = |nic: &cloudstack_core::port::driver::hypervisor::InterfaceSpec| {
                let (rx, tx) = counters.get(nic.tap.as_str()).copied().unwrap_or_default();
                (nic.tap, (Bytes(tx), Bytes(rx)))
            };
            let interfaces = record.guest.interfaces.iter().map(interface).collect();
            // One that is busy, or ends just now, is told without its disks.
            let disks = disks(&paths.look()).await.unwrap_or_default();
            all.push(GuestStats { name, cpu_nanos, ram, interfaces, disks });
        }
        Ok(all)
    }
}

/// Processor time of a process, and its memory.
fn weight(process: u32) -> (u64, Mib) {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let words: Vec<&str> = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks: u64 = [11, 12].iter().filter_map(|at| words.get(*at)?.parse::<u64>().ok()).sum();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let held =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<u64>().ok());
    // The kernel counts in hundredths of a second on every platform that guests of this kind run on.
    (ticks * 10_000_000, Mib(held.unwrap_or_default() / 1_024))
}

/// Bytes that a guest's disks read and wrote, by their place.
async fn disks(socket: &std::path::Path) -> Result<BTreeMap<u32, (Bytes, Bytes)>, QmpError> {
    let mut qmp = Qmp::connect(socket, Duration::from_secs(2)).await?;
    let told = qmp.ask("query-blockstats", json!({})).await?;
    let disk = |block: &Value| {
        // `/machine/peripheral/disk0/virtio-backend`
        let place = block["qdev"].as_str()?.split('/').find_map(|part| part.strip_prefix("disk"))?.parse().ok()?;
        let count = |key: &str| Bytes(block["stats"][key].as_u64().unwrap_or_default());
        Some((place, (count("rd_bytes"), count("wr_bytes"))))
    };
    Ok(told.as_array().into_iter().flatten().filter_map(disk).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_from_what_the_kernel_says() {
        let text = "processor\t: 0\nmodel name\t: Intel(R) Xeon(R) CPU @ 2.10GHz\ncpu MHz\t\t: 1877.31\nflags\t\t: fpu sse2\n\n\
            processor\t: 1\nmodel name\t: Intel(R) Xeon(R) CPU @ 2.10GHz\nflags\t\t: fpu sse2\nMemTotal:       16384000 kB\n";
        let told = facts(text);
        assert_eq!((told.cores, told.speed, told.ram), (2, Mhz(2_100), Mib(16_000)));
        assert!(told.flags.contains("sse2"));
        let plain = facts("processor : 0\ncpu MHz : 3500.5\n");
        assert_eq!((plain.cores, plain.speed), (1, Mhz(3_500)));
    }

    #[test]
    fn the_smallest_guest_is_one_sector() {
        let sector = boot_sector();
        assert_eq!((sector.len(), &sector[510..]), (512, &[0x55, 0xaa][..]));
        assert_eq!(RAN, (42 << 1) | 1);
    }
}

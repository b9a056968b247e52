//! What hosts are and what their guests use.

use super::{Libvirt, failed, refused};
use crate::libvirt::{
    compile::{self, Engine},
    config::Kind,
    cpu::HostCpu,
    rpc::{
        CallError, Connection,
        types::{Domain, DomainStats, Param, Value, code},
    },
    storage,
    xml::Element,
};
use cloudstack_core::base::{Bytes, Mhz, Mib};
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult, GuestStats, HostFacts, HostTarget};
use cloudstack_core::rules::ir::Tap;
use std::{collections::BTreeSet, sync::PoisonError, time::Duration};
use tokio::time::{Instant, sleep};

/// What guests are called that show whether a host's processor can be used.
const TRIAL: &str = "cloudstack-probe";
/// How long such a guest has to look at its disk.
const TRIAL_TIME: Duration = Duration::from_secs(20);
/// Between two looks at it.
const TRIAL_LOOK: Duration = Duration::from_millis(50);

/// Whether a guest is one that only tries the host.
pub(super) fn is_trial(name: &str) -> bool {
    name.starts_with(TRIAL)
}

impl Libvirt {
    pub(super) async fn facts(&self, host: &HostTarget) -> DriverResult<HostFacts> {
        let connection = self.links.connection(host).await?;
        let failed = |e| failed(host, &e);
        let node = connection.node().await.map_err(failed)?;
        let version = connection.version().await.map_err(failed)?;
        let text = connection.host_capabilities().await.map_err(failed)?;
        let unreadable = |e| DriverError::new(DriverErrorKind::Failed, &host.name, format!("its capabilities: {e}"));
        let description = Element::parse(&text).map_err(unreadable)?;
        let mut flags = host_flags(&description);
        if self.config.kind == Kind::Kvm && self.engine(host, &connection).await? == Engine::Native {
            flags.insert("kvm".to_owned());
        }
        let mut guests: Vec<String> =
            connection.domains().await.map_err(failed)?.into_iter().map(|d| d.name).filter(|n| !is_trial(n)).collect();
        guests.sort();
        Ok(HostFacts {
            cores: u32::try_from(node.cpus).unwrap_or(0),
            speed: u64::try_from(node.mhz).ok().filter(|mhz| *mhz > 0).map_or(self.config.speed, Mhz),
            ram: Mib(node.memory >> 10),
            flags,
            version: dotted(version),
            guests,
        })
    }

    /// The processor of a host, for [`may_migrate`](crate::libvirt::may_migrate).
    ///
    /// # Errors
    /// [`DriverError`] if it cannot be asked.
    pub async fn cpu(&self, host: &HostTarget) -> DriverResult<HostCpu> {
        let connection = self.links.connection(host).await?;
        let text = connection.host_capabilities().await.map_err(|e| failed(host, &e))?;
        Ok(host_cpu(&Element::parse(&text).map_err(|e| refused(host, e))?))
    }

    /// What this host's machines run on; tried once.
    pub(super) async fn engine(&self, host: &HostTarget, connection: &Connection) -> DriverResult<Engine> {
        if self.config.kind != Kind::Kvm {
            return Ok(Engine::Native);
        }
        if let Some(known) = self.config.accelerator.known() {
            return Ok(known);
        }
        let known = || self.engines.lock().unwrap_or_else(PoisonError::into_inner).get(&host.name).copied();
        if let Some(engine) = known() {
            return Ok(engine);
        }
        // One trial per host at a time.
        let _turn = self.turn(host, TRIAL).await;
        if let Some(engine) = known() {
            return Ok(engine);
        }
        let engine = if self.runs_natively(host, connection).await? { Engine::Native } else { Engine::Emulated };
        self.engines.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name.clone(), engine);
        Ok(engine)
    }

    /// Whether the host's processor is of use: the firmware of a small machine reads the disk not much later on it than
    /// emulated. One that gets there at last, and in ten times the time, would not bring a whole system up.
    async fn runs_natively(&self, host: &HostTarget, connection: &Connection) -> DriverResult<bool> {
        let failed = |e| failed(host, &e);
        let folder = self.config.scratch.display().to_string();
        let (pool, volume) = storage::scratch(connection, TRIAL, &folder).await.map_err(failed)?;
        let path = connection.volume_path(&volume).await.map_err(failed)?;
        let emulated = self.trial(host, connection, "qemu", &path, TRIAL_TIME).await?;
        // A host that cannot even emulate will say so when a guest is started; it has shown nothing about its processor.
        let limit = emulated.map_or(TRIAL_TIME, |took| took * 2 + Duration::from_millis(500));
        let native = self.trial(host, connection, "kvm", &path, limit).await?;
        tracing::debug!(host = %host.name, ?emulated, ?native, "tried what machines run on");
        storage::without_scratch(connection, &pool, &volume).await.map_err(failed)?;
        Ok(native.is_some())
    }

    /// How long a small machine takes from its start to its first look at the disk; nothing if longer than this, or if it does
    /// not start.
    async fn trial(
        &self,
        host: &HostTarget,
        connection: &Connection,
        kind: &str,
        path: &str,
        limit: Duration,
    ) -> DriverResult<Option<Duration>> {
        let failed = |e| failed(host, &e);
        let xml = trial(kind, path).to_text().map_err(|e| refused(host, e))?;
        match connection.start_passing(&xml).await {
            Ok(domain) => {
                let seen = reads(connection, &domain, limit).await;
                let _ended = connection.destroy(&domain).await;
                seen.map_err(failed)
            }
            // A daemon or a host without it says so in many ways; all of them mean no.
            Err(CallError::Refused(e)) => {
                tracing::debug!(host = %host.name, kind, why = e.message, "a trial did not start");
                Ok(None)
            }
            Err(e) => Err(failed(e)),
        }
    }

    pub(super) async fn figures(&self, host: &HostTarget, connection: &Connection) -> DriverResult<Vec<GuestStats>> {
        let mut all: Vec<GuestStats> = match connection.all_stats().await {
            Ok(all) => all.iter().filter(|s| !is_trial(&s.domain.name)).map(used).collect(),
            // Containers are asked one by one.
            Err(CallError::Refused(e)) if matches!(e.code, code::NO_SUPPORT | code::OPERATION_UNSUPPORTED) => {
                self.figures_each(host, connection).await?
            }
            Err(e) => return Err(failed(host, &e)),
        };
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    async fn figures_each(&self, host: &HostTarget, connection: &Connection) -> DriverResult<Vec<GuestStats>> {
        let mut all = Vec::new();
        for domain in connection.domains().await.map_err(|e| failed(host, &e))? {
            if domain.id < 0 {
                continue;
            }
            // One that ends while it is looked at has used nothing any more.
            let Ok(info) = connection.info(&domain).await else { continue };
            let mut one = GuestStats {
                name: domain.name.clone(),
                cpu_nanos: info.cpu_time,
                ram: Mib(info.memory >> 10),
                ..GuestStats::default()
            };
            let description = self.read(host, connection, &domain, 0).await?;
            for tap in taps(&description) {
                if let Ok(counters) = connection.interface(&domain, tap.as_str()).await {
                    let bytes = |n: i64| Bytes(u64::try_from(n).unwrap_or(0));
                    one.interfaces.insert(tap, (bytes(counters.rx_bytes), bytes(counters.tx_bytes)));
                }
            }
            all.push(one);
        }
        Ok(all)
    }
}

/// Interfaces that a description names.
pub(super) fn taps(description: &Element) -> Vec<Tap> {
    let interfaces = description.find(&["devices"]).into_iter().flat_map(|devices| devices.all("interface"));
    interfaces.filter_map(|i| i.find(&["target"])?.attribute("dev")?.parse().ok()).collect()
}

/// A machine of 32 MiB with a disk and nothing else.
fn trial(kind: &str, path: &str) -> Element {
    let leaf = Element::new;
    let disk = leaf("disk").with("type", "file").with("device", "disk").holding([
        leaf("driver").with("name", "qemu").with("type", "raw"),
        leaf("source").with("file", path),
        leaf("target").with("dev", "hda").with("bus", "ide"),
    ]);
    leaf("domain").with("type", kind).holding([
        leaf("name").text(TRIAL),
        leaf("memory").with("unit", "MiB").text(32),
        leaf("vcpu").text(1),
        leaf("os").holding([leaf("type").with("arch", "x86_64").text("hvm"), leaf("boot").with("dev", "hd")]),
        leaf("features").holding([leaf("acpi")]),
        leaf("devices").holding([disk]),
    ])
}

async fn reads(connection: &Connection, domain: &Domain, limit: Duration) -> Result<Option<Duration>, CallError> {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        let all = connection.all_stats().await?;
        let Some(stats) = all.iter().find(|s| s.domain.name == domain.name) else { break };
        if counter(stats, "block.0.rd.bytes") > 0 {
            return Ok(Some(begun.elapsed()));
        }
        sleep(TRIAL_LOOK).await;
    }
    Ok(None)
}

fn counter(stats: &DomainStats, name: &str) -> u64 {
    stats.params.iter().find(|p| p.field == name).and_then(|p| p.value.count()).unwrap_or(0)
}

/// One guest's counters, from the names that the daemon gives them.
pub(super) fn used(stats: &DomainStats) -> GuestStats {
    let memory = match counter(stats, "balloon.rss") {
        0 => counter(stats, "balloon.current"),
        held => held,
    };
    let mut used = GuestStats {
        name: stats.domain.name.clone(),
        cpu_nanos: counter(stats, "cpu.time"),
        ram: Mib(memory >> 10),
        ..GuestStats::default()
    };
    for Param { field, value } in &stats.params {
        let (Some((prefix, "name")), Value::Text(name)) = (field.rsplit_once('.'), value) else { continue };
        let two = |a: &str, b: &str| {
            (Bytes(counter(stats, &format!("{prefix}.{a}"))), Bytes(counter(stats, &format!("{prefix}.{b}"))))
        };
        if prefix.starts_with("net.") {
            if let Ok(tap) = name.parse() {
                used.interfaces.insert(tap, two("rx.bytes", "tx.bytes"));
            }
        } else if prefix.starts_with("block.")
            && let Some(place) = compile::place_of(name)
        {
            used.disks.insert(place, two("rd.bytes", "wr.bytes"));
        }
    }
    used
}

/// 9,000,000 is 9.0.0.
fn dotted(version: u64) -> String {
    format!("{}.{}.{}", version / 1_000_000, version / 1_000 % 1_000, version % 1_000)
}

/// What a host can do: features of its processor, and the types of guests that it runs, such as `hvm` and `exe`.
fn host_flags(capabilities: &Element) -> BTreeSet<String> {
    let types = capabilities.all("guest").filter_map(|guest| Some(guest.find(&["os_type"])?.text.clone()));
    let mut flags = host_cpu(capabilities).features;
    flags.extend(types);
    flags
}

fn host_cpu(capabilities: &Element) -> HostCpu {
    let Some(cpu) = capabilities.find(&["host", "cpu"]) else { return HostCpu::default() };
    let text = |name| cpu.find(&[name]).map(|e| e.text.clone()).unwrap_or_default();
    let features = cpu.all("feature").filter_map(|f| f.attribute("name").map(str::to_owned));
    HostCpu { architecture: text("arch"), vendor: text("vendor"), model: text("model"), features: features.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn counters_are_read_by_their_names() {
        let number = |field: &str, n| Param { field: field.into(), value: Value::Ulong(n) };
        let stats = DomainStats {
            domain: Domain { name: "vm".into(), uuid: [0; 16], id: 1 },
            params: vec![
                number("cpu.time", 7_000),
                number("balloon.current", 262_144),
                Param::text("net.0.name", "vnet0"),
                number("net.0.rx.bytes", 10),
                number("net.0.tx.bytes", 20),
                Param::text("block.0.name", "vda"),
                number("block.0.rd.bytes", 512),
                Param::text("block.1.name", "hdc"),
                Param::text("net.1.name", "a name too long for a port"),
            ],
        };
        let due = GuestStats {
            name: "vm".into(),
            cpu_nanos: 7_000,
            ram: Mib(256),
            interfaces: BTreeMap::from([("vnet0".parse().unwrap(), (Bytes(10), Bytes(20)))]),
            disks: BTreeMap::from([(0, (Bytes(512), Bytes(0)))]),
        };
        assert_eq!(used(&stats), due);
    }

    #[test]
    fn what_a_host_can_do_is_read_from_its_capabilities() {
        let text = "<capabilities><host><cpu><arch>x86_64</arch><model>Haswell</model><vendor>Intel</vendor>\
                    <feature name='vmx'/></cpu></host><guest><os_type>hvm</os_type></guest>\
                    <guest><os_type>exe</os_type></guest></capabilities>";
        let read = Element::parse(text).unwrap();
        let due: BTreeSet<String> = ["exe", "hvm", "vmx"].map(str::to_owned).into();
        assert_eq!(host_flags(&read), due);
        assert_eq!(host_cpu(&read).model, "Haswell");
        assert_eq!(dotted(7_002_022), "7.2.22");
    }
}

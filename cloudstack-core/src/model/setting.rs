//! Settings: each with its type, default, range and scopes; a row exists only where the default was changed (CONF-01).

mod more;
mod scope;

pub use scope::{Scope, ScopeKind, Scopes};

use super::{Value, record::record};
use crate::base::{Sealed, id::SettingId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A setting whose value is not the default, somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its id.
    pub id: SettingId,
    /// Where it counts.
    #[serde(default)]
    pub scope: Scope,
    /// Its name, as in [`all`].
    pub name: String,
    /// Its value; empty if it is a secret.
    pub value: String,
    /// Its value, if it is a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
}
record! { Setting: SettingId in "setting" {
    name: Text = |r| Value::text(&r.name),
    value: Text = |r| Value::text(&r.value),
    place: Link = |r| Value::Id(r.scope.place()),
} unique { [place, name] } sealed { sealed } }

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Domain {
    /// `true` or `false`.
    Bool,
    /// A whole number, from the first to the last.
    Int(i64, i64),
    /// A decimal number, from the first to the last.
    Decimal(f64, f64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Any text.
    Text,
    /// Any text, sealed at rest and never shown.
    Secret,
}

impl std::fmt::Display for Domain {
    /// What is accepted, for who gave something else.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool => f.write_str("give true or false"),
            Self::Int(i64::MIN, i64::MAX) => f.write_str("give a whole number"),
            Self::Int(first, i64::MAX) => write!(f, "give a whole number from {first} on"),
            Self::Int(first, last) => write!(f, "give a whole number from {first} to {last}"),
            Self::Decimal(first, last) if *first == f64::MIN && *last == f64::MAX => f.write_str("give a number"),
            Self::Decimal(first, last) => write!(f, "give a number from {first} to {last}"),
            Self::OneOf(words) => write!(f, "give one of {}", words.join(", ")),
            Self::Text | Self::Secret => f.write_str("give a text of up to 4,096 characters"),
        }
    }
}

/// What is known of one setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SettingSpec {
    /// Its name.
    pub name: &'static str,
    /// The value unless changed. Empty: there is none.
    pub default: &'static str,
    /// What values it takes.
    pub domain: Domain,
    /// What it does. Empty for a setting that is only known by name.
    pub about: &'static str,
    /// Where it can be changed besides for the whole cloud.
    pub scopes: Scopes,
    /// A change takes effect at once; else at the next start of what reads it.
    pub hot: bool,
    /// Settings that people look at together.
    pub category: &'static str,
    /// Something here reads it. If not, it can be set and listed, and does nothing yet.
    pub read: bool,
}

const fn spec(name: &'static str, default: &'static str, domain: Domain, about: &'static str) -> SettingSpec {
    SettingSpec { name, default, domain, about, scopes: Scopes::NONE, hot: true, category: "Advanced", read: false }
}

/// Settings that limit and steer the core.
#[rustfmt::skip]
pub const CATALOGUE: &[SettingSpec] = &[
    spec("cluster.cpu.allocated.capacity.disablethreshold", "0.85", Domain::Decimal(0.0, 1.0), "Share of a cluster's processors above which it takes no new machines."),
    spec("cluster.memory.allocated.capacity.disablethreshold", "0.85", Domain::Decimal(0.0, 1.0), "Share of a cluster's memory above which it takes no new machines."),
    spec("cpu.overprovisioning.factor", "1.0", Domain::Decimal(0.1, 1000.0), "Processor over-commit of a new cluster."),
    spec("mem.overprovisioning.factor", "1.0", Domain::Decimal(0.1, 1000.0), "Memory over-commit of a new cluster."),
    spec("storage.overprovisioning.factor", "2", Domain::Decimal(1.0, 1000.0), "Over-provisioning of a new pool whose kind allows it."),
    spec("pool.storage.capacity.disablethreshold", "0.85", Domain::Decimal(0.0, 1.0), "Share of a pool's bytes in use at which it takes no new volumes."),
    spec("pool.storage.allocated.capacity.disablethreshold", "0.85", Domain::Decimal(0.0, 1.0), "Share of a pool's promised room above which it takes no new volumes."),
    spec("capacity.skipcounting.hours", "3600", Domain::Int(0, 31_536_000), "Seconds (in spite of the name) for which a stopped machine's room stays reserved."),
    spec("vm.allocation.algorithm", "random", Domain::OneOf(&["random", "firstfit", "userdispersing", "userconcentratedpod_random", "userconcentratedpod_firstfit"]), "The order in which hosts are tried."),
    spec("ha.tag", "", Domain::Text, "Hosts with this label take only machines that restart after a host failed."),
    spec("expunge.delay", "86400", Domain::Int(1, 31_536_000), "Seconds for which a destroyed machine can be recovered."),
    spec("expunge.interval", "86400", Domain::Int(1, 31_536_000), "Seconds between two runs of the expunge loop."),
    spec("network.gc.wait", "600", Domain::Int(0, 31_536_000), "Seconds for which a network without machines is kept."),
    spec("network.gc.interval", "600", Domain::Int(1, 31_536_000), "Seconds between two runs of the network collection loop."),
    spec("ping.interval", "60", Domain::Int(1, 86_400), "Seconds between two pings of a host."),
    spec("ping.timeout", "2.5", Domain::Decimal(1.0, 1000.0), "Ping intervals without an answer after which a host is in alert."),
    spec("start.retry", "10", Domain::Int(1, 100), "Hosts tried before a start is given up."),
    spec("wait", "1800", Domain::Int(1, 86_400), "Seconds a driver may take for one step."),
    spec("job.expire.minutes", "1440", Domain::Int(1, 525_600), "Minutes for which a finished job is kept."),
    spec("max.account.user.vms", "20", Domain::Int(-1, i64::MAX), "Machines an account may have; -1 for no limit."),
    spec("max.account.volumes", "20", Domain::Int(-1, i64::MAX), "Volumes an account may have; -1 for no limit."),
    spec("max.account.public.ips", "20", Domain::Int(-1, i64::MAX), "Public addresses an account may have; -1 for no limit."),
    spec("max.account.networks", "20", Domain::Int(-1, i64::MAX), "Networks an account may have; -1 for no limit."),
    spec("max.account.vpcs", "20", Domain::Int(-1, i64::MAX), "VPCs an account may have; -1 for no limit."),
    spec("max.account.backups", "20", Domain::Int(-1, i64::MAX), "Backups an account may have; -1 for no limit."),
    spec("max.project.backups", "20", Domain::Int(-1, i64::MAX), "Backups a project may have; -1 for no limit."),
    spec("max.domain.backups", "40", Domain::Int(-1, i64::MAX), "Backups a domain may have, those below included; -1 for no limit."),
    spec("max.account.backup.storage", "400", Domain::Int(-1, i64::MAX), "GiB of backups an account may have; -1 for no limit."),
    spec("max.project.backup.storage", "400", Domain::Int(-1, i64::MAX), "GiB of backups a project may have; -1 for no limit."),
    spec("max.domain.backup.storage", "800", Domain::Int(-1, i64::MAX), "GiB of backups a domain may have, those below included; -1 for no limit."),
    spec("max.account.buckets", "20", Domain::Int(-1, i64::MAX), "Buckets an account may have; -1 for no limit."),
    spec("max.project.buckets", "20", Domain::Int(-1, i64::MAX), "Buckets a project may have; -1 for no limit."),
    spec("max.domain.buckets", "20", Domain::Int(-1, i64::MAX), "Buckets a domain may have, those below included; -1 for no limit."),
    spec("max.account.object.storage", "400", Domain::Int(-1, i64::MAX), "GiB of objects an account may have; -1 for no limit."),
    spec("max.project.object.storage", "400", Domain::Int(-1, i64::MAX), "GiB of objects a project may have; -1 for no limit."),
    spec("max.domain.object.storage", "400", Domain::Int(-1, i64::MAX), "GiB of objects a domain may have, those below included; -1 for no limit."),
    spec("max.account.gpus", "20", Domain::Int(-1, i64::MAX), "Graphics processors an account may have; -1 for no limit."),
    spec("max.project.gpus", "20", Domain::Int(-1, i64::MAX), "Graphics processors a project may have; -1 for no limit."),
    spec("max.domain.gpus", "20", Domain::Int(-1, i64::MAX), "Graphics processors a domain may have, those below included; -1 for no limit."),
    spec("resource.count.running.vms.only", "false", Domain::Bool, "Only machines in use count as machines, processors and memory."),
    spec("allow.public.user.templates", "true", Domain::Bool, "Users may make their templates public."),
    spec("account.cleanup.interval", "86400", Domain::Int(1, 31_536_000), "Seconds between two tries to take away what deleted accounts still own."),
    spec("vpc.max.networks", "3", Domain::Int(1, i64::MAX), "Tiers of a VPC."),
    spec("default.page.size", "500", Domain::Int(1, 10_000), "Rows of a list answered at once."),
    spec("guest.vlan.bits", "12", Domain::Int(9, 12), "Bits of the guest address that name the VLAN, where an external device divides 10.0.0.0/8."),
    spec("use.local.storage", "false", Domain::Bool, "Machines may use their host's own disks."),
    spec("system.vm.use.local.storage", "false", Domain::Bool, "System machines use their host's own disks."),
    spec("management.network.cidr", "", Domain::Text, "The subnet of management servers."),
    spec("host", "localhost", Domain::Text, "The address by which system machines reach the management servers."),
    spec("secstorage.allowed.internal.sites", "", Domain::Text, "Subnets from which images may be fetched over the management network."),
    spec("xen.setup.multipath", "false", Domain::Bool, "Prepare hosts for several paths to iSCSI storage."),
];

/// Every setting that CloudStack knows: name, type, default, scopes, `h` for hot and `s` for secret, category.
const KNOWN: &str = include_str!("setting/known.tsv");

/// Settings that something here reads.
pub const READ: &[&str] = &[
    "account.cleanup.interval",
    "alert.purge.delay",
    "alert.purge.interval",
    "allow.public.user.templates",
    "allow.user.create.projects",
    "allow.user.expunge.recover.vm",
    "allow.user.view.destroyed.vm",
    "capacity.check.period",
    "capacity.skipcounting.hours",
    "cluster.cpu.allocated.capacity.disablethreshold",
    "cluster.cpu.allocated.capacity.notificationthreshold",
    "cluster.memory.allocated.capacity.disablethreshold",
    "cluster.memory.allocated.capacity.notificationthreshold",
    "cpu.overprovisioning.factor",
    "enable.account.settings.for.domain",
    "enable.domain.settings.for.child.domain",
    "enable.usage.server",
    "event.purge.delay",
    "event.purge.interval",
    "expunge.delay",
    "expunge.interval",
    "ha.tag",
    "history.retention.days",
    "incorrect.login.attempts.allowed",
    "job.expire.minutes",
    "max.account.backup.storage",
    "max.account.backups",
    "max.account.buckets",
    "max.account.cpus",
    "max.account.gpus",
    "max.account.memory",
    "max.account.networks",
    "max.account.object.storage",
    "max.account.primary.storage",
    "max.account.projects",
    "max.account.public.ips",
    "max.account.secondary.storage",
    "max.account.snapshots",
    "max.account.templates",
    "max.account.user.vms",
    "max.account.volumes",
    "max.account.vpcs",
    "max.domain.backup.storage",
    "max.domain.backups",
    "max.domain.buckets",
    "max.domain.cpus",
    "max.domain.gpus",
    "max.domain.memory",
    "max.domain.networks",
    "max.domain.object.storage",
    "max.domain.primary.storage",
    "max.domain.projects",
    "max.domain.public.ips",
    "max.domain.secondary.storage",
    "max.domain.snapshots",
    "max.domain.templates",
    "max.domain.user.vms",
    "max.domain.volumes",
    "max.domain.vpcs",
    "max.project.backup.storage",
    "max.project.backups",
    "max.project.buckets",
    "max.project.cpus",
    "max.project.gpus",
    "max.project.memory",
    "max.project.networks",
    "max.project.object.storage",
    "max.project.primary.storage",
    "max.project.public.ips",
    "max.project.secondary.storage",
    "max.project.snapshots",
    "max.project.templates",
    "max.project.user.vms",
    "max.project.volumes",
    "max.project.vpcs",
    "mem.overprovisioning.factor",
    "network.gc.interval",
    "network.gc.wait",
    "network.throttling.rate",
    "ping.interval",
    "ping.timeout",
    "pool.storage.allocated.capacity.disablethreshold",
    "pool.storage.capacity.disablethreshold",
    "project.invite.required",
    "project.invite.timeout",
    "resource.count.running.vms.only",
    "start.retry",
    "storage.overprovisioning.factor",
    "usage.aggregation.timezone",
    "usage.stats.job.aggregation.range",
    "usage.stats.job.exec.time",
    "vm.allocation.algorithm",
    "vm.userdata.max.length",
    "wait",
];

/// Every setting, by name.
///
/// ```
/// use cloudstack_core::model::setting;
/// let known = setting::all();
/// assert!(known.len() > 1_000);
/// // What nothing reads yet can be told from what has an effect.
/// assert!(known["wait"].read && !known["xapiwait"].read);
/// ```
#[must_use]
pub fn all() -> &'static BTreeMap<&'static str, SettingSpec> {
    static ALL: OnceLock<BTreeMap<&'static str, SettingSpec>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: BTreeMap<_, _> = KNOWN.lines().filter_map(parse).map(|spec| (spec.name, spec)).collect();
        // What is described here wins over what is only known.
        for own in more::CATALOGUE.iter().chain(CATALOGUE) {
            let known = all.get(own.name).copied();
            let scopes = known.map_or(own.scopes, |known| known.scopes);
            let category = known.map_or(own.category, |known| known.category);
            all.insert(own.name, SettingSpec { scopes, category, ..*own });
        }
        for spec in all.values_mut() {
            spec.read = READ.contains(&spec.name);
        }
        all
    })
}

/// One line of [`KNOWN`].
fn parse(line: &'static str) -> Option<SettingSpec> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, kind, default, scopes, flags, category] = fields[..] else { return None };
    let domain = match kind {
        _ if flags.contains('s') => Domain::Secret,
        "bool" => Domain::Bool,
        "int" => Domain::Int(i64::MIN, i64::MAX),
        "dec" => Domain::Decimal(f64::MIN, f64::MAX),
        _ => Domain::Text,
    };
    let (scopes, hot) = (Scopes::parse(scopes), flags.contains('h'));
    Some(SettingSpec { name, default, domain, about: "", scopes, hot, category, read: false })
}

/// The setting of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static SettingSpec> {
    all().get(name)
}

impl SettingSpec {
    /// Whether the setting takes this value.
    #[must_use]
    pub fn accepts(&self, value: &str) -> bool {
        match self.domain {
            Domain::Bool => matches!(value, "true" | "false"),
            Domain::Int(first, last) => value.parse().is_ok_and(|n: i64| (first..=last).contains(&n)),
            Domain::Decimal(first, last) => value.parse().is_ok_and(|n: f64| n >= first && n <= last),
            Domain::OneOf(words) => words.contains(&value),
            Domain::Text | Domain::Secret => value.chars().count() <= 4_096,
        }
    }

    /// True if its value is sealed at rest and never shown.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.domain == Domain::Secret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: CONF-03
    #[test]
    fn every_default_is_a_value_the_setting_takes() {
        for s in all().values() {
            assert!(s.accepts(s.default) || s.default.is_empty(), "{} = {}", s.name, s.default);
        }
        let defaults = ["default.page.size", "max.account.vpcs", "vpc.max.networks", "xen.setup.multipath"];
        assert_eq!(defaults.map(|n| find(n).unwrap().default), ["500", "20", "3", "false"]);
        assert!(!find("ping.timeout").unwrap().accepts("NaN"));
    }

    #[test]
    fn what_is_described_is_known_and_described_once() {
        let mut seen = std::collections::BTreeSet::new();
        for own in more::CATALOGUE.iter().chain(CATALOGUE) {
            assert!(seen.insert(own.name), "{} is described twice", own.name);
            assert!(!own.about.is_empty() && !own.default.contains('\t'), "{}", own.name);
        }
        assert!(seen.len() >= 100, "{}", seen.len());
        for name in READ {
            assert!(seen.contains(name), "{name} is read and not described");
        }
        assert_eq!(KNOWN.lines().count(), KNOWN.lines().filter_map(parse).count());
        let secret = find("alert.smtp.password").unwrap();
        assert!(secret.is_secret() && secret.default.is_empty());
    }
}

//! Global settings: each with its type, default and range; a row exists only where the default was changed (CONF-01).

use super::{Value, record::record};
use crate::base::id::SettingId;
use serde::{Deserialize, Serialize};

/// A setting whose value is not the default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its id.
    pub id: SettingId,
    /// Its name, as in [`CATALOGUE`].
    pub name: String,
    /// Its value.
    pub value: String,
}
record! { Setting: SettingId in "setting" {
    name: Text = |r| Value::text(&r.name),
    value: Text = |r| Value::text(&r.value),
} unique { [name] } }

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
}

/// What is known of one setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SettingSpec {
    /// Its name.
    pub name: &'static str,
    /// The value unless changed.
    pub default: &'static str,
    /// What values it takes.
    pub domain: Domain,
    /// What it does.
    pub about: &'static str,
}

const fn spec(name: &'static str, default: &'static str, domain: Domain, about: &'static str) -> SettingSpec {
    SettingSpec { name, default, domain, about }
}

/// Every setting the core reads.
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
    spec("max.project.user.vms", "20", Domain::Int(-1, i64::MAX), "Machines a project may have; -1 for no limit."),
    spec("max.domain.user.vms", "40", Domain::Int(-1, i64::MAX), "Machines a domain may have, those below included; -1 for no limit."),
    spec("max.account.volumes", "20", Domain::Int(-1, i64::MAX), "Volumes an account may have; -1 for no limit."),
    spec("max.project.volumes", "20", Domain::Int(-1, i64::MAX), "Volumes a project may have; -1 for no limit."),
    spec("max.domain.volumes", "40", Domain::Int(-1, i64::MAX), "Volumes a domain may have, those below included; -1 for no limit."),
    spec("max.account.public.ips", "20", Domain::Int(-1, i64::MAX), "Public addresses an account may have; -1 for no limit."),
    spec("max.project.public.ips", "20", Domain::Int(-1, i64::MAX), "Public addresses a project may have; -1 for no limit."),
    spec("max.domain.public.ips", "40", Domain::Int(-1, i64::MAX), "Public addresses a domain may have, those below included; -1 for no limit."),
    spec("max.account.networks", "20", Domain::Int(-1, i64::MAX), "Networks an account may have; -1 for no limit."),
    spec("max.project.networks", "20", Domain::Int(-1, i64::MAX), "Networks a project may have; -1 for no limit."),
    spec("max.domain.networks", "40", Domain::Int(-1, i64::MAX), "Networks a domain may have, those below included; -1 for no limit."),
    spec("max.account.vpcs", "20", Domain::Int(-1, i64::MAX), "VPCs an account may have; -1 for no limit."),
    spec("max.project.vpcs", "20", Domain::Int(-1, i64::MAX), "VPCs a project may have; -1 for no limit."),
    spec("max.domain.vpcs", "40", Domain::Int(-1, i64::MAX), "VPCs a domain may have, those below included; -1 for no limit."),
    spec("max.account.snapshots", "20", Domain::Int(-1, i64::MAX), "Snapshots an account may have; -1 for no limit."),
    spec("max.project.snapshots", "20", Domain::Int(-1, i64::MAX), "Snapshots a project may have; -1 for no limit."),
    spec("max.domain.snapshots", "40", Domain::Int(-1, i64::MAX), "Snapshots a domain may have, those below included; -1 for no limit."),
    spec("max.account.templates", "20", Domain::Int(-1, i64::MAX), "Templates an account may have; -1 for no limit."),
    spec("max.project.templates", "20", Domain::Int(-1, i64::MAX), "Templates a project may have; -1 for no limit."),
    spec("max.domain.templates", "40", Domain::Int(-1, i64::MAX), "Templates a domain may have, those below included; -1 for no limit."),
    spec("max.account.projects", "10", Domain::Int(-1, i64::MAX), "Projects an account may have; -1 for no limit."),
    spec("max.domain.projects", "50", Domain::Int(-1, i64::MAX), "Projects a domain may have, those below included; -1 for no limit."),
    spec("max.account.cpus", "40", Domain::Int(-1, i64::MAX), "Processors an account may have; -1 for no limit."),
    spec("max.project.cpus", "40", Domain::Int(-1, i64::MAX), "Processors a project may have; -1 for no limit."),
    spec("max.domain.cpus", "80", Domain::Int(-1, i64::MAX), "Processors a domain may have, those below included; -1 for no limit."),
    spec("max.account.memory", "40960", Domain::Int(-1, i64::MAX), "MiB of memory an account may have; -1 for no limit."),
    spec("max.project.memory", "40960", Domain::Int(-1, i64::MAX), "MiB of memory a project may have; -1 for no limit."),
    spec("max.domain.memory", "81920", Domain::Int(-1, i64::MAX), "MiB of memory a domain may have, those below included; -1 for no limit."),
    spec("max.account.primary.storage", "200", Domain::Int(-1, i64::MAX), "GiB of volumes an account may have; -1 for no limit."),
    spec("max.project.primary.storage", "200", Domain::Int(-1, i64::MAX), "GiB of volumes a project may have; -1 for no limit."),
    spec("max.domain.primary.storage", "400", Domain::Int(-1, i64::MAX), "GiB of volumes a domain may have, those below included; -1 for no limit."),
    spec("max.account.secondary.storage", "400", Domain::Int(-1, i64::MAX), "GiB of templates and snapshots an account may have; -1 for no limit."),
    spec("max.project.secondary.storage", "400", Domain::Int(-1, i64::MAX), "GiB of templates and snapshots a project may have; -1 for no limit."),
    spec("max.domain.secondary.storage", "800", Domain::Int(-1, i64::MAX), "GiB of templates and snapshots a domain may have, those below included; -1 for no limit."),
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
    spec("account.cleanup.interval", "86400", Domain::Int(1, 31_536_000), "Seconds between two tries to take away what deleted accounts still own."),
    spec("incorrect.login.attempts.allowed", "5", Domain::Int(0, 1_000), "Wrong passwords in a row that lock a user; 0 for never."),
    spec("allow.user.create.projects", "true", Domain::Bool, "Users may make projects."),
    spec("project.invite.required", "false", Domain::Bool, "Members of projects are invited, and join when they accept."),
    spec("project.invite.timeout", "86400", Domain::Int(1, 31_536_000), "Seconds for which an invitation to a project is good."),
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

/// The setting of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static SettingSpec> {
    CATALOGUE.iter().find(|s| s.name == name)
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
            Domain::Text => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: CONF-03
    #[test]
    fn every_default_is_a_value_the_setting_takes() {
        for s in CATALOGUE {
            assert!(s.accepts(s.default), "{}", s.name);
        }
        let defaults = ["default.page.size", "max.account.vpcs", "vpc.max.networks", "xen.setup.multipath"];
        assert_eq!(defaults.map(|n| find(n).unwrap().default), ["500", "20", "3", "false"]);
        assert!(!find("ping.timeout").unwrap().accepts("NaN"));
    }
}

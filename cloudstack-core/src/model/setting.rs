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
    spec("max.account.volumes", "20", Domain::Int(-1, i64::MAX), "Volumes an account may have; -1 for no limit."),
    spec("max.account.public.ips", "20", Domain::Int(-1, i64::MAX), "Public addresses an account may have; -1 for no limit."),
    spec("max.account.networks", "20", Domain::Int(-1, i64::MAX), "Networks an account may have; -1 for no limit."),
    spec("max.account.vpcs", "20", Domain::Int(-1, i64::MAX), "VPCs an account may have; -1 for no limit."),
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

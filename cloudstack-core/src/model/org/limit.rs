//! How much of each thing an account, a project or a domain may have.
//!
//! A row exists only where the default of the settings was changed. What is held is counted from rows, and never stored.

use crate::base::id::{AccountId, DomainId, EntityId, LimitId};
use crate::model::{Value, closed, record::record};
use serde::{Deserialize, Serialize};

closed! {
    /// What is counted, in the order of the numbers that clients know.
    ResourceType {
        UserVm "Machines that were not given up.",
        PublicIp "Public addresses.",
        Volume "Volumes.",
        Snapshot "Snapshots of volumes.",
        Template "Templates and ISO images.",
        Project "Projects.",
        Network "Guest networks of its own.",
        Vpc "VPCs.",
        Cpu "Processors of its machines.",
        Memory "Memory of its machines, in MiB.",
        PrimaryStorage "Bytes of its volumes; limited in GiB.",
        SecondaryStorage "Bytes of its templates and snapshots; limited in GiB.",
        Backup "Backups.",
        BackupStorage "Bytes of its backups; limited in GiB.",
        Bucket "Buckets of objects.",
        ObjectStorage "Bytes of its buckets; limited in GiB.",
        Gpu "Graphics processors of its machines.",
    }
}

impl ResourceType {
    /// How many types there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its number: 0 to 16.
    #[must_use]
    pub const fn number(self) -> usize {
        self as usize
    }
    /// The type that has this number.
    #[must_use]
    pub fn of_number(number: usize) -> Option<Self> {
        Self::ALL.get(number).copied()
    }
    /// The name that clients know it by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UserVm => "user_vm",
            Self::PublicIp => "public_ip",
            Self::Volume => "volume",
            Self::Snapshot => "snapshot",
            Self::Template => "template",
            Self::Project => "project",
            Self::Network => "network",
            Self::Vpc => "vpc",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::PrimaryStorage => "primary_storage",
            Self::SecondaryStorage => "secondary_storage",
            Self::Backup => "backup",
            Self::BackupStorage => "backup_storage",
            Self::Bucket => "bucket",
            Self::ObjectStorage => "object_storage",
            Self::Gpu => "gpu",
        }
    }
    /// The end of the names of the settings that hold its defaults: `max.account.` and this.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::UserVm => "user.vms",
            Self::PublicIp => "public.ips",
            Self::Volume => "volumes",
            Self::Snapshot => "snapshots",
            Self::Template => "templates",
            Self::Project => "projects",
            Self::Network => "networks",
            Self::Vpc => "vpcs",
            Self::Cpu => "cpus",
            Self::Memory => "memory",
            Self::PrimaryStorage => "primary.storage",
            Self::SecondaryStorage => "secondary.storage",
            Self::Backup => "backups",
            Self::BackupStorage => "backup.storage",
            Self::Bucket => "buckets",
            Self::ObjectStorage => "object.storage",
            Self::Gpu => "gpus",
        }
    }
    /// How many of what is counted make one of what is limited: bytes are limited in GiB.
    #[must_use]
    pub const fn unit(self) -> u64 {
        match self {
            Self::PrimaryStorage | Self::SecondaryStorage | Self::BackupStorage | Self::ObjectStorage => 1 << 30,
            _ => 1,
        }
    }
    /// Its limit unless changed: of an account or a project, and of a domain.
    #[must_use]
    pub const fn defaults(self) -> (i64, i64) {
        match self {
            Self::Project => (10, 50),
            Self::Cpu => (40, 80),
            Self::Memory => (40_960, 81_920),
            Self::PrimaryStorage => (200, 400),
            Self::SecondaryStorage | Self::BackupStorage => (400, 800),
            Self::ObjectStorage => (400, 400),
            Self::Bucket | Self::Gpu => (20, 20),
            _ => (20, 40),
        }
    }
}

/// Whose limit it is. A project's is that of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LimitOwner {
    /// An account, or that of a project.
    Account(AccountId),
    /// A domain with all below it.
    Domain(DomainId),
}

/// A limit that is not the default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Its id.
    pub id: LimitId,
    /// Whose it is.
    pub owner: LimitOwner,
    /// What is limited.
    pub resource: ResourceType,
    /// How many, in the unit of the type; -1 for no limit.
    pub max: i64,
}
record! { Limit: LimitId in "resource_limit" {
    owner: Link = |r| Value::Id(match r.owner {
        LimitOwner::Account(id) => id.to_u128(),
        LimitOwner::Domain(id) => id.to_u128(),
    }),
    resource: Text = |r| Value::text(r.resource.as_str()),
    max: Int = |r| Value::Int(r.max),
} unique { [owner, resource] } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_the_numbers_and_names_that_clients_know() {
        let words: Vec<&str> = ResourceType::ALL.iter().map(|kind| kind.word()).collect();
        let known = "user_vm public_ip volume snapshot template project network vpc cpu memory primary_storage \
                     secondary_storage backup backup_storage bucket object_storage gpu";
        assert_eq!(words.join(" "), known);
        for (number, kind) in ResourceType::ALL.iter().enumerate() {
            assert_eq!((kind.number(), ResourceType::of_number(number)), (number, Some(*kind)));
        }
        assert_eq!(ResourceType::of_number(17), None);
    }
}

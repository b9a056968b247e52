//! Usage: what accounts had, and for how long.

use super::{Value, record::record};
use crate::base::{
    Bytes, Timestamp,
    id::{AccountId, DomainId, UsageBookId, UsageId, UsageRunId, ZoneId},
};
use serde::{Deserialize, Serialize};

/// What is known of a kind of usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageSpec {
    /// Its number.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// It is counted here. If not, what it would count does not exist yet.
    pub counted: bool,
}

const fn kind(number: u16, name: &'static str, unit: &'static str, counted: bool) -> UsageSpec {
    UsageSpec { number, name, unit, counted }
}

/// A machine that runs.
pub const RUNNING_VM: u16 = 1;
/// A machine that was not given up.
pub const ALLOCATED_VM: u16 = 2;
/// A public address that is held.
pub const IP_ADDRESS: u16 = 3;
/// A volume.
pub const VOLUME: u16 = 6;
/// A template.
pub const TEMPLATE: u16 = 7;
/// A machine in a security group.
pub const SECURITY_GROUP: u16 = 10;
/// A load balancer rule.
pub const LOAD_BALANCER_POLICY: u16 = 11;
/// A port forwarding rule.
pub const PORT_FORWARDING_RULE: u16 = 12;
/// An interface of a machine, by the offering of its network.
pub const NETWORK_OFFERING: u16 = 13;
/// A network of an account.
pub const NETWORK: u16 = 30;

/// Every kind of usage.
#[rustfmt::skip]
pub const USAGE_TYPES: &[UsageSpec] = &[
    kind(RUNNING_VM, "RUNNING_VM", "Hrs", true),
    kind(ALLOCATED_VM, "ALLOCATED_VM", "Hrs", true),
    kind(IP_ADDRESS, "IP_ADDRESS", "Hrs", true),
    kind(4, "NETWORK_BYTES_SENT", "bytes", false),
    kind(5, "NETWORK_BYTES_RECEIVED", "bytes", false),
    kind(VOLUME, "VOLUME", "Hrs", true),
    kind(TEMPLATE, "TEMPLATE", "Hrs", true),
    kind(8, "ISO", "Hrs", false),
    kind(9, "SNAPSHOT", "Hrs", false),
    kind(SECURITY_GROUP, "SECURITY_GROUP", "Hrs", true),
    kind(LOAD_BALANCER_POLICY, "LOAD_BALANCER_POLICY", "Hrs", true),
    kind(PORT_FORWARDING_RULE, "PORT_FORWARDING_RULE", "Hrs", true),
    kind(NETWORK_OFFERING, "NETWORK_OFFERING", "Hrs", true),
    kind(14, "VPN_USERS", "Hrs", false),
    kind(21, "VM_DISK_IO_READ", "IOPS", false),
    kind(22, "VM_DISK_IO_WRITE", "IOPS", false),
    kind(23, "VM_DISK_BYTES_READ", "bytes", false),
    kind(24, "VM_DISK_BYTES_WRITE", "bytes", false),
    kind(25, "VM_SNAPSHOT", "Hrs", false),
    kind(26, "VOLUME_SECONDARY", "Hrs", false),
    kind(27, "VM_SNAPSHOT_ON_PRIMARY", "Hrs", false),
    kind(28, "BACKUP", "Hrs", false),
    kind(29, "BUCKET", "Hrs", false),
    kind(NETWORK, "NETWORK", "Hrs", true),
    kind(31, "VPC", "Hrs", false),
];

/// A thing that is counted while it is as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Meter {
    /// The kind of usage; 0 is not counted, and only remembered.
    pub kind: u16,
    /// The thing.
    pub resource: u128,
    /// What it is an instance of: the offering, or the security group a machine is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offering: Option<u128>,
    /// What it began as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<u128>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// How large it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Bytes>,
    /// A default interface, or the address a network hides behind.
    #[serde(default)]
    pub special: bool,
}

/// A thing that is being counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The row it follows from.
    pub row: u128,
    /// What is counted.
    pub meter: Meter,
    /// Since when, in milliseconds since 1970.
    pub since: u64,
}

/// What is being counted of an account, as of the commit of [`UsageRun::upto`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageBook {
    /// Its id.
    pub id: UsageBookId,
    /// The account; nobody's things are in the book of account 0.
    pub account: AccountId,
    /// The domain of the account.
    pub domain: Option<DomainId>,
    /// What is being counted.
    pub open: Vec<Open>,
}
record! { UsageBook: UsageBookId in "usage_book" {
    account: Link = |r| Value::link(r.account),
} unique { [account] } }

/// How far usage is counted. There is one row, once it has been counted for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageRun {
    /// Its id.
    pub id: UsageRunId,
    /// Always 1: there is one row.
    pub number: u32,
    /// The last commit that is in the books.
    pub upto: u64,
    /// The last millisecond that is counted.
    pub until: u64,
    /// When that was done.
    pub ran: Timestamp,
}
record! { UsageRun: UsageRunId in "usage_run" {
    number: Int = |r| Value::int(r.number),
} unique { [number] } }

/// How long a thing was there in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageLine {
    /// What was counted.
    pub meter: Meter,
    /// For so many milliseconds.
    pub millis: u64,
}

impl UsageLine {
    /// Hours, as records say them.
    #[must_use]
    pub fn hours(&self) -> f64 {
        // Exact for 285,000 years.
        self.millis as f64 / 3_600_000.0
    }

    /// Hours in words: at most six digits after the point.
    ///
    /// ```
    /// # use cloudstack_core::model::usage::*;
    /// # let meter = Meter { kind: RUNNING_VM, resource: 1, offering: None, template: None, zone: None, size: None, special: false };
    /// let line = UsageLine { meter, millis: 86_400_000 };
    /// assert_eq!(line.text(), "24 Hrs");
    /// assert_eq!(UsageLine { millis: 5_400_001, ..line }.text(), "1.5 Hrs");
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        let text = format!("{:.6}", self.hours());
        format!("{} Hrs", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// What an account had in a window. Records are never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Its id.
    pub id: UsageId,
    /// The account.
    pub account: AccountId,
    /// The domain the account was in.
    pub domain: Option<DomainId>,
    /// The first millisecond of the window.
    pub from: u64,
    /// The last millisecond of the window.
    pub until: u64,
    /// Its place among the rows for this account and window, which are bounded.
    pub part: u32,
    /// What was counted.
    pub lines: Vec<UsageLine>,
}
record! { Usage: UsageId in "usage" {
    account: Link = |r| Value::link(r.account),
    since: Int = |r| Value::Int(i64::try_from(r.from).unwrap_or(i64::MAX)),
    part: Int = |r| Value::int(r.part),
} unique { [account, since, part] } }

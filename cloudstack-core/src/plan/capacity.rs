//! How full a host, a cluster, a zone or a pool is: sums, ratios, thresholds.
//!
//! Amounts are plain numbers in the unit of their resource (MHz for processors, MiB for memory, bytes for storage), ratios
//! and thresholds are thousandths, and every comparison is done in integers, so that "exactly at the threshold" means it.

/// Above this share of allocated processor, memory or storage nothing new is placed (0.85).
pub const DISABLE_THRESHOLD: u32 = 850;
/// Above this share an operator is told (0.75).
pub const NOTIFY_THRESHOLD: u32 = 750;
/// How far storage is promised beyond its size, where its type allows it (2.0).
pub const STORAGE_OVERPROVISIONING: u32 = 2_000;

/// Pool types whose space is handed out once: block devices and volume groups without thin allocation, and file systems
/// that report no sparse space.
const FIXED_POOL_TYPES: [&str; 10] =
    ["CLVM", "CLVM_NG", "Gluster", "ISO", "Iscsi", "IscsiLUN", "LVM", "ManagedNFS", "OCFS2", "SMB"];

/// The over-provisioning of a pool of this type when `factor` thousandths are set for the cloud: `factor` where the type
/// can promise more than it has, 1.0 where it cannot (STOR-06, STOR-07).
///
/// ```
/// use cloudstack_core::plan::capacity::overprovisioning;
/// assert_eq!(overprovisioning("NetworkFilesystem", 2_000), 2_000);
/// assert_eq!(overprovisioning("CLVM", 2_000), 1_000);
/// ```
#[must_use]
pub fn overprovisioning(pool_type: &str, factor: u32) -> u32 {
    if FIXED_POOL_TYPES.contains(&pool_type) { 1_000 } else { factor }
}

/// One resource of one thing: what it has after over-commit, what is used, what is kept for machines that were stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Row {
    /// All of it, after over-commit.
    pub total: u64,
    /// In use.
    pub used: u64,
    /// Kept for a while for machines that stopped here.
    pub reserved: u64,
}

/// How urgent a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alert {
    /// Below both thresholds.
    Calm,
    /// Above the notification threshold: tell somebody.
    Notify,
    /// Above the disable threshold: nothing new is placed here.
    Disable,
}

impl Row {
    /// Used and reserved together.
    #[must_use]
    pub const fn taken(&self) -> u64 {
        self.used.saturating_add(self.reserved)
    }

    /// What is left, or `None` when more is taken than there is. An exact fit leaves `Some(0)`.
    #[must_use]
    pub const fn free(&self) -> Option<u64> {
        self.total.checked_sub(self.taken())
    }

    /// The share taken, in thousandths, truncated; `None` when there is nothing to share.
    #[must_use]
    pub fn ratio(&self) -> Option<u64> {
        u128::from(self.taken()).saturating_mul(1_000).checked_div(u128::from(self.total)).map(narrow)
    }

    /// What may still be taken before the share exceeds `threshold` thousandths; `None` when it exceeds it already.
    /// Reaching the threshold exactly is allowed.
    #[must_use]
    pub fn headroom(&self, threshold: u32) -> Option<u64> {
        share(self.total, threshold).checked_sub(self.taken())
    }

    /// The load as a number that orders rows: least loaded first, empty rows without any capacity last.
    #[must_use]
    pub fn load(&self) -> u64 {
        if self.total == 0 {
            return u64::MAX;
        }
        // Division of 128-bit numbers is slow, and this is asked often.
        if self.taken() <= u64::from(u32::MAX) {
            return (self.taken() << 32) / self.total;
        }
        narrow((u128::from(self.taken()) << 32) / u128::from(self.total))
    }

    /// How urgent this row is, given thresholds in thousandths; reaching a threshold exactly is not yet above it.
    #[must_use]
    pub fn alert(&self, notify: u32, disable: u32) -> Alert {
        if self.headroom(disable).is_none() {
            Alert::Disable
        } else if self.headroom(notify).is_none() {
            Alert::Notify
        } else {
            Alert::Calm
        }
    }

    /// Both rows together.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self {
            total: self.total.saturating_add(other.total),
            used: self.used.saturating_add(other.used),
            reserved: self.reserved.saturating_add(other.reserved),
        }
    }
}

/// Processor and memory of a host, a cluster or a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capacity {
    /// Processors, in MHz.
    pub cpu: Row,
    /// Memory, in MiB.
    pub ram: Row,
}

impl Capacity {
    /// Both together.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self { cpu: self.cpu.plus(&other.cpu), ram: self.ram.plus(&other.ram) }
    }
}

/// Primary storage of a zone, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StorageCapacity {
    /// Shared pools by what they report as used, of their sizes.
    pub used: Row,
    /// Shared pools by what is promised, of what may be promised.
    pub allocated: Row,
    /// Local pools by what is promised, of what may be promised.
    pub local: Row,
}

impl std::iter::Sum for Capacity {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), |sum, each| sum.plus(&each))
    }
}

/// `thousandths` of `total`, truncated.
#[must_use]
pub fn share(total: u64, thousandths: u32) -> u64 {
    // Division of 128-bit numbers is slow, and this is asked often.
    if let Some(product) = total.checked_mul(u64::from(thousandths)) {
        return product / 1_000;
    }
    narrow(u128::from(total) * u128::from(thousandths) / 1_000)
}

fn narrow(wide: u128) -> u64 {
    u64::try_from(wide).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaching_a_threshold_is_allowed_and_passing_it_is_not() {
        let row = Row { total: 1_000, used: 800, reserved: 50 };
        assert_eq!(row.ratio(), Some(850));
        assert_eq!(row.headroom(850), Some(0), "exactly at the threshold");
        assert_eq!(row.alert(750, 850), Alert::Notify);
        let row = Row { used: 801, ..row };
        assert_eq!(row.headroom(850), None, "one above it");
        assert_eq!(row.alert(750, 850), Alert::Disable);
        assert_eq!(Row { used: 700, ..row }.alert(750, 850), Alert::Calm, "exactly 0.75");
    }

    #[test]
    fn equality_of_free_capacity_fits_and_overfull_rows_have_no_room() {
        assert_eq!(Row { total: 10, used: 7, reserved: 3 }.free(), Some(0));
        assert_eq!(Row { total: 10, used: 7, reserved: 4 }.free(), None);
        assert_eq!(Row::default().ratio(), None);
        assert_eq!(Row::default().load(), u64::MAX);
    }

    /// Proves: STOR-06, STOR-07
    #[test]
    fn only_types_that_can_promise_more_than_they_have_do() {
        for kind in ["Filesystem", "NetworkFilesystem", "RBD", "SharedMountPoint", "VMFS", "PreSetup", "EXT"] {
            assert_eq!(overprovisioning(kind, STORAGE_OVERPROVISIONING), 2_000, "{kind}");
        }
        for kind in FIXED_POOL_TYPES {
            assert_eq!(overprovisioning(kind, STORAGE_OVERPROVISIONING), 1_000, "{kind}");
        }
    }
}

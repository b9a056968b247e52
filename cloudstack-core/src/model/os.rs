//! Kinds of guest operating systems. They are the same in every cloud, and so are their ids: there are no rows.

use crate::base::id::{EntityId, OsCategoryId, OsTypeId};

/// A family of operating systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OsCategory {
    /// Its id.
    pub id: OsCategoryId,
    /// Its name.
    pub name: &'static str,
}

/// A kind of operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OsType {
    /// Its id.
    pub id: OsTypeId,
    /// Its family.
    pub category: OsCategoryId,
    /// Its name, as clients choose it by.
    pub description: &'static str,
}

/// Families with their members. New ones go to the end of their family's list only with a release, since ids count on.
#[rustfmt::skip]
const FAMILIES: &[(&str, &[&str])] = &[
    ("CentOS", &[
        "CentOS 5.10 (32-bit)",
        "CentOS 5.10 (64-bit)",
        "CentOS 6.0 (64-bit)",
        "CentOS 6.5 (64-bit)",
        "CentOS 7",
        "CentOS 8",
        "Rocky Linux 8",
        "Rocky Linux 9",
        "AlmaLinux 8",
        "AlmaLinux 9",
        "CentOS Stream 9",
    ]),
    ("Debian", &[
        "Debian GNU/Linux 5.0 (64-bit)",
        "Debian GNU/Linux 6(64-bit)",
        "Debian GNU/Linux 7(64-bit)",
        "Debian GNU/Linux 8 (64-bit)",
        "Debian GNU/Linux 9 (64-bit)",
        "Debian GNU/Linux 10 (64-bit)",
        "Debian GNU/Linux 11 (64-bit)",
        "Debian GNU/Linux 12 (64-bit)",
    ]),
    ("Oracle", &[
        "Oracle Enterprise Linux 6.0 (64-bit)",
        "Oracle Linux 7",
        "Oracle Linux 8",
        "Oracle Linux 9",
    ]),
    ("RedHat", &[
        "Red Hat Enterprise Linux 5.0 (64-bit)",
        "Red Hat Enterprise Linux 6.0 (64-bit)",
        "Red Hat Enterprise Linux 7.0",
        "Red Hat Enterprise Linux 8.0",
        "Red Hat Enterprise Linux 9.0",
        "Fedora Linux (64 bit)",
    ]),
    ("SUSE", &[
        "SUSE Linux Enterprise Server 11 (64-bit)",
        "SUSE Linux Enterprise Server 12 (64-bit)",
        "SUSE Linux Enterprise Server 15 (64-bit)",
        "openSUSE Leap 15 (64-bit)",
    ]),
    ("Windows", &[
        "Windows 7 (64-bit)",
        "Windows 8.1 (64-bit)",
        "Windows 10 (64-bit)",
        "Windows 11 (64-bit)",
        "Windows Server 2008 R2 (64-bit)",
        "Windows Server 2012 (64-bit)",
        "Windows Server 2012 R2 (64-bit)",
        "Windows Server 2016 (64-bit)",
        "Windows Server 2019 (64-bit)",
        "Windows Server 2022 (64-bit)",
        "Windows PV",
    ]),
    ("Other", &[
        "Other Linux (32-bit)",
        "Other Linux (64-bit)",
        "Other (32-bit)",
        "Other (64-bit)",
        "Other PV (32-bit)",
        "Other PV (64-bit)",
        "Other Ubuntu (64-bit)",
        "Other CentOS (64-bit)",
        "Other SUSE Linux (64-bit)",
        "Asianux 3(64-bit)",
        "DOS",
    ]),
    ("Novel", &[
        "Novell Netware 6.x",
    ]),
    ("Unix", &[
        "FreeBSD (64-bit)",
        "FreeBSD 12 (64-bit)",
        "FreeBSD 13 (64-bit)",
        "Sun Solaris 10(64-bit)",
        "Sun Solaris 11 (64-bit)",
    ]),
    ("Ubuntu", &[
        "Ubuntu 10.04 (64-bit)",
        "Ubuntu 12.04 (64-bit)",
        "Ubuntu 14.04 (64-bit)",
        "Ubuntu 16.04 (64-bit)",
        "Ubuntu 18.04 LTS",
        "Ubuntu 20.04 LTS",
        "Ubuntu 22.04 LTS",
        "Ubuntu 24.04 LTS",
    ]),
    ("None", &[
        "None",
    ]),
];

/// What ids of operating systems begin with; families and members are counted below.
const FIRST: u128 = 0x6f73_0000_0000_8000_8000_0000_0000_0000;

/// Every family.
pub fn categories() -> impl Iterator<Item = OsCategory> {
    (1_u128..).zip(FAMILIES).map(|(number, (name, _))| OsCategory { id: OsCategoryId::from_u128(FIRST + number), name })
}

/// Every kind.
///
/// ```
/// use cloudstack_core::model::os;
/// let linux = os::types().find(|os| os.description == "Other Linux (64-bit)").unwrap();
/// assert_eq!(os::find(linux.id), Some(linux));
/// assert!(os::categories().any(|family| family.id == linux.category && family.name == "Other"));
/// ```
pub fn types() -> impl Iterator<Item = OsType> {
    (1_u128..).zip(FAMILIES).flat_map(|(family, (_, members))| {
        (1_u128..).zip(*members).map(move |(number, description)| OsType {
            id: OsTypeId::from_u128(FIRST + (family << 16) + number),
            category: OsCategoryId::from_u128(FIRST + family),
            description,
        })
    })
}

/// The kind with this id.
#[must_use]
pub fn find(id: OsTypeId) -> Option<OsType> {
    types().find(|os| os.id == id)
}

/// The kind with this name.
#[must_use]
pub fn named(description: &str) -> Option<OsType> {
    types().find(|os| os.description == description)
}

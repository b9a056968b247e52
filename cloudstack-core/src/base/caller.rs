//! Who asks. The caller is an argument of every verb, never ambient.

use super::id::{AccountId, DomainId, UserId};
use serde::{Deserialize, Serialize};

/// What kind of thing a caller may do at all; the rules of its role may narrow it further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RoleType {
    /// May do everything, everywhere.
    #[serde(alias = "RootAdmin")]
    Admin,
    /// May act for the accounts of its domain and the domains below, and on the places that serve them.
    ResourceAdmin,
    /// May act for the accounts of its domain and the domains below.
    DomainAdmin,
    /// May act on what its account owns.
    User,
    /// The cloud itself: loops and resumed sagas.
    System,
}

impl RoleType {
    /// The number that clients know it by: 1, 2, 4 and 8, as in the masks of API 4.1. The cloud itself has none.
    #[must_use]
    pub const fn mask(self) -> Option<u32> {
        match self {
            Self::Admin => Some(1),
            Self::ResourceAdmin => Some(2),
            Self::DomainAdmin => Some(4),
            Self::User => Some(8),
            Self::System => None,
        }
    }

    /// True for the two kinds that administer a domain and those below.
    #[must_use]
    pub const fn administers_domain(self) -> bool {
        matches!(self, Self::ResourceAdmin | Self::DomainAdmin)
    }
}

/// One who asks for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The user that is logged in.
    pub user: UserId,
    /// The account the user belongs to.
    pub account: AccountId,
    /// The domain of that account.
    pub domain: DomainId,
    /// What the caller may do.
    pub role: RoleType,
}

impl Caller {
    /// True for the root administrator and the cloud itself.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        matches!(self.role, RoleType::Admin | RoleType::System)
    }
}

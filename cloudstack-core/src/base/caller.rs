//! Who asks. The caller is an argument of every verb, never ambient.

use super::id::{AccountId, DomainId, UserId};
use serde::{Deserialize, Serialize};

/// What a caller may do at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// May do everything, everywhere.
    RootAdmin,
    /// May act for the accounts of its domain and the domains below.
    DomainAdmin,
    /// May act on what its account owns.
    User,
    /// The cloud itself: loops and resumed sagas.
    System,
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
    pub role: Role,
}

impl Caller {
    /// True for the root administrator and the cloud itself.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        matches!(self.role, Role::RootAdmin | Role::System)
    }
}

//! Accounts: what owns machines, volumes, networks and addresses.

use crate::base::{
    Name, RoleType, Timestamp,
    fsm::{Machine, Move},
    id::{AccountId, DomainId, RoleId, ZoneId},
};
use crate::model::{Value, closed, record::record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

closed! {
    /// The life of an account.
    AccountState {
        Enabled "May act.",
        Locked "May not log in; its machines run on.",
        Disabled "May not act; its machines are stopped.",
        Removing "It is being deleted: what it owns is being taken away.",
    }
}
closed! {
    /// What may happen to an account. It ends by the row's removal.
    AccountEvent {
        Lock "An administrator locks it.",
        Disable "An administrator disables it.",
        Enable "An administrator lets it act again.",
        Delete "An administrator deletes it.",
    }
}

/// Every legal move of an account.
#[rustfmt::skip]
pub const ACCOUNT_MOVES: &[Move<AccountState, AccountEvent>] = {
    use {AccountEvent::*, AccountState::*};
    &[
        (Enabled,  Lock,    Locked),
        (Enabled,  Disable, Disabled),
        (Locked,   Disable, Disabled),
        (Locked,   Enable,  Enabled),
        (Disabled, Enable,  Enabled),
        (Enabled,  Delete,  Removing),
        (Locked,   Delete,  Removing),
        (Disabled, Delete,  Removing),
        // An earlier try got this far.
        (Removing, Delete,  Removing),
    ]
};

/// The machine of an account.
pub const ACCOUNT: Machine<'static, AccountState, AccountEvent> = Machine {
    noun: "account",
    moves: ACCOUNT_MOVES,
    initial: &[AccountState::Enabled],
    finals: &[AccountState::Removing],
    transitional: &[],
};

closed! {
    /// What an account is, as clients number it (AUTH-02).
    AccountType {
        User "Acts on what it owns.",
        Admin "Administers the whole cloud.",
        DomainAdmin "Administers its domain and those below.",
        ResourceDomainAdmin "Administers its domain, those below, and the places that serve them.",
        ReadOnlyAdmin "Known of old; may do no more than a user here.",
        Project "Owns what the members of a project share; nobody logs in to it (AUTH-03).",
    }
}

impl AccountType {
    /// Its number: 0 to 5.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }
    /// The type that has this number.
    #[must_use]
    pub fn of_number(number: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.number() == number)
    }
    /// The type of the accounts whose role is of this type.
    #[must_use]
    pub const fn of_role(role: RoleType) -> Self {
        match role {
            RoleType::Admin | RoleType::System => Self::Admin,
            RoleType::ResourceAdmin => Self::ResourceDomainAdmin,
            RoleType::DomainAdmin => Self::DomainAdmin,
            RoleType::User => Self::User,
        }
    }
    /// What callers of such an account may do.
    #[must_use]
    pub const fn role_type(self) -> RoleType {
        match self {
            Self::Admin => RoleType::Admin,
            Self::DomainAdmin => RoleType::DomainAdmin,
            Self::ResourceDomainAdmin => RoleType::ResourceAdmin,
            Self::User | Self::ReadOnlyAdmin | Self::Project => RoleType::User,
        }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The domain it belongs to.
    pub domain: DomainId,
    /// Its name, unique in the domain.
    pub name: Name,
    /// What it is.
    pub kind: AccountType,
    /// The role of its users; none for an account of a project.
    pub role: Option<RoleId>,
    /// Where in its life it is.
    pub state: AccountState,
    /// The suffix of its machines' names, unless the network has its own.
    pub network_domain: Option<String>,
    /// The zone its users work in unless they name another.
    pub default_zone: Option<ZoneId>,
    /// What its administrators wrote down about it.
    pub details: BTreeMap<String, String>,
    /// It came with the cloud, and stays.
    pub builtin: bool,
    /// When it was made.
    pub created: Timestamp,
}
record! { Account: AccountId in "account" {
    name: Text = |r| Value::text(r.name.as_str()),
    domain: Link = |r| Value::link(r.domain),
    kind: Text = |r| Value::text(r.kind.as_str()),
    role: Link = |r| Value::maybe(r.role),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { [domain, name] } }

impl Account {
    /// An account of this type that was made now.
    #[must_use]
    pub fn new(id: AccountId, domain: DomainId, name: Name, kind: AccountType, created: Timestamp) -> Self {
        let (state, details) = (AccountState::Enabled, BTreeMap::new());
        let (role, network_domain, default_zone) = (None, None, None);
        let builtin = false;
        Self { id, domain, name, kind, role, state, network_domain, default_zone, details, builtin, created }
    }

    /// True for the account of a project.
    #[must_use]
    pub fn is_project(&self) -> bool {
        self.kind == AccountType::Project
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_the_numbers_that_clients_know() {
        let numbers: Vec<u32> = AccountType::ALL.iter().map(|kind| kind.number()).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5]);
        assert_eq!(AccountType::of_number(5), Some(AccountType::Project));
        assert_eq!(AccountType::of_number(6), None);
        for role in [RoleType::Admin, RoleType::ResourceAdmin, RoleType::DomainAdmin, RoleType::User] {
            assert_eq!(AccountType::of_role(role).role_type(), role);
        }
    }
}

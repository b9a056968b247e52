//! Who owns what: domains, accounts, users.

use super::{Value, closed, record::record};
use crate::base::{
    Name, Role,
    fsm::{Machine, Move},
    id::{AccountId, DomainId, UserId},
};
use serde::{Deserialize, Serialize};

/// A node in the tree of domains. The root has no parent and is called `ROOT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// Its id.
    pub id: DomainId,
    /// The domain above; none for the root.
    pub parent: Option<DomainId>,
    /// Its name, unique below its parent.
    pub name: Name,
    /// The names from the root down, `ROOT/Comp1/hr`.
    pub path: String,
}
record! { Domain: DomainId in "domain" {
    name: Text = |r| Value::text(r.name.as_str()),
    parent: Link = |r| Value::maybe(r.parent),
    path: Text = |r| Value::text(&r.path),
} unique { [path] } }

closed! {
    /// The life of an account.
    AccountState {
        Enabled "May act.",
        Locked "May not log in; its machines run on.",
        Disabled "May not act; its machines are stopped.",
    }
}
closed! {
    /// What may happen to an account.
    AccountEvent {
        Lock "An administrator locks it.",
        Disable "An administrator disables it.",
        Enable "An administrator lets it act again.",
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
    ]
};

/// The machine of an account.
pub const ACCOUNT: Machine<'static, AccountState, AccountEvent> = Machine {
    noun: "account",
    moves: ACCOUNT_MOVES,
    initial: &[AccountState::Enabled],
    finals: &[],
    transitional: &[],
};

/// An account: what owns machines, volumes, networks and addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The domain it belongs to.
    pub domain: DomainId,
    /// Its name, unique in the domain.
    pub name: Name,
    /// What its users may do.
    pub role: Role,
    /// Where in its life it is.
    pub state: AccountState,
}
record! { Account: AccountId in "account" {
    name: Text = |r| Value::text(r.name.as_str()),
    domain: Link = |r| Value::link(r.domain),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { [domain, name] } }

/// A user of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The account it acts for.
    pub account: AccountId,
    /// The domain of that account.
    pub domain: DomainId,
    /// The name it logs in with, unique in the domain.
    pub name: Name,
}
record! { User: UserId in "user" {
    name: Text = |r| Value::text(r.name.as_str()),
    account: Link = |r| Value::link(r.account),
    domain: Link = |r| Value::link(r.domain),
} unique { [domain, name] } }

//! The tree of domains.

use crate::base::{
    Name,
    fsm::{Machine, Move},
    id::DomainId,
};
use crate::model::{Value, closed, record::record};
use serde::{Deserialize, Serialize};

closed! {
    /// The life of a domain.
    DomainState {
        Active "Accounts act and grow in it.",
        Inactive "It is being deleted: what it holds is being taken away.",
    }
}
closed! {
    /// What may happen to a domain. It ends by the row's removal.
    DomainEvent {
        Delete "An administrator deletes it.",
    }
}

/// Every legal move of a domain.
#[rustfmt::skip]
pub const DOMAIN_MOVES: &[Move<DomainState, DomainEvent>] = {
    use {DomainEvent::*, DomainState::*};
    &[
        (Active,   Delete, Inactive),
        // An earlier try got this far.
        (Inactive, Delete, Inactive),
    ]
};

/// The machine of a domain.
pub const DOMAIN: Machine<'static, DomainState, DomainEvent> = Machine {
    noun: "domain",
    moves: DOMAIN_MOVES,
    initial: &[DomainState::Active],
    finals: &[DomainState::Inactive],
    transitional: &[],
};

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
    /// Where in its life it is.
    #[serde(default = "active")]
    pub state: DomainState,
    /// The suffix of the names of its accounts' machines, unless the account or the network has its own.
    #[serde(default)]
    pub network_domain: Option<String>,
}
record! { Domain: DomainId in "domain" {
    name: Text = |r| Value::text(r.name.as_str()),
    parent: Link = |r| Value::maybe(r.parent),
    path: Text = |r| Value::text(&r.path),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { [path] } }

const fn active() -> DomainState {
    DomainState::Active
}

impl Domain {
    /// How deep it lies: 0 for the root.
    #[must_use]
    pub fn level(&self) -> usize {
        self.path.matches('/').count()
    }
}

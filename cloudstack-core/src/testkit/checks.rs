//! Laws that a cloud must keep, as pure functions over its rows, what is derived from them, and what is really there.
//!
//! [`always`] holds after every commit, whatever fails. [`settled`] holds once nothing fails any more and nothing is under
//! way: then rows and reality must agree to the last port. [`moves`] judges one commit.

mod always;
mod moves;
mod settled;

pub use always::always;
pub use moves::moves;
pub use settled::settled;

use crate::flow::Room;
use crate::ledger::{State, View};

/// A law that was broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The law, in a word or two.
    pub law: &'static str,
    /// What was found.
    pub detail: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.law, self.detail)
    }
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Findings(pub(crate) Vec<Violation>);

impl Findings {
    pub(crate) fn tell(&mut self, law: &'static str, detail: impl Into<String>) {
        self.0.push(Violation { law, detail: detail.into() });
    }

    pub(crate) fn unless(&mut self, holds: bool, law: &'static str, detail: impl FnOnce() -> String) {
        if !holds {
            self.tell(law, detail());
        }
    }
}

/// What is derived and followed row by row must be what the rows alone give.
#[must_use]
pub fn derived(view: &View, room: &Room) -> Vec<Violation> {
    let mut found = Findings::default();
    let fresh = State::<Room>::of(view.clone()).derived;
    found.unless(fresh.fleet == room.fleet, "derived room", || {
        let side = |room: &Room| {
            let hosts: Vec<_> = room.fleet.hosts().map(|h| (h.id, room.fleet.usage(h.id))).collect();
            let pools: Vec<_> = room.fleet.pools().collect();
            format!("{hosts:?} {pools:?}")
        };
        format!("the fleet is\n{}\nand the rows say\n{}", side(room), side(&fresh))
    });
    let (kept, wanted) = (room.addresses.fingerprint(), fresh.addresses.fingerprint());
    found.unless(kept == wanted, "derived addresses", || format!("are\n{kept}\nand the rows say\n{wanted}"));
    found.unless(fresh.groups == room.groups, "derived groups", || {
        format!("are\n{:?}\nand the rows say\n{:?}", room.groups, fresh.groups)
    });
    found.unless(fresh.counts == room.counts, "derived counts", || {
        format!("are\n{:?}\nand the rows say\n{:?}", room.counts, fresh.counts)
    });
    found.unless(fresh.owned == room.owned, "derived hosts of accounts", || {
        format!("are\n{:?}\nand the rows say\n{:?}", room.owned, fresh.owned)
    });
    found.0
}

/// The rows in memory must be the rows the store holds.
#[must_use]
pub fn same_rows(view: &View, stored: &View) -> Vec<Violation> {
    let mut found = Findings::default();
    if view.number() != stored.number() {
        found.tell("view equals store", format!("commit {} against {}", view.number(), stored.number()));
        return found.0;
    }
    for (mine, theirs) in view.listing().zip(stored.listing()) {
        found.unless(mine == theirs, "view equals store", || format!("{mine:?} against {theirs:?}"));
    }
    let counts = (view.listing().count(), stored.listing().count());
    found.unless(counts.0 == counts.1, "view equals store", || format!("{} rows against {}", counts.0, counts.1));
    found.0
}

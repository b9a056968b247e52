//! The difference between two states of a filter, as changes in an order a device can take them in.

use super::ir::{Chains, Entry, Ir, Port, SetKey};
use crate::base::id::SecurityGroupId;
use crate::model::network::security_rule::Direction;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// One change. The order of the variants is the order in which changes are made: a thing is made before it is named, and
/// no longer named before it is taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new set with its elements, rising.
    AddSet(SetKey, Vec<IpAddr>),
    /// One element more.
    AddElement(SetKey, IpAddr),
    /// The empty chains of a group.
    AddGroup(SecurityGroupId),
    /// One entry more.
    AddEntry(SecurityGroupId, Direction, Entry),
    /// What is not allowed by any group is from now on refused (`true`) or let out (`false`), as far as this group is
    /// asked. Follows from whether the egress chain is empty; said so that a device need not count.
    CloseEgress(SecurityGroupId, bool),
    /// A port goes away.
    RemovePort(Port),
    /// A port stays but its addresses, Ethernet address, interface or groups become these.
    ChangePort {
        /// As it was.
        before: Port,
        /// As it becomes; the device is the same.
        after: Port,
    },
    /// A new port.
    AddPort(Port),
    /// One entry less.
    RemoveEntry(SecurityGroupId, Direction, Entry),
    /// The chains of a group go away with what is in them.
    RemoveGroup(SecurityGroupId),
    /// One element less.
    RemoveElement(SetKey, IpAddr),
    /// A set goes away with what is in it.
    RemoveSet(SetKey),
}

impl Change {
    const fn rank(&self) -> u8 {
        match self {
            Self::AddSet(..) => 0,
            Self::AddElement(..) => 1,
            Self::AddGroup(..) => 2,
            Self::AddEntry(..) => 3,
            Self::CloseEgress(_, true) => 4,
            Self::RemovePort(..) => 5,
            Self::ChangePort { .. } => 6,
            Self::AddPort(..) => 7,
            Self::RemoveEntry(..) => 8,
            Self::CloseEgress(_, false) => 9,
            Self::RemoveGroup(..) => 10,
            Self::RemoveElement(..) => 11,
            Self::RemoveSet(..) => 12,
        }
    }
}

/// Changes in the order they must be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    changes: Vec<Change>,
}

impl Delta {
    /// Orders changes; those of one kind stay as given.
    #[must_use]
    pub(crate) fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by_key(Change::rank);
        Self { changes }
    }

    /// The changes, in order.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// True if nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Ir {
    /// Makes the changes. `after = before.patch(diff(before, after))` always holds.
    pub fn patch(&mut self, delta: &Delta) {
        for change in &delta.changes {
            self.change(change);
        }
    }

    /// Makes one change; one that is made already, or about a thing that is not there, does nothing.
    pub(crate) fn change(&mut self, change: &Change) {
        match change {
            Change::AddSet(key, elements) => {
                self.sets.insert(*key, elements.iter().copied().collect());
            }
            Change::AddElement(key, address) => self.set(*key, |set| set.insert(*address)),
            Change::AddGroup(group) => {
                self.groups.insert(*group, Chains::default());
            }
            Change::AddEntry(group, way, entry) => self.chain(*group, *way, |chain| chain.insert(*entry)),
            // Follows from the chain.
            Change::CloseEgress(..) => {}
            Change::RemovePort(port) => {
                self.ports.remove(&port.tap);
            }
            Change::ChangePort { after: port, .. } | Change::AddPort(port) => {
                self.ports.insert(port.tap, port.clone());
            }
            Change::RemoveEntry(group, way, entry) => self.chain(*group, *way, |chain| chain.remove(entry)),
            Change::RemoveGroup(group) => {
                self.groups.remove(group);
            }
            Change::RemoveElement(key, address) => self.set(*key, |set| set.remove(address)),
            Change::RemoveSet(key) => {
                self.sets.remove(key);
            }
        }
    }

    fn set(&mut self, key: SetKey, edit: impl FnOnce(&mut BTreeSet<IpAddr>) -> bool) {
        if let Some(set) = self.sets.get_mut(&key) {
            edit(set);
        }
    }

    fn chain(&mut self, group: SecurityGroupId, way: Direction, edit: impl FnOnce(&mut BTreeSet<Entry>) -> bool) {
        if let Some(chains) = self.groups.get_mut(&group) {
            edit(chains.of_mut(way));
        }
    }
}

/// The changes that turn `before` into `after`. Costs a walk over both; [`apply`](super::security_group::Compiled::apply)
/// finds the same changes from the event alone.
#[must_use]
pub fn diff(before: &Ir, after: &Ir) -> Delta {
    let mut changes = Vec::new();
    sets(before, after, &mut changes);
    groups(before, after, &mut changes);
    ports(before, after, &mut changes);
    Delta::new(changes)
}

/// Every key of either map, with what each map holds for it, by rising key.
fn both<'a, K: Ord + Copy + 'a, V: 'a>(
    before: impl IntoIterator<Item = (&'a K, &'a V)>,
    after: impl IntoIterator<Item = (&'a K, &'a V)>,
) -> impl Iterator<Item = (K, Option<&'a V>, Option<&'a V>)> {
    let (mut left, mut right) = (before.into_iter().peekable(), after.into_iter().peekable());
    std::iter::from_fn(move || {
        let key = match (left.peek(), right.peek()) {
            (Some((a, _)), Some((b, _))) => **a.min(b),
            (Some((a, _)), None) => **a,
            (None, Some((b, _))) => **b,
            (None, None) => return None,
        };
        let old = left.next_if(|(k, _)| **k == key).map(|(_, v)| v);
        let new = right.next_if(|(k, _)| **k == key).map(|(_, v)| v);
        Some((key, old, new))
    })
}

fn sets(before: &Ir, after: &Ir, out: &mut Vec<Change>) {
    for (key, old, new) in both(&before.sets, &after.sets) {
        match (old, new) {
            (Some(old), Some(new)) => {
                out.extend(new.difference(old).map(|a| Change::AddElement(key, *a)));
                out.extend(old.difference(new).map(|a| Change::RemoveElement(key, *a)));
            }
            (None, Some(new)) => out.push(Change::AddSet(key, new.iter().copied().collect())),
            (Some(_), None) => out.push(Change::RemoveSet(key)),
            (None, None) => {}
        }
    }
}

fn groups(before: &Ir, after: &Ir, out: &mut Vec<Change>) {
    let none = Chains::default();
    for (group, old, new) in both(&before.groups, &after.groups) {
        if old.is_none() {
            out.push(Change::AddGroup(group));
        }
        let (from, to) = (old.unwrap_or(&none), new.unwrap_or(&none));
        for direction in Direction::ALL {
            let (from, to) = (from.of(direction), to.of(direction));
            out.extend(to.difference(from).map(|e| Change::AddEntry(group, direction, *e)));
            // A chain that goes away takes its entries along.
            if new.is_some() {
                out.extend(from.difference(to).map(|e| Change::RemoveEntry(group, direction, *e)));
            }
        }
        match new {
            None => out.push(Change::RemoveGroup(group)),
            Some(_) if from.egress.is_empty() != to.egress.is_empty() => {
                out.push(Change::CloseEgress(group, !to.egress.is_empty()));
            }
            Some(_) => {}
        }
    }
}

fn ports(before: &Ir, after: &Ir, out: &mut Vec<Change>) {
    for (_, old, new) in both(&before.ports, &after.ports) {
        match (old, new) {
            (Some(old), Some(new)) if old != new => {
                out.push(Change::ChangePort { before: old.clone(), after: new.clone() });
            }
            (None, Some(new)) => out.push(Change::AddPort(new.clone())),
            (Some(old), None) => out.push(Change::RemovePort(old.clone())),
            _ => {}
        }
    }
}

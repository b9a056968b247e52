//! Who is in which security group, and whose filters depend on which group.

use crate::base::id::{HostId, SecurityGroupId, VmId};
use crate::ledger::Row;
use crate::model::network::SecurityGroup;
use crate::model::network::security_rule::Peer;
use crate::model::vm::Vm;
use std::collections::{BTreeMap, BTreeSet};

/// Members of groups by group and by host, and which groups name which in their rules.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Machines that hold room on a host, by group.
    members: BTreeMap<SecurityGroupId, BTreeSet<VmId>>,
    /// How many machines of a group each host carries.
    hosts: BTreeMap<SecurityGroupId, BTreeMap<HostId, u32>>,
    /// Groups whose rules name this group.
    named_by: BTreeMap<SecurityGroupId, BTreeSet<SecurityGroupId>>,
}

impl Groups {
    /// The machines of a group that hold room on a host, in the order of ids.
    pub fn members(&self, group: SecurityGroupId) -> impl Iterator<Item = VmId> + '_ {
        self.members.get(&group).into_iter().flatten().copied()
    }

    /// The hosts whose filter holds the rules of this group.
    pub fn hosts_of(&self, group: SecurityGroupId) -> impl Iterator<Item = HostId> + '_ {
        self.hosts.get(&group).into_iter().flat_map(BTreeMap::keys).copied()
    }

    /// The hosts that carry a machine of any group.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<HostId> {
        self.hosts.values().flat_map(BTreeMap::keys).copied().collect()
    }

    /// The hosts whose filter depends on who is in this group.
    pub fn hosts_naming(&self, group: SecurityGroupId) -> impl Iterator<Item = HostId> + '_ {
        self.named_by.get(&group).into_iter().flatten().flat_map(|g| self.hosts_of(*g))
    }

    /// Groups other than itself whose rules name this group.
    pub fn named_by(&self, group: SecurityGroupId) -> impl Iterator<Item = SecurityGroupId> + '_ {
        self.named_by.get(&group).into_iter().flatten().copied().filter(move |g| *g != group)
    }

    pub(super) fn follow_vm(&mut self, before: Option<&Vm>, after: Option<&Vm>) {
        let place = |vm: Option<&Vm>| vm.map(|v| (v.host, v.moving_to));
        if place(before) == place(after) && before.map(|v| &v.groups) == after.map(|v| &v.groups) {
            return;
        }
        for (vm, host) in before.into_iter().flat_map(|vm| vm.hosts().map(move |host| (vm, host))) {
            for group in &vm.groups {
                remove(&mut self.members, *group, vm.id);
                let hosts = self.hosts.entry(*group).or_default();
                match hosts.get_mut(&host) {
                    Some(count) if *count > 1 => *count -= 1,
                    _ => drop(hosts.remove(&host)),
                }
                if hosts.is_empty() {
                    self.hosts.remove(group);
                }
            }
        }
        for (vm, host) in after.into_iter().flat_map(|vm| vm.hosts().map(move |host| (vm, host))) {
            for group in &vm.groups {
                self.members.entry(*group).or_default().insert(vm.id);
                *self.hosts.entry(*group).or_default().entry(host).or_default() += 1;
            }
        }
    }

    pub(super) fn follow_group(&mut self, before: Option<&Row>, after: Option<&Row>) {
        for (side, back) in [(before, true), (after, false)] {
            let Some(Row::SecurityGroup(group)) = side else { continue };
            for named in named(group) {
                if back {
                    remove(&mut self.named_by, named, group.id);
                } else {
                    self.named_by.entry(named).or_default().insert(group.id);
                }
            }
        }
    }
}

/// The groups that a group's rules name.
#[must_use]
pub fn named(group: &SecurityGroup) -> BTreeSet<SecurityGroupId> {
    let peers = group.rules.iter().map(|rule| rule.peer);
    peers.filter_map(|peer| if let Peer::Group(id) = peer { Some(id) } else { None }).collect()
}

fn remove<V: Ord>(lists: &mut BTreeMap<SecurityGroupId, BTreeSet<V>>, key: SecurityGroupId, value: V) {
    if let Some(list) = lists.get_mut(&key) {
        list.remove(&value);
        if list.is_empty() {
            lists.remove(&key);
        }
    }
}

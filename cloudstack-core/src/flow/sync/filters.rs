//! Hosts' filters follow the rows: who is in which group, and what the groups' rules say (SG-04, SG-08).

use super::follow::{Dirty, Follower};
use crate::base::id::HostId;
use crate::engine::StepError;
use crate::flow::filters;
use crate::flow::room::Groups;
use crate::flow::running::Running;
use crate::ledger::{Change, Row, RowChange, View};
use crate::model::infra::Host;
use crate::model::network::{Nic, NicState};
use crate::model::vm::Vm;
use async_trait::async_trait;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The filters of hosts.
pub(super) struct HostFilters;

#[async_trait]
impl Follower for HostFilters {
    type Key = HostId;
    const WHAT: &'static str = "host filter";
    const TOLD_EARLY: bool = true;

    fn dirty(cloud: &Running) -> &Arc<Dirty<HostId>> {
        &cloud.dirty
    }
    fn all(cloud: &Running, view: &View) -> BTreeSet<HostId> {
        let has = |host: &&Host| cloud.outside.filters.contains_key(&host.hypervisor);
        view.hosts().iter().filter(has).map(|host| host.id).collect()
    }
    /// What was missed can only concern hosts that have a filter, or shall have one.
    fn missed(cloud: &Running) -> BTreeSet<HostId> {
        let shall: BTreeSet<HostId> = cloud.ledger.peek(|_, room| room.groups.hosts().into_iter().collect());
        shall.into_iter().chain(cloud.outside.told.keys()).collect()
    }
    fn lost(cloud: &Running) -> BTreeSet<HostId> {
        Self::all(cloud, &cloud.ledger.view())
    }
    fn may_concern(change: &Change) -> bool {
        may_concern(change)
    }
    fn concerned(cloud: &Running, change: &Change) -> BTreeSet<HostId> {
        let (hosts, managed) =
            cloud.ledger.peek(|view, room| (concerned(change, &room.groups, view), managed_again(change, view)));
        for host in &managed {
            filters::distrust(&cloud.outside, *host);
        }
        hosts.into_iter().chain(managed).collect()
    }
    fn distrust(cloud: &Running, host: HostId) {
        filters::distrust(&cloud.outside, host);
    }
    async fn tell(cloud: &Running, host: HostId) -> Result<(), StepError> {
        let view = cloud.ledger.view();
        // One that is not managed is told all when it is again (HIER-29).
        let cluster = view.host(host).and_then(|h| view.cluster(h.cluster));
        if !cluster.is_some_and(|cluster| cluster.managed) {
            return Ok(());
        }
        filters::ensure(&cloud.outside, &cloud.ledger, host).await
    }
}

/// False if a change concerns no filter: most do not, and the newest state need not be asked about them.
fn may_concern(change: &Change) -> bool {
    let sides = change.rows().flat_map(|c| [&c.before, &c.after]).flatten();
    sides.map(|(row, _)| row).any(|row| match row {
        Row::Vm(vm) => !vm.groups.is_empty(),
        Row::SecurityGroup(_) | Row::Cluster(_) => true,
        _ => false,
    }) || change.rows().any(|c| came_or_went(c).is_some())
}

/// An interface that was added to a machine, or taken from it, or is about to be.
fn came_or_went(change: &RowChange) -> Option<&Nic> {
    let stays =
        |side: &Option<(Row, u64)>| matches!(side, Some((Row::Nic(nic), _)) if nic.state != NicState::Releasing);
    let nic = [&change.before, &change.after].into_iter().flatten().find_map(|(row, _)| match row {
        Row::Nic(nic) => Some(&**nic),
        _ => None,
    });
    nic.filter(|_| stays(&change.before) != stays(&change.after))
}

/// The hosts whose filter a change concerns.
fn concerned(change: &Change, groups: &Groups, view: &View) -> BTreeSet<HostId> {
    let mut hosts = BTreeSet::new();
    for row in change.rows() {
        if let Some(vm) = came_or_went(row).and_then(|nic| view.vm(nic.vm)) {
            hosts.extend(vm.hosts().filter(|_| !vm.groups.is_empty()));
            hosts.extend(vm.groups.iter().flat_map(|g| groups.hosts_naming(*g)));
        }
        let RowChange { before, after } = row;
        match (before.as_ref().map(|(r, _)| r), after.as_ref().map(|(r, _)| r)) {
            (before @ (None | Some(Row::Vm(_))), after @ (None | Some(Row::Vm(_)))) => {
                vm_moved(before.and_then(vm), after.and_then(vm), groups, &mut hosts);
            }
            (Some(Row::SecurityGroup(group)), _) | (_, Some(Row::SecurityGroup(group))) => {
                hosts.extend(groups.hosts_of(group.id));
            }
            _ => {}
        }
    }
    hosts
}

/// The hosts of clusters that a change takes under management again.
fn managed_again(change: &Change, view: &View) -> Vec<HostId> {
    let again = |c: &RowChange| match (&c.before, &c.after) {
        (Some((Row::Cluster(before), _)), Some((Row::Cluster(after), _))) => {
            (after.managed && !before.managed).then_some(after.id)
        }
        _ => None,
    };
    change.rows().filter_map(again).flat_map(|id| view.hosts().by("cluster", id)).map(|host| host.id).collect()
}

fn vm(row: &Row) -> Option<&Vm> {
    if let Row::Vm(vm) = row { Some(vm) } else { None }
}

fn vm_moved(before: Option<&Vm>, after: Option<&Vm>, groups: &Groups, hosts: &mut BTreeSet<HostId>) {
    if before.map(|v| (v.host, v.moving_to, &v.groups)) == after.map(|v| (v.host, v.moving_to, &v.groups)) {
        return;
    }
    for vm in [before, after].into_iter().flatten().filter(|vm| !vm.groups.is_empty()) {
        hosts.extend(vm.hosts());
        hosts.extend(vm.groups.iter().flat_map(|g| groups.hosts_naming(*g)));
    }
}

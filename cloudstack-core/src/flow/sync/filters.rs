//! Hosts' filters follow the rows: who is in which group, and what the groups' rules say. A host is told within a moment
//! of the commit that concerns it (SG-04, SG-08), and again until it has heard.

use crate::base::Span;
use crate::base::id::HostId;
use crate::flow::filters;
use crate::flow::room::Groups;
use crate::flow::running::Running;
use crate::flow::setting;
use crate::ledger::{Change, Row, RowChange, View};
use crate::model::infra::Host;
use crate::model::vm::Vm;
use crate::port::driver::{Ended, watched};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;

/// How long a host that did not hear is left alone.
const RETRY: Span = Span::secs(5);

/// Hosts whose filter may not be what it should.
#[derive(Debug, Default)]
pub(crate) struct Dirty {
    hosts: Mutex<Noted>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct Noted {
    /// To be told.
    waiting: BTreeSet<HostId>,
    /// Being told, or left alone for a while because they did not hear.
    telling: BTreeSet<HostId>,
}

impl Dirty {
    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.hosts.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub(crate) fn add(&self, hosts: impl IntoIterator<Item = HostId>) {
        let mut noted = self.lock();
        let before = noted.waiting.len();
        noted.waiting.extend(hosts);
        if noted.waiting.len() > before {
            self.bell.notify_one();
        }
    }

    /// Nobody is to be told, and nobody is being told.
    pub(crate) fn is_empty(&self) -> bool {
        let noted = self.lock();
        noted.waiting.is_empty() && noted.telling.is_empty()
    }

    /// Wakes who waits for hosts, without any: to see that the cloud has stopped.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// The hosts to be told now. One that is being told is told again when that has ended.
    fn take(&self) -> Vec<HostId> {
        let mut noted = self.lock();
        let now: Vec<HostId> = noted.waiting.difference(&noted.telling).copied().collect();
        for host in &now {
            noted.waiting.remove(host);
            noted.telling.insert(*host);
        }
        now
    }

    /// A host was told, or did not hear and is to be told again.
    fn told(&self, host: HostId, heard: bool) {
        let mut noted = self.lock();
        noted.telling.remove(&host);
        if !heard {
            noted.waiting.insert(host);
        }
        if noted.waiting.contains(&host) {
            self.bell.notify_one();
        }
    }
}

/// Starts the two halves: one listens to commits and notes hosts, the other tells hosts.
pub(super) fn start(cloud: &Arc<Running>) {
    let view = cloud.ledger.view();
    // All that have a filter, not only those with guarded machines: one may have lost its last while nobody told it.
    cloud.dirty.add(filtered(cloud, &view));
    let weak = Arc::downgrade(cloud);
    let (mut feed, mut losses) = (cloud.ledger.watch(), cloud.ledger.losses());
    cloud.platform.spawn(Box::pin(async move {
        loop {
            let heard = tokio::select! {
                biased;
                // Hosts may have been told of changes that came to nothing.
                Ok(()) = losses.changed() => None,
                heard = feed.recv() => Some(heard),
            };
            let Some(cloud) = weak.upgrade().filter(|c| !c.is_stopped()) else { break };
            let Some(heard) = heard else {
                cloud.dirty.add(filtered(&cloud, &cloud.ledger.view()));
                continue;
            };
            match heard {
                Ok(commit) if !may_concern(&commit.change) => {}
                Ok(commit) => {
                    let (hosts, managed) = cloud.ledger.peek(|view, room| {
                        (concerned(&commit.change, &room.groups), managed_again(&commit.change, view))
                    });
                    for host in &managed {
                        filters::distrust(&cloud.outside, *host);
                    }
                    cloud.dirty.add(hosts.into_iter().chain(managed));
                }
                Err(RecvError::Lagged(_)) => {
                    // What was missed can only concern hosts that have a filter, or shall have one.
                    cloud.dirty.add(cloud.ledger.peek(|_, room| room.groups.hosts()));
                    cloud.dirty.add(cloud.outside.told.hosts());
                }
                Err(RecvError::Closed) => break,
            }
        }
    }));
    let weak = Arc::downgrade(cloud);
    let dirty = Arc::clone(&cloud.dirty);
    cloud.platform.spawn(Box::pin(async move {
        loop {
            let Some(cloud) = weak.upgrade().filter(|c| !c.is_stopped()) else { break };
            for host in dirty.take() {
                let (platform, cloud) = (Arc::clone(&cloud.platform), Arc::clone(&cloud));
                platform.spawn(Box::pin(tell(cloud, host)));
            }
            drop(cloud);
            dirty.bell.notified().await;
        }
    }));
}

/// Notes every host that has a filter, as if nobody knew what it was told: what somebody else has changed on it, or it has
/// lost, is as it should be again.
pub(super) async fn refresh(cloud: Arc<Running>) {
    let hosts = filtered(&cloud, &cloud.ledger.view());
    for host in &hosts {
        filters::distrust(&cloud.outside, *host);
    }
    cloud.dirty.add(hosts);
}

/// Every host that has a filter.
fn filtered(cloud: &Running, view: &View) -> BTreeSet<HostId> {
    let has = |host: &&Host| cloud.outside.filters.contains_key(&host.hypervisor);
    view.hosts().iter().filter(has).map(|host| host.id).collect()
}

/// Tells one host, for as long as a step may take. One that does not hear holds up no other.
async fn tell(cloud: Arc<Running>, host: HostId) {
    let view = cloud.ledger.view();
    // One that is not managed is told all when it is again (HIER-29).
    let cluster = view.host(host).and_then(|h| view.cluster(h.cluster));
    if !cluster.is_some_and(|cluster| cluster.managed) {
        return cloud.dirty.told(host, true);
    }
    let deadline = cloud.platform.now().after(setting::seconds(&view, "wait"));
    let work = filters::ensure(&cloud.outside, &cloud.ledger, host);
    let heard = match watched(&*cloud.platform, deadline, work).await {
        Ended::Done(Ok(())) => true,
        Ended::Done(Err(error)) => {
            tracing::debug!(%host, %error, "a host's filter could not be set");
            false
        }
        Ended::Late | Ended::Panicked => {
            tracing::warn!(%host, "a host's filter driver hung or panicked");
            false
        }
    };
    if !heard {
        cloud.platform.sleep_until(cloud.platform.now().after(RETRY)).await;
    }
    cloud.dirty.told(host, heard);
}

/// False if a change concerns no filter: most do not, and the newest state need not be asked about them.
fn may_concern(change: &Change) -> bool {
    let sides = change.rows().flat_map(|c| [&c.before, &c.after]).flatten();
    sides.map(|(row, _)| row).any(|row| match row {
        Row::Vm(vm) => !vm.groups.is_empty(),
        Row::SecurityGroup(_) | Row::Cluster(_) => true,
        _ => false,
    })
}

/// The hosts whose filter a change concerns.
fn concerned(change: &Change, groups: &Groups) -> BTreeSet<HostId> {
    let mut hosts = BTreeSet::new();
    for RowChange { before, after } in change.rows() {
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

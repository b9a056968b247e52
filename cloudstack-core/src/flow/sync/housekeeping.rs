//! Giving back what is no longer used: destroyed machines, idle networks, kept room, old jobs.

use crate::base::Span;
use crate::base::id::{JobId, NetworkId, VmId};
use crate::flow::network::{CollectNetwork, collect};
use crate::flow::running::Running;
use crate::flow::setting;
use crate::flow::vm::ExpungeVm;
use crate::flow::{alert, event};
use crate::ledger::Cause;
use crate::model::job::Job;
use crate::model::vm::{Vm, VmState};
use std::sync::Arc;

/// The most rows one round of a loop changes in one commit.
const BATCH: usize = 1_000;

/// Expunges machines that were destroyed `expunge.delay` ago, and those whose last try failed.
pub(super) async fn expunge(cloud: Arc<Running>) {
    let (view, now) = (cloud.ledger.view(), cloud.platform.now());
    let delay = setting::seconds(&view, "expunge.delay");
    let due = |vm: &&Vm| match vm.state {
        VmState::Destroyed => now.since(vm.updated) >= delay,
        VmState::Expunging => true,
        _ => false,
    };
    let due: Vec<VmId> = view.vms().iter().filter(due).filter(|vm| vm.job.is_none()).map(|vm| vm.id).collect();
    for vm in due {
        if let Err(error) = cloud.run(&cloud.system, ExpungeVm { vm }).await {
            tracing::debug!(%vm, %error, "a machine is not expunged this time");
        }
    }
}

/// Gives back what idle networks hold.
pub(super) async fn collect(cloud: Arc<Running>) {
    let due: Vec<NetworkId> = collect::due(&cloud.ledger.view(), cloud.platform.now());
    for network in due {
        if let Err(error) = cloud.run(&cloud.system, CollectNetwork { network }).await {
            tracing::debug!(%network, %error, "a network is not collected this time");
        }
    }
}

/// Lets go of room that was kept for machines which stopped `capacity.skipcounting.hours` (seconds, in spite of the
/// name) ago.
pub(super) async fn reserved(cloud: Arc<Running>) {
    let tidy = cloud
        .ledger
        .transact(&Cause::system("capacity.release"), |desk| {
            let (now, keep) = (desk.now(), setting::seconds(desk.view(), "capacity.skipcounting.hours"));
            let due = |vm: &&Vm| vm.reserved_on.is_some() && vm.job.is_none() && now.since(vm.updated) >= keep;
            let due: Vec<Vm> = desk.view().vms().iter().filter(due).take(BATCH).cloned().collect();
            due.into_iter().try_for_each(|vm| desk.update(Vm { reserved_on: None, ..vm }))
        })
        .await;
    report(tidy);
}

/// Forgets jobs that ended `job.expire.minutes` ago; the history keeps what they did. Takes up jobs that nobody runs: the
/// store had kept them without saying so.
pub(super) async fn jobs(cloud: Arc<Running>) {
    cloud.engine.resume();
    let tidy = cloud
        .ledger
        .transact(&Cause::system("job.expire"), |desk| {
            let now = desk.now();
            let keep = Span::mins(setting::int(desk.view(), "job.expire.minutes").unsigned_abs());
            let due = |job: &&Job| job.finished.is_some_and(|at| now.since(at) >= keep);
            let due: Vec<JobId> = desk.view().jobs().iter().filter(due).take(BATCH).map(|job| job.id).collect();
            due.into_iter().try_for_each(|id| desk.remove::<Job>(id))
        })
        .await;
    report(tidy);
}

/// Forgets what was said of events that are not listed any more.
pub(super) async fn events(cloud: Arc<Running>) {
    report(cloud.ledger.transact(&Cause::system("event.forget"), event::forget_cuts).await);
}

/// Forgets alerts that are over and older than `alert.purge.delay` days.
pub(super) async fn alerts(cloud: Arc<Running>) {
    report(cloud.ledger.transact(&Cause::system("alert.forget"), alert::forget).await);
}

fn report(tidy: crate::base::Result<()>) {
    if let Err(error) = tidy {
        tracing::warn!(%error, "the store did not take a round of housekeeping");
    }
}

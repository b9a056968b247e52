//! Giving back what is no longer used: destroyed machines, idle networks, kept room, old jobs, deleted accounts.

use crate::base::id::{JobId, NetworkId, VmId, VolumeId};
use crate::base::{Span, Timestamp};
use crate::flow::network::{CollectNetwork, collect};
use crate::flow::org::project::invitation;
use crate::flow::org::{DeleteAccount, DeleteDomain, DeleteProject};
use crate::flow::running::{Handle, Running};
use crate::flow::vm::ExpungeVm;
use crate::flow::volume::DeleteVolume;
use crate::flow::{access, alert, event, setting, usage};
use crate::ledger::{Cause, View};
use crate::model::job::Job;
use crate::model::org::{Account, AccountState, DomainState, INVITATION, Invitation, InvitationEvent};
use crate::model::vm::{Vm, VmState};
use crate::model::volume::VolumeState;
use std::sync::Arc;

/// The most rows one round of a loop changes in one commit.
const BATCH: usize = 1_000;

/// Expunges machines that were destroyed `expunge.delay` ago, and machines and volumes whose last try failed.
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
    // A volume that was given up and could not be deleted then.
    let given_up = view.volumes().iter().filter(|volume| volume.state == VolumeState::Destroy && volume.vm.is_none());
    let given_up: Vec<VolumeId> = given_up.map(|volume| volume.id).collect();
    for volume in given_up {
        if let Err(error) = cloud.run(&cloud.system, DeleteVolume { volume }).await {
            tracing::debug!(%volume, %error, "a volume is not deleted this time");
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
    let due = |view: &View, now: Timestamp, vm: &Vm| {
        let keep = setting::seconds(view, "capacity.skipcounting.hours");
        vm.reserved_on.is_some() && vm.job.is_none() && now.since(vm.updated) >= keep
    };
    // All are looked at in a view that holds up nobody; the decision looks again at those that were found.
    let (view, now) = (cloud.ledger.view(), cloud.platform.now());
    let found: Vec<VmId> = view.vms().iter().filter(|vm| due(&view, now, vm)).take(BATCH).map(|vm| vm.id).collect();
    if found.is_empty() {
        return;
    }
    let tidy = cloud
        .ledger
        .transact(&Cause::system("capacity.release"), |desk| {
            let (view, now) = (desk.view(), desk.now());
            let still = found.iter().filter_map(|id| view.vm(*id)).filter(|vm| due(view, now, vm));
            let still: Vec<Vm> = still.cloned().collect();
            still.into_iter().try_for_each(|vm| desk.update(Vm { reserved_on: None, ..vm }))
        })
        .await;
    report(tidy);
}

/// Forgets jobs that ended `job.expire.minutes` ago; the history keeps what they did. Takes up jobs that nobody runs: the
/// store had kept them without saying so.
pub(super) async fn jobs(cloud: Arc<Running>) {
    cloud.engine.resume();
    let (view, now) = (cloud.ledger.view(), cloud.platform.now());
    let keep = Span::mins(setting::int(&view, "job.expire.minutes").unsigned_abs());
    let due = |job: &&Job| job.finished.is_some_and(|at| now.since(at) >= keep);
    // A job that has ended never changes again, so what is due in a view stays due.
    let found: Vec<JobId> = view.jobs().iter().filter(due).take(BATCH).map(|job| job.id).collect();
    if found.is_empty() {
        return;
    }
    let tidy = cloud
        .ledger
        .transact(&Cause::system("job.expire"), |desk| {
            let there: Vec<JobId> = found.iter().copied().filter(|id| desk.view().job(*id).is_some()).collect();
            there.into_iter().try_for_each(|id| desk.remove::<Job>(id))
        })
        .await;
    report(tidy);
}

/// Goes on with the deletion of domains, projects and accounts that something stood in the way of, and notes which
/// invitations nobody answered in time.
pub(super) async fn tenants(cloud: Arc<Running>) {
    let view = cloud.ledger.view();
    let gone = |id| view.domain(id).is_none_or(|domain| domain.state == DomainState::Inactive);
    for row in view.domains().iter().filter(|row| gone(row.id) && !row.parent.is_some_and(gone)) {
        told(cloud.run(&cloud.system, DeleteDomain { domain: row.id, cleanup: true }).await);
    }
    let removing = |account: &&Account| account.state == AccountState::Removing && !gone(account.domain);
    for account in view.accounts().iter().filter(removing) {
        match access::project_of(&view, account) {
            Some(project) => {
                let project = project.id;
                told(cloud.run(&cloud.system, DeleteProject { project, cleanup: true }).await);
            }
            None => told(cloud.run(&cloud.system, DeleteAccount { account: account.id }).await),
        }
    }
    let tidy = cloud
        .ledger
        .transact(&Cause::system("project.expire_invitations"), |desk| {
            let due = invitation::overdue(desk);
            due.into_iter().take(BATCH).try_for_each(|row| {
                let state = INVITATION.step(row.state, InvitationEvent::Expire)?;
                desk.update(Invitation { state, token: None, ..row })
            })
        })
        .await;
    report(tidy);
}

fn told<T>(begun: crate::base::Result<Handle<T>>) {
    if let Err(error) = begun {
        tracing::debug!(%error, "what was deleted is not taken away this time");
    }
}

/// Forgets what was said of events that are not listed any more.
pub(super) async fn events(cloud: Arc<Running>) {
    report(cloud.ledger.transact(&Cause::system("event.forget"), event::forget_cuts).await);
}

/// Forgets commits that are older than `history.retention.days`, if that is not 0, and that nobody has to count any more.
pub(super) async fn history(cloud: Arc<Running>) {
    let view = cloud.ledger.view();
    let days = setting::int(&view, "history.retention.days").unsigned_abs();
    let Some(before) = cloud.platform.now().as_micros().checked_sub(Span::mins(days * 24 * 60).as_micros()) else {
        return;
    };
    while days > 0 && !cloud.is_stopped() {
        match cloud.ledger.forget(Timestamp::from_micros(before), usage::counted(&view)) {
            Ok(0) => break,
            // Commits that wait come in between.
            Ok(_) => cloud.platform.sleep_until(cloud.platform.now().after(Span::millis(100))).await,
            Err(error) => return report(Err(error)),
        }
    }
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

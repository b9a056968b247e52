//! Hosts are pinged: one that is silent for too long is in alert, and what it says of its guests is taken into the rows.

use crate::base::id::{HostId, VmId};
use crate::base::{Span, Timestamp};
use crate::flow::alert::{self, Alarm};
use crate::flow::infra;
use crate::flow::outside::host_target;
use crate::flow::room::thousandths;
use crate::flow::running::Running;
use crate::flow::vm::AbsorbPower;
use crate::flow::{filters, setting};
use crate::ledger::{Cause, View};
use crate::model::event::EventLevel;
use crate::model::infra::{HOST_STATUS, Host, HostEvent, HostStatus};
use crate::model::vm::{Vm, VmState};
use crate::port::driver::{Ended, GuestPower, HostReport, watched};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// What the loop remembers between two rounds. Losing it only makes it wait longer.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    silent: Mutex<BTreeMap<HostId, Timestamp>>,
    asked: Mutex<BTreeSet<HostId>>,
    odd: Mutex<BTreeMap<(HostId, VmId), Timestamp>>,
    /// The machines whose guests each host said run on it, when it last answered.
    heard: Mutex<BTreeMap<HostId, BTreeSet<VmId>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}

/// Asks every host that could answer, each by itself: one that hangs holds up nobody.
pub(super) async fn tick(cloud: Arc<Running>) {
    let view = cloud.ledger.view();
    let managed = |h: &&Host| view.cluster(h.cluster).is_some_and(|c| c.managed);
    let asks = |h: &&Host| matches!(h.status, HostStatus::Up | HostStatus::Alert | HostStatus::Disconnected);
    for host in view.hosts().iter().filter(managed).filter(asks) {
        // Asked before and not answered yet: once is enough.
        if !lock(&cloud.pings.asked).insert(host.id) {
            missed(&cloud, host.id).await;
            continue;
        }
        let (cloud, id) = (Arc::clone(&cloud), host.id);
        let platform = Arc::clone(&cloud.platform);
        platform.spawn(Box::pin(async move {
            ask(&cloud, id).await;
            lock(&cloud.pings.asked).remove(&id);
        }));
    }
}

async fn ask(cloud: &Arc<Running>, id: HostId) {
    let asked = cloud.platform.now();
    let view = cloud.ledger.view();
    let Some(host) = view.host(id) else { return };
    let (Ok(target), Ok(driver)) = (host_target(&view, id), cloud.outside.hypervisor(&host.hypervisor)) else { return };
    // A call that never comes back must not be the last one this host gets.
    let deadline = asked.after(patience(&view));
    match watched(&*cloud.platform, deadline, driver.ping(&target)).await {
        Ended::Done(Ok(report)) => answered(cloud, id, asked, &report).await,
        Ended::Done(Err(error)) => {
            tracing::debug!(host = %host.name, %error, "a host did not answer");
            missed(cloud, id).await;
        }
        Ended::Late | Ended::Panicked => {
            tracing::warn!(host = %host.name, "a host's driver hung or panicked when it was to ping");
            missed(cloud, id).await;
        }
    }
}

/// How long a host may be silent before it is in alert.
fn patience(view: &View) -> Span {
    let times = thousandths(setting::text(view, "ping.timeout")).unwrap_or(2_500);
    let interval = setting::seconds(view, "ping.interval");
    Span::millis(interval.as_micros() / 1_000 * u64::from(times) / 1_000)
}

async fn missed(cloud: &Arc<Running>, id: HostId) {
    lock(&cloud.pings.heard).remove(&id);
    let now = cloud.platform.now();
    let since = *lock(&cloud.pings.silent).entry(id).or_insert(now);
    if now.since(since) >= patience(&cloud.ledger.view()) {
        shift(cloud, id, HostEvent::PingTimeout).await;
    }
}

async fn answered(cloud: &Arc<Running>, id: HostId, asked: Timestamp, report: &HostReport) {
    let missed = lock(&cloud.pings.silent).remove(&id).is_some();
    let away = cloud.ledger.view().host(id).is_some_and(|h| h.status != HostStatus::Up);
    if away && !connected(cloud, id).await {
        return;
    }
    if missed || away {
        // It may have restarted without its filter.
        filters::distrust(&cloud.outside, id);
        shift(cloud, id, HostEvent::Ping).await;
        cloud.wake_filters([id]);
    }
    let view = cloud.ledger.view();
    let known: BTreeMap<String, &Vm> = view.vms().by("host", id).map(|vm| (vm.instance_name(), vm)).collect();
    let on: BTreeSet<&str> =
        report.guests.iter().filter(|g| g.power == GuestPower::On).map(|g| g.name.as_str()).collect();
    let mut odd = Vec::new();
    for (name, vm) in &known {
        if vm.state == VmState::Running && !on.contains(name.as_str()) {
            odd.push((vm.id, GuestPower::Off));
        }
    }
    let machine = |name: &str| name.strip_prefix("i-").and_then(|text| text.parse::<VmId>().ok());
    lock(&cloud.pings.heard).insert(id, on.iter().filter_map(|name| machine(name)).collect());
    for name in on {
        match machine(name).and_then(|vm| view.vm(vm)) {
            Some(vm) if !known.contains_key(name) => odd.push((vm.id, GuestPower::On)),
            Some(_) => {}
            None => tracing::warn!(guest = name, host = %id, "a guest that is not ours"),
        }
    }
    absorb(cloud, id, asked, odd).await;
}

/// Lets a host that was away reach the pools it shall, of which some may have come meanwhile. False if it cannot: it is
/// not up before it does.
async fn connected(cloud: &Arc<Running>, id: HostId) -> bool {
    let view = cloud.ledger.view();
    let (Some(host), Ok(target)) = (view.host(id), host_target(&view, id)) else { return false };
    let deadline = cloud.platform.now().after(setting::seconds(&view, "wait"));
    let wide = infra::pool::wide(&view);
    let work = infra::pool::connect(&cloud.outside, &view, host, &target, &wide);
    match watched(&*cloud.platform, deadline, work).await {
        Ended::Done(Ok(_)) => true,
        Ended::Done(Err(error)) => {
            tracing::debug!(host = %host.name, %error, "a host that answers again does not reach its pools");
            false
        }
        Ended::Late | Ended::Panicked => false,
    }
}

/// Acts on what has been odd for two ping intervals: one report alone may have crossed a change on its way.
async fn absorb(cloud: &Arc<Running>, host: HostId, asked: Timestamp, found: Vec<(VmId, GuestPower)>) {
    let grace = setting::seconds(&cloud.ledger.view(), "ping.interval").times(2);
    let mut ripe = Vec::new();
    {
        let mut odd = lock(&cloud.pings.odd);
        odd.retain(|(h, vm), _| *h != host || found.iter().any(|(id, _)| id == vm));
        for (vm, power) in found {
            let since = *odd.entry((host, vm)).or_insert(asked);
            if asked.since(since) >= grace {
                ripe.push((vm, power));
            }
        }
    }
    let view = cloud.ledger.view();
    for (vm, power) in ripe {
        if power == GuestPower::On && !surplus(cloud, &view, host, vm) {
            continue;
        }
        lock(&cloud.pings.odd).remove(&(host, vm));
        let verb = AbsorbPower { vm, host, power, asked };
        if let Err(error) = cloud.run(&cloud.system, verb).await {
            tracing::debug!(%vm, %error, "a report was not taken");
        }
    }
}

/// A guest that runs beside the machine's own is one too many. If the host of the rows does not say that the machine's own
/// runs, it may have been moved by hand: then that host is heard first, and the machine is found where it is.
fn surplus(cloud: &Arc<Running>, view: &View, host: HostId, vm: VmId) -> bool {
    let elsewhere = view.vm(vm).filter(|vm| vm.state == VmState::Running).and_then(|vm| vm.host);
    elsewhere
        .filter(|at| *at != host)
        .is_none_or(|at| lock(&cloud.pings.heard).get(&at).is_some_and(|on| on.contains(&vm)))
}

/// Moves a host by an event of its table, if the table allows it and it makes a difference.
async fn shift(cloud: &Arc<Running>, id: HostId, event: HostEvent) {
    let moved = cloud
        .ledger
        .transact(&Cause::system("host.ping"), |desk| {
            let Some(host) = desk.view().host(id).cloned() else { return Ok(()) };
            let Some(status) = HOST_STATUS.step(host.status, event).ok().filter(|s| *s != host.status) else {
                return Ok(());
            };
            let text = format!("host {} is {status}", host.name);
            desk.update(Host { status, ..host.clone() })?;
            let subject = format!("host {} does not answer", host.name);
            let about =
                Alarm { zone: Some(host.zone), pod: Some(host.pod), cluster: Some(host.cluster), ..Alarm::of("HOST") };
            let about = about.on(id);
            match status {
                HostStatus::Up => alert::calm(desk, &about)?,
                HostStatus::Alert | HostStatus::Down => alert::raise(desk, &about, subject, text.clone())?,
                _ => {}
            }
            let level = if status == HostStatus::Up { EventLevel::Info } else { EventLevel::Warn };
            desk.event("HOST.RECONNECT", level, None, id.to_string(), text);
            Ok(())
        })
        .await;
    if let Err(error) = moved {
        tracing::warn!(host = %id, %error, "a host's status could not be written down");
    }
}

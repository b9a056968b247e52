//! Loops that keep reality and rows in step. A loop takes no input, does the same work every time, and may be woken early:
//! it observes, decides, acts. What it changes goes through verbs, so that everything it does is on record.

mod capacity;
mod filters;
mod follow;
mod housekeeping;
mod ping;
mod routers;

pub(crate) use follow::Dirty;
pub(crate) use ping::Memory;

use crate::base::{Span, Timestamp};
use crate::flow::running::Running;
use crate::ledger::View;
use std::future::Future;
use std::sync::{Arc, Weak};

/// How often every host's filter and every network's router is told anew as a whole: so long may it differ from what it
/// should be after somebody has changed it by hand.
const REFRESH: Span = Span::mins(15);

/// Starts every loop. They end when the cloud is stopped or dropped.
pub(crate) fn start(cloud: &Arc<Running>) {
    every(cloud, |view| super::setting::seconds(view, "ping.interval"), ping::tick);
    every(cloud, |view| super::setting::seconds(view, "expunge.interval"), housekeeping::expunge);
    every(cloud, |view| super::setting::seconds(view, "network.gc.interval"), housekeeping::collect);
    every(cloud, |_| Span::mins(5), housekeeping::reserved);
    every(cloud, |_| Span::mins(10), housekeeping::jobs);
    every(cloud, |view| super::setting::seconds(view, "account.cleanup.interval"), housekeeping::tenants);
    every(cloud, |_| Span::mins(60), housekeeping::history);
    every(cloud, |_| REFRESH, follow::refresh::<filters::HostFilters>);
    every(cloud, |_| REFRESH, follow::refresh::<routers::Routers>);
    every(cloud, |view| super::setting::seconds(view, "event.purge.interval"), housekeeping::events);
    every(cloud, |view| super::setting::seconds(view, "alert.purge.interval"), housekeeping::alerts);
    every(
        cloud,
        |view| Span::millis(super::setting::int(view, "capacity.check.period").unsigned_abs()),
        capacity::tick,
    );
    every(cloud, |_| Span::mins(5), super::usage::tick);
    follow::start::<filters::HostFilters>(cloud);
    follow::start::<routers::Routers>(cloud);
}

/// Runs `tick` once per period, first after one period. The period is read anew each time.
fn every<F>(cloud: &Arc<Running>, period: fn(&View) -> Span, tick: fn(Arc<Running>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let weak = Arc::downgrade(cloud);
    let platform = Arc::clone(&cloud.platform);
    cloud.platform.spawn(Box::pin(async move {
        while let Some((next, now)) = due(&weak, period) {
            platform.sleep_until(next).await;
            let Some(cloud) = weak.upgrade().filter(|cloud| !cloud.is_stopped()) else { break };
            if now {
                tick(cloud).await;
            }
        }
    }));
}

/// When to wake up, and whether there is something to do then: a period of zero means never, until it is another.
fn due(weak: &Weak<Running>, period: fn(&View) -> Span) -> Option<(Timestamp, bool)> {
    let cloud = weak.upgrade().filter(|cloud| !cloud.is_stopped())?;
    let (now, period) = (cloud.platform.now(), period(&cloud.ledger.view()));
    if period == Span::default() { Some((now.after(Span::mins(1)), false)) } else { Some((now.after(period), true)) }
}

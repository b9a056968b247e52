//! Alerts about capacity: raised while more of it is taken than a threshold says, and over when it is not.

use super::super::room::{Room, thousandths};
use crate::base::Result;
use crate::base::id::ClusterId;
use crate::flow::alert::{self, Alarm};
use crate::flow::running::Running;
use crate::flow::setting;
use crate::flow::step::Desk;
use crate::ledger::{Cause, View};
use crate::model::infra::Cluster;
use crate::model::setting::Scope;
use crate::plan::capacity::Row;
use std::sync::Arc;

/// A share that is too high, or not.
struct Gauge {
    cluster: ClusterId,
    kind: &'static str,
    what: &'static str,
    /// Thousandths; none if there is nothing to share.
    share: Option<u64>,
    limit: u64,
}

/// Looks at every cluster.
pub(super) async fn tick(cloud: Arc<Running>) {
    let gauges = cloud.ledger.peek(|view, room| {
        let ids: Vec<&Cluster> = view.clusters().iter().collect();
        ids.into_iter().flat_map(|cluster| gauges(view, room, cluster)).collect::<Vec<_>>()
    });
    let view = cloud.ledger.view();
    // Most of the time nothing changes, and nothing is committed.
    let news = |gauge: &Gauge| gauge.is_high() || alert::is_open(&view, &gauge.about(&view));
    if !gauges.iter().any(news) {
        return;
    }
    let told = |desk: &mut Desk<'_>| gauges.iter().try_for_each(|gauge| gauge.tell(desk));
    if let Err(error) = cloud.ledger.transact(&Cause::system("capacity.check"), told).await {
        tracing::warn!(%error, "alerts about capacity could not be written down");
    }
}

fn gauges(view: &View, room: &Room, cluster: &Cluster) -> Vec<Gauge> {
    let capacity = room.fleet.cluster_capacity(cluster.id).unwrap_or_default();
    let gauge = |kind, what, name: &str, row: Row| {
        let limit = thousandths(setting::text_at(view, Scope::Cluster(cluster.id), name)).unwrap_or(1_000).into();
        Gauge { cluster: cluster.id, kind, what, share: row.ratio(), limit }
    };
    vec![
        gauge("CPU", "processors", "cluster.cpu.allocated.capacity.notificationthreshold", capacity.cpu),
        gauge("MEMORY", "memory", "cluster.memory.allocated.capacity.notificationthreshold", capacity.ram),
    ]
}

impl Gauge {
    fn is_high(&self) -> bool {
        self.share.is_some_and(|share| share > self.limit)
    }

    fn about(&self, view: &View) -> Alarm {
        let row = view.cluster(self.cluster);
        let (zone, pod) = (row.map(|row| row.zone), row.map(|row| row.pod));
        Alarm { zone, pod, cluster: Some(self.cluster), ..Alarm::of(self.kind) }
    }

    fn tell(&self, desk: &mut Desk<'_>) -> Result<()> {
        let Some(name) = desk.view().cluster(self.cluster).map(|row| row.name.clone()) else { return Ok(()) };
        let about = self.about(desk.view());
        if !self.is_high() {
            return alert::calm(desk, &about);
        }
        if alert::is_open(desk.view(), &about) {
            return Ok(());
        }
        let share = self.share.unwrap_or_default();
        let subject = format!("cluster {name} is short of {}", self.what);
        let text = format!("{subject}: {}.{} % taken, {} % is the threshold", share / 10, share % 10, self.limit / 10);
        alert::raise(desk, &about, subject, text)
    }
}

//! Primary pools and image stores.

use crate::base::id::{ClusterId, HostId, ImageStoreId, JobId, PoolId, ZoneId};
use crate::base::{Bytes, Caller, Error, ErrorKind, Name, Result};
use crate::engine::StepError;
use crate::flow::room::thousandths;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Outside, access, outside, setting};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::{Cluster, Host, HostStatus, ImageStore, POOL, Pool, PoolEvent, PoolState, Zone};
use crate::plan::capacity;
use crate::port::driver::{HostTarget, PoolFacts};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A request for a primary pool.
///
/// Every host that is up must reach it; if one does not, no row stays.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, cluster, .. }| {
/// # use cloudstack_core::{base::Bytes, flow::infra::AddPool};
/// let wish = AddPool {
///     zone,
///     cluster: Some(cluster),
///     host: None,
///     name: "second".parse()?,
///     kind: "NetworkFilesystem".into(),
///     url: "nfs://192.168.1.2/export/second".into(),
///     tags: ["fast".into()].into(),
///     overprovisioning: None,
///     expected: Bytes::gib(1_000),
/// };
/// let pool = cloud.pools().add(&admin, wish).await?.done().await?;
/// // The size is what the pool said, not what was expected.
/// assert_eq!(cloud.view().pool(pool).map(|pool| pool.capacity), Some(Bytes::gib(1_024)));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddPool {
    /// Its zone.
    pub zone: ZoneId,
    /// The cluster it serves; none for the whole zone.
    pub cluster: Option<ClusterId>,
    /// The one host it serves, if it is local storage.
    pub host: Option<HostId>,
    /// Its name, unique in the zone.
    pub name: Name,
    /// The kind of storage.
    pub kind: String,
    /// Where it is, in the driver's own form.
    pub url: String,
    /// Labels that offerings ask for.
    pub tags: BTreeSet<String>,
    /// Over-provisioning in thousandths; the cloud's setting, where the kind allows it, if none is given.
    pub overprovisioning: Option<u32>,
    /// The size a plan expects; what the pool reports counts.
    pub expected: Bytes,
}

impl Verb for AddPool {
    type Answer = PoolId;
    const NAME: &'static str = "pool.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<PoolId>> {
        access::root(caller)?;
        if hosts(desk.view(), self.zone, self.cluster, self.host).is_empty() {
            return Err(Error::new(ErrorKind::Conflict, "no host that is up could reach the pool")
                .on(&self.name)
                .remedy("add a host first (STOR-02)"));
        }
        let id = insert(desk, self)?;
        Ok(Decision::then(id, id, vec![AttachPool { pool: id }.into()]))
    }
}

/// The hosts that are up and shall reach a pool.
fn hosts(view: &View, zone: ZoneId, cluster: Option<ClusterId>, only: Option<HostId>) -> Vec<HostTarget> {
    let managed = |h: &Host| view.cluster(h.cluster).is_some_and(|c| c.managed);
    let reaches =
        |h: &&Host| h.zone == zone && only.is_none_or(|only| only == h.id) && h.status == HostStatus::Up && managed(h);
    let target = |h: &Host| outside::host_target(view, h.id).ok();
    match cluster {
        Some(cluster) => view.hosts().by("cluster", cluster).filter(reaches).filter_map(target).collect(),
        None => view.hosts().iter().filter(reaches).filter_map(target).collect(),
    }
}

/// The pools that no cluster has to itself, found once for many hosts.
pub(crate) fn wide(view: &View) -> Vec<&Pool> {
    view.pools().iter().filter(|pool| pool.cluster.is_none()).collect()
}

/// The pools that a host shall reach, those under way included: its own, its cluster's, and those of [`wide`] that serve
/// its zone.
pub(super) fn of_host(view: &View, host: &Host, wide: &[&Pool]) -> BTreeSet<PoolId> {
    let shall = |p: &&Pool| match (p.host, p.cluster) {
        (Some(only), _) => only == host.id,
        (None, Some(cluster)) => cluster == host.cluster,
        (None, None) => p.zone == host.zone,
    };
    let there = |p: &&Pool| matches!(p.state, PoolState::Initial | PoolState::Up);
    let near = view.pools().by("cluster", host.cluster).chain(wide.iter().copied());
    near.filter(shall).filter(there).map(|p| p.id).collect()
}

/// A host reaches every pool that it shall. Answers which; one that comes later is not among them.
pub(crate) async fn connect(
    outside: &Outside,
    view: &View,
    host: &Host,
    target: &HostTarget,
    wide: &[&Pool],
) -> Result<BTreeSet<PoolId>, StepError> {
    let pools = of_host(view, host, wide);
    for pool in &pools {
        let place = outside::pool_target(view, *pool)?;
        outside.storage(&place.kind)?.ensure_pool(&place, std::slice::from_ref(target)).await?;
    }
    Ok(pools)
}

/// Puts a pool's row there.
pub(crate) fn insert(desk: &mut Desk<'_>, wanted: &AddPool) -> Result<PoolId> {
    desk.view().need::<Zone>(wanted.zone)?;
    let cluster = wanted.cluster.map(|id| desk.view().need::<Cluster>(id).cloned()).transpose()?;
    if let Some(c) = cluster.as_ref().filter(|c| c.zone != wanted.zone) {
        return Err(Error::invalid("cluster", &c.name, "give a cluster of the pool's zone"));
    }
    if let Some(host) = wanted.host.map(|id| desk.view().need::<Host>(id)).transpose()?
        && (host.zone != wanted.zone || wanted.cluster.is_some_and(|c| c != host.cluster))
    {
        return Err(Error::invalid("host", &host.name, "give a host of the pool's zone and cluster"));
    }
    let factor = thousandths(setting::text(desk.view(), "storage.overprovisioning.factor")).unwrap_or(1_000);
    let id = desk.id::<PoolId>();
    desk.insert(Pool {
        id,
        zone: wanted.zone,
        pod: cluster.as_ref().map(|c| c.pod),
        cluster: wanted.cluster,
        host: wanted.host,
        name: wanted.name.clone(),
        kind: wanted.kind.clone(),
        url: wanted.url.clone(),
        capacity: wanted.expected,
        used: Bytes::ZERO,
        overprovisioning: capacity::overprovisioning(&wanted.kind, wanted.overprovisioning.unwrap_or(factor)),
        tags: wanted.tags.clone(),
        state: PoolState::Initial,
    })?;
    Ok(id)
}

/// Every host that is up reaches the pool. Undone: it has no row, unless it was attached and may have volumes by then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AttachPool {
    pub(crate) pool: PoolId,
}

#[async_trait]
impl Act for AttachPool {
    const NAME: &'static str = "attach pool";
    const DECIDED: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let pool = cx.view.need::<Pool>(self.pool)?;
        let target = outside::pool_target(&cx.view, self.pool)?;
        let hosts = hosts(&cx.view, pool.zone, pool.cluster, pool.host);
        let facts = cx.outside.storage(&pool.kind)?.ensure_pool(&target, &hosts).await?;
        Ok(Found::Pool(facts))
    }
    fn foresee(&self, view: &View) -> Found {
        let (capacity, used) = view.pool(self.pool).map_or((Bytes::ZERO, Bytes::ZERO), |p| (p.capacity, p.used));
        Found::Pool(PoolFacts { capacity, used })
    }
    fn settle(&self, desk: &mut Desk<'_>, found: &Found) -> Result<()> {
        let Found::Pool(facts) = found else { return Ok(()) };
        let pool = desk.view().need::<Pool>(self.pool)?.clone();
        let state = POOL.step(POOL.step(pool.state, PoolEvent::Initialize)?, PoolEvent::Attach)?;
        let text = format!("storage pool {} is up", pool.name);
        desk.update(Pool { state, capacity: facts.capacity, used: facts.used, ..pool })?;
        desk.event("STORAGE.POOL.ADD", EventLevel::Info, None, self.pool.to_string(), text);
        Ok(())
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        forget(desk, self.pool)
    }
}

/// Takes the row of a pool away that was never attached.
pub(crate) fn forget(desk: &mut Desk<'_>, id: PoolId) -> Result<()> {
    let never = desk.view().pool(id).is_some_and(|p| p.state == PoolState::Initial);
    if never { desk.remove::<Pool>(id) } else { Ok(()) }
}

/// A request for an image store.
///
/// No driver is called before something is fetched.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::infra::AddImageStore;
/// let (kind, url) = ("NFS".into(), "nfs://192.168.1.2/export/archive".into());
/// let wish = AddImageStore { zone: None, name: "archive".parse()?, kind, url };
/// let store = cloud.pools().add_image_store(&admin, wish).await?.done().await?;
/// assert!(cloud.view().image_store(store).is_some());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddImageStore {
    /// The zone it serves; none for all.
    pub zone: Option<ZoneId>,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// The kind of store.
    pub kind: String,
    /// Where it is, in the driver's own form.
    pub url: String,
}

impl Verb for AddImageStore {
    type Answer = ImageStoreId;
    const NAME: &'static str = "image_store.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<ImageStoreId>> {
        access::root(caller)?;
        if let Some(zone) = self.zone {
            desk.view().need::<Zone>(zone)?;
        }
        let id = desk.id::<ImageStoreId>();
        let (name, kind, url) = (self.name.clone(), self.kind.clone(), self.url.clone());
        desk.insert(ImageStore { id, zone: self.zone, name, kind, url })?;
        desk.event("IMAGE.STORE.ADD", EventLevel::Info, None, id.to_string(), format!("image store {}", self.name));
        Ok(Decision::done(id))
    }
}

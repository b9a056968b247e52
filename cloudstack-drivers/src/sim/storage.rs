//! Primary pools and the volumes on them.

use super::{
    World,
    call::{Call, Method, Object},
    deed::Deed,
    snapshot::Violation,
    state::{Holders, Pool, Snapshots, State, Volume},
};
use async_trait::async_trait;
use cloudstack_core::{
    base::Bytes,
    port::driver::{
        Capabilities, DriverError, DriverErrorKind, DriverResult, HostTarget, PoolFacts, PoolTarget, PrimaryStorage,
        VolumeSpec, hypervisor::DiskSpec,
    },
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::IpAddr,
    sync::Arc,
};

#[async_trait]
impl PrimaryStorage for World {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_pool(&self, pool: &PoolTarget, hosts: &[HostTarget]) -> DriverResult<PoolFacts> {
        let call = Call::new(Method::EnsurePool, &pool.name, Object::Device);
        let act = |state: &mut State| {
            if !self.sheet.pool_kinds.contains(&pool.kind) {
                return Err(DriverError::new(
                    DriverErrorKind::Unsupported,
                    &pool.name,
                    format!("no pools of kind {}", pool.kind),
                ));
            }
            state.connect(pool, hosts)
        };
        let lie = |state: &State| PoolFacts { capacity: state.default_pool.capacity, used: Bytes::ZERO };
        self.call(call, act, lie, || Some(Deed::Connect(pool.clone(), hosts.to_vec()))).await
    }

    async fn ensure_volume(&self, pool: &PoolTarget, volume: &VolumeSpec) -> DriverResult<()> {
        let call = Call::new(Method::EnsureVolume, &pool.name, Object::Named(&volume.name));
        let deed = || Some(Deed::MakeVolume(pool.clone(), volume.clone()));
        self.call(call, |state| state.make_volume(pool, volume), |_| (), deed).await
    }

    async fn ensure_no_volume(&self, pool: &PoolTarget, volume: &str) -> DriverResult<()> {
        let call = Call::new(Method::EnsureNoVolume, &pool.name, Object::Named(volume));
        let deed = || Some(Deed::RemoveVolume(pool.clone(), volume.to_owned()));
        self.call(call, |state| state.remove_volume(pool, volume), |_| (), deed).await
    }

    async fn ensure_no_base(&self, pool: &PoolTarget, template: &str) -> DriverResult<()> {
        let call = Call::new(Method::EnsureNoBase, &pool.name, Object::Named(template));
        let deed = || Some(Deed::DropBase(pool.clone(), template.to_owned()));
        self.call(call, |state| state.drop_base(pool, template), |_| (), deed).await
    }

    async fn ensure_snapshot(&self, pool: &PoolTarget, volume: &str, snapshot: &str) -> DriverResult<()> {
        let call = Call::new(Method::EnsureSnapshot, &pool.name, Object::Named(volume));
        let deed = || Some(Deed::Snap(pool.clone(), volume.to_owned(), snapshot.to_owned()));
        self.call(call, |state| state.snap(pool, volume, snapshot), |_| (), deed).await
    }

    async fn ensure_no_snapshot(&self, pool: &PoolTarget, volume: &str, snapshot: &str) -> DriverResult<()> {
        let call = Call::new(Method::EnsureNoSnapshot, &pool.name, Object::Named(volume));
        let deed = || Some(Deed::DropSnap(pool.clone(), volume.to_owned(), snapshot.to_owned()));
        self.call(call, |state| state.drop_snap(pool, volume, snapshot), |_| (), deed).await
    }

    async fn ensure_reverted(&self, pool: &PoolTarget, volume: &str, snapshot: &str, token: u128) -> DriverResult<()> {
        let call = Call::new(Method::EnsureReverted, &pool.name, Object::Named(volume));
        let deed = || Some(Deed::Revert(pool.clone(), volume.to_owned(), snapshot.to_owned(), token));
        self.call(call, |state| state.revert(pool, volume, snapshot, token), |_| (), deed).await
    }
}

impl State {
    /// The pool a call is for. One that was never heard of is there from now on, if the world may discover it.
    fn pool(&mut self, target: &PoolTarget) -> DriverResult<&mut Pool> {
        if !self.pools.contains_key(&target.url) {
            if !self.discover {
                return Err(DriverError::new(DriverErrorKind::NotFound, &target.name, "no such pool"));
            }
            self.pools.insert(target.url.clone(), Pool::new(self.default_pool));
        }
        let pool = self.pools.get_mut(&target.url).expect("it was there, or was put there just now");
        if pool.name != target.name || pool.kind != target.kind {
            pool.name.clone_from(&target.name);
            pool.kind.clone_from(&target.kind);
        }
        Ok(pool)
    }

    pub(super) fn connect(&mut self, target: &PoolTarget, hosts: &[HostTarget]) -> DriverResult<PoolFacts> {
        for host in hosts {
            self.reach(host)?;
        }
        let pool = self.pool(target)?;
        pool.hosts.extend(hosts.iter().map(|host| host.address));
        Ok(pool.facts())
    }

    pub(super) fn make_volume(&mut self, target: &PoolTarget, spec: &VolumeSpec) -> DriverResult<()> {
        let pool = self.pool(target)?;
        let template = spec.template.as_ref().map(|template| template.name.as_str());
        let was = match pool.volumes.get(spec.name.as_str()) {
            Some(volume) if volume.template.as_deref() != template => {
                return Err(DriverError::new(
                    DriverErrorKind::Refused,
                    &target.name,
                    format!("{} began as something else", spec.name),
                ));
            }
            Some(volume) if volume.size == spec.size => return Ok(()),
            Some(volume) => volume.size,
            None => Bytes::ZERO,
        };
        let base = spec.template.as_ref().filter(|template| !pool.bases.contains_key(&template.name));
        if let Some(lack) = pool.lack(spec.size.less(was), base.map_or(Bytes::ZERO, |template| template.size)) {
            return Err(DriverError::new(
                DriverErrorKind::NoCapacity,
                &target.name,
                format!("{} does not fit: {lack}", spec.name),
            ));
        }
        if let Some(template) = base {
            pool.bases.insert(template.name.clone(), template.size);
        }
        pool.promised = pool.promised.less(was).plus(spec.size);
        match pool.volumes.get_mut(spec.name.as_str()) {
            Some(volume) => volume.size = spec.size,
            None => {
                let volume =
                    Volume { size: spec.size, template: template.map(Box::from), users: None, snapshots: None };
                pool.volumes.insert(Arc::from(spec.name.as_str()), volume);
            }
        }
        Ok(())
    }

    pub(super) fn drop_base(&mut self, target: &PoolTarget, template: &str) -> DriverResult<()> {
        let pool = self.pool(target)?;
        if pool.volumes.values().any(|volume| volume.template.as_deref() == Some(template)) {
            let message = format!("volumes began as {template}");
            return Err(DriverError::new(DriverErrorKind::Refused, &target.name, message));
        }
        pool.bases.remove(template);
        Ok(())
    }

    /// The snapshots of a volume that is there.
    fn snapshots(&mut self, target: &PoolTarget, volume: &str) -> DriverResult<&mut Snapshots> {
        let found = self.pool(target)?.volumes.get_mut(volume);
        let none = || DriverError::new(DriverErrorKind::NotFound, &target.name, format!("no volume {volume}"));
        Ok(found.ok_or_else(none)?.snapshots.get_or_insert_default())
    }

    pub(super) fn snap(&mut self, target: &PoolTarget, volume: &str, name: &str) -> DriverResult<()> {
        self.snapshots(target, volume)?.names.insert(name.to_owned());
        Ok(())
    }

    pub(super) fn drop_snap(&mut self, target: &PoolTarget, volume: &str, name: &str) -> DriverResult<()> {
        if let Some(snapshots) = self.pool(target)?.volumes.get_mut(volume).and_then(|found| found.snapshots.as_mut()) {
            snapshots.names.remove(name);
        }
        Ok(())
    }

    pub(super) fn revert(&mut self, target: &PoolTarget, volume: &str, name: &str, token: u128) -> DriverResult<()> {
        let snapshots = self.snapshots(target, volume)?;
        if snapshots.tokens.contains(&token) {
            return Ok(());
        }
        if !snapshots.names.contains(name) {
            let message = format!("volume {volume} has no snapshot {name}");
            return Err(DriverError::new(DriverErrorKind::NotFound, &target.name, message));
        }
        snapshots.tokens.push(token);
        Ok(())
    }

    pub(super) fn remove_volume(&mut self, target: &PoolTarget, name: &str) -> DriverResult<()> {
        let pool = self.pool(target)?;
        let Some(volume) = pool.volumes.remove(name) else { return Ok(()) };
        pool.promised = pool.promised.less(volume.size);
        if let Some(users) = volume.users {
            self.violations.push(Violation::VolumeRemovedInUse {
                pool: target.url.clone(),
                volume: name.to_owned(),
                guest: users.first.to_string(),
            });
        }
        Ok(())
    }
}

/// Gives the volume of a disk to a guest that starts, and notes what is wrong with that.
pub(super) fn attach(
    pools: &mut HashMap<String, Pool>,
    disk: &DiskSpec,
    host: IpAddr,
    guest: &Arc<str>,
) -> Option<Violation> {
    let missing = || Violation::MissingVolume {
        host,
        guest: guest.to_string(),
        pool: disk.pool_url.clone(),
        volume: disk.volume.clone(),
    };
    let Some(pool) = pools.get_mut(&disk.pool_url) else { return Some(missing()) };
    let Some(volume) = pool.volumes.get_mut(disk.volume.as_str()) else { return Some(missing()) };
    let unconnected = || Violation::UnconnectedPool { host, guest: guest.to_string(), pool: disk.pool_url.clone() };
    volume.take(disk, guest).or_else(|| (!pool.hosts.contains(&host)).then(unconnected))
}

/// Takes the volume of a disk back from a guest that no longer runs.
pub(super) fn detach(pools: &mut HashMap<String, Pool>, disk: &DiskSpec, guest: &str) {
    let pool = pools.get_mut(&disk.pool_url);
    if let Some(volume) = pool.and_then(|pool| pool.volumes.get_mut(disk.volume.as_str())) {
        volume.release(guest);
    }
}

impl Pool {
    pub(super) fn new(shape: super::PoolShape) -> Self {
        Self {
            name: String::new(),
            kind: String::new(),
            shape,
            hosts: HashSet::new(),
            volumes: HashMap::new(),
            bases: BTreeMap::new(),
            foreign: Bytes::ZERO,
            promised: Bytes::ZERO,
        }
    }

    pub(super) fn facts(&self) -> PoolFacts {
        let ours = if self.shape.thick { self.promised } else { self.bases.values().copied().sum() };
        let used = self.foreign.plus(ours).min(self.shape.capacity);
        PoolFacts { capacity: self.shape.capacity, used }
    }

    /// Why a volume that grows by this much does not fit, if it does not.
    fn lack(&self, growth: Bytes, base: Bytes) -> Option<String> {
        let PoolFacts { capacity, used } = self.facts();
        let free = capacity.less(used);
        let need = if self.shape.thick { growth } else { base };
        let full = free == Bytes::ZERO && growth > Bytes::ZERO;
        (full || need > free || growth > capacity).then(|| format!("{free} of {capacity} are free, {need} are needed"))
    }
}

impl Volume {
    fn take(&mut self, disk: &DiskSpec, guest: &Arc<str>) -> Option<Violation> {
        let Some(users) = &mut self.users else {
            self.users = Some(Holders::one(Arc::clone(guest)));
            return None;
        };
        let violation = (users.first != *guest).then(|| Violation::SharedVolume {
            pool: disk.pool_url.clone(),
            volume: disk.volume.clone(),
            guests: [users.first.to_string(), guest.to_string()],
        });
        users.add(Arc::clone(guest));
        violation
    }

    fn release(&mut self, guest: &str) {
        if self.users.as_mut().is_some_and(|users| !users.drop_one(|user| **user == *guest)) {
            self.users = None;
        }
    }
}

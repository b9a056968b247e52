//! Which storage pool a volume goes to, and why not another.

use std::{collections::BTreeSet, sync::Arc};

use super::capacity;
use crate::base::{
    Bytes,
    id::{ClusterId, HostId, PoolId, ZoneId},
};

/// Who can reach a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Local storage of one host.
    Host(HostId),
    /// Every host of one cluster.
    Cluster(ClusterId),
    /// Every host of one zone.
    Zone(ZoneId),
}

/// A primary storage pool, as placement sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its id; pools are looked at in the order of their ids.
    pub id: PoolId,
    /// Who can reach it.
    pub reach: Reach,
    /// Its size.
    pub capacity: Bytes,
    /// What is physically used, as the pool reports it; `None` when it reports nothing, and then it is not checked.
    pub used: Option<Bytes>,
    /// What volumes, their snapshots of whole machines and cached templates were promised.
    pub allocated: Bytes,
    /// How much may be promised, in thousandths of the size; see [`capacity::overprovisioning`].
    pub overprovisioning: u32,
    /// Above or at this share of physical use nothing new is placed, in thousandths.
    pub used_threshold: u32,
    /// Above this share of promised space nothing new is placed, in thousandths.
    pub allocated_threshold: u32,
    /// Its tags.
    pub tags: BTreeSet<Arc<str>>,
    /// Usable: up, not in maintenance.
    pub up: bool,
    /// Hypervisor kinds that can use it; empty means any.
    pub hypervisors: BTreeSet<Arc<str>>,
}

impl Pool {
    /// An empty pool with the default thresholds, without over-provisioning and tags.
    #[must_use]
    pub const fn new(id: PoolId, reach: Reach, capacity: Bytes) -> Self {
        Self {
            id,
            reach,
            capacity,
            used: None,
            allocated: Bytes::ZERO,
            overprovisioning: 1_000,
            used_threshold: capacity::DISABLE_THRESHOLD,
            allocated_threshold: capacity::DISABLE_THRESHOLD,
            tags: BTreeSet::new(),
            up: true,
            hypervisors: BTreeSet::new(),
        }
    }

    /// What may be promised in all, before thresholds.
    #[must_use]
    pub const fn promised(&self) -> Bytes {
        self.capacity.scaled(self.overprovisioning)
    }

    /// What the pool lacks to promise `more` bytes to a volume that is on it, with the threshold of promised space
    /// raised to `allocated_threshold` if that is higher; empty when it can. For growing a volume in place.
    #[must_use]
    pub fn lacks_to_grow(&self, more: Bytes, allocated_threshold: u32) -> Vec<PoolLack> {
        let threshold = self.allocated_threshold.max(allocated_threshold);
        let pool = Self { allocated_threshold: threshold, ..self.clone() };
        let mut lacks = Vec::new();
        if !pool.up {
            lacks.push(PoolLack::Down);
        }
        space_lacks(&pool, more, &mut |lack| {
            lacks.push(lack);
            true
        });
        lacks
    }

    /// The share promised, as a number that orders pools: emptiest first.
    #[must_use]
    pub fn load(&self) -> u64 {
        capacity::Row { total: self.promised().0, used: self.allocated.0, reserved: 0 }.load()
    }

    /// The least size at which `asks` more bytes fit, all three rules of space kept; `None` when no size does.
    #[must_use]
    pub fn size_for(&self, asks: Bytes) -> Option<Bytes> {
        let wide = |n: Bytes| u128::from(n.0);
        let at_least = |n: u128, thousandths: u32| match thousandths {
            _ if n == 0 => Some(0),
            0 => None,
            some => Some((n * 1_000).div_ceil(u128::from(some))),
        };
        let promised = at_least(wide(self.allocated) + wide(asks), self.allocated_threshold.min(1_000))?;
        let by_promise = at_least(promised, self.overprovisioning)?;
        let by_use = match self.used {
            None => 0,
            Some(used) => (wide(used) * 1_000).checked_div(u128::from(self.used_threshold))? + 1,
        };
        let size = by_promise.max(by_use).max(wide(self.capacity));
        u64::try_from(size).ok().map(Bytes)
    }
}

/// A volume that needs a pool, or sits on one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeDemand {
    /// Its size.
    pub bytes: Bytes,
    /// Tags its pool must have, all of them; more are welcome (STOR-08).
    pub tags: BTreeSet<Arc<str>>,
    /// On local storage of the host; otherwise on storage of the cluster or the zone.
    pub local: bool,
    /// The pool it is on already. The host must reach that pool, and nothing more is asked of it.
    pub placed: Option<PoolId>,
    /// A pool to try first.
    pub preferred: Option<PoolId>,
}

impl VolumeDemand {
    /// A new volume on shared storage without tags.
    #[must_use]
    pub const fn shared(bytes: Bytes) -> Self {
        Self { bytes, tags: BTreeSet::new(), local: false, placed: None, preferred: None }
    }

    /// A new volume on local storage without tags.
    #[must_use]
    pub fn local(bytes: Bytes) -> Self {
        Self { local: true, ..Self::shared(bytes) }
    }
}

/// The order in which pools are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PoolOrder {
    /// By id.
    #[default]
    FirstFit,
    /// In an order that depends on this seed.
    Random(u64),
    /// Those with the fewest volumes of the owner first; counts are in the demand.
    Dispersing,
    /// The emptiest first.
    LeastConsumed,
}

/// What a pool lacks for a volume.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolLack {
    /// Nothing, but no host that reaches it would do.
    #[error("would do, but no host that reaches it does")]
    NoHost,
    /// Nothing, but pools that are nearer to the host take part of the volumes.
    #[error("would do, but nearer pools come first")]
    Farther,
    /// Not up, or in maintenance.
    #[error("is not up")]
    Down,
    /// In the set of pools to avoid.
    #[error("is to be avoided")]
    Avoided,
    /// Local where shared is asked for, or the other way round.
    #[error("is {} storage", if *.local { "local" } else { "shared" })]
    Locality {
        /// Whether the pool is local.
        local: bool,
    },
    /// A tag of the volume that the pool does not have.
    #[error("lacks storage tag `{0}`")]
    StorageTag(Arc<str>),
    /// The hypervisor kind cannot use it.
    #[error("cannot be used by hypervisor {0}")]
    Hypervisor(Arc<str>),
    /// Physically too full, whatever is asked.
    #[error("is physically {used} full of {capacity}, at or above {}.{} %", .threshold / 10, .threshold % 10)]
    Physical {
        /// Physically used.
        used: Bytes,
        /// Its size.
        capacity: Bytes,
        /// The threshold, in thousandths.
        threshold: u32,
    },
    /// With what is asked, more would be promised than the threshold allows.
    #[error("would be promised {asks} more, {over} beyond {}.{} % of {promised}", .threshold / 10, .threshold % 10)]
    Allocated {
        /// Asked for.
        asks: Bytes,
        /// By how much the threshold would be passed.
        over: Bytes,
        /// What may be promised in all.
        promised: Bytes,
        /// The threshold, in thousandths.
        threshold: u32,
    },
    /// With what is asked, more would be promised than there is.
    #[error("lacks {short} (needs {asks}, {free} free)")]
    Space {
        /// Asked for.
        asks: Bytes,
        /// Missing.
        short: Bytes,
        /// Left.
        free: Bytes,
    },
}

/// What a volume asks of a pool, beyond itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolAsk<'a> {
    pub(crate) volume: &'a VolumeDemand,
    /// Bytes of other volumes of the same machine that go to the same pool.
    pub(crate) beside: Bytes,
    pub(crate) hypervisor: Option<&'a Arc<str>>,
    pub(crate) avoid: &'a BTreeSet<PoolId>,
}

/// Calls `found` with each thing `pool` lacks, until it answers false. The only place where pools are judged.
pub(crate) fn pool_lacks(pool: &Pool, ask: PoolAsk<'_>, found: &mut dyn FnMut(PoolLack) -> bool) -> bool {
    let placed = ask.volume.placed == Some(pool.id);
    if !pool.up && !found(PoolLack::Down) {
        return false;
    }
    if ask.avoid.contains(&pool.id) && !found(PoolLack::Avoided) {
        return false;
    }
    placed || (kind_lacks(pool, ask, found) && space_lacks(pool, ask.beside.plus(ask.volume.bytes), found))
}

fn kind_lacks(pool: &Pool, ask: PoolAsk<'_>, found: &mut dyn FnMut(PoolLack) -> bool) -> bool {
    let local = matches!(pool.reach, Reach::Host(_));
    if local != ask.volume.local && !found(PoolLack::Locality { local }) {
        return false;
    }
    if let Some(kind) = ask.hypervisor
        && !pool.hypervisors.is_empty()
        && !pool.hypervisors.contains(kind)
        && !found(PoolLack::Hypervisor(kind.clone()))
    {
        return false;
    }
    ask.volume.tags.iter().all(|tag| pool.tags.contains(tag) || found(PoolLack::StorageTag(tag.clone())))
}

fn space_lacks(pool: &Pool, asks: Bytes, found: &mut dyn FnMut(PoolLack) -> bool) -> bool {
    if let Some(used) = pool.used {
        let (capacity, threshold) = (pool.capacity, pool.used_threshold);
        // At the threshold is too full already, unlike every other rule.
        let full = u128::from(used.0) * 1_000 >= u128::from(capacity.0) * u128::from(threshold);
        if full && !found(PoolLack::Physical { used, capacity, threshold }) {
            return false;
        }
    }
    let (promised, threshold, wanted) = (pool.promised(), pool.allocated_threshold, pool.allocated.plus(asks));
    let over = wanted.less(Bytes(capacity::share(promised.0, threshold)));
    if over > Bytes::ZERO && !found(PoolLack::Allocated { asks, over, promised, threshold }) {
        return false;
    }
    let short = wanted.less(promised);
    short == Bytes::ZERO || found(PoolLack::Space { asks, short, free: promised.less(pool.allocated) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::EntityId;

    fn pool() -> Pool {
        Pool::new(PoolId::from_u128(1), Reach::Zone(ZoneId::from_u128(1)), Bytes(1_000))
    }

    fn lacks(pool: &Pool, volume: &VolumeDemand) -> Vec<PoolLack> {
        let mut lacks = Vec::new();
        let avoid = BTreeSet::new();
        let ask = PoolAsk { volume, beside: Bytes::ZERO, hypervisor: None, avoid: &avoid };
        pool_lacks(pool, ask, &mut |lack| {
            lacks.push(lack);
            true
        });
        lacks
    }

    /// Proves: STOR-07
    #[test]
    fn exactly_the_threshold_passes_when_allocated_and_fails_when_physical() {
        let volume = VolumeDemand::shared(Bytes(850));
        assert_eq!(lacks(&pool(), &volume), []);
        assert!(
            matches!(lacks(&pool(), &VolumeDemand::shared(Bytes(851)))[..], [PoolLack::Allocated { over, .. }] if over == Bytes(1))
        );
        let over = Pool { overprovisioning: 2_000, ..pool() };
        assert_eq!(lacks(&over, &VolumeDemand::shared(Bytes(1_700))), []);
        let full = Pool { used: Some(Bytes(850)), ..pool() };
        assert!(matches!(lacks(&full, &VolumeDemand::shared(Bytes(1)))[..], [PoolLack::Physical { .. }]));
        assert_eq!(lacks(&Pool { used: Some(Bytes(849)), ..pool() }, &volume), []);
    }

    #[test]
    fn growing_a_volume_may_pass_the_threshold_where_that_is_allowed() {
        let pool = Pool { allocated: Bytes(800), ..pool() };
        assert_eq!(pool.lacks_to_grow(Bytes(50), 0), []);
        assert_eq!(pool.lacks_to_grow(Bytes(51), 0).len(), 1);
        assert_eq!(pool.lacks_to_grow(Bytes(100), 900), []);
        assert_eq!(pool.lacks_to_grow(Bytes(101), 900).len(), 1);
        let down = Pool { up: false, ..pool };
        assert_eq!(down.lacks_to_grow(Bytes(1), 900), [PoolLack::Down]);
    }

    /// Proves: STOR-08
    #[test]
    fn a_pool_needs_every_tag_of_the_volume_and_may_have_more() {
        let tags = |names: &[&str]| names.iter().map(|n| Arc::from(*n)).collect::<BTreeSet<Arc<str>>>();
        for (pool_tags, volume_tags, missing) in [
            (&[][..], &[][..], 0),
            (&["a"], &[], 0),
            (&["a", "b"], &["a"], 0),
            (&["a"], &["a", "b"], 1),
            (&[], &["a", "b"], 2),
        ] {
            let pool = Pool { tags: tags(pool_tags), ..pool() };
            let volume = VolumeDemand { tags: tags(volume_tags), ..VolumeDemand::shared(Bytes(1)) };
            assert_eq!(lacks(&pool, &volume).len(), missing, "{pool_tags:?} {volume_tags:?}");
        }
    }

    #[test]
    fn the_size_that_is_named_is_enough() {
        for asks in [0, 1, 7, 850, 851, 999_999, 1 << 50] {
            for (over, threshold) in [(1_000, 850), (2_000, 850), (1_500, 333), (3_333, 1_200), (700, 1)] {
                let mut pool =
                    Pool { overprovisioning: over, allocated_threshold: threshold, used: Some(Bytes(900)), ..pool() };
                pool.capacity = pool.size_for(Bytes(asks)).unwrap();
                assert_eq!(lacks(&pool, &VolumeDemand::shared(Bytes(asks))), [], "{asks} {over} {threshold}");
            }
        }
    }
}

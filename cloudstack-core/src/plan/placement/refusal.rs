//! No host was chosen: what each host and pool looked at lacked, and what would help.

use std::{collections::BTreeMap, fmt};

use super::{
    Demand, Fleet, Lack, Policy, Remedy,
    check::{Ask, Mode},
    shelf::Slot,
};
use crate::{
    base::{
        Bytes,
        id::{HostId, PoolId},
    },
    plan::storage::{Pool, PoolLack, Reach, pool_lacks},
};

/// One thing that one host lacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostLack {
    /// The host.
    pub host: HostId,
    /// What it lacked.
    pub lack: Lack,
}

/// One thing that one pool lacked for one volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolShort {
    /// The pool.
    pub pool: PoolId,
    /// The volume's place in the demand.
    pub volume: usize,
    /// What the pool lacked.
    pub lack: PoolLack,
}

/// No host was chosen.
///
/// Every host in scope is listed at least once, and so is every pool that a volume could have asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What each host lacked, in the order of hosts; a host that lacks several things is listed several times.
    pub hosts: Vec<HostLack>,
    /// What each pool lacked, in the order of volumes and pools.
    pub pools: Vec<PoolShort>,
    /// The smallest single change after which the demand fits, tried out on a copy. `None` only when the planner leaves
    /// out even a host made for the demand.
    pub smallest_change: Option<Remedy>,
}

impl std::error::Error for Refusal {}

/// Hosts and pools that a message names before it goes on to count.
const NAMED: usize = 10;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.hosts.chunk_by(|one, other| one.host == other.host);
        let count = hosts.clone().count();
        write!(f, "none of {count} hosts will do")?;
        for lacks in hosts.take(NAMED) {
            write!(f, "; host {}", lacks[0].host)?;
            for (nth, lack) in lacks.iter().enumerate() {
                write!(f, "{} {}", if nth == 0 { "" } else { " and" }, lack.lack)?;
            }
        }
        if count > NAMED {
            write!(f, "; and {} more hosts", count - NAMED)?;
        }
        for short in self.pools.iter().take(NAMED) {
            write!(f, "; storage pool {} {} (volume {})", short.pool, short.lack, short.volume + 1)?;
        }
        if self.pools.len() > NAMED {
            write!(f, "; and {} more reasons of storage pools", self.pools.len() - NAMED)?;
        }
        match &self.smallest_change {
            Some(remedy) => write!(f, ". It would fit if you {remedy}"),
            None => Ok(()),
        }
    }
}

impl Fleet {
    /// Why nothing was chosen for the demand. Takes time in proportion to the hosts in scope.
    #[must_use]
    pub fn explain(&self, demand: &Demand, policy: &Policy) -> Refusal {
        let ask = Ask::new(self, demand, policy);
        // A restart after a failure gave up the thresholds before it was refused.
        let ask = if demand.ha { ask.with(Mode::Search, false) } else { ask };
        let mut hosts = Vec::new();
        for slot in self.slots_in_scope(demand) {
            let host = self.ids[slot as usize];
            let lacks = self.all_lacks(slot, &ask);
            hosts.extend(lacks.into_iter().map(|lack| HostLack { host, lack }));
        }
        let pools = self.pools_short(&ask, &hosts);
        let smallest_change = self.smallest_change(&ask, &hosts);
        Refusal { hosts, pools, smallest_change }
    }

    /// Pools for the demand's volumes on a host that is given, in the order of the demand, whatever room the host has: for a
    /// volume that is attached to a machine where it runs (STOR-08).
    ///
    /// # Errors
    /// What each pool that the host reaches lacks; nothing when the host is not known or reaches no pool.
    pub fn choose_pools(&self, host: HostId, demand: &Demand, policy: &Policy) -> Result<Vec<PoolId>, Vec<PoolShort>> {
        let ask = Ask::new(self, demand, policy);
        let slot = self.slot(host).ok_or_else(Vec::new)?;
        self.pools_for(slot, &ask).map_err(|_| {
            let reaches = self.reaches_of(slot);
            self.shorts_as_seen(&ask, |reach| reaches.contains(&reach).then_some((slot, true)))
        })
    }

    /// What the host lacks, storage included; never empty.
    pub(super) fn all_lacks(&self, slot: Slot, ask: &Ask<'_>) -> Vec<Lack> {
        let mut lacks = self.lacks_at(slot, ask);
        if lacks.is_empty() {
            lacks.push(self.pools_for(slot, ask).err().map_or(Lack::NotTried, |volume| Lack::NoPool { volume }));
        }
        lacks
    }

    fn pools_short(&self, ask: &Ask<'_>, hosts: &[HostLack]) -> Vec<PoolShort> {
        if ask.demand.volumes.is_empty() {
            return Vec::new();
        }
        // A pool is judged as seen by one host that reaches it: by one that lacks nothing else, if there is any.
        let starved = hosts.iter().filter(|entry| matches!(entry.lack, Lack::NoPool { .. }));
        let starved: Vec<_> = starved.filter_map(|entry| self.slot(entry.host)).collect();
        let mut seen_by: BTreeMap<Reach, (Slot, bool)> = BTreeMap::new();
        let all =
            starved.iter().map(|slot| (*slot, true)).chain(self.slots_in_scope(ask.demand).map(|slot| (slot, false)));
        for (slot, willing) in all {
            for reach in self.reaches_of(slot) {
                seen_by.entry(reach).or_insert((slot, willing));
            }
        }
        self.shorts_as_seen(ask, |reach| seen_by.get(&reach).copied())
    }

    /// What each pool lacks for each volume, as seen by the host that `seen_by` names for the pool's reach, if it names one,
    /// with whether that host lacks nothing else.
    fn shorts_as_seen(&self, ask: &Ask<'_>, seen_by: impl Fn(Reach) -> Option<(Slot, bool)>) -> Vec<PoolShort> {
        let mut shorts = Vec::new();
        for (nth, volume) in ask.demand.volumes.iter().enumerate() {
            for pool in self.pools.values().filter(|pool| volume.placed.is_none_or(|placed| placed == pool.id)) {
                if let Some((slot, willing)) = seen_by(pool.reach) {
                    let lacks = self.lacks_of_pool(pool, nth, ask, slot, willing);
                    shorts.extend(lacks.into_iter().map(|lack| PoolShort { pool: pool.id, volume: nth, lack }));
                }
            }
        }
        shorts
    }

    /// What the pool lacks for a volume alone, or else for all volumes together; never empty.
    fn lacks_of_pool(&self, pool: &Pool, nth: usize, ask: &Ask<'_>, slot: Slot, willing: bool) -> Vec<PoolLack> {
        let volume = &ask.demand.volumes[nth];
        let others = ask.demand.volumes.iter().enumerate().filter(|(at, other)| *at != nth && other.placed.is_none());
        let others: Bytes = others.filter(|(_, other)| other.local == volume.local).map(|(_, other)| other.bytes).sum();
        for beside in [Bytes::ZERO, others] {
            let mut lacks = Vec::new();
            pool_lacks(pool, self.pool_ask(volume, beside, slot, ask), &mut |lack| {
                lacks.push(lack);
                true
            });
            if !lacks.is_empty() {
                return lacks;
            }
        }
        vec![if willing { PoolLack::Farther } else { PoolLack::NoHost }]
    }
}

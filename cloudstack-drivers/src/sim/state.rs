//! What is really there, whatever the orchestrator believes.

use super::{
    call::Method,
    config::{HostShape, PoolShape, SimConfig},
    fault::Faults,
    journal::Journal,
    snapshot::{Condition, Violation},
};
use cloudstack_core::{
    base::{
        Bytes, Mib,
        id::{NetworkId, NicId},
    },
    port::driver::{
        BroadcastDomain, DriverError, DriverErrorKind, DriverResult, GuestPower, GuestSpec, HostTarget, NetworkSpec,
        PortSpec, RouterSpec, TemplateSpec,
    },
    rules::ir::{Ir, Tap},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    net::IpAddr,
    sync::Arc,
};

/// The whole world. Hash maps are only ever looked into; what leaves is put in order first.
#[derive(Debug)]
pub(super) struct State {
    pub(super) default_host: HostShape,
    pub(super) default_pool: PoolShape,
    pub(super) discover: bool,
    pub(super) hosts: Vec<Host>,
    pub(super) by_address: HashMap<IpAddr, HostIndex>,
    /// On which hosts a guest of this name runs.
    pub(super) running: HashMap<Arc<str>, Holders<HostIndex>>,
    pub(super) pools: HashMap<String, Pool>,
    pub(super) stores: BTreeMap<String, BTreeMap<String, TemplateSpec>>,
    pub(super) networks: BTreeMap<NetworkId, Network>,
    pub(super) filters: BTreeMap<IpAddr, Ir>,
    /// Which domain each interface of a host is in, where a switch was told.
    pub(super) joined: BTreeMap<(IpAddr, Tap), BroadcastDomain>,
    pub(super) violations: Vec<Violation>,
    pub(super) faults: Faults,
    /// Where deeds are written down, if the world outlives its process.
    pub(super) journal: Option<Journal>,
    calls: Vec<u64>,
}

/// A host's place in `State::hosts`; hosts are never taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostIndex(u32);

impl HostIndex {
    pub(super) const fn place(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug)]
pub(super) struct Host {
    pub(super) address: IpAddr,
    pub(super) shape: HostShape,
    pub(super) condition: Condition,
    pub(super) guests: HashMap<Arc<str>, Guest>,
    /// Memory of the guests that run.
    pub(super) ram_used: Mib,
}

#[derive(Debug)]
pub(super) struct Guest {
    /// None for a guest that was planted.
    pub(super) spec: Option<Box<GuestSpec>>,
    pub(super) power: GuestPower,
    pub(super) boots: u32,
    /// Every restart that was asked for and done.
    pub(super) tokens: Vec<u128>,
}

#[derive(Debug)]
pub(super) struct Pool {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) shape: PoolShape,
    pub(super) hosts: HashSet<IpAddr>,
    pub(super) volumes: HashMap<Arc<str>, Volume>,
    /// Base copies, one for each template a volume was made from.
    pub(super) bases: BTreeMap<String, Bytes>,
    /// What something else than this cloud put there.
    pub(super) foreign: Bytes,
    /// Sum of the sizes of all volumes.
    pub(super) promised: Bytes,
}

#[derive(Debug)]
pub(super) struct Volume {
    pub(super) size: Bytes,
    pub(super) template: Option<Box<str>>,
    /// The running guests that have it.
    pub(super) users: Option<Holders<Arc<str>>>,
    /// Of the few that have any.
    pub(super) snapshots: Option<Box<Snapshots>>,
}

/// Snapshots of a volume.
#[derive(Debug, Default)]
pub(super) struct Snapshots {
    pub(super) names: BTreeSet<String>,
    /// Every way back that was asked for and gone.
    pub(super) tokens: Vec<u128>,
}

#[derive(Debug)]
pub(super) struct Network {
    pub(super) spec: NetworkSpec,
    pub(super) ports: BTreeMap<NicId, Port>,
    pub(super) by_ip: HashMap<IpAddr, NicId>,
    /// What its router was told.
    pub(super) router: Option<Box<RouterSpec>>,
}

#[derive(Debug)]
pub(super) struct Port {
    pub(super) host: IpAddr,
    pub(super) spec: PortSpec,
}

/// Who holds something that only one may hold. Nearly always one, and then it takes no allocation.
#[derive(Debug)]
pub(super) struct Holders<T> {
    pub(super) first: T,
    more: Vec<T>,
}

impl<T> Holders<T> {
    pub(super) const fn one(first: T) -> Self {
        Self { first, more: Vec::new() }
    }

    pub(super) fn add(&mut self, holder: T) {
        self.more.push(holder);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// One holder of this kind less; false if that was the last of all.
    pub(super) fn drop_one(&mut self, is: impl Fn(&T) -> bool) -> bool {
        if let Some(at) = self.more.iter().position(&is) {
            self.more.swap_remove(at);
        } else if is(&self.first) {
            match self.more.pop() {
                Some(next) => self.first = next,
                None => return false,
            }
        }
        true
    }
}

impl State {
    pub(super) fn new(config: &SimConfig) -> Self {
        Self {
            default_host: config.host.clone(),
            default_pool: config.pool,
            discover: config.discover,
            hosts: Vec::new(),
            by_address: HashMap::new(),
            running: HashMap::new(),
            pools: HashMap::new(),
            stores: BTreeMap::new(),
            networks: BTreeMap::new(),
            filters: BTreeMap::new(),
            joined: BTreeMap::new(),
            violations: Vec::new(),
            faults: Faults::new(config.seed),
            journal: None,
            calls: vec![0; Method::ALL.len()],
        }
    }

    pub(super) fn count(&mut self, method: Method) {
        self.calls[method as usize] += 1;
    }

    pub(super) fn calls(&self, method: Method) -> u64 {
        self.calls[method as usize]
    }

    /// Puts a host there, or changes the shape of the one that is.
    pub(super) fn put_host(&mut self, address: IpAddr, shape: HostShape) -> HostIndex {
        if let Some(&index) = self.by_address.get(&address) {
            self.host_mut(index).shape = shape;
            return index;
        }
        let index = HostIndex(u32::try_from(self.hosts.len()).expect("fewer than 2^32 hosts were added"));
        self.hosts.push(Host { address, shape, condition: Condition::Up, guests: HashMap::new(), ram_used: Mib::ZERO });
        self.by_address.insert(address, index);
        index
    }

    pub(super) fn host(&self, index: HostIndex) -> &Host {
        &self.hosts[index.place()]
    }

    pub(super) fn host_mut(&mut self, index: HostIndex) -> &mut Host {
        &mut self.hosts[index.place()]
    }

    /// The host a call is for, if it answers.
    pub(super) fn reach(&mut self, target: &HostTarget) -> DriverResult<HostIndex> {
        let unreachable = || DriverError::new(DriverErrorKind::Unreachable, &target.name, "no answer");
        let index = match self.by_address.get(&target.address) {
            Some(&index) => index,
            None if self.discover => self.put_host(target.address, self.default_host.clone()),
            None => return Err(unreachable()),
        };
        if self.host(index).condition == Condition::Up { Ok(index) } else { Err(unreachable()) }
    }
}

//! Reality as plain, ordered data, to hold against what an orchestrator believes.

use super::{
    HostShape, SimWorld,
    state::{Guest, Host, Network, Pool, State},
};
use cloudstack_core::{
    base::{
        Bytes,
        id::{NetworkId, NicId},
    },
    port::driver::{
        BroadcastDomain, GuestPower, GuestSpec, NetworkSpec, PoolFacts, PortSpec, RouterSpec, TemplateSpec,
    },
    rules::ir::Tap,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

/// Whether a host answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// It lives and answers.
    Up,
    /// It lives, its guests run, and nobody hears it.
    Isolated,
    /// It has no power.
    Crashed,
}

/// Something that must never happen, and did. Devices cannot prevent it; an orchestrator must.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// One guest runs on two hosts.
    SplitBrain {
        /// Its name.
        guest: String,
        /// Where it ran, and where it was started too.
        hosts: [IpAddr; 2],
    },
    /// Two running guests have one volume.
    SharedVolume {
        /// Where the pool is.
        pool: String,
        /// The volume's name.
        volume: String,
        /// The guest that had it, and the one that got it too.
        guests: [String; 2],
    },
    /// A guest was started with a disk that is not there.
    MissingVolume {
        /// The host.
        host: IpAddr,
        /// The guest.
        guest: String,
        /// Where the pool should be.
        pool: String,
        /// The volume.
        volume: String,
    },
    /// A guest was started on a host that is not connected to the pool of one of its disks.
    UnconnectedPool {
        /// The host.
        host: IpAddr,
        /// The guest.
        guest: String,
        /// Where the pool is.
        pool: String,
    },
    /// The volume of a running guest was removed.
    VolumeRemovedInUse {
        /// Where the pool is.
        pool: String,
        /// The volume.
        volume: String,
        /// The guest.
        guest: String,
    },
    /// A network was removed while it had ports.
    NetworkRemovedInUse {
        /// The network.
        network: NetworkId,
        /// How many ports it had.
        ports: usize,
    },
    /// Two interfaces of one network have one address.
    AddressClash {
        /// The network.
        network: NetworkId,
        /// The address.
        ip: IpAddr,
        /// The interface that had it, and the one that got it too.
        nics: [NicId; 2],
    },
}

/// Everything that is really there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Hosts by address.
    pub hosts: BTreeMap<IpAddr, HostState>,
    /// Pools by where they are.
    pub pools: BTreeMap<String, PoolState>,
    /// Templates by name, on image stores by where they are.
    pub stores: BTreeMap<String, BTreeMap<String, TemplateSpec>>,
    /// Networks.
    pub networks: BTreeMap<NetworkId, NetworkState>,
    /// Which broadcast domain an interface is joined to, by the host's address and the interface's name.
    pub joined: BTreeMap<(IpAddr, Tap), BroadcastDomain>,
    /// What went wrong, in the order it did.
    pub violations: Vec<Violation>,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostState {
    /// Its hardware.
    pub shape: HostShape,
    /// Whether it answers.
    pub condition: Condition,
    /// Its guests by name.
    pub guests: BTreeMap<String, GuestState>,
}

/// A guest on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestState {
    /// How it was started. None if this orchestrator did not start it.
    pub spec: Option<GuestSpec>,
    /// Whether it runs.
    pub power: GuestPower,
    /// How often it began to run, restarts included, since the host knows it.
    pub boots: u32,
}

/// A pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolState {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// What it says of itself.
    pub facts: PoolFacts,
    /// The hosts that are connected to it.
    pub hosts: BTreeSet<IpAddr>,
    /// Base copies: templates that volumes were made from, with their sizes.
    pub bases: BTreeMap<String, Bytes>,
    /// Its volumes by name.
    pub volumes: BTreeMap<String, VolumeState>,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeState {
    /// Its size.
    pub size: Bytes,
    /// The template it began as.
    pub template: Option<String>,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkState {
    /// As it was last asked for.
    pub spec: NetworkSpec,
    /// Its ports.
    pub ports: BTreeMap<NicId, PortState>,
    /// Its router, as it was last told.
    pub router: Option<RouterSpec>,
}

/// A port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortState {
    /// The host it is on.
    pub host: IpAddr,
    /// As it was last asked for.
    pub spec: PortSpec,
}

impl SimWorld {
    /// Everything that is really there, now. Copies the world: for checks, not for loops over a large one.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.world.lock().snapshot()
    }

    /// What went wrong so far, in the order it did.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.world.lock().violations.clone()
    }

    /// A guest on one host.
    #[must_use]
    pub fn guest(&self, host: IpAddr, name: &str) -> Option<GuestState> {
        let state = self.world.lock();
        let index = *state.by_address.get(&host)?;
        state.host(index).guests.get(name).map(Guest::state)
    }

    /// The hosts on which a guest of this name runs: none, one, or, after a [`Violation::SplitBrain`], more.
    #[must_use]
    pub fn hosts_running(&self, name: &str) -> BTreeSet<IpAddr> {
        let state = self.world.lock();
        let holders = state.running.get(name).into_iter().flat_map(super::state::Holders::iter);
        holders.map(|&index| state.host(index).address).collect()
    }

    /// How many guests run, on all hosts.
    #[must_use]
    pub fn running(&self) -> usize {
        self.world.lock().running.len()
    }
}

impl State {
    fn snapshot(&self) -> Snapshot {
        Snapshot {
            hosts: self.hosts.iter().map(|host| (host.address, host.state())).collect(),
            pools: self.pools.iter().map(|(url, pool)| (url.clone(), pool.state())).collect(),
            stores: self.stores.clone(),
            joined: self.joined.clone(),
            networks: self.networks.iter().map(|(&id, network)| (id, network.state())).collect(),
            violations: self.violations.clone(),
        }
    }
}

impl Host {
    fn state(&self) -> HostState {
        HostState {
            shape: self.shape.clone(),
            condition: self.condition,
            guests: self.guests.iter().map(|(name, guest)| (name.to_string(), guest.state())).collect(),
        }
    }
}

impl Guest {
    fn state(&self) -> GuestState {
        GuestState { spec: self.spec.as_deref().cloned(), power: self.power, boots: self.boots }
    }
}

impl Pool {
    fn state(&self) -> PoolState {
        let volumes = self.volumes.iter().map(|(name, volume)| {
            let template = volume.template.as_deref().map(str::to_owned);
            (name.to_string(), VolumeState { size: volume.size, template })
        });
        PoolState {
            name: self.name.clone(),
            kind: self.kind.clone(),
            facts: self.facts(),
            hosts: self.hosts.iter().copied().collect(),
            bases: self.bases.clone(),
            volumes: volumes.collect(),
        }
    }
}

impl Network {
    fn state(&self) -> NetworkState {
        let ports = self.ports.iter().map(|(&nic, port)| (nic, PortState { host: port.host, spec: port.spec.clone() }));
        NetworkState { spec: self.spec.clone(), ports: ports.collect(), router: self.router.as_deref().cloned() }
    }
}

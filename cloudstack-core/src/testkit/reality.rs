//! The outside of a simulated cloud: what gives it its drivers, makes trouble, and says what is really there.

use crate::base::{
    Bytes, Mac, Seed,
    id::{NetworkId, NicId},
};
use crate::cloud::CloudBuilder;
use crate::port::driver::RouterSpec;
use crate::rules::ir::{Ir, Tap};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Devices that exist in memory only, and outlive every process of the cloud that drives them.
pub trait Reality: Send + Sync + 'static {
    /// Gives a cloud the drivers of these devices.
    fn equip(&self, cloud: CloudBuilder) -> CloudBuilder;

    /// From now on calls may fail, lose their answer, hang, be slow or come late, as the seed says. Says in words what may
    /// happen.
    fn disturb(&self, seed: &mut Seed) -> String;

    /// From now on every call does what it is asked, and every host answers again. Calls that hang end.
    fn heal(&self);

    /// A host loses its power (`crash`) or its link.
    fn cut(&self, host: IpAddr, crash: bool);

    /// A host answers again.
    fn restore(&self, host: IpAddr);

    /// A guest goes off by itself.
    fn power_off(&self, host: IpAddr, guest: &str);

    /// A guest comes on that nobody asked for.
    fn plant(&self, host: IpAddr, guest: &str);

    /// Everything that is really there.
    fn facts(&self) -> Facts;
}

/// What is really there.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Guests by host and name; true if one runs.
    pub guests: BTreeMap<IpAddr, BTreeMap<String, bool>>,
    /// Volumes by pool and name.
    pub volumes: BTreeMap<String, BTreeMap<String, Bytes>>,
    /// Networks that devices carry, with their tags.
    pub networks: BTreeMap<NetworkId, Option<u32>>,
    /// Their routers, as devices were told.
    pub routers: BTreeMap<NetworkId, RouterSpec>,
    /// Interfaces that devices know.
    pub ports: BTreeMap<NicId, PortFact>,
    /// Interfaces that hosts have, and the networks they are in.
    pub joined: BTreeMap<(IpAddr, Tap), NetworkId>,
    /// What hosts filter.
    pub filters: BTreeMap<IpAddr, Ir>,
    /// What should never have happened, in words, in the order it did.
    pub violations: Vec<String>,
    /// How many calls did not simply do what they were asked.
    pub faults: u64,
}

/// An interface, as a device knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortFact {
    /// Its network.
    pub network: NetworkId,
    /// The host it is on.
    pub host: IpAddr,
    /// Its hardware address.
    pub mac: Mac,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

//! The device that carries every network and knows every port. It is no host: it answers when hosts do not.

use super::{
    World,
    call::{Call, Method, Object},
    deed::Deed,
    snapshot::Violation,
    state::{Network, Port, State},
};
use async_trait::async_trait;
use cloudstack_core::{
    base::{
        Bytes,
        id::{NetworkId, NicId},
    },
    port::driver::{
        BroadcastDomain, Capabilities, DriverResult, HostTarget, NetworkDevice, NetworkSpec, PortSpec, RouterSpec,
        RouterUpdate, VirtualSwitch,
    },
    rules::ir::Tap,
};
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

/// The name of the device in errors and fault rules.
const ROUTER: &str = "simulated router";

#[async_trait]
impl NetworkDevice for World {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_network(&self, network: &NetworkSpec) -> DriverResult<()> {
        let call = Call::new(Method::EnsureNetwork, ROUTER, Object::Network(network.id));
        self.call(call, |state| state.carry(network), |_| (), || Some(Deed::Carry(network.clone()))).await
    }

    async fn ensure_no_network(&self, network: NetworkId) -> DriverResult<()> {
        let call = Call::new(Method::EnsureNoNetwork, ROUTER, Object::Network(network));
        let deed = || Some(Deed::RemoveNetwork(network));
        self.call(call, |state| state.remove_network(network), |_| (), deed).await
    }

    async fn ensure_port(&self, host: &HostTarget, network: &NetworkSpec, port: &PortSpec) -> DriverResult<()> {
        let call = Call::new(Method::EnsurePort, ROUTER, Object::Port(network.id, port.nic, &port.hostname));
        let at = host.address;
        let deed = || Some(Deed::Plug(at, network.clone(), port.clone()));
        self.call(call, |state| state.plug(at, network, port), |_| (), deed).await
    }

    async fn ensure_no_port(&self, _host: &HostTarget, network: NetworkId, nic: NicId) -> DriverResult<()> {
        let call = Call::new(Method::EnsureNoPort, ROUTER, Object::Port(network, nic, ""));
        let deed = || Some(Deed::Unplug(network, nic));
        self.call(call, |state| state.unplug(network, nic), |_| (), deed).await
    }

    async fn ensure_router(&self, router: RouterUpdate<'_>) -> DriverResult<()> {
        let whole = router.whole;
        let call = Call::new(Method::EnsureRouter, ROUTER, Object::Network(whole.network.id));
        let deed = || Some(Deed::Route(Box::new(whole.clone())));
        self.call(call, |state| state.route(whole), |_| (), deed).await
    }

    async fn traffic(&self, network: NetworkId) -> DriverResult<BTreeMap<IpAddr, (Bytes, Bytes)>> {
        let call = Call::new(Method::Traffic, ROUTER, Object::Network(network));
        self.call(call, |_| Ok(BTreeMap::new()), |_| BTreeMap::new(), || None).await
    }
}

#[async_trait]
impl VirtualSwitch for World {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_joined(&self, host: &HostTarget, domain: &BroadcastDomain, tap: Tap) -> DriverResult<()> {
        let call = Call::new(Method::EnsureJoined, &host.name, Object::Named(tap.as_str()));
        let deed = || Some(Deed::Join(host.clone(), domain.clone(), tap));
        self.call(call, |state| state.join(host, domain, tap), |_| (), deed).await
    }

    async fn ensure_parted(&self, host: &HostTarget, tap: Tap) -> DriverResult<()> {
        let call = Call::new(Method::EnsureParted, &host.name, Object::Named(tap.as_str()));
        self.call(call, |state| state.part(host, tap), |_| (), || Some(Deed::Part(host.clone(), tap))).await
    }
}

impl State {
    /// The network, as specified.
    fn network(&mut self, spec: &NetworkSpec) -> &mut Network {
        let fresh = || Network { spec: spec.clone(), ports: BTreeMap::new(), by_ip: HashMap::new(), router: None };
        let network = self.networks.entry(spec.id).or_insert_with(fresh);
        if network.spec != *spec {
            network.spec.clone_from(spec);
        }
        network
    }

    pub(super) fn carry(&mut self, spec: &NetworkSpec) -> DriverResult<()> {
        self.network(spec);
        Ok(())
    }

    pub(super) fn remove_network(&mut self, id: NetworkId) -> DriverResult<()> {
        let Some(network) = self.networks.remove(&id) else { return Ok(()) };
        if !network.ports.is_empty() {
            self.violations.push(Violation::NetworkRemovedInUse { network: id, ports: network.ports.len() });
        }
        Ok(())
    }

    pub(super) fn plug(&mut self, host: IpAddr, network: &NetworkSpec, spec: &PortSpec) -> DriverResult<()> {
        let id = network.id;
        let network = self.network(network);
        if network.ports.get(&spec.nic).is_some_and(|port| port.host == host && port.spec == *spec) {
            return Ok(());
        }
        network.unplug(spec.nic);
        let mut clashes = Vec::new();
        for ip in addresses(spec) {
            if let Some(other) = network.by_ip.insert(ip, spec.nic) {
                clashes.push(Violation::AddressClash { network: id, ip, nics: [other, spec.nic] });
            }
        }
        network.ports.insert(spec.nic, Port { host, spec: spec.clone() });
        self.violations.extend(clashes);
        Ok(())
    }

    /// The router knows these interfaces and no other. Those that are new to it are not placed on a host by this.
    pub(super) fn route(&mut self, whole: &RouterSpec) -> DriverResult<()> {
        let network = self.network(&whole.network);
        let gone: Vec<NicId> = network.ports.keys().filter(|nic| !whole.ports.contains_key(nic)).copied().collect();
        for nic in gone {
            network.unplug(nic);
        }
        network.router = Some(Box::new(whole.clone()));
        Ok(())
    }

    pub(super) fn join(&mut self, host: &HostTarget, domain: &BroadcastDomain, tap: Tap) -> DriverResult<()> {
        self.reach(host)?;
        self.joined.insert((host.address, tap), domain.clone());
        Ok(())
    }

    pub(super) fn part(&mut self, host: &HostTarget, tap: Tap) -> DriverResult<()> {
        self.reach(host)?;
        self.joined.remove(&(host.address, tap));
        Ok(())
    }

    pub(super) fn unplug(&mut self, network: NetworkId, nic: NicId) -> DriverResult<()> {
        if let Some(network) = self.networks.get_mut(&network) {
            network.unplug(nic);
        }
        Ok(())
    }
}

impl Network {
    fn unplug(&mut self, nic: NicId) {
        let Some(port) = self.ports.remove(&nic) else { return };
        for ip in addresses(&port.spec) {
            // After a clash the address belongs to the later port.
            if self.by_ip.get(&ip) == Some(&nic) {
                self.by_ip.remove(&ip);
            }
        }
    }
}

fn addresses(port: &PortSpec) -> impl Iterator<Item = IpAddr> {
    port.ip4.map(IpAddr::V4).into_iter().chain(port.ip6.map(IpAddr::V6))
}

//! Networks and their ports.

use super::{Checks, Failure, Passed};
use crate::port::driver::{HostTarget, NetworkDevice, NetworkSpec, PortSpec, RouterSpec, RouterUpdate};
use crate::rules::router::Router;
use std::collections::BTreeMap;

/// What the suite of a network device may touch.
#[derive(Debug, Clone)]
pub struct NetworkBed {
    /// The host the interface is on.
    pub host: HostTarget,
    /// A network that is not there.
    pub network: NetworkSpec,
    /// An interface in it, with an address of its own.
    pub port: PortSpec,
    /// The same interface with another address or name.
    pub changed: PortSpec,
}

/// Checks a driver of network devices.
///
/// The port shows no way to read a device back, so this suite checks answers only; a driver's own tests must look at what
/// was programmed.
///
/// # Errors
/// The first check that failed.
pub async fn network_suite(driver: &dyn NetworkDevice, bed: &NetworkBed) -> Result<Passed, Failure> {
    let NetworkBed { host, network, port, changed } = bed;
    let mut checks = Checks::default();
    checks.sheet(|| driver.capabilities())?;
    let answer = driver.ensure_no_port(host, network.id, port.nic).await;
    checks.works("a port of a network that is not there is removed", answer)?;
    checks.works("a network that is not there is removed", driver.ensure_no_network(network.id).await)?;
    // Twice: what was removed can be made again.
    for _ in 0..2 {
        for _ in 0..2 {
            let answer = driver.ensure_network(network).await;
            checks.works("a network is made, and the call may be repeated", answer)?;
        }
        let answer = driver.ensure_no_port(host, network.id, port.nic).await;
        checks.works("a port that is not there is removed", answer)?;
        for _ in 0..2 {
            let answer = driver.ensure_port(host, network, port).await;
            checks.works("a port is made, and the call may be repeated", answer)?;
        }
        checks.works("a port that is there is changed", driver.ensure_port(host, network, changed).await)?;
        let answer = driver.ensure_network(network).await;
        checks.works("a network with ports may be made again", answer)?;
        routed(driver, bed, &mut checks).await?;
        for _ in 0..2 {
            let answer = driver.ensure_no_port(host, network.id, port.nic).await;
            checks.works("a port is removed, and the call may be repeated", answer)?;
        }
        for _ in 0..2 {
            let answer = driver.ensure_no_network(network.id).await;
            checks.works("a network is removed, and the call may be repeated", answer)?;
        }
    }
    Ok(checks.passed)
}

/// A router is made, repeated, changed with and without knowing what it was, and forgets interfaces.
async fn routed(driver: &dyn NetworkDevice, bed: &NetworkBed, checks: &mut Checks) -> Result<(), Failure> {
    let NetworkBed { network, port, changed, .. } = bed;
    let whole = RouterSpec {
        network: network.clone(),
        services: driver.capabilities().services.clone(),
        ports: [(port.nic, port.clone())].into(),
        rules: Router::default(),
        rate: None,
    };
    for _ in 0..2 {
        let answer = driver.ensure_router(RouterUpdate { whole: &whole, known: None }).await;
        checks.works("a router is made, and the call may be repeated", answer)?;
    }
    let mut next = RouterSpec { ports: [(changed.nic, changed.clone())].into(), ..whole.clone() };
    next.rules.egress.open = true;
    for known in [Some(&whole), Some(&next), None] {
        let answer = driver.ensure_router(RouterUpdate { whole: &next, known }).await;
        checks.works("a router changes, whether or not it is known what it was", answer)?;
    }
    let bare = RouterSpec { ports: BTreeMap::new(), ..next.clone() };
    let answer = driver.ensure_router(RouterUpdate { whole: &bare, known: Some(&next) }).await;
    checks.works("a router forgets interfaces that are not among its ports", answer)?;
    checks.works("the traffic of a router can be read", driver.traffic(network.id).await)?;
    Ok(())
}

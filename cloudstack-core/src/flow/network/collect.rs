//! A network without machines gives back its VLAN and its devices (VLAN-02, GNET-07). Its public addresses and rules stay its
//! own, and hold again when it is carried again.

use crate::base::id::{JobId, NetworkId, VlanId};
use crate::base::{Caller, Error, ErrorKind, Result, Span, Timestamp};
use crate::engine::StepError;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, setting};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::network::{Network, NetworkEvent, NetworkState, Vlan};
use crate::model::offering::NetworkOffering;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to give back what an idle network holds.
///
/// A loop asks for it when a network has been without machines for as long as `network.gc.wait` says.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::{base::ErrorKind, flow::network::CollectNetwork};
/// let network = cloud.view().networks().by("zone", zone).next().map(|n| n.id).ok_or("a basic zone has one")?;
/// // A shared network carries traffic for life.
/// let refused = cloud.networks().collect(&admin, CollectNetwork { network }).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Conflict);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectNetwork {
    /// The network.
    pub network: NetworkId,
}

/// The networks that have been idle for as long as `network.gc.wait` says, and those whose last collection failed.
pub(crate) fn due(view: &View, now: Timestamp) -> Vec<NetworkId> {
    let wait = setting::seconds(view, "network.gc.wait");
    view.networks().iter().filter(|n| is_due(view, n, now, wait)).map(|n| n.id).collect()
}

fn is_due(view: &View, network: &Network, now: Timestamp, wait: Span) -> bool {
    let idle = match network.state {
        NetworkState::Shutdown => true,
        NetworkState::Implemented => {
            network.idle_since.is_some_and(|since| now.since(since) >= wait)
                && view.network_offering(network.offering).is_some_and(|o: &NetworkOffering| !o.persistent)
        }
        _ => false,
    };
    idle && view.jobs().by("entity", network.id).all(|job| job.finished.is_some())
}

impl Verb for CollectNetwork {
    type Answer = NetworkId;
    const NAME: &'static str = "network.collect";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<NetworkId>> {
        access::root(caller)?;
        let network = desk.view().need::<Network>(self.network)?.clone();
        let id = network.id;
        let wait = setting::seconds(desk.view(), "network.gc.wait");
        if !is_due(desk.view(), &network, desk.now(), wait) {
            return Err(
                Error::new(ErrorKind::Conflict, format!("the network is {} and not idle", network.state)).on(id)
            );
        }
        if network.state == NetworkState::Implemented {
            desk.update(network.moved(NetworkEvent::DestroyNetwork)?)?;
        }
        Ok(Decision::then(id, id, vec![CloseNetwork { network: id }.into()]))
    }
}

/// No device carries the network, and what it held is free.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseNetwork {
    pub(crate) network: NetworkId,
}

#[async_trait]
impl Act for CloseNetwork {
    const NAME: &'static str = "close network";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        super::close_devices(cx, self.network).await.map(|()| Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let network = desk.view().need::<Network>(self.network)?.clone();
        let vlans: Vec<VlanId> = desk.view().vlans().by("network", self.network).map(|v| v.id).collect();
        vlans.into_iter().try_for_each(|id| desk.remove::<Vlan>(id))?;
        let text = format!("{} gave back VLAN {}", network.name, network.vlan.unwrap_or_default());
        let moved = network.moved(NetworkEvent::OperationSucceeded)?;
        let account = moved.account;
        desk.update(Network { vlan: None, idle_since: None, ..moved })?;
        desk.event("ZONE.VLAN.RELEASE", EventLevel::Info, account, self.network.to_string(), text);
        Ok(())
    }
}

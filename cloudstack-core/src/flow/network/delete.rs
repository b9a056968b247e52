//! deleteNetwork: a network that no machine has an interface on goes, with its ranges, VLAN and addresses.

use crate::base::id::{EntityId, IpRangeId, JobId, NetworkId, VlanId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::access;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::IpRange;
use crate::model::network::{Network, NetworkEvent, NetworkState, Vlan};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to delete a network.
///
/// There is no way back once its devices are told: if one does not answer, ask again.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::{base::ErrorKind, flow::network::DeleteNetwork};
/// let network = cloud.view().networks().by("zone", zone).next().map(|n| n.id).ok_or("a basic zone has one")?;
/// // A machine is on it.
/// let refused = cloud.networks().delete(&admin, DeleteNetwork { network }).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Conflict);
/// assert_eq!(refused.advice(), Some("expunge its machines first"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteNetwork {
    /// The network.
    pub network: NetworkId,
}

impl Verb for DeleteNetwork {
    type Answer = ();
    const NAME: &'static str = "network.delete";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let id = self.network;
        let network = desk.view().need::<Network>(id)?.clone();
        match network.account {
            Some(account) => access::owned(desk.view(), caller, account, NetworkId::NOUN, id)?,
            None => access::root(caller)?,
        }
        unused(desk.view(), &network)?;
        match network.state {
            NetworkState::Allocated => {
                erase(desk, &network)?;
                return Ok(Decision::done(()));
            }
            // An earlier try got this far.
            NetworkState::Shutdown | NetworkState::Destroy => {}
            _ => desk.update(network.moved(NetworkEvent::DestroyNetwork)?)?,
        }
        Ok(Decision::then((), id, vec![EraseNetwork { network: id }.into()]))
    }
}

fn unused(view: &View, network: &Network) -> Result<()> {
    if let Some(nic) = view.nics().by("network", network.id).next() {
        let vm = view.vm(nic.vm).map_or("?", |vm| vm.name.as_str());
        return Err(Error::new(ErrorKind::Conflict, format!("machine {vm} is on the network"))
            .on(&network.name)
            .remedy("expunge its machines first"));
    }
    if let Some(job) = view.jobs().by("entity", network.id).find(|job| job.finished.is_none()) {
        return Err(Error::new(ErrorKind::Conflict, format!("{} is changing the network", job.verb))
            .on(&network.name)
            .remedy(format!("wait for job {} to end", job.id))
            .retryable());
    }
    Ok(())
}

/// Takes a network's row away, with all that it held.
pub(crate) fn erase(desk: &mut Desk<'_>, network: &Network) -> Result<()> {
    let id = network.id;
    let vlans: Vec<VlanId> = desk.view().vlans().by("network", id).map(|v| v.id).collect();
    vlans.into_iter().try_for_each(|id| desk.remove::<Vlan>(id))?;
    super::rule::erase_all(desk, id)?;
    let ranges: Vec<IpRangeId> = desk.view().ip_ranges().by("network", id).map(|r| r.id).collect();
    ranges.into_iter().try_for_each(|id| desk.remove::<IpRange>(id))?;
    crate::flow::resource::forget(desk, id.to_u128())?;
    desk.remove::<Network>(id)?;
    let text = format!("network {}", network.name);
    desk.event("NETWORK.DELETE", EventLevel::Info, network.account, id.to_string(), text);
    Ok(())
}

/// No device carries the network, and it has no row. From the start there is no way back, only another try.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseNetwork {
    pub(crate) network: NetworkId,
}

#[async_trait]
impl Act for EraseNetwork {
    const NAME: &'static str = "erase network";

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        super::close_devices(cx, self.network).await.map(|()| Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let network = desk.view().need::<Network>(self.network)?.clone();
        erase(desk, &network)
    }
}

//! Networks' routers follow the rows: interfaces, addresses and rules.

use super::follow::{Dirty, Follower};
use crate::base::id::NetworkId;
use crate::engine::StepError;
use crate::flow::network::router;
use crate::flow::running::Running;
use crate::ledger::{Cause, Change, Row, RowChange, View};
use crate::model::network::{GuestType, Network, NetworkState, Nic, NicState};
use crate::model::vm::Vm;
use async_trait::async_trait;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The routers of networks.
pub(super) struct Routers;

#[async_trait]
impl Follower for Routers {
    type Key = NetworkId;
    const WHAT: &'static str = "router";
    const TOLD_EARLY: bool = false;

    fn dirty(cloud: &Running) -> &Arc<Dirty<NetworkId>> {
        &cloud.astray
    }
    fn all(cloud: &Running, view: &View) -> BTreeSet<NetworkId> {
        let served = |n: &&Network| n.carries() && !cloud.outside.devices_of(view, n).is_empty();
        view.networks().iter().filter(served).map(|n| n.id).collect()
    }
    fn missed(cloud: &Running) -> BTreeSet<NetworkId> {
        let told = cloud.outside.routers.keys().into_iter().map(|(_, network)| network);
        told.chain(Self::all(cloud, &cloud.ledger.view())).collect()
    }
    /// Routers are told durable rows only.
    fn lost(_: &Running) -> BTreeSet<NetworkId> {
        BTreeSet::new()
    }
    fn may_concern(change: &Change) -> bool {
        let sides = change.rows().flat_map(|c| [&c.before, &c.after]).flatten();
        sides.map(|(row, _)| row).any(|row| {
            use Row::{FirewallRule, LoadBalancer, Network, Nic, PortForward, PublicIp, Vm};
            matches!(
                row,
                FirewallRule(_) | PortForward(_) | LoadBalancer(_) | PublicIp(_) | Nic(_) | Network(_) | Vm(_)
            )
        })
    }
    fn concerned(cloud: &Running, change: &Change) -> BTreeSet<NetworkId> {
        let view = cloud.ledger.view();
        change.rows().flat_map(|change| of(change, &view)).collect()
    }
    fn distrust(cloud: &Running, network: NetworkId) {
        router::distrust(&cloud.outside, network);
    }
    /// Tells the devices, and writes down what that makes final: what a job could not tell them is finished here.
    async fn tell(cloud: &Running, id: NetworkId) -> Result<(), StepError> {
        let view = cloud.ledger.view();
        let Some(network) = view.network(id) else {
            router::forget(&cloud.outside, id);
            return Ok(());
        };
        // One that is being made or given back is the business of the job that does it. One that is only a row has nobody to
        // tell, and all its rules say is final.
        if !network.carries() && network.state != NetworkState::Allocated {
            return Ok(());
        }
        let heard = router::ensure(&cloud.outside, &cloud.ledger, id).await?;
        if heard.is_empty() {
            return Ok(());
        }
        let settle = |desk: &mut crate::flow::step::Desk<'_>| router::settle(desk, &heard);
        cloud.ledger.transact(&Cause::system("network.tell"), settle).await?;
        Ok(())
    }
}

/// The networks whose router a change of one row concerns.
fn of(change: &RowChange, view: &View) -> Vec<NetworkId> {
    let (before, after) = (change.before.as_ref().map(|(r, _)| r), change.after.as_ref().map(|(r, _)| r));
    match (before, after) {
        (before @ (None | Some(Row::Nic(_))), after @ (None | Some(Row::Nic(_)))) => nic_moved(before, after, view),
        (Some(Row::Vm(before)), Some(Row::Vm(after))) if told(before) != told(after) => {
            view.nics().by("vm", after.id).map(|nic| nic.network).collect()
        }
        (_, Some(Row::Network(network))) => vec![network.id],
        (Some(Row::Network(network)), None) => vec![network.id],
        _ => [before, after].into_iter().flatten().filter_map(of_row).collect(),
    }
}

fn of_row(row: &Row) -> Option<NetworkId> {
    match row {
        Row::FirewallRule(rule) => Some(rule.network),
        Row::PortForward(rule) => Some(rule.network),
        Row::LoadBalancer(rule) => Some(rule.network),
        Row::PublicIp(ip) => ip.network,
        _ => None,
    }
}

/// What a router tells a guest about itself.
fn told(vm: &Vm) -> (&crate::base::Name, &crate::model::vm::VmMetadata) {
    (&vm.name, &vm.metadata)
}

/// Everybody's interfaces on a shared network are too many to tell its router all of them for each: it is told of one at a
/// time, by who opens and closes it.
fn nic_moved(before: Option<&Row>, after: Option<&Row>, view: &View) -> Vec<NetworkId> {
    let shown = |nic: &Nic| {
        let open = matches!(nic.state, NicState::Reserving | NicState::Reserved);
        open.then_some((nic.network, nic.ip4, nic.ip6, nic.mac, nic.default))
    };
    let nic = |row: Option<&Row>| if let Some(Row::Nic(nic)) = row { shown(nic) } else { None };
    let (before, after) = (nic(before), nic(after));
    if before == after {
        return Vec::new();
    }
    let isolated = |id: &NetworkId| view.network(*id).is_some_and(|n| n.guest == GuestType::Isolated);
    [before, after].into_iter().flatten().map(|shown| shown.0).filter(isolated).collect()
}

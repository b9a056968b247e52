//! What holds of routers once nothing fails and nothing is under way: devices do what the rows say, and all was heard.

use super::Findings;
use crate::flow::network;
use crate::ledger::View;
use crate::model::network::{GuestType, PublicIpState, RuleState};
use crate::testkit::reality::Facts;
use std::collections::BTreeSet;

/// Every network that is carried has the router that its rows describe, and no other network has one. The interfaces of a shared
/// network are told one at a time, and are judged as ports.
pub(super) fn routers(view: &View, facts: &Facts, found: &mut Findings) {
    for network in view.networks().iter() {
        let Some(offering) = view.network_offering(network.offering) else { continue };
        let kinds: BTreeSet<&String> = offering.services.values().collect();
        for kind in kinds {
            let Some(is) = facts.routers.get(&network.id) else { continue };
            if is.services.iter().any(|service| offering.services.get(service) != Some(kind)) {
                continue;
            }
            match network::router::router_spec(view, network, kind) {
                Ok(mut shall) => {
                    if network.guest == GuestType::Shared {
                        shall.ports.clone_from(&is.ports);
                    }
                    found.unless(*is == shall, "routers", || {
                        format!("{:?} has\n{is:?}\nshould have\n{shall:?}", network.id)
                    });
                }
                Err(error) => found.tell("routers", format!("{:?}: {error}", network.id)),
            }
        }
        let routed = network.carries() && offering.has("SourceNat");
        found.unless(!routed || facts.routers.contains_key(&network.id), "routers", || {
            format!("{:?} has no router", network.id)
        });
    }
    let waits = |state| state != RuleState::Active;
    let firewall = view.firewall_rules().iter().filter(|r| waits(r.state)).map(|r| format!("{:?}", r.id));
    let forwards = view.port_forwards().iter().filter(|r| waits(r.state)).map(|r| format!("{:?}", r.id));
    let balancers = view.load_balancers().iter().filter(|r| waits(r.state)).map(|r| format!("{:?}", r.id));
    let addresses = view.public_ips().iter().filter(|ip| ip.state != PublicIpState::Allocated);
    let addresses = addresses.map(|ip| format!("{:?}", ip.id));
    for what in firewall.chain(forwards).chain(balancers).chain(addresses) {
        found.tell("at rest", format!("{what} waits to be heard"));
    }
}

//! The last chapter: one machine more than the hosts can take, why not, and the least that would have to change.

use cloudstack_core::Cloud;
use cloudstack_core::base::id::HostId;
use cloudstack_core::ledger::View;
use cloudstack_core::model::infra::Host;
use cloudstack_core::plan::placement::{Demand, Fleet, Placement, Policy, Refusal};

/// A request that was refused, and what helped.
pub(crate) struct Refused {
    pub(crate) demand: Demand,
    /// Each host's name with what it lacks.
    pub(crate) hosts: Vec<(String, Vec<String>)>,
    /// The smallest change, in words.
    pub(crate) change: String,
    /// The host that takes the machine after the change.
    pub(crate) fits_on: String,
}

/// Asks for a machine that no host has room for, and tries the change that the refusal names on a copy of the fleet: the
/// cloud itself stays as it is. Nothing if there is no host to ask.
pub(crate) fn ask_too_much(cloud: &Cloud) -> Option<Refused> {
    let (view, mut fleet) = cloud.peek(|view, room| (view.clone(), room.fleet.clone()));
    let (asked, refusal) = first_refused(&view, &fleet)?;
    let change = refusal.smallest_change.clone()?;
    let mut demand = asked.clone();
    change.apply(&mut fleet, &mut demand).ok()?;
    let Placement { host, .. } = fleet.choose(&demand, &Policy::default()).ok()?;
    let name = |id: HostId| view.host(id).map_or_else(|| "a new host".to_owned(), |h| h.name.to_string());
    let hosts = refusal.hosts.chunk_by(|one, other| one.host == other.host);
    let lacks = hosts.map(|of| (name(of[0].host), of.iter().map(|h| h.lack.to_string()).collect()));
    Some(Refused {
        demand: asked,
        hosts: lacks.collect(),
        change: named(&view, &change.to_string()),
        fits_on: name(host),
    })
}

/// A build server of half the largest host, then of twice the memory, until nobody has room.
fn first_refused(view: &View, fleet: &Fleet) -> Option<(Demand, Refusal)> {
    let largest: &Host = view.hosts().iter().max_by_key(|host| host.ram)?;
    let mut demand = Demand::new(largest.zone, largest.cores.div_ceil(2), largest.speed, largest.ram.scaled(500));
    demand.hypervisor = Some(largest.hypervisor.as_str().into());
    loop {
        match fleet.choose(&demand, &Policy::default()) {
            Ok(_) => demand.ram = demand.ram.times(2),
            Err(refusal) => return Some((demand, refusal)),
        }
    }
}

/// Puts names in the place of ids.
fn named(view: &View, text: &str) -> String {
    let hosts = view.hosts().iter().map(|h| (h.id.to_string(), &h.name));
    let clusters = view.clusters().iter().map(|c| (c.id.to_string(), &c.name));
    let pools = view.pools().iter().map(|p| (p.id.to_string(), &p.name));
    let all = hosts.chain(clusters).chain(pools);
    all.fold(text.to_owned(), |text, (id, name)| text.replace(&id, name.as_str()))
}

//! Addresses: in their subnet, in order, given to one purpose only, and enough of them.

use std::net::Ipv4Addr;

use super::{
    Fix, Found, Rule, Subject,
    hierarchy::shown,
    subject::{At, Claim, Fixed, Purpose, meant},
};
use crate::plan::site::{AddressRange, HostGroup, Pod, Subnet, ZoneKind};

pub(super) const RULES: &[Rule] = &[
    Rule { id: "SITE-03", title: "a range does not end before it begins", check: in_order },
    Rule { id: "PLAN-08", title: "a range lies in its subnet", check: in_subnet },
    Rule { id: "SITE-04", title: "a gateway is a host address of its subnet", check: gateway_in_subnet },
    Rule { id: "SITE-05", title: "no range holds a network or broadcast address", check: edges },
    Rule { id: "SITE-06", title: "no range holds a gateway, a resolver or a server", check: fixed_addresses },
    Rule { id: "SITE-07", title: "two ranges of a zone share no address", check: one_purpose },
    Rule { id: "IPAM-03", title: "host and system addresses are unique in the whole cloud", check: unique_in_cloud },
    Rule { id: "IPAM-09", title: "public ranges of two zones share no address", check: public_apart },
    Rule {
        id: "IPAM-17",
        title: "an outside DHCP server and the cloud hand out different addresses",
        check: outside_dhcp,
    },
    Rule { id: "LINT-03", title: "hosts have the mask of their pod", check: host_masks },
    Rule { id: "SITE-08", title: "every host has an address", check: hosts_addressed },
    Rule { id: "SITE-09", title: "a Basic zone has a guest address for every machine", check: guest_addresses },
    Rule { id: "IPAM-04", title: "a pod has a system-reserved address for each host address", check: system_per_host },
    Rule {
        id: "IPAM-05",
        title: "an Advanced zone has a system-reserved address per customer and ten more",
        check: system_per_customer,
    },
    Rule {
        id: "IPAM-07",
        title: "a pod without link-local control has 255 system-reserved addresses",
        check: system_for_control,
    },
    Rule { id: "SITE-10", title: "no gap between ranges is left without a purpose", check: gaps },
];

fn in_order(s: &Subject<'_>, found: &mut Found<'_>) {
    for claim in s.claims.iter().filter(|claim| claim.range.count() == 0) {
        let (first, last) = (claim.range.last, claim.range.first);
        let turned = AddressRange::new(first, last);
        let message = format!("{} ends before it begins", claim.range);
        found.error(claim.place(), message).suggest(format!("write `{turned}`")).fix(Fix::set(claim.place(), turned));
    }
}

fn in_subnet(s: &Subject<'_>, found: &mut Found<'_>) {
    for claim in s.claims.iter().filter(|c| c.range.count() > 0 && !c.range.within(&c.subnet)) {
        let message = format!("the {} range {} lies outside {}", claim.purpose.name(), claim.range, claim.subnet);
        let finding = found.error(claim.place(), message);
        if claim.meant == claim.range {
            let last = u32::from(claim.subnet.broadcast()).saturating_sub(1).max(claim.subnet.nth(1).into());
            let last = std::net::Ipv4Addr::from(last);
            finding.suggest(format!("give addresses between {} and {last}", claim.subnet.nth(1)));
        } else {
            finding.suggest(format!("write `{}`", claim.meant)).fix(Fix::set(claim.place(), claim.meant));
        }
    }
}

fn gateway_in_subnet(s: &Subject<'_>, found: &mut Found<'_>) {
    let mut check = |place: String, gateway: Ipv4Addr, subnet: &Subnet| {
        let host = |address| subnet.contains(address) && address != subnet.network() && address != subnet.broadcast();
        if !host(gateway) {
            let same = subnet.same_host(gateway);
            let better = if host(same) { same } else { subnet.nth(1) };
            let message = format!("the gateway {gateway} is not a host address of {subnet}");
            let finding = found.error(&place, message);
            match host(better) {
                true => finding.suggest(format!("write `{better}`")).fix(Fix::set(place, better)),
                false => {
                    finding.suggest(format!("take a larger subnet: {subnet} has no host addresses"));
                }
            }
        }
    };
    for p in s.pods() {
        check(format!("{}.gateway", p.place), p.it.gateway, &p.it.subnet);
        for (field, range) in [("storage", &p.it.storage), ("guest", &p.it.guest)] {
            if let Some((gateway, range)) = range.as_ref().and_then(|range| Some((range.gateway?, range))) {
                check(format!("{}.{field}.gateway", p.place), gateway, &range.subnet.unwrap_or(p.it.subnet));
            }
        }
    }
    for z in s.zones() {
        for (n, range) in z.it.public.iter().enumerate() {
            check(format!("{}.public[{n}].gateway", z.place), range.gateway, &range.subnet);
        }
        for (n, network) in z.it.guest_networks.iter().enumerate() {
            check(format!("{}.guest_networks[{n}].gateway", z.place), network.gateway, &network.subnet);
        }
    }
}

/// The correction that cuts `out` from a claim; its list then holds one piece more or less.
fn cut(s: &Subject<'_>, claim: &Claim, out: &AddressRange) -> Fix {
    let list = s.claims.iter().filter(|c| c.list == claim.list);
    let kept = list.flat_map(|c| if c.index == claim.index { c.range.without(out) } else { vec![c.range] });
    Fix::set(&claim.list, kept.collect::<Vec<_>>())
}

fn edges(s: &Subject<'_>, found: &mut Found<'_>) {
    for claim in s.claims.iter().filter(|c| c.range.within(&c.subnet)) {
        for (what, address) in [("network", claim.subnet.network()), ("broadcast", claim.subnet.broadcast())] {
            if claim.range.contains(address) {
                let fix = cut(s, claim, &AddressRange::new(address, address));
                let message = format!("{} holds the {what} address {address}", claim.range);
                found.error(claim.place(), message).suggest(format!("leave {address} out")).fix(fix);
            }
        }
    }
}

fn fixed_addresses(s: &Subject<'_>, found: &mut Found<'_>) {
    let fixed = s.fixed();
    // A reserve is where a server to come would stand; a host may be a server too.
    for claim in s.claims.iter().filter(|c| c.purpose != Purpose::Reserve) {
        let wrong = |f: &&Fixed| claim.range.contains(f.address) && !(f.server && claim.purpose == Purpose::Hosts);
        if let Some(Fixed { address, what, .. }) = fixed.iter().find(wrong) {
            let fix = cut(s, claim, &AddressRange::new(*address, *address));
            let message = format!("the {} range {} holds {address}, {what}", claim.purpose.name(), claim.range);
            found.error(claim.place(), message).suggest(format!("leave {address} out")).fix(fix);
        }
    }
}

/// Every two claims that `these` picks and that share addresses, with what they share.
fn shared<'s>(s: &'s Subject<'_>, these: impl Fn(&Claim, &Claim) -> bool) -> Vec<(&'s Claim, &'s Claim, AddressRange)> {
    let pairs =
        s.claims.iter().enumerate().flat_map(|(n, one)| s.claims[n + 1..].iter().map(move |other| (one, other)));
    let picked = pairs.filter(|(one, other)| these(one, other));
    picked.filter_map(|(one, other)| Some((one, other, one.range.common(&other.range)?))).collect()
}

fn one_purpose(s: &Subject<'_>, found: &mut Found<'_>) {
    for (one, other, both) in shared(s, |one, other| one.zone == other.zone) {
        // The smaller list was chosen with more care; the larger one gives way.
        let (stays, gives) = if one.range.count() > other.range.count() { (other, one) } else { (one, other) };
        let names = (gives.purpose.name(), stays.purpose.name(), stays.place());
        let message = format!("{} range {} and {} range at {} share {both}", names.0, gives.range, names.1, names.2);
        found.error(gives.place(), message).suggest(format!("take {both} out here")).fix(cut(s, gives, &both));
    }
}

fn unique_in_cloud(s: &Subject<'_>, found: &mut Found<'_>) {
    let private = |c: &Claim| matches!(c.purpose, Purpose::Hosts | Purpose::System);
    for (one, other, both) in shared(s, |one, other| one.zone != other.zone && private(one) && private(other)) {
        let message = format!("{both} is also used at {}, in another zone", one.place());
        found.error(other.place(), message).suggest("give the pods of all zones subnets of their own");
    }
}

fn public_apart(s: &Subject<'_>, found: &mut Found<'_>) {
    let public = |one: &Claim, other: &Claim| one.purpose == Purpose::Public && other.purpose == Purpose::Public;
    for (one, other, both) in shared(s, |one, other| one.zone != other.zone && public(one, other)) {
        let message = format!("public addresses {both} are also given out at {}", one.place());
        found.error(other.place(), message).suggest(format!("take {both} out here")).fix(cut(s, other, &both));
    }
}

fn outside_dhcp(s: &Subject<'_>, found: &mut Found<'_>) {
    for p in s.pods() {
        for (n, dhcp) in p.it.outside_dhcp.iter().enumerate() {
            let clash = s.claims.iter().find_map(|claim| Some((claim, claim.range.common(dhcp)?)));
            if let Some((claim, both)) = clash {
                let place = format!("{}.outside_dhcp", p.place);
                let all = p.it.outside_dhcp.iter().enumerate();
                let kept = all.flat_map(|(m, range)| if m == n { range.without(&both) } else { vec![*range] });
                let fix = Fix::set(&place, kept.collect::<Vec<_>>());
                let message = format!(
                    "a DHCP server hands out {both}, as the {} range at {} does",
                    claim.purpose.name(),
                    claim.place()
                );
                found.error(format!("{place}[{n}]"), message).suggest(format!("take {both} from that server")).fix(fix);
            }
        }
    }
}

fn host_masks(s: &Subject<'_>, found: &mut Found<'_>) {
    for (h, pod) in s.host_groups() {
        if let Some(mask) = h.it.netmask.filter(|mask| *mask != pod.subnet.netmask()) {
            let right = pod.subnet.netmask();
            let place = format!("{}.netmask", h.place);
            let message = format!("the hosts have mask {mask}, their pod {} has {right}", pod.subnet);
            found.error(&place, message).suggest(format!("write `{right}`")).fix(Fix::set(place, right));
        }
    }
}

fn hosts_addressed(s: &Subject<'_>, found: &mut Found<'_>) {
    for (h, pod) in s.host_groups() {
        let missing = u64::from(h.it.count).saturating_sub(h.it.address_count());
        if missing > 0 {
            let list = format!("{}.addresses", h.place);
            let message = format!("{} hosts and {} addresses", h.it.count, h.it.address_count());
            grow(s, found.error(&list, message), &list, &h.it.addresses, &pod.subnet, missing);
        }
    }
}

/// Suggests addresses of the subnet that are still free.
fn grow(
    s: &Subject<'_>,
    finding: &mut super::Finding,
    list: &str,
    have: &[AddressRange],
    subnet: &Subnet,
    missing: u64,
) {
    match s.extend(list, have, subnet, missing) {
        Some((fix, more)) => finding.suggest(format!("add {more}, which {subnet} has free")).fix(fix),
        None => drop(finding.suggest(format!("{subnet} has no {missing} addresses free: take a larger subnet"))),
    }
}

fn guest_addresses(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.kind == ZoneKind::Basic) {
        let vms = s.demand(z.zone_at).vms;
        let ranges = |p: &Pod| p.guest.as_ref().map_or(0, |g| count(&g.addresses, &g.subnet.unwrap_or(p.subnet)));
        let have: u64 = z.it.pods.iter().map(ranges).sum();
        // The router of each pod takes a guest address too.
        let want = vms + z.it.pods.len() as u64;
        if have >= want {
            continue;
        }
        let message = format!("{have} guest addresses for {vms} machines and {} routers", z.it.pods.len());
        let finding = found.error(format!("{}.pods", z.place), message);
        match z.it.pods.iter().enumerate().find_map(|(n, pod)| Some((n, pod, pod.guest.as_ref()?))) {
            Some((n, pod, guest)) => {
                let list = format!("{}.pods[{n}].guest.addresses", z.place);
                grow(s, finding, &list, &guest.addresses, &guest.subnet.unwrap_or(pod.subnet), want - have);
            }
            None => drop(finding.suggest(format!("give the pods {want} guest addresses"))),
        }
    }
}

/// How many addresses there would be with the ranges in order.
fn count(ranges: &[AddressRange], subnet: &Subnet) -> u64 {
    ranges.iter().map(|range| meant(*range, subnet).count()).sum()
}

fn system_count(pod: &Pod) -> u64 {
    count(&pod.system, &pod.subnet)
}

fn short_of_system(s: &Subject<'_>, found: &mut Found<'_>, p: &At<'_, Pod>, want: u64, why: &str) {
    let have = system_count(p.it);
    if have < want {
        let list = format!("{}.system", p.place);
        let message = format!("{have} system-reserved addresses for {why}; {want} are advised");
        grow(s, found.warning(&list, message), &list, &p.it.system, &p.it.subnet, want - have);
    }
}

fn system_per_host(s: &Subject<'_>, found: &mut Found<'_>) {
    for p in s.pods() {
        let local = p.it.clusters.iter().filter(|c| s.sheet(c).is_none_or(|sheet| sheet.link_local));
        let hosts = local.flat_map(|c| &c.hosts).map(|h: &HostGroup| h.address_count().max(h.count.into())).sum();
        short_of_system(s, found, &p, hosts, &format!("{hosts} host addresses"));
    }
}

fn system_per_customer(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.kind == ZoneKind::Advanced && z.it.customers > 0) {
        let want = u64::from(z.it.customers) + 10;
        let have: u64 = z.it.pods.iter().map(system_count).sum();
        let Some(pod) = z.it.pods.first().filter(|_| have < want) else { continue };
        let first = z.down("pods", 0, pod);
        let why = format!("its part of {} customers and ten system machines ({have} in the zone)", z.it.customers);
        short_of_system(s, found, &first, want - have + system_count(pod), &why);
    }
}

/// Hosts, routers and system machines of such a pod all live on its range: when does it end?
fn system_for_control(s: &Subject<'_>, found: &mut Found<'_>) {
    for p in s.pods() {
        let shares = |c: &&crate::plan::site::Cluster| s.sheet(c).is_some_and(|sheet| !sheet.link_local);
        let hosts: u64 = p.it.clusters.iter().filter(shares).map(crate::plan::site::Cluster::host_count).sum();
        if !p.it.clusters.iter().any(|c| shares(&c)) {
            continue;
        }
        let (have, list) = (system_count(p.it), format!("{}.system", p.place));
        // Ten for system machines; what is left are the networks that can have a router.
        let routers = have.saturating_sub(hosts + 10);
        let pods = p.zone.pods.len() as u64;
        let customers = u64::from(p.zone.customers).div_ceil(pods);
        let text = "255 for a pod are usual; a /20 gives more than 4,000, ten pods of 255 give 2,550";
        if routers < customers {
            let message = format!(
                "{have} system-reserved addresses, shared by {hosts} hosts, 10 system machines and routers, end at router {} of {customers}",
                routers + 1
            );
            found.warning(list, message).suggest(text);
        } else if have < 255 {
            let message = format!(
                "{have} system-reserved addresses; {hosts} hosts, 10 system machines and at most {routers} routers share them here"
            );
            found.advice(list, message).suggest(text);
        }
    }
}

fn gaps(s: &Subject<'_>, found: &mut Found<'_>) {
    for p in s.pods() {
        let inside = s.claims.iter().filter(|c| c.zone == p.zone_at && c.subnet == p.it.subnet);
        let ends: Vec<AddressRange> = inside.map(|c| c.meant).filter(|r| r.within(&p.it.subnet)).collect();
        let (Some(first), Some(last)) = (ends.iter().map(|r| r.first).min(), ends.iter().map(|r| r.last).max()) else {
            continue;
        };
        let span = AddressRange::new(first, last);
        let gaps: Vec<AddressRange> = s.free(&p.it.subnet).iter().filter_map(|free| free.common(&span)).collect();
        for gap in gaps {
            let fix = Fix::set(
                format!("{}.reserve[{}]", p.place, p.it.reserve.len()),
                crate::plan::site::Reserve { purpose: "growth".to_owned(), addresses: vec![gap] },
            );
            let message = format!("{gap} ({} addresses) is between the ranges and has no purpose", gap.count());
            let text = format!("give {} to a neighbour, or keep it as a named reserve", shown(&[gap]));
            found.advice(format!("{}.subnet", p.place), message).suggest(text).fix(fix);
        }
    }
}

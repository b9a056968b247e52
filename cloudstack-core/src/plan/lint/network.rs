//! Physical networks, traffic kinds, VLANs, subnets, resolvers, network offerings.

use super::{Fix, Found, Rule, Subject, subject::At};
use crate::plan::site::{PhysicalNetwork, Subnet, Traffic, TrafficKind, VlanRange, Zone, ZoneKind, layout::vlan_class};

pub(super) const RULES: &[Rule] = &[
    Rule { id: "PHYS-02", title: "a Basic zone has one physical network", check: one_physical_network },
    Rule { id: "PHYS-03", title: "every kind of traffic that the zone needs is carried", check: traffic_placed },
    Rule { id: "PHYS-12", title: "a kind of traffic is carried once", check: traffic_once },
    Rule { id: "PHYS-04", title: "a storage network has traffic and addresses, or neither", check: storage_traffic },
    Rule { id: "PHYS-06", title: "elastic addresses in a Basic zone need public traffic", check: elastic_addresses },
    Rule { id: "PHYS-07", title: "traffic of one zone is labelled throughout or not at all", check: labels },
    Rule { id: "PHYS-08", title: "kinds of traffic on one physical network take different VLANs", check: vlans_apart },
    Rule {
        id: "PHYS-09",
        title: "an Advanced zone has separate private and public subnets",
        check: public_and_private,
    },
    Rule {
        id: "ZONE-13",
        title: "a guest subnet beside the pod's needs a second NIC on every host",
        check: second_nic,
    },
    Rule {
        id: "SITE-11",
        title: "pods, and the guest network of a zone, have subnets of their own",
        check: subnets_apart,
    },
    Rule { id: "SITE-12", title: "isolated guest networks use private addresses", check: private_guests },
    Rule { id: "ZONE-06", title: "two zones have different guest networks", check: guest_cidr_per_zone },
    Rule { id: "ZONE-04", title: "guests have a resolver", check: resolvers },
    Rule { id: "ZONE-05", title: "system machines have a resolver", check: internal_resolvers },
    Rule {
        id: "ZONE-09",
        title: "a Basic zone has one of the three network offerings made for it",
        check: basic_offering,
    },
    Rule { id: "ZONE-14", title: "an Advanced zone has VLANs for its guests", check: guest_vlans },
    Rule { id: "VLAN-03", title: "guests have one unbroken range of VLANs where they need it", check: unbroken },
    Rule { id: "GNET-06", title: "an Advanced zone has public addresses", check: public_addresses },
    Rule { id: "SITE-13", title: "VLAN ids lie between 1 and 4094 and ranges are in order", check: vlan_ids },
    Rule { id: "IPAM-15", title: "the VLAN exponent leaves room for the customers", check: vlan_bits },
    Rule { id: "VLAN-01", title: "VLANs keep to the usual classes", check: vlan_classes },
];

fn one_physical_network(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let place = format!("{}.physical_networks", z.place);
        match (z.it.kind, z.it.physical_networks.len()) {
            (_, 0) => {
                let fix = Fix::set(
                    format!("{place}[0]"),
                    PhysicalNetwork { name: "net-1".into(), traffic: vec![], vlans: vec![] },
                );
                found.error(place, "the zone has no physical network").suggest("add one").fix(fix);
            }
            (ZoneKind::Basic, n) if n > 1 => {
                let message = format!("{n} physical networks; a Basic zone has one");
                found.error(place, message).suggest("move all traffic to the first, or make the zone Advanced");
            }
            _ => {}
        }
    }
}

fn carries(zone: &Zone, kind: TrafficKind) -> bool {
    zone.physical_networks.iter().flat_map(|net| &net.traffic).any(|t| t.kind == kind)
}

/// The correction that lets the first physical network carry one more kind.
fn carry(z: &At<'_, Zone>, kind: TrafficKind) -> Option<Fix> {
    let net = z.it.physical_networks.first()?;
    Some(Fix::set(
        format!("{}.physical_networks[0].traffic[{}]", z.place, net.traffic.len()),
        Traffic { kind, label: None },
    ))
}

fn traffic_placed(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let public = (z.it.kind == ZoneKind::Advanced).then_some(TrafficKind::Public);
        let needed = [Some(TrafficKind::Management), Some(TrafficKind::Guest), public];
        for kind in needed.into_iter().flatten().filter(|kind| !carries(z.it, *kind)) {
            let place = format!("{}.physical_networks", z.place);
            let text = format!("let a physical network carry {kind:?}");
            found.error(place, format!("nothing carries {kind:?} traffic")).suggest(text).fix(carry(&z, kind));
        }
    }
}

fn traffic_once(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let mut seen: Vec<(&Traffic, usize)> = Vec::new();
        for (n, net) in z.it.physical_networks.iter().enumerate() {
            for (t, traffic) in net.traffic.iter().enumerate() {
                // Guest traffic may use several networks, told apart by their labels.
                let clash = |(other, at): &&(&Traffic, usize)| {
                    other.kind == traffic.kind
                        && (*at == n || traffic.kind != TrafficKind::Guest || other.label == traffic.label)
                };
                if seen.iter().any(|other| clash(&other)) {
                    let place = format!("{}.physical_networks[{n}].traffic[{t}]", z.place);
                    let fix = Fix { edits: vec![super::Edit { place: place.clone(), value: None }] };
                    let message = format!("{:?} traffic is carried a second time", traffic.kind);
                    found.error(place, message).suggest("take it out here").fix(fix);
                }
                seen.push((traffic, n));
            }
        }
    }
}

fn storage_traffic(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let (carried, addressed) = (carries(z.it, TrafficKind::Storage), z.it.pods.iter().any(|p| p.storage.is_some()));
        let place = format!("{}.physical_networks", z.place);
        if addressed && !carried {
            let message = "there are storage network addresses, and nothing carries Storage traffic";
            let fix = carry(&z, TrafficKind::Storage);
            found.error(place, message).suggest("let a physical network carry Storage").fix(fix);
        } else if carried && !addressed {
            let text = "give the pods a `storage` range, or drop the traffic: it then uses Management";
            found.error(place, "Storage traffic is carried, and no pod has storage network addresses").suggest(text);
        }
    }
}

const ELASTIC: &str = "DefaultSharedNetscalerEIPandELBNetworkOffering";
const GROUPED: &str = "DefaultSharedNetworkOfferingWithSGService";
const PLAIN: &str = "DefaultSharedNetworkOffering";

fn elastic_addresses(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.kind == ZoneKind::Basic && z.it.network_offering.as_deref() == Some(ELASTIC)) {
        if !carries(z.it, TrafficKind::Public) {
            let fix = carry(&z, TrafficKind::Public);
            let message = "elastic addresses are offered, and nothing carries Public traffic";
            found
                .error(format!("{}.physical_networks", z.place), message)
                .suggest("let the network carry Public")
                .fix(fix);
        }
    }
}

fn labels(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let traffic = || z.it.physical_networks.iter().flat_map(|net| &net.traffic);
        let bare = traffic().find(|t| t.label.is_none());
        if let (Some(bare), true) = (bare, traffic().any(|t| t.label.is_some())) {
            let message = format!("{:?} traffic has no label while other traffic has one", bare.kind);
            let text = "name the bridge or switch that carries it; the hypervisor's default is used otherwise";
            found.advice(format!("{}.physical_networks", z.place), message).suggest(text);
        }
    }
}

/// The VLANs that kinds of traffic use beside the guest ranges: the kind, the id, and where.
fn used_vlans(z: &At<'_, Zone>) -> Vec<(TrafficKind, u16, String)> {
    let mut used = Vec::new();
    for (n, public) in z.it.public.iter().enumerate() {
        used.extend(public.vlan.map(|id| (TrafficKind::Public, id, format!("{}.public[{n}].vlan", z.place))));
    }
    for (n, network) in z.it.guest_networks.iter().enumerate() {
        used.extend(network.vlan.map(|id| (TrafficKind::Guest, id, format!("{}.guest_networks[{n}].vlan", z.place))));
    }
    for (n, pod) in z.it.pods.iter().enumerate() {
        let place = format!("{}.pods[{n}]", z.place);
        used.extend(pod.vlan.map(|id| (TrafficKind::Management, id, format!("{place}.vlan"))));
        for (kind, field, range) in
            [(TrafficKind::Storage, "storage", &pod.storage), (TrafficKind::Guest, "guest", &pod.guest)]
        {
            let id = range.as_ref().and_then(|range| range.vlan);
            used.extend(id.map(|id| (kind, id, format!("{place}.{field}.vlan"))));
        }
    }
    used
}

fn vlans_apart(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        for (n, net) in z.it.physical_networks.iter().enumerate() {
            let list = format!("{}.physical_networks[{n}].vlans", z.place);
            let here = |kind| net.traffic.iter().any(|t| t.kind == kind);
            for (kind, id, place) in used_vlans(&z).into_iter().filter(|(kind, ..)| here(*kind)) {
                if net.vlans.iter().any(|range| range.first <= id && id <= range.last) {
                    let kept = net.vlans.iter().flat_map(|range| split(range, id)).collect::<Vec<_>>();
                    let message = format!(
                        "VLAN {id}, used for {kind:?} at {place}, lies in the range that guests take theirs from"
                    );
                    found
                        .error(&list, message)
                        .suggest(format!("take {id} out of the range"))
                        .fix(Fix::set(&list, kept));
                }
            }
            for (at, one) in net.vlans.iter().enumerate() {
                if let Some(both) = net.vlans[..at].iter().find_map(|other| other.common(one)) {
                    let fix = Fix { edits: vec![super::Edit { place: format!("{list}[{at}]"), value: None }] };
                    let message = format!("{both} is given twice");
                    found.error(format!("{list}[{at}]"), message).suggest("leave the second range out").fix(fix);
                }
            }
        }
    }
}

/// A VLAN range without one id.
fn split(range: &VlanRange, id: u16) -> Vec<VlanRange> {
    if id < range.first || range.last < id {
        return vec![*range];
    }
    let before = (range.first < id).then(|| VlanRange { first: range.first, last: id - 1 });
    let after = (id < range.last).then(|| VlanRange { first: id + 1, last: range.last });
    [before, after].into_iter().flatten().collect()
}

fn public_and_private(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.kind == ZoneKind::Advanced) {
        for (n, public) in z.it.public.iter().enumerate() {
            if let Some(pod) = z.it.pods.iter().find(|pod| pod.subnet.overlaps(&public.subnet)) {
                let message =
                    format!("the public subnet {} overlaps pod `{}`, {}", public.subnet, pod.name, pod.subnet);
                found
                    .error(format!("{}.public[{n}].subnet", z.place), message)
                    .suggest("give public addresses a subnet of their own");
            }
        }
    }
}

fn second_nic(s: &Subject<'_>, found: &mut Found<'_>) {
    for p in s.pods().into_iter().filter(|p| p.zone.kind == ZoneKind::Basic) {
        let own = p.it.guest.as_ref().and_then(|guest| guest.subnet).filter(|subnet| *subnet != p.it.subnet);
        if let Some(subnet) = own {
            let message = format!("guests are in {subnet}, the hosts of the pod in {}", p.it.subnet);
            let text = "give every host a second NIC for guests, or take the guests' addresses from the pod's subnet";
            found.advice(format!("{}.guest.subnet", p.place), message).suggest(text);
        }
    }
}

fn subnets_apart(s: &Subject<'_>, found: &mut Found<'_>) {
    let pods = s.pods();
    for (n, pod) in pods.iter().enumerate() {
        if let Some(other) = pods[..n].iter().find(|other| other.it.subnet.overlaps(&pod.it.subnet)) {
            let message = format!("{} overlaps {} of pod `{}`", pod.it.subnet, other.it.subnet, other.it.name);
            found.error(format!("{}.subnet", pod.place), message).suggest("give every pod a subnet of its own");
        }
    }
    for z in s.zones() {
        let Some(guest) = z.it.guest_cidr else { continue };
        let public = z.it.public.iter().map(|range| ("the public subnet", range.subnet));
        let taken = z.it.pods.iter().map(|pod| ("the management subnet", pod.subnet)).chain(public);
        if let Some((what, subnet)) = taken.into_iter().find(|(_, subnet)| subnet.overlaps(&guest)) {
            let place = format!("{}.guest_cidr", z.place);
            let better = free_guest_cidr(s, &guest);
            let finding = found.error(&place, format!("{guest} overlaps {what} {subnet}"));
            finding.suggest(format!("take {better}")).fix(Fix::set(place, better));
        }
    }
}

/// A guest network of the same size, or of 256 addresses, that overlaps no subnet of the plan.
fn free_guest_cidr(s: &Subject<'_>, like: &Subnet) -> Subnet {
    let length = like.0.prefix_len().clamp(16, 24);
    let taken: Vec<Subnet> =
        s.zones().filter_map(|z| z.it.guest_cidr).chain(s.claims.iter().map(|c| c.subnet)).collect();
    let ten: ipnet::Ipv4Net = "10.0.0.0/8".parse().expect("a private network");
    let nets = ten.subnets(length).into_iter().flatten().map(Subnet).filter(|net| net.network().octets()[1] > 0);
    nets.into_iter().find(|net| !taken.iter().any(|other| other.overlaps(net))).unwrap_or(*like)
}

fn private_guests(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let Some(guest) = z.it.guest_cidr.filter(|net| !(net.network().is_private() && net.broadcast().is_private()))
        else {
            continue;
        };
        let place = format!("{}.guest_cidr", z.place);
        let better = free_guest_cidr(s, &guest);
        let finding = found.error(&place, format!("{guest} is not a private network (RFC 1918)"));
        finding.suggest(format!("take {better}")).fix(Fix::set(place, better));
    }
}

fn guest_cidr_per_zone(s: &Subject<'_>, found: &mut Found<'_>) {
    let zones: Vec<_> = s.zones().filter_map(|z| Some((z.it.guest_cidr?, z))).collect();
    for (n, (guest, z)) in zones.iter().enumerate() {
        if let Some((_, other)) = zones[..n].iter().find(|(before, _)| before.overlaps(guest)) {
            let place = format!("{}.guest_cidr", z.place);
            let better = free_guest_cidr(s, guest);
            let message =
                format!("zone `{}` uses {guest} too; a VPN between them could not tell them apart", other.it.name);
            found.warning(&place, message).suggest(format!("take {better}")).fix(Fix::set(place, better));
        }
    }
}

fn resolvers(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let place = format!("{}.dns1", z.place);
        match (z.it.dns1, z.it.dns2) {
            (None, other) => {
                let fix = other.or(z.it.internal_dns1).map(|dns| Fix::set(&place, dns));
                found.error(place, "guests have no resolver").suggest("give the address of a DNS server").fix(fix);
            }
            (one, other) if one == other => {
                let fix = Fix { edits: vec![super::Edit { place: format!("{}.dns2", z.place), value: None }] };
                let finding = found.advice(format!("{}.dns2", z.place), "the second resolver is the first one again");
                finding.suggest("name another, or none").fix(fix);
            }
            _ => {}
        }
    }
}

fn internal_resolvers(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.internal_dns1.is_none()) {
        let place = format!("{}.internal_dns1", z.place);
        let fix = z.it.dns1.map(|dns| Fix::set(&place, dns));
        found.error(place, "system machines have no resolver").suggest("give the address of a DNS server").fix(fix);
    }
}

fn basic_offering(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.kind == ZoneKind::Basic) {
        let place = format!("{}.network_offering", z.place);
        let right = if z.it.security_groups { GROUPED } else { PLAIN };
        let message = match z.it.network_offering.as_deref() {
            Some(GROUPED) if z.it.security_groups => continue,
            Some(PLAIN) if !z.it.security_groups => continue,
            Some(ELASTIC) => continue,
            Some(PLAIN) => "the zone has security groups, its network offering has not".to_owned(),
            Some(GROUPED) => "the network offering has security groups, the zone has not".to_owned(),
            Some(other) => format!("`{other}` is not an offering for a Basic zone"),
            None => "the guest network has no offering".to_owned(),
        };
        found.error(&place, message).suggest(format!("write `{right}`")).fix(Fix::set(place, right));
    }
}

fn guest_vlans(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.kind == ZoneKind::Advanced && !z.it.security_groups) {
        let guest = |net: &&PhysicalNetwork| net.traffic.iter().any(|t| t.kind == TrafficKind::Guest);
        let carrying: Vec<usize> =
            z.it.physical_networks.iter().enumerate().filter(|(_, net)| guest(net)).map(|(n, _)| n).collect();
        let Some(first) = carrying.first() else { continue };
        if carrying.iter().all(|n| z.it.physical_networks[*n].vlans.is_empty()) {
            let place = format!("{}.physical_networks[{first}].vlans", z.place);
            let fix = Fix::set(&place, ["600-799"]);
            found.error(place, "no VLANs for guest networks").suggest("give a range such as 600-799").fix(fix);
        }
    }
}

fn public_addresses(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.kind == ZoneKind::Advanced && z.it.public.iter().all(|r| r.addresses.is_empty()))
    {
        found
            .error(format!("{}.public", z.place), "no public addresses")
            .suggest("add a range with its gateway and VLAN");
    }
}

fn vlan_ids(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        for (kind, id, place) in used_vlans(&z).into_iter().filter(|(_, id, _)| !(1..=4094).contains(id)) {
            let fix = Fix { edits: vec![super::Edit { place: place.clone(), value: None }] };
            let text = "give an id between 1 and 4094, or none for untagged traffic";
            found.error(place, format!("{id} is not a VLAN for {kind:?} traffic")).suggest(text).fix(fix);
        }
        for (n, net) in z.it.physical_networks.iter().enumerate() {
            for (at, range) in net.vlans.iter().enumerate() {
                let (low, high) =
                    (range.first.min(range.last).clamp(1, 4094), range.first.max(range.last).clamp(1, 4094));
                let better = VlanRange { first: low, last: high };
                if better != *range {
                    let place = format!("{}.physical_networks[{n}].vlans[{at}]", z.place);
                    let message = format!("{range} is not a range of VLANs between 1 and 4094");
                    found.error(&place, message).suggest(format!("write `{better}`")).fix(Fix::set(place, better));
                }
            }
        }
    }
}

/// One VLAN for each customer, from a range without holes, where the hypervisor's switch is set up once for all of them.
fn unbroken(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones().filter(|z| z.it.kind == ZoneKind::Advanced) {
        let clusters = s.clusters();
        let needs = |c: &&(At<'_, crate::plan::site::Cluster>, &crate::plan::site::Pod)| {
            c.0.zone_at == z.zone_at && s.sheet(c.0.it).is_some_and(|sheet| sheet.one_vlan_range)
        };
        let Some((c, _)) = clusters.iter().find(needs) else { continue };
        let kind = &c.it.hypervisor;
        for (n, net) in z.it.physical_networks.iter().enumerate().filter(|(_, net)| !net.vlans.is_empty()) {
            let place = format!("{}.physical_networks[{n}].vlans", z.place);
            let mut ranges = net.vlans.clone();
            ranges.sort_by_key(|range| range.first);
            if let Some(pair) = ranges.windows(2).find(|pair| u32::from(pair[0].last) + 1 < u32::from(pair[1].first)) {
                let message = format!("{kind} guests take VLANs from one range; {} and {} are two", pair[0], pair[1]);
                found.error(place, message).suggest("close the hole, or leave one range out");
            } else {
                let have: u32 = ranges.iter().map(VlanRange::count).sum();
                if have < z.it.customers {
                    let message = format!("{have} VLANs for {} customers, one for each", z.it.customers);
                    found.warning(place, message).suggest("give a larger range");
                }
            }
        }
    }
}

fn vlan_bits(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let Some(bits) = z.it.guest_vlan_bits else { continue };
        let place = format!("{}.guest_vlan_bits", z.place);
        // 2^bits VLANs share 2^24 addresses; the id space has no more than 12 bits, and 9 is the last row of the table.
        let want = (9..=12).find(|b| 1_u64 << b >= u64::from(z.it.customers)).unwrap_or(12);
        if !(9..=12).contains(&bits) || bits < want {
            let vms = |b: u8| 1_u64 << 24_u8.saturating_sub(b).min(63);
            let message = format!("{bits} bits do not suit {} customers", z.it.customers);
            let text = format!("write {want}: {} VLANs of {} machines each", 1_u32 << want, vms(want));
            found.error(&place, message).suggest(text).fix(Fix::set(place, i64::from(want)));
        }
    }
}

fn vlan_classes(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        for (kind, id, place) in used_vlans(&z).into_iter().filter(|(_, id, _)| (1..=4094).contains(id)) {
            let usual = match kind {
                TrafficKind::Management | TrafficKind::Storage => (..500).contains(&id),
                TrafficKind::Public => (500..600).contains(&id),
                TrafficKind::Guest => (800..1000).contains(&id),
            };
            if !usual {
                let usual = vlan_class(id).map_or("nothing", |class| class.purpose);
                let message = format!("VLAN {id} for {kind:?} traffic; {id} is usually for: {usual}");
                let text = "keep to below 500 management, 500-599 public, 600-799 guests, 800-999 guests by hand";
                found.advice(place, message).suggest(text);
            }
        }
        for (n, net) in z.it.physical_networks.iter().enumerate() {
            for (at, range) in net.vlans.iter().enumerate().filter(|(_, r)| r.first < 600 || r.last > 799) {
                let message = format!("{range} for guests, chosen by the cloud; usual is 600-799");
                let place = format!("{}.physical_networks[{n}].vlans[{at}]", z.place);
                found.advice(place, message).suggest("keep other classes free for public and hand-given networks");
            }
        }
    }
}

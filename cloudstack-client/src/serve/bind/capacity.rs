//! How full the cloud is.

use super::{Ask, Fault, binds};
use crate::serve::ask::Reply;
use cloudstack_core::base::id::ZoneId;
use cloudstack_core::model::infra::{Purpose, Zone};
use cloudstack_core::plan::capacity::Row;
use std::net::IpAddr;

binds! {
    "listCapacity" read list_capacity;
}

/// The number of a kind of capacity, its name, and how full it is.
type Line = (u32, &'static str, Row);

/// How many addresses lie between two, both counted.
fn addresses(first: IpAddr, last: IpAddr) -> u64 {
    let number = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip),
    };
    u64::try_from(number(last).saturating_sub(number(first)).saturating_add(1)).unwrap_or(u64::MAX)
}

/// Everything that is counted of a zone.
fn of_zone(ask: &Ask<'_>, zone: &Zone) -> Vec<Line> {
    let view = ask.view();
    let (capacity, storage) =
        ask.cloud().peek(|_, room| (room.fleet.zone_capacity(zone.id), room.fleet.storage_capacity(zone.id)));
    let bytes = |row: Row| Row {
        total: row.total.saturating_mul(1 << 20),
        used: row.used.saturating_mul(1 << 20),
        reserved: row.reserved.saturating_mul(1 << 20),
    };
    let ranges = |purpose| {
        let of = view.ip_ranges().by("zone", zone.id).filter(move |r| r.purpose == purpose);
        of.map(|r| addresses(r.first, r.last)).fold(0, u64::saturating_add)
    };
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let row = |total: u64, used: u64| Row { total, used, reserved: 0 };
    let networks = || view.networks().by("zone", zone.id);
    let nics = networks().filter(|n| n.account.is_none()).flat_map(|n| view.nics().by("network", n.id)).count();
    let physical = || view.physical_networks().by("zone", zone.id);
    let tags: u64 = physical()
        .flat_map(|n| view.vlan_ranges().by("physical_network", n.id))
        .map(|r| u64::from(r.last - r.first) + 1)
        .sum();
    let in_use = physical().flat_map(|n| view.vlans().by("physical_network", n.id)).count();
    vec![
        (0, "MEMORY", bytes(capacity.ram)),
        (1, "CPU", capacity.cpu),
        (2, "STORAGE", storage.used),
        (3, "STORAGE_ALLOCATED", storage.allocated),
        (
            4,
            "VIRTUAL_NETWORK_PUBLIC_IP",
            row(ranges(Purpose::Public), count(view.public_ips().by("zone", zone.id).count())),
        ),
        (5, "PRIVATE_IP", row(ranges(Purpose::System), 0)),
        (7, "VLAN", row(tags, count(in_use))),
        (8, "DIRECT_ATTACHED_PUBLIC_IP", row(ranges(Purpose::Guest), count(nics))),
        (9, "LOCAL_STORAGE", storage.local),
    ]
}

fn list_capacity(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (zone, kind) = (ask.args.id::<ZoneId>("zoneid"), ask.args.whole("type"));
    super::refuse(ask, &["podid", "clusterid"])?;
    let zones: Vec<&Zone> = ask.view().zones().iter().filter(|z| zone.is_none_or(|zone| zone == z.id)).collect();
    let mut rows: Vec<(&Zone, Line)> = Vec::new();
    for zone in zones {
        let lines = of_zone(ask, zone);
        rows.extend(lines.into_iter().filter(|l| kind.is_none_or(|k| k == i64::from(l.0))).map(|line| (zone, line)));
    }
    reply.all(rows, |o, (zone, (kind, name, row))| {
        o.put("type", kind);
        o.put("name", name);
        o.id("zoneid", zone.id);
        o.put("zonename", zone.name.as_str());
        o.put("capacityallocated", row.taken());
        o.put("capacityused", row.taken());
        o.put("capacitytotal", row.total);
        let percent = super::percent(row.taken(), row.total);
        o.put("percentused", percent.trim_end_matches('%'));
    });
    Ok(())
}

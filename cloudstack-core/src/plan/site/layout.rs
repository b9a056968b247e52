//! Address tables, VLAN classes, and putting purposes side by side into a subnet.

use std::net::Ipv4Addr;

use serde::Serialize;

use super::{AddressRange, SitePlan, Subnet, VlanRange};

/// What a block of VLANs is for (VLAN-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VlanClass {
    /// The ids.
    pub ids: VlanRange,
    /// Their use.
    pub purpose: &'static str,
}

const fn class(first: u16, last: u16, purpose: &'static str) -> VlanClass {
    VlanClass { ids: VlanRange { first, last }, purpose }
}

/// The usual VLAN plan: every id from 1 to 4094 belongs to one class.
pub const VLAN_PLAN: [VlanClass; 6] = [
    class(1, 499, "management and storage"),
    class(500, 599, "public"),
    class(600, 799, "guests; the cloud chooses one per network"),
    class(800, 899, "guests; the operator gives one to an account"),
    class(900, 999, "guests; the operator gives one to a project, a domain or all"),
    class(1000, 4094, "reserved"),
];

/// The class of a VLAN id; nothing for ids that no frame carries.
#[must_use]
pub fn vlan_class(id: u16) -> Option<&'static VlanClass> {
    VLAN_PLAN.iter().find(|class| class.ids.first <= id && id <= class.ids.last)
}

/// Puts purposes side by side from the first host address on, around the gateway. A count of `None` takes all that is left.
///
/// Answers nothing if the subnet is too small.
///
/// ```
/// # use cloudstack_core::plan::site::{layout::pack, Subnet};
/// let pod: Subnet = "192.168.154.0/24".parse()?;
/// let rows = pack(&pod, pod.nth(1), &[("system", Some(6)), ("hosts", None)]).unwrap();
/// assert_eq!(rows[0].1.to_string(), "192.168.154.2-7");
/// assert_eq!(rows[1].1.to_string(), "192.168.154.8-254");
/// # Ok::<(), cloudstack_core::plan::site::BadText>(())
/// ```
#[must_use]
pub fn pack<'a>(
    subnet: &Subnet,
    gateway: Ipv4Addr,
    wanted: &[(&'a str, Option<u32>)],
) -> Option<Vec<(&'a str, AddressRange)>> {
    let top = u32::from(subnet.broadcast()).checked_sub(1)?;
    let mut next = u32::from(subnet.network()).checked_add(1)?;
    let mut rows = Vec::new();
    for (purpose, count) in wanted.iter().filter(|(_, count)| *count != Some(0)) {
        if next == u32::from(gateway) {
            next += 1;
        }
        // A block stops short of the gateway; one that is as large as can be takes the side it begins on.
        let edge = if next < u32::from(gateway) && subnet.contains(gateway) { u32::from(gateway) - 1 } else { top };
        let last = count.map_or(Some(edge), |count| next.checked_add(count - 1))?;
        let (first, last) = match last > edge && edge != top {
            true => (u32::from(gateway) + 1, u32::from(gateway).checked_add((*count)?)?),
            false => (next, last),
        };
        if first > last || last > top {
            return None;
        }
        rows.push((*purpose, AddressRange::new(first.into(), last.into())));
        next = last + 1;
    }
    Some(rows)
}

/// One line of an address table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddressRow {
    /// The addresses.
    pub addresses: AddressRange,
    /// What they are for.
    pub purpose: String,
}

/// Every address of a plan with its purpose, in the order of the addresses: the table an operator pins to the rack.
#[must_use]
pub fn address_table(plan: &SitePlan) -> Vec<AddressRow> {
    let mut rows = Vec::new();
    let mut add = |ranges: &[AddressRange], purpose: String| {
        rows.extend(ranges.iter().map(|range| AddressRow { addresses: *range, purpose: purpose.clone() }));
    };
    let single = |address| [AddressRange::new(address, address)];
    for server in &plan.management_servers {
        let nfs = if server.nfs { ", NFS" } else { "" };
        add(&single(server.address), format!("management server {}{nfs}", server.name));
    }
    for zone in &plan.zones {
        for pod in &zone.pods {
            let resolver = if zone.dns1 == Some(pod.gateway) { " and resolver" } else { "" };
            add(&single(pod.gateway), format!("gateway{resolver}, pod {}", pod.name));
            add(&pod.system, format!("system-reserved (private), pod {}", pod.name));
            pod.storage.iter().for_each(|r| add(&r.addresses, format!("storage network, pod {}", pod.name)));
            pod.guest.iter().for_each(|r| add(&r.addresses, format!("guests, pod {}", pod.name)));
            pod.reserve.iter().for_each(|r| add(&r.addresses, format!("reserved: {}", r.purpose)));
            for cluster in &pod.clusters {
                for group in &cluster.hosts {
                    let growth = group.address_count().saturating_sub(group.count.into());
                    let purpose = format!(
                        "hosts {} ({} now, {growth} to come), cluster {}",
                        group.name, group.count, cluster.name
                    );
                    add(&group.addresses, purpose);
                }
            }
        }
        zone.public.iter().for_each(|r| add(&r.addresses, format!("public, zone {}", zone.name)));
        zone.guest_networks.iter().for_each(|n| add(&n.addresses, format!("guest network {}", n.name)));
    }
    rows.sort_by_key(|row| (row.addresses, row.purpose.clone()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: VLAN-01
    #[test]
    fn every_vlan_has_one_class() {
        for id in 1..=4094 {
            let classes = VLAN_PLAN.iter().filter(|class| (class.ids.first..=class.ids.last).contains(&id)).count();
            assert_eq!((classes, vlan_class(id).is_some()), (1, true), "{id}");
        }
        assert_eq!((vlan_class(0), vlan_class(4095)), (None, None));
        for (id, word) in [
            (499, "management"),
            (500, "public"),
            (799, "chooses"),
            (800, "account"),
            (999, "project"),
            (1001, "reserved"),
        ] {
            assert!(vlan_class(id).unwrap().purpose.contains(word), "{id}");
        }
    }

    /// Proves: PLAN-07, IPAM-02
    #[test]
    fn purposes_lie_side_by_side() {
        let show = |net: &str, gateway: &str, wanted: &[(&'static str, Option<u32>)]| {
            let rows = pack(&net.parse().unwrap(), gateway.parse().unwrap(), wanted)?;
            Some(rows.iter().map(|(_, range)| range.to_string()).collect::<Vec<_>>().join(" "))
        };
        let printed = [
            ("management", Some(1)),
            ("hosts", Some(12)),
            ("growth", Some(1)),
            ("system", Some(5)),
            ("storage", Some(5)),
            ("spare", Some(4)),
            ("guest", Some(221)),
        ];
        assert_eq!(
            show("192.168.168.0/24", "192.168.168.1", &printed).as_deref(),
            Some(
                "192.168.168.2 192.168.168.3-14 192.168.168.15 192.168.168.16-20 192.168.168.21-25 192.168.168.26-29 192.168.168.30-250"
            )
        );
        assert_eq!(
            show("192.168.154.0/24", "192.168.154.1", &[("system", Some(6)), ("hosts", None)]).as_deref(),
            Some("192.168.154.2-7 192.168.154.8-254")
        );
        // A gateway at the end, in the middle, and a subnet that is too small.
        assert_eq!(
            show("10.0.0.0/29", "10.0.0.6", &[("a", Some(2)), ("b", None)]).as_deref(),
            Some("10.0.0.1-2 10.0.0.3-5")
        );
        assert_eq!(
            show("10.0.0.0/29", "10.0.0.2", &[("a", Some(2)), ("b", None)]).as_deref(),
            Some("10.0.0.3-4 10.0.0.5-6")
        );
        assert_eq!(show("10.0.0.0/29", "10.0.0.1", &[("a", Some(5)), ("b", Some(1))]), None);
        assert_eq!(show("10.0.0.0/29", "10.0.0.1", &[("a", Some(5)), ("b", None)]), None);
    }
}

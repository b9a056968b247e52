//! The plan of the fifty-developer cloud: read as printed, and round trips of every field.

use cloudstack_core::plan::site::{SitePlan, TrafficKind, ZoneKind};

const DEV_TEAM: &str = include_str!("../../examples/clouds/dev-team.toml");

fn dev_team() -> SitePlan {
    SitePlan::from_toml(DEV_TEAM).unwrap()
}

/// The plan holds what the document prints, its three mistyped ranges included.
///
/// Proves: PLAN-05, PLAN-07
#[test]
fn the_dev_team_plan_is_as_printed() {
    let plan = dev_team();
    let workload = plan.workload.as_ref().unwrap();
    assert_eq!((workload.vms(), workload.cores(), workload.ram().to_string()), (200, 200, "300 GiB".into()));
    let [server] = &plan.management_servers[..] else { panic!("one management server") };
    assert_eq!(
        (server.address.to_string(), server.cores, server.ram.to_string()),
        ("192.168.168.2".into(), 8, "16 GiB".into())
    );
    let [zone] = &plan.zones[..] else { panic!("one zone") };
    assert_eq!((zone.kind, zone.security_groups, zone.dns1), (ZoneKind::Basic, true, "192.168.168.1".parse().ok()));
    assert!(zone.physical_networks[0].traffic.iter().all(|t| t.kind != TrafficKind::Public));
    let pod = &zone.pods[0];
    assert_eq!(pod.gateway.to_string(), "192.168.168.1");
    let shown = |ranges: &[cloudstack_core::plan::site::AddressRange]| ranges[0].to_string();
    assert_eq!(shown(&pod.system), "92.168.168.16-20");
    assert_eq!(shown(&pod.storage.as_ref().unwrap().addresses), "92.168.168.21-25");
    assert_eq!(shown(&pod.guest.as_ref().unwrap().addresses), "92.168.168.30-250");
    assert_eq!(pod.guest.as_ref().unwrap().addresses[0].count(), 221);
    assert_eq!(shown(&pod.reserve[0].addresses), "192.168.168.15");
    let hosts: Vec<_> = pod.clusters[0].all_hosts().collect();
    assert_eq!(hosts.len(), 7);
    assert_eq!((hosts[0].name(), hosts[0].address), ("XS-01".into(), "192.168.168.3".parse().ok()));
    assert_eq!((hosts[6].name(), hosts[6].address), ("XS-07".into(), "192.168.168.9".parse().ok()));
    assert_eq!(hosts[0].group.address_count(), 12);
    let vms: Vec<String> = plan.vm_groups.iter().flat_map(|g| g.names()).collect();
    assert_eq!((vms.len(), vms[0].as_str(), vms[199].as_str()), (200, "win-001", "ubu-100"));
}

#[test]
fn a_plan_survives_being_written_and_read() {
    let plan = dev_team();
    assert_eq!(SitePlan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
}

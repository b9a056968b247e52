//! The small and the large deployment of the guides, as plans: clean as they stand, and each weak spot is named.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_core::plan::{
    lint::{Edit, Fix, Severity, lint},
    site::{SitePlan, ports},
};

const SMALL: &str = include_str!("../../examples/clouds/small.toml");
const LARGE: &str = include_str!("../../examples/clouds/large.toml");

/// The plan with one value set, or taken away if it is empty.
fn with(text: &str, edits: &[(&str, &str)]) -> SitePlan {
    let mut plan = SitePlan::from_toml(text).unwrap();
    let edit = |(place, value): &(&str, &str)| Edit {
        place: (*place).to_owned(),
        value: (!value.is_empty()).then(|| (*value).to_owned()),
    };
    Fix { edits: edits.iter().map(edit).collect() }.apply(&mut plan).unwrap();
    plan
}

/// What is said: rule, severity, place.
fn said(plan: &SitePlan) -> Vec<(&'static str, Severity, String)> {
    lint(plan).into_iter().map(|f| (f.id, f.severity, f.place)).collect()
}

/// Proves: PLAN-01
#[test]
fn the_small_deployment_is_one_switch_and_one_store() {
    let plan = SitePlan::from_toml(SMALL).unwrap();
    assert_eq!(lint(&plan), []);
    let [zone] = &plan.zones[..] else { panic!("one zone") };
    let [pod] = &zone.pods[..] else { panic!("one pod") };
    // The management server and the one store are on the management network.
    let store = zone.secondary_storage[0].server.as_deref().unwrap();
    assert!(pod.clusters.iter().flat_map(|c| &c.primary_storage).all(|p| p.server.as_deref() == Some(store)));
    assert!(pod.subnet.contains(plan.management_servers[0].address) && pod.subnet.contains(store.parse().unwrap()));
    assert_eq!((pod.access.unwrap().switches, zone.physical_networks.len()), (1, 1));
    assert_eq!(ports::balancer_needs(&plan.management_servers, false), []);
    // A switch without a way out is a fault even here.
    let cut = with(SMALL, &[("zones[0].pods[0].access.uplinks", "0")]);
    assert_eq!(said(&cut), [("GNET-10", Severity::Error, "zones[0].pods[0].access.uplinks".into())]);
}

/// Proves: PLAN-02, GNET-10
#[test]
fn the_large_deployment_has_nothing_single() {
    let plan = SitePlan::from_toml(LARGE).unwrap();
    assert_eq!(lint(&plan), []);
    let behind = ports::balancer_needs(&plan.management_servers, false);
    assert!(behind.iter().all(|need| need.to.len() == 2) && behind.len() == 3);
    use Severity::{Advice, Error, Warning};
    for (id, severity, place, value) in [
        ("PLAN-02", Warning, "balancer.nodes", "1"),
        ("PLAN-02", Warning, "zones[0].core_switches", "1"),
        ("PLAN-02", Warning, "zones[0].pods[1].access.switches", "1"),
        ("GNET-10", Error, "zones[0].pods[0].access.uplinks", "0"),
        ("GNET-10", Advice, "zones[0].pods[0].access.uplink_gbit", "1"),
    ] {
        assert_eq!(said(&with(LARGE, &[(place, value)])), [(id, severity, place.to_owned())]);
    }
    assert_eq!(said(&with(LARGE, &[("balancer", "")])), [("PORT-13", Advice, "management_servers".to_owned())]);
    // One cable to each server: too few for its storage, and single.
    let place = "zones[0].pods[0].clusters[0].hosts[0].nics";
    let one = [("PLAN-03", Error, place.to_owned()), ("PLAN-02", Warning, place.to_owned())];
    assert_eq!(said(&with(LARGE, &[(place, "1")])), one);
}

/// Proves: PLAN-03
#[test]
fn a_storage_network_follows_its_protocol() {
    use Severity::{Advice, Error, Warning};
    let nfs = "zones[0].pods[0].storage_networks";
    let iscsi = "zones[0].pods[1].storage_networks";
    let second = r#"{ subnet = "10.11.2.0/24", gateway = "10.11.2.1", nics = 0 }"#;
    let wide = r#"[{ subnet = "10.12.0.0/16", gateway = "10.12.1.1", nics = 2 }]"#;
    for (edits, severity, place) in [
        // NFS: bonded NICs are one network.
        (vec![(format!("{nfs}[1]"), second)], Error, nfs.to_owned()),
        // iSCSI: one network is one path.
        (vec![(iscsi.to_owned(), wide)], Advice, iscsi.to_owned()),
        // Two paths that meet in one subnet, or at one gateway, are one.
        (vec![(format!("{iscsi}[1].subnet"), r#""10.12.0.0/16""#)], Error, format!("{iscsi}[1].subnet")),
        (vec![(format!("{iscsi}[1].gateway"), r#""10.12.1.1""#)], Error, format!("{iscsi}[1].gateway")),
        // Four NICs: two for the pod, two for storage.
        (
            vec![("zones[0].pods[0].clusters[0].hosts[0].nics".to_owned(), "3")],
            Error,
            "zones[0].pods[0].clusters[0].hosts[0].nics".to_owned(),
        ),
        (vec![(format!("{nfs}[0].nics"), "1")], Warning, nfs.to_owned()),
        (
            vec![("zones[0].pods[0].clusters[0].primary_storage[0].server".to_owned(), r#""10.10.1.200""#)],
            Warning,
            nfs.to_owned(),
        ),
    ] {
        let edits: Vec<(&str, &str)> = edits.iter().map(|(place, value)| (place.as_str(), *value)).collect();
        assert_eq!(said(&with(LARGE, &edits)), [("PLAN-03", severity, place)], "{edits:?}");
    }
}

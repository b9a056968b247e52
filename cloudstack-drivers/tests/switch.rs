//! Text for switches: the printed examples, every refusal, and no id forgotten.
#![cfg(feature = "switch")]

use cloudstack_core::plan::site::{SitePlan, VlanRange};
use cloudstack_drivers::switch::{Model, NoText, PodLink, PodSwitch, Propagation, VlanPlan, ZoneSwitch};
use proptest::prelude::*;

const fn range(first: u16, last: u16) -> VlanRange {
    VlanRange { first, last }
}

/// The plan of the guide: 200 to 999 in use, 201 the first pod's management, 300 to 999 for everybody.
fn printed() -> VlanPlan {
    VlanPlan { known: vec![range(200, 999)], carried: vec![range(300, 999)], propagation: Propagation::Off }
}

fn zone(vlans: VlanPlan) -> ZoneSwitch {
    ZoneSwitch { vlans, pods: vec![PodLink { port: 1, native: 201, gateway: None }] }
}

fn pod(vlans: VlanPlan) -> PodSwitch {
    PodSwitch { vlans, native: 201, ports: 24 }
}

/// Proves: VLAN-04
#[test]
fn a_dell_routes_a_zone_with_at_most_1024_vlans() {
    assert_eq!(
        zone(printed()).text(Model::Dell62xx).unwrap(),
        "vlan database\nvlan 200-999\nexit\n\
         interface ethernet 1/g1\nswitchport mode general\nswitchport general pvid 201\n\
         switchport general allowed vlan add 201 untagged\nswitchport general allowed vlan add 300-999 tagged\nexit\n"
    );
    let full = VlanPlan { known: vec![range(200, 1223)], ..printed() };
    assert!(zone(full).text(Model::Dell62xx).unwrap().contains("vlan 200-1223\n"));
    let over = VlanPlan { known: vec![range(200, 1224)], ..printed() };
    assert_eq!(zone(over.clone()).text(Model::Dell62xx), Err(NoText::TooMany { wanted: 1_025, most: 1_024 }));
    assert!(zone(over).text(Model::Cisco3750).is_ok());
    // An id that is there twice takes room once.
    let twice = VlanPlan { known: vec![range(200, 1000), range(900, 1223)], ..printed() };
    assert!(zone(twice).text(Model::Dell62xx).is_ok());
}

/// Proves: VLAN-05
#[test]
fn a_cisco_routes_a_zone_and_is_transparent_only_where_ids_demand_it() {
    let port = "interface GigabitEthernet1/0/1\nswitchport trunk encapsulation dot1q\nswitchport mode trunk\n\
                switchport trunk native vlan 201\nexit\n";
    assert_eq!(zone(printed()).text(Model::Cisco3750).unwrap(), format!("vlan 200-999\nexit\n{port}"));
    for (last, transparent) in [(1_000, false), (1_001, true), (4_094, true)] {
        let text = zone(VlanPlan { known: vec![range(200, last)], ..printed() }).text(Model::Cisco3750).unwrap();
        let mode = if transparent { "vtp mode transparent\n" } else { "" };
        assert_eq!(text, format!("{mode}vlan 200-{last}\nexit\n{port}"));
    }
}

/// Proves: VLAN-06
#[test]
fn a_dell_switches_a_pod_with_all_ports_alike() {
    assert_eq!(
        pod(printed()).text(Model::Dell62xx).unwrap(),
        "vlan database\nvlan 300-999\nexit\n\
         interface range ethernet all\nswitchport mode general\nswitchport general allowed vlan add 300-999 tagged\nexit\n"
    );
}

/// Proves: VLAN-07
#[test]
fn a_cisco_switches_a_pod_with_the_management_vlan_native() {
    assert_eq!(
        pod(printed()).text(Model::Cisco3750).unwrap(),
        "vlan 300-999\nexit\n\
         interface range GigabitEthernet 1/0/1-24\nswitchport trunk encapsulation dot1q\nswitchport mode trunk\n\
         switchport trunk native vlan 201\nexit\n"
    );
}

/// Proves: VLAN-08
#[test]
fn propagation_is_off_unless_asked_for_and_changes_the_text() {
    assert_eq!(VlanPlan::default().propagation, Propagation::Off);
    let on = || VlanPlan { propagation: Propagation::On, ..printed() };
    for (model, off_words, on_words) in
        [(Model::Dell62xx, "gvrp", "gvrp enable\n"), (Model::Cisco3750, "vtp", "vtp mode ")]
    {
        for text in [zone(printed()).text(model).unwrap(), pod(printed()).text(model).unwrap()] {
            assert!(!text.contains(off_words), "{text}");
        }
        let (top, below) = (zone(on()).text(model).unwrap(), pod(on()).text(model).unwrap());
        assert!(top.contains(on_words) && below.contains(on_words), "{top}{below}");
        // The zone's switch is told the VLANs, and tells the pods' switches.
        assert!(top.contains("vlan 200-999\n") && !below.contains("\nvlan 300-999\n"), "{top}{below}");
    }
    assert!(zone(on()).text(Model::Cisco3750).unwrap().starts_with("vtp mode server\n"));
    assert!(pod(on()).text(Model::Cisco3750).unwrap().starts_with("vtp mode client\ninterface"));
    let high = VlanPlan { known: vec![range(200, 1_001)], ..on() };
    assert_eq!(zone(high.clone()).text(Model::Cisco3750), Err(NoText::NotPropagated(1_001)));
    assert!(zone(high).text(Model::Dell62xx).is_ok());
}

#[test]
fn what_makes_no_sense_is_refused() {
    let with = |known, carried| zone(VlanPlan { known, carried, ..printed() });
    for model in [Model::Dell62xx, Model::Cisco3750] {
        let tagged = with(vec![range(200, 999)], vec![range(201, 999)]);
        assert_eq!(tagged.text(model), Err(NoText::Both(201)));
        let unknown = with(vec![range(300, 999)], vec![range(300, 999)]);
        assert_eq!(unknown.text(model), Err(NoText::Unknown(201)));
        for bad in [range(0, 5), range(4_000, 4_095), range(300, 299)] {
            assert_eq!(with(vec![range(201, 201), bad], vec![]).text(model), Err(NoText::BadRange(bad)));
        }
    }
}

const SITE: &str = r#"
name = "site"
[[zones]]
name = "z"
kind = "Advanced"
physical_networks = [{ name = "n", vlans = ["600-799", "820"] }]
public = [{ subnet = "203.0.113.0/24", gateway = "203.0.113.1", vlan = 500, addresses = "203.0.113.10-99" }]
guest_networks = [{ name = "s", offering = "o", subnet = "10.9.0.0/24", gateway = "10.9.0.1", vlan = 900, addresses = [] }]
pods = [
    { name = "a", subnet = "192.168.1.0/24", gateway = "192.168.1.1", vlan = 201 },
    { name = "b", subnet = "192.168.2.0/25", gateway = "192.168.2.126", vlan = 202 },
]
"#;

/// Behind a firewall of its own, a zone still brings its public VLAN to the hosts: the system machines live there.
///
/// Proves: VLAN-09, VLAN-10
#[test]
fn a_planned_zone_brings_guests_and_public_traffic_to_every_port_and_is_the_gateway() {
    let plan = SitePlan::from_toml(SITE).unwrap();
    let switch = ZoneSwitch::of(&plan.zones[0]).unwrap();
    assert_eq!(switch.vlans.carried, [range(500, 500), range(600, 799), range(820, 820), range(900, 900)]);
    let all = "500,600-799,820,900";
    let dell = switch.text(Model::Dell62xx).unwrap();
    assert!(dell.starts_with(&format!("vlan database\nvlan 201-202,{all}\nexit\n")), "{dell}");
    for (port, native, address) in [(1, 201, "192.168.1.1 255.255.255.0"), (2, 202, "192.168.2.126 255.255.255.128")] {
        let link = format!(
            "interface ethernet 1/g{port}\nswitchport mode general\nswitchport general pvid {native}\n\
             switchport general allowed vlan add {native} untagged\n\
             switchport general allowed vlan add {all} tagged\nexit\n"
        );
        assert!(dell.contains(&link), "{dell}");
        assert!(dell.contains(&format!("interface vlan {native}\nrouting\nip address {address}\nexit\n")), "{dell}");
        let cisco = switch.text(Model::Cisco3750).unwrap();
        assert!(cisco.contains(&format!("interface Vlan{native}\nip address {address}\nno shutdown\n")), "{cisco}");
        let pod = PodSwitch { vlans: switch.vlans.clone(), native, ports: 48 };
        let text = pod.text(Model::Dell62xx).unwrap();
        assert!(text.contains("interface range ethernet all\n"), "{text}");
        assert!(text.contains(&format!("allowed vlan add {all} tagged\n")), "{text}");
    }
    let mut bare = plan.zones[0].clone();
    bare.pods[1].vlan = None;
    assert_eq!(ZoneSwitch::of(&bare), Err(NoText::NoManagementVlan("b".into())));
}

proptest! {
    /// However a plan is cut into ranges, the switch is told each id once, and no other.
    #[test]
    fn each_id_is_named_once(cuts in proptest::collection::vec((300_u16..999, 0_u16..40), 0..12)) {
        let ranges: Vec<String> =
            cuts.iter().map(|(first, more)| format!("\"{first}-{}\"", (first + more).min(999))).collect();
        let text = SITE.replace("\"600-799\", \"820\"", &ranges.join(", "));
        let switch = ZoneSwitch::of(&SitePlan::from_toml(&text).unwrap().zones[0]).unwrap();
        let told = switch.text(Model::Cisco3750).unwrap();
        let mut named = vec![0_u8; 4_095];
        for part in told.lines().next().unwrap().trim_start_matches("vlan ").split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            (first.parse().unwrap()..=last.parse::<usize>().unwrap()).for_each(|id: usize| named[id] += 1);
        }
        for (id, times) in named.iter().enumerate() {
            let id = u16::try_from(id).unwrap();
            let wanted = [201, 202, 500, 900].contains(&id)
                || cuts.iter().any(|(first, more)| (*first..=(first + more).min(999)).contains(&id));
            prop_assert_eq!(*times, u8::from(wanted), "{}", id);
        }
    }
}

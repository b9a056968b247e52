//! The words of the Cisco 3750.

use super::{NoText, PodSwitch, Propagation, VlanPlan, VlanRange, ZoneSwitch, listed};
use std::fmt::Write;

/// Above this id a switch must not take part in VTP (VLAN-05).
const PROPAGATED: u16 = 1_000;

pub(super) fn zone(switch: &ZoneSwitch) -> Result<String, NoText> {
    let mut text = database(&switch.vlans, &switch.vlans.known, "server")?;
    for pod in &switch.pods {
        trunk(&mut text, &format!("interface GigabitEthernet1/0/{}", pod.port), pod.native);
    }
    if switch.pods.iter().any(|pod| pod.gateway.is_some()) {
        text.push_str("ip routing\n");
    }
    for pod in &switch.pods {
        if let Some((gateway, subnet)) = pod.gateway {
            let mask = subnet.netmask();
            let _ = write!(text, "interface Vlan{}\nip address {gateway} {mask}\nno shutdown\nexit\n", pod.native);
        }
    }
    Ok(text)
}

pub(super) fn pod(switch: &PodSwitch) -> Result<String, NoText> {
    let mut text = database(&switch.vlans, &switch.vlans.carried, "client")?;
    // A port that meets another switch must agree with it about untagged frames, so the native VLAN is said here too.
    trunk(&mut text, &format!("interface range GigabitEthernet 1/0/1-{}", switch.ports), switch.native);
    Ok(text)
}

/// A trunk passes every VLAN unless told otherwise.
fn trunk(text: &mut String, interface: &str, native: u16) {
    let _ = write!(
        text,
        "{interface}\nswitchport trunk encapsulation dot1q\nswitchport mode trunk\nswitchport trunk native vlan {native}\nexit\n"
    );
}

fn database(vlans: &VlanPlan, ranges: &[VlanRange], role: &str) -> Result<String, NoText> {
    let highest = vlans.known.iter().map(|range| range.last).max().unwrap_or(0);
    let mut text = String::new();
    match vlans.propagation {
        Propagation::On if highest > PROPAGATED => return Err(NoText::NotPropagated(highest)),
        Propagation::On => {
            let _ = writeln!(text, "vtp mode {role}");
        }
        Propagation::Off if highest > PROPAGATED => text.push_str("vtp mode transparent\n"),
        Propagation::Off => {}
    }
    let told = vlans.propagation == Propagation::On && role == "client";
    if !ranges.is_empty() && !told {
        let _ = write!(text, "vlan {}\nexit\n", listed(ranges));
    }
    Ok(text)
}

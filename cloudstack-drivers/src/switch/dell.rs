//! The words of the Dell 62xx.

use super::{NoText, PodSwitch, Propagation, VlanPlan, ZoneSwitch, joined, listed};
use std::fmt::Write;

/// Most VLANs of the switch.
const MOST: usize = 1_024;

pub(super) fn zone(switch: &ZoneSwitch) -> Result<String, NoText> {
    let mut text = database(&switch.vlans, &switch.vlans.known)?;
    let carried = listed(&switch.vlans.carried);
    for pod in &switch.pods {
        let native = pod.native;
        let _ = write!(
            text,
            "interface ethernet 1/g{}\nswitchport mode general\nswitchport general pvid {native}\n\
             switchport general allowed vlan add {native} untagged\n",
            pod.port
        );
        if !carried.is_empty() {
            let _ = writeln!(text, "switchport general allowed vlan add {carried} tagged");
        }
        text.push_str(leave(&switch.vlans));
    }
    if switch.pods.iter().any(|pod| pod.gateway.is_some()) {
        text.push_str("ip routing\n");
    }
    for pod in &switch.pods {
        if let Some((gateway, subnet)) = pod.gateway {
            let mask = subnet.netmask();
            let _ = write!(text, "interface vlan {}\nrouting\nip address {gateway} {mask}\nexit\n", pod.native);
        }
    }
    Ok(text)
}

pub(super) fn pod(switch: &PodSwitch) -> Result<String, NoText> {
    // Untagged frames stay in the switch's own VLAN; the zone's switch gives them theirs.
    let ranges = match switch.vlans.propagation {
        Propagation::Off => switch.vlans.carried.as_slice(),
        Propagation::On => &[],
    };
    let mut text = database(&switch.vlans, ranges)?;
    text.push_str("interface range ethernet all\nswitchport mode general\n");
    if !switch.vlans.carried.is_empty() {
        let _ = writeln!(text, "switchport general allowed vlan add {} tagged", listed(&switch.vlans.carried));
    }
    text.push_str(leave(&switch.vlans));
    Ok(text)
}

fn database(vlans: &VlanPlan, ranges: &[super::VlanRange]) -> Result<String, NoText> {
    // Ids that come by propagation take room too.
    let wanted = joined(vlans.known.clone()).iter().map(|r| usize::from(r.last - r.first) + 1).sum();
    if wanted > MOST {
        return Err(NoText::TooMany { wanted, most: MOST });
    }
    let mut text = String::new();
    if vlans.propagation == Propagation::On {
        text.push_str("gvrp enable\n");
    }
    if !ranges.is_empty() {
        let _ = write!(text, "vlan database\nvlan {}\nexit\n", listed(ranges));
    }
    Ok(text)
}

const fn leave(vlans: &VlanPlan) -> &'static str {
    match vlans.propagation {
        Propagation::Off => "exit\n",
        Propagation::On => "gvrp enable\nexit\n",
    }
}

#![doc = include_str!("switch/docs.md")]

mod cisco;
mod dell;

use cloudstack_core::plan::site::{Subnet, VlanRange, Zone};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// The switches whose language is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Model {
    /// Dell PowerConnect 62xx: at most 1,024 VLANs (VLAN-04).
    Dell62xx,
    /// Cisco Catalyst 3750 (VLAN-05).
    Cisco3750,
}

/// Whether switches tell each other which VLANs there are: VTP with Cisco, GVRP with Dell (VLAN-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Propagation {
    /// Every switch is told by hand.
    #[default]
    Off,
    /// The zone's switch is told, and tells those of the pods.
    On,
}

/// The VLANs of a zone as its switches see them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VlanPlan {
    /// All ids that the zone's switch knows.
    pub known: Vec<VlanRange>,
    /// The ids that go tagged to every pod, and there to every host: guests', and public ones for the system machines (VLAN-10).
    pub carried: Vec<VlanRange>,
    /// Whether switches tell each other.
    pub propagation: Propagation,
}

/// The zone's layer-3 switch, which the pods' switches hang on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneSwitch {
    /// Its VLANs.
    pub vlans: VlanPlan,
    /// One for each pod.
    pub pods: Vec<PodLink>,
}

/// The way from the zone's switch to one pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodLink {
    /// The port, counted from 1.
    pub port: u16,
    /// The pod's management VLAN, untagged on the link.
    pub native: u16,
    /// The pod's subnet and its gateway, if this switch is to be that gateway (VLAN-09).
    pub gateway: Option<(Ipv4Addr, Subnet)>,
}

/// A pod's layer-2 switch: all its ports are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodSwitch {
    /// The zone's VLANs.
    pub vlans: VlanPlan,
    /// The pod's management VLAN, untagged on every port.
    pub native: u16,
    /// How many ports it has.
    pub ports: u16,
}

/// Why there is no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoText {
    /// More VLANs than the switch can hold.
    #[error("{wanted} VLANs; the switch holds {most}")]
    TooMany {
        /// VLANs of the plan.
        wanted: usize,
        /// Most that the switch holds.
        most: usize,
    },
    /// Ids that no frame carries, or a range that ends before it begins.
    #[error("{0} is not a range of VLANs between 1 and 4094")]
    BadRange(VlanRange),
    /// The management VLAN of a pod is among those that go tagged.
    #[error("VLAN {0} cannot be both tagged and untagged on a port")]
    Both(u16),
    /// The management VLAN of a pod is unknown to the zone's switch.
    #[error("VLAN {0} is not among those of the zone")]
    Unknown(u16),
    /// A pod's management network has no VLAN in the plan.
    #[error("pod `{0}` has no management VLAN")]
    NoManagementVlan(String),
    /// VTP carries only the ids up to 1,000 that every version of it knows.
    #[error("VLAN {0} is above 1000 and is not propagated; switch propagation off")]
    NotPropagated(u16),
}

impl VlanPlan {
    /// The VLANs of a planned zone.
    #[must_use]
    pub fn of(zone: &Zone) -> Self {
        let single = |id: u16| VlanRange { first: id, last: id };
        let public = zone.public.iter().filter_map(|range| range.vlan);
        let networks = zone.guest_networks.iter().filter_map(|network| network.vlan);
        let ranges = zone.pods.iter().flat_map(|pod| [&pod.guest, &pod.storage]).flatten().filter_map(|r| r.vlan);
        let singles = public.chain(networks).chain(ranges).map(single);
        let guests = zone.physical_networks.iter().flat_map(|network| network.vlans.iter().copied());
        let carried = joined(guests.chain(singles).collect());
        let management = zone.pods.iter().filter_map(|pod| pod.vlan).map(single);
        let known = joined(carried.iter().copied().chain(management).collect());
        Self { known, carried, propagation: Propagation::Off }
    }

    fn checked(&self, natives: impl IntoIterator<Item = u16>) -> Result<(), NoText> {
        for range in self.known.iter().chain(&self.carried) {
            if range.first < 1 || range.last > 4094 || range.last < range.first {
                return Err(NoText::BadRange(*range));
            }
        }
        let holds = |ranges: &[VlanRange], id| ranges.iter().any(|r| r.first <= id && id <= r.last);
        for native in natives {
            if holds(&self.carried, native) {
                return Err(NoText::Both(native));
            }
            if !holds(&self.known, native) {
                return Err(NoText::Unknown(native));
            }
        }
        Ok(())
    }
}

impl ZoneSwitch {
    /// The switch of a planned zone: its pods on ports 1, 2 and so on, each with its gateway here.
    ///
    /// # Errors
    /// [`NoText::NoManagementVlan`] if a pod has none.
    pub fn of(zone: &Zone) -> Result<Self, NoText> {
        let link = |(port, pod): (u16, &cloudstack_core::plan::site::Pod)| {
            let native = pod.vlan.ok_or_else(|| NoText::NoManagementVlan(pod.name.clone()))?;
            Ok(PodLink { port, native, gateway: Some((pod.gateway, pod.subnet)) })
        };
        Ok(Self { vlans: VlanPlan::of(zone), pods: (1..).zip(&zone.pods).map(link).collect::<Result<_, _>>()? })
    }

    /// What to type at the switch.
    ///
    /// # Errors
    /// [`NoText`] says what the switch cannot do.
    pub fn text(&self, model: Model) -> Result<String, NoText> {
        self.vlans.checked(self.pods.iter().map(|pod| pod.native))?;
        match model {
            Model::Dell62xx => dell::zone(self),
            Model::Cisco3750 => cisco::zone(self),
        }
    }
}

impl PodSwitch {
    /// What to type at the switch.
    ///
    /// # Errors
    /// [`NoText`] says what the switch cannot do.
    pub fn text(&self, model: Model) -> Result<String, NoText> {
        self.vlans.checked([self.native])?;
        match model {
            Model::Dell62xx => dell::pod(self),
            Model::Cisco3750 => cisco::pod(self),
        }
    }
}

/// The same ids in as few ranges as can be, in order. Ranges that make no sense stay, to be refused by name.
fn joined(mut ranges: Vec<VlanRange>) -> Vec<VlanRange> {
    ranges.sort_by_key(|range| (range.first, range.last));
    let mut out: Vec<VlanRange> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(before) if range.first <= before.last.saturating_add(1) && range.first <= range.last => {
                before.last = before.last.max(range.last);
            }
            _ => out.push(range),
        }
    }
    out
}

/// Ranges the way both switches read them: `200-999,1001`.
fn listed(ranges: &[VlanRange]) -> String {
    let mut text = String::new();
    for range in ranges {
        let comma = if text.is_empty() { "" } else { "," };
        let _ = match range.first == range.last {
            true => write!(text, "{comma}{}", range.first),
            false => write!(text, "{comma}{}-{}", range.first, range.last),
        };
    }
    text
}

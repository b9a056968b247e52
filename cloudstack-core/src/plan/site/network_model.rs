//! What the two kinds of zone can do for their guests: the choice that cannot be taken back (ZONE-03).
//!
//! ```
//! use cloudstack_core::plan::site::{ZoneKind, network_model::{By, Feature}};
//! assert_eq!(Feature::Vpn.of(ZoneKind::Basic), By::Nobody);
//! assert!(Feature::Vpn.of(ZoneKind::Advanced).virtual_devices());
//! ```

use serde::Serialize;

use super::ZoneKind;

/// Something that guests may want of their network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Feature {
    /// Networks of their own, as many as they like.
    SeveralNetworks,
    /// A firewall.
    Firewall,
    /// Balancing of load.
    LoadBalancing,
    /// Isolation by VLAN, besides filters for addresses.
    Layer2Isolation,
    /// A VPN into the network.
    Vpn,
    /// Ports of a public address that lead to a guest.
    PortForwarding,
    /// A public address for one guest.
    StaticNat,
    /// One public address for all guests.
    SourceNat,
    /// Data given to a guest at its start.
    UserData,
    /// Counting of bytes.
    UsageMetering,
    /// Names and addresses told to guests.
    DnsAndDhcp,
}

/// Who gives a feature to the guests of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum By {
    /// The zone does not have it.
    Nobody,
    /// A device of the data centre, set up by its operator.
    Physical,
    /// Virtual routers and hosts, set up by the cloud.
    Virtual,
    /// Either.
    Both,
}

impl By {
    /// The cloud can give it without a device of the operator's.
    #[must_use]
    pub const fn virtual_devices(self) -> bool {
        matches!(self, Self::Virtual | Self::Both)
    }
}

/// The table: feature, Basic, Advanced.
#[rustfmt::skip]
pub const FEATURES: [(Feature, By, By); 11] = {
    use By::*;
    [
        (Feature::SeveralNetworks, Nobody,   Virtual),
        (Feature::Firewall,        Physical, Both),
        (Feature::LoadBalancing,   Physical, Both),
        // In a Basic zone guests are kept apart by security groups alone.
        (Feature::Layer2Isolation, Nobody,   Virtual),
        (Feature::Vpn,             Nobody,   Virtual),
        (Feature::PortForwarding,  Physical, Both),
        (Feature::StaticNat,       Physical, Both),
        (Feature::SourceNat,       Nobody,   Both),
        (Feature::UserData,        Virtual,  Virtual),
        // sFlow or NetFlow at the router of the data centre; counters of hosts and virtual routers.
        (Feature::UsageMetering,   Physical, Virtual),
        (Feature::DnsAndDhcp,      Virtual,  Virtual),
    ]
};

impl Feature {
    /// Who gives it in a zone of this kind.
    #[must_use]
    pub fn of(self, kind: ZoneKind) -> By {
        let row = FEATURES.iter().find(|row| row.0 == self);
        row.map_or(By::Nobody, |(_, basic, advanced)| match kind {
            ZoneKind::Basic => *basic,
            ZoneKind::Advanced => *advanced,
        })
    }

    /// The service of a network offering that stands for it, by CloudStack's name, where there is one.
    #[must_use]
    pub const fn service(self) -> Option<&'static str> {
        Some(match self {
            Self::Firewall => "Firewall",
            Self::LoadBalancing => "Lb",
            Self::Vpn => "Vpn",
            Self::PortForwarding => "PortForwarding",
            Self::StaticNat => "StaticNat",
            Self::SourceNat => "SourceNat",
            Self::UserData => "UserData",
            Self::SeveralNetworks | Self::Layer2Isolation | Self::UsageMetering | Self::DnsAndDhcp => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_feature_has_one_row() {
        assert_eq!(FEATURES.iter().map(|row| row.0).collect::<BTreeSet<_>>().len(), 11);
        // Whatever a Basic zone has, an Advanced one has as well.
        assert!(FEATURES.iter().all(|(_, basic, advanced)| *basic == By::Nobody || *advanced != By::Nobody));
    }
}

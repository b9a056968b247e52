//! What a plan is held against for each kind of hypervisor, as data.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What one kind of hypervisor allows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Most hosts of a cluster (HIER-19).
    pub max_hosts: u32,
    /// System machines are reached over link-local addresses, so that a pod wants one private address per host (IPAM-04, IPAM-06).
    pub link_local: bool,
    /// System machines work with NFS version 4; where they do not, the server has to leave it out (STOR-16).
    pub nfs4: bool,
    /// Guests take their VLANs from one unbroken range (VLAN-03).
    pub one_vlan_range: bool,
    /// Primary storage protocols (STOR-04).
    pub protocols: Vec<String>,
    /// The protocols whose space may be sold more than once (STOR-07).
    pub thin: Vec<String>,
    /// Formats of images, the usual one first (STOR-06).
    pub formats: Vec<String>,
}

/// The sheets by hypervisor kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Sheets(pub BTreeMap<String, Sheet>);

impl Sheets {
    /// The kinds that ship with the product.
    #[must_use]
    pub fn shipped() -> Self {
        toml::from_str(include_str!("hypervisors.toml"))
            .expect("the sheet in this folder is valid TOML; a test reads it")
    }

    /// The sheet of one kind.
    #[must_use]
    pub fn get(&self, kind: &str) -> Option<&Sheet> {
        self.0.get(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_sheets_are_readable() {
        assert!(Sheets::shipped().0.values().all(|s| s.max_hosts > 0 && !s.formats.is_empty()));
    }
}

//! What an operator says about Open vSwitch.

use std::{collections::BTreeMap, path::PathBuf};

/// How guest networks are carried by Open vSwitch.
///
/// ```
/// use cloudstack_drivers::openvswitch::OpenvSwitchConfig;
///
/// // Two hosts that are namespaces of one machine, each with its own switch.
/// let config = OpenvSwitchConfig {
///     databases: [("kvm1", "/run/cloud/kvm1/db.sock"), ("kvm2", "/run/cloud/kvm2/db.sock")]
///         .map(|(host, socket)| (host.to_owned(), socket.into()))
///         .into(),
///     datapath: Some("netdev".into()),
///     ..OpenvSwitchConfig::default()
/// };
/// assert_eq!(config.bridge, "cloudbr0");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenvSwitchConfig {
    /// The bridge of physical networks that have no traffic label.
    pub bridge: String,
    /// The datapath type that bridges shall have, such as `netdev`; left alone if not said.
    pub datapath: Option<String>,
    /// The socket of each host's database, by the host's name.
    pub databases: BTreeMap<String, PathBuf>,
    /// The socket of hosts that are not among them.
    pub database: PathBuf,
}

impl Default for OpenvSwitchConfig {
    fn default() -> Self {
        Self {
            bridge: "cloudbr0".into(),
            datapath: None,
            databases: BTreeMap::new(),
            database: "/var/run/openvswitch/db.sock".into(),
        }
    }
}

//! Alerts: what an operator should look at, until it is over.

use super::{Value, record::record};
use crate::base::{
    Timestamp,
    id::{AlertId, ClusterId, PodId, ZoneId},
};
use serde::{Deserialize, Serialize};

/// What is known of a kind of alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertSpec {
    /// Its number in the protocol of today.
    pub number: u16,
    /// Its number in CloudStack 4.1, where it differs or exists.
    pub number41: Option<u16>,
    /// Its name.
    pub name: &'static str,
    /// The event it is told as.
    pub event: &'static str,
}

const fn kind(number: u16, number41: Option<u16>, name: &'static str, event: &'static str) -> AlertSpec {
    AlertSpec { number, number41, name, event }
}

/// Every kind of alert.
#[rustfmt::skip]
pub const ALERT_KINDS: &[AlertSpec] = &[
    kind(0,  Some(0),  "MEMORY", "ALERT.MEMORY"),
    kind(1,  Some(1),  "CPU", "ALERT.CPU"),
    kind(2,  Some(2),  "STORAGE", "ALERT.STORAGE"),
    kind(3,  Some(3),  "STORAGE_ALLOCATED", "ALERT.STORAGE.ALLOCATED"),
    kind(4,  Some(4),  "VIRTUAL_NETWORK_PUBLIC_IP", "ALERT.NETWORK.PUBLICIP"),
    kind(5,  Some(5),  "PRIVATE_IP", "ALERT.NETWORK.PRIVATEIP"),
    kind(6,  None,     "SECONDARY_STORAGE", "ALERT.STORAGE.SECONDARY"),
    kind(7,  Some(6),  "HOST", "ALERT.COMPUTE.HOST"),
    kind(8,  Some(7),  "USERVM", "ALERT.USERVM"),
    kind(9,  Some(8),  "DOMAIN_ROUTER", "ALERT.SERVICE.DOMAINROUTER"),
    kind(10, Some(9),  "CONSOLE_PROXY", "ALERT.SERVICE.CONSOLEPROXY"),
    kind(11, Some(10), "ROUTING", "ALERT.NETWORK.ROUTING"),
    kind(12, Some(11), "STORAGE_MISC", "ALERT.STORAGE.MISC"),
    kind(13, Some(12), "USAGE_SERVER", "ALERT.USAGE"),
    kind(14, Some(13), "MANAGEMENT_NODE", "ALERT.MANAGEMENT"),
    kind(15, Some(14), "DOMAIN_ROUTER_MIGRATE", "ALERT.NETWORK.DOMAINROUTERMIGRATE"),
    kind(16, Some(15), "CONSOLE_PROXY_MIGRATE", "ALERT.SERVICE.CONSOLEPROXYMIGRATE"),
    kind(17, Some(16), "USERVM_MIGRATE", "ALERT.USERVM.MIGRATE"),
    kind(18, Some(17), "VLAN", "ALERT.NETWORK.VLAN"),
    kind(19, Some(18), "SSVM", "ALERT.SERVICE.SSVM"),
    kind(20, Some(19), "USAGE_SERVER_RESULT", "ALERT.USAGE.RESULT"),
    kind(21, Some(20), "STORAGE_DELETE", "ALERT.STORAGE.DELETE"),
    kind(22, Some(21), "UPDATE_RESOURCE_COUNT", "ALERT.RESOURCE.COUNT"),
    kind(23, Some(22), "USAGE_SANITY_RESULT", "ALERT.USAGE.SANITY"),
    kind(24, Some(23), "DIRECT_ATTACHED_PUBLIC_IP", "ALERT.NETWORK.DIRECTPUBLICIP"),
    kind(25, Some(24), "LOCAL_STORAGE", "ALERT.STORAGE.LOCAL"),
    kind(26, Some(25), "RESOURCE_LIMIT_EXCEEDED", "ALERT.RESOURCE.EXCEED"),
    kind(27, None,     "SYNC", "ALERT.TYPE.SYNC"),
    kind(28, None,     "UPLOAD_FAILED", "ALERT.UPLOAD.FAILED"),
    kind(30, None,     "HA_ACTION", "ALERT.HA.ACTION"),
    kind(31, None,     "CA_CERT", "ALERT.CA.CERT"),
    kind(32, None,     "VM_SNAPSHOT", "ALERT.VM.SNAPSHOT"),
];

/// The kind of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static AlertSpec> {
    ALERT_KINDS.iter().find(|spec| spec.name == name)
}

/// Something an operator should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What it is about: a name of [`ALERT_KINDS`].
    pub kind: String,
    /// What it is about, in a line.
    pub subject: String,
    /// All that is known.
    pub text: String,
    /// Where.
    pub zone: Option<ZoneId>,
    /// Where in the zone.
    pub pod: Option<PodId>,
    /// Where in the pod.
    pub cluster: Option<ClusterId>,
    /// The one thing it is about, as its id; none for the place itself.
    pub entity: Option<u128>,
    /// When it was first raised.
    pub created: Timestamp,
    /// When it was last raised.
    pub updated: Timestamp,
    /// How often it was raised.
    pub count: u32,
    /// When it was over.
    pub resolved: Option<Timestamp>,
    /// An administrator has put it away.
    pub archived: bool,
}
record! { Alert: AlertId in "alert" {
    kind: Text = |r| Value::text(&r.kind),
    zone: Link = |r| Value::maybe(r.zone),
    open: Text = |r| Value::shown(r.open()),
} unique { [open] } }

impl Alert {
    /// What two alerts that are not over cannot have in common; none once it is over or put away.
    fn open(&self) -> Option<String> {
        let open = self.resolved.is_none() && !self.archived;
        open.then(|| key(&self.kind, self.zone, self.pod, self.cluster, self.entity))
    }
}

/// What [`Alert`]s about the same thing have in common.
pub(crate) fn key(
    kind: &str,
    zone: Option<ZoneId>,
    pod: Option<PodId>,
    cluster: Option<ClusterId>,
    entity: Option<u128>,
) -> String {
    let text = |id: Option<&dyn std::fmt::Display>| id.map(ToString::to_string).unwrap_or_default();
    let (zone, pod, cluster) = (
        text(zone.as_ref().map(|id| id as &dyn std::fmt::Display)),
        text(pod.as_ref().map(|id| id as &dyn std::fmt::Display)),
        text(cluster.as_ref().map(|id| id as &dyn std::fmt::Display)),
    );
    format!("{kind}/{zone}/{pod}/{cluster}/{:x}", entity.unwrap_or_default())
}

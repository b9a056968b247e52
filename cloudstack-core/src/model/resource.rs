//! What people add to things of any kind: tags to find them by, details to steer them with.

use super::{Value, closed, record::record};
use crate::base::id::{AccountId, DetailId, DomainId, EntityId, TagId};
use serde::{Deserialize, Serialize};

closed! {
    /// Kinds of things that can have tags and details.
    ResourceKind {
        Vm "A virtual machine.",
        Volume "A volume.",
        Template "A template.",
        Network "A guest network.",
        Nic "An interface.",
        SecurityGroup "A security group.",
        PublicIp "A public address.",
        FirewallRule "A firewall rule.",
        PortForward "A port forwarding rule.",
        LoadBalancer "A load balancer rule.",
        Account "An account.",
        Domain "A domain.",
        Zone "A zone.",
        Pod "A pod.",
        Cluster "A cluster.",
        Host "A host.",
        Pool "A primary pool.",
        ImageStore "An image store.",
        ComputeOffering "A compute offering.",
        DiskOffering "A disk offering.",
        NetworkOffering "A network offering.",
    }
}

/// A thing of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Its id.
    pub id: u128,
}

impl Resource {
    /// This thing.
    #[must_use]
    pub fn new<I: EntityId>(kind: ResourceKind, id: I) -> Self {
        Self { kind, id: id.to_u128() }
    }
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, uuid::Uuid::from_u128(self.id))
    }
}

/// A tag: a key of a thing, with a value. Things are found by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// What has it.
    pub resource: Resource,
    /// Who owns what has it; none if that belongs to the cloud.
    pub account: Option<AccountId>,
    /// The domain of the owner.
    pub domain: Option<DomainId>,
    /// The key, unique for the thing.
    pub key: String,
    /// The value.
    pub value: String,
    /// A word of whom the tag is for.
    pub customer: Option<String>,
}
record! { Tag: TagId in "tag" {
    resource: Link = |r| Value::Id(r.resource.id),
    kind: Text = |r| Value::text(r.resource.kind.as_str()),
    key: Text = |r| Value::text(&r.key),
    value: Text = |r| Value::text(&r.value),
    account: Link = |r| Value::maybe(r.account),
} unique { [resource, key] } }

/// A detail: a key of a thing, with a value that drivers or clients understand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// Its id.
    pub id: DetailId,
    /// What has it.
    pub resource: Resource,
    /// The key, unique for the thing.
    pub key: String,
    /// The value.
    pub value: String,
    /// Whether users see it.
    pub display: bool,
}
record! { Detail: DetailId in "detail" {
    resource: Link = |r| Value::Id(r.resource.id),
    kind: Text = |r| Value::text(r.resource.kind.as_str()),
    key: Text = |r| Value::text(&r.key),
    value: Text = |r| Value::text(&r.value),
} unique { [resource, key] } }

//! Places that serve one domain or one account alone.

use super::{Value, record::record};
use crate::base::id::{AccountId, ClusterId, DedicationId, DomainId, EntityId, HostId, PodId, ZoneId};
use serde::{Deserialize, Serialize};

/// A place that can be dedicated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Ground {
    /// A whole zone.
    Zone(ZoneId),
    /// A pod.
    Pod(PodId),
    /// A cluster.
    Cluster(ClusterId),
    /// One host.
    Host(HostId),
}

impl Ground {
    /// Its id as a number.
    #[must_use]
    pub fn raw_id(self) -> u128 {
        match self {
            Self::Zone(id) => id.to_u128(),
            Self::Pod(id) => id.to_u128(),
            Self::Cluster(id) => id.to_u128(),
            Self::Host(id) => id.to_u128(),
        }
    }
}

/// A place serves a domain and those below, or one account of it, and nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dedication {
    /// Its id.
    pub id: DedicationId,
    /// The place.
    pub ground: Ground,
    /// The zone it lies in, or is.
    pub zone: ZoneId,
    /// The domain it serves.
    pub domain: DomainId,
    /// The one account of it that it serves, if not all.
    pub account: Option<AccountId>,
}
record! { Dedication: DedicationId in "dedication" {
    ground: Link = |r| Value::Id(r.ground.raw_id()),
    zone: Link = |r| Value::link(r.zone),
    domain: Link = |r| Value::link(r.domain),
    account: Link = |r| Value::maybe(r.account),
} unique { [ground] } }

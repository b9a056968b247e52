//! Primary pools and image stores.

use crate::base::{
    Bytes, Name,
    fsm::{Machine, Move},
    id::{ClusterId, HostId, ImageStoreId, PodId, PoolId, ZoneId},
};
use crate::model::{Value, closed, record::record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

closed! {
    /// The life of a primary pool.
    PoolState {
        Initial "Its record was just made.",
        Initialized "Its driver accepted it.",
        Up "Hosts reach it; it takes volumes.",
        Disabled "It takes no new volumes.",
        PrepareForMaintenance "Its volumes are leaving.",
        ErrorInMaintenance "Some volume could not leave.",
        Maintenance "It is empty of running work.",
        CancelMaintenance "It is coming back.",
        Removed "It has left the cloud.",
    }
}
closed! {
    /// What may happen to a primary pool.
    PoolEvent {
        Initialize "Its driver accepts it.",
        Attach "Hosts reach it.",
        Fail "It could not be made or attached.",
        Disable "An administrator disables it.",
        Enable "An administrator enables it.",
        AskMaintenance "An administrator asks for maintenance.",
        Emptied "The last volume has left.",
        CannotEmpty "A volume could not leave.",
        Cancel "An administrator calls maintenance off.",
        Delete "An administrator deletes it.",
    }
}

/// What may happen to a primary pool; a pair that is not listed is refused.
#[rustfmt::skip]
pub const POOL_MOVES: &[Move<PoolState, PoolEvent>] = {
    use {PoolEvent::*, PoolState::*};
    &[
        (Initial,               Initialize,     Initialized),
        (Initial,               Fail,           Removed),
        (Initialized,           Attach,         Up),
        (Initialized,           Fail,           Removed),
        (Up,                    Disable,        Disabled),
        (Disabled,              Enable,         Up),
        (Up,                    AskMaintenance, PrepareForMaintenance),
        (PrepareForMaintenance, Emptied,        Maintenance),
        (PrepareForMaintenance, CannotEmpty,    ErrorInMaintenance),
        (ErrorInMaintenance,    AskMaintenance, PrepareForMaintenance),
        (ErrorInMaintenance,    Cancel,         CancelMaintenance),
        (Maintenance,           Cancel,         CancelMaintenance),
        (CancelMaintenance,     Attach,         Up),
        (CancelMaintenance,     Fail,           Maintenance),
        (Maintenance,           Delete,         Removed),
    ]
};

/// The machine of a primary pool.
pub const POOL: Machine<'static, PoolState, PoolEvent> = Machine {
    noun: "storage pool",
    moves: POOL_MOVES,
    initial: &[PoolState::Initial],
    finals: &[PoolState::Removed],
    transitional: &[
        PoolState::Initial,
        PoolState::Initialized,
        PoolState::PrepareForMaintenance,
        PoolState::CancelMaintenance,
    ],
};

/// A primary pool: where volumes of machines live. Room promised to volumes is derived from the volumes on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// Its zone.
    pub zone: ZoneId,
    /// The pod it serves; none for a pool of the whole zone.
    pub pod: Option<PodId>,
    /// The cluster it serves; none for a pool of the whole zone.
    pub cluster: Option<ClusterId>,
    /// The one host it serves, if it is local storage.
    pub host: Option<HostId>,
    /// Its name, unique in the zone.
    pub name: Name,
    /// The kind of storage: the key of a driver, such as `NetworkFilesystem`.
    pub kind: String,
    /// Where it is, in the driver's own form.
    pub url: String,
    /// Its size, as the driver reported.
    pub capacity: Bytes,
    /// Bytes in use on it, as the driver last reported.
    pub used: Bytes,
    /// Over-provisioning in thousandths (STOR-07).
    pub overprovisioning: u32,
    /// Labels that offerings ask for (STOR-08).
    pub tags: BTreeSet<String>,
    /// Where in its life it is.
    pub state: PoolState,
}
record! { Pool: PoolId in "storage_pool" {
    name: Text = |r| Value::text(r.name.as_str()),
    zone: Link = |r| Value::link(r.zone),
    cluster: Link = |r| Value::maybe(r.cluster),
    state: Text = |r| Value::text(r.state.as_str()),
    kind: Text = |r| Value::text(&r.kind),
    url: Text = |r| Value::text(&r.url),
} unique { [zone, name] [kind, url, cluster] } }

/// An image store: where templates, ISOs and snapshots lie (SEC2-01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageStore {
    /// Its id.
    pub id: ImageStoreId,
    /// Its zone; none for a store of the whole region (SEC2-04).
    pub zone: Option<ZoneId>,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// The kind of store: the key of a driver.
    pub kind: String,
    /// Where it is, in the driver's own form.
    pub url: String,
}
record! { ImageStore: ImageStoreId in "image_store" {
    name: Text = |r| Value::text(r.name.as_str()),
    zone: Link = |r| Value::maybe(r.zone),
    url: Text = |r| Value::text(&r.url),
} unique { [name] [url] } }

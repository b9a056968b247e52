//! Where things stand: regions, zones, pods, clusters, hosts, physical networks, ranges, pools, image stores.

pub mod host;
pub mod place;
pub mod range;
pub mod storage;

pub use host::{HOST_RESOURCE, HOST_STATUS, Host, HostEvent, HostResource, HostResourceEvent, HostStatus};
pub use place::{Allocation, Cluster, Pod, Region, Zone, ZoneKind};
pub use range::{IpRange, Isolation, PhysicalNetwork, Purpose, Traffic, TrafficKind, VlanRange};
pub use storage::{ImageStore, POOL, Pool, PoolEvent, PoolState};

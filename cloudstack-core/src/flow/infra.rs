//! Making the places that machines live in: zones, pods, clusters, hosts, networks, ranges, pools.

pub mod dedicate;
pub mod host;
pub mod place;
pub mod pool;
pub mod range;
pub mod remove;
pub mod site;
pub mod switch;

pub use dedicate::{Dedicate, Release};
pub use host::{AddHost, AddHosts};
pub use place::{AddCluster, AddPod, AddZone, Place, SetAllocation};
pub use pool::{AddImageStore, AddPool};
pub use range::{AddIpRange, AddPhysicalNetwork, AddVlanRange};
pub use remove::{RemoveCluster, RemoveHost, RemovePod, RemovePool, RemoveZone};
pub use site::ApplySite;
pub use switch::{SetHostResource, SetManaged};

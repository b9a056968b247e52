//! The rows, a file per area. Within an area and in all, they are in the order of their names.

use super::Command;

mod account;
mod address;
mod autoscale;
mod backup;
mod balancer;
mod extension;
mod infra;
mod network;
mod offering;
mod project;
mod role;
mod router;
mod security_group;
mod session;
mod snapshot;
mod storage;
mod system;
mod template;
mod vm;
mod volume;
mod vpc;
mod vpn;

/// Commands about one subject.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// What the subject is called in the reference.
    pub name: &'static str,
    /// Its commands, in the order of their names.
    pub rows: &'static [&'static Command],
}

/// Every command, by subject.
pub static AREAS: &[Area] = &[
    Area { name: "Accounts and domains", rows: account::ROWS },
    Area { name: "Public addresses", rows: address::ROWS },
    Area { name: "Automatic scaling", rows: autoscale::ROWS },
    Area { name: "Backups", rows: backup::ROWS },
    Area { name: "Load balancers", rows: balancer::ROWS },
    Area { name: "Extensions and devices", rows: extension::ROWS },
    Area { name: "Infrastructure", rows: infra::ROWS },
    Area { name: "Networks", rows: network::ROWS },
    Area { name: "Offerings", rows: offering::ROWS },
    Area { name: "Projects", rows: project::ROWS },
    Area { name: "Roles", rows: role::ROWS },
    Area { name: "Routers and system guests", rows: router::ROWS },
    Area { name: "Security groups", rows: security_group::ROWS },
    Area { name: "Sessions and directories", rows: session::ROWS },
    Area { name: "Snapshots", rows: snapshot::ROWS },
    Area { name: "Storage", rows: storage::ROWS },
    Area { name: "System", rows: system::ROWS },
    Area { name: "Templates and ISOs", rows: template::ROWS },
    Area { name: "Guests", rows: vm::ROWS },
    Area { name: "Volumes", rows: volume::ROWS },
    Area { name: "VPCs", rows: vpc::ROWS },
    Area { name: "VPNs", rows: vpn::ROWS },
];

/// Every command, in the order of their names.
pub static COMMANDS: &[&Command] = &SORTED;

static SORTED: [&Command; COUNT] = merged();

const COUNT: usize = {
    let (mut count, mut at) = (0, 0);
    while at < AREAS.len() {
        count += AREAS[at].rows.len();
        at += 1;
    }
    count
};

/// The request structs of all areas.
pub(super) mod all {
    pub use super::account::*;
    pub use super::address::*;
    pub use super::autoscale::*;
    pub use super::backup::*;
    pub use super::balancer::*;
    pub use super::extension::*;
    pub use super::infra::*;
    pub use super::network::*;
    pub use super::offering::*;
    pub use super::project::*;
    pub use super::role::*;
    pub use super::router::*;
    pub use super::security_group::*;
    pub use super::session::*;
    pub use super::snapshot::*;
    pub use super::storage::*;
    pub use super::system::*;
    pub use super::template::*;
    pub use super::vm::*;
    pub use super::volume::*;
    pub use super::vpc::*;
    pub use super::vpn::*;
}

/// The areas, each in order, as one list in order.
const fn merged() -> [&'static Command; COUNT] {
    let mut out = [AREAS[0].rows[0]; COUNT];
    let mut next = [0; AREAS.len()];
    let mut at = 0;
    while at < COUNT {
        let mut least = None::<usize>;
        let mut area = 0;
        while area < AREAS.len() {
            let rows = AREAS[area].rows;
            if next[area] < rows.len() {
                least = match least {
                    Some(best) if !before(rows[next[area]].name, AREAS[best].rows[next[best]].name) => Some(best),
                    _ => Some(area),
                };
            }
            area += 1;
        }
        let Some(area) = least else { break };
        out[at] = AREAS[area].rows[next[area]];
        next[area] += 1;
        at += 1;
    }
    out
}

const fn before(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return one[at] < other[at];
        }
        at += 1;
    }
    one.len() < other.len()
}

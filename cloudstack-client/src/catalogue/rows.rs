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
    Area { name: "account", rows: account::ROWS },
    Area { name: "address", rows: address::ROWS },
    Area { name: "autoscale", rows: autoscale::ROWS },
    Area { name: "backup", rows: backup::ROWS },
    Area { name: "balancer", rows: balancer::ROWS },
    Area { name: "extension", rows: extension::ROWS },
    Area { name: "infra", rows: infra::ROWS },
    Area { name: "network", rows: network::ROWS },
    Area { name: "offering", rows: offering::ROWS },
    Area { name: "project", rows: project::ROWS },
    Area { name: "role", rows: role::ROWS },
    Area { name: "router", rows: router::ROWS },
    Area { name: "security_group", rows: security_group::ROWS },
    Area { name: "session", rows: session::ROWS },
    Area { name: "snapshot", rows: snapshot::ROWS },
    Area { name: "storage", rows: storage::ROWS },
    Area { name: "system", rows: system::ROWS },
    Area { name: "template", rows: template::ROWS },
    Area { name: "vm", rows: vm::ROWS },
    Area { name: "volume", rows: volume::ROWS },
    Area { name: "vpc", rows: vpc::ROWS },
    Area { name: "vpn", rows: vpn::ROWS },
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

//! The one judge of hosts: what a host lacks for a demand. Orders, oracles and explanations all ask here.

use std::{ops::ControlFlow, sync::Arc};

use super::{
    Demand, Fleet, Policy,
    fleet::{HostRow, Kind, room},
    shelf::{Room, Slot},
};
use crate::{
    base::{
        Mhz,
        id::{ClusterId, HostId, PodId},
    },
    plan::capacity::{Row, share},
};

/// Processor or memory, with the unit its amounts have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// Processor, in MHz.
    Cpu,
    /// Memory, in MiB.
    Ram,
}

impl Resource {
    pub(super) const fn unit(self) -> &'static str {
        match self {
            Self::Cpu => "MHz CPU",
            Self::Ram => "MiB memory",
        }
    }
}

/// What a host is part of, and itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scoped {
    /// A pod.
    Pod(PodId),
    /// A cluster.
    Cluster(ClusterId),
    /// The host itself.
    Host(HostId),
}

/// What a host lacks for a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// Processor or memory.
    Room {
        /// Which.
        resource: Resource,
        /// Asked for.
        needs: u64,
        /// Missing.
        short: u64,
        /// Left.
        free: u64,
        /// In all, after over-commit.
        total: u64,
    },
    /// Cores: the host has fewer than asked for, however idle.
    CoreCount {
        /// Asked for.
        needs: u32,
        /// There.
        has: u32,
    },
    /// Speed: its cores are slower than asked for.
    CoreSpeed {
        /// Asked for.
        needs: Mhz,
        /// There.
        has: Mhz,
    },
    /// A tag.
    HostTag(Arc<str>),
    /// It carries the HA tag and is kept for restarts after a failure.
    KeptForHa(Arc<str>),
    /// It has another hypervisor.
    Hypervisor {
        /// Asked for.
        needs: Arc<str>,
        /// There.
        has: Arc<str>,
    },
    /// It runs as many guests as it may.
    MaxGuests {
        /// That many.
        limit: u32,
    },
    /// It is not reachable.
    Down,
    /// It takes no new machines.
    Disabled,
    /// Its cluster, or the pod or zone of that, takes no new machines.
    ClusterDisabled(ClusterId),
    /// It, its cluster or its pod is to be avoided.
    Avoided(Scoped),
    /// It is not among the hosts that affinity leaves.
    NotAmong,
    /// With this machine its cluster would pass a threshold.
    ClusterThreshold {
        /// The cluster.
        cluster: ClusterId,
        /// Of which resource.
        resource: Resource,
        /// By how much.
        over: u64,
        /// The threshold, in thousandths.
        threshold: u32,
    },
    /// Nothing but storage: no pool it reaches takes this volume of the demand, together with those before it.
    NoPool {
        /// The volume's place in the demand.
        volume: usize,
    },
    /// Nothing: the planner leaves it out.
    NotTried,
}

/// Which rules of a host count; the others are for the general search only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Any host that fits.
    Search,
    /// A host that was named: its tags and its cluster's thresholds do not count.
    Named,
    /// The host it ran on last: as named, and what is reserved there will do.
    Last,
}

/// A demand with names looked up.
#[derive(Debug, Clone)]
pub(super) struct Ask<'a> {
    pub(super) demand: &'a Demand,
    pub(super) policy: &'a Policy,
    pub(super) need: Room,
    pub(super) mode: Mode,
    pub(super) thresholds: bool,
    /// Tags in want, with their numbers if any host ever had them.
    tags: Vec<(&'a Arc<str>, Option<u32>)>,
    /// The tag that no host may have.
    shunned: Option<(&'a Arc<str>, u32)>,
    hypervisor: Option<(&'a Arc<str>, Option<u32>)>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(fleet: &Fleet, demand: &'a Demand, policy: &'a Policy) -> Self {
        let number = |tag: &'a Arc<str>| (tag, fleet.tags.get(tag));
        let ha_tag = policy.ha_tag.as_ref();
        let (tags, shunned) = match ha_tag {
            Some(tag) if demand.ha => (vec![number(tag)], None),
            Some(tag) if demand.tags.is_empty() => (Vec::new(), fleet.tags.get(tag).map(|number| (tag, number))),
            _ => (demand.tags.iter().map(number).collect(), None),
        };
        let hypervisor = demand.hypervisor.as_ref().map(|kind| (kind, fleet.hypervisors.get(kind)));
        let mode = if demand.scope.host.is_some() && !demand.ha { Mode::Named } else { Mode::Search };
        let thresholds = !demand.skip_thresholds;
        Self { demand, policy, need: room(demand.load()), mode, thresholds, tags, shunned, hypervisor }
    }

    /// The same demand under other rules.
    pub(super) fn with(&self, mode: Mode, thresholds: bool) -> Self {
        Self { mode, thresholds, ..self.clone() }
    }
}

/// Hears of each thing a host lacks, and may break off. What is lacking is put into words only if it wants to know.
pub(super) trait Judge {
    fn lacks(&mut self, what: impl FnOnce() -> Lack) -> ControlFlow<()>;
}

/// Breaks off at the first lack.
pub(super) struct First;

impl Judge for First {
    fn lacks(&mut self, _: impl FnOnce() -> Lack) -> ControlFlow<()> {
        ControlFlow::Break(())
    }
}

impl Judge for Vec<Lack> {
    fn lacks(&mut self, what: impl FnOnce() -> Lack) -> ControlFlow<()> {
        self.push(what());
        ControlFlow::Continue(())
    }
}

impl Fleet {
    /// Everything the host lacks for the demand, storage aside; empty when it would do.
    #[must_use]
    pub fn lacks(&self, host: HostId, demand: &Demand, policy: &Policy) -> Vec<Lack> {
        let ask = Ask::new(self, demand, policy);
        self.slot(host).map_or_else(Vec::new, |slot| self.lacks_at(slot, &ask))
    }

    pub(super) fn lacks_at(&self, slot: Slot, ask: &Ask<'_>) -> Vec<Lack> {
        let mut lacks = Vec::new();
        let _ = self.each_lack(slot, ask, &mut lacks);
        lacks
    }

    pub(super) fn fits(&self, slot: Slot, ask: &Ask<'_>) -> bool {
        self.each_lack(slot, ask, &mut First).is_continue()
    }

    /// Tells `judge` each thing the host lacks until it breaks off. The only place where hosts are judged.
    fn each_lack(&self, slot: Slot, ask: &Ask<'_>, judge: &mut impl Judge) -> ControlFlow<()> {
        let row = &self.rows[slot as usize];
        self.state_lacks(slot, row, ask, judge)?;
        self.kind_lacks(&self.kinds[row.kind as usize], ask, judge)?;
        if row.guests >= row.max_guests {
            judge.lacks(|| Lack::MaxGuests { limit: row.max_guests })?;
        }
        room_lacks(row, ask, judge)?;
        self.threshold_lacks(row, ask, judge)
    }

    fn state_lacks(&self, slot: Slot, row: &HostRow, ask: &Ask<'_>, judge: &mut impl Judge) -> ControlFlow<()> {
        let Some(cluster) = &self.clusters[row.cluster as usize].facts else { return ControlFlow::Continue(()) };
        let (host, avoid) = (self.ids[slot as usize], &ask.demand.avoid);
        if !row.up {
            judge.lacks(|| Lack::Down)?;
        }
        if !row.enabled && !ask.demand.allow_disabled {
            judge.lacks(|| Lack::Disabled)?;
        }
        if !cluster.enabled && !ask.demand.allow_disabled {
            judge.lacks(|| Lack::ClusterDisabled(cluster.id))?;
        }
        if avoid.pods.contains(&cluster.pod) {
            judge.lacks(|| Lack::Avoided(Scoped::Pod(cluster.pod)))?;
        }
        if avoid.clusters.contains(&cluster.id) {
            judge.lacks(|| Lack::Avoided(Scoped::Cluster(cluster.id)))?;
        }
        if avoid.hosts.contains(&host) {
            judge.lacks(|| Lack::Avoided(Scoped::Host(host)))?;
        }
        if !ask.demand.among.is_empty() && !ask.demand.among.contains(&host) {
            judge.lacks(|| Lack::NotAmong)?;
        }
        ControlFlow::Continue(())
    }

    /// What every host of a kind lacks.
    pub(super) fn kind_lacks(&self, kind: &Kind, ask: &Ask<'_>, judge: &mut impl Judge) -> ControlFlow<()> {
        if let Some((needs, number)) = ask.hypervisor
            && number != Some(kind.hypervisor)
        {
            judge.lacks(|| {
                let has = self.hypervisors.name(kind.hypervisor);
                Lack::Hypervisor { needs: needs.clone(), has }
            })?;
        }
        if ask.mode == Mode::Search {
            for (tag, number) in &ask.tags {
                if !number.is_some_and(|number| kind.has(number)) {
                    judge.lacks(|| Lack::HostTag(Arc::clone(tag)))?;
                }
            }
            if let Some((tag, number)) = ask.shunned
                && kind.has(number)
            {
                judge.lacks(|| Lack::KeptForHa(tag.clone()))?;
            }
        }
        if kind.cores < ask.demand.cores {
            judge.lacks(|| Lack::CoreCount { needs: ask.demand.cores, has: kind.cores })?;
        }
        if kind.speed < ask.demand.speed.0 {
            judge.lacks(|| Lack::CoreSpeed { needs: ask.demand.speed, has: Mhz(kind.speed) })?;
        }
        ControlFlow::Continue(())
    }

    fn threshold_lacks(&self, row: &HostRow, ask: &Ask<'_>, judge: &mut impl Judge) -> ControlFlow<()> {
        if !ask.thresholds || ask.mode != Mode::Search {
            return ControlFlow::Continue(());
        }
        let cluster = &self.clusters[row.cluster as usize];
        let Some(facts) = &cluster.facts else { return ControlFlow::Continue(()) };
        if cluster.room.is_some_and(|room| room.holds(ask.need)) {
            return ControlFlow::Continue(());
        }
        for (resource, sum, need, threshold) in [
            (Resource::Cpu, cluster.rows.cpu, ask.need.cpu, facts.cpu_threshold),
            (Resource::Ram, cluster.rows.ram, ask.need.ram, facts.ram_threshold),
        ] {
            let over = sum.taken().saturating_add(need).saturating_sub(share(sum.total, threshold));
            if over > 0 {
                judge.lacks(|| Lack::ClusterThreshold { cluster: facts.id, resource, over, threshold })?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Equality of what is free and what is asked fits. On the last host, what is reserved there is tried first.
fn room_lacks(row: &HostRow, ask: &Ask<'_>, judge: &mut impl Judge) -> ControlFlow<()> {
    if row.free(ask.demand.ignore_reserved).is_some_and(|free| free.holds(ask.need)) {
        return ControlFlow::Continue(());
    }
    if ask.mode == Mode::Last && row.reserved.holds(ask.need) {
        return ControlFlow::Continue(());
    }
    let rows = row.rows();
    for (resource, row, needs) in [(Resource::Cpu, rows.cpu, ask.need.cpu), (Resource::Ram, rows.ram, ask.need.ram)] {
        let row = if ask.demand.ignore_reserved { Row { reserved: 0, ..row } } else { row };
        let short = row.taken().saturating_add(needs).saturating_sub(row.total);
        if short > 0 {
            judge.lacks(|| Lack::Room { resource, needs, short, free: row.free().unwrap_or(0), total: row.total })?;
        }
    }
    ControlFlow::Continue(())
}

impl std::fmt::Display for Lack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Room { resource, needs, short, free, total } => {
                let (needs, short, free, total) = (Figure(*needs), Figure(*short), Figure(*free), Figure(*total));
                write!(f, "lacks {short} {} (needs {needs}, {free} free of {total})", resource.unit())
            }
            Self::CoreCount { needs, has } => write!(f, "has {has} cores, {needs} are needed"),
            Self::CoreSpeed { needs, has } => {
                write!(f, "has cores of {} MHz, {} are needed", Figure(has.0), Figure(needs.0))
            }
            Self::HostTag(tag) => write!(f, "lacks host tag `{tag}`"),
            Self::KeptForHa(tag) => write!(f, "is kept for restarts after a failure (tag `{tag}`)"),
            Self::Hypervisor { needs, has } => write!(f, "runs hypervisor {has}, {needs} is needed"),
            Self::MaxGuests { limit } => write!(f, "runs {limit} guests, as many as it may"),
            Self::Down => f.write_str("is down"),
            Self::Disabled => f.write_str("is disabled"),
            Self::ClusterDisabled(id) => write!(f, "is in cluster {id}, which is disabled"),
            Self::Avoided(Scoped::Host(_)) => f.write_str("is to be avoided"),
            Self::Avoided(Scoped::Cluster(id)) => write!(f, "is in cluster {id}, which is to be avoided"),
            Self::Avoided(Scoped::Pod(id)) => write!(f, "is in pod {id}, which is to be avoided"),
            Self::NotAmong => f.write_str("is not among the hosts that affinity leaves"),
            Self::ClusterThreshold { cluster, resource, over, threshold } => {
                let (over, unit) = (Figure(*over), resource.unit());
                let (whole, tenth) = (threshold / 10, threshold % 10);
                write!(f, "is in cluster {cluster}, which would pass {whole}.{tenth} % by {over} {unit}")
            }
            Self::NotTried => f.write_str("is left out by the planner"),
            Self::NoPool { volume } => write!(f, "reaches no storage pool that takes volume {}", volume + 1),
        }
    }
}

/// A number with commas between thousands.
pub(super) struct Figure(pub(super) u64);

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

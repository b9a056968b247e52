//! Processors, memory and disk: do the machines fit on the hosts, and how closely.

use super::{Fix, Found, Rule, Subject, subject::At};
use crate::{
    base::{Bytes, Mhz, Mib},
    plan::site::{Cluster, Disk, Ram, Ratio, Zone},
};

pub(super) const RULES: &[Rule] = &[
    Rule { id: "PLAN-06", title: "the processors carry all machines at the over-commit ratio set", check: processors },
    Rule { id: "SITE-14", title: "the memory carries all machines", check: memory },
    Rule { id: "SITE-15", title: "the largest machine fits on a host", check: largest },
    Rule { id: "SITE-16", title: "all machines still fit when the largest host fails", check: spare_host },
    Rule { id: "SITE-17", title: "primary storage holds the disks of all machines", check: disks },
    Rule { id: "SITE-18", title: "the machines to deploy add up to the workload", check: adds_up },
];

/// What the machines of a zone ask for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Demand {
    pub(super) vms: u64,
    pub(super) cores: u64,
    /// Cores times their speed; zero when only the workload is known, which names no speed.
    pub(super) cpu: Mhz,
    pub(super) ram: Mib,
    pub(super) disk: Bytes,
}

/// What the hosts of a zone offer.
#[derive(Debug, Clone, Copy, Default)]
struct Supply {
    hosts: u64,
    cores: u64,
    threads: u64,
    /// Processors as the plan counts them.
    processors: u64,
    /// Their power, each MHz once.
    cpu: Mhz,
    ram: Mib,
    /// The same, sold as often as the clusters say.
    sold_cpu: Mhz,
    sold_ram: Mib,
    /// What goes when the largest host fails, of the same kinds.
    largest_cpu: Mhz,
    largest_ram: Mib,
}

impl Supply {
    fn add(&mut self, cluster: &Cluster) {
        for group in &cluster.hosts {
            let count = u64::from(group.count);
            let (cpu, ram) = (group.speed.0.times(group.processors().into()), group.ram.0);
            self.hosts += count;
            self.cores += count * u64::from(group.cores);
            self.threads += count * u64::from(group.threads());
            self.processors += count * u64::from(group.processors());
            self.cpu = self.cpu.plus(cpu.times(count));
            self.ram = self.ram.plus(ram.times(count));
            let (sold_cpu, sold_ram) = (cpu.scaled(cluster.cpu_overcommit.0), ram.scaled(cluster.memory_overcommit.0));
            self.sold_cpu = self.sold_cpu.plus(sold_cpu.times(count));
            self.sold_ram = self.sold_ram.plus(sold_ram.times(count));
            if count > 0 {
                self.largest_cpu = self.largest_cpu.max(sold_cpu);
                self.largest_ram = self.largest_ram.max(sold_ram);
            }
        }
    }
}

impl Subject<'_> {
    /// What the machines of a zone ask for: the groups to deploy, or the workload when there are none.
    pub(super) fn demand(&self, zone_at: usize) -> Demand {
        let plan = self.plan;
        if plan.vm_groups.is_empty() {
            let of = |w: &crate::plan::site::Workload| Demand {
                vms: w.vms(),
                cores: w.cores(),
                ram: w.ram().0,
                ..Demand::default()
            };
            return plan.workload.as_ref().filter(|_| zone_at == 0).map(of).unwrap_or_default();
        }
        let mut demand = Demand::default();
        for group in plan.vm_groups.iter().filter(|g| plan.zones.get(zone_at).is_some_and(|z| z.name == g.zone)) {
            let count = u64::from(group.count);
            demand.vms += count;
            if let Some(offering) = plan.compute_offering(&group.offering) {
                demand.cores += count * u64::from(offering.cores);
                demand.cpu = demand.cpu.plus(offering.speed.0.times(offering.cores.into()).times(count));
                demand.ram = demand.ram.plus(offering.ram.0.times(count));
            }
            let data = group.disk_offering.iter().flat_map(|name| plan.disk_offerings.iter().find(|o| o.name == *name));
            let sizes = plan.template(&group.template).map(|t| t.size.0).into_iter().chain(data.map(|o| o.size.0));
            demand.disk = demand.disk.plus(sizes.sum::<Bytes>().times(count));
        }
        demand
    }
}

fn supply(zone: &Zone) -> Supply {
    let mut supply = Supply::default();
    zone.pods.iter().flat_map(|pod| &pod.clusters).for_each(|cluster| supply.add(cluster));
    supply
}

/// Every zone that has hosts, with what is asked and what is offered.
fn zones<'a>(s: &Subject<'a>) -> Vec<(At<'a, Zone>, Demand, Supply)> {
    let all = s.zones().map(|z| {
        let (mut demand, supply) = (s.demand(z.zone_at), supply(z.it));
        if demand.cpu == Mhz::ZERO && supply.processors > 0 {
            // A workload names cores only: each is taken to be a host's core of average speed.
            demand.cpu = Mhz(supply.cpu.0 / supply.processors).times(demand.cores);
        }
        (z, demand, supply)
    });
    all.filter(|(_, _, supply)| supply.hosts > 0).collect()
}

fn percent(part: u64, whole: u64) -> u64 {
    u64::try_from((u128::from(part) * 100 + u128::from(whole) / 2).checked_div(whole.into()).unwrap_or(0))
        .unwrap_or(u64::MAX)
}

fn fits_memory(demand: &Demand, supply: &Supply) -> String {
    let (want, have) = (Ram(demand.ram), Ram(supply.ram));
    let fits = if demand.ram <= supply.sold_ram { "memory fits" } else { "memory does not fit either" };
    format!("{fits}: {want} of {have}, {} %", percent(demand.ram.0, supply.ram.0))
}

/// Sets one ratio on every cluster of a zone.
fn set_ratio(z: &At<'_, Zone>, field: &str, ratio: Ratio) -> Fix {
    let pods = z.it.pods.iter().enumerate();
    let clusters = pods.flat_map(|(p, pod)| (0..pod.clusters.len()).map(move |c| (p, c)));
    clusters.fold(Fix::default(), |fix, (p, c)| fix.and(format!("{}.pods[{p}].clusters[{c}].{field}", z.place), ratio))
}

/// The allocators leave this part of every cluster free, in thousandths: above it they refuse new machines.
const FILL: u32 = 850;

/// The next half above the ratio at which the machines fill what the allocators will fill.
fn comfortable(want: u64, have: u64) -> Ratio {
    let bare = Ratio::covering(want, Mhz(have).scaled(FILL).0);
    Ratio(bare.0.div_ceil(500).saturating_mul(500))
}

fn processors(s: &Subject<'_>, found: &mut Found<'_>) {
    for (z, demand, supply) in zones(s) {
        let reached = percent(demand.cpu.0, supply.sold_cpu.0);
        if demand.cpu <= supply.sold_cpu.scaled(FILL) {
            continue;
        }
        let better = comfortable(demand.cpu.0, supply.cpu.0);
        let place = format!("{}.pods", z.place);
        let finding = if demand.cpu > supply.sold_cpu {
            let threads = match supply.threads > supply.processors {
                true => format!(" or with hyper-threading ({} threads)", supply.threads),
                false => String::new(),
            };
            let ratio = Ratio::covering(demand.cpu.0, supply.cpu.0);
            let (cores, wanted) = (supply.cores, demand.cores);
            let message = format!(
                "{cores} cores for {wanted} planned: fits only at {ratio} : 1{threads}; {}",
                fits_memory(&demand, &supply)
            );
            found.error(place, message)
        } else {
            found.warning(place, format!("the machines take {reached} % of the processors; allocators stop at 85 %"))
        };
        if better.0 > MOST_OVERCOMMIT {
            finding.suggest(format!("add hosts: {better} : 1 is more than processors should be sold"));
        } else {
            let text = format!("sell each processor {better} times, which keeps the 15 % free that allocators leave");
            finding.suggest(text).fix(set_ratio(&z, "cpu_overcommit", better));
        }
    }
}

/// Above four to one the machines wait for each other; no correction goes there by itself.
const MOST_OVERCOMMIT: u32 = 4_000;

fn memory(s: &Subject<'_>, found: &mut Found<'_>) {
    for (z, demand, supply) in zones(s) {
        let place = format!("{}.pods", z.place);
        let (want, have) = (Ram(demand.ram), Ram(supply.sold_ram));
        let average = supply.sold_ram.0 / supply.hosts;
        let more = demand.ram.less(supply.sold_ram.scaled(FILL)).0.div_ceil(average.max(1));
        if demand.ram > supply.sold_ram {
            let message =
                format!("{have} of memory for {want} planned, {} %", percent(demand.ram.0, supply.sold_ram.0));
            found.error(place, message).suggest(format!("add {more} hosts or more memory"));
        } else if demand.ram > supply.sold_ram.scaled(FILL) {
            let message =
                format!("the machines take {} % of the memory; allocators stop at 85 %", percent(want.0.0, have.0.0));
            found.warning(place, message).suggest(format!("add {more} hosts or more memory"));
        }
    }
}

fn largest(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, group) in s.plan.vm_groups.iter().enumerate() {
        let Some(offering) = s.plan.compute_offering(&group.offering) else { continue };
        let mut hosts = s.host_groups().into_iter().filter(|(h, _)| h.zone.name == group.zone).peekable();
        let fits = |h: &crate::plan::site::HostGroup| {
            h.processors() >= offering.cores && h.speed >= offering.speed && h.ram >= offering.ram
        };
        if hosts.peek().is_some() && !hosts.any(|(h, _)| fits(h.it)) {
            let asks = format!("{} × {} and {}", offering.cores, offering.speed, offering.ram);
            let message = format!("no host of zone `{}` has {asks} for one machine", group.zone);
            found
                .error(format!("vm_groups[{n}].offering"), message)
                .suggest("choose a smaller offering or larger hosts");
        }
    }
}

fn spare_host(s: &Subject<'_>, found: &mut Found<'_>) {
    for (z, demand, supply) in zones(s) {
        let (cpu, ram) = (supply.sold_cpu.less(supply.largest_cpu), supply.sold_ram.less(supply.largest_ram));
        let fits_now = demand.cpu <= supply.sold_cpu && demand.ram <= supply.sold_ram;
        if demand.vms > 0 && fits_now && (demand.cpu > cpu || demand.ram > ram) {
            let short = if demand.cpu > cpu { "processors" } else { "memory" };
            let message =
                format!("when the largest of {} hosts fails, the others lack {short} for all machines", supply.hosts);
            found.advice(format!("{}.pods", z.place), message).suggest("add one host more than the machines need");
        }
    }
}

fn disks(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let demand = s.demand(z.zone_at).disk;
        let pools: Vec<_> = s.pools().into_iter().filter(|(p, _)| p.zone_at == z.zone_at).collect();
        let none = pools.is_empty();
        let sold: Bytes = pools.iter().map(|(p, _)| p.it.capacity.0.scaled(p.it.overprovisioning.0)).sum();
        if none || demand == Bytes::ZERO {
            continue;
        }
        let (want, have) = (Disk(demand), Disk(sold));
        let message = format!("the disks of all machines take {want} of {have}, {} %", percent(demand.0, sold.0));
        if demand > sold {
            found.error(z.place, message).suggest("add primary storage");
        } else if demand > sold.scaled(FILL) {
            found.warning(z.place, message).suggest("add primary storage: allocators stop at 85 %");
        }
    }
}

fn adds_up(s: &Subject<'_>, found: &mut Found<'_>) {
    let Some(workload) = &s.plan.workload else { return };
    if s.plan.vm_groups.is_empty() {
        return;
    }
    let parts: Vec<Demand> = (0..s.plan.zones.len()).map(|n| s.demand(n)).collect();
    let sum = |of: fn(&Demand) -> u64| parts.iter().map(of).sum::<u64>();
    let rows = [
        ("machines", sum(|d| d.vms), workload.vms()),
        ("cores", sum(|d| d.cores), workload.cores()),
        ("MiB of memory", sum(|d| d.ram.0), workload.ram().0.0),
    ];
    for (what, have, want) in rows.into_iter().filter(|(_, have, want)| have != want) {
        let message = format!("the groups have {have} {what}, the workload asks for {want}");
        found.warning("vm_groups", message).suggest("correct the groups, their offering, or the workload");
    }
}

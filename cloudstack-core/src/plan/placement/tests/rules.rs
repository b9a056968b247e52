//! The edges of each rule, one small cloud each.

use super::{
    super::*,
    world::{id, tags},
};
use crate::{
    base::{Bytes, id::EntityId},
    plan::storage::{Pool, PoolLack, Reach},
};

/// A zone with one cluster per entry, each with hosts of 10 cores of 1,000 MHz and 100 MiB; ids count from 1.
fn cloud(hosts: &[u64]) -> Fleet {
    let mut fleet = Fleet::new();
    let mut next = 0;
    for (nth, count) in (1_u64..).zip(hosts) {
        let whole =
            Cluster { cpu_threshold: 1_000, ram_threshold: 1_000, ..Cluster::new(id(nth), id(1), id(1), "one") };
        fleet.upsert_cluster(whole);
        for _ in 0..*count {
            next += 1;
            fleet.upsert_host(Host::new(id(next), id(nth), 10, Mhz(1_000), Mib(100))).unwrap();
        }
    }
    fleet
}

fn cores(count: u32) -> Demand {
    Demand::new(id(1), count, Mhz(1_000), Mib(1))
}

const fn load(cpu: u64, ram: u64) -> Load {
    Load { cpu: Mhz(cpu), ram: Mib(ram) }
}

fn tag(fleet: &mut Fleet, host: u64, names: &[&str]) {
    let host = fleet.host(id(host)).unwrap().clone();
    fleet.upsert_host(Host { tags: tags(names), ..host }).unwrap();
}

fn chosen(fleet: &Fleet, demand: &Demand, policy: &Policy) -> Option<u64> {
    fleet.pick(demand, policy).map(|placement| placement.host.to_u128() as u64)
}

fn planner(planner: Planner) -> Policy {
    Policy { planner, ..Policy::default() }
}

fn ha() -> Policy {
    Policy { ha_tag: Some("ha".into()), ..Policy::default() }
}

#[test]
fn a_host_that_is_exactly_large_enough_fits() {
    let mut fleet = cloud(&[1]);
    fleet.occupy(id(1), load(3_000, 60)).unwrap();
    fleet.reserve(id(1), load(2_000, 39)).unwrap();
    assert_eq!(chosen(&fleet, &cores(5), &Policy::default()), Some(1));
    assert_eq!(chosen(&fleet, &cores(6), &Policy::default()), None, "reserved counts as taken");
    assert_eq!(
        chosen(&fleet, &Demand { ignore_reserved: true, skip_thresholds: true, ..cores(7) }, &Policy::default()),
        Some(1)
    );
    let fleet = cloud(&[1]);
    assert_eq!(chosen(&fleet, &cores(11), &Policy::default()), None, "more cores than the host has");
    let fast = Demand { speed: Mhz(1_001), ..cores(1) };
    assert_eq!(chosen(&fleet, &fast, &Policy::default()), None, "faster cores than the host has");
}

#[test]
fn a_cluster_that_is_exactly_at_its_threshold_takes_the_machine() {
    let mut fleet = cloud(&[1]);
    let cluster = fleet.cluster(id(1)).unwrap().clone();
    fleet.upsert_cluster(Cluster { cpu_threshold: 850, ram_threshold: 850, ..cluster });
    fleet.occupy(id(1), load(7_500, 10)).unwrap();
    assert_eq!(chosen(&fleet, &cores(1), &Policy::default()), Some(1), "8,500 of 10,000");
    fleet.occupy(id(1), load(1, 0)).unwrap();
    let refusal = fleet.choose(&cores(1), &Policy::default()).unwrap_err();
    let over = Lack::ClusterThreshold { cluster: id(1), resource: Resource::Cpu, over: 1, threshold: 850 };
    assert_eq!(refusal.hosts[0].lack, over);
    let raise = Remedy::RaiseThreshold { cluster: id(1), resource: Resource::Cpu, to: 851 };
    assert_eq!(refusal.smallest_change, Some(raise));
    assert_eq!(chosen(&fleet, &Demand { skip_thresholds: true, ..cores(1) }, &Policy::default()), Some(1));
    assert_eq!(chosen(&fleet, &Demand { ha: true, ..cores(1) }, &Policy::default()), Some(1), "given up for a restart");
}

#[test]
fn rows_of_disabled_hosts_do_not_count_in_the_cluster() {
    let mut fleet = cloud(&[2]);
    let cluster = fleet.cluster(id(1)).unwrap().clone();
    fleet.upsert_cluster(Cluster { cpu_threshold: 500, ..cluster });
    fleet.occupy(id(2), load(9_000, 0)).unwrap();
    assert_eq!(chosen(&fleet, &cores(2), &Policy::default()), None);
    fleet.set_state(id(2), true, false).unwrap();
    assert_eq!(chosen(&fleet, &cores(2), &Policy::default()), Some(1));
    assert_eq!(fleet.zone_capacity(id(1)).cpu.total, 10_000);
}

#[test]
fn over_commit_is_truncated_after_scaling() {
    let mut fleet = cloud(&[1]);
    let cluster = fleet.cluster(id(1)).unwrap().clone();
    fleet.upsert_cluster(Cluster { cpu_overcommit: 1_999, ram_overcommit: 1_005, ..cluster });
    let rows = fleet.host_capacity(id(1)).unwrap();
    assert_eq!((rows.cpu.total, rows.ram.total), (19_990, 100));
}

#[test]
fn the_last_host_is_tried_first_with_what_it_has_reserved() {
    let mut fleet = cloud(&[1, 1]);
    fleet.occupy(id(2), load(5_000, 10)).unwrap();
    fleet.reserve(id(2), load(5_000, 10)).unwrap();
    let back = Demand { last_host: Some(id(2)), ..cores(5) };
    let placement = fleet.pick(&back, &Policy::default()).unwrap();
    assert_eq!((placement.host, placement.from_reserved), (id(2), true));
    assert_eq!(chosen(&fleet, &Demand { ha: true, ..back.clone() }, &Policy::default()), Some(1), "not for a restart");
    fleet.unreserve(id(2), load(1, 0)).unwrap();
    assert_eq!(chosen(&fleet, &back, &Policy::default()), Some(1), "neither reserved nor free is enough");
    fleet.unreserve(id(2), load(4_999, 10)).unwrap();
    let placement = fleet.pick(&back, &Policy::default()).unwrap();
    assert_eq!((placement.host, placement.from_reserved), (id(2), false), "what is free will do as well");
    fleet.set_state(id(2), false, true).unwrap();
    assert_eq!(chosen(&fleet, &back, &Policy::default()), Some(1));
}

/// Proves: OFFR-08
#[test]
fn a_host_needs_every_tag_and_may_have_more() {
    let mut fleet = cloud(&[4]);
    tag(&mut fleet, 2, &["a"]);
    tag(&mut fleet, 3, &["b"]);
    tag(&mut fleet, 4, &["a", "b", "c"]);
    let wants = |names: &[&str]| Demand { tags: tags(names), ..cores(1) };
    for (names, host) in [(&[][..], Some(1)), (&["a"], Some(2)), (&["b", "a"], Some(4)), (&["d"], None)] {
        for policy in [planner(Planner::FirstFit), planner(Planner::custom(FirstFit))] {
            assert_eq!(chosen(&fleet, &wants(names), &policy), host, "{names:?}");
        }
    }
    let refusal = fleet.choose(&wants(&["a", "d"]), &Policy::default()).unwrap_err();
    assert_eq!(refusal.smallest_change, Some(Remedy::AddHostTag { host: id(2), tag: "d".into() }));
    let named = Demand { scope: Scope { host: Some(id(1)), ..cores(1).scope }, ..wants(&["d"]) };
    assert_eq!(chosen(&fleet, &named, &Policy::default()), Some(1), "tags of a named host do not count");
}

/// Proves: OFFR-07
#[test]
fn hosts_with_the_ha_tag_are_kept_for_restarts() {
    let mut fleet = cloud(&[2]);
    tag(&mut fleet, 1, &["ha", "fast"]);
    assert_eq!(chosen(&fleet, &cores(1), &ha()), Some(2), "a plain machine avoids it");
    assert_eq!(chosen(&fleet, &cores(1), &Policy::default()), Some(1), "without the setting the tag is like any other");
    let tagged = Demand { tags: tags(&["fast"]), ..cores(1) };
    assert_eq!(chosen(&fleet, &tagged, &ha()), Some(1), "a matching tag makes it eligible");
    let restart = Demand { ha: true, tags: tags(&["other"]), ..cores(1) };
    assert_eq!(chosen(&fleet, &restart, &ha()), Some(1), "a restart needs it, whatever the offering's tags are");
    fleet.remove_host(id(2)).unwrap();
    let refusal = fleet.choose(&cores(1), &ha()).unwrap_err();
    assert_eq!(refusal.hosts[0].lack, Lack::KeptForHa("ha".into()));
}

/// Proves: OFFR-06
#[test]
fn no_host_runs_more_guests_than_it_may() {
    let mut fleet = cloud(&[1]);
    let host = fleet.host(id(1)).unwrap().clone();
    fleet.upsert_host(Host { max_guests: Some(2), ..host }).unwrap();
    fleet.occupy(id(1), load(0, 0)).unwrap();
    assert_eq!(chosen(&fleet, &cores(1), &Policy::default()), Some(1));
    fleet.occupy(id(1), load(0, 0)).unwrap();
    let refusal = fleet.choose(&cores(1), &Policy::default()).unwrap_err();
    assert_eq!(refusal.hosts[0].lack, Lack::MaxGuests { limit: 2 });
    assert_eq!(refusal.smallest_change, Some(Remedy::RaiseMaxGuests { host: id(1), to: 3 }));
}

#[test]
fn each_planner_keeps_its_order() {
    let mut fleet = cloud(&[2, 2]);
    for (host, cpu) in [(1, 4_000), (2, 1_000), (3, 1_000), (4, 1_500)] {
        fleet.occupy(id(host), load(cpu, 0)).unwrap();
    }
    let owned = std::sync::Arc::new([(id(3), 2), (id(4), 1), (id(1), 2)].into());
    let demand = Demand { owned, ..cores(1) };
    for (order, host, why) in [
        (Planner::FirstFit, 3, "the first host of the least loaded cluster"),
        (Planner::BestFit, 1, "the fullest of all"),
        (Planner::custom(BestFit), 4, "the fullest of the least loaded cluster"),
        (Planner::custom(LeastConsumed), 3, "the emptiest of the least loaded cluster"),
        (Planner::custom(Dispersing::default()), 2, "the cluster, then the host, with fewest machines of the owner"),
        (Planner::custom(Dispersing { weight: 0 }), 4, "load alone orders clusters"),
        (Planner::custom(ConcentratedPod), 3, "all in the pod of the owner, by load"),
    ] {
        assert_eq!(chosen(&fleet, &demand, &planner(order)), Some(host), "{why}");
    }
    let random: std::collections::BTreeSet<_> =
        (0..20).filter_map(|seed| chosen(&fleet, &demand, &planner(Planner::custom(Random(seed))))).collect();
    assert_eq!(random, [3, 4].into(), "any host of the least loaded cluster");
    let later = Demand { priority: [(id(3), -1)].into(), ..demand };
    assert_eq!(chosen(&fleet, &later, &Policy::default()), Some(4));
}

#[test]
fn concentrated_pods_come_before_emptier_ones() {
    let mut fleet = cloud(&[1, 1, 1]);
    let far = fleet.cluster(id(3)).unwrap().clone();
    fleet.upsert_cluster(Cluster { pod: id(2), ..far });
    fleet.occupy(id(3), load(5_000, 0)).unwrap();
    let demand = Demand { owned: std::sync::Arc::new([(id(3), 1)].into()), ..cores(1) };
    assert_eq!(chosen(&fleet, &demand, &planner(Planner::custom(ConcentratedPod))), Some(3));
    let full = Demand { cores: 6, ..demand };
    assert_eq!(chosen(&fleet, &full, &planner(Planner::custom(ConcentratedPod))), Some(1), "the rest by load");
}

/// Proves: STOR-01
#[test]
fn a_second_pool_takes_what_the_first_cannot() {
    let mut fleet = cloud(&[1]);
    fleet.upsert_pool(Pool::new(id(1), Reach::Cluster(id(1)), Bytes(100)));
    fleet.upsert_pool(Pool::new(id(2), Reach::Cluster(id(1)), Bytes(100)));
    fleet.upsert_pool(Pool::new(id(3), Reach::Zone(id(1)), Bytes(1_000)));
    let demand = Demand { volumes: vec![VolumeDemand::shared(Bytes(30)), VolumeDemand::shared(Bytes(60))], ..cores(1) };
    let placement = fleet.pick(&demand, &Policy::default()).unwrap();
    assert_eq!(placement.pools, [id(2), id(1)], "the larger chooses first; both together pass 85 % of one pool");
    let large = Demand { volumes: vec![VolumeDemand::shared(Bytes(86))], ..cores(1) };
    assert_eq!(
        fleet.pick(&large, &Policy::default()).unwrap().pools,
        [id(3)],
        "the zone's pool when no nearer one takes it"
    );
    let local = Demand { volumes: vec![VolumeDemand::local(Bytes(1))], ..cores(1) };
    let refusal = fleet.choose(&local, &Policy::default()).unwrap_err();
    assert_eq!(refusal.pools[0].lack, PoolLack::Locality { local: false });
    fleet.upsert_pool(Pool::new(id(4), Reach::Host(id(1)), Bytes(100)));
    assert_eq!(fleet.pick(&local, &Policy::default()).unwrap().pools, [id(4)]);
}

/// Proves: STOR-08
#[test]
fn a_volume_attached_where_a_machine_runs_needs_storage_only() {
    let mut fleet = cloud(&[1]);
    fleet.upsert_pool(Pool { tags: tags(&["fast"]), ..Pool::new(id(1), Reach::Cluster(id(1)), Bytes(100)) });
    fleet.occupy(id(1), load(10_000, 100)).unwrap();
    let volume = |names: &[&str]| VolumeDemand { tags: tags(names), ..VolumeDemand::shared(Bytes(10)) };
    let attach = |names: &[&str]| Demand { volumes: vec![volume(names)], ..cores(0) };
    assert_eq!(
        fleet.choose_pools(id(1), &attach(&["fast"]), &Policy::default()),
        Ok(vec![id(1)]),
        "though the host is full"
    );
    let shorts = fleet.choose_pools(id(1), &attach(&["slow"]), &Policy::default()).unwrap_err();
    assert_eq!(shorts, [PoolShort { pool: id(1), volume: 0, lack: PoolLack::StorageTag("slow".into()) }]);
}

#[test]
fn storage_is_summed_by_kind() {
    let mut fleet = cloud(&[1]);
    let pool = |n, reach| Pool { overprovisioning: 2_000, allocated: Bytes(30), ..Pool::new(id(n), reach, Bytes(100)) };
    fleet.upsert_pool(Pool { used: Some(Bytes(7)), ..pool(1, Reach::Zone(id(1))) });
    fleet.upsert_pool(pool(2, Reach::Cluster(id(1))));
    fleet.upsert_pool(pool(3, Reach::Host(id(1))));
    fleet.upsert_pool(Pool { up: false, ..pool(4, Reach::Zone(id(1))) });
    fleet.upsert_pool(pool(5, Reach::Zone(id(2))));
    let sum = fleet.storage_capacity(id(1));
    let figures = [sum.used, sum.allocated, sum.local].map(|row| (row.total, row.used));
    assert_eq!(figures, [(200, 7), (400, 60), (200, 30)]);
}

/// Proves: HIER-28
#[test]
fn one_zone_holds_hosts_of_several_hypervisors() {
    let mut fleet = cloud(&[1, 1]);
    let other = fleet.cluster(id(1)).unwrap().clone();
    fleet.upsert_cluster(Cluster { hypervisor: "two".into(), ..other });
    for (kind, host) in [(Some("one"), Some(2)), (Some("two"), Some(1)), (None, Some(1)), (Some("three"), None)] {
        let demand = Demand { hypervisor: kind.map(Arc::from), ..cores(1) };
        assert_eq!(chosen(&fleet, &demand, &Policy::default()), host, "{kind:?}");
        assert_eq!(chosen(&fleet, &demand, &planner(Planner::BestFit)), host, "{kind:?}");
    }
}

/// An order from outside: the newest host of the newest cluster, and never host 4.
#[derive(Debug)]
struct Newest;

impl HostOrder for Newest {
    fn clusters(&self, _: &Fleet, _: &Demand, by_load: &mut Vec<crate::base::id::ClusterId>) {
        by_load.sort_by_key(|cluster| std::cmp::Reverse(*cluster));
    }
    fn hosts(&self, _: &Fleet, _: &Demand, hosts: &mut Vec<crate::base::id::HostId>) {
        hosts.retain(|host| *host != id(4));
        hosts.reverse();
    }
}

/// Proves: HIER-26
#[test]
fn an_order_from_outside_is_as_good_as_ours() {
    let mut fleet = cloud(&[2, 2]);
    let policy = planner(Planner::custom(Newest));
    assert_eq!(chosen(&fleet, &cores(1), &policy), Some(3));
    for host in 1..=3 {
        fleet.set_state(id(host), false, true).unwrap();
    }
    let refusal = fleet.choose(&cores(1), &policy).unwrap_err();
    assert_eq!(refusal.hosts.last().unwrap().lack, Lack::NotTried);
    assert_eq!(refusal.smallest_change, Some(Remedy::BringUpHost(id(1))));
}

#[test]
fn a_refusal_reads_well() {
    let mut fleet = cloud(&[1]);
    let host = fleet.host(id(1)).unwrap().clone();
    fleet.upsert_host(Host { cores: 8, tags: tags(&["a"]), ..host }).unwrap();
    fleet.occupy(id(1), load(7_000, 0)).unwrap();
    let text = fleet.choose(&cores(4), &Policy::default()).unwrap_err().to_string();
    let wanted = "none of 1 hosts will do; host 00000000-0000-0000-0000-000000000001 lacks 3,000 MHz CPU (needs 4,000, 1,000 free \
                  of 8,000) and is in cluster 00000000-0000-0000-0000-000000000001, which would pass 100.0 % by 3,000 \
                  MHz CPU. It would fit if you raise the processor over-commit of cluster \
                  00000000-0000-0000-0000-000000000001 to 1.375";
    assert_eq!(text, wanted);
}

//! Every refusal says why for every host and pool, and names a change that works.

use std::collections::{BTreeMap, BTreeSet};

use super::{super::*, world};
use crate::base::{Bytes, Seed};

/// Over many random small clouds, every refusal gives a reason for every host and pool in scope, and the change it names,
/// applied to the whole cloud, makes the demand fit.
#[test]
fn every_refusal_says_why_and_what_would_help() {
    let clouds = if cfg!(debug_assertions) { 20_000 } else { 100_000 };
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for cloud in 0..clouds {
        let mut seed = Seed::new(cloud);
        let mut fleet = world::fleet(&mut seed, world::SMALL);
        let (mut demand, policy) = (world::demand(&mut seed, world::SMALL), world::policy(&mut seed));
        let Err(refusal) = fleet.choose(&demand, &policy) else { continue };
        let told: BTreeSet<_> = refusal.hosts.iter().map(|entry| entry.host).collect();
        let in_scope: BTreeSet<_> = fleet.slots_in_scope(&demand).map(|slot| fleet.ids[slot as usize]).collect();
        assert_eq!(told, in_scope, "cloud {cloud}");
        let reached: BTreeSet<_> = fleet.slots_in_scope(&demand).flat_map(|slot| fleet.reaches_of(slot)).collect();
        if demand.volumes.iter().any(|volume| volume.placed.is_none()) {
            let told: BTreeSet<_> = refusal.pools.iter().map(|entry| entry.pool).collect();
            let looked_at: BTreeSet<_> =
                fleet.pools().filter(|pool| reached.contains(&pool.reach)).map(|pool| pool.id).collect();
            assert_eq!(told, looked_at, "cloud {cloud}");
        }
        let text = refusal.to_string();
        let Some(remedy) = refusal.smallest_change else { panic!("cloud {cloud}: nothing helps: {text}") };
        remedy.apply(&mut fleet, &mut demand).unwrap();
        assert!(fleet.pick(&demand, &policy).is_some(), "cloud {cloud}: {remedy:?} does not help: {text}");
        let kind = format!("{remedy:?}");
        *seen.entry(kind.split(['(', ' ']).next().unwrap().to_owned()).or_default() += 1;
    }
    assert!(seen.len() >= 17, "some kinds of change are never named: {seen:?}");
    println!("{seen:?}");
}

/// Every change there is that costs less than `rank`, as large as it may be.
fn cheaper(fleet: &Fleet, demand: &Demand, rank: u8) -> Vec<Remedy> {
    let avoid = &demand.avoid;
    let mut all: Vec<Remedy> = vec![Remedy::MoveVolumes];
    all.extend(avoid.pods.iter().map(|id| Remedy::StopAvoiding(Scoped::Pod(*id))));
    all.extend(avoid.clusters.iter().map(|id| Remedy::StopAvoiding(Scoped::Cluster(*id))));
    all.extend(avoid.hosts.iter().map(|id| Remedy::StopAvoiding(Scoped::Host(*id))));
    all.extend(avoid.pools.iter().map(|id| Remedy::StopAvoidingPool(*id)));
    for host in fleet.hosts().map(|host| host.id) {
        all.extend([Remedy::EnableHost(host), Remedy::BringUpHost(host), Remedy::RaiseMaxGuests { host, to: 99 }]);
        all.extend(["a", "b", "ha", "unknown"].map(|tag| Remedy::AddHostTag { host, tag: tag.into() }));
        all.push(Remedy::RemoveHostTag { host, tag: "ha".into() });
        all.push(Remedy::GrowHost { host, cores: 1_000, ram: Mib(1_000) });
        if !demand.among.is_empty() {
            all.push(Remedy::WidenAffinity(host));
        }
    }
    for cluster in fleet.clusters().map(|cluster| cluster.id) {
        all.push(Remedy::EnableCluster(cluster));
        for (resource, most) in [(Resource::Cpu, 10_000), (Resource::Ram, 2_000)] {
            all.push(Remedy::RaiseThreshold { cluster, resource, to: 1_000 });
            all.push(Remedy::RaiseOvercommit { cluster, resource, to: most });
        }
    }
    for pool in fleet.pools().map(|pool| pool.id) {
        all.extend([Remedy::BringUpPool(pool), Remedy::GrowPool { pool, by: Bytes(1 << 30) }]);
        all.extend(["s", "t"].map(|tag| Remedy::AddPoolTag { pool, tag: tag.into() }));
    }
    let Demand { cores, speed, ram, .. } = *demand;
    all.extend([
        Remedy::ShrinkDemand { cores: cores.div_ceil(2), speed, ram },
        Remedy::ShrinkDemand { cores, speed: Mhz(speed.0.div_ceil(2)), ram },
        Remedy::ShrinkDemand { cores, speed, ram: Mib(ram.0.div_ceil(2)) },
    ]);
    all.retain(|remedy| remedy.rank() < rank);
    all
}

/// No change that costs less than the one named makes the demand fit: tried one by one, on the whole cloud.
#[test]
fn no_cheaper_change_would_do() {
    let clouds = if cfg!(debug_assertions) { 3_000 } else { 30_000 };
    for cloud in 0..clouds {
        let mut seed = Seed::new(1_000_000 + cloud);
        let fleet = world::fleet(&mut seed, world::SMALL);
        let (demand, policy) = (world::demand(&mut seed, world::SMALL), world::policy(&mut seed));
        let Err(refusal) = fleet.choose(&demand, &policy) else { continue };
        let named = refusal.smallest_change.clone().unwrap();
        for remedy in cheaper(&fleet, &demand, named.rank()) {
            let (mut fleet, mut demand) = (fleet.clone(), demand.clone());
            remedy.apply(&mut fleet, &mut demand).unwrap();
            let fits = fleet.pick(&demand, &policy).is_some();
            assert!(!fits, "cloud {cloud}: {remedy:?} is cheaper than {named:?}: {refusal} {demand:?}");
        }
    }
}

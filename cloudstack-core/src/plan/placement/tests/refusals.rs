//! Every refusal says why for every host and pool, and names a change that works.

use std::collections::{BTreeMap, BTreeSet};

use super::world;
use crate::base::Seed;

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

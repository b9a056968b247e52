//! Pools, volumes and image stores.

use super::*;
use crate::sim::{PoolShape, Violation};
use DriverErrorKind::{NoCapacity, NotFound, Refused, Unreachable, Unsupported};
use cloudstack_core::port::driver::{StopMode, StoreTarget, TemplateSpec};

fn connected(shape: PoolShape) -> SimWorld {
    let world = world();
    world.set_default_pool(shape);
    now(world.storage().ensure_pool(&pool(), &[host(1), host(2)])).unwrap();
    world
}

fn thick(gib: u64) -> PoolShape {
    PoolShape { capacity: Bytes::gib(gib), thick: true }
}

fn thin(gib: u64) -> PoolShape {
    PoolShape { capacity: Bytes::gib(gib), thick: false }
}

fn used(world: &SimWorld) -> Bytes {
    now(world.storage().ensure_pool(&pool(), &[])).unwrap().used
}

fn make(world: &SimWorld, spec: &VolumeSpec) -> Option<DriverErrorKind> {
    kind(now(world.storage().ensure_volume(&pool(), spec)))
}

fn template(gib: u64) -> TemplateSpec {
    let url = "http://10.0.2.1/t".into();
    TemplateSpec {
        name: format!("t{gib}"),
        format: "QCOW2".into(),
        size: Bytes::gib(gib),
        url,
        checksum: None,
        store: None,
    }
}

#[test]
fn a_thick_pool_counts_every_volume_and_is_full_to_the_byte() {
    let world = connected(thick(10));
    assert_eq!(make(&world, &volume("a", Bytes::gib(6))), None);
    assert_eq!(make(&world, &volume("b", Bytes(Bytes::gib(4).0 + 1))), Some(NoCapacity));
    assert_eq!(make(&world, &volume("b", Bytes::gib(4))), None);
    assert_eq!(used(&world), Bytes::gib(10));
    assert_eq!(make(&world, &volume("a", Bytes::gib(7))), Some(NoCapacity), "growing needs room too");
    assert_eq!(make(&world, &volume("a", Bytes::gib(1))), None);
    assert_eq!(used(&world), Bytes::gib(5));
    now(world.storage().ensure_no_volume(&pool(), "b")).unwrap();
    assert_eq!(used(&world), Bytes::gib(1));
}

#[test]
fn a_thin_pool_promises_more_than_it_has_and_keeps_one_copy_of_each_template() {
    let world = connected(thin(10));
    for n in 0..50 {
        let spec = VolumeSpec { template: Some(template(2)), ..volume(&format!("v{n}"), Bytes::gib(9)) };
        assert_eq!(make(&world, &spec), None);
    }
    assert_eq!(used(&world), Bytes::gib(2));
    let other = VolumeSpec { template: Some(template(9)), ..volume("w", Bytes::gib(9)) };
    assert_eq!(make(&world, &other), Some(NoCapacity), "its template does not fit");
    assert_eq!(make(&world, &volume("huge", Bytes::gib(11))), Some(NoCapacity));
    assert!(world.fill_pool(&pool().url, Bytes::ZERO));
    assert_eq!((used(&world), make(&world, &volume("x", Bytes(1)))), (Bytes::gib(10), Some(NoCapacity)));
    assert!(world.fill_pool(&pool().url, Bytes::gib(8)));
    assert_eq!((used(&world), make(&world, &volume("x", Bytes(1)))), (Bytes::gib(2), None));
    assert!(!world.fill_pool("nfs://elsewhere", Bytes::ZERO));
}

#[test]
fn what_cannot_be_is_refused_with_its_kind() {
    let world = connected(thin(10));
    let odd = PoolTarget { kind: "Abacus".into(), ..pool() };
    assert_eq!(kind(now(world.storage().ensure_pool(&odd, &[]))), Some(Unsupported));
    assert_eq!(make(&world, &volume("v", Bytes::gib(1))), None);
    let born_again = VolumeSpec { template: Some(template(1)), ..volume("v", Bytes::gib(1)) };
    assert_eq!(make(&world, &born_again), Some(Refused));
    world.isolate_host(host(2).address);
    assert_eq!(kind(now(world.storage().ensure_pool(&pool(), &[host(1), host(2)]))), Some(Unreachable));
    let store = StoreTarget { name: "s".into(), url: "nfs://s".into() };
    let image = TemplateSpec { format: "PNG".into(), ..template(1) };
    assert_eq!(kind(now(world.images().ensure_template(&store, &image))), Some(Unsupported));
    assert!(world.snapshot().stores.is_empty());
    now(world.images().ensure_template(&store, &template(1))).unwrap();
    assert_eq!(world.snapshot().stores["nfs://s"]["t1"], template(1));
}

#[test]
fn a_pool_nobody_connected_is_discovered_or_not_there() {
    for (discover, due) in [(true, None), (false, Some(NotFound))] {
        let config = SimConfig { discover, ..SimConfig::default() };
        let world = SimWorld::with(config, Arc::new(Clock::default()));
        assert_eq!(make(&world, &volume("v", Bytes(1))), due);
        assert_eq!(kind(now(world.storage().ensure_no_volume(&pool(), "v"))), due);
        assert_eq!(kind(now(world.storage().ensure_pool(&pool(), &[]))), due);
        assert_eq!(world.snapshot().pools.contains_key(&pool().url), discover);
        world.add_pool(&pool().url, thin(1));
        assert_eq!((make(&world, &volume("v", Bytes(1))), world.snapshot().pools.len()), (None, 1));
    }
}

#[test]
fn a_volume_of_two_running_guests_is_noticed() {
    let world = connected(thin(10));
    make(&world, &volume("v", Bytes::gib(1)));
    let [a, b] = ["a", "b"].map(|name| guest_with(name, "v"));
    start(&world, 1, &a).unwrap();
    now(world.hypervisor().ensure_stopped(&host(1), "a", StopMode::Forced)).unwrap();
    start(&world, 2, &b).unwrap();
    assert_eq!(world.violations(), [], "one after the other is well");
    start(&world, 1, &a).unwrap();
    let shared = |guests: [&str; 2]| Violation::SharedVolume {
        pool: pool().url,
        volume: "v".into(),
        guests: guests.map(str::to_owned),
    };
    assert_eq!(world.violations(), [shared(["b", "a"])]);
    world.power_off(host(2).address, "b");
    world.power_on(host(2).address, "b");
    assert_eq!(world.violations(), [shared(["b", "a"]), shared(["a", "b"])]);
}

#[test]
fn disks_that_are_not_there_and_pools_out_of_reach_are_noticed() {
    let world = connected(thin(10));
    make(&world, &volume("v", Bytes::gib(1)));
    start(&world, 1, &guest_with("a", "lost")).unwrap();
    start(&world, 3, &guest_with("b", "v")).unwrap();
    now(world.storage().ensure_no_volume(&pool(), "v")).unwrap();
    let (pool, volume) = (pool().url, String::from("v"));
    assert_eq!(
        world.violations(),
        [
            Violation::MissingVolume {
                host: host(1).address,
                guest: "a".into(),
                pool: pool.clone(),
                volume: "lost".into(),
            },
            Violation::UnconnectedPool { host: host(3).address, guest: "b".into(), pool: pool.clone() },
            Violation::VolumeRemovedInUse { pool, volume, guest: "b".into() },
        ]
    );
}

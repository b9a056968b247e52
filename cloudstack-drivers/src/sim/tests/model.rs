//! Any story: the world against a model that is plainly right, and against itself.

use super::*;
use crate::sim::{Effect, FaultRule, Snapshot, Violation};
use cloudstack_core::{
    base::Span,
    port::driver::{GuestPower, StopMode},
};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Debug, Clone)]
enum Act {
    Start(u8, u8),
    Stop(u8, u8),
    Reboot(u8, u8, u8),
    Off(u8, u8),
    On(u8, u8),
    Plant(u8, u8),
    Crash(u8),
    Isolate(u8),
    Restore(u8),
    MakeVolume(u8),
    RemoveVolume(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (on, who) = (1_u8..4, 0_u8..3);
    let act = prop_oneof![
        6 => (on.clone(), who.clone()).prop_map(|(h, g)| Act::Start(h, g)),
        3 => (on.clone(), who.clone()).prop_map(|(h, g)| Act::Stop(h, g)),
        1 => (on.clone(), who.clone(), 0_u8..2).prop_map(|(h, g, t)| Act::Reboot(h, g, t)),
        1 => (on.clone(), who.clone()).prop_map(|(h, g)| Act::Off(h, g)),
        1 => (on.clone(), who.clone()).prop_map(|(h, g)| Act::On(h, g)),
        1 => (on.clone(), who.clone()).prop_map(|(h, g)| Act::Plant(h, g)),
        1 => on.clone().prop_map(Act::Crash),
        1 => on.clone().prop_map(Act::Isolate),
        3 => on.prop_map(Act::Restore),
        2 => who.clone().prop_map(Act::MakeVolume),
        1 => who.prop_map(Act::RemoveVolume),
    ];
    proptest::collection::vec(act, 0..60)
}

/// Plays one act and says in words how it was answered.
fn play(world: &SimWorld, act: &Act) -> String {
    let name = |g: &u8| format!("g{g}");
    let at = |h: &u8| host(*h).address;
    let (hypervisor, storage) = (world.hypervisor(), world.storage());
    match act {
        // Guests 0 and 1 want the same volume.
        Act::Start(h, g) => format!("{:?}", start(world, *h, &guest_with(&name(g), if *g < 2 { "v0" } else { "v2" }))),
        Act::Stop(h, g) => format!("{:?}", now(hypervisor.ensure_stopped(&host(*h), &name(g), StopMode::Forced))),
        Act::Reboot(h, g, t) => format!("{:?}", now(hypervisor.ensure_rebooted(&host(*h), &name(g), (*t).into()))),
        Act::Off(h, g) => format!("{}", world.power_off(at(h), &name(g))),
        Act::On(h, g) => format!("{}", world.power_on(at(h), &name(g))),
        Act::Plant(h, g) => format!("{}", world.plant_guest(at(h), &name(g))),
        Act::Crash(h) => format!("{}", world.crash_host(at(h))),
        Act::Isolate(h) => format!("{}", world.isolate_host(at(h))),
        Act::Restore(h) => format!("{}", world.restore_host(at(h))),
        Act::MakeVolume(v) => {
            format!("{:?}", now(storage.ensure_volume(&pool(), &volume(&format!("v{v}"), Bytes::gib(1)))))
        }
        Act::RemoveVolume(v) => format!("{:?}", now(storage.ensure_no_volume(&pool(), &format!("v{v}")))),
    }
}

fn stage(seed: u64) -> SimWorld {
    let world = seeded(seed);
    now(world.storage().ensure_pool(&pool(), &[1, 2, 3].map(host))).unwrap();
    world
}

/// Every (guest, host) that runs, read from the snapshot.
fn pairs(snapshot: &Snapshot) -> BTreeSet<(String, std::net::IpAddr)> {
    let on = |(&address, host): (&std::net::IpAddr, &crate::sim::HostState)| {
        let guests = host.guests.iter().filter(|(_, guest)| guest.power == GuestPower::On);
        guests.map(|(name, _)| (name.clone(), address)).collect::<Vec<_>>()
    };
    snapshot.hosts.iter().flat_map(on).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A split brain is noted exactly when a guest begins to run while it runs elsewhere, and the index of who runs where
    /// says what a walk over all hosts says.
    #[test]
    fn split_brains_are_noted_exactly(acts in acts()) {
        let world = stage(0);
        for act in acts {
            let (before, noted) = (pairs(&world.snapshot()), world.violations().len());
            play(&world, &act);
            let after = pairs(&world.snapshot());
            let begun: Vec<_> = after.difference(&before).collect();
            let due = begun.iter().filter(|(name, _)| before.iter().any(|(other, _)| other == name)).count();
            let split = |v: &&Violation| matches!(v, Violation::SplitBrain { .. });
            prop_assert_eq!(world.violations()[noted..].iter().filter(split).count(), due, "{:?}", act);
            for guest in ["g0", "g1", "g2"] {
                let walk = after.iter().filter(|(name, _)| name == guest).map(|&(_, address)| address).collect();
                prop_assert_eq!(world.hosts_running(guest), walk);
            }
        }
    }

    /// A strict host's count of memory is the sum over its running guests after any story.
    #[test]
    fn memory_is_what_the_running_guests_have(acts in acts()) {
        let world = stage(0);
        for n in 1..4 {
            world.add_host(strict_host(n, Mib(1_024)));
        }
        for act in &acts {
            play(&world, act);
        }
        for n in 1..4 {
            world.restore_host(host(n).address);
            let state = &world.snapshot().hosts[&host(n).address];
            let on = state.guests.values().filter(|guest| guest.power == GuestPower::On);
            let ram: Mib = on.filter_map(|guest| guest.spec.as_ref()).map(|spec| spec.ram).sum();
            let rest = Mib(1_024).less(ram);
            let fits = super::guest("fits");
            let over = start(&world, n, &GuestSpec { ram: Mib(rest.0 + 1), ..fits.clone() });
            let exact = start(&world, n, &GuestSpec { ram: rest, ..fits });
            prop_assert_eq!((over.is_err(), exact), (true, Ok(())));
        }
    }

    /// One seed, one story, one outcome, with every kind of fault about.
    #[test]
    fn a_story_replays(acts in acts(), seed: u64, permille in 0_u32..1_000) {
        let tell = || {
            let world = stage(seed);
            for effect in [
                Effect::LoseAnswer,
                Effect::Fail(DriverErrorKind::Failed),
                Effect::Lie,
                Effect::Hang(Timestamp::from_micros(5)),
            ] {
                world.inject(FaultRule { permille: permille / 4, delay: Span::millis(1), ..FaultRule::new(effect) });
            }
            let answers: Vec<_> = acts.iter().map(|act| play(&world, act)).collect();
            (answers, world.snapshot())
        };
        prop_assert_eq!(tell(), tell());
    }

    /// Every act of the orchestrator may be repeated: the second time changes nothing.
    #[test]
    fn repeating_any_call_changes_nothing(acts in acts()) {
        let world = stage(0);
        for act in acts {
            play(&world, &act);
            let once = world.snapshot();
            play(&world, &act);
            prop_assert_eq!(once, world.snapshot(), "{:?}", act);
        }
    }
}

//! Hosts, guests, and what happens to them behind the orchestrator's back.

use super::*;
use crate::sim::{Condition, Violation};
use DriverErrorKind::{NoCapacity, NotFound, Refused, Unreachable};
use cloudstack_core::{
    base::{
        Mac,
        id::{EntityId, NetworkId},
    },
    model::infra::Isolation,
    port::driver::{BroadcastDomain, GuestPower, StopMode, hypervisor::InterfaceSpec},
};

#[test]
fn a_host_that_nobody_added_has_the_documented_shape() {
    let facts = now(world().hypervisor().probe(&host(1))).unwrap();
    assert_eq!((facts.cores, facts.speed, facts.ram), (4, Mhz(8_000), Mib(8_192)));
    assert_eq!(facts.flags.into_iter().collect::<Vec<_>>(), ["hvm"]);
    assert!(facts.guests.is_empty() && !facts.version.is_empty());
}

#[test]
fn shapes_can_be_given_to_one_host_or_to_all() {
    let world = world();
    let shape = |cores| HostShape { cores, ..HostShape::default() };
    world.add_host(SimHost { address: host(1).address, shape: shape(64) });
    world.set_default_host(shape(2));
    let cores = |on| now(world.hypervisor().probe(&host(on))).unwrap().cores;
    assert_eq!((cores(1), cores(2)), (64, 2));
    start(&world, 1, &guest("g")).unwrap();
    world.add_host(SimHost { address: host(1).address, shape: shape(128) });
    assert_eq!((cores(1), ping(&world, 1).unwrap().len()), (128, 1), "a new shape keeps the guests");
}

#[test]
fn in_a_world_without_discovery_nobody_lives_at_a_strange_address() {
    let config = SimConfig { discover: false, ..SimConfig::default() };
    let world = SimWorld::with(config, Arc::new(Clock::default()));
    world.add_host(strict_host(1, Mib(1)));
    assert_eq!((kind(ping(&world, 1)), kind(ping(&world, 2))), (None, Some(Unreachable)));
}

#[test]
fn a_strict_host_refuses_what_it_has_no_memory_for_and_says_how_much() {
    let world = world();
    world.add_host(strict_host(1, Mib(1_100)));
    start(&world, 1, &guest("a")).unwrap();
    start(&world, 1, &guest("b")).unwrap();
    let error = start(&world, 1, &guest("c")).unwrap_err();
    assert_eq!(error.kind, NoCapacity);
    assert_eq!(error.message, "c needs 512 MiB of memory, 76 MiB of 1100 MiB are free");
    // What stops, by whichever hand, makes room.
    for (who, stop) in [("a", true), ("b", false)] {
        if stop {
            now(world.hypervisor().ensure_stopped(&host(1), who, StopMode::Graceful)).unwrap();
        } else {
            assert!(world.power_off(host(1).address, who));
        }
        let next = format!("after-{who}");
        start(&world, 1, &guest(&next)).unwrap();
    }
    for n in 0..40 {
        start(&world, 2, &guest(&format!("many-{n}"))).expect("a host that is not strict takes them all");
    }
}

#[test]
fn a_guest_that_runs_is_not_changed_but_one_that_is_off_starts_as_specified() {
    let world = world();
    let mut wanted = guest("g");
    start(&world, 1, &wanted).unwrap();
    let network = NetworkId::from_u128(1);
    let domain = BroadcastDomain { network, isolation: Isolation::Vlan, tag: None, label: None };
    let (tap, mac) = ("vnet0".parse().unwrap(), Mac::new([2, 0, 0, 0, 0, 1]));
    wanted.interfaces.push(InterfaceSpec { tap, mac, domain, device: 0 });
    assert_eq!(kind(start(&world, 1, &wanted)), Some(Refused));
    assert!(world.power_off(host(1).address, "g"));
    assert_eq!(ping(&world, 1).unwrap(), ["g Off"]);
    start(&world, 1, &wanted).unwrap();
    let state = world.guest(host(1).address, "g").unwrap();
    assert_eq!((state.spec, state.power, state.boots), (Some(wanted), GuestPower::On, 2));
}

#[test]
fn a_restart_happens_once_per_token_and_needs_a_guest_that_runs() {
    let world = world();
    let reboot = |token| now(world.hypervisor().ensure_rebooted(&host(1), "g", token));
    let boots = || world.guest(host(1).address, "g").unwrap().boots;
    assert_eq!(kind(reboot(1)), Some(NotFound));
    start(&world, 1, &guest("g")).unwrap();
    for (token, due) in [(7, 2), (7, 2), (8, 3), (7, 3), (0, 4)] {
        reboot(token).unwrap();
        assert_eq!(boots(), due, "token {token}");
    }
    world.power_off(host(1).address, "g");
    assert_eq!(kind(reboot(9)), Some(Refused));
    reboot(8).expect("what was done stays done");
    assert_eq!(boots(), 4);
}

#[test]
fn an_isolated_host_keeps_its_guests_and_a_crashed_one_loses_them() {
    for (crash, condition, left) in [(false, Condition::Isolated, vec!["g On"]), (true, Condition::Crashed, vec![])] {
        let world = world();
        let address = host(1).address;
        assert!(!world.isolate_host(address) && !world.crash_host(address), "nobody is there yet");
        start(&world, 1, &guest("g")).unwrap();
        assert!(if crash { world.crash_host(address) } else { world.isolate_host(address) });
        assert_eq!(kind(ping(&world, 1)), Some(Unreachable));
        assert_eq!(kind(start(&world, 1, &guest("g"))), Some(Unreachable));
        assert_eq!(world.snapshot().hosts[&address].condition, condition);
        assert_eq!(world.running(), left.len());
        assert!(world.isolate_host(address) != crash, "a host without power has no link to lose");
        assert!(world.restore_host(address));
        assert_eq!(ping(&world, 1).unwrap(), left);
    }
}

#[test]
fn fate_moves_guests_and_says_whether_it_could() {
    let world = world();
    let address = host(1).address;
    assert!(!world.plant_guest(address, "alien"), "no host, no guest");
    ping(&world, 1).unwrap();
    assert!(world.plant_guest(address, "alien") && !world.plant_guest(address, "alien"));
    assert_eq!(ping(&world, 1).unwrap(), ["alien On"]);
    assert!(!world.power_on(address, "alien") && world.power_off(address, "alien"));
    assert!(!world.power_off(address, "alien") && world.power_on(address, "alien"));
    assert!(!world.power_on(address, "nobody") && !world.power_off(address, "nobody"));
    assert_eq!(kind(start(&world, 1, &guest("alien"))), Some(Refused), "it is not the guest that is asked for");
    now(world.hypervisor().ensure_stopped(&host(1), "alien", StopMode::Forced)).unwrap();
    assert!(ping(&world, 1).unwrap().is_empty());
}

#[test]
fn a_guest_on_two_hosts_is_a_split_brain() {
    let world = world();
    let [one, two] = [1, 2].map(|n| host(n).address);
    start(&world, 1, &guest("g")).unwrap();
    world.isolate_host(one);
    start(&world, 2, &guest("g")).unwrap();
    let split = Violation::SplitBrain { guest: "g".into(), hosts: [one, two] };
    assert_eq!(world.violations(), std::slice::from_ref(&split));
    assert_eq!(world.hosts_running("g"), [one, two].into());
    start(&world, 2, &guest("g")).unwrap();
    assert_eq!(world.violations().len(), 1, "once is enough");
    // Stopped on the first, it runs on the second alone; elsewhere it is a split brain again.
    world.restore_host(one);
    now(world.hypervisor().ensure_stopped(&host(1), "g", StopMode::Forced)).unwrap();
    assert_eq!(world.hosts_running("g"), [two].into());
    world.plant_guest(one, "g");
    assert_eq!(world.violations(), [split, Violation::SplitBrain { guest: "g".into(), hosts: [two, one] }]);
}

#[test]
fn a_guest_may_move_if_it_stops_first_or_its_host_is_dead() {
    let world = world();
    for on in [1, 2] {
        start(&world, on, &guest("g")).unwrap();
        now(world.hypervisor().ensure_stopped(&host(on), "g", StopMode::Forced)).unwrap();
    }
    start(&world, 1, &guest("g")).unwrap();
    world.crash_host(host(1).address);
    start(&world, 2, &guest("g")).unwrap();
    assert_eq!(world.violations(), []);
}

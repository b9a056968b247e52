//! Each field of a fault rule, each effect.

use super::*;
use crate::sim::{Effect, FaultRule, Method, RuleUses, Snapshot, Violation};
use DriverErrorKind::{Failed, NoCapacity, NotFound, Refused, Unreachable, Unsupported};
use cloudstack_core::{
    base::{
        Mac, Span,
        id::{NetworkId, NicId},
    },
    port::driver::{NetworkSpec, PoolFacts, PortSpec, StopMode, StoreTarget, TemplateSpec},
};

const FAIL: FaultRule = FaultRule::new(Effect::Fail(Failed));

fn pings(world: &SimWorld, calls: usize) -> String {
    (0..calls).map(|_| if ping(world, 1).is_ok() { '.' } else { 'x' }).collect()
}

#[test]
fn the_method_of_a_rule_is_the_only_one_it_takes() {
    for &method in Method::ALL {
        let world = world();
        now(world.storage().ensure_pool(&pool(), &[])).unwrap();
        let rule = world.inject(FaultRule { method: Some(method), ..FAIL });
        let (hypervisor, storage) = (world.hypervisor(), world.storage());
        let outcomes = [
            (Method::Probe, kind(now(hypervisor.probe(&host(1))))),
            (Method::Ping, kind(now(hypervisor.ping(&host(1))))),
            (Method::EnsureRunning, kind(now(hypervisor.ensure_running(&host(1), &guest("g"))))),
            (Method::EnsureStopped, kind(now(hypervisor.ensure_stopped(&host(1), "other", StopMode::Forced)))),
            (Method::EnsureVolume, kind(now(storage.ensure_volume(&pool(), &volume("v", Bytes(1)))))),
            (Method::EnsureNoVolume, kind(now(storage.ensure_no_volume(&pool(), "v")))),
            (Method::EnsurePool, kind(now(storage.ensure_pool(&pool(), &[])))),
            (Method::EnsureNoNetwork, kind(now(world.router().ensure_no_network(NetworkId::from_u128(1))))),
            (Method::EnsureNoPort, {
                kind(now(world.router().ensure_no_port(&host(1), NetworkId::from_u128(1), NicId::from_u128(1))))
            }),
        ];
        let mut taken = 0;
        for (called, outcome) in outcomes {
            assert_eq!(outcome, (called == method).then_some(Failed), "{called:?} under a rule for {method:?}");
            taken += u64::from(called == method);
        }
        assert_eq!(world.uses(rule), Some(RuleUses { matched: taken, taken }));
    }
}

#[test]
fn the_object_of_a_rule_is_a_part_of_the_device_or_object() {
    let network = NetworkId::from_u128(0xabc);
    for (part, on_guest, on_network) in [
        ("web", true, false),
        ("h1", true, false),
        ("i-2-web-7", true, false),
        ("h10", false, false),
        ("abc", false, true),
    ] {
        let world = world();
        world.inject(FaultRule { object: Some(part.into()), ..FAIL });
        assert_eq!(start(&world, 1, &guest("i-2-web-7")).is_err(), on_guest, "{part}");
        assert_eq!(now(world.router().ensure_no_network(network)).is_err(), on_network, "{part}");
    }
}

#[test]
fn skip_and_count_bound_a_rule() {
    for (skip, count, seen) in [
        (0, None, "xxxxxx"),
        (2, None, "..xxxx"),
        (0, Some(1), "x....."),
        (1, Some(3), ".xxx.."),
        (9, Some(1), "......"),
        (0, Some(0), "......"),
    ] {
        let world = world();
        let rule = world.inject(FaultRule { skip, count, ..FAIL });
        assert_eq!(pings(&world, 6), seen, "skip {skip}, count {count:?}");
        let taken = seen.matches('x').count() as u64;
        assert_eq!(world.uses(rule), Some(RuleUses { matched: 6, taken }));
        assert_eq!(world.calls(Method::Ping), 6);
    }
}

#[test]
fn a_rule_takes_its_share_and_the_seed_says_which() {
    for (permille, low, high) in [(0, 0, 0), (100, 60, 140), (500, 430, 570), (1_000, 1_000, 1_000)] {
        let [first, again, other] = [1, 1, 2].map(|seed| {
            let world = seeded(seed);
            world.inject(FaultRule { permille, ..FAIL });
            pings(&world, 1_000)
        });
        let taken = first.matches('x').count();
        assert!((low..=high).contains(&taken), "{taken} of 1000 at {permille}");
        assert_eq!(first, again, "one seed, one fate");
        assert_eq!(first == other, low == high, "another seed, another fate, unless it is certain");
    }
}

#[test]
fn a_rule_does_not_disturb_the_draws_of_another() {
    let half = |method| FaultRule { method: Some(method), permille: 500, ..FAIL };
    let (alone, beside) = (seeded(5), seeded(5));
    alone.inject(half(Method::Ping));
    beside.inject(half(Method::Ping));
    beside.inject(half(Method::Probe));
    for _ in 0..200 {
        let _drawn = now(beside.hypervisor().probe(&host(1)));
        assert_eq!(ping(&beside, 1).is_ok(), ping(&alone, 1).is_ok());
    }
}

#[test]
fn the_first_rule_that_takes_a_call_decides() {
    let world = world();
    let shield = world.inject(FaultRule { object: Some("h2".into()), ..FaultRule::new(Effect::Obey) });
    let first = world.inject(FaultRule { count: Some(1), ..FaultRule::new(Effect::Fail(Refused)) });
    let second = world.inject(FaultRule { skip: 1, ..FaultRule::new(Effect::Fail(NoCapacity)) });
    let kinds: Vec<_> = [1, 1, 1, 2].map(|on| kind(ping(&world, on))).to_vec();
    assert_eq!(kinds, [Some(Refused), None, Some(NoCapacity), None]);
    assert_eq!(world.uses(shield), Some(RuleUses { matched: 1, taken: 1 }));
    assert_eq!(world.uses(first), Some(RuleUses { matched: 3, taken: 1 }));
    assert_eq!(world.uses(second), Some(RuleUses { matched: 2, taken: 1 }));

    assert_eq!(world.remove(second), Some(RuleUses { matched: 2, taken: 1 }));
    assert_eq!((world.remove(second), world.uses(second)), (None, None));
    assert_eq!(kind(ping(&world, 1)), None);
    let later = world.inject(FAIL);
    assert!(![shield, first, second].contains(&later), "an id is never given twice");
    world.clear();
    assert_eq!((kind(ping(&world, 1)), world.uses(later)), (None, None));
}

#[test]
fn a_delay_passes_on_the_clock_before_anything_is_done() {
    let clock = Arc::new(Clock::default());
    let world = SimWorld::new(clock.clone());
    world.inject(FaultRule { delay: Span::millis(250), ..FaultRule::new(Effect::Obey) });
    start(&world, 1, &guest("g")).unwrap();
    assert_eq!(clock.now(), Timestamp::from_micros(250_000));
    assert_eq!(world.running(), 1);

    let world = SimWorld::new(Arc::new(Clock { stands: true, ..Clock::default() }));
    world.inject(FaultRule { delay: Span::millis(1), ..FaultRule::new(Effect::LoseAnswer) });
    let hypervisor = world.hypervisor();
    assert_eq!(poll(hypervisor.ensure_running(&host(1), &guest("g"))), None, "it waits");
    assert_eq!(world.running(), 0, "the caller gave up before anything was done");
}

#[test]
fn a_hanging_call_is_answered_late_and_dropped_without_trace() {
    let until = Timestamp::from_micros(7_000_000);
    let clock = Arc::new(Clock::default());
    let world = SimWorld::new(clock.clone());
    world.inject(FaultRule::new(Effect::Hang(until)));
    start(&world, 1, &guest("g")).unwrap();
    assert_eq!((clock.now(), world.running()), (until, 1));

    let world = SimWorld::new(Arc::new(Clock { stands: true, ..Clock::default() }));
    world.inject(FaultRule { count: Some(1), ..FaultRule::new(Effect::Hang(until)) });
    assert_eq!(poll(world.hypervisor().ensure_running(&host(1), &guest("g"))), None);
    assert_eq!(world.running(), 0);
    start(&world, 1, &guest("g")).expect("nobody else waits for the call that hangs");
}

#[test]
fn a_late_call_is_done_when_nobody_waits_for_it() {
    let clock = Arc::new(Clock::default());
    let world = SimWorld::new(clock.clone());
    let late = FaultRule {
        method: Some(Method::EnsureRunning),
        count: Some(1),
        ..FaultRule::new(Effect::Late(Span::mins(5)))
    };
    world.inject(late);
    assert_eq!(kind(start(&world, 1, &guest("g"))), Some(Unreachable));
    assert_eq!((world.running(), clock.now()), (0, Timestamp::default()), "told at once, not done yet");
    // An orchestrator that believes the error starts the guest elsewhere, and then the first start comes true.
    start(&world, 2, &guest("g")).unwrap();
    assert_eq!(world.violations(), []);
    assert_eq!(clock.run_tasks(), 1);
    assert_eq!(clock.now(), Timestamp::default().after(Span::mins(5)));
    let hosts = [2, 1].map(|n| host(n).address);
    assert_eq!(world.violations(), [Violation::SplitBrain { guest: "g".into(), hosts }]);
}

#[test]
fn every_call_that_changes_something_can_be_late() {
    let (clock, punctual) = (Arc::new(Clock::default()), world());
    let world = SimWorld::new(clock.clone());
    world.inject(FaultRule::new(Effect::Late(Span::secs(1))));
    let network = NetworkSpec {
        isolation: cloudstack_core::model::infra::Isolation::Vlan,
        id: NetworkId::from_u128(1),
        vlan: None,
        cidr: "10.1.1.0/24".parse().unwrap(),
        gateway: [10, 1, 1, 1].into(),
        dns: Vec::new(),
        domain_name: None,
    };
    let gone = NetworkSpec { id: NetworkId::from_u128(2), ..network.clone() };
    let port = |nic| PortSpec {
        nic: NicId::from_u128(nic),
        mac: Mac::new([2, 0, 0, 0, 0, 1]),
        ip4: None,
        ip6: None,
        hostname: "g".into(),
        default: true,
        metadata: Default::default(),
    };
    let store = StoreTarget { name: "s".into(), url: "nfs://s".into() };
    let url = "http://t".into();
    let image =
        TemplateSpec { name: "t".into(), format: "RAW".into(), size: Bytes(1), url, checksum: None, store: None };
    let tell = |world: &SimWorld| {
        let (hosts, pools, images, net) = (world.hypervisor(), world.storage(), world.images(), world.router());
        [
            kind(now(hosts.probe(&host(1)))),
            kind(now(hosts.ping(&host(1)))),
            kind(now(hosts.ensure_running(&host(1), &guest("a")))),
            kind(now(hosts.ensure_running(&host(1), &guest("b")))),
            kind(now(hosts.ensure_rebooted(&host(1), "a", 1))),
            kind(now(hosts.ensure_stopped(&host(1), "b", StopMode::Forced))),
            kind(now(pools.ensure_pool(&pool(), &[host(1)]))),
            kind(now(pools.ensure_volume(&pool(), &volume("v", Bytes(1))))),
            kind(now(pools.ensure_volume(&pool(), &volume("w", Bytes(1))))),
            kind(now(pools.ensure_no_volume(&pool(), "w"))),
            kind(now(images.ensure_template(&store, &image)).map(|_| ())),
            kind(now(net.ensure_network(&network))),
            kind(now(net.ensure_network(&gone))),
            kind(now(net.ensure_no_network(gone.id))),
            kind(now(net.ensure_port(&host(1), &network, &port(1)))),
            kind(now(net.ensure_port(&host(1), &network, &port(2)))),
            kind(now(net.ensure_no_port(&host(1), network.id, port(2).nic))),
        ]
    };
    assert_eq!(tell(&world), [Some(Unreachable); 17]);
    assert_eq!(world.snapshot(), Snapshot::default(), "nothing is done yet");
    assert_eq!(tell(&punctual), [None; 17]);
    assert_eq!(clock.run_tasks(), 15, "a question leaves nothing to do");
    assert_eq!(world.snapshot(), punctual.snapshot());
}

#[test]
fn an_effect_says_what_is_done_and_what_is_told() {
    for (effect, told, done) in [
        (Effect::Obey, None, true),
        (Effect::Fail(Unreachable), Some(Unreachable), false),
        (Effect::Fail(NoCapacity), Some(NoCapacity), false),
        (Effect::Fail(NotFound), Some(NotFound), false),
        (Effect::Fail(Unsupported), Some(Unsupported), false),
        (Effect::LoseAnswer, Some(Unreachable), true),
        (Effect::Lie, None, false),
    ] {
        let world = world();
        world.inject(FaultRule { method: Some(Method::EnsureRunning), ..FaultRule::new(effect) });
        assert_eq!(kind(start(&world, 1, &guest("g"))), told, "{effect:?}");
        assert_eq!(world.running() == 1, done, "{effect:?}");
        if told.is_some() {
            assert_eq!(start(&world, 1, &guest("g")).unwrap_err().device, "h1");
        }
    }
}

#[test]
fn a_lost_answer_hides_a_no_as_well() {
    let world = world();
    world.add_host(strict_host(1, Mib(1)));
    world.inject(FaultRule::new(Effect::LoseAnswer));
    assert_eq!(kind(start(&world, 1, &guest("g"))), Some(Unreachable));
    assert_eq!(world.running(), 0);
}

#[test]
fn lies_have_the_form_of_answers() {
    let world = world();
    start(&world, 1, &guest("g")).unwrap();
    world.inject(FaultRule::new(Effect::Lie));
    assert_eq!(ping(&world, 1), Ok(vec![]), "the host forgot its guests");
    let facts = now(world.hypervisor().probe(&host(1))).unwrap();
    assert_eq!((facts.cores, facts.guests), (4, vec![]));
    let facts = now(world.storage().ensure_pool(&pool(), &[])).unwrap();
    assert_eq!(facts, PoolFacts { capacity: Bytes::gib(1_024), used: Bytes::ZERO });
    assert!(world.snapshot().pools.is_empty());
    assert_eq!(world.running(), 1);
}

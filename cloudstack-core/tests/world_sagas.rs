//! Each saga, cut off after each of its commits, in both kinds of zone: it is taken up again or undone, and nothing leaks.

use cloudstack_core::base::Span;
use cloudstack_core::testkit::campaign::{Campaign, Report, Saga, Size};
use cloudstack_drivers::sim::SimReality;
use std::sync::Arc;

/// More commits than any saga makes.
const MANY: u64 = 40;

fn world(seed: u64) -> Campaign {
    let size = Size { hosts: 2, vms: 4, steps: 0, trace: true };
    Campaign::prepare(seed, size, &|seed, platform| Arc::new(SimReality::new(seed, platform)))
}

fn sound(report: &Report, what: &str) {
    assert!(report.violations.is_empty(), "{what}: {:#?}\n{}", report.violations, report.lines.join("\n"));
}

/// Plays one saga on one site, dying one commit later each time, until it is over before it dies.
fn every_commit(saga: Saga, seed: u64) -> u64 {
    for after in 1..MANY {
        let mut campaign = world(seed);
        let died = saga.interrupted(&mut campaign, after);
        campaign.finale();
        sound(&campaign.report(seed), &format!("{saga:?} died after {after} commits, seed {seed}"));
        if !died {
            return after - 1;
        }
    }
    panic!("{saga:?} makes more than {MANY} commits");
}

/// Seeds of a basic zone and of an advanced one.
fn seeds() -> [u64; 2] {
    let advanced = |seed: &u64| world(*seed).world.rows().zones().iter().all(|z| z.guest_cidr.is_some());
    let first = |wanted: bool| (0..20).find(|seed| advanced(seed) == wanted).expect("the dice know both kinds of zone");
    [first(false), first(true)]
}

/// Proves: VLAN-02
#[test]
fn a_process_may_die_after_any_commit_of_any_saga() {
    for seed in seeds() {
        for saga in Saga::ALL {
            let commits = every_commit(saga, seed);
            let idle = matches!(saga, Saga::CollectNetwork | Saga::Reboot | Saga::PowerOff);
            assert!(commits > 0 || idle, "{saga:?} was never cut off");
        }
    }
}

/// The rows that a world without any fault ends with do not depend on when its process was restarted.
#[test]
fn a_restart_at_rest_changes_nothing() {
    let mut campaign = world(3);
    campaign.world.run_for(Span::mins(5));
    campaign.world.crash();
    let before: Vec<_> = campaign.world.rows().listing().collect();
    campaign.world.start(Default::default());
    campaign.world.run_for(Span::mins(5));
    let after: Vec<_> = campaign.world.rows().listing().collect();
    assert_eq!(before, after);
    campaign.finale();
    sound(&campaign.report(3), "restart");
}

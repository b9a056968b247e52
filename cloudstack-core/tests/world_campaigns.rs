//! Seeded campaigns: a handful of seeds, among them those that have found something before.

use cloudstack_core::testkit::campaign::{self, Report, Size};
use cloudstack_drivers::sim::SimReality;
use std::sync::Arc;

fn play(seed: u64) -> Report {
    let size = Size { trace: true, ..Size::default() };
    campaign::run(seed, size, &|seed, platform| Arc::new(SimReality::new(seed, platform)))
}

fn sound(seed: u64) {
    let report = play(seed);
    assert!(report.violations.is_empty(), "seed {seed}: {:#?}\n{}", report.violations, report.lines.join("\n"));
}

#[test]
fn campaigns_keep_every_law() {
    (2..10).for_each(sound);
}

/// The store kept a change and its answer was lost; it was told as refused, and the store was never asked again.
#[test]
fn a_kept_change_without_an_answer_is_found_again() {
    sound(0);
}

/// A guest that went off by itself stayed known to its host.
#[test]
fn a_guest_that_went_off_is_forgotten_by_its_host() {
    sound(1);
}

/// A host that was added late did not reach the pools that were there.
#[test]
fn a_late_host_reaches_the_pools() {
    sound(13);
}

/// One seed always tells one story.
#[test]
fn a_seed_replays() {
    let (first, second) = (play(5), play(5));
    assert_eq!(first.lines, second.lines);
    assert_eq!(first.hash, second.hash);
    assert_ne!(first.hash, play(6).hash);
}

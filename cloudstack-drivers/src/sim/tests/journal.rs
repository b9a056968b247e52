//! A world that is kept in a file is the same world in the next process.

use super::{Clock, guest, host, now, pool, volume};
use crate::sim::{SimConfig, SimWorld, Snapshot};
use cloudstack_core::{
    base::Bytes,
    port::driver::{DriverErrorKind, StopMode},
};
use std::{path::Path, sync::Arc};

fn kept_in(file: &Path) -> SimWorld {
    let world = SimWorld::with(SimConfig::default(), Arc::new(Clock::default()));
    world.keep_in(file).unwrap();
    world
}

/// Does a few things and tells how the world was after each.
fn live(world: &SimWorld) -> Vec<Snapshot> {
    let (hosts, disks) = (world.hypervisor(), world.storage());
    let mut seen = vec![world.snapshot()];
    now(disks.ensure_pool(&pool(), &[host(1), host(2)])).unwrap();
    seen.push(world.snapshot());
    now(disks.ensure_volume(&pool(), &volume("v", Bytes::gib(3)))).unwrap();
    seen.push(world.snapshot());
    now(hosts.ensure_running(&host(1), &guest("a"))).unwrap();
    seen.push(world.snapshot());
    now(hosts.ensure_running(&host(2), &guest("b"))).unwrap();
    seen.push(world.snapshot());
    now(hosts.ensure_stopped(&host(1), "a", StopMode::Forced)).unwrap();
    seen.push(world.snapshot());
    now(hosts.ensure_rebooted(&host(2), "b", 7)).unwrap();
    seen.push(world.snapshot());
    seen
}

#[test]
fn the_next_process_finds_what_was_answered_wherever_the_file_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world");
    let seen = live(&kept_in(&file));
    assert_eq!(kept_in(&file).snapshot(), *seen.last().unwrap());
    let whole = std::fs::read(&file).unwrap();
    for cut in 0..=whole.len() {
        std::fs::write(&file, &whole[..cut]).unwrap();
        let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        let again = kept_in(&file);
        // Hosts are discovered by their first call, which may have been one that changes nothing.
        assert_eq!(again.snapshot(), seen[lines], "cut at byte {cut}");
        now(again.storage().ensure_volume(&pool(), &volume("w", Bytes::gib(1)))).unwrap();
        assert!(kept_in(&file).snapshot().pools.values().any(|pool| pool.volumes.contains_key("w")), "after {cut}");
    }
}

#[test]
fn a_world_that_nobody_touches_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world");
    now(kept_in(&file).hypervisor().ping(&host(1))).unwrap();
    assert!(!file.exists());
}

#[test]
fn a_file_that_is_no_world_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world");
    std::fs::write(&file, "{\"Stop\":1}\n").unwrap();
    let world = SimWorld::new(Arc::new(Clock::default()));
    let refused = world.keep_in(&file).unwrap_err();
    assert!(refused.detail.starts_with("line 1: ") && refused.path == file, "{refused}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"Stop\":1}\n");
}

#[test]
fn a_deed_that_cannot_be_written_down_is_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world");
    let (one, other) = (kept_in(&file), kept_in(&file));
    now(one.hypervisor().ensure_running(&host(1), &guest("a"))).unwrap();
    let refused = now(other.hypervisor().ensure_running(&host(2), &guest("b"))).unwrap_err();
    assert_eq!(refused.kind, DriverErrorKind::Failed);
    assert!(refused.message.contains("somebody else"), "{refused}");
    assert_eq!(kept_in(&file).running(), 1);
}

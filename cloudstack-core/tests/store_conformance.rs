//! Both stores against the suite that every store must pass.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its small functions too")]

use cloudstack_core::ledger::memory::MemoryDisk;
use cloudstack_core::testkit::conformance::store::suite;

#[test]
fn memory_for_one_writer() {
    suite(|| {
        let disk = MemoryDisk::new();
        Box::new(move || Box::new(disk.open().unwrap()))
    });
}

#[test]
fn memory_for_several_writers() {
    suite(|| {
        let disk = MemoryDisk::new();
        Box::new(move || Box::new(disk.open_shared()))
    });
}

#[cfg(feature = "sqlite")]
#[test]
fn sqlite() {
    use cloudstack_core::ledger::sqlite::{Durability, SqliteStore};
    for durability in [Durability::Full, Durability::Process] {
        suite(|| {
            let dir = tempfile::tempdir().unwrap();
            Box::new(move || Box::new(SqliteStore::open_with(dir.path().join("cloud.db"), durability).unwrap()))
        });
    }
}

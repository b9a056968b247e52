//! What the world does, with and without faults.

mod faults;
mod hosts;
mod journal;
mod model;
mod networks;
mod pools;

use super::{HostShape, SimConfig, SimHost, SimWorld};
use cloudstack_core::{
    base::{
        Bytes, Mhz, Mib, Seed, Timestamp,
        id::{EntityId, HostId, VmId},
    },
    port::{
        driver::{
            DriverErrorKind, DriverResult, GuestMetadata, GuestSpec, HostTarget, PoolTarget, VolumeSpec,
            hypervisor::DiskSpec,
        },
        platform::{Boxed, Platform},
    },
};
use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
};

/// A clock that jumps to whatever is waited for, or, when it stands still, lets everybody wait for ever.
#[derive(Default)]
struct Clock {
    now: AtomicU64,
    stands: bool,
    /// Tasks that were started and did not run yet.
    tasks: Mutex<Vec<Boxed<()>>>,
}

impl Clock {
    /// Runs what was started in the background.
    fn run_tasks(&self) -> usize {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
        tasks.into_iter().map(now).count()
    }
}

impl Platform for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.load(Ordering::Relaxed))
    }
    fn sleep_until(&self, until: Timestamp) -> Boxed<()> {
        if self.stands {
            return Box::pin(std::future::pending());
        }
        self.now.fetch_max(until.as_micros(), Ordering::Relaxed);
        Box::pin(std::future::ready(()))
    }
    fn spawn(&self, task: Boxed<()>) {
        self.tasks.lock().unwrap().push(task);
    }
    fn entropy(&self) -> Seed {
        unreachable!("the simulator draws from its own seed");
    }
}

/// Polls once. Every call in these tests is answered at the first poll: nothing yields unless a clock makes it.
fn now<F: Future>(future: F) -> F::Output {
    poll(future).expect("a call without a delay never yields")
}

fn poll<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

fn world() -> SimWorld {
    SimWorld::new(Arc::new(Clock::default()))
}

fn seeded(seed: u64) -> SimWorld {
    SimWorld::with(SimConfig { seed, ..SimConfig::default() }, Arc::new(Clock::default()))
}

fn host(n: u8) -> HostTarget {
    HostTarget { id: HostId::from_u128(n.into()), name: format!("h{n}"), address: [10, 0, 0, n].into() }
}

fn strict_host(n: u8, ram: Mib) -> SimHost {
    SimHost { address: host(n).address, shape: HostShape { ram, strict: true, ..HostShape::default() } }
}

fn guest(name: &str) -> GuestSpec {
    GuestSpec {
        vm: VmId::from_u128(1),
        name: name.into(),
        cores: 1,
        speed: Mhz(500),
        ram: Mib(512),
        disks: Vec::new(),
        interfaces: Vec::new(),
        metadata: GuestMetadata::default(),
    }
}

fn pool() -> PoolTarget {
    PoolTarget { name: "p1".into(), kind: "NetworkFilesystem".into(), url: "nfs://10.0.1.1/p1".into() }
}

fn volume(name: &str, size: Bytes) -> VolumeSpec {
    VolumeSpec { name: name.into(), size, template: None }
}

fn guest_with(name: &str, volume: &str) -> GuestSpec {
    let PoolTarget { kind: pool_kind, url: pool_url, .. } = pool();
    let disk = DiskSpec { pool_kind, pool_url, volume: volume.into(), device: 0, size: Bytes::gib(1) };
    GuestSpec { disks: vec![disk], ..guest(name) }
}

fn start(world: &SimWorld, on: u8, guest: &GuestSpec) -> DriverResult<()> {
    now(world.hypervisor().ensure_running(&host(on), guest))
}

fn ping(world: &SimWorld, on: u8) -> DriverResult<Vec<String>> {
    let report = now(world.hypervisor().ping(&host(on)))?;
    Ok(report.guests.into_iter().map(|guest| format!("{} {:?}", guest.name, guest.power)).collect())
}

fn kind<T>(answer: DriverResult<T>) -> Option<DriverErrorKind> {
    answer.err().map(|error| error.kind)
}

//! How fast machines become durable (G8): commits of three rows and an event through the SQLite store, in groups.
//!
//! `cargo run --release -p cloudstack-benches --bin commits [directory on the disk to measure]`
//!
//! Peers in the same run: one sync per machine (groups of 1), and a bare sync of as many bytes as a group makes.

use cloudstack_core::{
    base::{
        Bytes, Mac, Mhz, Mib, Name, Seed, Timestamp,
        id::{EntityId, Maker},
    },
    ledger::sqlite::SqliteStore,
    model::{
        event::{Event, EventLevel},
        network::{Nic, NicState},
        vm::{Vm, VmMetadata, VmState},
        volume::{Volume, VolumeKind, VolumeState},
    },
    port::store::{CommitRecord, HistoryQuery, Store, StoredRow, TableSpec, Write},
};
use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    io::{Seek, Write as _},
    net::Ipv4Addr,
    path::Path,
    time::{Duration, Instant},
};

/// Machines before anything is measured, so that the tables are not empty.
const BEFORE: u64 = 20_000;
const BASE_MICROS: u64 = 1_700_000_000_000_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let place = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let dir = tempfile::tempdir_in(place)?;
    let path = dir.path().join("cloud.db");
    let mut cloud = Cloud::open(&path)?;
    while cloud.number < BEFORE {
        cloud.burst(1_000)?;
    }
    let bytes = cloud.bytes_per_vm();
    println!("{bytes} bytes of rows, history and event per VM; full durability; ids as UUID text");
    println!(
        "{:>6} {:>9} {:>12} {:>10} {:>10} {:>12} {:>10} {:>10}",
        "group", "VMs/s", "CPU µs/VM", "ack p50", "ack p99", "fsync p99", "ack max", "fold after"
    );
    for (group, bursts) in [(1, 1_500), (10, 1_000), (100, 500), (1_000, 200)] {
        let acks = (0..bursts).map(|_| cloud.burst(group)).collect::<Outcome<Vec<_>>>()?;
        let (begun, cpu_begun) = (Instant::now(), cpu());
        cloud.store.rest();
        let rest = Ack { wall: begun.elapsed(), cpu: cpu().saturating_sub(cpu_begun) };
        let synced = percentile(&bare_sync(dir.path(), group * bytes, 300)?, 99);
        report(group, &acks, &rest, synced);
    }
    let size = fs::metadata(&path)?.len() / cloud.number;
    println!("{} VMs in all, {size} bytes of file per VM", cloud.number);
    cloud.read_back(&path)
}

/// How long a burst took, and how much of that this process was running.
struct Ack {
    wall: Duration,
    cpu: Duration,
}

/// The processor time is all of it, that of the rest after the bursts too; the rate is that of the bursts.
fn report(group: usize, acks: &[Ack], rest: &Ack, synced: Duration) {
    let walls: Vec<_> = acks.iter().map(|ack| ack.wall).collect();
    let vms = (group * acks.len()) as f64;
    let rate = vms / walls.iter().sum::<Duration>().as_secs_f64();
    let cpu = acks.iter().chain([rest]).map(|ack| ack.cpu).sum::<Duration>().as_secs_f64() * 1e6 / vms;
    let (half, worst) = (percentile(&walls, 50), percentile(&walls, 99));
    let slowest = percentile(&walls, 100);
    let rest = rest.wall;
    println!(
        "{group:>6} {rate:>9.0} {cpu:>12.1} {half:>10.1?} {worst:>10.1?} {synced:>12.1?} {slowest:>10.1?} {rest:>10.1?}"
    );
}

fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100]
}

/// Writes `bytes` over the start of a file and syncs it, over and over: what any log must at least do.
fn bare_sync(dir: &Path, bytes: usize, times: usize) -> Outcome<Vec<Duration>> {
    let mut file = fs::File::create(dir.join("bare"))?;
    let block = vec![7; bytes];
    file.write_all(&block)?;
    file.sync_all()?;
    (0..times)
        .map(|_| {
            let begun = Instant::now();
            file.rewind()?;
            file.write_all(&block)?;
            file.sync_all()?;
            Ok(begun.elapsed())
        })
        .collect()
}

/// Time this thread was running, by Linux' own count; zero elsewhere.
fn cpu() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default())
}

/// A store and the machines made in it.
struct Cloud {
    store: SqliteStore,
    maker: Maker,
    number: u64,
}

impl Cloud {
    fn open(path: &Path) -> Outcome<Self> {
        let mut store = SqliteStore::open(path)?;
        store.prepare(&tables())?;
        Ok(Self { store, maker: Maker::new(Seed::new(8)), number: 0 })
    }

    fn burst(&mut self, group: usize) -> Outcome<Ack> {
        let commits: Vec<_> = (0..group).map(|_| self.commit()).collect();
        let (begun, cpu_begun) = (Instant::now(), cpu());
        let outcome = self.store.commit(&commits);
        let ack = Ack { wall: begun.elapsed(), cpu: cpu().saturating_sub(cpu_begun) };
        match outcome.error {
            Some(error) => Err(error.into()),
            None => Ok(ack),
        }
    }

    fn bytes_per_vm(&mut self) -> usize {
        let commit = self.commit();
        self.number -= 1;
        let rows: usize = commit
            .writes
            .iter()
            .map(|write| if let Write::Insert { row, .. } = write { row.body.len() } else { 0 })
            .sum();
        2 * rows + commit.events[0].text.len()
    }

    fn read_back(self, path: &Path) -> Outcome<()> {
        let number = self.number;
        drop(self.store);
        let begun = Instant::now();
        let mut store = SqliteStore::open(path)?;
        store.prepare(&tables())?;
        println!("opened and checked in {:.1?}", begun.elapsed());
        let begun = Instant::now();
        let mut rows = 0_u64;
        store.load(&mut |_, _| {
            rows += 1;
            Ok(())
        })?;
        println!("{rows} rows loaded in {:.1?}", begun.elapsed());
        let begun = Instant::now();
        let query = HistoryQuery { entity: Some(1), limit: 1, after: 0 };
        assert!(store.history(&query)?.is_empty());
        println!("{number} commits searched for a row in {:.1?}", begun.elapsed());
        Ok(())
    }

    /// The commit of one deployment.
    fn commit(&mut self) -> CommitRecord {
        self.number += 1;
        let n = self.number;
        let now = Timestamp::from_micros(BASE_MICROS + n * 20);
        let vm = self.vm(n, now);
        let (volume, nic) = (self.volume(&vm, now), self.nic(&vm, n, now));
        let event = Event {
            id: self.maker.next(now),
            at: now,
            kind: "VM.CREATE".to_owned(),
            level: EventLevel::Info,
            account: Some(vm.account),
            entity: Some(vm.id.to_string()),
            job: vm.job,
            text: format!("{} is being made from template {}", vm.name.as_str(), vm.template),
        };
        CommitRecord {
            number: n,
            at: now,
            actor: self.maker.next::<cloudstack_core::base::id::UserId>(now).to_string(),
            job: vm.job.map(|job| job.to_string()),
            verb: "vm.deploy".to_owned(),
            writes: vec![
                Write::Insert { table: "vm", row: StoredRow::of(&vm, 1) },
                Write::Insert { table: "volume", row: StoredRow::of(&volume, 1) },
                Write::Insert { table: "nic", row: StoredRow::of(&nic, 1) },
            ],
            events: vec![event],
        }
    }

    /// One of 100 accounts, placed on one of 1000 hosts.
    fn vm(&mut self, n: u64, now: Timestamp) -> Vm {
        Vm {
            id: self.maker.next(now),
            name: Name::new(&format!("machine-{n}")).expect("a plain name"),
            account: fixed(n % 100),
            domain: fixed(1),
            zone: fixed(2),
            pod: Some(fixed(3)),
            host: Some(fixed(n % 1_000)),
            last_host: None,
            reserved_on: None,
            moving_to: None,
            state: VmState::Starting,
            hypervisor: "Simulator".to_owned(),
            offering: fixed(4),
            template: fixed(5),
            cores: 2,
            speed: Mhz(2_000),
            ram: Mib(4_096),
            ha: false,
            groups: BTreeSet::from([fixed(n % 100)]),
            display_name: None,
            os_type: None,
            metadata: VmMetadata::default(),
            job: Some(self.maker.next(now)),
            created: now,
            updated: now,
        }
    }

    fn volume(&mut self, vm: &Vm, now: Timestamp) -> Volume {
        Volume {
            id: self.maker.next(now),
            name: vm.name.clone(),
            account: vm.account,
            zone: vm.zone,
            vm: Some(vm.id),
            pool: Some(fixed(6)),
            kind: VolumeKind::Root,
            device: 0,
            size: Bytes(20 << 30),
            template: Some(vm.template),
            offering: None,
            tags: BTreeSet::new(),
            state: VolumeState::Allocated,
        }
    }

    fn nic(&mut self, vm: &Vm, n: u64, now: Timestamp) -> Nic {
        let [.., a, b, c, d] = n.to_be_bytes();
        Nic {
            id: self.maker.next(now),
            vm: vm.id,
            network: fixed(n % 100),
            ip4: Some(Ipv4Addr::new(10, b, c, d)),
            ip6: None,
            mac: Mac::new([0x02, 0, a, b, c, d]),
            device: 0,
            default: true,
            state: NicState::Reserved,
        }
    }
}

fn tables() -> [TableSpec; 3] {
    [TableSpec::of::<Vm>(), TableSpec::of::<Volume>(), TableSpec::of::<Nic>()]
}

/// An id as if made long ago.
fn fixed<I: EntityId>(n: u64) -> I {
    I::from_u128((0x018f_3a5e_7c00_7000_8000 << 48) | u128::from(n))
}

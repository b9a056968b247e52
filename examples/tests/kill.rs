//! The plug is pulled at random moments, on the real program and its real files. Whatever it said was done is done, and
//! running it again ends with the cloud of the plan, every law kept.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_core::base::Seed;
use cloudstack_core::base::id::{HostId, VmId};
use cloudstack_core::flow::{Room, outside};
use cloudstack_core::ledger::{Ledger, View, Writing, sqlite::SqliteStore};
use cloudstack_core::model::infra::Purpose;
use cloudstack_core::model::network::NicState;
use cloudstack_core::model::vm::VmState;
use cloudstack_core::model::volume::VolumeState;
use cloudstack_core::plan::lint::correct;
use cloudstack_core::plan::placement::Load;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::platform::Tokio;
use cloudstack_core::port::store::HistoryQuery;
use cloudstack_drivers::sim::{SimConfig, SimWorld};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;

const KILLS: usize = 50;
/// Rounds at one time: they mostly wait for the disk.
const ABREAST: usize = 4;
const PLAN: &str = include_str!("../clouds/dev-team.toml");

/// Machines that some process said were accepted, and that it said were running.
#[derive(Debug, Default)]
struct Acks {
    accepted: BTreeMap<String, String>,
    running: BTreeMap<String, String>,
}

fn start(data: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    command.args(["--json", "--acks", "--data"]).arg(data);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// When the plug is pulled: after so many acknowledgements and a moment more.
#[derive(Debug, Clone, Copy)]
struct Moment {
    acks: usize,
    more: Duration,
}

impl Moment {
    /// One in five while the site is built and before, the others while machines are made.
    fn random(seed: &mut Seed) -> Self {
        if seed.chance(1, 5) {
            return Self { acks: 0, more: Duration::from_micros(seed.below(150_000)) };
        }
        let acks = usize::try_from(seed.below(400)).unwrap();
        Self { acks, more: Duration::from_micros(seed.below(15_000)) }
    }
}

/// Runs it, kills it at the moment given (or lets it end), and takes down what it acknowledged. Answers what it printed.
fn run(data: &Path, kill: Option<Moment>, acks: &mut Acks) -> (bool, String) {
    let mut child = start(data);
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (mut seen, mut dead) = (0, false);
    let mut pull = |seen: usize, child: &mut Child| {
        if let Some(at) = kill.filter(|at| !dead && seen >= at.acks) {
            std::thread::sleep(at.more);
            child.kill().unwrap();
            dead = true;
        }
    };
    pull(seen, &mut child);
    let mut said = String::new();
    for line in lines.map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
        let ["ack", what, name, id] = words[..] else {
            said += &line;
            said.push('\n');
            continue;
        };
        let list = if what == "running" { &mut acks.running } else { &mut acks.accepted };
        list.insert(name.to_owned(), id.to_owned());
        seen += 1;
        pull(seen, &mut child);
    }
    let done = child.wait_with_output().unwrap();
    let told = String::from_utf8(done.stdout).unwrap();
    (done.status.success(), if told.is_empty() { said } else { told })
}

/// What is in the files after the last process: the rows, what is derived from them, and the world.
struct Left {
    ledger: Ledger<Room>,
    world: SimWorld,
}

impl Left {
    fn read(data: &Path) -> Self {
        let platform = Tokio::current().unwrap();
        let store = SqliteStore::open(data.join("cloud.db")).unwrap();
        let world = SimWorld::with(SimConfig { discover: false, ..SimConfig::default() }, platform.clone());
        world.furnish(&correct(&SitePlan::from_toml(PLAN).unwrap()).plan);
        world.keep_in(data.join("hosts.jsonl")).unwrap();
        Self { ledger: Ledger::open(Box::new(store), platform, Writing::Inline).unwrap(), world }
    }

    fn check(&self, acks: &Acks) {
        let view = self.ledger.view();
        machines(&view, acks);
        addresses(&view);
        volumes(&view);
        self.capacity(&view);
        self.reality(&view);
        let query = HistoryQuery { limit: usize::MAX, ..HistoryQuery::default() };
        let numbers = self.ledger.history(&query).unwrap().into_iter().map(|commit| commit.number);
        assert!(numbers.eq(1..=view.number()), "the history has a hole");
    }

    /// What is derived is what the rows come to, and no host holds more than it may.
    fn capacity(&self, view: &View) {
        let mut loads: BTreeMap<HostId, Load> = view.hosts().iter().map(|h| (h.id, Load::default())).collect();
        for vm in view.vms().iter() {
            let load = loads.get_mut(&vm.host.unwrap()).unwrap();
            *load = Load { cpu: load.cpu.plus(vm.cpu()), ram: load.ram.plus(vm.ram) };
        }
        assert_eq!(loads.len(), 7);
        self.ledger.peek(|_, room| {
            for (host, load) in loads {
                let (used, capacity) = (room.fleet.usage(host).unwrap(), room.fleet.host_capacity(host).unwrap());
                assert_eq!((used.used, used.reserved), (load, Load::default()));
                assert!(load.cpu.0 <= capacity.cpu.total && load.ram.0 <= capacity.ram.total, "host {host}: {load:?}");
            }
        });
    }

    /// The hosts run what the rows say, with the disks and ports they say, and nothing else; nothing ever went wrong.
    fn reality(&self, view: &View) {
        assert_eq!(self.world.violations(), []);
        let real = self.world.snapshot();
        let address = |id: HostId| view.host(id).unwrap().address;
        let believed: BTreeSet<(IpAddr, String)> =
            view.vms().iter().map(|vm| (address(vm.host.unwrap()), vm.instance_name())).collect();
        let guests = real.hosts.iter().flat_map(|(at, host)| host.guests.keys().map(move |name| (*at, name.clone())));
        same("guests", &guests.collect(), &believed);
        let disks: BTreeSet<String> = view.volumes().iter().map(outside::volume_name).collect();
        same("disks", &real.pools.values().flat_map(|p| p.volumes.keys().cloned()).collect(), &disks);
        let ports = real.networks.values().flat_map(|n| n.ports.values());
        let ports: BTreeSet<_> = ports.map(|p| (p.spec.nic, p.spec.mac, p.spec.ip4, p.host)).collect();
        let host = |vm: VmId| address(view.vm(vm).unwrap().host.unwrap());
        let nics: BTreeSet<_> = view.nics().iter().map(|n| (n.id, n.mac, n.ip4, host(n.vm))).collect();
        same("ports", &ports, &nics);
    }
}

/// Shows a few of those that differ, not two hundred that do not.
fn same<T: Ord + std::fmt::Debug>(what: &str, real: &BTreeSet<T>, believed: &BTreeSet<T>) {
    let differ: Vec<&T> = real.symmetric_difference(believed).take(3).collect();
    assert!(differ.is_empty(), "{what}: {} are there, {} are believed: {differ:?}", real.len(), believed.len());
}

fn machines(view: &View, acks: &Acks) {
    let plan = SitePlan::from_toml(PLAN).unwrap();
    let planned: BTreeSet<String> = plan.vm_groups.iter().flat_map(|group| group.names()).collect();
    let there: BTreeMap<String, String> =
        view.vms().iter().map(|vm| (vm.name.to_string(), vm.id.to_string())).collect();
    assert_eq!(view.vms().len(), 200);
    assert_eq!(there.keys().cloned().collect::<BTreeSet<_>>(), planned);
    assert!(view.vms().iter().all(|vm| vm.state == VmState::Running && vm.job.is_none() && vm.groups.len() == 2));
    assert_eq!(view.jobs().iter().filter(|job| job.finished.is_none()).count(), 0, "a job did not end");
    for (name, id) in acks.accepted.iter().chain(&acks.running) {
        assert_eq!(there.get(name), Some(id), "{name} was acknowledged, and is lost or another one");
    }
}

fn addresses(view: &View) {
    assert_eq!(view.nics().len(), 200);
    assert_eq!(view.nics().iter().map(|nic| nic.vm).collect::<BTreeSet<_>>().len(), 200, "one interface each");
    assert_eq!(view.nics().iter().filter_map(|nic| nic.ip4).collect::<BTreeSet<_>>().len(), 200);
    assert_eq!(view.nics().iter().map(|nic| nic.mac).collect::<BTreeSet<_>>().len(), 200);
    let range = view.ip_ranges().iter().find(|range| range.purpose == Purpose::Guest).unwrap();
    for nic in view.nics().iter() {
        let ip = IpAddr::V4(nic.ip4.unwrap());
        assert!(range.first <= ip && ip <= range.last && nic.state == NicState::Reserved, "{nic:?}");
    }
}

fn volumes(view: &View) {
    assert_eq!(view.volumes().len(), 200);
    assert_eq!(view.volumes().iter().filter_map(|v| v.vm).collect::<BTreeSet<_>>().len(), 200, "one volume each");
    assert!(view.volumes().iter().all(|v| v.state == VolumeState::Ready && v.pool.is_some()));
}

/// A process that was killed before it ended by itself: its files, when it was killed, and what it had acknowledged.
fn killed(seed: &mut Seed) -> (TempDir, Moment, Acks) {
    loop {
        let (folder, moment, mut acks) = (tempfile::tempdir().unwrap(), Moment::random(seed), Acks::default());
        let (ended, told) = run(&folder.path().join("data"), Some(moment), &mut acks);
        assert!(ended || !told.contains("quickstart:"), "{moment:?}: {told}");
        if !ended {
            return (folder, moment, acks);
        }
    }
}

/// One kill, in one round of three another one of the next process, then a run to the end.
fn round(number: usize) {
    let mut seed = Seed::new(number as u64);
    let (folder, first, mut acks) = killed(&mut seed);
    let data = folder.path().join("data");
    let second = seed.chance(1, 3).then(|| Moment::random(&mut seed));
    if let Some(moment) = second {
        run(&data, Some(moment), &mut acks);
    }
    let (ended, told) = run(&data, None, &mut acks);
    assert!(ended, "round {number}, {first:?}, {second:?}: {told}");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    for count in ["vms_running", "addresses_used", "macs_used", "guests_running"] {
        assert_eq!(told[count], 200, "round {number}, {first:?}, {second:?}: {count}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    Left::read(&data).check(&acks);
}

#[test]
fn fifty_kills_lose_nothing() {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..ABREAST {
            scope.spawn(|| {
                while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < KILLS) {
                    round(number);
                }
            });
        }
    });
}

//! Random lives of machines and volumes, written down twice: as rows of a cloud, and as plain spans of time.

use super::{Lab, Paused, all};
use cloudstack_core::base::id::*;
use cloudstack_core::base::{Bytes, Caller, Name, Result, Seed};
use cloudstack_core::flow::org::AddAccount;
use cloudstack_core::flow::setting::SetSetting;
use cloudstack_core::flow::step::Desk;
use cloudstack_core::flow::{Decision, Verb};
use cloudstack_core::ledger::Writing;
use cloudstack_core::ledger::memory::MemoryDisk;
use cloudstack_core::model::usage::*;
use cloudstack_core::model::vm::{Vm, VmState};
use cloudstack_core::model::volume::{Volume, VolumeState};
use cloudstack_core::port::Platform;
use cloudstack_core::testkit::fault_store::{FaultPlan, FaultStore, Faults};
use cloudstack_core::{Cloud, CloudBuilder};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What happens to one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Deed {
    Make,
    Run(bool),
    /// Given up, or wanted back.
    Destroy(bool),
    Resize(u64),
    Join(bool),
    Forget,
}

/// Changes of some things, as a verb.
#[derive(Debug, Clone)]
struct Scribbles(Vec<Scribble>);

#[derive(Debug, Clone)]
struct Scribble {
    vm: bool,
    thing: u128,
    account: AccountId,
    deed: Deed,
    like: Arc<(Vm, Volume)>,
}

const GROUP: u128 = 77;

impl Verb for Scribbles {
    type Answer = ();
    const NAME: &'static str = "test.scribble";

    fn decide(&self, _: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        for one in &self.0 {
            if one.vm { one.machine(desk) } else { one.volume(desk) }?;
        }
        Ok(Decision::done(()))
    }
}

impl Scribble {
    fn machine(&self, desk: &mut Desk<'_>) -> Result<()> {
        let id = VmId::from_u128(self.thing);
        let known = desk.view().vm(id).cloned();
        let mut vm = known.unwrap_or_else(|| Vm {
            id,
            name: Name::new(&format!("vm-{}", self.thing)).unwrap(),
            ..self.like.0.clone()
        });
        vm.account = self.account;
        match &self.deed {
            Deed::Make => return desk.insert(Vm { state: VmState::Stopped, ..vm }),
            Deed::Run(on) => vm.state = if *on { VmState::Running } else { VmState::Stopped },
            Deed::Destroy(gone) => vm.state = if *gone { VmState::Destroyed } else { VmState::Stopped },
            Deed::Resize(offering) => vm.offering = ComputeOfferingId::from_u128((*offering).into()),
            Deed::Join(on) => vm.groups = on.then(|| SecurityGroupId::from_u128(GROUP)).into_iter().collect(),
            Deed::Forget => return desk.remove::<Vm>(id),
        }
        desk.update(vm)
    }

    fn volume(&self, desk: &mut Desk<'_>) -> Result<()> {
        let id = VolumeId::from_u128(self.thing);
        let known = desk.view().volume(id).cloned();
        let mut volume = known.unwrap_or_else(|| Volume { id, ..self.like.1.clone() });
        volume.account = self.account;
        match &self.deed {
            Deed::Make => return desk.insert(Volume { state: VolumeState::Ready, ..volume }),
            Deed::Resize(size) => volume.size = Bytes::gib(*size),
            Deed::Destroy(gone) => volume.state = if *gone { VolumeState::Destroy } else { VolumeState::Ready },
            _ => return desk.remove::<Volume>(id),
        }
        desk.update(volume)
    }
}

/// A thing, as the plain count knows it.
#[derive(Debug, Clone)]
struct Life {
    vm: bool,
    account: AccountId,
    running: bool,
    gone: bool,
    size: u64,
    member: bool,
}

/// Kind, thing, offering or group, size.
type What = (u16, u128, Option<u128>, Option<u64>);

impl Life {
    fn facts(&self, thing: u128, first_offering: u128) -> Vec<What> {
        match self {
            Self { gone: true, .. } => vec![],
            Self { vm: false, size, .. } => vec![(VOLUME, thing, None, Some(*size))],
            Self { running, size, member, .. } => {
                let offering = if *size == 0 { first_offering } else { u128::from(*size) };
                let mut facts = vec![(ALLOCATED_VM, thing, Some(offering), None)];
                facts.extend(running.then_some((RUNNING_VM, thing, Some(offering), None)));
                facts.extend(member.then_some((SECURITY_GROUP, thing, Some(GROUP), None)));
                facts
            }
        }
    }
}

/// A span of time, in milliseconds, both ends included; open while it has no end.
type Lasted = (u64, Option<u64>);

/// The plain count: every span of every thing, ever.
#[derive(Debug, Default)]
pub(super) struct Plain {
    lives: BTreeMap<u128, Life>,
    spans: BTreeMap<(AccountId, What), Vec<Lasted>>,
    first_offering: u128,
}

impl Plain {
    fn change(&mut self, thing: u128, now: u64, after: Option<Life>) {
        let offering = self.first_offering;
        let facts = |life: Option<&Life>| life.map(|l| (l.account, l.facts(thing, offering)));
        let (old, new) = (facts(self.lives.get(&thing)), facts(after.as_ref()));
        for fact in old.iter().flat_map(|(account, facts)| facts.iter().map(|fact| (*account, *fact))) {
            if !new.iter().any(|(account, facts)| *account == fact.0 && facts.contains(&fact.1)) {
                self.spans.get_mut(&fact).unwrap().last_mut().unwrap().1 = Some(now);
            }
        }
        for fact in new.iter().flat_map(|(account, facts)| facts.iter().map(|fact| (*account, *fact))) {
            if !old.iter().any(|(account, facts)| *account == fact.0 && facts.contains(&fact.1)) {
                self.spans.entry(fact).or_default().push((now, None));
            }
        }
        match after {
            Some(life) => drop(self.lives.insert(thing, life)),
            None => drop(self.lives.remove(&thing)),
        }
    }

    /// Milliseconds in a window.
    fn millis(&self, (from, until): (u64, u64)) -> BTreeMap<(AccountId, What), u64> {
        let part = |(a, b): &Lasted| (b.unwrap_or(u64::MAX).min(until) + 1).saturating_sub((*a).max(from));
        let sums = self.spans.iter().map(|(what, spans)| (*what, spans.iter().map(part).sum::<u64>()));
        sums.filter(|(_, sum)| *sum > 0).collect()
    }
}

/// Rows to make others like: a machine and a volume that hold nothing.
async fn like() -> Arc<(Vm, Volume)> {
    let lab = Lab::basic(1).await;
    let id = lab.deploy().await;
    let view = lab.view();
    let vm = Vm { host: None, last_host: None, pod: None, groups: [].into(), ..lab.vm(id) };
    let volume = view.volumes().by("vm", id).next().unwrap().clone();
    Arc::new((vm, Volume { vm: None, pool: None, template: None, ..volume }))
}

struct Player {
    dice: Seed,
    accounts: Vec<AccountId>,
    like: Arc<(Vm, Volume)>,
    last: u128,
    plain: Plain,
    clock: Arc<Paused>,
}

impl Player {
    async fn new(cloud: &Cloud, seed: u64, clock: Arc<Paused>) -> Self {
        let admin = cloud.root_caller();
        let mut accounts = Vec::new();
        for n in 0..5 {
            let add = AddAccount::new(admin.domain, Name::new(&format!("account-{n}")).unwrap());
            accounts.push(cloud.run(&admin, add).await.unwrap().done().await.unwrap().account);
        }
        let like = like().await;
        let plain = Plain { first_offering: like.0.offering.to_u128(), ..Plain::default() };
        Self { dice: Seed::new(seed), accounts, like, last: 1_000, plain, clock }
    }

    fn now(&self) -> u64 {
        self.clock.now().as_micros() / 1_000
    }

    /// Some deeds to different things, in the cloud and in the plain count.
    async fn step(&mut self, cloud: &Cloud, deeds: usize) {
        tokio::time::sleep(Duration::from_millis(self.dice.below(60_000))).await;
        let mut chosen: BTreeMap<u128, (Option<Life>, Deed)> = BTreeMap::new();
        while chosen.len() < deeds {
            let make = self.plain.lives.len() < 10 || self.plain.lives.len() < 300 && self.dice.chance(1, 20);
            let (thing, life, deed) = if make { self.newborn() } else { self.lived() };
            chosen.entry(thing).or_insert((life, deed));
        }
        let scribble = |(&thing, (life, deed)): (&u128, &(Option<Life>, Deed))| {
            let known = self.plain.lives.get(&thing).or(life.as_ref()).unwrap();
            let (vm, account, deed, like) = (known.vm, known.account, deed.clone(), Arc::clone(&self.like));
            Scribble { vm, thing, account, deed, like }
        };
        let scribbles = Scribbles(chosen.iter().map(scribble).collect());
        cloud.run(&cloud.root_caller(), scribbles).await.unwrap().done().await.unwrap();
        let now = self.now();
        chosen.into_iter().for_each(|(thing, (life, _))| self.plain.change(thing, now, life));
    }

    fn newborn(&mut self) -> (u128, Option<Life>, Deed) {
        self.last += 1;
        let at = self.dice.below(self.accounts.len() as u64) as usize;
        let vm = self.dice.chance(2, 3);
        let size = if vm { 0 } else { self.like.1.size.0 >> 30 };
        let life = Life { vm, account: self.accounts[at], running: false, gone: false, size, member: false };
        (self.last, Some(life), Deed::Make)
    }

    fn lived(&mut self) -> (u128, Option<Life>, Deed) {
        let at = self.dice.below(self.plain.lives.len() as u64) as usize;
        let (thing, mut life) = self.plain.lives.iter().nth(at).map(|(id, life)| (*id, life.clone())).unwrap();
        let (die, size) = (self.dice.below(10), 1 + self.dice.below(5));
        let deed = match (life.vm, life.gone, die) {
            (_, true, 0..=4) => Deed::Destroy(false),
            (_, true, _) => return (thing, None, Deed::Forget),
            (true, _, 0..=3) => Deed::Run(!life.running),
            (true, _, 4 | 5) => Deed::Join(!life.member),
            (_, _, 6..=8) => Deed::Resize(size),
            _ => Deed::Destroy(true),
        };
        match deed {
            Deed::Run(on) => life.running = on,
            Deed::Join(on) => life.member = on,
            Deed::Resize(size) => life.size = size,
            Deed::Destroy(gone) => (life.gone, life.running) = (gone, false),
            Deed::Make | Deed::Forget => {}
        }
        (thing, Some(life), deed)
    }
}

/// Some commits of deeds on a cloud.
pub(super) async fn play(cloud: &Cloud, seed: u64, commits: u64) {
    let mut player = Player::new(cloud, seed, Paused::new()).await;
    for _ in 0..commits {
        player.step(cloud, 1).await;
    }
}

fn start(disk: &MemoryDisk, clock: &Arc<Paused>) -> (CloudBuilder, Faults) {
    let (store, faults) = FaultStore::new(Box::new(disk.open().unwrap()), FaultPlan::default());
    (Cloud::with_store(Box::new(store), Writing::Inline).platform(clock.clone()).without_loops(), faults)
}

/// So many deeds, with counting at odd moments while the store fails, and processes that die; then all records against
/// the plain count.
pub(super) async fn campaign(seed: u64, ops: u64) {
    let (disk, clock) = (MemoryDisk::new(), Paused::new());
    let (builder, mut faults) = start(&disk, &clock);
    let mut cloud = builder.start().await.unwrap();
    let range = SetSetting { name: "usage.stats.job.aggregation.range".into(), value: Some("45".into()) };
    cloud.run(&cloud.root_caller(), range).await.unwrap().done().await.unwrap();
    let mut player = Player::new(&cloud, seed, clock.clone()).await;
    let (mut counted, mut failed, mut crashes) = (0, 0, 0);
    let commits = ops / 5;
    for commit in 0..commits {
        player.step(&cloud, 5).await;
        if player.dice.chance(1, 150) {
            // The store may refuse, keep without saying so, or die before or after it has kept.
            let die = player.dice.below(4);
            let kept = faults.counts().commits;
            faults.plan(match die {
                0 => FaultPlan { fail_permille: 1_000, ..FaultPlan::default() },
                1 => FaultPlan { lost_ack_permille: 1_000, ..FaultPlan::default() },
                2 => FaultPlan { crash_after: Some(kept + player.dice.below(2)), ..FaultPlan::default() },
                _ => FaultPlan::default(),
            });
            match cloud.generate_usage(&cloud.root_caller(), None).await {
                Ok(_) => counted += 1,
                Err(_) => failed += 1,
            }
            faults.plan(FaultPlan::default());
        }
        if faults.crashed() || player.dice.chance(1, 2_000) || commit % 5_000 == 4_999 {
            crashes += 1;
            drop(cloud);
            disk.crash();
            let (builder, next) = start(&disk, &clock);
            (cloud, faults) = (builder.start().await.unwrap(), next);
        }
    }
    cloud.generate_usage(&cloud.root_caller(), None).await.unwrap();
    assert!(
        counted > commits / 500 && failed > commits / 1_000 && crashes > commits / 2_000,
        "{counted} {failed} {crashes}"
    );
    compare(&cloud, &player.plain);
}

fn compare(cloud: &Cloud, plain: &Plain) {
    let records = cloud.usage(&cloud.root_caller(), &all()).unwrap().records;
    let mut windows: BTreeMap<(u64, u64), BTreeMap<(AccountId, What), u64>> = BTreeMap::new();
    let ours = [RUNNING_VM, ALLOCATED_VM, VOLUME, SECURITY_GROUP];
    for record in records.iter().filter(|record| ours.contains(&record.line.meter.kind)) {
        let meter = &record.line.meter;
        let size = meter.size.map(|size| size.0 >> 30);
        let what = (meter.kind, meter.resource, meter.offering, size);
        let window = windows.entry((record.from, record.until)).or_default();
        assert_eq!(window.insert((record.account, what), record.line.millis), None, "counted twice: {record:?}");
    }
    assert!(windows.len() > 20, "{} windows", windows.len());
    let ends: Vec<(u64, u64)> = windows.keys().copied().collect();
    assert!(ends.windows(2).all(|pair| pair[0].1 < pair[1].0), "no time is in two windows");
    for (window, counted) in windows {
        assert_eq!(counted, plain.millis(window), "{window:?}");
    }
    // Nothing between windows is missing either.
    let (first, last) = (ends[0].0, ends[ends.len() - 1].1);
    let total: u64 = records.iter().filter(|r| ours.contains(&r.line.meter.kind)).map(|r| r.line.millis).sum();
    assert_eq!(total, plain.millis((first.min(1), last)).values().sum::<u64>());
}

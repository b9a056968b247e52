//! A whole cloud in one process on a virtual clock: it is started, crashed and started again over a disk and devices that
//! survive, and after every step it is held against its [laws](super::checks).

mod books;
#[cfg(feature = "sqlite")]
mod copied;

use super::checks::{self, Violation};
use super::fault_store::{FaultPlan, FaultStore, Faults};
use super::platform::{Clock, Process};
use super::reality::{Facts, Reality};
use super::trace::Trace;
use crate::base::id::JobId;
use crate::base::{Caller, Error, ErrorKind, Result, Seed, Span};
use crate::cloud::Cloud;
use crate::flow::trouble::Trouble;
use crate::flow::{Decision, Room, Verb};
use crate::ledger::memory::MemoryDisk;
#[cfg(feature = "sqlite")]
use crate::ledger::sqlite::Durability;
use crate::ledger::{Draft, View, Writing};
use crate::model::job::JobState;
use crate::port::store::StoreError;
use crate::port::{Platform, Store};
use books::Books;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// How often a start is tried when the store fails it.
const STARTS: u32 = 50;
/// So many polls of tasks without any time passing are a loop that never ends.
const RESTLESS: u64 = 1_000_000;
/// The rows in memory are compared with the store's after so many commits.
const COMPARE_EVERY: u64 = 32;

/// What became of a verb.
#[derive(Debug, Clone)]
pub enum Progress {
    /// It has not been answered.
    Asked,
    /// It was refused, or its store failed.
    Refused(Error),
    /// It was answered, and its job runs.
    Answered,
    /// It is done.
    Done,
    /// Its job failed.
    Failed(Error),
    /// The process ended first.
    Orphaned,
}

/// Names a verb that was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// A verb on its way, as its caller sees it.
#[derive(Debug)]
struct Asked {
    verb: &'static str,
    job: Option<JobId>,
    progress: Progress,
    /// The newest commit that its decision has read, when it was last made.
    read: Arc<AtomicU64>,
}

/// A verb that notes what its decision has read.
#[derive(Debug, Clone)]
struct Watched<V> {
    verb: V,
    read: Arc<AtomicU64>,
}

impl<V: Verb> Verb for Watched<V> {
    type Answer = V::Answer;
    const NAME: &'static str = V::NAME;

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Draft<'_, Room>) -> Result<Decision<V::Answer>> {
        self.read.store(desk.view().number(), Ordering::Relaxed);
        self.verb.decide(caller, job, desk)
    }
}

type Desk = Arc<Mutex<BTreeMap<Ticket, Asked>>>;

/// What a world's rows lie on.
#[derive(Debug, Clone, Default)]
pub enum Medium {
    /// Memory, which outlives the process.
    #[default]
    Memory,
    /// This SQLite file, made if it is missing, with a copy in memory that the world reads.
    #[cfg(feature = "sqlite")]
    Sqlite(std::path::PathBuf),
}

/// What has happened to a world so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Verbs submitted.
    pub verbs: u64,
    /// Verbs that came to their good end while their caller listened.
    pub done: u64,
    /// Commits kept.
    pub commits: u64,
    /// Times the process ended.
    pub crashes: u64,
    /// Groups of commits that the store refused, tore, or kept without an answer.
    pub store_faults: u64,
}

/// One incarnation of the cloud.
struct Live {
    process: Arc<Process>,
    cloud: Arc<Cloud>,
    faults: Faults,
}

/// A cloud, its disk, its devices, its clock, and what it was seen to do.
pub struct World {
    clock: Clock,
    disk: MemoryDisk,
    medium: Medium,
    reality: Arc<dyn Reality>,
    trouble: Trouble,
    seed: Seed,
    live: Option<Live>,
    desk: Desk,
    ended: BTreeMap<Ticket, Progress>,
    books: Books,
    trace: Trace,
    violations: Vec<Violation>,
    counts: Counts,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("now", &self.clock.now()).field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl World {
    /// An empty world: `devices` makes the outside, on a platform that no crash of the cloud ends. Everything in it follows
    /// from the seed.
    pub fn new(seed: u64, keep_trace: bool, devices: impl FnOnce(u64, Arc<dyn Platform>) -> Arc<dyn Reality>) -> Self {
        Self::on(Medium::Memory, seed, keep_trace, devices)
    }

    /// [`World::new`], with its rows on this medium. The medium changes nothing of what happens.
    pub fn on(
        medium: Medium,
        seed: u64,
        keep_trace: bool,
        devices: impl FnOnce(u64, Arc<dyn Platform>) -> Arc<dyn Reality>,
    ) -> Self {
        let mut seed = Seed::new(seed);
        let clock = Clock::new(seed.next());
        let reality = devices(seed.next(), clock.process());
        let disk = MemoryDisk::new();
        Self {
            books: Books::of(&disk),
            clock,
            disk,
            medium,
            reality,
            trouble: Trouble::default(),
            seed,
            live: None,
            desk: Desk::default(),
            ended: BTreeMap::new(),
            trace: Trace::new(keep_trace),
            violations: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// The devices.
    #[must_use]
    pub fn reality(&self) -> &dyn Reality {
        &*self.reality
    }

    /// What is done to steps, in every process to come as well.
    #[must_use]
    pub fn trouble(&self) -> &Trouble {
        &self.trouble
    }

    /// The rows the disk holds.
    #[must_use]
    pub fn rows(&self) -> &View {
        &self.books.view
    }

    /// The running cloud, if it runs.
    #[must_use]
    pub fn cloud(&self) -> Option<Arc<Cloud>> {
        self.live.as_ref().map(|live| Arc::clone(&live.cloud))
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What has happened so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts { commits: self.books.view.number(), ..self.counts }
    }

    /// Every law that was broken so far, in the order it was noticed.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Adds a law that was broken, found by whoever plays with this world.
    pub fn blame(&mut self, law: &'static str, detail: String) {
        self.violations.push(Violation { law, detail });
    }

    /// What happened.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Adds a line to what happened.
    pub fn note(&mut self, what: &str) {
        self.trace.line(format!("{} {what}", self.clock.now().as_micros()));
    }

    /// Lets the cloud start on its disk, with a store that fails as planned. It is tried again while the store fails.
    ///
    /// # Panics
    /// If it cannot be started at all.
    pub fn start(&mut self, plan: FaultPlan) {
        let mut why = None;
        for _ in 0..STARTS {
            let seed = self.seed.next();
            match self.try_start(FaultPlan { seed, ..plan }) {
                Ok(live) => {
                    self.live = Some(live);
                    self.note("started");
                    return self.observe();
                }
                Err(error) => why = Some(error),
            }
        }
        panic!("the cloud does not start: {why:?}");
    }

    fn try_start(&mut self, plan: FaultPlan) -> Result<Live> {
        self.disk.crash();
        self.books.reopen(&self.disk);
        let process = self.clock.process();
        let store = self.open().map_err(|e| Error::new(ErrorKind::Store, e.to_string()))?;
        let (store, faults) = FaultStore::new(store, plan);
        let writing = if self.seed.chance(3, 4) { Writing::Task } else { Writing::Inline };
        let builder = self.reality.equip(Cloud::with_store(Box::new(store), writing)).platform(process.clone());
        let builder = builder.trouble(self.trouble.clone());
        let slot: Arc<Mutex<Option<Result<Cloud>>>> = Arc::default();
        let told = Arc::clone(&slot);
        process.spawn(Box::pin(async move {
            let started = builder.start().await;
            *told.lock().unwrap_or_else(|e| e.into_inner()) = Some(started);
        }));
        let take = || slot.lock().unwrap_or_else(|e| e.into_inner()).take();
        let mut started = None;
        while started.is_none() && self.clock.poll_one() {
            started = take();
        }
        self.counts.store_faults += count(&faults);
        let no_end = || Error::new(ErrorKind::Unavailable, "the start waits for something");
        match started.unwrap_or_else(|| Err(no_end())) {
            Ok(cloud) => Ok(Live { process, cloud: Arc::new(cloud), faults }),
            Err(error) => {
                faults.crash();
                process.kill();
                Err(error)
            }
        }
    }

    fn open(&self) -> std::result::Result<Box<dyn Store>, StoreError> {
        let copy = self.disk.open()?;
        match &self.medium {
            Medium::Memory => Ok(Box::new(copy)),
            #[cfg(feature = "sqlite")]
            Medium::Sqlite(path) => {
                let inner = crate::ledger::sqlite::SqliteStore::open_with(path, Durability::Process)?;
                Ok(Box::new(copied::Copied::new(inner, copy)))
            }
        }
    }

    /// Ends the process at once: nothing that is not durable survives.
    pub fn crash(&mut self) {
        if let Some(live) = &self.live {
            live.faults.crash();
        }
        self.bury("crashed");
    }

    /// Ends the process in order: what was decided is made durable first, if the store takes it.
    pub fn stop(&mut self) {
        if let Some(live) = &mut self.live {
            // Tasks hold the cloud too; stopping is what dropping the last handle does, and crashing the rest of it.
            live.faults.plan(FaultPlan::default());
        }
        self.bury("stopped");
    }

    fn bury(&mut self, how: &str) {
        let Some(Live { process, cloud, faults }) = self.live.take() else { return };
        // The cloud must go last: with it its ledger is closed.
        process.kill();
        drop(cloud);
        self.counts.store_faults += count(&faults);
        self.counts.crashes += 1;
        for asked in self.asked().values_mut() {
            if matches!(asked.progress, Progress::Asked | Progress::Answered) {
                asked.progress = Progress::Orphaned;
            }
        }
        self.note(how);
        self.observe();
    }

    /// What the store may do from now on, beginning with the process that runs.
    pub fn store_faults(&mut self, plan: FaultPlan) {
        if let Some(live) = &self.live {
            live.faults.plan(plan);
        }
    }

    /// Lets the process die once it has kept `commits` more commits.
    pub fn crash_after(&mut self, commits: u64) {
        if let Some(live) = &self.live {
            let crash_after = Some(live.faults.counts().commits + commits.max(1));
            live.faults.plan(FaultPlan { crash_after, ..FaultPlan::default() });
        }
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, BTreeMap<Ticket, Asked>> {
        self.desk.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Asks the cloud for a verb, as the root administrator. None if it does not run.
    pub fn submit<V: Verb>(&mut self, verb: V) -> Option<Ticket> {
        let live = self.live.as_ref()?;
        let (cloud, desk) = (Arc::clone(&live.cloud), Arc::clone(&self.desk));
        let ticket = Ticket(self.counts.verbs);
        self.counts.verbs += 1;
        let read = Arc::new(AtomicU64::new(0));
        let asked = Asked { verb: V::NAME, job: None, progress: Progress::Asked, read: Arc::clone(&read) };
        let verb = Watched { verb, read };
        self.asked().insert(ticket, asked);
        let caller = cloud.root_caller();
        live.process.spawn(Box::pin(follow(cloud, caller, verb, desk, ticket)));
        self.note(&format!("asked for {} as {}", V::NAME, ticket.0));
        Some(ticket)
    }

    /// What became of a verb.
    #[must_use]
    pub fn progress(&self, ticket: Ticket) -> Progress {
        let asked = self.asked().get(&ticket).map(|asked| asked.progress.clone());
        asked.or_else(|| self.ended.get(&ticket).cloned()).unwrap_or(Progress::Orphaned)
    }

    /// True while some verb is not done.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.asked().values().any(|a| matches!(a.progress, Progress::Asked | Progress::Answered))
    }

    /// Lets the world go on for so long. A process that dies meanwhile stays dead.
    pub fn run_for(&mut self, span: Span) {
        let end = self.clock.now().after(span);
        let mut restless = 0;
        loop {
            if self.turn() {
                restless += 1;
                if restless < RESTLESS {
                    continue;
                }
                return self.violations.push(Violation { law: "progress", detail: "it never rests".to_owned() });
            }
            restless = 0;
            match self.clock.next_timer() {
                Some(at) if at <= end => self.clock.advance_to(at),
                _ if self.clock.now() < end => self.clock.advance_to(end),
                _ => return,
            }
        }
    }

    /// One task goes on, and what it did is looked at. False if none can.
    pub fn turn(&mut self) -> bool {
        let polled = self.clock.poll_one();
        if polled {
            self.observe();
        }
        if self.live.as_ref().is_some_and(|live| live.faults.crashed()) {
            self.bury("died after a commit");
        }
        polled
    }

    /// Does a verb and waits for its end, for as long as `patience`.
    pub fn finish<V: Verb>(&mut self, verb: V, patience: Span) -> Progress {
        let Some(ticket) = self.submit(verb) else { return Progress::Orphaned };
        let end = self.clock.now().after(patience);
        while matches!(self.progress(ticket), Progress::Asked | Progress::Answered) && self.clock.now() < end {
            self.run_for(Span::millis(100));
        }
        self.progress(ticket)
    }

    /// Ends every fault and lets the world go on until nothing is under way, for at most `limit`; then it must keep the
    /// laws of a quiet cloud.
    pub fn settle(&mut self, limit: Span) {
        self.reality.heal();
        self.trouble.end();
        self.store_faults(FaultPlan::default());
        if self.live.is_none() {
            self.start(FaultPlan::default());
        }
        let end = self.clock.now().after(limit);
        let mut calm = 0;
        while calm < 3 && self.clock.now() < end {
            self.run_for(Span::mins(30));
            let quiet = self.live.as_ref().is_some_and(|live| live.cloud.is_quiet()) && !self.is_asked();
            let differs = || checks::settled(&self.books.view, &self.reality.facts());
            calm = if quiet && differs().is_empty() { calm + 1 } else { 0 };
        }
        let facts: Facts = self.reality.facts();
        self.violations.extend(checks::settled(&self.books.view, &facts));
        if let Some(live) = &self.live {
            self.violations.extend(checks::same_rows(&live.cloud.view(), &self.books.view));
            if !live.cloud.is_quiet() {
                self.violations.push(Violation { law: "at rest", detail: "a job or a filter is under way".to_owned() });
            }
        }
        self.violations.extend(self.books.as_loaded(&self.disk));
        self.note("settled");
    }

    /// Looks at what was committed and answered since the last look.
    fn observe(&mut self) {
        let before = self.books.view.number();
        self.books.read(&mut self.trace, &mut self.violations);
        let after = self.books.view.number();
        let acked = self.acknowledged();
        self.violations.extend(acked);
        let (true, Some(live)) = (after > before, &self.live) else { return };
        let found = live.cloud.peek(|view, room| checks::derived(view, room));
        self.violations.extend(found);
        let view = live.cloud.view();
        if after / COMPARE_EVERY > before / COMPARE_EVERY && view.number() == after {
            self.violations.extend(checks::same_rows(&view, &self.books.view));
        }
    }

    /// What was acknowledged is on the disk, and so survives whatever comes.
    fn acknowledged(&mut self) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut desk = self.desk.lock().unwrap_or_else(|e| e.into_inner());
        let heard = |a: &Asked| !matches!(a.progress, Progress::Asked);
        for asked in desk.values().filter(|a| heard(a)) {
            let kept = match (asked.job, &asked.progress) {
                (Some(job), Progress::Done) => self.books.job(job) == Some(JobState::Succeeded),
                (Some(job), Progress::Failed(_)) => self.books.job(job).is_some(),
                (Some(job), _) => self.books.job(job).is_some(),
                _ => true,
            };
            let read = asked.read.load(Ordering::Relaxed);
            let store_said = matches!(&asked.progress, Progress::Refused(e) if e.kind() == ErrorKind::Store);
            if read > self.books.view.number() && !store_said && !matches!(asked.progress, Progress::Orphaned) {
                let detail = format!("{} was answered {:?} upon commit {read}", asked.verb, asked.progress);
                found.push(Violation { law: "an answer rests on what is durable", detail });
            }
            if !kept {
                let detail = format!("{} of {:?} was answered {:?}", asked.verb, asked.job, asked.progress);
                found.push(Violation { law: "acknowledged is durable", detail });
            }
        }
        let over = |a: &Asked| !matches!(a.progress, Progress::Asked | Progress::Answered);
        for (ticket, asked) in desk.iter().filter(|(_, a)| over(a)) {
            self.counts.done += u64::from(matches!(asked.progress, Progress::Done));
            let how = match &asked.progress {
                Progress::Refused(e) | Progress::Failed(e) => format!("{:?} {e}", e.kind()),
                other => format!("{other:?}"),
            };
            self.trace.line(format!("{} {} {}: {how}", self.clock.now().as_micros(), ticket.0, asked.verb));
        }
        let ended: Vec<Ticket> = desk.iter().filter(|(_, a)| over(a)).map(|(ticket, _)| *ticket).collect();
        for ticket in ended {
            if let Some(asked) = desk.remove(&ticket) {
                self.ended.insert(ticket, asked.progress);
            }
        }
        found
    }
}

/// What a store did that it should not.
fn count(faults: &Faults) -> u64 {
    let counts = faults.counts();
    counts.failed + counts.torn + counts.lost_acks
}

async fn follow<V: Verb>(cloud: Arc<Cloud>, caller: Caller, verb: V, desk: Desk, ticket: Ticket) {
    let tell = |job, progress| {
        if let Some(asked) = desk.lock().unwrap_or_else(|e| e.into_inner()).get_mut(&ticket) {
            asked.job = job;
            asked.progress = progress;
        }
    };
    match cloud.run(&caller, verb).await {
        Err(error) => tell(None, Progress::Refused(error)),
        Ok(handle) => {
            let job = handle.job;
            tell(job, Progress::Answered);
            match handle.done().await {
                Ok(_) => tell(job, Progress::Done),
                Err(error) => tell(job, Progress::Failed(error)),
            }
        }
    }
}

//! A clock that is set by hand and an executor that runs one task at a time, in an order the seed decides.
//!
//! [`Clock`] is what all processes of a simulated world share: time, timers, tasks. A [`Process`] is one incarnation of a
//! program on it, and the [`Platform`] to give to a cloud: its tasks end with it, as they do in a crash.

use crate::base::{Seed, Span, Timestamp};
use crate::port::Platform;
use crate::port::platform::Boxed;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};

/// When virtual time begins: 2023-11-14T22:13:20Z.
const EPOCH: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

/// Virtual time and the tasks that live in it. A clone is the same clock.
///
/// ```
/// use cloudstack_core::{base::Span, port::Platform, testkit::platform::Clock};
/// let clock = Clock::new(1);
/// let process = clock.process();
/// let (start, platform) = (clock.now(), process.clone());
/// process.spawn(Box::pin(async move { platform.sleep_until(start.after(Span::secs(60))).await }));
/// while clock.poll_one() || clock.next_timer().is_some_and(|at| { clock.advance_to(at); true }) {}
/// assert_eq!(clock.now().since(start), Span::secs(60));
/// ```
#[derive(Clone)]
pub struct Clock(Arc<Mutex<State>>);

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.lock();
        f.debug_struct("Clock").field("now", &state.now).field("tasks", &state.tasks.len()).finish_non_exhaustive()
    }
}

struct State {
    now: Timestamp,
    seed: Seed,
    order: Seed,
    /// Tasks that can go on.
    ready: Vec<u64>,
    queued: BTreeSet<u64>,
    tasks: BTreeMap<u64, Task>,
    timers: BTreeMap<(Timestamp, u64), Waker>,
    /// Counts tasks, timers and processes.
    last: u64,
    dead: BTreeSet<u64>,
    polls: u64,
}

struct Task {
    process: u64,
    /// None while it is being polled.
    future: Option<Boxed<()>>,
}

impl State {
    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn due(&mut self) -> Vec<Waker> {
        let now = self.now;
        let mut due = Vec::new();
        while let Some(entry) = self.timers.first_entry().filter(|e| e.key().0 <= now) {
            due.push(entry.remove());
        }
        due
    }
}

impl Clock {
    /// A clock whose task order and entropy come from this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut seed = Seed::new(seed);
        let order = seed.fork();
        Self(Arc::new(Mutex::new(State {
            now: EPOCH,
            seed,
            order,
            ready: Vec::new(),
            queued: BTreeSet::new(),
            tasks: BTreeMap::new(),
            timers: BTreeMap::new(),
            last: 0,
            dead: BTreeSet::new(),
            polls: 0,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// The time it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.lock().now
    }

    /// How often a task was polled so far.
    #[must_use]
    pub fn polls(&self) -> u64 {
        self.lock().polls
    }

    /// A process that begins to live on this clock.
    #[must_use]
    pub fn process(&self) -> Arc<Process> {
        let number = self.lock().number();
        Arc::new(Process { clock: self.clone(), number })
    }

    /// Lets one task that can go on go on; which one, the seed says. False if none can.
    pub fn poll_one(&self) -> bool {
        let (id, mut future) = {
            let mut state = self.lock();
            if state.ready.is_empty() {
                return false;
            }
            let choices = state.ready.len() as u64;
            let at = usize::try_from(state.order.below(choices)).expect("a place in a list fits a usize");
            let id = state.ready.swap_remove(at);
            state.queued.remove(&id);
            state.polls += 1;
            let Some(future) = state.tasks.get_mut(&id).and_then(|task| task.future.take()) else { return true };
            (id, future)
        };
        let waker = Waker::from(Arc::new(Alarm { clock: self.clone(), task: id }));
        let done = future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        let mut state = self.lock();
        let leftover = if done {
            state.tasks.remove(&id);
            Some(future)
        } else if let Some(task) = state.tasks.get_mut(&id) {
            task.future = Some(future);
            None
        } else {
            Some(future)
        };
        drop(state);
        // Dropped without the lock: what it holds may wake or spawn others.
        drop(leftover);
        true
    }

    /// When the next timer goes off, if there is one.
    #[must_use]
    pub fn next_timer(&self) -> Option<Timestamp> {
        self.lock().timers.first_key_value().map(|((at, _), _)| *at)
    }

    /// Lets time pass until the clock shows `to`; does nothing if it shows more already.
    pub fn advance_to(&self, to: Timestamp) {
        let due = {
            let mut state = self.lock();
            state.now = state.now.max(to);
            state.due()
        };
        due.into_iter().for_each(Waker::wake);
    }

    /// Somebody sets the clock back. Timers wait until it shows their time again.
    pub fn set_back(&self, by: Span) {
        let mut state = self.lock();
        state.now = Timestamp::from_micros(state.now.as_micros().saturating_sub(by.as_micros()));
    }

    fn wake(&self, task: u64) {
        let mut state = self.lock();
        if state.tasks.contains_key(&task) && state.queued.insert(task) {
            state.ready.push(task);
        }
    }
}

struct Alarm {
    clock: Clock,
    task: u64,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.clock.wake(self.task);
    }
}

/// One incarnation of a program on a [`Clock`].
pub struct Process {
    clock: Clock,
    number: u64,
}

impl Process {
    /// Ends it as a crash does: none of its tasks goes on, and none can be started any more.
    pub fn kill(&self) {
        let dropped: Vec<Task> = {
            let mut state = self.clock.lock();
            state.dead.insert(self.number);
            let ids: Vec<u64> =
                state.tasks.iter().filter(|(_, t)| t.process == self.number).map(|(id, _)| *id).collect();
            ids.iter().filter_map(|id| state.tasks.remove(id)).collect()
        };
        // Dropped without the lock: what they hold may wake or spawn others.
        drop(dropped);
    }
}

impl Platform for Process {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep_until(&self, until: Timestamp) -> Boxed<()> {
        Box::pin(Sleep { clock: self.clone_clock(), until, number: None })
    }

    fn spawn(&self, task: Boxed<()>) {
        let refused = {
            let mut state = self.clock.lock();
            if state.dead.contains(&self.number) {
                Some(task)
            } else {
                let id = state.number();
                state.tasks.insert(id, Task { process: self.number, future: Some(task) });
                state.queued.insert(id);
                state.ready.push(id);
                None
            }
        };
        drop(refused);
    }

    /// From the seed, like everything here: keys of a simulated cloud are no secret.
    fn fill_secret(&self, bytes: &mut [u8]) {
        let mut seed = self.entropy();
        bytes.fill_with(|| seed.next() as u8);
    }

    fn entropy(&self) -> Seed {
        self.clock.lock().seed.fork()
    }
}

impl Process {
    fn clone_clock(&self) -> Clock {
        self.clock.clone()
    }
}

struct Sleep {
    clock: Clock,
    until: Timestamp,
    number: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let clock = self.clock.clone();
        let mut state = clock.lock();
        if state.now >= self.until {
            return Poll::Ready(());
        }
        let number = *self.number.get_or_insert_with(|| state.number());
        state.timers.insert((self.until, number), cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let forgotten = self.clock.lock().timers.remove(&(self.until, number));
            drop(forgotten);
        }
    }
}

//! A daemon, kept in touch with: reached again after it went, asked again for events, and looked over for what was missed.

use super::rpc::{CallError, Connection, Endpoint, Lifecycle, Timing, types::Domain};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, broadcast, mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

/// The first wait after a daemon could not be reached; each is twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A daemon that nobody asked for so long is not tried any more, until somebody does.
const IDLE: Duration = Duration::from_secs(600);
/// Changes that wait to be taken by one listener; one that is further behind compares instead.
const CHANGES: usize = 1024;

/// How a guest is on its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It runs; each run has another number.
    Running(i32),
    /// It has a description and does not run.
    Off,
}

/// A guest is not any more as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestChange {
    /// Its name.
    pub guest: String,
    /// How it was; nothing if it was not there.
    pub before: Option<Presence>,
    /// How it is.
    pub now: Option<Presence>,
}

/// What is known of a daemon's guests. Pure: events and lists go in, changes come out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    guests: BTreeMap<String, Presence>,
}

impl Known {
    /// The guests, by name.
    #[must_use]
    pub const fn guests(&self) -> &BTreeMap<String, Presence> {
        &self.guests
    }

    /// Takes an event; nothing if it says what was known.
    pub fn hear(&mut self, event: &Lifecycle) -> Option<GuestChange> {
        let known = self.guests.get(&event.domain.name).copied();
        let now = match event.event {
            // Defined, and undefined: a guest that runs goes on doing so.
            0 => known.or(Some(Presence::Off)),
            1 => known.filter(|known| *known != Presence::Off),
            // Started, suspended, resumed, suspended by itself.
            2 | 3 | 4 | 7 => Some(Presence::Running(event.domain.id)).filter(|_| event.domain.id >= 0).or(known),
            // Stopped. Its being forgotten, if it is, is told apart.
            5 => Some(Presence::Off),
            // On its way down, or crashed and kept: both still hold the host's memory.
            _ => known,
        };
        self.put(&event.domain.name, now)
    }

    /// Takes a list of all guests: what differs from what was known, in the order of names.
    pub fn see(&mut self, list: &BTreeMap<String, Presence>) -> Vec<GuestChange> {
        let names: Vec<String> = self
            .guests
            .keys()
            .chain(list.keys())
            .cloned()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        names.into_iter().filter_map(|name| self.put(&name, list.get(&name).copied())).collect()
    }

    /// Takes a change that somebody else has found.
    fn follow(&mut self, change: &GuestChange) {
        self.put(&change.guest, change.now);
    }

    fn put(&mut self, guest: &str, now: Option<Presence>) -> Option<GuestChange> {
        let before = match now {
            Some(now) => self.guests.insert(guest.to_owned(), now),
            None => self.guests.remove(guest),
        };
        (before != now).then(|| GuestChange { guest: guest.to_owned(), before, now })
    }
}

/// A list as [`Known::see`] takes it.
#[must_use]
pub fn presences(domains: &[Domain]) -> BTreeMap<String, Presence> {
    let presence = |id| if id >= 0 { Presence::Running(id) } else { Presence::Off };
    domains.iter().map(|domain| (domain.name.clone(), presence(domain.id))).collect()
}

#[derive(Debug, Clone)]
enum State {
    /// Not connected; how often it was tried in vain, and why the last time.
    Down {
        tries: u64,
        why: String,
    },
    Up(Arc<Connection>),
}

#[derive(Debug)]
struct Shared {
    endpoint: Endpoint,
    uri: String,
    timing: Timing,
    state: watch::Sender<State>,
    known: Mutex<Known>,
    changes: broadcast::Sender<GuestChange>,
    wake: Notify,
    born: Instant,
    /// Milliseconds after `born` when a connection was last wanted.
    wanted: AtomicU64,
    connections: AtomicU64,
}

impl Shared {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn want(&self) {
        self.wanted.store(u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn idle(&self) -> bool {
        self.born.elapsed() > Duration::from_millis(self.wanted.load(Ordering::Relaxed)) + IDLE
    }
}

/// A daemon that is kept in touch with. Dropping it ends the connection.
#[derive(Debug)]
pub struct Link {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Link {
    /// Begins to reach a daemon, and keeps doing so. Call it within a Tokio runtime.
    #[must_use]
    pub fn new(endpoint: Endpoint, uri: &str, timing: Timing) -> Self {
        let down = State::Down { tries: 0, why: "it was not reached so far".to_owned() };
        let shared = Arc::new(Shared {
            endpoint,
            uri: uri.to_owned(),
            timing,
            state: watch::Sender::new(down),
            known: Mutex::default(),
            changes: broadcast::Sender::new(CHANGES),
            wake: Notify::new(),
            born: Instant::now(),
            wanted: AtomicU64::new(0),
            connections: AtomicU64::new(0),
        });
        let task = tokio::spawn(keep(shared.clone()));
        Self { shared, task }
    }

    /// The connection, once there is one. A daemon that does not answer is tried at once, whatever wait it is in.
    ///
    /// # Errors
    /// [`CallError`] if it is not reached now.
    pub async fn connection(&self) -> Result<Arc<Connection>, CallError> {
        self.shared.want();
        let mut state = self.shared.state.subscribe();
        let before = match &*state.borrow_and_update() {
            State::Up(connection) if !connection.is_closed() => return Ok(connection.clone()),
            State::Up(_) => None,
            State::Down { tries, .. } => Some(*tries),
        };
        self.shared.wake.notify_one();
        // The try that is under way may have begun before the daemon was there: one more is waited for.
        let settled = |state: &State| match state {
            State::Up(connection) => !connection.is_closed(),
            State::Down { tries, .. } => before.is_some_and(|before| *tries > before + 1),
        };
        let limit = self.shared.timing.connect;
        let found = timeout(limit, state.wait_for(settled)).await;
        match found {
            Ok(Ok(state)) => match &*state {
                State::Up(connection) => Ok(connection.clone()),
                State::Down { why, .. } => Err(CallError::Closed(why.clone())),
            },
            Ok(Err(_)) => Err(CallError::Closed("nobody keeps in touch any more".to_owned())),
            Err(_) => match &*self.shared.state.borrow() {
                State::Down { why, tries: 1.. } => Err(CallError::Closed(why.clone())),
                _ => Err(CallError::Late(limit)),
            },
        }
    }

    /// A connection beside the one that is kept: what it began ends with it.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn another(&self) -> Result<Connection, CallError> {
        let (connection, _) = Connection::open(&self.shared.endpoint, &self.shared.uri, self.shared.timing).await?;
        Ok(connection)
    }

    /// How often the daemon was reached so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Changes of guests from now on. None is left out, whatever happens to the daemon meanwhile: what was not told is found by
    /// comparing, when it is reached again.
    #[must_use]
    pub fn changes(&self) -> GuestChanges {
        self.shared.want();
        let known = self.shared.known();
        // Subscribed while nobody can change what is known.
        let told = self.shared.changes.subscribe();
        GuestChanges { seen: known.clone(), told, late: VecDeque::new(), shared: self.shared.clone() }
    }

    /// The guests as they are known now.
    #[must_use]
    pub fn guests(&self) -> BTreeMap<String, Presence> {
        self.shared.known().guests.clone()
    }
}

/// Changes of a daemon's guests, in their order.
#[derive(Debug)]
pub struct GuestChanges {
    seen: Known,
    told: broadcast::Receiver<GuestChange>,
    late: VecDeque<GuestChange>,
    shared: Arc<Shared>,
}

impl GuestChanges {
    /// The next one. Dropping the call loses nothing. Nothing once the link is gone.
    pub async fn next(&mut self) -> Option<GuestChange> {
        loop {
            if let Some(change) = self.late.pop_front() {
                return Some(change);
            }
            match self.told.recv().await {
                // What was found by comparing may be told once more.
                Ok(change) if self.seen.guests.get(&change.guest).copied() == change.now => {}
                Ok(mut change) => {
                    change.before = self.seen.guests.get(&change.guest).copied();
                    self.seen.follow(&change);
                    return Some(change);
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    let known = self.shared.known();
                    // What waits was told before now, and is in what is known.
                    self.told = self.told.resubscribe();
                    self.late = self.seen.see(&known.guests).into();
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// The guests as this listener was told.
    #[must_use]
    pub const fn seen(&self) -> &BTreeMap<String, Presence> {
        self.seen.guests()
    }
}

async fn keep(shared: Arc<Shared>) {
    let mut wait = FIRST_WAIT;
    loop {
        let why = match Connection::open(&shared.endpoint, &shared.uri, shared.timing).await {
            Ok((connection, events)) => match attend(&shared, connection, events).await {
                Ok(why) => {
                    wait = FIRST_WAIT;
                    why
                }
                Err(e) => e.to_string(),
            },
            Err(e) => e.to_string(),
        };
        tracing::debug!(endpoint = ?shared.endpoint, %why, "a daemon is not connected");
        shared.state.send_modify(|state| {
            let tries = if let State::Down { tries, .. } = state { *tries + 1 } else { 1 };
            *state = State::Down { tries, why };
        });
        if shared.idle() {
            shared.wake.notified().await;
        } else {
            tokio::select! { () = sleep(wait) => {} () = shared.wake.notified() => {} }
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Asks for events, looks over what was missed, and takes events until the connection ends; says why it did.
async fn attend(
    shared: &Shared,
    connection: Connection,
    mut events: mpsc::Receiver<Lifecycle>,
) -> Result<String, CallError> {
    let connection = Arc::new(connection);
    // Events first, then the list: what happens between the two is told twice, and not left out.
    match connection.hear_lifecycles().await {
        Ok(()) => {}
        // A part without events is looked over at every connection, and by whoever asks.
        Err(CallError::Refused(e)) if e.code == super::rpc::types::code::NO_SUPPORT => {}
        Err(e) => return Err(e),
    }
    let list = presences(&connection.domains().await?);
    {
        let mut known = shared.known();
        for change in known.see(&list) {
            // Nobody may be listening.
            let _unheard = shared.changes.send(change);
        }
    }
    shared.connections.fetch_add(1, Ordering::Relaxed);
    shared.state.send_replace(State::Up(connection.clone()));
    // The channel ends with the connection, after the last event that came.
    while let Some(event) = events.recv().await {
        let mut known = shared.known();
        if let Some(change) = known.hear(&event) {
            let _unheard = shared.changes.send(change);
        }
    }
    connection.closed().await;
    Ok("the connection has ended".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(name: &str, id: i32, event: i32) -> Lifecycle {
        Lifecycle { callback: 0, domain: Domain { name: name.into(), uuid: [0; 16], id }, event, detail: 0 }
    }

    fn change(guest: &str, before: Option<Presence>, now: Option<Presence>) -> GuestChange {
        GuestChange { guest: guest.into(), before, now }
    }

    #[test]
    fn events_become_changes_once() {
        use Presence::{Off, Running};
        let mut known = Known::default();
        let table = [
            (event("a", -1, 0), Some(change("a", None, Some(Off)))),
            (event("a", 3, 2), Some(change("a", Some(Off), Some(Running(3))))),
            (event("a", 3, 4), None),
            (event("a", 3, 6), None),
            (event("a", 3, 1), None),
            (event("a", -1, 5), Some(change("a", Some(Running(3)), Some(Off)))),
            (event("a", -1, 1), Some(change("a", Some(Off), None))),
            (event("a", -1, 1), None),
        ];
        for (n, (event, due)) in table.into_iter().enumerate() {
            assert_eq!(known.hear(&event), due, "event {n}");
        }
        assert_eq!(known, Known::default());
    }

    #[test]
    fn a_list_shows_what_was_missed_even_a_guest_that_was_restarted() {
        use Presence::{Off, Running};
        let of = |guests: &[(&str, Presence)]| guests.iter().map(|(n, p)| ((*n).to_owned(), *p)).collect();
        let mut known = Known::default();
        known.see(&of(&[("a", Running(1)), ("b", Running(2)), ("c", Off)]));
        let missed = known.see(&of(&[("a", Running(9)), ("c", Off), ("d", Running(4))]));
        let due = [
            change("a", Some(Running(1)), Some(Running(9))),
            change("b", Some(Running(2)), None),
            change("d", None, Some(Running(4))),
        ];
        assert_eq!(missed, due);
        assert!(known.see(&of(&[("a", Running(9)), ("c", Off), ("d", Running(4))])).is_empty());
    }

    proptest! {
        /// Whatever happens while nobody listens, changes lead from what was known to what is.
        #[test]
        fn changes_lead_from_one_list_to_the_next(
            lists in prop::collection::vec(prop::collection::btree_map("[a-e]", 0i32..4, 0..5), 1..6)
        ) {
            let mut known = Known::default();
            let mut followed = BTreeMap::new();
            for list in lists {
                let list: BTreeMap<_, _> =
                    list.into_iter().map(|(n, id)| (n, if id == 0 { Presence::Off } else { Presence::Running(id) })).collect();
                for change in known.see(&list) {
                    let before = match change.now {
                        Some(now) => followed.insert(change.guest.clone(), now),
                        None => followed.remove(&change.guest),
                    };
                    prop_assert_eq!(before, change.before);
                    prop_assert_ne!(change.before, change.now);
                }
                prop_assert_eq!(&followed, &list);
                prop_assert_eq!(known.guests(), &list);
            }
        }
    }

    #[tokio::test]
    async fn a_daemon_that_is_not_there_is_said_so_at_once() {
        let nowhere = Endpoint::Unix("/nonexistent/libvirt-sock".into());
        let link = Link::new(nowhere, "test:///default", Timing::default());
        let begun = std::time::Instant::now();
        for _ in 0..3 {
            let error = link.connection().await.unwrap_err();
            assert!(matches!(&error, CallError::Closed(why) if why.contains("No such file")), "{error}");
        }
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        assert_eq!(link.connections(), 0);
    }
}

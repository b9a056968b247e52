//! One call to a simulated device: counted, offered to the fault rules, then done.

use super::{
    World,
    deed::Deed,
    fault::{Effect, Verdict},
    lock,
    state::State,
};
use cloudstack_core::{
    base::{
        Span,
        id::{NetworkId, NicId},
    },
    port::driver::{DriverError, DriverErrorKind, DriverResult},
};
use std::sync::Arc;

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        /// A method of one of the driver ports.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Method {
            $($(#[$doc])* $name,)*
        }

        impl Method {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

methods! {
    /// A host's facts are read.
    Probe;
    /// A host is asked whether it lives.
    Ping;
    /// A guest is started.
    EnsureRunning;
    /// A guest is stopped.
    EnsureStopped;
    /// A guest is restarted.
    EnsureRebooted;
    /// A pool is connected to hosts.
    EnsurePool;
    /// A volume is made.
    EnsureVolume;
    /// A volume is removed.
    EnsureNoVolume;
    /// A template is put onto an image store.
    EnsureTemplate;
    /// A network is made.
    EnsureNetwork;
    /// A network is removed.
    EnsureNoNetwork;
    /// A network is told of an interface.
    EnsurePort;
    /// A network forgets an interface.
    EnsureNoPort;
    /// A host's filter is set.
    EnsureFilter;
    /// A guest moves to another host.
    EnsureMigrated;
    /// A running guest's disks and interfaces are changed.
    EnsureDevices;
    /// What guests have used is read.
    Stats;
    /// A guest's consoles are asked for.
    Consoles;
    /// A network's router is told all it must know.
    EnsureRouter;
    /// What a router's public addresses have carried is read.
    Traffic;
    /// An interface is joined to its broadcast domain.
    EnsureJoined;
    /// An interface is taken away.
    EnsureParted;
    /// A template is taken from an image store.
    EnsureNoTemplate;
    /// What a pool keeps of a template is taken from it.
    EnsureNoBase;
    /// A snapshot of a volume is made.
    EnsureSnapshot;
    /// A snapshot of a volume is removed.
    EnsureNoSnapshot;
    /// A volume goes back to a snapshot.
    EnsureReverted;
}

/// What a call is about, beside its device.
#[derive(Debug, Clone, Copy)]
pub(super) enum Object<'a> {
    /// The device itself.
    Device,
    /// Something with a name: a guest, a volume, a template.
    Named(&'a str),
    Network(NetworkId),
    Port(NetworkId, NicId, &'a str),
}

/// A call on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) device: &'a str,
    pub(super) object: Object<'a>,
}

impl<'a> Call<'a> {
    pub(super) const fn new(method: Method, device: &'a str, object: Object<'a>) -> Self {
        Self { method, device, object }
    }

    /// True if the name of the device or the object has `part` in it.
    pub(super) fn is_about(&self, part: &str) -> bool {
        self.device.contains(part)
            || match self.object {
                Object::Device => false,
                Object::Named(name) => name.contains(part),
                Object::Network(id) => id.to_string().contains(part),
                Object::Port(network, nic, hostname) => {
                    hostname.contains(part) || nic.to_string().contains(part) || network.to_string().contains(part)
                }
            }
    }
}

impl World {
    /// Runs one call. `act` does it; `lie` makes an answer without doing it; `deed` is what it does, as data that needs no
    /// caller, if it does anything. Without a delay this never yields.
    pub(super) async fn call<T>(
        &self,
        call: Call<'_>,
        act: impl FnOnce(&mut State) -> DriverResult<T>,
        lie: impl FnOnce(&State) -> T,
        deed: impl FnOnce() -> Option<Deed>,
    ) -> DriverResult<T> {
        let verdict = {
            let mut state = self.lock();
            state.count(call.method);
            match state.faults.verdict(&call) {
                None => return kept(&mut state, act, deed),
                Some(verdict) => verdict,
            }
        };
        self.hold(verdict).await;
        match verdict.effect {
            Effect::Obey | Effect::Hang(_) => kept(&mut self.lock(), act, deed),
            Effect::Fail(kind) => Err(DriverError::new(kind, call.device, "simulated failure")),
            Effect::LoseAnswer => {
                // The answer is lost whether it was a yes or a no.
                let _lost = kept(&mut self.lock(), act, deed);
                Err(DriverError::new(DriverErrorKind::Unreachable, call.device, "simulated loss of the answer"))
            }
            Effect::Late(after) => {
                self.do_later(after, deed());
                Err(DriverError::new(DriverErrorKind::Unreachable, call.device, "simulated loss of the line"))
            }
            Effect::Lie => Ok(lie(&self.lock())),
        }
    }

    async fn hold(&self, verdict: Verdict) {
        if verdict.delay > Span::default() {
            self.platform.sleep_until(self.platform.now().after(verdict.delay)).await;
        }
        if let Effect::Hang(until) = verdict.effect {
            self.platform.sleep_until(until).await;
        }
    }

    fn do_later(&self, after: Span, deed: Option<Deed>) {
        let Some(deed) = deed else { return };
        let (platform, state) = (Arc::clone(&self.platform), Arc::clone(&self.state));
        let due = platform.now().after(after);
        self.platform.spawn(Box::pin(async move {
            platform.sleep_until(due).await;
            let act = |state: &mut State| state.redo(&deed);
            // Nobody is there to hear the outcome.
            let _unheard = kept(&mut lock(&state), act, || Some(deed.clone()));
        }));
    }
}

/// Does what a call asks, and writes it down before the caller hears of it, if the world is kept in a file.
fn kept<T>(
    state: &mut State,
    act: impl FnOnce(&mut State) -> DriverResult<T>,
    deed: impl FnOnce() -> Option<Deed>,
) -> DriverResult<T> {
    let done = act(state)?;
    if let Some(journal) = &mut state.journal
        && let Some(deed) = deed()
    {
        journal.append(&deed)?;
    }
    Ok(done)
}

//! Time, tasks and entropy.

use crate::base::{Seed, Timestamp};
use std::{future::Future, pin::Pin, sync::Arc};

/// A boxed future that can move between threads.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The clock, the executor and the source of entropy the cloud runs on.
///
/// The core reads time, starts tasks and draws random bits through this port alone: on a virtual platform a whole cloud
/// replays from one seed.
///
/// ```
/// use cloudstack_core::base::Span;
/// use cloudstack_core::port::platform::{Platform, Tokio};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let platform = Tokio::current()?;
/// let until = platform.now().after(Span::millis(5));
/// platform.sleep_until(until).await;
/// assert!(platform.now() >= until);
/// # Ok(()) }
/// ```
pub trait Platform: Send + Sync + 'static {
    /// The time now. It may go back when somebody sets the clock; nothing may rely on it rising.
    fn now(&self) -> Timestamp;
    /// Waits until the clock shows `until` or later.
    fn sleep_until(&self, until: Timestamp) -> Boxed<()>;
    /// Runs a task to its end in the background.
    fn spawn(&self, task: Boxed<()>);
    /// A stream of random numbers nobody else has. Not for secrets.
    fn entropy(&self) -> Seed;
    /// Fills `bytes` with what nobody can guess: for keys, tokens and passwords.
    ///
    /// # Panics
    /// If the operating system has no random numbers to give; nothing could be kept secret then.
    fn fill_secret(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random numbers");
    }
}

/// The platform of a program that runs tokio, any flavour.
#[derive(Debug, Clone)]
pub struct Tokio {
    handle: tokio::runtime::Handle,
}

impl Tokio {
    /// The runtime the caller is in.
    ///
    /// # Errors
    /// If the caller is not inside a tokio runtime.
    pub fn current() -> Result<Arc<Self>, tokio::runtime::TryCurrentError> {
        Ok(Arc::new(Self { handle: tokio::runtime::Handle::try_current()? }))
    }
}

impl Platform for Tokio {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }
    fn sleep_until(&self, until: Timestamp) -> Boxed<()> {
        let wait = until.since(self.now()).to_std();
        let handle = self.handle.clone();
        Box::pin(async move {
            let sleep = {
                let _inside = handle.enter();
                tokio::time::sleep(wait)
            };
            sleep.await;
        })
    }
    fn spawn(&self, task: Boxed<()>) {
        self.handle.spawn(task);
    }
    fn entropy(&self) -> Seed {
        // The random state that the standard library seeds from the operating system.
        use std::hash::{BuildHasher, Hasher};
        Seed::new(std::collections::hash_map::RandomState::new().build_hasher().finish())
    }
}

//! What the core needs from outside: a store, a platform (time, tasks, entropy) and drivers. Traits and plain data only.

pub mod driver;
pub mod key;
pub mod platform;
pub mod store;

pub use key::KeySource;
pub use platform::Platform;
pub use store::Store;

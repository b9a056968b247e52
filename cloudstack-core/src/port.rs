//! What the core needs from outside: a store, a platform (time, tasks, entropy) and drivers. Traits and plain data only.

pub mod driver;
pub mod key;
pub mod key_maker;
pub mod platform;
pub mod store;

pub use key::KeySource;
pub use key_maker::KeyMaker;
pub use platform::Platform;
pub use store::Store;

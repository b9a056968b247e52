//! What commands answer, a file per group of subjects.

mod account;
mod infra;
mod network;
mod system;
mod template;
mod vm;
mod volume;
mod vpc;

/// The reply structs of all groups.
pub(super) mod all {
    pub use super::account::*;
    pub use super::infra::*;
    pub use super::network::*;
    pub use super::system::*;
    pub use super::template::*;
    pub use super::vm::*;
    pub use super::volume::*;
    pub use super::vpc::*;
}

//! The only code that mixes decisions, the ledger and drivers: one file per verb or loop.
//!
//! A verb decides purely on a desk (the newest rows, and what is derived from them), and names the steps that make it
//! real. See [`verb::Verb`].

pub mod access;
pub mod alert;
pub mod event;
pub mod filters;
pub mod image;
pub mod infra;
pub mod keys;
pub mod network;
pub mod offering;
pub mod org;
pub mod outside;
pub mod resource;
pub mod room;
pub(crate) mod running;
pub mod security_group;
pub mod setting;
pub mod ssh_key;
pub mod step;
pub mod sync;
pub(crate) mod told;
pub mod topology;
#[cfg(feature = "testkit")]
pub mod trouble;
pub mod usage;
pub mod user_data;
pub mod verb;
pub mod vm;
pub mod volume;

pub use outside::Outside;
pub use room::Room;
pub use running::Handle;
pub use step::Steps;
pub use verb::{Begun, Decision, Plan, Verb};

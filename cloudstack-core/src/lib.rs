//! CloudStack as an embeddable library: an infrastructure-as-a-service orchestrator without a server around it.
//!
//! A program puts a [`Cloud`] together from a store and drivers, and asks it for things. Rows say what should be, a
//! pure decision changes them, jobs make drivers follow, and all of it survives a crash.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
//! # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
//! // `cloud` was made with `Cloud::open(…)` or `Cloud::in_memory()`, drivers and `start()`.
//! # use cloudstack_core::model::vm::VmState;
//! let wish = DeployVm::new(zone, offering, template);
//!
//! // What would change: the machine, its volume, its interface, its job. No driver is called.
//! let plan = cloud.vms().plan_deploy(&admin, wish.clone())?;
//! let tables: Vec<_> = plan.difference().rows().map(|row| row.table()).collect();
//! assert!(tables.contains(&"vm") && tables.contains(&"nic"));
//!
//! // The id is there at once; `done` waits until the guest runs.
//! let handle = cloud.vms().deploy(&admin, wish).await?;
//! let vm = handle.answer;
//! handle.done().await?;
//! assert_eq!(cloud.view().vm(vm).map(|vm| vm.state), Some(VmState::Running));
//! # Ok(()) }); }
//! ```
//!
//! # Where to look
//!
//! * [`Cloud`] and [`CloudBuilder`] are the way in; [`Cloud::vms`] and its like have the verbs by noun.
//! * [`flow`] has every verb: [`DeployVm`](flow::vm::DeployVm), [`AddZone`](flow::infra::AddZone), …
//! * [`port`] has the traits to implement: [`Store`](port::Store), [`Platform`](port::Platform), and those of
//!   [drivers](port::driver).
//! * [`model`] has the rows, [`ledger::View`] finds them, [`ledger::Change`] says what changed.
//! * [`plan`], [`rules`] and [`alloc`] only compute, and are of use without a cloud.
//! * [`docs`] has the chapters: architecture, invariants, and how to add a driver, a verb or a record.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `sqlite` | yes | the embedded store, [`Cloud::open`]; SQLite itself is compiled in |
//! | `testkit` | no | a whole cloud on a virtual clock, with faults; conformance suites for drivers and stores |
//!
//! # Runtime
//!
//! The core uses tokio's channels and, unless it is given another [`Platform`](port::Platform), the runtime that
//! [`CloudBuilder::start`] is called in, of any flavour.

pub mod alloc;
pub mod base;
pub mod cloud;
pub mod docs;
pub mod engine;
pub mod flow;
pub mod ledger;
pub mod model;
pub mod plan;
pub mod port;
pub mod rules;
#[cfg(feature = "testkit")]
pub mod testkit;

pub use cloud::{Cloud, CloudBuilder, Handle};

//! PURE: intent to a device-neutral form, and the packet oracle that says what it means.
//!
//! ```text
//! intent (groups, rules, members) ──compile──► Ir ──a driver's pure compile──► a device's language
//!        └── event ──apply──► Delta ───────────────a driver's pure compile──► a script of the difference
//! ```
//!
//! [`packet`] reads both the intent and the [`Ir`](ir::Ir) and says what happens to a packet; every compiled form is held
//! against it.

pub mod conflict;
pub mod diff;
pub mod ir;
pub mod keyed;
pub mod packet;
pub mod router;
pub mod security_group;

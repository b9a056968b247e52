//! PURE: where should it go, and why not elsewhere.

pub mod capacity;
pub mod draw;
pub mod lint;
pub mod placement;
pub mod site;
pub mod storage;

//! PURE: where should it go, and why not elsewhere.

pub mod capacity;
pub mod placement;
pub mod storage;

//! PURE: where should it go, and why not elsewhere.

pub mod draw;
pub mod lint;
pub mod site;

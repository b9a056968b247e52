//! PURE: where should it go, and why not elsewhere.

pub mod site;

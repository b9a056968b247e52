//! PURE: where should it go, and why not elsewhere.

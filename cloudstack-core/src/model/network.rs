//! Rows of guest networking.

pub mod security_rule;

//! PURE: from what the core says of a router to the languages of the programs that are it.

pub(super) mod cells;
pub(super) mod data;
pub(super) mod dnsmasq;
pub(super) mod haproxy;
pub(super) mod links;
pub(super) mod nft;
mod sets;

use std::net::{IpAddr, Ipv4Addr};

/// A router that cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} `{value}`: {wanted}")]
pub struct Unfit {
    /// What is wrong, by its name.
    pub field: &'static str,
    /// What was given.
    pub value: String,
    /// What would be taken.
    pub wanted: &'static str,
}

impl Unfit {
    pub(super) fn new(field: &'static str, value: impl ToString, wanted: &'static str) -> Self {
        Self { field, value: value.to_string(), wanted }
    }
}

/// The IPv4 address that routers deal in.
pub(super) fn v4(field: &'static str, address: IpAddr) -> Result<Ipv4Addr, Unfit> {
    match address {
        IpAddr::V4(address) => Ok(address),
        IpAddr::V6(_) => Err(Unfit::new(field, address, "this router translates IPv4 alone")),
    }
}

/// A name as the languages below take it without quoting: nobody ends a line or a word of theirs.
pub(super) fn plain<'a>(field: &'static str, text: &'a str) -> Result<&'a str, Unfit> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match !text.is_empty() && text.len() <= 255 && text.chars().all(fits) && !text.starts_with('-') {
        true => Ok(text),
        false => Err(Unfit::new(field, text, "give 1 to 255 of A-Z a-z 0-9 - _ ., not beginning with -")),
    }
}

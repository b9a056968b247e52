//! The nouns of the cloud as plain rows, with their lives as state tables. Methods take `&self` only.
//!
//! A row says through [`Record`] which of its fields are promoted: what the store keeps in columns beside the body, what
//! the view indexes, and what must be unique. That one declaration drives all three.

pub mod alert;
pub mod data_key;
pub mod dedication;
pub mod event;
pub mod image;
pub mod infra;
pub mod job;
pub mod network;
pub mod offering;
pub mod org;
pub mod os;
pub mod record;
pub mod resource;
pub mod setting;
pub mod ssh_key;
pub mod usage;
pub mod user_data;
pub mod vm;
pub mod volume;

pub use record::{Column, ColumnKind, Record, Value};

/// A closed set of states or events: an enum whose variants carry their meaning, with its text form.
macro_rules! closed {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $meaning:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[doc = $meaning] $variant,)* }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The name, as stored and shown.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.as_str()) }
        }
    };
}
pub(crate) use closed;

#[cfg(test)]
mod tests {
    use crate::base::fsm::Machine;
    use std::fmt::Debug;

    fn check<S: Copy + PartialEq + Debug, E: Copy + PartialEq + Debug>(machine: &Machine<'_, S, E>) {
        assert_eq!(machine.faults(), Vec::<String>::new());
    }

    #[test]
    fn every_state_table_is_sound() {
        check(&super::vm::VM);
        check(&super::volume::VOLUME);
        check(&super::network::NIC);
        check(&super::network::NETWORK);
        check(&super::network::PUBLIC_IP);
        check(&super::network::rule::RULE);
        check(&super::infra::HOST_STATUS);
        check(&super::infra::HOST_RESOURCE);
        check(&super::infra::POOL);
        check(&super::job::JOB);
        check(&super::org::ACCOUNT);
        check(&super::org::DOMAIN);
        check(&super::org::USER);
        check(&super::org::PROJECT);
        check(&super::org::INVITATION);
    }
}

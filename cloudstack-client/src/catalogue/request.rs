//! A request struct per command: `new` takes what must be given, a setter each what may be.
//!
//! ```
//! use cloudstack_client::catalogue::request::{DeployVirtualMachine, Request};
//!
//! let request = DeployVirtualMachine::new("zone-id", "offering-id")
//!     .templateid("template-id")
//!     .networkids(["first-net", "second-net"])
//!     .details([[("cpuNumber", "2"), ("memory", "2048")]])
//!     .startvm(false);
//! let mut params = Vec::new();
//! request.params(&mut params);
//! assert_eq!(request.command().name, "deployVirtualMachine");
//! assert!(params.contains(&("networkids".into(), "first-net,second-net".into())));
//! assert!(params.contains(&("details[0].cpuNumber".into(), "2".into())));
//! ```

use super::Command;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fmt;

pub use super::reply::List;
pub use super::rows::all::*;

/// A request for one command, ready to be signed and sent.
pub trait Request {
    /// What its answer holds, once the envelope is off: of a [`Sync`](super::Answer::Sync) command the inner object, of a
    /// command that makes a job what the finished job made, of a list command a [`List`].
    type Reply: DeserializeOwned;

    /// Its row.
    fn command(&self) -> &'static Command;

    /// Appends what is given, by its names on the wire, without `command` and without what signing adds.
    fn params(&self, out: &mut Vec<(Cow<'static, str>, String)>);
}

/// A text for a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Texts or ids for a list parameter; none of them can contain a comma, which parts them on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items(Vec<String>);

impl<T: Into<String>, const N: usize> From<[T; N]> for Items {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<String>> From<Vec<T>> for Items {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<String>> FromIterator<T> for Items {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().map(Into::into).collect())
    }
}

/// Groups of keys and values for a map parameter: `[[("key", "env"), ("value", "test")]]` for one tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups(Vec<Vec<(String, String)>>);

impl<K: Into<String>, V: Into<String>, const M: usize, const N: usize> From<[[(K, V); M]; N]> for Groups {
    fn from(groups: [[(K, V); M]; N]) -> Self {
        groups.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>> From<Vec<Vec<(K, V)>>> for Groups {
    fn from(groups: Vec<Vec<(K, V)>>) -> Self {
        groups.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>, G: IntoIterator<Item = (K, V)>> FromIterator<G> for Groups {
    fn from_iter<I: IntoIterator<Item = G>>(groups: I) -> Self {
        let pairs = |group: G| group.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Self(groups.into_iter().map(pairs).collect())
    }
}

/// What a request gives so far. Giving a parameter again replaces it.
#[derive(Clone, Default)]
pub(super) struct Given(Vec<(Cow<'static, str>, String)>);

impl Given {
    /// Appends all of it, in the order given.
    pub(super) fn append_to(&self, out: &mut Vec<(Cow<'static, str>, String)>) {
        out.extend(self.0.iter().cloned());
    }

    /// Shows it without what is secret.
    pub(super) fn show(&self, row: &'static Command, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(row.name);
        for (name, value) in &self.0 {
            let param = name.split_once('[').map_or(name.as_ref(), |(map, _)| map);
            let secret = row.params.iter().any(|known| known.name == param && known.secret);
            shown.field(name, if secret { &"***" } else { value });
        }
        shown.finish()
    }

    fn forget(&mut self, param: &str) {
        self.0
            .retain(|(name, _)| name.strip_prefix(param).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('[')));
    }

    fn set(&mut self, name: &'static str, value: String) {
        self.forget(name);
        self.0.push((Cow::Borrowed(name), value));
    }
}

/// A value that can be written into a request.
pub(super) trait Wire {
    /// Writes it under a name.
    fn put(self, name: &'static str, given: &mut Given);
}

impl Wire for Text {
    fn put(self, name: &'static str, given: &mut Given) {
        given.set(name, self.0);
    }
}

/// Values that are written as they are shown.
macro_rules! shown_as_is {
    ($($kind:ty)*) => { $(
        impl Wire for $kind {
            fn put(self, name: &'static str, given: &mut Given) {
                given.set(name, self.to_string());
            }
        }
    )* };
}

shown_as_is!(bool i32 i64 f64);

impl Wire for Items {
    fn put(self, name: &'static str, given: &mut Given) {
        given.set(name, self.0.join(","));
    }
}

impl Wire for Groups {
    fn put(self, name: &'static str, given: &mut Given) {
        given.forget(name);
        for (at, group) in self.0.into_iter().enumerate() {
            given.0.extend(group.into_iter().map(|(key, value)| (Cow::Owned(format!("{name}[{at}].{key}")), value)));
        }
    }
}

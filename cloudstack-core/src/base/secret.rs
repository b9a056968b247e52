//! Values that must not be seen, and how they lie at rest.

pub mod seal;

pub use seal::{Cipher, Key, Place, SealError, Sealed};

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// A text that never shows in `Debug`, `Display` or error texts; [`Secret::reveal`] is the only way to read it. It is
/// wiped from memory when it is dropped.
///
/// ```
/// use cloudstack_core::base::Secret;
/// let key = Secret::new("hunter2");
/// assert_eq!(format!("{key:?}"), "Secret(…)");
/// assert_eq!(key.reveal(), "hunter2");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// Reads it. Say at the call why that is needed.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

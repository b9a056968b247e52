//! Names that people give to things.

use serde::{Deserialize, Serialize};

/// A name: 1 to 255 characters of any script, no control characters, no white space at either end (OPER-04).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(std::sync::Arc<str>);

/// A text that cannot be a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a name: {why}; give 1 to 255 characters, no control characters, no white space at the ends")]
pub struct BadName {
    /// The text, shortened to 64 characters.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Name {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`BadName`] says what is wrong.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let why = if text.is_empty() {
            "it is empty"
        } else if text.chars().count() > 255 {
            "it is longer than 255 characters"
        } else if text.chars().any(char::is_control) {
            "it holds a control character"
        } else if text.trim() != text {
            "it begins or ends with white space"
        } else {
            return Ok(Self(text.into()));
        };
        Err(BadName { text: text.chars().take(64).filter(|c| !c.is_control()).collect(), why })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl std::str::FromStr for Name {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: OPER-04
    #[test]
    fn names_of_any_script_are_taken_and_broken_ones_refused() {
        assert_eq!(Name::new("研发云-01").unwrap().as_str(), "研发云-01");
        for bad in ["", " a", "a ", "a\nb", &"x".repeat(256)] {
            assert!(Name::new(bad).is_err(), "{bad:?}");
        }
    }
}

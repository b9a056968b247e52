//! Values that a plan file writes as text: how they are read, shown and refused.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serializer, de};

/// A text that is not the value wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not accepted; expected {accepted}")]
pub struct BadText {
    /// The text, shortened to 64 characters.
    pub given: String,
    /// What would be accepted.
    pub accepted: String,
}

impl BadText {
    pub(crate) fn new(given: &str, accepted: impl Into<String>) -> Self {
        Self { given: given.chars().take(64).collect(), accepted: accepted.into() }
    }
}

/// Reads `a-b` or `a` as two small numbers.
pub(crate) fn pair(given: &str, accepted: &'static str) -> Result<(u16, u16), BadText> {
    let (first, last) = given.split_once('-').unwrap_or((given, given));
    let number = |text: &str| text.trim().parse().map_err(|_| BadText::new(given, accepted));
    Ok((number(first)?, number(last)?))
}

/// Shows two numbers the way [`pair`] reads them.
pub(crate) fn show_pair(f: &mut fmt::Formatter<'_>, first: u16, last: u16) -> fmt::Result {
    if first == last { write!(f, "{first}") } else { write!(f, "{first}-{last}") }
}

/// Reads and writes these types as text, by their `FromStr` and `Display`.
macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                $crate::plan::site::text::parsed(d)
            }
        }
    )*};
}
pub(crate) use as_text;

/// Reads a text and parses it.
pub(crate) fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err = BadText>>(d: D) -> Result<T, D::Error> {
    let given = std::borrow::Cow::<'de, str>::deserialize(d)?;
    given.parse().map_err(de::Error::custom)
}

/// A list that may be written as one text, its items separated by commas, or as an array of texts.
pub(crate) mod list {
    use super::*;

    pub(crate) fn serialize<T: fmt::Display, S: Serializer>(items: &[T], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(items.iter().map(ToString::to_string))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, T>(d: D) -> Result<Vec<T>, D::Error>
    where
        T: FromStr<Err = BadText> + Deserialize<'de>,
    {
        d.deserialize_any(ListOrText(std::marker::PhantomData))
    }

    struct ListOrText<T>(std::marker::PhantomData<T>);

    impl<'de, T: FromStr<Err = BadText> + Deserialize<'de>> de::Visitor<'de> for ListOrText<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text, or an array of texts")
        }
        fn visit_str<E: de::Error>(self, given: &str) -> Result<Vec<T>, E> {
            given.split(',').map(|item| item.trim().parse().map_err(E::custom)).collect()
        }
        fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut all = Vec::new();
            while let Some(item) = items.next_element()? {
                all.push(item);
            }
            Ok(all)
        }
    }
}

/// Reads a whole number from `LEAST` to `MOST`: more is a slip of the finger that would take hours to look at.
pub(crate) fn between<'de, const LEAST: u32, const MOST: u32, D: Deserializer<'de>>(d: D) -> Result<u32, D::Error> {
    let given = i64::deserialize(d)?;
    let fits = u32::try_from(given).ok().filter(|n| (LEAST..=MOST).contains(n));
    let accepted = || format!("a whole number from {LEAST} to {MOST}");
    fits.ok_or_else(|| de::Error::custom(BadText::new(&given.to_string(), accepted())))
}

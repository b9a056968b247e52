//! Quantities as a plan file writes them: a number and its unit.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use super::text::{self, BadText};
use crate::base::{Bytes, Mhz, Mib};

/// A ratio in thousandths, written as a number: `1.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(pub u32);

impl Ratio {
    /// One to one.
    pub const ONE: Self = Self(1_000);

    /// The smallest ratio, in thousandths, at which `have` covers `want`. Zero capacity needs the largest ratio there is.
    #[must_use]
    pub fn covering(want: u64, have: u64) -> Self {
        if have == 0 {
            return Self(if want == 0 { 0 } else { u32::MAX });
        }
        let thousandths = (u128::from(want) * 1_000).div_ceil(u128::from(have));
        Self(u32::try_from(thousandths).unwrap_or(u32::MAX))
    }
}

impl Default for Ratio {
    fn default() -> Self {
        Self::ONE
    }
}

impl fmt::Display for Ratio {
    /// Two decimals, rounded: `1.79`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", f64::from(self.0) / 1_000.0)
    }
}

impl serde::Serialize for Ratio {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_f64(f64::from(self.0) / 1_000.0)
    }
}

impl<'de> serde::Deserialize<'de> for Ratio {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let given = f64::deserialize(d)?;
        if !(0.001..=1_000.0).contains(&given) {
            let bad = BadText::new(&given.to_string(), "a ratio between 0.001 and 1000, such as `2.0`");
            return Err(serde::de::Error::custom(bad));
        }
        // In range, so the product fits; the cast drops what is finer than a thousandth.
        Ok(Self((given * 1_000.0).round() as u32))
    }
}

/// Splits `1.5 GiB` into thousandths of the number and the unit.
fn split(given: &str) -> Option<(u128, &str)> {
    let given = given.trim();
    let end = given.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_'))).unwrap_or(given.len());
    let (number, unit) = given.split_at(end);
    let number = number.replace([',', '_'], "");
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    if part.len() > 3 || !part.bytes().all(|b| b.is_ascii_digit()) || whole.is_empty() {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = format!("{part:0<3}").parse().ok()?;
    Some((u128::from(whole) * 1_000 + u128::from(part), unit.trim()))
}

/// Reads a quantity whose units are listed with their size in the smallest one.
fn measure(given: &str, units: &[(&str, u128)], taken: RangeInclusive<u64>, accepted: &str) -> Result<u64, BadText> {
    let bad = || BadText::new(given, accepted);
    let (thousandths, unit) = split(given).ok_or_else(bad)?;
    let (_, size) = units.iter().find(|(name, _)| *name == unit).ok_or_else(bad)?;
    u64::try_from(thousandths * size / 1_000).ok().filter(|n| taken.contains(n)).ok_or_else(bad)
}

/// Shows a quantity in the largest unit that leaves no remainder.
fn show(f: &mut fmt::Formatter<'_>, value: u64, units: &[(&str, u128)]) -> fmt::Result {
    let exact = |size: u128| value != 0 && u128::from(value) % size == 0;
    let (name, size) = units.iter().rev().find(|(_, size)| exact(*size)).unwrap_or(&units[0]);
    write!(f, "{} {name}", u128::from(value) / size)
}

const RAM: &[(&str, u128)] = &[("MiB", 1), ("GiB", 1 << 10), ("TiB", 1 << 20)];
const SPEED: &[(&str, u128)] = &[("MHz", 1), ("GHz", 1_000)];
const DISK: &[(&str, u128)] = &[
    ("B", 1),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

macro_rules! written {
    ($($(#[$doc:meta])* $name:ident($inner:ident), $units:ident, $taken:expr, $accepted:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { show(f, self.0.0, $units) }
        }
        impl FromStr for $name {
            type Err = BadText;
            fn from_str(given: &str) -> Result<Self, BadText> {
                measure(given, $units, $taken, $accepted).map(|n| Self($inner(n)))
            }
        }
        text::as_text!($name);
    )*};
}

written! {
    /// Memory, written `64 GiB` or `1536 MiB`; at most 1024 TiB.
    Ram(Mib), RAM, 1..=1 << 30, "memory such as `64 GiB`, `1.5 GiB` or `1536 MiB`";
    /// The speed of one core, written `2000 MHz` or `2.4 GHz`; at most 1000 GHz.
    Speed(Mhz), SPEED, 1..=1_000_000, "a speed such as `2000 MHz` or `2.4 GHz`";
    /// Disk space, written `125 GB` (10⁹ bytes) or `20 GiB` (2³⁰ bytes).
    Disk(Bytes), DISK, 0..=u64::MAX, "disk space such as `125 GB`, `1 TB` or `20 GiB`";
}

/// Reads the memory of a machine: below 32 MiB nothing boots.
pub(super) fn machine_ram<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Ram, D::Error> {
    let given: Ram = text::parsed(d)?;
    match given.0 >= Mib(32) {
        true => Ok(given),
        false => Err(serde::de::Error::custom(BadText::new(&given.to_string(), "at least `32 MiB` for a machine"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_keep_their_value_through_text() {
        assert_eq!("1.5 GiB".parse(), Ok(Ram(Mib(1_536))));
        assert_eq!("2.4 GHz".parse(), Ok(Speed(Mhz(2_400))));
        assert_eq!("125GB".parse(), Ok(Disk(Bytes(125_000_000_000))));
        for (disk, shown) in
            [(125_000_000_000, "125 GB"), (1 << 40, "1 TiB"), (7, "7 B"), (0, "0 B"), (3 << 30, "3 GiB")]
        {
            assert_eq!(Disk(Bytes(disk)).to_string(), shown);
            assert_eq!(shown.parse(), Ok(Disk(Bytes(disk))));
        }
        for bad in [
            "",
            "GiB",
            "64",
            "64 GB",
            "1.2345 GiB",
            "-1 GiB",
            "1.x GiB",
            "99999999999999999999 GiB",
            "0 MiB",
            "1025 TiB",
        ] {
            assert!(bad.parse::<Ram>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_covering_ratio_rounds_up() {
        assert_eq!(Ratio::covering(200, 112), Ratio(1_786));
        assert_eq!(Ratio::covering(200, 112).to_string(), "1.79");
        assert_eq!((Ratio::covering(1, 0), Ratio::covering(0, 0)), (Ratio(u32::MAX), Ratio(0)));
    }
}

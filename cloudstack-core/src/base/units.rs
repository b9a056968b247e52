//! Quantities with their unit in the type.

use serde::{Deserialize, Serialize};

macro_rules! quantity {
    ($($(#[$doc:meta])* $name:ident, $unit:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// None of it.
            pub const ZERO: Self = Self(0);
            /// The difference, or zero.
            #[must_use]
            pub const fn less(self, other: Self) -> Self { Self(self.0.saturating_sub(other.0)) }
            /// The sum, at most the largest number.
            #[must_use]
            pub const fn plus(self, other: Self) -> Self { Self(self.0.saturating_add(other.0)) }
            /// `n` times as much, at most the largest number.
            #[must_use]
            pub const fn times(self, n: u64) -> Self { Self(self.0.saturating_mul(n)) }
            /// Scaled by a ratio given in thousandths and truncated: an over-commit ratio of 1.5 is `1_500`.
            #[must_use]
            pub const fn scaled(self, thousandths: u32) -> Self {
                let wide = self.0 as u128 * thousandths as u128 / 1_000;
                Self(if wide > u64::MAX as u128 { u64::MAX } else { wide as u64 })
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, concat!("{}", $unit), self.0) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, concat!("{} ", $unit), self.0) }
        }
        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self { iter.fold(Self::ZERO, Self::plus) }
        }
    )*};
}

quantity! {
    /// Processor speed or power, in MHz. A host offers cores × speed; a machine asks cores × speed.
    Mhz, "MHz";
    /// Memory, in MiB (2²⁰ bytes).
    Mib, "MiB";
    /// Storage, in bytes.
    Bytes, "B";
}

impl Bytes {
    /// GiB (2³⁰ bytes).
    #[must_use]
    pub const fn gib(n: u64) -> Self {
        Self(n.saturating_mul(1 << 30))
    }
}

impl Mib {
    /// GiB as MiB.
    #[must_use]
    pub const fn gib(n: u64) -> Self {
        Self(n.saturating_mul(1024))
    }
    /// In bytes.
    #[must_use]
    pub const fn bytes(self) -> Bytes {
        Bytes(self.0.saturating_mul(1 << 20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_truncates_and_saturates() {
        assert_eq!(Mhz(1_001).scaled(1_500), Mhz(1_501));
        assert_eq!(Mhz(u64::MAX).scaled(2_000), Mhz(u64::MAX));
        assert_eq!(Mib(10).less(Mib(11)), Mib::ZERO);
        assert_eq!(format!("{} {:?}", Mib(5), Mhz(6)), "5 MiB 6MHz");
    }
}

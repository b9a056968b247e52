//! The chapters to read before the code. Their samples are compiled and run with the tests.

#[doc = include_str!("../docs/architecture.md")]
pub mod architecture {}

#[doc = include_str!("../docs/invariants.md")]
pub mod invariants {}

#[doc = include_str!("../docs/howto_driver.md")]
pub mod howto_driver {}

#[doc = include_str!("../docs/howto_verb.md")]
pub mod howto_verb {}

#[doc = include_str!("../docs/howto_record.md")]
pub mod howto_record {}

#[doc = include_str!("../docs/features.md")]
pub mod features {}

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}

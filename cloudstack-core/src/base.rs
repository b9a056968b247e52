//! What everything else is made of: ids, units, names, time, secrets, errors, callers, and the one reader of state tables.
//!
//! Nothing here knows a noun of the cloud, reads a clock or draws a random number.

pub mod caller;
pub mod error;
pub mod fsm;
pub mod id;
pub mod mac;
pub mod name;
pub mod password;
pub mod secret;
pub mod seed;
pub mod time;
pub mod units;

pub use caller::{Caller, RoleType};
pub use error::{Error, ErrorKind, Result};
pub use mac::Mac;
pub use name::Name;
pub use password::PasswordHash;
pub use secret::{Sealed, Secret};
pub use seed::Seed;
pub use time::{Span, Timestamp};
pub use units::{Bytes, Mhz, Mib};

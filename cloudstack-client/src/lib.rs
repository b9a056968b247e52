//! The CloudStack protocol, for both of its ends: what a caller signs and what a server checks.
//!
//! * [`sign`] signs requests for any existing cloud, and verifies received ones. It knows nothing of sockets: it turns
//!   parameters into a query string, and a query string into parameters and a verdict.
//! * [`catalogue`] describes commands as data, one row each.
//!
//! The crate has no clock, no network and no database; whoever embeds it brings them.
//!
//! ```
//! use cloudstack_client::sign::Signer;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let signer = Signer::new("my-api-key", "my-secret-key");
//! let query = signer.sign(&[("command", "listZones"), ("response", "json")])?;
//! let url = format!("https://cloud.example/client/api?{query}");
//! assert!(url.contains("&signature="));
//! # Ok(())
//! # }
//! ```

pub mod catalogue;
#[cfg(feature = "serve")]
pub mod serve;
pub mod sign;

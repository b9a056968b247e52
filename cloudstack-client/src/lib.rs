//! The CloudStack protocol, for both of its ends: what a caller signs and what a server checks.
//!
//! * [`sign`] signs requests for any existing cloud, and verifies received ones. It knows nothing of sockets: it turns
//!   parameters into a query string, and a query string into parameters and a verdict.
//! * [`catalogue`] describes commands as data, one row each.
//! * [`send`] (feature `send`) calls a cloud: types, jobs, lists, sessions. Its socket is the feature `http`; without that,
//!   whoever embeds it brings the HTTP client and the clock.
//!
//! Signing and catalogue have no clock, no network and no runtime.
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
#[cfg(feature = "send")]
pub mod send;
#[cfg(feature = "serve")]
pub mod serve;
pub mod sign;

//! The daemon's own protocol: a small client in safe Rust, without its C library.
//!
//! [`xdr`] turns values into bytes and back, [`packet`] cuts a stream into messages, [`protocol`] has the numbers of what can be
//! asked for, [`Connection`] sends calls and takes answers and events, [`calls`] names them. Whatever a peer sends, reading it
//! neither panics nor takes more memory than the bytes that came.

pub mod calls;
mod client;
pub mod packet;
pub mod protocol;
mod transport;
pub mod types;
pub mod xdr;

pub use client::{CallError, Connection, Lifecycle, Timing};
#[cfg(feature = "libvirt_tls")]
pub use transport::TlsFiles;
pub use transport::{BadEndpoint, Endpoint};

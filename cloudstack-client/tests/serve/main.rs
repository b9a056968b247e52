//! The server's side, asked as a client asks it.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod every;
mod frame;
mod hostile;
mod lab;
mod lifecycle;
mod people;
mod told;
mod who;

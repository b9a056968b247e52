//! Plain rows and state tables: what the cloud knows. Methods read `&self` only.

pub mod network;

//! Calls a cloud that exists: requests signed or in a session, answers in types, jobs as futures, lists as streams.
//!
//! ```no_run
//! use cloudstack_client::catalogue::request::{DeployVirtualMachine, ListZones};
//! use cloudstack_client::send::{Client, Profile};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! // cloudstack.ini or CLOUDSTACK_ENDPOINT, CLOUDSTACK_KEY, CLOUDSTACK_SECRET
//! let client = Profile::load(None)?.client()?;
//! let zones = client.send(&ListZones::new()).await?;
//! let zone = zones.items[0].id.clone().unwrap_or_default();
//!
//! let job = client.start(&DeployVirtualMachine::new(zone, "offering-id").templateid("template-id")).await?;
//! println!("the machine will be {:?}", job.entity());
//! let machine = job.watch(|progress| println!("waiting for {:?}", progress.waited)).await?;
//! println!("{:?} is {:?}", machine.name, machine.state);
//!
//! // What has no type here can be called all the same.
//! let raw = client.call("listCapabilities", &[]).await?;
//! println!("{}", raw.text());
//! # Ok(())
//! # }
//! ```
//!
//! # What is kept
//! * **Safety.** A call is repeated only where that does no harm: reads after any passing fault, all others only if it is sure
//!   that not a byte was sent. Redirects are not followed. Time and size are bounded everywhere.
//! * **Tolerance.** Unknown fields are passed over, and what says the same in another type is taken; JSON and XML are read
//!   by one reader into the same structs.
//! * **Truth in errors.** [`Error::refusal`] has the code, the `cserrorcode` and the text of the cloud; of a job that failed,
//!   the job's own.
//! * **Secrets.** No Debug and no error text shows a key, a password, a cookie or a signature.
//!
//! # Without the feature `http`
//! Nothing here opens a socket or reads a clock then: give a [`Transport`] and a [`Clock`].

mod client;
mod error;
#[cfg(feature = "http")]
mod http;
mod job;
mod lenient;
mod lint;
mod node;
mod pages;
pub mod profile;
mod reply;
mod session;
mod transport;
mod typed;
mod xml;

pub use client::{BadOption, Client, ClientBuilder};
pub use error::{Error, Refusal};
#[cfg(feature = "http")]
pub use http::{Http, SystemClock, Tls};
pub use job::{Job, Progress};
pub use lint::{Advice, Misuse, lint};
pub use pages::Pages;
pub use profile::{BadProfile, Profile};
pub use reply::{Format, Raw};
pub use secrecy::{ExposeSecret, SecretString};
pub use session::Credentials;
pub use transport::{Clock, HttpReply, HttpRequest, Method, Transport, TransportError, TransportFault};

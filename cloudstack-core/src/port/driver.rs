//! What the core asks of hypervisors, storage and network devices.
//!
//! Every call is *ensure*-shaped: it names the state that shall hold, and may be repeated, after a crash too, with the same
//! outcome. A driver holds no policy and never retries; the engine does.
//! What calls are given is plain data that can be written down and sent.

pub mod capability;
pub mod error;
pub mod filter;
pub mod hypervisor;
pub mod network;
pub mod storage;
pub mod switch;
mod watched;

pub use capability::Capabilities;
pub use error::{DriverError, DriverErrorKind, DriverResult};
pub use filter::{FilterUpdate, PortFilter};
pub use hypervisor::{
    Console, ConsoleKind, GuestMetadata, GuestPower, GuestReport, GuestSpec, GuestStats, HostFacts, HostReport,
    HostTarget, Hypervisor, StopMode,
};
pub use network::{NetworkDevice, NetworkSpec, PortSpec, RouterSpec, RouterUpdate};
pub use storage::{
    ImageStorage, PoolFacts, PoolTarget, PrimaryStorage, StoreTarget, TemplateFacts, TemplateSpec, VolumeSpec,
};
pub use switch::{BroadcastDomain, VirtualSwitch};
pub(crate) use watched::{Ended, watched};

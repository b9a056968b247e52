//! What every driver must do, whoever wrote it: one suite per port.
//!
//! A suite is an `async fn` over `&dyn` the port. It knows no vendor and no executor: it calls, and looks at the answers.
//! It stops at the first check that fails and names it; every check's name is a sentence about a good driver. What the
//! suites may touch is handed to them as a *bed*: devices and names that nothing else uses. What they made there they
//! remove, unless a check failed. They may be run again on the same bed.
//!
//! ```
//! use cloudstack_core::{
//!     port::{driver::{GuestMetadata, GuestSpec}, platform::Tokio},
//!     testkit::conformance::driver::{self, HypervisorBed},
//! };
//! # use cloudstack_core::{base::{Mhz, Mib, id::{EntityId, HostId, VmId}}, port::driver::HostTarget};
//! # use cloudstack_drivers::sim::SimWorld;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Your driver here; this is the simulator.
//! let hypervisor = SimWorld::new(Tokio::current()?).hypervisor();
//! let host = HostTarget { id: HostId::from_u128(1), name: "h1".into(), address: "192.0.2.1".parse()? };
//! let guest = GuestSpec {
//!     vm: VmId::from_u128(1),
//!     name: "conformance-1".into(),
//!     cores: 1,
//!     speed: Mhz(500),
//!     ram: Mib(128),
//!     disks: vec![],
//!     interfaces: vec![],
//!     metadata: GuestMetadata::default(),
//! };
//!
//! let bed = HypervisorBed::new(host, guest);
//! let passed = driver::hypervisor_suite(&*hypervisor, &bed).await?;
//! assert!(passed.contains(&"a guest that was started is on"));
//! # Ok(())
//! # }
//! ```
//!
//! The names a suite answers are the checks that ran. A bed that lacks a part, such as a host that cannot be reached,
//! leaves out the checks that need it; compare the list if you want to be sure that none was left out.

mod hypervisor;
mod image;
mod network;
mod storage;
mod switch;

pub use hypervisor::{BootCounter, HypervisorBed, Ready, hypervisor_suite};
pub use image::{ImageBed, image_suite};
pub use network::{NetworkBed, network_suite};
pub use storage::{StorageBed, storage_suite};
pub use switch::{DomainViewer, SwitchBed, switch_suite};

use crate::port::driver::{Capabilities, DriverErrorKind, DriverResult};

/// The names of the checks that a driver passed, each once, in the order they first ran.
pub type Passed = Vec<&'static str>;

/// A driver does not do what every driver must.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not so: {check}: {reason}")]
pub struct Failure {
    /// What a good driver does.
    pub check: &'static str,
    /// What this one did.
    pub reason: String,
}

/// The checks so far.
#[derive(Debug, Default)]
struct Checks {
    passed: Passed,
}

impl Checks {
    /// The check passes if `good`; otherwise `reason` says what was seen.
    fn hold(&mut self, check: &'static str, good: bool, reason: impl FnOnce() -> String) -> Result<(), Failure> {
        if !good {
            return Err(Failure { check, reason: reason() });
        }
        // A check may need several looks; it is listed once.
        if !self.passed.contains(&check) {
            self.passed.push(check);
        }
        Ok(())
    }

    /// The check passes if the call was answered with a yes.
    fn works<T>(&mut self, check: &'static str, answer: DriverResult<T>) -> Result<T, Failure> {
        match answer {
            Ok(value) => self.hold(check, true, String::new).map(|()| value),
            Err(error) => Err(Failure { check, reason: format!("{:?}: {error}", error.kind) }),
        }
    }

    /// The check passes if the call was refused with one of these kinds, and the error names its device.
    fn refuses<T>(
        &mut self,
        check: &'static str,
        kinds: &[DriverErrorKind],
        answer: DriverResult<T>,
    ) -> Result<(), Failure> {
        match answer {
            Ok(_) => Err(Failure { check, reason: format!("it was answered, where {kinds:?} was due") }),
            Err(error) => self.hold(check, kinds.contains(&error.kind) && !error.device.is_empty(), || {
                format!("{:?} by device `{}`, where {kinds:?} was due", error.kind, error.device)
            }),
        }
    }

    /// The capability sheet is filled in, and stays as it is.
    fn sheet<'a>(&mut self, read: impl Fn() -> &'a Capabilities) -> Result<(), Failure> {
        let (first, second) = (read(), read());
        self.hold("the capability sheet says what is driven", !first.title.is_empty(), || "it has no title".into())?;
        self.hold("the capability sheet never changes", first == second, || format!("{first:?}, then {second:?}"))
    }
}

//! Primary pools, and the stores that images lie on.

use super::{Capabilities, DriverResult, HostTarget};
use crate::base::Bytes;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The pool a call is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolTarget {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Where it is.
    pub url: String,
}

/// What a pool says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolFacts {
    /// Its size.
    pub capacity: Bytes,
    /// Bytes in use.
    pub used: Bytes,
}

/// A volume as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeSpec {
    /// Its name on the pool, unique in the cloud.
    pub name: String,
    /// Its size.
    pub size: Bytes,
    /// What it begins as; an empty volume without.
    pub template: Option<TemplateSpec>,
}

/// A template, as a pool or an image store sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateSpec {
    /// Its name there, unique in the cloud.
    pub name: String,
    /// The form of the image.
    pub format: String,
    /// Its size once unpacked.
    pub size: Bytes,
    /// Where it comes from.
    pub url: String,
    /// What its image must add up to: hexadecimal digits, whose number says by which sum, or `{SHA-256}` and digits. Not checked if
    /// not said.
    #[serde(default)]
    pub checksum: Option<String>,
    /// The image store it lies on, for pools that make volumes from it.
    #[serde(default)]
    pub store: Option<StoreTarget>,
}

/// Drives primary pools of one kind.
///
/// The suite that each must pass is `testkit::conformance::driver::storage_suite`. A volume of the same name with another size
/// is made as specified: growing one is `ensure_volume` with a larger size. A pool that takes no snapshots of its own answers calls
/// for them with [`Unsupported`](super::DriverErrorKind::Unsupported).
///
/// ```
/// use cloudstack_core::base::Bytes;
/// use cloudstack_core::port::driver::{PoolTarget, PrimaryStorage, VolumeSpec};
/// # use cloudstack_core::port::platform::Tokio;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let driver = cloudstack_drivers::sim::SimWorld::new(Tokio::current()?).storage();
/// let (name, kind, url) = ("p1".into(), "NetworkFilesystem".into(), "nfs://192.0.2.50/p1".into());
/// let pool = PoolTarget { name, kind, url };
/// assert!(driver.ensure_pool(&pool, &[]).await?.capacity > Bytes::ZERO);
/// let volume = VolumeSpec { name: "v1".into(), size: Bytes::gib(1), template: None };
/// for _ in 0..2 {
///     driver.ensure_volume(&pool, &volume).await?;
/// }
/// driver.ensure_snapshot(&pool, "v1", "monday").await?;
/// // Once for each token: a repeated call must not take back what was written since.
/// driver.ensure_reverted(&pool, "v1", "monday", 1).await?;
/// driver.ensure_no_snapshot(&pool, "v1", "monday").await?;
/// driver.ensure_no_volume(&pool, "v1").await?;
/// # Ok(()) }
/// ```
#[async_trait]
pub trait PrimaryStorage: Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;
    /// The pool is there and every one of these hosts reaches it. May be repeated, with more hosts too.
    async fn ensure_pool(&self, pool: &PoolTarget, hosts: &[HostTarget]) -> DriverResult<PoolFacts>;
    /// The volume is there as specified. Repeating it changes nothing.
    async fn ensure_volume(&self, pool: &PoolTarget, volume: &VolumeSpec) -> DriverResult<()>;
    /// No volume of this name is there. Repeating it changes nothing.
    async fn ensure_no_volume(&self, pool: &PoolTarget, volume: &str) -> DriverResult<()>;
    /// The pool keeps nothing of this template, once no volume on it needs that. Repeating it changes nothing.
    ///
    /// [`Refused`](super::DriverErrorKind::Refused) while volumes do.
    async fn ensure_no_base(&self, pool: &PoolTarget, template: &str) -> DriverResult<()>;
    /// There is a snapshot of this name of the volume; one that is there is left as it is.
    ///
    /// [`NotFound`](super::DriverErrorKind::NotFound) if the volume is not there.
    async fn ensure_snapshot(&self, pool: &PoolTarget, volume: &str, snapshot: &str) -> DriverResult<()>;
    /// There is no snapshot of this name of the volume. Repeating it changes nothing; the volume may be gone.
    async fn ensure_no_snapshot(&self, pool: &PoolTarget, volume: &str, snapshot: &str) -> DriverResult<()>;
    /// The volume has gone back to this snapshot once for this `token`. Repeating it with the same token changes nothing. No guest
    /// has the volume meanwhile.
    ///
    /// [`NotFound`](super::DriverErrorKind::NotFound) if there is no such snapshot.
    async fn ensure_reverted(&self, pool: &PoolTarget, volume: &str, snapshot: &str, token: u128) -> DriverResult<()>;
}

/// The image store a call is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreTarget {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// What is known of a template that lies on a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFacts {
    /// Its size once unpacked.
    pub size: Bytes,
}

/// Drives image stores of one kind.
///
/// The suite that each must pass is `testkit::conformance::driver::image_suite`.
///
/// ```
/// use cloudstack_core::base::Bytes;
/// use cloudstack_core::port::driver::{ImageStorage, StoreTarget, TemplateSpec};
/// # use cloudstack_core::port::platform::Tokio;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let driver = cloudstack_drivers::sim::SimWorld::new(Tokio::current()?).images();
/// let store = StoreTarget { name: "images".into(), url: "nfs://192.0.2.51/images".into() };
/// let (name, format, url) = ("t1".into(), "RAW".into(), "https://images.example/t1.raw".into());
/// let template = TemplateSpec { name, format, size: Bytes::gib(2), url, checksum: None, store: None };
/// assert_eq!(driver.ensure_template(&store, &template).await?.size, Bytes::gib(2));
/// driver.ensure_no_template(&store, "t1").await?;
/// # Ok(()) }
/// ```
#[async_trait]
pub trait ImageStorage: Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;
    /// The template lies on the store, complete. May be repeated.
    ///
    /// The form of its image is what is stated, and never found out by looking. An image of another form, that adds up to something
    /// else, is larger than stated (unless nothing was), or leans on another file is
    /// [`Refused`](super::DriverErrorKind::Refused), and nothing of it stays.
    async fn ensure_template(&self, store: &StoreTarget, template: &TemplateSpec) -> DriverResult<TemplateFacts>;
    /// No template of this name lies on the store. Repeating it changes nothing.
    async fn ensure_no_template(&self, store: &StoreTarget, template: &str) -> DriverResult<()>;
}

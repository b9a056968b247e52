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
}

/// Drives primary pools of one kind.
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
#[async_trait]
pub trait ImageStorage: Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;
    /// The template lies on the store, complete. May be repeated.
    async fn ensure_template(&self, store: &StoreTarget, template: &TemplateSpec) -> DriverResult<TemplateFacts>;
}

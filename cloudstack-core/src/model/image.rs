//! Templates: what a root volume begins as.

use super::{Value, record::record};
use crate::base::{
    Bytes, Name,
    id::{AccountId, ImageStoreId, LaunchPermissionId, TemplateId, ZoneId},
};
use serde::{Deserialize, Serialize};

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its name, unique in its zone.
    pub name: Name,
    /// Who owns it.
    pub account: AccountId,
    /// The zone it lies in; a machine of another zone cannot begin as it (HIER-10).
    pub zone: ZoneId,
    /// The kind of hypervisor it boots on.
    pub hypervisor: String,
    /// The form of the image, such as `QCOW2`.
    pub format: String,
    /// Its size once unpacked.
    pub size: Bytes,
    /// The operating system inside.
    pub os: String,
    /// Everybody may use it.
    pub public: bool,
    /// It is shown to everybody in the first place.
    #[serde(default)]
    pub featured: bool,
    /// Who may use it may fetch its image too.
    #[serde(default)]
    pub extractable: bool,
    /// It lies on an image store and can be used (SEC2-08).
    pub ready: bool,
    /// Where it came from.
    pub url: String,
    /// What its image must add up to.
    #[serde(default)]
    pub checksum: Option<String>,
    /// The image store it lies on.
    #[serde(default)]
    pub store: Option<ImageStoreId>,
}
record! { Template: TemplateId in "template" {
    name: Text = |r| Value::text(r.name.as_str()),
    zone: Link = |r| Value::link(r.zone),
    account: Link = |r| Value::link(r.account),
} unique { [zone, name] } }

/// An account that may use a template of another, though it is not public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchPermission {
    /// Its id.
    pub id: LaunchPermissionId,
    /// The template.
    pub template: TemplateId,
    /// The account; that of a project for its members.
    pub account: AccountId,
}
record! { LaunchPermission: LaunchPermissionId in "launch_permission" {
    template: Link = |r| Value::link(r.template),
    account: Link = |r| Value::link(r.account),
} unique { [template, account] } }

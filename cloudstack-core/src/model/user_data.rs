//! Data for guests: what a machine is told at its first start.

use super::{Value, record::record};
use crate::base::{
    Name, Timestamp,
    id::{AccountId, DomainId, UserDataId},
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// User data: any bytes, kept as base64.
///
/// ```
/// use cloudstack_core::model::user_data::Base64;
/// let data: Base64 = "I2Nsb3VkLWNvbmZpZwo=".parse()?;
/// assert_eq!(data.decoded(), b"#cloud-config\n");
/// assert!("#cloud-config".parse::<Base64>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Base64(String);

/// A text that is not base64.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("user data is not base64; encode it, with padding and without line breaks")]
pub struct NotBase64;

impl std::str::FromStr for Base64 {
    type Err = NotBase64;
    fn from_str(text: &str) -> Result<Self, NotBase64> {
        match STANDARD.decode(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err(NotBase64),
        }
    }
}

impl From<Base64> for String {
    fn from(data: Base64) -> Self {
        data.0
    }
}

impl TryFrom<String> for Base64 {
    type Error = NotBase64;
    fn try_from(text: String) -> Result<Self, NotBase64> {
        text.parse()
    }
}

impl Base64 {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The bytes it stands for.
    #[must_use]
    pub fn decoded(&self) -> Vec<u8> {
        STANDARD.decode(&self.0).unwrap_or_default()
    }
}

/// User data that an account has registered, to be given to machines by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserData {
    /// Its id.
    pub id: UserDataId,
    /// Who owns it.
    pub account: AccountId,
    /// The domain of the owner.
    pub domain: DomainId,
    /// Its name, unique in the account.
    pub name: Name,
    /// The data.
    pub data: Base64,
    /// Names of variables that it leaves open.
    pub params: BTreeSet<String>,
    /// When it was registered.
    pub created: Timestamp,
}
record! { UserData: UserDataId in "user_data" {
    name: Text = |r| Value::text(r.name.as_str()),
    account: Link = |r| Value::link(r.account),
} unique { [account, name] } }

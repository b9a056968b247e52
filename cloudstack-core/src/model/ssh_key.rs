//! SSH keys that guests let in: the public half only.

use super::{Value, record::record};
use crate::base::{
    Name, Timestamp,
    id::{AccountId, DomainId, SshKeyPairId},
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

/// The longest public key that is taken, in characters.
const LONGEST: usize = 5_120;

/// Kinds of keys that an OpenSSH server may know.
const KINDS: &[&str] = &[
    "ssh-rsa",
    "ssh-dss",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

/// An SSH key pair that an account has registered. The private key was never here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshKeyPair {
    /// Its id.
    pub id: SshKeyPairId,
    /// Who owns it.
    pub account: AccountId,
    /// The domain of the owner.
    pub domain: DomainId,
    /// Its name, unique in the account.
    pub name: Name,
    /// MD5 of the key, as pairs of digits with colons between: how CloudStack and older OpenSSH show it.
    pub fingerprint: String,
    /// The public key, as a line of an `authorized_keys` file.
    pub public_key: PublicKey,
    /// When it was registered.
    pub created: Timestamp,
}
record! { SshKeyPair: SshKeyPairId in "ssh_key_pair" {
    name: Text = |r| Value::text(r.name.as_str()),
    account: Link = |r| Value::link(r.account),
    fingerprint: Text = |r| Value::text(&r.fingerprint),
} unique { [account, name] [account, fingerprint] } }

/// A public key: kind, key, and an optional remark.
///
/// ```
/// use cloudstack_core::model::ssh_key::PublicKey;
/// let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF46YMeN/h3w6kFmFnVbPeZ7u1yB5h0tKPu2HkLH4a0C ada";
/// let key: PublicKey = line.parse()?;
/// assert_eq!(key.to_string(), line);
/// assert_eq!(key.fingerprint().len(), 16 * 3 - 1);
/// assert!("ssh-ed25519 not-base64".parse::<PublicKey>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PublicKey {
    line: String,
    blob: Vec<u8>,
}

/// A text that is no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an SSH public key: {why}; give a line such as `ssh-ed25519 AAAA… remark`")]
pub struct BadPublicKey {
    /// What is wrong with it.
    pub why: &'static str,
}

impl std::str::FromStr for PublicKey {
    type Err = BadPublicKey;

    fn from_str(text: &str) -> Result<Self, BadPublicKey> {
        let no = |why| Err(BadPublicKey { why });
        let line = text.trim();
        if line.len() > LONGEST {
            return no("it is longer than 5,120 characters");
        }
        if line.chars().any(char::is_control) {
            return no("it is more than one line, or holds a control character");
        }
        let mut words = line.splitn(3, ' ');
        let (Some(kind), Some(key)) = (words.next(), words.next()) else { return no("it has no second word") };
        if !KINDS.contains(&kind) {
            return no("its kind is not known");
        }
        let Ok(blob) = STANDARD.decode(key) else { return no("its second word is not base64") };
        // The key says again, with its length before it, what kind it is.
        let inner = blob.split_at_checked(4).and_then(|(length, rest)| {
            let length = u32::from_be_bytes(length.try_into().ok()?);
            rest.split_at_checked(usize::try_from(length).ok()?)
        });
        match inner {
            Some((inner, rest)) if inner == kind.as_bytes() && !rest.is_empty() => {
                Ok(Self { line: line.to_owned(), blob })
            }
            _ => no("its two words do not belong together"),
        }
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.line)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.line
    }
}

impl TryFrom<String> for PublicKey {
    type Error = BadPublicKey;
    fn try_from(line: String) -> Result<Self, BadPublicKey> {
        line.parse()
    }
}

impl PublicKey {
    /// MD5 of the key, as pairs of digits with colons between. It names a key; it proves nothing.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        Md5::digest(&self.blob).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
    }
}

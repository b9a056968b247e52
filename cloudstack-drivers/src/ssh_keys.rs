//! SSH key pairs, made where the cloud runs: Ed25519, the private half in OpenSSH's own form, without a passphrase.

use cloudstack_core::base::{Error, ErrorKind, Result, Secret};
use cloudstack_core::port::KeyMaker;
use cloudstack_core::port::key_maker::MadeKeyPair;
use ssh_key::rand_core::OsRng;
use ssh_key::{Algorithm, LineEnding, PrivateKey};

/// Makes Ed25519 key pairs, with the operating system's random numbers.
///
/// ```
/// use cloudstack_core::port::KeyMaker;
/// use cloudstack_drivers::ssh_keys::Ed25519;
/// let made = Ed25519.make("ada")?;
/// assert!(made.public_key.to_string().starts_with("ssh-ed25519 ") && made.public_key.to_string().ends_with(" ada"));
/// assert!(made.private_key.reveal().starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
/// # Ok::<(), cloudstack_core::base::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Ed25519;

impl KeyMaker for Ed25519 {
    fn make(&self, remark: &str) -> Result<MadeKeyPair> {
        let failed =
            |e: ssh_key::Error| Error::new(ErrorKind::Unavailable, "no key pair could be made").detail(e.to_string());
        let mut key = PrivateKey::random(&mut OsRng, Algorithm::Ed25519).map_err(failed)?;
        key.set_comment(remark);
        let line = key.public_key().to_openssh().map_err(failed)?;
        let private_key = Secret::new(key.to_openssh(LineEnding::LF).map_err(failed)?.as_str());
        let public_key =
            line.parse().map_err(|e| Error::new(ErrorKind::Unavailable, "no key pair could be made").source(e))?;
        Ok(MadeKeyPair { public_key, private_key })
    }
}

//! Making SSH key pairs.

use crate::base::{Result, Secret};
use crate::model::ssh_key::PublicKey;

/// A key pair that was made just now.
#[derive(Debug, Clone)]
pub struct MadeKeyPair {
    /// The public half.
    pub public_key: PublicKey,
    /// The private half, in a form that SSH clients read from a file. Shown to its owner once, and kept by nobody else.
    pub private_key: Secret,
}

/// Makes SSH key pairs. No cloud needs one: people who bring their own public keys are safer.
///
/// ```
/// use cloudstack_core::base::{Result, Secret};
/// use cloudstack_core::port::{KeyMaker, key_maker::MadeKeyPair};
///
/// /// Gives out one and the same pair: for tests only.
/// struct Same;
/// impl KeyMaker for Same {
///     fn make(&self, _remark: &str) -> Result<MadeKeyPair> {
///         let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF46YMeN/h3w6kFmFnVbPeZ7u1yB5h0tKPu2HkLH4a0C";
///         Ok(MadeKeyPair { public_key: line.parse().unwrap(), private_key: Secret::new("…") })
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
/// let cloud = cloudstack_core::Cloud::in_memory().key_maker(std::sync::Arc::new(Same)).start().await?;
/// let (id, private) = cloud.make_ssh_key_pair(&cloud.root_caller(), None, "laptop".parse()?).await?;
/// assert!(cloud.view().ssh_key_pair(id).is_some());
/// # Ok(()) }
/// ```
pub trait KeyMaker: Send + Sync + 'static {
    /// Makes a pair that nobody else has.
    ///
    /// # Errors
    /// If there are no random numbers to be had.
    fn make(&self, remark: &str) -> Result<MadeKeyPair>;
}

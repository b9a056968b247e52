//! Logging in with a password: hashed with Argon2id, slowed down after wrong ones, and the same answer for every failure.
//!
//! A hash takes a processor some tens of milliseconds; that is what it is for. [`Cloud::log_in`] does it where it is
//! called. A server calls the three parts itself, the one in the middle on a thread that may block:
//! [`Cloud::begin_login`], [`Attempt::check`], [`Cloud::end_login`].

use super::Cloud;
use crate::base::id::{DomainId, UserId};
use crate::base::{Caller, Error, ErrorKind, PasswordHash, Result};
use crate::flow::org::{RecordLogin, caller_of, find_user};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::OnceLock;

/// The longest password that is looked at, in bytes: no request keeps a processor busy with more.
const LONGEST: usize = 1_024;
/// Bytes of salt.
const SALT: usize = 16;

/// The cost of new hashes: 19 MiB of memory, two passes. Old hashes are checked with their own.
fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// The hash of a password with this salt.
///
/// # Errors
/// [`ErrorKind::Invalid`] for an empty password, or one of more than 1,024 bytes. The words do not repeat it.
fn hashed(password: &str, salt: &[u8; SALT]) -> Result<PasswordHash> {
    if password.is_empty() || password.len() > LONGEST {
        return Err(Error::invalid("password", "…", "give 1 to 1,024 bytes"));
    }
    let failed = |_| Error::new(ErrorKind::Unavailable, "the password could not be hashed").retryable();
    let hash = hasher().hash_password_with_salt(password.as_bytes(), salt).map_err(failed)?;
    PasswordHash::new(hash.to_string()).map_err(|_| Error::new(ErrorKind::Unavailable, "the hash has no known form"))
}

/// A hash that no password has, for names that nobody has: checking it takes as long.
fn nobody() -> &'static PasswordHash {
    static NOBODY: OnceLock<PasswordHash> = OnceLock::new();
    NOBODY.get_or_init(|| hashed("nobody", b"salt of no user.").expect("a short password is hashed"))
}

/// What every failure is told.
fn refused() -> Error {
    Error::new(ErrorKind::Denied, "the name or the password is wrong, or it was tried too often")
}

/// A login under way.
#[derive(Debug, Clone)]
pub struct Attempt {
    user: Option<UserId>,
    hash: PasswordHash,
}

impl Attempt {
    /// Whether the password is right. Takes as long for a name that nobody has.
    #[must_use]
    pub fn check(&self, password: &str) -> bool {
        let fits = !password.is_empty() && password.len() <= LONGEST;
        let password = if fits { password } else { "x" };
        let right = hasher().verify_password(password.as_bytes(), self.hash.reveal()).is_ok();
        right && fits && self.user.is_some()
    }
}

impl Cloud {
    /// The hash of a new password, with a salt of its own.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
    /// # fn main() { sample(async |Sample { cloud, admin, .. }| {
    /// # use cloudstack_core::flow::org::UpdateUser;
    /// let password = Some(cloud.hash_password("correct horse battery staple")?);
    /// cloud.users().update(&admin, UpdateUser { password, ..UpdateUser::of(admin.user) }).await?.done().await?;
    ///
    /// let caller = cloud.log_in(admin.domain, "admin", "correct horse battery staple").await?;
    /// assert_eq!(caller, admin);
    /// cloud.log_in(admin.domain, "admin", "hunter2").await.unwrap_err();
    /// # Ok(()) }); }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] for an empty password, or one of more than 1,024 bytes.
    pub fn hash_password(&self, password: &str) -> Result<PasswordHash> {
        let mut salt = [0; SALT];
        self.inner.platform.fill_secret(&mut salt);
        hashed(password, &salt)
    }

    /// Looks up whom a name means. Cheap.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] while that user must wait after wrong passwords.
    pub fn begin_login(&self, domain: DomainId, name: &str) -> Result<Attempt> {
        let view = self.view();
        let user = find_user(&view, domain, name);
        if user.is_some_and(|user| self.inner.platform.now() < user.next_login()) {
            return Err(refused());
        }
        let known = user.and_then(|user| Some((user.id, user.password.clone()?)));
        Ok(match known {
            Some((user, hash)) => Attempt { user: Some(user), hash },
            None => Attempt { user: None, hash: nobody().clone() },
        })
    }

    /// Writes down whether the password was right, and answers who has logged in.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] in the same words for whatever was wrong: name, password, a locked user, too many tries.
    pub async fn end_login(&self, attempt: Attempt, right: bool) -> Result<Caller> {
        let Some(user) = attempt.user else { return Err(refused()) };
        let noted = self.run(&self.inner.system, RecordLogin { user, right }).await;
        match noted {
            Ok(_) if right => caller_of(&self.view(), user).ok_or_else(refused),
            Err(error) if !matches!(error.kind(), ErrorKind::Denied | ErrorKind::NotFound) => Err(error),
            _ => Err(refused()),
        }
    }

    /// Logs in with a password. Keeps the thread busy for the time of one hash.
    ///
    /// # Errors
    /// As [`Cloud::end_login`].
    pub async fn log_in(&self, domain: DomainId, name: &str, password: &str) -> Result<Caller> {
        let attempt = self.begin_login(domain, name)?;
        let right = attempt.check(password);
        self.end_login(attempt, right).await
    }
}

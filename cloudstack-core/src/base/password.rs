//! The hash of a password, as text that nobody sees.

use serde::{Deserialize, Serialize};

/// The hash of a password in PHC form, such as `$argon2id$v=19$m=19456,t=2,p=1$…$…`.
///
/// Opaque here: decisions never hash and never compare passwords. Who takes passwords in makes hashes and checks them;
/// with feature `password`, `Cloud::log_in` does. It never shows in `Debug` or in error texts.
///
/// ```
/// use cloudstack_core::base::PasswordHash;
/// let hash = PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")?;
/// assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
/// assert!(PasswordHash::new("hunter2").is_err(), "a password is not a hash");
/// # Ok::<(), cloudstack_core::base::password::BadHash>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

/// A text that is not a hash in PHC form. It is not repeated here: it may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password is kept as a hash in PHC form: `$algorithm$parameters$salt$hash`, at most 512 characters")]
pub struct BadHash;

impl PasswordHash {
    /// Takes a hash in PHC form.
    ///
    /// # Errors
    /// [`BadHash`] if it has another form; a password by mistake, most likely.
    pub fn new(phc: impl Into<String>) -> Result<Self, BadHash> {
        let phc: String = phc.into();
        let plain = phc.len() <= 512 && phc.bytes().all(|b| b.is_ascii_graphic());
        let parts: Vec<&str> = phc.split('$').collect();
        let whole = plain && parts.len() >= 4 && parts[0].is_empty() && parts[1..].iter().all(|part| !part.is_empty());
        if whole { Ok(Self(phc)) } else { Err(BadHash) }
    }

    /// Reads it, to check a password against it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl<'de> Deserialize<'de> for PasswordHash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashes_are_taken_and_refusals_do_not_repeat_them() {
        for bad in ["", "hunter2", "$hunter2", "$a$b", "$a$$b$c", "$a$b$c d$e", &format!("$a$b$c${}", "x".repeat(600))]
        {
            let error = PasswordHash::new(bad).unwrap_err();
            assert!(bad.is_empty() || !error.to_string().contains(bad), "{bad}");
        }
        assert_eq!(PasswordHash::new("$5$salt$hash").unwrap().reveal(), "$5$salt$hash");
        assert!(serde_json::from_str::<PasswordHash>("\"hunter2\"").is_err());
    }
}

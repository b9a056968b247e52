//! Sealing: AES-256-GCM-SIV, with the place a value lies in as part of what is authenticated.
//!
//! The cipher stays safe if a nonce occurs twice (it then only shows that the same text was sealed for the same place), so
//! a decision may take its nonces from its [`Seed`] and still be repeatable.

use super::Secret;
use crate::base::Seed;
use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use zeroize::Zeroize;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// Format, number of the data key, nonce.
const HEAD_BYTES: usize = 1 + 4 + NONCE_BYTES;
const FORMAT: u8 = 1;

/// Texts that programs and manuals give as a first key, and that therefore protect nothing.
const KNOWN: &[&str] =
    &["password", "passwd", "secret", "changeme", "change-me", "default", "admin", "cloud", "cloudstack"];

/// A key: 32 bytes that nobody can guess. It has no text form but the one it was read from.
#[derive(Clone)]
pub struct Key([u8; KEY_BYTES]);

impl Key {
    /// A key of these bytes.
    ///
    /// # Errors
    /// [`BadKey::Weak`] if they show a pattern.
    pub fn new(bytes: [u8; KEY_BYTES]) -> Result<Self, BadKey> {
        let key = Self(bytes);
        let distinct: std::collections::BTreeSet<u8> = bytes.into_iter().collect();
        let step = bytes[1].wrapping_sub(bytes[0]);
        let row = bytes.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
        // Of 32 random bytes fewer than 16 are distinct less than once in 10^20.
        if row || distinct.len() < 16 { Err(BadKey::Weak) } else { Ok(key) }
    }

    /// Reads a key: 64 hexadecimal digits, or 44 characters of base64. Space around it does not count.
    ///
    /// There is no form for a password: what people can remember, machines can guess.
    ///
    /// ```
    /// use cloudstack_core::base::secret::seal::{BadKey, Key};
    /// assert!(Key::parse("8f3a5e7c0070b1d2e4f60819a2b3c4d5e6f70a1b2c3d4e5f60718293a4b5c6d7").is_ok());
    /// assert_eq!(Key::parse("password").err(), Some(BadKey::Known));
    /// assert_eq!(Key::parse("correct horse").err(), Some(BadKey::Form { characters: 13 }));
    /// assert_eq!(Key::parse(&"00".repeat(32)).err(), Some(BadKey::Weak));
    /// ```
    ///
    /// # Errors
    /// [`BadKey`]; it never holds the text.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let text = text.trim();
        if KNOWN.iter().any(|known| text.eq_ignore_ascii_case(known)) {
            return Err(BadKey::Known);
        }
        let form = || BadKey::Form { characters: text.chars().count() };
        let mut bytes = if text.len() == 2 * KEY_BYTES {
            unhex(text).ok_or_else(form)?
        } else {
            STANDARD.decode(text).map_err(|_| form())?
        };
        let key = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map_err(|_| form());
        bytes.zeroize();
        Self::new(key?)
    }

    /// The key as base64, for the one who keeps it.
    #[must_use]
    pub fn to_text(&self) -> Secret {
        Secret::new(STANDARD.encode(self.0))
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    Some(digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadKey {
    /// Everybody knows it.
    #[error("the key is a well-known default; make one with `openssl rand -base64 32`")]
    Known,
    /// It is not 32 bytes.
    #[error(
        "a key is 64 hexadecimal digits or 44 characters of base64, not {characters} characters; make one with `openssl rand -base64 32`"
    )]
    Form {
        /// How long it is.
        characters: usize,
    },
    /// It is 32 bytes that somebody typed.
    #[error("the key shows a pattern; make one with `openssl rand -base64 32`")]
    Weak,
}

/// Where a sealed value lies. A value opens only there: moved to another row or field, it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The row.
    pub id: u128,
    /// The field.
    pub field: &'static str,
}

impl Place {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.table.len() + self.field.len() + 18);
        bytes.extend_from_slice(self.table.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(&self.id.to_be_bytes());
        bytes.push(0);
        bytes.extend_from_slice(self.field.as_bytes());
        bytes
    }
}

/// A sealed value, as rows hold it: bytes that say nothing without the key. As text it is base64.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// The number of the data key that opens it.
    #[must_use]
    pub fn key(&self) -> u32 {
        self.0.get(1..5).and_then(|n| n.try_into().ok()).map_or(0, u32::from_be_bytes)
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes, key {})", self.0.len(), self.key())
    }
}

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        STANDARD.decode(text.as_bytes()).map(Self).map_err(D::Error::custom)
    }
}

/// A field that may hold a sealed value.
pub trait SealedField {
    /// The value, if there is one.
    fn sealed_mut(&mut self) -> Option<&mut Sealed>;
}

impl SealedField for Sealed {
    fn sealed_mut(&mut self) -> Option<&mut Sealed> {
        Some(self)
    }
}

impl SealedField for Option<Sealed> {
    fn sealed_mut(&mut self) -> Option<&mut Sealed> {
        self.as_mut()
    }
}

/// A value cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// No key was given to the cloud.
    #[error("the cloud was given no key for its secrets")]
    Locked,
    /// The data key it names is not there.
    #[error("data key {0} is not there")]
    NoKey(u32),
    /// It was sealed with another key or for another place, or was changed.
    #[error("what is sealed in {table}.{field} does not open: another key, another place, or changed bytes")]
    Refused {
        /// The table.
        table: &'static str,
        /// The field.
        field: &'static str,
    },
}

/// Seals and opens with one key.
///
/// ```
/// use cloudstack_core::base::secret::{Cipher, Key, Place};
/// use cloudstack_core::base::{Secret, Seed};
///
/// let key = Key::parse("8f3a5e7c0070b1d2e4f60819a2b3c4d5e6f70a1b2c3d4e5f60718293a4b5c6d7")?;
/// let (cipher, mut seed) = (Cipher::new(&key), Seed::new(1));
/// let here = Place { table: "user", id: 1, field: "secret_key" };
/// let sealed = cipher.seal(1, here, &mut seed, &Secret::new("hunter2"));
/// assert_eq!(cipher.open(here, &sealed)?.reveal(), "hunter2");
///
/// // In another row it does not open.
/// assert!(cipher.open(Place { id: 2, ..here }, &sealed).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Cipher(Aes256GcmSiv);

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cipher(…)")
    }
}

impl Cipher {
    /// For this key.
    #[must_use]
    pub fn new(key: &Key) -> Self {
        Self(Aes256GcmSiv::new(&key.0.into()))
    }

    /// Seals a text for a place. `number` says which key this is; the nonce comes from the seed.
    ///
    /// # Panics
    /// Never for texts below 64 GiB, which is what the cipher takes.
    #[must_use]
    pub fn seal(&self, number: u32, place: Place, seed: &mut Seed, plain: &Secret) -> Sealed {
        let mut nonce = [0_u8; NONCE_BYTES];
        nonce[..8].copy_from_slice(&seed.next().to_be_bytes());
        nonce[8..].copy_from_slice(&seed.next().to_be_bytes()[..4]);
        let payload = Payload { msg: plain.reveal().as_bytes(), aad: &place.bytes() };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).expect("a text is shorter than 64 GiB");
        let mut bytes = Vec::with_capacity(HEAD_BYTES + sealed.len());
        bytes.push(FORMAT);
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Sealed(bytes)
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`SealError::Refused`].
    pub fn open(&self, place: Place, sealed: &Sealed) -> Result<Secret, SealError> {
        let refused = || SealError::Refused { table: place.table, field: place.field };
        let (head, rest) = sealed.0.split_at_checked(HEAD_BYTES).ok_or_else(refused)?;
        let nonce = <[u8; NONCE_BYTES]>::try_from(&head[5..]).map_err(|_| refused())?;
        if head[0] != FORMAT {
            return Err(refused());
        }
        let payload = Payload { msg: rest, aad: &place.bytes() };
        let plain = self.0.decrypt(&Nonce::from(nonce), payload).map_err(|_| refused())?;
        String::from_utf8(plain).map(Secret::new).map_err(|_| refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u64) -> Key {
        let mut seed = Seed::new(seed);
        Key::new(std::array::from_fn(|_| seed.next() as u8)).unwrap()
    }

    const HERE: Place = Place { table: "user", id: 7, field: "secret_key" };

    #[test]
    fn any_change_of_key_place_or_bytes_is_refused() {
        let cipher = Cipher::new(&key(1));
        let sealed = cipher.seal(3, HERE, &mut Seed::new(9), &Secret::new("hunter2"));
        assert_eq!((sealed.key(), cipher.open(HERE, &sealed).unwrap().reveal()), (3, "hunter2"));
        let elsewhere = [Place { table: "vm", ..HERE }, Place { id: 8, ..HERE }, Place { field: "password", ..HERE }];
        for place in elsewhere {
            assert!(cipher.open(place, &sealed).is_err(), "{place:?}");
        }
        assert!(Cipher::new(&key(2)).open(HERE, &sealed).is_err());
        // The number of the key is a hint for finding it, so changing it alone does no harm here.
        for at in (0..sealed.0.len()).filter(|at| !(1..5).contains(at)) {
            let mut changed = sealed.clone();
            changed.0[at] ^= 1;
            assert!(cipher.open(HERE, &changed).is_err(), "byte {at}");
        }
        for length in 0..sealed.0.len() {
            assert!(cipher.open(HERE, &Sealed(sealed.0[..length].to_vec())).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn the_text_form_is_base64_and_shows_nothing() {
        let sealed = Cipher::new(&key(1)).seal(1, HERE, &mut Seed::new(9), &Secret::new("hunter2"));
        let text = serde_json::to_string(&sealed).unwrap();
        assert_eq!(serde_json::from_str::<Sealed>(&text).unwrap(), sealed);
        assert!(!text.contains("hunter2") && !format!("{sealed:?}{:?}", key(1)).contains("hunter2"));
        assert_eq!(format!("{:?}", key(1)), "Key(…)");
    }

    /// Proves: CRYPT-02
    #[test]
    fn only_keys_nobody_can_guess_are_taken() {
        let base64 = key(5).to_text();
        for (text, outcome) in [
            (base64.reveal(), None),
            ("password", Some(BadKey::Known)),
            (" ChangeMe\n", Some(BadKey::Known)),
            ("", Some(BadKey::Form { characters: 0 })),
            ("hunter2hunter2hunter2hunter2hunt", Some(BadKey::Form { characters: 32 })),
            (&"a5".repeat(32), Some(BadKey::Weak)),
            (&(0..32).map(|n| format!("{n:02x}")).collect::<String>(), Some(BadKey::Weak)),
            (&"zz".repeat(32), Some(BadKey::Form { characters: 64 })),
        ] {
            assert_eq!(Key::parse(text).err(), outcome, "{text}");
        }
        assert_eq!(Key::parse(&format!("\n{} ", base64.reveal())).unwrap().to_text(), base64);
    }
}

//! Signed requests, on both ends: [`Signer`] makes the query string to send, [`Received`] reads one and
//! [`Verifier`] judges it.
//!
//! # The rule
//! 1. Take every parameter but `signature`; the API key is one of them.
//! 2. Sort by name **as sent**: case counts, capitals come first.
//! 3. Write `name=value` with `&` between. Names stand as they are. In values, letters, digits and `. - _ *` stand bare
//!    and every other byte of the UTF-8 text becomes `%XX`; so `~` becomes `%7E`, a space `%20`, a plus `%2B`.
//! 4. Lower-case the whole text, escapes included.
//! 5. HMAC-SHA1 under the secret key, then base64 with padding.
//!
//! `signatureVersion=3` with `expires` bounds the life of a request; any other version never expires.
//!
//! # What the rule does not protect
//! Since the text is lower-cased, letters of names and values can change case on the way unnoticed: that is a property of
//! the protocol. Since names are not escaped, a name that holds `&` or `=` could be read in two ways; both ends here
//! refuse such names, and the signer refuses to send a name twice because a server reads one of the two only.
//!
//! # Speed
//! The keyed state of the HMAC is computed once per key. [`Signer::sign_into`] and [`Verifier::verify`] allocate nothing
//! once their buffers have grown to the size of a request, as long as names are ASCII.

mod expiry;
mod query;
mod text;
mod verify;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::fmt;

pub use expiry::UnixSeconds;
pub use query::{BadQuery, Received};
pub use verify::{Refused, Verifier};

use text::{Ordered, Text, Tilde};

/// A secret key, kept only as the state it gives the HMAC: the text itself is not stored and cannot be printed.
#[derive(Clone)]
struct Key(Hmac<Sha1>);

impl Key {
    fn new(secret: &str) -> Self {
        // A broken invariant, not an input: HMAC pads or hashes a key of any length.
        Self(Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of every length"))
    }

    fn mac(&self, text: &[u8]) -> Hmac<Sha1> {
        let mut mac = self.0.clone();
        mac.update(text);
        mac
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Signs requests with one pair of keys. Cheap to share: signing takes `&self`.
///
/// ```
/// use cloudstack_client::sign::{Scratch, Signer, UnixSeconds};
///
/// # fn main() -> Result<(), cloudstack_client::sign::BadParam> {
/// let signer = Signer::new("AbC", "secret");
/// let mut scratch = Scratch::default();
/// let mut query = String::new();
/// let deadline = UnixSeconds(1_893_456_000);
/// signer.sign_into(&[("command", "listZones")], Some(deadline), &mut scratch, &mut query)?;
/// assert!(query.starts_with("apiKey=AbC&command=listZones&expires=2030-01-01T00%3A00%3A00%2B0000&signatureVersion=3"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Signer {
    api_key: String,
    key: Key,
}

/// Buffers that signing reuses. One per thread or task is enough; what it holds between calls has no meaning.
#[derive(Default)]
pub struct Scratch {
    order: Ordered,
    text: Text,
    wire: Text,
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scratch")
    }
}

/// A parameter that cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadParam {
    /// `apiKey`, `signature`, `signatureVersion` and `expires` are the signer's to give, in any spelling of case.
    #[error("parameter `{0}` is given by the signer; leave it out")]
    Reserved(String),
    /// The name is given twice; a server would read one of the two only.
    #[error("parameter `{0}` is given twice; give it once")]
    Repeated(String),
    /// The name is empty or holds `&` or `=`, so that the signed text could be read in two ways.
    #[error("`{0}` is not a parameter name: it must not be empty or hold `&` or `=`")]
    Ambiguous(String),
}

impl Signer {
    /// A signer for this pair of keys.
    #[must_use]
    pub fn new(api_key: impl Into<String>, secret: &str) -> Self {
        Self { api_key: api_key.into(), key: Key::new(secret) }
    }

    /// The query string to send: `params` and the API key, sorted and escaped, with the signature at the end.
    ///
    /// # Errors
    /// [`BadParam`] names a parameter that must not be in a request.
    pub fn sign(&self, params: &[(&str, &str)]) -> Result<String, BadParam> {
        let mut query = String::new();
        self.sign_into(params, None, &mut Scratch::default(), &mut query)?;
        Ok(query)
    }

    /// As [`sign`](Self::sign), for a request that a server must refuse after `expires`.
    ///
    /// # Errors
    /// [`BadParam`] names a parameter that must not be in a request.
    pub fn sign_until(&self, params: &[(&str, &str)], expires: UnixSeconds) -> Result<String, BadParam> {
        let mut query = String::new();
        self.sign_into(params, Some(expires), &mut Scratch::default(), &mut query)?;
        Ok(query)
    }

    /// As [`sign`](Self::sign), into buffers of the caller: `query` is replaced, nothing is allocated once both have
    /// grown. After an error `query` is empty.
    ///
    /// # Errors
    /// [`BadParam`] names a parameter that must not be in a request.
    pub fn sign_into(
        &self,
        params: &[(&str, &str)],
        expires: Option<UnixSeconds>,
        scratch: &mut Scratch,
        query: &mut String,
    ) -> Result<(), BadParam> {
        query.clear();
        let stamp = expires.map(UnixSeconds::stamp);
        let own = [
            ("apiKey", self.api_key.as_str()),
            ("signatureVersion", "3"),
            ("expires", stamp.as_ref().map_or("", |s| s.as_str())),
        ];
        let own = if stamp.is_some() { &own[..] } else { &own[..1] };
        let Scratch { order, text, wire } = scratch;
        let pair = |at: usize| if at < params.len() { params[at] } else { own[at - params.len()] };
        order.sort(params.len() + own.len(), |at| pair(at).0);
        refuse_own(params)?;
        refuse_repeated(params, order)?;
        if text::write_wire(order.iter().map(pair), wire) {
            text::lower(wire, text);
        } else {
            refuse_ambiguous(params)?;
            text::write_signed(order.iter().map(pair), Tilde::Escaped, text);
        }
        let signature = self.key.mac(text.as_bytes()).finalize().into_bytes();
        text::push_signature(&signature, wire);
        // A broken invariant, not an input: everything written is a letter, a digit or ASCII punctuation.
        query.push_str(std::str::from_utf8(wire.as_bytes()).expect("an escaped query is ASCII"));
        Ok(())
    }
}

fn refuse_own(params: &[(&str, &str)]) -> Result<(), BadParam> {
    match params.iter().find(|(name, _)| text::is_own(name)) {
        Some((name, _)) => Err(BadParam::Reserved((*name).to_owned())),
        None => Ok(()),
    }
}

fn refuse_repeated(params: &[(&str, &str)], order: &Ordered) -> Result<(), BadParam> {
    match order.repeated(|at| params.get(at).map_or("", |(name, _)| *name)) {
        Some(at) => Err(BadParam::Repeated(params[at].0.to_owned())),
        None => Ok(()),
    }
}

/// Only asked when a name needs an escape, as an ambiguous one does.
fn refuse_ambiguous(params: &[(&str, &str)]) -> Result<(), BadParam> {
    match params.iter().find(|(name, _)| !text::is_name(name)) {
        Some((name, _)) => Err(BadParam::Ambiguous((*name).to_owned())),
        None => Ok(()),
    }
}

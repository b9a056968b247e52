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
//! What depends on the keys alone is computed once per key: the keyed states of the HMAC, the sent form of the API key
//! and the hash of its first block. [`Signer::sign_into`] and [`Verifier::verify`] allocate nothing
//! once their buffers have grown to the size of a request, as long as names are ASCII.

mod expiry;
mod explain;
mod mac;
mod order;
mod query;
mod text;
mod verify;

use std::fmt;

pub use expiry::UnixSeconds;
pub use explain::Explained;
pub use query::{BadQuery, Received};
pub use verify::{Refused, Verifier};

use mac::{Begun, Key};
use order::Ordered;
use text::{Piece, Text, Tilde};

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
    /// The pair of the API key as it is sent.
    key_pair: Vec<u8>,
    /// The signed text up to the end of the last whole block of that pair, for requests that begin with it.
    begun: Begun,
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
        let (api_key, key) = (api_key.into(), Key::new(secret));
        let mut pair = Text::default();
        text::write_wire([Some((text::OWN[text::API_KEY], api_key.as_str()))].into_iter(), b"", &mut pair);
        let begun = key.begin_with(&pair.as_bytes().to_ascii_lowercase());
        Self { api_key, key, key_pair: pair.as_bytes().to_vec(), begun }
    }

    /// The API key, which is no secret.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
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
            (text::OWN[text::API_KEY], self.api_key.as_str()),
            (text::OWN[text::VERSION], "3"),
            (text::OWN[text::EXPIRES], stamp.as_ref().map_or("", |s| s.as_str())),
        ];
        let own = if stamp.is_some() { &own[..] } else { &own[..1] };
        let Scratch { order, text, wire } = scratch;
        let pair = |at: usize| if at < params.len() { params[at] } else { own[at - params.len()] };
        refuse_own(params)?;
        if !order.sort(params.len() + own.len(), |at| pair(at).0) {
            refuse_repeated(params, order)?;
        }
        let ready = order.iter().map(|at| if at == params.len() { None } else { Some(pair(at)) });
        let plain = text::write_wire(ready, &self.key_pair, wire);
        let mut begun = self.key.begin();
        if plain {
            if order.iter().next() == Some(params.len()) {
                begun = self.begun;
            }
            text::lower(wire, begun.length(), text);
        } else {
            refuse_ambiguous(params)?;
            let piece = |at| {
                let (name, value) = pair(at);
                Piece::Pair(name, value)
            };
            let room = text::room(order.iter().map(pair));
            text::write_signed(order.iter().map(piece), Tilde::Escaped, room, text);
        }
        text::push_signature(&self.key.finish(begun, text), wire);
        // A broken invariant, not an input: everything written is a letter, a digit or ASCII punctuation.
        query.push_str(std::str::from_utf8(wire.as_bytes()).expect("an escaped query is ASCII"));
        Ok(())
    }
}

/// A query for callers who sign nothing: in a session, or on an integration port. Parameters come in the order given, which
/// means nothing.
///
/// # Errors
/// [`BadParam`] names a parameter that a server could read in two ways, or that is signing's own.
pub fn unsigned(params: &[(&str, &str)]) -> Result<String, BadParam> {
    refuse_own(params)?;
    refuse_ambiguous(params)?;
    let mut order = Ordered::default();
    if !order.sort(params.len(), |at| params[at].0) {
        refuse_repeated(params, &order)?;
    }
    let mut wire = Text::default();
    text::write_wire(params.iter().map(|pair| Some(*pair)), b"", &mut wire);
    // A broken invariant, not an input: everything written is a letter, a digit or ASCII punctuation.
    Ok(std::str::from_utf8(wire.as_bytes()).expect("an escaped query is ASCII").to_owned())
}

fn refuse_own(params: &[(&str, &str)]) -> Result<(), BadParam> {
    match params.iter().find(|(name, _)| text::own(name).is_some()) {
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

/// Signing asks only when a name needs an escape, as an ambiguous one does.
fn refuse_ambiguous(params: &[(&str, &str)]) -> Result<(), BadParam> {
    match params.iter().find(|(name, _)| !text::is_name(name)) {
        Some((name, _)) => Err(BadParam::Ambiguous((*name).to_owned())),
        None => Ok(()),
    }
}

//! The server's side: is this request signed by who it says, and still alive?

use super::text::{self, Tilde};
use super::{Key, Received, Scratch, UnixSeconds};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac;

/// Judges requests signed with one secret key.
///
/// The rule is tried first. A request that has a `~` in a value and fails by the rule is tried once more with the `~`
/// left bare, because that is what most clients in use send; the two readings cannot be confused, since a bare `~`
/// never appears in a value that was written by the rule.
///
/// ```
/// use cloudstack_client::sign::{Received, Scratch, Signer, UnixSeconds, Verifier};
///
/// let query = Signer::new("AbC", "secret").sign(&[("command", "listZones")]).unwrap();
/// let (mut request, mut scratch) = (Received::default(), Scratch::default());
/// request.parse(&query).unwrap();
/// assert_eq!(request.api_key(), Some("AbC"));
/// let now = UnixSeconds(1_800_000_000);
/// assert!(Verifier::new("secret").verify(&request, now, &mut scratch).is_ok());
/// assert!(Verifier::new("other").verify(&request, now, &mut scratch).is_err());
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    key: Key,
}

/// Why a request is not believed. A caller should be told one sentence for all of them; the log may tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no API key in the request.
    #[error("no apiKey in the request")]
    NoApiKey,
    /// There is no signature in the request.
    #[error("no signature in the request")]
    NoSignature,
    /// Signature version 3 without a deadline that can be read.
    #[error("signatureVersion 3 needs `expires` as yyyy-MM-ddTHH:mm:ss+hhmm")]
    NoExpiry,
    /// The deadline has passed.
    #[error("the request expired at {} s, now is {} s", .at.0, .now.0)]
    Expired {
        /// The deadline in the request.
        at: UnixSeconds,
        /// The time it was judged.
        now: UnixSeconds,
    },
    /// Another key, or the request was changed on its way.
    #[error("the signature does not fit the request")]
    Mismatch,
}

impl Verifier {
    /// A verifier for this secret key. Keep it: the keyed state is half of the work of a short request.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self { key: Key::new(secret) }
    }

    /// Checks the deadline, then the signature, the latter in constant time. Allocates nothing once `scratch` has grown,
    /// as long as names are ASCII. Of a name given twice the first value counts.
    ///
    /// # Errors
    /// [`Refused`] says why the request is not believed.
    pub fn verify(&self, request: &Received, now: UnixSeconds, scratch: &mut Scratch) -> Result<(), Refused> {
        let own = Own::find(request);
        own.api_key.ok_or(Refused::NoApiKey)?;
        let signature = own.signature.ok_or(Refused::NoSignature)?;
        if own.version == Some("3") {
            let at = own.expires.and_then(UnixSeconds::read).ok_or(Refused::NoExpiry)?;
            if at < now {
                return Err(Refused::Expired { at, now });
            }
        }
        let mut mac = [0; 21];
        let length = STANDARD.decode_slice(signature, &mut mac).map_err(|_| Refused::Mismatch)?;
        let mac = &mac[..length];

        scratch.order.sort(request.count(), |at| request.name(at));
        scratch.order.dedup(|at| request.name(at));
        if self.fits(request, mac, Tilde::Escaped, scratch) {
            return Ok(());
        }
        let tilde = request.pairs().any(|(_, value)| value.contains('~'));
        if tilde && self.fits(request, mac, Tilde::Bare, scratch) { Ok(()) } else { Err(Refused::Mismatch) }
    }

    fn fits(&self, request: &Received, mac: &[u8], tilde: Tilde, scratch: &mut Scratch) -> bool {
        let Scratch { order, text, .. } = scratch;
        let signed = order.iter().map(|at| request.pair(at)).filter(|(name, _)| !text::is_signature(name));
        text::write_signed(signed, tilde, text);
        self.key.mac(text.as_bytes()).verify_slice(mac).is_ok()
    }
}

/// The parameters that belong to signing itself, whatever the case of their names; the first of each counts.
#[derive(Default)]
struct Own<'a> {
    api_key: Option<&'a str>,
    expires: Option<&'a str>,
    signature: Option<&'a str>,
    version: Option<&'a str>,
}

impl<'a> Own<'a> {
    fn find(request: &'a Received) -> Self {
        let mut own = Self::default();
        for (name, value) in request.pairs().filter(|(name, _)| text::is_own(name)) {
            // The lengths of the four names differ.
            let place = match name.len() {
                6 => &mut own.api_key,
                7 => &mut own.expires,
                9 => &mut own.signature,
                _ => &mut own.version,
            };
            place.get_or_insert(value);
        }
        own
    }
}

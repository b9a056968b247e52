//! The server's side: is this request signed by who it says, and still alive?

use super::mac::Key;
use super::text::{self, Piece, Tilde};
use super::{Received, Scratch, UnixSeconds};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

/// Judges requests signed with one secret key.
///
/// The rule is tried first. A request that has a `~` in a value and fails by the rule is tried once more with the `~`
/// left bare, because that is what nearly every client in use signs; the two readings cannot be confused, since a bare
/// `~` never appears in a value that was written by the rule. [`strict`](Self::strict) leaves the second try out, as
/// CloudStack itself does.
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
    strict: bool,
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
        Self { key: Key::new(secret), strict: false }
    }

    /// The same, by the rule alone: a `~` that was signed bare is refused.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: true, ..self }
    }

    /// Checks the deadline, then the signature, the latter in constant time. Allocates nothing once `scratch` has grown,
    /// as long as names are ASCII. Of a name given twice the first value counts.
    ///
    /// # Errors
    /// [`Refused`] says why the request is not believed.
    pub fn verify(&self, request: &Received, now: UnixSeconds, scratch: &mut Scratch) -> Result<(), Refused> {
        request.api_key().ok_or(Refused::NoApiKey)?;
        let signature = request.own(text::SIGNATURE_OWN).ok_or(Refused::NoSignature)?;
        if request.own(text::VERSION) == Some("3") {
            let at = request.own(text::EXPIRES).and_then(UnixSeconds::read).ok_or(Refused::NoExpiry)?;
            if at < now {
                return Err(Refused::Expired { at, now });
            }
        }
        let mut mac = [0; 21];
        let length = STANDARD.decode_slice(signature, &mut mac).map_err(|_| Refused::Mismatch)?;
        let mac = &mac[..length];

        if !scratch.order.sort(request.count(), |at| request.name(at)) {
            scratch.order.dedup(|at| request.name(at));
        }
        if self.fits(request, mac, Tilde::Escaped, scratch) {
            return Ok(());
        }
        let tilde = !self.strict && request.pairs().any(|(_, value)| value.contains('~'));
        if tilde && self.fits(request, mac, Tilde::Bare, scratch) { Ok(()) } else { Err(Refused::Mismatch) }
    }

    fn fits(&self, request: &Received, mac: &[u8], tilde: Tilde, scratch: &mut Scratch) -> bool {
        let Scratch { order, text, .. } = scratch;
        let signed = order.iter().filter(|&at| !request.is_signature(at));
        let room = request.room();
        match tilde {
            Tilde::Escaped => text::write_signed(signed.map(|at| request.piece(at)), tilde, room, text),
            Tilde::Bare => {
                let pair = |at| {
                    let (name, value) = request.pair(at);
                    Piece::Pair(name, value)
                };
                text::write_signed(signed.map(pair), tilde, room, text);
            }
        }
        self.key.finish(self.key.begin(), text)[..].ct_eq(mac).into()
    }
}

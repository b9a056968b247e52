//! Signing step by step, for people: what a request that is refused should have looked like.

use super::text::is_bare_by_rule;
use super::{BadParam, mac::Key, refuse_ambiguous, refuse_own, refuse_repeated};
use super::{UnixSeconds, order::Ordered, text::OWN, text::Text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Every step from parameters to a signature. The last one is what [`Signer::sign`](super::Signer::sign) answers.
///
/// ```
/// use cloudstack_client::sign::{Explained, Signer};
///
/// let params = [("command", "listZones"), ("name", "a b")];
/// let explained = Explained::new("AbC", "secret", &params, None).unwrap();
/// assert_eq!(explained.text, "apikey=abc&command=listzones&name=a%20b");
/// assert_eq!(explained.query, Signer::new("AbC", "secret").sign(&params).unwrap());
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explained {
    /// Names and values, with those that signing adds, in the order of the rule.
    pub sorted: Vec<(String, String)>,
    /// The same with the values escaped.
    pub escaped: Vec<(String, String)>,
    /// Joined and lower-cased: the text that is signed.
    pub text: String,
    /// The HMAC-SHA1 of the text.
    pub mac: [u8; 20],
    /// The same in base64: the signature.
    pub signature: String,
    /// What is sent.
    pub query: String,
}

impl fmt::Debug for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explained").field("text", &self.text).finish_non_exhaustive()
    }
}

impl Explained {
    /// Signs as slowly and plainly as the rule is said.
    ///
    /// # Errors
    /// [`BadParam`] names a parameter that must not be in a request.
    pub fn new(
        api_key: &str,
        secret: &str,
        params: &[(&str, &str)],
        expires: Option<UnixSeconds>,
    ) -> Result<Self, BadParam> {
        refuse_own(params)?;
        refuse_ambiguous(params)?;
        let mut sorted: Vec<_> = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut add = |own: usize, value: &str| sorted.push((OWN[own].to_owned(), value.to_owned()));
        add(super::text::API_KEY, api_key);
        if let Some(expires) = expires {
            add(super::text::EXPIRES, expires.stamp().as_str());
            add(super::text::VERSION, "3");
        }
        let mut order = Ordered::default();
        if !order.sort(params.len(), |at| params[at].0) {
            refuse_repeated(params, &order)?;
        }
        sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
        let escaped: Vec<_> = sorted.iter().map(|(name, value)| (name.clone(), escape(value))).collect();
        let join = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        };
        let text = join(&escaped).to_lowercase();
        let key = Key::new(secret);
        let mut signed = Text::default();
        signed.set(text.as_bytes());
        let mac = key.finish(key.begin(), &mut signed);
        let signature = STANDARD.encode(mac);
        let wire: Vec<_> = escaped.iter().map(|(name, value)| (escape(name), value.clone())).collect();
        let query = format!("{}&signature={}", join(&wire), escape(&signature));
        Ok(Self { sorted, escaped, text, mac, signature, query })
    }
}

fn escape(text: &str) -> String {
    let byte = |byte| if is_bare_by_rule(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

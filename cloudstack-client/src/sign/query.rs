//! A received query string or form body, decoded.

use super::text::{self, Piece, is_name};
use std::ops::Range;

/// The parameters of a received request, decoded. Meant to be reused: [`parse`](Self::parse) keeps the buffers.
///
/// ```
/// use cloudstack_client::sign::Received;
///
/// let mut request = Received::default();
/// request.parse("command=listZones&name=two+words%21").unwrap();
/// assert_eq!(request.get("Name"), Some("two words!"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// What was received, as it came, with a decoded copy of every escaped piece behind it.
    text: String,
    pairs: Vec<Pair>,
    /// The first of each name that belongs to signing.
    own: [Option<u32>; 4],
    /// Where an escaped piece is decoded before it is known to be text.
    piece: Vec<u8>,
}

/// Where the name and the value of a parameter lie in the text.
#[derive(Debug, Clone)]
struct Pair {
    name: Range<usize>,
    value: Range<usize>,
    /// Where both lie together, if that is how they are written in the signed text but for case.
    written: Option<Range<usize>>,
    /// True for `signature` in any case, which is not signed.
    signature: bool,
}

/// A query string that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadQuery {
    /// A `%` without two hexadecimal digits behind it.
    #[error("a `%` in the query is not followed by two hexadecimal digits")]
    Escape,
    /// The decoded bytes are not UTF-8.
    #[error("the query is not UTF-8 once it is decoded")]
    Text,
    /// A parameter name is empty or holds `&` or `=`, so that the signed text could be read in two ways.
    #[error("a parameter name is empty or holds `&` or `=`")]
    Name,
}

impl Received {
    /// Reads a query string in place of what was here before. Empty pieces between `&` are skipped; a name without `=`
    /// has an empty value.
    ///
    /// # Errors
    /// [`BadQuery`]; what was read before the fault stays and must not be trusted.
    pub fn parse(&mut self, query: &str) -> Result<(), BadQuery> {
        self.text.clear();
        self.pairs.clear();
        self.own = [None; 4];
        self.append(query)
    }

    /// Reads a form body behind what is here already. Where a name is given in both, the earlier value counts.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn append(&mut self, form: &str) -> Result<(), BadQuery> {
        let base = self.text.len();
        self.text.push_str(form);
        let bytes = form.as_bytes();
        let written = text::is_written(bytes);
        let mut seen = Seen { written, ..Seen::default() };
        for at in Marks::of(bytes).chain([bytes.len()]) {
            let mark = bytes.get(at).copied().unwrap_or(b'&');
            if mark == b'=' {
                if seen.equals.is_none() {
                    seen.equals = Some(at);
                    seen.escaped_name = std::mem::take(&mut seen.escaped);
                } else {
                    // A second `=` should have been escaped.
                    seen.written = false;
                }
            } else if mark == b'&' {
                self.take(form, base, &seen, at)?;
                seen = Seen { start: at + 1, written, ..Seen::default() };
            } else {
                seen.escaped |= mark == b'%' || mark == b'+';
                seen.written &= mark == b'%' || mark == b'*';
            }
        }
        Ok(())
    }

    /// Takes the pair that was seen and ends before `end`.
    #[inline]
    fn take(&mut self, form: &str, base: usize, seen: &Seen, end: usize) -> Result<(), BadQuery> {
        if end == seen.start {
            return Ok(());
        }
        let (name, value) = match seen.equals {
            Some(at) => ((seen.start..at, seen.escaped_name), (at + 1..end, seen.escaped)),
            None => ((seen.start..end, seen.escaped), (end..end, false)),
        };
        let mut written = seen.written & seen.equals.is_some() & !name.1;
        let (name, value) = if name.1 || value.1 {
            let (name, _) = self.decode(form, base, name)?;
            let (value, rule) = self.decode(form, base, value)?;
            written &= rule;
            if !is_name(&self.text[name.clone()]) {
                return Err(BadQuery::Name);
            }
            (name, value)
        } else {
            // What is not escaped holds no `&`, and a name no `=`.
            if name.0.is_empty() {
                return Err(BadQuery::Name);
            }
            (base + name.0.start..base + name.0.end, base + value.0.start..base + value.0.end)
        };
        let own = text::own(&self.text[name.clone()]);
        if let Some(own) = own {
            self.own[own].get_or_insert(self.pairs.len() as u32);
        }
        let written = written.then(|| base + seen.start..base + end);
        self.pairs.push(Pair { name, value, written, signature: own == Some(text::SIGNATURE_OWN) });
        Ok(())
    }

    /// Where a piece of `form`, which begins at `base` of the text, is to be read: in place if nothing is escaped. True
    /// if every escape stands for a byte that must be escaped.
    fn decode(
        &mut self,
        form: &str,
        base: usize,
        (piece, escaped): (Range<usize>, bool),
    ) -> Result<(Range<usize>, bool), BadQuery> {
        if !escaped {
            return Ok((base + piece.start..base + piece.end, true));
        }
        self.piece.clear();
        let (mut rest, mut rule) = (&form.as_bytes()[piece], true);
        while let [first, tail @ ..] = rest {
            rest = tail;
            self.piece.push(match first {
                b'+' => {
                    rule = false;
                    b' '
                }
                b'%' => {
                    let ([high, low], tail) = tail.split_first_chunk().ok_or(BadQuery::Escape)?;
                    rest = tail;
                    let byte = hex(*high)? << 4 | hex(*low)?;
                    rule &= text::is_escaped(byte);
                    byte
                }
                other => *other,
            });
        }
        let start = self.text.len();
        self.text.push_str(std::str::from_utf8(&self.piece).map_err(|_| BadQuery::Text)?);
        Ok((start..self.text.len(), rule))
    }

    /// The value of a parameter, whatever the case of its name; the first if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The key that says who signed: look up its secret, then ask a [`Verifier`](super::Verifier).
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        self.own(text::API_KEY)
    }

    /// The first value of a name that belongs to signing.
    pub(super) fn own(&self, own: usize) -> Option<&str> {
        self.own[own].map(|at| &self.text[self.pairs[at as usize].value.clone()])
    }

    /// Every parameter in the order received.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.pairs.len()).map(|at| self.pair(at))
    }

    pub(super) fn count(&self) -> usize {
        self.pairs.len()
    }

    pub(super) fn pair(&self, at: usize) -> (&str, &str) {
        (self.name(at), &self.text[self.pairs[at].value.clone()])
    }

    /// The room its pairs take at most in a signed text.
    pub(super) fn room(&self) -> usize {
        3 * self.text.len() + 2 * self.pairs.len()
    }

    pub(super) fn is_signature(&self, at: usize) -> bool {
        self.pairs[at].signature
    }

    /// A pair as it comes into the text that is signed by the rule.
    pub(super) fn piece(&self, at: usize) -> Piece<'_> {
        match &self.pairs[at].written {
            Some(written) => Piece::Written(&self.text[written.clone()]),
            None => {
                let (name, value) = self.pair(at);
                Piece::Pair(name, value)
            }
        }
    }

    pub(super) fn name(&self, at: usize) -> &str {
        &self.text[self.pairs[at].name.clone()]
    }
}

/// What is known of a pair before its end.
#[derive(Default)]
struct Seen {
    start: usize,
    equals: Option<usize>,
    escaped_name: bool,
    /// Of the name while there is no `=`, then of the value.
    escaped: bool,
    /// False if something in it is not as the rule writes it.
    written: bool,
}

/// The positions of the bytes that mean something in a query: `&`, `=`, `%` and `+`. A few others are among them, for
/// eight bytes are looked at together and what lies below `-` is told from the rest with one subtraction.
struct Marks<'a> {
    rest: &'a [u8],
    /// Where `rest` begins.
    next: usize,
    /// The high bit of each byte before `next` that is a mark not yet answered.
    found: u64,
}

impl<'a> Marks<'a> {
    const fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, next: 0, found: 0 }
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            // What fills the last word is no mark.
            let mut last = [0x80; 8];
            let word = match self.rest.split_first_chunk::<8>() {
                Some((word, rest)) => {
                    self.rest = rest;
                    word
                }
                None if self.rest.is_empty() => return None,
                None => {
                    last[..self.rest.len()].copy_from_slice(self.rest);
                    self.rest = &[];
                    &last
                }
            };
            let word = u64::from_le_bytes(*word);
            self.found = below(word, b'-') | equal(word, b'=');
            self.next += 8;
        }
        let at = self.found.trailing_zeros() / 8;
        self.found &= self.found - 1;
        Some(self.next - 8 + at as usize)
    }
}

/// The high bit of each byte of `word` that equals `byte`.
const fn equal(word: u64, byte: u8) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    // A byte that differs keeps a bit somewhere: among the low seven, which then carry into the high one, or in the
    // high one itself. No carry leaves its byte.
    let differs = word ^ u64::from_ne_bytes([byte; 8]);
    !(((differs & LOW) + LOW) | differs | LOW)
}

/// The high bit of each byte of `word` that is less than `byte`, which is ASCII.
const fn below(word: u64, byte: u8) -> u64 {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // With its high bit set no byte borrows from the next; what had it set already is not below.
    !((word | HIGH) - u64::from_ne_bytes([byte; 8])) & !word & HIGH
}

fn hex(digit: u8) -> Result<u8, BadQuery> {
    char::from(digit).to_digit(16).map(|d| d as u8).ok_or(BadQuery::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_in_the_order_received() {
        let mut request = Received::default();
        request.parse("a=1&&b&c=&a=2&%5B0%5d=%C3%A9+%2B").unwrap();
        let pairs: Vec<_> = request.pairs().collect();
        assert_eq!(pairs, [("a", "1"), ("b", ""), ("c", ""), ("a", "2"), ("[0]", "é +")]);
        assert_eq!(request.get("A"), Some("1"));
        request.append("a=3&d=4").unwrap();
        assert_eq!((request.get("a"), request.get("d")), (Some("1"), Some("4")));
        request.parse("").unwrap();
        assert_eq!(request.pairs().count(), 0);
    }

    #[test]
    fn marks_are_found_wherever_they_are() {
        for byte in 0..=255_u8 {
            for length in 0..20 {
                for at in 0..length {
                    let mut bytes = vec![[b'~', 0x80, b'-'][length % 3]; length];
                    bytes[at] = byte;
                    let expected: &[usize] = if byte < b'-' || byte == b'=' { &[at] } else { &[] };
                    assert!(Marks::of(&bytes).eq(expected.iter().copied()), "{byte} at {at} of {length}");
                }
            }
        }
        assert!(Marks::of(b"&&==%%++&=%").eq(0..11));
    }

    #[test]
    fn what_cannot_be_read_in_one_way_is_refused() {
        let mut request = Received::default();
        for (query, fault) in [
            ("a=%", BadQuery::Escape),
            ("a=%4", BadQuery::Escape),
            ("a=%+1", BadQuery::Escape),
            ("a=%zz", BadQuery::Escape),
            ("a=%ff", BadQuery::Text),
            ("%C3=%A9", BadQuery::Text),
            ("=v", BadQuery::Name),
            ("a%3D1%26b=2", BadQuery::Name),
        ] {
            assert_eq!(request.parse(query), Err(fault), "{query}");
        }
    }
}

//! A received query string or form body, decoded.

use super::text::is_name;
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
    /// Where an escaped piece is decoded before it is known to be text.
    piece: Vec<u8>,
}

/// Where the name and the value of a parameter lie in the text.
#[derive(Debug, Clone)]
struct Pair {
    name: Range<usize>,
    value: Range<usize>,
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
        let mut seen = Seen::default();
        for at in Marks::of(bytes).chain([bytes.len()]) {
            match bytes.get(at) {
                Some(b'=') if seen.equals.is_none() => {
                    seen.equals = Some(at);
                    seen.escaped_name = std::mem::take(&mut seen.escaped);
                }
                Some(b'=') => {}
                Some(b'%' | b'+') => seen.escaped = true,
                _ => {
                    self.take(form, base, &seen, at)?;
                    seen = Seen { start: at + 1, ..Seen::default() };
                }
            }
        }
        Ok(())
    }

    /// Takes the pair that was seen and ends before `end`.
    fn take(&mut self, form: &str, base: usize, seen: &Seen, end: usize) -> Result<(), BadQuery> {
        if end == seen.start {
            return Ok(());
        }
        let (name, value) = match seen.equals {
            Some(at) => ((seen.start..at, seen.escaped_name), (at + 1..end, seen.escaped)),
            None => ((seen.start..end, seen.escaped), (end..end, false)),
        };
        let name = self.decode(form, base, name)?;
        if !is_name(&self.text[name.clone()]) {
            return Err(BadQuery::Name);
        }
        let value = self.decode(form, base, value)?;
        self.pairs.push(Pair { name, value });
        Ok(())
    }

    /// Where a piece of `form`, which begins at `base` of the text, is to be read: in place if nothing is escaped.
    fn decode(
        &mut self,
        form: &str,
        base: usize,
        (piece, escaped): (Range<usize>, bool),
    ) -> Result<Range<usize>, BadQuery> {
        if !escaped {
            return Ok(base + piece.start..base + piece.end);
        }
        self.piece.clear();
        let mut rest = &form.as_bytes()[piece];
        while let [first, tail @ ..] = rest {
            rest = tail;
            self.piece.push(match first {
                b'+' => b' ',
                b'%' => {
                    let ([high, low], tail) = tail.split_first_chunk().ok_or(BadQuery::Escape)?;
                    rest = tail;
                    hex(*high)? << 4 | hex(*low)?
                }
                other => *other,
            });
        }
        let start = self.text.len();
        self.text.push_str(std::str::from_utf8(&self.piece).map_err(|_| BadQuery::Text)?);
        Ok(start..self.text.len())
    }

    /// The value of a parameter, whatever the case of its name; the first if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The key that says who signed: look up its secret, then ask a [`Verifier`](super::Verifier).
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        self.get("apiKey")
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
}

/// The positions of the bytes that mean something in a query: `&`, `=`, `%` and `+`. Eight bytes are looked at
/// together, for most of a query is long values.
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
            let mut last = [0; 8];
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
            self.found = equal(word, b'&') | equal(word, b'=') | equal(word, b'%') | equal(word, b'+');
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
                    let mut bytes = vec![b'~'; length];
                    bytes[at] = byte;
                    let expected: &[usize] = if b"&=%+".contains(&byte) { &[at] } else { &[] };
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

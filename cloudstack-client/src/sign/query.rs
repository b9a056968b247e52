//! A received query string or form body, decoded.

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
    decoded: String,
    pairs: Vec<Span>,
    /// Where escaped pieces are decoded before they are known to be text.
    piece: Vec<u8>,
}

/// Where a pair lies in the decoded text: the value follows the name.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    middle: usize,
    end: usize,
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
        self.decoded.clear();
        self.pairs.clear();
        self.append(query)
    }

    /// Reads a form body behind what is here already. Where a name is given in both, the earlier value counts.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn append(&mut self, form: &str) -> Result<(), BadQuery> {
        for pair in form.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let start = self.decoded.len();
            self.decode(name)?;
            let middle = self.decoded.len();
            if !super::text::is_name(&self.decoded[start..]) {
                return Err(BadQuery::Name);
            }
            self.decode(value)?;
            self.pairs.push(Span { start, middle, end: self.decoded.len() });
        }
        Ok(())
    }

    fn decode(&mut self, text: &str) -> Result<(), BadQuery> {
        if !text.bytes().any(|b| matches!(b, b'%' | b'+')) {
            self.decoded.push_str(text);
            return Ok(());
        }
        self.piece.clear();
        let mut rest = text.as_bytes();
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
        self.decoded.push_str(std::str::from_utf8(&self.piece).map_err(|_| BadQuery::Text)?);
        Ok(())
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
        let Span { start, middle, end } = self.pairs[at];
        (&self.decoded[start..middle], &self.decoded[middle..end])
    }
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

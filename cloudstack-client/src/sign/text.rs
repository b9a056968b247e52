//! The text that is signed and the text that is sent: escapes and case.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How `~` is written in the signed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tilde {
    /// `%7E`, as the rule says.
    Escaped,
    /// `~`, as most clients in use have it.
    Bare,
}

/// True for the bytes that stand for themselves in a value. Without a branch or a table, so that the compiler can look
/// at sixteen bytes at once.
const fn is_bare(byte: u8, tilde: Tilde) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26)
        // From `-` to `9`: the two marks and the digits, with `/` between them.
        | ((byte.wrapping_sub(b'-') < 13) & (byte != b'/'))
        | (byte == b'_')
        | (byte == b'*')
        | ((byte == b'~') & matches!(tilde, Tilde::Bare))
}

/// What a byte becomes: one byte or three, and how many. The fourth byte is there to make it one move.
type Escapes = [([u8; 4], u8); 256];

static ESCAPES: Escapes = escapes(Tilde::Escaped);
static ESCAPES_TILDE: Escapes = escapes(Tilde::Bare);

const fn escapes(tilde: Tilde) -> Escapes {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [([0; 4], 1); 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        table[at] =
            if is_bare(byte, tilde) { ([byte, 0, 0, 0], 1) } else { ([b'%', HEX[at >> 4], HEX[at & 15], 0], 3) };
        at += 1;
    }
    table
}

/// A text that is written in moves of fixed length: each may write more than it keeps, the next one goes over the
/// surplus. The buffer only ever grows.
#[derive(Default)]
pub(super) struct Text {
    bytes: Vec<u8>,
    end: usize,
}

/// The room that must be left behind the end: for the longest move, and for what ends a message of SHA-1.
const SLACK: usize = 72;

/// The room that `&signature=` and a signature take, each of its characters escaped.
const SIGNATURE: usize = 11 + 3 * 28;

impl Text {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// Begins anew, with room for `length` bytes: whoever writes says first how much it may become.
    fn clear(&mut self, length: usize) {
        self.end = 0;
        let needed = length + SLACK;
        if self.bytes.len() < needed {
            self.bytes.resize(needed.next_power_of_two(), 0);
        }
    }

    /// Replaces the text.
    pub(super) fn set(&mut self, text: &[u8]) {
        self.clear(text.len());
        self.push(text);
    }

    fn push(&mut self, text: &[u8]) {
        self.bytes[self.end..][..text.len()].copy_from_slice(text);
        self.end += text.len();
    }

    fn push_byte(&mut self, byte: u8) {
        self.bytes[self.end] = byte;
        self.end += 1;
    }

    /// The text as blocks of SHA-1, ended as it ends a message of which `before` bytes were hashed already.
    pub(super) fn padded(&mut self, before: usize) -> &[[u8; 64]] {
        let length = (self.end + 9).next_multiple_of(64);
        let ended = &mut self.bytes[self.end..length];
        ended.fill(0);
        ended[0] = 0x80;
        self.bytes[length - 8..length].copy_from_slice(&(8 * (before + self.end) as u64).to_be_bytes());
        self.bytes[..length].as_chunks().0
    }

    /// Appends a text, escaped. True if nothing had to be.
    #[inline]
    fn push_escaped(&mut self, text: &[u8], tilde: Tilde) -> bool {
        let out = &mut self.bytes[self.end..];
        let written = match text.len() {
            0..4 => write_few(out, text, tilde),
            4..8 => write_short::<4>(out, text, tilde),
            8..16 => write_short::<8>(out, text, tilde),
            _ => write_long(out, text, tilde),
        };
        self.end += written;
        written == text.len()
    }
}

/// True if all of these bytes stand for themselves, however `~` is written.
// A call would send the sixteen bytes through memory, which costs more than looking at them.
#[inline(always)]
fn all_bare(chunk: &[u8; 16]) -> bool {
    chunk.iter().fold(true, |all, &byte| all & is_bare(byte, Tilde::Escaped))
}

/// Writes a text of `N` to `2 * N` bytes, its beginning and its end in one move each, if all of it is bare. Answers how
/// much was written.
fn write_short<const N: usize>(out: &mut [u8], text: &[u8], tilde: Tilde) -> usize {
    if let (Some(head), Some(tail)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) {
        let mut both = [b'a'; 16];
        both[..N].copy_from_slice(head);
        both[N..2 * N].copy_from_slice(tail);
        if all_bare(&both) {
            let end = text.len();
            out[..N].copy_from_slice(head);
            out[end - N..end].copy_from_slice(tail);
            return end;
        }
    }
    write_few(out, text, tilde)
}

/// Writes a text of sixteen bytes or more, sixteen at a time where they are bare. Answers how much was written.
fn write_long(out: &mut [u8], text: &[u8], tilde: Tilde) -> usize {
    let (chunks, tail) = text.as_chunks::<16>();
    let mut at = 0;
    for chunk in chunks {
        if all_bare(chunk) {
            out[at..at + 16].copy_from_slice(chunk);
            at += 16;
        } else {
            at += write_few(&mut out[at..], chunk, tilde);
        }
    }
    match text.last_chunk() {
        // The bytes before the tail are bare, so they were written as they are: write them once more, and the tail
        // with them, rather than a tail of unknown length.
        Some(last) if all_bare(last) => {
            at += tail.len();
            out[at - 16..at].copy_from_slice(last);
            at
        }
        _ => at + write_few(&mut out[at..], tail, tilde),
    }
}

/// Writes a text by table, without a branch on what its bytes are. Answers how much was written.
fn write_few(out: &mut [u8], text: &[u8], tilde: Tilde) -> usize {
    let table = match tilde {
        Tilde::Escaped => &ESCAPES,
        Tilde::Bare => &ESCAPES_TILDE,
    };
    let mut at = 0;
    for &byte in text {
        let (bytes, length) = table[usize::from(byte)];
        out[at..at + 4].copy_from_slice(&bytes);
        at += usize::from(length);
    }
    at
}

/// The room that pairs take at most, each byte escaped, with an `&` behind each.
pub(super) fn room<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
    pairs.map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum()
}

/// Writes `name=value&…` as it is sent, with names escaped too. `None` stands for a pair that is written already:
/// `ready`. True if no name is empty or needed an escape, so that the signed text is the same but for case.
pub(super) fn write_wire<'a>(
    pairs: impl Iterator<Item = Option<(&'a str, &'a str)>> + Clone,
    ready: &[u8],
    out: &mut Text,
) -> bool {
    out.clear(room(pairs.clone().flatten()) + ready.len() + 1 + SIGNATURE);
    let mut plain = true;
    for pair in pairs {
        match pair {
            Some((name, value)) => {
                plain &= !name.is_empty() & out.push_escaped(name.as_bytes(), Tilde::Escaped);
                out.push_byte(b'=');
                out.push_escaped(value.as_bytes(), Tilde::Escaped);
            }
            None => out.push(ready),
        }
        out.push_byte(b'&');
    }
    out.end = out.end.saturating_sub(1);
    plain
}

/// A pair as it comes into the signed text.
#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    /// `name=value`, written by the rule but for case.
    Written(&'a str),
    /// Name and value, to be written.
    Pair(&'a str, &'a str),
}

/// True if every byte from `-` on stands for itself in a value, or is `=`: the bytes below are looked at one by one, for
/// they mean something in a query.
pub(super) fn is_written(text: &[u8]) -> bool {
    let may = |byte: u8| {
        ((byte | 0x20).wrapping_sub(b'a') < 26) | ((byte <= b'9') & (byte != b'/')) | (byte == b'=') | (byte == b'_')
    };
    let (chunks, rest) = text.as_chunks::<32>();
    let chunks = chunks.iter().all(|chunk| chunk.iter().fold(true, |all, &byte| all & may(byte)));
    chunks && rest.iter().fold(true, |all, &byte| all & may(byte))
}

/// True if a byte stands for itself in a value.
pub(super) const fn is_bare_by_rule(byte: u8) -> bool {
    is_bare(byte, Tilde::Escaped)
}

/// True if a byte has to be escaped in a value.
pub(super) const fn is_escaped(byte: u8) -> bool {
    !is_bare(byte, Tilde::Escaped)
}

/// Writes the text that is signed: names as they are, values escaped, all in lower case. It becomes no longer than
/// `room`.
pub(super) fn write_signed<'a>(pairs: impl Iterator<Item = Piece<'a>>, tilde: Tilde, room: usize, out: &mut Text) {
    out.clear(room);
    for piece in pairs {
        match piece {
            Piece::Written(text) => out.push(text.as_bytes()),
            Piece::Pair(name, value) => {
                out.push(name.as_bytes());
                out.push_byte(b'=');
                out.push_escaped(value.as_bytes(), tilde);
            }
        }
        out.push_byte(b'&');
    }
    out.end = out.end.saturating_sub(1);
    let text = &mut out.bytes[..out.end];
    if text.is_ascii() {
        text.make_ascii_lowercase();
    } else {
        // Only names can bring other scripts here. The whole text is lower-cased at once because the lower case of a
        // letter may depend on its neighbours.
        let lower = String::from_utf8_lossy(text).to_lowercase();
        out.set(lower.as_bytes());
    }
}

/// Makes the signed text from a sent text whose names needed no escape, without the first `skip` bytes of it.
pub(super) fn lower(wire: &Text, skip: usize, out: &mut Text) {
    let wire = &wire.as_bytes()[skip..];
    out.clear(wire.len());
    out.end = wire.len();
    let (from, from_rest) = wire.as_chunks::<32>();
    let (to, to_rest) = out.bytes[..wire.len()].as_chunks_mut::<32>();
    for (to, from) in to.iter_mut().zip(from) {
        *to = from.map(|byte| byte.to_ascii_lowercase());
    }
    to_rest.copy_from_slice(from_rest);
    to_rest.make_ascii_lowercase();
}

/// Writes `&signature=…`: base64, with the three of its characters escaped that mean something in a query.
pub(super) fn push_signature(mac: &[u8; 20], out: &mut Text) {
    let mut base64 = [0; 28];
    // A broken invariant, not an input: SHA-1 has 20 bytes, which are 28 characters.
    STANDARD.encode_slice(mac, &mut base64).expect("20 bytes fit 28 characters");
    out.push(b"&signature=");
    out.end += write_few(&mut out.bytes[out.end..], &base64, Tilde::Escaped);
}

/// The names that belong to signing itself, as they are sent; any case is read.
pub(super) const OWN: [&str; 4] = ["apiKey", "expires", "signature", "signatureVersion"];
/// Where `apiKey` is among them, and so on.
pub(super) const API_KEY: usize = 0;
pub(super) const EXPIRES: usize = 1;
pub(super) const SIGNATURE_OWN: usize = 2;
pub(super) const VERSION: usize = 3;

/// Which of the names that belong to signing this one is.
#[inline]
pub(super) fn own(name: &str) -> Option<usize> {
    let own = match name.len() {
        6 => API_KEY,
        7 => EXPIRES,
        9 => SIGNATURE_OWN,
        16 => VERSION,
        _ => return None,
    };
    name.eq_ignore_ascii_case(OWN[own]).then_some(own)
}

/// True if the signed text can be read in one way only with this name in it.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.bytes().any(|b| matches!(b, b'&' | b'='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::order::Ordered;

    fn written<'a>((name, value): (&'a str, &'a str)) -> Piece<'a> {
        Piece::Pair(name, value)
    }

    #[test]
    fn the_signed_text_is_that_of_a_second_implementation() {
        let known = include_str!("../../tests/data/signatures.tsv").lines();
        let hard = include_str!("../../tests/data/hard-signatures.tsv").lines();
        for line in known.chain(hard).filter(|line| !line.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            let mut request = crate::sign::Received::default();
            request.parse(fields[2]).unwrap();
            let mut order = Ordered::default();
            order.sort(request.count(), |at| request.name(at));
            order.dedup(|at| request.name(at));
            let mut out = Text::default();
            for received in [true, false] {
                let piece = |at| if received { request.piece(at) } else { written(request.pair(at)) };
                write_signed(order.iter().map(piece), Tilde::Escaped, request.room(), &mut out);
                assert_eq!(std::str::from_utf8(out.as_bytes()).unwrap(), fields[3], "{}", fields[0]);
            }
        }
    }

    #[test]
    fn every_byte_is_escaped_or_stands_bare_as_the_table_says() {
        for byte in 0..=127_u8 {
            let text = char::from(byte).to_string();
            let mut out = Text::default();
            write_signed([Piece::Pair("n", text.as_str())].into_iter(), Tilde::Escaped, 9, &mut out);
            let stands = byte.is_ascii_alphanumeric() || b".-_*".contains(&byte);
            let expected = if stands { text.to_lowercase() } else { format!("%{byte:02x}") };
            assert_eq!(std::str::from_utf8(out.as_bytes()).unwrap(), format!("n={expected}"));
        }
        let mut out = Text::default();
        write_signed([Piece::Pair("n", "~é")].into_iter(), Tilde::Bare, 99, &mut out);
        assert_eq!(out.as_bytes(), b"n=~%c3%a9");
    }
}

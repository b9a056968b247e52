//! The text that is signed and the text that is sent: order, escapes, case.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::cmp::Ordering;

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
        | (byte.wrapping_sub(b'0') < 10)
        | (byte == b'-')
        | (byte == b'.')
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

/// The longest move, which is the room that must be left behind the end.
const SLACK: usize = 16;

impl Text {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    fn make_room(&mut self, more: usize) {
        let needed = self.end + more + SLACK;
        if self.bytes.len() < needed {
            self.bytes.resize(needed.next_power_of_two(), 0);
        }
    }

    /// Replaces the text.
    fn set(&mut self, text: &[u8]) {
        self.end = 0;
        self.push(text);
    }

    fn push(&mut self, text: &[u8]) {
        self.make_room(text.len());
        self.bytes[self.end..][..text.len()].copy_from_slice(text);
        self.end += text.len();
    }

    fn push_byte(&mut self, byte: u8) {
        self.make_room(1);
        self.bytes[self.end] = byte;
        self.end += 1;
    }

    /// Appends a text, escaped. True if nothing had to be.
    fn push_escaped(&mut self, text: &[u8], tilde: Tilde) -> bool {
        self.make_room(3 * text.len());
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

/// Writes `name=value&…` as it is sent, with names escaped too. True if no name is empty or needed an escape, so that
/// the signed text is the same but for case.
pub(super) fn write_wire<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, out: &mut Text) -> bool {
    out.end = 0;
    let mut plain = true;
    for (name, value) in pairs {
        if out.end > 0 {
            out.push_byte(b'&');
        }
        plain &= !name.is_empty() & out.push_escaped(name.as_bytes(), Tilde::Escaped);
        out.push_byte(b'=');
        out.push_escaped(value.as_bytes(), Tilde::Escaped);
    }
    plain
}

/// Writes the text that is signed: names as they are, values escaped, all in lower case.
pub(super) fn write_signed<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, tilde: Tilde, out: &mut Text) {
    out.end = 0;
    for (name, value) in pairs {
        if out.end > 0 {
            out.push_byte(b'&');
        }
        out.push(name.as_bytes());
        out.push_byte(b'=');
        out.push_escaped(value.as_bytes(), tilde);
    }
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

/// Makes the signed text from a sent text whose names needed no escape.
pub(super) fn lower(wire: &Text, out: &mut Text) {
    out.set(wire.as_bytes());
    out.bytes[..out.end].make_ascii_lowercase();
}

/// Writes `&signature=…`: base64, with the three of its characters escaped that mean something in a query.
pub(super) fn push_signature(mac: &[u8], out: &mut Text) {
    let mut base64 = [0; 28];
    // A broken invariant, not an input: SHA-1 has 20 bytes, which are 28 characters.
    let length = STANDARD.encode_slice(mac, &mut base64).expect("20 bytes fit 28 characters");
    out.push(b"&signature=");
    out.push_escaped(&base64[..length], Tilde::Escaped);
}

/// True for the names that belong to signing itself.
pub(super) fn is_own(name: &str) -> bool {
    let own = match name.len() {
        6 => "apiKey",
        7 => "expires",
        9 => "signature",
        16 => "signatureVersion",
        _ => return false,
    };
    name.eq_ignore_ascii_case(own)
}

/// True for the one name that is not signed.
pub(super) fn is_signature(name: &str) -> bool {
    name.len() == 9 && name.eq_ignore_ascii_case("signature")
}

/// True if the signed text can be read in one way only with this name in it.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.bytes().any(|b| matches!(b, b'&' | b'='))
}

/// Positions of names in the order of the rule: by UTF-16 code units, capitals first. Equal names keep their order.
#[derive(Default)]
pub(super) struct Ordered {
    /// The first eight bytes of a name, which decide nearly always, and its position.
    keys: Vec<(u64, u32)>,
}

impl Ordered {
    /// Sorts the names at `0..count`.
    pub(super) fn sort<'a>(&mut self, count: usize, name: impl Fn(usize) -> &'a str) {
        self.keys.clear();
        self.keys.extend((0..count).map(|at| (prefix(name(at).as_bytes()), at as u32)));
        self.keys.sort_unstable();
        // Prefixes that are ASCII and differ decide; else whole names have to.
        const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
        let ascii = self.keys.iter().fold(0, |all, key| all | key.0) & HIGH == 0;
        if !ascii || self.keys.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            self.keys.sort_unstable_by(|a, b| {
                name_order(name(a.1 as usize), name(b.1 as usize)).then_with(|| a.1.cmp(&b.1))
            });
        }
    }

    /// The positions, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.keys.iter().map(|&(_, at)| at as usize)
    }

    /// Keeps the first of equal names.
    pub(super) fn dedup<'a>(&mut self, name: impl Fn(usize) -> &'a str) {
        self.keys.dedup_by(|a, b| a.0 == b.0 && name(a.1 as usize) == name(b.1 as usize));
    }

    /// The position of a name that is there before it, too.
    pub(super) fn repeated<'a>(&self, name: impl Fn(usize) -> &'a str) -> Option<usize> {
        let same = |w: &&[(u64, u32)]| w[0].0 == w[1].0 && name(w[0].1 as usize) == name(w[1].1 as usize);
        self.keys.windows(2).find(same).map(|w| w[1].1 as usize)
    }
}

/// The first eight bytes as a number that sorts like them; short names are filled up with zeros.
fn prefix(name: &[u8]) -> u64 {
    if let Some(head) = name.first_chunk() {
        return u64::from_be_bytes(*head);
    }
    match (name.first_chunk(), name.last_chunk()) {
        // Four to seven bytes: the first four and the last four, which overlap.
        (Some(head), Some(tail)) => {
            let wide = |four: &[u8; 4]| u64::from(u32::from_be_bytes(*four));
            wide(head) << 32 | wide(tail) << (8 * (8 - name.len()))
        }
        _ => name.iter().rev().fold(0, |sum, &byte| sum >> 8 | u64::from(byte) << 56),
    }
}

/// Bytes of UTF-8 sort by code point; the rule sorts by UTF-16 unit, where the planes above the first come earlier.
fn name_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&'static str]) -> Vec<&'static str> {
        let mut order = Ordered::default();
        order.sort(names.len(), |at| names[at]);
        order.iter().map(|at| names[at]).collect()
    }

    #[test]
    fn capitals_prefixes_and_high_planes_sort_as_the_rule_says() {
        assert_eq!(sorted(&["b", "Zone", "a", "apiKey", "Api"]), ["Api", "Zone", "a", "apiKey", "b"]);
        assert_eq!(
            sorted(&["domainid", "domain", "domainId", "domaina"]),
            ["domain", "domainId", "domaina", "domainid"]
        );
        assert_eq!(sorted(&["ab\0", "ab", "a"]), ["a", "ab", "ab\0"]);
        // U+FF5E comes before U+1F412 by code point and after it by UTF-16 unit.
        assert_eq!(sorted(&["\u{ff5e}", "\u{1f412}", "z"]), ["z", "\u{1f412}", "\u{ff5e}"]);
        assert_eq!(sorted(&["12345678\u{ff5e}", "12345678\u{1f412}"]), ["12345678\u{1f412}", "12345678\u{ff5e}"]);
    }

    #[test]
    fn the_signed_text_is_that_of_a_second_implementation() {
        for line in include_str!("../../tests/data/signatures.tsv").lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            let mut request = crate::sign::Received::default();
            request.parse(fields[2]).unwrap();
            let mut order = Ordered::default();
            order.sort(request.count(), |at| request.name(at));
            order.dedup(|at| request.name(at));
            let mut out = Text::default();
            write_signed(order.iter().map(|at| request.pair(at)), Tilde::Escaped, &mut out);
            assert_eq!(std::str::from_utf8(out.as_bytes()).unwrap(), fields[3], "{}", fields[0]);
        }
    }

    #[test]
    fn every_byte_is_escaped_or_stands_bare_as_the_table_says() {
        for byte in 0..=127_u8 {
            let text = char::from(byte).to_string();
            let mut out = Text::default();
            write_signed([("n", text.as_str())].into_iter(), Tilde::Escaped, &mut out);
            let stands = byte.is_ascii_alphanumeric() || b".-_*".contains(&byte);
            let expected = if stands { text.to_lowercase() } else { format!("%{byte:02x}") };
            assert_eq!(std::str::from_utf8(out.as_bytes()).unwrap(), format!("n={expected}"));
        }
        let mut out = Text::default();
        write_signed([("n", "~é")].into_iter(), Tilde::Bare, &mut out);
        assert_eq!(out.as_bytes(), b"n=~%c3%a9");
    }
}

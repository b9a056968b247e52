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

/// The bytes that stand for themselves in a value.
const BARE: [bool; 256] = bare(Tilde::Escaped);
const BARE_TILDE: [bool; 256] = bare(Tilde::Bare);

const fn bare(tilde: Tilde) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b'-' | b'_' | b'*')
            || (b == b'~' && matches!(tilde, Tilde::Bare));
        byte += 1;
    }
    table
}

fn push_escaped(out: &mut Vec<u8>, text: &[u8], bare: &[bool; 256]) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if is_bare(text, bare) {
        return out.extend_from_slice(text);
    }
    for &byte in text {
        if bare[usize::from(byte)] {
            out.push(byte);
        } else {
            out.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}

fn is_bare(text: &[u8], bare: &[bool; 256]) -> bool {
    text.iter().all(|&byte| bare[usize::from(byte)])
}

/// Writes `name=value&…` as it is sent, with names escaped too. True if no name needed an escape, so that the signed
/// text is the same but for case.
pub(super) fn write_wire<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, out: &mut Vec<u8>) -> bool {
    out.clear();
    let mut plain = true;
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push(b'&');
        }
        plain &= is_bare(name.as_bytes(), &BARE);
        push_escaped(out, name.as_bytes(), &BARE);
        out.push(b'=');
        push_escaped(out, value.as_bytes(), &BARE);
    }
    plain
}

/// Writes the text that is signed: names as they are, values escaped, all in lower case.
pub(super) fn write_signed<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, tilde: Tilde, out: &mut Vec<u8>) {
    let bare = match tilde {
        Tilde::Escaped => &BARE,
        Tilde::Bare => &BARE_TILDE,
    };
    out.clear();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push(b'&');
        }
        out.extend_from_slice(name.as_bytes());
        out.push(b'=');
        push_escaped(out, value.as_bytes(), bare);
    }
    if out.is_ascii() {
        out.make_ascii_lowercase();
    } else {
        // Only names can bring other scripts here. The whole text is lower-cased at once because the lower case of a
        // letter may depend on its neighbours.
        let lower = String::from_utf8_lossy(out).to_lowercase();
        out.clear();
        out.extend_from_slice(lower.as_bytes());
    }
}

/// Makes the signed text from a sent text whose names needed no escape.
pub(super) fn lower(wire: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(wire);
    out.make_ascii_lowercase();
}

/// Writes `&signature=…`: base64, with the three of its characters escaped that mean something in a query.
pub(super) fn push_signature(mac: &[u8], out: &mut Vec<u8>) {
    let mut base64 = [0; 28];
    // A broken invariant, not an input: SHA-1 has 20 bytes, which are 28 characters.
    let length = STANDARD.encode_slice(mac, &mut base64).expect("20 bytes fit 28 characters");
    out.extend_from_slice(b"&signature=");
    push_escaped(out, &base64[..length], &BARE);
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
        let mut ascii = true;
        self.keys.clear();
        self.keys.extend((0..count).map(|at| {
            let name = name(at);
            ascii &= name.is_ascii();
            (prefix(name.as_bytes()), at as u32)
        }));
        if ascii {
            self.keys.sort_unstable_by(|a, b| {
                a.0.cmp(&b.0).then_with(|| name(a.1 as usize).cmp(name(b.1 as usize))).then(a.1.cmp(&b.1))
            });
        } else {
            self.keys.sort_by(|a, b| utf16_order(name(a.1 as usize), name(b.1 as usize)));
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
    let mut head = [0; 8];
    match name.first_chunk::<8>() {
        Some(full) => head = *full,
        None => head[..name.len()].copy_from_slice(name),
    }
    u64::from_be_bytes(head)
}

/// Bytes of UTF-8 sort by code point; the rule sorts by UTF-16 unit, where the planes above the first come earlier.
fn utf16_order(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
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
    }

    #[test]
    fn the_signed_text_is_that_of_a_second_implementation() {
        for line in include_str!("../../tests/data/signatures.tsv").lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            let mut request = crate::sign::Received::default();
            request.parse(fields[2]).unwrap();
            let mut order = Ordered::default();
            order.sort(request.count(), |at| request.pair(at).0);
            order.dedup(|at| request.pair(at).0);
            let mut out = Vec::new();
            write_signed(order.iter().map(|at| request.pair(at)), Tilde::Escaped, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), fields[3], "{}", fields[0]);
        }
    }

    #[test]
    fn every_byte_is_escaped_or_stands_bare_as_the_table_says() {
        for byte in 0..=127_u8 {
            let text = char::from(byte).to_string();
            let mut out = Vec::new();
            write_signed([("n", text.as_str())].into_iter(), Tilde::Escaped, &mut out);
            let stands = byte.is_ascii_alphanumeric() || b".-_*".contains(&byte);
            let expected = if stands { text.to_lowercase() } else { format!("%{byte:02x}") };
            assert_eq!(String::from_utf8(out).unwrap(), format!("n={expected}"));
        }
        let mut out = Vec::new();
        write_signed([("n", "~é")].into_iter(), Tilde::Bare, &mut out);
        assert_eq!(out, b"n=~%c3%a9");
    }
}

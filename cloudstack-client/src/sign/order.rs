//! The order of names: by UTF-16 code unit, as sent, so that capitals come first.

use std::cmp::Ordering;

/// Positions of names in the order of the rule. Equal names keep their order.
///
/// What is sorted next is mostly of the same shape as what was sorted last, so the last order is where it starts.
#[derive(Default)]
pub(super) struct Ordered {
    /// The first eight bytes of a name, which decide nearly always, and its position.
    keys: Vec<(u64, u32)>,
    /// True if `keys` permutes the positions below its length.
    whole: bool,
}

/// The high bit of each byte.
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);

impl Ordered {
    /// Sorts the names at `0..count`. True if no two of them are equal.
    pub(super) fn sort<'a>(&mut self, count: usize, name: impl Fn(usize) -> &'a str) -> bool {
        if !self.whole || self.keys.len() != count {
            self.keys.clear();
            self.keys.extend((0..count).map(|at| (0, at as u32)));
            self.whole = true;
        }
        // Prefixes that are ASCII and differ decide; else whole names have to.
        let (mut bits, mut rises, mut before) = (0, true, None);
        for key in &mut self.keys {
            key.0 = prefix(name(key.1 as usize).as_bytes());
            bits |= key.0;
            rises &= Some(key.0) > before;
            before = Some(key.0);
        }
        (rises && bits & HIGH == 0) || self.sort_anew(bits & HIGH == 0, name)
    }

    #[cold]
    fn sort_anew<'a>(&mut self, ascii: bool, name: impl Fn(usize) -> &'a str) -> bool {
        self.keys.sort_unstable();
        if ascii && self.keys.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return true;
        }
        self.keys
            .sort_unstable_by(|a, b| name_order(name(a.1 as usize), name(b.1 as usize)).then_with(|| a.1.cmp(&b.1)));
        self.keys.windows(2).all(|pair| name(pair[0].1 as usize) != name(pair[1].1 as usize))
    }

    /// The positions, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.keys.iter().map(|&(_, at)| at as usize)
    }

    /// Keeps the first of equal names.
    pub(super) fn dedup<'a>(&mut self, name: impl Fn(usize) -> &'a str) {
        self.keys.dedup_by(|a, b| a.0 == b.0 && name(a.1 as usize) == name(b.1 as usize));
        self.whole = false;
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
    use proptest::prelude::*;

    fn sorted<'a>(order: &mut Ordered, names: &[&'a str]) -> Vec<&'a str> {
        order.sort(names.len(), |at| names[at]);
        order.iter().map(|at| names[at]).collect()
    }

    #[test]
    fn capitals_prefixes_and_high_planes_sort_as_the_rule_says() {
        let sorted = |names| sorted(&mut Ordered::default(), names);
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

    proptest! {
        #[test]
        fn the_last_order_is_a_start_and_nothing_more(
            rounds in prop::collection::vec((prop::collection::vec("[abA]{0,3}|long-prefix[aA]|.", 0..7), any::<bool>()), 1..6),
        ) {
            let mut order = Ordered::default();
            for (names, dedup) in &rounds {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                let distinct = order.sort(names.len(), |at| names[at]);
                let positions: Vec<_> = order.iter().collect();
                let mut plain: Vec<_> = (0..names.len()).collect();
                plain.sort_by_key(|&at| names[at].encode_utf16().collect::<Vec<_>>());
                prop_assert_eq!(&positions, &plain);
                prop_assert_eq!(distinct, plain.windows(2).all(|pair| names[pair[0]] != names[pair[1]]));
                if *dedup {
                    order.dedup(|at| names[at]);
                    plain.dedup_by_key(|at| names[*at]);
                    prop_assert_eq!(order.iter().collect::<Vec<_>>(), plain);
                }
            }
        }
    }
}

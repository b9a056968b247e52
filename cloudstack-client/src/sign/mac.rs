//! HMAC-SHA1 with all of the work that depends on keys alone done once.
//!
//! HMAC is SHA-1 over a block made of the key and the text, then over another such block and the first result. The states
//! after the two key blocks never change for a key; nor does the state after the first block of a signed text that
//! begins with the API key. So a request pays for the blocks of its own text and one more.

use super::text::Text;
use sha1::block_api::compress;
use sha1::{Digest, Sha1};
use std::fmt;

/// What SHA-1 knows of the text so far.
type State = [u32; 5];

/// What SHA-1 begins with.
const START: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/// A secret key, kept only as the states it gives the HMAC: the text itself is not stored and cannot be printed.
#[derive(Clone)]
pub(super) struct Key {
    inner: State,
    outer: State,
}

/// The beginning of a text, hashed: whole blocks only.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    state: State,
    length: usize,
}

impl Begun {
    /// How many bytes of the text are in it.
    pub(super) const fn length(&self) -> usize {
        self.length
    }
}

impl Key {
    /// A secret of any length, the empty one included.
    pub(super) fn new(secret: &str) -> Self {
        let mut block = [0; 64];
        match block.get_mut(..secret.len()) {
            Some(start) => start.copy_from_slice(secret.as_bytes()),
            None => block[..20].copy_from_slice(&Sha1::digest(secret.as_bytes())),
        }
        let keyed = |pad: u8| {
            let mut state = START;
            compress(&mut state, &[block.map(|byte| byte ^ pad)]);
            state
        };
        Self { inner: keyed(0x36), outer: keyed(0x5c) }
    }

    /// Nothing hashed yet but the key.
    pub(super) const fn begin(&self) -> Begun {
        Begun { state: self.inner, length: 0 }
    }

    /// As many whole blocks as `text` has, hashed.
    pub(super) fn begin_with(&self, text: &[u8]) -> Begun {
        let (blocks, _) = text.as_chunks();
        let mut state = self.inner;
        compress(&mut state, blocks);
        Begun { state, length: 64 * blocks.len() }
    }

    /// The HMAC of what was begun and `rest` behind it.
    pub(super) fn finish(&self, begun: Begun, rest: &mut Text) -> [u8; 20] {
        let mut state = begun.state;
        compress(&mut state, rest.padded(64 + begun.length));
        let mut last = [0; 64];
        last[..20].copy_from_slice(&bytes(state));
        last[20] = 0x80;
        // A block of the key and the twenty bytes before.
        last[56..].copy_from_slice(&(8 * (64 + 20_u64)).to_be_bytes());
        let mut state = self.outer;
        compress(&mut state, &[last]);
        bytes(state)
    }
}

fn bytes(state: State) -> [u8; 20] {
    let mut bytes = [0; 20];
    for (four, word) in bytes.chunks_exact_mut(4).zip(state) {
        four.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Begun(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;

    fn hmac(secret: &str, text: &[u8]) -> Vec<u8> {
        let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    }

    fn ours(secret: &str, text: &[u8], begin: usize) -> [u8; 20] {
        let key = Key::new(secret);
        let begun = key.begin_with(&text[..begin]);
        let mut rest = Text::default();
        rest.set(&text[begun.length()..]);
        key.finish(begun, &mut rest)
    }

    #[test]
    fn every_length_around_a_block_gives_the_hmac_of_the_library() {
        let secret = "s".repeat(200);
        for secret in ["", "k", &secret[..63], &secret[..64], &secret[..65], &secret] {
            for length in 0..200 {
                let text: Vec<u8> = (0..length as u8).collect();
                assert_eq!(ours(secret, &text, 0).to_vec(), hmac(secret, &text), "{} {length}", secret.len());
            }
        }
    }

    proptest! {
        #[test]
        fn where_it_was_begun_makes_no_difference(secret in any::<String>(), text in prop::collection::vec(any::<u8>(), 0..500), at in any::<prop::sample::Index>()) {
            let begin = at.index(text.len() + 1);
            prop_assert_eq!(ours(&secret, &text, begin).to_vec(), hmac(&secret, &text));
        }
    }
}

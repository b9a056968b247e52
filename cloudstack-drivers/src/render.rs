//! Writing numbers and addresses by hand: several times as fast as formatting, and scripts are little else.

#[cfg(feature = "nftables")]
use cloudstack_core::rules::ir::Mac;
use std::net::IpAddr;

/// An ASCII text being written. Bytes need no check at every step, only once at the end.
#[derive(Debug, Default)]
pub(crate) struct Out(Vec<u8>);

impl Out {
    #[cfg(feature = "nftables")]
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    #[inline]
    pub(crate) fn push_str(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    #[cfg(feature = "iptables")]
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds what another has written.
    #[cfg(feature = "iptables")]
    pub(crate) fn append(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    pub(crate) fn finish(self) -> String {
        String::from_utf8(self.0).expect("only ASCII is ever written")
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// An id as 32 hexadecimal digits.
#[cfg(feature = "nftables")]
pub(crate) fn hex(out: &mut Out, id: u128) {
    let mut text = [0; 32];
    for (byte, pair) in id.to_be_bytes().into_iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    out.0.extend_from_slice(&text);
}

/// A number in decimal.
pub(crate) fn decimal(out: &mut Out, mut number: u16) {
    let mut text = [0_u8; 5];
    let mut at = text.len();
    loop {
        at -= 1;
        text[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.0.extend_from_slice(&text[at..]);
}

/// An address as everybody writes it.
pub(crate) fn address(out: &mut Out, address: IpAddr) {
    match address {
        IpAddr::V4(a) => {
            let [a, b, c, d] = a.octets();
            decimal(out, a.into());
            for part in [b, c, d] {
                out.push(b'.');
                decimal(out, part.into());
            }
        }
        IpAddr::V6(a) => v6(out, a.segments()),
    }
}

/// Eight groups, the first longest run of two or more zero groups as `::`.
fn v6(out: &mut Out, groups: [u16; 8]) {
    let (mut start, mut length, mut at) = (8, 1, 0);
    while at < 8 {
        let run = groups[at..].iter().take_while(|group| **group == 0).count();
        if run > length {
            (start, length) = (at, run);
        }
        at += run.max(1);
    }
    let mut at = 0;
    while at < 8 {
        if at == start {
            out.push_str("::");
            at += length;
            continue;
        }
        if at > 0 && at != start + length {
            out.push(b':');
        }
        let digits = (16 - groups[at].leading_zeros()).div_ceil(4).max(1);
        for digit in (0..digits).rev() {
            out.push(DIGITS[usize::from(groups[at] >> (4 * digit) & 15)]);
        }
        at += 1;
    }
}

/// An Ethernet address in lower case.
#[cfg(feature = "nftables")]
pub(crate) fn mac(out: &mut Out, mac: Mac) {
    for (at, byte) in mac.0.into_iter().enumerate() {
        if at > 0 {
            out.push(b':');
        }
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// `id` and then the low `bits` of `more`, six bits to a character, the same length whatever the value: different inputs of
/// one width give different texts.
#[cfg(feature = "iptables")]
pub(crate) fn packed(out: &mut Out, id: u128, more: u64, bits: u32) {
    const SIXTY_FOUR: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.";
    let mut put = |six: u64| out.push(SIXTY_FOUR[(six & 63) as usize]);
    for at in (0..21).rev() {
        put((id >> (2 + 6 * at)) as u64);
    }
    // The two bits that did not fill a character go before `more`.
    let rest = ((id as u64 & 3) << bits) | more;
    for at in (0..(bits + 2).div_ceil(6)).rev() {
        put(rest >> (6 * at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::Seed;
    use std::net::Ipv6Addr;

    fn written(a: IpAddr) -> String {
        let mut out = Out::default();
        address(&mut out, a);
        out.finish()
    }

    #[test]
    fn addresses_are_written_as_the_standard_library_writes_them() {
        let mut seed = Seed::new(1);
        for _ in 0..20_000 {
            // Many zero groups, so that runs of all lengths and places come up.
            let groups: [u16; 8] = std::array::from_fn(|_| [0, 0, 1, 0xfe80][seed.below(4) as usize]);
            let v6 = Ipv6Addr::from(groups);
            assert_eq!(written(v6.into()), v6.to_string());
            let v4 = IpAddr::from((seed.next() as u32).to_be_bytes());
            assert_eq!(written(v4), v4.to_string());
        }
        assert_eq!(written(Ipv6Addr::UNSPECIFIED.into()), "::");
        assert_eq!(written("abc::def0".parse().unwrap()), "abc::def0");
    }
}

//! Writing numbers and addresses by hand: several times as fast as formatting, and scripts are little else.

use cloudstack_core::rules::ir::Mac;
use std::net::{IpAddr, Ipv6Addr};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// An id as 32 hexadecimal digits.
pub(crate) fn hex(out: &mut String, id: u128) {
    let mut text = [0; 32];
    for (byte, pair) in id.to_be_bytes().into_iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    out.push_str(std::str::from_utf8(&text).unwrap_or_default());
}

/// A number in decimal.
pub(crate) fn decimal(out: &mut String, mut number: u16) {
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
    out.push_str(std::str::from_utf8(&text[at..]).unwrap_or_default());
}

/// An address as everybody writes it.
pub(crate) fn address(out: &mut String, address: IpAddr) {
    match address {
        IpAddr::V4(a) => {
            let [a, b, c, d] = a.octets();
            decimal(out, a.into());
            for part in [b, c, d] {
                out.push('.');
                decimal(out, part.into());
            }
        }
        IpAddr::V6(a) => v6(out, a),
    }
}

fn v6(out: &mut String, address: Ipv6Addr) {
    use std::fmt::Write;
    // Writing to a string cannot fail.
    let _ = write!(out, "{address}");
}

/// An Ethernet address in lower case.
pub(crate) fn mac(out: &mut String, mac: Mac) {
    for (at, byte) in mac.0.into_iter().enumerate() {
        if at > 0 {
            out.push(':');
        }
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// `id` and then the low `bits` of `more`, six bits to a character, the same length whatever the value: different inputs of
/// one width give different texts.
#[cfg(feature = "iptables")]
pub(crate) fn packed(out: &mut String, id: u128, more: u64, bits: u32) {
    const SIXTY_FOUR: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.";
    let mut put = |six: u64| out.push(char::from(SIXTY_FOUR[(six & 63) as usize]));
    for at in (0..21).rev() {
        put((id >> (2 + 6 * at)) as u64);
    }
    // The two bits that did not fill a character go before `more`.
    let rest = ((id as u64 & 3) << bits) | more;
    for at in (0..(bits + 2).div_ceil(6)).rev() {
        put(rest >> (6 * at));
    }
}

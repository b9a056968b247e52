//! Values of fields, in both forms.

use super::Format;
use cloudstack_core::base::{Bytes, Mac, Mhz, Mib, Timestamp};
use std::fmt::{Display, Write as _};
use std::net::Ipv4Addr;

/// A value of a field.
pub(crate) trait Put {
    /// False for nothing.
    fn is_there(&self) -> bool {
        true
    }
    /// Writes it; `bare` if its field holds a number or a truth value.
    fn put(self, format: Format, bare: bool, text: &mut String);
}

impl Put for &str {
    fn put(self, format: Format, _: bool, text: &mut String) {
        match format {
            Format::Json => json_text(self, text),
            Format::Xml => xml_text(self, text),
        }
    }
}

impl Put for &String {
    fn put(self, format: Format, bare: bool, text: &mut String) {
        self.as_str().put(format, bare, text);
    }
}

impl Put for String {
    fn put(self, format: Format, bare: bool, text: &mut String) {
        self.as_str().put(format, bare, text);
    }
}

impl<T: Put> Put for Option<T> {
    fn is_there(&self) -> bool {
        self.as_ref().is_some_and(Put::is_there)
    }
    fn put(self, format: Format, bare: bool, text: &mut String) {
        if let Some(value) = self {
            value.put(format, bare, text);
        }
    }
}

/// What is written as it shows itself, in quotes: nothing in it needs an escape unless its text says so.
pub(crate) struct Shown<T: Display>(pub(crate) T);

impl<T: Display> Put for Shown<T> {
    fn put(self, format: Format, _: bool, text: &mut String) {
        let quote = format == Format::Json;
        if quote {
            text.push('"');
        }
        let start = text.len();
        // Writing to a text cannot fail.
        let _written = write!(text, "{}", self.0);
        let plain = |b: u8| (b >= 0x20) && !matches!(b, b'"' | b'\\' | b'<' | b'>' | b'&' | b'\'');
        if !text.as_bytes()[start..].iter().copied().all(plain) {
            let shown = text.split_off(start);
            match format {
                Format::Json => json_escaped(&shown, text),
                Format::Xml => xml_text(&shown, text),
            }
        }
        if quote {
            text.push('"');
        }
    }
}

impl Put for bool {
    fn put(self, format: Format, bare: bool, text: &mut String) {
        plain(if self { "true" } else { "false" }, format, bare, text);
    }
}

fn plain(value: &str, format: Format, bare: bool, text: &mut String) {
    let quote = format == Format::Json && !bare;
    if quote {
        text.push('"');
    }
    text.push_str(value);
    if quote {
        text.push('"');
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Put for $number {
            fn put(self, format: Format, bare: bool, text: &mut String) {
                let quote = format == Format::Json && !bare;
                if quote {
                    text.push('"');
                }
                let number = i128::from(self);
                if number < 0 {
                    text.push('-');
                }
                // All of these are numbers of at most 64 bits.
                digits(u64::try_from(number.unsigned_abs()).unwrap_or(u64::MAX), text);
                if quote {
                    text.push('"');
                }
            }
        }
    )*};
}

numbers! { u16 u32 u64 i32 i64 }

impl Put for usize {
    fn put(self, format: Format, bare: bool, text: &mut String) {
        (self as u64).put(format, bare, text);
    }
}

macro_rules! quantities {
    ($($quantity:ty)*) => {$(
        impl Put for $quantity {
            fn put(self, format: Format, bare: bool, text: &mut String) {
                self.0.put(format, bare, text);
            }
        }
    )*};
}

quantities! { Mhz Mib Bytes }

impl Put for Ipv4Addr {
    fn put(self, format: Format, _: bool, text: &mut String) {
        let quote = if format == Format::Json { "\"" } else { "" };
        text.push_str(quote);
        for (at, byte) in self.octets().into_iter().enumerate() {
            if at > 0 {
                text.push('.');
            }
            digits(byte.into(), text);
        }
        text.push_str(quote);
    }
}

impl Put for Mac {
    fn put(self, format: Format, _: bool, text: &mut String) {
        let quote = if format == Format::Json { "\"" } else { "" };
        let mut shown = *b"00:00:00:00:00:00";
        for (at, byte) in self.bytes().into_iter().enumerate() {
            shown[at * 3] = HEX[usize::from(byte >> 4)];
            shown[at * 3 + 1] = HEX[usize::from(byte & 15)];
        }
        text.push_str(quote);
        push_ascii(&shown, text);
        text.push_str(quote);
    }
}

/// An id, as all of them are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id(pub(crate) u128);

impl Put for Id {
    fn put(self, format: Format, _: bool, text: &mut String) {
        let quote = if format == Format::Json { "\"" } else { "" };
        let mut shown = *b"00000000-0000-0000-0000-000000000000";
        let mut at = 0;
        for (number, byte) in self.0.to_be_bytes().into_iter().enumerate() {
            if matches!(number, 4 | 6 | 8 | 10) {
                at += 1;
            }
            shown[at] = HEX[usize::from(byte >> 4)];
            shown[at + 1] = HEX[usize::from(byte & 15)];
            at += 2;
        }
        text.push_str(quote);
        push_ascii(&shown, text);
        text.push_str(quote);
    }
}

const HEX: [u8; 16] = *b"0123456789abcdef";

fn push_ascii(bytes: &[u8], text: &mut String) {
    // Every caller makes it of digits, letters and signs.
    text.push_str(std::str::from_utf8(bytes).unwrap_or_default());
}

/// A number without a sign.
fn digits(mut number: u64, text: &mut String) {
    let mut shown = [b'0'; 20];
    let mut at = shown.len();
    loop {
        at -= 1;
        shown[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    push_ascii(&shown[at..], text);
}

impl Put for Timestamp {
    fn put(self, format: Format, _: bool, text: &mut String) {
        let quote = if format == Format::Json { "\"" } else { "" };
        text.push_str(quote);
        crate::sign::UnixSeconds(self.as_micros() / 1_000_000).write_stamp(text);
        text.push_str(quote);
    }
}

/// True if the text can be the name of an XML element.
pub(crate) fn is_tag(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// A text in quotes.
pub(crate) fn json_text(value: &str, text: &mut String) {
    text.push('"');
    json_escaped(value, text);
    text.push('"');
}

fn json_escaped(value: &str, text: &mut String) {
    // Most texts need nothing, and are looked through faster without stopping at the first that does.
    let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    if !value.bytes().fold(false, |found, byte| found | special(byte)) {
        text.push_str(value);
        return;
    }
    let mut done = 0;
    for (at, byte) in value.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        text.push_str(&value[done..at]);
        done = at + 1;
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            // Writing to a text cannot fail.
            other => drop(write!(text, "\\u{other:04x}")),
        }
    }
    text.push_str(&value[done..]);
}

/// A text in an element. Characters that XML cannot hold, not even escaped, are left out.
pub(crate) fn xml_text(value: &str, text: &mut String) {
    let mut done = 0;
    for (at, c) in value.char_indices() {
        let escape = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&apos;",
            '\t' | '\n' | '\r' => continue,
            c if u32::from(c) < 0x20 || c == '\u{fffe}' || c == '\u{ffff}' => "",
            _ => continue,
        };
        text.push_str(&value[done..at]);
        text.push_str(escape);
        done = at + c.len_utf8();
    }
    text.push_str(&value[done..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::id::{EntityId, VmId};
    use proptest::prelude::*;

    fn put(value: impl Put) -> String {
        let mut text = String::new();
        value.put(Format::Xml, true, &mut text);
        text
    }

    proptest! {
        /// What is written without the formatter reads as the formatter writes it.
        #[test]
        fn values_are_written_as_they_show_themselves(id: u128, ip: [u8; 4], mac: [u8; 6], number: u64, signed: i64) {
            prop_assert_eq!(put(Id(id)), VmId::from_u128(id).to_string());
            prop_assert_eq!(put(Ipv4Addr::from(ip)), Ipv4Addr::from(ip).to_string());
            prop_assert_eq!(put(Mac::new(mac)), Mac::new(mac).to_string());
            prop_assert_eq!(put(number), number.to_string());
            prop_assert_eq!(put(signed), signed.to_string());
        }

        /// A text is read back as it was.
        #[test]
        fn texts_are_escaped(value: String) {
            let mut text = String::new();
            json_text(&value, &mut text);
            prop_assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
        }
    }

    #[test]
    fn the_ends_of_numbers_are_written() {
        assert_eq!(
            [put(i64::MIN), put(u64::MAX), put(0_u32), put(-1_i32)].join(" "),
            "-9223372036854775808 18446744073709551615 0 -1"
        );
    }
}

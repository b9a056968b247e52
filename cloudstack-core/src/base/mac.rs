//! Hardware addresses.

use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A hardware (MAC) address. Written as six lower-case hexadecimal pairs with colons; dashes are read too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

/// A text that is not a hardware address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a hardware address; six hexadecimal pairs with colons are expected, such as 02:00:4c:4f:4f:50")]
pub struct BadMac(pub String);

impl Mac {
    /// From its six bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 6]) -> Self {
        Self(bytes)
    }
    /// Its six bytes, in the order they are sent.
    #[must_use]
    pub const fn bytes(self) -> [u8; 6] {
        self.0
    }
    /// The address of the control interface with this link-local address: `0e:00:` and the four bytes of the address.
    /// It is unique exactly where the address is, within a pod.
    #[must_use]
    pub const fn control(ip: Ipv4Addr) -> Self {
        let [a, b, c, d] = ip.octets();
        Self([0x0e, 0, a, b, c, d])
    }
    /// The IPv6 link-local address a guest makes of this address (modified EUI-64).
    #[must_use]
    pub const fn link_local(self) -> Ipv6Addr {
        let [a, b, c, d, e, f] = self.0;
        Ipv6Addr::from_octets([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f])
    }
    /// Given by an administrator or a program, not by a maker of hardware.
    #[must_use]
    pub const fn is_local(self) -> bool {
        self.0[0] & 0b10 != 0
    }
    /// Names one interface, not a group.
    #[must_use]
    pub const fn is_unicast(self) -> bool {
        self.0[0] & 0b1 == 0
    }
}

impl std::fmt::Display for Mac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl std::fmt::Debug for Mac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Mac {
    type Err = BadMac;
    fn from_str(text: &str) -> Result<Self, BadMac> {
        let bad = || BadMac(text.chars().take(64).collect());
        let mut bytes = [0; 6];
        let mut parts = text.split(if text.contains('-') { '-' } else { ':' });
        for byte in &mut bytes {
            let part =
                parts.next().filter(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit())).ok_or_else(bad)?;
            *byte = u8::from_str_radix(part, 16).map_err(|_| bad())?;
        }
        if parts.next().is_some() { Err(bad()) } else { Ok(Self(bytes)) }
    }
}

impl Serialize for Mac {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mac {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_address_survives_text_and_json(bytes in any::<[u8; 6]>()) {
            let mac = Mac::new(bytes);
            prop_assert_eq!(mac.to_string().parse::<Mac>().unwrap(), mac);
            prop_assert_eq!(serde_json::from_str::<Mac>(&serde_json::to_string(&mac).unwrap()).unwrap(), mac);
            prop_assert_eq!(mac.to_string().to_uppercase().replace(':', "-").parse::<Mac>().unwrap(), mac);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let texts =
            ["", "1e:00:00:00:00", "1e:00:00:00:00:2a:00", "1e:00:00:00:00:+a", "1e:0:0:0:0:2a", "1e-00:00:00:00:2a"];
        for bad in texts {
            assert_eq!(bad.parse::<Mac>(), Err(BadMac(bad.into())), "{bad}");
        }
    }

    #[test]
    fn a_control_address_holds_its_ip_and_cannot_meet_the_sequence() {
        let mac = Mac::control(Ipv4Addr::new(169, 254, 3, 77));
        assert_eq!(mac.to_string(), "0e:00:a9:fe:03:4d");
        assert!(mac.is_unicast() && mac.is_local());
    }

    #[test]
    fn macs_show_and_parse_back() {
        let mac = Mac::new([0x02, 0, 0x4c, 0x4f, 0x4f, 0x50]);
        assert_eq!(mac.to_string(), "02:00:4c:4f:4f:50");
        assert_eq!("02-00-4C-4f-4f-50".parse(), Ok(mac));
        assert!(mac.is_local() && mac.is_unicast());
        for bad in ["", "02:00:4c:4f:4f", "02:00:4c:4f:4f:50:51", "2:0:4c:4f:4f:50", "02:00:4c:4f:4f:+5"] {
            assert!(bad.parse::<Mac>().is_err(), "{bad}");
        }
    }
}

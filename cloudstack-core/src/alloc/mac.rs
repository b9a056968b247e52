//! MAC addresses, and the sequence that never gives one twice.

use serde::{Deserialize, Serialize};
use std::{fmt, net::Ipv4Addr};

/// A MAC address. Reads six bytes in hexadecimal with `:` or `-` between them, prints lower case with `:`.
///
/// ```
/// use cloudstack_core::alloc::Mac;
/// let mac: Mac = "1E-00-00-00-00-2A".parse()?;
/// assert_eq!(mac.to_string(), "1e:00:00:00:00:2a");
/// assert!(mac.is_unicast() && mac.is_local());
/// # Ok::<(), cloudstack_core::alloc::mac::BadMac>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac([u8; 6]);

/// A text that is not a MAC address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a MAC address; six bytes such as 1e:00:00:00:00:2a are expected")]
pub struct BadMac(pub String);

impl Mac {
    /// The first byte of the addresses of [`MacSequence`]: unicast, locally administered.
    const SEQUENCE: u8 = 0x1e;
    /// The first byte of control addresses.
    const CONTROL: u8 = 0x0e;

    /// An address from its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 6]) -> Self {
        Self(bytes)
    }

    /// The bytes, in the order they are sent.
    #[must_use]
    pub const fn bytes(self) -> [u8; 6] {
        self.0
    }

    /// The address of the control interface with this link-local address: `0e:00:` and the four bytes of the address.
    /// It is unique exactly where the address is, within a pod.
    #[must_use]
    pub const fn control(ip: Ipv4Addr) -> Self {
        let [a, b, c, d] = ip.octets();
        Self([Self::CONTROL, 0, a, b, c, d])
    }

    /// The address of serial number `serial` of cloud `cloud`: `1e:`, one byte, four bytes.
    #[must_use]
    pub const fn serial(cloud: u8, serial: u32) -> Self {
        let [a, b, c, d] = serial.to_be_bytes();
        Self([Self::SEQUENCE, cloud, a, b, c, d])
    }

    /// The serial number, if this is an address of cloud `cloud`'s sequence: when an existing machine is taken over,
    /// the sequence must go on behind it.
    #[must_use]
    pub fn serial_in(self, cloud: u8) -> Option<u32> {
        let [first, second, rest @ ..] = self.0;
        (first == Self::SEQUENCE && second == cloud).then(|| u32::from_be_bytes(rest))
    }

    /// True if it names one interface, not a group.
    #[must_use]
    pub const fn is_unicast(self) -> bool {
        self.0[0] & 1 == 0
    }

    /// True if it is locally administered, so that no hardware has it.
    #[must_use]
    pub const fn is_local(self) -> bool {
        self.0[0] & 2 == 2
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mac:{self}")
    }
}

impl std::str::FromStr for Mac {
    type Err = BadMac;
    fn from_str(text: &str) -> Result<Self, BadMac> {
        let bad = || BadMac(text.chars().take(64).collect());
        let separator = if text.contains('-') { '-' } else { ':' };
        let (mut bytes, mut parts) = ([0; 6], text.split(separator));
        for byte in &mut bytes {
            let part = parts.next().filter(|part| part.len() == 2 && !part.starts_with('+')).ok_or_else(bad)?;
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
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Gives MAC addresses `1e:cc:ss:ss:ss:ss`, each once in the life of the cloud.
///
/// `cc` is the cloud's identifier (the setting `mac.identifier`, 0 unless clouds share a wire), `ss…` a serial number
/// over the whole cloud that is never used again, not even after the machine is gone: a switch or an ARP cache may
/// remember. CloudStack's newer releases write a network number and a number within it into those four bytes, which
/// repeats after 65,536 networks; its older ones (`02:00:rr:rr:ss:ss`) add random bits, which repeats by chance. Four
/// bytes of serial are enough for one address each second for 136 years.
///
/// The owner keeps [`MacSequence::next_serial`] in a row and commits it together with the interfaces. A busy node may
/// set aside a block in one commit and give from it without another; what is left of the block at a crash is lost.
///
/// ```
/// use cloudstack_core::alloc::MacSequence;
/// let mut macs = MacSequence::new(0, 41);
/// assert_eq!(macs.take()?.to_string(), "1e:00:00:00:00:29");
/// let mut block = macs.set_aside(1_000)?;
/// assert_eq!(block.take()?.to_string(), "1e:00:00:00:00:2a");
/// assert_eq!(macs.next_serial(), 1_042);
/// # Ok::<(), cloudstack_core::alloc::mac::NoFreeMac>(())
/// ```
// Not `Clone`: two copies would give the same addresses.
#[derive(Debug, PartialEq, Eq)]
pub struct MacSequence {
    cloud: u8,
    next: u64,
    end: u64,
}

/// Every serial number of the sequence, or of the block set aside from it, is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no MAC address is left of cloud identifier {cloud}: {left} where {wanted} are wanted; set another mac.identifier"
)]
pub struct NoFreeMac {
    /// The cloud's identifier.
    pub cloud: u8,
    /// How many addresses were wanted.
    pub wanted: u64,
    /// How many are left.
    pub left: u64,
}

impl MacSequence {
    /// The sequence of cloud `cloud`, whose numbers below `next_serial` are used.
    #[must_use]
    pub const fn new(cloud: u8, next_serial: u64) -> Self {
        Self { cloud, next: next_serial, end: 1 << 32 }
    }

    /// The first number that is not used: what the owner keeps.
    #[must_use]
    pub const fn next_serial(&self) -> u64 {
        self.next
    }

    /// The next address.
    ///
    /// # Errors
    /// [`NoFreeMac`] if the sequence is at its end.
    pub fn take(&mut self) -> Result<Mac, NoFreeMac> {
        let block = self.set_aside(1)?;
        // The end is at most 2³², so every number before it fits.
        Ok(Mac::serial(self.cloud, block.next as u32))
    }

    /// A sequence of the next `count` numbers, which this one will not give.
    ///
    /// # Errors
    /// [`NoFreeMac`] if fewer are left; nothing has changed.
    pub fn set_aside(&mut self, count: u64) -> Result<Self, NoFreeMac> {
        let left = self.end.saturating_sub(self.next);
        if count > left {
            return Err(NoFreeMac { cloud: self.cloud, wanted: count, left });
        }
        let first = self.next;
        self.next += count;
        Ok(Self { cloud: self.cloud, next: first, end: self.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn an_address_survives_text_and_json(bytes in any::<[u8; 6]>()) {
            let mac = Mac::new(bytes);
            prop_assert_eq!(mac.to_string().parse::<Mac>().unwrap(), mac);
            prop_assert_eq!(serde_json::from_str::<Mac>(&serde_json::to_string(&mac).unwrap()).unwrap(), mac);
            prop_assert_eq!(mac.to_string().to_uppercase().replace(':', "-").parse::<Mac>().unwrap(), mac);
        }

        #[test]
        fn serial_numbers_and_addresses_are_one_to_one(cloud in any::<u8>(), serial in any::<u32>(), other in any::<u8>()) {
            let mac = Mac::serial(cloud, serial);
            prop_assert_eq!(mac.serial_in(other), (cloud == other).then_some(serial));
            prop_assert!(mac.is_unicast() && mac.is_local());
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
        assert!(mac.is_unicast() && mac.is_local() && (0..=255).all(|cloud| mac.serial_in(cloud).is_none()));
    }

    #[test]
    fn no_address_comes_twice_from_a_sequence_its_blocks_and_its_restart() {
        let mut macs = MacSequence::new(3, 0);
        let mut seen = BTreeSet::new();
        for _ in 0..100 {
            let mut block = macs.set_aside(100).unwrap();
            while let Ok(mac) = block.take() {
                assert!(seen.insert(mac));
            }
            assert!(seen.insert(macs.take().unwrap()));
            macs = MacSequence::new(3, macs.next_serial());
        }
        assert_eq!(seen.len(), 100 * 101);
    }

    #[test]
    fn the_end_of_the_sequence_is_said() {
        let mut macs = MacSequence::new(0, u64::from(u32::MAX));
        assert_eq!(macs.set_aside(2), Err(NoFreeMac { cloud: 0, wanted: 2, left: 1 }));
        assert_eq!(macs.take().unwrap().to_string(), "1e:00:ff:ff:ff:ff");
        assert_eq!(macs.take(), Err(NoFreeMac { cloud: 0, wanted: 1, left: 0 }));
    }
}

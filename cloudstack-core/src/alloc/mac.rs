//! The sequence that never gives a MAC address twice.

use crate::base::Mac;

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
    /// The first byte of every address: unicast, locally administered, and not that of control interfaces.
    const PREFIX: u8 = 0x1e;

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
        let [a, b, c, d] = (block.next as u32).to_be_bytes();
        Ok(Mac::new([Self::PREFIX, self.cloud, a, b, c, d]))
    }

    /// Leaves out `mac`, which a machine brought along, and every number before it: when existing machines are taken
    /// over, the sequence goes on behind the highest of them. An address of another cloud or form changes nothing.
    pub fn skip(&mut self, mac: Mac) {
        let [prefix, cloud, rest @ ..] = mac.bytes();
        if prefix == Self::PREFIX && cloud == self.cloud {
            self.next = self.next.max(u64::from(u32::from_be_bytes(rest)) + 1);
        }
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
    use std::{collections::BTreeSet, net::Ipv4Addr};

    proptest! {
        #[test]
        fn an_address_of_a_sequence_is_local_and_no_control_address(cloud in any::<u8>(), serial in any::<u32>(), ip in any::<u32>()) {
            let mac = MacSequence::new(cloud, serial.into()).take().unwrap();
            prop_assert!(mac.is_unicast() && mac.is_local());
            prop_assert_ne!(mac, Mac::control(Ipv4Addr::from_bits(ip)));
        }

        #[test]
        fn a_sequence_goes_on_behind_the_addresses_it_is_shown(known in proptest::collection::vec((0..3_u8, 0..500_u64), 0..20), next in 0..500_u64) {
            let mut macs = MacSequence::new(1, next);
            let known: Vec<Mac> = known.into_iter().map(|(cloud, serial)| MacSequence::new(cloud, serial).take().unwrap()).collect();
            known.iter().for_each(|mac| macs.skip(*mac));
            let own = known.iter().filter(|mac| mac.bytes()[1] == 1).max();
            let mac = macs.take().unwrap();
            prop_assert!(!known.contains(&mac) && own.is_none_or(|own| *own < mac) && macs.next_serial() > next);
        }
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

#![doc = include_str!("iptables/docs.md")]

mod apply;
mod compile;
mod lines;
#[cfg(feature = "hosts")]
mod port_filter;

#[cfg(feature = "hosts")]
pub use port_filter::HostFilter;

use cloudstack_core::rules::{diff::Delta, ir::Ir};

/// Writes filters for iptables, ip6tables, ebtables and ipset.
///
/// ```
/// use cloudstack_core::rules::ir::Ir;
/// use cloudstack_drivers::iptables::Iptables;
///
/// let scripts = Iptables.full(&Ir::default());
/// assert!(scripts.v4.starts_with("*filter\n:cs-forward - [0:0]\n"));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Iptables;

/// What each tool is to read, in the order in which they are to be run. A text is empty if its tool has nothing to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scripts {
    /// For `ipset restore`: sets and elements that come.
    pub sets: String,
    /// For `iptables-restore --noflush`.
    pub v4: String,
    /// For `ip6tables-restore --noflush`.
    pub v6: String,
    /// For `ebtables-restore --noflush`: Ethernet addresses, ARP and what is not IP.
    pub ether: String,
    /// For `ipset restore`: sets and elements that go.
    pub gone: String,
}

impl Scripts {
    /// The length of all texts, in bytes.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.sets.len() + self.v4.len() + self.v6.len() + self.ether.len() + self.gone.len()
    }

    /// True if no tool has anything to do.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Iptables {
    /// The whole state. Chains and sets it names are made or replaced, each atomically; others are left alone.
    #[must_use]
    pub fn full(&self, ir: &Ir) -> Scripts {
        compile::full(ir)
    }

    /// A difference.
    #[must_use]
    pub fn delta(&self, delta: &Delta) -> Scripts {
        compile::delta(delta)
    }
}

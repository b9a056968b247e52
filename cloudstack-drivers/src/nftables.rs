#![doc = include_str!("nftables/docs.md")]

mod apply;
mod compile;
mod json;
mod script;
mod text;

use cloudstack_core::rules::{diff::Delta, ir::Ir};

/// Writes filters for the kernel's nftables, bridge family.
///
/// ```
/// use cloudstack_core::rules::ir::Ir;
/// use cloudstack_drivers::nftables::Nftables;
///
/// let text = Nftables::default().full(&Ir::default());
/// assert!(text.starts_with("add table bridge cloudstack\ndelete table bridge cloudstack\n"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nftables {
    table: String,
}

impl Default for Nftables {
    fn default() -> Self {
        Self { table: "cloudstack".to_owned() }
    }
}

/// A text that cannot name a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a table name; give 1 to 64 of A-Z a-z 0-9 _ -, beginning with a letter")]
pub struct BadTable(pub String);

impl Nftables {
    /// Writes into this table, which is taken to be nobody else's.
    ///
    /// # Errors
    /// [`BadTable`] if it cannot be a name.
    pub fn table(name: &str) -> Result<Self, BadTable> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.len() > 64 || !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(fits) {
            return Err(BadTable(name.to_owned()));
        }
        Ok(Self { table: name.to_owned() })
    }

    /// The whole state for `nft -f`: one transaction that replaces whatever the table held.
    #[must_use]
    pub fn full(&self, ir: &Ir) -> String {
        // A port with two small groups takes about 1,150 bytes; too little or too much costs a copy or a few pages.
        let mut script = text::Text::new(&self.table, 8_192 + 1_280 * ir.ports.len());
        compile::full(ir, &mut script);
        script.finish()
    }

    /// A difference for `nft -f`: one transaction. `after` is the state the difference leads to.
    #[must_use]
    pub fn delta(&self, after: &Ir, delta: &Delta) -> String {
        let mut script = text::Text::new(&self.table, 256);
        compile::delta(after, delta, &mut script);
        script.finish()
    }

    /// [`full`](Self::full) for `nft -j -f`.
    #[must_use]
    pub fn full_json(&self, ir: &Ir) -> serde_json::Value {
        let mut script = json::Document::new(&self.table);
        compile::full(ir, &mut script);
        script.finish()
    }

    /// [`delta`](Self::delta) for `nft -j -f`.
    #[must_use]
    pub fn delta_json(&self, after: &Ir, delta: &Delta) -> serde_json::Value {
        let mut script = json::Document::new(&self.table);
        compile::delta(after, delta, &mut script);
        script.finish()
    }
}

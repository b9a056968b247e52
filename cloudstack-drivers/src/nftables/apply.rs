//! Sends scripts to the kernel.

use super::Nftables;
use crate::runner::{Runner, ToolFailed};
use cloudstack_core::rules::{diff::Delta, ir::Ir};

impl Nftables {
    /// True if the kernel tracks connections on bridges, without which it refuses every script. Changes nothing.
    ///
    /// # Errors
    /// [`ToolFailed`] if `nft` cannot be asked.
    pub fn served(&self, runner: &dyn Runner) -> Result<bool, ToolFailed> {
        let script = "add table bridge cloudstack-probe\nadd chain bridge cloudstack-probe probe\n\
            add rule bridge cloudstack-probe probe ct state established accept\n";
        match runner.run("nft", &["-c", "-f", "-"], script) {
            Ok(_) => Ok(true),
            Err(error) if error.said.contains("Protocol error") => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Replaces the table by this state. May be repeated. The kernel takes all of it or nothing.
    ///
    /// # Errors
    /// [`ToolFailed`] with what `nft` said; the filter is as it was.
    pub fn install(&self, runner: &dyn Runner, ir: &Ir) -> Result<(), ToolFailed> {
        runner.run("nft", &["-f", "-"], &self.full(ir)).map(drop)
    }

    /// Sends a difference. The kernel takes all of it or nothing; after a failure, [`install`](Self::install) repairs.
    ///
    /// # Errors
    /// [`ToolFailed`] with what `nft` said; the filter is as it was.
    pub fn change(&self, runner: &dyn Runner, after: &Ir, delta: &Delta) -> Result<(), ToolFailed> {
        if delta.is_empty() {
            return Ok(());
        }
        runner.run("nft", &["-f", "-"], &self.delta(after, delta)).map(drop)
    }

    /// Takes the table away. May be repeated.
    ///
    /// # Errors
    /// [`ToolFailed`] with what `nft` said.
    pub fn remove(&self, runner: &dyn Runner) -> Result<(), ToolFailed> {
        // Added first, so that taking away a table that is not there succeeds.
        let script = format!("add table bridge {0}\ndelete table bridge {0}\n", self.table);
        runner.run("nft", &["-f", "-"], &script).map(drop)
    }
}

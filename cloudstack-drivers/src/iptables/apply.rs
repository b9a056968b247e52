//! Sends scripts to the kernel.

use super::{Iptables, Scripts};
use crate::runner::{Runner, ToolFailed};
use cloudstack_core::rules::{diff::Delta, ir::Ir};
use std::collections::BTreeSet;

impl Iptables {
    /// Makes the host's filter this state, and takes away chains and sets of states before. May be repeated.
    ///
    /// # Errors
    /// [`ToolFailed`] with what the tool said. Each tool's part is made whole or not at all; repeat to repair.
    pub fn install(&self, runner: &dyn Runner, ir: &Ir) -> Result<(), ToolFailed> {
        let mut scripts = self.full(ir);
        for (save, text, declare) in [
            ("iptables-save", &mut scripts.v4, " - [0:0]"),
            ("ip6tables-save", &mut scripts.v6, " - [0:0]"),
            ("ebtables-save", &mut scripts.ether, " RETURN"),
        ] {
            *text = without_stale_chains(&runner.run(save, &["-t", "filter"], "")?, text, declare);
        }
        scripts.gone.push_str(&stale_sets(&runner.run("ipset", &["list", "-n"], "")?, &scripts.sets));
        send(runner, &scripts)?;
        hook(runner)
    }

    /// Sends a difference. After a failure, [`install`](Self::install) repairs.
    ///
    /// # Errors
    /// [`ToolFailed`] with what the tool said; the tools before it have done their part.
    pub fn change(&self, runner: &dyn Runner, delta: &Delta) -> Result<(), ToolFailed> {
        send(runner, &self.delta(delta))
    }
}

fn send(runner: &dyn Runner, scripts: &Scripts) -> Result<(), ToolFailed> {
    let steps: [(&str, &[&str], &str); 5] = [
        ("ipset", &["restore"], &scripts.sets),
        ("iptables-restore", &["--noflush"], &scripts.v4),
        ("ip6tables-restore", &["--noflush"], &scripts.v6),
        ("ebtables-restore", &["--noflush"], &scripts.ether),
        ("ipset", &["restore"], &scripts.gone),
    ];
    for (program, arguments, text) in steps {
        if !text.is_empty() {
            runner.run(program, arguments, text)?;
        }
    }
    Ok(())
}

/// Leads frames that cross a bridge into the chains, unless they are led there already.
fn hook(runner: &dyn Runner) -> Result<(), ToolFailed> {
    const IP: [&str; 7] = ["FORWARD", "-m", "physdev", "--physdev-is-bridged", "-j", "cs-forward", ""];
    for (program, save, rule) in [
        ("iptables", "iptables-save", &IP[..6]),
        ("ip6tables", "ip6tables-save", &IP[..6]),
        ("ebtables", "ebtables-save", &["FORWARD", "-j", "cs-forward"][..]),
    ] {
        let line = format!("-A {}", rule.join(" "));
        if !runner.run(save, &["-t", "filter"], "")?.lines().any(|l| l.trim_end() == line) {
            runner.run(program, &[&["-I"], rule].concat(), "")?;
        }
    }
    Ok(())
}

/// True if a chain or set is ours to take away.
fn ours(name: &str) -> bool {
    name.starts_with("cs-") || name.starts_with("cs4-") || name.starts_with("cs6-") || packed(name)
}

/// A name with an id packed into it: 25, 26 or 31 characters.
fn packed(name: &str) -> bool {
    let kind = match name.len() {
        25 => name.starts_with("csI") || name.starts_with("csO") || name.starts_with("csE"),
        26 => name.starts_with("csm4") || name.starts_with("csm6"),
        31 => name.starts_with("cs"),
        _ => false,
    };
    kind && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
}

/// `script` that also empties and takes away our chains that it does not name.
fn without_stale_chains(saved: &str, script: &str, declare: &str) -> String {
    let chains = |text: &str| -> BTreeSet<String> {
        let names = text.lines().filter_map(|l| l.strip_prefix(':')?.split_whitespace().next().map(str::to_owned));
        names.filter(|name| ours(name)).collect()
    };
    let wanted = chains(script);
    let stale: Vec<String> = chains(saved).into_iter().filter(|name| !wanted.contains(name)).collect();
    let Some(body) = script.strip_prefix("*filter\n").and_then(|s| s.strip_suffix("COMMIT\n")) else {
        return script.to_owned();
    };
    let mut out = String::from("*filter\n");
    for name in &stale {
        out.push_str(&format!(":{name}{declare}\n"));
    }
    out.push_str(body);
    for verb in ["-F", "-X"] {
        for name in &stale {
            out.push_str(&format!("{verb} {name}\n"));
        }
    }
    out.push_str("COMMIT\n");
    out
}

/// Takes away our sets that `script` does not make.
fn stale_sets(listed: &str, script: &str) -> String {
    let made: BTreeSet<&str> =
        script.lines().filter_map(|l| l.strip_prefix("create ")?.split_whitespace().next()).collect();
    let stale = listed.lines().filter(|name| ours(name) && !made.contains(name));
    stale.map(|name| format!("destroy {name}\n")).collect()
}

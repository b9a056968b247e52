//! What is wrong with a piece of configuration or a script that somebody copied from a guide.
//!
//! Guides are printed, scanned and copied: letters change, a slash falls off, a name differs in two places. Each rule
//! here is one such fault that was really printed.
//!
//! ```
//! use cloudstack_core::plan::lint::text::lint_text;
//! let found = lint_text("LOCKD_TCP_PORT=32803\n");
//! assert_eq!((found[0].id, found[0].place.as_str()), ("LINT-05", "line 1"));
//! assert!(found[0].to_string().ends_with("write `LOCKD_TCPPORT`"));
//! ```

use std::collections::BTreeMap;

use super::{Finding, Found, hierarchy::distance};

type Check = fn(&str, &mut Found<'_>);

const RULES: &[(&str, Check)] = &[
    ("LINT-04", bridges),
    ("LINT-05", nfs_settings),
    ("LINT-06", two_names),
    ("LINT-07", given_twice),
    ("LINT-08", confused),
    ("LINT-09", unfinished),
];

/// Holds a text against every rule. The place of a finding is its line; the same text always gives the same list.
#[must_use]
pub fn lint_text(text: &str) -> Vec<Finding> {
    let mut all = Vec::new();
    for (id, check) in RULES {
        check(text, &mut Found { id, all: &mut all });
    }
    all
}

fn lines(text: &str) -> impl Iterator<Item = (String, &str)> {
    text.lines().enumerate().map(|(at, line)| (format!("line {}", at + 1), line.trim()))
}

fn without_number(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// A bridge that is made by a command is called the same in the files that speak of it (LINT-04).
fn bridges(text: &str, found: &mut Found<'_>) {
    let made: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let at = words.iter().position(|word| matches!(*word, "add-br" | "addbr"))?;
            words.get(at + 1).copied()
        })
        .collect();
    for (place, line) in lines(text) {
        let Some((field @ ("DEVICE" | "BRIDGE" | "OVS_BRIDGE"), value)) = line.split_once('=') else { continue };
        let name = value.trim_matches('"');
        // `cloudbr1` beside `cloudbr0` is another bridge, `cloudb` beside `cloudbr` is a slip.
        let other = made.iter().any(|bridge| without_number(bridge) == without_number(name));
        let nearest = made.iter().map(|bridge| (distance(name, bridge), *bridge)).min();
        if let (false, Some((1, bridge))) = (other, nearest) {
            let message = format!("{field} is `{name}`, the bridge that is made is `{bridge}`");
            found.error(place, message).suggest(format!("write `{field}={bridge}`"));
        }
    }
}

/// The settings of an NFS server that a cloud needs.
const NFS: [&str; 7] = [
    "LOCKD_TCPPORT",
    "LOCKD_UDPPORT",
    "MOUNTD_PORT",
    "RQUOTAD_PORT",
    "STATD_PORT",
    "STATD_OUTGOING_PORT",
    "RPCNFSDARGS",
];

/// A setting that is nearly one of the NFS server's is ignored by it without a word (LINT-05).
fn nfs_settings(text: &str, found: &mut Found<'_>) {
    for (place, line) in lines(text) {
        let Some((name, _)) = line.trim_start_matches(['#', ' ']).split_once('=') else { continue };
        if NFS.contains(&name) {
            continue;
        }
        if let Some((1, right)) = NFS.iter().map(|known| (distance(name, known), *known)).min() {
            found.error(place, format!("`{name}` is no setting")).suggest(format!("write `{right}`"));
        }
    }
}

/// Second names of settings, each with the one that is used here (LINT-06).
const ALIASES: &[(&str, &str)] = &[("vmware.use.nexus.dvswitch", "vmware.use.nexus.vswitch")];

/// Settings that are switched on side by side.
const SISTERS: &[(&str, &str)] = &[("enable.ec2.api", "enable.s3.api")];

/// The name of a setting, whichever of its names is given.
#[must_use]
pub fn setting_name(given: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == given).map_or(given, |(_, name)| name)
}

/// The global setting that a line changes: `name = value`, or a call of updateConfiguration.
fn setting(line: &str) -> Option<(&str, &str)> {
    let (name, value) = match line.split_once("command=updateConfiguration") {
        Some((_, call)) => {
            let part = |key: &str| call.split('&').find_map(|p| p.trim().strip_prefix(key)?.strip_prefix('='));
            (part("name")?, part("value")?)
        }
        None => line.split_once('=')?,
    };
    let name = name.trim();
    let global = name.contains('.') && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b.is_ascii_digit());
    global.then_some((name, value.trim()))
}

fn two_names(text: &str, found: &mut Found<'_>) {
    let mut first: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for (place, line) in lines(text) {
        let Some((given, value)) = setting(line) else { continue };
        let (other, before) = *first.entry(setting_name(given)).or_insert((given, value));
        if other != given && before != value {
            let message = format!("`{given}` is `{other}` by another name, and was `{before}`");
            found.error(place, message).suggest(format!("give `{}` once", setting_name(given)));
        }
    }
}

fn given_twice(text: &str, found: &mut Found<'_>) {
    let given: Vec<(String, &str)> = lines(text).filter_map(|(place, line)| Some((place, setting(line)?.0))).collect();
    for (n, (place, name)) in given.iter().enumerate() {
        let Some((other, _)) = given[..n].iter().find(|(_, before)| before == name) else { continue };
        let sister = SISTERS.iter().find_map(|(a, b)| match *name {
            _ if name == a => Some(*b),
            _ if name == b => Some(*a),
            _ => None,
        });
        let missing = sister.filter(|sister| !given.iter().any(|(_, known)| known == sister));
        let finding = found.warning(place, format!("`{name}` was given at {other} already"));
        match missing {
            Some(sister) => finding.suggest(format!("one of them was meant to be `{sister}`")),
            None => finding.suggest("leave one out"),
        };
    }
}

/// Words that print makes of others.
const CONFUSED: &[(&str, &str)] = &[
    ("vncretras", "vncextras"),
    ("libvird", "libvirtd"),
    ("v1an", "vlan"),
    ("ml.small", "m1.small"),
    ("ml.medium", "m1.medium"),
    ("ml.large", "m1.large"),
    ("ml.xlarge", "m1.xlarge"),
];

/// Letters that look alike in print (LINT-08).
fn confused(text: &str, found: &mut Found<'_>) {
    for (place, line) in lines(text) {
        let words = || line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'));
        for word in words() {
            if let Some((wrong, right)) = CONFUSED.iter().find(|(wrong, _)| *wrong == word) {
                found.error(&place, format!("`{wrong}` is nothing")).suggest(format!("write `{right}`"));
            }
        }
        // The daemon listens with a letter, not with a number.
        if line.contains("libvir") && words().any(|word| word == "-1") {
            found.error(&place, "`-1` is no option of libvirtd").suggest("write `-l`, the letter");
        }
    }
}

/// An edit command needs its third separator (LINT-09).
fn unfinished(text: &str, found: &mut Found<'_>) {
    for (place, line) in lines(text) {
        let words = line.trim_start_matches(['#', '$', ' ']);
        let Some(command) = words.strip_prefix("sudo ").unwrap_or(words).strip_prefix("sed ") else { continue };
        for quote in ['\'', '"'] {
            for script in command.split(quote).skip(1).step_by(2) {
                let Some(rest) = script.strip_prefix('s') else { continue };
                let Some(separator) = rest.chars().next().filter(char::is_ascii_punctuation) else { continue };
                if unescaped(rest, separator) < 3 {
                    let text = format!("write `{script}{separator}`");
                    found.error(&place, format!("`{script}` is not finished")).suggest(text);
                }
            }
        }
    }
}

fn unescaped(text: &str, separator: char) -> usize {
    let mut escaped = false;
    let mut count = 0;
    for c in text.chars() {
        count += usize::from(c == separator && !escaped);
        escaped = c == '\\' && !escaped;
    }
    count
}

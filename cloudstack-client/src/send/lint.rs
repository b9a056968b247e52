//! Looks at a call before it is made, by the catalogue: names nobody knows, what is missing, and what a server would
//! silently read otherwise than it was meant.

use crate::catalogue::{COMMANDS, Command, Kind, Param};
use std::fmt;

/// A call that would be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// No command has this name.
    NoCommand {
        /// What was given.
        given: String,
        /// The names that come nearest, the best one first.
        nearest: Vec<&'static str>,
    },
    /// A parameter that must be given is not.
    Missing {
        /// The command.
        command: &'static str,
        /// The parameter.
        param: &'static str,
        /// What it means.
        doc: &'static str,
    },
    /// A value that the kind of its parameter cannot be read from.
    Value {
        /// The parameter.
        param: String,
        /// What was given, unless it is secret.
        value: String,
        /// What would be accepted.
        accepted: &'static str,
    },
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand { given, nearest } => {
                write!(f, "there is no command `{given}`")?;
                if !nearest.is_empty() {
                    write!(f, "; did you mean {}?", either(nearest))?;
                }
                Ok(())
            }
            Self::Missing { command, param, doc } => write!(f, "`{command}` needs `{param}`: {doc}"),
            Self::Value { param, value, accepted } => write!(f, "`{param}` is {value:?}; it takes {accepted}"),
        }
    }
}

impl std::error::Error for Misuse {}

/// A call put right as far as that is certain, and what was put right or looks wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The row of the command.
    pub command: &'static Command,
    /// The parameters, without the blanks around names and values.
    pub params: Vec<(String, String)>,
    /// One sentence for each thing to know; empty if all is well.
    pub notes: Vec<String>,
}

/// Looks at a call by the catalogue.
///
/// Put right are the case of the command's name and blanks around names and values, but for secrets and long texts. A
/// parameter that the catalogue does not have is a note, for a server ignores it and a newer one may know it.
///
/// ```
/// use cloudstack_client::send::lint;
///
/// let advice = lint("listzones", &[(" available", " true ")]).unwrap();
/// assert_eq!(advice.command.name, "listZones");
/// assert_eq!(advice.params, [("available".to_owned(), "true".to_owned())]);
/// assert_eq!(advice.notes.len(), 2);
/// let misuse = lint("listZone", &[]).unwrap_err();
/// assert!(misuse.to_string().contains("did you mean `listZones`"));
/// ```
///
/// # Errors
/// [`Misuse`] names what a server would refuse.
pub fn lint(command: &str, params: &[(&str, &str)]) -> Result<Advice, Misuse> {
    let given = command.trim();
    let Some(row) = COMMANDS.iter().copied().find(|row| row.name.eq_ignore_ascii_case(given)) else {
        return Err(Misuse::NoCommand { given: given.to_owned(), nearest: nearest(given) });
    };
    let mut advice = Advice { command: row, params: Vec::new(), notes: Vec::new() };
    if row.name != command {
        advice.notes.push(format!("`{command}` is spelt `{}`; servers insist on it", row.name));
    }
    for (name, value) in params {
        let (name, value) = put_right(row, name, value, &mut advice.notes)?;
        advice.params.push((name, value));
    }
    // A server takes what is empty for missing.
    let is_given = |param: &Param| {
        advice.params.iter().any(|(name, value)| !value.is_empty() && base(name).eq_ignore_ascii_case(param.name))
    };
    match row.params.iter().find(|param| param.required && !is_given(param)) {
        Some(param) => Err(Misuse::Missing { command: row.name, param: param.name, doc: param.doc }),
        None => Ok(advice),
    }
}

/// The parameter that a name like `details[0].memory` belongs to.
fn base(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

fn put_right(
    row: &'static Command,
    given: &str,
    value: &str,
    notes: &mut Vec<String>,
) -> Result<(String, String), Misuse> {
    let name = given.trim();
    let Some(param) = row.params.iter().find(|param| param.name.eq_ignore_ascii_case(base(name))) else {
        if !["page", "pagesize", "response"].contains(&name.to_ascii_lowercase().as_str()) {
            let names: Vec<_> = row.params.iter().map(|param| param.name).collect();
            let near = near(base(name), names.into_iter());
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", either(&near)) };
            notes.push(format!("`{}` has no parameter `{name}`, a server ignores it{hint}", row.name));
        }
        return Ok((name.to_owned(), value.to_owned()));
    };
    let as_it_is = param.secret || param.max_len > 255;
    let put = if as_it_is { value } else { value.trim() };
    if put != value || name != given {
        notes.push(format!("blanks around `{name}` are left out"));
    }
    check(param, name, put, notes)?;
    Ok((name.to_owned(), put.to_owned()))
}

/// Holds a value against the kind of its parameter.
fn check(param: &Param, name: &str, value: &str, notes: &mut Vec<String>) -> Result<(), Misuse> {
    let refuse = |accepted| {
        let value = if param.secret { "…".to_owned() } else { value.to_owned() };
        Err(Misuse::Value { param: name.to_owned(), value, accepted })
    };
    let is_truth = value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
    match param.kind {
        _ if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) => {
            return refuse("text without control characters");
        }
        Kind::Boolean if !is_truth => notes.push(format!("`{name}` is {value:?}, which a server reads as false")),
        Kind::Integer if value.parse::<i32>().is_err() => return refuse("a whole number of 32 bits"),
        Kind::Long if value.parse::<i64>().is_err() => return refuse("a whole number"),
        Kind::Decimal if value.parse::<f64>().is_err() => return refuse("a number"),
        Kind::Map if !name.contains('[') => {
            notes.push(format!(
                "`{name}` is a map: give `{name}[0].key=…` and `{name}[0].value=…`, or as the command says"
            ));
        }
        _ => {}
    }
    let length = value.chars().count();
    if param.max_len > 0 && length > param.max_len as usize {
        notes.push(format!("`{name}` has {length} characters, a server takes {}", param.max_len));
    }
    Ok(())
}

/// The commands whose names come nearest.
fn nearest(given: &str) -> Vec<&'static str> {
    near(given, COMMANDS.iter().map(|row| row.name))
}

/// So many names are shown.
const SHOWN: usize = 3;

/// The names that come nearest to what was given: by letters to change, or because they contain it.
fn near(given: &str, names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let given = given.to_lowercase();
    let reach = (given.chars().count() / 3).max(2);
    let mut found: Vec<_> = names
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let changes = changes(&given, &lower);
            let contains = given.len() >= 4 && lower.contains(&given);
            (changes <= reach || contains).then_some((changes, name))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().take(SHOWN).map(|(_, name)| name).collect()
}

/// How many letters have to be put in, taken out or changed to make one word of the other.
fn changes(a: &str, b: &str) -> usize {
    let b: Vec<_> = b.chars().collect();
    let mut row: Vec<_> = (0..=b.len()).collect();
    // What is longer than any name is far from all of them.
    for (i, x) in a.chars().take(100).enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

fn either(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misuse_names_the_parameter_and_what_would_do() {
        let refused = |command, params| lint(command, params).unwrap_err().to_string();
        let text = refused("deployVirtualMachin", &[]);
        assert!(text.contains("`deployVirtualMachine`"), "{text}");
        let text = refused("deployVirtualMachine", &[("zoneid", "z")]);
        assert!(text.starts_with("`deployVirtualMachine` needs `serviceofferingid`"), "{text}");
        let text = refused("deployVirtualMachine", &[("zoneid", ""), ("serviceofferingid", "s")]);
        assert!(text.starts_with("`deployVirtualMachine` needs `zoneid`"), "{text}");
        let text = refused("updateResourceLimit", &[("resourcetype", "ram")]);
        assert_eq!(text, "`resourcetype` is \"ram\"; it takes a whole number of 32 bits");
        let text = refused("xyzzy", &[]);
        assert_eq!(text, "there is no command `xyzzy`");
    }

    /// Proves: API-13
    #[test]
    fn blanks_and_case_are_put_right_and_explained() {
        let advice =
            lint(" ListVirtualMachines ", &[("Account", " admin"), ("listal", "true"), ("listall", "yes")]).unwrap();
        assert_eq!(advice.command.name, "listVirtualMachines");
        assert_eq!(advice.params[0], ("Account".to_owned(), "admin".to_owned()));
        let notes = advice.notes.join("\n");
        for part in [
            "spelt `listVirtualMachines`",
            "blanks around `Account`",
            "no parameter `listal`",
            "`listall`",
            "reads as false",
        ] {
            assert!(notes.contains(part), "{part}: {notes}");
        }
    }

    #[test]
    fn what_is_right_is_left_alone() {
        let params = [("name", "x"), ("page", "1"), ("pagesize", "10"), ("tags[0].key", "a"), ("tags[0].value", "b")];
        let advice = lint("listVirtualMachines", &params).unwrap();
        assert_eq!(advice.notes, Vec::<String>::new());
        assert_eq!(advice.params.len(), 5);
    }

    #[test]
    fn changes_are_counted() {
        for (a, b, count) in [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("listzone", "listzones", 1)] {
            assert_eq!((changes(a, b), changes(b, a)), (count, count), "{a} {b}");
        }
    }
}

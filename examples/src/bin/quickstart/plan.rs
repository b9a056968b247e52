//! Chapter one: the plan as it was written down, what is wrong with it, and what can be corrected.

use crate::Failure;
use cloudstack_core::base::{Error, ErrorKind};
use cloudstack_core::plan::lint::{Correction, Finding, Severity, correct, lint};
use cloudstack_core::plan::site::{PlanError, SitePlan};
use std::path::Path;

/// The plan of a cloud for fifty developers, exactly as printed.
const PRINTED: (&str, &str) = ("examples/clouds/dev-team.toml", include_str!("../../../clouds/dev-team.toml"));

/// A plan with all that is to be said about it.
pub(crate) struct Checked {
    /// Where it came from.
    pub(crate) file: String,
    /// What is wrong with it as written.
    pub(crate) findings: Vec<Finding>,
    /// The findings whose corrections were made.
    pub(crate) applied: Vec<Finding>,
    /// What is still to be said.
    pub(crate) remaining: Vec<Finding>,
    /// The plan after the corrections.
    pub(crate) plan: SitePlan,
}

/// Reads a plan, holds it against the rules, and makes every correction that needs nobody's judgement.
pub(crate) fn check(file: Option<&Path>) -> Result<Checked, Failure> {
    let (file, text) = match file {
        None => (PRINTED.0.to_owned(), PRINTED.1.to_owned()),
        Some(path) => {
            let unread = |e| {
                Error::invalid("plan", path.display(), format!("it cannot be read: {e}"))
                    .remedy("give a plan file such as examples/clouds/tiny.toml")
            };
            (path.display().to_string(), std::fs::read_to_string(path).map_err(unread)?)
        }
    };
    let printed = SitePlan::from_toml(&text).map_err(|e| unreadable(&file, &e))?;
    let findings = lint(&printed);
    let Correction { plan, applied, remaining } = correct(&printed);
    Ok(Checked { file, findings, applied, remaining, plan })
}

fn unreadable(file: &str, error: &PlanError) -> Error {
    let place = |line: &usize, column: &usize| format!("correct {file}, line {line}, column {column}");
    match error {
        PlanError::Field { field, value, accepted, line, column } => {
            Error::invalid(field, value, accepted).remedy(place(line, column))
        }
        PlanError::Syntax { message, line, column } => {
            Error::invalid("plan", file, message.trim_end()).remedy(place(line, column))
        }
        other => Error::invalid("plan", file, other),
    }
}

/// Refuses a plan with errors that no correction takes away: nothing has been touched yet.
pub(crate) fn accept(checked: &Checked) -> Result<(), Failure> {
    let errors = || checked.remaining.iter().filter(|f| f.severity == Severity::Error);
    let Some(first) = errors().next() else { return Ok(()) };
    let count = errors().count();
    let text = format!("{}: {} to be decided by somebody; nothing was built", checked.file, plural(count, "error"));
    let error = Error::new(ErrorKind::Invalid, text).on(&first.place);
    let error = match &first.suggestion {
        Some(suggestion) => error.remedy(&suggestion.text),
        None => error.remedy("change the plan there"),
    };
    Err(Failure { error, findings: errors().cloned().collect() })
}

pub(crate) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

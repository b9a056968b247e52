//! Chapter one: the plan as it was written down, what is wrong with it, and what can be corrected.

use crate::Failure;
use cloudstack_core::base::{Error, ErrorKind};
use cloudstack_core::plan::lint::{Correction, Finding, FindingId, Severity, correct, lint};
use cloudstack_core::plan::site::{PlanError, SitePlan};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

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
            (path.display().to_string(), read(path).map_err(unread)?)
        }
    };
    let printed = SitePlan::from_toml(&text).map_err(|e| unreadable(&file, &e))?;
    let findings = lint(&printed);
    let Correction { plan, applied, remaining } = correct(&printed);
    Ok(Checked { file, findings, applied, remaining, plan })
}

/// Reads no more than a plan may be long, lest a device that never ends is read; a pipe must begin to speak in time.
fn read(path: &Path) -> io::Result<String> {
    let (tell, hear) = mpsc::channel();
    let path = path.to_owned();
    let most = u64::try_from(SitePlan::LONGEST).unwrap_or(u64::MAX).saturating_add(1);
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let done = File::open(path).and_then(|file| file.take(most).read_to_end(&mut text)).map(|_| text);
        // Nobody hears what comes too late.
        let _late = tell.send(done);
    });
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "nobody writes to it");
    let text = hear.recv_timeout(PATIENCE).map_err(late)??;
    String::from_utf8(text).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// How long a file may take to be read.
const PATIENCE: Duration = Duration::from_secs(10);

fn unreadable(file: &str, error: &PlanError) -> Error {
    let place = |line: &usize, column: &usize| format!("correct {file}, line {line}, column {column}");
    match error {
        PlanError::Field { field, value, accepted, line, column } => {
            Error::invalid(field, value, accepted).remedy(place(line, column))
        }
        PlanError::Syntax { message, line, column } => {
            Error::invalid("plan", file, message.trim_end()).remedy(place(line, column))
        }
        other => Error::invalid("plan", file, other).remedy("give a plan file such as examples/clouds/tiny.toml"),
    }
}

/// Rules whose corrections choose between two things the plan says: which of two ranges gives way, which of two machines is
/// renamed, where a gateway really is. A misprint has one reading; these have several, and somebody must say which is meant.
const DECISIONS: &[FindingId] = &["SITE-01", "SITE-04", "SITE-07", "IPAM-03", "IPAM-09", "IPAM-17", "OFFR-05"];

/// Refuses a plan with errors that no correction takes away or, unless `any` correction will do, whose correction is a
/// decision. Nothing has been touched yet.
pub(crate) fn accept(checked: &Checked, any: bool) -> Result<(), Failure> {
    let is_error = |f: &&Finding| f.severity == Severity::Error;
    let written = || checked.findings.iter().chain(&checked.applied).filter(is_error);
    let open: Vec<&Finding> = written().filter(|f| !any && DECISIONS.contains(&f.id)).collect();
    let left = checked.remaining.iter().filter(is_error);
    let mut findings: Vec<Finding> = Vec::new();
    for finding in open.iter().copied().chain(left) {
        if !findings.contains(finding) {
            findings.push(finding.clone());
        }
    }
    let Some(first) = findings.first() else { return Ok(()) };
    let count = plural(findings.len(), "error");
    let text = format!("{}: {count} to be decided by somebody; nothing was built", checked.file);
    let error = Error::new(ErrorKind::Invalid, text).on(&first.place);
    let mut remedy = first.suggestion.as_ref().map_or("change the plan there", |s| s.text.as_str()).to_owned();
    if !open.is_empty() {
        remedy += "; or run it with --correct, and have every correction made that can be made";
    }
    Err(Failure { error: error.remedy(remedy), findings })
}

pub(crate) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

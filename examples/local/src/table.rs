//! The table of checks: a line as each one passes, and at the end one object for programs.

use crate::failure::Result;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::time::Instant;

/// One check that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// What it is about.
    pub(crate) part: String,
    /// What was to be seen.
    pub(crate) what: String,
    /// Whether it was seen.
    pub(crate) passed: bool,
    /// What was seen instead, or with which figures.
    pub(crate) seen: String,
    /// How long it took to see it, in seconds.
    pub(crate) seconds: f64,
}

/// All checks so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Table {
    /// In the order in which they were made.
    pub(crate) rows: Vec<Row>,
    /// People read along.
    #[serde(skip)]
    pub(crate) aloud: bool,
}

impl Table {
    /// Makes a check and keeps what came of it. A check that fails does not end the others.
    pub(crate) async fn check(&mut self, part: &str, what: &str, check: impl Future<Output = Result<String>>) -> bool {
        let began = Instant::now();
        let (passed, seen) = match check.await {
            Ok(seen) => (true, seen),
            Err(failure) => (false, failure.to_string()),
        };
        let row = Row {
            part: part.to_owned(),
            what: what.to_owned(),
            passed,
            seen,
            seconds: (began.elapsed().as_secs_f64() * 100.0).round() / 100.0,
        };
        if self.aloud {
            to_stdout(&line(&row));
        }
        self.rows.push(row);
        passed
    }

    /// How many checks have failed.
    pub(crate) fn failed(&self) -> usize {
        self.rows.iter().filter(|row| !row.passed).count()
    }
}

fn line(row: &Row) -> String {
    let mark = if row.passed { "ok  " } else { "FAIL" };
    // What did not happen may have a story of several lines.
    let seen = row.seen.replace('\n', "\n                ");
    let seen = if seen.is_empty() { seen } else { format!("  [{seen}]") };
    format!("  {mark} {:>5.1} s  {:<15} {}{seen}", row.seconds, row.part, row.what)
}

/// A line for people. A reader that went away is no reason to end.
pub(crate) fn to_stdout(text: &str) {
    let _unread = writeln!(std::io::stdout(), "{text}");
}

/// A line beside what programs read.
pub(crate) fn to_stderr(text: &str) {
    let _unread = writeln!(std::io::stderr(), "local-cloud: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[tokio::test]
    async fn a_check_that_fails_does_not_end_the_others() {
        let mut table = Table::default();
        assert!(!table.check("dhcp", "a lease", async { Err(Failure::new("none\nat all")) }).await);
        assert!(table.check("dns", "a name", async { Ok("10.1.1.2".into()) }).await);
        assert_eq!((table.rows.len(), table.failed()), (2, 1));
        let lines: Vec<String> = table.rows.iter().map(line).collect();
        assert_eq!(lines[0], "  FAIL   0.0 s  dhcp            a lease  [none\n                at all]");
        assert_eq!(lines[1], "  ok     0.0 s  dns             a name  [10.1.1.2]");
    }
}

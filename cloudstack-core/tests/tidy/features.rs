//! The table of features and the tests that prove them must agree.
//!
//! A test says `/// Proves: IPAM-15, VLAN-01`; the table says `done` and names it. Each end is checked against the other.

use super::Violation;
use super::source::Source;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const PATH: &str = "cloudstack-core/docs/features.md";
pub(crate) const RULE: &str = "feature";

/// How many tests a row names at most; a few are enough to look at.
const NAMED: usize = 3;

const MARK: &str = "Proves:";

/// A claim in the documentation of a test.
#[derive(Debug)]
pub(crate) struct Proof {
    id: String,
    path: String,
    line: usize,
    /// The name of the test, if it is one.
    test: Option<String>,
}

impl Proof {
    /// The test as the table names it.
    fn reference(&self) -> Option<String> {
        let path = self.path.strip_prefix("cloudstack-").unwrap_or(&self.path);
        self.test.as_ref().map(|test| format!("{path}::{test}"))
    }
}

/// Every claim in the sources.
pub(crate) fn proofs(sources: &[Source<'_>]) -> Vec<Proof> {
    let mut found = Vec::new();
    for source in sources {
        let tokens = source.tokens();
        let mut start = 0;
        for line in source.comments.split_inclusive('\n') {
            let at = start;
            start += line.len();
            let Some(claim) = line.trim().strip_prefix("///").and_then(|doc| doc.trim().strip_prefix(MARK)) else {
                continue;
            };
            let next = tokens.partition_point(|token| token.at < at);
            let function = tokens[next..].iter().position(|token| token.text == "fn").map(|found| next + found);
            let test = function
                .filter(|function| tokens[next..*function].iter().any(|token| token.text == "test"))
                .and_then(|function| tokens.get(function + 1))
                .map(|name| name.text.to_owned());
            found.extend(claim.split(',').map(|id| Proof {
                id: id.trim().trim_end_matches('.').to_owned(),
                path: source.path.to_owned(),
                line: source.line(at + line.len() - line.trim_start().len()),
                test: test.clone(),
            }));
        }
    }
    found
}

/// A row of the table.
struct Row<'a> {
    line: usize,
    id: &'a str,
    what: &'a str,
    status: &'a str,
    tests: Vec<&'a str>,
}

/// Reads `| id | what | status | tests |`. Rows that are not about a feature are none.
fn row(line: usize, text: &str) -> Option<Row<'_>> {
    let cells: Vec<_> = text.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [id, what, status, tests] = cells[..] else { return None };
    let (area, number) = id.rsplit_once('-')?;
    let is_id = !area.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let tests = tests.split(',').map(|test| test.trim().trim_matches('`')).filter(|test| !test.is_empty());
    is_id.then(|| Row { line, id, what, status, tests: tests.collect() })
}

fn rows(table: &str) -> Vec<Row<'_>> {
    table.lines().enumerate().filter_map(|(at, text)| row(at + 1, text)).collect()
}

fn by_id(proofs: &[Proof]) -> BTreeMap<&str, BTreeSet<String>> {
    let mut map = BTreeMap::<_, BTreeSet<_>>::new();
    for proof in proofs {
        map.entry(proof.id.as_str()).or_default().extend(proof.reference());
    }
    map
}

pub(crate) fn check(table: &str, proofs: &[Proof], found: &mut Vec<Violation>) {
    let mut tell = |path: &str, line, text| found.push(Violation { path: path.to_owned(), line, rule: RULE, text });
    let rows = rows(table);
    let mut known = BTreeSet::new();
    for row in &rows {
        if !known.insert(row.id) {
            tell(PATH, row.line, format!("{} is there twice", row.id));
        }
    }
    for proof in proofs {
        if !known.contains(proof.id.as_str()) {
            tell(&proof.path, proof.line, format!("`{}` is not in the table of features", proof.id));
        }
        if proof.test.is_none() {
            tell(&proof.path, proof.line, format!("{} is claimed by something that is not a test", proof.id));
        }
    }
    let proven = by_id(proofs);
    for row in &rows {
        let tests = proven.get(row.id).filter(|tests| !tests.is_empty());
        match (row.status, tests) {
            ("open", None) => {}
            ("open", Some(_)) => tell(PATH, row.line, format!("{} is proven, but the table says open", row.id)),
            ("done", None) => tell(PATH, row.line, format!("{} is said to be done, but no test proves it", row.id)),
            ("done", Some(tests)) => {
                if row.tests.is_empty() {
                    tell(PATH, row.line, format!("{} is done, but the row names no test", row.id));
                }
                for test in row.tests.iter().filter(|test| !tests.contains(**test)) {
                    tell(PATH, row.line, format!("{}: `{test}` does not exist or does not claim it", row.id));
                }
            }
            (other, _) => tell(PATH, row.line, format!("{}: `{other}` is not a status; say open or done", row.id)),
        }
    }
}

/// The table with the columns for status and tests as the claims have them.
pub(crate) fn refreshed(table: &str, proofs: &[Proof]) -> String {
    let proven = by_id(proofs);
    let line = |(at, text): (usize, &str)| match row(at + 1, text) {
        None => format!("{text}\n"),
        Some(Row { id, what, .. }) => match proven.get(id).filter(|tests| !tests.is_empty()) {
            None => format!("| {id} | {what} | open | |\n"),
            Some(tests) => {
                let named: Vec<_> = tests.iter().take(NAMED).map(|test| format!("`{test}`")).collect();
                format!("| {id} | {what} | done | {} |\n", named.join(", "))
            }
        },
    };
    table.lines().enumerate().map(line).collect()
}

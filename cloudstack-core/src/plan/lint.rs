//! What is wrong with a site plan, where, and what to do about it.
//!
//! Every rule is one small function in a table, [`rules`], with an id. An id from the feature list (`IPAM-04`) is a rule of that row;
//! `SITE-nn` are the rules of arithmetic that no row states. A finding names its place in the plan the way a reading
//! error does, and may carry a [`Fix`]: the correction as data.
//!
//! ```
//! use cloudstack_core::plan::{lint, site::SitePlan};
//! let plan = SitePlan::from_toml("name = \"empty\"\n[[zones]]\nname = \"z\"\nkind = \"Basic\"\n")?;
//! let findings = lint::lint(&plan);
//! assert!(findings.iter().any(|f| f.id == "HIER-01" && f.place == "zones[0]"));
//! # Ok::<(), cloudstack_core::plan::site::PlanError>(())
//! ```

mod address;
mod cabling;
mod capacity;
mod deploy;
mod fix;
mod hierarchy;
mod network;
mod sheet;
mod storage;
mod subject;
pub mod text;

use std::fmt;

use serde::Serialize;

use self::subject::Subject;
use super::site::SitePlan;

pub use self::{
    fix::{Edit, Fix, FixError},
    sheet::{Sheet, Sheets},
};

/// Names a rule for good.
pub type FindingId = &'static str;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Severity {
    /// The plan cannot be built as it stands.
    Error,
    /// It can be built and will hurt.
    Warning,
    /// Good to know.
    Advice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        })
    }
}

/// Something wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub id: FindingId,
    /// How much it matters.
    pub severity: Severity,
    /// Where, such as `zones[0].pods[0].system[0]`.
    pub place: String,
    /// What is wrong, with the figures.
    pub message: String,
    /// What to do.
    pub suggestion: Option<Suggestion>,
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// In words.
    pub text: String,
    /// As data, when the correction needs nobody's judgement.
    pub fix: Option<Fix>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}: {}", self.severity, self.id, self.place, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " — {}", suggestion.text),
            None => Ok(()),
        }
    }
}

impl Finding {
    fn suggest(&mut self, text: impl Into<String>) -> &mut Self {
        self.suggestion = Some(Suggestion { text: text.into(), fix: None });
        self
    }

    /// Makes texts of a plan harmless to a terminal, and no longer than somebody reads.
    fn show_plainly(&mut self) {
        let suggested = self.suggestion.as_mut().map(|s| &mut s.text);
        for text in [Some(&mut self.message), suggested].into_iter().flatten() {
            if let Some((end, _)) = text.char_indices().nth(LONGEST) {
                text.truncate(end);
                text.push('…');
            }
            if text.contains(char::is_control) {
                let shown = |c: char| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
                *text = text.chars().map(shown).collect();
            }
        }
    }

    fn fix(&mut self, fix: impl Into<Option<Fix>>) {
        if let Some(suggestion) = &mut self.suggestion {
            suggestion.fix = fix.into();
        }
    }
}

/// Characters that a finding shows at most.
const LONGEST: usize = 1_000;

/// One rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its id.
    pub id: FindingId,
    /// What it asks for, in one line.
    pub title: &'static str,
    check: fn(&Subject<'_>, &mut Found<'_>),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.title)
    }
}

/// Where a rule puts its findings; it stamps them with the rule's id.
struct Found<'a> {
    id: FindingId,
    all: &'a mut Vec<Finding>,
}

impl Found<'_> {
    fn add(&mut self, severity: Severity, place: impl Into<String>, message: impl Into<String>) -> &mut Finding {
        let found = Finding { id: self.id, severity, place: place.into(), message: message.into(), suggestion: None };
        self.all.push(found);
        self.all.last_mut().expect("a finding was just pushed")
    }
    fn error(&mut self, place: impl Into<String>, message: impl Into<String>) -> &mut Finding {
        self.add(Severity::Error, place, message)
    }
    fn warning(&mut self, place: impl Into<String>, message: impl Into<String>) -> &mut Finding {
        self.add(Severity::Warning, place, message)
    }
    fn advice(&mut self, place: impl Into<String>, message: impl Into<String>) -> &mut Finding {
        self.add(Severity::Advice, place, message)
    }
}

/// Every rule, in the order in which findings of one severity are shown.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [hierarchy::RULES, address::RULES, network::RULES, cabling::RULES, storage::RULES, capacity::RULES, deploy::RULES]
        .into_iter()
        .flatten()
}

/// Holds a plan against every rule: errors first, then warnings, then advice; the same plan always gives the same list.
#[must_use]
pub fn lint(plan: &SitePlan) -> Vec<Finding> {
    lint_with(plan, &Sheets::shipped())
}

/// The same, with what the embedder's own hypervisors allow.
#[must_use]
pub fn lint_with(plan: &SitePlan, sheets: &Sheets) -> Vec<Finding> {
    let subject = Subject::new(plan, sheets);
    let mut all = Vec::new();
    for rule in rules() {
        (rule.check)(&subject, &mut Found { id: rule.id, all: &mut all });
    }
    all.iter_mut().for_each(Finding::show_plainly);
    // Stable: within a severity the order of the rules stays.
    all.sort_by_key(|f| f.severity);
    all
}

/// A plan after its corrections.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The corrected plan.
    pub plan: SitePlan,
    /// The findings whose corrections were made, in that order.
    pub applied: Vec<Finding>,
    /// What is still to be said about the corrected plan.
    pub remaining: Vec<Finding>,
}

/// Makes every correction that a finding carries, one after the other, until none is left.
///
/// A correction that would bring more errors than it found is left out. Correcting a corrected plan changes nothing.
#[must_use]
pub fn correct(plan: &SitePlan) -> Correction {
    correct_with(plan, &Sheets::shipped())
}

/// The same, with what the embedder's own hypervisors allow.
#[must_use]
pub fn correct_with(plan: &SitePlan, sheets: &Sheets) -> Correction {
    let errors = |findings: &[Finding]| findings.iter().filter(|f| f.severity == Severity::Error).count();
    let (mut plan, mut applied, mut given_up) = (plan.clone(), Vec::new(), Vec::new());
    let mut remaining = lint_with(&plan, sheets);
    let next = |remaining: &[Finding], given_up: &[Finding]| {
        remaining.iter().find(|f| !given_up.contains(f) && f.correction().is_some()).cloned()
    };
    while let Some(finding) = next(&remaining, &given_up) {
        let mut tried = plan.clone();
        let made = finding.correction().is_some_and(|fix| fix.apply(&mut tried).is_ok());
        let after = lint_with(&tried, sheets);
        // What is still said word for word was not corrected; trying it again would never end.
        if made && !after.contains(&finding) && errors(&after) <= errors(&remaining) && applied.len() < MOST_CORRECTIONS
        {
            (plan, remaining) = (tried, after);
            applied.push(finding);
        } else {
            given_up.push(finding);
        }
    }
    Correction { plan, applied, remaining }
}

/// More corrections than any honest plan needs; rules that undo each other end here.
const MOST_CORRECTIONS: usize = 1_000;

impl Finding {
    /// The correction, if it carries one.
    #[must_use]
    pub fn correction(&self) -> Option<&Fix> {
        self.suggestion.as_ref()?.fix.as_ref()
    }
}

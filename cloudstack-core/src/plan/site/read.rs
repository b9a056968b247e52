//! Reading and writing plan files, and what is said when one cannot be read.

use super::SitePlan;

/// A plan file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The text is not TOML.
    #[error("line {line}, column {column}: {message}; correct the TOML there")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A field is unknown, missing, or its value is not accepted.
    #[error("line {line}, column {column}: {field} = {value}: {accepted}")]
    Field {
        /// The place in the plan, such as `zones[0].pods[0].gateway`.
        field: String,
        /// The value as the file has it, shortened to 80 characters.
        value: String,
        /// What is wrong and what would be accepted.
        accepted: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
    },
    /// The text is longer than any plan is; it was not read.
    #[error("a text of {found} bytes is no plan; {} bytes are taken at most", SitePlan::LONGEST)]
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// The plan cannot be written as TOML.
    #[error("the plan cannot be written: {0}")]
    Write(String),
}

pub(super) fn from_toml(text: &str) -> Result<SitePlan, PlanError> {
    if text.len() > SitePlan::LONGEST {
        return Err(PlanError::TooLong { found: text.len() });
    }
    let syntax = |e: toml::de::Error| {
        let (line, column) = position(text, &e);
        PlanError::Syntax { line, column, message: plain(e.message()) }
    };
    // Syntax first, so that a torn file is not reported as a wrong field.
    text.parse::<toml::Table>().map_err(syntax)?;
    let reader = toml::Deserializer::parse(text).map_err(syntax)?;
    serde_path_to_error::deserialize(reader).map_err(|e| {
        let field = match e.path().to_string() {
            root if root == "." => "plan".to_owned(),
            path => path,
        };
        let e = e.into_inner();
        let (line, column) = position(text, &e);
        let value = e.span().and_then(|span| text.get(span)).unwrap_or_default();
        let value = value.lines().next().unwrap_or_default().chars().take(80).collect();
        PlanError::Field { field, value, accepted: accepted(e.message()), line, column }
    })
}

/// The reader's message, in the words an operator knows.
fn accepted(message: &str) -> String {
    match message {
        "invalid IPv4 address syntax" => "expected an IPv4 address such as `192.168.168.1`".to_owned(),
        // The value is told beside it.
        other => match other.split_once("` is not accepted; ") {
            Some((_, accepted)) => accepted.to_owned(),
            None => plain(other),
        },
    }
}

/// What the reader calls things, and what an operator calls them.
const WORDS: &[(&str, &str)] = &[
    ("invalid type: ", "found "),
    ("invalid value: ", "found "),
    ("struct ", "a table for "),
    ("floating point `", "the number `"),
    ("integer `", "the number `"),
    ("boolean `", "the word `"),
    ("found sequence", "found an array"),
    ("found map", "found a table"),
    ("expected sequence", "expected an array"),
    (" as i128, expected any valid TOML value", ", which is larger than any number of a plan"),
    ("expected u8", "expected a whole number from 0 to 255"),
    ("expected u16", "expected a whole number from 0 to 65535"),
    ("expected u32", "expected a whole number from 0 to 4294967295"),
    ("expected i64", "expected a whole number"),
    ("expected f64", "expected a number"),
];

fn plain(message: &str) -> String {
    let text = WORDS.iter().fold(message.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours));
    // A number may be written short and shown long.
    match text.char_indices().nth(400) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn position(text: &str, e: &toml::de::Error) -> (usize, usize) {
    let before = e.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

pub(super) fn to_toml(plan: &SitePlan) -> Result<String, PlanError> {
    toml::to_string(plan).map_err(|e| PlanError::Write(e.to_string()))
}

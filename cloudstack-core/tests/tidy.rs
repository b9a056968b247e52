//! The house rules, as a test: who may import whom, what must be pure, how long things may be, what must not be left
//! lying about, and whether `docs/features.md` tells the truth.
//!
//! A check is a pure function of files. One test runs all of them on the real tree; `tidy/planted.rs` shows for each
//! rule that it fires. After tests were added or removed, this brings the table of features up to date:
//!
//! ```text
//! TIDY_WRITE=1 cargo test -p cloudstack-core --test tidy features
//! ```

#[path = "tidy/features.rs"]
mod features;
#[path = "tidy/planted.rs"]
mod planted;
#[path = "tidy/rooms.rs"]
mod rooms;
#[path = "tidy/shape.rs"]
mod shape;
#[path = "tidy/source.rs"]
mod source;

use source::Source;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

/// A broken rule, and where.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    path: String,
    /// Counted from one; zero speaks of the whole file.
    line: usize,
    rule: &'static str,
    text: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} [{}] {}", self.path, self.line, self.rule, self.text)
    }
}

/// Every violation in these files. Paths are relative to the workspace, with `/` between.
fn check(files: &[(&str, &str)]) -> Vec<Violation> {
    let sources: Vec<_> =
        files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(path, text)| Source::new(path, text)).collect();
    let mut found = Vec::new();
    for source in &sources {
        rooms::check(source, &mut found);
        shape::check(source, &mut found);
    }
    let table = files.iter().find(|(path, _)| *path == features::PATH).map_or("", |(_, text)| *text);
    features::check(table, &features::proofs(&sources), &mut found);
    for (path, text) in files {
        shape::check_text(path, text, &mut found);
    }
    found
}

/// Every text file of the workspace, by its path.
fn tree() -> Vec<(String, String)> {
    fn walk(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).expect("a folder that was listed can be read") {
            let path = entry.expect("an entry can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    walk(root, &path, files);
                }
            } else if name != ".git" {
                // What is not text has no rules.
                if let Ok(text) = fs::read_to_string(&path) {
                    let inside = path.strip_prefix(root).expect("found below the root");
                    files.push((inside.to_string_lossy().replace('\\', "/"), text));
                }
            }
        }
    }
    let mut files = Vec::new();
    let root = workspace();
    walk(&root, &root, &mut files);
    files.sort();
    files
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package lies in the workspace").to_owned()
}

fn borrow(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

fn list(found: &[Violation]) -> String {
    found.iter().map(|violation| format!("\n  {violation}")).collect()
}

#[test]
fn the_tree_is_tidy() {
    let files = tree();
    assert!(files.len() > 20, "the tree was not found: {} files", files.len());
    let mut found = check(&borrow(&files));
    found.retain(|violation| violation.rule != features::RULE);
    assert!(found.is_empty(), "{} violations:{}", found.len(), list(&found));
}

/// Checks the table of features against the tests, or with `TIDY_WRITE=1` writes its last two columns anew.
#[test]
fn features_tell_the_truth() {
    let files = tree();
    if std::env::var_os("TIDY_WRITE").is_some_and(|set| set == "1") {
        let sources: Vec<_> = files
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(path, text)| Source::new(path, text))
            .collect();
        let path = workspace().join(features::PATH);
        let table = fs::read_to_string(&path).expect("the table of features can be read");
        fs::write(&path, features::refreshed(&table, &features::proofs(&sources))).expect("the table can be written");
        return;
    }
    let mut found = check(&borrow(&files));
    found.retain(|violation| violation.rule == features::RULE);
    let how = "run with TIDY_WRITE=1 to bring the columns up to date";
    assert!(found.is_empty(), "{} violations; {how}:{}", found.len(), list(&found));
}

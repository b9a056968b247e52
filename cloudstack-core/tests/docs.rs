//! The chapters speak of things that exist: files, and names of types and functions. What they claim beyond that is in
//! their samples, which run with the other examples.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, iter};

const CHAPTERS: [&str; 8] = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "cloudstack-core/docs/architecture.md",
    "cloudstack-core/docs/howto_driver.md",
    "cloudstack-core/docs/howto_record.md",
    "cloudstack-core/docs/howto_verb.md",
    "cloudstack-core/docs/invariants.md",
];

/// What a text says in backticks on one line, outside fenced code.
fn spoken(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        if !fenced && !fence {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
}

/// The words of a spoken name that code must have: `Ledger::transact` has two. None if it is not a name.
fn words(spoken: &str) -> Vec<&str> {
    let name = spoken.split(['(', '<']).next().unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // `plan_<verb>` is any of several names.
    if spoken.contains('<') && name.ends_with('_') {
        return Vec::new();
    }
    let parts: Vec<_> = name.split("::").flat_map(|part| part.split('.')).collect();
    let known = parts.len() > 1 || parts.iter().any(|part| part.contains('_') || part.starts_with(char::is_uppercase));
    if known && parts.iter().all(|part| is_word(part)) { parts } else { Vec::new() }
}

/// The links of a text that lead to files.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.match_indices("](").map(|(at, _)| &text[at + 2..]);
    ends.filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains("://") && !link.starts_with('#'))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package lies in the workspace").to_owned()
}

/// Every word of every source file.
fn code() -> BTreeSet<String> {
    let mut folders: Vec<PathBuf> =
        ["core", "drivers", "client"].map(|name| root().join(format!("cloudstack-{name}"))).into();
    let mut words = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder that was listed can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "toml") {
                let text = fs::read_to_string(&path).expect("a source file can be read");
                let each = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                words.extend(each.map(str::to_owned));
                words.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
                words.extend(path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()));
            }
        }
    }
    words
}

/// True if there is such a file, and in it the heading that is named after a `#`.
fn leads(beside: &Path, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let slug = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    let text = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let path = beside.join(file);
    path.exists() && (heading.is_empty() || text(&path).lines().any(|l| l.starts_with('#') && slug(l) == heading))
}

#[test]
fn chapters_speak_of_what_exists() {
    let code = code();
    let mut wrong = Vec::new();
    for chapter in CHAPTERS {
        let path = root().join(chapter);
        let text = fs::read_to_string(&path).expect("a chapter can be read");
        let names = spoken(&text);
        assert!(chapter.len() < text.len() && text.contains('\n'), "{chapter} is empty");
        for name in names {
            // `fs/file.rs` may be told from the root, or from the sources of the core.
            if name.ends_with(".rs") || name.ends_with(".toml") {
                let places = ["", "cloudstack-core", "cloudstack-core/src", "cloudstack-drivers"];
                let somewhere = places.iter().any(|place| root().join(place).join(name).exists());
                if !somewhere && !name.contains(['<', '*']) && name.contains('/') {
                    wrong.push(format!("{chapter}: no file {name}"));
                }
                continue;
            }
            let missing = words(name).into_iter().filter(|word| !code.contains(*word));
            wrong.extend(missing.map(|word| format!("{chapter}: no code has `{word}` of `{name}`")));
        }
        let beside = path.parent().expect("a file lies in a folder");
        wrong.extend(links(&text).filter(|link| !leads(beside, link)).map(|link| format!("{chapter}: {link}")));
    }
    assert!(
        wrong.is_empty(),
        "{}",
        iter::once("what the chapters say:".into()).chain(wrong).collect::<Vec<_>>().join("\n  ")
    );
}

#[test]
fn a_name_that_is_gone_would_be_found() {
    let text = "a `Ledger::transact`\n```\n`not::this`\n```\nand `one` `flow/room.rs` [x](y.md) [z](https://z) `a b`";
    assert_eq!(spoken(text), ["Ledger::transact", "one", "flow/room.rs", "a b"]);
    assert_eq!(words("Ledger::transact"), ["Ledger", "transact"]);
    assert_eq!(words("desk.event(…)"), ["desk", "event"]);
    assert_eq!([words("one"), words("a b"), words("`")], [vec![], vec![], Vec::<&str>::new()]);
    assert_eq!(links(text).collect::<Vec<_>>(), ["y.md"]);
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    assert!(leads(&here, "architecture.md#the-one-idea") && leads(&here, "architecture.md"));
    assert!(!leads(&here, "architecture.md#no-such-heading") && !leads(&here, "no.md"));
}

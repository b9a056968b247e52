//! How long, how named, and what must not be left lying about.

use super::Violation;
use super::source::{Source, Token, closing};

const FILE_LINES: usize = 800;
const FUNCTION_LINES: usize = 70;

/// Ends of names that say nothing.
const EMPTY_NAMES: &[&str] = &["Manager", "Helper", "Helpers", "Util", "Utils", "Impl", "Service"];

/// Names with such an end that say something, and what.
const NOUNS: &[(&str, &str)] = &[
    ("Service", "what a network offers: DHCP, DNS, source NAT …"),
    ("NetworkService", "the same, where it stands beside other services"),
];

/// Marks of work that was put off.
const PUT_OFF: &[&str] = &["TODO", "FIXME"];

/// Paths that mean something on one machine only. Spelt in parts, for this file is checked too.
const PLACES: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("../sha", "red")];

pub(crate) fn check(source: &Source<'_>, found: &mut Vec<Violation>) {
    let mut tell = |at: usize, rule, text: String| {
        found.push(Violation { path: source.path.to_owned(), line: source.line(at), rule, text });
    };
    let tokens = source.tokens();
    files(source, &mut tell);
    functions(source, &tokens, &mut tell);
    words(source, &tokens, &mut tell);
    attributes(&tokens, &mut tell);
    names(&tokens, &mut tell);
    comments(source, &mut tell);
}

/// What holds for every text file.
pub(crate) fn check_text(path: &str, text: &str, found: &mut Vec<Violation>) {
    for (line, content) in text.lines().enumerate() {
        for place in PLACES.iter().filter(|place| content.contains(**place)) {
            let text = format!("`{place}` is a place on one machine; the product does not know it");
            found.push(Violation { path: path.to_owned(), line: line + 1, rule: "place", text });
        }
    }
}

fn files(source: &Source<'_>, tell: &mut impl FnMut(usize, &'static str, String)) {
    let lines = source.raw.lines().count();
    if lines > FILE_LINES {
        tell(0, "file-length", format!("{lines} lines; {FILE_LINES} are the limit"));
    }
    match source.path.rsplit('/').next() {
        Some("mod.rs") => tell(0, "mod-rs", "a module is `foo.rs` beside `foo/`".to_owned()),
        Some("manager.rs" | "helper.rs" | "helpers.rs" | "util.rs" | "utils.rs") => {
            tell(0, "name", "the file's name says nothing".to_owned());
        }
        _ => {}
    }
}

fn functions(source: &Source<'_>, tokens: &[Token<'_>], tell: &mut impl FnMut(usize, &'static str, String)) {
    for (first, pair) in tokens.windows(2).enumerate().filter(|(_, pair)| pair[0].text == "fn" && pair[1].text != "(") {
        let Some(open) = body(tokens, first) else { continue };
        let end = tokens[closing(tokens, open)].at;
        let lines = source.line(end) - source.line(pair[0].at) + 1;
        if lines > FUNCTION_LINES {
            let text = format!("`{}` has {lines} lines; {FUNCTION_LINES} are the limit", pair[1].text);
            tell(pair[0].at, "function-length", text);
        }
    }
}

/// The brace that opens the body of the function at `first`; none if it is only declared.
fn body(tokens: &[Token<'_>], first: usize) -> Option<usize> {
    let mut at = first;
    loop {
        match tokens.get(at)?.text {
            "{" => return Some(at),
            ";" => return None,
            "(" | "[" => at = closing(tokens, at),
            _ => {}
        }
        at += 1;
    }
}

fn words(source: &Source<'_>, tokens: &[Token<'_>], tell: &mut impl FnMut(usize, &'static str, String)) {
    for window in tokens.windows(3) {
        let [a, b, c] = [window[0].text, window[1].text, window[2].text];
        if a == "." && b == "unwrap" && c == "(" && !source.is_test(window[1].at) {
            tell(window[1].at, "unwrap", "an error is handled, or the invariant is named with `expect`".to_owned());
        }
        if ["todo", "unimplemented", "dbg"].contains(&b) && c == "!" {
            tell(window[1].at, "unfinished", format!("`{b}!` is for work in progress"));
        }
    }
    for token in tokens.iter().filter(|token| token.text == "unsafe") {
        tell(token.at, "unsafe", "the workspace has no unsafe code".to_owned());
    }
}

/// A lint that is turned off says why.
fn attributes(tokens: &[Token<'_>], tell: &mut impl FnMut(usize, &'static str, String)) {
    for (at, pair) in tokens.windows(2).enumerate() {
        let is_lint = pair[0].text == "[" && ["allow", "expect"].contains(&pair[1].text);
        let is_attribute = at > 0 && ["#", "!"].contains(&tokens[at - 1].text);
        if is_lint && is_attribute {
            let inside = &tokens[at..=closing(tokens, at)];
            if !inside.iter().any(|token| token.text == "reason") {
                tell(pair[1].at, "allow", format!("`{}` needs a `reason`", pair[1].text));
            }
        }
    }
}

fn names(tokens: &[Token<'_>], tell: &mut impl FnMut(usize, &'static str, String)) {
    for pair in tokens.windows(2).filter(|pair| ["struct", "enum", "trait", "type", "union"].contains(&pair[0].text)) {
        let name = pair[1].text;
        let empty = EMPTY_NAMES.iter().any(|end| name.ends_with(end));
        if empty && !NOUNS.iter().any(|(noun, _)| *noun == name) {
            tell(pair[1].at, "name", format!("`{name}` does not say what it is"));
        }
    }
}

fn comments(source: &Source<'_>, tell: &mut impl FnMut(usize, &'static str, String)) {
    let mut at = 0;
    for line in source.comments.split_inclusive('\n') {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if let Some(word) = line.split(|c| !is_word(c)).find(|word| PUT_OFF.contains(word)) {
            tell(at, "unfinished", format!("`{word}`: do it, or write down where it is planned"));
        }
        if is_dead_code(line.trim()) {
            tell(at, "dead-code", "code in a comment; history keeps it".to_owned());
        }
        at += line.len();
    }
}

/// True for a line comment, not documentation, that reads like a statement.
fn is_dead_code(comment: &str) -> bool {
    let Some(text) = comment.strip_prefix("//").filter(|text| !text.starts_with(['/', '!'])).map(str::trim) else {
        return false;
    };
    let begins = ["let ", "use ", "fn ", "pub ", "if ", "for ", "match ", "return", "impl ", "#["];
    let statement = text.ends_with(';') && (text.contains(['(', '=']) || begins.iter().any(|b| text.starts_with(b)));
    let block = text.ends_with('{') && begins.iter().any(|begin| text.starts_with(begin));
    statement || block || ["}", "};", "})", "});"].contains(&text) || (text.starts_with("#[") && text.ends_with(']'))
}

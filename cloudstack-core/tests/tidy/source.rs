//! A Rust source, taken apart far enough for the rules: without comments, without the contents of strings, as tokens,
//! as paths.

use std::ops::Range;

/// A source file in several views of equal length, so that a position means the same in all of them.
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) raw: &'a str,
    /// Comments and the contents of strings and characters are blank.
    pub(crate) code: String,
    /// Comments are blank, strings are there.
    pub(crate) spoken: String,
    /// All but comments is blank.
    pub(crate) comments: String,
    tests: Vec<Range<usize>>,
}

/// A word or a mark of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

/// What a stretch of source is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

impl<'a> Source<'a> {
    pub(crate) fn new(path: &'a str, raw: &'a str) -> Self {
        let (mut code, mut spoken, mut comments) = (raw.as_bytes().to_vec(), raw.as_bytes().to_vec(), Vec::new());
        comments.resize(raw.len(), b' ');
        for (kind, range) in stretches(raw.as_bytes()) {
            if kind != Kind::Code {
                blank(&mut code[range.clone()]);
            }
            if kind == Kind::Comment {
                blank(&mut spoken[range.clone()]);
                comments[range.clone()].copy_from_slice(&raw.as_bytes()[range]);
            }
        }
        for at in raw.match_indices('\n') {
            comments[at.0] = b'\n';
        }
        let text = |bytes| String::from_utf8(bytes).expect("whole stretches are blanked");
        let mut source =
            Self { path, raw, code: text(code), spoken: text(spoken), comments: text(comments), tests: Vec::new() };
        source.tests = source.test_items();
        source
    }

    /// The line of a position, counted from one.
    pub(crate) fn line(&self, at: usize) -> usize {
        1 + self.raw.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()
    }

    /// True if the position belongs to a test: the file is one, or the item is built for tests only.
    pub(crate) fn is_test(&self, at: usize) -> bool {
        let path = self.path;
        path.contains("/tests/") || path.ends_with("/tests.rs") || self.tests.iter().any(|range| range.contains(&at))
    }

    pub(crate) fn tokens(&self) -> Vec<Token<'_>> {
        tokens(&self.code)
    }

    /// Every item behind `#[cfg(test)]`, from its attribute to its end.
    fn test_items(&self) -> Vec<Range<usize>> {
        let tokens = self.tokens();
        let texts: Vec<_> = tokens.iter().map(|token| token.text).collect();
        let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
        let starts = texts.windows(mark.len()).enumerate().filter(|(_, window)| *window == mark);
        starts.map(|(first, _)| tokens[first].at..item_end(&tokens, first + mark.len())).collect()
    }
}

fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

/// Where the item that begins at token `first` ends: at its closing brace, or at its semicolon if it has no body.
fn item_end(tokens: &[Token<'_>], first: usize) -> usize {
    for (at, token) in tokens.iter().enumerate().skip(first) {
        match token.text {
            ";" => return token.at + 1,
            "{" => return tokens[closing(tokens, at)].at + 1,
            _ => {}
        }
    }
    tokens.last().map_or(0, |token| token.at + 1)
}

/// The token that closes the bracket at `open`, or the last one if nothing does.
pub(crate) fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len() - 1
}

/// Splits a source into code, comments and literals. The quotes of a literal are code, what is between is not.
fn stretches(text: &[u8]) -> Vec<(Kind, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let word_before = at > 0 && is_word(text[at - 1]);
        let (kind, range) = if rest.starts_with(b"//") {
            (Kind::Comment, at..at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()))
        } else if rest.starts_with(b"/*") {
            (Kind::Comment, at..at + block_comment(rest))
        } else if let Some(inside) = raw_string(rest).filter(|_| !word_before) {
            (Kind::Literal, at + inside.start..at + inside.end)
        } else if rest[0] == b'"' {
            (Kind::Literal, at + 1..at + quoted(rest, b'"'))
        } else if rest[0] == b'\'' && is_character(rest) {
            (Kind::Literal, at + 1..at + quoted(rest, b'\''))
        } else {
            (Kind::Code, at..at + 1)
        };
        // The closing quote of a literal is stepped over, lest it open another.
        at = range.end + usize::from(kind == Kind::Literal);
        found.push((kind, range.start.min(text.len())..range.end.min(text.len())));
    }
    found
}

/// The length of a block comment, which may hold others.
fn block_comment(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        match &text[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The inside of a raw string that begins here, `r"…"` or `br##"…"##`.
fn raw_string(text: &[u8]) -> Option<Range<usize>> {
    let prefix = [&b"br"[..], b"cr", b"r"].into_iter().find(|prefix| text.starts_with(prefix))?.len();
    let hashes = text[prefix..].iter().take_while(|byte| **byte == b'#').count();
    let start = prefix + hashes + 1;
    if text.get(start - 1) != Some(&b'"') {
        return None;
    }
    let close = [&b"\""[..], &b"#".repeat(hashes)].concat();
    let end = text[start..].windows(close.len()).position(|window| window == close);
    // Its hashes are left for the code: they are harmless there.
    Some(start..end.map_or(text.len(), |end| start + end))
}

/// The position of the quote that closes the literal at the beginning of `text`.
fn quoted(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at.min(text.len())
}

/// True if the apostrophe here opens a character and not a lifetime.
fn is_character(text: &[u8]) -> bool {
    match text.get(1) {
        Some(b'\\') => true,
        // One character of up to four bytes, then the closing quote.
        Some(first) if !first.is_ascii() => true,
        Some(_) => text.get(2) == Some(&b'\''),
        None => false,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Words, `::` and single marks of a text whose literals are blank.
pub(crate) fn tokens(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = match bytes[at] {
            byte if is_word(byte) => bytes[at..].iter().take_while(|byte| is_word(**byte)).count(),
            b':' if bytes.get(at + 1) == Some(&b':') => 2,
            _ => 1,
        };
        if !bytes[at].is_ascii_whitespace() {
            found.push(Token { text: &code[at..at + length], at });
        }
        at += length;
    }
    found
}

/// Every path in the code, with groups written out: `use a::{b, c::d}` is `a::b` and `a::c::d`.
pub(crate) fn paths<'a>(tokens: &[Token<'a>]) -> Vec<(usize, Vec<&'a str>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = is_word(tokens[at].text.as_bytes()[0]) && tokens.get(at + 1).is_some_and(|next| next.text == "::");
        at = if begins { path(tokens, at, &[], &mut found) } else { at + 1 };
    }
    found
}

/// Reads one path or branch from token `at` on; answers the token behind it.
fn path<'a>(tokens: &[Token<'a>], mut at: usize, stem: &[&'a str], found: &mut Vec<(usize, Vec<&'a str>)>) -> usize {
    let mut parts = stem.to_vec();
    let start = at;
    loop {
        match tokens.get(at).map(|token| token.text) {
            Some("{") if at > start || !stem.is_empty() => {
                at += 1;
                while at < tokens.len() && tokens[at].text != "}" {
                    at = match tokens[at].text {
                        "," => at + 1,
                        _ => path(tokens, at, &parts, found).max(at + 1),
                    };
                }
                return at + 1;
            }
            Some(word) if is_word(word.as_bytes()[0]) || word == "*" => parts.push(word),
            _ => break,
        }
        at += 1;
        match tokens.get(at).map(|token| token.text) {
            Some("::") => at += 1,
            Some("as") => {
                at += 2;
                break;
            }
            _ => break,
        }
    }
    if let Some(token) = tokens.get(start) {
        found.push((token.at, parts));
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::new("x.rs", text).code
    }

    #[test]
    fn comments_and_literals_are_blank() {
        assert_eq!(code("a // b \"c\n\"d\" e"), "a        \n\" \" e");
        assert_eq!(code("a /* b /* c */ d */ e"), "a                   e");
        assert_eq!(code(r#"f("a\"b{", 'x', '\'', '{', b'"')"#), r#"f("     ", ' ', '  ', ' ', b' ')"#);
        assert_eq!(code("r#\"a\"b\"# + br\"{\" + r#type"), "r#\"   \"# + br\" \" + r#type");
        assert_eq!(code("fn f<'a>(x: &'a str, y: 'static) {'é'}"), "fn f<'a>(x: &'a str, y: 'static) {'  '}");
    }

    #[test]
    fn groups_of_imports_are_written_out() {
        let text = "use a::{b, c::{d as e, self}, f::*}; g::h(i)";
        let found: Vec<_> = paths(&tokens(text)).into_iter().map(|(_, parts)| parts.join("::")).collect();
        assert_eq!(found, ["a::b", "a::c::d", "a::c::self", "a::f::*", "g::h"]);
    }

    #[test]
    fn items_for_tests_are_known() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { '{' } }\nfn c() {}\n#[cfg(test)] use x;\nfn d() {}";
        let source = Source::new("x.rs", text);
        let is = |word: &str| source.is_test(text.find(word).unwrap());
        assert_eq!([is("a()"), is("b()"), is("c()"), is("use x"), is("d()")], [false, true, false, true, false]);
    }
}

//! The dialect of INI that existing files are written in: keys in any case, `=` or `:`, `#` and `;` at the beginning of a
//! line for comments, indented lines that go on, a section `DEFAULT` for all, `%(name)s` for another value.

use std::collections::BTreeMap;

/// Sections and their values, read from one or more files; a later file overrules, key by key.
#[derive(Default)]
pub(super) struct Ini {
    sections: BTreeMap<String, BTreeMap<String, String>>,
}

/// What all sections have.
const DEFAULT: &str = "DEFAULT";

/// How often values may name each other in a row.
const DEPTH: usize = 10;

impl Ini {
    /// Reads one more file. The error names the line and never what stands in it.
    pub(super) fn read(&mut self, text: &str) -> Result<(), String> {
        let (mut section, mut last) = (None::<String>, None::<String>);
        for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let number = number + 1;
            let trimmed = line.trim();
            if trimmed.starts_with(['#', ';']) {
                continue;
            }
            if trimmed.is_empty() {
                last = None;
                continue;
            }
            let indented = line.starts_with([' ', '\t']);
            if let (true, Some(section), Some(key)) = (indented, &section, &last) {
                let value = self.sections.entry(section.clone()).or_default().entry(key.clone()).or_default();
                value.push('\n');
                value.push_str(trimmed);
                continue;
            }
            if let Some(name) = trimmed.strip_prefix('[') {
                let (name, _) =
                    name.split_once(']').ok_or_else(|| format!("line {number}: a section ends with `]`"))?;
                self.sections.entry(name.to_owned()).or_default();
                (section, last) = (Some(name.to_owned()), None);
                continue;
            }
            let section = section.as_ref().ok_or_else(|| format!("line {number}: a `[section]` comes first"))?;
            let (key, value) =
                trimmed.split_once(['=', ':']).ok_or_else(|| format!("line {number}: expected `key = value`"))?;
            let key = key.trim().to_lowercase();
            self.sections.entry(section.clone()).or_default().insert(key.clone(), value.trim().to_owned());
            last = Some(key);
        }
        Ok(())
    }

    /// The values of a section, with what all sections have; none if there is no such section. Empty values count as not set.
    pub(super) fn section(&self, name: &str) -> Option<BTreeMap<String, String>> {
        let own = self.sections.get(name)?;
        let mut values = self.sections.get(DEFAULT).cloned().unwrap_or_default();
        values.extend(own.clone());
        let resolved = values.keys().map(|key| (key.clone(), resolve(&values, &values[key], DEPTH)));
        Some(resolved.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The names of all sections.
    pub(super) fn names(&self) -> Vec<String> {
        self.sections.keys().filter(|name| *name != DEFAULT).cloned().collect()
    }
}

/// Puts other values in place of `%(name)s`, and `%` in place of `%%`. A `%` that is neither stands for itself, for keys
/// and passwords are pasted as they are.
fn resolve(values: &BTreeMap<String, String>, value: &str, depth: usize) -> String {
    let (mut out, mut rest) = (String::new(), value);
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(tail) = rest.strip_prefix('%') {
            out.push('%');
            rest = tail;
            continue;
        }
        let named = rest.strip_prefix('(').and_then(|tail| tail.split_once(")s"));
        match named.and_then(|(name, tail)| Some((values.get(&name.to_lowercase())?, tail))) {
            Some((other, tail)) if depth > 0 => {
                out.push_str(&resolve(values, other, depth - 1));
                rest = tail;
            }
            _ => out.push('%'),
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_dialect_is_read() {
        let mut ini = Ini::default();
        ini.read(
            "\u{feff}; a comment\n[DEFAULT]\nTimeout = 20\nhost=cloud.example\n\n[cloudstack]\nendpoint : https://%(host)s/client/api\n\
             key = a=b:c\nsecret = 100%%%x%(none)s\nempty =\nlong = one\n  two\n# no\n[other] ; x\ntimeout=5\n",
        )
        .unwrap();
        ini.read("[cloudstack]\nKEY = later\n").unwrap();
        let section = ini.section("cloudstack").unwrap();
        let get = |key: &str| section.get(key).map(String::as_str);
        assert_eq!(get("endpoint"), Some("https://cloud.example/client/api"));
        assert_eq!((get("key"), get("timeout"), get("empty")), (Some("later"), Some("20"), None));
        assert_eq!((get("secret"), get("long")), (Some("100%%x%(none)s"), Some("one\ntwo")));
        assert_eq!(ini.section("other").unwrap()["timeout"], "5");
        assert_eq!(ini.names(), ["cloudstack", "other"]);
        assert!(ini.section("none").is_none());
    }

    #[test]
    fn faults_name_the_line_and_nothing_else() {
        for (text, fault) in [
            ("key = hunter2", "line 1: a `[section]` comes first"),
            ("[a\n", "line 1: a section ends with `]`"),
            ("[a]\n\nhunter2", "line 3: expected `key = value`"),
        ] {
            assert_eq!(Ini::default().read(text).unwrap_err(), fault);
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_file_is_read_or_refused(text in "(\\[[a-c]\\]|[a-c]|=|%\\([a-c]\\)s|%|:|;| |\n|é){0,60}") {
            let mut ini = Ini::default();
            if ini.read(&text).is_ok() {
                ini.names().iter().for_each(|name| drop(ini.section(name)));
            }
        }
    }
}

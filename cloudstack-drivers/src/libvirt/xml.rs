//! A small tree of elements, written and read: descriptions of guests, pools and volumes.

use quick_xml::{Reader, XmlVersion, events::Event};

/// Deeper or more elements than any description has.
const DEEPEST: usize = 64;
const MOST: usize = 100_000;

/// A text that cannot be an element.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadXml {
    /// It is not well formed.
    #[error("the XML is not well formed: {0}")]
    Malformed(String),
    /// It is deeper or longer than any description.
    #[error("the XML has more than {DEEPEST} levels or {MOST} elements")]
    TooLarge,
    /// A letter that no XML text can hold, not even escaped.
    #[error("the letter {0:?} cannot be written in XML")]
    Letter(char),
}

/// An element: a name, attributes in their order, a text, and elements within.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Its name, with its prefix.
    pub name: String,
    /// Names and values.
    pub attributes: Vec<(String, String)>,
    /// Its own text, without that of the elements within.
    pub text: String,
    /// Elements within.
    pub children: Vec<Element>,
}

impl Element {
    /// An empty one.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// With an attribute more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.attributes.push((name.to_owned(), value.to_string()));
        self
    }

    /// With this text.
    #[must_use]
    pub fn text(mut self, text: impl ToString) -> Self {
        self.text = text.to_string();
        self
    }

    /// With these elements within, after those that are there.
    #[must_use]
    pub fn holding(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Elements within of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element that is reached by these names, from the outside in.
    #[must_use]
    pub fn find(&self, path: &[&str]) -> Option<&Self> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        self.children.iter().filter(|child| child.name == **first).find_map(|child| child.find(rest))
    }

    /// As text, two blanks per level.
    ///
    /// # Errors
    /// [`BadXml::Letter`] for a control character.
    pub fn to_text(&self) -> Result<String, BadXml> {
        let mut out = String::new();
        self.write(0, &mut out)?;
        Ok(out)
    }

    fn write(&self, depth: usize, out: &mut String) -> Result<(), BadXml> {
        out.extend(std::iter::repeat_n("  ", depth));
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("='");
            escaped(value, out)?;
            out.push('\'');
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str("/>\n");
            return Ok(());
        }
        out.push('>');
        escaped(&self.text, out)?;
        if !self.children.is_empty() {
            out.push('\n');
            for child in &self.children {
                child.write(depth + 1, out)?;
            }
            out.extend(std::iter::repeat_n("  ", depth));
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push_str(">\n");
        Ok(())
    }

    /// Reads a text of one element. Blanks around texts are dropped; entities other than the five of XML are refused.
    ///
    /// # Errors
    /// [`BadXml`].
    pub fn parse(text: &str) -> Result<Self, BadXml> {
        let malformed = |what: String| BadXml::Malformed(what);
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Self> = Vec::new();
        let (mut top, mut count) = (None, 0);
        loop {
            let event = reader.read_event().map_err(|e| malformed(e.to_string()))?;
            let closed = match event {
                Event::Start(start) => {
                    count += 1;
                    if open.len() >= DEEPEST || count > MOST {
                        return Err(BadXml::TooLarge);
                    }
                    open.push(begun(&start)?);
                    None
                }
                Event::Empty(start) => {
                    count += 1;
                    if count > MOST {
                        return Err(BadXml::TooLarge);
                    }
                    Some(begun(&start)?)
                }
                Event::End(_) => open.pop(),
                Event::Text(piece) => {
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(&piece.xml10_content());
                    }
                    None
                }
                Event::CData(piece) => {
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(&piece.xml10_content());
                    }
                    None
                }
                Event::GeneralRef(name) => {
                    let letter = referred(&name)?;
                    if let Some(element) = open.last_mut() {
                        element.text.push(letter);
                    }
                    None
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
            };
            let Some(mut element) = closed else { continue };
            element.trim();
            match open.last_mut() {
                Some(parent) => parent.children.push(element),
                None if top.is_none() => top = Some(element),
                None => return Err(malformed("a second element follows the first".to_owned())),
            }
        }
        match top {
            Some(top) if open.is_empty() => Ok(top),
            _ => Err(malformed("the text ends within an element".to_owned())),
        }
    }

    /// Blanks that only lay elements out are no text.
    fn trim(&mut self) {
        if !self.children.is_empty() || self.text.trim().is_empty() {
            self.text = self.text.trim().to_owned();
        }
    }
}

fn begun(start: &quick_xml::events::BytesStart<'_>) -> Result<Element, BadXml> {
    let malformed = |e: String| BadXml::Malformed(e);
    let mut element = Element::new(start.name().as_ref());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| malformed(e.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| malformed(e.to_string()))?;
        element.attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(element)
}

fn referred(name: &quick_xml::events::BytesRef<'_>) -> Result<char, BadXml> {
    if let Some(letter) = name.resolve_char_ref().map_err(|e| BadXml::Malformed(e.to_string()))? {
        return Ok(letter);
    }
    match name.xml10_content().as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(BadXml::Malformed(format!("an entity `{other}`, which is not one of the five"))),
    }
}

fn escaped(text: &str, out: &mut String) -> Result<(), BadXml> {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&apos;"),
            '"' => out.push_str("&quot;"),
            // Unescaped, a reader would take them for blanks or drop them.
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(letter))),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => return Err(BadXml::Letter(letter)),
            _ => out.push(letter),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_texts_are_refused() {
        let deep = "<a>".repeat(DEEPEST + 1);
        let wide = format!("<a>{}</a>", "<b/>".repeat(MOST));
        assert_eq!(Element::parse(&deep), Err(BadXml::TooLarge));
        assert_eq!(Element::parse(&wide), Err(BadXml::TooLarge));
        let bomb = "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>";
        for bad in ["", "<a>", "<a></b>", "<a/><b/>", "<a b=c/>", "<a>&nbsp;</a>", bomb] {
            assert!(matches!(Element::parse(bad), Err(BadXml::Malformed(_))), "{bad}");
        }
        assert_eq!(Element::new("a").text("\u{1}").to_text(), Err(BadXml::Letter('\u{1}')));
    }

    #[test]
    fn elements_are_found_by_path() {
        let read =
            Element::parse("<d><!-- x --><devices><disk a='1'/><disk a='2'><t>x &amp; y</t></disk></devices></d>")
                .unwrap();
        assert_eq!(read.find(&["devices", "disk", "t"]).map(|t| t.text.as_str()), Some("x & y"));
        assert_eq!(read.find(&["devices"]).map(|d| d.all("disk").count()), Some(2));
        assert_eq!(read.find(&["nothing"]), None);
    }

    fn element() -> impl Strategy<Value = Element> {
        let letters = "[a-z][a-z:]{0,5}";
        // Texts of blanks only stand for layout; every other text is kept to the letter.
        let text = "[^\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{7f}-\u{9f}\u{fffe}\u{ffff}]{0,12}";
        let leaf =
            (letters, prop::collection::btree_map(letters, text, 0..3), text).prop_map(|(name, attributes, text)| {
                let text = if text.trim().is_empty() { String::new() } else { text };
                Element { name, attributes: attributes.into_iter().collect(), text, children: vec![] }
            });
        leaf.prop_recursive(3, 12, 3, move |inner| {
            (letters, prop::collection::vec(inner, 1..3)).prop_map(|(name, children)| Element {
                name,
                children,
                ..Element::default()
            })
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(element in element()) {
            let text = element.to_text().unwrap();
            prop_assert_eq!(Element::parse(&text).unwrap(), element, "{}", text);
        }

        #[test]
        fn whatever_is_read_is_an_element_or_refused(text in "[<>/a-b='&;# ]{0,60}") {
            let _ = Element::parse(&text);
        }
    }
}

//! Reads XML into a [`Node`]: an element with elements in it has fields, any other is a text.

use super::node::{Gather, Node};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;

/// How deep elements may lie in each other.
const DEPTH: usize = 64;

/// XML that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadXml {
    #[error("at byte {at}: {fault}")]
    Syntax { at: u64, fault: String },
    #[error("the document ends within `{within}`")]
    Ends { within: String },
    #[error("there is no element in it")]
    Empty,
    #[error("there is more than one element at the top")]
    TwoRoots,
    #[error("elements lie in each other more than {DEPTH} deep")]
    Deep,
    #[error("the entity `&{0};` is not one of the five that XML knows")]
    Entity(String),
    #[error("it declares a document type, which no answer needs")]
    DocumentType,
}

/// An element that was begun.
struct Open<'a> {
    name: Cow<'a, str>,
    fields: Gather<'a>,
    text: Cow<'a, str>,
}

impl<'a> Open<'a> {
    fn push_text(&mut self, text: Cow<'a, str>) {
        if self.text.is_empty() {
            self.text = text;
        } else {
            self.text.to_mut().push_str(&text);
        }
    }

    fn finish(self) -> (Cow<'a, str>, Node<'a>) {
        let node = if self.fields.is_empty() { Node::Text(self.text) } else { self.fields.finish() };
        (self.name, node)
    }
}

/// Reads a document: the name of its element, and what is in it. Attributes are left out; no answer needs one.
pub(crate) fn from_xml(text: &str) -> Result<(Cow<'_, str>, Node<'_>), BadXml> {
    let mut reader = Reader::from_str(text);
    let (mut open, mut root) = (Vec::<Open<'_>>::new(), None);
    loop {
        let event = reader
            .read_event()
            .map_err(|fault| BadXml::Syntax { at: reader.error_position(), fault: fault.to_string() })?;
        let done = match event {
            Event::Start(start) => {
                if open.len() == DEPTH {
                    return Err(BadXml::Deep);
                }
                let name = Cow::Owned(start.name().as_ref().to_owned());
                open.push(Open { name, fields: Gather::default(), text: Cow::Borrowed("") });
                None
            }
            Event::Empty(empty) => Some((Cow::Owned(empty.name().as_ref().to_owned()), Node::Text(Cow::Borrowed("")))),
            Event::End(_) => open.pop().map(Open::finish),
            Event::Text(text) => push(&mut open, text.xml10_content())?,
            Event::CData(text) => push(&mut open, text.xml10_content())?,
            Event::GeneralRef(entity) => {
                let character = entity.resolve_char_ref();
                let character =
                    character.map_err(|fault| BadXml::Syntax { at: reader.error_position(), fault: fault.to_string() });
                let text = match character? {
                    Some(character) => Cow::Owned(character.to_string()),
                    None => quick_xml::escape::resolve_xml_entity(&entity)
                        .map(Cow::Borrowed)
                        .ok_or_else(|| BadXml::Entity(super::error::beginning(&entity).to_owned()))?,
                };
                push(&mut open, text)?
            }
            Event::DocType(_) => return Err(BadXml::DocumentType),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => None,
            Event::Eof => break,
        };
        let Some((name, node)) = done else { continue };
        match open.last_mut() {
            Some(outer) => outer.fields.push(name, node),
            None if root.is_some() => return Err(BadXml::TwoRoots),
            None => root = Some((name, node)),
        }
    }
    match open.pop() {
        Some(open) => Err(BadXml::Ends { within: open.name.into_owned() }),
        None => root.ok_or(BadXml::Empty),
    }
}

/// Appends to the text of the element that is open. Outside of all there may be blanks only.
fn push<'a>(open: &mut [Open<'a>], text: Cow<'a, str>) -> Result<Option<(Cow<'a, str>, Node<'a>)>, BadXml> {
    match open.last_mut() {
        Some(open) => open.push_text(text),
        None if text.trim().is_empty() => {}
        None => return Err(BadXml::Syntax { at: 0, fault: "text outside of the element".to_owned() }),
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(text: &str) -> Result<serde_json::Value, BadXml> {
        from_xml(text).map(|(name, node)| json!([name, node.to_json()]))
    }

    #[test]
    fn repeated_elements_are_a_list_and_entities_are_text() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <listzonesresponse cloud-stack-version="4.1.1"><count>2</count>
                <zone><id>a</id><name>x &amp; &lt;y&gt; &#233;&quot;</name><tags/></zone><other>1</other>
                <zone><id>b</id><name><![CDATA[<&>]]></name></zone>
            </listzonesresponse>"#;
        let expected = json!(["listzonesresponse", {
            "count": "2",
            "zone": [{"id": "a", "name": "x & <y> é\"", "tags": ""}, {"id": "b", "name": "<&>"}],
            "other": "1",
        }]);
        assert_eq!(read(text), Ok(expected));
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        assert_eq!(read(""), Err(BadXml::Empty));
        assert_eq!(read("<a><b>"), Err(BadXml::Ends { within: "b".into() }));
        assert_eq!(read("<a/><b/>"), Err(BadXml::TwoRoots));
        assert_eq!(read("<a>&bomb;</a>"), Err(BadXml::Entity("bomb".into())));
        assert_eq!(read("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), Err(BadXml::DocumentType));
        assert_eq!(read(&"<a>".repeat(DEPTH + 1)), Err(BadXml::Deep));
        for syntax in ["<a></b>", "<a", "<a>&#0;</a>", "<a>&#xd800;</a>", "x<a/>", "<a/>x", "<a>&</a>"] {
            assert!(matches!(read(syntax), Err(BadXml::Syntax { .. })), "{syntax}: {:?}", read(syntax));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn whatever_comes_is_read_or_refused(text in prop_oneof![
            any::<String>(),
            prop::collection::vec(prop::sample::select(vec![
                "<", ">", "/", "a", "<a>", "</a>", "<a/>", "<b x='1'>", "</b>", "&amp;", "&#65;", "&", ";", "<![CDATA[", "]]>", "<!--", "-->",
                "<?", "?>", "<!DOCTYPE", "é", " ", "\n", "\0", "=", "\"",
            ]), 0..40).prop_map(|parts| parts.concat()),
        ]) {
            let _ = from_xml(&text);
        }

        #[test]
        fn any_text_comes_back(text in "[^\r\0\u{1}-\u{8}\u{b}\u{c}\u{e}-\u{1f}]*") {
            let written = format!("<a><b>{}</b></a>", quick_xml::escape::escape(text.as_str()));
            prop_assert_eq!(read(&written), Ok(json!(["a", {"b": text}])));
        }
    }
}

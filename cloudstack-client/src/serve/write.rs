//! Writing answers: one writer for both forms, which knows the shape of what it writes.

mod value;

pub(crate) use value::{Id, Put, Shown};

use super::fault::Fault;
use super::request::{Response, header_value};
use crate::catalogue::{Field, Kind, Roles, Shape};
use cloudstack_core::base::id::EntityId;
use std::fmt::Display;
use value::{is_tag, json_text, xml_text};

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Xml,
    Json,
}

impl Format {
    /// What the `response` parameter asks for; anything unknown is XML, as when it is missing.
    pub(crate) fn asked(response: Option<&str>) -> Self {
        if response.is_some_and(|r| r.eq_ignore_ascii_case("json")) { Self::Json } else { Self::Xml }
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml; charset=UTF-8",
            Self::Json => "application/json; charset=UTF-8",
        }
    }
}

/// An answer being written. Opened with its root name, closed by [`Out::finish`].
#[derive(Debug)]
pub(crate) struct Out {
    format: Format,
    text: String,
    root: &'static str,
    /// Who reads it: fields for others are left out.
    reader: Roles,
}

impl Out {
    /// Begins an answer. `version` is shown in XML, to callers who are known.
    pub(crate) fn open(format: Format, root: &'static str, version: Option<&str>, reader: Roles) -> Self {
        let mut text = String::with_capacity(512);
        match format {
            Format::Json => {
                text.push_str("{\"");
                text.push_str(root);
                text.push_str("\":");
            }
            Format::Xml => {
                text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?><");
                text.push_str(root);
                if let Some(version) = version {
                    text.push_str(" cloud-stack-version=\"");
                    xml_text(version, &mut text);
                    text.push('"');
                }
                text.push('>');
            }
        }
        Self { format, text, root, reader }
    }

    /// Writes fields right below the root.
    pub(crate) fn fields(&mut self, shape: Option<&'static Shape>, write: impl FnOnce(&mut Object<'_>)) {
        let mut object = Object::begin(self.format, &mut self.text, shape, self.reader);
        write(&mut object);
        object.end();
    }

    /// `{"<object>":{…}}` below the root.
    pub(crate) fn object(&mut self, name: &str, shape: &'static Shape, write: impl FnOnce(&mut Object<'_>)) {
        self.fields(None, |root| root.nested(name, Some(shape), write));
    }

    /// `{"count":N,"<object>":[…]}` below the root; `{}` if there is nothing at all.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        shape: &'static Shape,
        total: usize,
        rows: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Object<'_>, T),
    ) {
        self.fields(None, |root| {
            if total == 0 {
                return;
            }
            root.bare("count", total);
            root.nested_each(name, Some(shape), rows, &mut write);
        });
    }

    /// The whole text.
    pub(crate) fn finish(mut self) -> String {
        match self.format {
            Format::Json => self.text.push('}'),
            Format::Xml => {
                self.text.push_str("</");
                self.text.push_str(self.root);
                self.text.push('>');
            }
        }
        self.text
    }
}

/// One object being written: its fields are checked against its shape.
pub(crate) struct Object<'o> {
    format: Format,
    text: &'o mut String,
    shape: Option<&'static Shape>,
    first: bool,
    reader: Roles,
}

impl<'o> Object<'o> {
    fn begin(format: Format, text: &'o mut String, shape: Option<&'static Shape>, reader: Roles) -> Self {
        if format == Format::Json {
            text.push('{');
        }
        Self { format, text, shape, first: true, reader }
    }

    fn end(self) {
        if self.format == Format::Json {
            self.text.push('}');
        }
    }

    /// What is declared of a field, if it is to be written. One that is not for the reader's role is left out, and so is
    /// one that the shape does not declare; in a debug build the latter is a mistake of the program.
    fn declared(&self, name: &str) -> Option<Option<&'static Field>> {
        let Some(shape) = self.shape else { return Some(None) };
        let found = shape.field(name);
        debug_assert!(found.is_some(), "{} has no field `{name}`", shape.name);
        let open = |field: &Field| self.reader == Roles::ROOT_ADMIN || field.roles.allows(self.reader);
        found.filter(|field| open(field)).map(Some)
    }

    fn key(&mut self, name: &str) {
        match self.format {
            Format::Json => {
                if !self.first {
                    self.text.push(',');
                }
                self.first = false;
                self.text.push('"');
                self.text.push_str(name);
                self.text.push_str("\":");
            }
            Format::Xml => open_tag(self.text, name),
        }
    }

    fn close(&mut self, name: &str) {
        if self.format == Format::Xml {
            close_tag(self.text, name);
        }
    }

    /// Writes a field; nothing if there is no value.
    pub(crate) fn put(&mut self, name: &str, value: impl Put) {
        if !value.is_there() {
            return;
        }
        let Some(field) = self.declared(name) else { return };
        let bare = field.is_none_or(|f| matches!(f.kind, Kind::Boolean | Kind::Decimal | Kind::Integer | Kind::Long));
        self.key(name);
        value.put(self.format, bare, self.text);
        self.close(name);
    }

    /// Writes an id.
    pub(crate) fn id(&mut self, name: &str, id: impl EntityId) {
        self.put(name, Id(id.to_u128()));
    }

    /// Writes an id, if there is one.
    pub(crate) fn maybe(&mut self, name: &str, id: Option<impl EntityId>) {
        self.put(name, id.map(|id| Id(id.to_u128())));
    }

    /// A field right below the root, where no shape says what there may be.
    pub(crate) fn bare(&mut self, name: &str, value: impl Put) {
        self.key(name);
        value.put(self.format, true, self.text);
        self.close(name);
    }

    /// Where writing is, to [go back](Object::rewind) to.
    pub(crate) fn mark(&self) -> Mark {
        Mark { length: self.text.len(), first: self.first }
    }

    /// Takes back what was written since.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.text.truncate(mark.length);
        self.first = mark.first;
    }

    /// Fields that are the same in every object of this answer that has this key: written once, then copied.
    pub(crate) fn alike<K: EntityId>(&mut self, known: &mut Alike<K>, key: K, write: impl FnOnce(&mut Self)) {
        let part = known.find(key).filter(|_| self.format == Format::Xml || !self.first);
        if let Some((from, to)) = part {
            self.text.extend_from_within(from..to);
            return;
        }
        let (from, first) = (self.text.len(), self.first);
        write(self);
        // What has no comma before it cannot follow another field.
        if self.format == Format::Xml || !first {
            known.keep(key, (from, self.text.len()));
        }
    }

    /// One object under a name of the caller's choice.
    pub(crate) fn nested(&mut self, name: &str, shape: Option<&'static Shape>, write: impl FnOnce(&mut Object<'_>)) {
        self.key(name);
        let mut object = Object::begin(self.format, self.text, shape, self.reader);
        write(&mut object);
        object.end();
        self.close(name);
    }

    /// Objects in a field.
    pub(crate) fn each<T>(
        &mut self,
        name: &str,
        rows: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Object<'_>, T),
    ) {
        let Some(field) = self.declared(name) else { return };
        self.nested_each(name, field.and_then(|f| f.shape), rows, &mut write);
    }

    fn nested_each<T>(
        &mut self,
        name: &str,
        shape: Option<&'static Shape>,
        rows: impl IntoIterator<Item = T>,
        write: &mut dyn FnMut(&mut Object<'_>, T),
    ) {
        if self.format == Format::Xml {
            for row in rows {
                self.nested(name, shape, |object| write(object, row));
            }
            return;
        }
        self.key(name);
        self.text.push('[');
        let (mut rows, from) = (rows.into_iter(), self.text.len());
        let mut first = true;
        while let Some(row) = rows.next() {
            if !first {
                self.text.push(',');
            }
            let mut object = Object::begin(self.format, self.text, shape, self.reader);
            write(&mut object, row);
            object.end();
            if first {
                // The others are about as long: a long list is not copied each time it has doubled.
                let each = (self.text.len() - from) * 9 / 8;
                self.text.reserve(each.saturating_mul(rows.size_hint().0.min(FORESEEN)));
                first = false;
            }
        }
        self.text.push(']');
    }

    /// Texts in a field.
    pub(crate) fn texts<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        if self.declared(name).is_none() {
            return;
        }
        if self.format == Format::Xml {
            for value in values {
                self.key(name);
                Shown(value).put(self.format, false, self.text);
                self.close(name);
            }
            return;
        }
        self.key(name);
        self.text.push('[');
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            Shown(value).put(self.format, false, self.text);
        }
        self.text.push(']');
    }

    /// An object of texts in a field.
    pub(crate) fn map<'m>(&mut self, name: &str, pairs: impl IntoIterator<Item = (&'m str, &'m str)>) {
        if self.declared(name).is_none() {
            return;
        }
        self.nested(name, None, |object| {
            for (key, value) in pairs {
                // A key is free text: what cannot be a name of an element is left out of XML.
                if object.format == Format::Json {
                    if !object.first {
                        object.text.push(',');
                    }
                    object.first = false;
                    json_text(key, object.text);
                    object.text.push(':');
                    json_text(value, object.text);
                } else if is_tag(key) {
                    object.key(key);
                    xml_text(value, object.text);
                    object.close(key);
                }
            }
        });
    }
}

/// Where in an answer stands what objects with the same key have in common. It is of that answer alone, and of nothing that
/// is [taken back](Object::rewind).
#[derive(Debug)]
pub(crate) struct Alike<K> {
    /// By the low bits of the key; a newer one takes the place of an older.
    places: Vec<Option<(K, usize, usize)>>,
    many: bool,
}

/// For how many objects of a list room is made in advance.
const FORESEEN: usize = 1_000;
/// How many keys are known at one time, if many objects are written.
const KEYS: usize = 64;

impl<K: EntityId> Alike<K> {
    /// For `many` objects, or for one, of which nothing need be known later.
    pub(crate) const fn new(many: bool) -> Self {
        Self { places: Vec::new(), many }
    }

    const fn place(key: u128) -> usize {
        key as usize % KEYS
    }

    fn find(&self, key: K) -> Option<(usize, usize)> {
        let (known, from, to) = (*self.places.get(Self::place(key.to_u128()))?)?;
        (known == key).then_some((from, to))
    }

    fn keep(&mut self, key: K, (from, to): (usize, usize)) {
        if self.many {
            self.places.resize(KEYS, None);
            self.places[Self::place(key.to_u128())] = Some((key, from, to));
        }
    }
}

/// A place in an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    length: usize,
    first: bool,
}

fn open_tag(text: &mut String, name: &str) {
    text.push('<');
    text.push_str(name);
    text.push('>');
}

fn close_tag(text: &mut String, name: &str) {
    text.push_str("</");
    text.push_str(name);
    text.push('>');
}

impl Fault {
    /// The refusal as an answer under this root.
    pub(crate) fn response(&self, format: Format, root: &'static str) -> Response {
        let mut out = Out::open(format, root, None, Roles::ROOT_ADMIN);
        out.fields(None, |o| {
            if format == Format::Json {
                o.nested_each("uuidList", None, std::iter::empty::<()>(), &mut |_, ()| {});
            }
            o.bare("errorcode", self.code);
            o.bare("cserrorcode", self.kind);
            o.put("errortext", &self.text);
        });
        Response {
            status: self.code,
            content_type: format.content_type(),
            headers: vec![("X-Description", header_value(&self.text))],
            body: out.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Field, Kind, Shape};
    use cloudstack_core::base::Timestamp;
    use cloudstack_core::base::id::VmId;

    const fn field(name: &'static str, kind: Kind, shape: Option<&'static Shape>) -> Field {
        Field { name, doc: "", kind, shape, since: "", roles: Roles::ANYONE, secret: false }
    }
    static TAG: Shape = Shape::new("Tag", "", &[field("key", Kind::Text, None), field("value", Kind::Text, None)]);
    static THING: Shape = Shape::new(
        "Thing",
        "",
        &[
            field("id", Kind::Uuid, None),
            field("name", Kind::Text, None),
            field("size", Kind::Long, None),
            field("limit", Kind::Text, None),
            field("on", Kind::Boolean, None),
            field("created", Kind::Date, None),
            field("words", Kind::TextList, None),
            field("details", Kind::Map, None),
            field("tags", Kind::Objects, Some(&TAG)),
        ],
    );

    fn thing(o: &mut Object<'_>, _: ()) {
        o.id("id", VmId::from_u128(1));
        o.put("name", "a\"<b>&\u{1}é");
        o.put("size", 5_u64);
        o.put("limit", 7_u64);
        o.put("on", true);
        o.put("created", Timestamp::from_micros(1_374_747_012_000_000));
        o.texts("words", ["x", "y&z"]);
        o.map("details", [("k", "v"), ("0 bad", "w")]);
        o.each("tags", [("a", "b"), ("c", "d")], |o, (key, value)| {
            o.put("key", key);
            o.put("value", value);
        });
    }

    fn written(format: Format, write: impl FnOnce(&mut Out)) -> String {
        let mut out = Out::open(format, "thingresponse", Some("4"), Roles::ROOT_ADMIN);
        write(&mut out);
        out.finish()
    }

    #[test]
    fn an_object_is_written_in_both_forms() {
        let write = |format| written(format, |out| out.object("thing", &THING, |o| thing(o, ())));
        assert_eq!(
            write(Format::Json),
            concat!(
                r#"{"thingresponse":{"thing":{"id":"00000000-0000-0000-0000-000000000001","name":"a\"<b>&\u0001é","#,
                r#""size":5,"limit":"7","on":true,"created":"2013-07-25T10:10:12+0000","words":["x","y&z"],"#,
                r#""details":{"k":"v","0 bad":"w"},"tags":[{"key":"a","value":"b"},{"key":"c","value":"d"}]}}}"#
            )
        );
        assert_eq!(
            write(Format::Xml),
            concat!(
                r#"<?xml version="1.0" encoding="UTF-8"?><thingresponse cloud-stack-version="4"><thing>"#,
                "<id>00000000-0000-0000-0000-000000000001</id><name>a&quot;&lt;b&gt;&amp;é</name><size>5</size>",
                "<limit>7</limit><on>true</on><created>2013-07-25T10:10:12+0000</created>",
                "<words>x</words><words>y&amp;z</words><details><k>v</k></details>",
                "<tags><key>a</key><value>b</value></tags><tags><key>c</key><value>d</value></tags>",
                "</thing></thingresponse>"
            )
        );
    }

    #[test]
    fn a_list_says_how_many_and_an_empty_one_says_nothing() {
        let list = |format, total: usize| {
            written(format, |out| {
                out.list("thing", &THING, total, (0..total.min(2)).map(|_| ()), |o, ()| o.put("size", 1_u32));
            })
        };
        assert_eq!(list(Format::Json, 5), r#"{"thingresponse":{"count":5,"thing":[{"size":1},{"size":1}]}}"#);
        assert_eq!(list(Format::Json, 0), r#"{"thingresponse":{}}"#);
        let head = r#"<?xml version="1.0" encoding="UTF-8"?><thingresponse cloud-stack-version="4">"#;
        let rows = "<count>5</count><thing><size>1</size></thing><thing><size>1</size></thing>";
        assert_eq!(list(Format::Xml, 5), format!("{head}{rows}</thingresponse>"));
        assert_eq!(list(Format::Xml, 0), format!("{head}</thingresponse>"));
    }

    /// What is copied from an earlier object reads as if it had been written, in both forms, in whatever place it stands.
    #[test]
    fn what_is_alike_is_written_as_if_it_were_not() {
        for format in [Format::Json, Format::Xml] {
            let list = |many: bool| {
                let mut known = Alike::new(many);
                written(format, |out| {
                    out.list("thing", &THING, 300, 0..300_u128, |o, n| {
                        if n % 3 > 0 {
                            o.put("size", n as u64);
                        }
                        let kind = n % 150;
                        o.alike(&mut known, VmId::from_u128(kind), |o| {
                            if kind > 1 {
                                o.put("limit", kind as u64);
                                o.put("on", kind % 2 == 0);
                            }
                        });
                        o.put("name", "x");
                    });
                })
            };
            assert_eq!(list(true), list(false));
        }
    }

    #[test]
    fn a_refusal_carries_both_codes_and_a_header() {
        let fault = Fault::missing("id");
        let json = fault.response(Format::Json, "errorresponse");
        assert_eq!(json.status, 431);
        assert_eq!(
            json.body,
            r#"{"errorresponse":{"uuidList":[],"errorcode":431,"cserrorcode":9999,"errortext":"parameter `id` is missing"}}"#
        );
        assert_eq!(json.headers, [("X-Description", "parameter `id` is missing".to_owned())]);
        assert_eq!(
            fault.response(Format::Xml, "errorresponse").body,
            concat!(
                r#"<?xml version="1.0" encoding="UTF-8"?><errorresponse><errorcode>431</errorcode>"#,
                "<cserrorcode>9999</cserrorcode><errortext>parameter `id` is missing</errortext></errorresponse>"
            )
        );
    }

    #[test]
    #[should_panic(expected = "Thing has no field `colour`")]
    fn a_field_that_is_not_declared_is_not_written() {
        written(Format::Json, |out| out.object("thing", &THING, |o| o.put("colour", "red")));
    }
}

//! The envelope of an answer: which format, an error or a content, a job or an object.

use super::error::{Error, Refusal, beginning};
use super::lenient::{Lenient, Unread};
use super::node::{Node, from_json};
use super::transport::HttpReply;
use super::xml::from_xml;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fmt;

/// In which format answers are asked for. Whatever comes is read by how it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML, CloudStack's own default.
    Xml,
}

impl Format {
    /// As the parameter `response` says it.
    pub(crate) const fn wire(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}

/// The answer to a command, checked not to be an error, as it came.
///
/// Debug shows its size only: answers hold keys and passwords.
#[derive(Clone)]
pub struct Raw {
    command: String,
    text: String,
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw").field("command", &self.command).field("length", &self.text.len()).finish()
    }
}

impl Raw {
    /// The command it answers.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.command
    }

    /// The body as it came.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The content of the envelope as a JSON value, for programs that print what they do not know. An XML answer has texts
    /// where JSON has numbers, and an object where JSON has a list of one.
    ///
    /// # Errors
    /// None in practice: what is here was read before.
    pub fn to_json(&self) -> Result<serde_json::Value, Error> {
        self.with(|content| Ok(content.to_json()))
    }

    /// The content of the envelope as any type: a struct with the fields `count` and the name of the object for a list.
    ///
    /// # Errors
    /// [`Error::Unread`] names the field that says something else.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.with(|content| T::deserialize(Lenient(content)).map_err(|fault| unread(&self.command, &fault)))
    }

    /// The one object of the content as any type, whatever it is called there.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn object<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.with(|content| object(&self.command, "", content))
    }

    /// The job that was begun, if one was: its id, and the id of what it makes.
    ///
    /// # Errors
    /// As [`to_json`](Self::to_json).
    pub fn job(&self) -> Result<Option<(String, Option<String>)>, Error> {
        self.with(|content| Ok(content.text_of("jobid").map(|job| (job, content.text_of("id")))))
    }

    fn with<T>(&self, read: impl FnOnce(&Node<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let (_, content) = parse(&self.text).map_err(|fault| no_answer(&self.command, 200, fault, &self.text))?;
        read(&content)
    }
}

/// An answer whose envelope was opened.
pub(crate) struct Opened<'a> {
    pub(crate) command: &'a str,
    pub(crate) text: &'a str,
    pub(crate) content: Node<'a>,
}

impl Opened<'_> {
    pub(crate) fn raw(&self) -> Raw {
        Raw { command: self.command.to_owned(), text: self.text.to_owned() }
    }

    /// The content as a type.
    pub(crate) fn whole<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(Lenient(&self.content)).map_err(|fault| unread(self.command, &fault))
    }

    /// The object called `name` in the content, or the only one.
    pub(crate) fn object<T: DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        object(self.command, name, &self.content)
    }
}

/// The object called `name` in a content, or the only one there, or the content itself if it has no object: a success.
pub(crate) fn object<T: DeserializeOwned>(command: &str, name: &str, content: &Node<'_>) -> Result<T, Error> {
    let named = (!name.is_empty()).then(|| content.get(name)).flatten();
    let only = || match content {
        Node::Fields(fields) if fields.len() == 1 && matches!(fields[0].1, Node::Fields(_)) => Some(&fields[0].1),
        _ => None,
    };
    let node = named.or_else(only).unwrap_or(content);
    T::deserialize(Lenient(node)).map_err(|fault| unread(command, &fault))
}

fn unread(command: &str, fault: &Unread) -> Error {
    Error::Unread { command: command.to_owned(), path: fault.path(), fault: fault.fault().to_owned() }
}

/// Opens the envelope of an answer and hands its content on, unless it is an error.
pub(crate) fn open<T>(
    command: &str,
    reply: &HttpReply,
    read: impl FnOnce(Opened<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    if (300..400).contains(&reply.status) {
        let to = reply.header("location").unwrap_or_default();
        let to = to.split(['?', '#']).next().unwrap_or_default();
        return Err(Error::Redirected {
            command: command.to_owned(),
            status: reply.status,
            to: beginning(to).to_owned(),
        });
    }
    let text = decode(&reply.body);
    let (root, content) = parse(&text).map_err(|fault| no_answer(command, reply.status, fault, &text))?;
    if let Some(refusal) = refusal(command, reply.status, &content) {
        return Err(Error::Refused(Box::new(refusal)));
    }
    if reply.status >= 400 || root.eq_ignore_ascii_case("html") {
        return Err(no_answer(command, reply.status, format!("its element is `{}`", beginning(&root)), &text));
    }
    read(Opened { command, text: &text, content })
}

/// UTF-8, or Latin-1, which old versions answer to a login.
fn decode(body: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Err(_) => body.iter().map(|&byte| char::from(byte)).collect::<String>().into(),
    }
}

/// The only key of the answer, and what is under it.
fn parse(text: &str) -> Result<(Cow<'_, str>, Node<'_>), String> {
    match text.trim_start().as_bytes().first() {
        Some(b'<') => from_xml(text).map_err(|fault| fault.to_string()),
        Some(b'{') => match from_json(text).map_err(|fault| fault.to_string())? {
            Node::Fields(mut fields) if fields.len() == 1 => Ok(fields.remove(0)),
            Node::Fields(fields) => Err(format!("one key was expected at the top, there are {}", fields.len())),
            _ => Err("an object was expected at the top".to_owned()),
        },
        Some(_) => Err("it is neither JSON nor XML".to_owned()),
        None => Err("it is empty".to_owned()),
    }
}

fn no_answer(command: &str, status: u16, fault: String, text: &str) -> Error {
    Error::NoAnswer { command: command.to_owned(), status, fault, start: beginning(text).to_owned() }
}

/// Reads a no. The fields are those of an answer and of a failed job's result alike.
pub(crate) fn refusal(command: &str, status: u16, content: &Node<'_>) -> Option<Refusal> {
    let code = content.whole_of("errorcode")?;
    let entities = match content.get("uuidlist") {
        Some(Node::List(list)) => list.iter().filter_map(entity).collect(),
        Some(one) => entity(one).into_iter().collect(),
        None => Vec::new(),
    };
    Some(Refusal {
        command: command.to_owned(),
        status,
        code,
        cs_code: content.whole_of("cserrorcode"),
        text: content.text_of("errortext").unwrap_or_default(),
        entities,
    })
}

/// An id, bare or in an object of its own.
fn entity(node: &Node<'_>) -> Option<String> {
    let text = node.text_of("uuid").or_else(|| node.text().map(Cow::into_owned))?;
    (!text.is_empty()).then_some(text)
}

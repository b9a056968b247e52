//! Lines of the QEMU Machine Protocol. Pure.

use serde_json::{Map, Value};

/// The longest line that is taken. Answers to what is asked here are a few KiB.
pub const MAX_LINE: usize = 4 << 20;

/// What came over the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The first line of all.
    Greeting,
    /// The answer to a command that went well.
    Return {
        /// The number the command was given.
        id: Option<u64>,
        /// What it gave.
        value: Value,
    },
    /// The answer to a command that did not.
    Error {
        /// The number the command was given.
        id: Option<u64>,
        /// The class of the error.
        class: String,
        /// What it says.
        text: String,
    },
    /// Something happened.
    Event(Event),
}

/// Something that happened to a guest.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What, such as `DEVICE_DELETED`.
    pub name: String,
    /// More about it.
    pub data: Map<String, Value>,
}

/// A line that is none of the protocol's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLine {
    /// It does not end.
    #[error("a line of more than {MAX_LINE} bytes")]
    TooLong,
    /// It is not a JSON object.
    #[error("not a JSON object: {0}")]
    NoObject(String),
    /// It is an object that says nothing.
    #[error("an object with none of `QMP`, `return`, `error`, `event`")]
    NoMessage,
}

/// Bytes as they come, made into messages. Holds at most one line, of [`MAX_LINE`] bytes, and what came with its end.
#[derive(Debug, Default)]
pub struct Lines {
    held: Vec<u8>,
    /// How much of it is known to have no line end.
    seen: usize,
}

impl Lines {
    /// Takes what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next message, if all of it is there. Empty lines are skipped.
    ///
    /// # Errors
    /// [`BadLine`]: the peer does not speak the protocol, and nothing more can be had from it.
    pub fn take(&mut self) -> Result<Option<Message>, BadLine> {
        loop {
            let Some(end) = self.held[self.seen..].iter().position(|b| *b == b'\n') else {
                self.seen = self.held.len();
                return if self.seen > MAX_LINE { Err(BadLine::TooLong) } else { Ok(None) };
            };
            let line: Vec<u8> = self.held.drain(..=self.seen + end).collect();
            self.seen = 0;
            if line.len() > MAX_LINE + 1 {
                return Err(BadLine::TooLong);
            }
            if !line.trim_ascii().is_empty() {
                return message(&line).map(Some);
            }
        }
    }
}

/// Reads one line.
///
/// # Errors
/// [`BadLine`] if it is none of the protocol's.
pub fn message(line: &[u8]) -> Result<Message, BadLine> {
    let value: Value = serde_json::from_slice(line).map_err(|e| BadLine::NoObject(e.to_string()))?;
    let Value::Object(mut object) = value else { return Err(BadLine::NoObject("another kind of value".into())) };
    let id = object.get("id").and_then(Value::as_u64);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(value) = object.remove("return") {
        return Ok(Message::Return { id, value });
    }
    if let Some(error) = object.get("error") {
        return Ok(Message::Error { id, class: text(error.get("class")), text: text(error.get("desc")) });
    }
    if let Some(Value::String(name)) = object.remove("event") {
        let data = match object.remove("data") {
            Some(Value::Object(data)) => data,
            _ => Map::new(),
        };
        return Ok(Message::Event(Event { name, data }));
    }
    object.contains_key("QMP").then_some(Message::Greeting).ok_or(BadLine::NoMessage)
}

/// One command as a line.
#[must_use]
pub fn command(id: u64, name: &str, arguments: &Value) -> String {
    let mut line = serde_json::json!({ "execute": name, "id": id });
    if !arguments.is_null() {
        line["arguments"] = arguments.clone();
    }
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn lines_of_each_kind() {
        let event =
            |name: &str, data: Value| Event { name: name.into(), data: data.as_object().cloned().unwrap_or_default() };
        let table = [
            (r#"{"QMP": {"version": {"qemu": {"major": 7}}, "capabilities": []}}"#, Ok(Message::Greeting)),
            (r#"{"return": {}, "id": 3}"#, Ok(Message::Return { id: Some(3), value: json!({}) })),
            (r#"{"return": null}"#, Ok(Message::Return { id: None, value: Value::Null })),
            (
                r#"{"error": {"class": "GenericError", "desc": "no"}, "id": 4}"#,
                Ok(Message::Error { id: Some(4), class: "GenericError".into(), text: "no".into() }),
            ),
            (r#"{"event": "RESUME", "timestamp": {}}"#, Ok(Message::Event(event("RESUME", Value::Null)))),
            (r#"{"event": "X", "data": {"a": 1}}"#, Ok(Message::Event(event("X", json!({"a": 1}))))),
            (r#"{"event": 7}"#, Err(BadLine::NoMessage)),
            ("{}", Err(BadLine::NoMessage)),
        ];
        for (line, due) in table {
            assert_eq!(message(line.as_bytes()), due, "{line}");
        }
        assert!(matches!(message(b"[]"), Err(BadLine::NoObject(_))));
        assert!(matches!(message(b"{\"return\": "), Err(BadLine::NoObject(_))));
        assert!(matches!(message(b"\xff\xfe"), Err(BadLine::NoObject(_))));
        let deep = "[".repeat(200_000);
        assert!(matches!(message(deep.as_bytes()), Err(BadLine::NoObject(_))), "depth is bounded");
    }

    #[test]
    fn commands_are_lines() {
        assert_eq!(command(1, "quit", &Value::Null), "{\"execute\":\"quit\",\"id\":1}\n");
        let line = command(2, "device_del", &json!({"id": "a\nb"}));
        assert_eq!(line.matches('\n').count(), 1, "{line}");
    }

    #[test]
    fn a_line_that_does_not_end_is_refused() {
        let mut lines = Lines::default();
        lines.push(&vec![b' '; MAX_LINE]);
        assert_eq!(lines.take(), Ok(None));
        lines.push(b" ");
        assert_eq!(lines.take(), Err(BadLine::TooLong));
    }

    proptest! {
        /// However the bytes arrive, the messages are the same.
        #[test]
        fn any_cuts_give_the_same_messages(ids in prop::collection::vec(any::<u64>(), 0..20), cut in 1_usize..40) {
            let text: String = ids.iter().map(|id| format!("{{\"return\": {{}}, \"id\": {id}}}\r\n\n")).collect();
            let mut lines = Lines::default();
            let mut got = Vec::new();
            for chunk in text.as_bytes().chunks(cut) {
                lines.push(chunk);
                while let Some(message) = lines.take().unwrap() {
                    got.push(message);
                }
            }
            let due: Vec<_> = ids.iter().map(|id| Message::Return { id: Some(*id), value: json!({}) }).collect();
            prop_assert_eq!(got, due);
            prop_assert!(lines.held.is_empty());
        }

        /// Any bytes at all give messages or a refusal, and end.
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let mut lines = Lines::default();
            lines.push(&bytes);
            while let Ok(Some(_)) = lines.take() {}
        }
    }
}

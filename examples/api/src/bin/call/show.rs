//! Shows the content of an answer: a list as a table with a row each, an object as a table with a field each.

use super::args::Args;
use comfy_table::{ContentArrangement, LineStyle, Table, presets};
use serde_json::{Map, Value};
use std::io::{self, ErrorKind, Write};

/// Fields that tell one thing from another, in the order they are shown.
const TELLING: &[&str] = &[
    "id",
    "name",
    "displayname",
    "displaytext",
    "username",
    "state",
    "status",
    "type",
    "account",
    "domain",
    "zonename",
    "hostname",
    "ipaddress",
    "serviceofferingname",
    "cpunumber",
    "memory",
    "size",
    "description",
    "key",
    "value",
    "created",
];

/// So many columns fit a terminal.
const COLUMNS: usize = 7;

/// Prints to standard output. A reader that has gone away is no fault.
pub(crate) fn print(content: &Value, args: &Args) -> io::Result<()> {
    let text = if args.json { format!("{content:#}") } else { table(content, &args.fields) };
    match writeln!(io::stdout().lock(), "{text}") {
        Err(fault) if fault.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn table(content: &Value, fields: &[String]) -> String {
    let Value::Object(content) = content else { return plain(content) };
    let count = content.get("count").map(plain);
    if let Some(rows) = rows(content, count.is_some()) {
        let total = count.map_or(String::new(), |count| format!("\n{} of {count}", rows.len()));
        return format!("{}{total}", list(&rows, fields));
    }
    if content.is_empty() {
        return "nothing".to_owned();
    }
    // An object of its own name, or the content itself.
    let mut values = content.values();
    let object = match (values.next(), values.next()) {
        (Some(Value::Object(inner)), None) => inner,
        _ => content,
    };
    one(object, fields)
}

/// The rows of a list: what stands beside a count, or alone. One row in XML comes as an object.
fn rows(content: &Map<String, Value>, counted: bool) -> Option<Vec<&Map<String, Value>>> {
    let mut others = content.iter().filter(|(name, _)| *name != "count").map(|(_, value)| value);
    let rows = others.next().filter(|rows| rows.is_array() || counted && rows.is_object());
    match rows.filter(|_| others.next().is_none())? {
        Value::Array(rows) => rows.iter().map(Value::as_object).collect(),
        row => row.as_object().map(|row| vec![row]),
    }
}

fn list(rows: &[&Map<String, Value>], fields: &[String]) -> String {
    let there = |name: &&str| rows.iter().any(|row| row.get(*name).is_some_and(|value| !plain(value).is_empty()));
    let mut columns: Vec<&str> = fields.iter().map(String::as_str).collect();
    if columns.is_empty() {
        columns = TELLING.iter().copied().filter(there).take(COLUMNS).collect();
        let others =
            rows.iter().flat_map(|row| row.iter().filter(|(_, value)| !value.is_object() && !value.is_array()));
        for (name, _) in others {
            if columns.len() >= COLUMNS.min(3) {
                break;
            }
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
    }
    let mut table = new_table();
    table.set_header(&columns);
    for row in rows {
        table.add_row(columns.iter().map(|name| row.get(*name).map_or(String::new(), plain)));
    }
    table.to_string()
}

fn one(object: &Map<String, Value>, fields: &[String]) -> String {
    let mut table = new_table();
    for (name, value) in object {
        if fields.is_empty() || fields.contains(name) {
            table.add_row([name.clone(), plain(value)]);
        }
    }
    table.to_string()
}

fn new_table() -> Table {
    let mut table = Table::new();
    let line = LineStyle::new('─', '─', '─', '─');
    table.load_style(presets::NOTHING.header_separator(line)).set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// A value in one line, without what could move the cursor of a terminal: the texts come from others.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(|value| !value.is_object()) => {
            values.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        Value::Array(values) => values.iter().map(short).collect::<Vec<_>>().join("; "),
        Value::Object(_) => short(value),
        other => other.to_string(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The most telling value of an object.
fn short(value: &Value) -> String {
    let Value::Object(fields) = value else { return plain(value) };
    let address = ["ipaddress", "name", "id"].iter().find_map(|name| fields.get(*name));
    match address {
        Some(value) => plain(value),
        None => fields.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_objects_and_nothing_are_shown() {
        let zones =
            json!({"count": 5, "zone": [{"id": "a", "name": "one", "x": 1}, {"id": "b", "state": "On\u{1b}[2J"}]});
        let text = table(&zones, &[]);
        for part in ["id", "name", "state", "one", "On [2J", "2 of 5"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains('x') && !text.contains('\u{1b}'), "{text}");
        assert!(table(&zones, &["x".to_owned()]).contains('1'));
        let xml = json!({"count": "1", "zone": {"id": "only"}});
        assert!(table(&xml, &[]).contains("1 of 1"));
        assert_eq!(table(&json!({}), &[]), "nothing");
        let machine = json!({"id": "v", "nic": [{"id": "n", "ipaddress": "10.1.1.9"}], "tags": []});
        for content in [machine.clone(), json!({"virtualmachine": machine})] {
            let text = table(&content, &[]);
            assert!(text.contains("10.1.1.9") && text.contains('v'), "{text}");
        }
        assert!(table(&json!({"success": true}), &[]).contains("true"));
    }
}

//! The query API as an OpenAPI 3.1 document.
//!
//! All commands share one address and are told apart by a parameter, which a document of paths cannot say. So there is one
//! path with one form, which is one of the commands' forms, told apart by `command`; and one answer, which is one of the
//! commands' envelopes.

use super::{AREAS, Answer, COMMANDS, Command, Field, Kind, Param, Shape};
use serde_json::{Map, Value, json};

/// The document for a server under `server`, such as `https://cloud.example`, with the commands for which `bound` holds.
///
/// ```
/// use cloudstack_client::catalogue::openapi;
///
/// let document = openapi("https://cloud.example", |row| row.name == "listZones");
/// assert_eq!(document["openapi"], "3.1.0");
/// assert_eq!(document["components"]["schemas"]["listZones"]["properties"]["command"]["const"], "listZones");
/// ```
#[must_use]
pub fn openapi(server: &str, bound: impl Fn(&Command) -> bool) -> Value {
    let rows: Vec<&'static Command> = COMMANDS.iter().copied().filter(|row| bound(row)).collect();
    let mut schemas = Map::new();
    for row in &rows {
        schemas.insert(row.name.to_owned(), form(row));
        schemas.insert(format!("{}.answer", row.name), answer(row));
        add_shape(row.reply, &mut schemas);
    }
    schemas.insert("error".to_owned(), error());
    let tags: Vec<Value> = AREAS.iter().map(|area| json!({ "name": area.name })).collect();
    let refs = |end: &str| -> Vec<Value> { rows.iter().map(|row| reference(&format!("{}{end}", row.name))).collect() };
    let mapping: Map<String, Value> = rows
        .iter()
        .map(|row| (row.name.to_owned(), Value::from(format!("#/components/schemas/{}", row.name))))
        .collect();
    let mut forms = json!({ "type": "object", "required": ["command"] });
    let mut answers = json!({ "type": "object" });
    if !rows.is_empty() {
        forms = json!({ "oneOf": refs(""), "discriminator": { "propertyName": "command", "mapping": mapping } });
        // Some commands answer under the key of another.
        answers = json!({ "anyOf": refs(".answer") });
    }
    let responses = json!({
        "200": { "description": "The answer, under the command's envelope.", "content": { "application/json": { "schema": answers } } },
        "default": { "description": "A refusal; the status is its code.", "content": { "application/json": { "schema": reference("error") } } },
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "CloudStack query API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "One address, one parameter `command`. The same parameters may be sent as a form or in the query; \
                `response=json` asks for JSON, XML is the default.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": server }],
        "tags": tags,
        "security": [{ "apiKey": [], "signature": [] }, { "session": [], "sessionKey": [] }],
        "paths": { "/client/api": {
            "post": {
                "operationId": "call",
                "summary": "Calls a command.",
                "requestBody": { "required": true, "content": { "application/x-www-form-urlencoded": { "schema": forms } } },
                "responses": responses,
            },
            "get": {
                "operationId": "callByQuery",
                "summary": "Calls a command, with all parameters in the query.",
                "parameters": [
                    { "name": "command", "in": "query", "required": true, "description": "Name of the command; case counts.",
                      "schema": { "type": "string" } },
                    { "name": "response", "in": "query", "description": "`json` or `xml`.",
                      "schema": { "enum": ["json", "xml"], "default": "xml" } },
                    { "name": "parameters", "in": "query", "style": "form", "explode": true,
                      "description": "The command's own parameters.",
                      "schema": { "type": "object", "additionalProperties": { "type": "string" } } },
                ],
                "responses": responses,
            },
        } },
        "components": { "schemas": schemas, "securitySchemes": {
            "apiKey": { "type": "apiKey", "in": "query", "name": "apiKey", "description": "API key of a user." },
            "signature": { "type": "apiKey", "in": "query", "name": "signature",
                "description": "HMAC-SHA1 of the sorted lower-case query with the secret key, Base64." },
            "session": { "type": "apiKey", "in": "cookie", "name": "JSESSIONID", "description": "Set by `login`." },
            "sessionKey": { "type": "apiKey", "in": "query", "name": "sessionkey", "description": "Answered by `login`." },
        } },
    })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// What is sent for a command.
fn form(row: &Command) -> Value {
    let mut properties = Map::new();
    let mut groups = Map::new();
    properties.insert("command".to_owned(), json!({ "const": row.name }));
    properties.insert("response".to_owned(), json!({ "enum": ["json", "xml"], "default": "xml" }));
    for param in row.params {
        if matches!(param.kind, Kind::Map) {
            groups.insert(format!(r"^{}\[[0-9]+\]\..+$", param.name), given(param));
        } else {
            properties.insert(param.name.to_owned(), given(param));
        }
    }
    // A map that must be given has no one name to demand.
    let named = row.params.iter().filter(|param| param.required && !matches!(param.kind, Kind::Map));
    let required: Vec<&str> = std::iter::once("command").chain(named.map(|param| param.name)).collect();
    let area = AREAS.iter().find(|area| area.rows.iter().any(|other| other.name == row.name)).map(|area| area.name);
    let mut schema = json!({
        "type": "object", "title": row.name, "description": row.doc, "properties": properties, "required": required,
        "x-area": area, "x-answer": how(row.answer), "x-event": row.event,
    });
    if !groups.is_empty() {
        schema["patternProperties"] = Value::Object(groups);
    }
    schema
}

const fn how(answer: Answer) -> &'static str {
    match answer {
        Answer::Sync => "object",
        Answer::List => "list",
        Answer::Async => "job",
        Answer::AsyncCreate => "job with id",
    }
}

fn given(param: &Param) -> Value {
    let mut schema = match param.kind {
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Integer => json!({ "type": "integer", "format": "int32" }),
        Kind::Long => json!({ "type": "integer", "format": "int64" }),
        Kind::Decimal => json!({ "type": "number" }),
        _ => json!({ "type": "string", "maxLength": param.max_len }),
    };
    schema["description"] = Value::from(param.doc);
    if !param.entity.is_empty() {
        schema["x-entity"] = Value::from(param.entity);
    }
    if param.secret {
        schema["format"] = Value::from("password");
    }
    schema
}

/// What comes back, under its envelope.
fn answer(row: &Command) -> Value {
    let inside = match row.answer {
        Answer::Async | Answer::AsyncCreate => {
            let mut job = json!({ "type": "object", "required": ["jobid"],
                "properties": { "jobid": { "type": "string", "description": "Id of the job." } },
                "x-result": reference(row.reply.name) });
            if matches!(row.answer, Answer::AsyncCreate) {
                job["properties"]["id"] = json!({ "type": "string", "description": "Id of what the job makes." });
            }
            job
        }
        Answer::List => json!({ "type": "object", "properties": {
            "count": { "type": "integer", "description": "How many there are on all pages; missing if there are none." },
            (row.object): { "type": "array", "items": reference(row.reply.name) },
        } }),
        Answer::Sync if row.object.is_empty() => reference(row.reply.name),
        Answer::Sync => json!({ "type": "object", "properties": { (row.object): reference(row.reply.name) } }),
    };
    json!({ "type": "object", "required": [row.envelope], "properties": { (row.envelope): inside } })
}

fn add_shape(shape: &'static Shape, schemas: &mut Map<String, Value>) {
    if schemas.contains_key(shape.name) {
        return;
    }
    // Entered before its fields are, for a shape can be inside itself.
    schemas.insert(shape.name.to_owned(), Value::Null);
    let fields: Map<String, Value> = shape.fields.iter().map(|row| (row.name.to_owned(), field(row))).collect();
    for inner in shape.fields.iter().filter_map(|row| row.shape) {
        add_shape(inner, schemas);
    }
    schemas.insert(shape.name.to_owned(), json!({ "type": "object", "description": shape.doc, "properties": fields }));
}

fn field(row: &Field) -> Value {
    let object = || row.shape.map_or_else(|| json!({ "type": "object" }), |shape| reference(shape.name));
    let mut schema = match row.kind {
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Integer => json!({ "type": "integer", "format": "int32" }),
        Kind::Long => json!({ "type": "integer", "format": "int64" }),
        Kind::Decimal => json!({ "type": "number" }),
        Kind::Date | Kind::Text | Kind::Uuid => json!({ "type": "string" }),
        Kind::TextList | Kind::UuidList => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Map => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::Object => object(),
        Kind::Objects => json!({ "type": "array", "items": object() }),
    };
    schema["description"] = Value::from(row.doc);
    schema
}

fn error() -> Value {
    json!({ "type": "object", "description": "A refusal, under the envelope of the command or `errorresponse`.",
        "additionalProperties": { "type": "object", "required": ["errorcode", "errortext"], "properties": {
            "uuidList": { "type": "array", "items": {}, "description": "What the text is about." },
            "errorcode": { "type": "integer", "description": "The code, equal to the HTTP status." },
            "cserrorcode": { "type": "integer", "description": "The kind of error; 9999 if it is none in particular." },
            "errortext": { "type": "string", "description": "What is wrong, in words." },
        } } })
}

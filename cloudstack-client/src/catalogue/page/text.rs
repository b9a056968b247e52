//! Rows written out.

use super::{AREAS, COMMANDS, Command, Kind, Roles, answered, bound_in, example, open_to, refusals};
use crate::catalogue::{Field, Param, Shape};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("search.js");

/// The reference as one HTML page that needs nothing else: it can be read without scripts, and searched with them.
///
/// Commands for which `bound` does not hold are shown as such.
#[must_use]
pub fn html(bound: impl Fn(&Command) -> bool) -> String {
    let answered_here = COMMANDS.iter().filter(|row| bound(row)).count();
    let mut page = String::with_capacity(1 << 21);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>CloudStack query API</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>CloudStack query API</h1>\n\
         <p>{} commands, <b>{answered_here} answered here</b>. Each is called with GET or POST under <code>/client/api</code>, \
         signed with a key pair or within a session.</p>\n\
         <p class=\"search\" hidden><input id=\"search\" type=\"search\" placeholder=\"Search commands, parameters, fields\" \
         aria-label=\"Search\" autocomplete=\"off\"> <label><input id=\"only\" type=\"checkbox\"> answered here only</label> \
         <output id=\"found\"></output></p>\n</header>\n<nav>\n",
        COMMANDS.len(),
    );
    for area in AREAS {
        let (here, all) = (bound_in(area, &bound), area.rows.len());
        let _ = writeln!(page, "<a href=\"#{}\">{} <small>{here}/{all}</small></a>", anchor(area.name), area.name);
    }
    page.push_str("<a href=\"#shapes\">Answered objects</a>\n</nav>\n<main>\n");
    for area in AREAS {
        let _ = writeln!(page, "<section>\n<h2 id=\"{}\">{}</h2>", anchor(area.name), area.name);
        for row in area.rows {
            html_command(row, bound(row), &mut page);
        }
        page.push_str("</section>\n");
    }
    page.push_str("<section>\n<h2 id=\"shapes\">Answered objects</h2>\n");
    for shape in shapes().values() {
        html_shape(shape, &mut page);
    }
    let _ = write!(page, "</section>\n</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    page
}

fn html_command(row: &Command, bound: bool, page: &mut String) {
    let class = if bound { "bound" } else { "unbound" };
    let _ = write!(
        page,
        "<details id=\"{0}\" class=\"{class}\">\n<summary><code>{0}</code> <span>{1}</span></summary>\n",
        row.name,
        prose(row.doc),
    );
    let _ = write!(page, "<p>Open to {}; answered {}", open_to(row.roles), answered(row));
    for (said, what) in said_of(row) {
        let _ = write!(page, "; {said} <code>{}</code>", escaped(what));
    }
    page.push_str(if bound { ".</p>\n" } else { ". <b>Not answered here: it is refused with 432.</b></p>\n" });
    let _ = writeln!(page, "<pre>{}</pre>", escaped(&example(row)));
    if row.params.is_empty() {
        page.push_str("<p>It takes no parameters.</p>\n");
    } else {
        page.push_str("<table>\n<tr><th>Parameter<th>Type<th>Meaning</tr>\n");
        for param in row.params {
            let _ = writeln!(
                page,
                "<tr><td><code>{}</code>{}<td>{}<td>{}{}</tr>",
                param.name,
                if param.required { " <em>required</em>" } else { "" },
                param_type(param),
                prose(param.doc),
                prose(&param_notes(param)),
            );
        }
        page.push_str("</table>\n");
    }
    let inner = if row.object.is_empty() { String::new() } else { format!(", <code>{}</code>", row.object) };
    let _ = write!(
        page,
        "<p>Answer: <code>{}</code>{inner} → <a href=\"#shape-{1}\">{1}</a>.</p>\n<p>Refused with ",
        row.envelope, row.reply.name,
    );
    for (at, refusal) in refusals(row).iter().enumerate() {
        let _ =
            write!(page, "{}<abbr title=\"{}\">{}</abbr>", if at == 0 { "" } else { ", " }, refusal.doc, refusal.code);
    }
    page.push_str(".</p>\n</details>\n");
}

fn html_shape(shape: &Shape, page: &mut String) {
    let _ = write!(
        page,
        "<details id=\"shape-{0}\" class=\"shape\">\n<summary><code>{0}</code> <span>{1}</span></summary>\n\
         <table>\n<tr><th>Field<th>Type<th>Meaning</tr>\n",
        shape.name,
        prose(shape.doc),
    );
    for field in shape.fields {
        let kind = match field.shape {
            Some(inner) => format!("{} of <a href=\"#shape-{1}\">{1}</a>", field.kind.word(), inner.name),
            None => field.kind.word().to_owned(),
        };
        let _ = writeln!(
            page,
            "<tr><td><code>{}</code><td>{kind}<td>{}{}</tr>",
            field.name,
            prose(field.doc),
            prose(&field_notes(field)),
        );
    }
    page.push_str("</table>\n</details>\n");
}

/// The reference as Markdown.
#[must_use]
pub fn markdown(bound: impl Fn(&Command) -> bool) -> String {
    let mut page = String::with_capacity(1 << 20);
    page.push_str("# CloudStack query API\n\n");
    page.push_str(&areas_markdown(&bound));
    for area in AREAS {
        let _ = write!(page, "\n## {}\n", area.name);
        for row in area.rows {
            markdown_command(row, bound(row), &mut page);
        }
    }
    page.push_str("\n## Answered objects\n");
    for shape in shapes().values() {
        let _ = write!(page, "\n### {}\n\n{}\n\n| field | type | meaning |\n|---|---|---|\n", shape.name, shape.doc);
        for field in shape.fields {
            let inner = field.shape.map_or_else(String::new, |shape| format!(" of {}", shape.name));
            let _ = writeln!(
                page,
                "| `{}` | {}{inner} | {} |",
                field.name,
                field.kind.word(),
                cell(field.doc, &field_notes(field))
            );
        }
    }
    page
}

fn markdown_command(row: &Command, bound: bool, page: &mut String) {
    let unbound = if bound { "" } else { " Not answered here." };
    let _ =
        write!(page, "\n### {}\n\n{} Open to {}; answered {}", row.name, row.doc, open_to(row.roles), answered(row));
    for (said, what) in said_of(row) {
        let _ = write!(page, "; {said} `{what}`");
    }
    let _ = write!(page, ".{unbound}\n\n");
    let _ = write!(page, "    {}\n\n", example(row));
    if !row.params.is_empty() {
        page.push_str("| parameter | type | meaning |\n|---|---|---|\n");
        for param in row.params {
            let must = if param.required { ", required" } else { "" };
            let _ = writeln!(
                page,
                "| `{}` | {}{must} | {} |",
                param.name,
                param_type(param),
                cell(param.doc, &param_notes(param))
            );
        }
        page.push('\n');
    }
    let codes: Vec<String> = refusals(row).iter().map(|refusal| refusal.code.to_string()).collect();
    let inner = if row.object.is_empty() { String::new() } else { format!(", `{}`", row.object) };
    let _ = writeln!(page, "Answer: `{}`{inner}, {}. Refused with {}.", row.envelope, row.reply.name, codes.join(", "));
}

/// How many commands of each area are in the catalogue, bound and unbound, as a Markdown table.
///
/// ```
/// let table = cloudstack_client::catalogue::areas_markdown(|row| row.name == "listZones");
/// assert!(table.lines().last().is_some_and(|total| total.ends_with("| 409 | 1 | 408 |")));
/// ```
#[must_use]
pub fn areas_markdown(bound: impl Fn(&Command) -> bool) -> String {
    let mut table = "| area | in the catalogue | bound | unbound |\n|---|---:|---:|---:|\n".to_owned();
    let mut line = |name: &str, all: usize, here: usize| {
        let _ = writeln!(table, "| {name} | {all} | {here} | {} |", all - here);
    };
    for area in AREAS {
        line(area.name, area.rows.len(), bound_in(area, &bound));
    }
    line("all", COMMANDS.len(), COMMANDS.iter().filter(|row| bound(row)).count());
    table
}

/// What is said of some commands only.
fn said_of(row: &Command) -> impl Iterator<Item = (&'static str, &'static str)> {
    [("since", row.since), ("leaves the event", row.event)].into_iter().filter(|(_, what)| !what.is_empty())
}

/// Every shape that can be answered, by its name.
fn shapes() -> BTreeMap<&'static str, &'static Shape> {
    fn add(shape: &'static Shape, all: &mut BTreeMap<&'static str, &'static Shape>) {
        if all.insert(shape.name, shape).is_none() {
            for inner in shape.fields.iter().filter_map(|field| field.shape) {
                add(inner, all);
            }
        }
    }
    let mut all = BTreeMap::new();
    for row in COMMANDS {
        add(row.reply, &mut all);
    }
    all
}

fn param_type(param: &Param) -> &'static str {
    match param.kind {
        Kind::UuidList => "list of uuids",
        Kind::TextList => "list of strings",
        kind => kind.word(),
    }
}

fn param_notes(param: &Param) -> String {
    let mut notes = String::new();
    if matches!(param.kind, Kind::Text) && param.max_len != 255 {
        let _ = write!(notes, " Up to {} characters.", param.max_len);
    }
    if param.roles != Roles::ANYONE {
        let _ = write!(notes, " For {} only.", open_to(param.roles));
    }
    if !param.since.is_empty() {
        let _ = write!(notes, " Since {}.", param.since);
    }
    notes
}

fn field_notes(field: &Field) -> String {
    let mut notes = String::new();
    if field.roles != Roles::ANYONE {
        let _ = write!(notes, " For {} only.", open_to(field.roles));
    }
    if !field.since.is_empty() {
        let _ = write!(notes, " Since {}.", field.since);
    }
    notes
}

/// A table cell of Markdown, where a bar would end it.
fn cell(doc: &str, notes: &str) -> String {
    format!("{doc}{notes}").replace('|', "\\|")
}

/// An area's name as the target of a link.
fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text with `code` in it.
fn prose(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for (at, part) in text.split('`').enumerate() {
        let part = escaped(part);
        let _ = if at % 2 == 1 { write!(html, "<code>{part}</code>") } else { write!(html, "{part}") };
    }
    html
}

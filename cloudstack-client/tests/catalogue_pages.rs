//! What is made from the rows: `listApis`, the reference in HTML and Markdown, the OpenAPI document, the table of the README.
//!
//! `TIDY_WRITE=1` writes the kept files anew. The pages are left under `target/tmp` to be looked at.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[cfg(feature = "serve")]
use cloudstack_client::catalogue::areas_markdown;
use cloudstack_client::catalogue::{
    COMMANDS, Command, Roles, apis, apis_json, find, html, markdown, openapi, refusals,
};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn some(row: &Command) -> bool {
    row.name.starts_with("list")
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Holds a kept file against what it should be.
fn kept(path: &Path, text: &str) {
    if env::var_os("TIDY_WRITE").is_some() {
        fs::write(path, text).unwrap();
    }
    let file = fs::read_to_string(path).unwrap_or_default();
    assert!(file == text, "{} is out of date; TIDY_WRITE=1 writes it anew", path.display());
}

fn rows(names: &[&str]) -> Vec<&'static Command> {
    names.iter().map(|name| find(name).unwrap()).collect()
}

#[test]
fn list_apis_tells_three_commands_as_kept() {
    for name in ["createSSHKeyPair", "listZones", "queryAsyncJobResult"] {
        let line = apis_json(&rows(&[name]), Roles::USER).unwrap();
        assert!(!line.contains('\n'));
        kept(&here().join(format!("tests/data/apis/{name}.json")), &line);
    }
}

#[test]
fn list_apis_is_in_order_whatever_order_is_given() {
    let names = ["startVirtualMachine", "listZones", "createZone", "listZones", "deployVirtualMachine"];
    let one = apis_json(&rows(&names), Roles::ROOT_ADMIN).unwrap();
    let mut turned = names;
    turned.reverse();
    assert_eq!(one, apis_json(&rows(&turned), Roles::ROOT_ADMIN).unwrap());
    let told = apis(&rows(&names), Roles::ROOT_ADMIN);
    let order: Vec<&str> = told.iter().map(|api| api.name).collect();
    assert_eq!(order, ["createZone", "deployVirtualMachine", "listZones", "startVirtualMachine"]);
    assert_eq!(apis(&[], Roles::ANYONE), []);
}

#[test]
fn list_apis_has_what_clients_need_of_every_command() {
    let line = apis_json(COMMANDS, Roles::ROOT_ADMIN).unwrap();
    let answer: Value = serde_json::from_str(&line).unwrap();
    let listed = &answer["listapisresponse"];
    assert_eq!(listed["count"], COMMANDS.len());
    let words = ["boolean", "date", "float", "integer", "long", "string", "uuid", "list", "map", "object"];
    for (api, row) in listed["api"].as_array().unwrap().iter().zip(COMMANDS) {
        assert_eq!(api["name"], row.name);
        assert_eq!(api["isasync"], row.answer.is_async());
        let params = api["params"].as_array().unwrap();
        assert_eq!(params.len(), row.params.len(), "{}", row.name);
        for param in params {
            assert!(param["required"].is_boolean() && param["length"].is_u64() && param["description"].is_string());
            assert!(words.contains(&param["type"].as_str().unwrap()), "{} {param}", row.name);
        }
        assert!(!api["response"].as_array().unwrap().is_empty(), "{}", row.name);
    }
}

#[test]
fn list_apis_names_as_related_only_what_is_offered() {
    let told = apis(&rows(&["deployVirtualMachine", "listZones", "startVirtualMachine"]), Roles::USER);
    let deploy = &told[0];
    assert_eq!(deploy.related, "startVirtualMachine");
    let related = |name: &str| deploy.params.iter().find(|param| param.name == name).unwrap().related.as_str();
    assert_eq!((related("zoneid"), related("templateid")), ("listZones", ""));
    let success = apis(&rows(&["deleteVolume", "deleteZone"]), Roles::ROOT_ADMIN);
    assert!(success.iter().all(|api| api.related.is_empty()), "success alone relates nothing");
}

#[test]
fn list_apis_leaves_out_what_is_not_for_the_caller() {
    let told = |roles| apis(&rows(&["deployVirtualMachine"]), roles).remove(0);
    let (user, admin) = (told(Roles::USER), told(Roles::ROOT_ADMIN));
    assert!(admin.params.iter().any(|param| param.name == "displayvm"));
    assert!(!user.params.iter().any(|param| param.name == "displayvm"));
    assert!(admin.response.iter().any(|field| field.name == "displayvm"));
    assert!(!user.response.iter().any(|field| field.name == "displayvm"));
    let nic = user.response.iter().find(|field| field.name == "nic").unwrap();
    let second = nic.response.iter().find(|field| field.name == "secondaryip").unwrap();
    let inside = second.response.iter().find(|field| field.name == "secondaryip").unwrap();
    assert_eq!((second.r#type, inside.response.len()), ("list", 0), "a shape inside itself is told once");
}

#[test]
fn refusals_are_in_order_and_fit_the_command() {
    for row in COMMANDS {
        let codes: Vec<u16> = refusals(row).iter().map(|refusal| refusal.code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{} {codes:?}", row.name);
        assert!(codes.contains(&432) && codes.contains(&530), "{}", row.name);
    }
    let codes = |name: &str| refusals(find(name).unwrap()).iter().map(|refusal| refusal.code).collect::<Vec<_>>();
    assert_eq!(codes("listZones"), [401, 429, 430, 431, 432, 530, 531]);
    assert_eq!(codes("deployVirtualMachine"), [401, 429, 430, 431, 432, 530, 531, 533, 534, 535]);
    assert_eq!(codes("logout"), [429, 432, 530]);
    assert!(codes("createPortForwardingRule").contains(&537) && codes("deleteHost").contains(&536));
}

/// Every `id="…"` of a page.
fn anchors(page: &str) -> BTreeSet<&str> {
    page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_page_stands_alone_and_its_links_lead_somewhere() {
    let page = html(some);
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands.html"), &page).unwrap();
    assert!(page.starts_with("<!doctype html>"));
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        let at = page.find(outside).map(|at| &page[at.saturating_sub(40)..at + 40]);
        // Text may show an address, an attribute or a style may not.
        assert!(at.is_none_or(|text| text.contains("<code>")), "{outside} in {at:?}");
    }
    let anchors = anchors(&page);
    for row in COMMANDS {
        assert!(anchors.contains(row.name), "{}", row.name);
    }
    for link in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(anchors.contains(link), "{link} leads nowhere");
    }
    assert_eq!(page.matches("class=\"bound\"").count(), COMMANDS.iter().filter(|row| some(row)).count());
    assert_eq!(page.matches("Not answered here").count(), COMMANDS.iter().filter(|row| !some(row)).count());
    for (open, close) in
        [("<details ", "</details>"), ("<table>", "</table>"), ("<section>", "</section>"), ("<code>", "</code>")]
    {
        assert_eq!(page.matches(open).count(), page.matches(close).count(), "{open}");
    }
}

#[test]
fn the_markdown_says_the_same() {
    let page = markdown(some);
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands.md"), &page).unwrap();
    for row in COMMANDS {
        assert!(page.contains(&format!("\n### {}\n", row.name)), "{}", row.name);
    }
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        assert_eq!(line.replace("\\|", "").matches('|').count(), 4, "{line}");
    }
}

#[test]
fn the_openapi_document_holds_together() {
    let document = openapi("https://cloud.example", |_| true);
    let text = serde_json::to_string_pretty(&document).unwrap();
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("openapi.json"), &text).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(schemas.contains_key(reference), "{reference}");
    }
    for row in COMMANDS {
        let form = &schemas[row.name];
        assert_eq!(form["properties"]["command"]["const"], row.name);
        assert!(schemas[&format!("{}.answer", row.name)]["properties"][row.envelope].is_object(), "{}", row.name);
    }
    let deploy = &schemas["deployVirtualMachine"];
    assert_eq!(deploy["required"], serde_json::json!(["command", "zoneid", "serviceofferingid"]));
    assert!(deploy["patternProperties"][r"^iptonetworklist\[[0-9]+\]\..+$"].is_object());
    assert_eq!(deploy["properties"]["userdata"]["maxLength"], 1_048_576);
    let none = openapi("https://cloud.example", |_| false);
    assert_eq!(none["components"]["schemas"].as_object().unwrap().len(), 1);
}

/// Where the table is in the README.
#[cfg(feature = "serve")]
const MARKS: (&str, &str) = ("<!-- commands -->\n", "<!-- /commands -->");

#[cfg(feature = "serve")]
#[test]
fn the_readme_tells_how_many_commands_are_bound() {
    let bound: BTreeSet<&str> = cloudstack_client::serve::Api::commands().map(|row| row.name).collect();
    let path = here().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(MARKS.0).unwrap();
    let (_, after) = rest.split_once(MARKS.1).unwrap();
    let table = areas_markdown(|row| bound.contains(row.name));
    kept(&path, &format!("{before}{}\n{table}\n{}{after}", MARKS.0, MARKS.1));
}

//! Clients of other people against a management server: the command-line tool `cs` and Apache Libcloud as PyPI has them, a
//! login session as browsers have it, and `call` with XML.
//!
//! Needs Python with `venv`, and PyPI; a test that cannot have them fails. `cargo test -p cloudstack-api-examples --features lab`

#![cfg(feature = "lab")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "clients/server.rs"]
#[expect(dead_code, reason = "another test uses the rest")]
mod server;

use serde_json::Value;
use server::Server;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use tempfile::TempDir;

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// The interpreter of an environment that has the clients. It is made once, and kept for later runs.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
        let python = place.join("bin/python");
        run(Command::new("python3").args(["-m", "venv"]).arg(&place), "python3 -m venv (Debian: python3-venv)");
        let wanted = format!("{HERE}/requirements.txt");
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", &wanted];
        run(Command::new(&python).args(pip), "pip install");
        python
    })
}

/// Runs a program that must succeed.
fn run(command: &mut Command, what: &str) -> Output {
    let output = command.output().unwrap_or_else(|e| panic!("{what}: {e}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{what}: {}\n{out}\n{err}", output.status);
    output
}

fn started() -> (TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    (folder, server)
}

/// Tells a part of the story, and answers what was seen.
fn story(how: &str, server: &Server) -> String {
    let mut command = Command::new(python());
    command.arg(format!("{HERE}/story.py")).args([how, server.endpoint(), &server.setting("key")]);
    command.args([server.setting("secret").as_str(), server.told("admin's password:").unwrap()]);
    let output = run(&mut command, how);
    let seen = String::from_utf8(output.stdout).unwrap();
    println!("{seen}");
    seen
}

/// Proves: API-02, API-07
#[test]
fn cs_lives_through_a_whole_story() {
    let (_folder, server) = started();
    let seen = story("cs", &server);
    for part in ["machine", "limits", "groups", "records", "end"] {
        assert!(seen.lines().any(|line| line == part), "{part} was left out");
    }
}

/// The program, not the library: with the file that the first start writes.
#[test]
fn cs_reads_the_file_of_the_first_start() {
    let (folder, server) = started();
    let cs = python().with_file_name("cs");
    let mut command = Command::new(&cs);
    command.env_clear().env("CLOUDSTACK_CONFIG", server.ini()).env("HOME", folder.path()).current_dir(folder.path());
    let output = run(command.arg("listZones"), "cs listZones");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["count"], 2);
}

#[test]
fn libcloud_makes_and_ends_a_node() {
    let (_folder, server) = started();
    assert!(story("libcloud", &server).contains("destroyed"));
}

/// Proves: API-05
#[test]
fn a_browser_logs_in_and_out() {
    let (_folder, server) = started();
    assert!(story("session", &server).contains("for good"));
}

/// The same through our own program, in XML.
#[test]
fn call_reads_xml() {
    let (folder, server) = started();
    let call = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_call"));
        command.env_clear().env("CLOUDSTACK_CONFIG", server.ini()).env("HOME", folder.path());
        command.current_dir(folder.path()).args(["--xml", "--json"]).args(arguments).output().unwrap()
    };
    let asked = |arguments: &[&str]| -> Value {
        let output = call(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let id = |list: &Value, name: &str| {
        let rows = list.as_object().unwrap().values().find_map(Value::as_array).unwrap();
        let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}: {list}"));
        row["id"].as_str().unwrap().to_owned()
    };
    let zone = id(&asked(&["listZones"]), "Sandbox-simulator-basic");
    let size = id(&asked(&["listServiceOfferings"]), "Small Instance");
    let images = asked(&["listTemplates", "templatefilter=featured"]);
    let image = images["template"][0]["id"].as_str().unwrap();
    let (zone, size, image) =
        (format!("zoneid={zone}"), format!("serviceofferingid={size}"), format!("templateid={image}"));
    let made = asked(&["deployVirtualMachine", &zone, &size, &image, "name=xml-1", "--wait"]);
    let vm = &made;
    assert_eq!((vm["name"].as_str(), vm["state"].as_str()), (Some("xml-1"), Some("Running")), "{made}");
    let which = format!("id={}", vm["id"].as_str().unwrap());
    for (command, state) in [
        ("stopVirtualMachine", "Stopped"),
        ("startVirtualMachine", "Running"),
        ("rebootVirtualMachine", "Running"),
        ("destroyVirtualMachine", "Destroyed"),
    ] {
        let done = asked(&[command, &which, "--wait"]);
        assert_eq!(done["state"], state, "{command}: {done}");
    }
    asked(&["destroyVirtualMachine", &which, "expunge=true", "--wait"]);
    let refused = call(&["startVirtualMachine", &which]);
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(1) && text.contains("431"), "{text}");
}

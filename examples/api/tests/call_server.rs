//! `call` against the management server of this package: both ends of the protocol, as two programs.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "clients/server.rs"]
#[expect(dead_code, reason = "another test uses the rest")]
mod server;

use serde_json::Value;
use server::Server;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A server of a simulated installation, and who calls it.
struct Caller {
    server: Server,
    folder: TempDir,
}

impl Caller {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { server: Server::start(&folder.path().join("data"), &[]), folder }
    }

    /// Runs `call` with the keys that the server wrote, or as a person with this password.
    fn run(&self, password: Option<&str>, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_call"));
        command.env_clear().current_dir(self.folder.path()).args(arguments);
        let endpoint = self.server.endpoint();
        match password {
            Some(password) => {
                command.env("CLOUDSTACK_PASSWORD", password).args(["--user", "admin", "--endpoint", endpoint]);
            }
            None => {
                command.env("CLOUDSTACK_CONFIG", self.server.ini());
                // The file may name the port that was asked for, and not the one that was got.
                command.envs([("CLOUDSTACK_ENDPOINT", endpoint), ("CLOUDSTACK_OVERRIDES", "endpoint")]);
            }
        }
        command.output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(None, &[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(None, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

/// Proves: API-05, API-08
#[test]
fn a_machine_lives_by_calls_and_a_person_logs_in() {
    let server = Caller::start();
    let zones = server.json(&["listZones"]);
    assert_eq!(zones["zone"], server.json(&["listZones", "--all"])["row"]);
    let basic = zones["zone"].as_array().unwrap().iter().find(|zone| zone["networktype"] == "Basic").unwrap();
    let zone = format!("zoneid={}", id(basic));
    let offering = format!("serviceofferingid={}", id(&server.json(&["listServiceOfferings"])["serviceoffering"][0]));
    let templates = server.json(&["listTemplates", "templatefilter=all", &zone]);
    let template = format!("templateid={}", id(&templates["template"][0]));
    let deploy = ["deployVirtualMachine", &zone, &offering, &template];

    // Every byte that a client may get wrong.
    let named = [&deploy[..], &["displayname=a ~b*+[0] é", "--wait"]].concat();
    let machine = server.json(&named);
    assert_eq!((machine["state"].as_str(), machine["displayname"].as_str()), (Some("Running"), Some("a ~b*+[0] é")));
    let begun = server.json(&[&deploy[..], &["name=two"]].concat());
    assert!(begun["id"].is_string() && begun["jobid"].is_string(), "{begun}");

    let vm = format!("id={}", id(&machine));
    let stopped = server.json(&["stopVirtualMachine", &vm, "--wait", "--xml", "--post"]);
    assert_eq!((stopped["id"].as_str(), stopped["state"].as_str()), (machine["id"].as_str(), Some("Stopped")));
    assert_eq!(server.json(&["startVirtualMachine", &vm, "--wait"])["state"], "Running");

    assert!(server.refusal(&["stopVirtualMachine", "id=nonsense"]).contains("431 (4350)"));
    assert!(server.refusal(&["listZones", "page=1"]).contains("pagesize"));
    assert!(server.refusal(&["noSuchCommand", "--no-check"]).contains("432"));

    let person =
        server.run(server.server.told("admin's password:"), &["listVirtualMachines", "--xml", "--post", "--json"]);
    assert!(person.status.success(), "{}", String::from_utf8_lossy(&person.stderr));
    let seen: Value = serde_json::from_slice(&person.stdout).unwrap();
    assert_eq!((seen["count"].as_str(), seen["virtualmachine"].as_array().map(Vec::len)), (Some("2"), Some(2)));
    let stranger = server.run(Some("wrong"), &["listZones"]);
    assert!(String::from_utf8_lossy(&stranger.stderr).contains("531"));
}

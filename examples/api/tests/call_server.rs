//! `call` against the management server of this package: both ends of the protocol, as two programs.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A server of a simulated installation; ends with the test.
struct Server {
    child: Child,
    endpoint: String,
    data: TempDir,
}

impl Server {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_management-server"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listening =
            lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("listening:")?.trim().to_owned()));
        Self { child, endpoint: listening.unwrap(), data }
    }

    /// Runs `call` with the keys that the server wrote, or as a person with this password.
    fn run(&self, password: Option<&str>, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_call"));
        command.env_clear().current_dir(self.data.path()).args(arguments);
        match password {
            Some(password) => {
                command.env("CLOUDSTACK_PASSWORD", password).args(["--user", "admin", "--endpoint", &self.endpoint]);
            }
            None => {
                command.env("CLOUDSTACK_CONFIG", self.data.path().join("cloudstack.ini"));
                // The file may name the port that was asked for, and not the one that was got.
                command.envs([("CLOUDSTACK_ENDPOINT", self.endpoint.as_str()), ("CLOUDSTACK_OVERRIDES", "endpoint")]);
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

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

/// Proves: API-05, API-08
#[test]
fn a_machine_lives_by_calls_and_a_person_logs_in() {
    let server = Server::start();
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

    let person = server.run(Some("password"), &["listVirtualMachines", "--xml", "--post", "--json"]);
    assert!(person.status.success(), "{}", String::from_utf8_lossy(&person.stderr));
    let seen: Value = serde_json::from_slice(&person.stdout).unwrap();
    assert_eq!((seen["count"].as_str(), seen["virtualmachine"].as_array().map(Vec::len)), (Some("2"), Some(2)));
    let stranger = server.run(Some("wrong"), &["listZones"]);
    assert!(String::from_utf8_lossy(&stranger.stderr).contains("531"));
}

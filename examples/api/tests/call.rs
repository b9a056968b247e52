//! The binaries `call` and `sign` against a server of a few lines, as somebody at a terminal would run them.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_client::sign::{Received, Scratch, UnixSeconds, Verifier};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

/// Answers each request with the next of its bodies, and keeps what was asked.
struct Server {
    endpoint: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answers: &[(u16, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}/client/api", listener.local_addr().unwrap());
        let mut answers: VecDeque<_> = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let keep = Arc::clone(&asked);
        thread::spawn(move || {
            while let (Some((status, body)), Ok((stream, _))) = (answers.pop_front(), listener.accept()) {
                answer(stream, status, &body, &keep);
            }
        });
        Self { endpoint, asked }
    }

    /// Runs a binary that has its settings from the environment alone.
    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        command.env_clear().env("HOME", folder.path()).current_dir(folder.path()).args(arguments);
        command.envs([
            ("CLOUDSTACK_ENDPOINT", self.endpoint.as_str()),
            ("CLOUDSTACK_KEY", "AbC"),
            ("CLOUDSTACK_SECRET", SECRET),
        ]);
        command.output().unwrap()
    }

    fn call(&self, arguments: &[&str]) -> Output {
        self.run(env!("CARGO_BIN_EXE_call"), arguments)
    }

    fn asked(&self) -> Vec<Received> {
        let read = |query: &String| {
            let mut request = Received::default();
            request.parse(query).unwrap();
            request
        };
        self.asked.lock().unwrap().iter().map(read).collect()
    }
}

/// One request, one answer, one connection.
fn answer(mut stream: TcpStream, status: u16, body: &str, asked: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).unwrap();
    let mut query = line.split_whitespace().nth(1).unwrap().split_once('?').map_or("", |(_, query)| query).to_owned();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let header = line.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        length = header.strip_prefix("content-length: ").map_or(length, |text| text.parse().unwrap());
    }
    if length > 0 {
        let mut form = vec![0; length];
        reader.read_exact(&mut form).unwrap();
        query = String::from_utf8(form).unwrap();
    }
    asked.lock().unwrap().push(query);
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

const SECRET: &str = "s3cr3t-k3y";
const ZONES: &str =
    r#"{"listzonesresponse":{"count":2,"zone":[{"id":"z-1","name":"Sandbox"},{"id":"z-2","name":"Other"}]}}"#;
const ZONES_XML: &str =
    "<listzonesresponse><count>1</count><zone><id>z-1</id><name>Sandbox</name></zone></listzonesresponse>";

#[test]
fn a_list_is_a_table_or_json_from_json_or_xml() {
    let server = Server::new(&[(200, ZONES), (200, ZONES), (200, ZONES_XML)]);
    let table = server.call(&["listzones", "available = true"]);
    assert!(table.status.success(), "{}", text(&table.stderr));
    let shown = text(&table.stdout);
    assert!(shown.contains("z-1") && shown.contains("Other") && shown.contains("2 of 2"), "{shown}");
    assert!(text(&table.stderr).contains("spelt `listZones`"), "{}", text(&table.stderr));
    let json = server.call(&["listZones", "--json", "--post"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(value["zone"][1]["id"], "z-2");
    assert!(text(&server.call(&["listZones", "--xml"]).stdout).contains("Sandbox"));
    let asked = server.asked();
    assert_eq!((asked[0].get("command"), asked[0].get("available")), (Some("listZones"), Some("true")));
    assert_eq!(asked[2].get("response"), Some("xml"));
    let now = UnixSeconds(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs());
    for request in &asked {
        assert_eq!(Verifier::new(SECRET).verify(request, now, &mut Scratch::default()), Ok(()));
    }
}

#[test]
fn a_job_is_waited_for_and_its_reason_is_told() {
    let begun = r#"{"startvirtualmachineresponse":{"jobid":"job-7"}}"#;
    let pending = r#"{"queryasyncjobresultresponse":{"jobstatus":0}}"#;
    let done = r#"{"queryasyncjobresultresponse":{"jobstatus":1,"jobresult":{"virtualmachine":{"id":"v","state":"Running"}}}}"#;
    let failed = r#"{"queryasyncjobresultresponse":{"jobstatus":2,"jobresult":{"errorcode":533,"errortext":"no host has room"}}}"#;
    let server = Server::new(&[(200, begun), (200, begun), (200, pending), (200, done), (200, begun), (200, failed)]);
    let start = ["startVirtualMachine", "id=v"];
    assert!(text(&server.call(&start).stdout).contains("job-7"));
    let waited = server.call(&[&start[..], &["--wait"]].concat());
    assert!(waited.status.success() && text(&waited.stdout).contains("Running"), "{}", text(&waited.stderr));
    let refused = server.call(&[&start[..], &["--wait"]].concat());
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("job job-7 failed") && text(&refused.stderr).contains("no host has room"));
}

#[test]
fn what_should_be_put_another_way_is_not_sent() {
    let server = Server::new(&[(
        431,
        r#"{"xresponse":{"errorcode":431,"cserrorcode":4350,"errortext":"unable to find zone"}}"#,
    )]);
    for (arguments, part) in [
        (&["listZone"][..], "did you mean `listZones`"),
        (&["deployVirtualMachine", "zoneid=z"], "`deployVirtualMachine` needs `serviceofferingid`"),
        (&["listZones", "oops"], "is not NAME=VALUE"),
        (&["listZones", "--domain", "y"], "--user"),
    ] {
        let output = server.call(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(part), "{part}: {}", text(&output.stderr));
    }
    assert!(server.asked().is_empty());
    let refused = server.call(&["stopSomething", "--no-check"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("431 (4350): unable to find zone"), "{}", text(&refused.stderr));
}

#[test]
fn a_list_is_read_to_its_end() {
    let page = |from: usize, to: usize| {
        let rows: Vec<_> = (from..to).map(|at| format!(r#"{{"id":"e-{at}"}}"#)).collect();
        format!(r#"{{"listeventsresponse":{{"count":502,"event":[{}]}}}}"#, rows.join(","))
    };
    let (first, second) = (page(0, 500), page(500, 502));
    let server = Server::new(&[(200, &first), (200, &second)]);
    let output = server.call(&["listEvents", "--all", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((value["count"].as_u64(), value["row"][501]["id"].as_str()), (Some(502), Some("e-501")));
    assert_eq!(server.asked()[1].get("page"), Some("2"));
}

/// Proves: API-03, API-04
#[test]
fn a_signed_url_is_explained_step_by_step() {
    let server = Server::new(&[]);
    let output = server.run(env!("CARGO_BIN_EXE_sign"), &["--explain", "listTags", "Name=a b~*", "response=json"]);
    let shown = text(&output.stdout);
    for part in [
        "Name=a%20b%7E*",
        "name=a%20b%7e*&apikey=abc&command=listtags&response=json",
        "HMAC-SHA1",
        "\nhttp://127.0.0.1:",
        "/client/api?Name=a%20b%7E*&apiKey=AbC&command=listTags&response=json&signature=",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let url = shown.lines().last().unwrap();
    let mut request = Received::default();
    request.parse(url.split_once('?').unwrap().1).unwrap();
    assert_eq!(Verifier::new(SECRET).strict().verify(&request, UnixSeconds(0), &mut Scratch::default()), Ok(()));
    assert!(!shown.contains(SECRET));
}

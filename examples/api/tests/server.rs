//! The binary `management-server`, as whoever operates it sees it.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "clients/server.rs"]
mod server;

use cloudstack_client::sign::Signer;
use server::{Server, http};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

fn signed(server: &Server, params: &[(&str, &str)]) -> String {
    let signer = Signer::new(server.setting("key"), &server.setting("secret"));
    format!("/client/api?{}", signer.sign(params).unwrap())
}

const ZONES: &[(&str, &str)] = &[("command", "listZones"), ("response", "json")];

#[test]
fn keys_are_told_once_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = Server::start(&data, &[]);
    assert_eq!(first.told("admin's API key:"), Some(first.setting("key").as_str()));
    assert_eq!(first.told("admin's secret key:").map(str::len), Some(86));
    assert_eq!(first.setting("endpoint"), first.endpoint());
    for file in ["cloudstack.ini", "cloud.db.key", "server.lock"] {
        let mode = std::fs::metadata(data.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let zones = first.get(&signed(&first, ZONES));
    assert!(zones.status == 200 && zones.body.contains("Sandbox-simulator-advanced"), "{zones:?}");
    let key = first.setting("key");
    first.signal("TERM");
    assert!(first.ended().success());

    let again = Server::start(&data, &[]);
    assert_eq!((again.told("admin's API key:"), again.setting("key")), (None, key.clone()));
    assert_eq!(again.setting("endpoint"), again.endpoint(), "the file follows the port");
    assert_eq!(again.get(&signed(&again, ZONES)).body, zones.body);
    // Whoever loses the file, or lets it out of hand, deletes it.
    let old = signed(&again, ZONES);
    std::fs::remove_file(again.ini()).unwrap();
    again.signal("INT");
    assert!(again.ended().success());
    let third = Server::start(&data, &[]);
    assert_ne!(third.setting("key"), key);
    assert_eq!((third.get(&old).status, third.get(&signed(&third, ZONES)).status), (401, 200));
}

#[test]
fn a_folder_or_a_port_in_use_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[]);
    let refused = |data: &std::path::Path, options: &[&str]| {
        let output = server::command(data, options).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let text = refused(&data, &[]);
    assert!(text.contains("is in use by process") && text.contains("--data"), "{text}");
    let mut command = server::command(&folder.path().join("other"), &[]);
    let output = command.args(["--integration-port", server.at().rsplit(':').next().unwrap()]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && text.contains("--integration-port 127.0.0.1:"), "{text}");
    let text = refused(&folder.path().join("third"), &["--ui", "/nowhere"]);
    assert!(text.contains("--ui /nowhere"), "{text}");
    assert_eq!(server.get("/healthz").status, 200, "and the first goes on");
}

#[test]
fn logs_hold_no_secrets_and_figures_count() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), &["--log-level", "trace"]);
    let path = signed(&server, ZONES);
    assert_eq!(server.get(&path).status, 200);
    let form = "command=login&username=admin&password=my-Dear-secret&domain=/&response=json";
    let post = format!(
        "POST /client/api HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Cookie: JSESSIONID=tell-nobody\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    assert_eq!(http(server.at(), &post).status, 531);
    assert_eq!(server.get("/client/api?command=listZones&sessionkey=keep-this&response=json").status, 401);
    let figures = server.get("/metrics").body;
    for line in [
        "cloudstack_requests_total{class=\"list\",status=\"200\"} 1",
        "cloudstack_requests_total{class=\"list\",status=\"401\"} 1",
        "cloudstack_requests_total{class=\"session\",status=\"531\"} 1",
        "cloudstack_hosts{state=\"Up\"} 8",
        "cloudstack_virtual_machines{state=\"Running\"} 0",
        "cloudstack_store_refuses 0",
    ] {
        assert!(figures.lines().any(|l| l == line), "{line}\n{figures}");
    }
    let log = server.log();
    assert!(log.contains("\"command\":\"listZones\"") && log.contains("\"status\":531"), "{log}");
    let signature = path.split("signature=").nth(1).unwrap().split('&').next().unwrap();
    let (key, secret) = (server.setting("key"), server.setting("secret"));
    let password = server.told("admin's password:").unwrap();
    for hidden in [&key, &secret, signature, password, "my-Dear-secret", "tell-nobody", "keep-this"] {
        assert!(!log.contains(hidden), "{hidden} is in the log");
    }
}

#[test]
fn pages_files_and_doors() {
    let folder = tempfile::tempdir().unwrap();
    let ui = folder.path().join("ui");
    std::fs::create_dir(&ui).unwrap();
    std::fs::write(ui.join("index.html"), "<p>the UI").unwrap();
    std::fs::write(folder.path().join("outside.txt"), "outside").unwrap();
    let options = ["--ui", ui.to_str().unwrap(), "--integration-port", "0"];
    let server = Server::start(&folder.path().join("data"), &options);
    assert!(server.get("/docs").body.contains("deployVirtualMachine"));
    let open: serde_json::Value = serde_json::from_str(&server.get("/docs/openapi.json").body).unwrap();
    assert!(open["openapi"].as_str().is_some_and(|version| version.starts_with("3.")), "{}", open["openapi"]);
    assert_eq!(server.get("/client/").body, "<p>the UI");
    for path in
        ["/client/../outside.txt", "/client/%2e%2e/outside.txt", "/client/..%2foutside.txt", "/client/%2Fetc%2Fpasswd"]
    {
        let answer = server.get(path);
        assert!(answer.status == 404 && !answer.body.contains("outside"), "{path}: {answer:?}");
    }
    let long = format!("/client/api?command=listZones&x={}", "y".repeat(100_000));
    assert!((400..500).contains(&server.get(&long).status));
    assert_eq!(server.get("/client/api/?command=listZones&response=json").status, 401);
}

/// Proves: API-06
#[test]
fn the_integration_port_asks_for_no_keys_and_answers_no_pages() {
    let folder = tempfile::tempdir().unwrap();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let server = Server::start(&folder.path().join("data"), &["--integration-port", &port]);
    let at = format!("127.0.0.1:{port}");
    let ask = |more: &str| {
        let path = "/client/api?command=listHosts&response=json";
        http(&at, &format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{more}\r\n\r\n"))
    };
    let hosts = ask(&format!("Host: {at}"));
    assert!(hosts.status == 200 && hosts.body.contains("SimulatedAgent"), "{hosts:?}");
    assert_eq!(ask(&format!("Host: {at}\r\nOrigin: https://example.org")).status, 403);
    assert_eq!(ask("Host: rebound.example.org").status, 403);
    assert_eq!(server.get("/client/api?command=listHosts&response=json").status, 401, "the other door asks for keys");
}

/// Whoever is being answered is answered; who only keeps a connection open does not keep the server.
#[test]
fn a_signal_ends_it_with_connections_open() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    let mut idle = TcpStream::connect(server.at()).unwrap();
    idle.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut some = [0; 64];
    assert!(idle.read(&mut some).unwrap() > 0);
    let mut half = TcpStream::connect(server.at()).unwrap();
    half.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = "POST /client/api HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 22\r\n\r\n";
    half.write_all(head.as_bytes()).unwrap();
    // It is being answered, and its body waited for.
    let mut go_on = [0; 25];
    half.read_exact(&mut go_on).unwrap();
    server.signal("TERM");
    half.write_all(b"command=listZones&resp").unwrap();
    let mut answer = String::new();
    half.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).unwrap();
    assert!(server.ended().success());
}

#[cfg(feature = "tls")]
/// Who trusts the certificate is answered; who speaks plainly is not.
///
/// Proves: AUTH-08
#[tokio::test]
async fn tls_by_option() {
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let options = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let server = Server::spawn(&folder.path().join("data"), &options);
    assert!(server.setting("endpoint").starts_with("https://127.0.0.1:"), "{}", server.said);

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(server.at()).await.unwrap();
    let tls = tokio_rustls::TlsConnector::from(Arc::new(config));
    let mut stream = tls.connect("localhost".try_into().unwrap(), stream).await.unwrap();
    let ask = format!("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", signed(&server, ZONES));
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Sandbox-simulator-basic"), "{answer}");
    let mut plain = tokio::net::TcpStream::connect(server.at()).await.unwrap();
    plain.write_all(ask.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let read = plain.read_to_end(&mut bytes).await;
    assert!(read.is_err() || !bytes.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&bytes));
}

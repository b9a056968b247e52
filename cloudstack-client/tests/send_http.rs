//! The client over real sockets, against a server that says exactly what a test tells it to.

#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use cloudstack_client::catalogue::request::ListZones;
use cloudstack_client::send::{Client, ClientBuilder, Error, Http, Method, Tls, TransportFault};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Sends these bytes for each request, then does with the connection what `then` says.
struct Server {
    endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Keep,
    Close,
    /// Goes on sending the last bytes for ever.
    Flood,
}

impl Server {
    async fn start(says: impl Into<Vec<u8>>, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/client/api", listener.local_addr().unwrap());
        let server = Self { endpoint, requests: Arc::default(), connections: Arc::default() };
        let (requests, connections) = (Arc::clone(&server.requests), Arc::clone(&server.connections));
        let says = Arc::new(says.into());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *connections.lock().unwrap() += 1;
                tokio::spawn(serve(stream, Arc::clone(&says), then, Arc::clone(&requests)));
            }
        });
        server
    }

    async fn answering(body: &str) -> Self {
        Self::start(http("200 OK", "", body), Then::Keep).await
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder(&self.endpoint).keys("AbC", "secret").retries(0, Duration::ZERO)
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

/// Answers every request on one connection.
async fn serve(
    mut stream: TcpStream,
    says: Arc<Vec<u8>>,
    then: Then,
    requests: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = whole(&buffer) {
                break end;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let request = buffer.drain(..end).collect::<Vec<_>>();
        requests.lock().unwrap().push(String::from_utf8(request).unwrap());
        stream.write_all(&says).await?;
        match then {
            Then::Keep => {}
            Then::Close => return Ok(()),
            Then::Flood => loop {
                stream.write_all(&[b'x'; 4096]).await?;
            },
        }
    }
}

/// Where the first request ends, if it is there.
fn whole(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head]).unwrap().to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    (buffer.len() >= head + length).then_some(head + length)
}

const ZONES: &str = r#"{"listzonesresponse":{"count":1,"zone":[{"id":"z"}]}}"#;

#[tokio::test]
async fn get_and_post_arrive_and_a_connection_is_used_again() {
    for method in [Method::Get, Method::Post] {
        let server = Server::answering(ZONES).await;
        let client = server.builder().method(method).header("X-Tenant", "blue").build().unwrap();
        for _ in 0..3 {
            assert_eq!(client.send(&ListZones::new()).await.unwrap().items[0].id.as_deref(), Some("z"));
        }
        assert_eq!(*server.connections.lock().unwrap(), 1);
        let request = &server.requests()[0];
        let (line, rest) = request.split_once("\r\n").unwrap();
        let (start, carrier) = match method {
            Method::Get => ("GET /client/api?apiKey=AbC&command=listZones&expires=", line),
            Method::Post => ("POST /client/api HTTP/1.1", rest),
        };
        assert!(line.starts_with(start), "{line}");
        assert!(carrier.contains("&signature=") && rest.to_lowercase().contains("x-tenant: blue"), "{request}");
        assert_eq!(rest.contains("application/x-www-form-urlencoded"), method == Method::Post);
    }
}

async fn fault(server: &Server) -> Error {
    server
        .builder()
        .max_body(10_000)
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
        .send(&ListZones::new())
        .await
        .unwrap_err()
}

fn transport(fault: &Error) -> (bool, &TransportFault) {
    match fault {
        Error::Transport { fault, .. } => (fault.may_have_arrived, &fault.fault),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    for head in
        ["HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"]
    {
        let fault = fault(&Server::start(head, Then::Flood).await).await;
        assert!(matches!(transport(&fault), (true, TransportFault::TooLong(10_000))), "{fault}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_may_have_been_acted_on() {
    for says in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"listz",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"lis",
        "",
        "HTTP/1.1 200",
        "nonsense\r\n\r\n",
    ] {
        let fault = fault(&Server::start(says, Then::Close).await).await;
        assert!(matches!(transport(&fault), (true, TransportFault::Broken(_))), "{says}: {fault}");
        assert!(!fault.was_not_done());
        let shown = format!("{fault} {fault:?}");
        assert!(!shown.contains("signature") && !shown.contains("apiKey"), "{shown}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    for says in ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"] {
        let server = Server::start(says, Then::Keep).await;
        let client = server.builder().timeout(Duration::from_millis(200)).build().unwrap();
        let fault = client.call("stopVirtualMachine", &[("id", "x")]).await.unwrap_err();
        assert!(matches!(transport(&fault), (true, TransportFault::Timeout(_))), "{fault}");
        assert!(server.requests().len() <= 1);
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = Client::builder(&format!("http://{address}")).retries(1, Duration::ZERO).build().unwrap();
    let fault = client.call("deployVirtualMachine", &[]).await.unwrap_err();
    assert!(!transport(&fault).0 && fault.was_not_done(), "{fault}");
    assert!(fault.to_string().contains("nothing was sent"), "{fault}");
}

#[tokio::test]
async fn keys_do_not_follow_a_redirect() {
    let other = Server::answering(ZONES).await;
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let headers = format!("Location: {}?x=1\r\n", other.endpoint);
        let server = Server::start(http(status, &headers, ""), Then::Keep).await;
        let fault = server.client().send(&ListZones::new()).await.unwrap_err();
        assert!(matches!(&fault, Error::Redirected { to, .. } if *to == other.endpoint), "{fault}");
    }
    assert_eq!(*other.connections.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_chunked_answer_in_xml_is_read() {
    let body = "<listzonesresponse><zone><id>z</id></zone></listzonesresponse>";
    let says = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        &body[..16],
        body.len() - 16,
        &body[16..]
    );
    let server = Server::start(says, Then::Keep).await;
    assert_eq!(server.client().send(&ListZones::new()).await.unwrap().items.len(), 1);
}

/// A server with a certificate of its own; answers its address and the certificate as PEM.
async fn start_tls() -> (String, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(http("200 OK", "Connection: close\r\n", ZONES).as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    (endpoint, made.cert.pem().into_bytes())
}

#[tokio::test]
async fn over_tls_only_whom_was_named_is_believed() {
    let (endpoint, pem) = start_tls().await;
    let stranger = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem().into_bytes();
    let named = |authorities| Tls { authorities: Some(authorities), ..Tls::default() };
    let anybody = Tls { dangerously_believe_anybody: true, ..Tls::default() };
    for (tls, believed) in [(named(pem), true), (named(stranger), false), (Tls::default(), false), (anybody, true)] {
        let transport = Arc::new(Http::new(&endpoint, &tls).unwrap());
        let client = Client::builder(&endpoint).transport(transport).retries(0, Duration::ZERO).build().unwrap();
        match client.send(&ListZones::new()).await {
            Ok(zones) => assert!(believed && zones.items.len() == 1, "{tls:?}"),
            Err(fault) => assert!(!believed && fault.was_not_done(), "{tls:?}: {fault}"),
        }
    }
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let endpoint = "https://127.0.0.1:1";
    let option = |tls| Http::new(endpoint, &tls).unwrap_err().option;
    assert_eq!(option(Tls { authorities: Some(b"nothing".to_vec()), ..Tls::default() }), "verify");
    let identity = Some((b"x".to_vec(), b"y".to_vec()));
    assert_eq!(option(Tls { identity, dangerously_believe_anybody: true, ..Tls::default() }), "cert_key");
}

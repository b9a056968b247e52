//! The transport that comes with the feature `http`: reqwest with rustls, and the clock of the system.

use super::client::BadOption;
use super::transport::{Clock, HttpReply, HttpRequest, Method, Transport, TransportError, TransportFault};
use crate::sign::UnixSeconds;
use async_trait::async_trait;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Whom to believe over TLS, and as whom to appear. The default believes what the system believes.
#[derive(Clone, Default)]
pub struct Tls {
    /// Believe these authorities and no others: certificates as PEM.
    pub authorities: Option<Vec<u8>>,
    /// A certificate of our own with its key, both as PEM.
    pub identity: Option<(Vec<u8>, Vec<u8>)>,
    /// Believe anybody: for a laboratory, where nobody listens.
    pub dangerously_believe_anybody: bool,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("authorities", &self.authorities.is_some())
            .field("identity", &self.identity.is_some())
            .field("dangerously_believe_anybody", &self.dangerously_believe_anybody)
            .finish()
    }
}

/// Carries requests with reqwest, inside a tokio runtime. Connections are kept and used again.
#[derive(Debug)]
pub struct Http {
    client: reqwest::Client,
}

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

impl Http {
    /// For one endpoint. TLS is set up only if the endpoint needs it, and nothing is installed for the process.
    ///
    /// # Errors
    /// [`BadOption`] names the certificate that cannot be read.
    pub fn new(endpoint: &str, tls: &Tls) -> Result<Self, BadOption> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = if endpoint.trim().starts_with("https://") {
            secured(provider, tls)?
        } else {
            // Believes nobody: redirects are not followed, so a plain endpoint stays plain.
            let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            let config = config.map_err(|_| bad("tls", "the cipher suites of this build do not fit together"))?;
            config.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .user_agent(concat!("cloudstack-client/", env!("CARGO_PKG_VERSION")));
        if is_loopback(endpoint) {
            // A proxy cannot reach what is on this machine only.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| bad("tls", "the HTTP client could not be set up"))?;
        Ok(Self { client })
    }
}

fn is_loopback(endpoint: &str) -> bool {
    let host = endpoint.split("://").nth(1).unwrap_or_default();
    ["localhost", "127.", "[::1]"].iter().any(|local| host.starts_with(local))
}

fn bad(option: &'static str, why: &'static str) -> BadOption {
    BadOption { option, value: String::new(), why }
}

fn secured(provider: Arc<CryptoProvider>, tls: &Tls) -> Result<ClientConfig, BadOption> {
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let config = config.map_err(|_| bad("tls", "the cipher suites of this build do not fit together"))?;
    let config = if tls.dangerously_believe_anybody {
        config.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider)))
    } else if let Some(pem) = &tls.authorities {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| bad("verify", "it must be certificates as PEM"))?;
            roots.add(certificate).map_err(|_| bad("verify", "a certificate in it cannot be an authority"))?;
        }
        if roots.is_empty() {
            return Err(bad("verify", "there is no certificate in it"));
        }
        config.with_root_certificates(roots)
    } else {
        let system = rustls_platform_verifier::Verifier::new(provider);
        let system = system.map_err(|_| bad("verify", "this system names no authorities; give some"))?;
        config.dangerous().with_custom_certificate_verifier(Arc::new(system))
    };
    let Some((chain, key)) = &tls.identity else { return Ok(config.with_no_client_auth()) };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
    let chain = chain.map_err(|_| bad("cert", "it must be a certificate as PEM"))?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| bad("cert_key", "it must be a private key as PEM"))?;
    config.with_client_auth_cert(chain, key).map_err(|_| bad("cert", "certificate and key do not belong together"))
}

/// Believes any certificate, as was asked for; signatures are still checked, so that what is broken fails.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[async_trait]
impl Transport for Http {
    async fn carry(&self, request: HttpRequest) -> Result<HttpReply, TransportError> {
        let HttpRequest { method, url, headers, body, timeout, max_body } = request;
        let mut builder = match method {
            Method::Get => self.client.get(url),
            Method::Post => self.client.post(url),
        };
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = body {
            builder = builder.body(body);
        }
        let lost = |fault| lost(fault, timeout);
        let mut response = builder.timeout(timeout).send().await.map_err(lost)?;
        let headers = response.headers().iter();
        // What is not text has no meaning in any header that is looked at.
        let headers = headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        let mut reply = HttpReply { status: response.status().as_u16(), headers: headers.collect(), body: Vec::new() };
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if reply.body.len() + chunk.len() > max_body {
                return Err(TransportError { may_have_arrived: true, fault: TransportFault::TooLong(max_body) });
            }
            reply.body.extend_from_slice(&chunk);
        }
        Ok(reply)
    }
}

fn lost(fault: reqwest::Error, timeout: Duration) -> TransportError {
    // Without a connection not a byte was sent; a request that could not be built was not sent either.
    let may_have_arrived = !(fault.is_connect() || fault.is_builder());
    let fault = if fault.is_timeout() {
        TransportFault::Timeout(timeout)
    } else {
        TransportFault::Broken(said(fault.without_url()).into())
    };
    TransportError { may_have_arrived, fault }
}

/// An error with its causes, innermost last; reqwest's own text says only that something failed.
fn said(fault: reqwest::Error) -> String {
    let mut text = fault.to_string();
    let mut cause = std::error::Error::source(&fault);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// The clock of the system. Sleeping needs a tokio runtime with its timer on.
#[derive(Debug)]
pub struct SystemClock {
    begun: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { begun: Instant::now() }
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> UnixSeconds {
        UnixSeconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }

    fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    async fn sleep(&self, pause: Duration) {
        tokio::time::sleep(pause).await;
    }
}

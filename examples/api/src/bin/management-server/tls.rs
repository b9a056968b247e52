//! Certificates and keys for the listener.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What makes a TLS connection of a bare one: TLS 1.2 and 1.3, no certificates asked of clients.
///
/// # Errors
/// If a file cannot be read, or the key does not belong to the first certificate.
pub(crate) fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, Box<dyn Error>> {
    let chain = CertificateDer::pem_file_iter(cert).and_then(|found| found.collect::<Result<Vec<_>, _>>());
    let chain = chain.map_err(|e| format!("--tls-cert {}: {e}", cert.display()))?;
    if chain.is_empty() {
        return Err(format!("--tls-cert {}: there is no certificate in it", cert.display()).into());
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| format!("--tls-key {}: {e}", key.display()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|e| format!("--tls-key {}: {e}", key.display()))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

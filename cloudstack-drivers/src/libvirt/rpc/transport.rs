//! How a daemon is reached: its socket, TCP, TLS, or a command that speaks for it, such as `ssh`.

use std::{
    fmt, io,
    path::PathBuf,
    pin::Pin,
    process::Stdio,
    str::FromStr,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, UnixStream},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// The daemon's port for plain TCP.
const TCP_PORT: u16 = 16_509;
/// The socket that a daemon of the system listens on.
const SOCKET: &str = "/var/run/libvirt/libvirt-sock";

/// Where a daemon is.
///
/// ```
/// use cloudstack_drivers::libvirt::rpc::Endpoint;
/// assert_eq!("unix:///run/lv/sock".parse(), Ok(Endpoint::Unix("/run/lv/sock".into())));
/// assert_eq!("tcp://192.0.2.7".parse(), Ok(Endpoint::Tcp { host: "192.0.2.7".into(), port: 16_509 }));
/// let ssh: Endpoint = "ssh://root@kvm1:2222/run/lv/sock".parse()?;
/// let Endpoint::Command(words) = ssh else { panic!("a command speaks") };
/// assert_eq!(words[..4], ["ssh", "-T", "-o", "BatchMode=yes"]);
/// assert!("ftp://kvm1".parse::<Endpoint>().is_err());
/// # Ok::<(), cloudstack_drivers::libvirt::rpc::BadEndpoint>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoint {
    /// A socket on this machine.
    Unix(PathBuf),
    /// Plain TCP: whoever reaches the port drives the host, so this is for networks that nobody else is on.
    Tcp {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
    /// TLS, each side with a certificate.
    #[cfg(feature = "libvirt_tls")]
    Tls {
        /// Name or address.
        host: String,
        /// Port, 16514 by default.
        port: u16,
        /// What proves who is who.
        files: TlsFiles,
    },
    /// A program whose input and output are those of the daemon, and its arguments. It is started per connection, and ends
    /// with it.
    Command(Vec<String>),
}

/// Certificates and keys, as PEM files.
#[cfg(feature = "libvirt_tls")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// Who is believed.
    pub authority: PathBuf,
    /// Our certificate.
    pub certificate: PathBuf,
    /// Our key.
    pub key: PathBuf,
}

/// A text that names no daemon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no daemon; give unix:///PATH, tcp://HOST[:PORT] or ssh://[USER@]HOST[:PORT][/SOCKET]")]
pub struct BadEndpoint(pub String);

impl Endpoint {
    /// Plain TCP at the usual port.
    pub fn tcp(host: impl fmt::Display) -> Self {
        Self::Tcp { host: host.to_string(), port: TCP_PORT }
    }

    /// The daemon of a machine that is reached by SSH, with a key that needs no question. What joins the two ends there is
    /// `nc -U`, which the guides have on every host.
    #[must_use]
    pub fn ssh(user: Option<&str>, host: &str, port: Option<u16>, socket: &str) -> Self {
        let mut words: Vec<String> = ["ssh", "-T", "-o", "BatchMode=yes"].map(str::to_owned).into();
        if let Some(port) = port {
            words.extend(["-p".to_owned(), port.to_string()]);
        }
        let host = user.map_or_else(|| host.to_owned(), |user| format!("{user}@{host}"));
        // What follows `--` is no option, whatever it begins with; the far side's shell reads the last word.
        words.extend(["--".to_owned(), host, format!("exec nc -U '{}'", socket.replace('\'', r"'\''"))]);
        Self::Command(words)
    }

    pub(super) async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
            Self::Tcp { host, port } => Ok(Box::new(tcp(host, *port).await?)),
            #[cfg(feature = "libvirt_tls")]
            Self::Tls { host, port, files } => tls::connect(host, tcp(host, *port).await?, files).await,
            Self::Command(words) => Ok(Box::new(Spoken::start(words)?)),
        }
    }
}

async fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl FromStr for Endpoint {
    type Err = BadEndpoint;
    fn from_str(text: &str) -> Result<Self, BadEndpoint> {
        let bad = || BadEndpoint(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(bad)?;
        if scheme == "unix" {
            return if rest.starts_with('/') { Ok(Self::Unix(rest.into())) } else { Err(bad()) };
        }
        let (place, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, place) = place.split_once('@').map_or((None, place), |(user, host)| (Some(user), host));
        let (host, port) = match place.rsplit_once(':') {
            // A bare IPv6 address has colons and no port.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, Some(port.parse().map_err(|_| bad())?))
            }
            _ => (place, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(bad());
        }
        match scheme {
            "tcp" if user.is_none() && path.is_empty() => {
                Ok(Self::Tcp { host: host.to_owned(), port: port.unwrap_or(TCP_PORT) })
            }
            "ssh" => Ok(Self::ssh(user, host, port, if path.is_empty() { SOCKET } else { path })),
            _ => Err(bad()),
        }
    }
}

/// A stream of bytes, either way.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A program that speaks for a daemon. It ends when this is dropped.
struct Spoken {
    _child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Spoken {
    fn start(words: &[String]) -> io::Result<Self> {
        let none = || io::Error::new(io::ErrorKind::InvalidInput, "a command of no words");
        let (program, arguments) = words.split_first().ok_or_else(none)?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the program has no pipes"));
        };
        Ok(Self { _child: child, input, output })
    }
}

impl AsyncRead for Spoken {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.output).poll_read(cx, buf)
    }
}

impl AsyncWrite for Spoken {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.input).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_shutdown(cx)
    }
}

#[cfg(feature = "libvirt_tls")]
mod tls {
    use super::{Stream, TlsFiles};
    use std::{io, path::Path, sync::Arc};
    use tokio::{io::AsyncReadExt as _, net::TcpStream};
    use tokio_rustls::{
        TlsConnector,
        rustls::{
            ClientConfig, RootCertStore,
            crypto::ring,
            pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
        },
    };

    pub(super) async fn connect(host: &str, stream: TcpStream, files: &TlsFiles) -> io::Result<Box<dyn Stream>> {
        let connector = TlsConnector::from(Arc::new(settings(files)?));
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let mut stream = connector.connect(name, stream).await?;
        // The daemon sends one byte once it has looked at our certificate.
        match stream.read_u8().await? {
            1 => Ok(Box::new(stream)),
            _ => Err(io::Error::new(io::ErrorKind::PermissionDenied, "the daemon does not take our certificate")),
        }
    }

    fn settings(files: &TlsFiles) -> io::Result<ClientConfig> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&files.authority)? {
            roots.add(certificate).map_err(io::Error::other)?;
        }
        let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|e| named(&files.key, e))?;
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_client_auth_cert(certificates(&files.certificate)?, key)
            .map_err(io::Error::other)
    }

    fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
        let read = CertificateDer::pem_file_iter(path).map_err(|e| named(path, e))?;
        read.collect::<Result<_, _>>().map_err(|e| named(path, e))
    }

    fn named(path: &Path, error: impl std::fmt::Display) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {error}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_read_from_text() {
        let tcp = |host: &str, port| Ok(Endpoint::Tcp { host: host.into(), port });
        let ssh = |text: &str| match text.parse() {
            Ok(Endpoint::Command(words)) => words[4..].join(" "),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!("tcp://kvm1:16600".parse(), tcp("kvm1", 16_600));
        assert_eq!("tcp://[2001:db8::1]:99".parse(), tcp("2001:db8::1", 99));
        assert_eq!("tcp://2001:db8::1".parse(), tcp("2001:db8::1", 16_509));
        assert_eq!(ssh("ssh://kvm1"), format!("-- kvm1 exec nc -U '{SOCKET}'"));
        assert_eq!(ssh("ssh://root@kvm1:22/a'b"), r"-p 22 -- root@kvm1 exec nc -U '/a'\''b'");
        for bad in
            ["", "kvm1", "unix://relative", "tcp://", "tcp://kvm1:port", "tcp://kvm1/path", "tcp://u@kvm1", "xen://h"]
        {
            assert_eq!(bad.parse::<Endpoint>(), Err(BadEndpoint(bad.into())), "{bad}");
        }
    }
}

//! Sockets: who may connect, how long each may take, and how all of it ends.

use crate::routes::{self, Peer, Shared};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

/// The most connections of one door at a time: fewer than the file descriptors that a process usually has.
const CONNECTIONS: usize = 400;
/// The head of a request must be there by then, counted from the one before: idle connections end too.
const HEAD: Duration = Duration::from_secs(20);
/// A connection is closed after this long, between two requests.
const LIFE: Duration = Duration::from_mins(60);
/// What is being answered when its connection has lived that long is given this much more.
const LAST: Duration = Duration::from_mins(5);
/// The longest head of a request, in bytes: the longest query, and headers.
const HEAD_BYTES: usize = 96 << 10;
/// The most headers of a request.
const HEADERS: usize = 64;
/// How long encrypting may take to be agreed on.
#[cfg(feature = "tls")]
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A socket that is listened to.
pub(crate) struct Door {
    listener: TcpListener,
    at: SocketAddr,
    integration: bool,
    #[cfg(feature = "tls")]
    tls: Option<tokio_rustls::TlsAcceptor>,
}

impl Door {
    /// # Errors
    /// If nobody can listen there; the text says which option named it.
    pub(crate) async fn open(at: SocketAddr, option: &str) -> io::Result<Self> {
        let refused = |e: io::Error| {
            let remedy = match e.kind() {
                io::ErrorKind::AddrInUse => "; another process listens there: stop it, or choose another port",
                io::ErrorKind::PermissionDenied => "; ports below 1024 are for root",
                _ => "",
            };
            io::Error::new(e.kind(), format!("{option} {at}: {e}{remedy}"))
        };
        let listener = TcpListener::bind(at).await.map_err(refused)?;
        let at = listener.local_addr()?;
        Ok(Self {
            listener,
            at,
            integration: false,
            #[cfg(feature = "tls")]
            tls: None,
        })
    }

    pub(crate) fn for_integration(self) -> Self {
        Self { integration: true, ..self }
    }

    #[cfg(feature = "tls")]
    pub(crate) fn with_tls(self, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        Self { tls, ..self }
    }

    fn is_secure(&self) -> bool {
        #[cfg(feature = "tls")]
        let secure = self.tls.is_some();
        #[cfg(not(feature = "tls"))]
        let secure = false;
        secure
    }

    /// How clients on this machine reach it.
    pub(crate) fn url(&self) -> String {
        let mut at = self.at;
        match at.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => at.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => at.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("{}://{at}", if self.is_secure() { "https" } else { "http" })
    }
}

/// Told once to everybody who waits for it.
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Told at SIGTERM or SIGINT. A second of them ends the process at once.
    ///
    /// # Errors
    /// If signals cannot be waited for.
    pub(crate) fn on_signal() -> io::Result<Self> {
        let (tell, told) = watch::channel(false);
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::spawn(async move {
            for turn in 0.. {
                tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
                if turn > 0 {
                    eprintln!("management-server: ended at once; what was under way goes on at the next start");
                    std::process::exit(1);
                }
                tracing::info!("stopping");
                tell.send_replace(true);
            }
        });
        Ok(Self(told))
    }

    async fn told(&mut self) {
        // An error says that nobody can tell any more: the same.
        let _told = self.0.wait_for(|told| *told).await;
    }
}

/// Answers until it is told to stop, and then until what is being answered is answered, or the grace is over.
pub(crate) async fn serve(doors: Vec<Door>, shared: &Arc<Shared>, stop: Stop, grace: Duration) {
    let room: Vec<_> = doors.iter().map(|_| Arc::new(Semaphore::new(CONNECTIONS))).collect();
    let mut open = Vec::new();
    for (door, room) in doors.into_iter().zip(&room) {
        open.push(tokio::spawn(accept(door, Arc::clone(shared), Arc::clone(room), Stop(stop.0.clone()))));
    }
    for door in open {
        if let Err(error) = door.await {
            tracing::error!(%error, "a listener broke down");
        }
    }
    let empty = async {
        for room in &room {
            // Every connection holds one of them.
            let _all = room.acquire_many(u32::try_from(CONNECTIONS).unwrap_or(u32::MAX)).await;
        }
    };
    if timeout(grace, empty).await.is_err() {
        tracing::warn!("requests were still being answered and are cut off");
    }
}

async fn accept(door: Door, shared: Arc<Shared>, room: Arc<Semaphore>, mut stop: Stop) {
    let routes = if door.integration { routes::integration(&shared) } else { routes::front(&shared) };
    loop {
        // Who finds no room waits in the kernel's queue.
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = door.listener.accept() => accepted,
            () = stop.told() => return,
        };
        match accepted {
            Ok((stream, from)) => {
                let peer = Peer { ip: from.ip(), integration: door.integration, secure: door.is_secure() };
                let stop = Stop(stop.0.clone());
                #[cfg(feature = "tls")]
                if let Some(tls) = door.tls.clone() {
                    tokio::spawn(secured(tls, stream, routes.clone(), peer, stop, place));
                    continue;
                }
                tokio::spawn(bare(stream, routes.clone(), peer, stop, place));
            }
            Err(error) => {
                // Out of descriptors, most likely: some will be given back soon.
                tracing::warn!(%error, "a connection was not accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn bare(stream: TcpStream, routes: Router, peer: Peer, stop: Stop, place: OwnedSemaphorePermit) {
    converse(stream, routes, peer, stop).await;
    drop(place);
}

#[cfg(feature = "tls")]
async fn secured(
    tls: tokio_rustls::TlsAcceptor,
    stream: TcpStream,
    routes: Router,
    peer: Peer,
    stop: Stop,
    place: OwnedSemaphorePermit,
) {
    match timeout(HANDSHAKE, tls.accept(stream)).await {
        Ok(Ok(stream)) => converse(stream, routes, peer, stop).await,
        Ok(Err(error)) => tracing::debug!(peer = %peer.ip, %error, "no TLS"),
        Err(_) => tracing::debug!(peer = %peer.ip, "no TLS in time"),
    }
    drop(place);
}

/// Answers the requests of one connection.
async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    routes: Router,
    peer: Peer,
    mut stop: Stop,
) {
    let service = TowerToHyperService::new(routes.layer(axum::Extension(peer)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { tokio::select! { () = stop.told() => {}, () = sleep(LIFE) => {} } } => {
            connection.as_mut().graceful_shutdown();
            timeout(LAST, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!(peer = %peer.ip, %error, "a connection broke off");
    }
}

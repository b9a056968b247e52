//! What is where, and who may have it.

use crate::answer;
use crate::files::{self, Folder};
use crate::metrics::Metrics;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use axum::{Router, body::Body};
use cloudstack_client::catalogue;
use cloudstack_client::serve::Api;
use cloudstack_core::Cloud;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

/// What every request may need.
pub(crate) struct Shared {
    pub(crate) api: Arc<Api>,
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) metrics: Metrics,
    pub(crate) ui: Option<Folder>,
    pub(crate) open_metrics: bool,
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) ip: IpAddr,
    pub(crate) integration: bool,
    pub(crate) secure: bool,
}

/// The door for everybody.
pub(crate) fn front(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/client/api", any(answer::api))
        .route("/client/api/", any(answer::api))
        .route("/", get(|| async { Redirect::temporary("/docs") }))
        .route("/client", get(|| async { Redirect::permanent("/client/") }))
        .route("/client/", get(index))
        .route("/client/{*path}", get(file))
        .route("/docs", get(docs))
        .route("/docs/", get(docs))
        .route("/docs/openapi.json", get(openapi))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .with_state(Arc::clone(shared))
}

/// The door for programs on this machine that are trusted with everything.
pub(crate) fn integration(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/client/api", any(answer::api))
        .route("/client/api/", any(answer::api))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .layer(middleware::from_fn(no_browsers))
        .with_state(Arc::clone(shared))
}

/// A page on the web can make a browser on this machine send requests here. Such a request tells where it comes from, or goes
/// to a name that was made to mean this machine.
async fn no_browsers(request: Request, next: Next) -> Response {
    if from_a_page(request.headers()) {
        return (StatusCode::FORBIDDEN, "the integration port does not answer web pages\n").into_response();
    }
    next.run(request).await
}

fn from_a_page(headers: &HeaderMap) -> bool {
    let sent_by_page = headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let name = host.rsplit_once(':').map_or(
        host,
        |(name, port)| {
            if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host }
        },
    );
    let name = name.trim_start_matches('[').trim_end_matches(']');
    sent_by_page || !(name.is_empty() || name == "localhost" || name.parse::<IpAddr>().is_ok())
}

/// The names of what is answered.
static BOUND: LazyLock<BTreeSet<&str>> = LazyLock::new(|| Api::commands().map(|row| row.name).collect());
static PAGE: LazyLock<String> = LazyLock::new(|| catalogue::html(|row| BOUND.contains(row.name)));
static OPENAPI: LazyLock<String> =
    LazyLock::new(|| catalogue::openapi("/client/api", |row| BOUND.contains(row.name)).to_string());

fn text(kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn docs() -> Response {
    text("text/html; charset=utf-8", PAGE.as_str())
}

async fn openapi() -> Response {
    text("application/json", OPENAPI.as_str())
}

async fn health(State(shared): State<Arc<Shared>>) -> Response {
    match shared.cloud.store_refusal() {
        None => text("text/plain; charset=utf-8", "ok\n"),
        // Why is told to the log and in figures, not to everybody.
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store takes no changes\n").into_response(),
    }
}

async fn metrics(State(shared): State<Arc<Shared>>, Extension(peer): Extension<Peer>) -> Response {
    if !(shared.open_metrics || peer.integration || peer.ip.to_canonical().is_loopback()) {
        return (StatusCode::FORBIDDEN, "figures are told to this machine alone; see --open-metrics\n").into_response();
    }
    text("text/plain; version=0.0.4; charset=utf-8", shared.metrics.render(&shared.cloud))
}

async fn index(shared: State<Arc<Shared>>) -> Response {
    file(shared, Path("index.html".to_owned())).await
}

async fn file(State(shared): State<Arc<Shared>>, Path(path): Path<String>) -> Response {
    let Some(folder) = shared.ui.clone() else {
        return (StatusCode::NOT_FOUND, "no files are served here; see --ui. The API is at /client/api\n")
            .into_response();
    };
    // Disks are slow, and wait on a thread of their own.
    match tokio::task::spawn_blocking(move || folder.read(&path)).await {
        Ok(Some(found)) => {
            let mut response = text(found.kind, found.bytes);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(files::CACHE));
            response
        }
        _ => (StatusCode::NOT_FOUND, "there is no such file\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse().expect("a name"), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn pages_do_not_reach_the_integration_port() {
        for fine in ["127.0.0.1:8096", "localhost:8096", "[::1]:8096", "10.0.0.1", ""] {
            assert!(!from_a_page(&headers(&[("host", fine)])), "{fine}");
        }
        for page in [
            &[("host", "127.0.0.1:8096"), ("origin", "https://example.org")][..],
            &[("host", "127.0.0.1:8096"), ("sec-fetch-site", "cross-site")],
            &[("host", "rebound.example.org:8096")],
            &[("host", "127.0.0.1.example.org")],
        ] {
            assert!(from_a_page(&headers(page)), "{page:?}");
        }
    }
}

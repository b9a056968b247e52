//! The listener: HTTP to the server of the protocol and back.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method as HttpMethod, Uri, header};
use axum::response::Response as HttpResponse;
use axum::routing::any;
use cloudstack_client::serve::{Api, Method, Request, Response};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

/// Answers until it is told to stop.
pub(crate) async fn serve(address: SocketAddr, api: Arc<Api>) -> io::Result<()> {
    let routes = Router::new()
        .route("/client/api", any(answer))
        .route("/client/api/", any(answer))
        .layer(DefaultBodyLimit::max(4 << 20))
        .with_state(api)
        .into_make_service_with_connect_info::<SocketAddr>();
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening:          http://{}/client/api", listener.local_addr()?);
    axum::serve(listener, routes).with_graceful_shutdown(stop()).await
}

/// Ctrl-C.
async fn stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn answer(
    State(api): State<Arc<Api>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: HttpMethod,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> HttpResponse {
    let method = match method {
        HttpMethod::GET => Method::Get,
        HttpMethod::POST => Method::Post,
        _ => Method::Other,
    };
    let cookies: Vec<&str> = headers.get_all(header::COOKIE).iter().filter_map(|c| c.to_str().ok()).collect();
    let request = Request {
        path: uri.path(),
        query: uri.query().unwrap_or(""),
        body: &body,
        cookies: &cookies.join("; "),
        peer: Some(peer.ip()),
        ..Request::new(method)
    };
    sent(api.handle(request).await)
}

fn sent(response: Response) -> HttpResponse {
    let mut out = HttpResponse::new(Body::from(response.body));
    *out.status_mut() = axum::http::StatusCode::from_u16(response.status).unwrap_or_default();
    out.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(response.content_type));
    for (name, value) in response.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            out.headers_mut().append(HeaderName::from_bytes(name.as_bytes()).unwrap_or(header::WARNING), value);
        }
    }
    out
}

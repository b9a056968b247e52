//! A request of HTTP to the server of the protocol, and its answer back; counted and logged, without what it carries.

use crate::metrics::Class;
use crate::routes::{Peer, Shared};
use axum::body::{self, Body};
use axum::extract::{Extension, Request as HttpRequest, State};
use axum::http::{HeaderName, HeaderValue, Method as HttpMethod, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};
use cloudstack_client::catalogue::{self, Command};
use cloudstack_client::serve::{Method, Request, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// The longest form, in bytes.
const BODY_BYTES: usize = 4 << 20;
/// The body must be there by then.
const BODY: Duration = Duration::from_secs(30);
/// An answer must be there by then. What was begun goes on, and can be asked after.
const ANSWER: Duration = Duration::from_secs(120);

pub(crate) async fn api(
    State(shared): State<Arc<Shared>>,
    Extension(peer): Extension<Peer>,
    request: HttpRequest,
) -> HttpResponse {
    let began = Instant::now();
    let (head, body) = request.into_parts();
    let body = match timeout(BODY, body::to_bytes(body, BODY_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            return refuse(&shared, StatusCode::PAYLOAD_TOO_LARGE, "the body cannot be read, or is too long\n");
        }
        Err(_) => return refuse(&shared, StatusCode::REQUEST_TIMEOUT, "the body took too long\n"),
    };
    let method = match head.method {
        HttpMethod::GET => Method::Get,
        HttpMethod::POST => Method::Post,
        _ => Method::Other,
    };
    let cookies: Vec<&str> = head.headers.get_all(header::COOKIE).iter().filter_map(|c| c.to_str().ok()).collect();
    let cookies = cookies.join("; ");
    let query = head.uri.query().unwrap_or("");
    let command = named(query).or_else(|| named(std::str::from_utf8(&body).unwrap_or("")));
    let asked = Request {
        path: head.uri.path(),
        query,
        body: &body,
        cookies: &cookies,
        peer: Some(peer.ip),
        integration: peer.integration,
        secure: peer.secure,
        ..Request::new(method)
    };
    let Ok(answer) = timeout(ANSWER, shared.api.handle(asked)).await else {
        return refuse(&shared, StatusCode::SERVICE_UNAVAILABLE, "no answer in time; what was begun goes on\n");
    };
    let took = began.elapsed();
    shared.metrics.count(Class::of(command), answer.status, took);
    // Never the query, the form or a header: keys, signatures and passwords are there. The name comes from the catalogue.
    tracing::info!(
        command = command.map_or("-", |row| row.name),
        status = answer.status,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        bytes = answer.body.len(),
        peer = %peer.ip,
        "answered"
    );
    sent(answer)
}

fn refuse(shared: &Shared, status: StatusCode, text: &'static str) -> HttpResponse {
    shared.metrics.count(Class::Other, status.as_u16(), Duration::ZERO);
    tracing::info!(status = status.as_u16(), "refused");
    (status, text).into_response()
}

/// The command that is asked for, to count it by. Who writes its name in an odd way is counted among the others.
fn named(query: &str) -> Option<&'static Command> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut names = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("command")).map(|(_, value)| value);
    names.next().and_then(catalogue::find)
}

fn sent(response: Response) -> HttpResponse {
    let mut out = HttpResponse::new(Body::from(response.body));
    *out.status_mut() = StatusCode::from_u16(response.status).unwrap_or_default();
    let headers = out.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(response.content_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in response.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
            headers.append(name, value);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn commands_are_found_wherever_they_stand() {
        for query in ["command=listZones", "apikey=a&Command=listZones&b", "&&COMMAND=listZones"] {
            assert_eq!(named(query).map(|row| row.name), Some("listZones"), "{query}");
        }
        for query in ["", "command", "command=", "command=nothing", "x=command=listZones"] {
            assert_eq!(named(query).map(|row| row.name), None, "{query}");
        }
    }
}

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use scaiwave_api::RefusedWith;

use super::Metrics;

/// Seconds. A read takes a tenth of a millisecond, a write its fsync, and 30 s is the longest that any request
/// may take which does not wait on purpose.
const SECONDS: [f64; 14] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0,
];

/// Answered requests, from the head of the request to the head of the answer.
pub(super) struct Requests {
    took: Family<Answered, Histogram>,
    refused: Family<Refused, Counter>,
}

/// Which requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    /// The pattern of the path, with names in place of what stands there.
    route: String,
    method: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    code: &'static str,
}

impl Requests {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let took = Family::<Answered, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let refused = Family::<Refused, Counter>::default();
        registry.register(
            "scaiwave_http_request_duration_seconds",
            "How long requests took until their answer began. /v1/sync waits on purpose, and a WebSocket \
             counts until it is open",
            took.clone(),
        );
        registry.register(
            "scaiwave_client_refusals",
            "Requests of clients that were refused, by the code that they were told",
            refused.clone(),
        );
        Requests { took, refused }
    }
}

/// Counts a request. Goes around all routes.
pub(crate) async fn count(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = method(request.method());
    let response = next.run(request).await;
    let requests = &metrics.requests;
    let answered = Answered {
        route: route
            .as_ref()
            .map_or("none", MatchedPath::as_str)
            .to_owned(),
        method,
        status: class(response.status()),
    };
    let took = requests.took.get_or_create(&answered);
    took.observe(began.elapsed().as_secs_f64());
    if let Some(RefusedWith(code)) = response.extensions().get() {
        let code = code.as_str();
        requests.refused.get_or_create(&Refused { code }).inc();
    }
    response
}

/// Strangers may invent methods.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

//! Whether this process lives, and whether it should be sent requests: for load balancers and orchestrators.
//! Neither says anything about a tenant by name, so that both may be asked by anybody.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use tokio_util::sync::CancellationToken;

use crate::assembly::Directory;

/// `/healthz` and `/readyz`.
pub(crate) fn router(directory: Arc<Directory>, shutdown: CancellationToken) -> Router {
    let asked = Asked {
        directory,
        shutdown,
    };
    Router::new()
        .route("/healthz", get(async || answer(StatusCode::OK, "alive")))
        .route("/readyz", get(ready))
        .with_state(asked)
}

#[derive(Clone)]
struct Asked {
    directory: Arc<Directory>,
    shutdown: CancellationToken,
}

/// Not ready while it drains, and while a tenant's data cannot be read: whoever balances sends people to
/// another process then, and an operator finds the cause in the log.
async fn ready(State(asked): State<Asked>) -> Response {
    if asked.shutdown.is_cancelled() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "draining");
    }
    for tenant in asked.directory.all() {
        if let Err(error) = tenant.check_store().await {
            tracing::error!(%error, tenant = tenant.slug(), "not ready: the data cannot be read");
            return answer(StatusCode::SERVICE_UNAVAILABLE, "storage");
        }
    }
    answer(StatusCode::OK, "ready")
}

fn answer(code: StatusCode, status: &'static str) -> Response {
    let body = format!("{{\"status\":\"{status}\"}}\n");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (code, headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(router: &Router, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    // A process that drains lives, and is sent nobody any more.
    #[tokio::test]
    async fn draining_is_not_ready() {
        let shutdown = CancellationToken::new();
        let router = router(Arc::default(), shutdown.clone());
        assert_eq!(ask(&router, "/readyz").await.0, StatusCode::OK);
        shutdown.cancel();
        let (status, body) = ask(&router, "/readyz").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(body, "{\"status\":\"draining\"}\n");
        let (status, body) = ask(&router, "/healthz").await;
        assert_eq!(
            (status, body.as_str()),
            (StatusCode::OK, "{\"status\":\"alive\"}\n")
        );
    }
}

//! What whoever watches over this process asks: `/metrics`, and whether it lives and is ready.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::Metrics;
use super::levels::Sources;
use crate::accept;

/// Version 0.0.4 of the text format, which everything reads that reads Prometheus' format at all.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Connections: a scraper or two, and those who look by hand.
const CONNECTIONS: u32 = 32;

/// `/metrics`. What else stands on its listener is the caller's to add.
pub(crate) fn router(metrics: Arc<Metrics>, sources: Sources) -> Router {
    Router::new()
        .route("/metrics", get(answer))
        .with_state(Arc::new((metrics, sources)))
}

/// What its listener allows: little, for few ask.
pub(crate) fn limits() -> accept::Limits {
    accept::Limits {
        connections: CONNECTIONS,
        connections_from_one: CONNECTIONS,
        ..accept::Limits::default()
    }
}

async fn answer(State(asked): State<Arc<(Arc<Metrics>, Sources)>>) -> Response {
    let (metrics, sources) = &*asked;
    let alone = metrics.asked.lock().await;
    metrics.levels.read(sources).await;
    let text = metrics.to_text();
    drop(alone);
    match text {
        Ok(text) => ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-store")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics cannot be written down");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use bytes::Bytes;
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;

use crate::answer::json_bytes;
use crate::around::{around, no_such_method, no_such_path, panicked};
use crate::docs_page;
use crate::keyed::{self, keyed};
use crate::limits::BODY_BYTES_MAX;
use crate::openapi;
use crate::state::ApiState;

/// Everything under `/v1`, `/openapi.json` and `/docs`. What other paths answer is the caller's to say,
/// with a fallback.
pub fn router(state: ApiState) -> Router {
    let (endpoints, document) = openapi::endpoints().split_for_parts();
    let keys = keyed::Layer {
        state: state.clone(),
        writes: Arc::new(keyed::of_document(&document)),
    };
    let document = Bytes::from(serde_json::to_vec(&document).unwrap_or_default());
    let page = Arc::new(OnceLock::new());
    let pages_document = document.clone();
    endpoints
        .route(
            "/openapi.json",
            get(async move || json_bytes(StatusCode::OK, document.clone())),
        )
        .route(
            "/docs",
            get(async move || docs_page::answer(page_of(&page, &pages_document))),
        )
        .route("/v1", any(no_such_path))
        .route("/v1/", any(no_such_path))
        .route("/v1/{*rest}", any(no_such_path))
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(keys, keyed))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), around))
        .with_state(state)
}

/// Rendered when somebody first reads it: that takes longer than all else of a start.
fn page_of(page: &OnceLock<Bytes>, document: &[u8]) -> Bytes {
    let render = || {
        let document: OpenApi = serde_json::from_slice(document).unwrap_or_default();
        Bytes::from(docs_page::render(&document))
    };
    page.get_or_init(render).clone()
}

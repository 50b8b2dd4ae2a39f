//! The client that browsers get: the built files of `web/`, inside the program.
//!
//! A release build carries them in itself; a debug build reads them from `web/dist` when they are asked
//! for, so that whoever works on the client need not build the server again. A program that was built
//! without them says how they are built.

mod answer;
mod encoding;
mod files;
mod policy;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;

/// Answers every path that nobody else answers: files by their name, and the page itself for the
/// addresses within the client (`/rooms/…`), which the page understands.
pub fn router() -> Router {
    Router::new().fallback(serve)
}

async fn serve(request: Request) -> Response {
    answer::to(
        request.method(),
        request.uri().path(),
        request.headers(),
        &files::Built,
    )
}

//! Finding people and rooms.

mod participants;
mod rooms;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(participants::find_participants))
        .routes(routes!(rooms::find_rooms))
}

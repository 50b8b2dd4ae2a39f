//! What people say.

mod delivery;
mod edit;
mod page;
mod pin;
mod pins;
mod react;
mod read;
mod redact;
mod send;
mod unpin;
mod unreact;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(page::list_messages))
        .routes(routes!(send::send_message))
        .routes(routes!(edit::edit_message))
        .routes(routes!(redact::redact_event))
        .routes(routes!(react::add_reaction, unreact::remove_reaction))
        .routes(routes!(pin::pin_message))
        .routes(routes!(unpin::unpin_message))
        .routes(routes!(pins::list_pins))
        .routes(routes!(read::mark_read))
        .routes(routes!(delivery::event_delivery))
}

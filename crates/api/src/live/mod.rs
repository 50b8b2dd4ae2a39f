//! What happens now: sync, the stream, typing.

mod occupancy;
mod presence;
mod stream;
mod sync;
mod ticket;
mod typing;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) use occupancy::Occupancy;
pub(crate) use stream::Sockets;
pub(crate) use ticket::Tickets;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(typing::set_typing))
        .routes(routes!(presence::get_presence))
        .routes(routes!(sync::sync))
        .routes(routes!(ticket::stream_ticket))
        .routes(routes!(stream::stream))
}

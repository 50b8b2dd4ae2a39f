//! Invitations to the caller, and dms across servers.

mod accept;
mod block;
mod decline;
mod federated_dm;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_invitations))
        .routes(routes!(accept::accept_invitation))
        .routes(routes!(decline::decline_invitation))
        .routes(routes!(block::block_invitation))
        .routes(routes!(federated_dm::open_federated_dm))
}

//! The caller's own account.

mod end_session;
mod end_sessions;
mod password;
mod presence;
mod sessions;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(show::me))
        .routes(routes!(presence::set_presence))
        .routes(routes!(
            sessions::list_sessions,
            end_sessions::end_other_sessions
        ))
        .routes(routes!(end_session::end_session))
        .routes(routes!(password::change_password))
}

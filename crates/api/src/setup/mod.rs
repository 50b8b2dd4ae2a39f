//! The first run of a server: who its first admin is, and what the organisation is called.

mod access;
mod first_admin;
mod set_up;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::access::{FirstRun, Setup, Stage};
pub(crate) use self::first_admin::first_admin;
use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(show::get_setup, set_up::set_up))
}

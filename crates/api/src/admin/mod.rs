//! Federation, for admins of the tenant.

mod identity;
mod peers;
mod policy;
mod put_policy;
mod rejections;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(identity::federation_identity))
        .routes(routes!(peers::list_peers))
        .routes(routes!(policy::get_policy, put_policy::put_policy))
        .routes(routes!(rejections::list_rejections))
}

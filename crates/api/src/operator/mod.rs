//! Tenants, for whoever runs the server. Their token is set in the configuration and is nobody's of a tenant.

mod access;
mod create;
mod limits;
mod list;
mod resume;
mod shape;
mod show;
mod suspend;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::access::Operating;
pub use self::access::{Operator, Tenancy, TenantState};
pub(crate) use self::shape::{LimitsJson, UsageJson};
use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_tenants, create::create_tenant))
        .routes(routes!(show::get_tenant))
        .routes(routes!(limits::set_limits))
        .routes(routes!(suspend::suspend_tenant))
        .routes(routes!(resume::resume_tenant))
}

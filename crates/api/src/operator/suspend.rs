use axum::extract::State;
use scaiwave_engine::store::record::TenantStanding;

use super::Operating;
use super::shape::TenantJson;
use crate::answer::{Answer, Success, data};
use crate::extract::TenantPath;
use crate::failure::OperatingOne;
use crate::state::ApiState;

/// Shuts the people of a tenant out: whatever they ask is refused, and their sockets close. Its data stays,
/// and rooms that it shares go on for others.
#[utoipa::path(
    post,
    path = "/v1/admin/tenants/{slug}/suspend",
    tag = "operator",
    params(("slug" = String, Path)),
    responses((status = 200, body = inline(Success<TenantJson<'static>>)), OperatingOne)
)]
pub(crate) async fn suspend_tenant(
    State(state): State<ApiState>,
    operator: Operating,
    TenantPath(slug): TenantPath,
) -> Answer {
    let mut tenant = operator.tenant(&slug).await?;
    let since = tenant.standing.suspended_at;
    let standing = TenantStanding {
        suspended_at: since.or(Some(state.world.now())),
        ..tenant.standing
    };
    operator.set_standing(&mut tenant, standing).await?;
    data(TenantJson::of(&tenant))
}

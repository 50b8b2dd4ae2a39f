use scaiwave_engine::store::record::TenantStanding;

use super::Operating;
use super::shape::TenantJson;
use crate::answer::{Answer, Success, data};
use crate::extract::TenantPath;
use crate::failure::OperatingOne;

/// Lets the people of a suspended tenant in again, with the logins that they had.
#[utoipa::path(
    post,
    path = "/v1/admin/tenants/{slug}/resume",
    tag = "operator",
    params(("slug" = String, Path)),
    responses((status = 200, body = inline(Success<TenantJson<'static>>)), OperatingOne)
)]
pub(crate) async fn resume_tenant(operator: Operating, TenantPath(slug): TenantPath) -> Answer {
    let mut tenant = operator.tenant(&slug).await?;
    let standing = TenantStanding {
        suspended_at: None,
        ..tenant.standing
    };
    operator.set_standing(&mut tenant, standing).await?;
    data(TenantJson::of(&tenant))
}

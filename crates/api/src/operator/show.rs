use super::Operating;
use super::shape::TenantJson;
use crate::answer::{Answer, Success, data};
use crate::extract::TenantPath;
use crate::failure::OperatingOne;

/// One tenant.
#[utoipa::path(
    get,
    path = "/v1/admin/tenants/{slug}",
    tag = "operator",
    params(("slug" = String, Path)),
    responses((status = 200, body = inline(Success<TenantJson<'static>>)), OperatingOne)
)]
pub(crate) async fn get_tenant(operator: Operating, TenantPath(slug): TenantPath) -> Answer {
    data(TenantJson::of(&operator.tenant(&slug).await?))
}

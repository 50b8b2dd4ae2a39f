use scaiwave_engine::store::record::TenantStanding;

use super::Operating;
use super::shape::{LimitsJson, TenantJson};
use crate::answer::{Answer, Success, data};
use crate::extract::{Body, TenantPath};
use crate::failure::OperatingOne;

/// Sets what a tenant may use, all of it: what is left out has no limit any more. A tenant that uses more
/// keeps what it has and makes nothing new.
#[utoipa::path(
    put,
    path = "/v1/admin/tenants/{slug}/limits",
    tag = "operator",
    params(("slug" = String, Path)),
    request_body = LimitsJson,
    responses((status = 200, body = inline(Success<TenantJson<'static>>)), OperatingOne)
)]
pub(crate) async fn set_limits(
    operator: Operating,
    TenantPath(slug): TenantPath,
    Body(limits): Body<LimitsJson>,
) -> Answer {
    let mut tenant = operator.tenant(&slug).await?;
    let standing = TenantStanding {
        limits: limits.limits()?,
        ..tenant.standing
    };
    operator.set_standing(&mut tenant, standing).await?;
    data(TenantJson::of(&tenant))
}

use super::Operating;
use super::shape::TenantJson;
use crate::answer::{Answer, List, Success, data};
use crate::failure::OperatingAll;

/// Every tenant of this server, by slug.
#[utoipa::path(
    get,
    path = "/v1/admin/tenants",
    tag = "operator",
    responses((status = 200, body = inline(Success<List<TenantJson<'static>>>)), OperatingAll)
)]
pub(crate) async fn list_tenants(operator: Operating) -> Answer {
    let all = operator.tenancy().list().await?;
    data(all.iter().map(TenantJson::of).collect::<Vec<_>>())
}

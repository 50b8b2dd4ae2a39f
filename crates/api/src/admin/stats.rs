use scaiwave_engine::quota;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::Admin;
use crate::failure::Administering;
use crate::operator::{LimitsJson, UsageJson};

/// How much there is of what in this tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = TenantStats)]
struct StatsJson {
    /// What the tenant uses.
    #[serde(flatten)]
    usage: UsageJson,
    /// What the operator grants it.
    limits: LimitsJson,
}

/// What the tenant uses, and what it may use.
#[utoipa::path(
    get,
    path = "/v1/admin/stats",
    tag = "admin",
    responses((status = 200, body = inline(Success<StatsJson>)), Administering)
)]
pub(crate) async fn get_stats(Admin(caller): Admin) -> Answer {
    let (usage, limits) = quota::usage(&caller.tenant, &caller.viewer).await?;
    data(StatsJson {
        usage: UsageJson::of(usage),
        limits: LimitsJson::of(limits),
    })
}

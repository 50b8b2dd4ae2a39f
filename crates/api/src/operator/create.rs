use scaiwave_engine::accounts::{self, NewAccount, ResetLink};
use scaiwave_engine::store::record::TenantStanding;
use scaiwave_engine::{Outcome, Tenant, Viewer};
use scaiwave_protocol::ServerName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::TenantJson;
use super::{Operating, TenantState};
use crate::answer::{Answer, Success, data};
use crate::extract::Body;
use crate::failure::{Failure, MakingTenant};
use crate::setup::first_admin;
use crate::shape::Time;

/// A tenant to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTenant {
    /// 1–32 of a–z, 0–9 and inner hyphens; for good.
    #[schema(example = "acme")]
    slug: String,
    /// For people, 1–128 characters.
    #[schema(example = "Acme")]
    name: String,
    /// For the world, and the host name of its clients; for good.
    #[schema(example = "chat.acme.example")]
    server_name: String,
    /// Its first admin. Without one, `scaiwave admin user create` makes it.
    admin: Option<FirstAdmin>,
}

/// Somebody who looks after a new tenant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstAdmin {
    /// Their name in the tenant.
    #[schema(example = "alice")]
    local_id: String,
    /// 1–100 characters.
    display_name: String,
}

/// A new tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeTenant)]
struct MadeJson<'a> {
    #[serde(flatten)]
    tenant: TenantJson<'a>,
    /// With which its first admin sets a password at `/v1/auth/reset`, once. Shown only here.
    #[schema(required = true)]
    admin_token: Option<String>,
    /// When that ends.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    admin_token_expires_at: Option<Time>,
}

/// Makes a tenant, which is there at once.
#[utoipa::path(
    post,
    path = "/v1/admin/tenants",
    tag = "operator",
    request_body = NewTenant,
    responses((status = 200, body = inline(Success<MadeJson<'static>>)), MakingTenant)
)]
pub(crate) async fn create_tenant(operator: Operating, Body(new): Body<NewTenant>) -> Answer {
    check_slug(&new.slug)?;
    let name = Tenant::checked_name("name", &new.name)?;
    let server_name = ServerName::parse(&new.server_name)
        .map_err(|malformed| Failure::at("server_name", malformed.0))?;
    let named = |admin: FirstAdmin| first_admin(&admin.local_id, admin.display_name, None);
    let admin = new.admin.map(named).transpose()?;
    let made = operator.tenancy().create(&new.slug, &name, server_name);
    let tenant = made.await?;
    let link = match admin {
        Some(admin) => Some(make_admin(&tenant, admin).await?),
        None => None,
    };
    let state = TenantState {
        row: tenant.row(),
        standing: TenantStanding::default(),
        usage: Some(scaiwave_engine::quota::usage_for_operator(&tenant).await?),
    };
    data(MadeJson {
        tenant: TenantJson::of(&state),
        admin_token_expires_at: link.as_ref().map(|link| link.expires_at.into()),
        admin_token: link.map(|link| link.token),
    })
}

fn check_slug(slug: &str) -> Result<(), Failure> {
    let letters = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let fits = (1..=32).contains(&slug.len()) && slug.bytes().all(letters);
    if !fits || slug.starts_with('-') || slug.ends_with('-') {
        let sentence = "must be 1–32 of a–z, 0–9 and inner hyphens";
        return Err(Failure::at("slug", sentence));
    }
    Ok(())
}

async fn make_admin(tenant: &Tenant, admin: NewAccount) -> Outcome<ResetLink> {
    let local_id = admin.local_id.clone();
    accounts::create(tenant, admin).await?;
    accounts::reset_link(tenant, &Viewer::operator(tenant)?, &local_id).await
}

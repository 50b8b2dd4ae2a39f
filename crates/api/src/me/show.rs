use scaiwave_engine::store::record::PresenceChoice;
use scaiwave_engine::{accounts, live};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::Caller;
use crate::failure::Reading;
use crate::shape::{ParticipantJson, role_word};

/// The caller.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub(super) struct MeJson<'a> {
    #[serde(flatten)]
    participant: ParticipantJson<'a>,
    /// `member` or `admin`.
    #[schema(value_type = String, example = "member")]
    role: &'static str,
    /// The tenant's id.
    tenant_id: &'a str,
    /// The tenant's name for people.
    tenant_name: String,
    /// What the caller has chosen that others see: `online`, `idle`, `busy`, `appear_offline`; null:
    /// whatever their sessions say.
    #[schema(required = true)]
    presence: Option<&'static str>,
}

/// Who the caller is.
#[utoipa::path(
    get,
    path = "/v1/me",
    tag = "me",
    responses((status = 200, body = inline(Success<MeJson<'static>>)), Reading)
)]
pub(crate) async fn me(caller: Caller) -> Answer {
    show(&caller).await
}

pub(super) async fn show(caller: &Caller) -> Answer {
    let view = accounts::me(&caller.tenant, &caller.viewer).await?;
    let chosen = live::chosen_presence(&caller.tenant, &caller.viewer).await?;
    data(MeJson {
        participant: ParticipantJson::of(&view),
        role: role_word(caller.viewer.role),
        tenant_id: caller.tenant.slug(),
        tenant_name: caller.tenant.name(),
        presence: chosen.map(PresenceChoice::as_str),
    })
}

use scaiwave_engine::live;
use scaiwave_engine::store::record::PresenceChoice;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller};
use crate::failure::{Failure, Reading};

/// What to show.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Show {
    /// `online`, `idle`, `busy`, `appear_offline`; null: whatever the caller's sessions say.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    presence: Option<String>,
}

/// Chooses what others see of the caller's presence, until another choice. Whoever has no session is
/// offline, whatever they chose.
#[utoipa::path(
    put,
    path = "/v1/me/presence",
    tag = "me",
    request_body = Show,
    responses((status = 200, body = inline(Success<Done>)), Reading)
)]
pub(crate) async fn set_presence(caller: Caller, Body(show): Body<Show>) -> Answer {
    let choice = show.presence.as_deref().map(|text| {
        let wrong = "must be online, idle, busy, appear_offline or null";
        text.parse::<PresenceChoice>()
            .map_err(|_| Failure::at("presence", wrong))
    });
    live::choose_presence(&caller.tenant, &caller.viewer, choice.transpose()?).await?;
    done()
}

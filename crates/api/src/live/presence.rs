use scaiwave_engine::live;
use scaiwave_protocol::Fqid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::{Caller, Params};
use crate::failure::{Failure, Reading};

/// Whom to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whom {
    /// Full names, separated by commas; at most 200.
    ids: String,
}

/// Whether somebody is there.
#[derive(Serialize, ToSchema)]
#[schema(as = Presence)]
pub(crate) struct PresenceJson<'a> {
    participant_id: &'a str,
    /// `online`, `idle`, `busy` or `offline`; `offline` also for people of whom the caller may not know.
    #[schema(value_type = String, example = "online")]
    presence: &'static str,
}

/// Who of these people is there: colleagues, and people of other servers with whom the caller shares a
/// room. Changes come as `presence` frames; who has just connected asks first.
#[utoipa::path(
    get,
    path = "/v1/presence",
    tag = "live",
    params(Whom),
    responses((status = 200, body = inline(Success<List<PresenceJson<'static>>>)), Reading)
)]
pub(crate) async fn get_presence(caller: Caller, Params(whom): Params<Whom>) -> Answer {
    let ids = whom.ids.split(',').filter(|id| !id.is_empty());
    let asked: Result<Vec<Fqid>, _> = ids.map(Fqid::parse_participant).collect();
    let asked =
        asked.map_err(|_| Failure::at("ids", "must be full names, such as @bob:acme.example"))?;
    let found = live::presence(&caller.tenant, &caller.viewer, asked).await?;
    let lines: List<_> = found
        .iter()
        .map(|view| PresenceJson {
            participant_id: view.participant.as_str(),
            presence: view.presence.as_str(),
        })
        .collect();
    data(lines)
}

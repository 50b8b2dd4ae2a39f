use scaiwave_engine::invitations::{self, BlockedPart};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Body, Caller, RoomPath};
use crate::failure::{ActingInRoom, Failure};

/// Who is blocked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockInvitation {
    /// `inviter`, or `server` for everybody of the inviter's server.
    #[schema(example = "inviter")]
    whom: String,
}

/// Blocks the one from whom an invitation comes. It is not answered, and listed no more.
#[utoipa::path(
    post,
    path = "/v1/me/invitations/{room_id}/block",
    tag = "invitations",
    params(("room_id" = String, Path)),
    request_body = BlockInvitation,
    responses((status = 200, body = inline(Success<Done>)), ActingInRoom)
)]
pub(crate) async fn block_invitation(
    caller: Caller,
    RoomPath(room_id): RoomPath,
    Body(body): Body<BlockInvitation>,
) -> Answer {
    let part = match body.whom.as_str() {
        "inviter" => BlockedPart::Inviter,
        "server" => BlockedPart::Server,
        _ => return Err(Failure::at("whom", "must be `inviter` or `server`")),
    };
    invitations::block(&caller.tenant, &caller.viewer, &room_id, part).await?;
    done()
}

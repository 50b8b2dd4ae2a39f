use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms;
use scaiwave_protocol::ServerName;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Done, Success, done};
use crate::extract::{Admin, Body, RoomPath};
use crate::failure::{AdministeringRoom, Failure};

/// A room's next host.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewHost {
    /// A server in the room whose admin has agreed.
    #[schema(example = "globex.example")]
    server_name: String,
}

/// Hands a room of this server over to another one.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/rooms/{room_id}/hand-over",
    tag = "admin",
    params(("room_id" = String, Path)),
    request_body = NewHost,
    responses((status = 200, body = inline(Success<Done>)), AdministeringRoom)
)]
pub(crate) async fn hand_over(
    Admin(caller): Admin,
    RoomPath(room_id): RoomPath,
    Body(body): Body<NewHost>,
) -> Answer {
    let to = ServerName::parse(&body.server_name)
        .map_err(|malformed| Failure::at("server_name", malformed.0))?;
    rooms::hand_over(&caller.tenant, Actor::Person(&caller.viewer), &room_id, &to).await?;
    done()
}

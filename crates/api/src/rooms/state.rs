use scaiwave_engine::rooms;
use scaiwave_protocol::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::InRoom;
use crate::shape::{MemberJson, RoomJson};

/// What a client needs to open a room.
#[derive(Serialize, ToSchema)]
#[schema(as = RoomState)]
struct RoomStateJson<'a> {
    /// The room.
    room: RoomJson<'a>,
    /// Everybody who is something to it.
    members: Vec<MemberJson<'a>>,
    /// Messages of others above the read marker.
    unread_count: u64,
    /// The read marker.
    #[schema(required = true, value_type = Option<String>)]
    last_read_event_id: Option<EventId>,
}

/// A room with its members and where the caller stands in it.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/state",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<RoomStateJson<'static>>)), InRoom)
)]
pub(crate) async fn get_room_state(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let room = rooms::get(&caller.tenant, &caller.viewer, &room_id).await?;
    let members = rooms::members(&caller.tenant, &caller.viewer, &room_id).await?;
    let list = rooms::list(&caller.tenant, &caller.viewer).await?;
    let line = list.iter().find(|line| line.room.id == room_id);
    data(RoomStateJson {
        room: RoomJson::of(&room),
        members: members.iter().map(MemberJson::of).collect(),
        unread_count: line.map_or(0, |line| line.unread_count),
        last_read_event_id: line.and_then(|line| line.last_read),
    })
}

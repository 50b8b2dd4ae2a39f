use scaiwave_engine::rooms;
use scaiwave_protocol::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::InRoom;
use crate::shape::{MemberJson, RoomJson, Time, mode_word};

/// What a client needs to open a room.
#[derive(Serialize, ToSchema)]
#[schema(as = RoomState)]
struct RoomStateJson<'a> {
    /// The room.
    room: RoomJson<'a>,
    /// Everybody who is something to it.
    members: Vec<MemberJson<'a>>,
    /// The call that is going on; none as long as this server carries no calls.
    #[schema(required = true)]
    active_call: Option<&'a str>,
    /// Messages of others above the read marker, at most 1000.
    unread_count: u64,
    /// Those above it that stand in the caller's inbox.
    mention_count: u64,
    /// What the caller wants to hear of the room: `all`, `mentions`, `none`; `inherit`: as their preferences say.
    #[schema(value_type = String, example = "inherit")]
    notification_mode: &'static str,
    /// Until then the room makes no sound for the caller.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    muted_until: Option<Time>,
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
    let line = rooms::line(&caller.tenant, &caller.viewer, &room_id).await?;
    let line = line.as_ref();
    let choice = line.map(|line| line.choice).unwrap_or_default();
    data(RoomStateJson {
        room: RoomJson::of(&room),
        members: members.iter().map(MemberJson::of).collect(),
        active_call: None,
        unread_count: line.map_or(0, |line| line.unread_count),
        mention_count: line.map_or(0, |line| line.mention_count),
        notification_mode: mode_word(choice.mode),
        muted_until: choice.muted_until.map(Time::from),
        last_read_event_id: line.and_then(|line| line.last_read),
    })
}

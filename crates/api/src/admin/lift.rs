use scaiwave_engine::audit::Actor;
use scaiwave_engine::rooms;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, RoomPath};
use crate::failure::FetchingForRoom;

/// What became of a room that was read-only.
#[derive(Serialize, ToSchema)]
#[schema(as = Lifted)]
struct LiftedJson {
    /// The server whose history counts from here on.
    #[schema(example = "globex.example")]
    host: String,
    /// Up to this seq what was here is the host's history too.
    kept_seq: u64,
    /// Entries above it that are kept as evidence and shown no more.
    set_aside: u64,
    /// Messages, edits, reactions and redactions of this tenant's people among them: they wait for the host
    /// once more.
    sent_again: u64,
}

/// Lets a room go on that is read-only here because its host was found at fault: from here on the history
/// counts that the host has today. What differs from it here is set aside as evidence, and what this
/// tenant's people had said in it is sent once more. At the host itself its own history counts.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/rooms/{room_id}/lift",
    tag = "admin",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<LiftedJson>)), FetchingForRoom)
)]
pub(crate) async fn lift_room(Admin(caller): Admin, RoomPath(room_id): RoomPath) -> Answer {
    let actor = Actor::Person(&caller.viewer);
    let lifted = rooms::lift(&caller.tenant, actor, &room_id).await?;
    data(LiftedJson {
        host: lifted.host.to_string(),
        kept_seq: lifted.kept_seq,
        set_aside: lifted.set_aside,
        sent_again: lifted.sent_again,
    })
}

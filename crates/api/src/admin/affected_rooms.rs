use scaiwave_engine::policy::AffectedRoom;
use scaiwave_protocol::{RoomId, ServerName};
use serde::Serialize;
use utoipa::ToSchema;

/// What a change of the policy means to rooms that are shared already.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyMeta)]
pub(super) struct PolicyMeta {
    /// The rooms shared with servers that the policy does not admit.
    affected_rooms: Vec<AffectedRoomJson>,
}

/// A room that is shared with a server which the policy does not admit.
#[derive(Serialize, ToSchema)]
#[schema(as = AffectedRoom)]
struct AffectedRoomJson {
    /// Which room.
    #[schema(value_type = String)]
    room_id: RoomId,
    /// What it is called.
    #[schema(required = true)]
    name: Option<String>,
    /// Who hosts it.
    #[schema(value_type = String)]
    host: ServerName,
    /// The servers in it that are not admitted.
    #[schema(value_type = Vec<String>)]
    servers: Vec<ServerName>,
    /// Whether it is left at once, because one of them is blocked or federation is closed. Otherwise it
    /// is kept, until an admin leaves it.
    left: bool,
}

impl PolicyMeta {
    pub(super) fn of(rooms: Vec<AffectedRoom>) -> Self {
        let json = |room: AffectedRoom| AffectedRoomJson {
            room_id: room.room_id,
            name: room.name,
            host: room.host,
            servers: room.servers,
            left: room.left,
        };
        PolicyMeta {
            affected_rooms: rooms.into_iter().map(json).collect(),
        }
    }
}

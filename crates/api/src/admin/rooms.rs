use scaiwave_engine::rooms::{self, FederatedRoom};
use scaiwave_protocol::ServerName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, List, ListMeta, Success, data_with};
use crate::extract::{Admin, Params, page_limit};
use crate::failure::Administering;
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};

/// Which part of the list.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// At most this many, 1–200; 50 when it is left out.
    limit: Option<u32>,
    /// From which on.
    offset: Option<u32>,
}

/// A room that other servers have something of.
#[derive(Serialize, ToSchema)]
#[schema(as = FederatedRoom)]
struct RoomJson<'a> {
    /// Which.
    id: &'a str,
    /// What it is called.
    #[schema(required = true)]
    name: Option<&'a str>,
    /// `group`, `dm` or `public`.
    #[schema(value_type = String, example = "group")]
    room_type: &'static str,
    /// Who sequences.
    host: &'a str,
    /// Whether other servers may take part (still).
    federate: bool,
    /// Other servers with somebody in it.
    #[schema(value_type = Vec<String>)]
    servers: &'a [ServerName],
    /// Other servers that had somebody in it, and keep what they had.
    #[schema(value_type = Vec<String>)]
    left: &'a [ServerName],
    /// People of this tenant in it.
    local_people: u64,
    /// People of others in it.
    foreign_people: u64,
    /// This server's last entry.
    head_seq: u64,
    /// Why it is read-only here.
    #[schema(required = true)]
    frozen: Option<&'a str>,
}

impl<'a> RoomJson<'a> {
    fn of(room: &'a FederatedRoom) -> Self {
        RoomJson {
            id: room.room_id.as_str(),
            name: room.name.as_deref(),
            room_type: room.room_type.as_str(),
            host: room.host.as_str(),
            federate: room.federate,
            servers: &room.servers,
            left: &room.left,
            local_people: room.local_people,
            foreign_people: room.foreign_people,
            head_seq: room.head_seq,
            frozen: room.frozen.as_deref(),
        }
    }
}

/// Rooms that other servers have something of, by id.
#[utoipa::path(
    get,
    path = "/v1/admin/rooms",
    tag = "admin",
    params(Part),
    responses(
        (status = 200, body = inline(Success<List<RoomJson<'static>>, ListMeta>)),
        Administering,
    )
)]
pub(crate) async fn list_federated_rooms(
    Admin(caller): Admin,
    Params(part): Params<Part>,
) -> Answer {
    let limit = page_limit(part.limit, PAGE_DEFAULT, PAGE_MAX)?;
    let offset = part.offset.unwrap_or(0);
    let found = rooms::federated(&caller.tenant, &caller.viewer, limit, offset).await?;
    let rooms: List<_> = found.iter().map(RoomJson::of).collect();
    let meta = ListMeta::of(limit, offset, rooms.len());
    data_with(rooms, meta)
}

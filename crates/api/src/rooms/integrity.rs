use scaiwave_engine::rooms::{self, IntegrityView, ServerHistoryView};
use scaiwave_protocol::ServerName;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Caller, RoomPath};
use crate::failure::InRoom;
use crate::shape::Time;

/// Whether everybody in a room holds the same history, as far as this server knows.
#[derive(Serialize, ToSchema)]
#[schema(as = RoomIntegrity)]
struct IntegrityJson<'a> {
    /// The term of the last entry here.
    term: u64,
    /// The seq of the last entry here.
    seq: u64,
    /// The chain over everything up to it: equal chains mean equal history.
    chain: String,
    /// The server that orders the room's events.
    host: &'a str,
    /// Set when the room is read-only here because its host is at fault.
    #[schema(required = true)]
    frozen: Option<&'a str>,
    /// Servers that have to say what they hold of the room before it goes on.
    #[schema(value_type = Vec<String>)]
    waiting_for: Vec<&'a str>,
    /// The other servers in the room.
    servers: Vec<ServerHistoryJson<'a>>,
}

/// Another server's history of a room beside ours.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerHistory)]
struct ServerHistoryJson<'a> {
    /// Its name.
    server_name: &'a str,
    /// Whether the chains were equal; null before the first comparison since this server started.
    #[schema(required = true)]
    same: Option<bool>,
    /// Up to which seq they were compared.
    #[schema(required = true)]
    seq: Option<u64>,
    /// When.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    checked_at: Option<Time>,
    /// Whether the host's word for its key waits for that server's own.
    unconfirmed: bool,
}

impl<'a> IntegrityJson<'a> {
    fn of(view: &'a IntegrityView) -> Self {
        let waiting = view.waiting_for.iter();
        IntegrityJson {
            term: view.head.term,
            seq: view.head.seq,
            chain: view.head.chain.to_string(),
            host: view.host.as_str(),
            frozen: view.frozen.as_deref(),
            waiting_for: waiting.map(ServerName::as_str).collect(),
            servers: view.servers.iter().map(ServerHistoryJson::of).collect(),
        }
    }
}

impl<'a> ServerHistoryJson<'a> {
    fn of(view: &'a ServerHistoryView) -> Self {
        ServerHistoryJson {
            server_name: view.server.as_str(),
            same: view.compared.map(|compared| compared.same),
            seq: view.compared.map(|compared| compared.seq),
            checked_at: view.compared.map(|compared| compared.at.into()),
            unconfirmed: view.unconfirmed,
        }
    }
}

/// Whether the servers in a room hold the same history.
#[utoipa::path(
    get,
    path = "/v1/rooms/{room_id}/integrity",
    tag = "rooms",
    params(("room_id" = String, Path)),
    responses((status = 200, body = inline(Success<IntegrityJson<'static>>)), InRoom)
)]
pub(crate) async fn get_integrity(caller: Caller, RoomPath(room_id): RoomPath) -> Answer {
    let view = rooms::integrity(&caller.tenant, &caller.viewer, &room_id).await?;
    data(IntegrityJson::of(&view))
}

use scaiwave_engine::peering::{self, KnownKey, PeerDetail, SharedRoom};
use serde::Serialize;
use utoipa::ToSchema;

use super::peers::PeerJson;
use crate::answer::{Answer, List, Success, data};
use crate::extract::{Admin, PeerPath};
use crate::failure::AdministeringOne;
use crate::shape::Time;

/// A peer with its keys and the rooms in common.
#[derive(Serialize, ToSchema)]
#[schema(as = PeerDetail)]
struct DetailJson<'a> {
    /// As in the list.
    #[schema(value_type = PeerJson<'static>)]
    peer: PeerJson<'a>,
    /// When its descriptor was fetched last.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    descriptor_at: Option<Time>,
    /// The keys that are believed, as first seen or accepted since.
    #[schema(value_type = Vec<PinnedKeyJson<'static>>)]
    pinned_keys: List<PinnedKeyJson<'a>>,
    /// A key that it shows now and that no known key vouches for: compare its words with the other admin
    /// before you accept it.
    #[schema(required = true, value_type = Option<PinnedKeyJson<'static>>)]
    candidate: Option<PinnedKeyJson<'a>>,
    /// Since when it shows that key.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    candidate_since: Option<Time>,
    /// Rooms in common, at most 500.
    #[schema(value_type = Vec<SharedRoomJson<'static>>)]
    rooms: List<SharedRoomJson<'a>>,
}

/// A key of a peer.
#[derive(Serialize, ToSchema)]
#[schema(as = PinnedKey)]
struct PinnedKeyJson<'a> {
    /// Its id.
    key_id: &'a str,
    /// The public half.
    public_key: &'a str,
    /// To be compared with what the other admin reads aloud.
    fingerprint_words: &'a str,
}

/// A room in common with a peer.
#[derive(Serialize, ToSchema)]
#[schema(as = SharedRoom)]
struct SharedRoomJson<'a> {
    /// Which.
    room_id: &'a str,
    /// What it is called.
    #[schema(required = true)]
    name: Option<&'a str>,
    /// Who sequences.
    host: &'a str,
    /// This server's last entry.
    head_seq: u64,
    /// What the peer has acknowledged, in rooms that this server hosts.
    #[schema(required = true)]
    acked_seq: Option<u64>,
    /// Why nothing more is sent to it in this room.
    #[schema(required = true)]
    stopped: Option<&'a str>,
    /// Why the room is read-only here.
    #[schema(required = true)]
    frozen: Option<&'a str>,
}

impl<'a> PinnedKeyJson<'a> {
    fn of(key: &'a KnownKey) -> Self {
        PinnedKeyJson {
            key_id: &key.key_id,
            public_key: &key.public_key,
            fingerprint_words: &key.fingerprint_words,
        }
    }
}

impl<'a> SharedRoomJson<'a> {
    fn of(room: &'a SharedRoom) -> Self {
        SharedRoomJson {
            room_id: room.room_id.as_str(),
            name: room.name.as_deref(),
            host: room.host.as_str(),
            head_seq: room.head_seq,
            acked_seq: room.acked_seq,
            stopped: room.stopped.as_deref(),
            frozen: room.frozen.as_deref(),
        }
    }
}

/// One peer: how it is doing, its keys, and the rooms in common.
#[utoipa::path(
    get,
    path = "/v1/admin/federation/peers/{server_name}",
    tag = "admin",
    params(("server_name" = String, Path)),
    responses((status = 200, body = inline(Success<DetailJson<'static>>)), AdministeringOne)
)]
pub(crate) async fn get_peer(Admin(caller): Admin, PeerPath(server): PeerPath) -> Answer {
    let detail: PeerDetail = peering::peer(&caller.tenant, &caller.viewer, &server).await?;
    data(DetailJson {
        peer: PeerJson::of(&detail.peer, caller.tenant.world().now()),
        descriptor_at: detail.descriptor_at.map(Time::from),
        pinned_keys: detail.pinned_keys.iter().map(PinnedKeyJson::of).collect(),
        candidate: detail
            .candidate
            .as_ref()
            .map(|(key, _)| PinnedKeyJson::of(key)),
        candidate_since: detail
            .candidate
            .as_ref()
            .map(|(_, since)| Time::from(*since)),
        rooms: detail.rooms.iter().map(SharedRoomJson::of).collect(),
    })
}

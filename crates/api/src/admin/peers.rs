use scaiwave_engine::peering;
use scaiwave_engine::view::PeerView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, List, Success, data};
use crate::extract::Admin;
use crate::failure::Administering;
use crate::shape::Time;

/// Another server.
#[derive(Serialize, ToSchema)]
#[schema(as = Peer)]
pub(super) struct PeerJson<'a> {
    /// Its name.
    server_name: &'a str,
    /// `reachable`, `unreachable`, `blocked`, `dropped` or `not contacted yet`.
    #[schema(value_type = String, example = "reachable")]
    state: &'static str,
    /// How it is doing, why, and what happens next, in a sentence or two.
    #[schema(
        example = "Cannot be reached for 5 min: no connection: Connection refused. The next try is in 23 s."
    )]
    summary: &'a str,
    /// When it was heard of first.
    #[schema(value_type = String, format = DateTime)]
    first_contact_at: Time,
    /// When it last proved to be there.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_seen_at: Option<Time>,
    /// When a request of it last arrived here and verified: it can reach this server.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_heard_at: Option<Time>,
    /// Since when it cannot be reached.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    unreachable_since: Option<Time>,
    /// When an admin gave it up.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    dropped_at: Option<Time>,
    /// What went wrong last, in words.
    #[schema(required = true)]
    last_error: Option<&'a str>,
    /// When.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_error_at: Option<Time>,
    /// When it is tried again, while it cannot be reached.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    next_try_at: Option<Time>,
    /// Entries of our rooms that it has not acknowledged.
    lag_events: u64,
    /// Seconds for which the oldest of what waits for it has waited; 0 when nothing does.
    lag_seconds: u64,
    /// Events of ours that wait for rooms it hosts, and one-off items.
    pending: u64,
    /// Rooms of ours in which it refused our entries, so that nothing more is sent there.
    stopped_rooms: u64,
    /// Items that it has rejected for good.
    dead_letters: u64,
    /// Rooms that both have.
    shared_rooms: u64,
    /// Its newest key.
    #[schema(required = true)]
    key_id: Option<&'a str>,
    /// That key's fingerprint, to be compared with what the other admin reads aloud.
    #[schema(required = true)]
    fingerprint_words: Option<&'a str>,
    /// Name and version of its software, as it says.
    #[schema(required = true)]
    software: Option<&'a str>,
    /// Versions of the protocol that it speaks, as it says.
    protocol_versions: &'a [String],
}

impl<'a> PeerJson<'a> {
    pub(super) fn of(view: &'a PeerView, now: u64) -> Self {
        let waited = |since: u64| now.saturating_sub(since) / 1000;
        PeerJson {
            server_name: view.server.as_str(),
            state: view.state,
            summary: &view.summary,
            first_contact_at: view.first_contact_at.into(),
            last_seen_at: view.last_seen_at.map(Time::from),
            last_heard_at: view.last_heard_at.map(Time::from),
            unreachable_since: view.unreachable_since.map(Time::from),
            dropped_at: view.dropped_at.map(Time::from),
            last_error: view.last_error.as_deref(),
            last_error_at: view.last_error_at.map(Time::from),
            next_try_at: view.next_try_at.map(Time::from),
            lag_events: view.lag_events,
            lag_seconds: view.waiting_since.map_or(0, waited),
            pending: view.pending,
            stopped_rooms: view.stopped_rooms,
            dead_letters: view.dead_letters,
            shared_rooms: view.shared_rooms,
            key_id: view.key_id.as_deref(),
            fingerprint_words: view.fingerprint_words.as_deref(),
            software: view.software.as_deref(),
            protocol_versions: &view.protocol_versions,
        }
    }
}

/// Other servers that this one knows, by name.
#[utoipa::path(
    get,
    path = "/v1/admin/federation/peers",
    tag = "admin",
    responses((status = 200, body = inline(Success<List<PeerJson<'static>>>)), Administering)
)]
pub(crate) async fn list_peers(Admin(caller): Admin) -> Answer {
    let views = peering::peers(&caller.tenant, &caller.viewer).await?;
    let now = caller.tenant.world().now();
    let peers: List<_> = views.iter().map(|view| PeerJson::of(view, now)).collect();
    data(peers)
}

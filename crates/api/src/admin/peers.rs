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
struct PeerJson<'a> {
    /// Its name.
    server_name: &'a str,
    /// `reachable`, `unreachable`, `blocked` or `not contacted yet`.
    #[schema(value_type = String, example = "reachable")]
    state: &'static str,
    /// When it was heard of first.
    #[schema(value_type = String, format = DateTime)]
    first_contact_at: Time,
    /// When it last proved to be there.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_seen_at: Option<Time>,
    /// What went wrong last, in words.
    #[schema(required = true)]
    last_error: Option<&'a str>,
    /// When.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_error_at: Option<Time>,
    /// Entries of our rooms that it has not acknowledged.
    lag_events: u64,
    /// Events of ours that wait for rooms it hosts, and one-off items.
    pending: u64,
    /// Rooms that both have.
    shared_rooms: u64,
    /// Its newest key.
    #[schema(required = true)]
    key_id: Option<&'a str>,
}

impl<'a> PeerJson<'a> {
    fn of(view: &'a PeerView) -> Self {
        PeerJson {
            server_name: view.server.as_str(),
            state: view.state,
            first_contact_at: view.first_contact_at.into(),
            last_seen_at: view.last_seen_at.map(Time::from),
            last_error: view.last_error.as_deref(),
            last_error_at: view.last_error_at.map(Time::from),
            lag_events: view.lag_events,
            pending: view.pending,
            shared_rooms: view.shared_rooms,
            key_id: view.key_id.as_deref(),
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
    let peers: List<_> = views.iter().map(PeerJson::of).collect();
    data(peers)
}

use scaiwave_engine::peering;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Success, data};
use crate::extract::{Admin, PeerPath};
use crate::failure::AdministeringOne;

/// What was waiting for a peer when it was dropped.
#[derive(Serialize, ToSchema)]
#[schema(as = DroppedPeer)]
struct DroppedJson {
    /// Rooms of ours in which nothing more is sent to it.
    rooms: u64,
    /// Entries in them that it has not acknowledged. They stay in the log: should it come back, it gets
    /// them.
    entries: u64,
    /// Events of our people for rooms that it hosts; their authors see that they were not delivered.
    pending: u64,
    /// Invitations, which are taken back, and other single items.
    items: u64,
}

/// Forgets what waits for a peer and stops trying, until it speaks again or somebody retries.
#[utoipa::path(
    post,
    path = "/v1/admin/federation/peers/{server_name}/drop",
    tag = "admin",
    params(("server_name" = String, Path)),
    responses((status = 200, body = inline(Success<DroppedJson>)), AdministeringOne)
)]
pub(crate) async fn drop_peer(Admin(caller): Admin, PeerPath(server): PeerPath) -> Answer {
    let given_up = peering::give_up(&caller.tenant, &caller.viewer, &server).await?;
    data(DroppedJson {
        rooms: given_up.rooms,
        entries: given_up.entries,
        pending: given_up.pending,
        items: given_up.items,
    })
}

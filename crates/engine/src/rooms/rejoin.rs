use std::sync::Arc;

use scaiwave_protocol::RoomId;

use crate::view::RoomView;
use crate::{Denial, Outcome, Tenant, Viewer};

/// Enters a room again in which the viewer has been before: a public one of ours, or one to which they have been
/// invited again. Whoever is in it stays in it.
pub async fn rejoin(tenant: &Arc<Tenant>, viewer: &Viewer, room_id: &RoomId) -> Outcome<RoomView> {
    let before = tenant.store.member(room_id, &viewer.fqid).await?;
    if before.is_none() {
        return Err(Denial::no_such_room());
    }
    super::join(tenant, viewer, room_id).await
}

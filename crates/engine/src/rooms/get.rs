use std::sync::Arc;

use scaiwave_protocol::RoomId;

use super::{access, document};
use crate::view::RoomView;
use crate::{Denial, Outcome, Tenant, Viewer};

/// One room, for those who are in it or invited.
pub async fn get(tenant: &Arc<Tenant>, viewer: &Viewer, room_id: &RoomId) -> Outcome<RoomView> {
    let member = access::visible(tenant, viewer, room_id).await?;
    let row = tenant
        .store
        .room(room_id)
        .await?
        .ok_or_else(Denial::no_such_room)?;
    let servers = tenant.store.room_servers(room_id).await?;
    let present = servers
        .into_iter()
        .filter(|server| server.present)
        .map(|server| server.server);
    let state = document::core(&row)?;
    let (membership, present) = (Some(member.membership), present.collect());
    Ok(document::view(tenant, viewer, row, &state, membership, present).await?)
}

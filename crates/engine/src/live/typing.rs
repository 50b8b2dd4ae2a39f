use std::sync::Arc;

use scaiwave_protocol::wire::Ephemeral;
use scaiwave_protocol::{Fqid, RoomId};

use super::{Frame, FrameBody};
use crate::{Outcome, Tenant, Viewer, rooms};

/// Tells the room that the viewer is writing, or no more: here at once, and to every member server.
pub async fn typing(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    typing: bool,
) -> Outcome<()> {
    rooms::access::joined(tenant, viewer, room_id).await?;
    show_typing(tenant, room_id, &viewer.fqid, typing);
    let item = Ephemeral::Typing {
        room_id: room_id.clone(),
        participant: viewer.fqid.clone(),
        typing,
    };
    for server in tenant.store.room_servers(room_id).await? {
        if server.present && &server.server != tenant.server_name() {
            tenant.doorbells.drop_in(&server.server, item.to_json());
        }
    }
    Ok(())
}

/// Shows it to local sessions.
pub(crate) fn show_typing(tenant: &Tenant, room_id: &RoomId, participant: &Fqid, typing: bool) {
    let body = FrameBody::Typing {
        participant: participant.clone(),
        typing,
    };
    let now = tenant.world.now();
    tenant
        .hub
        .publish_ephemeral(Frame::new(None, now, Some(room_id.clone()), None, body));
}

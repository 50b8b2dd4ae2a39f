use std::sync::Arc;

use scaiwave_protocol::event::content::{Membership, RoomLife};

use super::{access, document};
use crate::view::RoomListView;
use crate::{Outcome, Tenant, Viewer, messages};

/// Those of the viewer's rooms that are archived, newest activity first.
pub async fn archived(tenant: &Arc<Tenant>, viewer: &Viewer) -> Outcome<Vec<RoomListView>> {
    let mut rooms = list(tenant, viewer).await?;
    rooms.retain(|line| line.room.life == RoomLife::Archived);
    Ok(rooms)
}

/// The viewer's rooms, newest activity first.
pub async fn list(tenant: &Arc<Tenant>, viewer: &Viewer) -> Outcome<Vec<RoomListView>> {
    let rows = tenant.store.rooms_of(&viewer.fqid).await?;
    let now = tenant.world.now();
    let mut rooms = Vec::with_capacity(rows.len());
    for row in rows
        .into_iter()
        .filter(|row| row.membership == Membership::Join)
    {
        if access::has_parted(tenant, &viewer.fqid, &row.room.room_id).await? {
            continue;
        }
        let last_event = match &row.last {
            Some(entry) => messages::current_view(tenant, &row.room.room_id, &entry.event_id)
                .await?
                .map(|view| messages::for_viewer(tenant, viewer, view)),
            None => None,
        };
        let room_id = &row.room.room_id;
        let choice = tenant.wanted.choice(&viewer.fqid, room_id, now);
        rooms.push(RoomListView {
            choice,
            mention_count: row.mention_count,
            room: document::view(tenant, viewer, row.room, Some(row.membership), row.servers)
                .await?,
            unread_count: row.unread_count,
            last_read: row.last_read,
            last_event,
        });
    }
    Ok(rooms)
}

use std::sync::Arc;

use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::content::{Membership, RoomLife};
use scaiwave_store::record::RoomListRow;

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
    let mut rooms = Vec::with_capacity(rows.len());
    for row in rows {
        rooms.extend(line_of(tenant, viewer, row).await?);
    }
    Ok(rooms)
}

/// One room's line in the list; none for somebody who is not in it.
pub async fn line(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Outcome<Option<RoomListView>> {
    match tenant.store.room_of(&viewer.fqid, room_id).await? {
        Some(row) => line_of(tenant, viewer, row).await,
        None => Ok(None),
    }
}

/// Only of rooms that the viewer is in.
async fn line_of(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    row: RoomListRow,
) -> Outcome<Option<RoomListView>> {
    let room_id = row.room.room_id.clone();
    if row.membership != Membership::Join
        || access::has_parted(tenant, &viewer.fqid, &room_id).await?
    {
        return Ok(None);
    }
    let last_event = match &row.last {
        Some(entry) => messages::current_view(tenant, &room_id, &entry.event_id)
            .await?
            .map(|view| messages::for_viewer(tenant, viewer, view)),
        None => None,
    };
    let now = tenant.world.now();
    let room = document::view(tenant, viewer, row.room, Some(row.membership), row.servers);
    Ok(Some(RoomListView {
        choice: tenant.wanted.choice(&viewer.fqid, &room_id, now),
        mention_count: row.mention_count,
        room: room.await?,
        unread_count: row.unread_count,
        last_read: row.last_read,
        last_event,
    }))
}

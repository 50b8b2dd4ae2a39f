use std::sync::Arc;

use scaiwave_protocol::RoomId;
use scaiwave_protocol::event::content::Membership;
use scaiwave_store::StoreError;
use scaiwave_store::record::RoomListRow;

use super::listed::ListedRoom;
use crate::rooms::document;
use crate::view::RoomListView;
use crate::{Tenant, Viewer, messages};

/// A line of somebody's list as the store has it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// With what else was so when it was read.
    pub(super) view: Arc<ListedRoom>,
    /// The host's clock at the newest entry, ms.
    pub(super) active_at: u64,
    /// Whether the room says that other servers may take part.
    pub(super) federates: bool,
}

/// All lines, newest activity first.
pub(super) async fn lines(
    tenant: &Tenant,
    viewer: &Viewer,
) -> Result<Vec<(RoomId, Line)>, StoreError> {
    let rows = tenant.store.rooms_of(&viewer.fqid).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let room_id = row.room.room_id.clone();
        lines.extend(
            of_row(tenant, viewer, row)
                .await?
                .map(|line| (room_id, line)),
        );
    }
    Ok(lines)
}

/// One line; none for somebody who is not in the room.
pub(super) async fn line(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
) -> Result<Option<Line>, StoreError> {
    match tenant.store.room_of(&viewer.fqid, room_id).await? {
        Some(row) => of_row(tenant, viewer, row).await,
        None => Ok(None),
    }
}

/// Only of rooms that the viewer is in.
async fn of_row(
    tenant: &Tenant,
    viewer: &Viewer,
    row: RoomListRow,
) -> Result<Option<Line>, StoreError> {
    if row.membership != Membership::Join {
        return Ok(None);
    }
    let room_id = row.room.room_id.clone();
    let last_event = match &row.last {
        Some(entry) => messages::current_view(tenant, &room_id, &entry.event_id)
            .await?
            .map(|view| messages::for_viewer(tenant, viewer, view)),
        None => None,
    };
    let active_at = row.room.head_ts;
    let state = document::core(&row.room)?;
    let membership = Some(row.membership);
    let room = document::view(tenant, viewer, row.room, &state, membership, row.servers);
    let view = RoomListView {
        choice: tenant
            .wanted
            .choice(&viewer.fqid, &room_id, tenant.world.now()),
        mention_count: row.mention_count,
        room: room.await?,
        unread_count: row.unread_count,
        last_read: row.last_read,
        last_event,
    };
    Ok(Some(Line {
        view: Arc::new(ListedRoom::new(view)),
        active_at,
        federates: state.federates(),
    }))
}

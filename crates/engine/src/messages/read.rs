use std::sync::Arc;

use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::record::ReadMarkerRow;
use scaiwave_store::{Change, Commit};

use crate::live::{FrameBody, Outgoing, commit_and_publish};
use crate::{Denial, Outcome, Tenant, Viewer, rooms};

/// Notes how far the viewer has read, and tells their other devices; nobody else learns of it.
pub async fn mark_read(
    tenant: &Arc<Tenant>,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: EventId,
) -> Outcome<()> {
    rooms::access::joined(tenant, viewer, room_id).await?;
    let seq = place(tenant, viewer, room_id, &event_id).await?;
    let before = tenant.store.read_marker(&viewer.fqid, room_id).await?;
    if before.is_some_and(|marker| marker.seq >= seq) {
        return Ok(());
    }
    let marker = ReadMarkerRow {
        participant: viewer.fqid.clone(),
        room_id: room_id.clone(),
        event_id,
        seq,
    };
    let frame = Outgoing::only(&viewer.fqid, room_id, FrameBody::ReadMarker { event_id });
    let commit = Commit::of(vec![Change::PutReadMarker(marker)]);
    Ok(commit_and_publish(tenant, commit, vec![frame]).await?)
}

/// Up to where somebody has read who has seen this event. Whoever sees an event of their own that waits for the
/// room's host has seen all that stands before it.
async fn place(
    tenant: &Tenant,
    viewer: &Viewer,
    room_id: &RoomId,
    event_id: &EventId,
) -> Outcome<u64> {
    if let Some(entry) = tenant.store.entry(room_id, event_id).await? {
        return Ok(entry.seq);
    }
    let pending = tenant.store.pending_event(room_id, event_id).await?;
    if pending.is_none_or(|pending| pending.sender != viewer.fqid) {
        return Err(Denial::no_such_event());
    }
    let room = tenant.store.room(room_id).await?;
    Ok(room.ok_or_else(Denial::no_such_room)?.head.seq)
}

use std::sync::Arc;

use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::StoreError;
use scaiwave_store::record::StreamRow;

use super::{CATCH_UP_BYTES_MAX, Frame, FrameBody};
use crate::{Tenant, messages};

/// Stream rows read at a time.
const PAGE: u32 = 500;

/// Frames made anew from the stream after a position, and the last position they cover.
///
/// A line of a timeline is told as it is now, once for each change it had: clients upsert by id.
pub(super) async fn page(
    tenant: &Tenant,
    after: u64,
) -> Result<(Vec<Arc<Frame>>, u64), StoreError> {
    let rows = tenant.store.stream_after(after, PAGE, CATCH_UP_BYTES_MAX);
    let rows = rows.await?;
    let now = tenant.world.now();
    if rows.is_empty() {
        return Ok((Vec::new(), tenant.hub.position().max(after)));
    }
    let mut last = after;
    let lines: Vec<(RoomId, EventId)> = rows.iter().filter_map(|entry| line(&entry.row)).collect();
    let views = messages::current_views_within(tenant, &lines, CATCH_UP_BYTES_MAX).await?;
    let mut views = views.into_iter();
    let mut frames = Vec::with_capacity(rows.len());
    for entry in rows {
        let row = entry.row;
        let body = match line(&row) {
            Some(_) => {
                // From here on it would be too much at once: it comes with the next page.
                let Some(view) = views.next() else { break };
                view.map(|view| FrameBody::Event(Box::new(view)))
            }
            None => {
                FrameBody::from_row(&row).map_err(|error| StoreError::Damaged(error.to_string()))?
            }
        };
        last = entry.position;
        if let Some(body) = body {
            frames.push(Arc::new(Frame::new(
                Some(entry.position),
                now,
                row.room_id,
                row.participant,
                body,
            )));
        }
    }
    Ok((frames, last))
}

/// The line of a timeline that a row tells of, if it tells of one.
fn line(row: &StreamRow) -> Option<(RoomId, EventId)> {
    match (&row.room_id, row.event_id, row.kind.as_str()) {
        (Some(room_id), Some(event_id), "event") => Some((room_id.clone(), event_id)),
        _ => None,
    }
}

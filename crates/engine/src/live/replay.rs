use std::sync::Arc;

use scaiwave_protocol::{EventId, RoomId};
use scaiwave_store::StoreError;
use scaiwave_store::record::StreamRow;

use super::{Frame, FrameBody};
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
    let rows = tenant.store.stream_after(after, PAGE).await?;
    let now = tenant.world.now();
    let last = rows
        .last()
        .map_or_else(|| tenant.hub.position().max(after), |entry| entry.position);
    let lines: Vec<(RoomId, EventId)> = rows.iter().filter_map(|entry| line(&entry.row)).collect();
    let mut views = messages::current_views(tenant, &lines).await?.into_iter();
    let mut frames = Vec::with_capacity(rows.len());
    for entry in rows {
        let row = entry.row;
        let body = match line(&row) {
            Some(_) => {
                let view = views.next().flatten();
                view.map(|view| FrameBody::Event(Box::new(view)))
            }
            None => {
                FrameBody::from_row(&row).map_err(|error| StoreError::Damaged(error.to_string()))?
            }
        };
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

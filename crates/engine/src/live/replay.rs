use std::sync::Arc;

use scaiwave_store::StoreError;

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
    let mut frames = Vec::with_capacity(rows.len());
    for entry in rows {
        let row = entry.row;
        let body = match (&row.room_id, row.event_id, row.kind.as_str()) {
            (Some(room_id), Some(event_id), "event") => {
                messages::current_view(tenant, room_id, &event_id)
                    .await?
                    .map(|view| FrameBody::Event(Box::new(view)))
            }
            _ => {
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

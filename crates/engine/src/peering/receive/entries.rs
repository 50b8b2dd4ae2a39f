use std::sync::Arc;

use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::wire::ItemResult;
use scaiwave_protocol::{RoomId, ServerName};

use super::{Answer, RETRY_AFTER_MS};
use crate::Tenant;
use crate::lane::{self, EntriesAnswer, EntriesBatch};

/// The room's host says what it has sequenced.
pub(super) async fn entries(
    tenant: &Arc<Tenant>,
    peer: &ServerName,
    room_id: RoomId,
    entries: Vec<Entry>,
    checkpoint: Checkpoint,
) -> Answer {
    let batch = EntriesBatch {
        peer: peer.clone(),
        entries,
        checkpoint,
    };
    Ok(match lane::entries(tenant, &room_id, batch).await {
        Ok(EntriesAnswer::Have { seq }) => ItemResult::ok_with("have_seq", seq),
        Ok(EntriesAnswer::Gap { have_seq }) => ItemResult::Gap { have_seq },
        Ok(EntriesAnswer::Refused(refusal)) => return Err(refusal),
        Ok(EntriesAnswer::Retry) | Err(_) => ItemResult::Retry {
            after_ms: RETRY_AFTER_MS,
        },
    })
}
